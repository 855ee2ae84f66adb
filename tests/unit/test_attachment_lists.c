/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char file_path[] = "/tmp/assay-list-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(file_path);

	(void)state;
	if (getenv("top_srcdir") == NULL)
		setenv("top_srcdir", ".", 1);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file_path);
}

static void write_file(const char *text, size_t size)
{
	FILE *file = fopen(file_path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static int open_with(struct probe *probe, const struct probe_setting *settings)
{
	memset(probe, 0, sizeof(*probe));
	probe->settings = settings;
	return probe_open(probe, &assay_plugin);
}

static enum assay_action wish_for(struct probe *probe, const char *name)
{
	struct assay_object object = probe_object(as_span_make("text", 4), name, NULL);
	enum assay_action wish = ASSAY_ACTION_NONE;

	assert_int_equal(probe_run(probe, &object, ASSAY_JUDGE), 0);
	for (size_t i = 0; i < probe->finding_count; i++)
		if (probe->findings[i].wish > wish)
			wish = probe->findings[i].wish;
	return wish;
}

static struct probe probe;

static void a_broken_line_is_named_with_file_line_and_remedy(void **state)
{
	static const struct {
		const char *key, *text, *line, *expected;
	} cases[] = {
		{"extensions", "exe\n", ":1: ", "expected a class"},
		{"extensions", "# a\n\nexe executable\n", ":3: ", "expected an action"},
		{"extensions", "exe executable drop\n", ":1: ", "found \"drop\""},
		{"extensions", "exe program block\n", ":1: ", "found \"program\""},
		{"extensions", "exe executable block now\n", ":1: ", "end of the line"},
		{"extensions", "tar.gz archive allow\n", ":1: ", "extension of one part"},
		{"extensions", "a/b archive allow\n", ":1: ", "extension of one part"},
		{"extensions", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa data flag\n",
		 ":1: ", "extension of one part"},
		{"extensions", "exe executable block\n.EXE script flag\n",
		 ":2: ", "\"exe\" again after line 1"},
		{"types", "exe executable block\n", ":1: ", "a media type"},
		{"types", "image/* image allow\n", ":1: ", "a media type"},
		{"types", "a/b data flag\na/b data flag\n", ":2: ", "\"a/b\" again after line 1"},
		{"classes", "executable\n", ":1: ", "expected an action"},
		{"classes", "executable maybe\n", ":1: ", "found \"maybe\""},
		{"classes", "script flag\nprogram block\n", ":2: ", "expected a class"},
		{"classes", "script flag\nscript block\n", ":2: ", "each class once"},
		{"classes", "script flag please\n", ":1: ", "end of the line"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct probe_setting settings[] = {
			{cases[i].key, {file_path}},
			{NULL, {NULL}},
		};

		print_message("case: %zu\n", i);
		write_file(cases[i].text, strlen(cases[i].text));
		assert_true(open_with(&probe, settings) < 0);
		print_message("  %s\n", probe.loaded.error);
		assert_ptr_equal(strstr(probe.loaded.error, file_path), probe.loaded.error);
		assert_non_null(strstr(probe.loaded.error, cases[i].line));
		assert_non_null(strstr(probe.loaded.error, cases[i].expected));
	}
}

static void a_list_that_is_no_text_is_refused(void **state)
{
	static const struct probe_setting nul[] = {{"types", {file_path}}, {NULL, {NULL}}};
	static const struct probe_setting none[] = {
		{"extensions", {"/nonexistent/extensions.list"}},
		{NULL, {NULL}},
	};
	static const struct probe_setting folder[] = {{"classes", {"/"}}, {NULL, {NULL}}};
	(void)state;

	write_file("a/b data flag\n\0c/d data flag\n", 29);
	assert_true(open_with(&probe, nul) < 0);
	assert_non_null(strstr(probe.loaded.error, "NUL"));
	assert_true(open_with(&probe, none) < 0);
	assert_non_null(strstr(probe.loaded.error, "/nonexistent/extensions.list"));
	assert_true(open_with(&probe, folder) < 0);
	assert_true(probe.loaded.error[0] != '\0');
}

static void a_list_of_ones_own_replaces_the_shipped_one(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf# own\n.FOO\tscript  block # mine\r\nbar data strip\nbaz data flag";
	static const struct probe_setting settings[] = {
		{"extensions", {file_path}},
		{NULL, {NULL}},
	};
	(void)state;

	write_file(text, sizeof(text) - 1);
	assert_int_equal(open_with(&probe, settings), 0);
	assert_int_equal(wish_for(&probe, "a.foo"), ASSAY_ACTION_REJECT);
	assert_int_equal(wish_for(&probe, "a.bar"), ASSAY_ACTION_STRIP);
	assert_int_equal(wish_for(&probe, "a.baz"), ASSAY_ACTION_NONE);
	assert_int_equal(wish_for(&probe, "a.exe"), ASSAY_ACTION_NONE);
	probe_close(&probe);
}

static void block_and_allow_go_before_the_list(void **state)
{
	static const struct probe_setting settings[] = {
		{"block", {"foo", ".HTML", "\xd0\xb0\xd0\xb1"}},
		{"allow", {".ISO", "unheard"}},
		{NULL, {NULL}},
	};
	(void)state;

	assert_int_equal(open_with(&probe, settings), 0);
	assert_int_equal(wish_for(&probe, "a.FOO"), ASSAY_ACTION_REJECT);
	assert_int_equal(wish_for(&probe, "a.html"), ASSAY_ACTION_REJECT);
	assert_int_equal(wish_for(&probe, "a.\xd0\xb0\xd0\xb1"), ASSAY_ACTION_REJECT);
	assert_int_equal(wish_for(&probe, "a.iso"), ASSAY_ACTION_NONE);
	assert_int_equal(wish_for(&probe, "a.exe"), ASSAY_ACTION_REJECT);
	probe_close(&probe);
}

static enum assay_action wish_for_image(const char *name, enum assay_class type_class)
{
	struct assay_object object = probe_object(as_span_make("\0\0\0", 3), name, NULL);

	object.type_class = type_class;
	object.type_confidence = 100;
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	for (size_t i = 0; i < probe.finding_count; i++)
		if (probe.findings[i].wish != ASSAY_ACTION_NONE)
			return probe.findings[i].wish;
	return ASSAY_ACTION_NONE;
}

static void allow_covers_what_bears_the_name_honestly(void **state)
{
	static const struct probe_setting settings[] = {
		{"allow", {"iso"}},
		{NULL, {NULL}},
	};
	(void)state;

	assert_int_equal(open_with(&probe, settings), 0);
	assert_int_equal(wish_for_image("a.iso", ASSAY_CLASS_DISK_IMAGE), ASSAY_ACTION_NONE);
	assert_int_equal(wish_for_image("a.jpg", ASSAY_CLASS_DISK_IMAGE), ASSAY_ACTION_REJECT);
	assert_int_equal(wish_for_image("a.iso", ASSAY_CLASS_EXECUTABLE), ASSAY_ACTION_REJECT);
	probe_close(&probe);
}

static void an_extension_that_is_none_is_refused(void **state)
{
	static const char *const words[] = {"", ".", "a.b", "*.exe", "a/b"};
	(void)state;

	for (size_t i = 0; i < COUNT(words); i++) {
		const struct probe_setting settings[] = {
			{"block", {words[i]}},
			{NULL, {NULL}},
		};

		print_message("case: %s\n", words[i]);
		assert_true(open_with(&probe, settings) < 0);
		assert_non_null(strstr(probe.loaded.error, "expected an extension"));
	}
}

static void classes_of_ones_own_decide_by_type(void **state)
{
	static const char text[] = "executable strip\ndeceptive-name flag\n";
	static const struct probe_setting settings[] = {
		{"classes", {file_path}},
		{NULL, {NULL}},
	};
	(void)state;

	write_file(text, sizeof(text) - 1);
	assert_int_equal(open_with(&probe, settings), 0);
	assert_int_equal(wish_for_image("a.jpg", ASSAY_CLASS_EXECUTABLE), ASSAY_ACTION_STRIP);
	assert_int_equal(wish_for_image("a.jpg", ASSAY_CLASS_SHORTCUT), ASSAY_ACTION_NONE);
	assert_int_equal(wish_for(&probe, "a\xe2\x80\xae"
					  "gpj.txt"),
			 ASSAY_ACTION_NONE);
	assert_true(probe_has(&probe, "name.rtlo"));
	probe_close(&probe);
}

static void the_fingerprint_follows_lists_and_settings(void **state)
{
	static const struct probe_setting block[] = {{"block", {"foo"}}, {NULL, {NULL}}};
	static const struct probe_setting allow[] = {{"allow", {"foo"}}, {NULL, {NULL}}};
	uint64_t shipped, again, blocked;
	(void)state;

	assert_int_equal(open_with(&probe, NULL), 0);
	shipped = probe.loaded.fingerprint;
	assert_true(probe.loaded.signatures > 300);
	assert_true(probe.loaded.newest > 0);
	probe_close(&probe);
	assert_int_equal(open_with(&probe, NULL), 0);
	again = probe.loaded.fingerprint;
	probe_close(&probe);
	assert_int_equal(open_with(&probe, block), 0);
	blocked = probe.loaded.fingerprint;
	probe_close(&probe);
	assert_int_equal(open_with(&probe, allow), 0);
	assert_true(shipped == again);
	assert_true(shipped != blocked);
	assert_true(blocked != probe.loaded.fingerprint);
	probe_close(&probe);
}

static void max_name_moves_the_limit_of_long_names(void **state)
{
	static const struct probe_setting settings[] = {{"max_name", {"20"}}, {NULL, {NULL}}};
	(void)state;

	assert_int_equal(open_with(&probe, settings), 0);
	wish_for(&probe, "exactly-twenty-c.pdf");
	assert_false(probe_has(&probe, "name.too_long"));
	wish_for(&probe, "now-twenty-one-ch.pdf");
	assert_true(probe_has(&probe, "name.too_long"));
	probe_close(&probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_line_is_named_with_file_line_and_remedy),
		cmocka_unit_test(a_list_that_is_no_text_is_refused),
		cmocka_unit_test(a_list_of_ones_own_replaces_the_shipped_one),
		cmocka_unit_test(block_and_allow_go_before_the_list),
		cmocka_unit_test(allow_covers_what_bears_the_name_honestly),
		cmocka_unit_test(an_extension_that_is_none_is_refused),
		cmocka_unit_test(classes_of_ones_own_decide_by_type),
		cmocka_unit_test(the_fingerprint_follows_lists_and_settings),
		cmocka_unit_test(max_name_moves_the_limit_of_long_names),
	};

	return cmocka_run_group_tests_name("attachment lists", tests, make_file, remove_file);
}
