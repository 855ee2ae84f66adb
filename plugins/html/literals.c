/* SPDX-License-Identifier: BSD-2-Clause */
#include "literals.h"

#include "octets.h"
#include "view.h"

#define MIN_BASE64_DIGITS (HTML_MIN_BLOB_BYTES / 3 * 4)
#define MIN_HEX_DIGITS	  (HTML_MIN_BLOB_BYTES * 2)

enum mode {
	MODE_NONE,
	MODE_DIGITS,  /* base64 or hexadecimal */
	MODE_ESCAPES, /* \x4d, \u004d, \115, %4d */
};

struct piece {
	size_t begin, size; /* within job->joined */
};

/* The pieces of one blob so far; their content is in job->joined. */
struct group {
	enum mode mode;
	bool open;   /* the last one was a string: code may follow */
	bool sparse; /* most of an escaped string is not escaped */
	size_t count;
	struct piece pieces[HTML_MAX_PIECES];
};

/* What one piece between two quotes is made of. */
struct content {
	size_t size, digits, blanks, signs, others;
	size_t escapes, escaped; /* written as a number; octets that takes */
	unsigned char other;	 /* the first octet of others */
	bool mixed;		 /* others are not all the same */
};

static bool is_all_hex(struct as_span digits)
{
	for (size_t i = 0; i < digits.size; i++)
		if (html_hex_value(digits.data[i]) < 0)
			return false;
	return true;
}

static void decode(struct html_job *job, struct as_span digits, bool *hex_out)
{
	*hex_out = digits.size >= MIN_HEX_DIGITS && is_all_hex(digits);
	job->octets.size = 0;
	if (*hex_out)
		html_hex_decode(digits, &job->octets);
	else
		html_base64_decode(digits, &job->octets);
}

void html_digits_offer(struct html_job *job, struct as_span digits, bool bare)
{
	bool hex;

	if (digits.size < MIN_BASE64_DIGITS)
		return;
	decode(job, digits, &hex);
	html_offer(job,
		   &(const struct html_find){
			   .label = hex ? "script-numbers" : "script-blob",
			   .via = hex ? "numbers" : "base64",
			   .source = bare ? HTML_SOURCE_BARE : HTML_SOURCE_BLOB,
		   },
		   html_buffer_span(&job->octets));
}

static enum html_kind kind_of(struct html_job *job, struct as_span digits)
{
	const char *word;
	bool hex;

	decode(job, digits, &hex);
	return html_sniff(html_buffer_span(&job->octets), &word);
}

/* A list of files: what does not belong to the first one makes no sense when
 * it is joined, but begins like a file of its own. */
static void offer_pieces(struct html_job *job, const struct group *group, size_t first)
{
	for (size_t i = first; i < group->count && i < HTML_MAX_PIECES && !job->stop; i++) {
		struct as_span digits =
			as_span_slice(html_buffer_span(&job->joined), group->pieces[i].begin,
				      group->pieces[i].size);

		if (digits.size >= MIN_BASE64_DIGITS && kind_of(job, digits) == HTML_KIND_ACTIVE)
			html_digits_offer(job, digits, false);
	}
}

static void turn_round(struct as_span span, unsigned char *data)
{
	for (size_t i = 0, j = span.size; i + 1 < j; i++, j--) {
		unsigned char c = data[i];

		data[i] = data[j - 1];
		data[j - 1] = c;
	}
}

static void offer_digits(struct html_job *job, const struct group *group)
{
	struct as_span digits = html_buffer_span(&job->joined);
	enum html_kind kind;

	if (digits.size < MIN_BASE64_DIGITS)
		return;
	kind = kind_of(job, digits);
	html_digits_offer(job, digits, false);
	if (group->count > 1)
		offer_pieces(job, group, kind == HTML_KIND_NOISE ? 0 : 1);
	if (!job->has_reverse || kind != HTML_KIND_NOISE || job->stop)
		return;
	turn_round(digits, job->joined.data);
	if (kind_of(job, digits) != HTML_KIND_NOISE)
		html_digits_offer(job, digits, false);
}

