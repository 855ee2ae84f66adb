/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/service_changes.h"

#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum kind { TEXT, LIST, OCTETS };

/* An option and where its value stands. */
struct field {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size; /* OCTETS: of the value; LIST: offset of the count */
};

#define TEXT_FIELD(type, member)                                                                   \
	{                                                                                          \
#member, TEXT, offsetof(struct type, member), 0                                    \
	}
#define OCTETS_FIELD(type, member)                                                                 \
	{                                                                                          \
#member, OCTETS, offsetof(struct type, member),                                    \
			sizeof(((struct type *)NULL)->member)                                      \
	}
#define LIST_FIELD(type, member, count)                                                            \
	{                                                                                          \
#member, LIST, offsetof(struct type, member), offsetof(struct type, count)         \
	}

static const struct field service_fields[] = {
	TEXT_FIELD(as_service, user),
	TEXT_FIELD(as_service, group),
	TEXT_FIELD(as_service, run_dir),
	TEXT_FIELD(as_service, quarantine_dir),
	TEXT_FIELD(as_service, log_file),
	{"max_connections", OCTETS, offsetof(struct as_service, connections), sizeof(uint32_t)},
	OCTETS_FIELD(as_service, queue_limit),
	OCTETS_FIELD(as_service, spool_bytes),
	OCTETS_FIELD(as_service, drain_ms),
	OCTETS_FIELD(as_service, reload_drain_ms),
	OCTETS_FIELD(as_service, watch),
	OCTETS_FIELD(as_service, front_sandbox),
};

static const struct field config_fields[] = {
	OCTETS_FIELD(as_config, log_level),
	OCTETS_FIELD(as_config, log_format),
};

static const struct field listener_fields[] = {
	OCTETS_FIELD(as_listener_config, protocol),
	TEXT_FIELD(as_listener_config, address),
	OCTETS_FIELD(as_listener_config, mode),
	TEXT_FIELD(as_listener_config, group),
	OCTETS_FIELD(as_listener_config, fail),
	OCTETS_FIELD(as_listener_config, quarantine),
	TEXT_FIELD(as_listener_config, policy),
	TEXT_FIELD(as_listener_config, direction),
	OCTETS_FIELD(as_listener_config, connections),
	OCTETS_FIELD(as_listener_config, jobs),
	OCTETS_FIELD(as_listener_config, spool_bytes),
	OCTETS_FIELD(as_listener_config, first_byte_ms),
	OCTETS_FIELD(as_listener_config, idle_ms),
	OCTETS_FIELD(as_listener_config, request_ms),
	OCTETS_FIELD(as_listener_config, keepalive_ms),
	LIST_FIELD(as_listener_config, users, user_count),
	LIST_FIELD(as_listener_config, groups, group_count),
	OCTETS_FIELD(as_listener_config, incomplete),
	OCTETS_FIELD(as_listener_config, reload),
	LIST_FIELD(as_listener_config, roots, root_count),
	TEXT_FIELD(as_listener_config, authserv_id),
	TEXT_FIELD(as_listener_config, subject_prefix),
	OCTETS_FIELD(as_listener_config, headers),
};

static bool same_list(const char *now, const char *next, const struct field *field)
{
	const char *const *left, *const *right;
	size_t left_count, right_count;

	memcpy(&left, now + field->offset, sizeof(left));
	memcpy(&right, next + field->offset, sizeof(right));
	memcpy(&left_count, now + field->size, sizeof(left_count));
	memcpy(&right_count, next + field->size, sizeof(right_count));
	if (left_count != right_count)
		return false;
	for (size_t i = 0; i < left_count; i++)
		if (strcmp(left[i], right[i]) != 0)
			return false;
	return true;
}

static bool is_same(const void *now, const void *next, const struct field *field)
{
	const char *a = now, *b = next;
	const char *left, *right;

	switch (field->kind) {
	case TEXT:
		memcpy(&left, a + field->offset, sizeof(left));
		memcpy(&right, b + field->offset, sizeof(right));
		return strcmp(left, right) == 0;
	case LIST:
		return same_list(a, b, field);
	case OCTETS:
		break;
	}
	return memcmp(a + field->offset, b + field->offset, field->size) == 0;
}

/* Names of the fields that differ, joined by commas. */
static size_t put_fields(const void *now, const void *next, const struct field *fields,
			 size_t count, size_t before, struct as_buffer *out)
{
	for (size_t i = 0; i < count; i++)
		if (!is_same(now, next, &fields[i]))
			as_buffer_printf(out, "%s%s", before++ > 0 ? ", " : "", fields[i].name);
	return before;
}

static const struct as_listener_config *find(const struct as_service *service, const char *name)
{
	for (size_t i = 0; i < service->listener_count; i++)
		if (strcmp(service->listeners[i].name, name) == 0)
			return &service->listeners[i];
	return NULL;
}

static size_t put_listeners(const struct as_service *now, const struct as_service *next,
			    size_t before, struct as_buffer *out)
{
	for (size_t i = 0; i < now->listener_count; i++) {
		const struct as_listener_config *old = &now->listeners[i];
		const struct as_listener_config *new_ = find(next, old->name);
		size_t begin = out->size;

		as_buffer_printf(out, "%slistener \"%s\" (", before > 0 ? ", " : "", old->name);
		if (new_ == NULL)
			as_buffer_text(out, "no longer there");
		else if (put_fields(old, new_, listener_fields, COUNT(listener_fields), 0, out) ==
			 0) {
			out->size = begin;
			continue;
		}
		as_buffer_byte(out, ')');
		before++;
	}
	return before;
}

void as_service_changes(const struct as_config *now, const struct as_config *next,
			struct as_buffer *out)
{
	size_t count;

	count = put_fields(&now->service, &next->service, service_fields, COUNT(service_fields), 0,
			   out);
	count = put_fields(now, next, config_fields, COUNT(config_fields), count, out);
	count = put_listeners(&now->service, &next->service, count, out);
	for (size_t i = 0; i < next->service.listener_count; i++) {
		const char *name = next->service.listeners[i].name;

		if (find(&now->service, name) == NULL)
			as_buffer_printf(out, "%snew listener \"%s\"", count++ > 0 ? ", " : "",
					 name);
	}
}
