/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "smime/cms.h"
#include "smime/find.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_BYTES ((size_t)1024 * 1024)

/* The first octets as they stand are as good as decoded ones here. */
static bool sniff(void *context, const struct as_entity *leaf)
{
	const struct as_mime_tree *tree = context;

	return as_cms_looks_like(
		as_span_slice(tree->message, leaf->body_begin, leaf->body_end - leaf->body_begin));
}

struct canonical {
	size_t size;
	unsigned char last;
};

/* Nothing but CRLF may end a line, whichever pieces it comes in. */
static void take(void *context, const void *data, size_t size)
{
	struct canonical *canonical = context;
	const unsigned char *octets = data;

	for (size_t i = 0; i < size; i++) {
		AS_ASSERT(octets[i] != '\n' || canonical->last == '\r');
		canonical->last = octets[i];
	}
	canonical->size += size;
}

static void check_octets(const struct as_mime_tree *tree,
			 const struct as_smime_candidate *candidate)
{
	struct canonical canonical = {0, 0};
	struct as_smime_octets octets;

	as_smime_signed_octets(tree, candidate, &octets);
	AS_ASSERT(octets.begin <= octets.end && octets.end <= tree->message.size);
	AS_ASSERT(octets.raw.size == octets.end - octets.begin);
	AS_ASSERT(octets.found || octets.raw.size == 0);
	as_smime_canonical(octets.raw, take, &canonical);
	AS_ASSERT((canonical.size != octets.raw.size) == octets.needs_canonical);
	as_smime_is_mime(octets.raw);
}

static void check_candidate(struct as_arena *arena, const struct as_mime_tree *tree,
			    const struct as_smime_candidate *candidate)
{
	static const char *const digests[] = {"sha256", "sha1"};
	struct as_smime_notes notes = {.arena = arena};
	struct as_smime_structure structure = {
		.tree = tree,
		.candidate = candidate,
		.state = AS_SMIME_SIGNED_CLEAR,
		.digests = digests,
		.digest_count = 2,
	};
	const struct as_entity *leaf = candidate->signature;
	struct as_span octets;
	bool ambiguous;

	check_octets(tree, candidate);
	if (leaf == NULL)
		leaf = candidate->entity;
	AS_ASSERT(as_smime_cms_octets(&notes, NULL, tree, leaf, MAX_BYTES, &octets) == 0);
	AS_ASSERT(octets.size <= MAX_BYTES);
	as_smime_is_mime(octets);
	as_smime_check_structure(&notes, NULL, &structure, &ambiguous);
	AS_ASSERT(!ambiguous || as_smime_noted(&notes, NULL, "smime.ambiguous_boundary"));
	structure.state = AS_SMIME_ENVELOPED;
	as_smime_check_structure(&notes, NULL, &structure, &ambiguous);
	AS_ASSERT(!notes.lost);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct as_smime_candidate *first;
	struct as_mime_tree *tree;
	struct as_limits limits;
	struct as_arena arena;

	if (!started)
		AS_ASSERT(as_mime_init() == 0);
	started = true;
	as_limits_standard(&limits);
	limits.mime_parts = 64;
	as_arena_init(&arena, (size_t)256 * 1024 * 1024);
	AS_ASSERT(as_mime_parse(&arena, as_span_make(data, size), &limits, &tree) == 0);
	AS_ASSERT(as_smime_find(&arena, tree, tree->root, sniff, tree, &first) == 0);
	for (; first != NULL; first = first->next)
		check_candidate(&arena, tree, first);
	as_arena_deinit(&arena);
	return 0;
}
