/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_FIELDS_H
#define ASSAY_DAEMON_HTTP_FIELDS_H

#include "daemon/http/envelope.h"

struct MHD_Connection;

/*
 * The header of a request, read in one pass. Also checks what libmicrohttpd
 * 0.9.75 lets through although it makes two readers disagree about where a
 * request ends: Content-Length beside Transfer-Encoding or twice, codings
 * other than chunked, blanks before the colon of a name, more than one host or
 * none (RFC 9112 s3.2, s5.1, s6.1, s6.3).
 */
struct as_http_fields {
	bool has_length;
	uint64_t length;
	bool chunked;
	bool expects;	     /* 100-continue */
	bool encoded;	     /* Content-Encoding other than identity */
	struct as_span type; /* Content-Type, empty when absent */
};

/* envelope: where Assay-* fields go; NULL: they are ignored. version is
 * "HTTP/1.1" or another. False: problem says why. */
bool as_http_fields_read(struct MHD_Connection *connection, const char *version,
			 struct as_http_envelope *envelope, struct as_http_fields *fields_out,
			 struct as_http_problem *problem);

/* The parameters behind the question mark; each at most once. */
struct as_http_query {
	const char *policy; /* NULL: not given */
	bool detail;
};

/* known: the request takes policy and detail; otherwise nothing. */
bool as_http_query_read(struct MHD_Connection *connection, bool known,
			struct as_http_query *query_out, struct as_http_problem *problem);

#endif
