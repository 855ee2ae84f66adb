/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/mbox.h"
#include "mailbox/separator.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define RANGES_MAX   32

#define FROM_A	     "From a@example.org Thu Jan  1 10:00:00 2026\n"
#define FROM_B	     "From b@example.org Fri Jan  2 11:00:00 2026\n"
#define HEAD	     "Subject: x\nFrom: a@example.org\n"

/* A file in memory that hands out at most `step` octets a call. */
struct input {
	struct as_span data;
	size_t step;
	int error;
};

static ssize_t read_input(void *context, uint64_t offset, unsigned char *data, size_t size)
{
	const struct input *input = context;
	struct as_span part;

	if (input->error < 0)
		return input->error;
	if (input->step > 0 && size > input->step)
		size = input->step;
	part = as_span_slice(input->data, offset, size);
	memcpy(data, part.data, part.size);
	return (ssize_t)part.size;
}

static size_t split(const char *text, size_t step, size_t window, struct as_mbox_range *ranges)
{
	struct input input = {.data = as_span_text(text), .step = step};
	struct as_mbox *mbox;
	size_t count = 0;
	int rc;

	assert_int_equal(as_mbox_open(read_input, &input, input.data.size, window, &mbox), 0);
	while ((rc = as_mbox_next(mbox, &ranges[count])) > 0)
		assert_true(++count < RANGES_MAX);
	assert_int_equal(rc, 0);
	assert_false(as_mbox_shrunk(mbox));
	as_mbox_close(mbox);
	return count;
}

/* "a|b|c": the messages of a mailbox, "^" before one that is a second reading,
 * ">" before one that has quoted lines. */
