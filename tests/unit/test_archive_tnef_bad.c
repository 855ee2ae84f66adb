/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"
#include "test_archive_tnef_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct probe probe;
static struct tnef_maker maker, props;

static void run_cut(size_t size)
{
	unsigned char *copy = malloc(size);
	struct assay_object object = probe_object(as_span_make(copy, size), NULL, NULL);

	assert_non_null(copy);
	memcpy(copy, maker.data, size);
	assert_int_equal(probe_run(&probe, &object, ASSAY_UNPACK), 0);
	free(copy);
}

static void run(void)
{
	run_cut(maker.size);
}

static const struct probe_child *holding(const char *name, const char *content)
{
	for (size_t i = 0; i < probe.child_count; i++)
		if (strcmp(probe.children[i].name, name) == 0 &&
		    probe.children[i].size >= strlen(content) &&
		    memcmp(probe.children[i].data, content, strlen(content)) == 0)
			return &probe.children[i];
	for (size_t i = 0; i < probe.child_count; i++)
		print_message("# child \"%s\" of %zu\n", probe.children[i].name,
			      probe.children[i].size);
	return NULL;
}

static void expect_damage(void)
{
	assert_true(probe_has(&probe, "archive.malformed"));
	assert_false(probe.added_flags & ASSAY_FLAG_UNPACKED);
}

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

static void wrong_checksums_key_and_level_do_not_matter(void **state)
{
	(void)state;

	tm_begin(&maker);
	maker.data[4] = 0xff;
	tm_attachment(&maker, "a.exe", "MZ", 2);
	maker.data[maker.size - 1] ^= 0x55;
	tm_attribute(&maker, LEVEL_MESSAGE, ATT_TITLE, "b.exe", 6);
	tm_attribute(&maker, LEVEL_MESSAGE, ATT_DATA, "ZM", 2);
	run();
	assert_non_null(holding("a.exe", "MZ"));
	assert_non_null(holding("b.exe", "ZM"));
	assert_int_equal(probe.finding_count, 0);
}

static void length_beyond_the_end_is_cut_and_the_rest_is_found(void **state)
{
	static const uint32_t lengths[] = {1000, 0x7fffffff, 0x80000000, 0xffffffff};
	(void)state;

	for (size_t i = 0; i < COUNT(lengths); i++) {
		const struct probe_child *child;

		tm_begin(&maker);
		tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_BEGIN, "", 0);
		tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TITLE, "a.exe", 6);
		tm_attribute_as(&maker, LEVEL_ATTACHMENT, ATT_DATA, "MZ first", 8, lengths[i]);
		tm_attachment(&maker, "b.exe", "MZ second", 9);
		run();
		child = holding("a.exe", "MZ first");
		assert_non_null(child);
		assert_true(child->flags & ASSAY_FLAG_TRUNCATED);
		assert_non_null(holding("b.exe", "MZ second"));
		expect_damage();
	}
}

static void length_that_is_too_short_leaves_nothing_out(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_BEGIN, "", 0);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TITLE, "a.exe", 6);
	tm_attribute_as(&maker, LEVEL_ATTACHMENT, ATT_DATA, "MZ and the rest of it", 21, 1);
	tm_attachment(&maker, "b.exe", "MZ second", 9);
	run();
	assert_non_null(holding("a.exe", "MZ and the rest of it"));
	assert_non_null(holding("b.exe", "MZ second"));
	expect_damage();
}

static void garbage_between_attributes_is_passed_over_and_shown(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_octets(&maker, "\1\2\1 garbage of any kind", 23);
	tm_attachment(&maker, "a.exe", "MZ", 2);
	run();
	assert_non_null(holding("a.exe", "MZ"));
	assert_non_null(holding("", "\1\2\1 garbage"));
	expect_damage();
}

static void attributes_that_nobody_knows_are_passed_over(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attribute(&maker, LEVEL_MESSAGE, 0x0006abcd, "something new", 13);
	tm_attachment(&maker, "a.exe", "MZ", 2);
	tm_attribute(&maker, LEVEL_MESSAGE, 0x0006abce, "something new", 13);
	run();
	assert_non_null(holding("a.exe", "MZ"));
	assert_int_equal(probe.child_count, 1);
	assert_int_equal(probe.finding_count, 0);
}

static void attachments_without_their_begin_are_told_apart(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TITLE, "a.txt", 6);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_DATA, "one", 3);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TITLE, "b.exe", 6);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_DATA, "two", 3);
	run();
	assert_non_null(holding("a.txt", "one"));
	assert_non_null(holding("b.exe", "two"));
	assert_int_equal(probe.child_count, 2);
}

static void every_content_of_one_attachment_is_shown(void **state)
{
	static const char *const contents[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6"};
	(void)state;

	tm_begin(&maker);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TITLE, "a.exe", 6);
	for (size_t i = 0; i < COUNT(contents); i++)
		tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_DATA, contents[i], 2);
	run();
	for (size_t i = 0; i < COUNT(contents); i++)
		assert_non_null(holding("a.exe", contents[i]));
	assert_int_equal(probe.child_count, COUNT(contents));
}

