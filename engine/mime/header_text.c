/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/header_text.h"

#include "mime/base64.h"
#include "mime/charset.h"
#include "mime/field.h"
#include "mime/octet.h"

#include <errno.h>
#include <strings.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

struct word {
	char charset[AS_WORD_CHARSET_SIZE];
	unsigned char encoding; /* 'b' or 'q' */
	struct as_span text;
	size_t end; /* behind the "?=" */
};

struct words {
	struct as_buffer *out;
	/* Octets of neighbouring words of one charset: a character may be
	 * split between two, which s5 forbids and mailers do. */
	struct as_buffer octets;
	char charset[AS_WORD_CHARSET_SIZE];
	struct as_buffer plain;
	bool no_more_ends; /* no "?=" from here on */
};

static size_t find_two(struct as_span text, size_t from, const char *two)
{
	const unsigned char *hit;

	if (from >= text.size)
		return SIZE_MAX;
	hit = memmem(text.data + from, text.size - from, two, 2);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - text.data);
}

/* Charset with the language of RFC 2231 s5 cut off. */
static bool copy_charset(struct as_span text, char charset_out[AS_WORD_CHARSET_SIZE])
{
	size_t length = 0;

	if (text.size == 0 || text.size >= AS_WORD_CHARSET_SIZE)
		return false;
	while (length < text.size && text.data[length] != '*') {
		if (text.data[length] <= ' ')
			return false;
		charset_out[length] = (char)text.data[length];
		length++;
	}
	charset_out[length] = '\0';
	return true;
}

/* The encoded word at offset, where "=?" stands. */
static bool parse_word(struct words *words, struct as_span text, size_t offset,
		       struct word *word_out)
{
	struct as_span head = as_span_slice(text, offset + 2, AS_WORD_CHARSET_SIZE);
	size_t mark = as_span_find_byte(head, 0, '?'), begin, end;
	unsigned char encoding;

	if (words->no_more_ends || mark == SIZE_MAX)
		return false;
	begin = offset + 2 + mark + 1;
	if (!as_span_holds(text, begin, 2) || text.data[begin + 1] != '?')
		return false;
	encoding = text.data[begin] | 0x20;
	if (encoding != 'b' && encoding != 'q')
		return false;
	if (!copy_charset(as_span_slice(head, 0, mark), word_out->charset))
		return false;
	/* Last of all: what was searched once is either used up or without an
	 * end for good. */
	begin += 2;
	end = find_two(text, begin, "?=");
	words->no_more_ends = end == SIZE_MAX;
	if (end == SIZE_MAX)
		return false;
	word_out->encoding = encoding;
	word_out->text = as_span_slice(text, begin, end - begin);
	word_out->end = end + 2;
	return true;
}

static int hex_digit(unsigned char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	octet |= 0x20;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

/* RFC 2047 s4.2. Blanks and bad escapes are data, as clients show them. */
static void decode_q(struct as_buffer *out, struct as_span text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char octet = text.data[i];

		if (octet == '_') {
			octet = ' ';
		} else if (octet == '\r' || octet == '\n') {
			continue;
		} else if (octet == '=' && text.size - i >= 3) {
			int high = hex_digit(text.data[i + 1]), low = hex_digit(text.data[i + 2]);

			if (high >= 0 && low >= 0) {
				octet = (unsigned char)(high << 4 | low);
				i += 2;
			}
		}
		as_buffer_byte(out, octet);
	}
}

static void decode_b(struct as_buffer *out, struct as_span text)
{
	struct as_decode_stats stats;
	size_t bound = as_base64_bound(text.size);
	unsigned char *room = as_buffer_reserve(out, bound);

	if (room != NULL)
		as_buffer_commit(out, as_base64_decode(text, room, bound, &stats));
}

static void end_words(struct words *words)
{
	struct as_span octets = as_buffer_span(&words->octets);

	if (octets.size > 0 &&
	    as_charset_to_utf8(words->charset, octets, words->out) == AS_CHARSET_UNKNOWN)
		as_charset_guess(octets, words->out);
	words->octets.size = 0;
}

static void add_word(struct words *words, const struct word *word)
{
	if (strcasecmp(words->charset, word->charset) != 0)
		end_words(words);
	memcpy(words->charset, word->charset, sizeof(words->charset));
	if (word->encoding == 'b')
		decode_b(&words->octets, word->text);
	else
		decode_q(&words->octets, word->text);
}

