/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "report/view.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct as_explain_style plain = {.colour = false, .unicode = false};

static void draw_in(const char *json, const struct as_explain_style *style, struct as_buffer *out)
{
	json_t *verdict = as_view_open(as_span_text(json));

	assert_non_null(verdict);
	as_buffer_init(out, 0);
	assert_int_equal(as_explain_readings(verdict, style, out), 0);
	assert_true(as_buffer_byte(out, '\0'));
	json_decref(verdict);
}

static void draw(const char *json, struct as_buffer *out)
{
	draw_in(json, &plain, out);
}

static void assert_holds(const struct as_buffer *out, const char *text)
{
	if (strstr((const char *)out->data, text) == NULL)
		fail_msg("not found:\n%s\nin:\n%s", text, (const char *)out->data);
}

static void assert_lacks(const struct as_buffer *out, const char *text)
{
	if (strstr((const char *)out->data, text) != NULL)
		fail_msg("found:\n%s\nin:\n%s", text, (const char *)out->data);
}

#define HEAD	   "{\"action\":\"accept\",\"trees\":[{\"path\":\"\",\"views\":["
#define FOOT	   "]}]}"
#define VIEW(name) "{\"name\":\"" name "\",\"parts\":["
#define END	   "]}"
#define TEXT_PART  "{\"number\":\"1\",\"type\":\"text/plain\",\"range\":[10,20,90]}"
#define PART(name)                                                                                 \
	"{\"number\":\"2\",\"type\":\"application/zip\",\"encoding\":\"base64\",\"name\":\"" name  \
	"\",\"range\":[90,100,200]}"

static void clients_stand_side_by_side(void **state)
{
	struct as_buffer out;

	(void)state;
	draw(HEAD VIEW("One") TEXT_PART "," PART("a.zip") END "," VIEW("Two") TEXT_PART
	     "," PART("a.zip") END FOOT,
	     &out);
	assert_holds(&out, "As mail clients would show the message\n");
	assert_holds(&out, "octets         One                     Two");
	assert_holds(&out, "20-90          1 text/plain            1 text/plain\n");
	assert_holds(&out, "100-200        2 application/zip, base64 \"a.zip\"  2 application/zip");
	assert_holds(&out, "\nAll clients read it alike.\n");
	assert_lacks(&out, "*");
	as_buffer_deinit(&out);
}

static void what_some_do_not_show_is_marked_and_told(void **state)
{
	struct as_buffer out;

	(void)state;
	draw(HEAD VIEW("One") TEXT_PART END "," VIEW("Two") TEXT_PART "," PART("a.zip") END
	     "," VIEW("Three") TEXT_PART "," PART("a.zip") END FOOT,
	     &out);
	assert_holds(&out, "*  100-200        -  ");
	assert_holds(&out, "* octets 100 to 200:\n    not shown: One\n"
			   "    2 application/zip, base64 \"a.zip\": Two, Three\n");
	assert_lacks(&out, "* octets 20 to 90");
	assert_lacks(&out, "alike");
	as_buffer_deinit(&out);
}

