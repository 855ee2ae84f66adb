/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/readings.h"

#include "inspect/decode.h"

#include <stdio.h>

/* Of octets that are meant as base64, at most a tenth is of no use to it. */
#define OTHERS_DIVISOR 10u
/* Less would be a word or two of text. */
#define ENCODED_BYTES_MIN 16u

static void inspect_one(struct assay_scan *scan, const struct as_body *body, struct as_span data,
			const char *label, const char *via)
{
	struct as_object *object = as_object_new(scan, body->object, ASSAY_ORIGIN_READING, data);

	if (object == NULL || as_object_path(scan, object, as_span_text(label)) != 0)
		return;
	as_object_names(scan, object, body->object->pub.names, body->object->pub.name_count);
	object->pub.declared = body->object->pub.declared;
	object->pub.charset = body->object->pub.charset;
	object->pub.via = via;
	object->body_begin = body->object->body_begin;
	object->body_end = body->object->body_end;
	as_object_inspect(scan, object, NULL, NULL);
}

static void inspect_decoded(struct assay_scan *scan, const struct as_body *body, struct as_span raw,
			    enum as_encoding encoding, const char *label, const char *via)
{
	struct as_decoded decoded;

	if (as_decode(scan, body->message, encoding, raw, &decoded) != 0)
		return;
	if (decoded.data.size > 0)
		inspect_one(scan, body, decoded.data, label, via);
	as_decoded_free(&decoded);
}

static bool is_base64_digit(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
}

static bool looks_like_base64(struct as_span raw)
{
	size_t digits = 0, others = 0;

	for (size_t i = 0; i < raw.size; i++) {
		if (is_base64_digit(raw.data[i]))
			digits++;
		else if (raw.data[i] != '\r' && raw.data[i] != '\n')
			others++;
	}
	return digits >= ENCODED_BYTES_MIN && others <= digits / OTHERS_DIVISOR;
}

/* Octets that QP would change: an escape or a soft break. */
static bool looks_like_qp(struct as_span raw)
{
	static const char digits[] = "0123456789ABCDEFabcdef";

	for (size_t at = 0; (at = as_span_find_byte(raw, at, '=')) != SIZE_MAX; at++) {
		struct as_span next = as_span_slice(raw, at + 1, 2);

		if (next.size > 0 && (next.data[0] == '\r' || next.data[0] == '\n'))
			return true;
		if (next.size == 2 && next.data[0] != 0 && next.data[1] != 0 &&
		    strchr(digits, next.data[0]) != NULL && strchr(digits, next.data[1]) != NULL)
			return true;
	}
	return false;
}

/* "begin 644 name" at the start of a line; the text of old mailers. */
static size_t find_begin(struct as_span raw, size_t from)
{
	for (size_t at = from; at < raw.size;) {
		struct as_span line = as_span_slice(raw, at, 10);

		if (line.size == 10 && memcmp(line.data, "begin ", 6) == 0 && line.data[6] >= '0' &&
		    line.data[6] <= '7' && line.data[7] >= '0' && line.data[7] <= '7' &&
		    line.data[8] >= '0' && line.data[8] <= '7')
			return at;
		at = as_span_find_byte(raw, at, '\n');
		if (at == SIZE_MAX)
			break;
		at++;
	}
	return SIZE_MAX;
}

/* Behind the line "end", or the next "begin" when there is none. */
static size_t find_end(struct as_span raw, size_t begin)
{
	size_t next = find_begin(raw, begin + 1);
	size_t stop = next == SIZE_MAX ? raw.size : next;

	for (size_t at = begin; (at = as_span_find_byte(raw, at, '\n')) < stop; at++) {
		if (as_span_has_at(raw, at + 1, "end\n", 4) ||
		    as_span_has_at(raw, at + 1, "end\r", 4) ||
		    (as_span_has_at(raw, at + 1, "end", 3) && at + 4 == raw.size))
			return at + 4;
	}
	return stop;
}

static void inspect_inline(struct assay_scan *scan, const struct as_body *body)
{
	unsigned int count = 0;
	char label[32];
	size_t begin = 0;

	while ((begin = find_begin(body->raw, begin)) != SIZE_MAX) {
		size_t end = find_end(body->raw, begin);

		if (count == 0)
			as_scan_note(
				scan, body->object, "mime.legacy_encoding", ASSAY_SEVERITY_DEFAULT,
				"The text holds a file in uuencode, which some clients offer as "
				"an attachment.");
		if (count == AS_INLINE_FILES_MAX) {
			as_scan_note(scan, body->object, "limit.objects", ASSAY_SEVERITY_DEFAULT,
				     "Too many files in uuencode within one text.");
			return;
		}
		snprintf(label, sizeof(label), "~uuencode-%u", ++count);
		inspect_decoded(scan, body, as_span_slice(body->raw, begin, end - begin),
				AS_ENCODING_UUENCODE, label, "uuencode");
		begin = end;
	}
}

void as_readings_inspect(struct assay_scan *scan, const struct as_body *body)
{
	if (body->outside)
		inspect_one(scan, body, body->raw, "~undecoded", "");
	if (body->encoding == AS_ENCODING_UNKNOWN) {
		if (looks_like_base64(body->raw))
			inspect_decoded(scan, body, body->raw, AS_ENCODING_BASE64,
					"~reading-base64", "base64");
		if (looks_like_qp(body->raw))
			inspect_decoded(scan, body, body->raw, AS_ENCODING_QP, "~reading-qp",
					"quoted-printable");
	}
	if (body->encoding == AS_ENCODING_IDENTITY || body->encoding == AS_ENCODING_UNKNOWN)
		inspect_inline(scan, body);
}
