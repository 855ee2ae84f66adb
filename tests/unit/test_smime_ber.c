/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/ber.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define OCTETS(text)                                                                               \
	{                                                                                          \
		(const unsigned char *)(text), sizeof(text) - 1                                    \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ARENA_BYTES  ((size_t)16 * 1024 * 1024)
/* What a mail can hold. */
#define LARGE_BYTES ((size_t)3 * 1024 * 1024)

static void elements_are_read_with_their_bounds(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
		enum as_ber_fault fault;
		uint32_t tag;
		size_t whole, content;
	} cases[] = {
		{"short", OCTETS("\x04\x02xyz"), AS_BER_FINE, 4, 4, 2},
		{"empty content", OCTETS("\x05\x00"), AS_BER_FINE, 5, 2, 0},
		{"long length", OCTETS("\x04\x81\x02xy"), AS_BER_FINE, 4, 5, 2},
		{"zeros in front of the length", OCTETS("\x04\x8a\0\0\0\0\0\0\0\0\0\x01z"),
		 AS_BER_FINE, 4, 13, 1},
		{"long tag", OCTETS("\xbf\x81\x00\x01z"), AS_BER_FINE, 128, 5, 1},
		{"indefinite", OCTETS("\x30\x80\x05\x00\x00\x00z"), AS_BER_FINE, 16, 6, 2},
		{"indefinite and empty", OCTETS("\x30\x80\x00\x00"), AS_BER_FINE, 16, 4, 0},
		{"indefinite in indefinite", OCTETS("\x30\x80\xa0\x80\x04\x01\x00\x00\x00\x00\x00"),
		 AS_BER_FINE, 16, 11, 7},
		{"zeros inside a definite one are content",
		 OCTETS("\x30\x80\x30\x02\x00\x00\x00\x00"), AS_BER_FINE, 16, 8, 4},
		{"nothing", OCTETS(""), AS_BER_END, 0, 0, 0},
		{"end-of-contents", OCTETS("\x00\x00"), AS_BER_END, 0, 0, 0},
		{"end-of-contents with content", OCTETS("\x00\x01x"), AS_BER_BAD, 0, 0, 0},
		{"constructed tag 0", OCTETS("\x20\x00"), AS_BER_BAD, 0, 0, 0},
		{"tag alone", OCTETS("\x30"), AS_BER_CUT, 0, 0, 0},
		{"long tag alone", OCTETS("\xbf\x81"), AS_BER_CUT, 0, 0, 0},
		{"half a length", OCTETS("\x30\x82\x01"), AS_BER_CUT, 0, 0, 0},
		{"shorter than announced", OCTETS("\x30\x03xx"), AS_BER_CUT, 0, 0, 0},
		{"largest length", OCTETS("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff"), AS_BER_CUT,
		 0, 0, 0},
		{"length above 64 bits", OCTETS("\x30\x89\x01\0\0\0\0\0\0\0\0z"), AS_BER_BAD, 0, 0,
		 0},
		{"reserved length", OCTETS("\x30\xff\x00"), AS_BER_BAD, 0, 0, 0},
		{"primitive and indefinite", OCTETS("\x04\x80\x00\x00"), AS_BER_BAD, 0, 0, 0},
		{"small tag in long form", OCTETS("\x1f\x1e\x00"), AS_BER_BAD, 0, 0, 0},
		{"zeros in front of the tag", OCTETS("\x1f\x80\x80\x01\x00"), AS_BER_BAD, 0, 0, 0},
		{"tag of five octets", OCTETS("\x1f\xff\xff\xff\xff\x01\x00"), AS_BER_BAD, 0, 0, 0},
		{"indefinite without end", OCTETS("\x30\x80\x05\x00"), AS_BER_CUT, 0, 0, 0},
		{"indefinite with half an end", OCTETS("\x30\x80\x05\x00\x00"), AS_BER_CUT, 0, 0,
		 0},
		{"member behind the end of the input", OCTETS("\x30\x80\x04\x7f\x00\x00"),
		 AS_BER_CUT, 0, 0, 0},
		{"bad member", OCTETS("\x30\x80\x04\x80\x00\x00"), AS_BER_BAD, 0, 0, 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span rest = cases[i].octets;
		struct as_ber element;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(cases[i].fault, as_ber_read(&rest, &element));
		if (cases[i].fault != AS_BER_FINE) {
			assert_int_equal(rest.size, cases[i].octets.size);
			continue;
		}
		assert_int_equal(element.tag, cases[i].tag);
		assert_int_equal(element.whole.size, cases[i].whole);
		assert_int_equal(element.content.size, cases[i].content);
		assert_int_equal(rest.size, cases[i].octets.size - cases[i].whole);
	}
}

static void class_and_form_are_told(void **state)
{
	static const struct as_span octets = OCTETS("\xa3\x02\x05\x00");
	struct as_span rest = octets;
	struct as_ber element;
	(void)state;

	assert_true(as_ber_next(&rest, &element));
	assert_int_equal(element.class, AS_BER_CONTEXT);
	assert_int_equal(element.tag, 3);
	assert_true(element.constructed);
	assert_false(element.indefinite);
}

static void an_expected_element_has_its_class_tag_and_form(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
		enum as_ber_class class;
		uint32_t tag;
		bool ok;
	} cases[] = {
		{"SEQUENCE", OCTETS("\x30\x00"), AS_BER_UNIVERSAL, AS_BER_SEQUENCE, true},
		{"primitive SEQUENCE", OCTETS("\x10\x00"), AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
		 false},
		{"primitive SET", OCTETS("\x11\x00"), AS_BER_UNIVERSAL, AS_BER_SET, false},
		{"constructed INTEGER", OCTETS("\x22\x03\x02\x01\x01"), AS_BER_UNIVERSAL,
		 AS_BER_INTEGER, false},
		{"constructed OID", OCTETS("\x26\x00"), AS_BER_UNIVERSAL, AS_BER_OID, false},
		{"constructed OCTET STRING", OCTETS("\x24\x00"), AS_BER_UNIVERSAL,
		 AS_BER_OCTET_STRING, true},
		{"other tag", OCTETS("\x31\x00"), AS_BER_UNIVERSAL, AS_BER_SEQUENCE, false},
		{"other class", OCTETS("\xb0\x00"), AS_BER_UNIVERSAL, AS_BER_SEQUENCE, false},
		{"context", OCTETS("\x80\x01z"), AS_BER_CONTEXT, 0, true},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span rest = cases[i].octets;
		struct as_ber element;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(cases[i].ok,
				 as_ber_expect(&rest, cases[i].class, cases[i].tag, &element));
		assert_int_equal(rest.size == 0, cases[i].ok);
	}
}

