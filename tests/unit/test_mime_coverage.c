/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/coverage.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* What messages are thrown together from. */
static const struct {
	const char *text;
	size_t size;
} pieces[] = {
#define PIECE(text)                                                                                \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
	PIECE("\n"),
	PIECE("\n"),
	PIECE("\r\n"),
	PIECE("\r\n"),
	PIECE("\r"),
	PIECE("\n\n"),
	PIECE("--b\n"),
	PIECE("--b\r\n"),
	PIECE("\n--b\n"),
	PIECE("\r\n--b--\r\n"),
	PIECE("--bb\n"),
	PIECE("--b"),
	PIECE("--"),
	PIECE("--bb--"),
	PIECE("--c\n"),
	PIECE("--b \t\n"),
	PIECE("Content-Type: multipart/mixed; boundary=b\n\n"),
	PIECE("Content-Type: multipart/mixed; boundary=\"bb\"\r\n"),
	PIECE("Content-Type: multipart/digest; boundary=c\n\n--c\n"),
	PIECE("Content-Type: multipart/mixed; boundary*0=b; boundary*1=b\n"),
	PIECE("Content-Type: multipart/mixed\n"),
	PIECE("Content-Type: message/rfc822\n\n"),
	PIECE("Content-Type: message/global\r\n"),
	PIECE("Content-Type: text/html; name=\"a.b\"\n"),
	PIECE("Content-Transfer-Encoding: base64\n"),
	PIECE("Content-Transfer-Encoding: quoted-printable\n\n"),
	PIECE("From x y\n"),
	PIECE("\xef\xbb\xbf"),
	PIECE(" "),
	PIECE("\t"),
	PIECE("junk line\n"),
	PIECE("A: b\n"),
	PIECE("To: g:a@b;\n"),
	PIECE("\0"),
	PIECE("aGVsbG8=\n"),
	PIECE("text\r\n"),
	PIECE("\xff"),
#undef PIECE
};

