/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/charset.h"
#include "smime/identity.h"
#include "smimemake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define SIGNERS_MAX 4u

static struct as_arena arena;

/* One layer and what became of it. */
struct judged {
	struct as_smime_notes notes;
	struct as_smime_layer layer;
	struct as_smime_signer signers[SIGNERS_MAX];
	X509 *certs[SIGNERS_MAX];
};

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
	sm_end();
	return 0;
}

/* A certificate with these names in openssl.cnf's form; "" for none. */
static X509 *make_cert(const char *subject, const char *names)
{
	const char *extensions[2] = {NULL, NULL};
	struct sm_cert spec = {
		.subject = subject,
		.key = sm_key(SM_P256, 1),
		.issuer = sm_root(),
		.issuer_key = sm_root_key(),
	};
	char line[512];

	snprintf(line, sizeof(line), "subjectAltName=%s", names);
	extensions[0] = names[0] != '\0' ? line : NULL;
	spec.extensions = extensions;
	return sm_cert(&spec);
}

static void judge(struct judged *judged, const char *header, const char *content, uint32_t allow)
{
	const struct as_identity_request request = {
		.arena = &arena,
		.notes = &judged->notes,
		.layer = &judged->layer,
		.certs = judged->certs,
		.header = as_span_text(header),
		.allow = allow,
	};

	judged->notes = (struct as_smime_notes){.arena = &arena};
	judged->layer = (struct as_smime_layer){
		.state = AS_SMIME_SIGNED_CLEAR,
		.signers = judged->signers,
		.content = as_span_text(content),
	};
	memset(judged->signers, 0, sizeof(judged->signers));
	while (judged->layer.signer_count < SIGNERS_MAX &&
	       judged->certs[judged->layer.signer_count] != NULL)
		judged->layer.signer_count++;
	assert_int_equal(as_identity_check(&request), 0);
	assert_false(judged->notes.lost);
	for (const struct as_smime_note *n = judged->notes.first; n != NULL; n = n->next)
		print_message("    %s %d %s\n", n->code, (int)n->severity, n->text);
}

static const struct as_smime_note *find(const struct judged *judged, const char *code)
{
	for (const struct as_smime_note *n = judged->notes.first; n != NULL; n = n->next)
		if (strcmp(n->code, code) == 0)
			return n;
	return NULL;
}

