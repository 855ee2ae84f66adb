/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimecover.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* count copies of text. */
static void repeat(struct as_buffer *out, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		as_buffer_text(out, text);
}

static void a_signature_over_all_that_is_shown_covers_the_whole(void **state)
{
	static const struct cover_case cases[] = {
		{"the root", SIGNED(TEXT("hello\n")), CLEAR, AS_SMIME_WHOLE, ""},
		{"an opaque root", OPAQUE, P7M, AS_SMIME_WHOLE, ""},
		{"the only part", MIXED("b") "--b\n" SIGNED(TEXT("hello")) "--b--\n", CLEAR,
		 AS_SMIME_WHOLE, ""},
		{"beside an empty part", MIXED("b") TWO("b", SIGNED(TEXT("hello")), TEXT("")),
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"beside a blank part",
		 MIXED("b") TWO("b", TEXT(" \n\xc2\xa0\n"), SIGNED(TEXT("hello"))), CLEAR,
		 AS_SMIME_WHOLE, ""},
		{"beside blank HTML",
		 MIXED("b") TWO("b", HTML("<html><body><br>&nbsp;</body></html>"),
				SIGNED(TEXT("hello"))),
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"beside an encoded blank part",
		 MIXED("b") TWO("b",
				"Content-Type: text/plain\n"
				"Content-Transfer-Encoding: base64\n\nICAgDQo=\n",
				SIGNED(TEXT("hello"))),
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"with the usual preamble",
		 "Content-Type: multipart/signed; boundary=s\n\n"
		 "This is an S/MIME signed message\n\n--s\n" TEXT("a") "\n--s\n" SIGNATURE
								       "--s--\n\n",
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"with a preamble in another language",
		 "Content-Type: multipart/signed; boundary=s\n\n"
		 "Dies ist eine mehrteilige Nachricht im MIME-Format.\n--s\n" TEXT(
			 "a") "\n--s\n" SIGNATURE "--s--\n\n",
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"of nested parts",
		 SIGNED(MIXED("b") "text in front\n" THREE(
			 "b", TEXT("one"), PDF,
			 OF("alternative", "c") TWO("c", TEXT("two"), HTML("<p>two")))),
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"of a message", SIGNED("Content-Type: message/rfc822\n\nSubject: x\n\nhello"),
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"of an empty part", SIGNED(""), CLEAR, AS_SMIME_WHOLE, ""},
		/* GMime takes the signature part to end elsewhere. */
		{"with CRLF and without a last line end",
		 "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n\r\na\r\n--s\r\n"
		 "Content-Type: application/pkcs7-signature\r\n"
		 "Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCA\r\n--s--",
		 CLEAR, AS_SMIME_WHOLE, ""},
		{"of a header only", SIGNED("Content-Type: text/plain"), CLEAR, AS_SMIME_WHOLE, ""},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), false);
}

