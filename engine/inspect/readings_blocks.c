/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/readings_work.h"

#include "mime/blocks.h"
#include "mime/clients.h"

#include <stdio.h>

/* A header block of fewer octets holds no file: the smallest has 92 in base64. */
#define HEADER_BYTES_MIN 128u

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
	struct as_body_reading reading = {
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
	as_body_reading_decode(scan, body,
			       as_span_slice(text, block->begin, block->end - block->begin),
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

void as_readings_blocks(struct assay_scan *scan, const struct as_body *body, struct as_span text)
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