static void add_plain(struct words *words, struct as_span text)
{
	end_words(words);
	words->plain.size = 0;
	as_field_unfold(&words->plain, text);
	as_charset_guess(as_buffer_span(&words->plain), words->out);
}

static bool all_space(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!as_octet_blank(text.data[i]))
			return false;
	return true;
}

bool as_header_words(struct as_buffer *out, struct as_span value, bool *found_out)
{
	struct words words = {.out = out};
	size_t plain = 0, i = 0;
	bool after_word = false, good;

	as_buffer_init(&words.octets, 0);
	as_buffer_init(&words.plain, 0);
	while ((i = find_two(value, i, "=?")) != SIZE_MAX) {
		struct as_span gap = as_span_slice(value, plain, i - plain);
		struct word word;

		if (!parse_word(&words, value, i, &word)) {
			i += 2;
			continue;
		}
		/* Blanks between two words are not shown (s6.2). */
		if (!(after_word && all_space(gap)) && gap.size > 0)
			add_plain(&words, gap);
		add_word(&words, &word);
		after_word = true;
		plain = i = word.end;
	}
	if (plain < value.size)
		add_plain(&words, as_span_from(value, plain));
	end_words(&words);
	good = !out->failed && !words.octets.failed && !words.plain.failed;
	as_buffer_deinit(&words.octets);
	as_buffer_deinit(&words.plain);
	if (found_out != NULL)
		*found_out = after_word;
	return good;
}

/* Decoded text as one line that ends at its NUL and nowhere else. */
static void append_line(struct as_buffer *out, struct as_span text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == 0)
			as_buffer_text(out, REPLACEMENT);
		else if (text.data[i] == '\r' || text.data[i] == '\n')
			as_buffer_byte(out, ' ');
		else
			as_buffer_byte(out, text.data[i]);
	}
}

static bool append_text(struct as_buffer *out, struct as_span value)
{
	struct as_buffer decoded;
	bool good;

	as_buffer_init(&decoded, 0);
	good = as_header_words(&decoded, value, NULL);
	append_line(out, as_buffer_span(&decoded));
	as_buffer_deinit(&decoded);
	return good && !out->failed;
}

char *as_header_text(struct as_arena *arena, struct as_span value)
{
	struct as_buffer text;
	char *copy = NULL;

	as_buffer_init(&text, 0);
	if (append_text(&text, value))
		copy = as_arena_copy(arena, as_buffer_span(&text));
	as_buffer_deinit(&text);
	return copy;
}

void as_headers_text(struct as_buffer *out, struct as_span block)
{
	struct as_field field;
	size_t offset = 0;

	while (!out->failed && as_field_next(block, &offset, &field)) {
		if (field.has_colon) {
			as_charset_guess(field.name, out);
			as_buffer_text(out, ": ");
		}
		append_text(out, field.value);
		as_buffer_byte(out, '\n');
	}
}

struct addresses {
	struct as_arena *arena;
	struct as_span in;
	size_t at, max;
	struct as_buffer list; /* of const char * */
	size_t mailbox;	       /* octets of list before the current mailbox */
	struct as_buffer word; /* what is being collected */
	bool has_at, gap;
	/* One without an end was seen, so that none has: data from then on. */
	bool no_comments, no_quotes, no_literals;
	bool failed;
};

static void drop_word(struct addresses *addresses)
{
	addresses->word.size = 0;
	addresses->has_at = false;
	addresses->gap = false;
}

static void keep_word(struct addresses *addresses)
{
	struct as_buffer text, line;
	const char *copy = NULL;

	if (addresses->list.size / sizeof(copy) >= addresses->max || addresses->word.size == 0)
		return;
	as_buffer_init(&text, 0);
	as_buffer_init(&line, 0);
	as_charset_guess(as_buffer_span(&addresses->word), &text);
	append_line(&line, as_buffer_span(&text));
	if (!text.failed && !line.failed)
		copy = as_arena_copy(addresses->arena, as_buffer_span(&line));
	if (copy == NULL || !as_buffer_append(&addresses->list, &copy, sizeof(copy)))
		addresses->failed = true;
	as_buffer_deinit(&text);
	as_buffer_deinit(&line);
}

/* A word outside of brackets is an address if it has an '@'; one in brackets
 * takes precedence and drops it again. */
static void end_word(struct addresses *addresses)
{
	if (addresses->has_at)
		keep_word(addresses);
	drop_word(addresses);
}

static void end_mailbox(struct addresses *addresses)
{
	end_word(addresses);
	addresses->mailbox = addresses->list.size;
}

