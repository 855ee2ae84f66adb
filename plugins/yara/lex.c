/* SPDX-License-Identifier: BSD-2-Clause */
#include "lex.h"

#include "externals.h"

struct lexer {
	struct as_span text;
	size_t at;
	struct yp_uses *uses;
	bool meta;    /* inside a meta section: its keys are no identifiers */
	bool hidden;  /* the word before was private, maybe global too */
	bool counted; /* this rule has asked for an executable's module */
};

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(unsigned char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool word_is(struct as_span word, const char *text)
{
	return as_span_equal(word, as_span_text(text));
}

/* The next octet that is no blank, or 0. */
static unsigned char peek(const struct lexer *lexer)
{
	for (size_t i = lexer->at; i < lexer->text.size; i++)
		if (!is_blank(lexer->text.data[i]))
			return lexer->text.data[i];
	return 0;
}

/* Behind the closing mark; a line end closes as well. */
static void skip_quoted(struct lexer *lexer, unsigned char mark)
{
	for (lexer->at++; lexer->at < lexer->text.size; lexer->at++) {
		unsigned char c = lexer->text.data[lexer->at];

		if (c == '\\')
			lexer->at++;
		else if (c == mark || c == '\n')
			break;
	}
	lexer->at++;
}

static void skip_comment(struct lexer *lexer)
{
	size_t from = lexer->at + 2;
	size_t end;

	for (;;) {
		end = as_span_find_byte(lexer->text, from, '/');
		if (end == SIZE_MAX || (lexer->text.data[end - 1] == '*' && end > lexer->at + 2))
			break;
		from = end + 1;
	}
	lexer->at = end == SIZE_MAX ? lexer->text.size : end + 1;
}

/* YARA divides with a backslash: a slash begins a comment or an expression. */
static void skip_slash(struct lexer *lexer)
{
	if (as_span_has_at(lexer->text, lexer->at, "//", 2)) {
		size_t end = as_span_find_byte(lexer->text, lexer->at, '\n');

		lexer->at = end == SIZE_MAX ? lexer->text.size : end + 1;
	} else if (as_span_has_at(lexer->text, lexer->at, "/*", 2)) {
		skip_comment(lexer);
	} else {
		skip_quoted(lexer, '/');
	}
}

/* $name, #name, @name, !name are strings; module.name is a field. A range
 * such as 0..name is neither. */
static bool is_member(const struct lexer *lexer, size_t start)
{
	const unsigned char *data = lexer->text.data;

	if (start == 0)
		return false;
	if (data[start - 1] == '.')
		return start < 2 || data[start - 2] != '.';
	return memchr("$#@!", data[start - 1], 4) != NULL;
}

static void begin_rule(struct lexer *lexer)
{
	lexer->counted = lexer->hidden;
	lexer->meta = false;
	if (!lexer->hidden)
		lexer->uses->rules++;
}

static void use_module(struct lexer *lexer, struct as_span word)
{
	if (lexer->counted || !(word_is(word, "pe") || word_is(word, "dotnet") ||
				word_is(word, "elf") || word_is(word, "macho")))
		return;
	lexer->counted = true;
	lexer->uses->executable++;
}

static void take_word(struct lexer *lexer)
{
	size_t start = lexer->at;
	bool was_hidden = lexer->hidden;
	struct as_span word;
	unsigned char next;

	while (lexer->at < lexer->text.size && is_word(lexer->text.data[lexer->at]))
		lexer->at++;
	if (is_member(lexer, start))
		return;
	word = as_span_slice(lexer->text, start, lexer->at - start);
	next = peek(lexer);
	lexer->hidden = word_is(word, "private") || (was_hidden && word_is(word, "global"));
	if (word_is(word, "rule")) {
		lexer->hidden = was_hidden;
		begin_rule(lexer);
		lexer->hidden = false;
	} else if (next == ':' && word_is(word, "meta")) {
		lexer->meta = true;
	} else if (word_is(word, "strings") || word_is(word, "condition")) {
		lexer->meta = false;
	} else if (!lexer->meta) {
		lexer->uses->clock |= word_is(word, "time");
		if (next == '.')
			use_module(lexer, word);
		lexer->uses->externals |= yp_external_bit(word);
	}
}

void yp_lex(struct as_span text, struct yp_uses *uses)
{
	struct lexer lexer = {.text = text, .uses = uses};

	while (lexer.at < text.size) {
		unsigned char c = text.data[lexer.at];

		if (c == '"')
			skip_quoted(&lexer, '"');
		else if (c == '/')
			skip_slash(&lexer);
		else if (is_letter(c))
			take_word(&lexer);
		else if (is_word(c))
			while (lexer.at < text.size && is_word(text.data[lexer.at]))
				lexer.at++;
		else
			lexer.at++;
	}
}
