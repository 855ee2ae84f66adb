/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_MULTIPART_H
#define ASSAY_DAEMON_HTTP_MULTIPART_H

#include "daemon/http/limits.h"

#include <assay/span.h>

/*
 * A body of multipart/form-data (RFC 7578, RFC 2046 s5.1) in pieces of any
 * size. The octets of a part come out exactly as they went in: what separates
 * parts is CRLF, two hyphens and the boundary, and that CRLF belongs to it.
 *
 * Strict where two readers could differ: no preamble, no epilogue, nothing
 * behind a boundary on its line, CRLF only, no transfer encoding. Pure: no
 * memory but its own, which is bounded.
 */
struct as_http_part {
	char name[32]; /* of the form field; "" when it is longer */
	char type[64]; /* media type in lower case, "" when absent or longer */
};

struct as_http_multipart_sink {
	/* Negative codes end the parsing and are handed back. */
	int (*begin)(void *context, const struct as_http_part *part);
	int (*data)(void *context, struct as_span octets);
	int (*end)(void *context);
	void *context;
};

enum as_http_multipart_state {
	AS_HTTP_PART_START = 0, /* the first boundary */
	AS_HTTP_PART_AFTER,	/* behind a boundary */
	AS_HTTP_PART_HEADER,
	AS_HTTP_PART_DATA,
	AS_HTTP_PART_CLOSED, /* behind the last boundary */
	AS_HTTP_PART_FAILED,
};

struct as_http_multipart {
	enum as_http_multipart_state state;
	char delimiter[AS_HTTP_BOUNDARY_BYTES + 4]; /* with CRLF and hyphens */
	size_t delimiter_size;
	size_t matched;	       /* octets of it that were seen, */
	size_t borrowed;       /* so many of them as the end of the line before */
	unsigned char tail[2]; /* what stands behind a boundary */
	size_t tail_size;
	unsigned char line[AS_HTTP_PART_LINE_BYTES];
	size_t line_size;
	uint32_t lines;
	uint32_t parts;
	bool disposed; /* Content-Disposition was there */
	struct as_http_part part;
	const char *reason; /* why it failed, static */
};

/* boundary: as in Content-Type. AS_E_FORMAT when it is none. */
int as_http_multipart_init(struct as_http_multipart *parser, struct as_span boundary);
/* 0, AS_E_FORMAT with parser->reason, or what the sink said. */
int as_http_multipart_feed(struct as_http_multipart *parser,
			   const struct as_http_multipart_sink *sink, struct as_span octets);
/* The body is over: 0 when it ended where it should, else AS_E_FORMAT. */
int as_http_multipart_finish(struct as_http_multipart *parser);

#endif
