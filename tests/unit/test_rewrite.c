/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite/rewrite.h"

#include "base/spool.h"
#include "policy/answer.h"
#include "test_inspect_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ID	     "01JD0000000000000000000000"
#define HEAD	     "From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
#define TEXT	     "--b\r\nContent-Type: text/plain\r\n\r\nbody -- \r\n.\r\n"
#define BAD(name)    "--b\r\nContent-Type: application/octet-stream; name=\"" name "\"\r\n\r\nEVIL\r\n"
#define END	     "--b--\r\nepilogue of nobody\r\n"

static struct fixture fixture;
static struct as_policy policy;
static struct as_policy_rule rules[2];
static char *message;
static struct as_buffer changed;
static const char *refused;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	as_buffer_init(&changed, 0);
	policy = *as_policy_builtin();
	rules[0] = (struct as_policy_rule){"malware.*", ASSAY_ACTION_STRIP};
	policy.rules = rules;
	policy.rule_count = 1;
	message = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_deinit(&fixture);
	as_buffer_deinit(&changed);
	free(message);
	return 0;
}

static bool holds(const struct assay_object *object, const char *word)
{
	return memmem(object->data.data, object->data.size, word, strlen(word)) != NULL;
}

static int judges(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		  enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	if (holds(object, "EVIL") || strcmp(object->extension, ".bad") == 0)
		say(scan, object, "malware.test");
	if (holds(object, "LOCKED"))
		say(scan, object, "archive.encrypted");
	if (holds(object, "ENDLESS"))
		say(scan, object, "limit.bytes");
	return 0;
}

/* What stands behind "PK" is a member. */
static int unpacks(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	char octets[64];
	(void)fake;
	(void)phase;

	if (object->data.size < 2 || object->data.size > sizeof(octets) ||
	    memcmp(object->data.data, "PK", 2) != 0)
		return 0;
	memcpy(octets, object->data.data, object->data.size);
	octets[object->data.size - 1] = '\0';
	return give(scan, object, "member", octets + 2);
}

/* Plugins that report of the container would hide what a member does. */
static int judges_members(struct fake *fake, struct assay_scan *scan,
			  const struct assay_object *object, enum assay_phase phase)
{
	if (object->origin == ASSAY_ORIGIN_ENTITY && holds(object, "PK"))
		return 0;
	return judges(fake, scan, object, phase);
}

static int concludes(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		     enum assay_phase phase)
{
	(void)fake;
	(void)object;
	(void)phase;
	return say(scan, NULL, "malware.whole");
}

