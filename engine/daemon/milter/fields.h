/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_FIELDS_H
#define ASSAY_DAEMON_MILTER_FIELDS_H

#include "base/buffer.h"

/*
 * What is remembered of the header of one message while it passes, so that it
 * can be changed at the end: fields that only we may set and that came in all
 * the same, MIME fields, the subject. Values come in pieces of any size; what
 * is kept of them is bounded. Pure but for memory.
 *
 * Mail servers count fields by name, whatever the case, so that the name with
 * a number is how a field is found again.
 */

/* Fields that are to be removed. Each costs the mail server a search in its
 * header; honest mail has some per relay of ours that it passed. */
#define AS_MILTER_FORGED_MAX 64u
/* MIME fields in the outermost header; honest mail has seven at most. */
#define AS_MILTER_MIME_MAX 64u
/* Names that are compared; longer ones are none of ours. */
#define AS_MILTER_NAME_MAX 127u
/* Octets kept of one value and of all of them. A subject over the first is
 * delivered as it is. */
#define AS_MILTER_KEEP_VALUE 16384u
#define AS_MILTER_KEEP_ALL   65536u

enum as_milter_kind {
	AS_MILTER_FORGED = 0, /* ours by name, or an Authentication-Results that
				 claims to be */
	AS_MILTER_MIME,	      /* Content-*, MIME-Version */
	AS_MILTER_SUBJECT,    /* the first one */
	AS_MILTER_OTHER	      /* not kept */
};

struct as_milter_field {
	enum as_milter_kind kind;
	uint32_t number;				 /* among the fields of its name, from 1 */
	bool whole;					 /* the value is: it was not cut */
	size_t name_at, name_size, value_at, value_size; /* in texts */
};

struct as_milter_fields {
	struct as_milter_field *list;
	size_t count, room;
	uint32_t forged, mime, subjects, results; /* seen */
	bool failed;				  /* no memory */
	struct as_buffer texts;			  /* begins with our authserv-id */
	size_t authserv_size;

	/* The field that is passing. */
	enum as_milter_kind kind;
	bool is_result, cut;
	size_t name_at, name_size, value_at;
};

void as_milter_fields_init(struct as_milter_fields *fields);
/* Frees the memory; the result can be used again. */
void as_milter_fields_deinit(struct as_milter_fields *fields);
/* Before the first field: the name under which nobody else may speak. */
void as_milter_fields_start(struct as_milter_fields *fields, struct as_span authserv);

/* name: as it came, or its first octets when !whole. */
void as_milter_fields_begin(struct as_milter_fields *fields, struct as_span name, bool whole);
void as_milter_fields_value(struct as_milter_fields *fields, struct as_span piece);
void as_milter_fields_end(struct as_milter_fields *fields);

static inline struct as_span as_milter_fields_authserv(const struct as_milter_fields *fields)
{
	return as_span_make(fields->texts.data, fields->authserv_size);
}

static inline struct as_span as_milter_field_name(const struct as_milter_fields *fields,
						  const struct as_milter_field *field)
{
	return as_span_make(fields->texts.data + field->name_at, field->name_size);
}

static inline struct as_span as_milter_field_value(const struct as_milter_fields *fields,
						   const struct as_milter_field *field)
{
	return as_span_make(fields->texts.data + field->value_at, field->value_size);
}

/* Upper and lower case of ASCII are equal. */
bool as_milter_name_equal(struct as_span a, struct as_span b);
/* Content-*, MIME-Version. */
bool as_milter_name_is_mime(struct as_span name);

#endif
