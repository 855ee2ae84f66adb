/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "base/buffer.h"
#include "smime/armour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define MAX_BYTES	((size_t)1024 * 1024)

#define BYTES(text)                                                                                \
	{                                                                                          \
		(const unsigned char *)(text), sizeof(text) - 1                                    \
	}

/* A ContentInfo of signedData with nothing in it, and its base64. */
#define CMS	      "\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x02\x05\x00"
#define BASE64	      "MA8GCSqGSIb3DQEHAqACBQA="
#define ARMOUR	      "-----BEGIN PKCS7-----\n" BASE64 "\n-----END PKCS7-----\n"

#define TYPE	      "Content-Type: application/pkcs7-mime\n"
#define ENCODED(name) TYPE "Content-Transfer-Encoding: " name "\n\n"

struct test_case {
	const char *name;
	struct as_span message;
	struct as_span octets;
	const char *notes; /* "severity code|" in order; d: the registry's */
};

#define BAD  "d smime.bad_transfer_encoding|"
#define INFO "i smime.bad_transfer_encoding|"

static void show_notes(struct as_buffer *out, const struct as_smime_notes *notes)
{
	for (const struct as_smime_note *n = notes->first; n != NULL; n = n->next)
		as_buffer_printf(out, "%c %s|", n->severity == ASSAY_INFO ? 'i' : 'd', n->code);
	as_buffer_byte(out, 0);
}

static void check(const struct test_case *test, size_t max_bytes)
{
	struct as_smime_notes notes;
	struct as_mime_tree *tree;
	struct as_limits limits;
	struct as_buffer shown;
	struct as_arena arena;
	struct as_span octets;

	print_message("# case: %s\n", test->name);
	as_arena_init(&arena, ARENA_MAX_BYTES);
	as_buffer_init(&shown, 0);
	notes = (struct as_smime_notes){.arena = &arena};
	as_limits_standard(&limits);
	assert_int_equal(as_mime_parse(&arena, test->message, &limits, &tree), 0);
	assert_int_equal(as_smime_cms_octets(&notes, NULL, tree, tree->root, max_bytes, &octets),
			 0);
	assert_int_equal(octets.size, test->octets.size);
	if (octets.size > 0)
		assert_memory_equal(octets.data, test->octets.data, octets.size);
	show_notes(&shown, &notes);
	assert_string_equal((const char *)shown.data, test->notes);
	as_buffer_deinit(&shown);
	as_arena_deinit(&arena);
}

static void check_table(const struct test_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&cases[i], MAX_BYTES);
}