/* Inspects, rewrites; changed is empty when nothing was made. */
static int rewrite(const char *text)
{
	struct as_verdict_request verdict = {
		.source = {.id = ID, .file = ""},
		.policy = &policy,
	};
	struct as_mapping mapping;
	struct stat st;
	int fd = -1;

	if (fixture.engine.module_count == 0)
		fixture_add(&fixture, "judge", ASSAY_JUDGE, 0, judges);
	free(message);
	message = strdup(text);
	fixture_message(&fixture, message);
	verdict.scan = fixture.scan;
	const struct as_rewrite_request request = {.verdict = &verdict,
						   .message = as_span_text(message)};

	as_buffer_clear(&changed);
	assert_int_equal(as_rewrite_apply(&request, &fd, &refused), 0);
	if (fd < 0)
		return -1;
	assert_null(refused);
	assert_int_equal(as_spool_check(fd), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(as_mapping_open(fd, 0, (uint64_t)st.st_size, &mapping), 0);
	as_buffer_append(&changed, mapping.data.data, mapping.data.size);
	as_buffer_byte(&changed, 0);
	changed.size--;
	as_mapping_close(&mapping);
	close(fd);
	return 0;
}

static const char *result(void)
{
	return (const char *)changed.data;
}

/* The notice between two runs of octets that must stand unchanged. */
static void assert_changed(const char *before, const char *after)
{
	size_t left = strlen(before), right = strlen(after);

	assert_true(changed.size > left + right);
	assert_memory_equal(result(), before, left);
	assert_memory_equal(result() + changed.size - right, after, right);
	assert_null(strstr(result(), "EVIL"));
	assert_ptr_equal(strstr(result() + left, "Content-Type: text/plain; charset=utf-8"),
			 result() + left);
}

static void the_attachment_goes_and_every_other_octet_stays(void **state)
{
	(void)state;
	assert_int_equal(rewrite(HEAD "preamble\r\n" TEXT BAD("a.exe") TEXT END), 0);
	assert_changed(HEAD "preamble\r\n" TEXT "--b\r\n", "\r\n" TEXT END);
	assert_non_null(strstr(result(), "An attachment of this message was removed.\r\n\r\n"
					 "Name: a.exe\r\nType: application/octet=2Dstream\r\n"
					 "Reason: malware.test at 2/a.exe\r\n"));
	assert_non_null(strstr(result(), "Message: " ID "\r\n"));
}

static void lines_end_as_in_the_message(void **state)
{
	static const char before[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n";
	char text[512];
	(void)state;

	snprintf(text, sizeof(text), "%sContent-Type: a/b\n\nEVIL\n--b--\n", before);
	assert_int_equal(rewrite(text), 0);
	assert_changed(before, "\n--b--\n");
	assert_null(strchr(result(), '\r'));
}

static void the_changed_message_is_found_clean(void **state)
{
	char *second;
	(void)state;

	assert_int_equal(rewrite(HEAD TEXT BAD("a.exe") TEXT BAD("b.exe") END), 0);
	assert_int_equal(count_findings(&fixture, "malware.test"), 2);
	second = strdup(result());
	assert_int_equal(rewrite(second), -1);
	assert_null(refused);
	/* The line of one dot in the texts is worth a word, and no more. */
	assert_int_equal(count_findings(&fixture, "mime.end_of_data"), 1);
	assert_int_equal(fixture.scan->finding_count, 1);
	assert_string_equal(find_object(&fixture, "4")->pub.declared, "text/plain");
	assert_true(as_inspect_complete(fixture.scan));
	free(second);
}

static void a_part_within_parts_goes_alone(void **state)
{
	static const char before[] =
		HEAD TEXT "--b\r\nContent-Type: multipart/related; boundary=\"b c\"\r\n\r\n"
			  "--b c\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b c\r\n";
	static const char after[] =
		"\r\n--b c\r\nContent-Type: image/png\r\n\r\nx\r\n--b c--\r\n" END;
	char text[1024];
	(void)state;

	snprintf(text, sizeof(text), "%sContent-Type: a/b\r\n\r\nEVIL%s", before, after);
	assert_int_equal(rewrite(text), 0);
	assert_changed(before, after);
}

static void the_part_that_holds_a_bad_member_goes(void **state)
{
	static const char zip[] = "--b\r\nContent-Type: application/zip; name=a.zip\r\n\r\n";
	char text[1024];
	(void)state;

	fixture_add(&fixture, "unpack", ASSAY_UNPACK, 0, unpacks);
	fixture_add(&fixture, "judge", ASSAY_JUDGE, 0, judges_members);
	snprintf(text, sizeof(text), "%s%s%sPK EVIL.\r\n%s", HEAD, TEXT, zip, END);
	assert_int_equal(rewrite(text), 0);
	assert_non_null(find_finding(&fixture, "malware.test"));
	assert_changed(HEAD TEXT "--b\r\n", "\r\n" END);
	assert_non_null(strstr(result(), "Reason: malware.test at 2/a.zip/member\r\n"));
}

/* Its members were never looked at, because they had been already. */
static void a_copy_of_a_bad_container_goes_too(void **state)
{
	static const char zip[] = "--b\r\nContent-Type: application/zip\r\n\r\nPK EVIL.\r\n";
	char text[1024];
	(void)state;

	fixture_add(&fixture, "unpack", ASSAY_UNPACK, 0, unpacks);
	fixture_add(&fixture, "judge", ASSAY_JUDGE, 0, judges_members);
	snprintf(text, sizeof(text), "%s%s%s%s%s", HEAD, TEXT, zip, zip, END);
	assert_int_equal(rewrite(text), 0);
	assert_int_equal(count_findings(&fixture, "malware.test"), 1);
	assert_changed(HEAD TEXT "--b\r\n", "\r\n" END);
	assert_null(strstr(result(), "PK"));
}

static void what_is_encrypted_can_be_taken_out(void **state)
{
	(void)state;
	rules[1] = (struct as_policy_rule){"archive.encrypted", ASSAY_ACTION_STRIP};
	policy.rule_count = 2;
	policy.incomplete = ASSAY_ACTION_STRIP;
	assert_int_equal(rewrite(HEAD TEXT "--b\r\nContent-Type: a/b\r\n\r\nLOCKED\r\n" END), 0);
	assert_null(strstr(result(), "LOCKED"));
}

static void odd_ends_of_parts_stay_parts(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{"no close delimiter", HEAD TEXT "--b\r\nContent-Type: a/b\r\n\r\nEVIL"},
		{"no close delimiter, a line end",
		 HEAD TEXT "--b\r\nContent-Type: a/b\r\n\r\nEVIL\r\n"},
		{"first part", HEAD BAD("a") TEXT END},
		{"no body, whose blank line is the delimiter's",
		 HEAD TEXT "--b\r\nContent-Type: a/b; name=x.bad\r\n\r\n--b--\r\n"},
		{"no body and no blank line",
		 HEAD TEXT "--b\r\nContent-Type: a/b; name=x.bad\r\n--b--\r\n"},
		{"no blank between",
		 HEAD TEXT "--b\r\nContent-Type: a/b\r\n\r\nEVIL\r\n--b\r\n\r\n--b--\r\n"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t entities;
		char *second;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(rewrite(cases[i].text), 0);
		entities = fixture.scan->trees->tree->entity_count;
		second = strdup(result());
		assert_int_equal(rewrite(second), -1);
		free(second);
		assert_int_equal(count_findings(&fixture, "malware.test"), 0);
		assert_int_equal(fixture.scan->trees->tree->entity_count, entities);
	}
}

static void a_file_name_cannot_make_a_delimiter_or_a_line(void **state)
{
	static const char *const names[] = {
		"--b",
		"x\\\r\n --b",
		"..",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa--b--"
		"bbbbbbbbbb",
		"\xe2\x80\xae\x1b[31m\xff=?utf-8?q?=0d=0a--b?=",
		"From me. = . =\xc3\xa4",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(names); i++) {
		char text[1024];
		char *notice, *end, *line;

		print_message("case: %zu\n", i);
		snprintf(text, sizeof(text),
			 HEAD TEXT "--b\r\nContent-Disposition: attachment;\r\n filename=\"%s\""
				   "\r\n\r\nEVIL\r\n" END,
			 names[i]);
		assert_int_equal(rewrite(text), 0);
		notice = strstr(result(), "Content-Type: text/plain; charset=utf-8");
		assert_non_null(notice);
		end = strstr(notice, "\r\n--b--\r\n");
		assert_non_null(end);
		*end = '\0';
		for (line = notice; line != NULL; line = strstr(line, "\r\n")) {
			line += line == notice ? 0 : 2;
			assert_true(strcspn(line, "\r\n") <= 76);
			assert_true(line[0] != '-' && line[0] != '.');
			assert_int_not_equal(strncmp(line, "From ", 5), 0);
		}
		for (const char *p = notice; *p != '\0'; p++)
			assert_true((*p >= 0x20 && *p < 0x7f) || *p == '\r' || *p == '\n');
	}
}

static void what_cannot_be_done_safely_is_refused(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
		{"the message is the attachment", "Content-Type: a/b; name=a.exe\r\n\r\nEVIL\r\n"},
		{"in the header",
		 "Subject: EVIL\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" TEXT BAD(
			 "a.exe") END},
		{"in the preamble", HEAD "EVIL\r\n" TEXT END},
		{"in the epilogue", HEAD TEXT BAD("a.exe") "--b--\r\nEVIL\r\n"},
		{"signed", "Content-Type: multipart/signed; boundary=s; "
			   "protocol=\"application/pkcs7-signature\""
			   "\r\n\r\n--s\r\n" HEAD TEXT BAD(
				   "a.exe") "--b--\r\n--s\r\n"
					    "Content-Type: "
					    "application/pkcs7-signature\r\n\r\nx\r\n--s--\r\n"},
		{"encrypted",
		 "Content-Type: multipart/encrypted; boundary=b\r\n\r\n" TEXT BAD("a.exe") END},
		{"opaque",
		 HEAD TEXT "--b\r\nContent-Type: application/pkcs7-mime\r\n\r\nEVIL\r\n" END},
		{"in a forwarded message",
		 HEAD TEXT "--b\r\nContent-Type: message/rfc822\r\n\r\n"
			   "Content-Type: multipart/mixed; "
			   "boundary=c\r\n\r\n--c\r\n\r\nEVIL\r\n--c--\r\n" END},
		{"another reader sees another part",
		 HEAD TEXT BAD(
			 "a.exe") "--b tail\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: "
				  "base64\r\nContent-Disposition: attachment; filename=x.exe"
				  "\r\n\r\nQUJD\r\n" END},
		{"a limit was reached", HEAD TEXT BAD("a.exe") "--b\r\n\r\nENDLESS\r\n" END},
	};
	(void)state;

	policy.incomplete = ASSAY_ACTION_STRIP;
	policy.by_severity[ASSAY_CRITICAL] = ASSAY_ACTION_STRIP;
	policy.by_severity[ASSAY_HIGH] = ASSAY_ACTION_STRIP;
	policy.by_severity[ASSAY_MEDIUM] = ASSAY_ACTION_TAG;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		if (fixture.engine.module_count == 0)
			fixture_add(&fixture, "judge", ASSAY_JUDGE, 0, judges)->plugin.origins =
				ASSAY_ORIGIN_ALL & ~(uint32_t)ASSAY_ORIGIN_MESSAGE;
		assert_int_equal(rewrite(cases[i].text), -1);
		assert_non_null(refused);
		print_message("refused: %s\n", refused);
	}
}

