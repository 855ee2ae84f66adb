/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_yara_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void a_match_is_reported_with_rule_and_description(void **state)
{
	struct yara_fixture fixture;
	struct assay_object object = yara_text("say abc here", "a.txt");
	(void)state;

	yara_open(&fixture, "rule found { meta: description = \"three letters\" id = \"x-1\"\n"
			    "strings: $a = \"abc\" condition: $a }");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_string_equal(fixture.probe->findings[0].code, "yara.found");
	assert_string_equal(fixture.probe->findings[0].text, "three letters (own.yar, x-1)");
	yara_close(&fixture);
}

static void evidence_names_string_offset_and_escaped_octets(void **state)
{
	static const unsigned char octets[] = {'x', 'x', 'M', 0x00, '\\', 0xff, 'Z'};
	struct yara_fixture fixture;
	struct assay_object object = yara_text("", "a.bin");
	const struct assay_evidence *evidence;
	(void)state;

	object.data = as_span_make(octets, sizeof(octets));
	yara_open(&fixture, "rule hex { strings: $h = { 4D 00 5C FF 5A } condition: $h }");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->findings[0].evidence_count, 1);
	evidence = &fixture.probe->findings[0].evidence[0];
	assert_int_equal(evidence->offset, 2);
	assert_int_equal(evidence->length, 5);
	assert_string_equal(evidence->text, "$h: M\\x00\\x5c\\xffZ");
	yara_close(&fixture);
}

static void evidence_can_be_switched_off_and_leaves_out_private_strings(void **state)
{
	static const char rules[] = "rule r { strings: $a = \"abc\" private $b = \"def\"\n"
				    "condition: all of them }";
	struct yara_fixture fixture;
	struct assay_object object = yara_text("abcdef", "a.txt");
	(void)state;

	yara_open_with(&fixture, rules, "rules", "evidence_bytes", "0");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->findings[0].evidence_count, 0);
	yara_close(&fixture);
	yara_open(&fixture, rules);
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->findings[0].evidence_count, 1);
	assert_string_equal(fixture.probe->findings[0].evidence[0].text, "$b: def");
	yara_close(&fixture);
}

static void evidence_is_cut_at_the_configured_length(void **state)
{
	struct yara_fixture fixture;
	struct assay_object object = yara_text("aaaaaaaaaaaaaaaaaaaaaaaa", "a.txt");
	(void)state;

	yara_open_with(&fixture, "rule r { strings: $a = /a{20}/ condition: $a }", "rules",
		       "evidence_bytes", "4");
	yara_run(&fixture, &object);
	assert_string_equal(fixture.probe->findings[0].evidence[0].text, "$a: aaaa");
	assert_int_equal(fixture.probe->findings[0].evidence[0].length, 20);
	yara_close(&fixture);
}

static void private_rules_stay_silent_and_global_ones_hold_the_others_back(void **state)
{
	struct yara_fixture fixture;
	struct assay_object small = yara_text("abc", "a.txt");
	struct assay_object large = yara_text("abc and more than that", "a.txt");
	(void)state;

	yara_open(&fixture, "global private rule small { condition: filesize < 10 }\n"
			    "private rule helper { strings: $a = \"abc\" condition: $a }\n"
			    "rule shown { condition: helper }");
	yara_run(&fixture, &small);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_true(probe_has(fixture.probe, "yara.shown"));
	yara_run(&fixture, &large);
	assert_int_equal(fixture.probe->finding_count, 0);
	yara_close(&fixture);
}

