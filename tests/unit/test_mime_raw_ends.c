/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/ends.h"
#include "mime/mime.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SUBJECT	     "Subject: x\r\n\r\n"
#define ENVELOPE     "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
#define LF_MAIL	     "MAIL FROM:<a@example.org>\nRCPT TO:<b@example.org>\nDATA\n"

static struct as_raw_report scan(struct as_span message)
{
	struct as_raw_report report;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_raw_scan(message, &limits, &report);
	return report;
}

/* The severity of mime.end_of_data; NONE: no such note. */
#define NONE (-1)

static int severity_of(struct as_span message)
{
	struct as_arena arena;
	struct as_limits limits;
	struct as_mime_tree *tree;
	int severity = NONE;

	as_limits_standard(&limits);
	as_arena_init(&arena, (size_t)64 << 20);
	assert_int_equal(as_mime_parse(&arena, message, &limits, &tree), 0);
	for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
		if (strcmp(note->code, "mime.end_of_data") == 0)
			severity = (int)note->severity;
	as_arena_deinit(&arena);
	return severity;
}

struct ends_case {
	const char *name, *text;
	size_t size; /* 0: up to the NUL */
	int severity;
};

static struct as_span text_of(const struct ends_case *one)
{
	return one->size > 0 ? as_span_make(one->text, one->size) : as_span_text(one->text);
}

static void check(const struct ends_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		print_message("# case: %s\n", cases[i].name);
		assert_int_equal(severity_of(text_of(&cases[i])), cases[i].severity);
	}
}

#define TEXT(octets) octets, sizeof(octets) - 1

static void ends_that_servers_read_differently_are_high(void **state)
{
	static const struct ends_case cases[] = {
		{"LF . LF", TEXT(SUBJECT "a\r\nb\n.\nc\r\nd\r\n"), 0},
		{"LF . CRLF", TEXT(SUBJECT "a\r\nb\n.\r\nc\r\n"), 0},
		{"CRLF . LF", TEXT(SUBJECT "a\r\n.\nb\r\n"), 0},
		{"CR . CR", TEXT(SUBJECT "a\r.\rb\r\n"), 0},
		{"CR . LF", TEXT(SUBJECT "a\r.\nb\r\n"), 0},
		{"CR . CRLF", TEXT(SUBJECT "a\r.\r\nb\r\n"), 0},
		{"CRLF . CR", TEXT(SUBJECT "a\r\n.\rb\r\n"), 0},
		{"LF . CR", TEXT(SUBJECT "a\n.\rb\r\n"), 0},
		{"CRLF NUL . CRLF", TEXT(SUBJECT "a\r\n\0.\r\nb\r\n"), 0},
		{"CRLF . NUL CRLF", TEXT(SUBJECT "a\r\n.\0\r\nb\r\n"), 0},
		{"CR NUL LF . CRLF", TEXT(SUBJECT "a\r\0\n.\r\nb\r\n"), 0},
		{"CRLF . CR NUL LF", TEXT(SUBJECT "a\r\n.\r\0\nb\r\n"), 0},
		{"CR CR LF . CRLF", TEXT(SUBJECT "a\r\r\n.\r\nb\r\n"), 0},
		{"CRLF . CR CR LF", TEXT(SUBJECT "a\r\n.\r\r\nb\r\n"), 0},
		{"CR CR LF . CR CR LF", TEXT(SUBJECT "a\r\r\n.\r\r\nb\r\n"), 0},
		{"LF . CR in a file with LF", TEXT("Subject: x\n\na\n.\rb\n"), 0},
		{"CR . LF in a file with LF", TEXT("Subject: x\n\na\r.\nb\n"), 0},
		{"NUL . in a file with LF", TEXT("Subject: x\n\na\n\0.\nb\n"), 0},
	};
	(void)state;

	check(cases, COUNT(cases));
}