static void a_finding_about_the_whole_message_is_refused(void **state)
{
	(void)state;
	fixture_add(&fixture, "judge", ASSAY_JUDGE | ASSAY_CONCLUDE, 0, judges)->conclude =
		concludes;
	assert_int_equal(rewrite(HEAD TEXT BAD("a.exe") END), -1);
	assert_non_null(refused);
}

/* The 65th bad attachment has no finding. */
static void findings_that_were_dropped_forbid_it(void **state)
{
	struct as_buffer text;
	(void)state;

	as_buffer_init(&text, 0);
	as_buffer_text(&text, HEAD);
	for (unsigned int i = 0; i < 66; i++)
		as_buffer_printf(&text, "--b\r\nContent-Type: a/b\r\n\r\nEVIL %u\r\n", i);
	as_buffer_text(&text, END);
	as_buffer_byte(&text, 0);
	assert_int_equal(rewrite((const char *)text.data), -1);
	assert_string_equal(refused, "there are more findings than are kept");
	as_buffer_deinit(&text);
}

static void nothing_is_done_when_policy_says_otherwise(void **state)
{
	static const enum assay_action actions[] = {ASSAY_ACTION_ACCEPT, ASSAY_ACTION_TAG,
						    ASSAY_ACTION_QUARANTINE, ASSAY_ACTION_REJECT};
	(void)state;

	for (size_t i = 0; i < COUNT(actions); i++) {
		rules[0].action = actions[i];
		assert_int_equal(rewrite(HEAD TEXT BAD("a.exe") END), -1);
		assert_null(refused);
	}
}

