/* SPDX-License-Identifier: BSD-2-Clause */
#include "clamav_samples.h"
#include "probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* One folder per test, with at most one file in it. */
static char folder[64];
static char file[128];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-clamav-XXXXXX");
	file[0] = '\0';
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	if (file[0] != '\0')
		unlink(file);
	rmdir(folder);
	return 0;
}

static void write_file(const char *name, const char *text)
{
	FILE *f;

	if (file[0] != '\0')
		unlink(file);
	snprintf(file, sizeof(file), "%s/%s", folder, name);
	f = fopen(file, "w");
	assert_non_null(f);
	assert_int_equal(fputs(text, f) < 0, 0);
	assert_int_equal(fclose(f), 0);
}

/* A body signature for the octets "needle in a mail". */
#define NEEDLE "Needle.Test-1:0:*:6e6565646c6520696e2061206d61696c\n"

static void load_fails(const char *key, const char *path, const char *const words[3])
{
	const struct probe_setting settings[] = {{key, {path}}, {0}};
	struct probe probe = {.settings = settings};

	assert_true(probe_open(&probe, &assay_plugin) < 0);
	assert_null(probe.state);
	for (size_t i = 0; i < 3 && words[i] != NULL; i++) {
		print_message("# error: %s\n", probe.loaded.error);
		assert_non_null(strstr(probe.loaded.error, words[i]));
	}
}

static void a_missing_folder_is_refused(void **state)
{
	const char *const words[3] = {"/nowhere/at/all: No such file", "; correct the path"};
	(void)state;

	load_fails("databases", "/nowhere/at/all", words);
	load_fails("extra_databases", "/nowhere/at/all", words);
}

static void a_folder_without_databases_is_refused(void **state)
{
	const char *const words[3] = {folder, "no ClamAV database here"};
	(void)state;

	load_fails("databases", folder, words);
	write_file("README.md", "nothing to load");
	load_fails("databases", folder, words);
}

static void a_broken_database_is_refused_with_file_line_and_reason(void **state)
{
	static const struct {
		const char *name, *text, *words[3];
	} cases[] = {
		{"body.ndb", NEEDLE "garbage:line\n", {"line 2", "body.ndb", "; repair or remove"}},
		{"hash.hdb", "zzzz\n", {"line 1", "hash.hdb", "Malformed"}},
		{"daily.cvd", "this is no signed database", {"daily.cvd"}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_file(cases[i].name, cases[i].text);
		load_fails("extra_databases", folder, cases[i].words);
	}
}

static void rules_that_libclamav_leaves_out_are_noted(void **state)
{
	const struct probe_setting settings[] = {{"extra_databases", {folder}}, {0}};
	struct probe probe = {.settings = settings};
	(void)state;

	write_file("rules.yar", "rule broken { condition: nothing_such }\n");
	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	assert_non_null(strstr(probe.loaded.note, "warnings while loading, see the log"));
	probe_close(&probe);
}

static void a_single_file_can_be_named(void **state)
{
	struct probe_setting settings[] = {{"extra_databases", {file}}, {0}};
	struct probe probe = {.settings = settings};
	struct assay_object object;
	(void)state;

	write_file("own.ndb", NEEDLE);
	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	object = probe_object(as_span_text("a needle in a mail"), NULL, NULL);
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_true(probe_has(&probe, "malware.Needle.Test-1"));
	probe_close(&probe);
}

static void without_the_official_database_it_works_and_says_so(void **state)
{
	struct probe probe = {0};
	(void)state;

	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	assert_non_null(strstr(probe.loaded.note, "no official database"));
	assert_true(probe.loaded.signatures > 0);
	assert_true(probe.loaded.newest == 0);
	assert_true(probe.loaded.version[0] >= '0' && probe.loaded.version[0] <= '9');
	assert_int_equal(probe.loaded.context, ASSAY_CONTEXT_TYPE);
	probe_close(&probe);
}

static void own_databases_count_and_have_an_age(void **state)
{
	const struct probe_setting settings[] = {{"databases", {folder}}, {0}};
	struct probe probe = {.settings = settings}, plain = {0};
	struct stat st;
	(void)state;

	write_file("own.ndb", NEEDLE);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(probe_open(&plain, &assay_plugin), 0);
	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	assert_true(probe.loaded.signatures == plain.loaded.signatures + 1);
	assert_true(probe.loaded.newest == (int64_t)st.st_mtim.tv_sec);
	probe_close(&probe);
	probe_close(&plain);
}

static void without_any_signature_it_does_not_start(void **state)
{
	const struct probe_setting settings[] = {{"shipped", {"false"}}, {0}};
	struct probe probe = {.settings = settings};
	(void)state;

	assert_true(probe_open(&probe, &assay_plugin) < 0);
	assert_non_null(strstr(probe.loaded.error, "install clamav-freshclam"));
}

static void without_the_shipped_signatures_there_is_no_canary(void **state)
{
	const struct probe_setting settings[] = {
		{"shipped", {"false"}}, {"databases", {folder}}, {0}};
	const struct assay_canary *canaries = NULL;
	struct probe probe = {.settings = settings};
	(void)state;

	write_file("own.ndb", NEEDLE);
	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	assert_int_equal(assay_plugin.canaries(probe.state, &canaries), 0);
	probe_close(&probe);
}

static uint64_t fingerprint_with(const char *key, const char *value)
{
	const struct probe_setting settings[] = {{key, {value}}, {0}};
	struct probe probe = {.settings = settings};
	uint64_t fingerprint;

	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	fingerprint = probe.loaded.fingerprint;
	probe_close(&probe);
	return fingerprint;
}

static void the_fingerprint_changes_with_what_changes_answers(void **state)
{
	static const char *const changes[][2] = {
		{"max_file_mib", "7"},	{"max_scan_mib", "7"},	{"max_recursion", "7"},
		{"max_files", "7"},	{"broken", "true"},	{"macros", "false"},
		{"encrypted", "false"}, {"structured", "true"}, {"pua", "true"},
		{"bytecode", "false"},
	};
	uint64_t plain = fingerprint_with("shipped", "true"), first;
	(void)state;

	assert_true(plain == fingerprint_with("shipped", "true"));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		print_message("# case: %s\n", changes[i][0]);
		assert_true(plain != fingerprint_with(changes[i][0], changes[i][1]));
	}
	write_file("own.ndb", NEEDLE);
	first = fingerprint_with("databases", folder);
	assert_true(first != plain);
	write_file("own.ndb", NEEDLE NEEDLE);
	assert_true(first != fingerprint_with("databases", folder));
}

