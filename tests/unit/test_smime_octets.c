/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "base/buffer.h"
#include "smime/ber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

#define SIGNED		"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary="
#define P7S		"Content-Type: application/pkcs7-signature\n\nMIIB\n"

/* Messages may hold NUL, hence spans. */
#define BYTES(text)                                                                                \
	{                                                                                          \
		(const unsigned char *)(text), sizeof(text) - 1                                    \
	}

struct test_case {
	const char *name;
	struct as_span message;
	struct as_span octets; /* data NULL: not found */
};

struct fixture {
	struct as_arena arena;
	struct as_smime_octets octets;
};

/* The octets of the first candidate. */
static void find_octets(struct fixture *fixture, struct as_span message)
{
	struct as_smime_candidate *first;
	struct as_mime_tree *tree;
	struct as_limits limits;

	as_arena_init(&fixture->arena, ARENA_MAX_BYTES);
	as_limits_standard(&limits);
	assert_int_equal(as_mime_parse(&fixture->arena, message, &limits, &tree), 0);
	assert_int_equal(as_smime_find(&fixture->arena, tree, tree->root, NULL, NULL, &first), 0);
	assert_non_null(first);
	as_smime_signed_octets(tree, first, &fixture->octets);
}

static void check(const struct test_case *test)
{
	struct fixture fixture;

	print_message("# case: %s\n", test->name);
	find_octets(&fixture, test->message);
	assert_int_equal(fixture.octets.found, test->octets.data != NULL);
	assert_int_equal(fixture.octets.raw.size, test->octets.size);
	if (test->octets.size > 0)
		assert_memory_equal(fixture.octets.raw.data, test->octets.data, test->octets.size);
	assert_int_equal(fixture.octets.end - fixture.octets.begin, test->octets.size);
	as_arena_deinit(&fixture.arena);
}

static void check_table(const struct test_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&cases[i]);
}

