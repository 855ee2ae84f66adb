/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_archive_make.h"
#include "probe.h"

#include <archive_entry.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct probe probe;

/* Valid UTF-8 beyond Latin: a name that the C locale cannot hold. */
#define CYRILLIC "\320\277\320\270\321\201\321\214\320\274\320\276.exe"

static void run_as(const char *name, const char *type_name, enum assay_class type_class)
{
	struct assay_object object = probe_object(as_span_make(sample, sample_size), name, NULL);

	object.type_name = type_name;
	object.type_class = type_class;
	assert_int_equal(probe_run(&probe, &object, ASSAY_UNPACK), 0);
}

static void run(const char *name)
{
	run_as(name, "", ASSAY_CLASS_ARCHIVE);
}

static void expect(const char *name, const char *content, const char *via)
{
	const struct probe_child *child = probe_child_named(&probe, name);

	if (child == NULL)
		for (size_t i = 0; i < probe.child_count; i++)
			print_message("# child: %s\n", probe.children[i].name);
	assert_non_null(child);
	assert_int_equal(child->size, strlen(content));
	assert_memory_equal(child->data, content, child->size);
	assert_string_equal(child->via, via);
}

static void expect_quiet(void)
{
	for (size_t i = 0; i < probe.finding_count; i++)
		print_message("# %s: %s\n", probe.findings[i].code, probe.findings[i].text);
	assert_int_equal(probe.finding_count, 0);
	assert_true(probe.added_flags & ASSAY_FLAG_UNPACKED);
}

static int set_up(void **state)
{
	(void)state;
	sample_size = 0;
	memset(&probe, 0, sizeof(probe));
	return probe_open(&probe, &assay_plugin);
}

static int tear_down(void **state)
{
	(void)state;
	probe_close(&probe);
	return 0;
}

static void every_format_gives_its_member(void **state)
{
	static const struct {
		const char *via;
		int format;
	} cases[] = {
		{"7z", ARCHIVE_FORMAT_7ZIP},
		{"tar", ARCHIVE_FORMAT_TAR_USTAR},
		{"tar", ARCHIVE_FORMAT_TAR_GNUTAR},
		{"tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED},
		{"cpio", ARCHIVE_FORMAT_CPIO_SVR4_NOCRC},
		{"cpio", ARCHIVE_FORMAT_CPIO_POSIX},
		{"ar", ARCHIVE_FORMAT_AR_GNU},
		{"iso", ARCHIVE_FORMAT_ISO9660},
		{"xar", ARCHIVE_FORMAT_XAR},
		{"zip", ARCHIVE_FORMAT_ZIP},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].via);
		sample_make(cases[i].format, ARCHIVE_FILTER_NONE, "report.txt", "content of it",
			    13);
		run("a.bin");
		expect("report.txt", "content of it", cases[i].via);
		/* The three trees of an image; the engine drops what it has seen. */
		assert_int_equal(probe.child_count, strcmp(cases[i].via, "iso") == 0 ? 3 : 1);
		expect_quiet();
	}
}

static void every_compression_gives_one_child(void **state)
{
	static const struct {
		const char *via, *name, *inner;
		int filter;
	} cases[] = {
		{"gz", "invoice.pdf.gz", "invoice.pdf", ARCHIVE_FILTER_GZIP},
		{"bz2", "src.tbz2", "src.tar", ARCHIVE_FILTER_BZIP2},
		{"xz", "a.tar.XZ", "a.tar", ARCHIVE_FILTER_XZ},
		{"lzma", "a.txt.lzma", "a.txt", ARCHIVE_FILTER_LZMA},
		{"lzip", "a.txt.lz", "a.txt", ARCHIVE_FILTER_LZIP},
		{"zst", "a.txt.zst", "a.txt", ARCHIVE_FILTER_ZSTD},
		{"lz4", "a.txt.lz4", "a.txt", ARCHIVE_FILTER_LZ4},
		{"compress", "a.txt.Z", "a.txt", ARCHIVE_FILTER_COMPRESS},
		{"gz", "nosuffix", "nosuffix", ARCHIVE_FILTER_GZIP},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		sample_make(ARCHIVE_FORMAT_RAW, cases[i].filter, "x", "plain plain plain", 17);
		run(cases[i].name);
		expect(cases[i].inner, "plain plain plain", cases[i].via);
		assert_int_equal(probe.child_count, 1);
		expect_quiet();
	}
}

