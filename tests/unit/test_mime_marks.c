/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/marks.h"
#include "mime/tokens.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define TYPE		"Content-Type: a/b\n"

static struct as_mime_tree *parse(struct as_arena *arena, const char *message)
{
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_arena_init(arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(arena, as_span_text(message), &limits, &tree), 0);
	return tree;
}

/* "d" a line with hyphens, "D" one with fields behind it, "." a delimiter of
 * the tree, "f" fields alone. */
static void render(const struct as_marks *marks, char text[64])
{
	size_t used = 0;

	for (size_t i = 0; i < marks->count && used < 63; i++) {
		const struct as_mark *mark = &marks->items[i];

		if (mark->kind == AS_MARK_FIELDS)
			text[used++] = 'f';
		else if (mark->consumed)
			text[used++] = '.';
		else
			text[used++] = mark->content ? 'D' : 'd';
	}
	text[used] = '\0';
}

static void places_where_parts_may_begin_are_found(void **state)
{
	static const struct {
		const char *name, *message, *marks;
	} cases[] = {
		{"none", "A: b\n\ntext\n", ""},
		{"a signature", "A: b\n\ntext\n-- \nme\n", "d"},
		{"a line with fields", "A: b\n\n--x\n" TYPE "\nt\n", "D"},
		{"behind a blank line", "A: b\n\n--x\n\n" TYPE "\nt\n", "D"},
		{"behind another field", "A: b\n\n--x\nX-A: b\n" TYPE "\nt\n", "D"},
		{"text in between", "A: b\n\n--x\ntext\n\n" TYPE "\nt\n", "df"},
		{"an indented line", "A: b\n\n \t--x\n" TYPE "\nt\n", "D"},
		{"a NUL is no blank here, as text ends there", "A: b\n\n\v--x\n" TYPE "\nt\n", "D"},
		{"quoted text", "A: b\n\n> --x\n> " TYPE "\nt\n", ""},
		{"lone CRs", "A: b\n\nt\r--x\rContent-Type: a/b\r\rt\n", "D"},
		{"CR CR LF", "A: b\n\n--x\r\r\nContent-Type: a/b\r\r\nt\n", "D"},
		{"a multipart",
		 "Content-Type: multipart/mixed; boundary=x\n\n--x\n" TYPE "\nt\n--x--\n", ".."},
		{"fields without a line", "A: b\n\nt\n\n" TYPE "\nt\n", "f"},
		{"a run of fields counts once",
		 "A: b\n\nt\n\n" TYPE "Content-Disposition: inline\n\nt\n", "f"},
		{"a name that is not of MIME", "A: b\n\nt\n\nContent-Length: 5\n\nt\n", ""},
		{"a folded name", "A: b\n\n--x\nContent-Type\n : a/b\n\nt\n", "D"},
		{"a line within a header", "A: b\n--x\n" TYPE "\nt\n", "D"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_arena arena;
		struct as_mime_tree *tree = parse(&arena, cases[i].message);
		struct as_marks marks;
		char text[64];

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_marks_collect(tree, 1000, &marks), 0);
		render(&marks, text);
		assert_string_equal(text, cases[i].marks);
		assert_false(marks.cut);
		as_arena_deinit(&arena);
	}
}

static void search_ends_at_its_bound(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(&arena, "A: b\n\n--a\n--b\n--c\n");
	struct as_marks marks;
	(void)state;

	assert_int_equal(as_marks_collect(tree, 2, &marks), 0);
	assert_int_equal(marks.count, 2);
	assert_true(marks.cut);
	as_arena_deinit(&arena);
}

