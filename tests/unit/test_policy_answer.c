/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer.h"

#include "test_inspect_fixture.h"

#include <jansson.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ID	     "01JD0000000000000000000000"

static struct fixture fixture;
static struct as_trust *trust;
static struct as_arena arena;
static struct as_buffer packed;
static struct as_answer answer;
static bool plugged;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	fixture.engine.trust = trust;
	plugged = false;
	as_arena_init(&arena, 1u << 22);
	as_buffer_init(&packed, 0);
	return 0;
}

static int open_trust(void **state)
{
	const struct as_smime_settings settings = {.enabled = true};
	struct as_error error;
	(void)state;

	return as_trust_open(&settings, &trust, &error);
}

static int close_trust(void **state)
{
	(void)state;
	as_trust_close(trust);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	as_arena_deinit(&arena);
	as_buffer_deinit(&packed);
	return 0;
}

/* What a test's plugin reports of everything with a name. */
static struct assay_finding reported[4];
static size_t reported_count;

static int reports(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	for (size_t i = 0; i < reported_count && object->name_count > 0; i++)
		host->report(scan, object, &reported[i]);
	return 0;
}

static int names_types(struct fake *fake, struct assay_scan *scan,
		       const struct assay_object *object, enum assay_phase phase)
{
	const struct assay_type zip = {.mime = "application/zip",
				       .name = "ZIP",
				       .type_class = ASSAY_CLASS_ARCHIVE,
				       .confidence = 100};
	(void)fake;
	(void)phase;

	return strcmp(object->extension, ".zip") == 0 ? host->set_type(scan, object, &zip) : 0;
}

#define MESSAGE(name)                                                                              \
	"Subject: x\r\nMessage-ID: <\"a\\b\"@example.org>\r\n"                                     \
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n--b\r\n"              \
	"Content-Disposition: attachment; filename=\"" name "\"\r\n\r\nx\r\n--b--\r\n"

static void answer_to(const struct as_verdict_request *request)
{
	struct as_verdict_summary summary;
	struct as_buffer json;

	as_buffer_init(&json, 0);
	assert_int_equal(as_verdict_render(request, &json, &summary), 0);
	as_buffer_deinit(&json);
	const struct as_answer_request own = {.verdict = request,
					      .action = (enum assay_action)summary.action,
					      .complete = summary.complete != 0};

	as_buffer_clear(&packed);
	assert_int_equal(as_answer_render(&own, &packed), 0);
	assert_int_equal(as_answer_unpack(&arena, as_buffer_span(&packed), &answer), 0);
}

static void render(const char *message, const struct as_policy *policy)
{
	const struct as_verdict_request request = {
		.scan = NULL,
		.source = {.id = ID, .file = ""},
		.policy = policy != NULL ? policy : as_policy_builtin(),
		.generation = 3,
		.us = 1234,
	};
	struct as_verdict_request own = request;

	if (!plugged) {
		plugged = true;
		fixture_add(&fixture, "types", ASSAY_IDENTIFY, 0, names_types);
		fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, reports);
	}
	fixture_message(&fixture, message);
	own.scan = fixture.scan;
	answer_to(&own);
}

static void report_codes(const char *first, const char *second)
{
	reported[0] = (struct assay_finding){.code = first};
	reported[1] = (struct assay_finding){.code = second};
	reported_count = second != NULL ? 2 : first != NULL ? 1 : 0;
}

static const char *field(const char *name)
{
	for (size_t i = 0; i < answer.edit_count; i++)
		if (strcmp(answer.edits[i].name, name) == 0)
			return answer.edits[i].value;
	return NULL;
}

static void a_clean_message_has_nothing_to_tell(void **state)
{
	(void)state;
	report_codes(NULL, NULL);
	render(MESSAGE("a.txt"), NULL);
	assert_int_equal(answer.action, ASSAY_ACTION_ACCEPT);
	assert_true(answer.complete);
	assert_false(answer.found);
	assert_string_equal(answer.reason, "");
	assert_string_equal(answer.name, "");
	assert_string_equal(answer.incomplete, "");
	assert_string_equal(answer.reply, "Message accepted (" ID ")");
	assert_int_equal(answer.code_count, 0);
	assert_int_equal(answer.body_offset, UINT64_MAX);
	assert_int_equal(answer.us, 1234);
	assert_string_equal(field("Assay-Verdict"),
			    "action=accept; complete=yes;\n id=" ID "; generation=3");
	assert_string_equal(field("Assay-SMIME"), "none");
	assert_string_equal(field("Authentication-Results"), "%s; smime=none");
	assert_string_equal(answer.edits[0].name, "Authentication-Results");
}

