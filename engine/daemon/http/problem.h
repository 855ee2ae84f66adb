/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_PROBLEM_H
#define ASSAY_DAEMON_HTTP_PROBLEM_H

#include "base/buffer.h"

#include <stdbool.h>

/*
 * Why a request is not answered as wished (RFC 9457). Filled by whoever finds
 * out, sent by request.c.
 */
struct as_http_problem {
	unsigned int status; /* 400 to 599; 0: none */
	/* The end of this request cannot be known: nothing that follows on the
	 * connection can be trusted to be a request. */
	bool close;
	const char *allow; /* for 405, static, or NULL */
	bool retry;	   /* Retry-After is due */
	const char *words; /* lines of the daemon's own instead of detail, or NULL */
	char detail[320];
};

/* All return false, for `return as_http_problem_set(...)`. The detail is
 * escaped, so that octets of a client may stand in it. */
bool as_http_problem_set(struct as_http_problem *problem, unsigned int status, const char *format,
			 ...) __attribute__((format(printf, 3, 4)));
/* The framing is broken: see close. */
bool as_http_problem_framing(struct as_http_problem *problem, unsigned int status,
			     const char *detail);
/* 503 with Retry-After. */
bool as_http_problem_busy(struct as_http_problem *problem, const char *detail);

/* Appends application/problem+json. -ENOMEM. */
int as_http_problem_json(const struct as_http_problem *problem, struct as_buffer *out);
/* Appends a whole response that closes the connection, without the body for an
 * answer to HEAD. -ENOMEM. */
int as_http_problem_response(const struct as_http_problem *problem, bool head,
			     struct as_buffer *out);

#endif
