/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime_arena.h"
#include "mime/field.h"
#include "mime/header_text.h"
#include "mime/param.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define MANY ((size_t)50000)

static void assert_span(struct as_span span, const char *text)
{
	assert_int_equal(span.size, strlen(text));
	assert_memory_equal(span.data, text, span.size);
}

static void fields_are_found_whatever_the_line_end(void **state)
{
	static const char *const blocks[] = {
		"A: 1\r\nB : 2\r\n 3\r\n\r\nC: 4\r\n",
		"A: 1\nB : 2\n 3\n\nC: 4\n",
		"A: 1\rB : 2\r 3\r\rC: 4\r",
		"A: 1\r\r\nB : 2\r\r\n 3\r\r\n\r\r\nC: 4\r\r\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		struct as_span block = as_span_text(blocks[i]);
		struct as_field field;
		size_t offset = 0;

		assert_true(as_field_next(block, &offset, &field));
		assert_true(field.has_colon);
		assert_span(field.name, "A");
		assert_span(field.value, "1");
		assert_true(as_field_next(block, &offset, &field));
		assert_span(field.name, "B");
		assert_int_equal(field.value.data[0], '2');
		assert_int_equal(field.value.data[field.value.size - 1], '3');
		assert_int_equal(field.end, offset);
		assert_false(as_field_next(block, &offset, &field));
		assert_int_equal(offset, field.end);
	}
}

static void odd_lines_are_read_leniently(void **state)
{
	static const struct {
		const char *name, *block;
		bool has_colon;
		const char *field, *value;
	} cases[] = {
		{"no colon", "hello world\r\n", false, "", "hello world"},
		{"mbox line", "From a@b Thu Jan  1 00:00:00 1970\n", false, "",
		 "From a@b Thu Jan  1 00:00:00 1970"},
		{"no name", ": x\n", false, "", ": x"},
		{"indented", "\tSubject: x\n", true, "Subject", "x"},
		{"NUL-like pads", "Subject\v\f : x\n", true, "Subject", "x"},
		{"colon behind a fold", "Subject\r\n : x\r\n", true, "Subject", "x"},
		{"second colon", "Subject:: x\n", true, "Subject", ": x"},
		{"no value", "Subject:\n", true, "Subject", ""},
		{"value behind a fold", "Subject:\r\n x\r\n", true, "Subject", "x"},
		{"no line end", "Subject: x", true, "Subject", "x"},
		{"line of blanks continues", "Subject: x\n \n y\n", true, "Subject", "x\n \n y"},
		{"8-bit name", "Betr\xe4g: x\n", true, "Betr\xe4g", "x"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_field field;
		size_t offset = 0;

		print_message("case: %s\n", cases[i].name);
		assert_true(as_field_next(as_span_text(cases[i].block), &offset, &field));
		assert_int_equal(field.has_colon, cases[i].has_colon);
		assert_span(field.name, cases[i].field);
		assert_span(field.value, cases[i].value);
		assert_int_equal(offset, strlen(cases[i].block));
	}
}

static void names_compare_without_case_and_in_full(void **state)
{
	struct as_span block = as_span_text("X: 1\nCONTENT-type: a/b\nContent-Types: c\n");
	struct as_field field;
	(void)state;

	assert_true(as_field_find(block, "Content-Type", &field));
	assert_span(field.value, "a/b");
	assert_false(as_field_find(block, "Content", &field));
}

static void a_value_unfolds_to_one_line(void **state)
{
	struct as_buffer out;
	(void)state;

	as_buffer_init(&out, 0);
	assert_true(as_field_unfold(&out, as_span_text("a\r\n b\n\tc\r d")));
	assert_span(as_buffer_span(&out), "a b\tc d");
	as_buffer_deinit(&out);
}

static void encodings_are_known_by_their_first_token(void **state)
{
	static const struct {
		const char *value;
		enum as_encoding encoding;
	} cases[] = {
		{"", AS_ENCODING_IDENTITY},
		{"7bit", AS_ENCODING_IDENTITY},
		{" 8BIT;", AS_ENCODING_IDENTITY},
		{"binary", AS_ENCODING_IDENTITY},
		{"BASE64 ", AS_ENCODING_BASE64},
		{"base64; x=y", AS_ENCODING_BASE64},
		{"\"base64\"", AS_ENCODING_BASE64},
		{"(c (d)) base64 (e)", AS_ENCODING_BASE64},
		{"base64, quoted-printable", AS_ENCODING_BASE64},
		{"quoted-printable base64", AS_ENCODING_QP},
		{"Quoted-Printable", AS_ENCODING_QP},
		{"x-uue", AS_ENCODING_UUENCODE},
		{"uuencode", AS_ENCODING_UUENCODE},
		{"X-UUEncode", AS_ENCODING_UUENCODE},
		{"base-64", AS_ENCODING_UNKNOWN},
		{"=?us-ascii?Q?base64?=", AS_ENCODING_UNKNOWN},
		{"(base64", AS_ENCODING_UNKNOWN},
		{"quoted-print", AS_ENCODING_UNKNOWN},
		{"x-xxencode", AS_ENCODING_XXENCODE},
		{"x-yencode", AS_ENCODING_YENC},
		{"mac-binhex40", AS_ENCODING_BINHEX},
		{"x-gzip64", AS_ENCODING_BASE64},
		{"x-base64", AS_ENCODING_BASE64},
		{"quoted_printable", AS_ENCODING_QP},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].value);
		assert_int_equal(as_encoding_find(as_span_text(cases[i].value)), cases[i].encoding);
	}
}

