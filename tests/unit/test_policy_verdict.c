/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/verdict.h"

#include "inspect/words.h"
#include "mime/clients.h"
#include "test_inspect_fixture.h"

#include <jansson.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct fixture fixture;
static struct as_buffer text;
static struct as_verdict_summary summary;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	as_buffer_init(&text, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	as_buffer_deinit(&text);
	return 0;
}

static json_t *parse(void)
{
	json_t *root;

	root = json_loadb((const char *)text.data, text.size,
			  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	assert_non_null(root);
	assert_null(memchr(text.data, '\n', text.size));
	return root;
}

static json_t *render(const struct as_policy *policies, size_t count)
{
	const struct as_verdict_request request = {
		.scan = fixture.scan,
		.source = {.id = "01ID", .file = "a.mbox", .index = 3, .offset = 77, .size = 99},
		.policies = policies,
		.policy_count = count,
		.policy = as_policy_builtin(),
		.generation = 5,
		.us = 1234,
		.detail = fixture.detail,
	};

	as_buffer_clear(&text);
	assert_int_equal(as_verdict_render(&request, &text, &summary), 0);
	return parse();
}

static const char *string_at(const json_t *root, const char *key)
{
	return json_string_value(json_object_get(root, key));
}

/* Keys of an object in their order, with a blank behind each. */
static const char *keys_of(json_t *object)
{
	static char keys[512];
	size_t used = 0;

	for (void *i = json_object_iter(object); i != NULL; i = json_object_iter_next(object, i))
		used += (size_t)snprintf(keys + used, sizeof(keys) - used, "%s ",
					 json_object_iter_key(i));
	return keys;
}

static int judges(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		  enum assay_phase phase)
{
	const struct assay_evidence evidence = {.offset = 1, .length = 2, .text = "\"\\\n"};
	const struct assay_finding finding = {.code = "malware.test",
					      .text = "a \"quote\"\n",
					      .evidence = &evidence,
					      .evidence_count = 1};
	(void)fake;
	(void)phase;

	say(scan, object, "type.mismatch");
	if (object->name_count > 0)
		host->report(scan, object, &finding);
	return 0;
}

static const char hostile[] =
	"From: \"a\\\"b\" <a@example.org>\r\nSubject: =?utf-8?q?=22=5C=00=1B=FF?= \xff\xfe\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n--b\r\n"
	"Content-Disposition: attachment; filename=\"q\\\"\\\\\x01\xe2\x80\xae.exe\"\r\n\r\nx\r\n"
	"--b--\r\n";

static void keys_come_in_the_order_of_the_schema(void **state)
{
	static const char *const expected[][2] = {
		{"source", "file index offset size "},
		{"envelope", "client helo mail_from rcpt_to queue_id client_name tls auth_user "
			     "direction "},
		{"message", "sha256 message_id subject from date "},
		{"cost", "us objects bytes cache_hits plugins_us "},
		{"generation", "id plugins "},
	};
	const char *const to[] = {"b@example.org"};
	json_t *root;
	(void)state;

	fixture.envelope.rcpt_to = to;
	fixture.envelope.rcpt_count = 1;
	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_message(&fixture, hostile);
	root = render(NULL, 0);
	assert_string_equal(keys_of(root),
			    "schema id source envelope message action reason recipients complete "
			    "incomplete findings objects smime cost generation ");
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_string_equal(keys_of(json_object_get(root, expected[i][0])), expected[i][1]);
	assert_string_equal(keys_of(json_array_get(json_object_get(root, "findings"), 0)),
			    "code severity path plugin text evidence action ");
	assert_string_equal(keys_of(json_array_get(json_object_get(root, "objects"), 0)),
			    "path origin names declared type class size sha256 flags ");
	assert_string_equal(keys_of(json_array_get(json_object_get(root, "recipients"), 0)),
			    "address action policy ");
	assert_string_equal(string_at(root, "reason"), "malware.test at 2/q\"\\\\x01\\u{202e}.exe");
	json_decref(root);
}

static void hostile_text_makes_valid_json_and_stays_itself(void **state)
{
	json_t *root, *object, *finding;
	(void)state;

	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_message(&fixture, hostile);
	root = render(NULL, 0);
	object = json_array_get(json_object_get(root, "objects"), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(object, "names"), 0)),
			    "q\"\\\x01\xe2\x80\xae.exe");
	finding = json_array_get(json_object_get(root, "findings"), 1);
	assert_string_equal(string_at(finding, "code"), "malware.test");
	assert_string_equal(string_at(finding, "text"), "a \"quote\"\\x0a");
	assert_string_equal(string_at(finding, "action"), "reject");
	assert_int_equal(summary.action, ASSAY_ACTION_REJECT);
	assert_int_equal(summary.complete, 1);
	assert_int_equal(summary.finding_count, json_array_size(json_object_get(root, "findings")));
	json_decref(root);
}

