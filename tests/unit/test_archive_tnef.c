/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"
#include "test_archive_tnef_make.h"
#include "tnef.h"
#include "tnef_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define INTERFACE    "\007\003\002\0\0\0\0\0\300\0\0\0\0\0\0\106"

static struct probe probe;
static struct tnef_maker maker, props, inner;

static void run(void)
{
	/* A copy of the exact size, so that a read behind it is seen. */
	unsigned char *copy = malloc(maker.size);
	struct assay_object object =
		probe_object(as_span_make(copy, maker.size), "neutral.dat", NULL);

	assert_non_null(copy);
	memcpy(copy, maker.data, maker.size);
	assert_int_equal(probe_run(&probe, &object, ASSAY_UNPACK), 0);
	free(copy);
}

static void show(void)
{
	for (size_t i = 0; i < probe.child_count; i++)
		print_message("# child %zu: \"%s\" \"%s\" %s, %zu octets\n", i,
			      probe.children[i].name, probe.children[i].second_name,
			      probe.children[i].label != NULL ? probe.children[i].label : "",
			      probe.children[i].size);
	for (size_t i = 0; i < probe.finding_count; i++)
		print_message("# %s: %s\n", probe.findings[i].code, probe.findings[i].text);
}

static void expect(size_t index, const char *name, const char *second, const char *content)
{
	const struct probe_child *child = &probe.children[index];

	if (index >= probe.child_count || strcmp(child->name, name) != 0 ||
	    strcmp(child->second_name, second) != 0 || child->size != strlen(content))
		show();
	assert_true(index < probe.child_count);
	assert_string_equal(child->name, name);
	assert_string_equal(child->second_name, second);
	assert_int_equal(child->size, strlen(content));
	assert_memory_equal(child->data, content, child->size);
	assert_string_equal(child->via, "tnef");
}

static void expect_whole(size_t children)
{
	if (probe.finding_count != 0 || probe.child_count != children)
		show();
	assert_int_equal(probe.finding_count, 0);
	assert_int_equal(probe.child_count, children);
	assert_true(probe.added_flags & ASSAY_FLAG_UNPACKED);
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

static void attachments_become_members_with_their_titles(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "one.txt", "first", 5);
	tm_attachment(&maker, "run.exe", "MZ", 2);
	tm_attachment(&maker, NULL, "nameless", 8);
	run();
	expect(0, "one.txt", "", "first");
	expect(1, "run.exe", "", "MZ");
	expect(2, "", "", "nameless");
	expect_whole(3);
}

static void the_best_name_of_several_is_the_first(void **state)
{
	static const struct {
		const char *name, *title, *transport, *lasting, *wide, *display, *extension;
		const char *first, *second;
	} cases[] = {
		{"title alone", "a.txt", NULL, NULL, NULL, NULL, NULL, "a.txt", ""},
		{"long name", "a.txt", NULL, "b.exe", NULL, NULL, NULL, "b.exe", "a.txt"},
		{"both forms agree", NULL, NULL, "b.exe", "b.exe", NULL, NULL, "b.exe", ""},
		{"both forms differ", NULL, NULL, "b.exe", "c.txt", NULL, NULL, "b.exe", "c.txt"},
		{"case alone", "B.EXE", NULL, "b.exe", NULL, NULL, NULL, "b.exe", ""},
		{"8.3 form", "REPORT~1.DOC", NULL, "report of may.docx", NULL, NULL, NULL,
		 "report of may.docx", ""},
		{"8.3 form of a script", "A.JS", NULL, "a.json", NULL, NULL, NULL, "a.json",
		 "A.JS"},
		{"transport name", "a.txt", "t.js", NULL, NULL, NULL, NULL, "t.js", "a.txt"},
		{"display name alone", NULL, NULL, NULL, NULL, "d.vbs", NULL, "d.vbs", ""},
		{"display name beside", "a.txt", NULL, NULL, NULL, "see example.com", NULL, "a.txt",
		 ""},
		{"suffix alone", NULL, NULL, NULL, NULL, NULL, ".exe", "attachment.exe", ""},
		{"suffix of another kind", "a.txt", NULL, NULL, NULL, NULL, ".exe", "a.txt",
		 "a.txt.exe"},
		{"suffix that agrees", "a.txt", NULL, NULL, NULL, NULL, ".TXT", "a.txt", ""},
		{"suffix without a dot", "a", NULL, NULL, NULL, NULL, "js", "a", "a.js"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("# case: %s\n", cases[i].name);
		tm_begin(&maker);
		tm_attachment(&maker, cases[i].title, "data", 4);
		if (cases[i].transport != NULL)
			tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TRANSPORT_NAME,
				     cases[i].transport, strlen(cases[i].transport) + 1);
		tm_props(&props,
			 (uint32_t)((cases[i].lasting != NULL) + (cases[i].wide != NULL) +
				    (cases[i].display != NULL) + (cases[i].extension != NULL)));
		if (cases[i].lasting != NULL)
			tm_text(&props, 0x3707, cases[i].lasting);
		if (cases[i].wide != NULL)
			tm_wide(&props, 0x3707, cases[i].wide);
		if (cases[i].display != NULL)
			tm_text(&props, 0x3001, cases[i].display);
		if (cases[i].extension != NULL)
			tm_text(&props, 0x3703, cases[i].extension);
		tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
		run();
		expect(0, cases[i].first, cases[i].second, "data");
		expect_whole(1);
	}
}

static void a_third_name_is_shown_with_the_same_content(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "a.txt", "data", 4);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_TRANSPORT_NAME, "b.pdf", 6);
	tm_props(&props, 1);
	tm_text(&props, 0x3707, "c.exe");
	tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
	run();
	expect(0, "c.exe", "b.pdf", "data");
	expect(1, "a.txt", "", "data");
	expect_whole(2);
}

