/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"
#include "tags.h"

#define SLOTS 1024u /* of the word table: load below one half */

/* A verdict by score alone needs this much, from at least this many different
 * words, in a text with this share of code punctuation (per thousand). Chosen
 * on mail: Markdown, YAML, CSS and source listings in prose stay below. */
#define STRONG_SCORE	   14u
#define STRONG_WORDS	   4u
#define STRONG_PUNCTUATION 25u
/* When the name agrees, a few words or code-like text are enough. */
#define WEAK_SCORE	 3u
#define WEAK_PUNCTUATION 100u

static const struct {
	const char *name;
	enum ft_id id;
} interpreters[] = {
	{"sh", FT_SH},
	{"bash", FT_SH},
	{"dash", FT_SH},
	{"ksh", FT_SH},
	{"zsh", FT_SH},
	{"csh", FT_SH},
	{"tcsh", FT_SH},
	{"ash", FT_SH},
	{"fish", FT_SH},
	{"busybox", FT_SH},
	{"python", FT_PY},
	{"pypy", FT_PY},
	{"perl", FT_PL},
	{"php", FT_PHP},
	{"ruby", FT_RB},
	{"node", FT_JS},
	{"nodejs", FT_JS},
	{"deno", FT_JS},
	{"lua", FT_LUA},
	{"tclsh", FT_TCL},
	{"wish", FT_TCL},
	{"awk", FT_AWK},
	{"gawk", FT_AWK},
	{"sed", FT_AWK},
	{"osascript", FT_APPLESCRIPT},
	{"pwsh", FT_PS1},
	{"powershell", FT_PS1},
	{"make", FT_SH},
	{"expect", FT_TCL},
};

/* "python3.11" is python: digits and dots at the end are versions. */
static enum ft_id find_interpreter(struct as_span name)
{
	while (name.size > 0 &&
	       (name.data[name.size - 1] == '.' || name.data[name.size - 1] == '-' ||
		(name.data[name.size - 1] >= '0' && name.data[name.size - 1] <= '9')))
		name.size--;
	for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
		if (ft_name_is(name, interpreters[i].name))
			return interpreters[i].id;
	return FT_UNKNOWN;
}

/* "#! /usr/bin/env -S python3 -u": path, then what env starts. */
static enum ft_id interpreter_of(struct as_span line)
{
	size_t at = 2;
	bool path = false;

	while (at < line.size) {
		size_t start, end, base;
		struct as_span name;

		while (at < line.size && ft_is_blank(line.data[at]))
			at++;
		for (start = base = end = at; end < line.size && !ft_is_blank(line.data[end]);
		     end++)
			if (line.data[end] == '/' || line.data[end] == '\\')
				base = end + 1;
		path |= base > start;
		name = as_span_slice(line, base, end - base);
		at = end;
		if (ft_name_is(name, "env") || (name.size > 0 && name.data[0] == '-') ||
		    as_span_find_byte(name, 0, '=') != SIZE_MAX)
			continue;
		if (find_interpreter(name) != FT_UNKNOWN)
			return find_interpreter(name);
		return path && base > start ? FT_SH : FT_UNKNOWN;
	}
	return FT_UNKNOWN;
}

/* [MS script encoder]: "#@~^", six base64 characters, "==". */
static size_t find_encoded(struct as_span view)
{
	struct as_span head = as_span_slice(view, 0, FT_ENCODED_SEARCH_BYTES);
	size_t at = 0;

	while ((at = as_span_find_byte(head, at, '#')) != SIZE_MAX) {
		if (as_span_has_at(head, at, "#@~^", 4) && as_span_has_at(head, at + 10, "==", 2))
			return at;
		at++;
	}
	return SIZE_MAX;
}

static bool exact(struct ft_result *result_out, const struct ft_text *text, enum ft_id id,
		  size_t at, size_t length)
{
	ft_is(result_out, id, 92, text->wide ? 0 : at + text->shift, length);
	result_out->marks |= FT_MARK_EXACT;
	return true;
}

