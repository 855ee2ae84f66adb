/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_reader.h"
#include "mime/field.h"
#include "mime/header_text.h"
#include "mime/param.h"

#include <strings.h>

/* Anomalies in front of which a strict parser gives a Content-Type up: what it
 * would find behind them counts for lenient readers only. */
#define GIVES_UP                                                                                   \
	(AS_PARAM_UNCLOSED_QUOTE | AS_PARAM_NO_EQUALS | AS_PARAM_NO_SEMICOLON |                    \
	 AS_PARAM_BAD_NAME | AS_PARAM_BAD_TYPE | AS_PARAM_JUNK | AS_PARAM_UNCLOSED_COMMENT)

/* Octets of a type claim: RFC 6838 s4.2 allows 127 for each half. */
#define TYPE_MAX ((size_t)AS_PARAM_TYPE_MAX)

static bool begins(struct as_span text, const char *prefix)
{
	return as_span_has_at(text, 0, prefix, strlen(prefix));
}

enum as_claim_class as_claim_class_of(struct as_span text)
{
	static const char *const messages[] = {"message/rfc822", "message/rfc2822",
					       "message/global", "message/news"};

	if (begins(text, "multipart"))
		return AS_CLAIM_MULTIPART;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (as_span_equal(text, as_span_text(messages[i])))
			return AS_CLAIM_MESSAGE;
	return AS_CLAIM_LEAF;
}

static void add_type(struct as_claim_reader *reader, struct as_span text,
		     const struct as_claim_site *site, enum as_claim_form form)
{
	struct as_claim_site here = *site;

	if (here.form < form)
		here.form = form;
	as_claim_add(reader, &reader->types, text, &here, AS_ENCODING_IDENTITY);
}

/* Position of word in any case, or SIZE_MAX. */
static size_t find_word(struct as_span text, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i + length <= text.size; i++)
		if ((text.data[i] | 0x20) == word[0] &&
		    strncasecmp((const char *)text.data + i, word, length) == 0)
			return i;
	return SIZE_MAX;
}

/* Lower case, without blanks, quotes, backslashes, controls; comments go when
 * skip_comments. Up to the ';'. */
static struct as_span squeeze(struct as_claim_reader *reader, struct as_span value,
			      bool skip_comments)
{
	as_buffer_clear(&reader->scratch);
	for (size_t i = 0; i < value.size && reader->scratch.size < TYPE_MAX; i++) {
		unsigned char octet = value.data[i];

		if (octet == ';')
			break;
		if (octet == '(' && skip_comments) {
			size_t behind = as_comment_skip(value, i);

			if (behind > i) {
				i = behind - 1;
				continue;
			}
			skip_comments = false;
		}
		if (octet > ' ' && octet != 0x7f && octet != '"' && octet != '\\')
			as_buffer_byte(&reader->scratch, as_octet_lower(octet));
	}
	return as_buffer_span(&reader->scratch);
}

/* Whether value is nothing but text up to the ';', comments behind it aside. */
static bool is_bare(struct as_span value, size_t length)
{
	size_t i = length;

	while (i < value.size && value.data[i] != ';') {
		size_t next = value.data[i] == '(' ? as_comment_skip(value, i) : i;

		if (next == i && (value.data[i] > ' ' || value.data[i] == 0))
			return false;
		i = next > i ? next : i + 1;
	}
	return true;
}

/* The type when it stands as RFC 2045 s5.1 has it, perhaps with blanks round
 * the slash or comments, which a strict reader skips as well. */