static void it_can_be_loaded_again_after_unload(void **state)
{
	struct sample eicar = sample_eicar();
	struct assay_object object = probe_object(sample_span(&eicar), NULL, NULL);
	(void)state;

	for (int i = 0; i < 3; i++) {
		struct probe probe = {0};

		assert_int_equal(probe_open(&probe, &assay_plugin), 0);
		assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
		assert_true(probe_has(&probe, "malware.eicar"));
		probe_close(&probe);
	}
	free(eicar.data);
}

static void unloading_nothing_is_allowed(void **state)
{
	(void)state;
	assay_plugin.unload(NULL);
}

static void unwanted_applications_are_loaded_on_request(void **state)
{
	const struct probe_setting settings[] = {{"databases", {folder}}, {"pua", {"true"}}, {0}};
	struct probe with = {.settings = settings};
	struct assay_object object = probe_object(as_span_text("a needle in a mail"), NULL, NULL);
	(void)state;

	write_file("own.ndu", "PUA.Needle.Test-1:0:*:6e6565646c6520696e2061206d61696c\n");
	assert_int_equal(probe_open(&with, &assay_plugin), 0);
	assert_int_equal(probe_run(&with, &object, ASSAY_JUDGE), 0);
	assert_int_equal(with.finding_count, 1);
	assert_string_equal(with.findings[0].code, "malware.PUA.Needle.Test-1");
	assert_int_equal(with.findings[0].severity, ASSAY_MEDIUM);
	probe_close(&with);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_missing_folder_is_refused),
		IN_FOLDER(a_folder_without_databases_is_refused),
		IN_FOLDER(a_broken_database_is_refused_with_file_line_and_reason),
		IN_FOLDER(rules_that_libclamav_leaves_out_are_noted),
		IN_FOLDER(a_single_file_can_be_named),
		cmocka_unit_test(without_the_official_database_it_works_and_says_so),
		IN_FOLDER(own_databases_count_and_have_an_age),
		cmocka_unit_test(without_any_signature_it_does_not_start),
		IN_FOLDER(without_the_shipped_signatures_there_is_no_canary),
		IN_FOLDER(the_fingerprint_changes_with_what_changes_answers),
		cmocka_unit_test(it_can_be_loaded_again_after_unload),
		cmocka_unit_test(unloading_nothing_is_allowed),
		IN_FOLDER(unwanted_applications_are_loaded_on_request),
	};
	return cmocka_run_group_tests_name("clamav load", tests, NULL, NULL);
}
