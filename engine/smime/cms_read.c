/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms_read.h"

#include <errno.h>
#include <inttypes.h>

/* Most lists have one or two members. */
#define LIST_FIRST 4u

/* " of signer 2", or nothing. */
static const char *owner_of(struct cms_reader *reader)
{
	const char *text;

	if (reader->owner == NULL)
		return "";
	text = as_arena_printf(reader->arena, " of %s %zu", reader->owner, reader->number);
	return text != NULL ? text : "";
}

static bool set_result(struct cms_reader *reader, enum as_cms_result result, const char *reason)
{
	struct as_cms_parse *parse = reader->parse;

	if (parse->result == AS_CMS_OK || parse->result == AS_CMS_LIMIT) {
		parse->result = reason != NULL ? result : AS_CMS_MEMORY;
		parse->reason = reason != NULL ? reason : "";
	}
	return false;
}

bool cms_fail(struct cms_reader *reader, const char *field, const char *why)
{
	return set_result(reader, AS_CMS_MALFORMED,
			  as_arena_printf(reader->arena, "%s%s %s", field, owner_of(reader), why));
}

bool cms_out_of_memory(struct cms_reader *reader)
{
	return set_result(reader, AS_CMS_MEMORY, "");
}

void cms_limit(struct cms_reader *reader, unsigned int limit, const char *what)
{
	if (reader->parse->result == AS_CMS_OK)
		set_result(reader, AS_CMS_LIMIT,
			   as_arena_printf(reader->arena, "more than %u %s", limit, what));
}

static bool fail_cut(struct cms_reader *reader, const char *field)
{
	const char *reason;

	if (reader->announced > 0)
		reason = as_arena_printf(
			reader->arena,
			"the object is cut off in %s%s: %zu of %" PRIu64 " octets are there", field,
			owner_of(reader), reader->available, reader->announced);
	else
		reason = as_arena_printf(reader->arena,
					 "the object is cut off in %s%s: its end is missing", field,
					 owner_of(reader));
	return set_result(reader, AS_CMS_MALFORMED, reason);
}

static bool fail_fault(struct cms_reader *reader, const struct cms_level *level, const char *field,
		       enum as_ber_fault fault)
{
	switch (fault) {
	case AS_BER_END:
		if (level->open_end && level->rest.size == 0)
			return fail_cut(reader, field);
		return cms_fail(reader, field, "is missing");
	case AS_BER_CUT:
		if (level->open_end)
			return fail_cut(reader, field);
		return cms_fail(reader, field, "is longer than what it stands in");
	case AS_BER_DEEP:
		return cms_fail(reader, field, "is nested too deep");
	default:
		return cms_fail(reader, field, "has a tag or length that BER does not allow");
	}
}

static bool fail_other(struct cms_reader *reader, const struct cms_level *level, const char *field)
{
	return set_result(reader, AS_CMS_MALFORMED,
			  as_arena_printf(reader->arena,
					  "%s%s is missing: an element with tag 0x%02x stands "
					  "in its place",
					  field, owner_of(reader), level->rest.data[0]));
}

struct as_span cms_since(struct as_span begin, const struct cms_level *level)
{
	return as_span_slice(begin, 0, begin.size - level->rest.size);
}

struct cms_level cms_inside(const struct as_ber *element)
{
	struct cms_level level = {.rest = element->content};

	return level;
}

bool cms_enter(struct cms_reader *reader, struct cms_level *parent, enum as_ber_class class,
	       uint32_t tag, const char *field, struct cms_level *child_out)
{
	struct as_ber_head head;
	enum as_ber_fault fault = as_ber_head_read(parent->rest, &head);
	struct cms_level child = {0};

	if (fault != AS_BER_FINE)
		return fail_fault(reader, parent, field, fault);
	if (head.class != class || head.tag != tag)
		return fail_other(reader, parent, field);
	if (!head.constructed)
		return cms_fail(reader, field, "has no members where it needs some");
	child.rest = as_span_from(parent->rest, head.bytes);
	child.indefinite = head.indefinite;
	if (head.indefinite) {
		child.open_end = parent->open_end;
	} else if (head.length <= child.rest.size) {
		child.rest = as_span_slice(child.rest, 0, (size_t)head.length);
		parent->rest = as_span_from(parent->rest, head.bytes + (size_t)head.length);
	} else if (parent->open_end) {
		child.open_end = true;
	} else {
		return fail_fault(reader, parent, field, AS_BER_CUT);
	}
	*child_out = child;
	return true;
}

bool cms_finish(struct cms_reader *reader, const struct cms_level *level, const char *field)
{
	if (cms_more(level))
		return cms_fail(reader, field, "has fields that do not belong there");
	return true;
}

bool cms_leave(struct cms_reader *reader, struct cms_level *child, struct cms_level *parent,
	       const char *field)
{
	size_t trailer = child->indefinite ? 2 : 0;

	if (child->rest.size < trailer || (child->open_end && child->rest.size == 0))
		return fail_fault(reader, child, field, AS_BER_CUT);
	if (!cms_finish(reader, child, field))
		return false;
	if (child->indefinite)
		parent->rest = as_span_from(child->rest, trailer);
	return true;
}

