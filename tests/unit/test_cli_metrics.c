/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/stats_metrics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void parse(const char *text, struct as_samples *samples)
{
	assert_int_equal(as_samples_parse(as_span_text(text), samples), 0);
}

static void a_sample_has_a_name_labels_and_a_value(void **state)
{
	struct as_samples samples;
	(void)state;

	parse("# HELP assay_x words\n# TYPE assay_x counter\n"
	      "assay_x 12\n"
	      "assay_y{listener=\"mx\",action=\"reject\"} 3.5\n",
	      &samples);
	assert_int_equal(samples.count, 2);
	assert_string_equal(samples.samples[0].name, "assay_x");
	assert_true(samples.samples[0].value == 12);
	assert_string_equal(samples.samples[1].name, "assay_y");
	assert_string_equal(as_sample_label(&samples.samples[1], "listener"), "mx");
	assert_string_equal(as_sample_label(&samples.samples[1], "action"), "reject");
	assert_string_equal(as_sample_label(&samples.samples[1], "other"), "");
	assert_true(samples.samples[1].value == 3.5);
	as_samples_free(&samples);
}

static void escapes_in_labels_are_undone(void **state)
{
	struct as_samples samples;
	(void)state;

	parse("a{x=\"q\\\"b\\\\s\\nn}\",y=\"\"} 1\n", &samples);
	assert_int_equal(samples.count, 1);
	assert_string_equal(as_sample_label(&samples.samples[0], "x"), "q\"b\\s\nn}");
	assert_string_equal(as_sample_label(&samples.samples[0], "y"), "");
	as_samples_free(&samples);
}

static void odd_lines_are_left_out(void **state)
{
	static const struct {
		const char *name, *line;
	} cases[] = {
		{"nothing", ""},
		{"no value", "a"},
		{"no number", "a b"},
		{"behind the number", "a 1 1700000000"},
		{"not a number", "a NaN"},
		{"no name", "{x=\"y\"} 1"},
		{"open braces", "a{x=\"y\""},
		{"open quote", "a{x=\"y"},
		{"escape at the end", "a{x=\"y\\"},
		{"label without value", "a{x} 1"},
		{"label without name", "a{=\"y\"} 1"},
		{"no blank", "a{x=\"y\"}1"},
		{"nine labels",
		 "a{a=\"\",b=\"\",c=\"\",d=\"\",e=\"\",f=\"\",g=\"\",h=\"\",i=\"\"} 1"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_samples samples;

		print_message("case: %s\n", cases[i].name);
		parse(cases[i].line, &samples);
		assert_int_equal(samples.count, 0);
		as_samples_free(&samples);
	}
}

static void a_sum_takes_the_samples_with_the_label(void **state)
{
	struct as_samples samples;
	(void)state;

	parse("m{l=\"a\",k=\"x\"} 1\nm{l=\"b\",k=\"x\"} 2\nm{l=\"a\",k=\"y\"} 4\nother 8\n",
	      &samples);
	assert_true(as_samples_sum(&samples, "m", NULL, NULL) == 7);
	assert_true(as_samples_sum(&samples, "m", "l", "a") == 5);
	assert_true(as_samples_sum(&samples, "m", "l", "c") == 0);
	assert_true(as_samples_sum(&samples, "none", NULL, NULL) == 0);
	as_samples_free(&samples);
}

static void no_more_samples_are_kept_than_the_bound(void **state)
{
	static char text[3 * (AS_SAMPLES_MAX + 10) * 2];
	struct as_samples samples;
	size_t used = 0;
	(void)state;

	for (size_t i = 0; i < AS_SAMPLES_MAX + 10; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "a 1\n");
	parse(text, &samples);
	assert_int_equal(samples.count, AS_SAMPLES_MAX);
	as_samples_free(&samples);
}

#define HISTOGRAM(a, b, c)                                                                         \
	"h_bucket{le=\"0.001\"} " a "\nh_bucket{le=\"+Inf\"} " c "\nh_bucket{le=\"0.01\"} " b "\n" \
	"h_sum 1\nh_count " c "\n"

static void a_quantile_lies_within_its_bucket(void **state)
{
	struct as_samples samples;
	double median;
	(void)state;

	parse(HISTOGRAM("50", "90", "100"), &samples);
	median = as_samples_quantile(NULL, &samples, "h", 0.5);
	assert_true(fabs(median - 0.001) < 1e-9);
	assert_true(fabs(as_samples_quantile(NULL, &samples, "h", 0.7) - 0.0055) < 1e-9);
	assert_true(isinf(as_samples_quantile(NULL, &samples, "h", 0.99)));
	assert_true(as_samples_quantile(NULL, &samples, "none", 0.5) < 0);
	as_samples_free(&samples);
}

static void a_quantile_of_a_time_counts_what_came_in_it(void **state)
{
	struct as_samples before, now, anew;
	(void)state;

	parse(HISTOGRAM("50", "90", "100"), &before);
	parse(HISTOGRAM("50", "190", "200"), &now);
	parse(HISTOGRAM("10", "10", "10"), &anew);
	assert_true(fabs(as_samples_quantile(&before, &now, "h", 0.5) - 0.0055) < 1e-9);
	assert_true(as_samples_quantile(&now, &now, "h", 0.5) < 0);
	/* Counters of a daemon that was started in between. */
	assert_true(as_samples_quantile(&now, &anew, "h", 0.5) <= 0.001);
	as_samples_free(&before);
	as_samples_free(&now);
	as_samples_free(&anew);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_has_a_name_labels_and_a_value),
		cmocka_unit_test(escapes_in_labels_are_undone),
		cmocka_unit_test(odd_lines_are_left_out),
		cmocka_unit_test(a_sum_takes_the_samples_with_the_label),
		cmocka_unit_test(no_more_samples_are_kept_than_the_bound),
		cmocka_unit_test(a_quantile_lies_within_its_bucket),
		cmocka_unit_test(a_quantile_of_a_time_counts_what_came_in_it),
	};
	return cmocka_run_group_tests_name("cli_metrics", tests, NULL, NULL);
}
