/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"
#include "base/error.h"
#include "daemon/http/multipart.h"
#include "daemon/http/params.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PART "--b\r\nContent-Disposition: form-data; name="

/* Events as text: "{name|type|octets}". */
static int on_begin(void *context, const struct as_http_part *part)
{
	as_buffer_printf(context, "{%s|%s|", part->name, part->type);
	return 0;
}

static int on_data(void *context, struct as_span octets)
{
	assert_true(octets.size > 0);
	as_buffer_append(context, octets.data, octets.size);
	return 0;
}

static int on_end(void *context)
{
	as_buffer_byte(context, '}');
	return 0;
}

static int parse(struct as_span body, size_t step, struct as_buffer *out)
{
	const struct as_http_multipart_sink sink = {
		.begin = on_begin, .data = on_data, .end = on_end, .context = out};
	struct as_http_multipart parser;
	int rc = as_http_multipart_init(&parser, as_span_text("b"));

	as_buffer_init(out, 0);
	for (size_t at = 0; rc == 0 && at < body.size; at += step)
		rc = as_http_multipart_feed(&parser, &sink, as_span_slice(body, at, step));
	if (rc == 0)
		rc = as_http_multipart_finish(&parser);
	if (rc < 0)
		assert_true(parser.reason[0] != '\0');
	return rc;
}

