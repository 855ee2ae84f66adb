/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/readings.h"

#include "inspect/decode.h"
#include "inspect/hidden.h"
#include "mime/blocks.h"
#include "mime/clients.h"
#include "mime/entity.h"
#include "mime/names.h"
#include "mime/octet.h"
#include "mime/readings.h"
#include "mime/variants.h"

#include <stdio.h>

/* Of octets that are meant as base64, at most a tenth is of no use to it. */
#define OTHERS_DIVISOR 10u
/* Less would be a word or two of text. */
#define ENCODED_BYTES_MIN 16u
/* Octets of four base64 characters. */
#define BASE64_QUANTUM 3u
/* A header block of fewer octets holds no file: the smallest has 92 in base64. */
#define HEADER_BYTES_MIN 128u

/* One reading: the octets, how they are called and what they mean if they were
 * not seen before. */
struct reading {
	struct as_span data;
	const char *label, *via;
	struct as_span name; /* that the data gives itself, or empty */
	bool piece;	     /* of a text: a message is no message in each piece */
	bool guess;	     /* nothing says that it is encoded: its parts, if it has any,
				were read with the message around it */
	struct as_hidden_kind hidden;
};

static void take_names(struct assay_scan *scan, const struct as_body *body,
		       const struct reading *reading, struct as_object *object)
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

static bool is_doubted(const struct reading *reading)
{
	return !reading->hidden.shown && reading->hidden.clients == 0;
}

static void inspect_one(struct assay_scan *scan, const struct as_body *body,
			const struct reading *reading)
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
	object->doubted = object->doubted || is_doubted(reading);
	object->raw = reading->guess;
	as_object_inspect(scan, object, NULL, NULL);
	as_hidden_judge(scan, object, mark, &reading->hidden);
}

static bool is_equal(struct as_span a, struct as_span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* A word or two among the lines of a block is taken for digits and shifts all that
 * follows, but for readers that begin each line anew or leave out lines of text. */
static void inspect_lines(struct assay_scan *scan, const struct as_body *body, struct as_span raw,
			  const struct as_decoded *usual, const struct reading *block)
{
	const struct as_decode_stats *stats = &usual->transfer.stats;
	size_t count = as_variants_count(AS_ENCODING_BASE64, raw, stats);

	for (size_t i = 0; i < count; i++) {
		const char *word = as_variants_label(AS_ENCODING_BASE64, raw, stats, i);
		struct reading reading = *block;
		struct as_decoded decoded;
		char label[64];

		if (strcmp(word, "lines") != 0 && strcmp(word, "clean-lines") != 0)
			continue;
		if (!as_readings_charge(scan, body->object,
					as_readings_octets(AS_ENCODING_BASE64, raw),
					is_doubted(block)) ||
		    as_decode_variant(scan, body->message, AS_ENCODING_BASE64, raw, stats, i,
				      &decoded) != 0)
			return;
		snprintf(label, sizeof(label), "%s-%s", block->label, word);
		reading.label = label;
		reading.data = decoded.data;
		if (decoded.data.size > 0 && !is_equal(decoded.data, usual->data))
			inspect_one(scan, body, &reading);
		as_decoded_free(&decoded);
	}
}

static void inspect_decoded(struct assay_scan *scan, const struct as_body *body, struct as_span raw,
			    enum as_encoding encoding, struct reading *reading)
{
	struct as_decoded decoded;

	if (!as_readings_charge(scan, body->object, as_readings_octets(encoding, raw),
				is_doubted(reading)) ||
	    as_decode(scan, body->message, encoding, raw, &decoded) != 0)
		return;
	reading->data = decoded.data;
	reading->via = as_transfer_name(encoding);
	if (reading->name.size == 0)
		reading->name = decoded.transfer.name;
	if (decoded.data.size > 0)
		inspect_one(scan, body, reading);
	if (reading->piece && encoding == AS_ENCODING_BASE64)
		inspect_lines(scan, body, raw, &decoded, reading);
	as_decoded_free(&decoded);
}

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
		struct reading reading = {
			.label = label,
			.via = as_transfer_name(body->encoding),
			.hidden = {.code = "mime.hidden_content", .shown = shown, .what = "data"},
		};

		if (!as_readings_charge(scan, body->object,
					as_readings_octets(body->encoding, body->raw),
					is_doubted(&reading)) ||
		    as_decode_variant(scan, body->message, body->encoding, body->raw, stats, i,
				      &decoded) != 0)
			return;
		reading.data = decoded.data;
		reading.hidden.known = is_beginning(decoded.data, body->data);
		snprintf(label, sizeof(label), "~reading-%s",
			 as_variants_label(body->encoding, body->raw, stats, i));
		if (decoded.data.size > 0 && !is_equal(decoded.data, body->data))
			inspect_one(scan, body, &reading);
		as_decoded_free(&decoded);
	}
	if (!body->doubted && !body->object->doubted &&
	    as_variants_cut(body->encoding, body->raw, stats))
		as_scan_note(scan, body->object, "limit.objects", ASSAY_SEVERITY_DEFAULT,
			     "The data is damaged in more ways than can be mended in all "
			     "combinations.");
}

