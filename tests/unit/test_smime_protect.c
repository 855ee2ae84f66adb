/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/charset.h"
#include "smime/identity.h"
#include "smime/protect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct as_arena arena;

static int setup(void **state)
{
	(void)state;
	as_arena_init(&arena, (size_t)64 << 20);
	return as_charset_init();
}

static int teardown(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	return 0;
}

#define FIELDS                                                                                     \
	"From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\n"                         \
	"Subject: Plans for May\r\nDate: Thu, 09 Oct 2025 08:53:20 +0000\r\n"                      \
	"Message-ID: <1@example.org>\r\n"
#define OUTSIDE "Received: by mx.example.org; x\r\n" FIELDS "MIME-Version: 1.0\r\n\r\n"

static struct as_smime_notes check(const char *outer, const char *content, bool encrypted,
				   struct as_span *inner_out)
{
	struct as_smime_notes notes = {.arena = &arena};
	const struct as_protect_request request = {
		.arena = &arena,
		.notes = &notes,
		.outer = as_span_text(outer),
		.content = as_span_text(content),
		.encrypted = encrypted,
	};

	assert_int_equal(as_protect_check(&request, inner_out), 0);
	assert_false(notes.lost);
	for (const struct as_smime_note *n = notes.first; n != NULL; n = n->next)
		print_message("    %s %d %s\n", n->code, (int)n->severity, n->text);
	return notes;
}

static const struct as_smime_note *find(const struct as_smime_notes *notes, const char *code)
{
	for (const struct as_smime_note *n = notes->first; n != NULL; n = n->next)
		if (strcmp(n->code, code) == 0)
			return n;
	return NULL;
}

/* What stands in no difference: every way in which honest mail is written. */
static void protected_fields_that_agree_are_quiet(void **state)
{
	static const struct {
		const char *name, *outer, *content;
		bool encrypted;
	} cases[] = {
		{"the same", OUTSIDE,
		 FIELDS "MIME-Version: 1.0\r\nContent-Type: text/plain; hp=\"clear\"\r\n\r\nx\r\n",
		 false},
		{"written anew",
		 "From: \"Alice\"\r\n <alice@EXAMPLE.org>\r\nTo: bob@example.org\r\n"
		 "Subject: =?utf-8?q?Plans_for?=\r\n =?utf-8?q?_May?=\r\n"
		 "Date: 9 Oct 2025 10:53:20 +0200 (CEST)\r\nMessage-ID:\r\n <1@example.org>\r\n",
		 FIELDS "Content-Type: text/plain; hp=clear\r\n\r\nx\r\n", false},
		{"draft with a Subject only", OUTSIDE,
		 "Content-Type: multipart/mixed; boundary=b;\r\n protected-headers=\"v1\"\r\n"
		 "Subject: Plans for May\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
		 false},
		{"wrapped", OUTSIDE,
		 "Content-Type: message/rfc822; forwarded=no\r\n\r\n" FIELDS
		 "Content-Type: text/plain\r\n\r\nx\r\n",
		 false},
		{"relays add Sender and Message-ID",
		 "Sender: list@example.org\r\nMessage-ID: <2@example.org>\r\n"
		 "From: alice@example.org\r\nReferences: <0@example.org>\r\n",
		 "From: alice@example.org\r\nContent-Type: text/plain; hp=clear\r\n\r\nx", false},
		{"encrypted, HP-Outer",
		 "From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\n"
		 "Subject: [...]\r\nDate: Thu, 09 Oct 2025 08:53:20 +0000\r\n",
		 FIELDS "Content-Type: text/plain; hp=\"cipher\"\r\n"
			"HP-Outer: From: Alice <alice@example.org>\r\n"
			"HP-Outer: To: Bob <bob@example.org>\r\nHP-Outer: Subject: [...]\r\n"
			"HP-Outer: Date:\r\n Thu, 09 Oct 2025 08:53:20 +0000\r\n\r\nx\r\n",
		 true},
		{"encrypted, another outer Subject as HP-Outer has it",
		 "From: alice@example.org\r\nSubject: Hello\r\n",
		 "From: Alice <alice@example.org>\r\nSubject: Secret\r\n"
		 "Content-Type: text/plain; hp=cipher\r\nHP-Outer: From: alice@example.org\r\n"
		 "HP-Outer: Subject: Hello\r\n\r\nx\r\n",
		 true},
		{"encrypted draft", "From: Alice <alice@example.org>\r\nSubject: ...\r\n",
		 FIELDS "Content-Type: text/plain; protected-headers=v1\r\n\r\nx\r\n", true},
		{"encrypted for a hidden recipient",
		 "From: alice@example.org\r\nTo: undisclosed-recipients:;\r\nSubject: ...\r\n",
		 "From: alice@example.org\r\nSubject: s\r\n"
		 "Content-Type: text/plain; hp=cipher\r\n\r\nx\r\n",
		 true},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_smime_notes notes;
		struct as_span inner;

		print_message("case: %s\n", cases[i].name);
		notes = check(cases[i].outer, cases[i].content, cases[i].encrypted, &inner);
		assert_non_null(find(&notes, "smime.header_protection"));
		assert_true(inner.size > 0);
		for (const struct as_smime_note *n = notes.first; n != NULL; n = n->next)
			assert_true(n->severity == ASSAY_INFO ||
				    strcmp(n->code, "smime.header_protection") == 0);
	}
}

