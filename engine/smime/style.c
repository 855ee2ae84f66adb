/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/style.h"

/* The longest property that is looked at has 18 octets; values end to matter
 * with a few numbers. What is longer is cut, not lost: it is a value still. */
#define PROPERTY_SIZE 24u
#define VALUE_SIZE    96u
/* Enough of an address to see whether it names a host. */
#define ADDRESS_SIZE 48u
/* Hexadecimal digits of an escape (CSS Syntax s4.3.7). */
#define ESCAPE_DIGITS 6u

enum place {
	AT_PROPERTY = 0, /* or a selector */
	AT_VALUE,
};

struct reader {
	struct as_style *style;
	bool sheet;
	enum place place;
	char property[PROPERTY_SIZE];
	size_t property_size;
	char value[VALUE_SIZE];
	size_t value_size;
	/* Inside of a string, url( or a comment. */
	char quote;
	bool url;
	bool comment;
	char address[ADDRESS_SIZE];
	size_t address_size;
	char last; /* the character before, for slash-star and star-slash */
	bool escape;
	size_t escape_digits;
	uint32_t escape_value;
};

static void append(char *text, size_t *size, size_t capacity, char c)
{
	if (*size + 1 < capacity)
		text[(*size)++] = c;
	text[*size] = '\0';
}

/* Blanks in front and behind are dropped, runs are one. */
static void append_word(char *text, size_t *size, size_t capacity, char c)
{
	if (c == ' ' && (*size == 0 || text[*size - 1] == ' '))
		return;
	append(text, size, capacity, c);
}

static void trim(char *text, size_t *size)
{
	while (*size > 0 && text[*size - 1] == ' ')
		text[--*size] = '\0';
}

static void cut_important(char *value, size_t *size)
{
	char *mark = strchr(value, '!');

	if (mark != NULL) {
		*mark = '\0';
		*size = (size_t)(mark - value);
	}
	trim(value, size);
}

static void reset(struct reader *reader)
{
	reader->place = AT_PROPERTY;
	reader->property_size = reader->value_size = 0;
	reader->property[0] = reader->value[0] = '\0';
}

static void end_declaration(struct reader *reader)
{
	trim(reader->property, &reader->property_size);
	cut_important(reader->value, &reader->value_size);
	if (reader->place == AT_VALUE)
		as_style_declare(reader->style, reader->property, reader->value);
	reset(reader);
}

static void begin_address(struct reader *reader)
{
	reader->address_size = 0;
	reader->address[0] = '\0';
}

static void end_address(struct reader *reader)
{
	if (strncmp(reader->address, "cid:", 4) == 0)
		reader->style->refers = true;
}

static void put(struct reader *reader, char c)
{
	if (reader->place == AT_PROPERTY)
		append_word(reader->property, &reader->property_size, PROPERTY_SIZE, c);
	else
		append_word(reader->value, &reader->value_size, VALUE_SIZE, c);
}

static bool ends_with_url(const struct reader *reader)
{
	const char *text = reader->place == AT_VALUE ? reader->value : reader->property;
	size_t size = reader->place == AT_VALUE ? reader->value_size : reader->property_size;

	/* Cut text: whether it does is not known, and url( must not be lost. */
	if (size + 1 >= (reader->place == AT_VALUE ? VALUE_SIZE : PROPERTY_SIZE))
		return true;
	return size >= 3 && memcmp(text + size - 3, "url", 3) == 0;
}

/* A character outside of strings, addresses and comments. */
static void take_plain(struct reader *reader, char c)
{
	if (c == '"' || c == '\'') {
		reader->quote = c;
		begin_address(reader);
	} else if (c == '(' && ends_with_url(reader)) {
		put(reader, c);
		reader->url = true;
		begin_address(reader);
	} else if (c == ';') {
		end_declaration(reader);
	} else if (c == '{' && reader->sheet) {
		reset(reader);
	} else if (c == '}' && reader->sheet) {
		end_declaration(reader);
		as_style_conclude(reader->style);
	} else if (c == ':' && reader->place == AT_PROPERTY) {
		reader->place = AT_VALUE;
	} else {
		put(reader, c);
	}
}

