/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/charset.h"
#include "mime/names_forms.h"
#include "mime/param_join.h"

#include <errno.h>
#include <stdlib.h>

static void add_text(struct as_name_list *list, const struct as_buffer *text,
		     enum assay_name_source source, uint32_t marks)
{
	struct as_span end = as_name_keep_end(as_buffer_span(text), AS_NAME_RAW_MAX);

	if (text->failed)
		list->rc = -ENOMEM;
	else
		as_name_add_readings(list, end, source, marks);
}

static enum assay_name_source source_of(const struct as_name_piece *piece)
{
	if (piece->param == AS_NAME_PARAM_FILENAME)
		return piece->extended || piece->section != AS_NO_SECTION ? ASSAY_NAME_FILENAME_EXT
									  : ASSAY_NAME_FILENAME;
	return piece->extended || piece->section != AS_NO_SECTION ? ASSAY_NAME_NAME_EXT
								  : ASSAY_NAME_NAME;
}

/* Without quotes, quoted pairs and line ends. */
static void put_unquoted(struct as_buffer *out, const struct as_name_piece *piece)
{
	struct as_span text = piece->value;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '\r' || text.data[i] == '\n')
			continue;
		if (piece->quoted && text.data[i] == '\\' && i + 1 < text.size)
			i++;
		as_buffer_byte(out, text.data[i]);
	}
}

/* Appends what the piece stands for in a name. The charset that the first
 * extended piece names (RFC 2231 s4) goes to charset, which it replaces. */
static void put_piece(struct as_buffer *out, const struct as_name_piece *piece, bool first,
		      struct as_buffer *charset)
{
	struct as_buffer text;
	struct as_span rest;

	as_buffer_init(&text, 0);
	put_unquoted(&text, piece);
	rest = as_buffer_span(&text);
	if (first && piece->extended) {
		size_t mark = as_span_find_byte(rest, 0, '\'');
		size_t end = mark != SIZE_MAX ? as_span_find_byte(rest, mark + 1, '\'') : SIZE_MAX;

		if (end != SIZE_MAX) {
			as_buffer_append(charset, rest.data, mark);
			as_buffer_byte(charset, '\0');
			rest = as_span_from(rest, end + 1);
		}
	}
	if (piece->extended)
		(void)as_name_percent(out, rest);
	else
		as_buffer_append(out, rest.data, rest.size);
	if (text.failed)
		out->failed = true;
	as_buffer_deinit(&text);
}

static void add_joined(struct as_name_list *list, const struct as_name_piece *const *pieces,
		       size_t count, uint32_t marks)
{
	struct as_buffer octets, charset, text;
	const struct as_buffer *name = &octets;

	as_buffer_init(&octets, 0);
	as_buffer_init(&charset, 0);
	as_buffer_init(&text, 0);
	for (size_t i = 0; i < count; i++)
		put_piece(&octets, pieces[i], i == 0, &charset);
	if (charset.size > 1 && !charset.failed &&
	    as_charset_to_utf8((const char *)charset.data, as_buffer_span(&octets), &text) !=
		    AS_CHARSET_UNKNOWN)
		name = &text;
	if (octets.failed || charset.failed)
		list->rc = -ENOMEM;
	else
		add_text(list, name, source_of(pieces[0]), marks);
	as_buffer_deinit(&text);
	as_buffer_deinit(&charset);
	as_buffer_deinit(&octets);
}

/* The value with what stands behind its semicolon, without quotes and folds. */
static void add_rest(struct as_name_list *list, const struct as_name_piece *piece)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	for (size_t i = 0; i < piece->rest.size; i++)
		if (piece->rest.data[i] != '"' && piece->rest.data[i] != '\r' &&
		    piece->rest.data[i] != '\n')
			as_buffer_byte(&text, piece->rest.data[i]);
	add_text(list, &text, ASSAY_NAME_RAW, ASSAY_NAME_LOOSE);
	as_buffer_deinit(&text);
}

/* Some readers look for a semicolon without regard to quotes, or end a bare
 * value at a blank: what they get is a name of its own if it has a dot. */
static void add_head(struct as_name_list *list, const struct as_name_piece *piece)
{
	struct as_span head = piece->value;
	size_t end = 0;

	while (end < head.size && (piece->quoted ? head.data[end] != ';' : head.data[end] > ' '))
		end++;
	head = as_span_slice(head, 0, end);
	if (end < piece->value.size && as_span_find_byte(head, 0, '.') != SIZE_MAX)
		as_name_add(list, as_name_keep_end(head, AS_NAME_RAW_MAX), ASSAY_NAME_OTHER,
			    ASSAY_NAME_LOOSE);
}