/* Links and sentences with some escapes hold nothing that is not seen without
 * decoding, unless they turn into markup. */
static bool is_worthy(const struct html_job *job, const struct group *group)
{
	struct as_span octets = html_buffer_span(&job->joined);
	const char *word;

	return (!group->sparse && !html_word_at(octets, 0, "http") &&
		!html_word_at(octets, 0, "mailto:")) ||
	       as_span_find_byte(octets, 0, '<') != SIZE_MAX ||
	       html_sniff(octets, &word) == HTML_KIND_ACTIVE;
}

static void flush(struct html_job *job, struct group *group)
{
	static const struct html_find numbers = {
		.label = "script-numbers",
		.via = "numbers",
		.source = HTML_SOURCE_BLOB,
	};

	if (group->mode == MODE_DIGITS)
		offer_digits(job, group);
	else if (group->mode == MODE_ESCAPES && is_worthy(job, group))
		html_offer(job, &numbers, html_buffer_span(&job->joined));
	job->joined.size = 0;
	group->mode = MODE_NONE;
	group->open = false;
	group->sparse = false;
	group->count = 0;
}

/* Code between two strings that belong together: "a" + "b", ["a", "b"],
 * s += "a"; s += "b"; list.push("a"); list.push("b"). */
static bool is_glue(struct as_span code)
{
	if (code.size == 0 || code.size > HTML_GLUE_BYTES ||
	    as_span_find_byte(code, 0, '<') != SIZE_MAX)
		return false;
	return as_span_find_byte(code, 0, '+') != SIZE_MAX ||
	       as_span_find_byte(code, 0, ',') != SIZE_MAX ||
	       as_span_find_byte(code, 0, '&') != SIZE_MAX ||
	       html_find_word(code, 0, "push(") != SIZE_MAX ||
	       html_find_word(code, 0, "concat(") != SIZE_MAX;
}

size_t html_string_next(struct as_span text, size_t quote)
{
	bool joined = false;

	for (size_t at = quote + 1; at < text.size && at - quote <= HTML_GLUE_BYTES; at++) {
		if (html_is_quote(text.data[at]))
			return joined ? at + 1 : 0;
		if ((html_octets[text.data[at]] & HTML_OCTET_JOINT) == 0)
			return 0;
		joined = joined || text.data[at] == '+' || text.data[at] == '&';
	}
	return 0;
}

/* Counts a character that stands for itself. */
static inline void count(unsigned char c, struct content *content)
{
	unsigned char bits = html_octets[c];

	content->digits += bits & HTML_OCTET_BASE64;
	content->blanks += (bits & HTML_OCTET_BLANK) != 0;
	content->signs += (bits & HTML_OCTET_JOINT) != 0;
	if (bits & (HTML_OCTET_BASE64 | HTML_OCTET_BLANK))
		return;
	if (content->others++ == 0)
		content->other = c;
	else if (content->other != c)
		content->mixed = true;
}

/* Counts one character at the offset; its length. */
static size_t look_at(struct as_span text, size_t at, struct content *content)
{
	unsigned char c = text.data[at];
	int64_t code = -1;
	bool is_number = false;
	size_t size = 0;

	if (c == '\\')
		size = html_escape(text, at, &code, &is_number);
	else if (c == '%')
		is_number = (size = html_percent(text, at, &code)) > 0;
	if (size > 0 && is_number) {
		content->escapes++;
		content->escaped += size;
		content->others++;
		content->mixed = true;
		return size;
	}
	if (size > 0)
		c = code < 0 ? ' ' : (unsigned char)code;
	count(c, content);
	return size > 0 ? size : 1;
}

