/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/budget.h"
#include "base/error.h"
#include "base/limits.h"

#include <errno.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define START	     5000000u

static const struct as_budget_limits small = {
	.max_bytes = 100, .max_objects = 2, .max_depth = 2, .max_ms = 50};

static void charge_stops_at_the_limit(void **state)
{
	static const struct {
		const char *name;
		uint64_t first, second, at_us;
		bool ok;
		enum as_budget_stop stop;
	} cases[] = {
		{"exactly full", 60, 40, START, true, AS_BUDGET_OK},
		{"one byte over", 60, 41, START, false, AS_BUDGET_BYTES},
		{"sum would wrap", 60, UINT64_MAX, START, false, AS_BUDGET_BYTES},
		{"sum would wrap to little", 60, UINT64_MAX - 59, START, false, AS_BUDGET_BYTES},
		{"last moment", 60, 40, START + 50999, true, AS_BUDGET_OK},
		{"too late", 60, 40, START + 51000, false, AS_BUDGET_TIME},
		{"clock went backwards", 60, 40, START - 1, true, AS_BUDGET_OK},
		{"clock went back to zero", 60, 40, 0, true, AS_BUDGET_OK},
		{"nothing is free", 100, 0, START, true, AS_BUDGET_OK},
		{"clock at its end", 60, 40, UINT64_MAX, false, AS_BUDGET_TIME},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_budget budget;

		print_message("case: %s\n", cases[i].name);
		as_budget_start(&budget, &small, START);
		assert_true(as_budget_charge(&budget, cases[i].first, START));
		assert_int_equal(cases[i].ok,
				 as_budget_charge(&budget, cases[i].second, cases[i].at_us));
		assert_int_equal(budget.stop, cases[i].stop);
	}
}

static void first_cause_is_kept(void **state)
{
	struct as_budget budget;
	(void)state;

	as_budget_start(&budget, &small, START);
	assert_true(as_budget_object(&budget, START));
	assert_true(as_budget_object(&budget, START));
	assert_false(as_budget_object(&budget, START));
	assert_false(as_budget_charge(&budget, 1000, START));
	assert_false(as_budget_alive(&budget, START + 999999));
	assert_string_equal(as_budget_stop_code(budget.stop), "limit.objects");
	assert_int_equal(budget.objects, 2);
	assert_int_equal(budget.bytes, 0);
}

static void nothing_is_left_after_a_stop(void **state)
{
	struct as_budget budget;
	(void)state;

	as_budget_start(&budget, &small, START);
	assert_int_equal(as_budget_left_bytes(&budget), 100);
	assert_int_equal(as_budget_left_ms(&budget, START + 20000), 30);
	assert_int_equal(as_budget_left_ms(&budget, START - 20000), 50);
	assert_int_equal(as_budget_left_ms(&budget, START + 50000), 0);
	assert_true(as_budget_charge(&budget, 30, START));
	assert_int_equal(as_budget_left_bytes(&budget), 70);
	assert_false(as_budget_charge(&budget, 71, START));
	assert_int_equal(as_budget_left_bytes(&budget), 0);
	assert_int_equal(as_budget_left_ms(&budget, START), 0);
}

static void every_stop_has_its_finding(void **state)
{
	(void)state;
	assert_string_equal(as_budget_stop_code(AS_BUDGET_OK), "");
	assert_string_equal(as_budget_stop_code(AS_BUDGET_BYTES), "limit.bytes");
	assert_string_equal(as_budget_stop_code(AS_BUDGET_OBJECTS), "limit.objects");
	assert_string_equal(as_budget_stop_code(AS_BUDGET_TIME), "limit.time");
}

