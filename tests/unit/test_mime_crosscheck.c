/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

#define MIXED		"Content-Type: multipart/mixed; boundary=b\n\n"
#define PART                                                                                       \
	"Content-Transfer-Encoding: base64\nContent-Disposition: attachment;"                      \
	" filename=x.exe\n\nQUJD\n"

static struct as_mime_tree *parse(struct as_arena *arena, const char *message)
{
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_arena_init(arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(arena, as_span_text(message), &limits, &tree), 0);
	return tree;
}

static bool has_note(const struct as_mime_tree *tree, const char *code,
		     enum assay_severity severity)
{
	for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
		if (strcmp(note->code, code) == 0 && note->severity == severity)
			return true;
	return false;
}

static void ordinary_mail_agrees(void **state)
{
	static const struct {
		const char *name, *message;
	} cases[] = {
		{"text", "Subject: x\n\nhello\n"},
		{"text with CRLF", "Subject: x\r\n\r\nhello\r\n"},
		{"two parts", MIXED "--b\n\none\n--b\nContent-Type: a/b\n\ntwo\n--b--\n"},
		{"base64", MIXED "--b\n" PART "--b--\n"},
		{"a message in a part",
		 MIXED "--b\nContent-Type: message/rfc822\n\nA: b\n\nx\n--b--\n"},
		{"no close delimiter", MIXED "--b\n\none\n--b\n\ntwo\n"},
		{"an mbox line", "From a@b Thu Jan  1 00:00:00 1970\nA: b\n\nx\n"},
		{"blank lines first", "\n\nA: b\n\nx\n"},
		{"an encoded message",
		 "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_arena arena;
		struct as_mime_tree *tree = parse(&arena, cases[i].message);

		print_message("case: %s\n", cases[i].name);
		assert_true(tree->gmime_agreed);
		assert_false(tree->gmime_skipped);
		assert_null(tree->extras);
		as_arena_deinit(&arena);
	}
}

/* Messages whose payload no leaf of the strict reading has: each gives an
 * extra with exactly the encoded octets. */
static void payload_for_other_readers_becomes_an_extra(void **state)
{
	static const struct {
		const char *name, *message;
	} cases[] = {
		{"behind the close delimiter", MIXED "--b\n\none\n--b--\n--b\n" PART "--b--\n"},
		{"behind a delimiter with a tail", MIXED "--b\n\none\n--b tail\n" PART "--b--\n"},
		{"behind a blank line", MIXED "--b\n\n" PART "--b--\n"},
		{"no boundary parameter", "Content-Type: multipart/mixed\n\n--b\n" PART "--b--\n"},
		{"another boundary parameter",
		 "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--b\n" PART "--b--\n"},
		{"a first type field",
		 "Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n" PART
		 "--b--\n"},
		{"a boundary that is cut from its field",
		 "Content-Type: multipart/mixed;\nboundary=b\n\n--b\n" PART "--b--\n"},
		{"an empty boundary",
		 "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n" PART "----\n"},
		{"inside of a text",
		 "Content-Type: text/plain\n\nReturned:\n\n--b\n" PART "--b--\n"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_arena arena;
		struct as_mime_tree *tree = parse(&arena, cases[i].message);
		const struct as_extra_body *extra = tree->extras;

		print_message("case: %s\n", cases[i].name);
		while (extra != NULL && (extra->encoding != AS_ENCODING_BASE64 ||
					 memcmp(cases[i].message + extra->begin, "QUJD", 4) != 0))
			extra = extra->next;
		assert_non_null(extra);
		assert_true(extra->end - extra->begin <= 5);
		assert_true(extra->name_count > 0);
		assert_string_equal(extra->names[0].text, "x.exe");
		as_arena_deinit(&arena);
	}
}

static void encoding_that_only_we_read_is_a_difference_by_itself_harmless(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(&arena, "Content-Transfer-Encoding: base64;\n\nQUJD\n");
	(void)state;

	assert_int_equal(tree->root->encoding, AS_ENCODING_BASE64);
	assert_false(tree->gmime_agreed);
	assert_non_null(tree->extras);
	assert_int_equal(tree->extras->encoding, AS_ENCODING_IDENTITY);
	assert_true(has_note(tree, "mime.hidden_part", ASSAY_INFO));
	as_arena_deinit(&arena);
}

static void repeated_fields_are_noted(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(&arena, "Subject: a\nSubject: b\n\nx\n");
	(void)state;

	assert_true(has_note(tree, "mime.duplicate_header", ASSAY_INFO));
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
		cmocka_unit_test(ordinary_mail_agrees),
		cmocka_unit_test(payload_for_other_readers_becomes_an_extra),
		cmocka_unit_test(encoding_that_only_we_read_is_a_difference_by_itself_harmless),
		cmocka_unit_test(repeated_fields_are_noted),
	};

	return cmocka_run_group_tests_name("mime crosscheck", tests, start, NULL);
}
