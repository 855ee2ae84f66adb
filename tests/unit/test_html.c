/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_html_run.h"

#include "job.h"
#include "view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* One octet of a link after another, as references or apart. */
#define SPLIT_HEADER "d\na\tt\r\na\n:app\nlication/zip;ba\nse64\n,"

static void a_link_is_found_however_it_is_written(void **state)
{
	static const struct {
		const char *name, *before, *after;
	} cases[] = {
		{"plain attribute", "<a href=\"data:application/x-msdownload;base64,", "\">x</a>"},
		{"single quotes", "<a href='data:;base64,", "'>"},
		{"no quotes", "<a href=data:application/octet-stream;base64,", " download=a.exe>"},
		{"no quotes, at the end", "<a href=data:application/octet-stream;base64,", ""},
		{"capitals", "<A HREF=\"DATA:Application/Zip;BASE64,", "\">"},
		{"references", "<a href=\"&#100;ata&#x3a;application/zip&semi;base64&comma;",
		 "\">"},
		{"references without semicolons", "<a href=\"&#100&#97&#x74&#X61&colon;;base64,",
		 "\">"},
		{"references with zeros", "<a href=\"&#00000000000000000100;ata:;base64,", "\">"},
		{"vanishing references", "<a href=\"da&Tab;ta&NewLine;:;base64,", "\">"},
		{"line ends and tabs within", "<a href=\"" SPLIT_HEADER, "\">"},
		{"control characters within", "<a href=\"d\001a\177ta:;base64,", "\">"},
		{"blanks in front", "<a href=\" \n\t data:;base64,", "\">"},
		{"parameters", "<a href=\"data:text/plain;charset=utf-8;name=a.exe;base64,", "\">"},
		{"blank before base64", "<a href=\"data:application/zip; base64,", "\">"},
		{"base64 not last", "<a href=\"data:application/zip;base64;x=y,", "\">"},
		{"style", "<p style=\"background:url(data:application/zip;base64,", ")\">"},
		{"style with quotes", "<style>p{background:url('data:;base64,", "')}</style>"},
		{"style with references", "<p style=\"x:url(&quot;data:;base64,", "&quot;)\">"},
		{"refresh",
		 "<meta http-equiv=refresh content=\"0; url=data:application/zip;base64,", "\">"},
		{"svg", "<svg><a xlink:href=\"data:application/zip;base64,", "\"/></svg>"},
		{"object", "<object data=\"data:application/zip;base64,", "\">"},
		{"script", "<script>location='data:application/zip;base64,", "'</script>"},
		{"script in a string", "<script>x=\"<a href=\\\"data:;base64,", "\\\">\"</script>"},
		{"second of a set", "<img srcset=\"a.png 1x, data:;base64,", " 2x\">"},
		{"tag that never closes", "<a href=\"data:;base64,", ""},
		{"another quote before", "<p>don't<a href=\"data:;base64,", "\">"},
		{"a comment that never ends", "<!-- <a href=\"data:;base64,", "\">"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# case: %s\n", cases[i].name);
		html_run(ASSAY_CLASS_HTML, "<html>%s%s%s", cases[i].before, html_program_base64,
			 cases[i].after);
		html_expect_program("data-link");
		assert_true(probe_has(&html_probe, "html.data_uri_active"));
	}
}

static void the_base64_of_a_link_may_be_odd(void **state)
{
	char text[4 * sizeof(html_program_base64)];
	static const char *const between[] = {"\n",    "\r\n ", "%0A",	   "%20",
					      "&#10;", "\\\n",	"\" + \"", "' +\n\t'"};

	(void)state;
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		print_message("# between: %zu\n", i);
		snprintf(text, sizeof(text), "<a href=\"data:;base64,%.40s%s%s\">",
			 html_program_base64, between[i], html_program_base64 + 40);
		html_run(ASSAY_CLASS_HTML, "%s", text);
		html_expect_program("data-link");
	}
}

static void percent_coding_within_base64_is_resolved(void **state)
{
	char text[sizeof(html_program_base64) * 3], *out = text;

	(void)state;
	for (const char *p = html_program_base64; *p != '\0'; p++)
		out += sprintf(out, (p - html_program_base64) % 3 == 0 ? "%%%02x" : "%c",
			       (unsigned char)*p);
	html_run(ASSAY_CLASS_HTML, "<a href=\"data:;base64,%s\">", text);
	html_expect_program("data-link");
}

static void the_url_alphabet_is_taken(void **state)
{
	char text[sizeof(html_program_base64)];

	(void)state;
	snprintf(text, sizeof(text), "%s", html_program_base64);
	for (char *p = text; *p != '\0'; p++) {
		if (*p == '+')
			*p = '-';
		if (*p == '/')
			*p = '_';
	}
	text[strcspn(text, "=")] = '\0';
	html_run(ASSAY_CLASS_HTML, "<a href=\"data:;base64,%s\">", text);
	html_expect_program("data-link");
}