static void equal_input_gives_equal_octets(void **state)
{
	struct as_buffer first;
	(void)state;

	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_add(&fixture, "two", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_message(&fixture, hostile);
	json_decref(render(NULL, 0));
	as_buffer_init(&first, 0);
	as_buffer_append(&first, text.data, text.size);
	fixture_message(&fixture, hostile);
	json_decref(render(NULL, 0));
	assert_true(as_span_equal(as_buffer_span(&first), as_buffer_span(&text)));
	as_buffer_deinit(&first);
}

static void findings_are_sorted_by_path_then_code(void **state)
{
	json_t *root, *list, *one;
	char last[256] = "";
	size_t i;
	(void)state;

	fixture_add(&fixture, "two", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_message(&fixture, hostile);
	root = render(NULL, 0);
	list = json_object_get(root, "findings");
	assert_in_range(json_array_size(list), 6, 12);
	json_array_foreach (list, i, one) {
		char now[256];

		snprintf(now, sizeof(now), "%s\n%s\n%s", string_at(one, "path"),
			 string_at(one, "code"), string_at(one, "plugin"));
		assert_true(strcmp(last, now) <= 0);
		memcpy(last, now, sizeof(last));
	}
	json_decref(root);
}

static void each_recipient_gets_its_policy_and_the_message_the_strictest(void **state)
{
	static const char *const vip[] = {"@vip.example"};
	static const struct as_policy_rule rules[] = {{"type.mismatch", ASSAY_ACTION_DISCARD}};
	const char *const to[] = {"a@other.example", "b@vip.example", "c@other.example"};
	struct as_policy strict = *as_policy_builtin();
	json_t *root, *list;
	(void)state;

	strict.name = "vip";
	strict.recipients = vip;
	strict.recipient_count = 1;
	strict.rules = rules;
	strict.rule_count = 1;
	fixture.envelope.rcpt_to = to;
	fixture.envelope.rcpt_count = COUNT(to);
	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, judges);
	fixture_message(&fixture, "Subject: x\r\n\r\nbody\r\n");
	root = render(&strict, 1);
	list = json_object_get(root, "recipients");
	assert_string_equal(string_at(json_array_get(list, 0), "action"), "accept");
	assert_string_equal(string_at(json_array_get(list, 1), "action"), "discard");
	assert_string_equal(string_at(json_array_get(list, 1), "policy"), "vip");
	assert_string_equal(string_at(json_array_get(list, 2), "policy"), "default");
	assert_string_equal(string_at(root, "action"), "discard");
	/* The reason belongs to the action that is shown. */
	assert_string_equal(string_at(root, "reason"), "type.mismatch at 1");
	assert_int_equal(summary.action, ASSAY_ACTION_DISCARD);
	json_decref(root);
}

static void what_is_known_of_the_envelope_is_shown(void **state)
{
	json_t *root, *envelope;
	(void)state;

	fixture.envelope.client_name = "mx.example.org";
	fixture.envelope.tls = "TLSv1.3 \"x\"";
	fixture.envelope.auth_user = "a\xff";
	fixture_message(&fixture, "Subject: x\r\n\r\nbody\r\n");
	root = render(NULL, 0);
	envelope = json_object_get(root, "envelope");
	assert_string_equal(string_at(envelope, "client_name"), "mx.example.org");
	assert_string_equal(string_at(envelope, "tls"), "TLSv1.3 \"x\"");
	assert_string_equal(string_at(envelope, "auth_user"), "a\xef\xbf\xbd");
	assert_string_equal(string_at(envelope, "direction"), "");
	json_decref(root);
}

static void strip_becomes_quarantine_where_nothing_can_be_taken_out(void **state)
{
	static const char *const refusals[] = {NULL, "it is signed"};
	static const struct as_policy_rule rules[] = {{"malware.*", ASSAY_ACTION_STRIP}};
	const char *const to[] = {"b@example.org"};
	struct as_policy policy = *as_policy_builtin();
	(void)state;

	policy.rules = rules;
	policy.rule_count = 1;
	fixture.envelope.rcpt_to = to;
	fixture.envelope.rcpt_count = 1;
	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_message(&fixture, hostile);
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct as_verdict_request request = {
			.scan = fixture.scan,
			.source = {.id = "01ID", .file = ""},
			.policy = &policy,
			.strip_refused = refusals[i],
		};
		const char *expected = i == 0 ? "strip" : "quarantine";
		json_t *root;

		as_buffer_clear(&text);
		assert_int_equal(as_verdict_render(&request, &text, &summary), 0);
		root = parse();
		assert_string_equal(string_at(root, "action"), expected);
		assert_string_equal(
			string_at(json_array_get(json_object_get(root, "recipients"), 0), "action"),
			expected);
		assert_string_equal(as_action_name((enum assay_action)summary.action), expected);
		json_decref(root);
	}
}