static void hand_made_formats_give_their_member(void **state)
{
	(void)state;

	sample_make_rar4("r4.txt", "rar four", 0, 0);
	run("a.rar");
	expect("r4.txt", "rar four", "rar");
	expect_quiet();

	sample_make_rar5("r5.txt", "rar five", 0, false);
	run("a.rar");
	expect("r5.txt", "rar five", "rar");
	expect_quiet();

	sample_make_cab("c.txt", "cabinet", 0);
	run("a.cab");
	expect("c.txt", "cabinet", "cab");
	expect_quiet();

	sample_make_lha("l.txt", "lha");
	run("a.lzh");
	expect("l.txt", "lha", "lha");
	expect_quiet();
}

static void names_survive_in_the_c_locale(void **state)
{
	static const struct {
		const char *via;
		int format;
	} cases[] = {
		{"7z", ARCHIVE_FORMAT_7ZIP},
		{"tar", ARCHIVE_FORMAT_TAR_PAX_RESTRICTED},
		{"iso", ARCHIVE_FORMAT_ISO9660},
		{"cpio", ARCHIVE_FORMAT_CPIO_SVR4_NOCRC},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].via);
		/* The writers convert from the locale; the plugin must not. */
		assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
		sample_make(cases[i].format, ARCHIVE_FILTER_NONE, CYRILLIC, "x", 1);
		assert_non_null(setlocale(LC_ALL, "C"));
		run("a.bin");
		expect(CYRILLIC, "x", cases[i].via);
	}
	sample_make_rar5(CYRILLIC, "x", 0, false);
	run("a.rar");
	expect(CYRILLIC, "x", "rar");
	sample_make_rar4("\204rger.txt", "x", 0, 0);
	run("a.rar");
	expect("\204rger.txt", "x", "rar");
}

static void rare_zip_methods_are_decoded(void **state)
{
	static const char plain[] = "plain plain plain plain";
	static const struct {
		const char *name;
		unsigned int method;
		int filter;
	} cases[] = {
		{"bzip2", 12, ARCHIVE_FILTER_BZIP2},
		{"xz", 95, ARCHIVE_FILTER_XZ},
		{"zstd", 93, ARCHIVE_FILTER_ZSTD},
		{"lzma", 14, ARCHIVE_FILTER_LZMA},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		sample_make(ARCHIVE_FORMAT_RAW, cases[i].filter, "x", plain, sizeof(plain) - 1);
		if (cases[i].method == 14) {
			/* Five properties stay, the size goes, four octets come. */
			memmove(sample + 9, sample + 13, sample_size - 13);
			memmove(sample + 4, sample, 5);
			memcpy(sample, "\011\024\005\000", 4);
			sample_size -= 4;
		}
		sample_wrap_zip(cases[i].method, cases[i].method == 14 ? 2 : 0, sample, sample_size,
				plain);
		run_as("a.zip", "ZIP", ASSAY_CLASS_ARCHIVE);
		expect("a.txt", plain, "zip");
		assert_int_equal(probe.children[0].flags, 0);
	}
}

static void gzip_members_are_joined_and_trailing_octets_reported(void **state)
{
	size_t first;
	(void)state;

	sample_make(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, "x", "one", 3);
	first = sample_size;
	memcpy(sample + first, sample, first);
	sample_size = 2 * first;
	run("a.txt.gz");
	expect("a.txt", "oneone", "gz");
	expect_quiet();

	memcpy(sample + sample_size, "junk", 4);
	sample_size += 4;
	run("a.txt.gz");
	expect("a.txt", "oneone", "gz");
	assert_true(probe_has(&probe, "archive.format_unusual"));
}

static void the_name_inside_a_gzip_counts(void **state)
{
	static const unsigned char named[] = "\037\213\010\010\0\0\0\0\0\003run.exe\0"
					     "\113\004\0\103\276\267\350\001\0\0";
	(void)state;

	sample_put(named, sizeof(named));
	run("report.pdf.gz");
	expect("run.exe", "a", "gz");
	assert_string_equal(probe.children[0].second_name, "report.pdf");
}

static void archives_behind_a_program_are_opened(void **state)
{
	static unsigned char copy[SAMPLE_CAPACITY];
	(void)state;

	for (int i = 0; i < 4; i++) {
		size_t size;

		if (i == 0)
			sample_make_rar5("in.txt", "inside", 0, false);
		else if (i == 1)
			sample_make_rar4("in.txt", "inside", 0, 0);
		else if (i == 2)
			sample_make_cab("in.txt", "inside", 0);
		else
			sample_make(ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, "in.txt", "inside",
				    6);
		size = sample_size;
		memcpy(copy, sample, size);
		memset(sample, 'x', 5000);
		memcpy(sample, "MZ", 2);
		memcpy(sample + 5000, copy, size);
		sample_size = 5000 + size;
		run_as("setup.exe", "EXE", ASSAY_CLASS_EXECUTABLE);
		assert_int_equal(probe.child_count, 1);
		assert_memory_equal(probe.children[0].data, "inside", 6);
		assert_int_equal(probe.finding_count, 0);
		assert_false(probe.added_flags & ASSAY_FLAG_UNPACKED);
	}
}