static bool contains_word(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (as_span_has_at(text, i, "=?", 2))
			return true;
	return false;
}

/* A fold in a value is one blank to the RFC, and nothing to readers who
 * drop the whole of it. Between encoded words all drop it. */
static void add_unfolded(struct as_name_list *list, const struct as_name_piece *piece)
{
	struct as_span text = piece->value;
	struct as_buffer out;
	bool folded = false;

	as_buffer_init(&out, 0);
	for (size_t i = 0; i < text.size; i++) {
		unsigned char octet = text.data[i];
		bool end = octet == '\r' || octet == '\n';

		folded = end || (folded && (octet == ' ' || octet == '\t'));
		if (!folded)
			as_buffer_byte(&out, octet);
	}
	if (out.size < text.size && !contains_word(as_buffer_span(&out)))
		add_text(list, &out, ASSAY_NAME_OTHER, ASSAY_NAME_LOOSE);
	as_buffer_deinit(&out);
}

static void add_whole(struct as_name_list *list, const struct as_name_piece *piece)
{
	if (piece->loose || piece->odd)
		add_joined(list, &piece, 1, piece->loose ? ASSAY_NAME_LOOSE : ASSAY_NAME_ODD);
	if (piece->rest.size > 0)
		add_rest(list, piece);
	if (piece->extended)
		return;
	add_head(list, piece);
	add_unfolded(list, piece);
}

static int compare_sections(const void *left, const void *right)
{
	const struct as_name_piece *a = *(const struct as_name_piece *const *)left;
	const struct as_name_piece *b = *(const struct as_name_piece *const *)right;

	if (a->section != b->section)
		return a->section < b->section ? -1 : 1;
	return a < b ? -1 : a > b;
}

struct numbered {
	const struct as_name_piece *items[AS_NAME_PIECES_MAX];
	size_t count;
	size_t bytes;
	bool ordered, one_field;
	bool loose; /* param.h does not know one of them */
};

static void find_numbered(struct as_name_pieces pieces, enum as_name_param which,
			  struct numbered *found)
{
	found->count = 0;
	found->bytes = 0;
	found->ordered = true;
	found->one_field = true;
	found->loose = false;
	for (size_t i = 0; i < pieces.count && found->count < AS_NAME_PIECES_MAX; i++) {
		const struct as_name_piece *piece = &pieces.items[i];

		if (piece->param != which || piece->section == AS_NO_SECTION)
			continue;
		if ((size_t)piece->section != found->count)
			found->ordered = false;
		if (found->count > 0 && found->items[0]->field != piece->field)
			found->one_field = false;
		found->loose = found->loose || piece->loose;
		found->bytes += piece->value.size;
		found->items[found->count++] = piece;
	}
}

static bool has_repeat(const struct numbered *found)
{
	for (size_t i = 1; i < found->count; i++)
		if (found->items[i]->section == found->items[i - 1]->section)
			return true;
	return false;
}

/* What readers see who know RFC 2231 and do not sort, who join over fields,
 * and who take the first section for the whole. */
static void add_sections(struct as_name_list *list, struct as_name_pieces pieces,
			 enum as_name_param which)
{
	struct numbered found;

	find_numbered(pieces, which, &found);
	if (found.count < 2)
		return;
	if (!found.ordered || !found.one_field || found.loose)
		add_joined(list, found.items, found.count, ASSAY_NAME_LOOSE);
	if (found.bytes < AS_NAME_WHOLE_BYTES &&
	    as_span_find_byte(found.items[0]->value, 0, '.') != SIZE_MAX)
		add_joined(list, found.items, 1, ASSAY_NAME_LOOSE);
	if (found.one_field)
		return;
	qsort(found.items, found.count, sizeof(found.items[0]), compare_sections);
	if (!has_repeat(&found))
		add_joined(list, found.items, found.count, ASSAY_NAME_LOOSE);
}

void as_name_add_forms(struct as_name_list *list, struct as_name_pieces pieces)
{
	for (size_t i = 0; i < pieces.count; i++)
		if (pieces.items[i].param != AS_NAME_PARAM_UNKNOWN &&
		    pieces.items[i].section == AS_NO_SECTION)
			add_whole(list, &pieces.items[i]);
	add_sections(list, pieces, AS_NAME_PARAM_FILENAME);
	add_sections(list, pieces, AS_NAME_PARAM_NAME);
}