static void parse(const char *value, struct as_params *params)
{
	assert_int_equal(as_params_parse(&arena, as_span_text(value), 200, params), 0);
}

static void parameters_are_read_leniently_and_marked(void **state)
{
	static const struct {
		const char *name, *in, *type, *first, *value;
		uint32_t anomalies;
	} cases[] = {
		{"plain", "Text/Plain; Charset=utf-8", "text/plain", "charset", "utf-8", 0},
		{"quoted", "a/b; x=\"c d\\\"e\"", "a/b", "x", "c d\"e", 0},
		{"disposition", "Attachment; filename=a.txt", "attachment", "filename", "a.txt", 0},
		{"blanks round all", "a / b ; x = y ;", "a/b", "x", "y", 0},
		{"fold", "a/b;\r\n\tx=\"c\r\n d\"", "a/b", "x", "c d", 0},
		{"equals in the value", "a/b; boundary=--=_1=2", "a/b", "boundary", "--=_1=2", 0},
		{"empty value", "a/b; x=; y=1", "a/b", "x", "", 0},
		{"comment", "a/b; x=(x=foo)bar", "a/b", "x", "bar", AS_PARAM_COMMENT},
		{"nested comment behind the name", "a/b; x((b)c)=bar", "a/b", "x", "bar",
		 AS_PARAM_COMMENT},
		{"comment behind quotes", "a/b; x=\"y\" (z)", "a/b", "x", "y", AS_PARAM_COMMENT},
		{"comment with a semicolon", "a/b; x=(;)y", "a/b", "x", "y", AS_PARAM_COMMENT},
		{"unclosed comment", "a/b; x=f(1.exe", "a/b", "x", "f(1.exe",
		 AS_PARAM_UNCLOSED_COMMENT},
		{"blanks without quotes", "a/b; name=my file.exe", "a/b", "name", "my file.exe",
		 AS_PARAM_UNQUOTED},
		{"no semicolon behind the type", "a/b x=y", "a/b", "x", "y", AS_PARAM_NO_SEMICOLON},
		{"no semicolon between", "a/b; x=y z=1", "a/b", "x", "y", AS_PARAM_NO_SEMICOLON},
		{"no semicolon behind quotes", "a/b; x=\"y\"z=1", "a/b", "x", "y",
		 AS_PARAM_NO_SEMICOLON},
		{"comma", "a/b, x=y, z=1", "a/b", "x", "y", AS_PARAM_NO_SEMICOLON},
		{"unclosed quote", "a/b; x=\"y z; w=1", "a/b", "x", "y z", AS_PARAM_UNCLOSED_QUOTE},
		{"tail", "a/b; x=\"y\".exe", "a/b", "x", "y", AS_PARAM_JUNK},
		{"word in front", "a/b; junk x=y", "a/b", "x", "y",
		 AS_PARAM_NO_EQUALS | AS_PARAM_NO_SEMICOLON},
		{"quote in a name", "a/b; \"x\"=y", "a/b", "x", "y", AS_PARAM_BAD_NAME},
		{"same name twice", "a/b; x=y; x=z", "a/b", "x", "y", AS_PARAM_DUPLICATE},
		{"quoted type", "\"a/b\"; x=y", "a/b", "x", "y", AS_PARAM_BAD_TYPE},
		{"two slashes", "a/b/c; x=y", "", "x", "y", AS_PARAM_BAD_TYPE},
		{"no type", "; x=y", "", "x", "y", AS_PARAM_BAD_TYPE},
		{"parameter in place of the type", "x=y; z=1", "", "x", "y", AS_PARAM_BAD_TYPE},
		{"no subtype", "a/; x=y", "", "x", "y", AS_PARAM_BAD_TYPE},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_params params;

		print_message("case: %s\n", cases[i].name);
		parse(cases[i].in, &params);
		assert_string_equal(params.type, cases[i].type);
		assert_true(params.count > 0);
		assert_string_equal(params.items[0].name, cases[i].first);
		assert_string_equal(params.items[0].value, cases[i].value);
		assert_int_equal(params.anomalies, cases[i].anomalies);
	}
}