static void every_limit_has_a_default_in_range_and_a_reason(void **state)
{
	struct as_limits limits;
	(void)state;

	as_limits_standard(&limits);
	assert_int_equal(sizeof(limits), as_limit_count * sizeof(uint64_t));
	for (size_t i = 0; i < as_limit_count; i++) {
		const struct as_limit_info *info = &as_limit_table[i];

		print_message("limit: %s\n", info->name);
		assert_true(info->low <= info->standard && info->standard <= info->high);
		assert_true(info->low < info->high);
		assert_true(info->reason[0] != '\0' && info->unit[0] != '\0');
		assert_true(as_limits_get(&limits, info) == info->standard);
		assert_ptr_equal(as_limits_find(info->name), info);
	}
	assert_int_equal(limits.depth, 24);
}

static void limits_are_set_within_their_range_only(void **state)
{
	static const struct {
		const char *name;
		uint64_t value;
		int rc;
	} cases[] = {
		{"depth", 1, 0},
		{"depth", 64, 0},
		{"depth", 0, -ERANGE},
		{"depth", 65, -ERANGE},
		{"deph", 5, -ENOENT},
		{"", 5, -ENOENT},
		{"bytes", UINT64_MAX, -ERANGE},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_limits limits, before;

		print_message("case: %s\n", cases[i].name);
		as_limits_standard(&limits);
		before = limits;
		assert_int_equal(as_limits_set(&limits, cases[i].name, cases[i].value),
				 cases[i].rc);
		if (cases[i].rc != 0)
			assert_memory_equal(&limits, &before, sizeof(limits));
		else
			assert_true(as_limits_get(&limits, as_limits_find(cases[i].name)) ==
				    cases[i].value);
	}
}

static void limit_values_are_read_with_their_units(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint64_t value;
	} cases[] = {
		{"0", true, 0},
		{"5000", true, 5000},
		{"64k", true, 65536},
		{"64KiB", true, 65536},
		{"10MiB", true, 10485760},
		{"10M", true, 10485760},
		{"2g", true, 2147483648u},
		{"1GiB", true, 1073741824},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"18014398509481984k", false, 0},
		{"17179869184g", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1 MiB", false, 0},
		{"1MB", false, 0},
		{"MiB", false, 0},
		{"0x10", false, 0},
		{"1.5g", false, 0},
		{"1e3", false, 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t value = 0;

		print_message("case: \"%s\"\n", cases[i].text);
		assert_int_equal(as_limits_parse(cases[i].text, &value), cases[i].ok);
		assert_true(value == cases[i].value);
	}
}

static void errors_carry_code_and_text_and_are_cut(void **state)
{
	struct as_error error;
	char text[2 * AS_ERROR_TEXT_MAX];
	(void)state;

	assert_int_equal(as_error_set(&error, AS_E_CONFIG, "%s:%d", "file", 3), AS_E_CONFIG);
	assert_int_equal(error.code, AS_E_CONFIG);
	assert_string_equal(error.text, "file:3");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(as_error_set(&error, -EIO, "%s", text), -EIO);
	assert_int_equal(strlen(error.text), AS_ERROR_TEXT_MAX - 1);
	assert_int_equal(as_error_set(NULL, -EIO, "%s", text), -EIO);
}

static void every_code_has_words(void **state)
{
	(void)state;
	for (int code = AS_E_CONFIG; code >= AS_E_LIMIT; code--)
		assert_null(strstr(as_code_text(code), "Unknown error"));
	assert_string_equal(as_code_text(-ENOENT), strerror(ENOENT));
	assert_string_equal(as_code_text(ENOENT), strerror(ENOENT));
	assert_non_null(as_code_text(-99999));
	assert_non_null(as_code_text(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(charge_stops_at_the_limit),
		cmocka_unit_test(first_cause_is_kept),
		cmocka_unit_test(nothing_is_left_after_a_stop),
		cmocka_unit_test(every_stop_has_its_finding),
		cmocka_unit_test(every_limit_has_a_default_in_range_and_a_reason),
		cmocka_unit_test(limits_are_set_within_their_range_only),
		cmocka_unit_test(limit_values_are_read_with_their_units),
		cmocka_unit_test(errors_carry_code_and_text_and_are_cut),
		cmocka_unit_test(every_code_has_words),
	};
	return cmocka_run_group_tests_name("base budget", tests, NULL, NULL);
}
