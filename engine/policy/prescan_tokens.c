/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/prescan_tokens.h"

#include <string.h>

static unsigned char peek(const struct as_tokens *t, size_t at)
{
	return at < t->text.size ? t->text.data[at] : 0;
}

static bool has_at(const struct as_tokens *t, size_t at, const char *text)
{
	return as_span_has_at(t->text, at, text, strlen(text));
}

/* What ends a word. A "//" within one does not begin a comment. */
static bool is_word(const struct as_tokens *t, size_t at)
{
	return at < t->text.size && t->text.data[at] != 0 &&
	       strchr(" #\"'\t\n\r={}()+,*", t->text.data[at]) == NULL;
}

/* Where ${NAME} at `at` ends, or `at` when none stands there. It may hold
 * anything but a closing brace, even quotes and line ends. */
static size_t skip_variable(const struct as_tokens *t, size_t at)
{
	const unsigned char *end;

	if (!has_at(t, at, "${"))
		return at;
	end = memchr(t->text.data + at, '}', t->text.size - at);
	return end != NULL ? (size_t)(end - t->text.data) + 1 : at;
}

static size_t skip_until(const struct as_tokens *t, size_t at, const char *end)
{
	while (at < t->text.size && !has_at(t, at, end))
		at++;
	return at;
}

/* Behind the closing quote; the end of the text when there is none. */
static size_t skip_quoted(const struct as_tokens *t, size_t at, bool *closed_out)
{
	unsigned char quote = peek(t, at++);

	while (at < t->text.size && peek(t, at) != quote) {
		size_t behind = quote == '"' ? skip_variable(t, at) : at;

		if (behind > at)
			at = behind;
		else
			at += peek(t, at) == '\\' ? 2 : 1;
	}
	*closed_out = at < t->text.size;
	return *closed_out ? at + 1 : t->text.size;
}

static bool skip_space(struct as_tokens *t)
{
	unsigned char c = peek(t, t->at);

	/* libconfuse passes over what fits nowhere, such as a lone plus. */
	if (t->at >= t->text.size || is_word(t, t->at) || (c != 0 && strchr("#\"'={}(),", c)) ||
	    has_at(t, t->at, "+="))
		return false;
	if (c == '\n')
		t->line++;
	t->at++;
	return true;
}

static enum as_token_kind sign(unsigned char c)
{
	switch (c) {
	case '=':
		return AS_TOKEN_SET;
	case '{':
		return AS_TOKEN_OPEN;
	case '}':
		return AS_TOKEN_CLOSE;
	case ',':
		return AS_TOKEN_COMMA;
	default:
		return AS_TOKEN_PAREN;
	}
}

/* The kind of the token that begins here, and where it ends. */
static enum as_token_kind measure(const struct as_tokens *t, size_t *end_out)
{
	unsigned char c = peek(t, t->at);
	size_t end = skip_variable(t, t->at);
	bool closed;

	*end_out = end;
	if (end > t->at)
		return AS_TOKEN_TEXT;
	if (c == '#' || has_at(t, t->at, "//")) {
		*end_out = skip_until(t, t->at, "\n");
		return AS_TOKEN_COMMENT;
	}
	if (has_at(t, t->at, "/*")) {
		end = skip_until(t, t->at + 2, "*/");
		*end_out = end < t->text.size ? end + 2 : end;
		return AS_TOKEN_COMMENT;
	}
	if (c == '"' || c == '\'') {
		*end_out = skip_quoted(t, t->at, &closed);
		return closed ? AS_TOKEN_TEXT : AS_TOKEN_OPEN_QUOTE;
	}
	if (is_word(t, t->at)) {
		while (is_word(t, end))
			end++;
		*end_out = end;
		return AS_TOKEN_TEXT;
	}
	*end_out = t->at + (c == '+' ? 2 : 1);
	return c == '+' ? AS_TOKEN_ADD : sign(c);
}

void as_tokens_start(struct as_tokens *tokens, struct as_span text)
{
	*tokens = (struct as_tokens){.text = text, .line = 1};
}

struct as_token as_tokens_next(struct as_tokens *tokens)
{
	struct as_token token;
	size_t end;

	while (skip_space(tokens))
		;
	token = (struct as_token){.at = tokens->at, .line = tokens->line};
	if (tokens->at >= tokens->text.size)
		return token;
	token.kind = measure(tokens, &end);
	token.size = end - token.at;
	for (; tokens->at < end; tokens->at++)
		tokens->line += tokens->text.data[tokens->at] == '\n';
	return token;
}

struct as_token as_tokens_next_code(struct as_tokens *tokens)
{
	struct as_token token;

	do {
		token = as_tokens_next(tokens);
	} while (token.kind == AS_TOKEN_COMMENT);
	return token;
}

bool as_token_text(struct as_span text, const struct as_token *token, struct as_span *text_out)
{
	struct as_span whole = as_span_slice(text, token->at, token->size);
	bool quoted = whole.size >= 2 && (whole.data[0] == '"' || whole.data[0] == '\'');

	if (token->kind != AS_TOKEN_TEXT || memchr(whole.data, '\\', whole.size) != NULL ||
	    memmem(whole.data, whole.size, "${", 2) != NULL)
		return false;
	*text_out = quoted ? as_span_slice(whole, 1, whole.size - 2) : whole;
	return true;
}