static void continuations_are_joined(void **state)
{
	static const struct {
		const char *name, *in, *value;
		size_t unbroken;
		uint32_t anomalies;
	} cases[] = {
		{"charset", "a; x*=iso-8859-1'de'%E4.exe", "\xc3\xa4.exe", 6, 0},
		{"sections", "a; x*0=ab; x*1=cd", "abcd", 4, 0},
		{"out of order", "a; x*1=cd; x*2=\"ef\"; x*0=ab", "abcdef", 6, 0},
		{"mixed", "a; x*0*=utf-8''%C3; x*1*=%A4; x*2=%41", "\xc3\xa4%41", 5, 0},
		{"ten sections",
		 "a; x*10=k; x*0=a; x*1=b; x*2=c; x*3=d; x*4=e; x*5=f; x*6=g;"
		 "x*7=h; x*8=i; x*9=j",
		 "abcdefghijk", 11, 0},
		{"gap", "a; x*0=a.exe; x*2=.txt", "a.exe.txt", 5, AS_PARAM_GAP},
		{"no section 0", "a; x*1=b", "b", 0, AS_PARAM_GAP},
		{"section twice", "a; x*0=a; x*0=b; x*1=c", "ac", 2, AS_PARAM_DUPLICATE},
		{"no charset", "a; x*=b.exe", "b.exe", 5, AS_PARAM_BAD_EXTENDED},
		{"bad escape", "a; x*=utf-8''%zz%4", "%zz%4", 5, AS_PARAM_BAD_EXTENDED},
		{"quoted", "a; x*=\"utf-8''%41\"", "A", 1, AS_PARAM_BAD_EXTENDED},
		{"unknown charset", "a; x*=klingon''%E4", "\xe4", 1, AS_PARAM_CHARSET},
		{"empty charset", "a; x*=''%41", "A", 1, 0},
		{"damaged", "a; x*=utf-8''%E4", "\xef\xbf\xbd", 3, AS_PARAM_CHARSET},
		{"language with a hyphen", "a; x*=utf-8'en-US'b", "b", 1, 0},
		{"leading zero", "a; x*00=b", "b", 1, AS_PARAM_BAD_EXTENDED},
		{"section too long", "a; x*12345678=b", "b", 1, AS_PARAM_BAD_EXTENDED},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_param *param;
		struct as_params params;

		print_message("case: %s\n", cases[i].name);
		parse(cases[i].in, &params);
		param = as_params_find(&params, "x");
		assert_non_null(param);
		assert_string_equal(param->value, cases[i].value);
		assert_int_equal(param->unbroken_length, cases[i].unbroken);
		assert_int_equal(params.anomalies, cases[i].anomalies);
	}
}

