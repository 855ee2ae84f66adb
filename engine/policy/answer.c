/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer.h"

#include "base/error.h"
#include "policy/answer_check.h"

#include <errno.h>

/*
 * Numbers as this machine has them: worker and front are forks of one program.
 * A text is its length (32 bits), its octets, and a NUL.
 */
#define MARK 0x31415341u /* "ASA1" */

static void put_u32(struct as_buffer *out, uint32_t value)
{
	as_buffer_append(out, &value, sizeof(value));
}

static void put_u64(struct as_buffer *out, uint64_t value)
{
	as_buffer_append(out, &value, sizeof(value));
}

static void put_text(struct as_buffer *out, const char *text)
{
	size_t length = strlen(text);

	put_u32(out, (uint32_t)length);
	as_buffer_append(out, text, length + 1);
}

bool as_answer_pack(const struct as_answer *answer, struct as_buffer *out)
{
	put_u32(out, MARK);
	put_u32(out, (uint32_t)answer->action);
	put_u32(out, answer->complete);
	put_u32(out, answer->found);
	put_text(out, answer->reason);
	put_text(out, answer->reply);
	put_text(out, answer->name);
	put_text(out, answer->incomplete);
	put_u32(out, (uint32_t)answer->recipient_count);
	as_buffer_append(out, answer->recipients, answer->recipient_count);
	put_u32(out, (uint32_t)answer->edit_count);
	for (size_t i = 0; i < answer->edit_count; i++) {
		put_u32(out, (uint32_t)answer->edits[i].kind);
		put_u32(out, answer->edits[i].index);
		put_text(out, answer->edits[i].name);
		put_text(out, answer->edits[i].value);
	}
	put_u32(out, (uint32_t)answer->code_count);
	for (size_t i = 0; i < answer->code_count; i++) {
		put_u32(out, answer->severities[i]);
		put_u32(out, answer->code_counts[i]);
		put_text(out, answer->codes[i]);
	}
	put_text(out, answer->log);
	put_u64(out, answer->bytes);
	put_u64(out, answer->objects);
	put_u64(out, answer->cache_hits);
	put_u64(out, answer->us);
	put_u64(out, answer->body_offset);
	return !out->failed;
}

struct reader {
	struct as_arena *arena;
	struct as_span in;
	int rc; /* the first fault; nothing is read behind it */
};

static int fault(struct reader *r, int rc)
{
	if (r->rc == 0)
		r->rc = rc;
	return r->rc;
}

static void take_octets(struct reader *r, void *to, size_t size)
{
	if (r->rc == 0 && r->in.size < size)
		fault(r, AS_E_PROTOCOL);
	if (r->rc != 0) {
		memset(to, 0, size);
		return;
	}
	memcpy(to, r->in.data, size);
	r->in = as_span_from(r->in, size);
}

/* A number of at most max; 0 after a fault. */
static uint32_t take_u32(struct reader *r, uint32_t max)
{
	uint32_t value;

	take_octets(r, &value, sizeof(value));
	if (value <= max)
		return value;
	fault(r, AS_E_PROTOCOL);
	return 0;
}

static uint64_t take_u64(struct reader *r)
{
	uint64_t value;

	take_octets(r, &value, sizeof(value));
	return value;
}

static void *room(struct reader *r, size_t count, size_t size)
{
	void *memory = as_arena_array(r->arena, count + 1, size);

	if (memory == NULL)
		fault(r, -ENOMEM);
	return memory;
}

typedef bool text_check(struct as_span text);

static const char *take_text(struct reader *r, uint32_t max, text_check *valid)
{
	uint32_t length = take_u32(r, max);
	struct as_span text = as_span_slice(r->in, 0, length);
	char *copy;

	if (r->rc == 0 && (!as_span_has_at(r->in, length, "", 1) ||
			   memchr(text.data, 0, length) != NULL || !valid(text)))
		fault(r, AS_E_PROTOCOL);
	if (r->rc != 0)
		return "";
	copy = as_arena_copy(r->arena, text);
	if (copy == NULL) {
		fault(r, -ENOMEM);
		return "";
	}
	r->in = as_span_from(r->in, (size_t)length + 1);
	return copy;
}