/* Behind the quoted string or domain literal that opens here; without an end it
 * is one octet. */
static size_t closed_length(const struct addresses *addresses, unsigned char close, bool *none)
{
	struct as_span in = addresses->in;

	if (*none)
		return 1;
	for (size_t i = addresses->at + 1; i < in.size; i++) {
		if (in.data[i] == '\\')
			i++;
		else if (in.data[i] == close)
			return i + 1 - addresses->at;
	}
	*none = true;
	return 1;
}

static bool skip_space(struct addresses *addresses)
{
	unsigned char octet = addresses->in.data[addresses->at];
	size_t behind;

	if (as_octet_blank(octet)) {
		addresses->at++;
		return true;
	}
	if (octet != '(' || addresses->no_comments)
		return false;
	behind = as_comment_skip(addresses->in, addresses->at);
	if (behind == addresses->at) {
		addresses->no_comments = true;
		return false;
	}
	addresses->at = behind;
	return true;
}

/* Takes one octet, or a whole quoted string or domain literal, into word. */
static void take_text(struct addresses *addresses)
{
	unsigned char octet = addresses->in.data[addresses->at];
	size_t length = 1;

	if (octet == '"')
		length = closed_length(addresses, '"', &addresses->no_quotes);
	else if (octet == '[')
		length = closed_length(addresses, ']', &addresses->no_literals);
	if (octet == '@')
		addresses->has_at = true;
	as_buffer_append(&addresses->word, addresses->in.data + addresses->at, length);
	addresses->at += length;
}

/* From '<' to '>'. A ',' or ';' ends one that is not closed, unless it stands
 * in a route (RFC 5322 s4.4), which ends with ':'. */
static void take_angle(struct addresses *addresses)
{
	struct as_span in = addresses->in;

	drop_word(addresses);
	addresses->list.size = addresses->mailbox;
	addresses->at++;
	while (addresses->at < in.size) {
		unsigned char octet = in.data[addresses->at];
		bool route = addresses->word.size > 0 && addresses->word.data[0] == '@';

		if (octet == '>' || octet == '<' || ((octet == ',' || octet == ';') && !route))
			break;
		if (skip_space(addresses))
			continue;
		if (octet == ':' && route) {
			drop_word(addresses);
			addresses->at++;
			continue;
		}
		take_text(addresses);
	}
	if (addresses->at < in.size && in.data[addresses->at] == '>')
		addresses->at++;
	keep_word(addresses);
	drop_word(addresses);
	addresses->mailbox = addresses->list.size;
}

/* Obsolete addresses have blanks round dots and '@' (s4.4); others part words. */
static void take_bare(struct addresses *addresses)
{
	unsigned char octet = addresses->in.data[addresses->at];

	if (addresses->gap && addresses->word.size > 0) {
		unsigned char last = addresses->word.data[addresses->word.size - 1];

		if (octet != '@' && octet != '.' && last != '@' && last != '.')
			end_word(addresses);
	}
	addresses->gap = false;
	take_text(addresses);
}

static void take_next(struct addresses *addresses)
{
	unsigned char octet = addresses->in.data[addresses->at];

	if (octet == '<') {
		take_angle(addresses);
	} else if (octet == ',' || octet == ';' || octet == ':') {
		/* The name of a group has no '@' and goes. */
		end_mailbox(addresses);
		addresses->at++;
	} else if (skip_space(addresses)) {
		addresses->gap = true;
	} else {
		take_bare(addresses);
	}
}

int as_header_addresses(struct as_arena *arena, struct as_span value, size_t max,
			const char ***addresses_out, size_t *count_out)
{
	struct addresses addresses = {.arena = arena, .in = value, .max = max};
	const char **list = NULL;
	size_t count;
	int rc = -ENOMEM;

	as_buffer_init(&addresses.list, 0);
	as_buffer_init(&addresses.word, 0);
	while (addresses.at < value.size && !addresses.failed)
		take_next(&addresses);
	end_mailbox(&addresses);
	if (addresses.failed || addresses.word.failed)
		goto out;
	count = addresses.list.size / sizeof(*list);
	list = as_arena_array(arena, count, sizeof(*list));
	if (list == NULL)
		goto out;
	if (count > 0)
		memcpy(list, addresses.list.data, addresses.list.size);
	*addresses_out = list;
	*count_out = count;
	rc = 0;
out:
	as_buffer_deinit(&addresses.list);
	as_buffer_deinit(&addresses.word);
	return rc;
}