static void add_declared(struct as_claim_reader *reader, struct as_span value,
			 const struct as_params *params, const struct as_claim_site *site)
{
	struct as_span type = as_span_text(params->type);
	bool plain = type.size <= value.size &&
		     strncasecmp((const char *)value.data, params->type, type.size) == 0 &&
		     is_bare(value, type.size);

	if (as_span_find_byte(type, 0, '/') != SIZE_MAX)
		add_type(reader, type, site,
			 plain					  ? AS_CLAIM_PLAIN
			 : value.data[0] == '"'			  ? AS_CLAIM_QUOTE
			 : (params->anomalies & AS_PARAM_COMMENT) ? AS_CLAIM_COMMENT
								  : AS_CLAIM_LOOSE);
	else if (type.size > 0)
		add_type(reader, type, site, AS_CLAIM_CUT);
	else if (value.size == 0)
		add_type(reader, type, site, AS_CLAIM_PLAIN);
}

/* What a search for words finds: "multipart" without a subtype, in quotes, in
 * a list, behind a prefix, cut by a comment or a backslash. */
static void add_mentioned(struct as_claim_reader *reader, struct as_span value,
			  const struct as_claim_site *site)
{
	static const char *const words[] = {"multipart", "message/rfc822", "message/global",
					    "message/news"};
	bool quoted = value.size > 0 && value.data[0] == '"', done[4] = {false};

	for (unsigned int skip = 0; skip < 2; skip++) {
		struct as_span text = squeeze(reader, value, skip == 1);

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (done[i] || find_word(text, words[i]) == SIZE_MAX)
				continue;
			done[i] = true;
			add_type(reader, as_span_text(words[i]), site,
				 quoted	     ? AS_CLAIM_QUOTE
				 : skip == 1 ? AS_CLAIM_COMMENT
					     : AS_CLAIM_LOOSE);
		}
	}
}

/* "text/plain; multipart/mixed; boundary=x": a type in place of a parameter. */
static void add_late(struct as_claim_reader *reader, struct as_span value,
		     const struct as_claim_site *site)
{
	size_t at = as_span_find_byte(value, 0, ';');

	while (at != SIZE_MAX) {
		struct as_span rest;

		at++;
		while (at < value.size && value.data[at] <= ' ')
			at++;
		rest = as_span_slice(value, at, TYPE_MAX);
		if (rest.size > 10 && strncasecmp((const char *)rest.data, "multipart/", 10) == 0)
			add_type(reader, as_span_text("multipart"), site, AS_CLAIM_LOOSE);
		else if (rest.size > 14 &&
			 strncasecmp((const char *)rest.data, "message/rfc822", 14) == 0)
			add_type(reader, as_span_text("message/rfc822"), site, AS_CLAIM_LOOSE);
		at = as_span_find_byte(value, at, ';');
	}
}

/* RFC 2046 s3, RFC 2077, RFC 8081, and private ones: not a misspelt multipart. */
static bool is_leaf_half(struct as_span type)
{
	static const char *const halves[] = {"text/",	     "image/", "audio/", "video/",
					     "application/", "model/", "font/",	 "message/"};

	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++)
		if (begins(type, halves[i]))
			return true;
	return false;
}

static bool is_bare_item(const struct as_param *item)
{
	for (size_t i = 0; i < item->value_length; i++)
		if ((unsigned char)item->value[i] <= ' ')
			return false;
	return true;
}

static enum as_claim_form boundary_form(const struct as_params *params, const struct as_param *item)
{
	if (item->form == AS_PARAM_EXTENDED)
		return (params->anomalies & (AS_PARAM_GAP | AS_PARAM_DUPLICATE |
					     AS_PARAM_BAD_EXTENDED | AS_PARAM_CHARSET)) != 0
			       ? AS_CLAIM_EXTENDED_ODD
			       : AS_CLAIM_EXTENDED;
	if ((params->anomalies & GIVES_UP) != 0)
		return AS_CLAIM_LOOSE;
	return item->form == AS_PARAM_PLAIN && !is_bare_item(item) ? AS_CLAIM_LOOSE
								   : AS_CLAIM_PLAIN;
}

