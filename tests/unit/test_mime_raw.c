/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/raw.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct as_raw_report scan(struct as_span message)
{
	struct as_raw_report report;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_raw_scan(message, &limits, &report);
	return report;
}

/* head, then piece count times, then tail. */
static void repeat(struct as_buffer *buffer, const char *head, const char *piece, size_t count,
		   const char *tail)
{
	as_buffer_init(buffer, 0);
	as_buffer_text(buffer, head);
	for (size_t i = 0; i < count; i++)
		as_buffer_text(buffer, piece);
	as_buffer_text(buffer, tail);
	assert_false(buffer->failed);
}

static void line_ends_are_told_apart(void **state)
{
	static const struct {
		const char *name, *text;
		uint64_t crlf, lone_lf, lone_cr, doubled_cr;
	} cases[] = {
		{"nothing", "", 0, 0, 0, 0},
		{"no line end", "a", 0, 0, 0, 0},
		{"only LF", "a\n\nb\n", 0, 3, 0, 0},
		{"only CRLF", "a\r\n\r\nb\r\n", 3, 0, 0, 0},
		{"mixed", "a\nb\r\n", 1, 1, 0, 0},
		{"lone CR", "a\rb\n", 0, 1, 1, 0},
		{"two lone CRs", "a\r\rb\n", 0, 1, 2, 0},
		{"CR CR LF", "a\r\r\nb\n", 1, 1, 0, 1},
		{"CR at the end", "a\n\r", 0, 1, 1, 0},
		{"CR right behind LF", "a\n\rb\r\n", 1, 1, 1, 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_raw_report report = scan(as_span_text(cases[i].text));

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(report.crlf.count, cases[i].crlf);
		assert_int_equal(report.lone_lf.count, cases[i].lone_lf);
		assert_int_equal(report.lone_cr.count, cases[i].lone_cr);
		assert_int_equal(report.doubled_cr.count, cases[i].doubled_cr);
	}
}

static void first_offsets_are_exact(void **state)
{
	struct as_raw_report report = scan(as_span_make("a: b\r\n\n--x\rc\0d\n", 15));
	(void)state;

	assert_int_equal(report.crlf.first, 4);
	assert_int_equal(report.lone_lf.first, 6);
	assert_int_equal(report.delimiters.first, 7);
	assert_int_equal(report.lone_cr.first, 10);
	assert_int_equal(report.nul.first, 12);
	assert_int_equal(report.long_lines.first, SIZE_MAX);
}

static void message_without_lf_is_read_by_its_crs(void **state)
{
	(void)state;

	assert_int_equal(scan(as_span_text("a: b\r\rtext\r")).terminator, '\r');
	assert_int_equal(scan(as_span_text("a: b\r\rtext\n")).terminator, '\n');
	assert_int_equal(scan(as_span_text("a: b")).terminator, '\n');
}

static void nuls_at_the_very_end_are_told_from_others(void **state)
{
	(void)state;

	assert_true(scan(as_span_make("a\n\0\0\n", 5)).nul_only_at_end);
	assert_false(scan(as_span_make("a\n\0\0b", 5)).nul_only_at_end);
	assert_int_equal(scan(as_span_make("\0a\0\0b", 5)).nul.count, 3);
}

static void delimiter_behind_a_lone_cr_is_found(void **state)
{
	(void)state;

	assert_int_equal(scan(as_span_text("a\r--b\n")).cr_delimiter.first, 1);
	assert_int_equal(scan(as_span_text("a\r\n--b\n")).cr_delimiter.count, 0);
	assert_int_equal(scan(as_span_text("a\n--b\rc: d\n")).cr_delimiter.first, 5);
	assert_int_equal(scan(as_span_text("a\n--b\r\r\n-- \rc\n")).cr_delimiter.count, 0);
}

static void header_is_measured(void **state)
{
	struct as_raw_report report = scan(as_span_text(
		"\r\n\r\nTo: g:a@b,c@d;\r\n h:e@f;\r\nSubject: a:b:c\r\n"
		"Content-Type: text/plain; a=b;\r\n c=\xc3\xa4\r\n\r\nCc: x:y:z:\r\n"));
	(void)state;

	assert_int_equal(report.header.fields, 3);
	assert_int_equal(report.header.groups, 2);
	assert_int_equal(report.header.parameters, 2);
	assert_int_equal(report.header.eight_bit.count, 2);
	assert_int_equal(report.header.line_bytes, 30);
	assert_int_equal(report.header.field_bytes, 39);
	assert_int_equal(report.exceeded, 0);
}

static void address_fields_are_looked_for_everywhere(void **state)
{
	(void)state;

	assert_int_equal(scan(as_span_text("a: b\n\nCc \t: g:h:\n i:\nj:\n")).groups, 3);
	assert_int_equal(scan(as_span_text("a: b\n\nCode: g:h:\n")).groups, 0);
	assert_int_equal(scan(as_span_text("a: b\n\nRESENT-reply-to: g:\n")).groups, 1);
}

static void each_limit_is_reported_one_above_and_not_at_it(void **state)
{
	static const struct {
		const char *name, *head, *piece, *tail;
		size_t at; /* how many pieces are still allowed */
		uint32_t exceeded;
	} cases[] = {
		{"fields", "", "a:\n", "\n", 1000, AS_RAW_HEADER_FIELDS},
		{"parameters", "Content-Type: a/b", ";a", "\n\n", 200, AS_RAW_PARAMETERS},
		{"groups", "To:", "g:", "\n\n", 1000, AS_RAW_GROUPS},
		{"groups in a body", "a:\n\nTo:", "g:", "\n", 1000, AS_RAW_GROUPS},
		{"delimiters", "a:\n\n", "--\n", "", 20000, AS_RAW_DELIMITERS},
		{"field", "a:", "\n 45678", "\n\n", 9361, AS_RAW_HEADER_FIELD},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer buffer;

		print_message("case: %s\n", cases[i].name);
		repeat(&buffer, cases[i].head, cases[i].piece, cases[i].at, cases[i].tail);
		assert_int_equal(scan(as_buffer_span(&buffer)).exceeded, 0);
		as_buffer_deinit(&buffer);
		repeat(&buffer, cases[i].head, cases[i].piece, cases[i].at + 1, cases[i].tail);
		assert_int_equal(scan(as_buffer_span(&buffer)).exceeded, cases[i].exceeded);
		as_buffer_deinit(&buffer);
	}
}

static void big_block_and_long_line_exceed_their_limits(void **state)
{
	struct as_buffer buffer;
	(void)state;

	repeat(&buffer, "",
	       "abcdefgh: abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefg"
	       "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgabcdefghijk"
	       "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgabcdefghijk"
	       "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgabcdefghijk\n",
	       950, "\n");
	assert_int_equal(scan(as_buffer_span(&buffer)).exceeded, AS_RAW_HEADER_BLOCK);
	as_buffer_deinit(&buffer);
	repeat(&buffer, "a:", "0123456789abcdef", 65536, "\n\n");
	assert_int_equal(scan(as_buffer_span(&buffer)).exceeded,
			 AS_RAW_HEADER_BLOCK | AS_RAW_HEADER_FIELD | AS_RAW_LINE);
	as_buffer_deinit(&buffer);
}

static void lone_cr_and_nul_in_a_header_are_counted(void **state)
{
	struct as_raw_header header;
	struct as_limits limits;
	(void)state;

	as_limits_standard(&limits);
	as_raw_header_scan(as_span_make("a: b\rc\0d\r\r\n\r\n", 13), '\n', &limits, &header);
	assert_int_equal(header.lone_cr.count, 1);
	assert_int_equal(header.lone_cr.first, 4);
	assert_int_equal(header.nul.first, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends_are_told_apart),
		cmocka_unit_test(first_offsets_are_exact),
		cmocka_unit_test(message_without_lf_is_read_by_its_crs),
		cmocka_unit_test(nuls_at_the_very_end_are_told_from_others),
		cmocka_unit_test(delimiter_behind_a_lone_cr_is_found),
		cmocka_unit_test(header_is_measured),
		cmocka_unit_test(address_fields_are_looked_for_everywhere),
		cmocka_unit_test(each_limit_is_reported_one_above_and_not_at_it),
		cmocka_unit_test(big_block_and_long_line_exceed_their_limits),
		cmocka_unit_test(lone_cr_and_nul_in_a_header_are_counted),
	};

	return cmocka_run_group_tests_name("mime raw", tests, NULL, NULL);
}
