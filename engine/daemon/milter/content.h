/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_CONTENT_H
#define ASSAY_DAEMON_MILTER_CONTENT_H

#include "daemon/milter/fields.h"

/*
 * From frames back to the octets of the message, as they came over SMTP:
 * fields with their folds as CRLF, an empty line, the body as it is. Mail
 * servers take the first Received of their own out before.
 */

/* Where the octets go. Negative results are those of daemon/task.h. */
struct as_milter_sink {
	int (*begin)(void *context);
	int (*append)(void *context, struct as_span octets);
	/* The message will not be inspected. */
	void (*drop)(void *context);
	/* The most octets that a message may have. */
	uint64_t (*most)(void *context);
	/* It was refused by us, with this reply; for the log. */
	void (*refused)(void *context, const char *code, const char *text);
};

struct as_milter_content {
	const struct as_milter_sink *sink;
	void *context;
	struct as_milter_fields fields;
	bool space; /* values come with the blank behind the colon */
	int error;  /* the first one of the sink; nothing more goes there */

	/* The field that is passing. */
	enum { AS_MILTER_IN_NAME = 0, AS_MILTER_IN_VALUE, AS_MILTER_IN_END } place;
	unsigned char name[AS_MILTER_NAME_MAX];
	size_t name_size; /* as it came: may be more than name holds */
	bool first;	  /* no octet of the value has come */
	unsigned char last;
};

void as_milter_content_field_begin(struct as_milter_content *content);
/* false: the payload is no name and value. */
bool as_milter_content_field_piece(struct as_milter_content *content, struct as_span piece);
bool as_milter_content_field_end(struct as_milter_content *content);
void as_milter_content_octets(struct as_milter_content *content, struct as_span octets);

#endif