static void strip_for_one_is_quarantine_when_another_gets_nothing(void **state)
{
	static const char *const vip[] = {"@vip.example"};
	static const struct as_policy_rule mild[] = {{"malware.*", ASSAY_ACTION_STRIP}};
	const char *const to[] = {"a@other.example", "b@vip.example"};
	struct as_policy policy = *as_policy_builtin();
	json_t *root, *list;
	(void)state;

	policy.name = "vip";
	policy.recipients = vip;
	policy.recipient_count = 1;
	policy.rules = mild;
	policy.rule_count = 1;
	fixture.envelope.rcpt_to = to;
	fixture.envelope.rcpt_count = COUNT(to);
	fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges);
	fixture_message(&fixture, hostile);
	root = render(&policy, 1);
	list = json_object_get(root, "recipients");
	assert_string_equal(string_at(root, "action"), "reject");
	assert_string_equal(string_at(json_array_get(list, 0), "action"), "reject");
	assert_string_equal(string_at(json_array_get(list, 1), "action"), "quarantine");
	json_decref(root);
}

static int stops(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		 enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	return say(scan, object, "archive.unsupported");
}

static void what_was_not_inspected_is_listed(void **state)
{
	json_t *root, *list;
	(void)state;

	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, stops);
	fixture_file(&fixture, "a.lzx", as_span_text("x"));
	root = render(NULL, 0);
	list = json_object_get(root, "incomplete");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(keys_of(json_array_get(list, 0)), "code path text ");
	assert_string_equal(string_at(json_array_get(list, 0), "path"), "a.lzx");
	assert_true(json_is_false(json_object_get(root, "complete")));
	assert_string_equal(string_at(root, "action"), "quarantine");
	assert_int_equal(summary.complete, 0);
	json_decref(root);
}

