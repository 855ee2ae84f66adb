/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/protect.h"

#include "mime/field.h"
#include "mime/header.h"
#include "mime/param.h"

#include <errno.h>
#include <strings.h>

/* Of a Content-Type; real ones have up to six. */
#define PARAMS_MAX 50u
/* Multiparts round the first text of a mail: mixed, related, alternative. */
#define DISPLAY_DEPTH_MAX 8u

const char *as_protect_form_name(enum as_protect_form form)
{
	switch (form) {
	case AS_PROTECT_NONE:
		return "none";
	case AS_PROTECT_CLEAR:
		return "RFC 9788, hp=clear";
	case AS_PROTECT_CIPHER:
		return "RFC 9788, hp=cipher";
	case AS_PROTECT_DRAFT:
		return "protected-headers=v1";
	case AS_PROTECT_WRAPPED:
		return "a message within, RFC 8551 section 3.1";
	}
	return "none";
}

/* An entity in octets: its header, its Content-Type. */
struct part {
	struct as_span header, body;
	struct as_params type;
};

/* Of repeated Content-Type fields the last one counts, as in the whole engine. */
static int read_part(struct as_arena *arena, struct as_span octets, bool root,
		     struct part *part_out)
{
	const struct as_boundaries none = {.items = NULL};
	const struct as_header_source source = {
		.message = octets,
		.terminator = as_span_find_byte(octets, 0, '\n') == SIZE_MAX ? '\r' : '\n',
		.boundaries = &none,
	};
	struct as_span value = as_span_make(NULL, 0);
	struct as_header header;
	struct as_field field;
	size_t offset = 0;

	as_header_locate(&source, 0, root, &header);
	part_out->header = as_span_slice(octets, header.begin, header.end - header.begin);
	part_out->body = as_span_from(octets, header.end);
	while (as_field_next(part_out->header, &offset, &field))
		if (as_field_is(&field, "Content-Type"))
			value = field.value;
	return as_params_parse(arena, value, PARAMS_MAX, &part_out->type);
}

static bool param_is(const struct as_params *params, const char *name, const char *value)
{
	const struct as_param *param = as_params_find(params, name);

	return param != NULL && param->value_length == strlen(value) &&
	       strncasecmp(param->value, value, param->value_length) == 0;
}

static bool is_message(const struct as_params *type)
{
	return strcmp(type->type, "message/rfc822") == 0 ||
	       strcmp(type->type, "message/global") == 0;
}

static enum as_protect_form find_form(const struct as_params *type)
{
	if (param_is(type, "hp", "clear"))
		return AS_PROTECT_CLEAR;
	if (param_is(type, "hp", "cipher"))
		return AS_PROTECT_CIPHER;
	if (param_is(type, "protected-headers", "v1"))
		return AS_PROTECT_DRAFT;
	if (is_message(type) && !param_is(type, "forwarded", "yes"))
		return AS_PROTECT_WRAPPED;
	return AS_PROTECT_NONE;
}

/* What stands behind the first delimiter line. */
static bool first_child(const struct part *part, struct as_span *child_out)
{
	const struct as_param *boundary = as_params_find(&part->type, "boundary");
	size_t offset = 0;

	if (strncmp(part->type.type, "multipart/", 10) != 0 || boundary == NULL ||
	    boundary->value_length == 0)
		return false;
	while (offset < part->body.size) {
		struct as_line line = as_line_at(part->body, offset, '\n');
		struct as_span text = as_line_span(part->body, line);

		if (as_span_has_at(text, 0, "--", 2) &&
		    as_span_has_at(text, 2, boundary->value, boundary->value_length) &&
		    as_span_blank(as_span_from(text, 2 + boundary->value_length))) {
			*child_out = as_span_from(part->body, line.next);
			return true;
		}
		offset = line.next;
	}
	return false;
}

/* RFC 9788 s2.1.2, and how its forerunner marks such a part. */
static bool is_legacy_display(const struct part *part, bool root)
{
	if (strncmp(part->type.type, "text/", 5) != 0)
		return false;
	return param_is(&part->type, "hp-legacy-display", "1") ||
	       (!root && param_is(&part->type, "protected-headers", "v1"));
}

/* The first text is where readers look, so that is where the copy stands. */
static int find_legacy_display(struct as_arena *arena, struct part part, bool *found_out)
{
	struct as_span child;

	*found_out = is_legacy_display(&part, true);
	for (unsigned int depth = 0;
	     !*found_out && depth < DISPLAY_DEPTH_MAX && first_child(&part, &child); depth++) {
		if (read_part(arena, child, false, &part) < 0)
			return -ENOMEM;
		*found_out = is_legacy_display(&part, false);
	}
	return 0;
}

int as_protect_find(struct as_arena *arena, struct as_span content,
		    struct as_protection *protection_out)
{
	struct as_protection protection = {.form = AS_PROTECT_NONE};
	struct part root, inner;

	if (read_part(arena, content, true, &root) < 0)
		return -ENOMEM;
	protection.form = find_form(&root.type);
	if (protection.form == AS_PROTECT_WRAPPED) {
		if (read_part(arena, root.body, true, &inner) < 0)
			return -ENOMEM;
		protection.header = inner.header;
		protection.forwarded = !param_is(&root.type, "forwarded", "no");
	} else if (protection.form != AS_PROTECT_NONE) {
		protection.header = root.header;
		if (find_legacy_display(arena, root, &protection.legacy_display) < 0)
			return -ENOMEM;
	}
	*protection_out = protection;
	return 0;
}
