/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/html_refs.h"

#include "smime/coverage.h"
#include "smime/html_text.h"

#include <errno.h>
#include <stdlib.h>

/* "cid:" or "mid:", and then the address up to what cannot be a part of it. */
struct reader {
	as_cid_take *take;
	void *context;
	uint32_t scheme; /* the last four characters */
	bool inside, message;
	unsigned char text[AS_CID_BYTES];
	size_t size;
	uint32_t escape; /* what was read of %XX */
	unsigned int escape_left;
};

static void put(struct reader *reader, unsigned char c)
{
	if (reader->size < AS_CID_BYTES)
		reader->text[reader->size++] = c;
}

static void end_reference(struct reader *reader)
{
	struct as_span text = as_span_make(reader->text, reader->size);
	size_t slash = as_span_find_byte(text, 0, '/');

	/* mid:message-id/content-id */
	if (reader->message)
		text = slash == SIZE_MAX ? as_span_make(NULL, 0) : as_span_from(text, slash + 1);
	if (text.size > 0)
		reader->take(reader->context, text);
	reader->inside = false;
}

static bool ends_address(uint32_t c)
{
	return c <= ' ' || c >= 0x7f || c == '"' || c == '\'' || c == '<' || c == '>' || c == ')' ||
	       c == '#' || c == '?';
}

static int hexadecimal(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (int)(c - 'a') + 10 : -1;
}

static void take_inside(struct reader *reader, uint32_t c)
{
	int digit = hexadecimal(c);

	if (reader->escape_left > 0 && digit >= 0) {
		reader->escape = reader->escape * 16 + (uint32_t)digit;
		if (--reader->escape_left == 0)
			put(reader, (unsigned char)reader->escape);
		return;
	}
	reader->escape_left = 0;
	if (c == '\t' || c == '\r' || c == '\n')
		return;
	if (ends_address(c)) {
		end_reference(reader);
	} else if (c == '%') {
		reader->escape = 0;
		reader->escape_left = 2;
	} else {
		put(reader, (unsigned char)c);
	}
}

static void take_outside(struct reader *reader, uint32_t c)
{
	static const uint32_t cid = (uint32_t)'c' << 24 | 'i' << 16 | 'd' << 8 | ':';
	static const uint32_t mid = (uint32_t)'m' << 24 | 'i' << 16 | 'd' << 8 | ':';

	if (c == '\t' || c == '\r' || c == '\n')
		return;
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	reader->scheme = reader->scheme << 8 | (c < 0x80 ? c : '?');
	reader->inside = reader->scheme == cid || reader->scheme == mid;
	reader->message = reader->scheme == mid;
	reader->size = 0;
	reader->escape_left = 0;
	if (reader->inside)
		reader->scheme = 0;
}

void as_html_references(struct as_span html, as_cid_take *take, void *context)
{
	struct reader reader = {.take = take, .context = context};
	size_t at = 0;

	while (at < html.size) {
		uint32_t character;

		at += as_html_character(html, at, &character);
		if (reader.inside)
			take_inside(&reader, character);
		else
			take_outside(&reader, character);
	}
	if (reader.inside)
		end_reference(&reader);
}

static struct as_span bare_id(struct as_span id)
{
	while (id.size > 0 && (id.data[0] == '<' || id.data[0] <= ' '))
		id = as_span_from(id, 1);
	while (id.size > 0 && (id.data[id.size - 1] == '>' || id.data[id.size - 1] <= ' '))
		id.size--;
	return as_span_slice(id, 0, AS_CID_BYTES);
}

struct wanted {
	struct as_span id;
	bool found;
};

static void compare(void *context, struct as_span content_id)
{
	struct wanted *wanted = context;

	if (as_span_equal(wanted->id, content_id))
		wanted->found = true;
}

bool as_html_refers(struct as_span html, struct as_span content_id)
{
	struct wanted wanted = {.id = bare_id(content_id)};

	as_html_references(html, compare, &wanted);
	return wanted.id.size > 0 && wanted.found;
}

static int by_octets(const void *left, const void *right)
{
	const struct as_span *a = left, *b = right;
	size_t size = a->size < b->size ? a->size : b->size;
	int order = size > 0 ? memcmp(a->data, b->data, size) : 0;

	if (order != 0)
		return order;
	return (a->size > b->size) - (a->size < b->size);
}

struct collector {
	struct as_arena *arena;
	struct as_cids *cids;
	bool failed;
};

static void collect(void *context, struct as_span content_id)
{
	struct collector *collector = context;
	struct as_cids *cids = collector->cids;
	char *copy;

	if (cids->count >= AS_CIDS_MAX) {
		cids->lost = true;
		return;
	}
	if (cids->items == NULL)
		cids->items = as_arena_array(collector->arena, AS_CIDS_MAX, sizeof(cids->items[0]));
	copy = as_arena_copy(collector->arena, content_id);
	if (cids->items == NULL || copy == NULL)
		collector->failed = true;
	else
		cids->items[cids->count++] = as_span_make(copy, content_id.size);
}

int as_cids_collect(struct as_arena *arena, struct as_span html, struct as_cids *cids_out)
{
	struct collector collector = {.arena = arena, .cids = cids_out};

	*cids_out = (struct as_cids){0};
	as_html_references(html, collect, &collector);
	if (collector.failed)
		return -ENOMEM;
	if (cids_out->count > 1)
		qsort(cids_out->items, cids_out->count, sizeof(cids_out->items[0]), by_octets);
	return 0;
}

bool as_cids_hold(const struct as_cids *cids, struct as_span content_id)
{
	struct as_span id = bare_id(content_id);

	if (id.size == 0)
		return false;
	if (cids->lost)
		return true;
	return cids->count > 0 &&
	       bsearch(&id, cids->items, cids->count, sizeof(id), by_octets) != NULL;
}
