/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/walk.h"

#include "inspect/decode.h"
#include "inspect/hidden.h"
#include "inspect/readings.h"
#include "mime/entity.h"
#include "mime/header_text.h"
#include "mime/line.h"

#include <stdio.h>

static struct as_span range(const struct as_walk *walk, size_t begin, size_t end)
{
	return as_span_slice(walk->tree->message, begin, end - begin);
}

/* A multipart without a delimiter is a leaf to some readers; one that names a
 * mechanism which nobody knows is read by its look. */
static enum as_encoding encoding_of(const struct as_region *region)
{
	bool whole = region->kind == AS_REGION_PREAMBLE && region->entity != NULL &&
		     region->entity->first_child == NULL;

	return whole && region->entity->encoding == AS_ENCODING_UNKNOWN ? AS_ENCODING_UNKNOWN
									: AS_ENCODING_IDENTITY;
}

static void inspect_gap(const struct as_walk *walk, const struct as_region *region,
			const char *label)
{
	struct as_span data = range(walk, region->begin, region->end);
	const char *number = region->entity != NULL ? region->entity->number : "";
	struct as_object *object = as_object_new(walk->scan, walk->message, ASSAY_ORIGIN_GAP, data);

	if (object == NULL || as_walk_path(walk, object, number, as_span_text(label)) != 0)
		return;
	object->pub.depth = walk->depth;
	object->body_begin = region->begin;
	object->body_end = region->end;
	object->raw = true;
	as_object_inspect(walk->scan, object, NULL, NULL);
	const struct as_body body = {
		.message = walk->message,
		.object = object,
		.raw = data,
		.data = data,
		.encoding = encoding_of(region),
		.outside = true,
	};
	as_readings_inspect(walk->scan, &body);
}

/* Octets that no entity's body holds: preambles, epilogues, gaps. */
void as_walk_gaps(const struct as_walk *walk)
{
	static const char *const labels[] = {
		[AS_REGION_PREAMBLE] = "~preamble",
		[AS_REGION_EPILOGUE] = "~epilogue",
	};
	char label[48];
	unsigned int number = 0;

	for (size_t i = 0; i < walk->tree->region_count; i++) {
		const struct as_region *region = &walk->tree->regions[i];

		if (region->kind < AS_REGION_PREAMBLE ||
		    as_span_blank(range(walk, region->begin, region->end)))
			continue;
		if (region->kind == AS_REGION_GAP)
			snprintf(label, sizeof(label), "~gap-%u", ++number);
		else
			snprintf(label, sizeof(label), "%s", labels[region->kind]);
		inspect_gap(walk, region, label);
	}
}

/* A name that only stands in a text and has no file behind it, as when people
 * write about mail, is none. */
static bool is_text(struct as_span octets)
{
	for (size_t i = 0; i < octets.size; i++)
		if (octets.data[i] < ' ' && strchr("\t\n\f\r", octets.data[i]) == NULL)
			return false;
	return as_span_find_byte(octets, 0, 0) == SIZE_MAX;
}

/* The decoded body of a multipart has parts, though the header that says so is
 * not among its octets, or says so in a way that this reader did not take. */
static bool is_bare_multipart(const struct as_walk *walk)
{
	const struct as_entity *root = walk->tree->root;
	struct as_span octets = walk->tree->message;
	size_t at = 0;

	if (strncmp(walk->message->pub.declared, "multipart", 9) == 0)
		return true;
	if (root->body_begin > root->header_begin)
		return false;
	while (at < octets.size && as_octet_blank(octets.data[at]))
		at++;
	return as_span_has_at(octets, at, "--", 2);
}

static bool is_shown(const struct as_walk *walk, const struct as_extra_body *extra)
{
	return extra->claimed || is_bare_multipart(walk);
}

/* All that the outermost message claims is looked at, however often others were
 * decoded before; within what was decoded a client has to be known. */
static bool is_doubted(const struct as_walk *walk, const struct as_extra_body *extra)
{
	return !is_shown(walk, extra) || (walk->message->parent != NULL && extra->clients == 0);
}