static void lines_match_boundaries_in_every_way(void **state)
{
	static const struct {
		const char *line;
		enum as_token_fit fit;
	} cases[] = {
		{"boundary", AS_TOKEN_EXACT},
		{"BOUNDARY", AS_TOKEN_EXACT},
		{"boundary  ", AS_TOKEN_EXACT},
		{"  boundary", AS_TOKEN_EXACT},
		{"--boundary", AS_TOKEN_EXACT},
		{"boundary--", AS_TOKEN_CLOSE},
		{"boundary--tail", AS_TOKEN_LOOSE},
		{"boundary tail", AS_TOKEN_LOOSE},
		{"boundaryx", AS_TOKEN_LOOSE},
		{"bounda", AS_TOKEN_LOOSE},
		{"bound", AS_TOKEN_NONE},
		{"other", AS_TOKEN_NONE},
		{"a", AS_TOKEN_EXACT},
		{"a/file", AS_TOKEN_LOOSE},
		{"afile", AS_TOKEN_NONE},
		{"----------", AS_TOKEN_NONE},
		{"", AS_TOKEN_NONE},
	};
	struct as_tokens tokens = {0};
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, ARENA_MAX_BYTES);
	tokens.arena = &arena;
	assert_int_equal(as_tokens_add(&tokens, as_span_text("boundary"), true), 0);
	assert_int_equal(as_tokens_add(&tokens, as_span_text("a"), true), 0);
	assert_int_equal(as_tokens_add(&tokens, as_span_text("zz"), false), 0);
	as_tokens_sort(&tokens);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_token_match match = as_tokens_match(&tokens, as_span_text(cases[i].line));

		print_message("case: '%s'\n", cases[i].line);
		assert_int_equal(match.fit, cases[i].fit);
		assert_int_equal(match.claimed, cases[i].fit != AS_TOKEN_NONE);
	}
	as_arena_deinit(&arena);
}

static void longest_of_nested_boundaries_wins(void **state)
{
	static const char *const texts[] = {"b", "bb", "bbb", "bb--"};
	struct as_tokens tokens = {0};
	struct as_token_match match;
	struct as_arena arena;
	size_t at = 0;
	(void)state;

	as_arena_init(&arena, ARENA_MAX_BYTES);
	tokens.arena = &arena;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(as_tokens_add(&tokens, as_span_text(texts[i]), true), 0);
	as_tokens_sort(&tokens);
	match = as_tokens_match(&tokens, as_span_text("bb"));
	assert_int_equal(tokens.items[match.index].text.size, 2);
	match = as_tokens_match(&tokens, as_span_text("bbb--"));
	assert_int_equal(match.fit, AS_TOKEN_CLOSE);
	assert_int_equal(tokens.items[match.index].text.size, 3);
	match = as_tokens_match(&tokens, as_span_text("bb--"));
	assert_int_equal(match.fit, AS_TOKEN_EXACT);
	match = as_tokens_search(&tokens, as_span_text("text --bb"), &at);
	assert_int_equal(match.fit, AS_TOKEN_NONE);
	as_arena_deinit(&arena);
}

static void boundary_in_mid_line_is_found(void **state)
{
	struct as_tokens tokens = {0};
	struct as_token_match match;
	struct as_arena arena;
	size_t at = 0;
	(void)state;

	as_arena_init(&arena, ARENA_MAX_BYTES);
	tokens.arena = &arena;
	assert_int_equal(as_tokens_add(&tokens, as_span_text("boundary"), true), 0);
	as_tokens_sort(&tokens);
	match = as_tokens_search(&tokens, as_span_text("a -- b --boundary"), &at);
	assert_int_equal(match.fit, AS_TOKEN_EXACT);
	assert_int_equal(at, 7);
	as_arena_deinit(&arena);
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_where_parts_may_begin_are_found),
		cmocka_unit_test(search_ends_at_its_bound),
		cmocka_unit_test(lines_match_boundaries_in_every_way),
		cmocka_unit_test(longest_of_nested_boundaries_wins),
		cmocka_unit_test(boundary_in_mid_line_is_found),
	};

	return cmocka_run_group_tests_name("mime marks", tests, start, NULL);
}
