/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_TOKENS_H
#define ASSAY_MIME_TOKENS_H

#include "mime/mime.h"

/*
 * All texts that some reader of a message may take for a boundary, and which
 * of them a line matches: in full, with the hyphens of a close delimiter,
 * followed by more, or cut short; without regard to case, since a match only
 * makes a line a candidate.
 */
struct as_token {
	struct as_span text;
	bool claimed;	/* in a header; else only by its look */
	size_t parent;	/* the longest other token that this one begins with,
			   SIZE_MAX for none */
	size_t matches; /* lines that fit in full; the caller counts */
};

struct as_tokens {
	struct as_token *items; /* in the arena; sorted by as_tokens_sort() */
	size_t count;
	size_t capacity;
	struct as_arena *arena;
	bool cut; /* more than AS_TOKENS_MAX */
};

/* Two for each of the 4,000 entities that a message may have. */
#define AS_TOKENS_MAX 8192u

/* A line that is shorter than a boundary matches it from this length on: some
 * readers cut what they declare. */
#define AS_TOKEN_CUT_MIN 6u
/* A boundary of fewer octets is followed by something else than a letter or
 * digit in lines that match by their beginning only: "--a/file" is a patch. */
#define AS_TOKEN_PREFIX_MIN 4u

enum as_token_fit {
	AS_TOKEN_NONE = 0,
	AS_TOKEN_EXACT,
	AS_TOKEN_CLOSE, /* with two hyphens behind it */
	AS_TOKEN_LOOSE, /* with something else behind it, or cut */
};

struct as_token_match {
	enum as_token_fit fit;
	bool claimed; /* it, or what it begins with, is claimed */
	size_t index; /* of the token */
};

/* The span must last as long as the arena. -ENOMEM. */
int as_tokens_add(struct as_tokens *tokens, struct as_span text, bool claimed);

/* To be called behind the last as_tokens_add(), and again after further ones. */
void as_tokens_sort(struct as_tokens *tokens);

/* line: what stands behind the two hyphens. Blanks and further hyphens in front
 * are passed over when nothing fits else. */
struct as_token_match as_tokens_match(const struct as_tokens *tokens, struct as_span line);

/* The same for two hyphens anywhere in a line; *at_out: where they stand in it.
 * Only in full or close, of AS_TOKEN_CUT_MIN octets and more. */
struct as_token_match as_tokens_search(const struct as_tokens *tokens, struct as_span line,
				       size_t *at_out);

/* The token with this text, or SIZE_MAX. */
size_t as_tokens_find(const struct as_tokens *tokens, struct as_span text);

#endif
