/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms_read.h"

bool cms_algorithm_inside(const struct as_ber *element, struct as_cms_algorithm *algorithm_out)
{
	struct as_cms_algorithm algorithm = {.whole = element->whole};
	struct as_span rest = element->content;
	struct as_ber oid, parameters;

	if (!element->constructed || !as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OID, &oid) ||
	    !as_ber_is_oid(oid.content))
		return false;
	algorithm.oid = oid.content;
	algorithm.known = as_oid_find(oid.content);
	if (rest.size > 0) {
		if (!as_ber_next(&rest, &parameters) || rest.size > 0)
			return false;
		algorithm.parameters = parameters.whole;
	}
	*algorithm_out = algorithm;
	return true;
}

bool as_cms_algorithm_read(struct as_span *rest, struct as_cms_algorithm *algorithm_out)
{
	struct as_span after = *rest;
	struct as_ber element;

	if (!as_ber_expect(&after, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &element) ||
	    !cms_algorithm_inside(&element, algorithm_out))
		return false;
	*rest = after;
	return true;
}

static bool read_values(struct cms_reader *reader, struct cms_level *level,
			struct as_cms_attribute *attribute)
{
	static const char field[] = "attrValues";
	struct cms_level inside;
	struct as_ber values, value;

	if (!cms_take(reader, level, AS_BER_UNIVERSAL, AS_BER_SET, field, &values))
		return false;
	attribute->values = values.content;
	inside = cms_inside(&values);
	while (cms_more(&inside) && attribute->value_count < AS_CMS_VALUES_MAX) {
		if (!cms_take_any(reader, &inside, field, &value))
			return false;
		if (attribute->value_count++ == 0)
			attribute->value = value;
	}
	return true;
}

/* Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF } */
static bool read_attribute(struct cms_reader *reader, struct cms_level *set,
			   struct as_cms_attribute *attribute)
{
	static const char field[] = "Attribute";
	struct cms_level level;

	*attribute = (struct as_cms_attribute){0};
	if (!cms_enter(reader, set, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, field, &level) ||
	    !cms_take_oid(reader, &level, "attrType", &attribute->oid))
		return false;
	attribute->known = as_oid_find(attribute->oid);
	return read_values(reader, &level, attribute) && cms_leave(reader, &level, set, field);
}

bool cms_attributes(struct cms_reader *reader, struct cms_level *level, struct cms_list *list,
		    bool *too_many_out)
{
	*list = (struct cms_list){.item_bytes = sizeof(struct as_cms_attribute)};
	*too_many_out = false;
	while (cms_more(level)) {
		struct as_cms_attribute attribute;

		if (list->count >= AS_CMS_ATTRIBUTES_MAX) {
			*too_many_out = true;
			return cms_skip(reader, level, "Attribute");
		}
		if (!read_attribute(reader, level, &attribute))
			return false;
		if (!cms_push(reader->arena, list, &attribute))
			return cms_out_of_memory(reader);
	}
	return true;
}

bool as_cms_attributes_read(struct as_arena *arena, struct as_span content,
			    struct as_cms_attribute **attributes_out, size_t *count_out,
			    bool *too_many_out)
{
	struct as_cms_parse parse = {0}; /* for the reason that nobody asks for */
	struct cms_reader reader = {.arena = arena, .parse = &parse};
	struct cms_level level = {.rest = content};
	struct cms_list list;
	bool too_many;

	if (!cms_attributes(&reader, &level, &list, &too_many))
		return false;
	*attributes_out = list.items;
	*count_out = list.count;
	*too_many_out = too_many;
	return true;
}

const struct as_cms_attribute *as_cms_attribute_find(const struct as_cms_attribute *attributes,
						     size_t count, enum as_oid_id id,
						     size_t *count_out)
{
	const struct as_cms_attribute *found = NULL;

	*count_out = 0;
	for (size_t i = 0; i < count; i++) {
		if (attributes[i].known == NULL || attributes[i].known->id != id)
			continue;
		if (found == NULL)
			found = &attributes[i];
		++*count_out;
	}
	return found;
}
