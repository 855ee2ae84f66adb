/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/header_values.h"

#include "mime/field.h"
#include "mime/header_text.h"
#include "smime/mailboxes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

struct reading {
	struct as_arena *arena;
	enum as_value_kind kind;
	struct as_buffer items; /* of struct as_value */
	bool failed;
};

static bool is_blank(unsigned char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/* Blanks become gap, or nothing at the ends and for gap 0. */
static void append_collapsed(struct as_buffer *out, struct as_span text, unsigned char gap)
{
	size_t begin = out->size;
	bool pending = false;

	for (size_t i = 0; i < text.size; i++) {
		if (is_blank(text.data[i])) {
			pending = true;
			continue;
		}
		if (pending && gap != 0 && out->size > begin)
			as_buffer_byte(out, gap);
		pending = false;
		as_buffer_byte(out, text.data[i]);
	}
}

static struct as_span keep(struct reading *reading, const struct as_buffer *text)
{
	const char *copy =
		text->failed ? NULL : as_arena_copy(reading->arena, as_buffer_span(text));

	if (copy == NULL)
		reading->failed = true;
	return as_span_make(copy, copy == NULL ? 0 : text->size);
}

static void push(struct reading *reading, struct as_span key, struct as_span name)
{
	const struct as_value value = {key, name};

	if (key.size > 0 && !as_buffer_append(&reading->items, &value, sizeof(value)))
		reading->failed = true;
}

static void read_text(struct reading *reading, struct as_span field_value, unsigned char gap)
{
	struct as_buffer decoded, text;

	as_buffer_init(&decoded, 0);
	as_buffer_init(&text, 0);
	if (!as_header_words(&decoded, field_value, NULL))
		reading->failed = true;
	append_collapsed(&text, as_buffer_span(&decoded), gap);
	push(reading, keep(reading, &text), as_span_make(NULL, 0));
	as_buffer_deinit(&decoded);
	as_buffer_deinit(&text);
}

/* What is no address is told apart from all that are by its blank. */
static void push_mailbox(struct reading *reading, const struct as_mailbox *mailbox)
{
	struct as_buffer key, name;

	as_buffer_init(&key, 0);
	as_buffer_init(&name, 0);
	if (!as_address_key(&key, mailbox->address) &&
	    (mailbox->address.size > 0 || mailbox->name[0] != '\0')) {
		as_buffer_byte(&key, ' ');
		as_buffer_append(&key, mailbox->address.data, mailbox->address.size);
	}
	if (reading->kind == AS_VALUE_AUTHORS)
		append_collapsed(&name, as_span_text(mailbox->name), ' ');
	push(reading, keep(reading, &key), keep(reading, &name));
	as_buffer_deinit(&key);
	as_buffer_deinit(&name);
}

/* At least as many as there can be mailboxes: each but one has something that
 * begins or ends it. */
static size_t mailboxes_bound(struct as_span field_value)
{
	size_t bound = 1;

	for (size_t i = 0; i < field_value.size && bound < AS_VALUE_MAILBOXES_MAX; i++)
		if (memchr("<@,;:", field_value.data[i], 5) != NULL)
			bound++;
	return bound;
}

static void read_mailboxes(struct reading *reading, struct as_span field_value)
{
	size_t max = mailboxes_bound(field_value);
	struct as_mailbox_list list = {
		.items = as_arena_array(reading->arena, max, sizeof(*list.items)),
	};

	if (list.items == NULL || as_mailboxes_parse(reading->arena, field_value, max, &list) < 0) {
		reading->failed = true;
		return;
	}
	if (list.too_many)
		read_text(reading, field_value, ' ');
	for (size_t i = 0; !list.too_many && i < list.count; i++)
		push_mailbox(reading, &list.items[i]);
}

static void read_date(struct reading *reading, struct as_span field_value)
{
	const char *text;
	int64_t seconds;

	if (!as_date_parse(field_value, &seconds)) {
		read_text(reading, field_value, ' ');
		return;
	}
	text = as_arena_printf(reading->arena, "%" PRId64, seconds);
	if (text == NULL)
		reading->failed = true;
	else
		push(reading, as_span_text(text), as_span_make(NULL, 0));
}

static void read_value(struct reading *reading, struct as_span field_value)
{
	switch (reading->kind) {
	case AS_VALUE_TEXT:
		read_text(reading, field_value, ' ');
		break;
	case AS_VALUE_AUTHORS:
	case AS_VALUE_ADDRESSES:
		read_mailboxes(reading, field_value);
		break;
	case AS_VALUE_DATE:
		read_date(reading, field_value);
		break;
	case AS_VALUE_IDS:
		read_text(reading, field_value, 0);
		break;
	}
}

static int compare_spans(struct as_span a, struct as_span b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);

	if (order != 0)
		return order;
	return a.size < b.size ? -1 : a.size > b.size;
}

static int compare_values(const void *a, const void *b)
{
	const struct as_value *left = a, *right = b;
	int order = compare_spans(left->key, right->key);

	return order != 0 ? order : compare_spans(left->name, right->name);
}

static int finish(struct reading *reading, struct as_values *values)
{
	size_t count = reading->items.size / sizeof(struct as_value);

	if (reading->failed)
		return -ENOMEM;
	values->items = as_arena_array(reading->arena, count, sizeof(*values->items));
	if (values->items == NULL)
		return -ENOMEM;
	if (count > 0) {
		memcpy(values->items, reading->items.data, count * sizeof(*values->items));
		qsort(values->items, count, sizeof(*values->items), compare_values);
	}
	for (size_t i = 0; i < count; i++)
		if (values->count == 0 ||
		    compare_values(&values->items[values->count - 1], &values->items[i]) != 0)
			values->items[values->count++] = values->items[i];
	return 0;
}

/* "HP-Outer: Subject: [...]": the field that it stands for. */
static bool unwrap_outer(const struct as_field *field, struct as_field *inside_out)
{
	size_t offset = 0;

	return as_field_is(field, "HP-Outer") && as_field_next(field->value, &offset, inside_out) &&
	       inside_out->has_colon;
}

int as_values_read(struct as_arena *arena, struct as_span header, const char *name,
		   enum as_value_kind kind, bool hp_outer, struct as_values *values_out)
{
	struct reading reading = {.arena = arena, .kind = kind};
	struct as_values values = {.count = 0};
	struct as_field field;
	size_t offset = 0, items;
	int rc;

	as_buffer_init(&reading.items, 0);
	while (!reading.failed && as_field_next(header, &offset, &field)) {
		if (hp_outer && !unwrap_outer(&field, &field))
			continue;
		if (!as_field_is(&field, name))
			continue;
		if (values.fields++ == 0)
			values.first = field.value;
		items = reading.items.size;
		read_value(&reading, field.value);
		if (reading.items.size == items)
			values.empty_fields++;
	}
	rc = finish(&reading, &values);
	as_buffer_deinit(&reading.items);
	if (rc == 0)
		*values_out = values;
	return rc;
}

bool as_values_equal(const struct as_values *expected, const struct as_values *seen)
{
	if (expected->count != seen->count)
		return false;
	for (size_t i = 0; i < seen->count; i++) {
		const struct as_value *a = &expected->items[i], *b = &seen->items[i];

		if (compare_spans(a->key, b->key) != 0 ||
		    (b->name.size > 0 && compare_spans(a->name, b->name) != 0))
			return false;
	}
	return true;
}
