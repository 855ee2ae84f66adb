/* SPDX-License-Identifier: BSD-2-Clause */
#include "link.h"

#include "cursor.h"
#include "octets.h"
#include "literals.h"
#include "view.h"

/* A data: link in the text. Offsets are of job->text. */
struct link {
	size_t begin;	    /* of the word data */
	size_t header;	    /* behind the colon */
	size_t body;	    /* behind the comma */
	unsigned char stop; /* the quote or bracket that ends it; 0: a blank does */
	bool prose;	    /* nothing in front says that it is a link */
	bool base64;	    /* some reader decodes it so */
	bool plain;	    /* some reader does not */
	char type[HTML_TYPE_BYTES];
};

static bool is_gap(unsigned char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

/* The word in front of the colon, with the line ends and tabs within that
 * browsers drop. SIZE_MAX: another one. */
static size_t word_begin(struct as_span text, size_t colon)
{
	static const char word[] = "atad";
	size_t at = colon;

	for (size_t i = 0; i < sizeof(word) - 1; i++) {
		while (at > 0 && is_gap(text.data[at - 1]))
			at--;
		if (at == 0 || html_lower(text.data[at - 1]) != (unsigned char)word[i])
			return SIZE_MAX;
		at--;
	}
	return at;
}

static bool is_word_octet(unsigned char c)
{
	return html_is_letter(c) || html_is_digit(c) || c == '_' || c == '-' || c == '.' ||
	       c >= 0x80;
}

/* "url=" of a refresh: blanks do not end the link there. */
static bool is_refresh(struct as_span text, size_t equals)
{
	size_t at = equals;

	while (at > 0 && equals - at < HTML_LINK_TAG_BYTES && html_is_blank(text.data[at - 1]))
		at--;
	return at >= 3 && html_word_at(text, at - 3, "url");
}

/* What stands in front decides what ends the link. False: the word is the end
 * of a longer one. */
static bool find_stop(struct as_span text, struct link *link)
{
	size_t at = link->begin;
	unsigned char c;

	while (at > 0 && link->begin - at < HTML_LINK_TAG_BYTES &&
	       (html_is_blank(text.data[at - 1]) || text.data[at - 1] == HTML_MARK_BLANK))
		at--;
	link->stop = 0;
	link->prose = false;
	if (at == 0)
		return true;
	c = text.data[at - 1];
	if (html_is_quote(c))
		link->stop = c;
	else if (c == '(')
		link->stop = ')';
	else if (c == ';' || (c == '=' && is_refresh(text, at - 1)))
		link->stop = '"';
	else if (is_word_octet(c) && at == link->begin)
		return false;
	else
		link->prose = c != '=' && c != ':' && c != ',';
	return true;
}

/* The media type: lower case, without what a URL drops, cut. */
static void read_type(struct as_span header, struct link *link)
{
	size_t size = 0;

	for (size_t i = 0; i < header.size && header.data[i] != ';'; i++) {
		unsigned char c = html_lower(header.data[i]);

		if (c > 0x20 && c < 0x7f && size + 1 < sizeof(link->type))
			link->type[size++] = (char)c;
	}
	link->type[size] = '\0';
}

/*
 * Fetch Standard, data: URL processor, steps 11 and 13: base64 only as the
 * last thing before the comma. Other readers take the word anywhere, so that
 * both contents are offered when it stands elsewhere.
 */
static void read_coding(struct as_span header, struct link *link)
{
	size_t size = header.size;
	char tail[7] = "";

	for (size_t n = 6; n > 0 && size > 0; size--) {
		unsigned char c = html_lower(header.data[size - 1]);

		if (is_gap(c) || ((c == ' ' || c == HTML_MARK_BLANK) && n == 6))
			continue;
		tail[--n] = (char)c;
	}
	link->plain = memcmp(tail, "base64", 6) != 0;
	link->base64 = !link->plain || html_find_word(header, 0, "base64") != SIZE_MAX;
}

/* Fills the link at a colon; false: there is none. */
static bool read_header(struct html_cursor *cursor, size_t colon, struct link *link)
{
	struct as_span text = cursor->text, header;
	size_t comma;

	link->begin = word_begin(text, colon);
	if (link->begin == SIZE_MAX || !find_stop(text, link))
		return false;
	link->header = colon + 1;
	comma = html_cursor_find(cursor, ',', link->header);
	if (comma == SIZE_MAX)
		return false;
	if (html_cursor_find(cursor, link->stop != 0 ? link->stop : '>', link->header) < comma)
		return false;
	link->body = comma + 1;
	header = as_span_slice(text, link->header, comma - link->header);
	/* The word in a sentence: "data: one, two". */
	if (link->prose && html_cursor_find(cursor, '/', link->header) > comma &&
	    html_cursor_find(cursor, ';', link->header) > comma)
		return false;
	read_type(header, link);
	read_coding(header, link);
	return true;
}

/* One character of the text of a link, resolved: escapes of scripts and of
 * URLs. Its length, or 0 when it is not written by an escape. */
static size_t resolve(struct as_span text, size_t at, int64_t *code_out)
{
	bool is_number;

	if (text.data[at] == '\\')
		return html_escape(text, at, code_out, &is_number);
	if (text.data[at] == '%')
		return html_percent(text, at, code_out);
	return 0;
}

/*
 * The text of a base64 link, without what decoders drop, into job->joined. It
 * ends where a browser would find it invalid; the offset behind it.
 */
static size_t read_base64(struct html_job *job, const struct link *link)
{
	struct as_span text = job->text;
	size_t at = link->body;

	job->joined.size = 0;
	while (at < text.size) {
		unsigned char c = text.data[at];
		int64_t code = c;
		size_t size = resolve(text, at, &code), next;

		if (html_is_quote(c)) {
			next = html_string_next(text, at);
			if (next == 0)
				break;
			at = next;
			continue;
		}
		if (size == 0 && link->stop == 0 && html_is_blank(c))
			break;
		if (code >= 0 && code < 256 &&
		    (code == '=' || html_base64_value((unsigned char)code) >= 0))
			html_buffer_push(&job->joined, (unsigned char)code);
		else if (code >= 0 && !(code < 256 && html_is_blank((unsigned char)code)) &&
			 code != HTML_MARK_BLANK)
			break;
		at += size > 0 ? size : 1;
	}
	return at;
}

/* The end of a link that is not base64. */
static size_t plain_end(struct html_cursor *cursor, const struct link *link)
{
	struct as_span text = cursor->text;
	size_t at = link->body;

	if (link->stop == 0) {
		while (at < text.size && !html_is_blank(text.data[at]) && text.data[at] != '>')
			at++;
		return at;
	}
	for (;;) {
		at = html_cursor_find(cursor, link->stop, at);
		if (at == SIZE_MAX)
			return text.size;
		if (text.data[at - 1] != '\\')
			return at;
		at++;
	}
}

/* The octets of a link that is not base64, into job->octets. Of the escapes of
 * strings only those are resolved that no script within could mean: numbers
 * may be its own. */
static void decode_plain(struct html_job *job, size_t begin, size_t end)
{
	struct as_span text = as_span_slice(job->text, 0, end);

	job->octets.size = 0;
	for (size_t at = begin; at < end;) {
		int64_t code = -1;
		bool is_number = false;
		size_t size = text.data[at] == '\\' ? html_escape(text, at, &code, &is_number)
						    : html_percent(text, at, &code);

		if (is_number)
			size = 0;
		if (size == 0 && is_gap(text.data[at]))
			size = 1;
		else if (size == 0)
			html_buffer_push(&job->octets, html_unmark(text.data[at]));
		else if (code >= 0x100)
			html_buffer_push_utf8(&job->octets, (uint32_t)code);
		else if (code >= 0)
			html_buffer_push(&job->octets, (unsigned char)code);
		at += size > 0 ? size : 1;
	}
}

/* The value behind an attribute's or a property's name, in quotes or bare. */
static struct as_span read_value(struct as_span text, size_t at)
{
	size_t begin, end;
	unsigned char quote = 0;

	while (at < text.size && html_is_blank(text.data[at]))
		at++;
	if (at < text.size && html_is_quote(text.data[at]))
		quote = text.data[at++];
	begin = end = at;
	while (end < text.size && end - begin < HTML_NAME_BYTES) {
		unsigned char c = text.data[end];

		if (quote != 0 ? c == quote : html_is_blank(c) || c == '>')
			break;
		end++;
	}
	return as_span_slice(text, begin, end - begin);
}

/* The download attribute of the element around a link; unmarked into name. */
static struct as_span find_name(struct as_span text, size_t begin, size_t end,
				unsigned char name[HTML_NAME_BYTES])
{
	size_t first = begin, last = end, at;
	struct as_span tag, value;

	while (first > 0 && begin - first < HTML_LINK_TAG_BYTES && text.data[first - 1] != '<')
		first--;
	while (last < text.size && last - end < HTML_LINK_TAG_BYTES && text.data[last] != '>')
		last++;
	tag = as_span_slice(text, first, begin - first);
	at = html_find_word(tag, 0, "download");
	if (at == SIZE_MAX) {
		tag = as_span_slice(text, end, last - end);
		at = html_find_word(tag, 0, "download");
	}
	if (at == SIZE_MAX)
		return as_span_make(NULL, 0);
	at += 8;
	while (at < tag.size && html_is_blank(tag.data[at]))
		at++;
	if (at >= tag.size || tag.data[at] != '=')
		return as_span_make(NULL, 0);
	value = read_value(tag, at + 1);
	for (size_t i = 0; i < value.size; i++)
		name[i] = html_unmark(value.data[i]);
	return as_span_make(name, value.size);
}

/* Offers what a link holds; the offset where reading goes on. */
static size_t read_link(struct html_job *job, struct html_cursor *cursor, const struct link *link)
{
	unsigned char name[HTML_NAME_BYTES];
	struct html_find find = {
		.label = "data-link",
		.via = "data-url",
		.declared = link->type,
		.source = HTML_SOURCE_LINK,
	};
	size_t end = link->body, plain = link->body;

	if (link->base64)
		end = read_base64(job, link);
	if (link->plain)
		plain = plain_end(cursor, link);
	if (job->has_download)
		find.name = find_name(job->text, link->begin, plain > end ? plain : end, name);
	if (link->base64) {
		job->octets.size = 0;
		html_base64_decode(html_buffer_span(&job->joined), &job->octets);
		html_range_add(job, link->begin, end);
		html_offer(job, &find, html_buffer_span(&job->octets));
	}
	if (link->plain && !job->stop) {
		decode_plain(job, link->body, plain);
		html_offer(job, &find, html_buffer_span(&job->octets));
	}
	return plain > end ? plain : end;
}

void html_links_read(struct html_job *job)
{
	struct html_cursor cursor = {.text = job->text};
	struct link link;
	size_t colon = as_span_find_byte(job->text, 0, ':');

	while (colon != SIZE_MAX && !job->stop) {
		size_t next = colon + 1;

		if (read_header(&cursor, colon, &link))
			next = read_link(job, &cursor, &link);
		colon = as_span_find_byte(job->text, next, ':');
	}
}

void html_srcdoc_read(struct html_job *job)
{
	static const char word[] = "srcdoc";
	const struct html_find find = {
		.label = "srcdoc",
		.via = "srcdoc",
		.declared = "text/html",
		.source = HTML_SOURCE_FRAME,
	};
	struct as_span text = job->text;
	size_t at = html_find_word(text, 0, word);

	while (at != SIZE_MAX && !job->stop) {
		size_t end;

		at += sizeof(word) - 1;
		while (at < text.size && (html_is_blank(text.data[at]) || text.data[at] == '='))
			at++;
		if (at < text.size && html_is_quote(text.data[at])) {
			end = as_span_find_byte(text, at + 1, text.data[at]);
			end = end == SIZE_MAX ? text.size : end;
			job->octets.size = 0;
			for (size_t i = at + 1; i < end; i++)
				html_buffer_push(&job->octets, html_unmark(text.data[i]));
			html_offer(job, &find, html_buffer_span(&job->octets));
			at = end;
		}
		at = html_find_word(text, at, word);
	}
}

/* What may stand between the word and the name: a.download = "name",
 * setAttribute("download", "name"). */
static bool is_between(unsigned char c)
{
	return html_is_blank(c) || html_is_quote(c) || c == '=' || c == ',' || c == ':' || c == ']';
}

void html_file_name_read(struct html_job *job)
{
	struct as_span text = job->text;
	size_t at = html_find_word(text, 0, "download");

	job->has_download = at != SIZE_MAX;
	while (at != SIZE_MAX) {
		size_t begin = at + 8;

		while (begin < text.size && is_between(text.data[begin]))
			begin++;
		if (begin > at + 8 && begin < text.size && html_is_quote(text.data[begin - 1])) {
			struct as_span value = read_value(text, begin - 1);

			if (as_span_find_byte(value, 0, '.') != SIZE_MAX) {
				for (size_t i = 0; i < value.size; i++)
					job->file_name[i] = html_unmark(value.data[i]);
				job->file_name_size = value.size;
				return;
			}
		}
		at = html_find_word(text, begin, "download");
	}
}
