/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_archive_zip_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <zlib.h>

static void encrypted_members_keep_their_names(void **state)
{
	static const struct {
		const char *name;
		uint16_t flags, method;
	} cases[] = {
		{"ZipCrypto", 1, 8},
		{"AES", 1, 99},
		{"strong", 0x41, 8},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zip_sample entries[] = {TEXT("secret.exe", "????????????????"),
					       TEXT("open.txt", "open")};

		print_message("# case: %s\n", cases[i].name);
		zip_file.size = 0;
		entries[0].flags = cases[i].flags;
		entries[0].method = cases[i].method;
		zip_put_archive(entries, 2, 0);
		zip_run();
		zip_expect("open.txt", "open");
		assert_int_equal(probe_child_named(&zip_probe, "secret.exe")->flags,
				 ASSAY_FLAG_ENCRYPTED | ASSAY_FLAG_UNREAD);
		assert_int_equal(probe_child_named(&zip_probe, "secret.exe")->declared_size, 16);
		assert_true(probe_has(&zip_probe, "archive.encrypted"));
		assert_int_equal(zip_probe.finding_count, 1);
		assert_true(zip_probe.added_flags & ASSAY_FLAG_ENCRYPTED);
		assert_false(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
	}
}

static void an_encryption_bit_in_one_header_only_hides_nothing(void **state)
{
	struct zip_sample entry = TEXT("a.txt", "alpha");
	(void)state;

	entry.central_flags = 1;
	zip_put_archive(&entry, 1, 0);
	zip_run();
	assert_int_equal(zip_probe.child_count, 2);
	assert_int_equal(zip_probe.children[1].size, 5);
	assert_true(probe_has(&zip_probe, "archive.header_mismatch"));
}

static void an_unknown_method_is_unsupported(void **state)
{
	struct zip_sample entry = TEXT("a.txt", "alpha");
	(void)state;

	entry.method = 6;
	zip_put_archive(&entry, 1, 0);
	zip_run();
	assert_true(probe_has(&zip_probe, "archive.unsupported"));
	assert_int_equal(zip_probe.children[0].flags, ASSAY_FLAG_UNREAD);
}

static void a_wrong_checksum_is_damage(void **state)
{
	struct zip_sample entry = TEXT("a.txt", "alpha");
	(void)state;

	entry.crc_error = 1;
	zip_put_archive(&entry, 1, 0);
	zip_run();
	zip_expect("a.txt", "alpha");
	assert_int_equal(zip_probe.children[0].flags, ASSAY_FLAG_DAMAGED);
	assert_true(probe_has(&zip_probe, "archive.malformed"));
}

static void truncation_never_looks_complete(void **state)
{
	static unsigned char content[4096];
	struct zip_sample entry = {.name = "noise.bin",
				   .content = content,
				   .content_size = sizeof(content),
				   .deflate = true};
	uint32_t random = 1;
	size_t whole;
	(void)state;

	for (size_t i = 0; i < sizeof(content); i++) {
		random = random * 1103515245u + 12345u;
		content[i] = (unsigned char)(random >> 16);
	}
	zip_put_archive(&entry, 1, 0);
	whole = zip_file.size;
	for (size_t part = 1; part < 8; part++) {
		zip_file.size = whole * part / 8;
		zip_run();
		assert_true(probe_has(&zip_probe, "archive.malformed"));
		assert_int_equal(zip_probe.child_count, 1);
		assert_true(zip_probe.children[0].flags & ASSAY_FLAG_TRUNCATED);
		assert_false(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
		assert_memory_equal(zip_probe.children[0].data, content,
				    zip_probe.children[0].size);
	}
}

static void overlapping_members_are_a_bomb(void **state)
{
	struct zip_sample kernel = TEXT("kernel", "00000000");
	struct zip_sample alias;
	size_t directory_at;
	(void)state;

	zip_put_local(&kernel);
	directory_at = zip_file.size;
	zip_put_central(&kernel, 0);
	alias = kernel;
	for (int i = 0; i < 20; i++) {
		alias.name = "alias";
		zip_put_central(&alias, 0);
	}
	zip_put_end(directory_at, 0, 21);
	zip_run();
	assert_true(probe_has(&zip_probe, "bomb.overlap"));
	assert_true(zip_probe.charged < 100);
}

static void a_bomb_stops_at_the_budget_and_shows_its_begin(void **state)
{
	static unsigned char zeros[1 << 20];
	struct zip_sample entry = {
		.name = "zeros", .content = zeros, .content_size = sizeof(zeros), .deflate = true};
	(void)state;

	zip_put_archive(&entry, 1, 0);
	zip_probe.max_bytes = 100000;
	zip_run();
	assert_int_equal(zip_probe.child_count, 1);
	assert_true(zip_probe.children[0].flags & ASSAY_FLAG_TRUNCATED);
	assert_true(zip_probe.children[0].size > 0 && zip_probe.children[0].size <= 100000);
	assert_true(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static void a_limit_of_objects_ends_the_walk(void **state)
{
	struct zip_sample entries[8];
	(void)state;

	for (size_t i = 0; i < 8; i++)
		entries[i] = (struct zip_sample)TEXT("a.txt", "alpha");
	zip_put_archive(entries, 8, 0);
	zip_probe.max_children = 3;
	zip_run();
	assert_int_equal(zip_probe.child_count, 3);
	assert_true(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static void names_that_leave_the_folder_are_reported(void **state)
{
	static const struct {
		const char *name;
		int severity; /* -1: nothing */
	} cases[] = {
		{"../evil.exe", ASSAY_SEVERITY_DEFAULT},
		{"a/../../evil", ASSAY_SEVERITY_DEFAULT},
		{"a\\..\\evil", ASSAY_SEVERITY_DEFAULT},
		{"C:\\evil.exe", ASSAY_SEVERITY_DEFAULT},
		{"\\\\host\\share\\x", ASSAY_SEVERITY_DEFAULT},
		{"/etc/passwd", ASSAY_LOW},
		{"docs/NUL.txt", ASSAY_LOW},
		{"com1", ASSAY_LOW},
		{"a..b/c...d", -1},
		{"console.log", -1},
		{"./a.txt", -1},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zip_sample entry = TEXT(cases[i].name, "x");

		print_message("# case: %s\n", cases[i].name);
		zip_file.size = 0;
		zip_put_archive(&entry, 1, 0);
		zip_run();
		zip_expect(cases[i].name, "x");
		if (cases[i].severity < 0)
			assert_int_equal(zip_probe.finding_count, 0);
		else
			assert_int_equal(zip_severity("archive.path_traversal"), cases[i].severity);
	}
}

static void a_wide_lzma_dictionary_is_refused(void **state)
{
	static const unsigned char lzma[] = {9, 20, 5, 0, 0x5d, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0};
	struct zip_sample entry = {
		.name = "wide", .content = lzma, .content_size = sizeof(lzma), .method = 14};
	(void)state;

	zip_put_archive(&entry, 1, 0);
	zip_run();
	assert_true(probe_has(&zip_probe, "bomb.dictionary"));
	assert_true(zip_probe.children[0].flags & ASSAY_FLAG_UNREAD);
}

static void the_canaries_are_found(void **state)
{
	const struct assay_canary *canaries;
	size_t count = assay_plugin.canaries(zip_probe.state, &canaries);
	(void)state;

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		struct assay_object object = probe_object(canaries[i].data, canaries[i].name, NULL);

		object.type_name = canaries[i].type.name;
		object.type_class = canaries[i].type.type_class;
		assert_int_equal(probe_run(&zip_probe, &object, ASSAY_UNPACK), 0);
		assert_int_equal(zip_probe.child_count, canaries[i].expect_children);
		assert_int_equal(zip_probe.finding_count, 0);
		assert_memory_equal(zip_probe.children[0].data, "a", 1);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, zip_set_up, zip_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(encrypted_members_keep_their_names),
		TEST(an_encryption_bit_in_one_header_only_hides_nothing),
		TEST(an_unknown_method_is_unsupported),
		TEST(a_wrong_checksum_is_damage),
		TEST(truncation_never_looks_complete),
		TEST(overlapping_members_are_a_bomb),
		TEST(a_bomb_stops_at_the_budget_and_shows_its_begin),
		TEST(a_limit_of_objects_ends_the_walk),
		TEST(names_that_leave_the_folder_are_reported),
		TEST(a_wide_lzma_dictionary_is_refused),
		TEST(the_canaries_are_found),
	};

	return cmocka_run_group_tests_name("archive zip bad", tests, NULL, NULL);
}
