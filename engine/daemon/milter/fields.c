/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/fields.h"

#include "daemon/milter/authserv.h"

#include <stdlib.h>
#include <strings.h>

/* What all names that can be kept may take. */
#define NAMES_MAX ((size_t)AS_MILTER_NAME_MAX * (AS_MILTER_FORGED_MAX + AS_MILTER_MIME_MAX + 1))

static const char results_name[] = "Authentication-Results";

bool as_milter_name_equal(struct as_span a, struct as_span b)
{
	return a.size == b.size && (a.size == 0 || strncasecmp((const char *)a.data,
							       (const char *)b.data, a.size) == 0);
}

static bool begins(struct as_span name, const char *prefix)
{
	return as_milter_name_equal(as_span_slice(name, 0, strlen(prefix)), as_span_text(prefix));
}

bool as_milter_name_is_mime(struct as_span name)
{
	return begins(name, "Content-") || as_milter_name_equal(name, as_span_text("MIME-Version"));
}

void as_milter_fields_init(struct as_milter_fields *fields)
{
	*fields = (struct as_milter_fields){.kind = AS_MILTER_OTHER};
	as_buffer_init(&fields->texts, AS_MILTER_KEEP_ALL);
}

void as_milter_fields_deinit(struct as_milter_fields *fields)
{
	free(fields->list);
	as_buffer_deinit(&fields->texts);
	as_milter_fields_init(fields);
}

void as_milter_fields_start(struct as_milter_fields *fields, struct as_span authserv)
{
	fields->authserv_size = authserv.size;
	if (!as_buffer_append(&fields->texts, authserv.data, authserv.size))
		fields->failed = true;
}

/* Blanks before the colon are no part of a name (RFC 5322 s4.5.8), and mail
 * servers do not compare them. */
static struct as_span trim(struct as_span name)
{
	while (name.size > 0 &&
	       (name.data[name.size - 1] == ' ' || name.data[name.size - 1] == '\t'))
		name.size--;
	return name;
}

static bool is_ours(struct as_span name)
{
	return begins(name, "Assay-") || begins(name, "X-Assay-");
}

static enum as_milter_kind kind_of(struct as_milter_fields *fields, struct as_span name)
{
	if (is_ours(name))
		return ++fields->forged <= AS_MILTER_FORGED_MAX ? AS_MILTER_FORGED
								: AS_MILTER_OTHER;
	if (as_milter_name_equal(name, as_span_text(results_name))) {
		fields->is_result = true;
		fields->results++;
		return AS_MILTER_FORGED;
	}
	if (as_milter_name_is_mime(name))
		return ++fields->mime <= AS_MILTER_MIME_MAX ? AS_MILTER_MIME : AS_MILTER_OTHER;
	if (as_milter_name_equal(name, as_span_text("Subject")))
		return ++fields->subjects == 1 ? AS_MILTER_SUBJECT : AS_MILTER_OTHER;
	return AS_MILTER_OTHER;
}

void as_milter_fields_begin(struct as_milter_fields *fields, struct as_span name, bool whole)
{
	fields->is_result = false;
	fields->cut = false;
	fields->kind = AS_MILTER_OTHER;
	/* A long name of ours cannot be kept to be removed, so that it counts
	 * as one too many. */
	if (!whole && (is_ours(name) || begins(name, results_name)))
		fields->forged = AS_MILTER_FORGED_MAX + 1;
	name = trim(name);
	if (!whole || name.size == 0 || fields->failed)
		return;
	fields->kind = kind_of(fields, name);
	if (fields->kind == AS_MILTER_OTHER)
		return;
	fields->name_at = fields->texts.size;
	fields->name_size = name.size;
	if (!as_buffer_append(&fields->texts, name.data, name.size))
		fields->failed = true;
	fields->value_at = fields->texts.size;
}

void as_milter_fields_value(struct as_milter_fields *fields, struct as_span piece)
{
	size_t have, most;

	/* Only the number of those counts. */
	if (fields->kind == AS_MILTER_OTHER ||
	    (fields->kind == AS_MILTER_FORGED && !fields->is_result))
		return;
	have = fields->texts.size - fields->value_at;
	most = fields->is_result ? AS_MILTER_AUTHSERV_LOOK : AS_MILTER_KEEP_VALUE;
	if (piece.size > most - have) {
		piece.size = most - have;
		fields->cut = true;
	}
	/* Names must still find room behind all values. */
	have = fields->texts.size + NAMES_MAX;
	if (have > AS_MILTER_KEEP_ALL || piece.size > AS_MILTER_KEEP_ALL - have)
		fields->cut = true;
	else if (!as_buffer_append(&fields->texts, piece.data, piece.size))
		fields->failed = true;
}

static uint32_t number_of(const struct as_milter_fields *fields, struct as_span name)
{
	uint32_t number = 1;

	for (size_t i = 0; i < fields->count; i++)
		if (as_milter_name_equal(as_milter_field_name(fields, &fields->list[i]), name))
			number++;
	return number;
}

static void add(struct as_milter_fields *fields, const struct as_milter_field *field)
{
	size_t room = fields->room > 0 ? fields->room * 2 : 8;
	struct as_milter_field *list = fields->list;

	if (fields->count == fields->room) {
		list = realloc(list, room * sizeof(*list));
		if (list == NULL) {
			fields->failed = true;
			return;
		}
		fields->list = list;
		fields->room = room;
	}
	list[fields->count++] = *field;
}

/* Whether this Authentication-Results is one to be removed; if so, it counts
 * with the others. */
static bool is_forged_result(struct as_milter_fields *fields)
{
	struct as_span value = as_span_make(fields->texts.data + fields->value_at,
					    fields->texts.size - fields->value_at);

	return as_milter_authserv_claims(value, !fields->cut, as_milter_fields_authserv(fields)) &&
	       ++fields->forged <= AS_MILTER_FORGED_MAX;
}

void as_milter_fields_end(struct as_milter_fields *fields)
{
	struct as_milter_field field = {
		.kind = fields->kind,
		.whole = !fields->cut,
		.name_at = fields->name_at,
		.name_size = fields->name_size,
		.value_at = fields->value_at,
	};

	fields->kind = AS_MILTER_OTHER;
	if (field.kind == AS_MILTER_OTHER || fields->failed)
		return;
	if (fields->is_result && !is_forged_result(fields)) {
		fields->texts.size = field.name_at;
		return;
	}
	field.value_size = fields->is_result ? 0 : fields->texts.size - field.value_at;
	if (fields->is_result)
		field.number = fields->results;
	else
		field.number = number_of(fields, as_milter_field_name(fields, &field));
	add(fields, &field);
}
