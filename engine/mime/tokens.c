/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/tokens.h"

#include "mime/line.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#define FIRST_CAPACITY 16u

/* strncasecmp() ends at a NUL, which boundaries may hold. */
static int compare_octets(const unsigned char *a, const unsigned char *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		int difference = tolower(a[i]) - tolower(b[i]);

		if (difference != 0)
			return difference;
	}
	return 0;
}

static int compare_text(struct as_span a, struct as_span b)
{
	int order = compare_octets(a.data, b.data, a.size < b.size ? a.size : b.size);

	if (order != 0 || a.size == b.size)
		return order;
	return a.size < b.size ? -1 : 1;
}

/* Of equal texts the claimed one first: it stays. */
static int compare_tokens(const void *a, const void *b)
{
	const struct as_token *left = a, *right = b;
	int order = compare_text(left->text, right->text);

	return order != 0 ? order : (int)right->claimed - (int)left->claimed;
}

static bool begins_with(struct as_span text, struct as_span prefix)
{
	return prefix.size <= text.size && compare_octets(text.data, prefix.data, prefix.size) == 0;
}

static bool is_word(unsigned char octet)
{
	return isalnum(octet) != 0;
}

static bool has_word(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (is_word(text.data[i]))
			return true;
	return false;
}

static int add_one(struct as_tokens *tokens, struct as_span text, bool claimed)
{
	if (tokens->count == AS_TOKENS_MAX) {
		tokens->cut = true;
		return 0;
	}
	if (tokens->count == tokens->capacity) {
		size_t capacity = tokens->capacity == 0 ? FIRST_CAPACITY : tokens->capacity * 2;
		struct as_token *items = as_arena_array(tokens->arena, capacity, sizeof(*items));

		if (items == NULL)
			return -ENOMEM;
		if (tokens->count > 0)
			memcpy(items, tokens->items, tokens->count * sizeof(*items));
		tokens->items = items;
		tokens->capacity = capacity;
	}
	tokens->items[tokens->count++] = (struct as_token){.text = text, .claimed = claimed};
	return 0;
}

int as_tokens_add(struct as_tokens *tokens, struct as_span text, bool claimed)
{
	size_t blanks = 0;
	int rc;

	while (text.size > 0 && as_octet_blank(text.data[text.size - 1]))
		text.size--;
	rc = add_one(tokens, text, claimed);
	while (blanks < text.size && as_octet_blank(text.data[blanks]))
		blanks++;
	if (rc == 0 && blanks > 0)
		rc = add_one(tokens, as_span_from(text, blanks), claimed);
	return rc;
}

void as_tokens_sort(struct as_tokens *tokens)
{
	size_t kept = 0;

	if (tokens->count == 0)
		return;
	qsort(tokens->items, tokens->count, sizeof(*tokens->items), compare_tokens);
	for (size_t i = 0; i < tokens->count; i++) {
		struct as_token *item = &tokens->items[i];

		if (kept > 0 && compare_text(tokens->items[kept - 1].text, item->text) == 0)
			continue;
		/* Whatever the one in front begins with, and itself. */
		item->parent = kept == 0 ? SIZE_MAX : kept - 1;
		while (item->parent != SIZE_MAX &&
		       !begins_with(item->text, tokens->items[item->parent].text))
			item->parent = tokens->items[item->parent].parent;
		tokens->items[kept++] = *item;
	}
	tokens->count = kept;
}

/* How many tokens do not come behind text. */
static size_t count_before(const struct as_tokens *tokens, struct as_span text)
{
	size_t low = 0, high = tokens->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_text(tokens->items[middle].text, text) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum as_token_fit fit_of(const struct as_token *token, struct as_span line)
{
	struct as_span rest = as_span_from(line, token->text.size);

	if (rest.size == 0 || as_span_blank(rest))
		return AS_TOKEN_EXACT;
	if (as_span_has_at(rest, 0, "--", 2) &&
	    (rest.size == 2 || as_span_blank(as_span_from(rest, 2))))
		return AS_TOKEN_CLOSE;
	if (!token->claimed || token->text.size == 0)
		return AS_TOKEN_NONE;
	if (token->text.size < AS_TOKEN_PREFIX_MIN && is_word(rest.data[0]))
		return AS_TOKEN_NONE;
	/* Rules of hyphens are no boundary with a tail. */
	return has_word(token->text) ? AS_TOKEN_LOOSE : AS_TOKEN_NONE;
}

static bool claimed_at(const struct as_tokens *tokens, size_t index)
{
	for (; index != SIZE_MAX; index = tokens->items[index].parent)
		if (tokens->items[index].claimed && tokens->items[index].text.size > 0)
			return true;
	return false;
}

static struct as_token_match match_here(const struct as_tokens *tokens, struct as_span line)
{
	size_t behind = count_before(tokens, line);

	for (size_t i = behind == 0 ? SIZE_MAX : behind - 1; i != SIZE_MAX;
	     i = tokens->items[i].parent) {
		const struct as_token *token = &tokens->items[i];
		enum as_token_fit fit;

		if (!begins_with(line, token->text))
			continue;
		fit = fit_of(token, line);
		if (fit != AS_TOKEN_NONE)
			return (struct as_token_match){fit, token->claimed || claimed_at(tokens, i),
						       i};
	}
	if (behind < tokens->count && line.size >= AS_TOKEN_CUT_MIN &&
	    tokens->items[behind].claimed && begins_with(tokens->items[behind].text, line) &&
	    has_word(line))
		return (struct as_token_match){AS_TOKEN_LOOSE, true, behind};
	return (struct as_token_match){AS_TOKEN_NONE, false, SIZE_MAX};
}

struct as_token_match as_tokens_match(const struct as_tokens *tokens, struct as_span line)
{
	struct as_token_match match = match_here(tokens, line);
	size_t skip = 0;

	while (skip < line.size && (as_octet_blank(line.data[skip]) || line.data[skip] == 0))
		skip++;
	if (match.fit == AS_TOKEN_NONE && skip > 0)
		match = match_here(tokens, as_span_from(line, skip));
	while (skip < line.size && line.data[skip] == '-')
		skip++;
	if (match.fit == AS_TOKEN_NONE && skip > 0 && skip < line.size)
		match = match_here(tokens, as_span_from(line, skip));
	return match;
}

struct as_token_match as_tokens_search(const struct as_tokens *tokens, struct as_span line,
				       size_t *at_out)
{
	struct as_token_match match = {AS_TOKEN_NONE, false, SIZE_MAX};

	for (size_t at = 0; (at = as_span_find_byte(line, at, '-')) != SIZE_MAX; at++) {
		if (!as_span_has_at(line, at, "--", 2))
			continue;
		match = match_here(tokens, as_span_from(line, at + 2));
		if ((match.fit == AS_TOKEN_EXACT || match.fit == AS_TOKEN_CLOSE) &&
		    tokens->items[match.index].text.size >= AS_TOKEN_CUT_MIN) {
			*at_out = at;
			return match;
		}
	}
	return (struct as_token_match){AS_TOKEN_NONE, false, SIZE_MAX};
}

size_t as_tokens_find(const struct as_tokens *tokens, struct as_span text)
{
	size_t behind;

	while (text.size > 0 && as_octet_blank(text.data[text.size - 1]))
		text.size--;
	behind = count_before(tokens, text);
	if (behind == 0 || compare_text(tokens->items[behind - 1].text, text) != 0)
		return SIZE_MAX;
	return behind - 1;
}
