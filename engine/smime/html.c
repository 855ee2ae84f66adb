/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/html.h"

#include "smime/html_text.h"

/* Elements whose content is text up to their own end tag, which need not come.
 * noscript is none: mail clients run no scripts. */
static const char *const raw_elements[] = {
	"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp",
};

struct reader {
	struct as_span html;
	size_t at;
	const struct as_html_events *events;
	struct as_html_rest *rest;
};

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool at_end(const struct reader *reader)
{
	return reader->at >= reader->html.size;
}

static unsigned char current(const struct reader *reader)
{
	return reader->html.data[reader->at];
}

static struct as_span since(const struct reader *reader, size_t begin)
{
	return as_span_slice(reader->html, begin, reader->at - begin);
}

static void skip_blanks(struct reader *reader)
{
	while (!at_end(reader) && is_blank(current(reader)))
		reader->at++;
}

/* Behind the first '>'; "<!DOCTYPE", "<?xml", "<![if !mso]>" and "</ >" end
 * there, whatever they hold. */
static void skip_declaration(struct reader *reader)
{
	size_t end = as_span_find_byte(reader->html, reader->at, '>');

	reader->rest->open_comment = end == SIZE_MAX;
	reader->at = end == SIZE_MAX ? reader->html.size : end + 1;
}

/* "<!--" stands at reader->at. */
static void skip_comment(struct reader *reader)
{
	struct as_span html = reader->html;
	size_t at = reader->at + 4;

	if (as_span_has_at(html, at, ">", 1) || as_span_has_at(html, at, "->", 2)) {
		skip_declaration(reader);
		return;
	}
	for (;; at++) {
		at = as_span_find_byte(html, at, '-');
		if (at == SIZE_MAX)
			break;
		if (as_span_has_at(html, at, "-->", 3) || as_span_has_at(html, at, "--!>", 4)) {
			reader->at = at;
			skip_declaration(reader);
			return;
		}
	}
	reader->rest->open_comment = true;
	reader->at = html.size;
}

static struct as_span read_quoted(struct reader *reader, bool *open_out)
{
	size_t begin = reader->at + 1;
	size_t end = as_span_find_byte(reader->html, begin, current(reader));

	*open_out = end == SIZE_MAX;
	reader->at = end == SIZE_MAX ? reader->html.size : end;
	if (end == SIZE_MAX)
		return as_span_from(reader->html, begin);
	reader->at++;
	return as_span_slice(reader->html, begin, end - begin);
}

static struct as_span read_bare(struct reader *reader, bool *open_out)
{
	size_t begin = reader->at;

	while (!at_end(reader) && !is_blank(current(reader)) && current(reader) != '>')
		reader->at++;
	*open_out = at_end(reader);
	return since(reader, begin);
}

/* A value that ends with the part goes on in the next one, if a client puts
 * them one behind the other. */
static struct as_span read_value(struct reader *reader, bool *open_out)
{
	*open_out = false;
	skip_blanks(reader);
	if (at_end(reader)) {
		*open_out = true;
		return as_span_make(NULL, 0);
	}
	if (current(reader) == '"' || current(reader) == '\'')
		return read_quoted(reader, open_out);
	return read_bare(reader, open_out);
}

static void read_attribute(struct reader *reader, bool tell)
{
	size_t begin = reader->at;
	struct as_span name, value = as_span_make(NULL, 0);
	bool open = false;

	/* An equals sign in front belongs to the name. */
	for (reader->at++; !at_end(reader); reader->at++) {
		unsigned char c = current(reader);

		if (is_blank(c) || c == '/' || c == '>' || c == '=')
			break;
	}
	name = since(reader, begin);
	skip_blanks(reader);
	if (!at_end(reader) && current(reader) == '=') {
		reader->at++;
		value = read_value(reader, &open);
	}
	if (open)
		reader->rest->open_attribute = true;
	if (tell)
		reader->events->attribute(reader->events->context, name, value, open);
}

