/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects of a message and how they are called. */
#include "test_inspect_fixture.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

static void the_parts_of_a_message_become_objects(void **state)
{
	static const char message[] =
		"From: A <a@example.org>, b@example.org\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n"
		"Message-ID: <1@x>\r\nDate: today\r\n"
		"Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore\r\n"
		"--b\r\nContent-Type: text/html; charset=UTF-8\r\n\r\nhello\r\n"
		"--b\r\nContent-Type: application/pdf\r\n"
		"Content-Disposition: attachment; filename=x.PDF\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\nbehind\r\n";
	static const struct {
		const char *path;
		enum assay_origin origin;
		const char *declared;
		size_t size;
		uint32_t flags;
	} cases[] = {
		{"", ASSAY_ORIGIN_MESSAGE, "message/rfc822", sizeof(message) - 1,
		 ASSAY_FLAG_UNPACKED},
		{"1", ASSAY_ORIGIN_ENTITY, "text/html", 5, ASSAY_FLAG_INLINE | ASSAY_FLAG_BODY},
		{"2/x.PDF", ASSAY_ORIGIN_ENTITY, "application/pdf", 4, 0},
		{"~preamble", ASSAY_ORIGIN_GAP, "", 0, 0},
		{"~epilogue", ASSAY_ORIGIN_GAP, "", 0, 0},
	};
	(void)state;

	fixture_message(&fixture, message);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_object *object = find_object(&fixture, cases[i].path);

		print_message("case: \"%s\"\n", cases[i].path);
		assert_non_null(object);
		assert_int_equal(object->pub.origin, cases[i].origin);
		assert_string_equal(object->pub.declared, cases[i].declared);
		assert_int_equal(object->pub.flags, cases[i].flags);
		if (cases[i].size > 0)
			assert_int_equal(object->pub.size, cases[i].size);
	}
	assert_string_equal(find_object(&fixture, "2/x.PDF")->pub.extension, ".pdf");
	assert_int_equal(find_object(&fixture, "~headers")->pub.origin, ASSAY_ORIGIN_HEADERS);
	assert_string_equal(fixture.scan->message.subject, "caf\xc3\xa9");
	assert_string_equal(fixture.scan->message.from, "a@example.org");
	assert_int_equal(fixture.scan->from_count, 2);
	assert_string_equal(fixture.scan->message.message_id, "<1@x>");
	assert_int_equal(fixture.scan->message.attachments, 1);
}

static int reads_inner(struct fake *fake, struct assay_scan *scan,
		       const struct assay_object *object, enum assay_phase phase)
{
	(void)fake;
	(void)phase;
	if (object->data.size == 6 && memcmp(object->data.data, "needle", 6) == 0)
		return say(scan, object, "yara.needle");
	return 0;
}

static void a_message_in_base64_is_entered(void **state)
{
	static const char inner[] =
		"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i\r\n"
		"Content-Disposition: attachment; filename=n.txt\r\n\r\nneedle\r\n--i--\r\n";
	struct as_buffer text;
	(void)state;

	as_buffer_init(&text, 0);
	as_buffer_text(&text, "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
			      "Content-Type: message/rfc822; name=mail.eml\r\n"
			      "Content-Transfer-Encoding: base64\r\n\r\n");
	put_base64(&text, as_span_text(inner));
	as_buffer_text(&text, "--o--\r\n");
	as_buffer_byte(&text, 0);
	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, reads_inner);
	fixture_message(&fixture, (const char *)text.data);
	assert_string_equal(find_finding(&fixture, "yara.needle")->object->path,
			    "1/mail.eml/2/n.txt");
	assert_int_equal(find_finding(&fixture, "yara.needle")->object->depth, 1);
	as_buffer_deinit(&text);
}

static void a_message_that_stands_in_the_tree_counts_on(void **state)
{
	static const char message[] =
		"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
		"Content-Type: message/rfc822\r\n\r\n"
		"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i\r\n"
		"Content-Disposition: attachment; filename=n.txt\r\n\r\nneedle\r\n--i--\r\n"
		"--o--\r\n";
	(void)state;

	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, reads_inner);
	fixture_message(&fixture, message);
	assert_string_equal(find_finding(&fixture, "yara.needle")->object->path, "1.2/n.txt");
	assert_string_equal(find_finding(&fixture, "yara.needle")->object->parent->path, "1");
}

static void a_text_with_the_same_octets_does_not_hide_a_message(void **state)
{
#define INNER                                                                                      \
	"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nx\r\n--i\r\n"                 \
	"Content-Disposition: attachment; filename=n.txt\r\n\r\nneedle\r\n--i--\r\n"
	static const char message[] = "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
				      "Content-Type: text/plain\r\n\r\n" INNER "\r\n--o\r\n"
				      "Content-Type: message/rfc822\r\n\r\n" INNER "\r\n--o--\r\n";
	(void)state;

	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, reads_inner);
	fixture_message(&fixture, message);
	assert_memory_equal(find_object(&fixture, "1")->pub.sha256,
			    find_object(&fixture, "2")->pub.sha256, 32);
	assert_string_equal(find_finding(&fixture, "yara.needle")->object->path, "2.2/n.txt");
}

static const char *member_name;
static size_t member_length;