/* depth indefinite elements within each other. */
static unsigned char *nest(size_t depth, unsigned char tag, size_t *size_out)
{
	unsigned char *octets = calloc(depth, 4);

	assert_non_null(octets);
	for (size_t i = 0; i < depth; i++) {
		octets[2 * i] = tag;
		octets[2 * i + 1] = 0x80;
	}
	*size_out = 4 * depth;
	return octets;
}

static void indefinite_elements_nest_up_to_the_limit(void **state)
{
	static const struct {
		size_t depth;
		enum as_ber_fault fault;
	} cases[] = {
		{1, AS_BER_FINE},
		{AS_BER_DEPTH_MAX, AS_BER_FINE},
		{AS_BER_DEPTH_MAX + 1, AS_BER_DEEP},
		{LARGE_BYTES / 4, AS_BER_DEEP},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_ber element;
		struct as_span rest;
		size_t size;
		unsigned char *octets = nest(cases[i].depth, 0x30, &size);

		rest = as_span_make(octets, size);
		assert_int_equal(cases[i].fault, as_ber_read(&rest, &element));
		free(octets);
	}
}

static void a_walk_skips_to_behind_the_end(void **state)
{
	static const struct as_span octets = OCTETS("\x05\x00\x30\x80\x00\x00\x00\x00zz");
	static const struct as_span cut = OCTETS("\x05\x00");
	struct as_span rest = octets;
	(void)state;

	assert_int_equal(as_ber_skip_to_end(&rest), AS_BER_FINE);
	assert_int_equal(rest.size, 2);
	rest = cut;
	assert_int_equal(as_ber_skip_to_end(&rest), AS_BER_CUT);
}

