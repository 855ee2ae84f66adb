/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define SIGNED ((int64_t)1760000000) /* 2025-10-09 08:53:20 UTC */

static void dates_are_read_in_all_their_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{"Thu, 09 Oct 2025 08:53:20 +0000", SIGNED},
		{"9 Oct 2025 08:53:20 +0000", SIGNED},
		{"Thu, 9 Oct 2025 10:53:20 +0200 (CEST)", SIGNED},
		{"Thu, 9 Oct 2025 05:23:20 -0330", SIGNED},
		{"Thu,\r\n 9\r\n Oct (month (tenth)) 2025 08 : 53:20 GMT", SIGNED},
		{"Thu, 9 Oct 25 04:53:20 EDT", SIGNED},
		{"Thu, 9 Oct 125 00:53:20 PST", SIGNED},
		{"Thu, 9-Oct-2025 08:53:20 UT", SIGNED},
		{"Thu, 9 Oct 2025 08:53:20 Z", SIGNED},
		{"Thu, 9 Oct 2025 08:53:20 A", SIGNED},
		{"thu, 9 october 2025 08:53:20", SIGNED},
		{"Thu, 9 Oct 2025 09:53:20 GMT+0100", SIGNED},
		{"Thu, 9 Oct 2025 08:53 +0000", SIGNED - 20},
		{"1 Jan 1970 00:00:00 +0000", 0},
		{"31 Dec 1969 23:59:59 +0000", -1},
		{"29 Feb 2000 00:00:00 +0000", 951782400},
		{"1 Mar 2100 00:00:00 +0000", INT64_C(4107542400)},
		{"31 Dec 2016 23:59:60 +0000", 1483228800},
		{"1 Jan 50 00:00:00 +0000", -631152000},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = 1;

		print_message("case: %s\n", cases[i].text);
		assert_true(as_date_parse(as_span_text(cases[i].text), &seconds));
		assert_int_equal(seconds, cases[i].seconds);
	}
}

static void what_is_no_date_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"now",
		"Thu, 32 Oct 2025 08:53:20 +0000",
		"29 Feb 2025 00:00:00 +0000",
		"29 Feb 2100 00:00:00 +0000",
		"0 Oct 2025 08:53:20 +0000",
		"9 Okt 2025 08:53:20 +0000",
		"9 Oct 2025 24:00:00 +0000",
		"9 Oct 2025 08:60:00 +0000",
		"9 Oct 2025",
		"9 Oct 2025 08:53:20 +000",
		"9 Oct 2025 08:53:20 +00000",
		"9 Oct 2025 08:53:20 +0060",
		"9 Oct 99999 08:53:20 +0000",
		"9 Oct 2025 (08:53:20 +0000",
		"9 Oct 2025 08:53:20 +0000\xc2\xa0",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds;

		print_message("case: %s\n", cases[i]);
		assert_false(as_date_parse(as_span_text(cases[i]), &seconds));
	}
}

struct noted {
	struct as_arena arena;
	struct as_smime_notes notes;
	struct as_smime_signer signer;
	struct as_smime_layer layer;
};

static const struct as_smime_note *check(struct noted *noted, const char *header, int64_t signing)
{
	noted->notes = (struct as_smime_notes){.arena = &noted->arena};
	noted->signer = (struct as_smime_signer){.signing_time = signing};
	noted->layer = (struct as_smime_layer){.signers = &noted->signer, .signer_count = 1};
	as_date_check(&noted->notes, &noted->layer, as_span_text(header));
	return noted->notes.first;
}

static void only_a_gap_of_more_than_a_day_is_noted(void **state)
{
	static const char header[] = "Subject: x\r\nDate: Thu, 09 Oct 2025 08:53:20 +0000\r\n\r\n";
	static const struct {
		int64_t signing;
		bool noted;
	} cases[] = {
		{SIGNED, false},
		{SIGNED + AS_DATE_GAP_S, false},
		{SIGNED - AS_DATE_GAP_S, false},
		{SIGNED + AS_DATE_GAP_S + 1, true},
		{SIGNED - AS_DATE_GAP_S - 1, true},
		{INT64_MAX, true},
		{INT64_MIN + 1, true},
		{AS_SMIME_NO_TIME, false},
	};
	struct noted noted;
	(void)state;

	as_arena_init(&noted.arena, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_smime_note *note = check(&noted, header, cases[i].signing);

		assert_int_equal(note != NULL, cases[i].noted);
		if (note != NULL)
			assert_string_equal(note->code, "smime.date_differs");
	}
	as_arena_deinit(&noted.arena);
}

static void a_date_that_cannot_be_read_is_told_and_not_passed_over(void **state)
{
	const struct as_smime_note *note;
	struct noted noted;
	(void)state;

	as_arena_init(&noted.arena, 1 << 20);
	note = check(&noted, "Date: yesterday\r\n\r\n", SIGNED);
	assert_non_null(note);
	assert_int_equal(note->severity, ASSAY_INFO);
	assert_null(check(&noted, "Subject: x\r\n\r\n", SIGNED));
	as_arena_deinit(&noted.arena);
}

static void each_of_two_dates_is_compared(void **state)
{
	struct noted noted;
	(void)state;

	as_arena_init(&noted.arena, 1 << 20);
	assert_non_null(check(&noted,
			      "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"
			      "Date: Thu, 09 Oct 2014 08:53:20 +0000\r\n\r\n",
			      SIGNED));
	as_arena_deinit(&noted.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_in_all_their_forms),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(only_a_gap_of_more_than_a_day_is_noted),
		cmocka_unit_test(a_date_that_cannot_be_read_is_told_and_not_passed_over),
		cmocka_unit_test(each_of_two_dates_is_compared),
	};
	return cmocka_run_group_tests_name("smime date", tests, NULL, NULL);
}
