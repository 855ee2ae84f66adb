/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer_fields.h"

#include "inspect/words.h"
#include "policy/answer_smime.h"
#include "policy/answer_text.h"

#include <errno.h>
#include <inttypes.h>

/* Of the reason, before escapes: twice as much still fits on one line. */
#define REASON_MAX 400u

static void put_quoted(struct as_buffer *out, const char *text)
{
	as_buffer_byte(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			as_buffer_byte(out, '\\');
		as_buffer_byte(out, (unsigned char)*text);
	}
	as_buffer_byte(out, '"');
}

/* Codes need no escapes. Each gets a line of its own: the longest have more
 * than 200 octets, and 16 of them do not fit into the 998 of a line. */
static void put_codes(struct as_buffer *out, const struct as_answer *answer)
{
	as_buffer_text(out, "\n findings=\"");
	for (size_t i = 0; i < answer->code_count && i < AS_ANSWER_FIELD_CODES; i++)
		as_buffer_printf(out, "%s%s", i > 0 ? "\n " : "", answer->codes[i]);
	as_buffer_text(out, "\";");
}

static const char *keep(struct as_arena *arena, struct as_buffer *text)
{
	const char *copy = text->failed ? NULL : as_arena_copy(arena, as_buffer_span(text));

	as_buffer_deinit(text);
	return copy;
}

static const char *verdict_value(struct as_arena *arena, const struct as_answer_field_facts *facts)
{
	const struct as_answer *answer = facts->answer;
	const char *reason = as_answer_ascii(arena, answer->reason, REASON_MAX);
	struct as_buffer out;

	if (reason == NULL)
		return NULL;
	as_buffer_init(&out, AS_ANSWER_VALUE_MAX);
	as_buffer_printf(&out, "action=%s; complete=%s;", as_action_name(answer->action),
			 answer->complete ? "yes" : "no");
	if (reason[0] != '\0') {
		as_buffer_text(&out, "\n reason=");
		put_quoted(&out, reason);
		as_buffer_byte(&out, ';');
	}
	if (answer->code_count > 0)
		put_codes(&out, answer);
	as_buffer_printf(&out, "\n id=%s; generation=%" PRIu64, facts->id, facts->generation);
	return keep(arena, &out);
}

int as_answer_fields(struct as_arena *arena, const struct as_answer_field_facts *facts,
		     struct as_edit *edits_out)
{
	const struct as_edit edits[AS_ANSWER_FIELDS] = {
		{AS_EDIT_INSERT, 0, "Authentication-Results",
		 as_answer_smime_results(arena, facts->scan)},
		{AS_EDIT_INSERT, 0, "Assay-Verdict", verdict_value(arena, facts)},
		{AS_EDIT_INSERT, 0, "Assay-SMIME", as_answer_smime_state(arena, facts->scan)},
	};

	for (size_t i = 0; i < AS_ANSWER_FIELDS; i++)
		if (edits[i].value == NULL)
			return -ENOMEM;
	memcpy(edits_out, edits, sizeof(edits));
	return 0;
}