static void pieces_of_a_string_are_joined(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
		int rc;
		const char *joined;
	} cases[] = {
		{"primitive",
		 OCTETS("\x04\x03"
			"abc"),
		 0, "abc"},
		{"definite",
		 OCTETS("\x24\x07\x04\x02"
			"ab\x04\x01"
			"c"),
		 0, "abc"},
		{"indefinite",
		 OCTETS("\x24\x80\x04\x02"
			"ab\x04\x01"
			"c\x00\x00"),
		 0, "abc"},
		{"nested",
		 OCTETS("\x24\x80\x24\x80\x04\x01"
			"a\x00\x00\x24\x03\x04\x01"
			"b\x04\x01"
			"c\x00\x00"),
		 0, "abc"},
		{"context tag in its place",
		 OCTETS("\xa0\x80\x04\x01"
			"a\x00\x00"),
		 0, "a"},
		{"no pieces", OCTETS("\x24\x80\x00\x00"), 0, ""},
		{"empty pieces", OCTETS("\x24\x06\x04\x00\x24\x00\x04\x00"), 0, ""},
		{"other member", OCTETS("\x24\x03\x0c\x01z"), -EBADMSG, NULL},
		{"context member", OCTETS("\x24\x03\x80\x01z"), -EBADMSG, NULL},
		{"piece across the end of its level",
		 OCTETS("\x24\x08\x24\x02\x04\x03zzz"
			"z"),
		 -EBADMSG, NULL},
		{"end-of-contents in a definite one", OCTETS("\x24\x02\x00\x00"), -EBADMSG, NULL},
		{"end of the level missing", OCTETS("\x24\x02\x24\x80"), -EBADMSG, NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span rest = cases[i].octets, joined;
		struct as_arena arena;
		struct as_ber string;

		print_message("case: %s\n", cases[i].name);
		as_arena_init(&arena, ARENA_BYTES);
		assert_true(as_ber_next(&rest, &string));
		assert_int_equal(cases[i].rc, as_ber_octets(&arena, &string, &joined));
		if (cases[i].rc == 0)
			assert_true(as_span_equal(joined, as_span_text(cases[i].joined)));
		as_arena_deinit(&arena);
	}
}

static void a_string_nested_too_deep_is_refused(void **state)
{
	struct as_arena arena;
	struct as_ber string;
	struct as_span rest, joined;
	size_t size;
	unsigned char *octets;
	(void)state;

	as_arena_init(&arena, ARENA_BYTES);
	octets = nest(AS_BER_DEPTH_MAX, 0x24, &size);
	rest = as_span_make(octets, size);
	assert_true(as_ber_next(&rest, &string));
	assert_int_equal(as_ber_octets(&arena, &string, &joined), 0);
	assert_int_equal(joined.size, 0);
	/* A level more than the walk to its end would allow. */
	string.content = string.whole;
	assert_int_equal(as_ber_octets(&arena, &string, &joined), -EBADMSG);
	free(octets);
	as_arena_deinit(&arena);
}

static void joining_without_memory_says_so(void **state)
{
	static const struct as_span octets = OCTETS("\x24\x03\x04\x01z");
	struct as_span rest = octets, joined;
	struct as_arena arena;
	struct as_ber string;
	(void)state;

	as_arena_init(&arena, 1);
	assert_true(as_ber_next(&rest, &string));
	assert_int_equal(as_ber_octets(&arena, &string, &joined), -ENOMEM);
	as_arena_deinit(&arena);
}

