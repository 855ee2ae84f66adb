/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_value.h"

#include "mime/field.h"
#include "mime/header_text.h"

static struct as_span trim(struct as_span text)
{
	while (text.size > 0 && as_octet_space(text.data[0]))
		text = as_span_from(text, 1);
	while (text.size > 0 && as_octet_space(text.data[text.size - 1]))
		text.size--;
	return text;
}

/* What as_claim_value_add() takes out of a text; bits of one mask. */
#define DROP_BREAKS   (1u << 0)
#define DROP_FOLDS    (1u << 1) /* breaks with the blanks behind them */
#define DROP_ESCAPES  (1u << 2)
#define DROP_QUOTES   (1u << 3)
#define DROP_SINGLE   (1u << 4)
#define DROP_COMMENTS (1u << 5)
#define DROP_CONTROLS (1u << 6)
#define DROP_PERCENTS (1u << 7)
#define DROP_BLANKS   (1u << 8)

static int hex_digit(unsigned char octet)
{
	octet = as_octet_lower(octet);
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

/* Whether the octet at *at goes; *at moves on to the last one that does. */
static bool drops(struct as_span text, size_t *at, unsigned int *mask)
{
	unsigned char octet = text.data[*at];
	size_t behind;

	if (as_octet_break(octet) && (*mask & (DROP_BREAKS | DROP_FOLDS)) != 0) {
		while ((*mask & DROP_FOLDS) != 0 && *at + 1 < text.size &&
		       as_octet_space(text.data[*at + 1]))
			++*at;
		return true;
	}
	if (octet == '(' && (*mask & DROP_COMMENTS) != 0) {
		behind = as_comment_skip(text, *at);
		if (behind > *at) {
			*at = behind - 1;
			return true;
		}
		*mask &= ~DROP_COMMENTS;
	}
	return (octet == '"' && (*mask & DROP_QUOTES) != 0) ||
	       (octet == '\'' && (*mask & DROP_SINGLE) != 0) ||
	       (as_octet_space(octet) && (*mask & DROP_BLANKS) != 0) ||
	       ((octet < ' ' || octet == 0x7f) && (*mask & DROP_CONTROLS) != 0);
}

static void add_without(struct as_claim_reader *reader, struct as_span text,
			const struct as_claim_site *site, enum as_claim_form form,
			unsigned int mask)
{
	struct as_buffer *out = &reader->scratch;

	if (!as_claim_charge(reader, 2 * text.size))
		return;
	as_buffer_clear(out);
	for (size_t i = 0; i < text.size; i++) {
		unsigned char octet = text.data[i];

		if (octet == '\\' && (mask & DROP_ESCAPES) != 0 && i + 1 < text.size) {
			as_buffer_byte(out, text.data[++i]);
			continue;
		}
		if (octet == '%' && (mask & DROP_PERCENTS) != 0 && text.size - i > 2 &&
		    hex_digit(text.data[i + 1]) >= 0 && hex_digit(text.data[i + 2]) >= 0) {
			octet = (unsigned char)(hex_digit(text.data[i + 1]) << 4 |
						hex_digit(text.data[i + 2]));
			i += 2;
		} else if (drops(text, &i, &mask)) {
			continue;
		}
		as_buffer_byte(out, octet);
	}
	as_claim_value_put(reader, as_buffer_span(out), site, form);
}

/* The text of an encoded word as it stands, for decoders that leave '_' or an
 * unknown encoding alone, and for words without an end (RFC 2047 s2). */
static void add_word_text(struct as_claim_reader *reader, struct as_span text,
			  const struct as_claim_site *site)
{
	size_t at = 0, end;

	for (unsigned int marks = 0; marks < 3; marks++) {
		at = as_span_find_byte(text, at, '?');
		if (at == SIZE_MAX)
			return;
		at++;
	}
	end = as_span_find_byte(text, at, '?');
	text = as_span_slice(text, at, end == SIZE_MAX ? SIZE_MAX : end - at);
	if (text.size > 0)
		as_claim_value_put(reader, text, site, AS_CLAIM_WORD);
}

static void add_words(struct as_claim_reader *reader, struct as_span text,
		      const struct as_claim_site *site)
{
	struct as_buffer out;
	bool found = false;

	if (!as_claim_charge(reader, 8 * text.size))
		return;
	as_buffer_init(&out, 0);
	if (!as_header_words(&out, text, &found))
		reader->failed = true;
	else if (found)
		as_claim_value_put(reader, as_buffer_span(&out), site, AS_CLAIM_WORD);
	as_buffer_deinit(&out);
	add_word_text(reader, text, site);
}

static bool has_controls(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < ' ' || text.data[i] == 0x7f)
			return true;
	return false;
}

/* An octet that leaves the choice to keep it, and what goes without it. */
static const struct {
	unsigned char octet;
	unsigned int mask;
	enum as_claim_form form;
} drop_table[] = {
	{'\\', DROP_ESCAPES, AS_CLAIM_QUOTE},
	{'"', DROP_QUOTES, AS_CLAIM_QUOTE},
	{'"', DROP_QUOTES | DROP_ESCAPES, AS_CLAIM_QUOTE},
	{'\'', DROP_SINGLE, AS_CLAIM_QUOTE},
	{'(', DROP_COMMENTS, AS_CLAIM_COMMENT},
	{'(', DROP_COMMENTS | DROP_BLANKS, AS_CLAIM_COMMENT},
	{'(', DROP_COMMENTS | DROP_QUOTES | DROP_ESCAPES, AS_CLAIM_COMMENT},
	{'%', DROP_PERCENTS, AS_CLAIM_EXTENDED_ODD},
};

void as_claim_value_add(struct as_claim_reader *reader, struct as_span text,
			const struct as_claim_site *site, enum as_claim_form form)
{
	struct as_span trimmed = trim(text);

	if (form == AS_CLAIM_CUT && as_claim_holds(text, '('))
		form = AS_CLAIM_COMMENT;
	as_claim_value_put(reader, text, site, form);
	if (trimmed.size < text.size)
		as_claim_value_put(reader, trimmed, site,
				   form > AS_CLAIM_CUT ? form : AS_CLAIM_CUT);
	text = trimmed;
	if (as_claim_holds(text, '\n') || as_claim_holds(text, '\r')) {
		add_without(reader, text, site, form, DROP_BREAKS);
		add_without(reader, text, site, form, DROP_FOLDS);
	}
	for (size_t i = 0; i < sizeof(drop_table) / sizeof(drop_table[0]); i++)
		if (as_claim_holds(text, drop_table[i].octet))
			add_without(reader, text, site,
				    form > drop_table[i].form ? form : drop_table[i].form,
				    drop_table[i].mask | DROP_BREAKS);
	if (has_controls(text))
		add_without(reader, text, site, form, DROP_CONTROLS);
	if (as_claim_holds(text, '?'))
		add_words(reader, text, site);
}