static void a_repeated_section_gives_both_readings(void **state)
{
	struct as_params params;
	(void)state;

	parse("a; x*0=a; x*0=b; x*1=c", &params);
	assert_int_equal(params.count, 2);
	assert_string_equal(params.items[0].value, "ac");
	assert_string_equal(params.items[1].value, "bc");
	assert_null(as_params_find(&params, "x*0"));
}

static void raw_is_what_stood_there(void **state)
{
	struct as_params params;
	(void)state;

	parse("a/b; x=(c)d=e f=g; y=\"h\\i\".j", &params);
	assert_span(params.items[0].raw, "(c)d=e f=g");
	assert_span(as_params_find(&params, "y")->raw, "\"h\\i\".j");
}

static void parameters_over_the_limit_are_counted(void **state)
{
	struct as_params params;
	(void)state;

	assert_int_equal(as_params_parse(&arena, as_span_text("a; b=1; c=2; d=3"), 2, &params), 0);
	assert_int_equal(params.count, 2);
	assert_int_equal(params.total_seen, 3);
	assert_int_equal(params.anomalies, AS_PARAM_TOO_MANY);
}

/* Each of these costs its square in a parser that looks ahead from every
 * place; with 50,000 of them the test would not come to an end. */
static void hostile_repetition_is_linear(void **state)
{
	static const char *const pieces[] = {
		"; a=b",   " a=b",   "; a=(",	 "; a=\"", "; x*=%", "; a(b)=c", "\\\"",
		"; x*7=y", "=?a?q?", "=?\t?q? ", "<",	   "\r",     "(",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct as_arena own;
		struct as_buffer text;
		struct as_params params;
		const char **addresses;
		size_t count;

		print_message("case: %s\n", pieces[i]);
		as_arena_init(&own, (size_t)256 << 20);
		as_buffer_init(&text, 0);
		as_buffer_text(&text, "a/b");
		for (size_t k = 0; k < MANY; k++)
			as_buffer_text(&text, pieces[i]);
		assert_int_equal(as_params_parse(&own, as_buffer_span(&text), MANY, &params), 0);
		assert_non_null(as_header_text(&own, as_buffer_span(&text)));
		assert_int_equal(
			as_header_addresses(&own, as_buffer_span(&text), 100, &addresses, &count),
			0);
		as_buffer_deinit(&text);
		as_arena_deinit(&own);
	}
}