/* Keeps the digits of a string, or the octets that its escapes stand for. */
static void take(struct html_job *job, struct group *group, struct as_span string)
{
	size_t begin = job->joined.size;

	for (size_t at = 0; at < string.size;) {
		unsigned char c = string.data[at];
		int64_t code = html_unmark(c);
		bool is_number;
		size_t size = 0;

		if (c == '\\')
			size = html_escape(string, at, &code, &is_number);
		else if (c == '%' && group->mode == MODE_ESCAPES)
			size = html_percent(string, at, &code);
		if (group->mode == MODE_ESCAPES && code >= 0x100)
			html_buffer_push_utf8(&job->joined, (uint32_t)code);
		else if (code >= 0 && (group->mode == MODE_ESCAPES || code == '=' ||
				       html_base64_value((unsigned char)code) >= 0))
			html_buffer_push(&job->joined, (unsigned char)code);
		at += size > 0 ? size : 1;
	}
	if (group->count < HTML_MAX_PIECES)
		group->pieces[group->count] = (struct piece){begin, job->joined.size - begin};
	group->count++;
	group->open = true;
}

static enum mode mode_of(const struct content *content)
{
	if (content->escapes > 0 &&
	    (content->escapes >= HTML_MIN_ESCAPES || 2 * content->escaped >= content->size))
		return MODE_ESCAPES;
	if (content->digits == 0 || content->signs + content->blanks >= content->size)
		return MODE_NONE;
	/* One odd character between the digits is taken out again by code such
	 * as split("!").join(""). */
	if (content->others == 0 ||
	    (!content->mixed && content->digits >= MIN_BASE64_DIGITS && content->other != '<'))
		return MODE_DIGITS;
	return MODE_NONE;
}

/* One piece of text between two quotes. */
static void push(struct html_job *job, struct group *group, struct as_span string,
		 const struct content *content)
{
	enum mode mode;

	/* An empty string between two joints. */
	if (string.size == 0) {
		group->open = group->mode != MODE_NONE && !group->open;
		return;
	}
	if (group->open && is_glue(string)) {
		group->open = false;
		return;
	}
	mode = mode_of(content);
	/* Between two joints also a "+" is a digit: lists of single digits. */
	if (!group->open && group->mode == MODE_DIGITS && content->digits > 0 &&
	    content->others == 0)
		mode = MODE_DIGITS;
	if (group->open || mode != group->mode)
		flush(job, group);
	if (mode == MODE_NONE)
		return;
	group->mode = mode;
	group->sparse = group->sparse || 2 * content->escaped < content->size;
	take(job, group, string);
}

/* Where the quote stands that begins at the offset, escaped or not, and that
 * is no part of a string of octets; SIZE_MAX: there is none. */
static size_t quote_at(struct as_span text, size_t at, const struct content *content)
{
	if (html_is_quote(text.data[at]))
		return at;
	/* A script that is a string itself. */
	if (text.data[at] == '\\' && at + 1 < text.size && html_is_quote(text.data[at + 1]) &&
	    content->escapes < HTML_MIN_ESCAPES)
		return at + 1;
	return SIZE_MAX;
}

static void push_between(struct html_job *job, struct group *group, size_t begin, size_t end,
			 struct content *content)
{
	if (begin != SIZE_MAX) {
		content->size = end - begin;
		push(job, group, as_span_slice(job->text, begin, end - begin), content);
	}
	*content = (struct content){0};
}

void html_strings_read(struct html_job *job)
{
	struct as_span text = job->text;
	struct group group = {.mode = MODE_NONE};
	struct content content = {0};
	size_t begin = SIZE_MAX;

	job->joined.size = 0;
	for (size_t at = 0; at < text.size && !job->stop;) {
		size_t quote;

		if ((html_octets[text.data[at]] & (HTML_OCTET_QUOTE | HTML_OCTET_ESCAPE)) == 0) {
			count(text.data[at++], &content);
			continue;
		}
		quote = quote_at(text, at, &content);
		if (quote == SIZE_MAX) {
			at += look_at(text, at, &content);
			continue;
		}
		/* Another kind of quote within a string of octets is one of them. */
		if (begin == SIZE_MAX || content.escapes < HTML_MIN_ESCAPES ||
		    text.data[begin - 1] == text.data[quote]) {
			push_between(job, &group, begin, at, &content);
			begin = quote + 1;
		}
		at = quote + 1;
	}
	if (!job->stop)
		push_between(job, &group, begin, text.size, &content);
	if (!job->stop)
		flush(job, &group);
}
