/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_html_run.h"

#include "job.h"
#include "octets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static char cut[8192];

/* The digits in pieces of size, with text between them. */
static const char *pieces(const char *digits, size_t size, const char *between)
{
	char *out = cut;

	for (size_t at = 0; at < strlen(digits); at += size)
		out += snprintf(out, sizeof(cut) - (size_t)(out - cut), "%s%.*s",
				at > 0 ? between : "", (int)size, digits + at);
	return cut;
}

static const char *turned(const char *digits)
{
	size_t size = strlen(digits);

	for (size_t i = 0; i < size; i++)
		cut[i] = digits[size - 1 - i];
	cut[size] = '\0';
	return cut;
}

static void base64_in_strings_is_decoded(void **state)
{
	static const struct {
		const char *name, *before, *after;
	} cases[] = {
		{"double quotes", "<script>var a=atob(\"", "\");</script>"},
		{"single quotes", "<script>var a='", "';</script>"},
		{"template string", "<script>var a=`", "`;</script>"},
		{"behind a pattern with a quote", "<script>s.replace(/\"/g,'');a=atob(\"",
		 "\")</script>"},
		{"behind a comment with a quote", "<script>// don't\na=atob('", "')</script>"},
		{"event handler", "<body onload=\"x(atob('", "'))\">"},
		{"handler with references", "<body onload=\"x(atob(&#39;", "&#39;))\">"},
		{"javascript link", "<a href=\"javascript:x('", "')\">"},
		{"hidden input", "<script>1</script><input type=hidden value=\"", "\">"},
		{"hidden input without quotes", "<script>1</script><input type=hidden value=", ">"},
		{"data attribute", "<script>1</script><div data-x='", "'>"},
		{"textarea", "<script>1</script><textarea>", "</textarea>"},
		{"template", "<script>1</script><template>\n", "\n</template>"},
		{"comment", "<script>1</script><!-- ", " -->"},
		{"JSON", "<script type=\"application/json\">{\"a\":[\"", "\"]}</script>"},
		{"escaped script", "<script>document.write(\"<b x=\\\"", "\\\">\")</script>"},
		{"svg script", "<svg:script>a='", "'</svg:script>"},
		{"never closed", "<script>a='", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		html_run(ASSAY_CLASS_HTML, "<html>%s%s%s", cases[i].before, html_program_base64,
			 cases[i].after);
		html_expect_program("script-blob");
		assert_true(probe_has(&html_probe, "html.smuggling"));
	}
}

static void pieces_are_joined(void **state)
{
	static const struct {
		const char *name, *before, *between, *after;
		size_t size;
	} cases[] = {
		{"plus", "a=\"", "\"+\"", "\"", 10},
		{"plus on lines", "a='", "' +\r\n\t'", "'", 20},
		{"mixed quotes", "a='", "'+\"\"+'", "'", 7},
		{"array", "a=['", "','", "'].join('')", 3},
		{"single characters", "a=[\"", "\",\"", "\"].join('')", 1},
		{"append", "a=\"", "\";\na += \"", "\"", 30},
		{"append, long form", "a=\"", "\";a=a+\"", "\"", 30},
		{"push", "l.push(\"", "\");l.push(\"", "\")", 16},
		{"concat", "a=\"\".concat(\"", "\").concat(\"", "\")", 16},
		{"VBScript", "a=\"", "\" & _\r\n\"", "\"", 16},
		{"VBScript append", "a=\"", "\"\r\na = a & \"", "\"", 16},
		{"line ends within", "a=`", "\n", "`", 64},
		{"line ends that go on", "a='", "\\\n", "'", 64},
		{"escaped line ends", "a='", "\\n", "'", 64},
		{"an odd sign between", "a='", "!", "'.split('!').join('')", 9},
		{"lines in a comment", "/*\n", "\n", "\n*/", 64},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		html_run(ASSAY_CLASS_HTML, "<script>%s%s%s;</script>", cases[i].before,
			 pieces(html_program_base64, cases[i].size, cases[i].between),
			 cases[i].after);
		html_expect_program("script-blob");
	}
}

static void digits_may_be_escaped(void **state)
{
	char *out = cut;

	(void)state;
	/* As JSON writers do with slashes. */
	for (const char *p = html_program_base64; *p != '\0'; p++)
		out += sprintf(out, *p == '/' ? "\\%c" : "%c", *p);
	assert_true(strchr(cut, '\\') != NULL);
	html_run(ASSAY_CLASS_HTML, "<script>a=\"%s\"</script>", cut);
	html_expect_program("script-blob");
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'</script>", html_program_escapes);
	html_expect_program("script-numbers");
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'</script>",
		 pieces(html_program_escapes, 4, "'+'"));
	html_expect_program("script-numbers");
	html_run(ASSAY_CLASS_HTML, "<script>unescape('%s')</script>", html_program_percent);
	html_expect_program("script-numbers");
	assert_true(probe_has(&html_probe, "html.smuggling"));
}

