/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define START_US 1000000u

static uint64_t now_us;
static char top[64], rules[96], config[96];
static struct as_watch *watch;

static uint64_t read_clock(void *context)
{
	(void)context;
	return now_us;
}

static const struct as_clock hand = {.monotonic_us = read_clock, .wall_us = read_clock};

static const char *path_of(const char *folder, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static void watch_both(void)
{
	as_watch_begin(watch);
	as_watch_add(watch, config);
	as_watch_add(watch, rules);
	assert_int_equal(as_watch_end(watch), 0);
}

static int set_up(void **state)
{
	struct as_error error;

	(void)state;
	now_us = START_US;
	snprintf(top, sizeof(top), "/tmp/assay-watch-XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(rules, sizeof(rules), "%s/rules", top);
	snprintf(config, sizeof(config), "%s/assay.conf", top);
	assert_int_equal(mkdir(rules, 0700), 0);
	assert_int_equal(mkdir(path_of(rules, "office"), 0700), 0);
	write_file(config);
	write_file(path_of(rules, "first.yar"));
	assert_int_equal(as_watch_open(&hand, &watch, &error), 0);
	watch_both();
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	as_watch_close(watch);
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

static bool noticed(void)
{
	bool found;

	as_watch_read(watch);
	found = as_watch_due_us(watch) != UINT64_MAX;
	now_us += AS_WATCH_PATIENCE_US;
	assert_int_equal(as_watch_take(watch), found);
	return found;
}

static void nothing_happens_by_itself(void **state)
{
	(void)state;
	assert_false(noticed());
}

static void changes_of_what_is_named_are_noticed(void **state)
{
	(void)state;
	print_message("case: the configuration is written\n");
	write_file(config);
	assert_true(noticed());
	print_message("case: it is replaced by a rename\n");
	write_file(path_of(top, "other"));
	assert_int_equal(rename(path_of(top, "other"), config), 0);
	assert_true(noticed());
	print_message("case: a new rule\n");
	write_file(path_of(rules, "second.yar"));
	assert_true(noticed());
	print_message("case: a rule is removed\n");
	assert_int_equal(unlink(path_of(rules, "first.yar")), 0);
	assert_true(noticed());
	print_message("case: a rule in a folder below\n");
	write_file(path_of(rules, "office/macro.yar"));
	assert_true(noticed());
}

static void neighbours_and_drafts_are_not(void **state)
{
	(void)state;
	print_message("case: another file beside the configuration\n");
	write_file(path_of(top, "assay.conf.bak"));
	assert_false(noticed());
	print_message("case: drafts of editors and of freshclam\n");
	write_file(path_of(rules, ".first.yar.swp"));
	write_file(path_of(rules, "first.yar~"));
	write_file(path_of(rules, "tmp.0a1b2c"));
	write_file(path_of(rules, "freshclam.dat"));
	assert_false(noticed());
}

static void changes_are_collected_until_it_is_quiet(void **state)
{
	(void)state;
	write_file(config);
	as_watch_read(watch);
	now_us += AS_WATCH_QUIET_US - 1;
	assert_false(as_watch_take(watch));
	write_file(path_of(rules, "second.yar"));
	as_watch_read(watch);
	now_us += AS_WATCH_QUIET_US - 1;
	assert_false(as_watch_take(watch));
	now_us += 1;
	assert_true(as_watch_take(watch));
	assert_false(as_watch_take(watch));
}

static void endless_changes_do_not_put_it_off_for_ever(void **state)
{
	(void)state;
	for (uint64_t waited = 0; waited < AS_WATCH_PATIENCE_US; waited += AS_WATCH_QUIET_US / 2) {
		assert_false(as_watch_take(watch));
		write_file(config);
		as_watch_read(watch);
		now_us += AS_WATCH_QUIET_US / 2;
	}
	assert_true(as_watch_take(watch));
}

static void a_folder_that_is_replaced_is_watched_again(void **state)
{
	char old[160];

	(void)state;
	snprintf(old, sizeof(old), "%s.old", rules);
	assert_int_equal(rename(rules, old), 0);
	assert_int_equal(mkdir(rules, 0700), 0);
	assert_true(noticed());
	watch_both();
	write_file(path_of(rules, "new.yar"));
	assert_true(noticed());
	write_file(path_of(old, "old.yar"));
	assert_false(noticed());
}

static void what_is_no_longer_named_is_forgotten(void **state)
{
	(void)state;
	as_watch_begin(watch);
	as_watch_add(watch, config);
	assert_int_equal(as_watch_end(watch), 0);
	write_file(path_of(rules, "second.yar"));
	assert_false(noticed());
	write_file(config);
	assert_true(noticed());
}

static void a_change_between_two_lists_is_not_lost(void **state)
{
	(void)state;
	write_file(path_of(rules, "second.yar"));
	watch_both();
	assert_true(noticed());
}

static void what_is_missing_is_noticed_when_it_comes(void **state)
{
	char later[160];

	(void)state;
	snprintf(later, sizeof(later), "%s/later", top);
	as_watch_begin(watch);
	as_watch_add(watch, later);
	assert_int_equal(as_watch_end(watch), 0);
	assert_int_equal(mkdir(later, 0700), 0);
	assert_true(noticed());
}

static void more_folders_than_the_limit_are_counted(void **state)
{
	char name[32];

	(void)state;
	as_watch_begin(watch);
	for (unsigned int i = 0; i < AS_WATCH_ITEMS_MAX + 3; i++) {
		snprintf(name, sizeof(name), "file-%u", i);
		as_watch_add(watch, path_of(top, name));
	}
	assert_true(as_watch_end(watch) >= 3);
	watch_both();
	write_file(config);
	assert_true(noticed());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_happens_by_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes_of_what_is_named_are_noticed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(neighbours_and_drafts_are_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes_are_collected_until_it_is_quiet, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(endless_changes_do_not_put_it_off_for_ever, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_folder_that_is_replaced_is_watched_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_longer_named_is_forgotten, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_change_between_two_lists_is_not_lost, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_missing_is_noticed_when_it_comes, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(more_folders_than_the_limit_are_counted, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("file watch", tests, NULL, NULL);
}