static bool is_base64_digit(unsigned char c)
{
	return as_octet_alnum(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
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

/* "=njUN" on a line of its own: the checksum of OpenPGP (RFC 9580 s6.1), one in
 * four of which begins like an escape. */
static bool is_pgp_checksum(struct as_span raw, size_t at)
{
	struct as_span rest = as_span_slice(raw, at + 1, 5);

	if (at > 0 && raw.data[at - 1] != '\n')
		return false;
	for (size_t i = 0; i < 4; i++)
		if (i >= rest.size || rest.data[i] == '=' || !is_base64_digit(rest.data[i]))
			return false;
	return rest.size == 4 || rest.data[4] == '\r' || rest.data[4] == '\n';
}

/* Octets that QP would change: an escape or a soft break. */
static bool looks_like_qp(struct as_span raw)
{
	for (size_t at = 0; (at = as_span_find_byte(raw, at, '=')) != SIZE_MAX; at++) {
		struct as_span next = as_span_slice(raw, at + 1, 2);

		if (is_pgp_checksum(raw, at))
			continue;
		if (next.size > 0 && (next.data[0] == '\r' || next.data[0] == '\n'))
			return true;
		if (next.size == 2 && as_octet_hex(next.data[0]) && as_octet_hex(next.data[1]))
			return true;
	}
	return false;
}

static void inspect_unknown(struct assay_scan *scan, const struct as_body *body)
{
	struct reading reading = {
		.hidden = {.code = "mime.hidden_content", .shown = true, .what = "data"},
	};

	if (looks_like_base64(body->raw)) {
		reading.label = "~reading-base64";
		inspect_decoded(scan, body, body->raw, AS_ENCODING_BASE64, &reading);
	}
	if (looks_like_qp(body->raw)) {
		reading.label = "~reading-qp";
		inspect_decoded(scan, body, body->raw, AS_ENCODING_QP, &reading);
	}
}

/* A file that is sent as it is, and yet looks encoded: the field that says so may
 * have been lost on readers' ways to look for it. */
static void inspect_undeclared(struct assay_scan *scan, const struct as_body *body)
{
	struct reading reading = {
		.label = "~reading-qp",
		.piece = true,
		.guess = true,
		.hidden = {.code = "mime.hidden_content", .what = "data"},
	};
	bool is_file = body->object->pub.name_count > 0 ||
		       (body->object->pub.declared[0] != '\0' &&
			strncmp(body->object->pub.declared, "text/", 5) != 0);

	if (is_file && looks_like_qp(body->raw))
		inspect_decoded(scan, body, body->raw, AS_ENCODING_QP, &reading);
}

static uint32_t clients_of(enum as_encoding encoding)
{
	switch (encoding) {
	case AS_ENCODING_UUENCODE:
	case AS_ENCODING_XXENCODE:
		return as_clients_with(AS_HABIT_INLINE_UU);
	case AS_ENCODING_YENC:
		return as_clients_with(AS_HABIT_YENC);
	case AS_ENCODING_BINHEX:
		return as_clients_with(AS_HABIT_BINHEX);
	default:
		return 0;
	}
}

/* Files within a text. Old mailers sent them so in the open, hence they count as
 * hidden only where no body is. */
static void inspect_block(struct assay_scan *scan, const struct as_body *body, struct as_span text,
			  const struct as_block *block, unsigned int number)
{
	const char *word = as_transfer_name(block->encoding);
	char label[48], what[48];
	struct reading reading = {
		.label = label,
		.name = block->name,
		.piece = true,
		.hidden = {.code = "mime.hidden_content",
			   .shown = block->sure && body->outside,
			   .clients = clients_of(block->encoding),
			   .what = what},
	};

	snprintf(label, sizeof(label), "~%s-%u", word, number);
	snprintf(what, sizeof(what), "data in %s", word);
	if (block->sure)
		as_scan_note(scan, body->object, "mime.legacy_encoding", ASSAY_SEVERITY_DEFAULT,
			     "The text holds a file in an encoding from before MIME, which some "
			     "clients offer as an attachment.");
	inspect_decoded(scan, body, as_span_slice(text, block->begin, block->end - block->begin),
			block->encoding, &reading);
}

/* What a file begins with that somebody could have put there: programs,
 * archives, documents, scripts, mail, and the test file of the scanners. Signatures
 * and other values of honest fields are noise, and begin like it. */
static bool begins_like_file(struct as_span octets)
{
	static const struct {
		const char *octets;
		size_t size;
	} known[] = {
		{"MZ", 2},
		{"PK\003\004", 4},
		{"\x7f"
		 "ELF",
		 4},
		{"%PDF", 4},
		{"Rar!", 4},
		{"7z\xbc\xaf", 4},
		{"MSCF", 4},
		{"\xd0\xcf\x11\xe0", 4},
		{"\x1f\x8b\x08", 3},
		{"BZh", 3},
		{"\xfd"
		 "7zXZ",
		 5},
		{"X5O!", 4},
		{"L\0\0\0\x01\x14", 6},
		{"#!", 2},
		{"<", 1},
		{"{\\rtf", 5},
		{"\xca\xfe\xba\xbe", 4},
		{"ITSF", 4},
		{"Content-", 8},
		{"MIME-", 5},
		{"From", 4},
		{"Received:", 9},
		{"Return-", 7},
		{"--", 2},
		{"Subject:", 8},
		{"begin ", 6},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (as_span_has_at(octets, 0, known[i].octets, known[i].size))
			return true;
	/* UTF-16 and UTF-32. */
	return octets.size > 1 && (octets.data[0] == 0 || octets.data[1] == 0 ||
				   as_span_has_at(octets, 0, "\xff\xfe", 2) ||
				   as_span_has_at(octets, 0, "\xfe\xff", 2));
}

static bool holds_file(struct as_span text, const struct as_block *block)
{
	struct as_span head = as_span_slice(text, block->begin, block->end - block->begin);
	struct as_transfer transfer;
	unsigned char octets[24];
	size_t size = as_transfer_decode(block->encoding, as_span_slice(head, 0, 32), octets,
					 sizeof(octets), &transfer);

	return begins_like_file(as_span_make(octets, size));
}

static void inspect_blocks(struct assay_scan *scan, const struct as_body *body, struct as_span text)
{
	struct as_block block;
	unsigned int count = 0, noise = 0;
	size_t offset = 0;

	while (as_block_next(text, &offset, &block)) {
		if (!block.sure && !holds_file(text, &block) && noise++ >= AS_INLINE_NOISE_MAX)
			continue;
		if (count == AS_INLINE_FILES_MAX) {
			as_scan_note(scan, body->object, "limit.objects", ASSAY_SEVERITY_DEFAULT,
				     "Too many encoded files within one text.");
			return;
		}
		inspect_block(scan, body, text, &block, ++count);
	}
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
		const struct reading reading = {
			.data = body->raw,
			.label = "~undecoded",
			.via = "",
			.hidden = {.code = "mime.hidden_content", .shown = true, .what = "text"},
		};

		if (as_readings_charge(scan, body->object, body->raw.size, false))
			inspect_one(scan, body, &reading);
	}
	if ((body->encoding == AS_ENCODING_BASE64 || body->encoding == AS_ENCODING_QP) &&
	    !is_mere_text(body->object))
		inspect_variants(scan, body);
	if (body->encoding == AS_ENCODING_UNKNOWN)
		inspect_unknown(scan, body);
	if (body->encoding == AS_ENCODING_IDENTITY && !body->outside)
		inspect_undeclared(scan, body);
	if (is_readable(body->object))
		inspect_blocks(scan, body, body->data);
}

void as_readings_header(struct assay_scan *scan, struct as_object *message,
			struct as_object *headers, struct as_span block)
{
	const struct as_body body = {
		.message = message,
		.object = headers,
		.raw = block,
		.data = block,
		.outside = true,
	};
	struct as_block found;
	unsigned int count = 0;
	size_t offset = 0;

	if (!scan->engine->settings.readings || block.size < HEADER_BYTES_MIN)
		return;
	while (count < AS_INLINE_FILES_MAX && as_block_next(block, &offset, &found)) {
		if (holds_file(block, &found))
			inspect_block(scan, &body, block, &found, ++count);
	}
}