static void a_stricter_finding_keeps_the_message_whole(void **state)
{
	(void)state;
	rules[1] = (struct as_policy_rule){"archive.encrypted", ASSAY_ACTION_QUARANTINE};
	policy.rule_count = 2;
	assert_int_equal(
		rewrite(HEAD TEXT BAD("a.exe") "--b\r\nContent-Type: a/b\r\n\r\nLOCKED\r\n" END),
		-1);
	assert_null(refused);
}

static void a_refusal_is_quarantine_in_verdict_and_answer(void **state)
{
	struct as_verdict_request verdict = {.source = {.id = ID, .file = ""}, .policy = &policy};
	struct as_verdict_summary summary;
	struct as_answer answer;
	struct as_arena arena;
	struct as_buffer json;
	(void)state;

	assert_int_equal(rewrite("Content-Type: a/b; name=a.exe\r\n\r\nEVIL\r\n"), -1);
	verdict.scan = fixture.scan;
	verdict.strip_refused = refused;
	as_buffer_init(&json, 0);
	as_arena_init(&arena, 1u << 20);
	assert_int_equal(as_verdict_render(&verdict, &json, &summary), 0);
	assert_int_equal(summary.action, ASSAY_ACTION_QUARANTINE);
	const struct as_answer_request request = {
		.verdict = &verdict, .action = ASSAY_ACTION_QUARANTINE, .complete = true};

	as_buffer_clear(&json);
	assert_int_equal(as_answer_render(&request, &json), 0);
	assert_int_equal(as_answer_unpack(&arena, as_buffer_span(&json), &answer), 0);
	assert_int_equal(answer.action, ASSAY_ACTION_QUARANTINE);
	assert_int_equal(answer.body_offset, UINT64_MAX);
	assert_non_null(strstr(answer.log, ",\"strip_refused\":\"a finding is in a forwarded"));
	as_arena_deinit(&arena);
	as_buffer_deinit(&json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(the_attachment_goes_and_every_other_octet_stays),
		TEST(lines_end_as_in_the_message),
		TEST(the_changed_message_is_found_clean),
		TEST(a_part_within_parts_goes_alone),
		TEST(the_part_that_holds_a_bad_member_goes),
		TEST(a_copy_of_a_bad_container_goes_too),
		TEST(what_is_encrypted_can_be_taken_out),
		TEST(odd_ends_of_parts_stay_parts),
		TEST(a_file_name_cannot_make_a_delimiter_or_a_line),
		TEST(what_cannot_be_done_safely_is_refused),
		TEST(a_finding_about_the_whole_message_is_refused),
		TEST(findings_that_were_dropped_forbid_it),
		TEST(nothing_is_done_when_policy_says_otherwise),
		TEST(a_stricter_finding_keeps_the_message_whole),
		TEST(a_refusal_is_quarantine_in_verdict_and_answer),
	};
	return cmocka_run_group_tests_name("rewrite", tests, NULL, NULL);
}