/* Leaves the end-of-contents for cms_leave. */
bool cms_skip(struct cms_reader *reader, struct cms_level *level, const char *field)
{
	enum as_ber_fault fault = AS_BER_FINE;
	struct as_span rest = level->rest;

	if (!level->indefinite) {
		if (level->open_end)
			return fail_cut(reader, field);
		level->rest = as_span_from(level->rest, level->rest.size);
		return true;
	}
	fault = as_ber_skip_to_end(&rest);
	if (fault != AS_BER_FINE)
		return fail_fault(reader, level, field, fault);
	level->rest = as_span_from(level->rest, level->rest.size - rest.size - 2);
	return true;
}

bool cms_more(const struct cms_level *level)
{
	static const unsigned char end[2];

	if (level->indefinite && as_span_has_at(level->rest, 0, end, sizeof(end)))
		return false;
	return level->rest.size > 0;
}

bool cms_is(const struct cms_level *level, enum as_ber_class class, uint32_t tag)
{
	struct as_ber_head head;

	return cms_more(level) && as_ber_head_read(level->rest, &head) == AS_BER_FINE &&
	       head.class == class && head.tag == tag;
}

bool cms_take_any(struct cms_reader *reader, struct cms_level *level, const char *field,
		  struct as_ber *element_out)
{
	enum as_ber_fault fault = as_ber_read(&level->rest, element_out);

	return fault == AS_BER_FINE || fail_fault(reader, level, field, fault);
}

bool cms_take(struct cms_reader *reader, struct cms_level *level, enum as_ber_class class,
	      uint32_t tag, const char *field, struct as_ber *element_out)
{
	struct as_span rest = level->rest;
	struct as_ber_head head;
	enum as_ber_fault fault = as_ber_head_read(rest, &head);

	if (fault != AS_BER_FINE)
		return fail_fault(reader, level, field, fault);
	if (head.class != class || head.tag != tag)
		return fail_other(reader, level, field);
	if (as_ber_expect(&level->rest, class, tag, element_out))
		return true;
	fault = as_ber_read(&rest, element_out);
	if (fault != AS_BER_FINE)
		return fail_fault(reader, level, field, fault);
	return cms_fail(reader, field,
			head.constructed ? "has members where it is one value"
					 : "has no members where it needs some");
}

bool cms_take_uint(struct cms_reader *reader, struct cms_level *level, const char *field,
		   uint64_t *value_out)
{
	struct as_ber integer;

	if (!cms_take(reader, level, AS_BER_UNIVERSAL, AS_BER_INTEGER, field, &integer))
		return false;
	if (!as_ber_uint(&integer, value_out))
		return cms_fail(reader, field, "is no number of its range");
	return true;
}

bool cms_take_oid(struct cms_reader *reader, struct cms_level *level, const char *field,
		  struct as_span *oid_out)
{
	struct as_ber oid;

	if (!cms_take(reader, level, AS_BER_UNIVERSAL, AS_BER_OID, field, &oid))
		return false;
	if (!as_ber_is_oid(oid.content))
		return cms_fail(reader, field, "is no object identifier");
	*oid_out = oid.content;
	return true;
}

bool cms_take_octets(struct cms_reader *reader, struct cms_level *level, enum as_ber_class class,
		     uint32_t tag, const char *field, struct as_span *octets_out)
{
	struct as_ber string;
	int rc;

	if (!cms_take(reader, level, class, tag, field, &string))
		return false;
	rc = as_ber_octets(reader->arena, &string, octets_out);
	if (rc == -ENOMEM)
		return cms_out_of_memory(reader);
	return rc == 0 || cms_fail(reader, field, "has pieces that are no OCTET STRING");
}

bool cms_take_algorithm(struct cms_reader *reader, struct cms_level *level, enum as_ber_class class,
			uint32_t tag, const char *field, struct as_cms_algorithm *algorithm_out)
{
	struct as_ber element;

	if (!cms_take(reader, level, class, tag, field, &element))
		return false;
	return cms_algorithm_inside(&element, algorithm_out) ||
	       cms_fail(reader, field, "is no AlgorithmIdentifier");
}

bool cms_take_identifier(struct cms_reader *reader, struct cms_level *level, const char *field,
			 struct as_cms_identifier *identifier_out)
{
	struct as_ber both, issuer, serial;
	struct cms_level inside;

	*identifier_out = (struct as_cms_identifier){0};
	if (cms_is(level, AS_BER_CONTEXT, 0))
		return cms_take_octets(reader, level, AS_BER_CONTEXT, 0, field,
				       &identifier_out->key_id);
	if (!cms_take(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, field, &both))
		return false;
	inside = cms_inside(&both);
	if (!as_ber_expect(&inside.rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &issuer) ||
	    !as_ber_expect(&inside.rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &serial) ||
	    serial.content.size == 0 || inside.rest.size > 0)
		return cms_fail(reader, field, "is no IssuerAndSerialNumber");
	identifier_out->issuer = issuer.whole;
	identifier_out->serial = serial.content;
	return true;
}

bool cms_push(struct as_arena *arena, struct cms_list *list, const void *item)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? LIST_FIRST : 2 * list->capacity;
		void *items = as_arena_array(arena, capacity, list->item_bytes);

		if (items == NULL)
			return false;
		if (list->count > 0)
			memcpy(items, list->items, list->count * list->item_bytes);
		list->items = items;
		list->capacity = capacity;
	}
	memcpy((unsigned char *)list->items + list->count++ * list->item_bytes, item,
	       list->item_bytes);
	return true;
}