/* A string ends at its quote and, unescaped, at a line end; url( at ')'. */
static void take_quoted(struct reader *reader, char c, bool escaped)
{
	bool line_end = c == '\n' && !reader->url;

	if (!escaped && (c == reader->quote || line_end)) {
		reader->quote = '\0';
		if (!reader->url)
			end_address(reader);
	} else {
		append(reader->address, &reader->address_size, ADDRESS_SIZE, c);
	}
}

static void take_url(struct reader *reader, char c, bool escaped)
{
	if (reader->quote != '\0') {
		take_quoted(reader, c, escaped);
	} else if (!escaped && c == ')') {
		reader->url = false;
		end_address(reader);
		put(reader, c);
	} else if (!escaped && (c == '"' || c == '\'') && reader->address_size == 0) {
		reader->quote = c;
	} else if (c != ' ' && c != '\n') {
		append(reader->address, &reader->address_size, ADDRESS_SIZE, c);
	}
}

static void take(struct reader *reader, char c, bool escaped)
{
	if (reader->url)
		take_url(reader, c, escaped);
	else if (reader->quote != '\0')
		take_quoted(reader, c, escaped);
	else if (escaped)
		put(reader, c);
	else
		take_plain(reader, c == '\n' ? ' ' : c);
}

/* Escapes are of up to six digits and a blank, or of one other character.
 * True: c belongs to the escape. */
static bool take_escape(struct reader *reader, char c)
{
	const char *digits = "0123456789abcdef";
	const char *digit = c != '\0' ? strchr(digits, c) : NULL;

	if (digit != NULL && reader->escape_digits < ESCAPE_DIGITS) {
		reader->escape_value = reader->escape_value * 16 + (uint32_t)(digit - digits);
		reader->escape_digits++;
		return true;
	}
	reader->escape = false;
	if (reader->escape_digits == 0) {
		/* An escaped line end is nothing. */
		if (c != '\n')
			take(reader, c, true);
		return true;
	}
	if (reader->escape_value >= 'A' && reader->escape_value <= 'Z')
		reader->escape_value += 'a' - 'A';
	take(reader,
	     reader->escape_value > 0x20 && reader->escape_value < 0x7f ? (char)reader->escape_value
									: '?',
	     true);
	return c == ' ' || c == '\n';
}

static bool take_comment(struct reader *reader, char c)
{
	char last = reader->last;

	reader->last = c;
	if (reader->comment) {
		if (last == '*' && c == '/') {
			reader->comment = false;
			reader->last = '\0';
		}
		return true;
	}
	if (reader->quote != '\0' || reader->url || last != '/' || c != '*')
		return false;
	/* The slash has been taken as a character already. */
	if (reader->place == AT_PROPERTY && reader->property_size > 0)
		reader->property[--reader->property_size] = '\0';
	else if (reader->place == AT_VALUE && reader->value_size > 0)
		reader->value[--reader->value_size] = '\0';
	reader->comment = true;
	reader->last = '\0';
	return true;
}

static void feed(struct reader *reader, uint32_t character)
{
	char c = character >= 0x80 ? '?' : (char)character;

	if (c >= 'A' && c <= 'Z')
		c = (char)(c + ('a' - 'A'));
	if (c == '\t' || c == '\r' || c == '\0')
		c = ' ';
	if (c == '\f')
		c = '\n';
	if (reader->escape && take_escape(reader, c))
		return;
	if (take_comment(reader, c))
		return;
	if (c == '\\') {
		reader->escape = true;
		reader->escape_digits = 0;
		reader->escape_value = 0;
		return;
	}
	take(reader, c, false);
}

static void finish(struct reader *reader)
{
	if (reader->url || reader->quote != '\0') {
		struct as_span address = as_span_make(reader->address, reader->address_size);

		end_address(reader);
		reader->style->open_address = true;
		reader->style->open_remote = as_url_kind(address, false) == AS_URL_REMOTE;
	}
	end_declaration(reader);
}

void as_style_attribute(struct as_style *style, struct as_span value)
{
	struct reader reader = {.style = style};
	size_t at = 0;

	while (at < value.size) {
		uint32_t character;

		at += as_html_character(value, at, &character);
		feed(&reader, character);
	}
	finish(&reader);
}

void as_style_sheet(struct as_style *style, struct as_span sheet)
{
	struct reader reader = {.style = style, .sheet = true};

	for (size_t i = 0; i < sheet.size; i++)
		feed(&reader, sheet.data[i]);
	finish(&reader);
	as_style_conclude(style);
}
