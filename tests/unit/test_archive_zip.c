/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_archive_zip_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <zlib.h>

static void stored_and_deflated_members_come_out_without_findings(void **state)
{
	struct zip_sample entries[] = {TEXT("a.txt", "alpha"),
				       TEXT("dir/b.txt", "bravo bravo bravo")};
	(void)state;

	entries[1].deflate = true;
	zip_put_archive(entries, 2, 0);
	zip_run();
	zip_expect("a.txt", "alpha");
	zip_expect("dir/b.txt", "bravo bravo bravo");
	assert_int_equal(zip_probe.child_count, 2);
	assert_int_equal(zip_probe.finding_count, 0);
	assert_true(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static void data_descriptors_are_quiet(void **state)
{
	struct zip_sample entries[] = {TEXT("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"),
				       TEXT("A.class", "class class class")};
	(void)state;

	entries[0].deflate = entries[0].descriptor = true;
	entries[1].deflate = entries[1].descriptor = true;
	zip_put_archive(entries, 2, 0);
	zip_run_as("a.jar", "JAR", ASSAY_CLASS_EXECUTABLE);
	zip_expect("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n");
	zip_expect("A.class", "class class class");
	assert_int_equal(zip_probe.finding_count, 0);
}

static void folders_are_no_objects(void **state)
{
	struct zip_sample entries[] = {TEXT("dir/", ""), TEXT("dir/a", "x")};
	(void)state;

	zip_put_archive(entries, 2, 0);
	zip_run();
	assert_int_equal(zip_probe.child_count, 1);
	assert_int_equal(zip_probe.finding_count, 0);
}

static void an_empty_archive_is_quiet(void **state)
{
	(void)state;

	zip_put_end(0, 0, 0);
	zip_run();
	assert_int_equal(zip_probe.child_count, 0);
	assert_int_equal(zip_probe.finding_count, 0);
}

static void zip64_records_are_followed(void **state)
{
	struct zip_sample entry = TEXT("big.txt", "sixty-four");
	size_t directory_at;
	(void)state;

	entry.zip64 = true;
	zip_put_local(&entry);
	directory_at = zip_file.size;
	entry.header_at = 0;
	zip_put_central(&entry, 0);
	zip_put_end64(directory_at, 1);
	zip_run();
	zip_expect("big.txt", "sixty-four");
	assert_int_equal(zip_probe.child_count, 1);
	assert_int_equal(zip_probe.finding_count, 0);
}

static void a_stored_archive_inside_is_one_member(void **state)
{
	static struct zip_buffer inner;
	struct zip_sample one = TEXT("deep.txt", "deep"), entries[2] = {TEXT("last.txt", "last")};
	(void)state;

	zip_put_archive(&one, 1, 0);
	inner = zip_file;
	zip_file.size = 0;
	entries[1] = (struct zip_sample){
		.name = "inner.zip", .content = inner.data, .content_size = inner.size};
	zip_put_archive(entries, 2, 0);
	zip_run();
	assert_int_equal(zip_probe.child_count, 2);
	assert_int_equal(probe_child_named(&zip_probe, "inner.zip")->size, inner.size);
	assert_int_equal(zip_probe.finding_count, 0);
}

static void a_unicode_path_replaces_a_name_in_another_charset(void **state)
{
	static const unsigned char field[] = "up\020\000\001....\303\244rger.txt";
	unsigned char extra[sizeof(field) - 1];
	struct zip_sample entry = TEXT("\204rger.txt", "x");
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)entry.name, 9);
	(void)state;

	memcpy(extra, field, sizeof(extra));
	extra[2] = (unsigned char)(sizeof(extra) - 4);
	for (size_t i = 0; i < 4; i++)
		extra[5 + i] = (unsigned char)(crc >> (8 * i));
	entry.extra = extra;
	entry.extra_size = sizeof(extra);
	zip_put_archive(&entry, 1, 0);
	zip_run();
	zip_expect("\303\244rger.txt", "x");
	assert_int_equal(zip_probe.finding_count, 0);
}

