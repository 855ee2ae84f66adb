/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/command.h"

struct word {
	const char *name;
	enum as_clamd_verb verb;
	bool bare;     /* also without a prefix */
	bool argument; /* has one, after a blank */
};

static const struct word words[] = {
	{"PING", AS_CLAMD_PING, true, false},
	{"VERSION", AS_CLAMD_VERSION, true, false},
	{"VERSIONCOMMANDS", AS_CLAMD_VERSIONCOMMANDS, false, false},
	{"RELOAD", AS_CLAMD_RELOAD, true, false},
	{"SHUTDOWN", AS_CLAMD_SHUTDOWN, true, false},
	{"STATS", AS_CLAMD_STATS, false, false},
	{"SCAN", AS_CLAMD_SCAN, true, true},
	{"CONTSCAN", AS_CLAMD_CONTSCAN, true, true},
	{"MULTISCAN", AS_CLAMD_MULTISCAN, true, true},
	{"ALLMATCHSCAN", AS_CLAMD_ALLMATCHSCAN, false, true},
	{"INSTREAM", AS_CLAMD_INSTREAM, false, false},
	{"FILDES", AS_CLAMD_FILDES, true, false},
	{"IDSESSION", AS_CLAMD_IDSESSION, false, false},
	{"END", AS_CLAMD_END, true, false},
};

enum as_clamd_framing as_clamd_framing_of(struct as_span in)
{
	/* All names are upper case, so the first octet decides. */
	if (in.data[0] == 'n')
		return AS_CLAMD_LINE;
	if (in.data[0] == 'z')
		return AS_CLAMD_NUL;
	return AS_CLAMD_BARE;
}

static void find_word(struct as_span text, struct as_clamd_command *command)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct word *word = &words[i];
		size_t length = strlen(word->name);

		if (!as_span_has_at(text, 0, word->name, length))
			continue;
		if (command->framing == AS_CLAMD_BARE && !word->bare)
			continue;
		if (!word->argument && text.size == length) {
			command->verb = word->verb;
			return;
		}
		if (word->argument && text.size > length + 1 && text.data[length] == ' ') {
			command->verb = word->verb;
			command->argument = as_span_from(text, length + 1);
			return;
		}
	}
}

enum as_clamd_parsed as_clamd_command_parse(struct as_span in, bool whole,
					    struct as_clamd_command *command_out)
{
	struct as_clamd_command command = {.framing = AS_CLAMD_BARE};
	struct as_span text;
	size_t begin, end;

	if (in.size == 0)
		return AS_CLAMD_MORE;
	command.framing = as_clamd_framing_of(in);
	begin = command.framing == AS_CLAMD_BARE ? 0 : 1;
	text = as_span_slice(in, 0, AS_CLAMD_COMMAND_BYTES);
	end = as_span_find_byte(text, begin, command.framing == AS_CLAMD_NUL ? '\0' : '\n');
	if (end != SIZE_MAX) {
		command.used = end + 1;
	} else if (in.size >= AS_CLAMD_COMMAND_BYTES) {
		return AS_CLAMD_TOO_LONG;
	} else if (whole && command.framing == AS_CLAMD_BARE) {
		end = in.size;
		command.used = end;
	} else {
		return AS_CLAMD_MORE;
	}
	if (command.framing != AS_CLAMD_NUL && end > begin && in.data[end - 1] == '\r')
		end--;
	find_word(as_span_slice(in, begin, end - begin), &command);
	*command_out = command;
	return AS_CLAMD_COMMAND;
}