static void add_boundary(struct as_claim_reader *reader, const struct as_param *item,
			 const struct as_claim_site *site, enum as_claim_form form, size_t order)
{
	struct as_claim_site here = *site;
	size_t length = item->value_length;

	if (here.form < form)
		here.form = form;
	here.order = (uint32_t)order;
	as_claim_add(reader, &reader->boundaries, as_span_make(item->value, length), &here,
		     AS_ENCODING_IDENTITY);
	if (item->unbroken_length < length && item->unbroken_length > 0) {
		here.form = AS_CLAIM_EXTENDED_ODD;
		as_claim_add(reader, &reader->boundaries,
			     as_span_make(item->value, item->unbroken_length), &here,
			     AS_ENCODING_IDENTITY);
	}
	length = strnlen(item->value, length);
	if (length < item->value_length) {
		here.form = here.form > AS_CLAIM_CUT ? here.form : AS_CLAIM_CUT;
		as_claim_add(reader, &reader->boundaries, as_span_make(item->value, length), &here,
			     AS_ENCODING_IDENTITY);
	}
}

/* Parameters that a multipart may have; any other could be a boundary whose
 * name somebody repairs ("oundary=x"). */
static bool is_known_name(const char *name)
{
	static const char *const names[] = {"type",	"start",       "start-info", "charset",
					    "protocol", "report-type", "micalg",     "name",
					    "format",	"differences", "delsp",	     "filename"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return name[0] == 'x' && name[1] == '-';
}

static bool add_boundaries(struct as_claim_reader *reader, const struct as_params *params,
			   const struct as_claim_site *site)
{
	bool found = false;

	for (size_t i = 0; i < params->count; i++) {
		const struct as_param *item = &params->items[i];

		if (strcmp(item->name, "boundary") != 0)
			continue;
		found = true;
		add_boundary(reader, item, site, boundary_form(params, item), i);
	}
	for (size_t i = 0; !found && i < params->count; i++)
		if (begins(as_span_text(params->type), "multipart") &&
		    !is_known_name(params->items[i].name))
			add_boundary(reader, &params->items[i], site, AS_CLAIM_LOOSE, i);
	return found;
}

static void read_value(struct as_claim_reader *reader, struct as_span value,
		       const struct as_claim_site *site)
{
	struct as_params params;
	struct as_span type;
	bool boundary;

	if (as_params_parse(reader->arena, value, reader->max_params, &params) < 0) {
		reader->failed = true;
		return;
	}
	type = as_span_text(params.type);
	add_declared(reader, value, &params, site);
	boundary = add_boundaries(reader, &params, site);
	if (begins(type, "multipart/"))
		return;
	add_mentioned(reader, value, site);
	add_late(reader, value, site);
	if (boundary && !is_leaf_half(type))
		add_type(reader, as_span_text("multipart"), site, AS_CLAIM_LOOSE);
}

/* Encoded words may hold anything: the type, or all of the value. */
static void read_words(struct as_claim_reader *reader, struct as_span value,
		       const struct as_claim_site *site)
{
	struct as_claim_site here = *site;
	struct as_buffer text;
	bool found = false;

	value = as_span_slice(value, 0, AS_CLAIM_WINDOW);
	if (!as_claim_charge(reader, 8 * value.size))
		return;
	here.form = AS_CLAIM_WORD > site->form ? AS_CLAIM_WORD : site->form;
	as_buffer_init(&text, 0);
	if (!as_header_words(&text, value, &found))
		reader->failed = true;
	else if (found)
		read_value(reader, as_buffer_span(&text), &here);
	as_buffer_deinit(&text);
}

static bool has_word(struct as_span value)
{
	size_t at = as_span_find_byte(value, 0, '?');

	return at != SIZE_MAX && at > 0 && value.data[at - 1] == '=';
}

void as_claim_type_read(struct as_claim_reader *reader, struct as_span value,
			const struct as_claim_site *site)
{
	read_value(reader, value, site);
	if (has_word(value))
		read_words(reader, value, site);
}
