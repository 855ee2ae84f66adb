/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/coverage.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* The arena refuses more, so that each case also proves its memory. */
#define ARENA_MAX_BYTES ((size_t)16 * 1024 * 1024)

#define MIXED		"Content-Type: multipart/mixed; boundary=b\n\n"

static const struct {
	const char *name, *head, *piece;
	size_t count;
	const char *tail;
	const char *code; /* that must be noted; NULL: none of limit.* */
} cases[] = {
	{"empty parts", MIXED, "--b\n\n", 100000, "", "limit.objects"},
	{"bare delimiters", MIXED, "--b\n", 1000000, "", "limit.objects"},
	{"delimiter-like lines", MIXED, "--c\n", 1000000, "", "limit.objects"},
	{"delimiter-like lines without a multipart", "A: b\n\n", "--c\n", 100000, "",
	 "limit.objects"},
	{"nested multiparts", "", MIXED "--b\n", 10000, "", "limit.depth"},
	{"nested messages", "", "Content-Type: message/rfc822\n\n", 10000, "", "limit.depth"},
	{"messages of multiparts", MIXED, "--b\nContent-Type: message/rfc822\n\n" MIXED, 9000, "",
	 "limit.depth"},
	{"parameters", "Content-Type: a/b", ";p=v", 50000, "\n\nx", "limit.headers"},
	{"groups in To", "To: ", "g:", 80000, "\n\nx", "limit.headers"},
	{"groups in the To of a part",
	 MIXED "--b\nContent-Type: message/rfc822\n\nTo: ", "g:", 80000, "\n\nx", "limit.headers"},
	{"groups in what is a body here", "A: b\n\nTo: ", "g:", 80000, "\n\nx", "limit.headers"},
	{"fields", "", "X-A: b\n", 100000, "\nx", "limit.headers"},
	{"a long line", "X: ", "0123456789abcdef", 65536, "\n\nx", "limit.headers"},
	{"many blocks of many fields", MIXED, "--b\nA:\nB:\nC:\nD:\nE:\nF:\nG:\nH:\nI:\nJ:\nK:\n\n",
	 3900, "", "limit.headers"},
	{"junk lines in a header", "A: b\n", "junk\n", 200000, "B: c\n\nx", "limit.headers"},
	{"parts that only some readers see", "A: b\n\n", "--x\nContent-Type: a/b\n\nx\n", 5000, "",
	 "limit.objects"},
	{"late delimiters", MIXED "--b--\n", "--b\n", 19000, "", "mime.hidden_part"},
	{"late header blocks", MIXED, "--b\n\n\nContent-Type: x/y\n\n", 3900, "", NULL},
	{"unknown encodings", MIXED, "--b\nContent-Transfer-Encoding: z\n\n", 3900, "", NULL},
	{"blank lines", MIXED "--b\n", "\n", 2000000, "", NULL},
	{"lone CRs", "A: b\n\n", "\r", 2000000, "x", NULL},
	{"CR line ends", "A: b\r\r", "a\r", 500000, "x", NULL},
	{"long text", "A: b\n\n", "0123456789abcdef", 500000, "", NULL},
};

static const struct as_note *find_note(const struct as_mime_tree *tree, const char *prefix)
{
	for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
		if (strncmp(note->code, prefix, strlen(prefix)) == 0)
			return note;
	return NULL;
}

static void each_attack_meets_its_limit(void **state)
{
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_mime_tree *tree = NULL;
		struct as_limits limits;
		struct as_buffer buffer;
		struct as_arena arena;

		print_message("case: %s\n", cases[i].name);
		as_limits_standard(&limits);
		as_arena_init(&arena, ARENA_MAX_BYTES);
		as_buffer_init(&buffer, 0);
		as_buffer_text(&buffer, cases[i].head);
		for (size_t k = 0; k < cases[i].count; k++)
			as_buffer_text(&buffer, cases[i].piece);
		as_buffer_text(&buffer, cases[i].tail);
		assert_false(buffer.failed);
		assert_int_equal(as_mime_parse(&arena, as_buffer_span(&buffer), &limits, &tree), 0);
		assert_true(as_coverage_complete(tree->regions, tree->region_count, buffer.size));
		if (cases[i].code == NULL)
			assert_null(find_note(tree, "limit."));
		else
			assert_non_null(find_note(tree, cases[i].code));
		as_buffer_deinit(&buffer);
		as_arena_deinit(&arena);
	}
}

static void octets_behind_a_limit_are_a_gap(void **state)
{
	static const char message[] = MIXED "--b\n\none\n--b\n\ntwo\n--b\n\nthree\n--b--\n";
	const struct as_region *last;
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;
	struct as_arena arena;
	(void)state;

	as_limits_standard(&limits);
	limits.mime_parts = 3;
	as_arena_init(&arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(&arena, as_span_text(message), &limits, &tree), 0);
	last = &tree->regions[tree->region_count - 1];
	assert_int_equal(tree->entity_count, 3);
	assert_int_equal(last->kind, AS_REGION_GAP);
	assert_memory_equal(message + last->begin, "--b\n\nthree\n", 11);
	assert_true(tree->gmime_skipped);
	as_arena_deinit(&arena);
}

static void full_arena_is_told_and_nothing_leaks(void **state)
{
	static const char message[] = MIXED "--b\nContent-Type: message/rfc822\n\n" MIXED
					    "--b\n\none\n--b--\n--b\n\ntwo\n";
	struct as_limits limits;
	(void)state;

	as_limits_standard(&limits);
	for (size_t bytes = 0; bytes < 8192; bytes += 16) {
		struct as_mime_tree *tree = NULL;
		struct as_arena arena;
		int rc;

		as_arena_init(&arena, bytes);
		rc = as_mime_parse(&arena, as_span_text(message), &limits, &tree);
		assert_true(rc == 0 ? tree != NULL : tree == NULL);
		as_arena_deinit(&arena);
	}
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_attack_meets_its_limit),
		cmocka_unit_test(octets_behind_a_limit_are_a_gap),
		cmocka_unit_test(full_arena_is_told_and_nothing_leaks),
	};

	return cmocka_run_group_tests_name("mime hostile", tests, start, NULL);
}