static void rule_6_the_transfer_encoding_of_the_object_is_undone(void **state)
{
	static const struct test_case cases[] = {
		{"base64", BYTES(ENCODED("base64") BASE64 "\n"), BYTES(CMS), ""},
		{"base64 in short lines, without a final newline",
		 BYTES(ENCODED("BASE64") "MA8GCSqG\r\nSIb3DQEH\r\nAqACBQA="), BYTES(CMS), ""},
		{"blank lines behind", BYTES(ENCODED("base64") BASE64 "\n\n \n\n"), BYTES(CMS), ""},
		{"quoted-printable",
		 BYTES(ENCODED("quoted-printable") "0=0F=06=09*=86H=86=F7=0D=01=\n=07=02=A0=02=05="
						   "00"),
		 BYTES(CMS), ""},
		{"binary", BYTES(ENCODED("binary") CMS), BYTES(CMS), ""},
		{"uuencode",
		 BYTES(ENCODED("x-uuencode") "begin 644 smime.p7m\n1, \\&\"2J&2(;W#0$' J \"!0  \n`"
					     "\nend\n"),
		 BYTES(CMS), ""},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void what_stands_behind_the_end_of_base64_is_told_and_left_out(void **state)
{
	static const struct test_case cases[] = {
		{"more base64", BYTES(ENCODED("base64") BASE64 "\nAAAA\n"), BYTES(CMS), BAD},
		{"a footer", BYTES(ENCODED("base64") BASE64 "\n_____\nlist footer\n"), BYTES(CMS),
		 BAD BAD BAD},
		{"every line is padded",
		 BYTES(ENCODED("base64") "MA8GCQ==\nKoZIhvcNAQcCoAIFAA==\n"), BYTES(CMS), BAD},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void odd_base64_is_told_by_how_odd_it_is(void **state)
{
	static const struct test_case cases[] = {
		{"junk inside", BYTES(ENCODED("base64") "MA8GCSqG*SIb3DQEHAqACBQA=\n"), BYTES(CMS),
		 BAD},
		{"padding missing", BYTES(ENCODED("base64") "MA8GCSqGSIb3DQEHAqACBQA\n"),
		 BYTES(CMS), BAD},
		{"blanks inside", BYTES(ENCODED("base64") "MA8GCSqG SIb3DQEHAqACBQA=\n"),
		 BYTES(CMS), INFO},
		{"a blank line inside", BYTES(ENCODED("base64") "MA8GCSqG\n\nSIb3DQEHAqACBQA=\n"),
		 BYTES(CMS), INFO},
		{"nothing", BYTES(ENCODED("base64") ""), BYTES(""), ""},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void octets_that_do_not_fit_the_declared_encoding_are_read_as_clients_do(void **state)
{
	static const struct test_case cases[] = {
		{"base64 as 7bit", BYTES(ENCODED("7bit") BASE64 "\n"), BYTES(CMS), BAD},
		{"base64 without encoding", BYTES(TYPE "\n" BASE64 "\n"), BYTES(CMS), BAD},
		{"base64 as quoted-printable",
		 BYTES(ENCODED("quoted-printable") "MA8GCSqGSIb3DQEHAqACBQA=3D\n"), BYTES(CMS),
		 BAD},
		{"base64 of an unknown encoding", BYTES(ENCODED("x-foo") BASE64 "\n"), BYTES(CMS),
		 BAD BAD},
		{"binary as 7bit", BYTES(ENCODED("7bit") CMS), BYTES(CMS), BAD},
		{"binary as 8bit", BYTES(ENCODED("8bit") CMS), BYTES(CMS), INFO},
		{"binary without encoding", BYTES(TYPE "\n" CMS), BYTES(CMS), INFO},
		{"binary as base64", BYTES(ENCODED("base64") CMS), BYTES(CMS), BAD},
		{"binary of an unknown encoding", BYTES(ENCODED("x-foo") CMS), BYTES(CMS), BAD},
		{"text", BYTES(TYPE "\nhello\n"), BYTES("hello\n"), ""},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void pem_armour_is_taken_off(void **state)
{
	static const struct test_case cases[] = {
		{"as 7bit", BYTES(ENCODED("7bit") ARMOUR), BYTES(CMS), INFO},
		{"as base64", BYTES(ENCODED("base64") "\n" ARMOUR), BYTES(CMS), INFO},
		{"inside of base64",
		 BYTES(ENCODED(
			 "base64") "LS0tLS1CRUdJTiBDTVMtLS0tLQpNQThHQ1NxR1NJYjNEUUVIQXFBQ0JR\n"
				   "QT0KLS0tLS1FTkQgQ01TLS0tLS0K\n"),
		 BYTES(CMS), INFO},
		{"with text behind", BYTES(ENCODED("7bit") ARMOUR "text\n"), BYTES(CMS), BAD},
		{"without an end", BYTES(ENCODED("7bit") "-----BEGIN CMS-----\n" BASE64),
		 BYTES(CMS), INFO},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void a_file_may_be_binary_armoured_or_plain_base64(void **state)
{
	static const struct {
		const char *name;
		struct as_span file;
		bool looks;
		const char *notes;
	} cases[] = {
		{"binary", BYTES(CMS), true, ""},
		{"armour", BYTES(ARMOUR), true, ""},
		{"armour behind a blank line", BYTES("\r\n" ARMOUR), true, ""},
		{"armour with text behind", BYTES(ARMOUR "text\n"), true, BAD},
		{"base64", BYTES(BASE64 "\n"), true, ""},
		{"base64 without a line end", BYTES(BASE64), true, ""},
		{"base64 in short lines", BYTES("\nMA8GCSqG\r\nSIb3DQEH\r\nAqACBQA=\r\n\r\n"), true,
		 ""},
		{"base64 without padding", BYTES("MA8GCSqGSIb3DQEHAqACBQA\n"), true, BAD},
		{"base64 of something else", BYTES("aGVsbG8gd29ybGQK\n"), false, NULL},
		{"text", BYTES("Meet me at noon.\n"), false, NULL},
		{"a certificate", BYTES("-----BEGIN CERTIFICATE-----\nMAAA\n"), false, NULL},
		{"nothing", BYTES(""), false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_smime_notes notes;
		struct as_buffer shown;
		struct as_arena arena;
		struct as_span octets;

		print_message("# case: %s\n", cases[i].name);
		assert_int_equal(as_smime_file_looks(cases[i].file), cases[i].looks);
		if (!cases[i].looks)
			continue;
		as_arena_init(&arena, ARENA_MAX_BYTES);
		as_buffer_init(&shown, 0);
		notes = (struct as_smime_notes){.arena = &arena};
		assert_int_equal(
			as_smime_file_octets(&notes, NULL, cases[i].file, MAX_BYTES, &octets), 0);
		assert_int_equal(octets.size, sizeof(CMS) - 1);
		assert_memory_equal(octets.data, CMS, sizeof(CMS) - 1);
		show_notes(&shown, &notes);
		assert_string_equal((const char *)shown.data, cases[i].notes);
		as_buffer_deinit(&shown);
		as_arena_deinit(&arena);
	}
}

static void objects_above_the_limit_are_refused(void **state)
{
	static const struct test_case cases[] = {
		{"base64", BYTES(ENCODED("base64") BASE64 "\n"), BYTES(""),
		 "d smime.limit_exceeded|"},
		{"binary", BYTES(ENCODED("binary") CMS), BYTES(""), "d smime.limit_exceeded|"},
		{"quoted-printable", BYTES(ENCODED("quoted-printable") "aaaaaaaaaaaaaaaaaaaa"),
		 BYTES(""), "d smime.limit_exceeded|"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i], sizeof(CMS) - 2);
}

static void mime_entities_are_told_from_other_content(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
		bool mime;
	} cases[] = {
		{"a header", BYTES("Content-Type: text/plain\r\n\r\nhello"), true},
		{"a header without body", BYTES("A: b"), true},
		{"a folded name", BYTES("Content-Type\r\n : text/plain\r\n\r\nhello"), true},
		{"CR line ends", BYTES("A: b\r\rhello"), true},
		{"no header", BYTES("\r\nhello"), true},
		{"a line in front that is no field",
		 BYTES("hello\nContent-Type: text/plain\n\nhello"), true},
		{"an mbox line in front", BYTES("From a@b Thu\nSubject: x\n\nhello"), true},
		{"a byte order mark in front",
		 BYTES("\xef\xbb\xbf"
		       "Subject: x\n\nhello"),
		 true},
		{"nothing", BYTES(""), false},
		{"text", BYTES("hello\nthere\n"), false},
		{"text with a colon later", BYTES("dear all\nplease note: it works\n"), false},
		{"signed attributes", BYTES("\x31\x69\x30\x18\x06\x09\x2a\x86:\x0d\x01\n"), false},
		{"a PDF", BYTES("%PDF-1.4\n%\xe2\xe3:\n1 0 obj\n"), false},
		{"a name that is none", BYTES("<a>: b\n\nhello"), false},
		{"a colon first", BYTES(": b\n\nhello"), false},
		{"a blank line and binary octets", BYTES("\n\x00\x01\x02"), false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("# case: %s\n", cases[i].name);
		assert_int_equal(as_smime_is_mime(cases[i].octets), cases[i].mime);
	}
}

static int set_up(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule_6_the_transfer_encoding_of_the_object_is_undone),
		cmocka_unit_test(what_stands_behind_the_end_of_base64_is_told_and_left_out),
		cmocka_unit_test(odd_base64_is_told_by_how_odd_it_is),
		cmocka_unit_test(
			octets_that_do_not_fit_the_declared_encoding_are_read_as_clients_do),
		cmocka_unit_test(pem_armour_is_taken_off),
		cmocka_unit_test(a_file_may_be_binary_armoured_or_plain_base64),
		cmocka_unit_test(objects_above_the_limit_are_refused),
		cmocka_unit_test(mime_entities_are_told_from_other_content),
	};
	return cmocka_run_group_tests_name("smime_transfer", tests, set_up, NULL);
}
