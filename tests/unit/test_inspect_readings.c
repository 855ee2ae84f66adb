/* SPDX-License-Identifier: BSD-2-Clause */
/* Which further readings of a message are inspected, and how many. */
#include "test_inspect_judged.h"

#include "inspect/readings.h"
#include "mime/transfer.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A program that the judge knows, in the forms in which it is hidden. */
#define PROGRAM "MZ EVIL program of a test, in as many octets as it takes to be seen by its look."
#define BASE64                                                                                     \
	"TVogRVZJTCBwcm9ncmFtIG9mIGEgdGVzdCwgaW4gYXMgbWFueSBvY3RldHMgYXMgaXQgdGFr"                 \
	"ZXMgdG8gYmUgc2VlbiBieSBpdHMgbG9vay4="
#define UU_LINES                                                                                   \
	"M35H@159)3\"!P<F]G<F%M(&]F(&$@=&5S=\"P@:6X@87,@;6%N>2!O8W1E=',@\r\n"                      \
	"C87,@:70@=&%K97,@=&\\@8F4@<V5E;B!B>2!I=',@;&]O:RX \r\n"
#define UU    "begin 644 setup.bin\r\n" UU_LINES "`\r\nend\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
#define TEXT  "--b\r\n\r\nhello\r\n"
#define CODED "Content-Transfer-Encoding: base64\r\n"
/* Words, in as many digits as make a whole line. */
#define DECOY "d29yZCAxIHdvcmQgMSB3b3JkIDEgd29yZCAxIHdvcmQgMSB3b3JkIDEgd29yZCAxIHdvcmQgMSB3\r\n"
/* A multipart whose part is PROGRAM in base64, itself in base64. */
#define MULTIPART_BASE64                                                                           \
	"Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PXgNCg0KLS14DQpDb250ZW50LVRy"         \
	"YW5zZmVyLUVuY29kaW5nOiBiYXNlNjQNCg0KVFZvZ1JWWkpUQ0J3Y205bmNtRnRJRzltSUdFZ2RHVnpk"         \
	"Q3dnYVc0Z1lYTWdiV0Z1ZVNCdlkzUmxkSE1nWVhNZ2FYUWdkR0ZyWlhNZ2RHOGdZbVVnYzJWbGJpQmll"         \
	"U0JwZEhNZ2JHOXZheTQ9DQotLXgtLQ0K\r\n"

static void the_forms_of_the_program_are_what_they_say(void **state)
{
	static const struct {
		enum as_encoding encoding;
		const char *text;
	} cases[] = {
		{AS_ENCODING_BASE64, BASE64},
		{AS_ENCODING_UUENCODE, UU},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char out[512];
		struct as_transfer transfer;
		size_t size = as_transfer_decode(cases[i].encoding, as_span_text(cases[i].text),
						 out, sizeof(out), &transfer);

		assert_true(as_span_equal(as_span_make(out, size), as_span_text(PROGRAM)));
	}
}