static void bodies_come_apart_the_same_in_pieces_of_any_size(void **state)
{
	static const struct {
		const char *name, *body, *events;
	} cases[] = {
		{"one part", PART "a\r\n\r\nx\r\n--b--", "{a||x}"},
		{"a line end behind it", PART "a\r\n\r\nx\r\n--b--\r\n", "{a||x}"},
		{"two parts", PART "a\r\n\r\nx\r\n" PART "c\r\n\r\ny\r\n--b--", "{a||x}{c||y}"},
		{"nothing in it", PART "a\r\n\r\n\r\n--b--", "{a||}"},
		{"no line for its octets", PART "a\r\n\r\n--b--", "{a||}"},
		{"hyphens first", PART "a\r\n\r\n--x\r\n--b--", "{a||--x}"},
		{"part of a boundary", PART "a\r\n\r\n\r\n--\r\n--\r\r\n-\r\n\r\n--b--",
		 "{a||\r\n--\r\n--\r\r\n-\r\n}"},
		{"line feeds are data", PART "a\r\n\r\n\n--b\n--b--\r\n--b--", "{a||\n--b\n--b--}"},
		{"a CR before the end", PART "a\r\n\r\nx\r\r\n--b--", "{a||x\r}"},
		{"a type", PART "a\r\nContent-Type: Message/RFC822; x=y\r\n\r\nx\r\n--b--",
		 "{a|message/rfc822|x}"},
		{"a quoted name", PART "\"a \\\"b\\\"\"; filename=\"\\\\\"\r\n\r\nx\r\n--b--",
		 "{a \"b\"||x}"},
		{"an identity", PART "a\r\nContent-Transfer-Encoding: 8BIT\r\n\r\nx\r\n--b--",
		 "{a||x}"},
		{"a long name is none of ours",
		 PART "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\nx\r\n--b--", "{||x}"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span body = as_span_text(cases[i].body);

		print_message("case: %s\n", cases[i].name);
		for (size_t step = 1; step <= body.size; step++) {
			struct as_buffer out;

			assert_int_equal(parse(body, step, &out), 0);
			assert_int_equal(out.size, strlen(cases[i].events));
			assert_memory_equal(out.data, cases[i].events, out.size);
			as_buffer_deinit(&out);
		}
	}
}

static void what_can_be_read_in_two_ways_is_refused(void **state)
{
	static const struct {
		const char *name, *body;
	} cases[] = {
		{"nothing", ""},
		{"no boundary", "x"},
		{"a preamble", "x\r\n" PART "a\r\n\r\nx\r\n--b--"},
		{"a line end first", "\r\n" PART "a\r\n\r\nx\r\n--b--"},
		{"no part", "--b--"},
		{"an epilogue", PART "a\r\n\r\nx\r\n--b--\r\nx"},
		{"a further line end", PART "a\r\n\r\nx\r\n--b--\r\n\r\n"},
		{"a longer boundary", PART "a\r\n\r\nx\r\n--bb--\r\n--b--"},
		{"blanks behind a boundary",
		 "--b \r\nContent-Disposition: form-data; name=a\r\n\r\n"},
		{"one hyphen at the end", PART "a\r\n\r\nx\r\n--b-"},
		{"LF behind a boundary", "--b\nContent-Disposition: form-data; name=a\r\n\r\n"},
		{"LF in a header", "--b\r\nContent-Disposition: form-data; name=a\n\r\nx\r\n--b--"},
		{"CR in a header", PART "a\r\nX: a\rb\r\n\r\nx\r\n--b--"},
		{"no disposition", "--b\r\n\r\nx\r\n--b--"},
		{"another disposition", "--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx"},
		{"two dispositions",
		 PART "a\r\nContent-Disposition: form-data; name=b\r\n\r\nx\r\n--b--"},
		{"no name", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"},
		{"two names", PART "a; name=b\r\n\r\nx\r\n--b--"},
		{"an open quote", PART "\"a\r\n\r\nx\r\n--b--"},
		{"text behind a name", PART "a b\r\n\r\nx\r\n--b--"},
		{"base64", PART "a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--"},
		{"a blank before the colon",
		 PART "a\r\nContent-Transfer-Encoding : base64\r\n\r\nx\r\n--b--"},
		{"a folded line", PART "a;\r\n filename=b\r\n\r\nx\r\n--b--"},
		{"no colon", PART "a\r\nx\r\n\r\nx\r\n--b--"},
		{"three parts",
		 PART "a\r\n\r\nx\r\n" PART "a\r\n\r\nx\r\n" PART "a\r\n\r\nx\r\n--b--"},
		{"cut in a header", PART "a\r\n"},
		{"cut in the octets", PART "a\r\n\r\nx"},
		{"cut in the boundary", PART "a\r\n\r\nx\r\n--"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span body = as_span_text(cases[i].body);

		print_message("case: %s\n", cases[i].name);
		for (size_t step = 1; step <= body.size + 1; step++) {
			struct as_buffer out;

			assert_int_equal(parse(body, step, &out), AS_E_FORMAT);
			as_buffer_deinit(&out);
		}
	}
}

static void headers_of_parts_are_bounded(void **state)
{
	struct as_buffer body, out;
	(void)state;

	as_buffer_init(&body, 0);
	as_buffer_text(&body, PART "a\r\nX: ");
	for (size_t i = 0; i < AS_HTTP_PART_LINE_BYTES; i++)
		as_buffer_byte(&body, 'x');
	as_buffer_text(&body, "\r\n\r\nx\r\n--b--");
	assert_int_equal(parse(as_buffer_span(&body), 100, &out), AS_E_FORMAT);
	as_buffer_deinit(&out);
	as_buffer_clear(&body);
	as_buffer_text(&body, PART "a\r\n");
	for (uint32_t i = 0; i < AS_HTTP_PART_LINES; i++)
		as_buffer_text(&body, "X: y\r\n");
	as_buffer_text(&body, "\r\nx\r\n--b--");
	assert_int_equal(parse(as_buffer_span(&body), 100, &out), AS_E_FORMAT);
	as_buffer_deinit(&out);
	as_buffer_deinit(&body);
}

static void boundaries_have_their_own_grammar(void **state)
{
	static const struct {
		const char *boundary;
		int rc;
	} cases[] = {
		{"b", 0},
		{"a b'()+_,-./:=?", 0},
		{"", AS_E_FORMAT},
		{"b ", AS_E_FORMAT},
		{"b\r", AS_E_FORMAT},
		{"b;", AS_E_FORMAT},
		{"b\xff", AS_E_FORMAT},
		{"0123456789012345678901234567890123456789012345678901234567890123456789", 0},
		{"01234567890123456789012345678901234567890123456789012345678901234567890",
		 AS_E_FORMAT},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_http_multipart parser;

		assert_int_equal(as_http_multipart_init(&parser, as_span_text(cases[i].boundary)),
				 cases[i].rc);
	}
}

static void parameters_are_taken_apart(void **state)
{
	static const struct {
		const char *field, *first, *name, *value;
		int rc; /* of the first call */
	} cases[] = {
		{"a/b", "a/b", NULL, NULL, 0},
		{" a/b ; ", "a/b", NULL, NULL, 0},
		{"a/b; c=d", "a/b", "c", "d", 1},
		{"a/b;c=\"d;\\\"\"", "a/b", "c", "d;\"", 1},
		{"a/b;c=\"\"", "a/b", "c", "", 1},
		{"a/b; c", "a/b", NULL, NULL, AS_E_FORMAT},
		{"a/b; c=", "a/b", NULL, NULL, AS_E_FORMAT},
		{"a/b; =d", "a/b", NULL, NULL, AS_E_FORMAT},
		{"a/b; c = d", "a/b", NULL, NULL, AS_E_FORMAT},
		{"a/b; c=\"d", "a/b", NULL, NULL, AS_E_FORMAT},
		{"a/b; c=\"d\\", "a/b", NULL, NULL, AS_E_FORMAT},
		{"a/b; c=\"d\n\"", "a/b", NULL, NULL, AS_E_FORMAT},
		{";", "", NULL, NULL, 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_http_params params;
		struct as_http_param param;
		struct as_span first = as_http_params_open(&params, as_span_text(cases[i].field));

		assert_true(as_span_equal(first, as_span_text(cases[i].first)));
		assert_int_equal(as_http_params_next(&params, &param), cases[i].rc);
		if (cases[i].rc != 1)
			continue;
		assert_true(as_http_is_word(param.name, cases[i].name));
		assert_string_equal(param.value, cases[i].value);
		assert_int_equal(as_http_params_next(&params, &param), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_come_apart_the_same_in_pieces_of_any_size),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
		cmocka_unit_test(headers_of_parts_are_bounded),
		cmocka_unit_test(boundaries_have_their_own_grammar),
		cmocka_unit_test(parameters_are_taken_apart),
	};

	return cmocka_run_group_tests_name("http multipart", tests, NULL, NULL);
}
