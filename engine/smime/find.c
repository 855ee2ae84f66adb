/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "smime/content_type.h"

#include <errno.h>

/* The highest value of the limit mime_depth is 500. */
#define LEVELS_MAX 512u

struct finder {
	struct as_arena *arena;
	const struct as_mime_tree *tree;
	as_smime_sniff *sniff;
	void *context;
	struct as_smime_candidate *first, *last;
	/* Of the multiparts that are open, by the depth of the signature. */
	const struct as_entity *signatures[LEVELS_MAX];
};

static int add(struct finder *finder, const struct as_smime_candidate *candidate)
{
	struct as_smime_candidate *added = as_arena_alloc(finder->arena, sizeof(*added));

	if (added == NULL)
		return -ENOMEM;
	*added = *candidate;
	if (finder->last == NULL)
		finder->first = added;
	else
		finder->last->next = added;
	finder->last = added;
	return 0;
}

static bool begins_like_cms(const struct finder *finder, const struct as_entity *leaf)
{
	return leaf->kind == AS_ENTITY_LEAF && finder->sniff != NULL &&
	       finder->sniff(finder->context, leaf);
}

/* Of every field when there are several; most headers need not be parsed
 * again, for the tree has read the one that they have. */
static int read_types(const struct finder *finder, const struct as_entity *entity,
		      struct as_smime_types *types_out)
{
	struct as_span block = as_smime_header(finder->tree, entity);

	if (as_smime_type_of(entity->media_type) != AS_SMIME_TYPE_MULTIPART &&
	    as_smime_field_count(block, "content-type") < 2) {
		*types_out = (struct as_smime_types){
			.items = {{.type = entity->media_type}},
			.count = 1,
			.total = 1,
		};
		return 0;
	}
	return as_smime_types_read(finder->arena, block, types_out);
}

static bool is_signature_by_label(const struct as_entity *part)
{
	return part->kind == AS_ENTITY_LEAF &&
	       (as_smime_type_of(part->media_type) == AS_SMIME_TYPE_SIGNATURE ||
		as_smime_extension_of(part) == AS_SMIME_EXT_P7S);
}

/* With a protocol that says so, also what clients that go by the protocol hand
 * to their CMS decoder. */
static bool is_cms_by_label(const struct as_entity *part)
{
	return part->kind == AS_ENTITY_LEAF &&
	       (as_smime_type_of(part->media_type) == AS_SMIME_TYPE_CMS ||
		as_smime_extension_of(part) == AS_SMIME_EXT_P7M);
}

static bool is_pgp(const struct as_entity *part)
{
	return as_smime_type_of(part->media_type) == AS_SMIME_TYPE_PGP;
}

static bool has_signature(const struct as_entity *multipart)
{
	for (const struct as_entity *part = multipart->first_child; part != NULL; part = part->next)
		if (is_signature_by_label(part))
			return true;
	return false;
}

/* RFC 1847 s2.1: the second part, and no other, is the signature. */
static void choose_signature(const struct finder *finder, bool pkcs7,
			     struct as_smime_candidate *candidate)
{
	const struct as_entity *part = candidate->signed_part;

	part = part != NULL ? part->next : NULL;
	if (part == NULL)
		return;
	if (is_signature_by_label(part) || (pkcs7 && is_cms_by_label(part))) {
		candidate->signature = part;
	} else if (begins_like_cms(finder, part)) {
		candidate->signature = part;
		candidate->by_content = true;
	}
}

static bool is_ours(const struct as_entity *multipart, const struct as_smime_candidate *candidate,
		    bool pkcs7)
{
	const struct as_entity *second =
		candidate->signed_part != NULL ? candidate->signed_part->next : NULL;

	if (candidate->signature != NULL)
		return true;
	if (second != NULL && is_pgp(second))
		return false;
	return pkcs7 || has_signature(multipart);
}