static void text_outside_makes_it_a_part(void **state)
{
	static const struct cover_case cases[] = {
		{"a footer of a list",
		 MIXED("b") TWO("b", SIGNED(TEXT("hello")), TEXT("_____\nlist@example")), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"text in front", MIXED("b") TWO("b", TEXT("pay"), SIGNED(TEXT("hello"))), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"encoded text in front",
		 MIXED("b") TWO("b",
				"Content-Type: text/plain\n"
				"Content-Transfer-Encoding: base64\n\ncGF5\n",
				SIGNED(TEXT("hello"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
		{"HTML in front", MIXED("b") TWO("b", HTML("<p>pay</p>"), SIGNED(TEXT("hello"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
		{"an image only",
		 MIXED("b") TWO("b", HTML("<img src=http://x/a>"), SIGNED(TEXT("hello"))), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"text beside an opaque one", MIXED("b") TWO("b", TEXT("pay"), OPAQUE), P7M,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"an attachment", MIXED("b") TWO("b", SIGNED(TEXT("hello")), PDF), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"a message beside it",
		 MIXED("b") TWO("b", SIGNED(TEXT("hello")),
				"Content-Type: message/rfc822\n\nSubject: x\n\nhello"),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
		{"a third part",
		 "Content-Type: multipart/signed; boundary=s\n\n" THREE("s", TEXT("a"), SIGNATURE,
									TEXT("pay")),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
		{"another alternative",
		 OF("alternative", "b") TWO("b", TEXT("pay"), SIGNED(HTML("<p>hello"))), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"another signed part", MIXED("b") TWO("b", SIGNED(TEXT("hello")), OPAQUE), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|"},
		{"a multipart without parts",
		 MIXED("b") TWO("b", MIXED("c") "pay", SIGNED(TEXT("hello"))), CLEAR, AS_SMIME_PART,
		 "m partial_coverage|"},
		{"a signature that is text",
		 MIXED("b") TWO("b", SIGNED(TEXT("hello")),
				"Content-Type: application/pkcs7-signature\n\npay"),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), false);
}

static void what_nobody_reads_outside_is_low(void **state)
{
	static const struct cover_case cases[] = {
		{"a preamble",
		 "Content-Type: multipart/signed; boundary=s\n\nCall 555-1234.\n--s\n" TEXT(
			 "a") "\n--s\n" SIGNATURE "--s--\n",
		 CLEAR, AS_SMIME_PART, "l partial_coverage|"},
		{"an epilogue", SIGNED(TEXT("a")) "--\na footer\n", CLEAR, AS_SMIME_PART,
		 "l partial_coverage|"},
		{"another signature", MIXED("b") TWO("b", SIGNED(TEXT("hello")), SIGNATURE), CLEAR,
		 AS_SMIME_PART, "l partial_coverage|"},
		{"an empty file",
		 MIXED("b") TWO("b", SIGNED(TEXT("hello")),
				"Content-Type: application/pdf; name=a.pdf\n\n"),
		 CLEAR, AS_SMIME_PART, "l partial_coverage|"},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), false);
}

static void a_signature_over_nothing_covers_nothing(void **state)
{
	static const struct cover_case cases[] = {
		{"a blank part", MIXED("b") TWO("b", TEXT("pay"), SIGNED(TEXT(" \n"))), CLEAR,
		 AS_SMIME_NONE, "m partial_coverage|"},
		{"no part", "Content-Type: multipart/signed; boundary=s\n\n--s--\n", CLEAR,
		 AS_SMIME_NONE, ""},
	};
	struct cover_work work;

	(void)state;
	cover_check_cases(cases, COUNT(cases), false);
	cover_begin(&work, as_span_text(OPAQUE), P7M, false);
	work.layer.state = AS_SMIME_CERTS_ONLY;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_NONE);
	work.layer.state = AS_SMIME_MALFORMED;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_NONE);
	cover_end(&work);
}

static void html_outside_that_hides_is_told(void **state)
{
	static const struct cover_case cases[] = {
		{"an open comment",
		 MIXED("b") THREE("b", HTML("<p>pay<!--"), SIGNED(TEXT("a")), HTML("-->")), CLEAR,
		 AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"an open textarea", MIXED("b") TWO("b", HTML("pay<textarea>"), SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"an open div that hides",
		 MIXED("b") TWO("b", HTML("pay<div style='display:none'>"), SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|d html_hiding|"},
		{"an open attribute", MIXED("b") TWO("b", HTML("pay<p title='"), SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"a style sheet only",
		 MIXED("b") TWO("b", HTML("<style>pre{display:none}</style>"), SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"a style sheet behind",
		 MIXED("b") TWO("b", SIGNED(TEXT("a")), HTML("<style>pre{display:none}</style>")),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"many lines",
		 MIXED("b")
			 TWO("b", HTML("pay<div style='height:9000px'></div>"), SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"a reference to the signed part",
		 OF("related", "b") TWO("b", HTML("pay<iframe src='cid:a%40b'></iframe>"),
					SIGNED("Content-ID: <a@b>\n" TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"a reference to the multipart",
		 OF("related", "b") TWO("b", HTML("pay<iframe src='cid:a@b'></iframe>"),
					"Content-ID: <a@b>\n" SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"a reference to another part",
		 OF("related", "b") TWO("b", HTML("pay<img src='cid:c@d'>"),
					SIGNED("Content-ID: <a@b>\n" TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
		{"another type of HTML",
		 MIXED("b") TWO("b",
				"Content-Type: application/octet-stream; name=a.html\n\n<p>pay<!--",
				SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|d html_hiding|"},
		{"a comment behind the signed part",
		 MIXED("b") TWO("b", SIGNED(TEXT("a")), HTML("<p>list<!--")), CLEAR, AS_SMIME_PART,
		 "m partial_coverage|"},
		{"plain text about HTML",
		 MIXED("b") TWO("b", TEXT("write <!-- or <p style='display:none'>"),
				SIGNED(TEXT("a"))),
		 CLEAR, AS_SMIME_PART, "m partial_coverage|"},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), false);
}

static void utf16_html_is_read(void **state)
{
	static const char html[] = "<p>pay<!--";
	struct as_buffer message;

	(void)state;
	as_buffer_init(&message, 0);
	as_buffer_text(&message, MIXED("b") "--b\nContent-Type: text/html; charset=utf-16be\n\n");
	for (size_t i = 0; i + 1 < sizeof(html); i++) {
		as_buffer_byte(&message, 0);
		as_buffer_byte(&message, (unsigned char)html[i]);
	}
	as_buffer_text(&message, "\n--b\n" SIGNED(TEXT("a")) "--b--\n");
	cover_check_message("UTF-16", as_buffer_span(&message), CLEAR, false, AS_SMIME_PART,
			    "m partial_coverage|d html_hiding|");
	as_buffer_deinit(&message);
}

static void signed_html_that_hides_is_information(void **state)
{
	static const struct cover_case cases[] = {
		{"a newsletter",
		 SIGNED(HTML("<div style='display:none'>preheader</div><p>News</p>")), CLEAR,
		 AS_SMIME_WHOLE, "i html_hiding|"},
		{"plain HTML", SIGNED(HTML("<p>News</p>")), CLEAR, AS_SMIME_WHOLE, ""},
		{"references inside",
		 SIGNED(OF("related", "r") TWO("r", HTML("<img src='cid:a@b'>"),
					       "Content-ID: <a@b>\nContent-Type: image/png\n\nx")),
		 CLEAR, AS_SMIME_WHOLE, ""},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), false);
}

static const char *first_text(const struct cover_work *work)
{
	assert_non_null(work->notes.first);
	return work->notes.first->text;
}

static void the_place_is_named(void **state)
{
	static const struct {
		const char *name, *message, *text;
	} cases[] = {
		{"parts", MIXED("b") THREE("b", SIGNED(TEXT("a")), PDF, TEXT("pay")),
		 "part 2 (application/pdf), part 3 (text/plain)"},
		{"what is read before what is not",
		 MIXED("b") THREE("b", SIGNED(TEXT("a")), SIGNATURE, TEXT("pay")),
		 "part 3 (text/plain), part 2 (application/pkcs7-signature)"},
		{"many parts",
		 MIXED("b") "--b\n" SIGNED(
			 TEXT("a")) "--b\n\n1\n--b\n\n2\n--b\n\n3\n--b\n\n4\n--b--\n",
		 " and 1 more."},
		{"an alternative",
		 OF("alternative", "b") TWO("b", TEXT("pay"), SIGNED(HTML("<p>a"))),
		 "of alternatives only part 2 (multipart/signed) is signed, and part 1 "
		 "(text/plain) can be shown"},
		{"an attachment",
		 MIXED("b") TWO("b", TEXT("pay"),
				"Content-Disposition: attachment\n" SIGNED(TEXT("a"))),
		 "what is signed is an attachment"},
		{"a resource", OF("related", "b") TWO("b", HTML("pay"), SIGNED(TEXT("a"))),
		 "what is signed is a resource of another part"},
		{"a message",
		 MIXED("b") TWO("b", SIGNED(TEXT("a")),
				"Content-Type: message/rfc822\n\nSubject: x\n\nhello"),
		 "message 2 (message/rfc822)"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cover_work work;

		print_message("case: %s\n", cases[i].name);
		cover_begin(&work, as_span_text(cases[i].message), CLEAR, false);
		cover_check(&work);
		if (strstr(first_text(&work), cases[i].text) == NULL)
			fail_msg("%s", first_text(&work));
		cover_end(&work);
	}
}

static void a_layer_covers_no_more_than_the_one_it_stands_in(void **state)
{
	struct as_smime_layer parent = {.state = AS_SMIME_ENVELOPED};
	struct cover_work work;

	(void)state;
	cover_begin(&work, as_span_text(SIGNED(TEXT("a"))), CLEAR, false);
	work.layer.parent = &parent;
	work.request.parent = AS_SMIME_PART;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_PART);
	assert_string_equal(work.notes.first->code, "smime.partial_coverage");
	assert_int_equal(work.notes.first->severity, ASSAY_MEDIUM);
	cover_end(&work);
}

static void what_a_valid_signature_around_covers_is_low(void **state)
{
	static const char message[] = "Content-Type: multipart/signed; boundary=o\n\n" TWO(
		"o", MIXED("b") TWO("b", TEXT("list"), OPAQUE), SIGNATURE);
	struct as_smime_layer parent = {.state = AS_SMIME_SIGNED_CLEAR, .valid = AS_SMIME_YES};
	struct cover_work work;

	(void)state;
	cover_begin(&work, as_span_text(message), P7M, false);
	work.layer.parent = &parent;
	work.request.root = work.tree->root->first_child;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_PART);
	assert_int_equal(work.notes.first->severity, ASSAY_LOW);
	cover_end(&work);

	parent.valid = AS_SMIME_NO;
	cover_begin(&work, as_span_text(message), P7M, false);
	work.layer.parent = &parent;
	work.request.root = work.tree->root->first_child;
	cover_check(&work);
	assert_int_equal(work.notes.first->severity, ASSAY_MEDIUM);
	cover_end(&work);
}

static void an_inner_message_is_a_mail_of_its_own(void **state)
{
	static const char message[] = MIXED("b") "outer preamble\n" TWO(
		"b", TEXT("outer"), "Content-Type: message/rfc822\n\n" SIGNED(TEXT("inner")));
	struct cover_work work;

	(void)state;
	cover_begin(&work, as_span_text(message), CLEAR, false);
	work.request.root = work.layer.entity;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_WHOLE);
	assert_null(work.notes.first);
	cover_end(&work);
}

static void a_body_is_read_once_for_all_layers(void **state)
{
	struct cover_work work;
	size_t before;

	(void)state;
	cover_begin(&work, as_span_text(MIXED("b") TWO("b", TEXT("pay"), SIGNED(TEXT("a")))), CLEAR,
		    false);
	cover_check(&work);
	before = work.memo.read_bytes;
	assert_true(before > 0 && before <= AS_COVERAGE_TOTAL_BYTES);
	cover_check(&work);
	assert_int_equal(work.memo.read_bytes, before);
	work.request.memo = NULL;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_PART);
	cover_end(&work);
}

static void all_that_is_read_of_a_mail_is_bounded(void **state)
{
	struct as_buffer message;
	struct cover_work work;

	(void)state;
	as_buffer_init(&message, 0);
	as_buffer_text(&message, MIXED("b"));
	for (size_t i = 0; i < AS_COVERAGE_TOTAL_BYTES / AS_COVERAGE_PART_BYTES + 2; i++) {
		as_buffer_text(&message, "--b\n" TEXT(""));
		repeat(&message, "          \n", AS_COVERAGE_PART_BYTES / 11 + 1);
	}
	as_buffer_text(&message, "--b\n" SIGNED(TEXT("a")) "--b--\n");
	cover_begin(&work, as_buffer_span(&message), CLEAR, false);
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_PART);
	assert_true(work.memo.read_bytes <= AS_COVERAGE_TOTAL_BYTES);
	cover_end(&work);
	as_buffer_deinit(&message);
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_over_all_that_is_shown_covers_the_whole),
		cmocka_unit_test(text_outside_makes_it_a_part),
		cmocka_unit_test(what_nobody_reads_outside_is_low),
		cmocka_unit_test(a_signature_over_nothing_covers_nothing),
		cmocka_unit_test(html_outside_that_hides_is_told),
		cmocka_unit_test(utf16_html_is_read),
		cmocka_unit_test(signed_html_that_hides_is_information),
		cmocka_unit_test(the_place_is_named),
		cmocka_unit_test(a_layer_covers_no_more_than_the_one_it_stands_in),
		cmocka_unit_test(what_a_valid_signature_around_covers_is_low),
		cmocka_unit_test(an_inner_message_is_a_mail_of_its_own),
		cmocka_unit_test(a_body_is_read_once_for_all_layers),
		cmocka_unit_test(all_that_is_read_of_a_mail_is_bounded),
	};
	return cmocka_run_group_tests_name("smime_coverage", tests, start, NULL);
}