/* What hides the program, and the object that shows it. */
static const struct hidden_case {
	const char *name, *message, *path;
} hidden[] = {
	{"uuencode in a text", "Subject: x\r\n\r\nhello\r\n" UU, "1/~uuencode-1"},
	{"uuencode in a text that begins like an archive",
	 "Content-Type: text/plain\r\n\r\nPK END\r\n" UU, "1/~uuencode-1"},
	{"base64 in a text", "Subject: x\r\n\r\nhello\r\n\r\n" BASE64 "\r\n", "1/~base64-1"},
	{"in the preamble", MIXED "hello\r\n" UU TEXT "--b--\r\n", "~preamble/~uuencode-1"},
	{"in the epilogue", MIXED TEXT "--b--\r\n" UU, "~epilogue/~uuencode-1"},
	{"in a field of the header",
	 "Subject: x\r\nReceived: from a by b with c and whatever else it takes to be an ordinary "
	 "header block of a mail that came over some relays of the world\r\nX-Data: " BASE64
	 "\r\n\r\nhello\r\n",
	 "~headers/~base64-1"},
	{"in a text that is in base64 as well",
	 CODED
	 "\r\naGVsbG8NCg0KVFZvZ1JWWkpUQ0J3Y205bmNtRnRJRzltSUdFZ2RHVnpkQ3dnYVc0Z1lYTWdiV0Z1ZVNC"
	 "dlkzUmxkSE1n\r\nWVhNZ2FYUWdkR0ZyDQpaWE1nZEc4Z1ltVWdjMlZsYmlCaWVTQnBkSE1nYkc5dmF5ND0N"
	 "Cg==\r\n",
	 "1/~base64-1"},
	{"behind a decoy and words among the lines",
	 "Subject: x\r\n\r\nhello\r\n\r\n" DECOY "\r\nSome words.\r\n\r\n" BASE64 "\r\n",
	 "1/~base64-1-clean-lines"},
	{"for readers that leave out lines with junk",
	 CODED "\r\nTVogRV\r\n*AAAA\r\n"
	       "ZJTCBwcm9ncmFtIG9mIGEgdGVzdCwgaW4gYXMgbWFueSBvY3RldHMgYXMgaXQgdGFr\r\n"
	       "ZXMgdG8gYmUgc2VlbiBieSBpdHMgbG9vay4=\r\n",
	 "1/~reading-clean-lines"},
	{"under a mechanism that nobody knows",
	 "Content-Transfer-Encoding: x-own\r\n\r\n" BASE64 "\r\n", "1/~reading-base64"},
	{"in quoted-printable under such a one",
	 "Content-Transfer-Encoding: x-own\r\n\r\n=4DZ EV=49L pro=\r\ngram\r\n", "1/~reading-qp"},
	{"in UTF-7", "Content-Type: text/plain; charset=utf-7\r\n\r\n+AEUAVgBJAEw-\r\n", "1/~text"},
	{"in EBCDIC",
	 "Content-Type: text/plain; charset=ibm037\r\n\r\n\xc5\xe5\xc9\xd3\x40\xa2\x83\x99\r\n",
	 "1/~text"},
	{"in UTF-7, behind the same octets in another charset",
	 MIXED "--b\r\n\r\n+AEUAVgBJAEw-\r\n--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n"
	       "+AEUAVgBJAEw-\r\n--b--\r\n",
	 "2/~text"},
	{"in a decoded multipart",
	 "Content-Type: application/octet-stream\r\n" CODED "\r\n" MULTIPART_BASE64, "1/1"},
	{"in a part behind the end",
	 MIXED TEXT "--b--\r\n--b\r\n" CODED "\r\n" BASE64 "\r\n--b--\r\n", "~reading-1"},
};

static bool is_flagged(const char *path)
{
	for (size_t i = 0; i < fixture.scan->finding_count; i++) {
		const struct as_finding *finding = fixture.scan->findings[i];

		if (strcmp(finding->code, "malware.test") == 0 &&
		    (path == NULL || strcmp(finding->object->path, path) == 0))
			return true;
	}
	return false;
}

static void what_other_readers_see_is_inspected(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hidden); i++) {
		print_message("case: %s\n", hidden[i].name);
		fixture_message(&fixture, hidden[i].message);
		if (!is_flagged(hidden[i].path))
			judged_print();
		assert_true(is_flagged(hidden[i].path));
		assert_true(as_inspect_complete(fixture.scan));
	}
}

static void without_readings_none_of_it_is_seen(void **state)
{
	(void)state;
	fixture.engine.settings.readings = false;
	for (size_t i = 0; i < COUNT(hidden); i++) {
		print_message("case: %s\n", hidden[i].name);
		fixture_message(&fixture, hidden[i].message);
		assert_null(find_object(&fixture, hidden[i].path));
	}
}

/* The word EVIL, where NUL octets keep scanners from seeing it. */
static void text_in_wide_charsets_is_inspected_converted(void **state)
{
	static const struct {
		const char *name;
		unsigned int width;
		bool big;
	} cases[] = {
		{"UTF-16LE", 2, false},
		{"UTF-16BE", 2, true},
		{"UTF-32LE", 4, false},
		{"UTF-32BE", 4, true},
	};
	static const char text[] = "EVIL text of some length, and all of it is ASCII.";
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char octets[4 * sizeof(text)] = {0};
		size_t last = cases[i].big ? cases[i].width - 1 : 0;

		print_message("case: %s\n", cases[i].name);
		for (size_t k = 0; k + 1 < sizeof(text); k++)
			octets[k * cases[i].width + last] = (unsigned char)text[k];
		fixture_file(&fixture, "a.txt",
			     as_span_make(octets, (sizeof(text) - 1) * cases[i].width));
		if (!is_flagged("a.txt/~text"))
			judged_print();
		assert_true(is_flagged("a.txt/~text"));
	}
}

static bool is_reading(const struct as_object *object)
{
	return object->pub.origin == ASSAY_ORIGIN_READING;
}

