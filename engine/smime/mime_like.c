/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "mime/field.h"
#include "mime/header.h"

/* RFC 5322 sets no bound; the longest registered field has 43 octets. */
#define NAME_MAX_BYTES 78u
/* A NUL so near to a blank first line is no text. */
#define GLANCE_BYTES 512u

static bool in_plausible_name(unsigned char octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' || octet == '.';
}

/* DER of signed attributes, PDF and the like have colons in their first line as
 * well; names as they are in use do not look like what stands before those. */
static bool is_plausible(struct as_span name)
{
	if (name.size == 0 || name.size > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (!in_plausible_name(name.data[i]))
			return false;
	return true;
}

static bool is_mbox_line(struct as_span octets)
{
	return as_span_has_at(octets, 0, "From ", 5) || as_span_has_at(octets, 0, ">From ", 6);
}

static struct as_span skip_leading(struct as_span octets, unsigned char terminator)
{
	if (as_span_has_at(octets, 0, "\xef\xbb\xbf", 3))
		octets = as_span_from(octets, 3);
	if (is_mbox_line(octets))
		octets = as_span_from(octets, as_line_at(octets, 0, terminator).next);
	return octets;
}

/* The whole first line counts, so that what a reader of headers would pass
 * over does not make a file of a message. */
static bool has_header(struct as_span octets, unsigned char terminator)
{
	static const struct as_boundaries none;
	const struct as_header_source source = {
		.message = octets,
		.terminator = terminator,
		.boundaries = &none,
	};
	struct as_header header;
	struct as_field field;
	size_t offset = 0;

	as_header_locate(&source, 0, false, &header);
	if (header.end <= header.begin)
		return false;
	if ((header.oddities & AS_HEADER_JUNK) != 0 && header.odd_at == 0)
		return true;
	return as_field_next(as_span_slice(octets, 0, header.end), &offset, &field) &&
	       field.has_colon && is_plausible(field.name);
}

bool as_smime_is_mime(struct as_span octets)
{
	unsigned char terminator = as_span_find_byte(octets, 0, '\n') == SIZE_MAX ? '\r' : '\n';
	struct as_span text = skip_leading(octets, terminator);

	if (text.size == 0)
		return false;
	if (as_line_blank(text, as_line_at(text, 0, terminator)))
		return as_span_find_byte(as_span_slice(text, 0, GLANCE_BYTES), 0, 0) == SIZE_MAX;
	return has_header(text, terminator);
}