static void a_further_envelope_is_high_behind_any_end(void **state)
{
	static const struct ends_case cases[] = {
		{"LF . LF", TEXT(SUBJECT "a\n.\n" ENVELOPE), 0},
		{"CRLF . CRLF", TEXT(SUBJECT "a\r\n.\r\n" ENVELOPE), 0},
		{"LF in a file with LF", TEXT("Subject: x\n\na\n.\n" LF_MAIL), 0},
		{"CR in a file with CR", TEXT("Subject: x\r\ra\r.\rMAIL FROM:<a>\rRCPT TO:<b>\r"),
		 0},
		{"lower case and blanks",
		 TEXT("Subject: x\n\na\n.\n \tmail  from :<a@example.org>\nrcpt\tto: <b>\n"), 0},
		{"EHLO first", TEXT(SUBJECT "a\r\n.\r\nEHLO x\r\nMAIL FROM:<>\r\n"), 0},
		{"RSET first", TEXT(SUBJECT "a\r\n.\r\nrset\r\nMAIL FROM:<>\r\n"), 0},
		{"blank lines between", TEXT(SUBJECT "a\r\n.\r\n\r\n\r\n" ENVELOPE), 0},
		{"other lines between", TEXT(SUBJECT "a\r\n.\r\nwhat\r\never\r\n" ENVELOPE), 0},
		{"a blank behind the dot", TEXT(SUBJECT "a\r\n. \t\r\n" ENVELOPE), 0},
		{"a plain dot before it", TEXT(SUBJECT "a\r\n.\r\nb\r\n.\r\n" ENVELOPE), 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_true(scan(text_of(&cases[i])).envelopes.count > 0);
	check(cases, COUNT(cases));
}

static void honest_dots_are_at_most_low(void **state)
{
	static const struct ends_case cases[] = {
		{"LF . LF in a file with LF", TEXT("Subject: x\n\na\n.\nb\n"), NONE},
		{"at the end of a file with LF", TEXT("Subject: x\n\na\n.\n"), NONE},
		{"without a line end", TEXT("Subject: x\n\na\n."), NONE},
		{"CR . CR in a file with CR", TEXT("Subject: x\r\ra\r.\rb\r"), NONE},
		{"CR CR LF everywhere", TEXT("Subject: x\r\r\n\r\r\na\r\r\n.\r\r\nb\r\r\n"), NONE},
		{"doubled dots", TEXT(SUBJECT "a\r\n..\r\nb\n..\nc\r\n"), NONE},
		{"dots of text", TEXT(SUBJECT "a\r\n. b\r\n.c\n...\r\n"), NONE},
		{"a blank behind the dot", TEXT(SUBJECT "a\r\n. \r\nb\r\n"), NONE},
		{"the first line", TEXT(".\nSubject: x\r\n\r\na\r\n"), NONE},
		{"CRLF . CRLF", TEXT(SUBJECT "a\r\n.\r\nb\r\n"), ASSAY_INFO},
		{"CRLF . CRLF at the end", TEXT(SUBJECT "a\r\n.\r\n"), NONE},
		{"LF . CRLF at the end", TEXT("Subject: x\n\na\n.\r\n"), ASSAY_INFO},
		{"CRLF . LF and a blank line", TEXT(SUBJECT "a\r\n.\n\r\n\0"), ASSAY_INFO},
		{"LF below a header with CRLF", TEXT(SUBJECT "a\n.\nb\n"), ASSAY_LOW},
		{"more LF than CRLF", TEXT(SUBJECT "a\n.\nb\nc\nd\ne\r\n"), ASSAY_LOW},
		{"binary data", TEXT(SUBJECT "\0\0\0\0\0\0\0\0\x80\r.\r\x80\r\n"), ASSAY_LOW},
		{"a quoted session",
		 TEXT("Subject: x\n\nDATA\na\n.\n250 ok\nMAIL FROM:<a>\nRCPT TO:<b>\n"), NONE},
		{"one command in a text", TEXT("Subject: x\n\na\n.\nQUIT\nand so on\n"), NONE},
		{"a sentence", TEXT("Subject: x\n\na\n.\nData is what we need.\nMail from: me\n"),
		 NONE},
		{"an envelope far away",
		 TEXT("Subject: x\n\na\n.\n1st\n2nd\n3rd\n4th\nMAIL FROM:<a>\nDATA\n"), NONE},
	};
	(void)state;

	check(cases, COUNT(cases));
}

static void the_place_is_that_of_the_dot(void **state)
{
	struct as_raw_report report = scan(as_span_text("a\r\n.\nb\r.\rc\r\n.\r\nd\r\n"));
	(void)state;

	assert_int_equal(report.odd_dots.first, 3);
	assert_int_equal(report.odd_dots.count, 2);
	assert_int_equal(report.plain_dots.first, 12);
	report = scan(as_span_make("a\r\n\0\0.\0\r\nb", 11));
	assert_int_equal(report.odd_dots.first, 5);
	assert_int_equal(scan(as_span_text("a\r\n.\n")).last_dots.first, 3);
}

/* Each dot looks at what is behind it. */
static void many_dots_cost_no_more_than_their_number(void **state)
{
	struct as_buffer buffer;
	struct as_raw_report report;
	(void)state;

	as_buffer_init(&buffer, 0);
	as_buffer_text(&buffer, SUBJECT);
	for (int i = 0; i < 200000; i++)
		as_buffer_text(&buffer, "\n.\r\nNOOP ");
	assert_false(buffer.failed);
	report = scan(as_buffer_span(&buffer));
	assert_int_equal(report.odd_dots.count, 200000);
	as_buffer_deinit(&buffer);
}

static int set_up(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_that_servers_read_differently_are_high),
		cmocka_unit_test(a_further_envelope_is_high_behind_any_end),
		cmocka_unit_test(honest_dots_are_at_most_low),
		cmocka_unit_test(the_place_is_that_of_the_dot),
		cmocka_unit_test(many_dots_cost_no_more_than_their_number),
	};
	return cmocka_run_group_tests_name("mime raw, ends", tests, set_up, NULL);
}