/* Every row becomes a rule; all of them must match the one object. */
static void all_externals_have_their_values(void **state)
{
	static const char *const conditions[] = {
		"filename == \"Invoice.JS\"",
		"filepath == \"2/a.zip/Invoice.JS\"",
		"extension == \".js\"",
		"filetype == \"JS\"",
		"file_type == \"js\"",
		"owner == \"\"",
		"VBA == 1",
		"assay_mime == \"text/javascript\"",
		"assay_declared_mime == \"application/pdf\"",
		"assay_class == \"script\"",
		"assay_depth == 3",
		"assay_index == 7",
		"assay_size == 3",
		"assay_encrypted",
		"assay_inline",
		"assay_signed",
		"assay_scope == \"file\"",
		"assay_via == \"vba\"",
		"assay_parent_type == \"ZIP\"",
		"mail_from == \"a@Example.ORG\"",
		"mail_from_domain == \"example.org\"",
		"mail_rcpt_domain == \"example.net\"",
		"mail_subject == \"hello\"",
		"mail_helo == \"mx\"",
		"mail_ip == \"192.0.2.1\"",
		"mail_direction == \"inbound\"",
		"mail_dkim == \"none\"",
		"mail_smime == \"pass\"",
		"mail_attachments == 4",
	};
	static const char *const rcpt[] = {"b@example.net"};
	const struct assay_envelope envelope = {
		.client = "192.0.2.1",
		.helo = "mx",
		.mail_from = "a@Example.ORG",
		.rcpt_to = rcpt,
		.rcpt_count = 1,
		.direction = "inbound",
	};
	const struct assay_message message = {
		.envelope = &envelope,
		.subject = "hello",
		.from = "c@example.com",
		.attachments = 4,
		.smime = "pass",
	};
	struct assay_object parent = yara_text("", "a.zip");
	struct assay_object object = yara_text("abc", "dir/sub\\Invoice.JS");
	char rules[8192] = "";
	struct yara_fixture fixture;
	(void)state;

	parent.type_name = "ZIP";
	object.path = "2/a.zip/Invoice.JS";
	object.extension = ".js";
	object.declared = "application/pdf";
	object.type = "text/javascript";
	object.type_name = "JS";
	object.type_class = ASSAY_CLASS_SCRIPT;
	object.origin = ASSAY_ORIGIN_MEMBER;
	object.via = "vba";
	object.depth = 3;
	object.index = 7;
	object.parent = &parent;
	object.message = &message;
	object.flags = ASSAY_FLAG_ENCRYPTED | ASSAY_FLAG_INLINE | ASSAY_FLAG_SIGNED;
	for (size_t i = 0; i < COUNT(conditions); i++)
		snprintf(rules + strlen(rules), sizeof(rules) - strlen(rules),
			 "rule r%zu { condition: %s }\n", i, conditions[i]);
	yara_open(&fixture, rules);
	yara_run(&fixture, &object);
	for (size_t i = 0; i < COUNT(conditions); i++) {
		char code[32];

		print_message("case: %s\n", conditions[i]);
		snprintf(code, sizeof(code), "yara.r%zu", i);
		assert_true(probe_has(fixture.probe, code));
	}
	yara_close(&fixture);
}

static void a_rule_sees_how_the_message_is_signed(void **state)
{
	static const char *const words[] = {"none", "pass", "fail"};
	struct assay_message message = {.subject = "", .from = "", .message_id = ""};
	struct assay_object object = yara_text("abc", "a.txt");
	struct yara_fixture fixture;
	(void)state;

	object.message = &message;
	yara_open(&fixture, "rule is_none { condition: mail_smime == \"none\" }\n"
			    "rule is_pass { condition: mail_smime == \"pass\" }\n"
			    "rule is_fail { condition: mail_smime == \"fail\" }\n");
	for (size_t i = 0; i < COUNT(words); i++) {
		char code[32];

		message.smime = words[i];
		yara_run(&fixture, &object);
		assert_int_equal(fixture.probe->finding_count, 1);
		snprintf(code, sizeof(code), "yara.is_%s", words[i]);
		assert_true(probe_has(fixture.probe, code));
	}
	yara_close(&fixture);
}

static void no_value_of_the_object_before_is_left(void **state)
{
	struct assay_object first = yara_text("abc", "bad.js");
	struct assay_object second = yara_text("abc", NULL);
	struct yara_fixture fixture;
	(void)state;

	first.via = "vba";
	yara_open(&fixture, "rule r { condition: filename == \"bad.js\" or VBA == 1 }");
	yara_run(&fixture, &first);
	assert_int_equal(fixture.probe->finding_count, 1);
	yara_run(&fixture, &second);
	assert_int_equal(fixture.probe->finding_count, 0);
	yara_close(&fixture);
}

