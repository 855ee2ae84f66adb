/* SPDX-License-Identifier: BSD-2-Clause */
/* The log and the spool: what leaves the process by a descriptor. */
#include "base/log.h"
#include "base/spool.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static char lines[65536];
static int log_fd = -1;

static uint64_t wall(void *context)
{
	(void)context;
	/* 2024-02-29T12:34:56.789Z */
	return 1709210096789000u;
}

static const struct as_clock still = {.monotonic_us = wall, .wall_us = wall};

static void begin(enum as_log_level level, enum as_log_format format)
{
	const struct as_log_settings settings = {.fd = log_fd,
						 .level = level,
						 .format = format,
						 .process = "front",
						 .clock = &still};

	assert_int_equal(ftruncate(log_fd, 0), 0);
	assert_int_equal(lseek(log_fd, 0, SEEK_SET), 0);
	as_log_configure(&settings);
	as_log_set_message("");
}

static const char *written(void)
{
	ssize_t got = pread(log_fd, lines, sizeof(lines) - 1, 0);

	assert_true(got >= 0);
	lines[got] = '\0';
	return lines;
}

static int set_up(void **state)
{
	(void)state;
	log_fd = memfd_create("log", MFD_CLOEXEC);
	return log_fd < 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_log_configure(&(struct as_log_settings){.fd = STDERR_FILENO, .level = AS_LOG_NOTICE});
	return close(log_fd);
}

static void a_text_line_names_process_level_and_message(void **state)
{
	(void)state;
	begin(AS_LOG_NOTICE, AS_LOG_TEXT);
	as_log(AS_LOG_WARNING, "first %d", 1);
	as_log_set_message("01ID");
	as_log(AS_LOG_NOTICE, "second");
	as_log_set_message(NULL);
	as_log_set_process("");
	as_log(AS_LOG_ERROR, "third");
	assert_string_equal(written(), "assay[front]: warning: first 1\n"
				       "assay[front]: notice: 01ID: second\n"
				       "assay: error: third\n");
}

static void lines_above_the_level_are_dropped(void **state)
{
	(void)state;
	begin(AS_LOG_WARNING, AS_LOG_TEXT);
	as_log(AS_LOG_NOTICE, "no");
	as_log(AS_LOG_DEBUG, "no");
	assert_string_equal(written(), "");
	as_log(AS_LOG_WARNING, "yes");
	as_log(AS_LOG_ERROR, "yes");
	assert_string_equal(written(), "assay[front]: warning: yes\nassay[front]: error: yes\n");
}

static void a_descriptor_that_is_no_terminal_gets_json(void **state)
{
	(void)state;
	begin(AS_LOG_NOTICE, AS_LOG_AUTO);
	as_log(AS_LOG_NOTICE, "x");
	assert_int_equal(written()[0], '{');
}

