/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_reader.h"
#include "mime/claims_value.h"

/*
 * Sloppy readers search a header for "boundary=" and take what is behind it,
 * wherever that stands. The search goes from each '=' backwards, since there
 * are few of them in a header.
 */

/* How far in front of the '=' the name may begin: its letters, and comments,
 * folds or quotes among them. */
#define NAME_REACH 160u

static bool is_pad(unsigned char octet)
{
	return octet <= ' ' || octet == '"' || octet == '\'' || octet == '\\' || octet == 0x7f;
}

/* In front of the comment that ends right before at; at for none. */
static size_t skip_comment_back(struct as_span zone, size_t floor, size_t at)
{
	size_t depth = 0;

	for (size_t i = at; i > floor; i--) {
		if (zone.data[i - 1] == ')')
			depth++;
		else if (zone.data[i - 1] == '(' && --depth == 0)
			return i - 1;
	}
	return at;
}

static size_t skip_back(struct as_span zone, size_t floor, size_t at)
{
	bool comments = true;

	while (at > floor) {
		size_t next = at;

		if (is_pad(zone.data[at - 1]))
			next--;
		else if (zone.data[at - 1] == ')' && comments)
			next = skip_comment_back(zone, floor, at);
		if (next == at)
			break;
		at = next;
	}
	return at;
}

/* The '*', digits and '*' of RFC 2231 in front of at. */
static size_t read_section(struct as_span zone, size_t floor, size_t at,
			   struct as_claim_section *section)
{
	size_t begin = at, digits;
	long factor = 1, number = 0;

	section->number = -1;
	section->extended = begin > floor && zone.data[begin - 1] == '*';
	if (section->extended)
		begin--;
	digits = begin;
	while (begin > floor && digits - begin < 4 && zone.data[begin - 1] >= '0' &&
	       zone.data[begin - 1] <= '9') {
		number += factor * (zone.data[--begin] - '0');
		factor *= 10;
	}
	if (begin < digits && begin > floor && zone.data[begin - 1] == '*') {
		section->number = number;
		return begin - 1;
	}
	return section->extended ? at - 1 : at;
}

/* "MCBoundary=_1" is the boundary of an honest mailer and no name. */
static bool goes_on(unsigned char octet)
{
	return as_octet_alnum(octet) || octet == '-' || octet == '_' || octet == '.';
}

/* Whether the name in front of the '=' at equals is boundary. */
static bool match_back(struct as_span zone, size_t floor, size_t equals,
		       struct as_claim_section *section)
{
	static const char letters[] = "yradnuob";
	size_t at = read_section(zone, floor, skip_back(zone, floor, equals), section);

	for (size_t i = 0; letters[i] != '\0'; i++) {
		at = skip_back(zone, floor, at);
		if (at == floor || as_octet_lower(zone.data[at - 1]) != (unsigned char)letters[i])
			return false;
		at--;
	}
	return at == 0 || !goes_on(zone.data[at - 1]);
}

/* Quick answer for what cannot be the end of the name. */
static bool may_end_name(unsigned char octet)
{
	return is_pad(octet) || octet == ')' || octet == '*' || as_octet_lower(octet) == 'y' ||
	       (octet >= '0' && octet <= '9');
}

/* The Content-Type field around offset, and the place in it; a field may be
 * none. */
static void place_site(const struct as_claim_reader *reader, size_t offset,
		       struct as_claim_site *site)
{
	uint32_t field = site->field;

	while (field < reader->type_fields && reader->type_ends[field] <= offset)
		field++;
	if (field == reader->type_fields)
		return;
	if (field != site->field)
		site->order = 0;
	site->field = field;
}

void as_claim_boundaries_search(struct as_claim_reader *reader)
{
	struct as_claim_section sections[AS_CLAIM_SECTIONS_MAX];
	struct as_claim_site site = {.form = AS_CLAIM_DECOY};
	struct as_span zone = reader->zone;
	size_t at = as_span_find_byte(zone, 0, '='), count = 0;

	for (; at != SIZE_MAX; at = as_span_find_byte(zone, at + 1, '=')) {
		size_t floor = at > NAME_REACH ? at - NAME_REACH : 0;
		struct as_claim_section section;

		if (at == 0 || !may_end_name(zone.data[at - 1]) ||
		    !match_back(zone, floor, at, &section))
			continue;
		if (!as_claim_charge(reader, NAME_REACH))
			break;
		place_site(reader, at, &site);
		site.offset = at;
		section.value = as_claim_value_read(reader, at + 1, &site);
		site.order++;
		if (count < AS_CLAIM_SECTIONS_MAX && (section.extended || section.number >= 0))
			sections[count++] = section;
	}
	site.order = 0;
	if (count > 0)
		as_claim_sections_join(reader, sections, count, &site);
}
