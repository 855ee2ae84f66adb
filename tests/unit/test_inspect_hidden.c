/* SPDX-License-Identifier: BSD-2-Clause */
/* What a further reading brings to light is weighed by its consequence. */
#include "test_inspect_judged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MIXED	     "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define TEXT	     "--b\r\n\r\nhello\r\n"
#define CLOSE	     "--b--\r\n"
/* Parts behind the end, which the ordinary reading lacks. */
#define LATE(type, octets)                                                                         \
	MIXED TEXT CLOSE "--b\r\nContent-Type: " type "\r\n\r\n" octets "\r\n" CLOSE
#define QUOTED(octets)                                                                             \
	"Subject: x\r\n\r\nHello, look:\r\n\r\n--b\r\nContent-Type: a/b\r\n\r\n" octets "\r"       \
	"\n" CLOSE
#define UU(lines) "begin 644 a.zip\r\n" lines "`\r\nend\r\n"
/* "PK EVIL END" */
#define UU_EVIL UU("+4$L@159)3\"!%3D0 \r\n")

/* The worst that was said of hidden parts and content; DEFAULT: nothing. */
static enum assay_severity worst(void)
{
	enum assay_severity severity = ASSAY_SEVERITY_DEFAULT;

	for (size_t i = 0; i < fixture.scan->finding_count; i++) {
		const struct as_finding *f = fixture.scan->findings[i];

		if (strncmp(f->code, "mime.hidden_", 12) == 0 && f->severity > severity &&
		    f->object->origin == ASSAY_ORIGIN_READING)
			severity = f->severity;
	}
	return severity;
}

static void severity_follows_from_what_is_hidden(void **state)
{
	static const struct {
		const char *name, *message;
		enum assay_severity severity;
	} cases[] = {
		{"text", LATE("text/plain", "a word"), ASSAY_INFO},
		{"a file", LATE("a/b", "PK END"), ASSAY_HIGH},
		{"a program", LATE("a/b", "MZ and more"), ASSAY_HIGH},
		{"a file with malware", LATE("a/b", "PK EVIL END"), ASSAY_CRITICAL},
		{"a text with malware", LATE("text/plain", "EVIL"), ASSAY_CRITICAL},
		{"what stands in the open too",
		 MIXED "--b\r\nContent-Type: a/b\r\n\r\nPK END\r\n" CLOSE
		       "--b\r\nContent-Type: a/b\r\n\r\nPK END\r\n" CLOSE,
		 ASSAY_SEVERITY_DEFAULT},
		{"malware that stands in the open too",
		 MIXED "--b\r\nContent-Type: a/b\r\n\r\nEVIL\r\n" CLOSE
		       "--b\r\nContent-Type: a/b\r\n\r\nEVIL\r\n" CLOSE,
		 ASSAY_SEVERITY_DEFAULT},
		{"a file that a text quotes", QUOTED("PK END"), ASSAY_INFO},
		{"malware that a text quotes", QUOTED("PK EVIL END"), ASSAY_CRITICAL},
		{"uuencode in a text", "Subject: x\r\n\r\nhello\r\n" UU_EVIL, ASSAY_CRITICAL},
		{"uuencode in a preamble", MIXED "hello\r\n" UU_EVIL TEXT CLOSE, ASSAY_CRITICAL},
		{"an honest file in a text", "Subject: x\r\n\r\nhello\r\n" UU("&4$L@14Y$\r\n"),
		 ASSAY_SEVERITY_DEFAULT},
		{"an honest file in a preamble", MIXED "hello\r\n" UU("&4$L@14Y$\r\n") TEXT CLOSE,
		 ASSAY_HIGH},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		fixture_message(&fixture, cases[i].message);
		if (worst() != cases[i].severity)
			judged_print();
		assert_int_equal(worst(), cases[i].severity);
		assert_true(as_inspect_complete(fixture.scan));
	}
}

/* Damage in one reading says that it was not the right one; the sender is not to
 * be able to make every message incomplete, nor honest mail to be held for it. */
static void damage_in_a_reading_is_no_damage_of_the_message(void **state)
{
	static const struct {
		const char *name, *message;
	} cases[] = {
		{"a late part", LATE("a/b", "PK cut")},
		{"quoted, and locked", QUOTED("PK LOCKED END")},
		{"quoted, and damaged", QUOTED("PK cut")},
		{"in uuencode", "Subject: x\r\n\r\nhello\r\n" UU("&4$L@8W5T\r\n")},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		fixture_message(&fixture, cases[i].message);
		judged_print();
		assert_int_equal(count_findings(&fixture, "archive.malformed"), 0);
		assert_int_equal(count_findings(&fixture, "archive.encrypted"), 0);
		assert_int_equal(count_findings(&fixture, "mime.hidden_content"), 1);
		assert_true(as_inspect_complete(fixture.scan));
	}
}

/* What cannot be looked into and is shown by some only is judged like malware. */
static void a_locked_file_that_a_client_shows_is_told_of(void **state)
{
	(void)state;
	fixture_message(&fixture, LATE("a/b", "PK LOCKED END"));
	assert_int_equal(count_findings(&fixture, "archive.encrypted"), 1);
	assert_int_equal(worst(), ASSAY_CRITICAL);
}

static void the_sentence_names_the_clients_and_the_reason(void **state)
{
	const struct as_finding *f;
	(void)state;

	fixture_message(&fixture, MIXED "hello\r\n" UU_EVIL TEXT CLOSE);
	f = find_finding(&fixture, "mime.hidden_content");
	assert_non_null(f);
	assert_string_equal(f->text, "Outlook and Thunderbird can show data in uuencode here that "
				     "the ordinary reading lacks; it has malware.test.");
	assert_string_equal(f->plugin, "");
	assert_int_equal(f->evidence_count, 1);

	fixture_message(&fixture, QUOTED("PK EVIL END"));
	f = find_finding(&fixture, "malware.test");
	assert_non_null(f);
	judged_print();
	f = NULL;
	for (size_t i = 0; i < fixture.scan->finding_count; i++)
		if (fixture.scan->findings[i]->severity == ASSAY_CRITICAL &&
		    fixture.scan->findings[i]->plugin[0] == '\0')
			f = fixture.scan->findings[i];
	assert_non_null(f);
	assert_string_equal(f->text, "The text holds a part, which has malware.test.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, judged_set_up, judged_tear_down)
		TEST(severity_follows_from_what_is_hidden),
		TEST(damage_in_a_reading_is_no_damage_of_the_message),
		TEST(a_locked_file_that_a_client_shows_is_told_of),
		TEST(the_sentence_names_the_clients_and_the_reason),
#undef TEST
	};

	return cmocka_run_group_tests_name("inspect hidden", tests, NULL, NULL);
}
