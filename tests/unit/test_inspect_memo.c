/* SPDX-License-Identifier: BSD-2-Clause */
/* Which answers are kept, for whom, and which are not. */
#include "test_inspect_fixture.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct fixture fixture;
static struct as_cache *cache;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	assert_int_equal(as_cache_open(1u << 20, &cache), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	as_cache_close(cache);
	cache = NULL;
	return 0;
}

/* Two parts with the same octets under two names. */
static const char twins[] =
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Disposition: attachment; filename=one.bin\r\n\r\nsame\r\n"
	"--b\r\nContent-Disposition: attachment; filename=two.exe\r\n\r\nsame\r\n--b--\r\n";

static int judges(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		  enum assay_phase phase)
{
	const struct assay_evidence evidence = {.offset = 1, .length = 2, .text = "am"};
	const struct assay_finding finding = {.code = "yara.same",
					      .text = "said",
					      .evidence = &evidence,
					      .evidence_count = 1,
					      .wish = ASSAY_ACTION_STRIP};
	(void)fake;
	return phase == ASSAY_JUDGE ? host->report(scan, object, &finding) : 0;
}

static int judges_extension(struct fake *fake, struct assay_scan *scan,
			    const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	return strcmp(object->extension, ".exe") == 0 ? say(scan, object, "policy.ext.executable")
						      : 0;
}

static void equal_octets_are_judged_once_and_reported_twice(void **state)
{
	struct fake *fake = fixture_add(&fixture, "one", ASSAY_JUDGE, 0, judges);
	const struct as_finding *second;
	(void)state;

	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 1);
	assert_int_equal(count_findings(&fixture, "yara.same"), 2);
	assert_int_equal(fixture.scan->cache_hits, 1);
	second = fixture.scan->findings[1];
	assert_ptr_equal(second->object, find_object(&fixture, "2/two.exe"));
	assert_string_equal(second->plugin, "one");
	assert_int_equal(second->wish, ASSAY_ACTION_STRIP);
	assert_int_equal(second->evidence_count, 1);
	assert_true((find_object(&fixture, "2/two.exe")->pub.flags & ASSAY_FLAG_DUPLICATE) != 0);
	assert_true((find_object(&fixture, "1/one.bin")->pub.flags & ASSAY_FLAG_DUPLICATE) == 0);
}

static void an_answer_about_names_is_not_kept_for_another_name(void **state)
{
	struct fake *fake =
		fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges_extension);
	(void)state;

	fixture.engine.cache = cache;
	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 2);
	assert_int_equal(count_findings(&fixture, "policy.ext.executable"), 1);
	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 0);
	assert_int_equal(count_findings(&fixture, "policy.ext.executable"), 1);
	assert_string_equal(find_finding(&fixture, "policy.ext.executable")->object->path,
			    "2/two.exe");
}

static void answers_outlive_the_message_in_the_shared_cache(void **state)
{
	struct fake *fake = fixture_add(&fixture, "one", ASSAY_JUDGE, 0, judges);
	const struct as_finding *f;
	(void)state;

	fixture.engine.cache = cache;
	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 1);
	fixture_file(&fixture, "three.txt", as_span_text("other"));
	assert_int_equal(fake->calls, 1);
	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 0);
	f = find_finding(&fixture, "yara.same");
	assert_string_equal(f->text, "said");
	assert_string_equal(f->evidence[0].text, "am");
	assert_int_equal(f->evidence[0].offset, 1);
	assert_int_equal(f->wish, ASSAY_ACTION_STRIP);
	/* Another generation does not believe it. */
	fixture.engine.fingerprint[5]++;
	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 1);
}

static void plugins_that_forbid_it_are_always_asked(void **state)
{
	struct fake *fake = fixture_add(&fixture, "one", ASSAY_JUDGE, ASSAY_CONTEXT_NEVER, judges);
	(void)state;

	fixture.engine.cache = cache;
	fixture_message(&fixture, twins);
	fixture_message(&fixture, twins);
	assert_int_equal(fake->calls, 2);
}

static int asks_seen(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		     enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	return host->seen(scan, object->data) ? 0 : say(scan, object, "yara.not_seen");
}

static int charges_too_much(struct fake *fake, struct assay_scan *scan,
			    const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	host->charge(scan, object, 1u << 20);
	return 0;
}

static int speaks_of_the_message(struct fake *fake, struct assay_scan *scan,
				 const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	(void)object;
	(void)phase;
	return say(scan, NULL, "yara.of_message");
}

static int emits_one(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		     enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	return object->depth == 0 ? give(scan, object, "in", "inner") : 0;
}

static int says_incomplete(struct fake *fake, struct assay_scan *scan,
			   const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	return say(scan, object, "archive.unsupported");
}

static int gives_up(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		    enum assay_phase phase)
{
	(void)fake;
	(void)scan;
	(void)object;
	(void)phase;
	return ASSAY_E_OBJECT;
}

static void answers_that_rest_on_more_than_octets_are_not_kept(void **state)
{
	static const struct {
		const char *name;
		fake_call *call;
	} cases[] = {
		{"leaves out what the message holds elsewhere", asks_seen},
		{"was refused octets", charges_too_much},
		{"speaks of another object", speaks_of_the_message},
		{"emitted a child", emits_one},
		{"was not complete", says_incomplete},
		{"did not end well", gives_up},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake *fake;

		print_message("case: %s\n", cases[i].name);
		tear_down(NULL);
		set_up(NULL);
		fixture.engine.cache = cache;
		fixture.engine.settings.limits.ratio = 10;
		fixture.engine.settings.limits.ratio_floor = 65536;
		fake = fixture_add(&fixture, "one", ASSAY_JUDGE, 0, cases[i].call);
		fixture_message(&fixture, twins);
		fixture_message(&fixture, twins);
		assert_in_range(fake->calls, 2, 4);
	}
}