static void a_link_need_not_be_base64(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML, "<a href=\"data:application/octet-stream,%s\">",
		 html_program_percent);
	html_expect_program("data-link");
	assert_true(probe_has(&html_probe, "html.data_uri_active"));

	html_run(ASSAY_CLASS_HTML,
		 "<iframe src=\"data:text/html,<b title='a'>%%3Cscript>al\nert(1)</script>\">");
	assert_non_null(html_child(as_span_text("<b title='a'><script>alert(1)</script>")));
	assert_true(probe_has(&html_probe, "html.data_uri_active"));
}

static void a_link_has_the_name_and_type_that_its_element_gives(void **state)
{
	static const char *const elements[] = {
		"<a download=\"invoice.exe\" href=\"data:;base64,%s\">",
		"<a href=\"data:;base64,%s\" download='invoice.exe'>",
		"<a href=data:;base64,%s DOWNLOAD = invoice.exe>",
		"<a href=data:;base64,%s download=&quot;invoice&period;exe&quot;>",
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), elements[i], html_program_base64);
#pragma GCC diagnostic pop
		html_run(ASSAY_CLASS_HTML, "%s", text);
		assert_non_null(probe_child_named(&html_probe, "invoice.exe"));
	}
}

static void pictures_fonts_and_documents_are_no_finding(void **state)
{
	static const struct {
		const char *type, *octets;
		size_t size;
	} cases[] = {
		{"image/png", "\211PNG\r\n\032\n\0\0\0\rIHDR", 16},
		{"image/gif", "GIF89a\1\0\1\0\200\0\0", 13},
		{"image/jpeg", "\377\330\377\340\0\020JFIF", 10},
		{"image/webp", "RIFF\100\0\0\0WEBPVP8 ", 16},
		{"image/x-icon", "\0\0\1\0\1\0\020\020", 8},
		{"image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>",
		 62},
		{"font/woff2", "wOF2\0\1\0\0", 8},
		{"text/css", "p{color:red}", 12},
		{"application/pdf", "%PDF-1.4 x", 10},
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span octets = as_span_make(cases[i].octets, cases[i].size);

		print_message("# case: %s\n", cases[i].type);
		html_base64_encode(octets, text);
		html_run(ASSAY_CLASS_HTML,
			 "<html><img src=\"data:%s;base64,%s\"><script>1</script>", cases[i].type,
			 text);
		assert_non_null(html_child(octets));
		html_expect_quiet();
	}
}

static void active_types_need_no_signature(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML, "<a href=\"data:text/javascript,run()\">");
	assert_true(probe_has(&html_probe, "html.data_uri_active"));
	html_run(ASSAY_CLASS_HTML, "<a href=\"data:application/hta;base64,YWJj\">");
	assert_true(probe_has(&html_probe, "html.data_uri_active"));
}

static void words_are_no_links(void **state)
{
	static const char *const texts[] = {
		"<p>The data: one, two and three.</p>",
		"<p>metadata:a,b</p>",
		"<script>var x={data:1,b:2};$.ajax({\"data\":a,b})</script>",
		"<p style=\"x-data:1,2\">",
		"<a href=\"data:nothing\">no comma</a>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		html_run(ASSAY_CLASS_HTML, "%s", texts[i]);
		assert_int_equal(html_probe.child_count, 0);
		html_expect_quiet();
	}
}

static void a_document_in_an_attribute_is_a_document(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_HTML, "<iframe srcdoc=\"&lt;a href='&amp;#100;ata:,x'&gt;\">");
	assert_non_null(html_child(as_span_text("<a href='&#100;ata:,x'>")));
	assert_string_equal(html_probe.children[0].label, "srcdoc");
}

static void text_counts_only_with_markup(void **state)
{
	(void)state;
	html_run(ASSAY_CLASS_TEXT, "see \"data:application/zip;base64,%s\"", html_program_base64);
	assert_int_equal(html_probe.child_count, 0);
	html_run(ASSAY_CLASS_TEXT, "<a href=\"data:application/zip;base64,%s\">",
		 html_program_base64);
	html_expect_program("data-link");
	html_run(ASSAY_CLASS_PDF, "<a href=\"data:application/zip;base64,%s\">",
		 html_program_base64);
	assert_int_equal(html_probe.child_count, 0);
}

