/* SPDX-License-Identifier: BSD-2-Clause */
#include "tnef_props.h"

#define TYPE_MULTI  0x1000u /* several values (MS-OXCDATA s2.11.1) */

#define NAMED_FIRST 0x8000u /* from here on a GUID and a name follow the tag */
#define GUID_SIZE   16u
#define NAME_IS_ID  0u

#define TAG_SIZE    4u

static bool is_variable(uint16_t type)
{
	return type == TNEF_TYPE_OBJECT || type == TNEF_TYPE_STRING8 || type == TNEF_TYPE_UNICODE ||
	       type == TNEF_TYPE_BINARY;
}

/* Octets of a value with its padding; false for a type nobody knows. */
static bool fixed_size(uint16_t type, uint32_t *size_out)
{
	static const struct {
		uint16_t type;
		uint16_t size;
	} table[] = {
		{0x0000, 0}, {0x0001, 0}, {0x0002, 4},	       {0x0003, 4}, {0x0004, 4},
		{0x0005, 8}, {0x0006, 8}, {0x0007, 8},	       {0x000a, 4}, {0x000b, 4},
		{0x0014, 8}, {0x0040, 8}, {0x0048, GUID_SIZE},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].type == type) {
			*size_out = table[i].size;
			return true;
		}
	}
	return false;
}

static uint64_t padded(uint64_t size)
{
	return (size + 3) & ~(uint64_t)3;
}

/* False, and nothing moved, when that is beyond the end. */
static bool skip(struct tnef_props *props, uint64_t size)
{
	if (as_span_holds(props->data, props->at, size)) {
		props->at += (size_t)size;
		return true;
	}
	return false;
}

static bool skip_name(struct tnef_props *props)
{
	uint32_t kind, length;

	if (!skip(props, GUID_SIZE) || !as_span_le32(props->data, props->at, &kind))
		return false;
	props->at += 4;
	if (kind == NAME_IS_ID)
		return skip(props, 4);
	if (!as_span_le32(props->data, props->at, &length))
		return false;
	props->at += 4;
	return skip(props, padded(length));
}

/* Reads the tag and, of types with a fixed size, the values. */
static bool begin_property(struct tnef_props *props)
{
	uint32_t values = 1, size;
	uint16_t tagged;

	if (!as_span_le16(props->data, props->at, &tagged) ||
	    !as_span_le16(props->data, props->at + 2, &props->id))
		return false;
	props->at += TAG_SIZE;
	props->type = tagged & (uint16_t)~TYPE_MULTI;
	if (props->id >= NAMED_FIRST && !skip_name(props))
		return false;
	props->seen++;
	if (is_variable(props->type) || (tagged & TYPE_MULTI) != 0) {
		if (!as_span_le32(props->data, props->at, &values))
			return false;
		props->at += 4;
	}
	if (is_variable(props->type)) {
		/* Each has a size of four octets at least. */
		if (values > (props->data.size - props->at) / 4)
			return false;
		props->values_left = values;
		return true;
	}
	return fixed_size(props->type, &size) && skip(props, (uint64_t)values * size);
}

/* Whether a property that matters begins here, with a value that fits. */
static bool is_landmark(struct as_span data, size_t at)
{
	static const uint16_t ids[] = {
		TNEF_PR_ATTACH_DATA,
		TNEF_PR_ATTACH_LONG_FILENAME,
		TNEF_PR_ATTACH_FILENAME,
		TNEF_PR_RTF,
		TNEF_PR_HTML,
		TNEF_PR_BODY,
	};
	uint16_t type, id;
	uint32_t values, size;

	if (!as_span_le16(data, at, &type) || !is_variable(type) ||
	    !as_span_le16(data, at + 2, &id) || !as_span_le32(data, at + 4, &values) ||
	    !as_span_le32(data, at + 8, &size) || values != 1 ||
	    !as_span_holds(data, (uint64_t)at + 12, size))
		return false;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* Goes to the next property that matters, or to the end. */
static void resynchronise(struct tnef_props *props, size_t from)
{
	props->damaged = true;
	props->values_left = 0;
	for (props->at = from; props->at < props->data.size; props->at++)
		if (is_landmark(props->data, props->at))
			return;
}

static bool take_value(struct tnef_props *props, struct tnef_property *property_out)
{
	size_t begin = props->at + 4;
	uint32_t size;

	if (!as_span_le32(props->data, props->at, &size)) {
		resynchronise(props, props->data.size);
		return false;
	}
	props->values_left--;
	*property_out = (struct tnef_property){.type = props->type, .id = props->id};
	if (as_span_holds(props->data, begin, size)) {
		property_out->value = as_span_slice(props->data, begin, size);
		props->at = begin;
		/* The last value may come without its padding. */
		if (!skip(props, padded(size)))
			props->at = props->data.size;
		return true;
	}
	resynchronise(props, begin);
	property_out->cut = true;
	property_out->value = as_span_slice(props->data, begin, props->at - begin);
	if (props->overlong < TNEF_MAX_OVERLONG_VALUES) {
		props->overlong++;
		property_out->value = as_span_from(props->data, begin);
	}
	return true;
}

void tnef_props_open(struct tnef_props *props, struct as_span data)
{
	*props = (struct tnef_props){.data = data, .at = 4};
	if (!as_span_le32(data, 0, &props->count))
		props->damaged = data.size > 0;
}

/* Zeros behind the last property are padding. Asked once, when the declared
 * number is reached, so that zeros in front of more cost one pass. */
static bool only_zeros_left(const struct tnef_props *props)
{
	for (size_t i = props->at; i < props->data.size; i++)
		if (props->data.data[i] != 0)
			return false;
	return true;
}

static bool at_end(const struct tnef_props *props)
{
	return props->at >= props->data.size || props->data.size - props->at < TAG_SIZE ||
	       (props->seen == props->count && only_zeros_left(props));
}

bool tnef_props_next(struct tnef_props *props, struct tnef_property *property_out)
{
	for (;;) {
		size_t tag = props->at;

		if (props->values_left > 0) {
			if (take_value(props, property_out))
				return true;
			continue;
		}
		if (at_end(props)) {
			if (props->seen != props->count)
				props->damaged = true;
			return false;
		}
		if (!begin_property(props))
			resynchronise(props, tag + 1);
	}
}
