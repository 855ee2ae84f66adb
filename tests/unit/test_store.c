/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include "base/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* 2026-11-22 12:00:00 UTC and the last microsecond of that day. */
#define NOON	    1795348800000000u
#define LAST_MOMENT (NOON + 43199999999u)
#define ID	    "01JD0000000000000000000000"

static char top[64], folder[96];
static struct as_store *store;

static void open_store(void)
{
	struct as_error error = {.text = ""};

	assert_int_equal(as_store_open(folder, &store, &error), 0);
}

static int set_up(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	snprintf(top, sizeof(top), "/tmp/assay-store-XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(folder, sizeof(folder), "%s/quarantine", top);
	open_store();
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	as_store_close(store);
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

static const char *below(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static bool holds(const char *name, const char *text)
{
	char got[256];
	int fd = open(below(name), O_RDONLY | O_CLOEXEC);
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, got, sizeof(got));
	close(fd);
	return size == (ssize_t)strlen(text) && memcmp(got, text, (size_t)size) == 0;
}

static unsigned int entries(const char *name)
{
	DIR *dir = opendir(below(name));
	struct dirent *entry;
	unsigned int count = 0;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static int put_text(const char *id, uint64_t wall_us, const char *octets, const char *verdict)
{
	struct as_store_message message = {
		.id = id,
		.wall_us = wall_us,
		.size = strlen(octets),
		.verdict = as_span_text(verdict),
	};
	int rc;

	assert_int_equal(as_spool_make("test", as_span_text(octets), &message.fd), 0);
	rc = as_store_put(store, &message);
	close(message.fd);
	return rc;
}

static void a_message_and_its_verdict_are_kept_by_day(void **state)
{
	(void)state;
	assert_int_equal(put_text(ID, NOON, "Subject: x\r\n\r\n", "{\"id\":1}"), 0);
	assert_int_equal(put_text(ID, LAST_MOMENT + 1, "next", "{}"), 0);
	assert_true(holds("2026-11-22/" ID ".eml", "Subject: x\r\n\r\n"));
	assert_true(holds("2026-11-22/" ID ".json", "{\"id\":1}\n"));
	assert_true(holds("2026-11-23/" ID ".eml", "next"));
	assert_int_equal(entries("tmp"), 0);
}

static void nobody_else_can_read_it(void **state)
{
	static const char *const names[] = {".", "2026-11-22", "2026-11-22/" ID ".eml",
					    "2026-11-22/" ID ".json"};
	struct stat st;

	(void)state;
	assert_int_equal(put_text(ID, NOON, "secret", "{}"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		print_message("case: %s\n", names[i]);
		assert_int_equal(stat(below(names[i]), &st), 0);
		assert_int_equal(st.st_mode & 077, 0);
	}
}

static void the_same_id_again_replaces_the_first(void **state)
{
	(void)state;
	assert_int_equal(put_text(ID, NOON, "first", "{\"n\":1}"), 0);
	assert_int_equal(put_text(ID, NOON, "second", "{\"n\":2}"), 0);
	assert_true(holds("2026-11-22/" ID ".eml", "second"));
	assert_true(holds("2026-11-22/" ID ".json", "{\"n\":2}\n"));
	assert_int_equal(entries("2026-11-22"), 2);
}

static void an_id_cannot_leave_the_folder(void **state)
{
	static const char *const ids[] = {
		"",
		".",
		"..",
		"../x",
		"a/b",
		"a.b",
		"-x",
		"a b",
		"a\n",
		"\xc3\xa4",
		"0123456789012345678901234567890123456789012345678901234567890123456789",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		print_message("case: '%s'\n", ids[i]);
		assert_int_equal(put_text(ids[i], NOON, "x", "{}"), -EINVAL);
	}
	assert_int_equal(entries("."), 1);
}

static void a_part_of_a_file_can_be_kept(void **state)
{
	struct as_store_message message = {
		.id = ID, .wall_us = NOON, .offset = 3, .size = 4, .verdict = as_span_text("{}")};

	(void)state;
	assert_int_equal(as_spool_make("test", as_span_text("abcdefghij"), &message.fd), 0);
	assert_int_equal(as_store_put(store, &message), 0);
	close(message.fd);
	assert_true(holds("2026-11-22/" ID ".eml", "defg"));
}

static void octets_that_are_not_there_are_an_error(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset, size;
		int rc;
	} cases[] = {
		{"more than the file has", 0, 11, -EIO},
		{"behind the end", 50, 1, -EIO},
		{"a sum that wraps", UINT64_MAX, 2, -EINVAL},
		{"a huge size", 1, UINT64_MAX, -EINVAL},
	};
	struct as_store_message message = {
		.id = ID, .wall_us = NOON, .verdict = as_span_text("{}")};

	(void)state;
	assert_int_equal(as_spool_make("test", as_span_text("abcdefghij"), &message.fd), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		message.offset = cases[i].offset;
		message.size = cases[i].size;
		assert_int_equal(as_store_put(store, &message), cases[i].rc);
		assert_int_equal(entries("2026-11-22"), 0);
		assert_int_equal(entries("tmp"), 0);
	}
	close(message.fd);
}

/* Stands for a full disk: writing fails in the middle. */
static int put_in_little_room(const char *id, const char *octets, const char *verdict)
{
	struct as_store_message message = {
		.id = id,
		.wall_us = NOON,
		.size = strlen(octets),
		.verdict = as_span_text(verdict),
	};
	struct rlimit old, small;
	int rc;

	assert_int_equal(as_spool_make("test", as_span_text(octets), &message.fd), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){.rlim_cur = 4, .rlim_max = old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = as_store_put(store, &message);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	close(message.fd);
	return rc;
}

static void a_message_without_room_leaves_nothing_behind(void **state)
{
	(void)state;
	assert_int_equal(put_text("KEPT", NOON, "keep", "{}"), 0);
	assert_int_equal(put_in_little_room("KEPT", "too long", "{}"), -EFBIG);
	assert_int_equal(put_in_little_room(ID, "too long", "{}"), -EFBIG);
	assert_true(holds("2026-11-22/KEPT.eml", "keep"));
	assert_int_equal(entries("2026-11-22"), 2);
	assert_int_equal(entries("tmp"), 0);
}

static void a_verdict_without_room_takes_its_message_along(void **state)
{
	(void)state;
	assert_int_equal(put_in_little_room(ID, "x", "{\"longer\":true}"), -EFBIG);
	assert_int_equal(entries("2026-11-22"), 0);
	assert_int_equal(entries("tmp"), 0);
}

static void what_a_dead_store_left_is_removed(void **state)
{
	int fd;

	(void)state;
	as_store_close(store);
	store = NULL;
	fd = open(below("tmp/4711-0"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	open_store();
	assert_int_equal(entries("tmp"), 0);
}

static void what_a_living_store_writes_is_left_alone(void **state)
{
	struct as_store *second = NULL;
	struct as_error error;
	int fd;

	(void)state;
	fd = open(below("tmp/4711-0"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(as_store_open(folder, &second, &error), 0);
	assert_int_equal(entries("tmp"), 1);
	as_store_close(second);
}

static void a_day_that_is_a_link_is_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink("/tmp", below("2026-11-22")), 0);
	assert_int_equal(put_text(ID, NOON, "x", "{}"), -ENOTDIR);
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
	struct as_store *none = NULL;
	struct as_error error = {.text = ""};

	(void)state;
	assert_int_equal(as_store_open("/dev/null/quarantine", &none, &error), -ENOTDIR);
	assert_non_null(strstr(error.text, "/dev/null/quarantine"));
	assert_null(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_message_and_its_verdict_are_kept_by_day, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nobody_else_can_read_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_same_id_again_replaces_the_first, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_id_cannot_leave_the_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_part_of_a_file_can_be_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(octets_that_are_not_there_are_an_error, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_message_without_room_leaves_nothing_behind,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_verdict_without_room_takes_its_message_along,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_a_dead_store_left_is_removed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_a_living_store_writes_is_left_alone, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_day_that_is_a_link_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_made_is_named, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
