/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/names_forms.h"

#include "base/buffer.h"
#include "mime/header_text.h"
#include "mime/octet.h"
#include "mime/param_join.h"

#include <strings.h>

static bool is_plain_text(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < ' ' || text.data[i] >= 0x7f)
			return false;
	return true;
}

static size_t find_last(struct as_span text, unsigned char octet)
{
	size_t at = text.size;

	while (at > 0 && text.data[at - 1] != octet)
		at--;
	return at > 0 ? at - 1 : SIZE_MAX;
}

/* Charsets in which ASCII is not ASCII: a reader that does not convert finds
 * no extension. No mailer writes names in them. */
static bool is_wide(struct as_span label)
{
	static const char *const wide[] = {"utf-16", "utf16",	"utf-32", "utf32",     "utf-7",
					   "utf7",   "unicode", "ucs-2",  "ucs-4",     "iso-10646",
					   "ebcdic", "ibm037",	"cp037",  "utf-ebcdic"};

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		size_t length = strlen(wide[i]);

		if (label.size >= length &&
		    strncasecmp((const char *)label.data, wide[i], length) == 0)
			return true;
	}
	return false;
}

/* ISO-2022 and HZ put ASCII letters for others, so that mailers escape all. */
static bool is_stateful(struct as_span label)
{
	return (label.size >= 8 && strncasecmp((const char *)label.data, "iso-2022", 8) == 0) ||
	       (label.size >= 2 && strncasecmp((const char *)label.data, "hz", 2) == 0);
}

/* Whether a letter or digit of the extension is escaped by mark and two
 * hexadecimal digits ("=7A", "%7A"). */
static bool has_escaped_extension(struct as_span text, unsigned char mark)
{
	bool escaped = false;

	for (size_t i = 0; i < text.size; i++) {
		int octet = text.data[i] == mark ? as_name_hex(text, i + 1) : -1;

		if (octet == '.' || (octet < 0 && text.data[i] == '.'))
			escaped = false;
		else if (octet >= 0 && as_octet_alnum((unsigned char)octet))
			escaped = true;
		if (octet >= 0)
			i += 2;
	}
	return escaped;
}

/* An encoded word, as as_header_words() finds it. */
struct word {
	struct as_span label, text;
	bool base64;
	size_t begin, end;
};

static bool next_word(struct as_span octets, size_t from, struct word *word_out)
{
	for (size_t at = from; at + 4 < octets.size; at++) {
		struct as_span head = as_span_slice(octets, 0, at + 2 + AS_WORD_CHARSET_SIZE);
		size_t mark, end;

		if (!as_span_has_at(octets, at, "=?", 2))
			continue;
		mark = as_span_find_byte(head, at + 2, '?');
		if (mark == SIZE_MAX || !as_span_holds(octets, mark, 3) ||
		    octets.data[mark + 2] != '?')
			continue;
		for (end = mark + 3; end < octets.size; end++)
			if (as_span_has_at(octets, end, "?=", 2))
				break;
		word_out->label = as_span_slice(octets, at + 2, mark - at - 2);
		word_out->base64 = (octets.data[mark + 1] | 0x20) == 'b';
		word_out->text = as_span_slice(octets, mark + 3, end - mark - 3);
		word_out->begin = at;
		word_out->end = end < octets.size ? end + 2 : octets.size;
		return true;
	}
	return false;
}

static bool is_odd_word(const struct word *word, bool plain)
{
	struct as_span label = word->label;
	size_t star = as_span_find_byte(label, 0, '*'); /* RFC 2231 s5 */

	if (star != SIZE_MAX)
		label.size = star;
	if (is_wide(label))
		return true;
	if (word->base64)
		return (label.size == 8 &&
			strncasecmp((const char *)label.data, "us-ascii", 8) == 0) ||
		       (label.size == 5 && strncasecmp((const char *)label.data, "ascii", 5) == 0);
	return plain && !is_stateful(label) && has_escaped_extension(word->text, '=');
}

