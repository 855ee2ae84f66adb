/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of calls, findings, plugins that fail, canaries. */
#include "test_inspect_fixture.h"

#include <errno.h>
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL	     (ASSAY_IDENTIFY | ASSAY_UNPACK | ASSAY_JUDGE | ASSAY_CONCLUDE)

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	return 0;
}

static const char two_parts[] =
	"From: a@example.org\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\n\r\nhello\r\n--b\r\nContent-Disposition: attachment; filename=x.bin\r\n\r\n"
	"octets\r\n--b--\r\n";

static int unpacks_the_file(struct fake *fake, struct assay_scan *scan,
			    const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	if (phase == ASSAY_UNPACK && strcmp(object->path, "2/x.bin") == 0)
		return give(scan, object, "in.txt", "inner");
	return 0;
}

static void phases_follow_each_other_and_members_come_within(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ALL, 0, unpacks_the_file);
	fixture_add(&fixture, "two", ASSAY_JUDGE | ASSAY_CONCLUDE, 0, NULL);
	fixture_message(&fixture, two_parts);
	assert_string_equal(fixture.trace,
			    "one identify 1;one unpack 1;one judge 1;two judge 1;"
			    "one identify 2/x.bin;one unpack 2/x.bin;"
			    "one identify 2/x.bin/in.txt;one unpack 2/x.bin/in.txt;"
			    "two judge 2/x.bin/in.txt;"
			    "one judge 2/x.bin;two judge 2/x.bin;one conclude ;two conclude ;");
	assert_true(as_inspect_complete(fixture.scan));
}

static void plugins_see_only_the_origins_they_want(void **state)
{
	struct fake *fake = fixture_add(&fixture, "one", ASSAY_JUDGE, 0, NULL);
	(void)state;

	fake->plugin.origins = ASSAY_ORIGIN_MESSAGE | ASSAY_ORIGIN_HEADERS;
	fixture_message(&fixture, two_parts);
	assert_string_equal(fixture.trace, "one judge ~headers;one judge ;");
}

static int reports_much(struct fake *fake, struct assay_scan *scan,
			const struct assay_object *object, enum assay_phase phase)
{
	const struct assay_evidence evidence[20] = {{.offset = 3, .length = 2, .text = "a\x1b\nb"}};
	const struct assay_finding finding = {.code = "type.executable.pe",
					      .text = "a\r\nb\xff",
					      .severity = ASSAY_LOW,
					      .wish = ASSAY_ACTION_REJECT,
					      .evidence = evidence,
					      .evidence_count = 20};
	(void)fake;
	(void)phase;

	assert_int_equal(host->report(scan, object, &finding), ASSAY_OK);
	assert_int_equal(say(scan, object, "malware.Some.Name-1"), ASSAY_OK);
	assert_int_equal(say(scan, NULL, "yara.rule_1"), ASSAY_OK);
	return 0;
}

static void findings_are_recorded_with_clean_text(void **state)
{
	const struct as_finding *f;
	(void)state;

	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, reports_much);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(fixture.scan->finding_count, 3);
	f = find_finding(&fixture, "type.executable.pe");
	assert_string_equal(f->text, "a\\x0d\\x0ab\\xff");
	assert_string_equal(f->plugin, "one");
	assert_int_equal(f->severity, ASSAY_LOW);
	assert_int_equal(f->wish, ASSAY_ACTION_REJECT);
	assert_int_equal(f->evidence_count, AS_EVIDENCE_MAX);
	assert_string_equal(f->evidence[0].text, "a\\x1b\\x0ab");
	assert_int_equal(find_finding(&fixture, "malware.Some.Name-1")->severity, ASSAY_CRITICAL);
	assert_ptr_equal(find_finding(&fixture, "yara.rule_1")->object, fixture.scan->objects[0]);
}

static int reports_nonsense(struct fake *fake, struct assay_scan *scan,
			    const struct assay_object *object, enum assay_phase phase)
{
	static const char *const codes[] = {"",	     "type",	    "no.such", "malware.",
					    "yara.", "malware.a b", "yara.\n", "malware.*"};
	const struct assay_finding severe = {.code = "malware.x", .severity = 77};
	const struct assay_finding wishful = {.code = "malware.x", .wish = 77};
	(void)fake;
	(void)phase;

	for (size_t i = 0; i < COUNT(codes); i++)
		assert_int_equal(say(scan, object, codes[i]), ASSAY_E_INVALID);
	assert_int_equal(say(scan, object, NULL), ASSAY_E_INVALID);
	assert_int_equal(host->report(scan, object, &severe), ASSAY_E_INVALID);
	assert_int_equal(host->report(scan, object, &wishful), ASSAY_E_INVALID);
	return 0;
}

