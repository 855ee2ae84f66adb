/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/colour.h"
#include "report/csv.h"
#include "report/progress.h"
#include "report/summary.h"
#include "report/table.h"
#include "report/text.h"
#include "report/view.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SECOND	     1000000u

static void assert_text(struct as_buffer *out, const char *expected)
{
	assert_true(as_buffer_byte(out, '\0'));
	assert_string_equal((const char *)out->data, expected);
	as_buffer_deinit(out);
}

static void text_is_cut_by_cells_and_escaped(void **state)
{
	static const struct {
		const char *text;
		size_t width;
		const char *expected;
		size_t used;
	} cases[] = {
		{"plain", 0, "plain", 5},
		{"plain", 5, "plain", 5},
		{"plain", 4, "pla\u2026", 4},
		{"\u00e4\u00f6\u00fc", 3, "\u00e4\u00f6\u00fc", 3},
		{"\u00e4\u00f6\u00fc", 2, "\u00e4\u2026", 2},
		{"\u65e5\u672c\u8a9e", 6, "\u65e5\u672c\u8a9e", 6},
		{"\u65e5\u672c\u8a9e", 5, "\u65e5\u672c\u2026", 5},
		{"\u65e5\u672c\u8a9e", 4, "\u65e5\u2026", 3},
		{"e\u0301e", 2, "e\u0301e", 2},
		{"a\033[31mb", 0, "a\\x1b[31mb", 10},
		{"a\xff", 0, "a\\xff", 5},
		{"a\u202e"
		 "exe",
		 0, "a\\u{202e}exe", 12},
		{"x", 1, "x", 1},
		{"xy", 1, "\u2026", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		print_message("case: %zu\n", i);
		as_buffer_init(&out, 0);
		assert_int_equal(as_text_put(&out, as_span_text(cases[i].text), cases[i].width),
				 cases[i].used);
		assert_text(&out, cases[i].expected);
	}
}

static void numbers_have_three_digits_between_commas(void **state)
{
	static const struct {
		uint64_t number;
		const char *expected;
	} cases[] = {{0, "0"},
		     {999, "999"},
		     {1000, "1,000"},
		     {48211, "48,211"},
		     {1000000, "1,000,000"},
		     {UINT64_MAX, "18,446,744,073,709,551,615"}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		as_buffer_init(&out, 0);
		as_text_number(&out, cases[i].number);
		assert_text(&out, cases[i].expected);
	}
}

static void sizes_and_times_have_fitting_units(void **state)
{
	static const struct {
		uint64_t value;
		const char *bytes, *time;
	} cases[] = {
		{0, "0 B", "0.00 ms"},
		{999, "999 B", "1.00 ms"},
		{1830, "1.83 kB", "1.83 ms"},
		{48211, "48.2 kB", "48.2 ms"},
		{3100000, "3.10 MB", "3.10 s"},
		{187000000, "187 MB", "3:07 min"},
		{7260000000, "7.26 GB", "2:01 h"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		as_buffer_init(&out, 0);
		as_text_bytes(&out, cases[i].value);
		assert_text(&out, cases[i].bytes);
		as_buffer_init(&out, 0);
		as_text_duration(&out, cases[i].value);
		assert_text(&out, cases[i].time);
	}
}

static void csv_is_quoted_and_holds_no_formula(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"plain", "plain,"},
		{"", ","},
		{"a,b", "\"a,b\","},
		{"say \"x\"", "\"say \"\"x\"\"\","},
		{"two\nlines", "two\\x0alines,"},
		{"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0,"},
		{"+1", "'+1,"},
		{"-1", "'-1,"},
		{"@x", "'@x,"},
	};
	struct as_buffer out;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		as_buffer_init(&out, 0);
		as_csv_text(&out, cases[i].text, false);
		assert_text(&out, cases[i].expected);
	}
	as_buffer_init(&out, 0);
	as_csv_number(&out, 7, true);
	assert_text(&out, "7\r\n");
}