static void header_text_decodes_encoded_words(void **state)
{
	static const struct {
		const char *name, *in, *out;
	} cases[] = {
		{"plain", "hello", "hello"},
		{"folded", "a\r\n b", "a b"},
		{"q", "=?iso-8859-1?Q?a=E4_b?=", "a\xc3\xa4 b"},
		{"b", "=?UTF-8?B?aGVsbG8=?=", "hello"},
		{"blanks between words go", "=?utf-8?q?a?=\r\n =?utf-8?q?b?= c", "ab c"},
		{"text between words stays", "=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"},
		{"character split over words", "=?utf-8?q?=C3?= =?UTF-8?B?pA==?=", "\xc3\xa4"},
		{"inside quotes", "\"=?utf-8?q?a?=\"", "\"a\""},
		{"language", "=?utf-8*en?q?a?=", "a"},
		{"blanks inside", "=?utf-8?q?a b?=", "a b"},
		{"unknown charset", "=?klingon?q?a=E4?=", "a\xc3\xa4"},
		{"no end", "=?utf-8?q?a", "=?utf-8?q?a"},
		{"unknown encoding", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
		{"raw UTF-8", "\xc3\xa4", "\xc3\xa4"},
		{"raw 8-bit", "\xe4", "\xc3\xa4"},
		{"decoded line end", "=?utf-8?q?a=0D=0Ab?=", "a  b"},
		{"decoded NUL", "=?utf-8?q?a=00b?=",
		 "a\xef\xbf\xbd"
		 "b"},
		{"bad escape", "=?utf-8?q?a=zz?=", "a=zz"},
		{"marks in a row", "=?=?utf-8?q?a?=", "=?a"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_string_equal(as_header_text(&arena, as_span_text(cases[i].in)),
				    cases[i].out);
	}
}

static void header_blocks_become_one_line_a_field(void **state)
{
	struct as_buffer out;
	(void)state;

	as_buffer_init(&out, 0);
	as_headers_text(&out,
			as_span_text("A: =?utf-8?q?x=0Ay?=\r\njunk\r\nB : c\r\n d\r\n\r\nC: e"));
	assert_span(as_buffer_span(&out), "A: x y\njunk\nB: c d\n");
	as_buffer_deinit(&out);
}

static void addresses_are_found_in_odd_fields(void **state)
{
	static const struct {
		const char *name, *in, *out;
	} cases[] = {
		{"bare", "a@b", "a@b"},
		{"two", "a@b, c@d", "a@b c@d"},
		{"brackets", "Joe <a@b>, \"Doe, Jane\" <c@d>", "a@b c@d"},
		{"address in the display name", "\"x@y\" <a@b>", "a@b"},
		{"bare address in the display name", "x@y <a@b>", "a@b"},
		{"comment", "a@b (x@y, z)", "a@b"},
		{"nested comment", "(a (b) c) a@b", "a@b"},
		{"group", "friends: a@b, c@d;, e@f", "a@b c@d e@f"},
		{"empty group", "undisclosed-recipients:;", ""},
		{"route", "<@x,@y:a@b>", "a@b"},
		{"null path", "<>", ""},
		{"quoted local part", "\"j d\"@b", "\"j d\"@b"},
		{"blanks round the at", "a @ b . c", "a@b.c"},
		{"name without brackets", "Joe a@b", "a@b"},
		{"two without a comma", "a@b c@d", "a@b c@d"},
		{"two in brackets", "<a@b><c@d>", "a@b c@d"},
		{"unclosed bracket", "Joe <a@b, c@d", "a@b c@d"},
		{"unclosed quote", "\"Joe <a@b>", "a@b"},
		{"literal", "a@[IPv6:::1]", "a@[IPv6:::1]"},
		{"folded", "Joe\r\n <a@b>", "a@b"},
		{"only a name", "Joe", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_buffer joined;
		const char **list;
		size_t count;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(
			as_header_addresses(&arena, as_span_text(cases[i].in), 10, &list, &count),
			0);
		as_buffer_init(&joined, 0);
		for (size_t k = 0; k < count; k++) {
			as_buffer_text(&joined, k > 0 ? " " : "");
			as_buffer_text(&joined, list[k]);
		}
		assert_span(as_buffer_span(&joined), cases[i].out);
		as_buffer_deinit(&joined);
	}
}

static void addresses_end_at_the_limit(void **state)
{
	const char **list;
	size_t count;
	(void)state;

	assert_int_equal(as_header_addresses(&arena, as_span_text("a@b,c@d,e@f"), 2, &list, &count),
			 0);
	assert_int_equal(count, 2);
	assert_string_equal(list[1], "c@d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_found_whatever_the_line_end),
		cmocka_unit_test(odd_lines_are_read_leniently),
		cmocka_unit_test(names_compare_without_case_and_in_full),
		cmocka_unit_test(a_value_unfolds_to_one_line),
		cmocka_unit_test(encodings_are_known_by_their_first_token),
		cmocka_unit_test(parameters_are_read_leniently_and_marked),
		cmocka_unit_test(continuations_are_joined),
		cmocka_unit_test(a_repeated_section_gives_both_readings),
		cmocka_unit_test(raw_is_what_stood_there),
		cmocka_unit_test(parameters_over_the_limit_are_counted),
		cmocka_unit_test(hostile_repetition_is_linear),
		cmocka_unit_test(header_text_decodes_encoded_words),
		cmocka_unit_test(header_blocks_become_one_line_a_field),
		cmocka_unit_test(addresses_are_found_in_odd_fields),
		cmocka_unit_test(addresses_end_at_the_limit),
	};
	return cmocka_run_group_tests_name("mime field", tests, setup, teardown);
}
