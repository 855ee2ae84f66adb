/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_reader.h"
#include "mime/field.h"
#include "mime/header_text.h"
#include "mime/line.h"

#include <strings.h>

/* Octets of a value that are looked at; the longest known name has 20. */
#define VALUE_MAX ((size_t)AS_CLAIM_WINDOW)
/* Octets of a token; a longer one is no mechanism. */
#define TOKEN_MAX 64u

/* Guesses for names that no list has: the letters and digits of a mechanism
 * somewhere in them, the first that fits. */
static const struct {
	const char *letters;
	enum as_encoding encoding;
} guesses[] = {
	{"base64", AS_ENCODING_BASE64}, {"gzip64", AS_ENCODING_BASE64},
	{"b64", AS_ENCODING_BASE64},	{"quoted", AS_ENCODING_QP},
	{"printable", AS_ENCODING_QP},	{"uuenc", AS_ENCODING_UUENCODE},
	{"uue", AS_ENCODING_UUENCODE},	{"xxenc", AS_ENCODING_XXENCODE},
	{"yenc", AS_ENCODING_YENC},	{"binhex", AS_ENCODING_BINHEX},
	{"hqx", AS_ENCODING_BINHEX},	{"base", AS_ENCODING_BASE64},
	{"64", AS_ENCODING_BASE64},	{"7bit", AS_ENCODING_IDENTITY},
	{"8bit", AS_ENCODING_IDENTITY}, {"binary", AS_ENCODING_IDENTITY},
	{"none", AS_ENCODING_IDENTITY}, {"identity", AS_ENCODING_IDENTITY},
};

static bool has_letters(struct as_span text, const char *letters)
{
	size_t length = strlen(letters);

	for (size_t i = 0; i + length <= text.size; i++)
		if (memcmp(text.data + i, letters, length) == 0)
			return true;
	return false;
}

/* Letters and digits of text in lower case, at most size. */
static struct as_span squeeze(struct as_span text, unsigned char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < text.size && used < size; i++)
		if (as_octet_alnum(text.data[i]))
			out[used++] = as_octet_lower(text.data[i]);
	return as_span_make(out, used);
}

static enum as_encoding guess(struct as_span text)
{
	unsigned char letters[TOKEN_MAX];
	struct as_span squeezed = squeeze(text, letters, sizeof(letters));

	if (squeezed.size == 2 && memcmp(letters, "qp", 2) == 0)
		return AS_ENCODING_QP;
	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++)
		if (has_letters(squeezed, guesses[i].letters))
			return guesses[i].encoding;
	return AS_ENCODING_UNKNOWN;
}

static bool is_token(unsigned char octet)
{
	return as_octet_alnum(octet) || octet == '-' || octet == '_' || octet == '.' ||
	       octet == '+';
}

bool as_claim_is_mechanism(struct as_span value)
{
	enum as_encoding encoding;

	value = as_span_trim(value);
	if (value.size < 3 || value.size > TOKEN_MAX)
		return false;
	encoding = as_encoding_find(value);
	return encoding != AS_ENCODING_IDENTITY && encoding != AS_ENCODING_UNKNOWN;
}

struct reading {
	struct as_claim_reader *reader;
	const struct as_claim_site *site;
	uint32_t order;
	bool known; /* one of the tokens was a mechanism */
};

static void add(struct reading *reading, struct as_span token, enum as_claim_form form,
		enum as_encoding encoding)
{
	struct as_claim_site site = *reading->site;

	if (site.form < form)
		site.form = form;
	site.order = reading->order;
	if (encoding != AS_ENCODING_UNKNOWN)
		reading->known = true;
	as_claim_add(reading->reader, &reading->reader->encodings, token, &site, encoding);
}

/* A name that is known counts as it is, others by a guess. */
static void add_token(struct reading *reading, struct as_span token, enum as_claim_form form)
{
	enum as_encoding encoding = as_encoding_find(token);

	if (encoding == AS_ENCODING_UNKNOWN) {
		encoding = guess(token);
		if (encoding == AS_ENCODING_UNKNOWN)
			return;
		if (encoding != AS_ENCODING_IDENTITY)
			form = AS_CLAIM_DECOY;
	}
	add(reading, token, form, encoding);
}

/* The whole value is one token, blanks and comments behind it aside; a comment
 * in front is not read over by all. */
