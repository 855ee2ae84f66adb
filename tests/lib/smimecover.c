/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimecover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#define ARENA_MAX_BYTES ((size_t)256 * 1024 * 1024)

static const struct as_entity *find_type(const struct as_mime_tree *tree, const char *type)
{
	for (const struct as_entity *e = tree->root; e != NULL; e = as_entity_next(e))
		if (strcmp(e->media_type, type) == 0)
			return e;
	fail_msg("no entity of type %s", type);
	return NULL;
}

static enum as_smime_state state_of(const char *type, bool encrypted)
{
	if (strcmp(type, "multipart/signed") == 0)
		return AS_SMIME_SIGNED_CLEAR;
	return encrypted ? AS_SMIME_ENVELOPED : AS_SMIME_SIGNED_OPAQUE;
}

void cover_begin(struct cover_work *work, struct as_span message, const char *type, bool encrypted)
{
	struct as_limits limits;

	memset(work, 0, sizeof(*work));
	as_limits_standard(&limits);
	as_arena_init(&work->arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(&work->arena, message, &limits, &work->tree), 0);
	work->notes.arena = &work->arena;
	work->layer.tree = work->tree;
	work->layer.entity = find_type(work->tree, type);
	work->layer.state = state_of(type, encrypted);
	work->request = (struct as_coverage_request){
		.arena = &work->arena,
		.notes = &work->notes,
		.layer = &work->layer,
		.root = work->tree->root,
		.parent = AS_SMIME_WHOLE,
		.memo = &work->memo,
	};
	if (work->layer.state == AS_SMIME_SIGNED_CLEAR && work->layer.entity->first_child != NULL)
		work->request.signature = work->layer.entity->first_child->next;
}

void cover_check(struct cover_work *work)
{
	assert_int_equal(as_coverage_check(&work->request, &work->coverage), 0);
	assert_false(work->notes.lost);
}

void cover_end(struct cover_work *work)
{
	as_arena_deinit(&work->arena);
}

static char severity_letter(enum assay_severity severity)
{
	switch (severity) {
	case ASSAY_INFO:
		return 'i';
	case ASSAY_LOW:
		return 'l';
	case ASSAY_MEDIUM:
		return 'm';
	case ASSAY_SEVERITY_DEFAULT:
		return 'd';
	default:
		return '?';
	}
}

static void describe_notes(const struct as_smime_notes *notes, char *out, size_t size)
{
	size_t length = 0;

	out[0] = '\0';
	for (const struct as_smime_note *n = notes->first; n != NULL && length < size;
	     n = n->next) {
		assert_int_equal(strncmp(n->code, "smime.", 6), 0);
		length += (size_t)snprintf(out + length, size - length, "%c %s|",
					   severity_letter(n->severity), n->code + 6);
	}
}

void cover_check_message(const char *name, struct as_span message, const char *type, bool encrypted,
			 enum as_smime_coverage coverage, const char *expected)
{
	struct cover_work work;
	char notes[512];

	print_message("case: %s\n", name);
	cover_begin(&work, message, type, encrypted);
	cover_check(&work);
	describe_notes(&work.notes, notes, sizeof(notes));
	assert_string_equal(notes, expected);
	assert_string_equal(as_smime_coverage_name(work.coverage),
			    as_smime_coverage_name(coverage));
	cover_end(&work);
}

void cover_check_cases(const struct cover_case *cases, size_t count, bool encrypted)
{
	for (size_t i = 0; i < count; i++)
		cover_check_message(cases[i].name, as_span_text(cases[i].message), cases[i].type,
				    encrypted, cases[i].coverage, cases[i].notes);
}