static int take_multipart(struct finder *finder, const struct as_entity *entity,
			  const struct as_smime_types *types, bool *taken_out)
{
	struct as_smime_candidate candidate = {
		.form = AS_SMIME_FORM_MULTIPART,
		.entity = entity,
	};
	bool pkcs7 = as_smime_types_protocols(types).pkcs7;

	if (entity->kind == AS_ENTITY_MULTIPART)
		candidate.signed_part = entity->first_child;
	choose_signature(finder, pkcs7, &candidate);
	*taken_out = is_ours(entity, &candidate, pkcs7);
	if (!*taken_out)
		return 0;
	if (candidate.signature != NULL && candidate.signature->depth < LEVELS_MAX)
		finder->signatures[candidate.signature->depth] = candidate.signature;
	return add(finder, &candidate);
}

/* Types whose readers do not look for CMS in them, whatever the name says. */
static bool is_well_known(const char *media_type)
{
	static const char *const prefixes[] = {
		"image/",	    "audio/",
		"video/",	    "font/",
		"model/",	    "message/",
		"multipart/",	    "application/pdf",
		"application/zip",  "application/msword",
		"application/vnd.", "application/rtf",
		"application/xml",  "application/json",
		"application/gzip", "application/javascript",
		"application/pgp",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(media_type, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* What nobody would take for CMS without a name that says so. */
static bool is_shown(const char *media_type)
{
	static const char *const prefixes[] = {"text/", "image/",   "audio/",	 "video/",
					       "font/", "message/", "multipart/"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(media_type, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool is_taken(const struct finder *finder, const struct as_entity *entity)
{
	return entity->depth < LEVELS_MAX && finder->signatures[entity->depth] == entity;
}

static int take_leaf(struct finder *finder, const struct as_entity *leaf,
		     const struct as_smime_types *types)
{
	struct as_smime_candidate candidate = {
		.form = AS_SMIME_FORM_CMS,
		.entity = leaf,
	};
	enum as_smime_extension extension = as_smime_extension_of(leaf);

	if (as_smime_types_any(types, AS_SMIME_TYPE_CMS))
		return add(finder, &candidate);
	if (as_smime_types_any(types, AS_SMIME_TYPE_SIGNATURE) || extension == AS_SMIME_EXT_P7S)
		candidate.form = AS_SMIME_FORM_STRAY;
	if (as_smime_types_any(types, AS_SMIME_TYPE_SIGNATURE))
		return add(finder, &candidate);
	if (extension != AS_SMIME_EXT_NONE && !is_well_known(leaf->media_type))
		return add(finder, &candidate);
	if (extension == AS_SMIME_EXT_NONE && is_shown(leaf->media_type))
		return 0;
	candidate.by_content = extension == AS_SMIME_EXT_NONE;
	return begins_like_cms(finder, leaf) ? add(finder, &candidate) : 0;
}

static int take(struct finder *finder, const struct as_entity *entity)
{
	struct as_smime_types types;
	bool taken = false;
	int rc;

	if (entity->kind == AS_ENTITY_MESSAGE || is_taken(finder, entity))
		return 0;
	rc = read_types(finder, entity, &types);
	if (rc == 0 && as_smime_types_any(&types, AS_SMIME_TYPE_MULTIPART))
		rc = take_multipart(finder, entity, &types, &taken);
	if (rc == 0 && !taken && entity->kind == AS_ENTITY_LEAF)
		rc = take_leaf(finder, entity, &types);
	return rc;
}

/* In document order, without what stands in inner messages. */
static const struct as_entity *next_of_mail(const struct as_entity *root,
					    const struct as_entity *entity)
{
	if (entity->kind == AS_ENTITY_MULTIPART && entity->first_child != NULL)
		return entity->first_child;
	for (; entity != root; entity = entity->parent)
		if (entity->next != NULL)
			return entity->next;
	return NULL;
}

int as_smime_find(struct as_arena *arena, const struct as_mime_tree *tree,
		  const struct as_entity *root, as_smime_sniff *sniff, void *context,
		  struct as_smime_candidate **first_out)
{
	struct finder finder = {
		.arena = arena,
		.tree = tree,
		.sniff = sniff,
		.context = context,
	};

	*first_out = NULL;
	for (const struct as_entity *e = root; e != NULL; e = next_of_mail(root, e)) {
		int rc = take(&finder, e);

		if (rc < 0)
			return rc;
	}
	*first_out = finder.first;
	return 0;
}