static void rule_1_the_part_is_what_stands_between_two_delimiter_lines(void **state)
{
	static const struct test_case cases[] = {
		{"LF", BYTES(SIGNED "b\n\n--b\nA: b\n\ntext\n--b\n" P7S "--b--\n"),
		 BYTES("A: b\n\ntext")},
		{"CRLF", BYTES(SIGNED "b\r\n\r\n--b\r\nA: b\r\n\r\ntext\r\n--b\r\n\r\n--b--\r\n"),
		 BYTES("A: b\r\n\r\ntext")},
		{"CR only", BYTES(SIGNED "b\r\r--b\rA: b\r\rtext\r--b\r\r--b--\r"),
		 BYTES("A: b\r\rtext")},
		{"the last line end is the delimiter's, the one before is not",
		 BYTES(SIGNED "b\n\n--b\n\ntext\n\n--b\n" P7S "--b--\n"), BYTES("\ntext\n")},
		{"blanks behind the delimiters",
		 BYTES(SIGNED "b\n\n--b \t\n\ntext\n--b  \n" P7S "--b--\n"), BYTES("\ntext")},
		{"a preamble before the first delimiter",
		 BYTES(SIGNED "b\n\nThis is text.\n--c\n--b\n\ntext\n--b\n" P7S "--b--\n"),
		 BYTES("\ntext")},
		{"a part without header and blank line",
		 BYTES(SIGNED "b\n\n--b\nhello\n--b\n" P7S "--b--\n"), BYTES("hello")},
		{"header only", BYTES(SIGNED "b\n\n--b\nA: b\nC: d\n--b\n" P7S "--b--\n"),
		 BYTES("A: b\nC: d")},
		{"no header at all", BYTES(SIGNED "b\n\n--b\n\n--b\n" P7S "--b--\n"), BYTES("")},
		{"nothing at all", BYTES(SIGNED "b\n\n--b\n--b\n" P7S "--b--\n"), BYTES("")},
		{"no closing delimiter and no final newline",
		 BYTES(SIGNED "b\n\n--b\n\ntext\n--b\nContent-Type: application/pkcs7-signature"
			      "\n\nMIIB"),
		 BYTES("\ntext")},
		{"no second delimiter: up to the end", BYTES(SIGNED "b\n\n--b\n\ntext\n"),
		 BYTES("\ntext\n")},
		{"no delimiter", BYTES(SIGNED "b\n\ntext\n"), {NULL, 0}},
		{"closed before it began",
		 BYTES(SIGNED "b\n\n--b--\n--b\n\ntext\n--b\n" P7S),
		 {NULL, 0}},
		{"a boundary with blanks and colons",
		 BYTES(SIGNED "\"a b:c\"\n\n--a b:c\n\ntext\n--a b:c\n" P7S "--a b:c--\n"),
		 BYTES("\ntext")},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void rule_2_a_delimiter_around_ends_the_part_and_whole_lines_count(void **state)
{
	static const struct test_case cases[] = {
		{"inside an inner multipart that is not closed",
		 BYTES(SIGNED "b\n\n--b\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\none\n"
			      "--b\n" P7S "--b--\n"),
		 BYTES("Content-Type: multipart/mixed; boundary=i\n\n--i\n\none")},
		{"an inner boundary that begins with the outer one",
		 BYTES(SIGNED "b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\n"
			      "one\n--bb--\n\n--b\n" P7S "--b--\n"),
		 BYTES("Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb--\n")},
		{"an outer boundary that begins with the inner one",
		 BYTES(SIGNED "bb\n\n--bb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
			      "one\n--b--\n\n--bb\n" P7S "--bb--\n"),
		 BYTES("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n")},
		{"an inner boundary that equals the outer one",
		 BYTES(SIGNED "b\n\n--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n"
			      "--b--\n--b\n" P7S "--b--\n"),
		 BYTES("Content-Type: multipart/mixed; boundary=b\n")},
		{"a multipart around ends the signed one",
		 BYTES("Content-Type: multipart/mixed; boundary=o\n\n--o\n" SIGNED
		       "b\n\n--b\n\ntext\n--o\n\nmore\n--b\n" P7S "--b--\n--o--\n"),
		 BYTES("\ntext")},
		{"the closing delimiter of one around as well",
		 BYTES("Content-Type: multipart/mixed; boundary=o\n\n--o\n" SIGNED
		       "b\n\n--b\n\ntext\n--o--\nmore\n--b\n" P7S "--b--\n"),
		 BYTES("\ntext")},
		{"lines that go on behind the boundary are text",
		 BYTES(SIGNED "b\n\n--b\n\n--bc\n--b--c\n-- b\n --b\n---b\ntext\n--b\n" P7S
			      "--b--\n"),
		 BYTES("\n--bc\n--b--c\n-- b\n --b\n---b\ntext")},
		{"a lone CR does not begin a line",
		 BYTES(SIGNED "b\n\n--b\n\none\r--b\r\ntwo\n--b\n" P7S "--b--\n"),
		 BYTES("\none\r--b\r\ntwo")},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void take(void *context, const void *data, size_t size)
{
	as_buffer_append(context, data, size);
}

static void check_canonical(struct as_span raw, struct as_span canonical)
{
	struct as_buffer out;

	as_buffer_init(&out, 0);
	as_smime_canonical(raw, take, &out);
	assert_int_equal(out.size, canonical.size);
	if (canonical.size > 0)
		assert_memory_equal(out.data, canonical.data, canonical.size);
	as_buffer_deinit(&out);
}

static void rule_3_canonical_form_changes_lone_lfs_and_nothing_else(void **state)
{
	static const struct {
		const char *name;
		struct as_span raw, canonical;
	} cases[] = {
		{"nothing", BYTES(""), BYTES("")},
		{"no line end", BYTES("text"), BYTES("text")},
		{"LF", BYTES("a\nb\n\nc"), BYTES("a\r\nb\r\n\r\nc")},
		{"LF first and last", BYTES("\na\n"), BYTES("\r\na\r\n")},
		{"LF only", BYTES("\n\n"), BYTES("\r\n\r\n")},
		{"CRLF stays", BYTES("a\r\nb\r\n"), BYTES("a\r\nb\r\n")},
		{"a mixture", BYTES("a\r\nb\nc\r\n\n"), BYTES("a\r\nb\r\nc\r\n\r\n")},
		{"lone CR stays", BYTES("a\rb\r"), BYTES("a\rb\r")},
		{"CR CR LF stays", BYTES("a\r\r\nb"), BYTES("a\r\r\nb")},
		{"NUL stays", BYTES("a\0b\n\0"), BYTES("a\0b\r\n\0")},
		{"blanks, dots, From lines, folds and 8-bit octets stay",
		 BYTES("a \t\n..\n.\nFrom x\nA:\n b\n\xe4\xff\n"),
		 BYTES("a \t\r\n..\r\n.\r\nFrom x\r\nA:\r\n b\r\n\xe4\xff\r\n")},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("# case: %s\n", cases[i].name);
		check_canonical(cases[i].raw, cases[i].canonical);
	}
}

static void canonical_form_does_not_depend_on_how_long_the_text_is(void **state)
{
	static const size_t sizes[] = {4094, 4095, 4096, 4097, 8192, 10000};
	(void)state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct as_buffer raw, canonical;

		as_buffer_init(&raw, 0);
		as_buffer_init(&canonical, 0);
		for (size_t j = 0; j < sizes[i]; j++) {
			as_buffer_byte(&raw, 'x');
			as_buffer_byte(&canonical, 'x');
		}
		for (size_t j = 0; j < 3000; j++) {
			as_buffer_text(&raw, "yy\n");
			as_buffer_text(&canonical, "yy\r\n");
		}
		check_canonical(as_buffer_span(&raw), as_buffer_span(&canonical));
		as_buffer_deinit(&raw);
		as_buffer_deinit(&canonical);
	}
}

static void rule_4_there_is_a_second_try_only_for_lone_lfs(void **state)
{
	static const struct {
		const char *name;
		struct as_span message;
		bool needs;
	} cases[] = {
		{"CRLF", BYTES(SIGNED "b\r\n\r\n--b\r\n\r\ntext \r\nx\r\n--b\r\n\r\n--b--\r\n"),
		 false},
		{"LF", BYTES(SIGNED "b\n\n--b\n\ntext\nx\n--b\n\n--b--\n"), true},
		{"one lone LF", BYTES(SIGNED "b\r\n\r\n--b\r\n\r\na\nb\r\n--b\r\n\r\n--b--\r\n"),
		 true},
		{"lone LFs outside only", BYTES(SIGNED "b\n\n--b\r\nA: b\r\n\r\ntext\n--b\n"),
		 false},
		{"the first octet", BYTES(SIGNED "b\r\n\r\n--b\r\n\ntext\r\n--b\r\n\r\n--b--\r\n"),
		 true},
		{"CR CR LF and trailing blanks",
		 BYTES(SIGNED "b\r\n\r\n--b\r\n\r\na \r\r\nb\r\n--b\r\n\r\n--b--\r\n"), false},
		{"lone CR", BYTES(SIGNED "b\r\n\r\n--b\r\n\r\na\rb\r\n--b\r\n\r\n--b--\r\n"),
		 false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture fixture;

		print_message("# case: %s\n", cases[i].name);
		find_octets(&fixture, cases[i].message);
		assert_true(fixture.octets.found);
		assert_int_equal(fixture.octets.needs_canonical, cases[i].needs);
		as_arena_deinit(&fixture.arena);
	}
}

/* eContent is taken over as it is, pieces joined. */
static void rule_5_opaque_content_is_the_octet_string_unchanged(void **state)
{
	static const struct {
		const char *name;
		struct as_span element, content;
	} cases[] = {
		{"definite",
		 BYTES("\x04\x06"
		       "a\nb \r\0"),
		 BYTES("a\nb \r\0")},
		{"in pieces",
		 BYTES("\x24\x80\x04\x02"
		       "a\n\x04\x00\x04\x03"
		       "\nb \x00\x00"),
		 BYTES("a\n\nb ")},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span rest = cases[i].element, octets;
		struct as_arena arena;
		struct as_ber element;

		print_message("# case: %s\n", cases[i].name);
		as_arena_init(&arena, ARENA_MAX_BYTES);
		assert_true(as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &element));
		assert_int_equal(as_ber_octets(&arena, &element, &octets), 0);
		assert_true(as_span_equal(octets, cases[i].content));
		as_arena_deinit(&arena);
	}
}

/* A clear-signed part is never decoded, whatever encoding it names. */
static void a_transfer_encoding_inside_of_the_signed_part_is_not_undone(void **state)
{
	static const struct test_case cases[] = {
		{"base64",
		 BYTES(SIGNED "b\n\n--b\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b\n" P7S
			      "--b--\n"),
		 BYTES("Content-Transfer-Encoding: base64\n\naGVsbG8=")},
		{"quoted-printable",
		 BYTES(SIGNED "b\n\n--b\nContent-Transfer-Encoding: "
			      "quoted-printable\n\na=20=\nb\n--b\n" P7S "--b--\n"),
		 BYTES("Content-Transfer-Encoding: quoted-printable\n\na=20=\nb")},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void rule_7_nothing_outside_of_the_first_part_is_signed(void **state)
{
	static const struct test_case cases[] = {
		{"headers, preamble, third part and epilogue",
		 BYTES("From: a@b\nSubject: x\n" SIGNED "b\n\npreamble\n--b\n\ntext\n--b\n" P7S
		       "--b\n\nthird\n--b--\nepilogue\n"),
		 BYTES("\ntext")},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void a_leaf_has_no_signed_octets(void **state)
{
	static const struct test_case cases[] = {
		{"pkcs7-mime", BYTES("Content-Type: application/pkcs7-mime\n\nMIIB\n"), {NULL, 0}},
		{"a multipart without boundary",
		 BYTES("Content-Type: multipart/signed; "
		       "protocol=\"application/pkcs7-signature\"\n\n--b\n\nx\n--b--\n"),
		 {NULL, 0}},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static int set_up(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_1_the_part_is_what_stands_between_two_delimiter_lines),
		cmocka_unit_test(rule_2_a_delimiter_around_ends_the_part_and_whole_lines_count),
		cmocka_unit_test(rule_3_canonical_form_changes_lone_lfs_and_nothing_else),
		cmocka_unit_test(canonical_form_does_not_depend_on_how_long_the_text_is),
		cmocka_unit_test(rule_4_there_is_a_second_try_only_for_lone_lfs),
		cmocka_unit_test(rule_5_opaque_content_is_the_octet_string_unchanged),
		cmocka_unit_test(a_transfer_encoding_inside_of_the_signed_part_is_not_undone),
		cmocka_unit_test(rule_7_nothing_outside_of_the_first_part_is_signed),
		cmocka_unit_test(a_leaf_has_no_signed_octets),
	};
	return cmocka_run_group_tests_name("smime_octets", tests, set_up, NULL);
}