static bool read_plain(struct reading *reading, struct as_span value)
{
	size_t begin = as_claim_skip(value, 0, as_octet_blank), end = begin;

	while (end < value.size && is_token(value.data[end]))
		end++;
	if (as_claim_skip(value, end, as_octet_blank) != value.size)
		return false;
	if (end == begin) {
		add(reading, as_span_slice(value, 0, 0), AS_CLAIM_PLAIN, AS_ENCODING_IDENTITY);
		return true;
	}
	add_token(reading, as_span_slice(value, begin, end - begin),
		  value.data[0] == '(' ? AS_CLAIM_COMMENT : AS_CLAIM_PLAIN);
	if (!reading->known)
		add(reading, as_span_slice(value, begin, end - begin), AS_CLAIM_PLAIN,
		    AS_ENCODING_UNKNOWN);
	return true;
}

/* Mechanisms that a comment names: "(base64) 7bit". */
static void read_hidden(struct reading *reading, struct as_span value)
{
	size_t at = 0;

	while (at < value.size) {
		size_t begin = at, end;

		while (begin < value.size && !is_token(value.data[begin]))
			begin++;
		for (end = begin; end < value.size && is_token(value.data[end]); end++)
			;
		if (as_claim_is_mechanism(as_span_slice(value, begin, end - begin)))
			add_token(reading, as_span_slice(value, begin, end - begin),
				  AS_CLAIM_DECOY);
		at = end;
	}
}

/* Every token, wherever it stands. The first is what as_encoding_find() takes
 * when nothing but blanks is in front of it. */
static void read_tokens(struct reading *reading, struct as_span value)
{
	size_t at = 0;

	reading->order = 0;
	while (at < value.size) {
		size_t begin = at, end;
		enum as_claim_form form = AS_CLAIM_DECOY;

		while (begin < value.size && !is_token(value.data[begin]))
			begin++;
		for (end = begin; end < value.size && is_token(value.data[end]); end++)
			;
		if (end == begin)
			return;
		if (reading->order == 0)
			form = begin > 0 && value.data[begin - 1] == '"' ? AS_CLAIM_QUOTE
									 : AS_CLAIM_CUT;
		if (end - begin <= TOKEN_MAX)
			add_token(reading, as_span_slice(value, begin, end - begin), form);
		reading->order++;
		at = end;
	}
}

/* Comments and other octets within a token: "bas()e64", "base\64". */
static void read_squeezed(struct reading *reading, struct as_span value)
{
	unsigned char letters[TOKEN_MAX];
	struct as_buffer *text = &reading->reader->scratch;
	enum as_claim_form form = AS_CLAIM_QUOTE;
	bool comments = true;
	size_t at = 0;

	as_buffer_clear(text);
	while (at < value.size) {
		size_t next = at;

		if (value.data[at] == '(' && comments)
			next = as_comment_skip(value, at);
		if (next > at) {
			form = AS_CLAIM_COMMENT;
			at = next;
			continue;
		}
		comments = comments && value.data[at] != '(';
		as_buffer_byte(text, value.data[at++]);
	}
	reading->order = 0;
	value = squeeze(as_buffer_span(text), letters, sizeof(letters));
	if (as_encoding_find(value) != AS_ENCODING_UNKNOWN && value.size > 0)
		add(reading, value, form, as_encoding_find(value));
	else
		add_token(reading, value, AS_CLAIM_DECOY);
}

static void read_words(struct reading *reading, struct as_span value)
{
	struct as_buffer text;
	bool found = false;

	if (!as_claim_charge(reading->reader, 4 * value.size))
		return;
	as_buffer_init(&text, 0);
	reading->order = 0;
	if (!as_header_words(&text, value, &found))
		reading->reader->failed = true;
	else if (found && text.size <= TOKEN_MAX)
		add_token(reading, as_buffer_span(&text), AS_CLAIM_WORD);
	as_buffer_deinit(&text);
}

void as_claim_encoding_read(struct as_claim_reader *reader, struct as_span value,
			    const struct as_claim_site *site)
{
	struct reading reading = {.reader = reader, .site = site};

	value = as_span_trim(as_span_slice(as_span_trim(value), 0, VALUE_MAX));
	if (read_plain(&reading, value)) {
		if (as_span_find_byte(value, 0, '(') != SIZE_MAX)
			read_hidden(&reading, value);
		return;
	}
	if (!as_claim_charge(reader, 8 * value.size))
		return;
	read_tokens(&reading, value);
	read_squeezed(&reading, value);
	if (as_span_find_byte(value, 0, '?') != SIZE_MAX)
		read_words(&reading, value);
	if (!reading.known)
		add(&reading, as_span_slice(value, 0, TOKEN_MAX), AS_CLAIM_CUT,
		    AS_ENCODING_UNKNOWN);
}
