/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* One that is copied to the heap and one that is not. */
#define FEW  1000u
#define MANY 300000u

static unsigned char content[MANY];
static char path[] = "/tmp/assay-spool-XXXXXX";
static int file = -1;

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (unsigned char)(i ^ i >> 8);
	memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	file = mkstemp(path);
	return file >= 0 && write(file, content, MANY) == (ssize_t)MANY ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	close(file);
	return unlink(path);
}

static void an_ordinary_file_that_changes_does_not_change_what_was_read(void **state)
{
	static const uint64_t sizes[] = {FEW, MANY};
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		struct as_mapping mapping;

		assert_int_equal(ftruncate(file, 0), 0);
		assert_int_equal(pwrite(file, content, MANY, 0), MANY);
		assert_int_equal(as_mapping_open(file, 0, sizes[i], &mapping), 0);
		assert_int_equal(pwrite(file, "other", 5, 0), 5);
		assert_int_equal(ftruncate(file, 10), 0);
		assert_int_equal(mapping.data.size, sizes[i]);
		assert_memory_equal(mapping.data.data, content, sizes[i]);
		as_mapping_close(&mapping);
		assert_null(mapping.base);
	}
}

static void a_spool_that_is_not_sealed_is_copied(void **state)
{
	static const int seals[] = {0, F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_GROW};
	(void)state;

	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++) {
		struct as_mapping mapping;
		int fd = -1;

		assert_int_equal(as_spool_open("test", &fd), 0);
		assert_int_equal(as_spool_write(fd, as_span_make(content, MANY)), 0);
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals[i]), 0);
		assert_int_equal(as_mapping_open(fd, 1, MANY - 1, &mapping), 0);
		if ((seals[i] & F_SEAL_SHRINK) == 0)
			assert_int_equal(ftruncate(fd, 0), 0);
		if ((seals[i] & F_SEAL_WRITE) == 0)
			assert_int_equal(pwrite(fd, "other", 5, 0), 5);
		assert_memory_equal(mapping.data.data, content + 1, MANY - 1);
		as_mapping_close(&mapping);
		close(fd);
	}
}

static void a_sealed_spool_is_not_copied(void **state)
{
	struct as_mapping mapping;
	int fd = -1;
	(void)state;

	assert_int_equal(as_spool_make("test", as_span_make(content, MANY), &fd), 0);
	assert_int_equal(as_mapping_open(fd, 4097, MANY - 4097, &mapping), 0);
	/* On the page that holds it, and the page begins where it does there. */
	assert_int_equal((uintptr_t)mapping.data.data % 4096, 1);
	assert_memory_equal(mapping.data.data, content + 4097, MANY - 4097);
	as_mapping_close(&mapping);
	close(fd);
}

static void octets_behind_the_end_are_an_error_and_no_fault(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset, size;
	} cases[] = {
		{"one too many", 0, MANY + 1},	  {"few behind the end", MANY, 1},
		{"across the end", MANY - 1, 2},  {"far too many", 0, INT64_MAX},
		{"far behind", INT64_MAX - 1, 1}, {"many behind the end", MANY, MANY},
	};
	int sealed = -1;
	(void)state;

	assert_int_equal(as_spool_make("test", as_span_make(content, MANY), &sealed), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_mapping mapping;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_mapping_open(file, cases[i].offset, cases[i].size, &mapping),
				 -EIO);
		assert_int_equal(as_mapping_open(sealed, cases[i].offset, cases[i].size, &mapping),
				 -EIO);
	}
	close(sealed);
}

static void what_is_no_regular_file_is_refused(void **state)
{
	struct as_mapping mapping;
	int ends[2];
	int folder = open("/tmp", O_RDONLY | O_DIRECTORY);
	int device = open("/dev/zero", O_RDONLY);
	(void)state;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(as_mapping_open(ends[0], 0, 1, &mapping), -EINVAL);
	assert_int_equal(as_mapping_open(folder, 0, 1, &mapping), -EINVAL);
	assert_int_equal(as_mapping_open(device, 0, MANY, &mapping), -EINVAL);
	close(ends[0]);
	close(ends[1]);
	close(folder);
	close(device);
	assert_int_equal(as_mapping_open(-1, 0, 1, &mapping), -EBADF);
}

static void exactly_what_was_asked_for_is_read_or_nothing_counts(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset;
		size_t size;
		int rc;
	} cases[] = {
		{"all", 0, MANY, 0},
		{"a piece", 4097, FEW, 0},
		{"nothing", MANY, 0, 0},
		{"one too many", 1, MANY, -EIO},
		{"behind the end", MANY, 1, -EIO},
		{"an offset that no file has", UINT64_MAX, 1, -EINVAL},
	};
	static unsigned char got[MANY];
	int ends[2];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_spool_read(file, cases[i].offset, got, cases[i].size),
				 cases[i].rc);
		if (cases[i].rc == 0)
			assert_memory_equal(got, content + cases[i].offset, cases[i].size);
	}
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(as_spool_read(ends[0], 0, got, 1), -ESPIPE);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(an_ordinary_file_that_changes_does_not_change_what_was_read),
		TEST(a_spool_that_is_not_sealed_is_copied),
		TEST(a_sealed_spool_is_not_copied),
		TEST(octets_behind_the_end_are_an_error_and_no_fault),
		TEST(what_is_no_regular_file_is_refused),
		TEST(exactly_what_was_asked_for_is_read_or_nothing_counts),
	};
	return cmocka_run_group_tests_name("base spool", tests, NULL, NULL);
}
