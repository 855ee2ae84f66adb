/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/readings_work.h"

#include "inspect/decode.h"
#include "mime/readings.h"
#include "mime/variants.h"

#include <stdio.h>

/* Octets of four base64 characters. */
#define BASE64_QUANTUM 3u

/* Nothing but the end differs, as of data that was cut, or that a list or a
 * gateway wrote a footer behind: at most what one quantum of base64 holds is new. */
static bool is_beginning(struct as_span data, struct as_span whole)
{
	size_t common = data.size < whole.size ? data.size : whole.size;

	return common > 0 && data.size - common < BASE64_QUANTUM &&
	       memcmp(data.data, whole.data, common) == 0;
}

/* Text without a name that only some readers show, and show as text: it opens as
 * no file however it is mended. Bounces that quote mail have dozens. */
static bool is_mere_text(const struct as_object *object)
{
	return object->pub.origin == ASSAY_ORIGIN_READING && object->pub.name_count == 0 &&
	       object->pub.type_class == ASSAY_CLASS_TEXT &&
	       (object->pub.declared[0] == '\0' || strncmp(object->pub.declared, "text/", 5) == 0);
}

/* Damaged data in all the ways in which readers mend it. */
static void inspect_variants(struct assay_scan *scan, const struct as_body *body)
{
	const struct as_decode_stats *stats = &body->transfer.stats;
	size_t count = as_variants_count(body->encoding, body->raw, stats);
	bool shown = !as_variants_by_lines(body->encoding, body->raw, stats);
	char label[64];

	for (size_t i = 0; i < count; i++) {
		struct as_decoded decoded;
		struct as_body_reading reading = {
			.label = label,
			.via = as_transfer_name(body->encoding),
			.hidden = {.code = "mime.hidden_content", .shown = shown, .what = "data"},
		};

		if (!as_readings_charge(scan, body->object,
					as_readings_octets(body->encoding, body->raw),
					as_body_reading_doubted(&reading)) ||
		    as_decode_variant(scan, body->message, body->encoding, body->raw, stats, i,
				      &decoded) != 0)
			return;
		reading.data = decoded.data;
		reading.hidden.known = is_beginning(decoded.data, body->data);
		snprintf(label, sizeof(label), "~reading-%s",
			 as_variants_label(body->encoding, body->raw, stats, i));
		if (decoded.data.size > 0 && !as_span_equal(decoded.data, body->data))
			as_body_reading_inspect(scan, body, &reading);
		as_decoded_free(&decoded);
	}
	if (!body->doubted && !body->object->doubted &&
	    as_variants_cut(body->encoding, body->raw, stats))
		as_scan_note(scan, body->object, "limit.objects", ASSAY_SEVERITY_DEFAULT,
			     "The data is damaged in more ways than can be mended in all "
			     "combinations.");
}

static void inspect_unknown(struct assay_scan *scan, const struct as_body *body)
{
	struct as_body_reading reading = {
		.hidden = {.code = "mime.hidden_content", .shown = true, .what = "data"},
	};

	if (as_look_base64(body->raw)) {
		reading.label = "~reading-base64";
		as_body_reading_decode(scan, body, body->raw, AS_ENCODING_BASE64, &reading);
	}
	if (as_look_qp(body->raw, false)) {
		reading.label = "~reading-qp";
		as_body_reading_decode(scan, body, body->raw, AS_ENCODING_QP, &reading);
	}
}

/* A file that is sent as it is, and yet looks encoded: the field that says so may
 * have been lost on readers' ways to look for it. */
static void inspect_undeclared(struct assay_scan *scan, const struct as_body *body)
{
	struct as_body_reading reading = {
		.label = "~reading-qp",
		.piece = true,
		.guess = true,
		.hidden = {.code = "mime.hidden_content", .what = "data"},
	};
	bool is_file = body->object->pub.name_count > 0 ||
		       (body->object->pub.declared[0] != '\0' &&
			strncmp(body->object->pub.declared, "text/", 5) != 0);

	if (is_file && as_look_qp(body->raw, true))
		as_body_reading_decode(scan, body, body->raw, AS_ENCODING_QP, &reading);
}

/* Clients show what is declared as text, or not at all, whatever it begins with,
 * and look for BinHex behind any text: "%PDF-" in front of a uuencoded file does
 * not hide the file from them. */
static bool is_shown_as_text(const struct as_object *object)
{
	return object->pub.declared[0] == '\0' || strncmp(object->pub.declared, "text/", 5) == 0 ||
	       strcmp(object->pub.declared, "application/mac-binhex40") == 0;
}

static bool is_readable(const struct as_object *object)
{
	if (is_shown_as_text(object))
		return true;
	switch (object->pub.type_class) {
	case ASSAY_CLASS_UNKNOWN:
	case ASSAY_CLASS_DATA:
	case ASSAY_CLASS_TEXT:
	case ASSAY_CLASS_HTML:
	case ASSAY_CLASS_SCRIPT:
	case ASSAY_CLASS_CALENDAR:
	case ASSAY_CLASS_MAIL:
		return true;
	default:
		return false;
	}
}

void as_readings_inspect(struct assay_scan *scan, const struct as_body *body)
{
	if (!scan->engine->settings.readings)
		return;
	if (body->transfer.outside) {
		const struct as_body_reading reading = {
			.data = body->raw,
			.label = "~undecoded",
			.via = "",
			.hidden = {.code = "mime.hidden_content", .shown = true, .what = "text"},
		};

		if (as_readings_charge(scan, body->object, body->raw.size, false))
			as_body_reading_inspect(scan, body, &reading);
	}
	if ((body->encoding == AS_ENCODING_BASE64 || body->encoding == AS_ENCODING_QP) &&
	    !is_mere_text(body->object))
		inspect_variants(scan, body);
	if (body->encoding == AS_ENCODING_UNKNOWN)
		inspect_unknown(scan, body);
	if (body->encoding == AS_ENCODING_IDENTITY && !body->outside)
		inspect_undeclared(scan, body);
	if (is_readable(body->object))
		as_readings_blocks(scan, body, body->data);
}
