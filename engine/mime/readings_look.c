/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings.h"

#include "mime/line.h"
#include "mime/marks.h"
#include "mime/octet.h"

#include <ctype.h>
#include <strings.h>

/* Less would be a word or two of text. */
#define ENCODED_BYTES_MIN 16u
/* Of octets that are meant as base64, at most a tenth is of no use to it. */
#define OTHERS_DIVISOR 10u
/* Octets that tell what a body is; a decoder finds out about the rest. */
#define LOOK_BYTES ((size_t)4096)
/* Lines in front of a marker line such as "begin 644 x" that are looked at. */
#define LOOK_LINES 32u
/* Fields at the beginning of octets that make a message of them when none is of
 * MIME: two could be a form that somebody filled in. */
#define KNOWN_FIELDS_MIN 3u

static bool is_base64_digit(unsigned char c)
{
	return as_octet_alnum(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
}

bool as_look_base64(struct as_span octets)
{
	size_t digits = 0, others = 0;

	for (size_t i = 0; i < octets.size; i++) {
		if (is_base64_digit(octets.data[i]))
			digits++;
		else if (octets.data[i] != '\r' && octets.data[i] != '\n')
			others++;
	}
	return digits >= ENCODED_BYTES_MIN && others <= digits / OTHERS_DIVISOR;
}

/* "=njUN" on a line of its own: the checksum of OpenPGP (RFC 9580 s6.1), one in
 * four of which begins like an escape. */
static bool is_pgp_checksum(struct as_span octets, size_t at)
{
	struct as_span rest = as_span_slice(octets, at + 1, 5);

	if (at > 0 && octets.data[at - 1] != '\n')
		return false;
	for (size_t i = 0; i < 4; i++)
		if (i >= rest.size || rest.data[i] == '=' || !is_base64_digit(rest.data[i]))
			return false;
	return rest.size == 4 || rest.data[4] == '\r' || rest.data[4] == '\n';
}

bool as_look_qp(struct as_span octets, bool armour)
{
	for (size_t at = 0; (at = as_span_find_byte(octets, at, '=')) != SIZE_MAX; at++) {
		struct as_span next = as_span_slice(octets, at + 1, 2);

		if (armour && is_pgp_checksum(octets, at))
			continue;
		if (next.size > 0 && (next.data[0] == '\r' || next.data[0] == '\n'))
			return true;
		if (next.size == 2 && as_octet_hex(next.data[0]) && as_octet_hex(next.data[1]))
			return true;
	}
	return false;
}

static enum as_encoding marker_at(struct as_span octets, struct as_line line)
{
	struct as_span text = as_line_span(octets, line);

	if (as_span_has_at(text, 0, "=ybegin ", 8))
		return AS_ENCODING_YENC;
	if (as_span_has_at(text, 0, "(This file must be converted with BinHex", 40))
		return AS_ENCODING_BINHEX;
	if (text.size > 7 && as_span_has_at(text, 0, "begin ", 6) && isdigit(text.data[6]))
		return AS_ENCODING_UUENCODE;
	return AS_ENCODING_IDENTITY;
}

static enum as_encoding find_marker(struct as_span octets)
{
	size_t offset = 0;

	for (unsigned int i = 0; i < LOOK_LINES && offset < octets.size; i++) {
		struct as_line line = as_line_at(octets, offset, '\n');
		enum as_encoding found = marker_at(octets, line);

		if (found != AS_ENCODING_IDENTITY)
			return found;
		offset = line.next;
	}
	return AS_ENCODING_IDENTITY;
}

size_t as_readings_look(struct as_span octets, enum as_encoding looks_out[AS_READINGS_LOOKS])
{
	struct as_span head = as_span_slice(octets, 0, LOOK_BYTES);
	enum as_encoding marker = find_marker(head);
	size_t count = 0;

	if (marker != AS_ENCODING_IDENTITY)
		looks_out[count++] = marker;
	else if (as_look_base64(head))
		looks_out[count++] = AS_ENCODING_BASE64;
	if (count < AS_READINGS_LOOKS && as_look_qp(head, false))
		looks_out[count++] = AS_ENCODING_QP;
	return count;
}

static bool is_known_field(struct as_span line)
{
	static const char *const names[] = {
		"received:",	 "return-path:",    "from:",	 "to:",	      "subject:",
		"date:",	 "message-id:",	    "cc:",	 "reply-to:", "sender:",
		"delivered-to:", "dkim-signature:", "x-mailer:",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (line.size >= length &&
		    strncasecmp((const char *)line.data, names[i], length) == 0)
			return true;
	}
	return false;
}

static bool is_field_line(struct as_span line)
{
	size_t i = 0;

	while (i < line.size && line.data[i] > ' ' && line.data[i] != ':' && line.data[i] < 0x7f)
		i++;
	return i > 0 && i < line.size && line.data[i] == ':';
}

/* Behind a byte order mark, the line of an mbox, and blank lines. */
static size_t skip_leading(struct as_span octets)
{
	size_t offset = as_span_has_at(octets, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (offset < octets.size) {
		struct as_line line = as_line_at(octets, offset, '\n');

		if (!as_span_blank(as_line_span(octets, line)) &&
		    !as_span_has_at(octets, offset, "From ", 5) &&
		    !as_span_has_at(octets, offset, ">From ", 6))
			break;
		offset = line.next;
	}
	return offset;
}

static bool begins_with_fields(struct as_span octets, unsigned char terminator)
{
	size_t offset = skip_leading(octets), known = 0;

	while (offset < octets.size) {
		struct as_line line = as_line_at(octets, offset, terminator);
		struct as_span text = as_line_span(octets, line);

		if (as_span_blank(text))
			break;
		if (as_marks_content_at(octets, offset) ||
		    (text.size > 13 &&
		     strncasecmp((const char *)text.data, "mime-version:", 13) == 0))
			return true;
		if (is_known_field(text) && ++known >= KNOWN_FIELDS_MIN)
			return true;
		if (!is_field_line(text) && text.data[0] != ' ' && text.data[0] != '\t')
			break;
		offset = line.next;
	}
	return false;
}

static bool has_part(struct as_span octets, unsigned char terminator)
{
	size_t offset = 0;

	while (offset < octets.size) {
		struct as_line line = as_line_at(octets, offset, terminator);
		size_t first = as_marks_skip(octets, offset);

		if (first < line.end && as_span_has_at(octets, first, "--", 2)) {
			size_t next = line.next;

			while (next < octets.size && as_octet_blank(octets.data[next]))
				next++;
			if (as_marks_content_at(octets, next))
				return true;
		}
		offset = line.next;
	}
	return false;
}

bool as_readings_is_mime(struct as_span octets)
{
	unsigned char terminator = '\n';

	if (as_span_find_byte(octets, 0, '\n') == SIZE_MAX)
		terminator = '\r';
	return begins_with_fields(octets, terminator) || has_part(octets, terminator);
}