/* Whether the decoded text from offset on has a dot. */
static bool has_dot_behind(struct as_span octets, size_t offset)
{
	struct as_buffer text;
	bool found;

	as_buffer_init(&text, 0);
	(void)as_header_words(&text, as_span_from(octets, offset), NULL);
	found = as_span_find_byte(as_buffer_span(&text), 0, '.') != SIZE_MAX;
	as_buffer_deinit(&text);
	return found;
}

uint32_t as_name_word_marks(struct as_span octets)
{
	struct word word, last = {.begin = SIZE_MAX};
	struct as_buffer text;
	size_t at = 0, count = 0;
	bool odd = false, plain;

	as_buffer_init(&text, 0);
	(void)as_header_words(&text, octets, NULL);
	plain = is_plain_text(as_buffer_span(&text));
	while (next_word(octets, at, &word)) {
		odd = odd || is_odd_word(&word, plain);
		last = word;
		at = word.end;
		count++;
	}
	/* A short name of ASCII whose extension is only partly in its last
	 * word, or cut by it. */
	if (count > 0 && plain && octets.size < AS_NAME_WHOLE_BYTES &&
	    find_last(as_buffer_span(&text), '.') != SIZE_MAX &&
	    (count > 1 || last.begin > 0 || last.end < octets.size)) {
		size_t tail = last.end < octets.size && !has_dot_behind(octets, last.end)
				      ? last.end
				      : last.begin;

		odd = odd || !has_dot_behind(octets, tail);
	}
	as_buffer_deinit(&text);
	return odd ? (uint32_t)ASSAY_NAME_ODD : 0;
}

/* Forms of a quoted name that hide its ending from readers who know no quoted
 * pairs, or who cut at the first semicolon: no mailer quotes letters, and no
 * person ends a name with ";.zip". */
static bool is_odd_quoted(struct as_span value)
{
	size_t dot = find_last(value, '.');

	if (dot == SIZE_MAX)
		return false;
	if (dot > 0 && value.data[dot - 1] == ';')
		return true;
	for (size_t i = dot; i + 1 < value.size; i++)
		if (value.data[i] == '\\' && as_octet_alnum(value.data[i + 1]))
			return true;
	return false;
}

static bool is_single_quoted(struct as_span value)
{
	return value.size > 2 && value.data[0] == '\'' && value.data[value.size - 1] == '\'';
}

static uint32_t plain_marks(const struct as_name_piece *piece)
{
	if (piece->loose || (!piece->quoted && is_single_quoted(piece->value)))
		return ASSAY_NAME_LOOSE;
	if (piece->odd || (piece->quoted && is_odd_quoted(piece->value)))
		return ASSAY_NAME_ODD;
	return 0;
}

/* Of the unnumbered parameters of that name, the one that was read there, else
 * the strictest. None at all: a lenient reader only. */
static uint32_t whole_marks(struct as_name_pieces pieces, const struct as_param *param,
			    enum as_name_param which, size_t field)
{
	uint32_t marks = ASSAY_NAME_LOOSE;

	for (size_t i = 0; i < pieces.count; i++) {
		const struct as_name_piece *piece = &pieces.items[i];
		uint32_t found;

		if (piece->field != field || piece->param != which || piece->extended ||
		    piece->section != AS_NO_SECTION)
			continue;
		found = plain_marks(piece);
		if (piece->begin == param->raw.data)
			return found;
		if (found < marks)
			marks = found;
	}
	return marks;
}

static struct as_span charset_of(struct as_span value)
{
	size_t mark = as_span_find_byte(value, 0, '\'');

	return as_span_slice(value, 0, mark != SIZE_MAX ? mark : 0);
}

/* The sections of one name in one field, in order of appearance. */
struct sections {
	const struct as_name_piece *last; /* highest number */
	struct as_span charset;
	size_t count, shortest; /* octets of the shortest but the last */
	long expected;
	bool ordered, loose, odd, escaped;
};