static void a_zip_behind_a_tar_is_opened(void **state)
{
	static unsigned char copy[SAMPLE_CAPACITY];
	size_t size;
	(void)state;

	sample_make(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "behind.txt", "behind", 6);
	size = sample_size;
	memcpy(copy, sample, size);
	sample_make(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "front.txt", "front", 5);
	memcpy(sample + sample_size, copy, size);
	sample_size += size;
	run("a.tar");
	expect("front.txt", "front", "tar");
	expect("behind.txt", "behind", "zip");
}

static void a_stored_zip_inside_a_tar_is_one_member(void **state)
{
	static unsigned char copy[SAMPLE_CAPACITY];
	size_t size;
	(void)state;

	sample_make(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, "deep.txt", "deep", 4);
	size = sample_size;
	memcpy(copy, sample, size);
	sample_make(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "inner.zip", copy, size);
	run("a.tar");
	assert_int_equal(probe.child_count, 1);
	expect_quiet();
}

static void encryption_and_volumes_are_reported(void **state)
{
	(void)state;

	sample_make_rar5("secret.exe", "????????", 0, true);
	run("a.rar");
	assert_true(probe_has(&probe, "archive.encrypted"));
	assert_int_equal(probe_child_named(&probe, "secret.exe")->flags,
			 ASSAY_FLAG_ENCRYPTED | ASSAY_FLAG_UNREAD);
	assert_true(probe.added_flags & ASSAY_FLAG_ENCRYPTED);

	sample_make_rar4("secret.exe", "????????", 0, 0x04);
	run("a.rar");
	assert_true(probe_has(&probe, "archive.encrypted"));
	assert_true(probe_child_named(&probe, "secret.exe")->flags & ASSAY_FLAG_ENCRYPTED);

	sample_make_rar4("hidden.exe", "????????", 0x80, 0);
	run("a.rar");
	assert_true(probe_has(&probe, "archive.encrypted"));

	sample_make_rar5("part.txt", "part", 1, false);
	run("a.part1.rar");
	assert_true(probe_has(&probe, "archive.unsupported"));

	sample_make_rar4("part.txt", "part", 1, 0);
	run("a.part1.rar");
	assert_true(probe_has(&probe, "archive.unsupported"));

	sample_make_cab("part.txt", "part", 2);
	run("a.cab");
	assert_true(probe_has(&probe, "archive.unsupported"));
}