static void damaged_properties_are_read_as_far_as_possible(void **state)
{
	static const struct {
		const char *name;
		uint32_t count, type, id, values, size;
	} cases[] = {
		{"count too small", 0, 3, 0x0e20, 0, 0},
		{"count of 2^31", 0x80000000, 3, 0x0e20, 0, 0},
		{"type that nobody knows", 3, 0x0fed, 0x0e20, 0, 0},
		{"2^32 values of four octets", 3, 0x1003, 0x0e20, 0xffffffff, 0},
		{"2^32 values of nothing", 2, 0x1001, 0x0e20, 0xffffffff, 0x12345678},
		{"2^32 texts", 3, 0x101e, 0x0e20, 0xffffffff, 4},
		{"text beyond the end", 3, 0x001e, 0x0e20, 1, 0xfffffff0},
		{"named, beyond the end", 3, 3, 0xffff, 1, 0xffffffff},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("# case: %s\n", cases[i].name);
		tm_begin(&maker);
		tm_attachment(&maker, NULL, "", 0);
		tm_props(&props, cases[i].count);
		tm_le16(&props, cases[i].type);
		tm_le16(&props, cases[i].id);
		tm_le32(&props, cases[i].values);
		if (cases[i].size != 0)
			tm_le32(&props, cases[i].size);
		tm_text(&props, 0x3707, "a.exe");
		tm_value(&props, 0x0102, 0x3701, "MZ program", 10);
		tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
		run();
		assert_non_null(holding("a.exe", "MZ program"));
		expect_damage();
	}
}

static void content_with_a_size_beyond_the_end_is_cut(void **state)
{
	const struct probe_child *child;
	(void)state;

	tm_begin(&maker);
	tm_props(&props, 2);
	tm_text(&props, 0x3707, "a.exe");
	tm_le16(&props, 0x0102);
	tm_le16(&props, 0x3701);
	tm_le32(&props, 1);
	tm_le32(&props, 0xffffffff);
	tm_octets(&props, "MZ program", 10);
	tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
	run();
	child = holding("a.exe", "MZ program");
	assert_non_null(child);
	assert_int_equal(child->size, 10);
	assert_true(child->flags & ASSAY_FLAG_TRUNCATED);
	expect_damage();
}

/* Every one of them reads up to the end of the stream if it may. */
static void overlong_attributes_do_not_multiply_the_work(void **state)
{
	(void)state;

	tm_begin(&maker);
	while (maker.size < 100000)
		tm_attribute_as(&maker, LEVEL_ATTACHMENT, ATT_DATA, "0123456789", 10, 0xfffffff0);
	run();
	assert_true(probe.charged <= 12 * maker.size);
	expect_damage();
}

static void overlong_values_do_not_multiply_the_work(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_props(&props, 3000);
	for (int i = 0; i < 3000; i++) {
		tm_text(&props, 0x3707, "a.exe");
		tm_le16(&props, 0x0102);
		tm_le16(&props, 0x3701);
		tm_le32(&props, 1);
		tm_le32(&props, 0xffffffff);
	}
	tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
	run();
	assert_true(probe.charged <= 8 * maker.size);
	expect_damage();
}

static void a_flood_of_attributes_is_stopped(void **state)
{
	static unsigned char flood[1200 * 1024];
	struct assay_object object;
	size_t size = 0;
	(void)state;

	tm_begin(&maker);
	memcpy(flood, maker.data, maker.size);
	size = maker.size;
	maker.size = 0;
	tm_attribute(&maker, LEVEL_MESSAGE, ATT_VERSION, "", 0);
	while (size + maker.size <= sizeof(flood)) {
		memcpy(flood + size, maker.data, maker.size);
		size += maker.size;
	}
	object = probe_object(as_span_make(flood, size), NULL, NULL);
	assert_int_equal(probe_run(&probe, &object, ASSAY_UNPACK), 0);
	assert_true(probe_has(&probe, "limit.objects"));
}

static void a_refusal_of_the_host_ends_the_walk(void **state)
{
	(void)state;

	probe.max_children = 3;
	tm_begin(&maker);
	for (int i = 0; i < 50; i++)
		tm_attachment(&maker, "a.txt", "data", 4);
	run();
	assert_int_equal(probe.child_count, 3);
}

/* What every reader keeps of a stream that ends at any octet. */
static void a_stream_that_is_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
	size_t first_end;
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "a.exe", "MZ first", 8);
	first_end = maker.size;
	tm_props(&props, 2);
	tm_wide(&props, 0x3707, "b.exe");
	tm_value(&props, 0x0102, 0x3701, "MZ second", 9);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_BEGIN, "", 0);
	tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
	for (size_t size = 4; size <= maker.size; size++) {
		run_cut(size);
		if (size >= first_end)
			assert_non_null(holding("a.exe", "MZ first"));
	}
	assert_non_null(holding("b.exe", "MZ second"));
	assert_int_equal(probe.finding_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(wrong_checksums_key_and_level_do_not_matter, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(length_beyond_the_end_is_cut_and_the_rest_is_found,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(length_that_is_too_short_leaves_nothing_out, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(garbage_between_attributes_is_passed_over_and_shown,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(attributes_that_nobody_knows_are_passed_over,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(attachments_without_their_begin_are_told_apart,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_content_of_one_attachment_is_shown, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(damaged_properties_are_read_as_far_as_possible,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(content_with_a_size_beyond_the_end_is_cut, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(overlong_attributes_do_not_multiply_the_work,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlong_values_do_not_multiply_the_work, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_flood_of_attributes_is_stopped, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_refusal_of_the_host_ends_the_walk, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_stream_that_is_cut_anywhere_is_read_as_far_as_it_goes, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("archive tnef, damaged", tests, NULL, NULL);
}