static void note_section(struct sections *sections, const struct as_name_piece *piece)
{
	sections->loose = sections->loose || piece->loose;
	sections->odd = sections->odd || piece->odd;
	sections->escaped = piece->extended && has_escaped_extension(piece->value, '%');
	if (piece->section != sections->expected)
		sections->ordered = false;
	sections->expected = piece->section + 1;
	if (sections->count > 0 && sections->last->value.size < sections->shortest)
		sections->shortest = sections->last->value.size;
	if (sections->count++ == 0 && piece->extended)
		sections->charset = charset_of(piece->value);
	sections->last = piece;
}

/* Whether each number from 0 on is there once, in whatever order. */
static bool is_complete(struct as_name_pieces pieces, const struct as_name_piece *like,
			size_t count)
{
	bool seen[AS_NAME_PIECES_MAX] = {false};

	if (count > AS_NAME_PIECES_MAX)
		return false;
	for (size_t i = 0; i < pieces.count; i++) {
		const struct as_name_piece *piece = &pieces.items[i];

		if (piece->field != like->field || piece->param != like->param ||
		    piece->section == AS_NO_SECTION)
			continue;
		if ((size_t)piece->section >= count || seen[piece->section])
			return false;
		seen[piece->section] = true;
	}
	return true;
}

/* Whether the last section has the dot of the extension and something in front
 * of it. */
static bool holds_extension(const struct as_name_piece *piece)
{
	for (size_t i = 1; i < piece->value.size; i++)
		if (piece->value.data[i] == '.' ||
		    (piece->extended && piece->value.data[i] == '%' &&
		     as_name_hex(piece->value, i + 1) == '.'))
			return true;
	return false;
}

static uint32_t section_marks(struct as_name_pieces pieces, const struct sections *sections,
			      struct as_span value)
{
	bool plain = is_plain_text(value);
	bool odd = sections->odd || is_wide(sections->charset) ||
		   (plain && sections->escaped && !is_stateful(sections->charset));

	if (sections->loose || !is_complete(pieces, sections->last, sections->count))
		return ASSAY_NAME_LOOSE;
	if (sections->count > 1)
		odd = odd || !sections->ordered || (plain && value.size < AS_NAME_WHOLE_BYTES) ||
		      (sections->shortest < AS_NAME_SECTION_BYTES &&
		       !holds_extension(sections->last));
	return odd ? (uint32_t)ASSAY_NAME_ODD : 0;
}

/* Of name*= (no number), if that is what was read there. */
static bool single_marks(struct as_name_pieces pieces, const struct as_param *param,
			 enum as_name_param which, size_t field, uint32_t *marks_out)
{
	struct as_span value = as_span_make(param->value, param->value_length);

	for (size_t i = 0; i < pieces.count; i++) {
		const struct as_name_piece *piece = &pieces.items[i];
		struct as_span charset;
		bool odd;

		if (piece->begin != param->raw.data || piece->field != field ||
		    piece->param != which || piece->section != AS_NO_SECTION)
			continue;
		charset = charset_of(piece->value);
		odd = piece->odd || is_wide(charset) ||
		      (is_plain_text(value) && !is_stateful(charset) &&
		       has_escaped_extension(piece->value, '%'));
		*marks_out = piece->loose ? (uint32_t)ASSAY_NAME_LOOSE
			     : odd	  ? (uint32_t)ASSAY_NAME_ODD
					  : 0;
		return true;
	}
	return false;
}

uint32_t as_name_param_marks(struct as_name_pieces pieces, const struct as_param *param,
			     enum as_name_param which, size_t field)
{
	struct sections sections = {.shortest = SIZE_MAX, .ordered = true};
	uint32_t marks;

	if (param->form != AS_PARAM_EXTENDED)
		return whole_marks(pieces, param, which, field);
	if (single_marks(pieces, param, which, field, &marks))
		return marks;
	for (size_t i = 0; i < pieces.count; i++) {
		const struct as_name_piece *piece = &pieces.items[i];

		if (piece->field == field && piece->param == which &&
		    piece->section != AS_NO_SECTION)
			note_section(&sections, piece);
	}
	if (sections.count == 0)
		return ASSAY_NAME_LOOSE;
	return section_marks(pieces, &sections, as_span_make(param->value, param->value_length));
}