static void a_json_line_is_valid_whatever_is_put_into_it(void **state)
{
	static const char *const hostile[] = {
		"plain",
		"\"},{\"level\":\"error\"",
		"back\\slash \\\" \\n",
		"line\r\nassay: error: forged",
		"\x1b[31mred\x07",
		"\xff\xfe\xc0\xaf\xed\xa0\x80",
		"\xe2\x80\xae"
		"fdp.exe",
		"",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		json_t *line;

		print_message("case: %zu\n", i);
		begin(AS_LOG_NOTICE, AS_LOG_JSON);
		as_log_set_message("01ID\"");
		as_log_set_process(hostile[i]);
		as_log(AS_LOG_ERROR, "%s", hostile[i]);
		written();
		assert_ptr_equal(strchr(lines, '\n'), lines + strlen(lines) - 1);
		line = json_loads(lines, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(line);
		assert_string_equal(json_string_value(json_object_get(line, "id")), "01ID\"");
		assert_string_equal(json_string_value(json_object_get(line, "level")), "error");
		assert_string_equal(json_string_value(json_object_get(line, "time")),
				    "2024-02-29T12:34:56.789Z");
		assert_true(json_integer_value(json_object_get(line, "pid")) == getpid());
		json_decref(line);
	}
}

static void no_line_is_longer_than_a_pipe_takes_at_once(void **state)
{
	static const unsigned char fillers[] = {'x', '"', '\\', 0x01, 0xff, 0xc3};
	static const enum as_log_format formats[] = {AS_LOG_TEXT, AS_LOG_JSON};
	char text[8192];
	(void)state;

	for (size_t i = 0; i < sizeof(fillers) * 2; i++) {
		memset(text, fillers[i / 2], sizeof(text));
		text[sizeof(text) - 1] = '\0';
		begin(AS_LOG_NOTICE, formats[i % 2]);
		as_log_set_message(text);
		as_log_set_process(text);
		as_log(AS_LOG_NOTICE, "%s", text);
		written();
		assert_in_range(strlen(lines), 1000, PIPE_BUF);
		assert_int_equal(lines[strlen(lines) - 1], '\n');
		if (formats[i % 2] == AS_LOG_JSON) {
			json_t *line = json_loads(lines, 0, NULL);

			assert_non_null(line);
			json_decref(line);
		}
	}
}

static void hostile_text_stays_on_its_line(void **state)
{
	(void)state;
	begin(AS_LOG_NOTICE, AS_LOG_TEXT);
	as_log(AS_LOG_NOTICE, "%s", "a\nassay: error: forged\x1b[0m\xff");
	assert_string_equal(written(),
			    "assay[front]: notice: a\\x0aassay: error: forged\\x1b[0m\\xff\n");
}

static void levels_are_found_by_their_words(void **state)
{
	enum as_log_level level = AS_LOG_DEBUG;
	(void)state;

	assert_true(as_log_level_find("error", &level));
	assert_int_equal(level, AS_LOG_ERROR);
	assert_true(as_log_level_find("debug", &level));
	assert_int_equal(level, AS_LOG_DEBUG);
	assert_false(as_log_level_find("Error", &level));
	assert_false(as_log_level_find("", &level));
}

static void a_sealed_spool_cannot_change(void **state)
{
	struct as_mapping mapping;
	int fd = -1;
	(void)state;

	assert_int_equal(as_spool_make("test", as_span_text("message"), &fd), 0);
	assert_int_equal(as_spool_check(fd), 0);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 3), -1);
	assert_int_equal(ftruncate(fd, 300), -1);
	assert_ptr_equal(mmap(NULL, 7, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	assert_int_equal(as_spool_write(fd, as_span_text("x")), -EPERM);
	assert_int_equal(as_mapping_open(fd, 0, 7, &mapping), 0);
	assert_true(as_span_equal(mapping.data, as_span_text("message")));
	as_mapping_close(&mapping);
	close(fd);
}

static void what_is_not_sealed_is_told_apart(void **state)
{
	int ends[2];
	int fd = -1;
	(void)state;

	assert_int_equal(as_spool_open("test", &fd), 0);
	assert_int_equal(as_spool_check(fd), -EPERM);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
	assert_int_equal(as_spool_check(fd), -EPERM);
	assert_int_equal(as_spool_seal(fd), 0);
	assert_int_equal(as_spool_check(fd), 0);
	close(fd);
	assert_int_equal(as_spool_check(fd), -EBADF);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(as_spool_check(ends[0]), -EINVAL);
	close(ends[0]);
	close(ends[1]);
}

static void any_part_of_a_spool_can_be_mapped(void **state)
{
	static const struct {
		uint64_t offset, size;
	} cases[] = {{0, 20000},    {1, 1}, {4095, 2},	{4096, 4096}, {4097, 5},      {19999, 1},
		     {12345, 7000}, {0, 0}, {20000, 0}, {4097, 0},    {UINT64_MAX, 0}};
	unsigned char content[20000];
	int fd = -1;
	(void)state;

	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (unsigned char)(i ^ i >> 8);
	assert_int_equal(as_spool_make("test", as_span_make(content, sizeof(content)), &fd), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_mapping mapping;

		print_message("case: %zu\n", i);
		assert_int_equal(as_mapping_open(fd, cases[i].offset, cases[i].size, &mapping), 0);
		assert_int_equal(mapping.data.size, cases[i].size);
		assert_true(cases[i].size == 0 ||
			    memcmp(mapping.data.data, content + cases[i].offset, cases[i].size) ==
				    0);
		as_mapping_close(&mapping);
		assert_null(mapping.base);
	}
	close(fd);
}

static void mappings_that_cannot_be_are_refused(void **state)
{
	struct as_mapping mapping;
	int fd = -1;
	(void)state;

	assert_int_equal(as_spool_make("test", as_span_text("x"), &fd), 0);
	assert_int_equal(as_mapping_open(fd, UINT64_MAX, 1, &mapping), -EOVERFLOW);
	assert_int_equal(as_mapping_open(fd, 1, UINT64_MAX, &mapping), -EOVERFLOW);
	assert_true(as_mapping_open(fd, 0, UINT64_MAX / 2, &mapping) < 0);
	close(fd);
	assert_int_equal(as_mapping_open(fd, 0, 1, &mapping), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_line_names_process_level_and_message),
		cmocka_unit_test(lines_above_the_level_are_dropped),
		cmocka_unit_test(a_descriptor_that_is_no_terminal_gets_json),
		cmocka_unit_test(a_json_line_is_valid_whatever_is_put_into_it),
		cmocka_unit_test(no_line_is_longer_than_a_pipe_takes_at_once),
		cmocka_unit_test(hostile_text_stays_on_its_line),
		cmocka_unit_test(levels_are_found_by_their_words),
		cmocka_unit_test(a_sealed_spool_cannot_change),
		cmocka_unit_test(what_is_not_sealed_is_told_apart),
		cmocka_unit_test(any_part_of_a_spool_can_be_mapped),
		cmocka_unit_test(mappings_that_cannot_be_are_refused),
	};
	return cmocka_run_group_tests_name("base output", tests, set_up, tear_down);
}