static struct as_table two_columns(void)
{
	return (struct as_table){
		.columns = {{"left", 4, 1, false}, {"right", 5, 1, true}},
		.count = 2,
	};
}

static void columns_share_the_width_of_a_terminal(void **state)
{
	struct as_table table = two_columns();
	struct as_buffer out;

	(void)state;
	as_table_fit(&table, 21);
	assert_int_equal(table.columns[0].width, 9);
	assert_int_equal(table.columns[1].width, 10);
	as_buffer_init(&out, 0);
	as_table_row(&table,
		     (const struct as_cell[]){{"a very long cell", AS_COLOUR_RED},
					      {"1", AS_COLOUR_PLAIN}},
		     &out);
	assert_text(&out, "a very l\u2026           1\n");
}

static void nothing_is_cut_without_a_terminal(void **state)
{
	struct as_table table = two_columns();
	struct as_buffer out;

	(void)state;
	as_table_fit(&table, 0);
	as_buffer_init(&out, 0);
	as_table_head(&table, &out);
	as_table_row(&table,
		     (const struct as_cell[]){{"a very long cell", AS_COLOUR_RED},
					      {"1", AS_COLOUR_PLAIN}},
		     &out);
	assert_text(&out, "left  right\na very long cell      1\n");
}

static void colour_surrounds_the_text_alone(void **state)
{
	struct as_table table = two_columns();
	struct as_buffer out;

	(void)state;
	table.colour = true;
	as_buffer_init(&out, 0);
	as_table_row(&table,
		     (const struct as_cell[]){{"a\033b", AS_COLOUR_RED}, {"1", AS_COLOUR_PLAIN}},
		     &out);
	assert_text(&out, "\033[31ma\\x1bb\033[0m      1\n");
}

static void words_of_the_verdict_have_their_colour(void **state)
{
	(void)state;
	assert_int_equal(as_colour_of_action("accept"), AS_COLOUR_GREEN);
	assert_int_equal(as_colour_of_action("reject"), AS_COLOUR_ALARM);
	assert_int_equal(as_colour_of_action("nonsense"), AS_COLOUR_PLAIN);
	assert_int_equal(as_colour_of_severity("high"), AS_COLOUR_RED);
}

static void progress_goes_by_octets(void **state)
{
	static const struct {
		const char *name;
		uint64_t total, bytes, at;
		unsigned int percent;
		uint64_t left;
	} cases[] = {
		{"begin", 1000, 0, 0, 0, UINT64_MAX},
		{"too early to tell", 1000, 100, SECOND / 2, 10, UINT64_MAX},
		{"quarter", 1000, 250, 10 * SECOND, 25, 30 * SECOND},
		{"nearly", 1000, 999, 10 * SECOND, 99, 10010},
		{"end", 1000, 1000, 10 * SECOND, 100, 0},
		{"file that grew", 1000, 5000, 10 * SECOND, 100, 0},
		{"unknown total", 0, 5000, 10 * SECOND, 0, UINT64_MAX},
		{"huge", UINT64_MAX, UINT64_MAX / 2, 10 * SECOND, 50, 10 * SECOND},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_progress progress;

		print_message("case: %s\n", cases[i].name);
		as_progress_start(&progress, cases[i].total, 77);
		as_progress_add(&progress, cases[i].bytes, true);
		assert_int_equal(as_progress_percent(&progress), cases[i].percent);
		assert_true(as_progress_left_us(&progress, 77 + cases[i].at) == cases[i].left);
	}
}