static void a_refused_message_says_why_and_where(void **state)
{
	(void)state;
	report_codes("malware.eicar", "type.mismatch");
	render(MESSAGE("a \\\"b\xc3\xa4.com"), NULL);
	assert_int_equal(answer.action, ASSAY_ACTION_REJECT);
	assert_true(answer.found);
	assert_string_equal(answer.reason, "malware.eicar at 2/a \"b\xc3\xa4.com");
	assert_string_equal(answer.reply,
			    "Message refused: malware.eicar at 2/a \"b?.com (" ID ")");
	assert_string_equal(answer.name, "malware.eicar");
	assert_int_equal(answer.code_count, 2);
	assert_string_equal(answer.codes[0], "malware.eicar");
	assert_int_equal(answer.severities[0], ASSAY_CRITICAL);
	assert_int_equal(answer.code_counts[1], 1);
	assert_string_equal(field("Assay-Verdict"), "action=reject; complete=yes;\n"
						    " reason=\"malware.eicar at 2/a \\\"b?.com\";\n"
						    " findings=\"malware.eicar\n type.mismatch\";\n"
						    " id=" ID "; generation=3");
}

static void an_own_text_replaces_ours_where_mail_is_kept_from_people(void **state)
{
	static const struct {
		const char *reply, *code, *expected;
	} cases[] = {
		{"No: {reason}. Call 100% {id}", "malware.eicar",
		 "No: malware.eicar at 2/a.com. Call 100% " ID},
		{"Nein, \xc3\xbc {unknown} {", "malware.eicar", "Nein, ? {unknown} {"},
		{"{reason}", "type.executable.pe", "type.executable.pe at 2/a.com"},
		{"not for this", "pdf.javascript",
		 "Message accepted and marked: pdf.javascript at 2/a.com (" ID ")"},
		{"", "malware.eicar", "Message refused: malware.eicar at 2/a.com (" ID ")"},
	};
	struct as_policy policy = *as_policy_builtin();
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].reply);
		policy.reply = cases[i].reply;
		report_codes(cases[i].code, NULL);
		render(MESSAGE("a.com"), &policy);
		assert_string_equal(answer.reply, cases[i].expected);
	}
}

static void clients_of_clamd_get_the_names_they_know(void **state)
{
	static const struct {
		const char *code, *file, *name;
		bool found, complete;
	} cases[] = {
		{"malware.Win.Test-1", "a.exe", "malware.Win.Test-1", true, true},
		{"yara.Bad_One", "a.exe", "", false, true},
		{"archive.encrypted", "a.zip", "Heuristics.Encrypted.Zip", true, false},
		{"archive.encrypted", "a.arj", "Heuristics.Encrypted.Archive", true, false},
		{"office.encrypted", "a.doc", "Heuristics.Encrypted.Office", true, false},
		{"pdf.encrypted", "a.pdf", "Heuristics.Encrypted.PDF", true, false},
		{"office.macro.vba_autoexec", "a.doc", "Heuristics.OLE2.ContainsMacros.VBA", true,
		 true},
		{"office.macro.xlm", "a.xls", "Heuristics.OLE2.ContainsMacros.XLM", true, true},
		{"limit.bytes", "a", "Heuristics.Limits.Exceeded.MaxScanSize", false, false},
		{"limit.depth", "a", "Heuristics.Limits.Exceeded.MaxRecursion", false, false},
		{"limit.objects", "a", "Heuristics.Limits.Exceeded.MaxFiles", false, false},
		{"limit.time", "a", "Heuristics.Limits.Exceeded.MaxScanTime", false, false},
		{"bomb.ratio", "a", "Heuristics.Limits.Exceeded.MaxScanSize", true, false},
		{"scan.plugin_failed", "a", "Heuristics.Assay.PluginFailed", false, false},
		{"archive.malformed", "a", "archive.malformed", false, false},
		{"type.executable.pe", "a", "type.executable.pe", true, true},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		char message[1024];

		print_message("case: %s %s\n", cases[i].code, cases[i].file);
		snprintf(message, sizeof(message), "%.*s%s%s",
			 (int)(strstr(MESSAGE("@"), "@\"") - MESSAGE("@")), MESSAGE("@"),
			 cases[i].file, strstr(MESSAGE("@"), "@\"") + 1);
		report_codes(cases[i].code, NULL);
		render(message, NULL);
		assert_string_equal(answer.name, cases[i].name);
		assert_int_equal(answer.found, cases[i].found);
		assert_int_equal(answer.complete, cases[i].complete);
	}
}