static void a_failure_is_never_complete_and_protects(void **state)
{
	static const char *const codes[] = {"scan.worker_crashed", "scan.timeout",
					    "scan.unscannable"};
	static const char *const vip[] = {"@vip.example"};
	const char *const to[] = {"b@vip.example"};
	const struct assay_envelope envelope = {.client = "192.0.2.1",
						.helo = "h",
						.mail_from = "a\xff@b",
						.queue_id = "q",
						.rcpt_to = to,
						.rcpt_count = 1};
	struct as_policy strict = *as_policy_builtin();
	(void)state;

	strict.name = "vip";
	strict.recipients = vip;
	strict.recipient_count = 1;
	strict.incomplete = ASSAY_ACTION_REJECT;
	for (size_t i = 0; i < COUNT(codes) * 2; i++) {
		const struct as_verdict_failure failure = {
			.source = {.id = "01ID", .file = "a\xff"},
			.envelope = i % 2 == 0 ? NULL : &envelope,
			.policies = &strict,
			.policy_count = 1,
			.policy = as_policy_builtin(),
			.code = codes[i / 2],
			.text = "in \"clamav\"\n",
			.generation = 9,
		};
		json_t *root;

		print_message("case: %zu\n", i);
		as_buffer_clear(&text);
		assert_int_equal(as_verdict_fail(&failure, &text, &summary), 0);
		root = parse();
		assert_string_equal(keys_of(root),
				    "schema id source envelope message action reason recipients "
				    "complete incomplete findings objects smime cost generation ");
		assert_true(json_is_false(json_object_get(root, "complete")));
		assert_int_equal(summary.complete, 0);
		assert_true(as_action_protects((enum assay_action)summary.action));
		/* The recipients' own policies count here as well. */
		assert_string_equal(string_at(root, "action"),
				    i % 2 == 0 ? "quarantine" : "reject");
		assert_int_equal(json_array_size(json_object_get(root, "recipients")), i % 2);
		assert_string_equal(string_at(root, "reason"), codes[i / 2]);
		assert_int_equal(json_array_size(json_object_get(root, "incomplete")), 1);
		json_decref(root);
	}
}

/* The name of the part that a client shows at this offset, NULL for none. */
static const char *shown_name(const json_t *view, json_int_t begin)
{
	const json_t *part;
	size_t i;

	json_array_foreach (json_object_get(view, "parts"), i, part)
		if (json_integer_value(json_array_get(json_object_get(part, "range"), 1)) == begin)
			return string_at(part, "name");
	return NULL;
}

static void detail_shows_the_view_of_each_client(void **state)
{
	static const char two_types[] =
		"Content-Type: multipart/mixed; boundary=b\r\nContent-Type: text/plain\r\n\r\n"
		"--b\r\nContent-Disposition: attachment; "
		"filename=\"a\xff\x01.exe\"\r\n\r\nx\r\n--b--\r\n";
	json_t *root, *views;
	(void)state;

	fixture.detail = true;
	fixture_message(&fixture, two_types);
	root = render(NULL, 0);
	views = json_object_get(json_array_get(json_object_get(root, "trees"), 0), "views");
	assert_int_equal(json_array_size(views), AS_CLIENT_COUNT);
	for (size_t i = 0; i < AS_CLIENT_COUNT; i++) {
		json_t *view = json_array_get(views, i);
		json_int_t begin = (json_int_t)(strstr(two_types, "x\r\n--b--") - two_types);
		bool last = (as_clients[i].habits & AS_HABIT_LAST_FIELD) != 0;

		assert_string_equal(keys_of(view), "client name cut parts ");
		assert_string_equal(string_at(view, "client"), as_clients[i].word);
		assert_string_equal(string_at(view, "name"), as_clients[i].name);
		assert_true(json_is_false(json_object_get(view, "cut")));
		assert_string_equal(keys_of(json_array_get(json_object_get(view, "parts"), 0)),
				    "number composite type encoding name depth range ");
		if (last)
			assert_null(shown_name(view, begin));
		else
			assert_string_equal(shown_name(view, begin), "a\xc3\xbf\x01.exe");
	}
	json_decref(root);
	fixture.detail = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(keys_come_in_the_order_of_the_schema),
		TEST(hostile_text_makes_valid_json_and_stays_itself),
		TEST(equal_input_gives_equal_octets),
		TEST(findings_are_sorted_by_path_then_code),
		TEST(each_recipient_gets_its_policy_and_the_message_the_strictest),
		TEST(what_is_known_of_the_envelope_is_shown),
		TEST(strip_becomes_quarantine_where_nothing_can_be_taken_out),
		TEST(strip_for_one_is_quarantine_when_another_gets_nothing),
		TEST(what_was_not_inspected_is_listed),
		TEST(detail_shows_the_view_of_each_client),
		TEST(a_failure_is_never_complete_and_protects),
	};
	return cmocka_run_group_tests_name("policy verdict", tests, NULL, NULL);
}
