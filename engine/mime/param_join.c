/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/param_join.h"

#include "base/buffer.h"
#include "mime/charset.h"

#include <errno.h>
#include <stdlib.h>

struct join {
	struct as_arena *arena;
	uint32_t anomalies;
	struct as_buffer items; /* of struct item */
	struct as_buffer scratch;
	bool failed;
};

static int compare_segments(const void *left, const void *right)
{
	const struct as_param_segment *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	if (order != 0)
		return order;
	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* An item and where its first segment stood. */
struct item {
	struct as_param param;
	size_t order;
};

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;

	return a->order < b->order ? -1 : a->order > b->order;
}

static const char *keep_scratch(struct join *join)
{
	const char *copy = as_arena_copy(join->arena, as_buffer_span(&join->scratch));

	if (copy == NULL)
		join->failed = true;
	return copy != NULL ? copy : "";
}

static int hex_digit(unsigned char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	octet |= 0x20;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

static void append_percent(struct join *join, struct as_span text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char octet = text.data[i];
		int high = -1, low = -1;

		if (octet == '%' && text.size - i >= 3) {
			high = hex_digit(text.data[i + 1]);
			low = hex_digit(text.data[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			octet = (unsigned char)(high << 4 | low);
			i += 2;
		} else if (octet == '%') {
			join->anomalies |= AS_PARAM_BAD_EXTENDED;
		}
		as_buffer_byte(&join->scratch, octet);
	}
}

/* Cuts charset'language' off (RFC 2231 s4). "" when it is not there. */
static const char *take_charset(struct join *join, struct as_span *text)
{
	size_t first = as_span_find_byte(*text, 0, '\'');
	size_t second = first == SIZE_MAX ? SIZE_MAX : as_span_find_byte(*text, first + 1, '\'');
	const char *charset;

	if (second == SIZE_MAX) {
		join->anomalies |= AS_PARAM_BAD_EXTENDED;
		return "";
	}
	charset = as_arena_copy(join->arena, as_span_slice(*text, 0, first));
	*text = as_span_from(*text, second + 1);
	if (charset == NULL)
		join->failed = true;
	return charset != NULL ? charset : "";
}

static void append_segment(struct join *join, const struct as_param_segment *segment, bool first,
			   const char **charset)
{
	struct as_span text = segment->value;

	if (!segment->extended) {
		as_buffer_append(&join->scratch, text.data, text.size);
		return;
	}
	if (segment->quoted)
		join->anomalies |= AS_PARAM_BAD_EXTENDED;
	if (first)
		*charset = take_charset(join, &text);
	append_percent(join, text);
}

/* Octets of scratch up to unbroken, in the charset; SIZE_MAX when the charset
 * is not known. The text goes to out. */
static size_t convert(struct join *join, const char *charset, size_t size, struct as_buffer *out)
{
	struct as_span octets = as_span_slice(as_buffer_span(&join->scratch), 0, size);

	as_buffer_init(out, 0);
	switch (as_charset_to_utf8(charset, octets, out)) {
	case AS_CHARSET_UNKNOWN:
		join->anomalies |= AS_PARAM_CHARSET;
		return SIZE_MAX;
	case AS_CHARSET_DAMAGED:
		join->anomalies |= AS_PARAM_CHARSET;
		break;
	case AS_CHARSET_OK:
		break;
	}
	return out->size;
}

/* scratch holds the octets of param. */
static void set_value(struct join *join, struct as_param *param, const char *charset,
		      size_t unbroken)
{
	struct as_buffer text, part;
	size_t text_size = SIZE_MAX, part_size = 0;

	as_buffer_init(&text, 0);
	as_buffer_init(&part, 0);
	if (charset[0] != '\0') {
		text_size = convert(join, charset, join->scratch.size, &text);
		if (text_size != SIZE_MAX && unbroken < join->scratch.size)
			part_size = convert(join, charset, unbroken, &part);
	}
	if (text_size != SIZE_MAX) {
		unbroken = unbroken < join->scratch.size ? part_size : text_size;
		join->scratch.size = 0;
		as_buffer_append(&join->scratch, text.data, text.size);
	}
	param->value = keep_scratch(join);
	param->value_length = join->scratch.size;
	param->unbroken_length = unbroken < param->value_length ? unbroken : param->value_length;
	if (text.failed || part.failed)
		join->failed = true;
	as_buffer_deinit(&text);
	as_buffer_deinit(&part);
}

static void add_item(struct join *join, const struct as_param_segment *segment)
{
	struct item item = {.order = segment->order};
	const char *charset = "";

	item.param.name = segment->name;
	item.param.raw = segment->raw;
	item.param.form = segment->extended ? AS_PARAM_EXTENDED
			  : segment->quoted ? AS_PARAM_QUOTED
					    : AS_PARAM_PLAIN;
	join->scratch.size = 0;
	append_segment(join, segment, true, &charset);
	set_value(join, &item.param, charset, join->scratch.size);
	as_buffer_append(&join->items, &item, sizeof(item));
}

/* Joins the sections [0, count); last: of repeated ones the last counts. */
static void join_sections(struct join *join, const struct as_param_segment *sections, size_t count,
			  bool last)
{
	struct item item = {.order = sections[0].order};
	const char *charset = "";
	size_t unbroken = SIZE_MAX, i = 0;
	long expected = 0;

	item.param.name = sections[0].name;
	item.param.raw = sections[0].raw;
	item.param.form = AS_PARAM_EXTENDED;
	join->scratch.size = 0;
	while (i < count) {
		size_t begin = i, pick;

		while (i < count && sections[i].section == sections[begin].section)
			i++;
		pick = last ? i - 1 : begin;
		if (sections[begin].section != expected && unbroken == SIZE_MAX) {
			join->anomalies |= AS_PARAM_GAP;
			unbroken = join->scratch.size;
		}
		expected = sections[begin].section + 1;
		append_segment(join, &sections[pick], begin == 0, &charset);
	}
	set_value(join, &item.param, charset, unbroken);
	as_buffer_append(&join->items, &item, sizeof(item));
}

/* The segments of one name: those without a section number come first. */
static void add_group(struct join *join, const struct as_param_segment *group, size_t count)
{
	size_t seen[2] = {0, 0}, i;
	bool repeated = false;

	for (i = 0; i < count && group[i].section == AS_NO_SECTION; i++) {
		seen[group[i].extended]++;
		add_item(join, &group[i]);
	}
	for (size_t k = i + 1; k < count; k++)
		repeated |= group[k].section == group[k - 1].section;
	if (repeated || seen[0] > 1 || seen[1] > 1)
		join->anomalies |= AS_PARAM_DUPLICATE;
	if (i < count)
		join_sections(join, group + i, count - i, false);
	if (repeated)
		join_sections(join, group + i, count - i, true);
}

static void add_groups(struct join *join, struct as_param_segment *segments, size_t count)
{
	size_t begin = 0;

	qsort(segments, count, sizeof(*segments), compare_segments);
	while (begin < count) {
		size_t end = begin + 1;

		while (end < count && strcmp(segments[end].name, segments[begin].name) == 0)
			end++;
		add_group(join, segments + begin, end - begin);
		begin = end;
	}
	if (join->items.size == 0)
		return;
	qsort(join->items.data, join->items.size / sizeof(struct item), sizeof(struct item),
	      compare_items);
}

static int copy_items(const struct join *join, struct as_params *params)
{
	const struct item *from = (const struct item *)(const void *)join->items.data;
	size_t count = join->items.size / sizeof(*from);
	struct as_param *copy;

	if (join->failed || join->scratch.failed || join->items.failed)
		return -ENOMEM;
	copy = as_arena_array(join->arena, count, sizeof(*copy));
	if (copy == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		copy[i] = from[i].param;
	params->items = copy;
	params->count = count;
	params->anomalies |= join->anomalies;
	return 0;
}

int as_params_join(struct as_arena *arena, struct as_param_segment *segments, size_t count,
		   struct as_params *params)
{
	struct join join = {.arena = arena};
	int rc;

	if (count == 0)
		return 0;
	as_buffer_init(&join.items, 0);
	as_buffer_init(&join.scratch, 0);
	add_groups(&join, segments, count);
	rc = copy_items(&join, params);
	as_buffer_deinit(&join.items);
	as_buffer_deinit(&join.scratch);
	return rc;
}