static void what_was_found_is_the_name_and_not_what_is_missing(void **state)
{
	struct as_policy policy = *as_policy_builtin();
	(void)state;

	policy.incomplete = ASSAY_ACTION_TEMPFAIL;
	report_codes("limit.bytes", "type.executable.pe");
	render(MESSAGE("a.exe"), &policy);
	assert_int_equal(answer.action, ASSAY_ACTION_TEMPFAIL);
	assert_true(answer.found);
	assert_string_equal(answer.name, "type.executable.pe");
	assert_string_equal(answer.reason, "limit.bytes at 2/a.exe");
	assert_string_equal(answer.incomplete,
			    "limit.bytes at 2/a.exe: The limit of unpacked octets was reached.");
}

static void what_policy_accepts_is_named_when_it_was_not_inspected(void **state)
{
	static const struct as_policy_rule rules[] = {{"archive.encrypted", ASSAY_ACTION_ACCEPT}};
	struct as_policy policy = *as_policy_builtin();
	(void)state;

	policy.rules = rules;
	policy.rule_count = COUNT(rules);
	policy.incomplete = ASSAY_ACTION_ACCEPT;
	report_codes("archive.encrypted", NULL);
	render(MESSAGE("a.zip"), &policy);
	assert_int_equal(answer.action, ASSAY_ACTION_ACCEPT);
	assert_false(answer.complete);
	assert_false(answer.found);
	assert_string_equal(answer.name, "Heuristics.Encrypted.Zip");
}

static void the_longest_texts_are_cut_and_keep_the_id(void **state)
{
	char code[8 + 200 + 1], name[300], message[1024];
	(void)state;

	memset(code, 'x', sizeof(code));
	memcpy(code, "malware.", 8);
	code[sizeof(code) - 1] = '\0';
	memset(name, 'y', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	snprintf(message, sizeof(message),
		 "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		 "Content-Disposition: attachment; filename=\"%s\"\r\n\r\nx\r\n--b--\r\n",
		 name);
	report_codes(code, NULL);
	render(message, NULL);
	assert_in_range(strlen(answer.reason), 400, AS_ANSWER_TEXT_MAX);
	assert_in_range(strlen(answer.reply), 300, AS_ANSWER_REPLY_MAX);
	assert_non_null(strstr(answer.reply, "yyy... (" ID ")"));
	assert_string_equal(answer.name, code);
}

static void smime_is_told_of_the_message_itself(void **state)
{
	static const struct {
		const char *name, *message, *smime, *results;
	} cases[] = {
		{"clear",
		 "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; "
		 "boundary=b\r\n\r\n--b\r\n\r\nbody\r\n--b\r\n"
		 "Content-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--\r\n",
		 "malformed", "%s; smime=permerror"},
		{"opaque", "Content-Type: application/x-pkcs7-mime\r\n\r\nx\r\n", "malformed",
		 "%s; smime=permerror"},
		{"in a list's mail",
		 "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
		 "Content-Type: application/pkcs7-mime\r\n\r\nx\r\n--b--\r\n",
		 "malformed", "%s; smime=permerror"},
		{"OpenPGP",
		 "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n--b\r\n"
		 "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
		 "none", "%s; smime=none"},
		{"of a forwarded message",
		 "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		 "Content-Type: message/rfc822\r\n\r\n"
		 "Content-Type: application/pkcs7-mime\r\n\r\nx\r\n--b--\r\n",
		 "none", "%s; smime=none"},
	};
	(void)state;

	report_codes(NULL, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		render(cases[i].message, NULL);
		assert_string_equal(field("Assay-SMIME"), cases[i].smime);
		assert_int_equal(strncmp(field("Authentication-Results"), cases[i].results,
					 strlen(cases[i].results)),
				 0);
	}
}

/* A client that knows no actions asks only whether something was found. */
static void a_broken_rule_is_what_was_found(void **state)
{
	static const struct assay_object named = {.path = "the bank signs"};
	const struct as_smime_rule rule = {
		.require = AS_FACT_SIGNED,
		.action = ASSAY_ACTION_REJECT,
		.finding = {.code = "policy.smime",
			    .info = as_code_find("policy.smime"),
			    .severity = ASSAY_MEDIUM,
			    .text = named.path,
			    .plugin = "",
			    .object = &named},
	};
	const struct as_smime_rule *const rules[] = {&rule};
	struct as_policy policy = *as_policy_builtin();
	(void)state;

	policy.smime_rules = rules;
	policy.smime_rule_count = 1;
	report_codes(NULL, NULL);
	render(MESSAGE("a.txt"), &policy);
	assert_int_equal(answer.action, ASSAY_ACTION_REJECT);
	assert_true(answer.found);
	assert_string_equal(answer.name, "policy.smime");
	assert_string_equal(answer.reason, "policy.smime at the bank signs");
	assert_string_equal(answer.reply,
			    "Message refused: policy.smime at the bank signs (" ID ")");
}

static void deep_parts_do_not_make_lines_too_long(void **state)
{
	struct as_buffer message;
	(void)state;

	as_buffer_init(&message, 0);
	for (unsigned int i = 0; i < 400; i++)
		as_buffer_printf(&message,
				 "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n--b%u\r\n", i,
				 i);
	as_buffer_text(&message, "Content-Type: application/pkcs7-mime\r\n\r\nx\r\n");
	as_buffer_byte(&message, 0);
	fixture.engine.settings.limits.mime_depth = 500;
	fixture.engine.settings.limits.delimiter_lines = 100000;
	report_codes(NULL, NULL);
	render((const char *)message.data, NULL);
	assert_string_equal(field("Assay-SMIME"), "malformed");
	assert_string_equal(field("Authentication-Results"),
			    "%s; smime=permerror reason=\"malformed\"");
	as_buffer_deinit(&message);
}

static void a_bare_file_has_no_header(void **state)
{
	struct as_verdict_request request = {.source = {.id = ID, .file = "a.exe"},
					     .policy = as_policy_builtin()};
	(void)state;

	report_codes("malware.eicar", NULL);
	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, reports);
	fixture_file(&fixture, "a.exe", as_span_text("x"));
	request.scan = fixture.scan;
	answer_to(&request);
	assert_int_equal(answer.edit_count, 0);
	assert_string_equal(answer.reason, "malware.eicar at a.exe");
}