static void unknown_codes_and_values_are_refused(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, reports_nonsense);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(fixture.scan->finding_count, 0);
}

static int emits_nonsense(struct fake *fake, struct assay_scan *scan,
			  const struct assay_object *object, enum assay_phase phase)
{
	const struct assay_type bad[] = {{NULL, "X", ASSAY_CLASS_DATA, 9},
					 {"a/b", NULL, ASSAY_CLASS_DATA, 9},
					 {"a/b", "X", ASSAY_CLASS_COUNT, 9}};
	const unsigned int origins[] = {0, ASSAY_ORIGIN_MESSAGE, ASSAY_ORIGIN_ENTITY,
					ASSAY_ORIGIN_MEMBER | ASSAY_ORIGIN_DERIVED};
	(void)fake;
	(void)phase;

	for (size_t i = 0; i < COUNT(origins); i++) {
		const struct assay_child child = {.origin = (enum assay_origin)origins[i]};

		assert_int_equal(host->emit(scan, object, &child), ASSAY_E_INVALID);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(host->set_type(scan, object, &bad[i]), ASSAY_E_INVALID);
	return 0;
}

static void impossible_children_and_types_are_refused(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ASSAY_IDENTIFY, 0, emits_nonsense);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(fixture.scan->object_count, 1);
}

static int fails(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		 enum assay_phase phase)
{
	(void)fake;
	(void)scan;
	(void)object;
	return phase == ASSAY_JUDGE || phase == ASSAY_CONCLUDE ? -EIO : 0;
}

static void a_plugin_that_fails_makes_the_verdict_incomplete(void **state)
{
	struct fake *fake = fixture_add(&fixture, "bad", ASSAY_JUDGE, 0, fails);
	(void)state;

	fixture_add(&fixture, "good", ASSAY_JUDGE, 0, reports_much);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "scan.plugin_failed"), 1);
	assert_non_null(strstr(find_finding(&fixture, "scan.plugin_failed")->text, "bad"));
	assert_false(as_inspect_complete(fixture.scan));
	assert_int_equal(count_findings(&fixture, "yara.rule_1"), 1);

	fake->plugin.phases = ASSAY_CONCLUDE;
	fake->conclude = fails;
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "scan.plugin_failed"), 1);
	assert_non_null(strstr(find_finding(&fixture, "scan.plugin_failed")->text, "bad"));
}

static void an_optional_plugin_that_is_missing_is_told_of(void **state)
{
	static const struct as_plugin_settings settings = {.name = "remote", .optional = true};
	const struct as_finding *f;
	(void)state;

	fixture.engine.failed[0].settings = &settings;
	fixture.engine.failed_count = 1;
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	f = find_finding(&fixture, "scan.plugin_missing");
	assert_int_equal(f->severity, ASSAY_LOW);
	assert_non_null(strstr(f->text, "remote"));
	assert_true(as_inspect_complete(fixture.scan));
}

static int looks_back(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		      enum assay_phase phase)
{
	(void)fake;
	(void)object;
	(void)phase;
	for (size_t i = 0; i < host->object_count(scan); i++) {
		assert_null(host->object_at(scan, i)->data.data);
		assert_null(host->object_at(scan, i)->text.data);
		assert_int_equal(host->object_at(scan, i)->index, i);
	}
	assert_null(host->object_at(scan, host->object_count(scan)));
	assert_null(host->finding_code(scan, host->finding_count(scan)));
	assert_null(host->finding_object(scan, SIZE_MAX));
	return say(scan, host->object_at(scan, 1), "polyglot");
}

static void conclude_sees_objects_without_octets(void **state)
{
	struct fake *fake =
		fixture_add(&fixture, "one", ASSAY_UNPACK | ASSAY_CONCLUDE, 0, unpacks_the_file);
	(void)state;

	fake->conclude = looks_back;
	fixture_message(&fixture, two_parts);
	assert_string_equal(find_finding(&fixture, "polyglot")->plugin, "one");
	/* Also when the budget ended the inspection of some. */
	fixture.engine.settings.limits.objects = 2;
	fixture_message(&fixture, two_parts);
	assert_int_equal(count_findings(&fixture, "polyglot"), 1);
}