static void check(const char *text, const char *expected, size_t step, size_t window)
{
	struct as_mbox_range ranges[RANGES_MAX];
	size_t count = split(text, step, window, ranges);
	char got[4096];
	size_t used = 0;

	got[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(
			got + used, sizeof(got) - used, "%s%s%s%.*s", i > 0 ? "|" : "",
			ranges[i].second_reading ? "^" : "", ranges[i].quoted ? ">" : "",
			(int)(ranges[i].end - ranges[i].begin), text + ranges[i].begin);
	assert_string_equal(got, expected);
}

static const struct {
	const char *name, *text, *expected;
} mailboxes[] = {
	{"empty", "", ""},
	{"one message", FROM_A HEAD "\nbody\n", HEAD "\nbody\n"},
	{"no newline at the end", FROM_A HEAD "\nbody", HEAD "\nbody"},
	{"blank line at the end", FROM_A HEAD "\nbody\n\n", HEAD "\nbody\n"},
	{"two messages", FROM_A HEAD "\none\n\n" FROM_B HEAD "\ntwo\n\n",
	 HEAD "\none\n|" HEAD "\ntwo\n"},
	{"CRLF",
	 "From a@b Thu Jan  1 10:00:00 2026\r\nA: b\r\n\r\none\r\n\r\n"
	 "From a@b Thu Jan  1 10:00:00 2026\r\nA: b\r\n\r\ntwo\r\n\r\n",
	 "A: b\r\n\r\none\r\n|A: b\r\n\r\ntwo\r\n"},
	{"missing blank line", FROM_A HEAD "\none\n" FROM_B HEAD "\ntwo\n",
	 HEAD "\none\n|" HEAD "\ntwo\n"},
	{"missing blank line, no field behind", FROM_A HEAD "\none\n" FROM_B "two\n",
	 HEAD "\none\n" FROM_B "two\n"},
	{"sentence behind a blank line", FROM_A HEAD "\none\n\nFrom the beginning\nof time\n",
	 HEAD "\none\n\nFrom the beginning\nof time\n"},
	{"sentence above something like a field",
	 FROM_A HEAD "\none\n\nFrom the beginning\nNote: all\n",
	 HEAD "\none\n\nFrom the beginning\nNote: all\n"},
	{"sentence with a date in it",
	 FROM_A HEAD "\n\nFrom the talk on Jan 5 2020 at 10:30 on\nA: b\n",
	 HEAD "\n\nFrom the talk on Jan 5 2020 at 10:30 on\nA: b\n"},
	{"address without a date", FROM_A HEAD "\none\n\nFrom b@example.org\n" HEAD "\ntwo\n",
	 HEAD "\none\n|" HEAD "\ntwo\n"},
	{"address without a date or field", FROM_A HEAD "\none\n\nFrom b@example.org\ntwo\n",
	 HEAD "\none\n\nFrom b@example.org\ntwo\n"},
	{"Mozilla",
	 "From - Thu Jan 01 00:00:00 1970\n" HEAD "\none\n\n"
	 "From - Thu Jan 01 00:00:00 1970\n" HEAD "\ntwo\n",
	 HEAD "\none\n|" HEAD "\ntwo\n"},
	{"blank lines above the first", "\n\n" FROM_A HEAD "\none\n", HEAD "\none\n"},
	{"no From line at all", HEAD "\none\n", HEAD "\none\n"},
	{"empty messages", FROM_A "\n" FROM_B "\n", "\n|\n"},
	{"header only", FROM_A HEAD "\n" FROM_B HEAD, HEAD "\n|" HEAD},
	{"From line cut off", FROM_A HEAD "\none\n\nFrom b@example.org Fri Jan  2 11:00:00 2026",
	 HEAD "\none\n|From b@example.org Fri Jan  2 11:00:00 2026"},
	{"mboxrd", FROM_A HEAD "\n>>From here\n", ">" HEAD "\n>>From here\n"},
	{"quoted in the header only", FROM_A ">From uucp\n" HEAD "\nbody\n",
	 ">From uucp\n" HEAD "\nbody\n"},
	{"right Content-Length", FROM_A "Content-Length: 9\n\nFrom b@c\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 9\n\nFrom b@c\n|A: b\n\ntwo\n"},
	{"Content-Length without the last line end",
	 FROM_A "Content-Length: 8\n\nFrom b@c\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 8\n\nFrom b@c|A: b\n\ntwo\n"},
	{"Content-Length to the end of the file", FROM_A "content-length : 4\n\none\n",
	 "content-length : 4\n\none\n"},
	{"Content-Length too long", FROM_A "Content-Length: 5\n\none\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 5\n\none\n\n|A: b\n\ntwo\n"},
	{"Content-Length far too long",
	 FROM_A "Content-Length: 99999999999999999999999\n\none\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 99999999999999999999999\n\none\n|A: b\n\ntwo\n"},
	{"Content-Length of nearly all",
	 FROM_A "Content-Length: 18446744073709551615\n\none\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 18446744073709551615\n\none\n|A: b\n\ntwo\n"},
	{"two Content-Lengths that differ",
	 FROM_A "Content-Length: 9\nContent-Length: 8\n\nFrom b@c\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 9\nContent-Length: 8\n\nFrom b@c\n|A: b\n\ntwo\n"},
	{"Content-Length into the middle of a line",
	 FROM_A "Content-Length: 2\n\none\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 2\n\none\n|A: b\n\ntwo\n"},
	{"Content-Length that swallows a message",
	 FROM_A "Content-Length: 59\n\none\n\n" FROM_B "A: b\n\ntwo\n"
		"\n" FROM_A "A: b\n\nc\n",
	 "Content-Length: 59\n\none\n\n" FROM_B "A: b\n\ntwo\n"
	 "|^A: b\n\ntwo\n|A: b\n\nc\n"},
	{"not quoted below a Content-Length with a bare From",
	 FROM_A "Content-Length: 18\n\nFrom me\n>From you\n\n" FROM_B "A: b\n\ntwo\n",
	 "Content-Length: 18\n\nFrom me\n>From you\n|A: b\n\ntwo\n"},
};

static void mailboxes_are_split_as_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mailboxes); i++) {
		print_message("case: %s\n", mailboxes[i].name);
		check(mailboxes[i].text, mailboxes[i].expected, 0, 0);
	}
}

static void neither_window_nor_short_reads_change_the_result(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mailboxes); i++)
		for (size_t step = 1; step <= 17; step++)
			check(mailboxes[i].text, mailboxes[i].expected, step, step);
}

/* Two hundred messages over a window that holds some of them, so that every
 * kind of line meets the window's edge sooner or later. */
static void messages_across_the_edge_of_the_window_stay_whole(void **state)
{
	struct input input = {.step = 0};
	struct as_mbox_range range;
	size_t used = 0, size = 256 * 1024;
	char *text = malloc(size);
	struct as_mbox *mbox;
	uint64_t end = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 200; i++)
		used += (size_t)snprintf(text + used, size - used,
					 FROM_A HEAD "\n%0*d\n>From x\nFrom time to time\n\n",
					 i * 7 + 1, i);
	input.data = as_span_make(text, used);
	assert_int_equal(as_mbox_open(read_input, &input, used, 1, &mbox), 0);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(as_mbox_next(mbox, &range), 1);
		assert_true(range.from == end);
		assert_true(range.begin == range.from + sizeof(FROM_A) - 1);
		assert_true(range.quoted);
		end = range.end + 1;
	}
	assert_int_equal(as_mbox_next(mbox, &range), 0);
	assert_true(end == used);
	as_mbox_close(mbox);
	free(text);
}