static void truncation_never_looks_complete(void **state)
{
	static const struct {
		const char *name;
		int format, filter;
	} cases[] = {
		{"7z", ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE},
		{"tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE},
		{"cpio", ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FILTER_NONE},
		{"ar", ARCHIVE_FORMAT_AR_GNU, ARCHIVE_FILTER_NONE},
		{"gz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP},
		{"bz2", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2},
		{"xz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ},
		{"zst", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD},
		{"lzma", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_LZMA},
		{"lz", ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_LZIP},
	};
	static unsigned char noise[20000];
	uint32_t random = 7;
	(void)state;

	for (size_t i = 0; i < sizeof(noise); i++) {
		random = random * 1103515245u + 12345u;
		noise[i] = (unsigned char)(random >> 16);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t whole;

		sample_make(cases[i].format, cases[i].filter, "noise", noise, sizeof(noise));
		whole = sample_size;
		for (size_t part = 1; part < 8; part++) {
			print_message("# case: %s %zu/8\n", cases[i].name, part);
			sample_size = whole * part / 8;
			run("a.bin");
			assert_true(probe_has(&probe, "archive.malformed"));
			assert_false(probe.added_flags & ASSAY_FLAG_UNPACKED);
			for (size_t k = 0; k < probe.child_count; k++)
				assert_true(probe.children[k].flags != 0);
		}
	}
}

static void containers_without_a_reader_are_reported(void **state)
{
	(void)state;

	sample_put("ZOO 2.10 Archive.\032\0\0\334\247\304\375 and more octets", 40);
	run_as("a.zoo", "ZOO", ASSAY_CLASS_ARCHIVE_UNUSUAL);
	assert_true(probe_has(&probe, "archive.unsupported"));
	run_as("a.bin", "TEXT", ASSAY_CLASS_TEXT);
	assert_int_equal(probe.finding_count, 0);
}

static void wide_dictionaries_are_refused(void **state)
{
	static const struct {
		const char *name, *octets;
		size_t size;
	} cases[] = {
		{"xz", "\3757zXZ\0\0\001\151\042\336\066\002\0\041\001\050\0\0\0\0\0\0\0\0\0", 26},
		{"zstd", "\050\265\057\375\0\210aaaaaaaaaaaaaaaaaaaa", 26},
		{"lzma", "\135\0\0\0\200\377\377\377\377\377\377\377\377aaaaaaaaaaaaa", 26},
		{"lzip", "LZIP\001\035aaaaaaaaaaaaaaaaaaaa", 26},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		sample_size = 0;
		sample_put(cases[i].octets, cases[i].size);
		run("a.bin");
		assert_true(probe_has(&probe, "bomb.dictionary"));
		assert_true(probe.children[0].flags & ASSAY_FLAG_UNREAD);
	}
}

static void the_dictionary_of_a_7z_is_found_in_its_packed_header(void **state)
{
	static const struct probe_setting small[] = {{"max_dictionary_mib", {"1"}}, {NULL, {NULL}}};
	(void)state;

	/* libarchive writes a dictionary of 8 MiB at its default level. */
	sample_make(ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, "a.txt", "content", 7);
	probe_close(&probe);
	memset(&probe, 0, sizeof(probe));
	probe.settings = small;
	assert_int_equal(probe_open(&probe, &assay_plugin), 0);
	run("a.7z");
	assert_true(probe_has(&probe, "bomb.dictionary"));
	assert_int_equal(probe.child_count, 0);
}

static void links_are_no_objects_but_may_escape(void **state)
{
	static const struct {
		const char *name, *target;
		bool escapes;
	} cases[] = {
		{"lib/a.so", "../b.so", false},	  {"a.so", "b.so", false},
		{"lib/a.so", "../../b.so", true}, {"a", "..", true},
		{"a", "/etc/passwd", true},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct archive *archive =
			sample_begin(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);

		print_message("# case: %s -> %s\n", cases[i].name, cases[i].target);
		sample_add_entry(archive, "dir", NULL, 0, AE_IFDIR, NULL);
		sample_add_entry(archive, cases[i].name, NULL, 0, AE_IFLNK, cases[i].target);
		sample_finish(archive);
		run("a.tar");
		assert_int_equal(probe.child_count, 0);
		assert_int_equal(probe_has(&probe, "archive.path_traversal"), cases[i].escapes);
	}
}

static void the_second_name_of_a_file_is_shown(void **state)
{
	struct archive *archive = sample_begin(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE);
	(void)state;

	sample_add_entry(archive, "a.txt", "MZ", 2, AE_IFREG, NULL);
	sample_add_entry(archive, "run.exe", NULL, 0, AE_IFREG, "a.txt");
	sample_finish(archive);
	run("a.tar");
	expect("a.txt", "MZ", "tar");
	assert_int_equal(probe_child_named(&probe, "run.exe")->flags, ASSAY_FLAG_UNREAD);
}

static void a_bomb_stops_at_the_budget(void **state)
{
	static const int filters[] = {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
				      ARCHIVE_FILTER_ZSTD};
	static unsigned char zeros[2 << 20];
	(void)state;

	probe.max_bytes = 1 << 20;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		sample_make(ARCHIVE_FORMAT_RAW, filters[i], "zeros", zeros, sizeof(zeros));
		run("zeros.bin");
		assert_int_equal(probe.child_count, 1);
		assert_true(probe.children[0].flags & ASSAY_FLAG_TRUNCATED);
		assert_true(probe.children[0].size <= 1 << 20);
		assert_true(probe.added_flags & ASSAY_FLAG_UNPACKED);
	}
	sample_make(ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE, "zeros", zeros, sizeof(zeros));
	run("zeros.7z");
	assert_int_equal(probe.child_count, 1);
	assert_true(probe.children[0].flags & ASSAY_FLAG_TRUNCATED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_format_gives_its_member),
		TEST(every_compression_gives_one_child),
		TEST(hand_made_formats_give_their_member),
		TEST(names_survive_in_the_c_locale),
		TEST(rare_zip_methods_are_decoded),
		TEST(gzip_members_are_joined_and_trailing_octets_reported),
		TEST(the_name_inside_a_gzip_counts),
		TEST(archives_behind_a_program_are_opened),
		TEST(a_zip_behind_a_tar_is_opened),
		TEST(a_stored_zip_inside_a_tar_is_one_member),
		TEST(encryption_and_volumes_are_reported),
		TEST(truncation_never_looks_complete),
		TEST(containers_without_a_reader_are_reported),
		TEST(wide_dictionaries_are_refused),
		TEST(the_dictionary_of_a_7z_is_found_in_its_packed_header),
		TEST(links_are_no_objects_but_may_escape),
		TEST(the_second_name_of_a_file_is_shown),
		TEST(a_bomb_stops_at_the_budget),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