#define CLEAR(fields) fields "Content-Type: text/plain; hp=\"clear\"\r\n\r\nx\r\n"

static void protected_fields_that_differ_are_told(void **state)
{
	static const struct {
		const char *name, *outer, *content;
		bool encrypted;
		enum assay_severity severity;
	} cases[] = {
		{"Subject", "Subject: Pay now\r\n", CLEAR("Subject: Hello\r\n"), false, 0},
		{"Subject in a list", "Subject: [list] Hello\r\n", CLEAR("Subject: Hello\r\n"),
		 false, 0},
		{"From", "From: m@evil.example\r\n", CLEAR("From: a@example.org\r\n"), false, 0},
		{"name of the author", "From: CEO <a@example.org>\r\n",
		 CLEAR("From: Alice <a@example.org>\r\n"), false, 0},
		{"name added", "From: CEO <a@example.org>\r\n", CLEAR("From: a@example.org\r\n"),
		 false, 0},
		{"author added", "From: a@example.org, b@example.org\r\n",
		 CLEAR("From: a@example.org\r\n"), false, 0},
		{"second field", "Subject: Hello\r\nSubject: Pay now\r\n",
		 CLEAR("Subject: Hello\r\n"), false, 0},
		{"To", "To: c@example.org\r\n", CLEAR("To: b@example.org\r\n"), false, 0},
		{"Cc added", "Cc: c@example.org\r\n", CLEAR("To:\r\n"), false, 0},
		{"Reply-To added", "Reply-To: m@evil.example\r\n", CLEAR("To:\r\n"), false, 0},
		{"Date", "Date: Thu, 09 Oct 2025 08:53:21 +0000\r\n",
		 CLEAR("Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"), false, 0},
		{"Message-ID", "Message-ID: <2@x>\r\n", CLEAR("Message-ID: <1@x>\r\n"), false, 0},
		{"missing outside", "From: a@example.org\r\n",
		 CLEAR("From: a@example.org\r\nSubject: Hello\r\n"), false, 0},
		{"References", "References: <1@x>\r\n", CLEAR("References: <1@x> <2@x>\r\n"), false,
		 ASSAY_LOW},
		{"wrapped", "Subject: Pay now\r\n",
		 "Content-Type: message/rfc822; forwarded=no\r\n\r\nSubject: Hello\r\n\r\nx", false,
		 0},
		{"wrapped as before RFC 8551", "From: a@example.org\r\nSubject: Pay now\r\n",
		 "Content-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\nSubject: "
		 "Hello\r\n\r\nx",
		 false, ASSAY_LOW},
		{"a hidden Subject without encryption", "Subject: [...]\r\n",
		 CLEAR("Subject: Hello\r\n"), false, 0},
		{"HP-Outer without encryption", "Subject: Pay now\r\n",
		 "Subject: Hello\r\nContent-Type: text/plain; hp=cipher\r\n"
		 "HP-Outer: Subject: Pay now\r\n\r\nx",
		 false, 0},
		{"HP-Outer says otherwise", "Subject: Pay now\r\n",
		 "Subject: Hello\r\nContent-Type: text/plain; hp=cipher\r\n"
		 "HP-Outer: Subject: Hi\r\n\r\nx",
		 true, 0},
		{"taken away after HP-Outer", "From: a@example.org\r\n",
		 "From: a@example.org\r\nSubject: Hello\r\n"
		 "Content-Type: text/plain; hp=cipher\r\n"
		 "HP-Outer: From: a@example.org\r\nHP-Outer: Subject: Hi\r\n\r\nx",
		 true, 0},
		{"encrypted draft", "Subject: Pay now\r\n",
		 "Subject: Hello\r\nContent-Type: text/plain; protected-headers=v1\r\n\r\nx", true,
		 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_smime_note *note;
		struct as_smime_notes notes;
		struct as_span inner;

		print_message("case: %s\n", cases[i].name);
		notes = check(cases[i].outer, cases[i].content, cases[i].encrypted, &inner);
		note = find(&notes, "smime.protected_header_differs");
		assert_non_null(note);
		assert_int_equal(note->severity, cases[i].severity);
	}
}

static void what_protects_nothing_gives_nothing(void **state)
{
	static const char *const contents[] = {
		"",
		"\r\nno header\r\n",
		"Subject: x\r\nContent-Type: text/plain\r\n\r\nx",
		"Subject: x\r\nContent-Type: text/plain; hp=maybe\r\n\r\nx",
		"Subject: x\r\nContent-Type: text/plain; protected-headers=v2\r\n\r\nx",
		"Content-Type: message/rfc822\r\n\r\nSubject: forwarded\r\n\r\nx",
		"Content-Type: message/rfc822\r\n\r\nFrom: b@example.org\r\nSubject: x\r\n\r\nx",
		"Content-Type: message/rfc822; forwarded=yes\r\n\r\nSubject: x\r\n\r\nx",
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nSubject: x\r\n"
		"Content-Type: text/plain; hp=clear\r\n\r\nx\r\n--b--\r\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		struct as_smime_notes notes;
		struct as_span inner = as_span_text("was here");

		print_message("case: %s\n", contents[i]);
		notes = check("From: a@example.org\r\nSubject: outside\r\n", contents[i], false,
			      &inner);
		assert_null(notes.first);
		assert_int_equal(inner.size, 0);
	}
}

static void the_way_of_protection_and_the_fields_are_named(void **state)
{
	struct as_smime_notes notes;
	struct as_span inner;
	const char *text;
	(void)state;

	notes = check(OUTSIDE, CLEAR(FIELDS), false, &inner);
	text = find(&notes, "smime.header_protection")->text;
	assert_non_null(strstr(text, "From, Subject, To, Date, Message-ID"));
	assert_non_null(strstr(text, "hp=clear"));
	notes = check(OUTSIDE, FIELDS "Content-Type: text/plain; hp=cipher\r\n\r\nx", false,
		      &inner);
	assert_non_null(strstr(notes.first->text, "written to be encrypted"));
}

static void legacy_display_parts_are_found(void **state)
{
	static const struct {
		const char *content;
		bool found;
	} cases[] = {
		{"Content-Type: text/plain; hp=cipher; hp-legacy-display=\"1\"\r\n\r\nSubject: x",
		 true},
		{"Content-Type: text/plain; hp=cipher\r\n\r\nhp-legacy-display=1", false},
		{"Content-Type: multipart/mixed; boundary=a; hp=cipher\r\n\r\n--a\r\n"
		 "Content-Type: multipart/alternative; boundary=\"b c\"\r\n\r\npreamble\r\n"
		 "--b c\r\nContent-Type: text/plain; hp-legacy-display=1\r\n\r\nSubject: x\r\n",
		 true},
		{"Content-Type: multipart/mixed; boundary=a; protected-headers=v1\r\n\r\n--a\r\n"
		 "Content-Type: text/plain; protected-headers=v1\r\n\r\nSubject: x\r\n",
		 true},
		{"Content-Type: multipart/mixed; boundary=a; hp=clear\r\n\r\n--ab\r\n"
		 "Content-Type: text/plain; hp-legacy-display=1\r\n\r\nSubject: x\r\n",
		 false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_protection protection;

		print_message("case: %s\n", cases[i].content);
		assert_int_equal(
			as_protect_find(&arena, as_span_text(cases[i].content), &protection), 0);
		assert_int_equal(protection.legacy_display, cases[i].found);
	}
}

static void grave_differences_are_not_pushed_out_by_light_ones(void **state)
{
	struct as_smime_notes notes;
	struct as_span inner;
	size_t grave = 0;
	(void)state;

	notes = check("Date: Thu, 09 Oct 2025 08:53:20 +0000\r\nSender: s@x\r\n"
		      "Message-ID: <1@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <3@x>\r\n"
		      "Cc: c@x\r\n",
		      CLEAR("Cc: d@x\r\n"), false, &inner);
	for (const struct as_smime_note *n = notes.first; n != NULL; n = n->next)
		if (strcmp(n->code, "smime.protected_header_differs") == 0 &&
		    n->severity == ASSAY_SEVERITY_DEFAULT)
			grave++;
	assert_int_equal(grave, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protected_fields_that_agree_are_quiet),
		cmocka_unit_test(protected_fields_that_differ_are_told),
		cmocka_unit_test(what_protects_nothing_gives_nothing),
		cmocka_unit_test(the_way_of_protection_and_the_fields_are_named),
		cmocka_unit_test(legacy_display_parts_are_found),
		cmocka_unit_test(grave_differences_are_not_pushed_out_by_light_ones),
	};
	return cmocka_run_group_tests_name("smime protect", tests, setup, teardown);
}