static void a_file_that_shrinks_ends_early(void **state)
{
	struct input input = {.data = as_span_text(FROM_A HEAD "\nbody\n")};
	struct as_mbox_range range;
	struct as_mbox *mbox;

	(void)state;
	assert_int_equal(as_mbox_open(read_input, &input, input.data.size + 5000, 0, &mbox), 0);
	assert_int_equal(as_mbox_next(mbox, &range), 1);
	assert_true(range.end == input.data.size);
	assert_int_equal(as_mbox_next(mbox, &range), 0);
	assert_true(as_mbox_shrunk(mbox));
	as_mbox_close(mbox);
}

static void a_read_error_is_passed_on(void **state)
{
	struct input input = {.data = as_span_text(FROM_A), .error = -EIO};
	struct as_mbox_range range;
	struct as_mbox *mbox;

	(void)state;
	assert_int_equal(as_mbox_open(read_input, &input, 1000, 0, &mbox), 0);
	assert_int_equal(as_mbox_next(mbox, &range), -EIO);
	as_mbox_close(mbox);
}

static void from_lines_are_graded(void **state)
{
	static const struct {
		const char *line;
		enum as_from_line grade;
	} cases[] = {
		{"From a@b Thu Jan  1 10:00:00 2026", AS_FROM_DATED},
		{"From a@b Thu Jan  1 10:00 2026", AS_FROM_DATED},
		{"From a@b Thu Jan  1 10:00:00 +0100 2026", AS_FROM_DATED},
		{"From a@b Thu Jan  1 10:00:00 MET DST 1994", AS_FROM_DATED},
		{"From a@b Thu Jan  1 10:00:00 94", AS_FROM_DATED},
		{"From a@b Thu, 1 Jan 2026 10:00:00 -0500", AS_FROM_DATED},
		{"From a@b 1 Jan 2026 10:00:00", AS_FROM_DATED},
		{"From \"a b\"@c Thu Jan  1 10:00:00 2026", AS_FROM_DATED},
		{"From ROOT Thu Jan  1 10:00:00 2026", AS_FROM_DATED},
		{"From a!b Thu Jan  1 10:00:00 1988 remote from c", AS_FROM_DATED},
		{"From Thu Jan  1 10:00:00 2026", AS_FROM_DATED},
		{"From now on Jan 1 2026 10:00", AS_FROM_PROSE},
		{"From a@b", AS_FROM_BARE},
		{"From -", AS_FROM_BARE},
		{"From MAILER-DAEMON", AS_FROM_BARE},
		{"From now", AS_FROM_PROSE},
		{"From a@b to c@d", AS_FROM_PROSE},
		{"From ", AS_FROM_PROSE},
		{"From a@b Thu Jan  1 2026", AS_FROM_PROSE},
		{"From a@b Thu Jan Jan 10:00:00 2026", AS_FROM_PROSE},
		{"From: a@b", AS_FROM_NONE},
		{">From a@b Thu Jan  1 10:00:00 2026", AS_FROM_NONE},
		{"from a@b Thu Jan  1 10:00:00 2026", AS_FROM_NONE},
		{"", AS_FROM_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].line);
		assert_int_equal(as_from_line_grade(as_span_text(cases[i].line)), cases[i].grade);
	}
}

static void header_fields_are_recognised(void **state)
{
	static const struct {
		const char *text;
		bool field;
	} cases[] = {
		{"Subject: x", true},  {"X-A:", true},		{"A : b", true}, {">From x", true},
		{": x", false},	       {"two words: x", false}, {"none", false}, {"", false},
		{" Folded: x", false}, {"a\x80: x", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(as_begins_with_field(as_span_text(cases[i].text)), cases[i].field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mailboxes_are_split_as_expected),
		cmocka_unit_test(neither_window_nor_short_reads_change_the_result),
		cmocka_unit_test(messages_across_the_edge_of_the_window_stay_whole),
		cmocka_unit_test(a_file_that_shrinks_ends_early),
		cmocka_unit_test(a_read_error_is_passed_on),
		cmocka_unit_test(from_lines_are_graded),
		cmocka_unit_test(header_fields_are_recognised),
	};
	return cmocka_run_group_tests_name("mailbox_mbox", tests, NULL, NULL);
}