static void octets_that_several_readings_share_count_once(void **state)
{
	/* Padding within, and a letter out of the alphabet. */
	static const char damaged[] = "Content-Type: a/b\r\n" CODED
				      "\r\naGVsbG8=\r\naGVsbG8=*\r\n" BASE64 "\r\n" BASE64 "\r\n";
	(void)state;

	fixture_message(&fixture, damaged);
	for (size_t i = 0; i < fixture.scan->object_count; i++) {
		const struct as_object *a = fixture.scan->objects[i];

		for (size_t k = 0; k < i; k++) {
			const struct as_object *b = fixture.scan->objects[k];
			bool equal = memcmp(a->pub.sha256, b->pub.sha256, 32) == 0;

			if (is_reading(a) && is_reading(b) && equal)
				assert_true((a->pub.flags & ASSAY_FLAG_DUPLICATE) != 0);
		}
	}
	assert_non_null(find_object(&fixture, "1/~reading-stop"));
	for (size_t i = 0; i < fixture.scan->finding_count; i++)
		if (strcmp(fixture.scan->findings[i]->code, "mime.hidden_content") == 0)
			assert_false(fixture.scan->findings[i]->object->flags &
				     ASSAY_FLAG_DUPLICATE);
}

/* A text with so many files and other octets. */
static void many_files(struct as_buffer *text, unsigned int files, size_t others)
{
	as_buffer_init(text, 0);
	as_buffer_text(text, "Subject: x\r\n\r\n");
	for (unsigned int i = 0; i < files; i++)
		as_buffer_text(text, "begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n\r\n");
	while (text->size < others)
		as_buffer_text(text, "Words of a letter.\r\n");
	as_buffer_byte(text, 0);
}

static void files_in_a_text_are_counted(void **state)
{
	char path[32];
	struct as_buffer text;
	(void)state;

	many_files(&text, AS_INLINE_FILES_MAX + 5, 256 * 1024);
	fixture_message(&fixture, (const char *)text.data);
	snprintf(path, sizeof(path), "1/~uuencode-%u", AS_INLINE_FILES_MAX);
	assert_non_null(find_object(&fixture, path));
	snprintf(path, sizeof(path), "1/~uuencode-%u", AS_INLINE_FILES_MAX + 1);
	assert_null(find_object(&fixture, path));
	assert_int_equal(count_findings(&fixture, "limit.objects"), 1);
	assert_false(as_inspect_complete(fixture.scan));
	as_buffer_deinit(&text);
}

static void readings_cost_no_more_than_the_message_is_worth(void **state)
{
	const unsigned int most =
		AS_READINGS_SCAN_FLOOR * AS_READINGS_SCAN_FACTOR / AS_READING_OVERHEAD;
	struct as_buffer text;
	(void)state;

	/* More than there is room for, in fewer octets than change the room. */
	many_files(&text, 2 * most, 0);
	fixture_message(&fixture, (const char *)text.data);
	assert_true(fixture.scan->message.raw.size < AS_READINGS_SCAN_FLOOR);
	assert_in_range(fixture.scan->object_count, most / 2, most + 8);
	assert_int_equal(count_findings(&fixture, "limit.objects"), 1);
	assert_false(as_inspect_complete(fixture.scan));
	as_buffer_deinit(&text);
}

static void an_ordinary_message_has_no_readings(void **state)
{
	static const char *const messages[] = {
		"Subject: x\r\n\r\nhello\r\n",
		MIXED TEXT "--b\r\nContent-Type: application/pdf; name=a.pdf\r\n" CODED
			   "\r\naGVsbG8=\r\n--b--\r\n",
		"Content-Transfer-Encoding: quoted-printable\r\n\r\nIt is =C3=A4 word and=\r\n "
		"more\r\n",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(messages); i++) {
		print_message("case: %s\n", messages[i]);
		fixture_message(&fixture, messages[i]);
		for (size_t k = 0; k < fixture.scan->object_count; k++)
			assert_false(is_reading(fixture.scan->objects[k]));
		assert_int_equal(fixture.scan->finding_count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, judged_set_up, judged_tear_down)
		TEST(the_forms_of_the_program_are_what_they_say),
		TEST(what_other_readers_see_is_inspected),
		TEST(without_readings_none_of_it_is_seen),
		TEST(text_in_wide_charsets_is_inspected_converted),
		TEST(octets_that_several_readings_share_count_once),
		TEST(files_in_a_text_are_counted),
		TEST(readings_cost_no_more_than_the_message_is_worth),
		TEST(an_ordinary_message_has_no_readings),
#undef TEST
	};

	return cmocka_run_group_tests_name("inspect readings", tests, NULL, NULL);
}
