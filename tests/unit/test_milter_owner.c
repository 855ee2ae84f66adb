/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_milter_owner.h"

#include "daemon/milter/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static int on_begin(void *context)
{
	struct owner *owner = context;

	if (owner->begin_code == 0)
		owner->begun++;
	return owner->begin_code;
}

static int on_append(void *context, struct as_span octets)
{
	struct owner *owner = context;

	as_buffer_append(&owner->octets, octets.data, octets.size);
	return owner->append_code;
}

static void on_drop(void *context)
{
	((struct owner *)context)->dropped++;
}

static uint64_t most(void *context)
{
	(void)context;
	return 1000;
}

static void on_refused(void *context, const char *code, const char *text)
{
	(void)code;
	(void)text;
	((struct owner *)context)->refused++;
}

static const struct as_milter_sink sink = {on_begin, on_append, on_drop, most, on_refused};

int owner_set_up(void **state)
{
	struct owner *owner = calloc(1, sizeof(*owner));

	assert_non_null(owner);
	as_milter_session_init(&owner->session, &sink, owner, "");
	*state = owner;
	return 0;
}

int owner_tear_down(void **state)
{
	struct owner *owner = *state;

	as_milter_session_deinit(&owner->session);
	as_buffer_deinit(&owner->in);
	as_buffer_deinit(&owner->out);
	as_buffer_deinit(&owner->octets);
	as_buffer_deinit(&owner->envelopes);
	free(owner);
	return 0;
}

void owner_start_over(struct owner *owner)
{
	as_milter_session_deinit(&owner->session);
	as_milter_session_init(&owner->session, &sink, owner, "");
	as_buffer_clear(&owner->in);
	as_buffer_clear(&owner->out);
	as_buffer_clear(&owner->octets);
	as_buffer_clear(&owner->envelopes);
	owner->begun = owner->dropped = owner->inspected = owner->refused = 0;
	owner->last = AS_MILTER_READ;
}

static void note_envelope(struct owner *owner)
{
	const struct as_milter_session *session = &owner->session;
	struct assay_envelope envelope;
	struct as_arena arena;

	as_arena_init(&arena, 1 << 20);
	assert_int_equal(as_milter_envelope_make(&arena, &session->client, &session->macros,
						 &session->mail, &envelope),
			 0);
	as_buffer_printf(&owner->envelopes, "%s/%s/%s/%s/%s/%s/%s", envelope.client,
			 envelope.client_name, envelope.helo, envelope.auth_user, envelope.tls,
			 envelope.queue_id, envelope.mail_from);
	for (size_t i = 0; i < envelope.rcpt_count; i++)
		as_buffer_printf(&owner->envelopes, ">%s", envelope.rcpt_to[i]);
	as_buffer_byte(&owner->envelopes, '$');
	as_arena_deinit(&arena);
}

void owner_feed_span(struct owner *owner, struct as_span in)
{
	owner->last = AS_MILTER_READ;
	do {
		owner->last = as_milter_session_input(&owner->session, &in, &owner->out);
		if (owner->last == AS_MILTER_INSPECT) {
			owner->inspected++;
			note_envelope(owner);
			as_buffer_byte(&owner->octets, '$');
			as_milter_reply(&owner->out, 'c');
			as_milter_session_answered(&owner->session);
		}
	} while (owner->last == AS_MILTER_INSPECT);
}

void owner_feed(struct owner *owner, size_t step)
{
	struct as_span all = as_buffer_span(&owner->in);

	for (size_t at = 0; at < all.size && owner->last != AS_MILTER_CLOSE; at += step)
		owner_feed_span(owner, as_span_slice(all, at, step));
	as_buffer_clear(&owner->in);
}

void owner_assert_said(struct owner *owner, const char *expected)
{
	assert_string_equal(wire_show(as_buffer_span(&owner->out)), expected);
	as_buffer_clear(&owner->out);
}

void owner_assert_text(struct as_buffer *buffer, const char *expected)
{
	as_buffer_byte(buffer, '\0');
	assert_string_equal((const char *)buffer->data, expected);
	as_buffer_clear(buffer);
}

void owner_enter(struct owner *owner, uint32_t version, uint32_t actions, uint32_t steps)
{
	wire_offer(&owner->in, version, actions, steps);
	owner_feed(owner, 1000);
	wire_macros(&owner->in, 'C', "j", "mx.example", "{daemon_name}", "mx", NULL);
	wire_connect(&owner->in, "client.example", '4', "192.0.2.7");
	wire_strings(&owner->in, 'H', "helo.example", NULL);
	owner_feed(owner, 1000);
	as_buffer_clear(&owner->out);
}

void owner_put_mail(struct as_buffer *in)
{
	wire_strings(in, 'M', "<a@example>", "SIZE=10", "BODY=8BITMIME", NULL);
	wire_macros(in, 'R', "i", "4X1", NULL);
	wire_strings(in, 'R', "<b@example>", NULL);
}

void owner_put_content(struct as_buffer *in)
{
	wire_strings(in, 'L', "From", " a@example", NULL);
	wire_strings(in, 'L', "Subject", " one\n two", NULL);
	wire_frame(in, 'N', NULL, 0);
	wire_frame(in, 'B', "body\r\n", 6);
	wire_frame(in, 'E', NULL, 0);
}