static void take_recipients(struct reader *r, struct as_answer *answer)
{
	uint32_t count = take_u32(r, AS_ANSWER_RECIPIENTS_MAX);
	unsigned char *actions;

	/* Before there is memory for them. */
	if (count > r->in.size)
		fault(r, AS_E_PROTOCOL);
	if (r->rc != 0 || (actions = room(r, count, 1)) == NULL)
		return;
	take_octets(r, actions, count);
	for (uint32_t i = 0; i < count; i++)
		if (actions[i] < ASSAY_ACTION_ACCEPT || actions[i] > answer->action)
			fault(r, AS_E_PROTOCOL);
	answer->recipients = actions;
	answer->recipient_count = count;
}

static bool any_text(struct as_span text)
{
	(void)text;
	return true;
}

static void take_edits(struct reader *r, struct as_answer *answer)
{
	uint32_t count = take_u32(r, AS_ANSWER_EDITS_MAX);
	struct as_edit *edits = room(r, count, sizeof(*edits));

	for (uint32_t i = 0; i < count && r->rc == 0; i++) {
		edits[i].kind = (enum as_edit_kind)take_u32(r, AS_EDIT_DELETE);
		edits[i].index = take_u32(r, UINT32_MAX);
		edits[i].name = take_text(r, AS_ANSWER_NAME_MAX, any_text);
		edits[i].value = take_text(r, AS_ANSWER_VALUE_MAX, any_text);
		if (r->rc == 0 && !as_answer_edit_valid(&edits[i]))
			fault(r, AS_E_PROTOCOL);
	}
	answer->edits = edits;
	answer->edit_count = count;
}

static bool is_repeated(const char *const *codes, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

static void take_codes(struct reader *r, struct as_answer *answer)
{
	uint32_t count = take_u32(r, AS_ANSWER_CODES_MAX);
	const char **codes = room(r, count, sizeof(*codes));
	unsigned char *severities = room(r, count, sizeof(*severities));
	uint32_t *counts = room(r, count, sizeof(*counts));

	for (uint32_t i = 0; i < count && r->rc == 0; i++) {
		severities[i] = (unsigned char)take_u32(r, ASSAY_CRITICAL);
		counts[i] = take_u32(r, UINT32_MAX);
		codes[i] = take_text(r, AS_ANSWER_CODE_MAX, as_answer_code_valid);
		if (severities[i] < ASSAY_INFO || counts[i] == 0 || is_repeated(codes, i, codes[i]))
			fault(r, AS_E_PROTOCOL);
	}
	answer->codes = codes;
	answer->severities = severities;
	answer->code_counts = counts;
	answer->code_count = count;
}

int as_answer_unpack(struct as_arena *arena, struct as_span in, struct as_answer *answer_out)
{
	struct reader r = {.arena = arena, .in = in};
	struct as_answer answer = {.action = ASSAY_ACTION_TEMPFAIL};

	if (take_u32(&r, UINT32_MAX) != MARK)
		return AS_E_PROTOCOL;
	answer.action = (enum assay_action)take_u32(&r, ASSAY_ACTION_TEMPFAIL);
	answer.complete = take_u32(&r, 1) != 0;
	answer.found = take_u32(&r, 1) != 0;
	answer.reason = take_text(&r, AS_ANSWER_TEXT_MAX, as_answer_text_valid);
	answer.reply = take_text(&r, AS_ANSWER_REPLY_MAX, as_answer_ascii_valid);
	answer.name = take_text(&r, AS_ANSWER_TEXT_MAX, as_answer_name_valid);
	answer.incomplete = take_text(&r, AS_ANSWER_TEXT_MAX, as_answer_text_valid);
	take_recipients(&r, &answer);
	take_edits(&r, &answer);
	take_codes(&r, &answer);
	answer.log = take_text(&r, AS_ANSWER_LOG_MAX, as_answer_log_valid);
	answer.bytes = take_u64(&r);
	answer.objects = take_u64(&r);
	answer.cache_hits = take_u64(&r);
	answer.us = take_u64(&r);
	answer.body_offset = take_u64(&r);
	if (r.rc == 0 && (r.in.size != 0 || answer.action < ASSAY_ACTION_ACCEPT ||
			  answer.complete != (answer.incomplete[0] == '\0')))
		fault(&r, AS_E_PROTOCOL);
	if (r.rc == 0)
		*answer_out = answer;
	return r.rc;
}