static void the_bar_is_drawn_ten_times_a_second(void **state)
{
	struct as_progress progress;
	struct as_buffer out;

	(void)state;
	as_progress_start(&progress, 4000000, 1);
	as_progress_add(&progress, 1000000, true);
	assert_true(as_progress_due(&progress, 1));
	as_buffer_init(&out, 0);
	as_progress_draw(&progress, 1 + 2 * SECOND, 200, &out);
	assert_text(&out, "\r\033[K[#####...............]  25%  1 messages, 1 acted on, 500 kB/s, "
			  "6.00 s left");
	assert_false(as_progress_due(&progress, 1 + 2 * SECOND + 99999));
	assert_true(as_progress_due(&progress, 1 + 2 * SECOND + 100000));
	as_buffer_init(&out, 0);
	as_progress_clear(&progress, &out);
	as_progress_clear(&progress, &out);
	assert_text(&out, "\r\033[K");
}

static const char *name_of(enum assay_action action)
{
	static const char *const names[] = {"none",	  "accept", "tag",     "strip",
					    "quarantine", "reject", "discard", "tempfail"};

	return names[action];
}

static void the_summary_counts_each_code_once_a_message(void **state)
{
	static const char many[] = "{\"findings\":[{\"code\":\"a.b\"},{\"code\":\"a.b\"},"
				   "{\"code\":\"c.d\"}]}";
	struct as_summary summary;
	struct as_buffer out;
	json_t *verdict = as_view_open(as_span_text(many));

	(void)state;
	assert_non_null(verdict);
	assert_int_equal(as_summary_init(&summary, name_of), 0);
	summary.messages = 1;
	as_summary_findings(&summary, as_view_member(verdict, "findings", NULL));
	summary.messages = 2;
	summary.actions[ASSAY_ACTION_ACCEPT] = 1;
	summary.actions[ASSAY_ACTION_REJECT] = 1;
	summary.bytes = 3000;
	json_array_remove((json_t *)(uintptr_t)as_view_member(verdict, "findings", NULL), 2);
	as_summary_findings(&summary, as_view_member(verdict, "findings", NULL));
	assert_true(as_summary_acted(&summary) == 1);
	as_buffer_init(&out, 0);
	as_summary_draw(&summary, SECOND, false, &out);
	assert_text(&out, "2 messages\naccept 1, reject 1\n"
			  "findings, by messages that have them:\n"
			  "        2  a.b\n        1  c.d\n"
			  "3.00 kB in 1.00 s: 3.00 kB/s, 2.0 messages/s\n");
	as_summary_deinit(&summary);
	json_decref(verdict);
}

static void a_view_of_anything_reads_as_nothing(void **state)
{
	json_t *value = as_view_open(as_span_text("{\"a\":{\"b\":-5,\"c\":[1]}}"));

	(void)state;
	assert_null(as_view_open(as_span_text("[]")));
	assert_null(as_view_open(as_span_text("{")));
	assert_non_null(value);
	assert_string_equal(as_view_text(value, "a", "b", NULL), "");
	assert_string_equal(as_view_text(value, "x", "y", "z", NULL), "");
	assert_true(as_view_number(value, "a", "b", NULL) == 0);
	assert_string_equal(as_view_item(as_view_member(value, "a", "c", NULL), 0), "");
	assert_string_equal(as_view_item(NULL, 3), "");
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_by_cells_and_escaped),
		cmocka_unit_test(numbers_have_three_digits_between_commas),
		cmocka_unit_test(sizes_and_times_have_fitting_units),
		cmocka_unit_test(csv_is_quoted_and_holds_no_formula),
		cmocka_unit_test(columns_share_the_width_of_a_terminal),
		cmocka_unit_test(nothing_is_cut_without_a_terminal),
		cmocka_unit_test(colour_surrounds_the_text_alone),
		cmocka_unit_test(words_of_the_verdict_have_their_colour),
		cmocka_unit_test(progress_goes_by_octets),
		cmocka_unit_test(the_bar_is_drawn_ten_times_a_second),
		cmocka_unit_test(the_summary_counts_each_code_once_a_message),
		cmocka_unit_test(a_view_of_anything_reads_as_nothing),
	};
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
