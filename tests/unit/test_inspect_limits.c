/* SPDX-License-Identifier: BSD-2-Clause */
/* What one message may cost, and what is said when it costs more. */
#include "test_inspect_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define UNPACKING (ASSAY_UNPACK | ASSAY_JUDGE)

static struct fixture fixture;
static struct as_limits *limits;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	limits = &fixture.engine.settings.limits;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	return 0;
}

static int judges_names(struct fake *fake, struct assay_scan *scan,
			const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	if (object->name_count > 0 && strcmp(object->extension, ".exe") == 0)
		return say(scan, object, "policy.ext.executable");
	return 0;
}

static int charges_without_end(struct fake *fake, struct assay_scan *scan,
			       const struct assay_object *object, enum assay_phase phase)
{
	int rc = ASSAY_OK;
	(void)fake;

	if (phase != ASSAY_UNPACK)
		return 0;
	for (unsigned int i = 0; rc == ASSAY_OK && i < 1000000; i++)
		rc = host->charge(scan, object, 65536);
	assert_true(rc < 0);
	/* A plugin that does not listen gets the same answer. */
	assert_int_equal(host->charge(scan, object, 1), rc);
	return 0;
}

static void the_limit_of_octets_is_reported_once(void **state)
{
	(void)state;
	limits->bytes = 1u << 20;
	fixture_add(&fixture, "one", UNPACKING, 0, charges_without_end);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "limit.bytes"), 1);
	assert_false(as_inspect_complete(fixture.scan));
	assert_true(fixture.scan->budget.bytes <= limits->bytes);
}

static void the_ratio_counts_from_its_floor_on(void **state)
{
	char octets[4096];
	(void)state;

	memset(octets, 'x', sizeof(octets));
	limits->bytes = 64u << 20;
	limits->ratio = 10;
	limits->ratio_floor = 1u << 20;
	fixture_add(&fixture, "one", UNPACKING, 0, charges_without_end);
	fixture_file(&fixture, "a.bin", as_span_make(octets, sizeof(octets)));
	assert_int_equal(count_findings(&fixture, "bomb.ratio"), 1);
	assert_int_equal(count_findings(&fixture, "limit.bytes"), 0);
	assert_in_range(fixture.scan->objects[0]->produced, (1u << 20) + 1, (1u << 20) + 65537);
	assert_false(as_inspect_complete(fixture.scan));
}

static int emits_many(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		      enum assay_phase phase)
{
	char name[32];
	int rc = 0;
	(void)fake;

	if (phase != ASSAY_UNPACK || object->depth > 0)
		return 0;
	for (unsigned int i = 0; rc == 0 && i < 100; i++) {
		snprintf(name, sizeof(name), "%u.exe", i);
		rc = give(scan, object, name, name);
	}
	assert_int_equal(rc, ASSAY_E_BUDGET);
	return 0;
}

static void the_limit_of_objects_is_reported_once_and_names_count_on(void **state)
{
	(void)state;
	limits->objects = 20;
	fixture_add(&fixture, "one", ASSAY_UNPACK, 0, emits_many);
	fixture_add(&fixture, "names", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges_names);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "limit.objects"), 1);
	/* 19 members in the budget, and the one that met its end. */
	assert_int_equal(count_findings(&fixture, "policy.ext.executable"), 20);
	assert_int_equal(fixture.scan->object_count, 21);
	assert_false(as_inspect_complete(fixture.scan));
}

static int digs(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		enum assay_phase phase)
{
	char octets[32];
	int rc;
	(void)fake;

	if (phase != ASSAY_UNPACK)
		return 0;
	snprintf(octets, sizeof(octets), "level %u", object->depth);
	rc = give(scan, object, "in", octets);
	assert_int_equal(rc, host->left_depth(scan, object) == 0 ? ASSAY_E_OBJECT : ASSAY_OK);
	give(scan, object, "in2", octets);
	return 0;
}

static void depth_ends_the_branch_only(void **state)
{
	(void)state;
	limits->depth = 5;
	fixture_add(&fixture, "one", ASSAY_UNPACK, 0, digs);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "bomb.depth"), 1);
	assert_non_null(find_object(&fixture, "a.bin/in2"));
	assert_null(find_object(&fixture, "a.bin/in/in/in/in/in/in"));
	assert_false(as_inspect_complete(fixture.scan));
}

static int dawdles(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	(void)scan;
	(void)object;
	(void)phase;
	fake->fixture->now_us += 40000;
	return 0;
}

static const char three_parts[] =
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n"
	"--b\r\nContent-Disposition: attachment; filename=\"three.exe\"\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\ndGhyZWU=\r\n--b--\r\n";

static void time_that_runs_out_is_reported_once(void **state)
{
	struct fake *slow;
	(void)state;

	limits->time_ms = 100;
	slow = fixture_add(&fixture, "slow", ASSAY_IDENTIFY | ASSAY_UNPACK, 0, dawdles);
	fixture_add(&fixture, "names", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges_names);
	fixture_message(&fixture, three_parts);
	assert_int_equal(slow->calls, 3);
	assert_int_equal(count_findings(&fixture, "limit.time"), 1);
	assert_false(as_inspect_complete(fixture.scan));
	/* The blocked name does not slip through behind it. */
	assert_int_equal(count_findings(&fixture, "policy.ext.executable"), 1);
	assert_true((find_object(&fixture, "3/three.exe")->pub.flags & ASSAY_FLAG_UNREAD) != 0);
}