static bool may_inspect(const struct as_walk *walk, const struct as_extra_body *extra,
			struct as_span raw)
{
	return as_readings_charge(walk->scan, walk->message,
				  as_readings_octets(extra->encoding, raw),
				  is_doubted(walk, extra));
}

static void inspect_extra(const struct as_walk *walk, const struct as_extra_body *extra,
			  struct as_decoded *decoded, const char *label)
{
	const struct as_hidden_kind hidden = {
		.code = "mime.hidden_part",
		.part = true,
		.shown = is_shown(walk, extra),
		.clients = extra->clients,
		.what = "a part",
	};
	struct as_hidden_mark mark = as_hidden_begin(walk->scan);
	struct as_object *object =
		as_object_new(walk->scan, walk->message, ASSAY_ORIGIN_READING, decoded->data);

	if (object == NULL || as_walk_path(walk, object, extra->number, as_span_text(label)) != 0)
		return;
	object->by_look = !hidden.shown;
	object->doubted = object->doubted || is_doubted(walk, extra);
	if (hidden.shown || !is_text(decoded->data)) {
		as_object_names(walk->scan, object, extra->names, extra->name_count);
		object->pub.declared = extra->media_type;
	}
	object->pub.charset = extra->charset != NULL ? extra->charset : "";
	object->pub.depth = walk->depth;
	object->body_begin = extra->begin;
	object->body_end = extra->end;
	object->raw = !as_encoding_changes(extra->encoding);
	as_object_inspect(walk->scan, object, NULL, NULL);
	as_hidden_judge(walk->scan, object, mark, &hidden);
	const struct as_body body = {
		.message = walk->message,
		.object = object,
		.raw = range(walk, extra->begin, extra->end),
		.encoding = extra->encoding,
		.data = decoded->data,
		.transfer = decoded->transfer,
		.doubted = extra->clients == 0,
	};
	as_readings_inspect(walk->scan, &body);
}

/* Bodies that only another reader sees. */
void as_walk_extras(const struct as_walk *walk)
{
	unsigned int number = 0;
	char label[32];

	for (const struct as_extra_body *e = walk->tree->extras; e != NULL; e = e->next) {
		struct as_span raw = range(walk, e->begin, e->end);
		struct as_decoded decoded;

		number++;
		if (!may_inspect(walk, e, raw))
			continue;
		if (as_decode(walk->scan, walk->message, e->encoding, raw, &decoded) != 0)
			return;
		snprintf(label, sizeof(label), "~reading-%u", number);
		inspect_extra(walk, e, &decoded, label);
		as_decoded_free(&decoded);
	}
}

/* Files in fields that nobody shows: a way out for data, and for malware that
 * has a helper on the other side. */
static void inspect_fields(const struct as_walk *walk, struct as_object *headers)
{
	for (size_t i = 0; i < walk->tree->region_count; i++) {
		const struct as_region *region = &walk->tree->regions[i];

		if (region->kind == AS_REGION_HEADER)
			as_readings_header(walk->scan, walk->message, headers,
					   range(walk, region->begin, region->end));
	}
}

void as_walk_headers(const struct as_walk *walk)
{
	const struct as_entity *root = walk->tree->root;
	struct as_span block = range(walk, root->header_begin, root->body_begin);
	struct as_object *object;
	struct as_buffer text;

	as_buffer_init(&text, 4 * block.size + 1024);
	as_headers_text(&text, block);
	object = as_object_new(walk->scan, walk->message, ASSAY_ORIGIN_HEADERS,
			       as_buffer_span(&text));
	if (object != NULL && as_object_path(walk->scan, object, as_span_text("~headers")) == 0) {
		object->pub.charset = "utf-8";
		object->body_begin = root->header_begin;
		object->body_end = root->body_begin;
		object->raw = true;
		as_object_inspect(walk->scan, object, NULL, NULL);
		inspect_fields(walk, object);
	}
	as_buffer_deinit(&text);
}