static int names_type(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		      enum assay_phase phase)
{
	const struct assay_type weak = {"text/plain", "TXT", ASSAY_CLASS_TEXT, 40};
	const struct assay_type strong = {"application/pdf", "PDF", ASSAY_CLASS_PDF, 90};
	const struct assay_type tied = {"application/zip", "ZIP", ASSAY_CLASS_ARCHIVE, 90};
	(void)fake;
	(void)phase;

	host->set_type(scan, object, &weak);
	host->set_type(scan, object, &strong);
	host->set_type(scan, object, &tied);
	host->set_type(scan, object, &weak);
	return host->add_flags(scan, object, ASSAY_FLAG_ENCRYPTED);
}

static void the_surest_type_wins_and_the_first_of_equals(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ASSAY_IDENTIFY, 0, names_type);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_string_equal(fixture.scan->objects[0]->pub.type_name, "PDF");
	assert_int_equal(fixture.scan->objects[0]->pub.flags, ASSAY_FLAG_ENCRYPTED);
}

static const struct assay_canary canaries[] = {
	{.data = {(const unsigned char *)"c", 1}, .name = "c.exe", .code = "malware.canary"},
	{.data = {(const unsigned char *)"d", 1}, .expect_type = "application/pdf"},
	{.data = {(const unsigned char *)"e", 1}, .expect_children = 2},
};

static size_t list_canaries(void *state, const struct assay_canary **canaries_out)
{
	(void)state;
	*canaries_out = canaries;
	return COUNT(canaries);
}

static char blind_for;

static int finds_canaries(struct fake *fake, struct assay_scan *scan,
			  const struct assay_object *object, enum assay_phase phase)
{
	char which = (char)object->data.data[0];

	if (which == blind_for)
		return 0;
	if (which == 'f')
		return -EIO;
	if (which == 'c' && phase == ASSAY_JUDGE)
		return say(scan, object, "malware.canary");
	if (which == 'd' && phase == ASSAY_IDENTIFY)
		return names_type(fake, scan, object, phase);
	if (which == 'e' && phase == ASSAY_UNPACK)
		return give(scan, object, "1", "x") | give(scan, object, NULL, "y");
	return 0;
}

static void a_canary_that_is_missed_names_the_plugin(void **state)
{
	static const struct {
		char blind;
		int rc;
		const char *word;
	} cases[] = {{'x', 0, NULL},
		     {'c', AS_E_CANARY, "malware.canary"},
		     {'d', AS_E_CANARY, "application/pdf"},
		     {'e', AS_E_CANARY, "0 members"}};
	struct fake *fake = fixture_add(
		&fixture, "finder", ASSAY_IDENTIFY | ASSAY_UNPACK | ASSAY_JUDGE, 0, finds_canaries);
	(void)state;

	fake->plugin.canaries = list_canaries;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_error error = {.text = ""};

		print_message("case: %c\n", cases[i].blind);
		blind_for = cases[i].blind;
		assert_int_equal(as_engine_prove(&fixture.engine, &error), cases[i].rc);
		if (cases[i].word == NULL)
			continue;
		assert_non_null(strstr(error.text, "finder"));
		assert_non_null(strstr(error.text, cases[i].word));
	}
	fake->call = fails;
	struct as_error error = {.text = ""};

	assert_int_equal(as_engine_prove(&fixture.engine, &error), AS_E_CANARY);
	assert_non_null(strstr(error.text, "finder"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(phases_follow_each_other_and_members_come_within),
		TEST(plugins_see_only_the_origins_they_want),
		TEST(findings_are_recorded_with_clean_text),
		TEST(unknown_codes_and_values_are_refused),
		TEST(impossible_children_and_types_are_refused),
		TEST(a_plugin_that_fails_makes_the_verdict_incomplete),
		TEST(an_optional_plugin_that_is_missing_is_told_of),
		TEST(conclude_sees_objects_without_octets),
		TEST(the_surest_type_wins_and_the_first_of_equals),
		TEST(a_canary_that_is_missed_names_the_plugin),
	};
	return cmocka_run_group_tests_name("inspect engine", tests, NULL, NULL);
}