static void a_string_turned_round_is_decoded_when_the_script_does_so(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'.split('').reverse().join('')</script>",
		 turned(html_program_base64));
	html_expect_program("script-blob");
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'</script>", turned(html_program_base64));
	assert_int_equal(html_probe.child_count, 0);
}

static void hexadecimal_digits_are_decoded(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'</script>", html_program_hex);
	html_expect_program("script-numbers");
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'</script>", pieces(html_program_hex, 2, " "));
	html_expect_program("script-numbers");
}

/* The program by one format, with text between the numbers. */
static const char *numbers(const char *format, const char *between)
{
	char *out = cut;

	for (size_t i = 0; i < HTML_PROGRAM_BYTES; i++) {
		out += sprintf(out, "%s", i > 0 ? between : "");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		out += sprintf(out, format, html_program[i]);
#pragma GCC diagnostic pop
	}
	return cut;
}

static void lists_of_numbers_are_decoded(void **state)
{
	static const struct {
		const char *name, *before, *format, *between, *after;
	} cases[] = {
		{"decimal", "a=new Uint8Array([", "%u", ",", "])"},
		{"decimal with blanks", "a=[ ", "%u", ", ", " ]"},
		{"behind other numbers", "var i=5,k=[1,2,3];a=[", "%u", ",", "];b=7"},
		{"hexadecimal", "a=[", "0x%02x", ",", "]"},
		{"hexadecimal of VBScript", "a=Array(", "&H%02X", ", ", ")"},
		{"octal", "a=[", "0o%o", ",", "]"},
		{"lines", "a=[", "%u", ",\n", "]"},
		{"strings", "a=['", "%u", "','", "']"},
		{"one string", "a='", "%u", "-", "'.split('-')"},
		{"blanks only", "a='", "%u", " ", "'.split(' ')"},
		{"fromCharCode", "a=String.fromCharCode(", "%u", ",", ")"},
		{"fromCharCode one by one", "a=String.fromCharCode(", "%u",
		 ")+String.fromCharCode(", ")"},
		{"Chr", "a=Chr(", "%u", ") & Chr(", ")"},
		{"Chr on lines", "a=Chr(", "%u", ") & _\r\nChr(", ")"},
		{"PowerShell", "[byte[]]$a=", "0x%X", ",", ";"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		html_run(ASSAY_CLASS_HTML, "<script>%s%s%s</script>", cases[i].before,
			 numbers(cases[i].format, cases[i].between), cases[i].after);
		html_expect_program("script-numbers");
		assert_true(probe_has(&html_probe, "html.smuggling"));
	}
}

static void numbers_may_have_a_sign(void **state)
{
	char *out = cut;

	(void)state;
	for (size_t i = 0; i < HTML_PROGRAM_BYTES; i++)
		out += sprintf(out, i > 0 ? ",%d" : "%d", (signed char)html_program[i]);
	html_run(ASSAY_CLASS_SCRIPT, "a=[%s]", cut);
	html_expect_program("script-numbers");
}

static void a_script_gives_the_name(void **state)
{
	static const char *const ways[] = {
		"a.download='invoice.exe';",
		"a.download = \"invoice.exe\";",
		"a.setAttribute(\"download\", \"invoice.exe\");",
		"a['download']='invoice.exe';",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		html_run(ASSAY_CLASS_HTML, "<script>%sx=atob('%s')</script>", ways[i],
			 html_program_base64);
		assert_non_null(probe_child_named(&html_probe, "invoice.exe"));
	}
}

static void a_list_of_files_gives_each(void **state)
{
	char first[256];

	(void)state;
	html_base64_encode(as_span_text("PK\003\004 this is the begin of an archive, more or less, "
					"that is long enough"),
			   first);
	html_run(ASSAY_CLASS_HTML, "<script>a=['%s','%s']</script>", first, html_program_base64);
	html_expect_program("script-blob");
}

static void scripts_by_themselves_are_read(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_SCRIPT, "$a=[Convert]::FromBase64String(\"%s\")", html_program_base64);
	html_expect_program("script-blob");
	html_run(ASSAY_CLASS_SCRIPT, "powershell -x %s", html_program_base64);
	html_expect_program("script-blob");
}

static void what_no_script_can_take_is_left_alone(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML, "<p>subscription description</p><b title='%s'>",
		 html_program_base64);
	assert_int_equal(html_probe.child_count, 0);
	html_expect_quiet();
}