static void members_without_a_central_directory_are_found(void **state)
{
	struct zip_sample entries[] = {TEXT("a.txt", "alpha"), TEXT("b.txt", "bravo bravo bravo"),
				       TEXT("c.txt", "charlie")};
	(void)state;

	entries[1].deflate = entries[1].descriptor = true;
	entries[2].descriptor = true;
	for (size_t i = 0; i < 3; i++)
		zip_put_local(&entries[i]);
	zip_run();
	zip_expect("a.txt", "alpha");
	zip_expect("b.txt", "bravo bravo bravo");
	zip_expect("c.txt", "charlie");
	assert_int_equal(zip_probe.child_count, 3);
	assert_true(probe_has(&zip_probe, "archive.malformed"));
	assert_false(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static void octets_in_front_do_not_hide_members(void **state)
{
	static const size_t bases[] = {0, 100};
	(void)state;

	/* Offsets counted from the file and from the archive. */
	for (size_t i = 0; i < 2; i++) {
		struct zip_sample entry = TEXT("a.txt", "alpha");

		zip_file.size = 0;
		for (int k = 0; k < 100; k++)
			zip_put("j", 1);
		zip_put_archive(&entry, 1, bases[i]);
		zip_run_as("photo.jpg", "JPEG", ASSAY_CLASS_IMAGE);
		zip_expect("a.txt", "alpha");
		assert_int_equal(zip_probe.child_count, 1);
		assert_true(probe_has(&zip_probe, "archive.format_unusual"));
	}
}

static void a_self_extractor_is_opened_quietly(void **state)
{
	struct zip_sample entry = TEXT("a.txt", "alpha");
	(void)state;

	zip_put("MZ stub stub stub stub", 22);
	zip_put_archive(&entry, 1, 22);
	zip_run_as("setup.exe", "EXE", ASSAY_CLASS_EXECUTABLE);
	zip_expect("a.txt", "alpha");
	assert_int_equal(zip_probe.finding_count, 0);
	assert_false(zip_probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static void concatenated_archives_are_all_opened(void **state)
{
	struct zip_sample first = TEXT("first.txt", "one"), second = TEXT("second.txt", "two");
	(void)state;

	zip_put_archive(&first, 1, 0);
	zip_put_archive(&second, 1, zip_file.size);
	zip_run();
	zip_expect("first.txt", "one");
	zip_expect("second.txt", "two");
	assert_int_equal(zip_probe.child_count, 2);
	assert_true(probe_has(&zip_probe, "archive.concatenated"));
}

static void an_archive_in_the_comment_of_another_is_opened(void **state)
{
	struct zip_sample first = TEXT("first.txt", "one"), second = TEXT("second.txt", "two");
	size_t base;
	(void)state;

	zip_put_archive(&first, 1, 0);
	base = zip_file.size;
	zip_put_archive(&second, 1, base);
	zip_file.data[base - 2] = (unsigned char)(zip_file.size - base);
	zip_run();
	zip_expect("first.txt", "one");
	zip_expect("second.txt", "two");
	assert_true(probe_has(&zip_probe, "archive.concatenated"));
}

static void a_local_header_outside_the_directory_is_reported(void **state)
{
	struct zip_sample hidden = TEXT("hidden.exe", "MZ"), shown = TEXT("shown.txt", "text");
	size_t directory_at;
	(void)state;

	zip_put_local(&hidden);
	zip_put_local(&shown);
	directory_at = zip_file.size;
	zip_put_central(&shown, 0);
	zip_put_end(directory_at, 0, 1);
	zip_run();
	zip_expect("hidden.exe", "MZ");
	zip_expect("shown.txt", "text");
	assert_int_equal(zip_severity("archive.header_mismatch"), ASSAY_HIGH);
}

static void a_listed_member_without_local_header_is_reported(void **state)
{
	struct zip_sample shown = TEXT("shown.txt", "text"), ghost = TEXT("ghost.exe", "MZ");
	size_t directory_at;
	(void)state;

	zip_put_local(&shown);
	directory_at = zip_file.size;
	zip_put_central(&shown, 0);
	ghost.header_at = 3;
	zip_put_central(&ghost, 0);
	zip_put_end(directory_at, 0, 2);
	zip_run();
	zip_expect("shown.txt", "text");
	assert_true(probe_child_named(&zip_probe, "ghost.exe")->flags & ASSAY_FLAG_UNREAD);
	assert_int_equal(zip_severity("archive.header_mismatch"), ASSAY_HIGH);
}

static void two_names_of_one_member_are_both_told(void **state)
{
	struct zip_sample entry = TEXT("run.exe", "MZ");
	(void)state;

	entry.central_name = "run.txt";
	zip_put_archive(&entry, 1, 0);
	zip_run();
	zip_expect("run.txt", "MZ");
	assert_string_equal(zip_probe.children[0].second_name, "run.exe");
	assert_int_equal(zip_severity("archive.header_mismatch"), ASSAY_HIGH);
}

static void a_size_that_hides_members_is_seen_through(void **state)
{
	struct zip_sample cover = TEXT("cover.txt", "cover"), hidden = TEXT("hidden.exe", "MZ");
	size_t directory_at;
	(void)state;

	zip_put_local(&cover);
	zip_put_local(&hidden);
	cover.central_size_error = (uint32_t)(zip_file.size - hidden.header_at);
	directory_at = zip_file.size;
	zip_put_central(&cover, 0);
	zip_put_end(directory_at, 0, 1);
	zip_run();
	zip_expect("hidden.exe", "MZ");
	assert_true(probe_has(&zip_probe, "archive.header_mismatch"));
}

static void octets_behind_a_deflate_stream_are_searched(void **state)
{
	struct zip_sample cover = TEXT("cover.txt", "cover cover"),
			  hidden = TEXT("hidden.exe", "MZ");
	size_t directory_at;
	(void)state;

	cover.deflate = cover.descriptor = true;
	zip_put_local(&cover);
	zip_put_local(&hidden);
	cover.packed = zip_file.size - cover.header_at - 30 - strlen(cover.name);
	directory_at = zip_file.size;
	zip_put_central(&cover, 0);
	zip_put_end(directory_at, 0, 1);
	zip_run();
	zip_expect("cover.txt", "cover cover");
	zip_expect("hidden.exe", "MZ");
	assert_int_equal(zip_severity("archive.header_mismatch"), ASSAY_HIGH);
}

static void a_wrong_count_of_entries_is_reported(void **state)
{
	struct zip_sample entries[] = {TEXT("a.txt", "a"), TEXT("b.txt", "b")};
	(void)state;

	zip_put_archive(entries, 2, 0);
	zip_file.data[zip_file.size - 12] = 1;
	zip_run();
	zip_expect("b.txt", "b");
	assert_true(probe_has(&zip_probe, "archive.malformed"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, zip_set_up, zip_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stored_and_deflated_members_come_out_without_findings),
		TEST(data_descriptors_are_quiet),
		TEST(folders_are_no_objects),
		TEST(an_empty_archive_is_quiet),
		TEST(zip64_records_are_followed),
		TEST(a_stored_archive_inside_is_one_member),
		TEST(a_unicode_path_replaces_a_name_in_another_charset),
		TEST(members_without_a_central_directory_are_found),
		TEST(octets_in_front_do_not_hide_members),
		TEST(a_self_extractor_is_opened_quietly),
		TEST(concatenated_archives_are_all_opened),
		TEST(an_archive_in_the_comment_of_another_is_opened),
		TEST(a_local_header_outside_the_directory_is_reported),
		TEST(a_listed_member_without_local_header_is_reported),
		TEST(two_names_of_one_member_are_both_told),
		TEST(a_size_that_hides_members_is_seen_through),
		TEST(octets_behind_a_deflate_stream_are_searched),
		TEST(a_wrong_count_of_entries_is_reported),
	};

	return cmocka_run_group_tests_name("archive zip", tests, NULL, NULL);
}