static bool is_info(const struct as_smime_note *note)
{
	static const char *const codes[] = {"smime.from_case_differs", "smime.reply_to_differs",
					    "smime.sender_differs"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (note->severity == ASSAY_SEVERITY_DEFAULT && strcmp(note->code, codes[i]) == 0)
			return true;
	return note->severity == ASSAY_INFO;
}

static void assert_quiet(const struct judged *judged)
{
	for (const struct as_smime_note *n = judged->notes.first; n != NULL; n = n->next)
		assert_true(is_info(n));
}

static void honest_mail_stays_quiet(void **state)
{
	static const struct {
		const char *subject, *names, *header;
	} cases[] = {
		{"/CN=A", "email:alice@example.org", "From: Alice <alice@example.org>\r\n"},
		{"/CN=A", "email:alice@example.org", "From: ALICE@example.org\r\n"},
		{"/CN=A", "email:alice@example.org",
		 "From: \"alice@example.org\" <alice@example.org>\r\n"},
		{"/CN=A", "email:alice@example.org",
		 "From: \"'alice@example.org'\" <alice@example.org>\r\n"},
		{"/CN=A", "email:o'neil@example.org",
		 "From: \"o'neil@example.org\" <o'neil@example.org>\r\n"},
		{"/CN=A", "email:alice@example.org",
		 "From: =?utf-8?q?Alice?=\r\n =?utf-8?q?_B?= <alice@EXAMPLE.org>\r\n"},
		{"/CN=A", "email:bob@example.org,email:alice@example.org",
		 "From: \"bob@example.org\" <alice@example.org>\r\n"},
		{"/CN=A/emailAddress=alice@example.org", "",
		 "From: alice@example.org (Alice @ Work)\r\n"},
		{"/CN=A/emailAddress=alice@example.org", "email:other@example.org",
		 "From: alice@example.org\r\n"},
		{"/CN=A", "email:j@xn--bcher-kva.example",
		 "From: j@b\xc3\xbc"
		 "cher.example\r\n"},
		{"/CN=A", "email:alice@example.org",
		 "From: Alice <alice@example.org>\r\nSender: list@lists.example\r\n"
		 "Reply-To: helpdesk@other.example\r\n"},
		{"/CN=A", "email:alice@example.org", "From: Team: Alice <alice@example.org>;\r\n"},
		{"/CN=A", "email:alice@example.org",
		 "From: alice@example.org\r\nSubject: x\r\nSubject:  x\r\n"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged judged = {.certs = {make_cert(cases[i].subject, cases[i].names)}};

		print_message("case: %s %s\n", cases[i].header, cases[i].names);
		judge(&judged, cases[i].header, "", 0);
		assert_quiet(&judged);
		assert_true(judged.signers[0].from_match);
	}
}

static void an_author_who_is_no_signer_is_told(void **state)
{
	static const struct {
		const char *subject, *names, *header;
	} cases[] = {
		{"/CN=M", "email:mallory@evil.example", "From: alice@good.example\r\n"},
		{"/CN=alice@good.example", "email:mallory@evil.example",
		 "From: alice@good.example\r\n"},
		{"/CN=alice@good.example", "", "From: alice@good.example\r\n"},
		{"/CN=alice@good.example", "DNS:alice@good.example",
		 "From: alice@good.example\r\n"},
		{"/CN=M", "email:mallory@evil.example", "Subject: no author\r\n"},
		{"/CN=M", "email:mallory@evil.example", "From:\r\n"},
		{"/CN=M", "email:mallory@evil.example", "From: <>\r\n"},
		{"/CN=M", "email:mallory@evil.example", "From: Alice\r\n"},
		{"/CN=M", "email:mallory@evil.example", "From: Alice:;\r\n"},
		{"/CN=M", "email:mallory@evil.example",
		 "From: alice@good.example\r\nSender: mallory@evil.example\r\n"},
		{"/CN=M", "email:mallory@evil.example",
		 "From: mallory@evil.example, alice@good.example\r\n"},
		{"/CN=M", "email:mallory@evil.example",
		 "From: mallory@evil.example\r\nFrom: alice@good.example\r\n"},
		{"/CN=M", "email:mallory@evil.example",
		 "From: =?utf-8?q?mallory=40evil.example?=\r\n"},
		{"/CN=M", "email:evil.example", "From: alice@evil.example\r\n"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged judged = {.certs = {make_cert(cases[i].subject, cases[i].names)}};
		const struct as_smime_note *note;

		print_message("case: %s %s\n", cases[i].header, cases[i].names);
		judge(&judged, cases[i].header, "", 0);
		note = find(&judged, "smime.from_mismatch");
		assert_non_null(note);
		assert_int_equal(note->severity, ASSAY_SEVERITY_DEFAULT);
		assert_ptr_equal(note->layer, &judged.layer);
	}
}

static void a_mismatch_names_both(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=M", "email:mallory@evil.example")}};
	const char *text;
	(void)state;

	judge(&judged, "From: alice@good.example\r\n", "", 0);
	text = find(&judged, "smime.from_mismatch")->text;
	assert_non_null(strstr(text, "alice@good.example"));
	assert_non_null(strstr(text, "mallory@evil.example"));
}

static void letter_case_of_the_local_part_is_only_mentioned(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=J", "email:John@example.org")}};
	(void)state;

	judge(&judged, "From: john@example.org\r\n", "", 0);
	assert_true(judged.signers[0].from_match);
	assert_null(find(&judged, "smime.from_mismatch"));
	assert_non_null(find(&judged, "smime.from_case_differs"));
}

static void an_internationalised_address_matches(void **state)
{
	const struct as_span name =
		sm_join(2, sm_oid("1.3.6.1.5.5.7.8.9"),
			sm_tlv(0xa0, sm_tlv(0x0c, sm_text("j\xc3\xbc@xn--bcher-kva.example"))));
	const struct sm_extension san = {
		.oid = "2.5.29.17",
		.value = sm_sequence(sm_tlv(0xa0, name)),
	};
	const struct sm_cert spec = {
		.subject = "/CN=J",
		.key = sm_key(SM_P256, 1),
		.issuer = sm_root(),
		.issuer_key = sm_root_key(),
		.raw = &san,
		.raw_count = 1,
	};
	struct judged judged = {.certs = {sm_cert(&spec)}};
	(void)state;

	judge(&judged,
	      "From: J\xc3\xbc <j\xc3\xbc@b\xc3\xbc"
	      "cher.example>\r\n",
	      "", 0);
	assert_null(judged.notes.first);
	assert_true(judged.signers[0].from_match);
	assert_string_equal(judged.signers[0].addresses[0], "j\xc3\xbc@xn--bcher-kva.example");
}

static void a_nul_in_the_address_is_told_and_matches_nobody(void **state)
{
	static const char name[] = "alice@good.example\0.evil.example";
	const struct sm_extension san = {
		.oid = "2.5.29.17",
		.value = sm_sequence(sm_tlv(0x81, sm_copy(name, sizeof(name) - 1))),
	};
	const struct sm_cert spec = {
		.subject = "/CN=M",
		.key = sm_key(SM_P256, 1),
		.issuer = sm_root(),
		.issuer_key = sm_root_key(),
		.raw = &san,
		.raw_count = 1,
	};
	struct judged judged = {.certs = {sm_cert(&spec)}};
	(void)state;

	judge(&judged, "From: alice@good.example\r\n", "", 0);
	assert_non_null(find(&judged, "smime.nul_octet"));
	assert_non_null(find(&judged, "smime.from_mismatch"));
	assert_false(judged.signers[0].from_match);
	assert_int_equal(judged.signers[0].address_count, 1);
	assert_non_null(strstr(judged.signers[0].addresses[0], "\\x00"));
}

static void two_authors_who_both_signed_are_quiet(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org"),
					  make_cert("/CN=B", "email:b@example.org")}};
	(void)state;

	judge(&judged, "From: a@example.org, b@example.org\r\nSender: a@example.org\r\n", "", 0);
	assert_quiet(&judged);
	assert_non_null(find(&judged, "smime.multiple_from"));
	assert_true(judged.signers[0].from_match);
	assert_true(judged.signers[1].from_match);
}

static void a_second_signer_who_is_no_author_does_no_harm(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org"),
					  make_cert("/CN=B", "email:b@example.org")}};
	(void)state;

	judge(&judged, "From: a@example.org\r\n", "", 0);
	assert_null(judged.notes.first);
	assert_true(judged.signers[0].from_match);
	assert_false(judged.signers[1].from_match);
}

