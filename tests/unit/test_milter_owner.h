/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_MILTER_OWNER_H
#define ASSAY_TESTS_MILTER_OWNER_H

#include "daemon/milter/session.h"
#include "test_milter_wire.h"

/* An owner of a session that answers every message with "c". */
struct owner {
	struct as_milter_session session;
	struct as_buffer in, out;
	struct as_buffer octets; /* of all messages, each with '$' behind it */
	struct as_buffer envelopes;
	int begin_code, append_code;
	unsigned int begun, dropped, inspected, refused;
	enum as_milter_next last;
};

/* Of cmocka. */
int owner_set_up(void **state);
int owner_tear_down(void **state);

/* A new connection of the same owner. */
void owner_start_over(struct owner *owner);
/* Gives octets to the session; messages are answered as they come. */
void owner_feed_span(struct owner *owner, struct as_span in);
/* What is in owner->in, in pieces. */
void owner_feed(struct owner *owner, size_t step);
/* What the session has answered, which is forgotten then. */
void owner_assert_said(struct owner *owner, const char *expected);
/* The same for octets or envelopes. */
void owner_assert_text(struct as_buffer *buffer, const char *expected);
/* Negotiation, connection and HELO as Postfix does it; answers dropped. */
void owner_enter(struct owner *owner, uint32_t version, uint32_t actions, uint32_t steps);
/* Sender and recipient; a header and a body. */
void owner_put_mail(struct as_buffer *in);
void owner_put_content(struct as_buffer *in);
/* The latter as octets. */
#define OWNER_CONTENT "From: a@example\r\nSubject: one\r\n two\r\n\r\nbody\r\n$"

#endif