static int hoards(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		  enum assay_phase phase)
{
	(void)fake;
	(void)object;
	(void)phase;
	for (size_t size = (size_t)16 << 20; size >= 16; size /= 2)
		while (host->alloc(scan, size) != NULL)
			;
	return 0;
}

static void exhausted_memory_is_never_complete(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, hoards);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "scan.unscannable"), 1);
	assert_false(as_inspect_complete(fixture.scan));
}

static int repeats(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	char text[32];
	struct assay_finding finding = {.code = "type.mismatch", .text = text};
	(void)fake;
	(void)phase;

	for (unsigned int i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "number %u", i);
		assert_int_equal(host->report(scan, object, &finding), ASSAY_OK);
	}
	finding.severity = ASSAY_HIGH;
	assert_int_equal(host->report(scan, object, &finding), ASSAY_OK);
	return say(scan, object, "polyglot");
}

static void a_flood_of_one_code_does_not_push_out_others(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, repeats);
	fixture_file(&fixture, "a.bin", as_span_text("x"));
	assert_int_equal(count_findings(&fixture, "type.mismatch"), AS_FINDINGS_PER_CODE + 1);
	assert_int_equal(count_findings(&fixture, "polyglot"), 1);
	assert_int_equal(fixture.scan->findings[AS_FINDINGS_PER_CODE]->severity, ASSAY_HIGH);
}

static int is_text(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct assay_type text = {"text/plain", "TXT", ASSAY_CLASS_TEXT, 50};
	(void)fake;

	if (phase == ASSAY_IDENTIFY)
		return host->set_type(scan, object, &text);
	return object->text.size > 0 ? say(scan, object, "yara.saw_text") : 0;
}

static void text_that_cannot_be_converted_in_the_budget_is_told_of(void **state)
{
	static char octets[40000];
	(void)state;

	for (size_t i = 0; i < sizeof(octets); i += 2)
		octets[i + 1] = 'x';
	memcpy(octets, "\xfe\xff\x4e\x00", 4);
	fixture_add(&fixture, "one", ASSAY_IDENTIFY | ASSAY_JUDGE, 0, is_text);
	limits->bytes = 65536;
	fixture_file(&fixture, "a.txt", as_span_make(octets, sizeof(octets)));
	/* Beside the octets, and as the octets of ~text. */
	assert_int_equal(count_findings(&fixture, "yara.saw_text"), 2);
	assert_true(as_inspect_complete(fixture.scan));
	limits->bytes = 1000;
	fixture_file(&fixture, "a.txt", as_span_make(octets, sizeof(octets)));
	assert_int_equal(count_findings(&fixture, "limit.bytes"), 1);
	assert_false(as_inspect_complete(fixture.scan));
}

static void a_message_over_the_size_limit_is_not_taken_apart(void **state)
{
	char *text = malloc(5000);
	(void)state;

	memset(text, 'x', 4999);
	text[4999] = '\0';
	limits->message_bytes = 4096;
	fixture_message(&fixture, text);
	assert_int_equal(count_findings(&fixture, "limit.message_size"), 1);
	assert_int_equal(fixture.scan->object_count, 1);
	assert_false(as_inspect_complete(fixture.scan));
	free(text);
}

static void messages_encoded_in_messages_count_as_levels(void **state)
{
	static const char head[] = "Content-Type: message/rfc822\r\n"
				   "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
	struct as_buffer text;
	(void)state;

	/* With readings the budget for them ends first. */
	fixture.engine.settings.readings = false;
	as_buffer_init(&text, 0);
	for (unsigned int i = 0; i < 60; i++)
		as_buffer_text(&text, head);
	as_buffer_text(&text, "\r\nend\r\n");
	as_buffer_byte(&text, 0);
	fixture_message(&fixture, (const char *)text.data);
	assert_int_equal(count_findings(&fixture, "limit.depth"), 1);
	assert_false(as_inspect_complete(fixture.scan));
	assert_in_range(fixture.scan->object_count, 20, 60);
	as_buffer_deinit(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(the_limit_of_octets_is_reported_once),
		TEST(the_ratio_counts_from_its_floor_on),
		TEST(the_limit_of_objects_is_reported_once_and_names_count_on),
		TEST(depth_ends_the_branch_only),
		TEST(time_that_runs_out_is_reported_once),
		TEST(exhausted_memory_is_never_complete),
		TEST(a_flood_of_one_code_does_not_push_out_others),
		TEST(text_that_cannot_be_converted_in_the_budget_is_told_of),
		TEST(a_message_over_the_size_limit_is_not_taken_apart),
		TEST(messages_encoded_in_messages_count_as_levels),
	};
	return cmocka_run_group_tests_name("inspect limits", tests, NULL, NULL);
}
