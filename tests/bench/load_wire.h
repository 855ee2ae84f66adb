/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BENCH_LOAD_WIRE_H
#define ASSAY_BENCH_LOAD_WIRE_H

#include <stdbool.h>
#include <stddef.h>

/* How the load program speaks to a server: what to send for a message, and
 * when the answer is whole. */
enum wire_protocol {
	WIRE_CLAMD = 0,	    /* one connection per message */
	WIRE_CLAMD_SESSION, /* IDSESSION on one connection */
	WIRE_HTTP,	    /* keep-alive */
	WIRE_MILTER,	    /* one connection and SMTP session for many */
};

struct wire_text {
	unsigned char *data;
	size_t size, room;
};

void wire_append(struct wire_text *text, const void *data, size_t size);

/* What opens a connection, before the first message. */
void wire_hello(enum wire_protocol protocol, struct wire_text *out);
/* Whether the answer to that is whole; takes it out of the input. For protocols
 * without one it is true at once. */
bool wire_hello_answered(enum wire_protocol protocol, struct wire_text *in);

void wire_message(enum wire_protocol protocol, const char *target, const unsigned char *octets,
		  size_t size, struct wire_text *out);

enum wire_result { WIRE_MORE = 0, WIRE_CLEAN, WIRE_HIT, WIRE_ERROR };
/* Looks for one whole answer and takes it out of the input. */
enum wire_result wire_answer(enum wire_protocol protocol, struct wire_text *in);
/* Whether the connection serves one message only. */
bool wire_once(enum wire_protocol protocol);

#endif
