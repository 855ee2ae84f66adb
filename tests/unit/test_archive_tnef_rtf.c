/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"
#include "test_archive_tnef_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct probe probe;
static struct tnef_maker maker, props, packed;

static int set_up(void **state)
{
	(void)state;
	memset(&probe, 0, sizeof(probe));
	return probe_open(&probe, &assay_plugin);
}

static int tear_down(void **state)
{
	(void)state;
	probe_close(&probe);
	return 0;
}

static void begin_packed(const char *kind, uint32_t raw_size)
{
	packed.size = 0;
	tm_le32(&packed, 0);
	tm_le32(&packed, raw_size);
	tm_octets(&packed, kind, 4);
	tm_le32(&packed, 0);
}

static void run(void)
{
	struct assay_object object;

	tm_props(&props, 1);
	tm_value(&props, 0x0102, 0x1009, packed.data, packed.size);
	tm_begin(&maker);
	tm_take(&maker, LEVEL_MESSAGE, ATT_MESSAGE_PROPS, &props);
	object = probe_object(as_span_make(maker.data, maker.size), NULL, NULL);
	assert_int_equal(probe_run(&probe, &object, ASSAY_UNPACK), 0);
}

/* The example of MS-OXRTFCP s3.1, and one that reads what it writes. */
static void packed_text_is_expanded(void **state)
{
	static const struct {
		const char *name;
		const char *tokens;
		size_t size;
		const char *text;
		bool whole;
	} cases[] = {
		{"from the preset",
		 "\x03\x00\x0a\x00rcpg125\x42\x32\x0a\xf3\x20hel\x09\x00\x20"
		 "bw\x05\xb0ld}\x0a\x80\x0f\xa0",
		 34, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n", true},
		{"from itself",
		 "\x82\x57\x0c\xfd"
		 "XYZW\x0d\xf0",
		 10, "", false},
		{"no end mark",
		 "\x00"
		 "abcdefgh",
		 9, "abcdefgh", false},
		{"half a reference", "\x01\x0c", 2, "", false},
		{"nothing", "", 0, "", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("# case: %s\n", cases[i].name);
		begin_packed("LZFu", 0x7fffffff);
		tm_octets(&packed, cases[i].tokens, cases[i].size);
		run();
		assert_int_equal(probe_has(&probe, "archive.malformed"), !cases[i].whole);
		if (cases[i].text[0] == '\0')
			continue;
		assert_int_equal(probe.child_count, 1);
		assert_string_equal(probe.children[0].label, "body");
		assert_int_equal(probe.children[0].size, strlen(cases[i].text));
		assert_memory_equal(probe.children[0].data, cases[i].text, probe.children[0].size);
	}
}

static void stored_text_is_copied(void **state)
{
	(void)state;

	begin_packed("MELA", 8);
	tm_octets(&packed, "{\\rtf1 }", 8);
	run();
	assert_int_equal(probe.child_count, 1);
	assert_string_equal((char *)probe.children[0].data, "{\\rtf1 }");
	assert_int_equal(probe.finding_count, 0);
}

static void text_without_end_mark_is_whole_when_its_size_says_so(void **state)
{
	(void)state;

	begin_packed("LZFu", 8);
	tm_octets(&packed, "\0abcdefgh", 9);
	run();
	assert_string_equal((char *)probe.children[0].data, "abcdefgh");
	assert_int_equal(probe.finding_count, 0);
}

static void text_packed_in_another_way_is_shown_as_it_is(void **state)
{
	(void)state;

	begin_packed("NONE", 8);
	tm_octets(&packed, "{\\rtf1 }", 8);
	run();
	assert_int_equal(probe.child_count, 1);
	assert_int_equal(probe.children[0].size, 24);
	assert_true(probe_has(&probe, "archive.malformed"));
}

static void text_over_the_budget_is_shown_as_far_as_it_came(void **state)
{
	static const unsigned char run_of[17] = {0xff, 0,  15, 0,  15, 0,  15, 0, 15,
						 0,    15, 0,  15, 0,  15, 0,  15};
	(void)state;

	probe.max_bytes = 20000;
	begin_packed("LZFu", 8);
	while (packed.size < 40000)
		tm_octets(&packed, run_of, sizeof(run_of));
	run();
	assert_true(probe.charged <= 20000);
	assert_int_equal(probe.child_count, 1);
	assert_true(probe.children[0].flags & ASSAY_FLAG_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(packed_text_is_expanded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(stored_text_is_copied, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			text_without_end_mark_is_whole_when_its_size_says_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(text_packed_in_another_way_is_shown_as_it_is,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(text_over_the_budget_is_shown_as_far_as_it_came,
						set_up, tear_down),
	};
	return cmocka_run_group_tests_name("archive tnef rtf", tests, NULL, NULL);
}