/* Behind the name of a tag, up to behind its '>'. False: there is none. */
static bool read_attributes(struct reader *reader, bool tell)
{
	while (!at_end(reader)) {
		unsigned char c = current(reader);

		if (c == '>') {
			reader->at++;
			return true;
		}
		if (is_blank(c) || c == '/')
			reader->at++;
		else
			read_attribute(reader, tell);
	}
	reader->rest->open_tag = true;
	reader->rest->open_start_tag = tell;
	return false;
}

static struct as_span read_name(struct reader *reader)
{
	size_t begin = reader->at;

	while (!at_end(reader) && !is_blank(current(reader)) && current(reader) != '/' &&
	       current(reader) != '>')
		reader->at++;
	return since(reader, begin);
}

/* Where the end tag of element begins, or the end. */
static size_t find_end_tag(struct as_span html, size_t at, const char *element)
{
	size_t size = strlen(element);

	/* Nothing ends it (s13.2.5.5). */
	if (strcmp(element, "plaintext") == 0)
		return html.size;
	for (;; at++) {
		at = as_span_find_byte(html, at, '<');
		if (at == SIZE_MAX)
			return html.size;
		if (!as_span_has_at(html, at, "</", 2) ||
		    !as_span_is_word(as_span_slice(html, at + 2, size), element))
			continue;
		if (at + 2 + size >= html.size)
			return html.size;
		if (is_blank(html.data[at + 2 + size]) || html.data[at + 2 + size] == '/' ||
		    html.data[at + 2 + size] == '>')
			return at;
	}
}

static void read_raw(struct reader *reader, const char *element)
{
	size_t begin = reader->at;

	reader->at = find_end_tag(reader->html, begin, element);
	if (at_end(reader))
		reader->rest->open_raw = element;
	reader->events->raw(reader->events->context, element, since(reader, begin), at_end(reader));
}

static void read_start_tag(struct reader *reader)
{
	struct as_span name;

	reader->at++;
	name = read_name(reader);
	reader->events->tag(reader->events->context, name);
	if (!read_attributes(reader, true))
		return;
	reader->events->tag_done(reader->events->context);
	for (size_t i = 0; i < sizeof(raw_elements) / sizeof(raw_elements[0]); i++)
		if (as_span_is_word(name, raw_elements[i])) {
			read_raw(reader, raw_elements[i]);
			return;
		}
}

static void read_end_tag(struct reader *reader)
{
	struct as_span name;

	reader->at += 2;
	name = read_name(reader);
	if (read_attributes(reader, false))
		reader->events->end_tag(reader->events->context, name);
}

/* '<' stands at reader->at. False: it is text. */
static bool read_markup(struct reader *reader)
{
	struct as_span next = as_span_slice(reader->html, reader->at + 1, 2);

	if (next.size == 0)
		return false;
	if (as_span_has_at(reader->html, reader->at, "<!--", 4))
		skip_comment(reader);
	else if (next.data[0] == '!' || next.data[0] == '?')
		skip_declaration(reader);
	else if (is_letter(next.data[0]))
		read_start_tag(reader);
	else if (next.data[0] != '/' || next.size < 2)
		return false;
	else if (is_letter(next.data[1]))
		read_end_tag(reader);
	else
		skip_declaration(reader);
	return true;
}

static void tell_text(struct reader *reader, size_t begin)
{
	if (reader->at > begin)
		reader->events->text(reader->events->context, since(reader, begin));
}

void as_html_read(struct as_span html, const struct as_html_events *events,
		  struct as_html_rest *rest_out)
{
	struct reader reader = {.html = html, .events = events, .rest = rest_out};
	size_t begin = 0;

	*rest_out = (struct as_html_rest){.open_raw = ""};
	while (!at_end(&reader)) {
		size_t tag = as_span_find_byte(html, reader.at, '<');

		reader.at = tag == SIZE_MAX ? html.size : tag;
		if (tag == SIZE_MAX)
			break;
		tell_text(&reader, begin);
		begin = reader.at;
		if (read_markup(&reader))
			begin = reader.at;
		else
			reader.at++;
	}
	tell_text(&reader, begin);
}