static void ordinary_scripts_are_no_finding(void **state)
{
	static const char *const texts[] = {
		"<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new "
		"Date().getTime(),event:'gtm.js'});})(window,document,'script','dataLayer');</"
		"script>",
		"<script integrity=\"sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/"
		"uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC\" src=\"https://example.org/a.js\"></script>",
		"<script>1</script><a "
		"href=\"https://example.org/ls/click?upn=u001.AAAAABBBBBCCCCCDDDDD"
		"EEEEEFFFFFGGGGGHHHHHIIIIIJJJJJKKKKKLLLLLMMMMMNNNNNOOOOOPPPPPQQQQQRRRRRSSSSS\">",
		"<script>1</script><svg><path d=\"M1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 "
		"20\"/></svg>",
		"<script>var f=['Open Sans','Arial','Helvetica Neue','Lucida "
		"Grande','Verdana','Tahoma',"
		"'Trebuchet MS','Georgia','Times New Roman','Courier New']</script>",
		"<script>1</script><a "
		"href=\"https://example.org/?a=%20b%20c%20d%20e%20f%20g%20h%20i%20"
		"j%20k%20l%20m%20n%20o%20p%20q%20r%20s\">",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		print_message("# case: %zu\n", i);
		html_run(ASSAY_CLASS_HTML, "%s", texts[i]);
		assert_int_equal(html_probe.child_count, 0);
		html_expect_quiet();
	}
}

static void a_pasted_mail_is_no_script(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML,
		 "<script>1</script><pre>Content-Transfer-Encoding: base64\n\n%s\n</pre>",
		 pieces(html_program_base64, 76, "\n"));
	html_expect_program("script-blob");
	html_expect_quiet();
}

static void escapes_are_read_as_the_language_reads_them(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		int64_t code;
	} cases[] = {
		{"\\x4d", 4, 'M'},  {"\\u004d", 6, 'M'}, {"\\u{4d}", 6, 'M'}, {"\\115", 4, 'M'},
		{"\\0", 2, 0},	    {"\\477", 3, 047},	 {"\\n", 2, '\n'},    {"\\\n", 2, -1},
		{"\\\r\n", 3, -1},  {"\\", 1, -1},	 {"\\/", 2, '/'},     {"\\xg", 2, 'x'},
		{"\\u{4d", 2, 'u'},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t code;
		bool numeric;

		print_message("# case: %zu\n", i);
		assert_int_equal(html_escape(as_span_text(cases[i].text), 0, &code, &numeric),
				 cases[i].size);
		assert_int_equal(code, cases[i].code);
	}
}

static void unclosed_links_stay_within_the_yield(void **state)
{
	const size_t count = 100, size = 2000;
	char *text = calloc(1, count * 64 + size + 1), *out = text;

	(void)state;
	assert_non_null(text);
	/* Each link takes all that is behind it: the quotes never close. */
	for (size_t i = 0; i < count; i++)
		out += sprintf(out, "<a href=%cdata:x/y;base64;%u,", i % 2 ? '"' : '\'',
			       (unsigned)i);
	memset(out, 'A', size);
	html_run(ASSAY_CLASS_HTML, "<script>%s", text);
	for (size_t i = 0; i < html_probe.child_count; i++)
		assert_true(html_probe.children[i].size <= strlen(text));
	assert_true(html_probe.charged <=
		    HTML_MAX_YIELD * (uint64_t)strlen(text) + HTML_YIELD_FLOOR);
	free(text);
}

static void padding_within_ends_a_section_only(void **state)
{
	struct html_buffer out = {0};

	(void)state;
	html_base64_decode(as_span_text("YQ==YWI=YWJjZA"), &out);
	assert_true(as_span_equal(html_buffer_span(&out), as_span_text("aababcd")));
	html_buffer_deinit(&out);
}

static void the_setting_leaves_scripts_out(void **state)
{
	static const struct probe_setting off[] = {{"scripts", {"false"}}, {NULL, {NULL}}};

	(void)state;
	probe_close(&html_probe);
	memset(&html_probe, 0, sizeof(html_probe));
	html_probe.settings = off;
	assert_int_equal(probe_open(&html_probe, &assay_plugin), 0);
	html_run(ASSAY_CLASS_HTML, "<script>a='%s'</script>", html_program_base64);
	assert_int_equal(html_probe.child_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, html_set_up, html_tear_down)
		TEST(base64_in_strings_is_decoded),
		TEST(pieces_are_joined),
		TEST(digits_may_be_escaped),
		TEST(a_string_turned_round_is_decoded_when_the_script_does_so),
		TEST(hexadecimal_digits_are_decoded),
		TEST(lists_of_numbers_are_decoded),
		TEST(numbers_may_have_a_sign),
		TEST(a_script_gives_the_name),
		TEST(a_list_of_files_gives_each),
		TEST(scripts_by_themselves_are_read),
		TEST(what_no_script_can_take_is_left_alone),
		TEST(ordinary_scripts_are_no_finding),
		TEST(a_pasted_mail_is_no_script),
		TEST(escapes_are_read_as_the_language_reads_them),
		TEST(unclosed_links_stay_within_the_yield),
		TEST(padding_within_ends_a_section_only),
		TEST(the_setting_leaves_scripts_out),
	};

	return cmocka_run_group_tests_name("html scripts", tests, NULL, NULL);
}