static void small_integers_are_read(void **state)
{
	static const struct {
		const char *name;
		struct as_span content;
		bool ok;
		uint64_t value;
	} cases[] = {
		{"zero", OCTETS("\x00"), true, 0},
		{"127", OCTETS("\x7f"), true, 127},
		{"128", OCTETS("\x00\x80"), true, 128},
		{"largest", OCTETS("\x00\xff\xff\xff\xff\xff\xff\xff\xff"), true, UINT64_MAX},
		{"none", OCTETS(""), false, 0},
		{"negative", OCTETS("\x80"), false, 0},
		{"padded", OCTETS("\x00\x01"), false, 0},
		{"too large", OCTETS("\x01\x00\x00\x00\x00\x00\x00\x00\x00"), false, 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_ber integer = {.tag = AS_BER_INTEGER, .content = cases[i].content};
		uint64_t value = 0;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(cases[i].ok, as_ber_uint(&integer, &value));
		assert_true(value == cases[i].value);
	}
}

static void times_are_read_in_the_forms_of_certificates(void **state)
{
	static const struct {
		const char *name;
		uint32_t tag;
		struct as_span content;
		bool ok;
		int64_t seconds;
	} cases[] = {
		{"epoch", AS_BER_UTC_TIME, OCTETS("700101000000Z"), true, 0},
		{"before it", AS_BER_UTC_TIME, OCTETS("691231235959Z"), true, -1},
		{"1950", AS_BER_UTC_TIME, OCTETS("500101000000Z"), true, -631152000},
		{"2049", AS_BER_UTC_TIME, OCTETS("491231235959Z"), true, 2524607999},
		{"leap day", AS_BER_UTC_TIME, OCTETS("000229120000Z"), true, 951825600},
		{"day behind it", AS_BER_UTC_TIME, OCTETS("240301000000Z"), true, 1709251200},
		{"generalized", AS_BER_GENERALIZED_TIME, OCTETS("20500101000000Z"), true,
		 2524608000},
		{"last", AS_BER_GENERALIZED_TIME, OCTETS("99991231235959Z"), true, 253402300799},
		{"first", AS_BER_GENERALIZED_TIME, OCTETS("00010101000000Z"), true, -62135596800},
		{"year 0", AS_BER_GENERALIZED_TIME, OCTETS("00000101000000Z"), false, 0},
		{"no leap day in 1900", AS_BER_GENERALIZED_TIME, OCTETS("19000229000000Z"), false,
		 0},
		{"month 13", AS_BER_UTC_TIME, OCTETS("701301000000Z"), false, 0},
		{"day 0", AS_BER_UTC_TIME, OCTETS("700100000000Z"), false, 0},
		{"day 31 of April", AS_BER_UTC_TIME, OCTETS("700431000000Z"), false, 0},
		{"hour 24", AS_BER_UTC_TIME, OCTETS("700101240000Z"), false, 0},
		{"second 60", AS_BER_UTC_TIME, OCTETS("700101000060Z"), false, 0},
		{"no seconds", AS_BER_UTC_TIME, OCTETS("7001010000Z"), false, 0},
		{"offset", AS_BER_UTC_TIME, OCTETS("700101000000+0100"), false, 0},
		{"fraction", AS_BER_GENERALIZED_TIME, OCTETS("20500101000000.5Z"), false, 0},
		{"letters", AS_BER_UTC_TIME, OCTETS("7001010000xxZ"), false, 0},
		{"NUL", AS_BER_UTC_TIME, OCTETS("70010100\0000Z"), false, 0},
		{"other type", AS_BER_UTF8_STRING, OCTETS("700101000000Z"), false, 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_ber time = {.tag = cases[i].tag, .content = cases[i].content};
		int64_t seconds = 0;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(cases[i].ok, as_ber_time(&time, &seconds));
		assert_true(seconds == cases[i].seconds);
	}
}

static void identifiers_are_shown_dotted(void **state)
{
	static const struct {
		const char *name;
		struct as_span oid;
		const char *text;
		bool ok;
	} cases[] = {
		{"PKCS #7", OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), "1.2.840.113549.1.7.2",
		 true},
		{"0.0", OCTETS("\x00"), "0.0", true},
		{"0.39", OCTETS("\x27"), "0.39", true},
		{"2.999", OCTETS("\x88\x37"), "2.999", true},
		{"largest arc", OCTETS("\x2a\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
		 "1.2.18446744073709551615", true},
		{"arc above 64 bits", OCTETS("\x2a\x83\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "?",
		 true},
		{"nothing", OCTETS(""), "?", false},
		{"not ended", OCTETS("\x2a\x86"), "?", false},
		{"padded", OCTETS("\x2a\x80\x01"), "?", false},
	};
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, ARENA_BYTES);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_string_equal(as_ber_oid_text(&arena, cases[i].oid), cases[i].text);
		assert_int_equal(as_ber_is_oid(cases[i].oid), cases[i].ok);
	}
	as_arena_deinit(&arena);
}

static void a_long_identifier_is_not_shown(void **state)
{
	unsigned char octets[AS_BER_OID_BYTES_MAX + 1];
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, ARENA_BYTES);
	memset(octets, 1, sizeof(octets));
	assert_string_not_equal(as_ber_oid_text(&arena, as_span_make(octets, sizeof(octets) - 1)),
				"?");
	assert_string_equal(as_ber_oid_text(&arena, as_span_make(octets, sizeof(octets))), "?");
	as_arena_deinit(&arena);
}