/* A small generator with a fixed seed: the same messages in every run. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void compose(struct as_buffer *buffer, uint32_t seed)
{
	uint32_t count = next_random(&seed) % 60;

	as_buffer_clear(buffer);
	for (uint32_t i = 0; i < count; i++) {
		size_t pick = next_random(&seed) % COUNT(pieces);

		as_buffer_append(buffer, pieces[pick].text, pieces[pick].size);
	}
	assert_false(buffer->failed);
}

static struct as_mime_tree *parse(struct as_arena *arena, struct as_span message)
{
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;

	as_limits_standard(&limits);
	limits.mime_parts = 20;
	limits.mime_depth = 6;
	as_arena_init(arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(arena, message, &limits, &tree), 0);
	return tree;
}

static void check_regions(const struct as_mime_tree *tree, struct as_span message)
{
	struct as_buffer joined;

	as_buffer_init(&joined, 0);
	for (size_t i = 0; i < tree->region_count; i++)
		as_buffer_append(&joined, message.data + tree->regions[i].begin,
				 tree->regions[i].end - tree->regions[i].begin);
	assert_true(as_span_equal(as_buffer_span(&joined), message));
	assert_true(as_coverage_complete(tree->regions, tree->region_count, message.size));
	as_buffer_deinit(&joined);
}

static void check_entity(const struct as_mime_tree *tree, const struct as_entity *entity)
{
	const struct as_entity *parent = entity->parent;
	const struct as_region *region = as_coverage_find(tree, entity->body_begin);

	assert_true(entity->header_begin <= entity->body_begin);
	assert_true(entity->body_begin <= entity->body_end);
	assert_true(entity->body_end <= tree->message.size);
	if (parent != NULL) {
		assert_true(parent->kind != AS_ENTITY_LEAF);
		assert_true(entity->header_begin >= parent->body_begin);
		assert_true(entity->body_end <= parent->body_end);
		assert_int_equal(entity->depth, parent->depth + 1);
	}
	if (entity->next != NULL)
		assert_true(entity->body_end <= entity->next->header_begin);
	if (entity->kind != AS_ENTITY_LEAF || entity->body_end == entity->body_begin)
		return;
	assert_non_null(region);
	assert_int_equal(region->kind, AS_REGION_BODY);
	assert_ptr_equal(region->entity, entity);
	assert_int_equal(region->begin, entity->body_begin);
	assert_int_equal(region->end, entity->body_end);
}

static void check_message(struct as_span message)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(&arena, message);
	size_t count = 0;

	check_regions(tree, message);
	for (struct as_entity *entity = tree->root; entity != NULL;
	     entity = as_entity_next(entity)) {
		check_entity(tree, entity);
		count++;
	}
	assert_int_equal(count, tree->entity_count);
	assert_true(count <= 20);
	for (const struct as_extra_body *extra = tree->extras; extra != NULL; extra = extra->next) {
		assert_true(extra->begin < extra->end);
		assert_true(extra->end <= message.size);
	}
	as_arena_deinit(&arena);
}

static void regions_make_up_any_message(void **state)
{
	struct as_buffer buffer;
	(void)state;

	as_buffer_init(&buffer, 0);
	for (uint32_t seed = 1; seed <= 4000; seed++) {
		compose(&buffer, seed * 2654435761u);
		check_message(as_buffer_span(&buffer));
	}
	as_buffer_deinit(&buffer);
}

static void regions_make_up_every_beginning_of_a_message(void **state)
{
	static const char message[] =
		"From x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\n"
		"Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=bb\n\n"
		"--bb\n\none\n--bb--\nepi\r\n--b\r\nA: b\r\n\r\n--b--\r\n--b\r\npost";
	(void)state;

	for (size_t size = 0; size < sizeof(message); size++)
		check_message(as_span_make(message, size));
}

static void same_message_gives_the_same_tree(void **state)
{
	struct as_buffer buffer;
	(void)state;

	as_buffer_init(&buffer, 0);
	for (uint32_t seed = 1; seed <= 200; seed++) {
		struct as_arena arenas[2];
		struct as_mime_tree *trees[2];

		compose(&buffer, seed * 40503u);
		for (size_t i = 0; i < 2; i++)
			trees[i] = parse(&arenas[i], as_buffer_span(&buffer));
		assert_int_equal(trees[0]->entity_count, trees[1]->entity_count);
		assert_int_equal(trees[0]->region_count, trees[1]->region_count);
		assert_int_equal(trees[0]->extra_count, trees[1]->extra_count);
		for (struct as_note *a = trees[0]->notes, *b = trees[1]->notes;
		     a != NULL || b != NULL; a = a->next, b = b->next) {
			assert_true(a != NULL && b != NULL);
			assert_string_equal(a->code, b->code);
			assert_int_equal(a->offset, b->offset);
		}
		as_arena_deinit(&arenas[0]);
		as_arena_deinit(&arenas[1]);
	}
	as_buffer_deinit(&buffer);
}

static void holes_and_overlaps_are_told(void **state)
{
	static const struct {
		const char *name;
		size_t first_end, second_begin, second_end;
		bool complete;
	} cases[] = {
		{"complete", 4, 4, 9, true},	  {"a hole", 3, 4, 9, false},
		{"an overlap", 5, 4, 9, false},	  {"too short", 4, 4, 8, false},
		{"an empty one", 4, 4, 4, false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_region regions[2] = {
			{.begin = 0, .end = cases[i].first_end},
			{.begin = cases[i].second_begin, .end = cases[i].second_end},
		};

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_coverage_complete(regions, 2, 9), cases[i].complete);
	}
	assert_true(as_coverage_complete(NULL, 0, 0));
	assert_false(as_coverage_complete(NULL, 0, 1));
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_make_up_any_message),
		cmocka_unit_test(regions_make_up_every_beginning_of_a_message),
		cmocka_unit_test(same_message_gives_the_same_tree),
		cmocka_unit_test(holes_and_overlaps_are_told),
	};

	return cmocka_run_group_tests_name("mime coverage", tests, start, NULL);
}