static void a_flood_of_names_is_reported(void **state)
{
	char name[24];
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "a.txt", "data", 4);
	tm_props(&props, 40);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "n%d.txt", i);
		tm_text(&props, 0x3707, name);
	}
	tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
	run();
	assert_int_equal(probe.child_count, TNEF_MAX_NAMES / 2);
	assert_true(probe_has(&probe, "archive.malformed"));
	assert_false(probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static void a_long_name_keeps_its_suffix(void **state)
{
	static char name[3000];
	(void)state;

	memset(name, 'n', sizeof(name));
	memcpy(name + sizeof(name) - 5, ".exe", 5);
	tm_begin(&maker);
	tm_attachment(&maker, name, "data", 4);
	run();
	assert_int_equal(probe.child_count, 1);
	assert_int_equal(probe.children[0].name_length, TNEF_MAX_NAME);
	assert_string_equal(probe.children[0].name + TNEF_MAX_NAME - 4, ".exe");
}

static void names_that_climb_out_are_reported(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "..\\..\\startup\\a.txt", "data", 4);
	run();
	assert_int_equal(probe.child_count, 1);
	assert_true(probe_has(&probe, "archive.path_traversal"));
}

static void content_in_properties_becomes_a_member(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_BEGIN, "\0\0", 2);
	tm_props(&props, 6);
	tm_long(&props, 0x0e20, 99);
	tm_named(&props, 0, 0);
	tm_named(&props, 1, 14);
	tm_value(&props, 0x0102, 0x3702, "", 0);
	tm_wide(&props, 0x3707, "tool.scr");
	tm_value(&props, 0x0102, 0x3701, "MZ program", 10);
	tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
	run();
	expect(0, "tool.scr", "", "MZ program");
	expect_whole(1);
}

static void an_embedded_message_becomes_a_stream_of_its_own(void **state)
{
	static const uint32_t types[] = {0x000d, 0x0102};
	(void)state;

	for (size_t i = 0; i < COUNT(types); i++) {
		tm_begin(&inner);
		tm_attachment(&inner, "in.exe", "MZ", 2);
		props.size = 0;
		tm_octets(&props, INTERFACE, 16);
		tm_octets(&props, inner.data, inner.size);
		inner = props;
		tm_props(&props, 2);
		tm_text(&props, 0x3001, "Welcome to example.com");
		tm_value(&props, types[i], 0x3701, inner.data, inner.size);
		tm_begin(&maker);
		tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_BEGIN, "\0\0", 2);
		tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_DATA, "", 0);
		tm_take(&maker, LEVEL_ATTACHMENT, ATT_PROPS, &props);
		run();
		expect_whole(1);
		assert_string_equal(probe.children[0].name, "");
		assert_int_equal(probe.children[0].size, inner.size - 16);
		assert_memory_equal(probe.children[0].data, inner.data + 16, inner.size - 16);
		/* The child is opened in turn. */
		memcpy(maker.data, inner.data + 16, inner.size - 16);
		maker.size = inner.size - 16;
		run();
		expect(0, "in.exe", "", "MZ");
		expect_whole(1);
	}
}

static void texts_become_derived_objects(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attribute(&maker, LEVEL_MESSAGE, ATT_BODY, "plain", 6);
	tm_props(&props, 4);
	tm_text(&props, 0x1000, "narrow");
	tm_wide(&props, 0x1000, "wide");
	tm_value(&props, 0x0102, 0x1013, "<p>html", 7);
	tm_text(&props, 0x3001, "the subject is no name.exe");
	tm_take(&maker, LEVEL_MESSAGE, ATT_MESSAGE_PROPS, &props);
	run();
	expect(0, "", "", "plain");
	expect(1, "", "", "narrow");
	expect(2, "", "", "wide");
	expect(3, "", "", "<p>html");
	expect_whole(4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(probe.children[i].label, "body");
		assert_true(probe.children[i].flags & ASSAY_FLAG_BODY);
	}
}

static void a_rendering_becomes_a_derived_object(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "a.txt", "data", 4);
	tm_attribute(&maker, LEVEL_ATTACHMENT, ATT_METAFILE, "\327\315\306\232", 4);
	run();
	assert_string_equal(probe.children[0].label, "metafile");
	expect(1, "a.txt", "", "data");
	expect_whole(2);
}

static void an_empty_attachment_keeps_its_name(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "a.exe", "", 0);
	run();
	expect(0, "a.exe", "", "");
	expect_whole(1);
}

static void several_streams_are_one_container(void **state)
{
	(void)state;

	tm_begin(&maker);
	tm_attachment(&maker, "a.txt", "one", 3);
	tm_octets(&maker, "\170\237\076\042\377\377", 6);
	tm_attachment(&maker, "b.txt", "two", 3);
	tm_octets(&maker, "\0\0\r\n", 4);
	run();
	expect(0, "a.txt", "", "one");
	expect(1, "b.txt", "", "two");
	expect_whole(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(attachments_become_members_with_their_titles,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_best_name_of_several_is_the_first, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_third_name_is_shown_with_the_same_content, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_flood_of_names_is_reported, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_name_keeps_its_suffix, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_that_climb_out_are_reported, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(content_in_properties_becomes_a_member, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_embedded_message_becomes_a_stream_of_its_own,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(texts_become_derived_objects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rendering_becomes_a_derived_object, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_empty_attachment_keeps_its_name, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(several_streams_are_one_container, set_up,
						tear_down),
	};
	return cmocka_run_group_tests_name("archive tnef", tests, NULL, NULL);
}
