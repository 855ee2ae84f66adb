/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/reply.h"
#include "daemon/milter/session.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Octets of one message that the sink takes: small, so that the limit is met. */
#define MESSAGE_MAX 2048u

struct owner {
	bool open;
	size_t octets;
};

static int on_begin(void *context)
{
	struct owner *owner = context;

	if (owner->open)
		abort();
	owner->open = true;
	owner->octets = 0;
	return 0;
}

static int on_append(void *context, struct as_span octets)
{
	struct owner *owner = context;

	if (!owner->open)
		abort();
	if (octets.size > MESSAGE_MAX - owner->octets)
		return -EMSGSIZE;
	owner->octets += octets.size;
	return 0;
}

static void on_drop(void *context)
{
	struct owner *owner = context;

	if (!owner->open)
		abort();
	owner->open = false;
}

static uint64_t most(void *context)
{
	(void)context;
	return MESSAGE_MAX;
}

static void on_refused(void *context, const char *code, const char *text)
{
	(void)context;
	if (strlen(code) != 9 || text[0] == '\0')
		abort();
}

static const struct as_milter_sink sink = {on_begin, on_append, on_drop, most, on_refused};

/* Everything that is asked of a message before it is answered. */
static void answer(struct as_milter_session *session, struct owner *owner, struct as_buffer *out)
{
	const struct as_milter_fields *fields = &session->content.fields;
	struct assay_envelope envelope;
	struct as_arena arena;

	if (!owner->open)
		abort();
	owner->open = false;
	as_arena_init(&arena, (size_t)4 << 20);
	if (as_milter_envelope_make(&arena, &session->client, &session->macros, &session->mail,
				    &envelope) < 0 ||
	    envelope.rcpt_count != session->mail.recipients)
		abort();
	as_arena_deinit(&arena);
	if (fields->forged > AS_MILTER_FORGED_MAX || fields->texts.size > AS_MILTER_KEEP_ALL)
		abort();
	for (size_t i = 0; i < fields->count; i++)
		as_milter_reply_field(out, AS_MILTER_CHANGE, fields->list[i].number,
				      as_milter_field_name(fields, &fields->list[i]),
				      as_milter_field_value(fields, &fields->list[i]), true);
	as_milter_reply(out, AS_MILTER_CONTINUE);
	as_milter_session_answered(session);
}

/* What is sent must be frames, whatever came in. */
static void check_output(struct as_span out)
{
	uint32_t length;

	while (out.size > 0) {
		if (!as_span_be32(out, 0, &length) || length == 0 || !as_span_holds(out, 4, length))
			abort();
		out = as_span_from(out, (size_t)length + 4);
	}
}

/* The first octet chooses the size of the pieces and whether there is room. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span all = as_span_from(as_span_make(data, size), 1);
	size_t step = size > 0 && (data[0] & 0x7f) != 0 ? (data[0] & 0x7f) : size + 1;
	enum as_milter_next next = AS_MILTER_READ;
	struct as_milter_session session;
	struct owner owner = {.open = false};
	struct as_buffer out;

	as_buffer_init(&out, 0);
	as_milter_session_init(&session, &sink, &owner, "mx.example");
	session.turned_away = size > 0 && (data[0] & 0x80) != 0;
	for (size_t at = 0; at < all.size && next != AS_MILTER_CLOSE; at += step) {
		struct as_span in = as_span_slice(all, at, step);

		do {
			next = as_milter_session_input(&session, &in, &out);
			if (next == AS_MILTER_INSPECT)
				answer(&session, &owner, &out);
			check_output(as_buffer_span(&out));
			as_buffer_clear(&out);
		} while (next == AS_MILTER_INSPECT || next == AS_MILTER_PAUSE);
	}
	if (next == AS_MILTER_CLOSE && owner.open)
		abort();
	as_milter_session_deinit(&session);
	as_buffer_deinit(&out);
	return 0;
}