static void recipients_have_their_own_actions(void **state)
{
	static const char *const vip[] = {"@vip.example"};
	static const struct as_policy_rule rules[] = {{"malware.*", ASSAY_ACTION_TAG}};
	const char *const to[] = {"a@vip.example", "b@other.example"};
	struct as_policy policies[1] = {*as_policy_builtin()};
	struct as_verdict_request request = {.source = {.id = ID, .file = ""},
					     .policies = policies,
					     .policy_count = 1,
					     .policy = as_policy_builtin()};
	(void)state;

	policies[0].name = "vip";
	policies[0].recipients = vip;
	policies[0].recipient_count = 1;
	policies[0].rules = rules;
	policies[0].rule_count = 1;
	fixture.envelope.rcpt_to = to;
	fixture.envelope.rcpt_count = COUNT(to);
	report_codes("malware.eicar", NULL);
	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, reports);
	fixture_message(&fixture, MESSAGE("a.com"));
	request.scan = fixture.scan;
	answer_to(&request);
	assert_int_equal(answer.recipient_count, 2);
	assert_int_equal(answer.recipients[0], ASSAY_ACTION_TAG);
	assert_int_equal(answer.recipients[1], ASSAY_ACTION_REJECT);
	assert_int_equal(answer.action, ASSAY_ACTION_REJECT);
}

static void too_many_recipients_keep_the_inspection_from_being_complete(void **state)
{
	const char *const to[] = {"a@b", "c@d", "e@f"};
	(void)state;

	report_codes(NULL, NULL);
	fixture.envelope.rcpt_to = to;
	fixture.engine.settings.limits.recipients = 2;
	for (size_t count = 2; count <= 3; count++) {
		fixture.envelope.rcpt_count = count;
		render(MESSAGE("a.txt"), NULL);
		assert_int_equal(count_findings(&fixture, "limit.recipients"), count - 2);
		assert_int_equal(answer.complete, count == 2);
		assert_int_equal(answer.recipient_count, count);
	}
	assert_string_equal(answer.incomplete,
			    "limit.recipients: The message has 3 recipients, more than 2.");
}