static void text_of_another_charset_is_scanned_as_utf8_once(void **state)
{
	static const unsigned char utf16[] = {'a', 0, 'b', 0, 'c', 0};
	struct assay_object object = yara_text("", "a.txt");
	struct yara_fixture fixture;
	(void)state;

	object.data = as_span_make(utf16, sizeof(utf16));
	object.text = as_span_text("abc");
	yara_open(&fixture, "rule narrow { strings: $a = \"abc\" condition: $a }\n"
			    "rule both { strings: $a = \"abc\" ascii wide condition: $a }");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->finding_count, 2);
	assert_string_equal(fixture.probe->findings[0].code, "yara.both");
	assert_string_equal(fixture.probe->findings[1].code, "yara.narrow");
	assert_string_equal(fixture.probe->findings[1].evidence[0].text,
			    "$a at 0 of the text: abc");
	yara_close(&fixture);
}

static void objects_above_the_size_limit_are_reported(void **state)
{
	size_t size = (1u << 20) + 1;
	unsigned char *octets = calloc(1, size);
	struct assay_object object = yara_text("", "a.bin");
	struct yara_fixture fixture;
	(void)state;

	assert_non_null(octets);
	yara_open_with(&fixture, "rule r { condition: true }", "rules", "max_size_mib", "1");
	object.data = as_span_make(octets, size);
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_true(probe_has(fixture.probe, "limit.bytes"));
	object.data.size--;
	yara_run(&fixture, &object);
	assert_true(probe_has(fixture.probe, "yara.r"));
	free(octets);
	yara_close(&fixture);
}

static void empty_and_tiny_objects_are_scanned(void **state)
{
	struct assay_object object = yara_text("", "a.txt");
	struct yara_fixture fixture;
	(void)state;

	object.data = as_span_make(NULL, 0);
	yara_open(&fixture,
		  "rule none_at_all { condition: filesize == 0 and filename == \"a.txt\" }\n"
		  "rule one { condition: filesize == 1 }");
	yara_run(&fixture, &object);
	assert_true(probe_has(fixture.probe, "yara.none_at_all"));
	object.data = as_span_text("x");
	yara_run(&fixture, &object);
	assert_true(probe_has(fixture.probe, "yara.one"));
	yara_close(&fixture);
}

static void a_scan_out_of_time_is_reported(void **state)
{
	/* Nested loops without a hit: minutes of work, stopped by the limit of
	 * one second. */
	static const char rules[] =
		"rule slow { condition: for all i in (0..100000) : (for all j in (0..100000) : "
		"(i + j + uint8(0) >= 0)) }";
	struct assay_object object = yara_text("abc", "a.txt");
	struct yara_fixture fixture;
	(void)state;

	yara_open_with(&fixture, rules, "rules", "timeout_s", "1");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_true(probe_has(fixture.probe, "scan.timeout"));
	yara_close(&fixture);
}

static void the_canary_is_found_and_nothing_like_it(void **state)
{
	const struct assay_canary *canary;
	struct assay_object object;
	struct yara_fixture fixture;
	char longer[256];
	(void)state;

	yara_open(&fixture, "");
	assert_int_equal(fixture.rc, 0);
	assert_int_equal(assay_plugin.canaries(fixture.probe->state, &canary), 1);
	object = probe_object(canary->data, canary->name, canary->declared);
	object.type = canary->type.mime;
	object.type_name = canary->type.name;
	object.type_class = canary->type.type_class;
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_string_equal(fixture.probe->findings[0].code, canary->code);
	snprintf(longer, sizeof(longer), "%.*s.", (int)canary->data.size,
		 (const char *)canary->data.data);
	object.data = as_span_text(longer);
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->finding_count, 0);
	yara_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_match_is_reported_with_rule_and_description),
		cmocka_unit_test(evidence_names_string_offset_and_escaped_octets),
		cmocka_unit_test(evidence_can_be_switched_off_and_leaves_out_private_strings),
		cmocka_unit_test(evidence_is_cut_at_the_configured_length),
		cmocka_unit_test(private_rules_stay_silent_and_global_ones_hold_the_others_back),
		cmocka_unit_test(all_externals_have_their_values),
		cmocka_unit_test(a_rule_sees_how_the_message_is_signed),
		cmocka_unit_test(no_value_of_the_object_before_is_left),
		cmocka_unit_test(text_of_another_charset_is_scanned_as_utf8_once),
		cmocka_unit_test(objects_above_the_size_limit_are_reported),
		cmocka_unit_test(empty_and_tiny_objects_are_scanned),
		cmocka_unit_test(a_scan_out_of_time_is_reported),
		cmocka_unit_test(the_canary_is_found_and_nothing_like_it),
	};

	return cmocka_run_group_tests_name("yara", tests, NULL, NULL);
}