static void several_authors_or_from_fields_are_told(void **state)
{
	static const char *const headers[] = {
		"From: a@example.org, b@example.org\r\n",
		"From: a@example.org\r\nFrom: b@example.org\r\n",
		"From: a@example.org\r\nX: y\r\nfrom : a@example.org\r\n",
		"From: <a@example.org> <b@example.org>\r\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org")}};
		const struct as_smime_note *note;

		print_message("case: %s\n", headers[i]);
		judge(&judged, headers[i], "", 0);
		note = find(&judged, "smime.multiple_from");
		assert_non_null(note);
		assert_int_equal(note->severity, ASSAY_SEVERITY_DEFAULT);
		assert_true(judged.signers[0].from_match);
	}
}

static void too_many_authors_are_no_match(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org")}};
	char header[2000] = "From: a@example.org";
	(void)state;

	for (size_t i = 0; i < AS_IDENTITY_AUTHORS_MAX; i++)
		strcat(header, ",a@example.org");
	judge(&judged, header, "", 0);
	assert_non_null(find(&judged, "smime.from_mismatch"));
}

static void names_that_show_another_address_are_told(void **state)
{
	static const char *const headers[] = {
		"From: \"alice@good.example\" <m@evil.example>\r\n",
		"From: alice@good.example <m@evil.example>\r\n",
		"From: \"Alice <alice@good.example>\" <m@evil.example>\r\n",
		"From: =?utf-8?b?YWxpY2VAZ29vZC5leGFtcGxl?= <m@evil.example>\r\n",
		"From: =?utf-8?q?alice=EF=BC=A0good.example?= <m@evil.example>\r\n",
		"From: \"alice\xe2\x80\x8b@good.example\" <m@evil.example>\r\n",
		"From: m@evil.example (alice@good.example)\r\n",
		"From: <m@evil.example> alice@good.example\r\n",
		"From: alice@good.example: m@evil.example;\r\n",
		"From: \"alice@good.example\"@evil.example\r\n",
		"From: alice@good.example@evil.example\r\n",
		"From: =?utf-8?q?alice=40good.example=00?=m@evil.example\r\n",
		"From: \"xm@evil.example\" <m@evil.example>\r\n",
		"From: \"alice @ good.example\" <m@evil.example>\r\n",
		"From: \"alice @good.example\" <m@evil.example>\r\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct judged judged = {.certs = {make_cert("/CN=M", "email:m@evil.example")}};
		const struct as_smime_note *note;

		print_message("case: %s\n", headers[i]);
		judge(&judged, headers[i], "", 0);
		note = find(&judged, "smime.display_name_address");
		assert_non_null(note);
		assert_int_equal(note->severity, ASSAY_SEVERITY_DEFAULT);
	}
}