static bool is_batch_start(struct as_span view, size_t at)
{
	static const char *const lines[] = {"@echo off", "@echo on", "@rem ",	    "@setlocal",
					    "@set ",	 "@cls",     "@powershell", "@start ",
					    "@if ",	 "::@echo"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (ft_starts_with(view, at, lines[i]))
			return true;
	/* "@%comspec% /c ..." */
	if (ft_starts_with(view, at, "@%") &&
	    as_span_find_byte(as_span_slice(view, at + 2, FT_VARIABLE_BYTES), 1, '%') != SIZE_MAX)
		return true;
	return ft_starts_with(view, at, "@chcp ") || ft_starts_with(view, at, "echo off\r") ||
	       ft_starts_with(view, at, "echo off\n");
}

bool ft_script_marker(const struct ft_text *text, const struct ft_hints *hints,
		      struct ft_result *result_out)
{
	struct as_span view = text->view;
	size_t at = ft_text_skip_blanks(view, 0, FT_BLANKS_MAX), encoded;
	enum ft_id id;

	/* Nothing that a mail client displays as text is started as a script. */
	if (hints->body || at >= view.size)
		return false;
	if (as_span_has_at(view, at, "#!", 2)) {
		struct as_span line;
		size_t next = 0;

		if (ft_text_line(as_span_slice(view, at, FT_INTERPRETER_BYTES), &next, &line)) {
			id = interpreter_of(line);
			if (id != FT_UNKNOWN)
				return exact(result_out, text, id, at, line.size);
		}
	}
	if (!text->textual && !text->wide)
		return false;
	encoded = find_encoded(view);
	if (encoded != SIZE_MAX && !ft_starts_with(view, at, "<")) {
		id = strcmp(hints->extension, ".jse") == 0 || strcmp(hints->extension, ".js") == 0
			     ? FT_JSE
			     : FT_VBE;
		exact(result_out, text, id, encoded, 12);
		result_out->marks |= FT_MARK_ENCODED;
		return true;
	}
	if (ft_starts_with(view, at, "<?php") || ft_starts_with(view, at, "<?="))
		return exact(result_out, text, FT_PHP, at, 5);
	if (ft_starts_with(view, at, "<%@"))
		return exact(result_out, text, FT_ASP, at, 3);
	if (is_batch_start(view, at))
		return exact(result_out, text, FT_BAT, at, 5);
	if (ft_starts_with(view, at, "# this is a shell archive") ||
	    ft_starts_with(view, at, "# to unbundle, sh this file"))
		return exact(result_out, text, FT_SHAR, at, 20);
	return false;
}

static const struct {
	const char *extension;
	enum ft_id id;
} extensions[] = {
	{".js", FT_JS},	   {".mjs", FT_JS},	{".cjs", FT_JS},   {".jse", FT_JS},
	{".vbs", FT_VBS},  {".vbe", FT_VBS},	{".vb", FT_VBS},   {".bas", FT_VBS},
	{".ps1", FT_PS1},  {".psm1", FT_PS1},	{".psd1", FT_PS1}, {".ps2", FT_PS1},
	{".psc1", FT_PS1}, {".psc2", FT_PS1},	{".msh", FT_PS1},  {".bat", FT_BAT},
	{".cmd", FT_BAT},  {".btm", FT_BAT},	{".py", FT_PY},	   {".pyw", FT_PY},
	{".sh", FT_SH},	   {".bash", FT_SH},	{".ksh", FT_SH},   {".csh", FT_SH},
	{".zsh", FT_SH},   {".command", FT_SH}, {".pl", FT_PL},	   {".pm", FT_PL},
};
static const struct {
	const char *mime;
	enum ft_id id;
} media_types[] = {
	{"text/javascript", FT_JS},
	{"application/javascript", FT_JS},
	{"application/x-javascript", FT_JS},
	{"text/vbscript", FT_VBS},
	{"application/x-powershell", FT_PS1},
	{"text/x-python", FT_PY},
	{"application/x-bat", FT_BAT},
	{"application/x-msdos-program", FT_BAT},
	{"application/x-sh", FT_SH},
	{"text/x-sh", FT_SH},
	{"application/x-shellscript", FT_SH},
	{"text/x-shellscript", FT_SH},
	{"text/x-perl", FT_PL},
	{"application/x-perl", FT_PL},
};

enum ft_id ft_script_claimed(const struct ft_hints *hints)
{
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (strcmp(hints->extension, extensions[i].extension) == 0)
			return extensions[i].id;
	for (size_t i = 0; i < sizeof(media_types) / sizeof(media_types[0]); i++)
		if (strcmp(hints->declared, media_types[i].mime) == 0)
			return media_types[i].id;
	return FT_UNKNOWN;
}

static const enum ft_id language_ids[FT_L_COUNT] = {FT_JS, FT_VBS, FT_PS1, FT_BAT,
						    FT_PY, FT_SH,  FT_PL};

struct table {
	uint16_t slots[SLOTS]; /* index into ft_words plus one */
};

static uint32_t hash_step(uint32_t hash, unsigned char c)
{
	return (hash ^ c) * 16777619u;
}

/* Written once, by whoever comes first, with the same content every time. */
static const struct table *word_table(void)
{
	static struct table table;
	static bool filled;

	if (filled)
		return &table;
	for (size_t i = 0; i < ft_word_count; i++) {
		uint32_t hash = 2166136261u;

		for (const char *c = ft_words[i].word; *c != '\0'; c++)
			hash = hash_step(hash, (unsigned char)*c);
		hash %= SLOTS;
		while (table.slots[hash] != 0)
			hash = (hash + 1) % SLOTS;
		table.slots[hash] = (uint16_t)(i + 1);
	}
	filled = true;
	return &table;
}

struct tally {
	uint32_t seen[SLOTS / 32];
	unsigned int score[FT_L_COUNT], words[FT_L_COUNT];
	size_t octets, punctuation;
};

/* A word may stand in the table once for each language. */
static void count_word(struct tally *tally, uint32_t hash, struct as_span word, bool at_start)
{
	const struct table *table = word_table();
	uint32_t slot = hash % SLOTS;

	for (; table->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		size_t index = table->slots[slot] - 1u;
		const struct ft_word *w = &ft_words[index];

		if ((tally->seen[index / 32] & 1u << index % 32) != 0 ||
		    (w->at_start && !at_start) || !ft_name_is(word, w->word))
			continue;
		tally->seen[index / 32] |= 1u << index % 32;
		tally->score[w->language] += w->weight;
		tally->words[w->language]++;
	}
}

static bool is_word_octet(unsigned char c)
{
	return ft_is_alnum(c) || c == '_' || c == '$';
}

/* Whole names ("document.write", "get-item") and their first part count. */
static void count_text(struct tally *tally, struct as_span text)
{
	bool at_start = true;
	size_t i = 0;

	tally->octets += text.size;
	while (i < text.size) {
		unsigned char c = text.data[i];
		size_t start = i;
		uint32_t hash = 2166136261u;

		if (!is_word_octet(c) && !(c == '-' && i > 0 && ft_is_blank(text.data[i - 1]))) {
			tally->punctuation += c == '(' || c == ')' || c == '{' || c == '}' ||
					      c == ';' || c == '=' || c == '[' || c == ']' ||
					      c == '%' || c == '+' || c == '"' || c == '\'';
			if (c == '\n' || c == '\r')
				at_start = true;
			i++;
			continue;
		}
		do {
			hash = hash_step(hash, ft_lower(text.data[i++]));
			if (i < text.size && (text.data[i] == '.' || text.data[i] == '-') &&
			    i + 1 < text.size && is_word_octet(text.data[i + 1])) {
				count_word(tally, hash, as_span_slice(text, start, i - start),
					   at_start);
				hash = hash_step(hash, text.data[i++]);
			}
		} while (i < text.size && is_word_octet(text.data[i]));
		if (i - start <= FT_WORD_BYTES)
			count_word(tally, hash, as_span_slice(text, start, i - start), at_start);
		at_start = false;
	}
}

enum ft_id ft_script_score(const struct ft_text *text, enum ft_id wanted, bool *strong_out)
{
	struct tally tally = {.octets = 0};
	struct as_span view = text->view;
	unsigned int best = 0;
	size_t density;

	*strong_out = false;
	count_text(&tally, as_span_slice(view, 0, FT_SCORE_HEAD_BYTES));
	if (view.size > FT_SCORE_HEAD_BYTES + FT_SCORE_TAIL_BYTES)
		count_text(&tally, as_span_from(view, view.size - FT_SCORE_TAIL_BYTES));
	else
		count_text(&tally, as_span_from(view, FT_SCORE_HEAD_BYTES));
	if (tally.octets == 0)
		return FT_UNKNOWN;
	density = tally.punctuation * 1000 / tally.octets;
	for (unsigned int l = 0; l < FT_L_COUNT; l++) {
		if (language_ids[l] == wanted &&
		    (tally.score[l] >= WEAK_SCORE || density >= WEAK_PUNCTUATION)) {
			*strong_out = tally.score[l] >= STRONG_SCORE;
			return wanted;
		}
		if (tally.score[l] > tally.score[best])
			best = l;
	}
	if (tally.score[best] < STRONG_SCORE || tally.words[best] < STRONG_WORDS ||
	    density < STRONG_PUNCTUATION)
		return FT_UNKNOWN;
	*strong_out = true;
	return language_ids[best];
}
