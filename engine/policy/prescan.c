/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/prescan.h"

struct scanner {
	struct as_span text;
	size_t at;
	struct as_buffer *out;
	bool copying;
	unsigned int depth; /* of braces */
	size_t line;	    /* from 1 on */
	size_t open_line;   /* of the outermost open brace */
};

static unsigned char peek(const struct scanner *s, size_t ahead)
{
	return s->at + ahead < s->text.size ? s->text.data[s->at + ahead] : 0;
}

static void take(struct scanner *s, size_t count)
{
	for (; count > 0 && s->at < s->text.size; count--, s->at++) {
		unsigned char c = s->text.data[s->at];

		if (c == '\n')
			s->line++;
		as_buffer_byte(s->out, s->copying || c == '\n' ? c : ' ');
	}
}

/* Always blank: a comment within a copied statement means nothing. */
static void skip_until(struct scanner *s, const char *end, bool keep_end)
{
	bool copying = s->copying;
	size_t length = strlen(end);

	s->copying = false;
	while (s->at < s->text.size && !as_span_has_at(s->text, s->at, end, length))
		take(s, 1);
	if (!keep_end)
		take(s, length);
	s->copying = copying;
}

static void take_quoted(struct scanner *s, unsigned char quote)
{
	take(s, 1);
	while (s->at < s->text.size && peek(s, 0) != quote)
		take(s, peek(s, 0) == '\\' ? 2 : 1);
	take(s, 1);
}

static bool is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '/' || c >= 0x80;
}

static bool wanted(struct as_span word)
{
	return as_span_equal(word, as_span_text("plugins")) ||
	       as_span_equal(word, as_span_text("plugin_path"));
}

static bool assigns(const struct scanner *s, size_t end)
{
	while (end < s->text.size && strchr(" \t\r\n+", s->text.data[end]) != NULL &&
	       s->text.data[end] != 0)
		end++;
	return end < s->text.size && s->text.data[end] == '=';
}

static void take_word(struct scanner *s)
{
	size_t length = 0;

	while (is_word(peek(s, length)))
		length++;
	/* A word that is followed by '=' begins the next statement. */
	if (s->depth == 0 && assigns(s, s->at + length))
		s->copying = wanted(as_span_slice(s->text, s->at, length));
	take(s, length);
}

size_t as_prescan(struct as_span text, struct as_buffer *out)
{
	struct scanner s = {.text = text, .out = out, .line = 1};

	while (s.at < text.size) {
		unsigned char c = peek(&s, 0);

		if (c == '#' || (c == '/' && peek(&s, 1) == '/')) {
			skip_until(&s, "\n", true);
		} else if (c == '/' && peek(&s, 1) == '*') {
			skip_until(&s, "*/", false);
		} else if (c == '"' || c == '\'') {
			take_quoted(&s, c);
		} else if (is_word(c)) {
			take_word(&s);
		} else {
			if (c == '{' && s.depth++ == 0)
				s.open_line = s.line;
			take(&s, 1);
			if (c == '}' && s.depth > 0 && --s.depth == 0)
				s.copying = false;
		}
	}
	return s.depth > 0 ? s.open_line : 0;
}