static void der_is_told_from_ber(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
		bool der;
	} cases[] = {
		{"primitive", OCTETS("\x02\x01\x01"), true},
		{"two elements", OCTETS("\x02\x01\x01\x02\x01\x01"), true},
		{"nested", OCTETS("\x30\x05\xa0\x03\x02\x01\x01"), true},
		{"sorted SET", OCTETS("\x31\x06\x02\x01\x01\x02\x01\x02"), true},
		{"equal members", OCTETS("\x31\x06\x02\x01\x01\x02\x01\x01"), true},
		{"unsorted SET", OCTETS("\x31\x06\x02\x01\x02\x02\x01\x01"), false},
		{"unsorted SET below", OCTETS("\x30\x08\x31\x06\x02\x01\x02\x02\x01\x01"), false},
		{"SEQUENCE has no order", OCTETS("\x30\x06\x02\x01\x02\x02\x01\x01"), true},
		{"indefinite", OCTETS("\x30\x80\x00\x00"), false},
		{"indefinite below", OCTETS("\x30\x04\x30\x80\x00\x00"), false},
		{"long length", OCTETS("\x04\x81\x01z"), false},
		{"zero in front of the length", OCTETS("\x04\x82\x00\x01z"), false},
		{"constructed OCTET STRING", OCTETS("\x24\x03\x04\x01z"), false},
		{"constructed UTF8String", OCTETS("\x2c\x00"), false},
		{"context tag with members", OCTETS("\xa0\x00"), true},
		{"primitive SEQUENCE", OCTETS("\x10\x00"), false},
		{"nothing", OCTETS(""), false},
		{"cut off", OCTETS("\x30\x05\x02\x01"), false},
		{"member behind the end of its parent", OCTETS("\x30\x03\x04\x02zz"), false},
		{"trailing octet", OCTETS("\x02\x01\x01\x00"), false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(cases[i].der, as_ber_is_der(cases[i].octets));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_read_with_their_bounds),
		cmocka_unit_test(class_and_form_are_told),
		cmocka_unit_test(an_expected_element_has_its_class_tag_and_form),
		cmocka_unit_test(indefinite_elements_nest_up_to_the_limit),
		cmocka_unit_test(a_walk_skips_to_behind_the_end),
		cmocka_unit_test(pieces_of_a_string_are_joined),
		cmocka_unit_test(a_string_nested_too_deep_is_refused),
		cmocka_unit_test(joining_without_memory_says_so),
		cmocka_unit_test(small_integers_are_read),
		cmocka_unit_test(times_are_read_in_the_forms_of_certificates),
		cmocka_unit_test(identifiers_are_shown_dotted),
		cmocka_unit_test(a_long_identifier_is_not_shown),
		cmocka_unit_test(der_is_told_from_ber),
	};
	return cmocka_run_group_tests_name("smime_ber", tests, NULL, NULL);
}
