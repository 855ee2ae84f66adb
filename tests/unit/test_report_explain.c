/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "report/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct as_explain_style plain = {.colour = false, .unicode = false};

static void draw(const char *json, struct as_buffer *out)
{
	json_t *verdict = as_view_open(as_span_text(json));

	assert_non_null(verdict);
	as_buffer_init(out, 0);
	assert_int_equal(as_explain_draw(verdict, &plain, out), 0);
	assert_true(as_buffer_byte(out, '\0'));
	json_decref(verdict);
}

static void assert_holds(const struct as_buffer *out, const char *text)
{
	if (strstr((const char *)out->data, text) == NULL)
		fail_msg("not found:\n%s\nin:\n%s", text, (const char *)out->data);
}

static void objects_stand_below_what_holds_them(void **state)
{
	struct as_buffer out;

	(void)state;
	draw("{\"action\":\"reject\",\"reason\":\"x\",\"complete\":true,"
	     "\"objects\":[{\"path\":\"\",\"origin\":\"message\",\"type\":\"message/rfc822\","
	     "\"class\":\"mail\",\"size\":4821,\"parent\":-1,\"range\":[0,100,4821],\"us\":1500},"
	     "{\"path\":\"1\",\"type\":\"text/plain\",\"class\":\"text\",\"size\":5,\"parent\":0,"
	     "\"us\":10},"
	     "{\"path\":\"2\",\"type\":\"application/zip\",\"class\":\"archive\","
	     "\"declared\":\"application/pdf\",\"size\":9,\"parent\":0,\"names\":[\"a.pdf\"],"
	     "\"us\":10},"
	     "{\"path\":\"2/run.js\",\"type\":\"text/javascript\",\"class\":\"script\",\"size\":3,"
	     "\"parent\":2,\"via\":\"zip\",\"flags\":[\"encrypted\"],\"us\":10}],"
	     "\"findings\":[{\"code\":\"type.script.js\",\"severity\":\"high\",\"path\":\"2/"
	     "run.js\","
	     "\"plugin\":\"filetype\",\"action\":\"reject\",\"text\":\"A script.\","
	     "\"evidence\":[{\"offset\":1,\"length\":2,\"text\":\"ab\"}]}]}",
	     &out);
	assert_holds(&out, "action      reject: x\n");
	assert_holds(&out, "message  message/rfc822 (mail)  4,821 octets  [0 100 4821]  1.50 ms\n"
			   "+- 1  text/plain (text)  5 octets  0.01 ms\n"
			   "`- 2  application/zip (archive, declared application/pdf)  9 octets"
			   "  0.01 ms\n"
			   "   |  named \"a.pdf\"\n"
			   "   `- run.js  text/javascript (script, from zip)  3 octets  encrypted"
			   "  0.01 ms\n"
			   "         ! high type.script.js (filetype, reject): A script.\n"
			   "                  at 1, 2 octets: ab\n");
	as_buffer_deinit(&out);
}

static void findings_without_an_object_are_drawn(void **state)
{
	struct as_buffer out;

	(void)state;
	draw("{\"objects\":[],\"findings\":[{\"code\":\"scan.timeout\",\"path\":\"\","
	     "\"severity\":\"high\",\"text\":\"Too slow.\"}]}",
	     &out);
	assert_holds(&out, "! high scan.timeout (, ): Too slow.");
	as_buffer_deinit(&out);
}

/* A worker that was taken over may send any numbers. */
static void impossible_parents_are_survived(void **state)
{
	struct as_buffer json, out;

	(void)state;
	as_buffer_init(&json, 0);
	as_buffer_text(&json, "{\"objects\":[{\"parent\":0},{\"parent\":1},{\"parent\":900},[],3");
	for (int i = 5; i < 400; i++)
		as_buffer_printf(&json, ",{\"parent\":%d,\"path\":\"%d\"}", i - 1, i);
	as_buffer_text(&json,
		       "],\"findings\":[7,{}],\"trees\":[{\"entities\":[1],\"regions\":[[]]}]}");
	as_buffer_byte(&json, '\0');
	draw((const char *)json.data, &out);
	assert_holds(&out, " 399  unknown type ()");
	as_buffer_deinit(&json);
	as_buffer_deinit(&out);
}

static void entities_and_regions_have_their_ranges(void **state)
{
	struct as_buffer out;

	(void)state;
	draw("{\"trees\":[{\"path\":\"\",\"size\":90,\"entities\":[{\"number\":\"1\",\"kind\":"
	     "\"leaf\","
	     "\"type\":\"text/plain\",\"encoding\":\"7bit\",\"charset\":\"utf-8\","
	     "\"range\":[10,20,90]}],\"regions\":[[\"header\",0,10,\"\"],[\"gap\",10,12,\"1\"]]}]}",
	     &out);
	assert_holds(&out, "MIME structure, 90 octets\n");
	assert_holds(&out, "1           leaf              10         20         90  text/plain");
	assert_holds(&out, "gap                10         12  1\n");
	as_buffer_deinit(&out);
}

static void control_characters_never_reach_the_terminal(void **state)
{
	struct as_buffer out;

	(void)state;
	draw("{\"message\":{\"subject\":\"a\\u001b[2Jb\",\"from\":[\"c\\u009bd\"]},"
	     "\"objects\":[{\"names\":[\"\\u202egpj.exe\"],\"flags\":[\"\\u001b\"]}]}",
	     &out);
	assert_null(strchr((const char *)out.data, '\033'));
	assert_holds(&out, "a\\x1b[2Jb");
	assert_holds(&out, "named \"\\u{202e}gpj.exe\"");
	as_buffer_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_stand_below_what_holds_them),
		cmocka_unit_test(findings_without_an_object_are_drawn),
		cmocka_unit_test(impossible_parents_are_survived),
		cmocka_unit_test(entities_and_regions_have_their_ranges),
		cmocka_unit_test(control_characters_never_reach_the_terminal),
	};
	return cmocka_run_group_tests_name("report_explain", tests, NULL, NULL);
}