static void each_code_is_told_once_with_its_number(void **state)
{
	struct as_buffer message;
	(void)state;

	as_buffer_init(&message, 0);
	as_buffer_text(&message, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
	for (unsigned int i = 0; i < 5; i++)
		as_buffer_printf(&message, "--b\r\nContent-Type: a/b; name=%u.a\r\n\r\n%u\r\n", i,
				 i);
	as_buffer_text(&message, "--b--\r\n");
	as_buffer_byte(&message, 0);
	report_codes("type.mismatch", "malware.eicar");
	render((const char *)message.data, NULL);
	assert_int_equal(answer.code_count, 2);
	assert_string_equal(answer.codes[0], "malware.eicar");
	assert_int_equal(answer.code_counts[0], 5);
	assert_string_equal(answer.codes[1], "type.mismatch");
	assert_int_equal(answer.severities[1], ASSAY_INFO);
	as_buffer_deinit(&message);
}

static int reports_many(struct fake *fake, struct assay_scan *scan,
			const struct assay_object *object, enum assay_phase phase)
{
	char code[32];
	(void)fake;
	(void)phase;

	for (unsigned int i = 0; i < AS_ANSWER_CODES_MAX + 6; i++) {
		const struct assay_finding finding = {
			.code = code, .severity = i == 69 ? ASSAY_CRITICAL : ASSAY_LOW};

		snprintf(code, sizeof(code), "yara.r%u", i);
		host->report(scan, object, &finding);
	}
	return 0;
}

static void of_too_many_codes_the_gravest_are_told(void **state)
{
	(void)state;
	report_codes(NULL, NULL);
	fixture_add(&fixture, "many", ASSAY_JUDGE, 0, reports_many);
	render("Subject: x\r\n\r\nbody\r\n", NULL);
	assert_int_equal(answer.code_count, AS_ANSWER_CODES_MAX);
	assert_string_equal(answer.codes[0], "yara.r69");
	assert_non_null(strstr(field("Assay-Verdict"), "findings=\"yara.r69\n yara.r0\n"));
	assert_null(strstr(field("Assay-Verdict"), "yara.r28"));
}

static void the_log_is_members_of_a_json_object(void **state)
{
	char text[AS_ANSWER_LOG_MAX + 16];
	json_t *root;
	(void)state;

	report_codes("malware.eicar", NULL);
	render(MESSAGE("a.com"), NULL);
	snprintf(text, sizeof(text), "{\"x\":1%s}", answer.log);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(root, "findings")), 1);
	assert_int_equal(json_integer_value(json_object_get(root, "us")), 1234);
	assert_string_equal(json_string_value(json_object_get(root, "message_id")),
			    "<\"a\\b\"@example.org>");
	assert_true(json_is_object(json_object_get(root, "plugins_us")));
	json_decref(root);
}

static void a_failed_inspection_is_an_answer_too(void **state)
{
	static const struct {
		const char *code, *name;
	} cases[] = {
		{"scan.worker_crashed", "Heuristics.Assay.WorkerCrashed"},
		{"scan.timeout", "Heuristics.Assay.Timeout"},
		{"scan.unscannable", "Heuristics.Assay.Unscannable"},
	};
	const char *const to[] = {"a@b", "c@d"};
	const struct assay_envelope envelope = {.rcpt_to = to, .rcpt_count = 2};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_verdict_failure failure = {
			.source = {.id = ID, .file = ""},
			.envelope = i == 0 ? NULL : &envelope,
			.policy = as_policy_builtin(),
			.code = cases[i].code,
			.text = "in \"clamav\"\n",
		};

		print_message("case: %s\n", cases[i].code);
		as_buffer_clear(&packed);
		assert_int_equal(as_answer_fail(&failure, ASSAY_ACTION_QUARANTINE, &packed), 0);
		assert_int_equal(as_answer_unpack(&arena, as_buffer_span(&packed), &answer), 0);
		assert_false(answer.complete);
		assert_false(answer.found);
		assert_string_equal(answer.name, cases[i].name);
		assert_int_equal(answer.recipient_count, i == 0 ? 0 : 2);
		assert_non_null(strstr(answer.incomplete, ": in \"clamav\"\\x0a"));
		assert_string_equal(answer.reason, cases[i].code);
		assert_string_equal(field("Assay-SMIME"), "unknown");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_clean_message_has_nothing_to_tell),
		TEST(a_refused_message_says_why_and_where),
		TEST(an_own_text_replaces_ours_where_mail_is_kept_from_people),
		TEST(clients_of_clamd_get_the_names_they_know),
		TEST(what_was_found_is_the_name_and_not_what_is_missing),
		TEST(what_policy_accepts_is_named_when_it_was_not_inspected),
		TEST(the_longest_texts_are_cut_and_keep_the_id),
		TEST(smime_is_told_of_the_message_itself),
		TEST(a_broken_rule_is_what_was_found),
		TEST(deep_parts_do_not_make_lines_too_long),
		TEST(a_bare_file_has_no_header),
		TEST(recipients_have_their_own_actions),
		TEST(too_many_recipients_keep_the_inspection_from_being_complete),
		TEST(each_code_is_told_once_with_its_number),
		TEST(of_too_many_codes_the_gravest_are_told),
		TEST(the_log_is_members_of_a_json_object),
		TEST(a_failed_inspection_is_an_answer_too),
	};
	return cmocka_run_group_tests_name("policy answer", tests, open_trust, close_trust);
}