/* Clients show what the field declares; "%PDF-" in front is text to them. */
static void what_is_declared_a_page_is_one(void **state)
{
	char page[2 * sizeof(html_program_base64)];
	int size = snprintf(page, sizeof(page), "%%PDF-<a href=\"data:application/zip;base64,%s\">",
			    html_program_base64);

	(void)state;
	html_run_declared(as_span_make(page, (size_t)size), ASSAY_CLASS_PDF, "text/html");
	html_expect_program("data-link");
	html_run_declared(as_span_make(page, (size_t)size), ASSAY_CLASS_PDF, "application/pdf");
	assert_int_equal(html_probe.child_count, 0);
}

/* Browsers go by the ending of a file's name. */
static void what_is_named_a_page_is_one(void **state)
{
	char page[2 * sizeof(html_program_base64)];
	int size = snprintf(page, sizeof(page), "GIF89a<a href=\"data:application/zip;base64,%s\">",
			    html_program_base64);

	(void)state;
	html_run_named(as_span_make(page, (size_t)size), ASSAY_CLASS_IMAGE, "a.xhtml", "image/gif");
	html_expect_program("data-link");
	html_run_named(as_span_make(page, (size_t)size), ASSAY_CLASS_IMAGE, "a.gif", "image/gif");
	assert_int_equal(html_probe.child_count, 0);
}

static void octets_of_two_each_are_read(void **state)
{
	char text[1024];
	unsigned char wide[2048];
	int size;

	(void)state;
	size = snprintf(text, sizeof(text), "<a href=\"data:;base64,%s\">", html_program_base64);
	for (int i = 0; i < size; i++) {
		wide[2 * i] = (unsigned char)text[i];
		wide[2 * i + 1] = 0;
	}
	html_run_span(as_span_make(wide, 2 * (size_t)size), ASSAY_CLASS_HTML);
	html_expect_program("data-link");
}

static void the_converted_text_is_read_when_it_differs(void **state)
{
	static const char octets[] = "<html>+ADw-a";
	char text[1024];
	struct assay_object object =
		probe_object(as_span_text(octets), "a.html", "text/html; charset=utf-7");

	(void)state;
	snprintf(text, sizeof(text), "<a href=\"data:;base64,%s\">", html_program_base64);
	object.type_class = ASSAY_CLASS_HTML;
	object.text = as_span_text(text);
	assert_int_equal(probe_run(&html_probe, &object, ASSAY_UNPACK), 0);
	html_expect_program("data-link");
}

static void what_exceeds_the_count_is_reported(void **state)
{
	static const char link[] = "<a href='data:,x'>";
	const size_t count = HTML_MAX_CHILDREN + 1;
	char *text = malloc(count * (sizeof(link) - 1) + 1);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * (sizeof(link) - 1), link, sizeof(link));
	html_probe.max_children = HTML_MAX_CHILDREN + 10;
	html_run(ASSAY_CLASS_HTML, "%s", text);
	assert_int_equal(html_probe.child_count, HTML_MAX_CHILDREN);
	assert_true(probe_has(&html_probe, "limit.objects"));
	free(text);
}

static void it_stops_when_the_host_refuses(void **state)
{
	(void)state;
	html_probe.max_bytes = 64;
	html_run(ASSAY_CLASS_HTML, "<a href='data:,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'>"
				   "<a href='data:,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'>"
				   "<a href='data:,c'>");
	assert_int_equal(html_probe.child_count, 1);
}

static void the_same_ascii_is_told_from_other(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"caf\351", "caf\303\251", true},
		{"a\0b", "a", true},
		{"+ADw-", "<", false},
		{"", "", true},
		{"ab", "abc", false},
		{"a\nb", "ab", true},
		{"\203\134", "\343\202\275", false},
		{"abc", "ab", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			html_view_same_ascii(as_span_text(cases[i].a), as_span_text(cases[i].b)),
			cases[i].same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, html_set_up, html_tear_down)
		TEST(a_link_is_found_however_it_is_written),
		TEST(the_base64_of_a_link_may_be_odd),
		TEST(percent_coding_within_base64_is_resolved),
		TEST(the_url_alphabet_is_taken),
		TEST(a_link_need_not_be_base64),
		TEST(a_link_has_the_name_and_type_that_its_element_gives),
		TEST(pictures_fonts_and_documents_are_no_finding),
		TEST(active_types_need_no_signature),
		TEST(words_are_no_links),
		TEST(a_document_in_an_attribute_is_a_document),
		TEST(text_counts_only_with_markup),
		TEST(what_is_declared_a_page_is_one),
		TEST(what_is_named_a_page_is_one),
		TEST(octets_of_two_each_are_read),
		TEST(the_converted_text_is_read_when_it_differs),
		TEST(what_exceeds_the_count_is_reported),
		TEST(it_stops_when_the_host_refuses),
		TEST(the_same_ascii_is_told_from_other),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