static void different_types_encodings_and_names_are_differences(void **state)
{
	static const struct {
		const char *name, *other;
		bool differs;
	} cases[] = {
		{"a name", PART("b.zip"), true},
		{"an encoding",
		 "{\"number\":\"2\",\"type\":\"application/zip\",\"name\":\"a.zip\","
		 "\"range\":[90,100,200]}",
		 true},
		{"a type",
		 "{\"number\":\"2\",\"type\":\"text/plain\",\"encoding\":\"base64\","
		 "\"name\":\"a.zip\",\"range\":[90,100,200]}",
		 true},
		{"a number only",
		 "{\"number\":\"3\",\"type\":\"application/zip\",\"encoding\":\"base64\","
		 "\"name\":\"a.zip\",\"range\":[90,100,200]}",
		 false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer json, out;

		print_message("case: %s\n", cases[i].name);
		as_buffer_init(&json, 0);
		as_buffer_printf(&json, "%s%s%s",
				 HEAD VIEW("One") PART("a.zip") END "," VIEW("Two"), cases[i].other,
				 END FOOT);
		as_buffer_byte(&json, '\0');
		draw((const char *)json.data, &out);
		if (cases[i].differs)
			assert_holds(&out, "* octets 100 to 200:\n    2 application/zip, base64 "
					   "\"a.zip\": One\n");
		else
			assert_holds(&out, "All clients read it alike.");
		as_buffer_deinit(&json);
		as_buffer_deinit(&out);
	}
}

/* A worker that was taken over may send anything. */
static void odd_verdicts_are_survived(void **state)
{
	static const char *const cases[] = {
		"{}",
		"{\"trees\":7}",
		"{\"trees\":[1,[],{}]}",
		HEAD FOOT,
		"{\"trees\":[{\"views\":[1,[],{},{\"name\":3,\"parts\":{}}]}]}",
		HEAD VIEW("One") "1,[],{},{\"range\":[]},{\"range\":[-1,-2,\"x\"],\"type\":[]}" END
			FOOT,
		HEAD VIEW("1") END "," VIEW("2") END "," VIEW("3") END "," VIEW("4") END
		"," VIEW("5") END "," VIEW("6") END "," VIEW("7") END "," VIEW("8")
			TEXT_PART END FOOT,
		HEAD VIEW(
			"One") "{\"range\":[0,9223372036854775807,1]},{\"range\":[0,9,1]}" END FOOT,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		print_message("case: %s\n", cases[i]);
		draw(cases[i], &out);
		as_buffer_deinit(&out);
	}
}

static void a_file_that_is_no_message_has_one_reading(void **state)
{
	struct as_buffer out;

	(void)state;
	draw("{\"trees\":[]}", &out);
	assert_holds(&out, "This is no message: there is one reading of it only.\n");
	as_buffer_deinit(&out);
}

static void names_cannot_move_the_cursor(void **state)
{
	struct as_buffer out;

	(void)state;
	draw(HEAD VIEW("\\u001b[1mOne") PART("a\\u001b[2J\\n\\u202egpj.exe") END "," VIEW("Two")
		     END FOOT,
	     &out);
	assert_null(strchr((const char *)out.data, '\033'));
	assert_holds(&out, "a\\x1b[2J\\x0a\\u{202e}gpj.exe");
	assert_holds(&out, ": \\x1b[1mOne\n    not shown: Two\n");
	as_buffer_deinit(&out);
}

static void colours_are_only_used_where_they_are_wanted(void **state)
{
	static const char json[] = HEAD VIEW("One") TEXT_PART END "," VIEW("Two") END FOOT;
	struct as_buffer out;

	(void)state;
	draw(json, &out);
	assert_lacks(&out, "\033[");
	as_buffer_deinit(&out);
	draw_in(json, &(struct as_explain_style){.colour = true}, &out);
	assert_holds(&out, "\033[");
	as_buffer_deinit(&out);
}

static void a_terminal_is_not_overrun(void **state)
{
	struct as_buffer out;
	const char *line;

	(void)state;
	draw_in(HEAD VIEW("One") PART("a-name-of-a-file-that-is-longer-than-any-column-can-be.zip")
			END "," VIEW("Two") TEXT_PART END FOOT,
		&(struct as_explain_style){.width = 90}, &out);
	line = strstr((const char *)out.data, "100-200");
	assert_non_null(line);
	while (line > (const char *)out.data && line[-1] != '\n')
		line--;
	assert_true(strcspn(line, "\n") <= 90);
	as_buffer_deinit(&out);
}

static void rows_are_limited_and_the_rest_is_counted(void **state)
{
	struct as_buffer json, out;

	(void)state;
	as_buffer_init(&json, 0);
	as_buffer_text(&json, HEAD VIEW("One"));
	for (unsigned int i = 0; i < AS_EXPLAIN_ROWS_MAX + 3; i++)
		as_buffer_printf(&json, "%s{\"type\":\"a/b\",\"range\":[%u,%u,%u]}",
				 i > 0 ? "," : "", i, i, i + 1);
	as_buffer_text(&json, END FOOT);
	as_buffer_byte(&json, '\0');
	draw((const char *)json.data, &out);
	assert_holds(&out, "499-500");
	assert_lacks(&out, "500-501");
	assert_holds(&out, "and 3 more; --format json has them all\n");
	as_buffer_deinit(&json);
	as_buffer_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_stand_side_by_side),
		cmocka_unit_test(what_some_do_not_show_is_marked_and_told),
		cmocka_unit_test(different_types_encodings_and_names_are_differences),
		cmocka_unit_test(odd_verdicts_are_survived),
		cmocka_unit_test(a_file_that_is_no_message_has_one_reading),
		cmocka_unit_test(names_cannot_move_the_cursor),
		cmocka_unit_test(colours_are_only_used_where_they_are_wanted),
		cmocka_unit_test(a_terminal_is_not_overrun),
		cmocka_unit_test(rows_are_limited_and_the_rest_is_counted),
	};
	return cmocka_run_group_tests_name("report_readings", tests, NULL, NULL);
}