static void a_certificate_without_address_can_be_allowed(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=Alice", "")}};
	(void)state;

	judge(&judged, "From: alice@good.example\r\n", "", 0);
	assert_non_null(find(&judged, "smime.from_mismatch"));
	judge(&judged, "From: alice@good.example\r\n", "", AS_SMIME_ALLOW_NO_ADDRESS);
	assert_null(find(&judged, "smime.from_mismatch"));
	assert_false(judged.signers[0].from_match);
	judge(&judged, "Subject: x\r\n", "", AS_SMIME_ALLOW_NO_ADDRESS);
	assert_non_null(find(&judged, "smime.from_mismatch"));
	judged.certs[0] = make_cert("/CN=Mallory", "email:m@evil.example");
	judge(&judged, "From: alice@good.example\r\n", "", AS_SMIME_ALLOW_NO_ADDRESS);
	assert_non_null(find(&judged, "smime.from_mismatch"));
}

static void an_unknown_certificate_is_no_mismatch(void **state)
{
	struct as_smime_signer signer = {.from_match = false};
	struct as_smime_layer layer = {.signers = &signer, .signer_count = 1};
	struct as_smime_notes notes = {.arena = &arena};
	X509 *certs[1] = {NULL};
	const struct as_identity_request request = {
		.arena = &arena,
		.notes = &notes,
		.layer = &layer,
		.certs = certs,
		.header = as_span_text("From: a@example.org\r\n"),
	};
	(void)state;

	assert_int_equal(as_identity_check(&request), 0);
	assert_null(notes.first);
	assert_false(signer.from_match);
}

static void sender_and_reply_to_are_told_apart(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org")}};
	(void)state;

	judge(&judged,
	      "From: a@example.org\r\nSender: a@example.org\r\nReply-To: a@example.org\r\n", "", 0);
	assert_null(judged.notes.first);
	judge(&judged, "From: a@example.org\r\nSender: s@example.org\r\n", "", 0);
	assert_non_null(find(&judged, "smime.sender_differs"));
	judge(&judged, "From: b@example.org\r\nSender: a@example.org\r\n", "", 0);
	assert_non_null(find(&judged, "smime.sender_differs"));
	judge(&judged, "From: a@example.org\r\nReply-To: a@example.org, r@evil.example\r\n", "", 0);
	assert_non_null(find(&judged, "smime.reply_to_differs"));
}

