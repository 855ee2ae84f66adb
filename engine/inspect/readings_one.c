/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/readings_work.h"

#include "inspect/decode.h"
#include "mime/names.h"
#include "mime/variants.h"

#include <stdio.h>

static void take_names(struct assay_scan *scan, const struct as_body *body,
		       const struct as_body_reading *reading, struct as_object *object)
{
	struct assay_name *name;

	if (reading->name.size == 0) {
		as_object_names(scan, object, body->object->pub.names,
				body->object->pub.name_count);
		return;
	}
	name = as_arena_alloc(&scan->arena, sizeof(*name));
	if (name == NULL || as_name_make(&scan->arena, reading->name, ASSAY_NAME_MEMBER, name) < 0)
		scan->out_of_memory = true;
	else
		as_object_names(scan, object, name, 1);
}

bool as_body_reading_doubted(const struct as_body_reading *reading)
{
	return !reading->hidden.shown && reading->hidden.clients == 0;
}

void as_body_reading_inspect(struct assay_scan *scan, const struct as_body *body,
			     const struct as_body_reading *reading)
{
	struct as_hidden_mark mark = as_hidden_begin(scan);
	struct as_object *object =
		as_object_new(scan, body->object, ASSAY_ORIGIN_READING, reading->data);

	if (object == NULL || as_object_path(scan, object, as_span_text(reading->label)) != 0)
		return;
	take_names(scan, body, reading, object);
	if (!reading->piece || strncmp(body->object->pub.declared, "message/", 8) != 0)
		object->pub.declared = body->object->pub.declared;
	object->pub.charset = body->object->pub.charset;
	object->pub.via = reading->via;
	object->body_begin = body->object->body_begin;
	object->body_end = body->object->body_end;
	object->by_look = body->object->by_look || !reading->hidden.shown;
	object->doubted = object->doubted || as_body_reading_doubted(reading);
	object->raw = reading->guess;
	as_object_inspect(scan, object, NULL, NULL);
	as_hidden_judge(scan, object, mark, &reading->hidden);
}

/* A word or two among the lines of a block is taken for digits and shifts all that
 * follows, but for readers that begin each line anew or leave out lines of text. */
static void inspect_lines(struct assay_scan *scan, const struct as_body *body, struct as_span raw,
			  const struct as_decoded *usual, const struct as_body_reading *block)
{
	const struct as_decode_stats *stats = &usual->transfer.stats;
	size_t count = as_variants_count(AS_ENCODING_BASE64, raw, stats);

	for (size_t i = 0; i < count; i++) {
		const char *word = as_variants_label(AS_ENCODING_BASE64, raw, stats, i);
		struct as_body_reading reading = *block;
		struct as_decoded decoded;
		char label[64];

		if (strcmp(word, "lines") != 0 && strcmp(word, "clean-lines") != 0)
			continue;
		if (!as_readings_charge(scan, body->object,
					as_readings_octets(AS_ENCODING_BASE64, raw),
					as_body_reading_doubted(block)) ||
		    as_decode_variant(scan, body->message, AS_ENCODING_BASE64, raw, stats, i,
				      &decoded) != 0)
			return;
		snprintf(label, sizeof(label), "%s-%s", block->label, word);
		reading.label = label;
		reading.data = decoded.data;
		if (decoded.data.size > 0 && !as_span_equal(decoded.data, usual->data))
			as_body_reading_inspect(scan, body, &reading);
		as_decoded_free(&decoded);
	}
}

void as_body_reading_decode(struct assay_scan *scan, const struct as_body *body, struct as_span raw,
			    enum as_encoding encoding, struct as_body_reading *reading)
{
	struct as_decoded decoded;

	if (!as_readings_charge(scan, body->object, as_readings_octets(encoding, raw),
				as_body_reading_doubted(reading)) ||
	    as_decode(scan, body->message, encoding, raw, &decoded) != 0)
		return;
	reading->data = decoded.data;
	reading->via = as_transfer_name(encoding);
	if (reading->name.size == 0)
		reading->name = decoded.transfer.name;
	if (decoded.data.size > 0)
		as_body_reading_inspect(scan, body, reading);
	if (reading->piece && encoding == AS_ENCODING_BASE64)
		inspect_lines(scan, body, raw, &decoded, reading);
	as_decoded_free(&decoded);
}
