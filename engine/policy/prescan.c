/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/prescan.h"

#include "policy/prescan_tokens.h"

#include <string.h>

struct scanner {
	struct as_tokens tokens;
	struct as_buffer *out;
	bool copying;
	bool value;	    /* what follows is a value */
	unsigned int depth; /* of braces */
	size_t open_line;   /* of the outermost open brace */
};

bool as_prescan_blank(struct as_span text, struct as_buffer *out)
{
	unsigned char *room = as_buffer_reserve(out, text.size);

	if (room == NULL)
		return text.size == 0;
	for (size_t i = 0; i < text.size; i++)
		room[i] = text.data[i] == '\n' ? '\n' : ' ';
	as_buffer_commit(out, text.size);
	return true;
}

static bool wanted(const struct scanner *s, const struct as_token *token)
{
	struct as_tokens ahead = s->tokens;
	struct as_token next;
	struct as_span name;

	if (!as_token_text(s->tokens.text, token, &name) ||
	    (!as_span_equal(name, as_span_text("plugins")) &&
	     !as_span_equal(name, as_span_text("plugin_path"))))
		return false;
	next = as_tokens_next_code(&ahead);
	return next.kind == AS_TOKEN_SET || next.kind == AS_TOKEN_ADD;
}

static void copy(const struct scanner *s, const struct as_token *token)
{
	if (s->copying)
		memcpy(s->out->data + token->at, s->tokens.text.data + token->at, token->size);
}

static void take(struct scanner *s, const struct as_token *token)
{
	bool value = s->value;

	s->value = token->kind == AS_TOKEN_SET || token->kind == AS_TOKEN_ADD;
	/* Text that is no value begins the next statement. */
	if (token->kind == AS_TOKEN_TEXT && s->depth == 0 && !value)
		s->copying = wanted(s, token);
	if (token->kind == AS_TOKEN_OPEN && s->depth++ == 0)
		s->open_line = token->line;
	copy(s, token);
	if (token->kind == AS_TOKEN_CLOSE && s->depth > 0 && --s->depth == 0)
		s->copying = false;
}

size_t as_prescan(struct as_span text, struct as_buffer *out)
{
	struct scanner s = {.out = out};
	struct as_token token;

	if (!as_prescan_blank(text, out))
		return 0;
	as_tokens_start(&s.tokens, text);
	for (;;) {
		token = as_tokens_next_code(&s.tokens);
		if (token.kind == AS_TOKEN_END)
			break;
		take(&s, &token);
	}
	return s.depth > 0 ? s.open_line : 0;
}
