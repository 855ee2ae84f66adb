/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_PRESCAN_TOKENS_H
#define ASSAY_POLICY_PRESCAN_TOKENS_H

#include <assay/span.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * The tokens of assay.conf as libconfuse 3.3 reads them, with their places.
 * libconfuse has neither a list of its tokens nor right line numbers: behind
 * each comment it counts one or two lines too many.
 */
enum as_token_kind {
	AS_TOKEN_END = 0,
	AS_TOKEN_TEXT,	     /* a word, or something in quotes */
	AS_TOKEN_SET,	     /* = */
	AS_TOKEN_ADD,	     /* += */
	AS_TOKEN_OPEN,	     /* { */
	AS_TOKEN_CLOSE,	     /* } */
	AS_TOKEN_COMMA,	     /* , */
	AS_TOKEN_PAREN,	     /* ( or ), which no option of ours has */
	AS_TOKEN_COMMENT,    /* any of the three kinds, without the line's end */
	AS_TOKEN_OPEN_QUOTE, /* a quote that is never closed, to the end */
};

struct as_token {
	enum as_token_kind kind;
	size_t at, size; /* in the text, with the quotes */
	size_t line;	 /* of its first octet, from 1 on */
};

struct as_tokens {
	struct as_span text;
	size_t at;
	size_t line;
};

void as_tokens_start(struct as_tokens *tokens, struct as_span text);
/* The next one, comments included. */
struct as_token as_tokens_next(struct as_tokens *tokens);
/* The next one that is no comment. */
struct as_token as_tokens_next_code(struct as_tokens *tokens);

/*
 * What a text token says, without its quotes. False when it holds an escape or
 * an environment variable: then only libconfuse knows.
 */
bool as_token_text(struct as_span text, const struct as_token *token, struct as_span *text_out);

#endif