static int emits_named(struct fake *fake, struct assay_scan *scan,
		       const struct assay_object *object, enum assay_phase phase)
{
	struct assay_child child = {.data = as_span_text("x"),
				    .name = member_name,
				    .name_length = member_length,
				    .origin = ASSAY_ORIGIN_MEMBER};
	(void)fake;
	(void)phase;
	if (object->depth > 0)
		return 0;
	assert_int_equal(host->emit(scan, object, &child), ASSAY_OK);
	child.name = NULL;
	child.label = "html-blob";
	child.origin = ASSAY_ORIGIN_DERIVED;
	assert_int_equal(host->emit(scan, object, &child), ASSAY_OK);
	return host->emit(scan, object, &child);
}

static void names_of_members_are_escaped_in_paths(void **state)
{
	static const struct {
		const char *name;
		const char *octets;
		size_t length;
		const char *path;
	} cases[] = {
		{"plain", "dir/run.js", 10, "a.zip/dir/run.js"},
		{"line end", "a\r\nb", 4, "a.zip/a\\x0d\\x0ab"},
		{"NUL", "a.txt\0.exe", 10, "a.zip/a.txt\\x00.exe"},
		{"override",
		 "a\xe2\x80\xae"
		 "cod.exe",
		 11, "a.zip/a\\u{202e}cod.exe"},
		{"escape", "\x1b]0;x\x07", 6, "a.zip/\\x1b]0;x\\x07"},
		{"nameless", "", 0, "a.zip/~member-1"},
	};
	(void)state;

	fixture_add(&fixture, "one", ASSAY_UNPACK, 0, emits_named);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		member_name = cases[i].octets;
		member_length = cases[i].length;
		fixture_file(&fixture, "a.zip", as_span_text("PK"));
		assert_string_equal(fixture.scan->objects[1]->pub.path, cases[i].path);
		assert_int_equal(
			strncmp(fixture.scan->objects[2]->pub.path, "a.zip/~html-blob-", 17), 0);
		assert_string_not_equal(fixture.scan->objects[2]->pub.path,
					fixture.scan->objects[3]->pub.path);
	}
}

static void long_names_are_cut_in_paths_only(void **state)
{
	static char name[5000];
	(void)state;

	memset(name, 'n', sizeof(name));
	memcpy(name + sizeof(name) - 4, ".exe", 4);
	member_name = name;
	member_length = sizeof(name);
	fixture_add(&fixture, "one", ASSAY_UNPACK, 0, emits_named);
	fixture_file(&fixture, "a.zip", as_span_text("PK"));
	assert_int_equal(strlen(fixture.scan->objects[1]->pub.path), 6 + ASSAY_NAME_MAX);
	assert_int_equal(fixture.scan->objects[1]->pub.names[0].length, sizeof(name));
	assert_string_equal(fixture.scan->objects[1]->pub.extension, ".exe");
}

static int digs(struct fake *fake, struct assay_scan *scan, const struct assay_object *object,
		enum assay_phase phase)
{
	char octets[32];
	struct assay_child child = {
		.name = member_name, .name_length = member_length, .origin = ASSAY_ORIGIN_MEMBER};
	(void)fake;
	(void)phase;
	snprintf(octets, sizeof(octets), "%u", object->depth);
	child.data = as_span_text(octets);
	host->emit(scan, object, &child);
	return 0;
}

static void paths_of_deep_members_stay_bounded(void **state)
{
	static char name[255];
	(void)state;

	memset(name, 0xff, sizeof(name));
	member_name = name;
	member_length = sizeof(name);
	fixture.engine.settings.limits.depth = 64;
	fixture_add(&fixture, "one", ASSAY_UNPACK, 0, digs);
	fixture_file(&fixture, "a.zip", as_span_text("PK"));
	assert_int_equal(fixture.scan->object_count, 65);
	for (size_t i = 0; i < fixture.scan->object_count; i++)
		assert_in_range(strlen(fixture.scan->objects[i]->pub.path), 1, 4096);
}

static void a_file_without_a_name_has_an_empty_path(void **state)
{
	(void)state;
	fixture_file(&fixture, NULL, as_span_text("x"));
	assert_string_equal(fixture.scan->objects[0]->pub.path, "");
	assert_int_equal(fixture.scan->objects[0]->pub.name_count, 0);
	assert_int_equal(fixture.scan->objects[0]->pub.origin, ASSAY_ORIGIN_FILE);
}

static void an_empty_message_is_inspected_like_any_other(void **state)
{
	(void)state;
	fixture_add(&fixture, "one", ASSAY_JUDGE, 0, NULL);
	fixture_message(&fixture, "");
	assert_true(fixture.scan->object_count >= 1);
	assert_true(as_inspect_complete(fixture.scan));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(the_parts_of_a_message_become_objects),
		TEST(a_message_in_base64_is_entered),
		TEST(a_message_that_stands_in_the_tree_counts_on),
		TEST(a_text_with_the_same_octets_does_not_hide_a_message),
		TEST(names_of_members_are_escaped_in_paths),
		TEST(long_names_are_cut_in_paths_only),
		TEST(paths_of_deep_members_stay_bounded),
		TEST(a_file_without_a_name_has_an_empty_path),
		TEST(an_empty_message_is_inspected_like_any_other),
	};
	return cmocka_run_group_tests_name("inspect paths", tests, NULL, NULL);
}