static void repeated_fields_are_told_by_what_they_say(void **state)
{
	static const struct {
		const char *header;
		enum assay_severity severity;
	} cases[] = {
		{"Subject: a\r\nSubject: b\r\n", ASSAY_LOW},
		{"Subject: a\r\nSubject:\r\n", ASSAY_LOW},
		{"Subject: a b\r\nSubject: =?utf-8?q?a_b?=\r\n", ASSAY_INFO},
		{"To: a@x.org\r\nTo: b@x.org\r\n", ASSAY_LOW},
		{"Date: Thu, 9 Oct 2025 08:53:20 +0000\r\nDate: Thu, 9 Oct 2025 09:53:20 +0100\r\n",
		 ASSAY_INFO},
		{"Message-ID: <a@b>\r\nMessage-Id: <a@c>\r\n", ASSAY_LOW},
		{"Sender: a@example.org\r\nSender: b@example.org\r\n", ASSAY_LOW},
		{"Reply-To: a@example.org\r\nReply-To: b@example.org\r\n", ASSAY_LOW},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org")}};
		const struct as_smime_note *note;
		char header[256];

		print_message("case: %s\n", cases[i].header);
		snprintf(header, sizeof(header), "From: a@example.org\r\n%s", cases[i].header);
		judge(&judged, header, "", 0);
		note = find(&judged, "smime.duplicate_header");
		assert_non_null(note);
		assert_int_equal(note->severity, cases[i].severity);
	}
}

static void a_protected_author_has_to_be_a_signer_too(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=A", "email:a@example.org")}};
	(void)state;

	judge(&judged, "From: a@example.org\r\n",
	      "Content-Type: text/plain; hp=\"clear\"\r\nFrom: A <a@example.org>\r\n\r\nx", 0);
	assert_null(judged.notes.first);
	assert_true(judged.signers[0].from_match);
	judge(&judged, "From: a@example.org\r\n",
	      "Content-Type: text/plain; hp=\"clear\"\r\nFrom: b@example.org\r\n\r\nx", 0);
	assert_non_null(find(&judged, "smime.from_mismatch"));
	assert_false(judged.signers[0].from_match);
	judge(&judged, "From: a@example.org\r\n",
	      "Content-Type: text/plain; protected-headers=v1\r\nSubject: s\r\n\r\nx", 0);
	assert_true(judged.signers[0].from_match);
}

static void addresses_are_reported_once_each(void **state)
{
	struct judged judged = {.certs = {make_cert("/CN=A/emailAddress=a@example.org",
						    "email:a@example.org,email:b@example.org")}};
	(void)state;

	judge(&judged, "From: a@example.org\r\n", "", 0);
	assert_int_equal(judged.signers[0].address_count, 2);
	assert_string_equal(judged.signers[0].addresses[0], "a@example.org");
	assert_string_equal(judged.signers[0].addresses[1], "b@example.org");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_mail_stays_quiet),
		cmocka_unit_test(an_author_who_is_no_signer_is_told),
		cmocka_unit_test(a_mismatch_names_both),
		cmocka_unit_test(letter_case_of_the_local_part_is_only_mentioned),
		cmocka_unit_test(an_internationalised_address_matches),
		cmocka_unit_test(a_nul_in_the_address_is_told_and_matches_nobody),
		cmocka_unit_test(two_authors_who_both_signed_are_quiet),
		cmocka_unit_test(a_second_signer_who_is_no_author_does_no_harm),
		cmocka_unit_test(several_authors_or_from_fields_are_told),
		cmocka_unit_test(too_many_authors_are_no_match),
		cmocka_unit_test(names_that_show_another_address_are_told),
		cmocka_unit_test(a_certificate_without_address_can_be_allowed),
		cmocka_unit_test(an_unknown_certificate_is_no_mismatch),
		cmocka_unit_test(sender_and_reply_to_are_told_apart),
		cmocka_unit_test(repeated_fields_are_told_by_what_they_say),
		cmocka_unit_test(a_protected_author_has_to_be_a_signer_too),
		cmocka_unit_test(addresses_are_reported_once_each),
	};
	return cmocka_run_group_tests_name("smime identity", tests, setup, teardown);
}