static int says_early(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		      enum assay_phase phase)
{
	if (phase == ASSAY_UNPACK || fake->fixture->engine.settings.limits.depth == 24)
		return say(scan, object, "yara.early");
	return 0;
}

static void a_finding_of_an_earlier_phase_is_no_reason_to_keep_less(void **state)
{
	struct fake *fake = fixture_add(&fixture, "one", ASSAY_UNPACK | ASSAY_JUDGE, 0, says_early);
	(void)state;

	fixture.engine.cache = cache;
	fixture_message(&fixture, twins);
	/* The second of equals is not unpacked; its judging must tell all. */
	assert_int_equal(count_findings(&fixture, "yara.early"), 2);
	assert_int_equal(fake->calls, 3);
}

static int is_text(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct assay_type text = {"text/plain", "TXT", ASSAY_CLASS_TEXT, 50};
	(void)fake;
	(void)phase;
	return strcmp(object->extension, ".exe") == 0 ? host->set_type(scan, object, &text) : 0;
}

static int reads_text(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		      enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	return object->text.size > 0 ? say(scan, object, "yara.text") : 0;
}

static void an_answer_without_the_text_is_not_kept_for_one_with_it(void **state)
{
	(void)state;
	fixture_add(&fixture, "type", ASSAY_IDENTIFY, 0, is_text);
	fixture_add(&fixture, "reader", ASSAY_JUDGE, 0, reads_text);
	fixture_message(&fixture, twins);
	assert_int_equal(count_findings(&fixture, "yara.text"), 1);
}

static int unpacks(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct assay_type zip = {"application/zip", "ZIP", ASSAY_CLASS_ARCHIVE, 50};

	if (phase == ASSAY_IDENTIFY && fake->calls > 1 && strcmp(object->extension, ".exe") == 0)
		return host->set_type(scan, object, &zip);
	if (phase == ASSAY_UNPACK && object->depth == 0)
		return give(scan, object, "in", object->type_name);
	return 0;
}

static void equal_octets_are_unpacked_again_only_as_another_type(void **state)
{
	struct fake *fake = fixture_add(&fixture, "one", ASSAY_UNPACK, 0, unpacks);
	(void)state;

	fixture_message(&fixture, twins);
	assert_non_null(find_object(&fixture, "1/one.bin/in"));
	assert_null(find_object(&fixture, "2/two.exe/in"));
	fake->plugin.phases |= ASSAY_IDENTIFY;
	fixture_message(&fixture, twins);
	assert_non_null(find_object(&fixture, "1/one.bin/in"));
	assert_non_null(find_object(&fixture, "2/two.exe/in"));
}

static int lists_unread(struct fake *fake, struct assay_scan *scan,
			const struct assay_object *object, enum assay_phase phase)
{
	struct assay_child child = {.name = "a.exe",
				    .name_length = 5,
				    .via = "zip",
				    .origin = ASSAY_ORIGIN_MEMBER,
				    .flags = ASSAY_FLAG_UNREAD,
				    .declared_size = 700};
	(void)fake;

	if (phase != ASSAY_UNPACK || object->depth > 0)
		return 0;
	host->emit(scan, object, &child);
	child.declared_size = 800;
	child.name = "b.exe";
	child.flags |= ASSAY_FLAG_ENCRYPTED;
	host->emit(scan, object, &child);
	child.name = "c.exe";
	child.flags = ASSAY_FLAG_UNREAD;
	return host->emit(scan, object, &child);
}

static void members_without_octets_reach_only_who_judges_names(void **state)
{
	struct fake *octets, *names;
	(void)state;

	fixture_add(&fixture, "lister", ASSAY_UNPACK, 0, lists_unread);
	octets = fixture_add(&fixture, "octets", ASSAY_IDENTIFY | ASSAY_UNPACK | ASSAY_JUDGE,
			     ASSAY_CONTEXT_TYPE, NULL);
	names = fixture_add(&fixture, "names", ASSAY_JUDGE, ASSAY_CONTEXT_NAMES, judges_extension);
	fixture_file(&fixture, "a.zip", as_span_text("x"));
	assert_int_equal(octets->calls, 3);
	assert_int_equal(names->calls, 4);
	assert_int_equal(count_findings(&fixture, "policy.ext.executable"), 3);
	/* Nothing is known of what they hold, so nothing makes them equal. */
	assert_int_equal(find_object(&fixture, "a.zip/c.exe")->pub.flags, ASSAY_FLAG_UNREAD);
	assert_int_equal(find_object(&fixture, "a.zip/a.exe")->pub.size, 700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(equal_octets_are_judged_once_and_reported_twice),
		TEST(an_answer_about_names_is_not_kept_for_another_name),
		TEST(answers_outlive_the_message_in_the_shared_cache),
		TEST(plugins_that_forbid_it_are_always_asked),
		TEST(answers_that_rest_on_more_than_octets_are_not_kept),
		TEST(a_finding_of_an_earlier_phase_is_no_reason_to_keep_less),
		TEST(an_answer_without_the_text_is_not_kept_for_one_with_it),
		TEST(equal_octets_are_unpacked_again_only_as_another_type),
		TEST(members_without_octets_reach_only_who_judges_names),
	};
	return cmocka_run_group_tests_name("inspect memo", tests, NULL, NULL);
}
