/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

#define MIXED(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n\n"

struct test_case {
	const char *name;
	const char *message;
	const char *tree;  /* "number type=body|" of leaves, "number type{n}|"
			      of the others with their children */
	const char *notes; /* "severity code|", repeats once, without INFO:
			      2 low, 3 medium, d the registry's */
};

static const struct test_case structures[] = {
	{"an empty message", "", "1 text/plain=|", ""},
	{"no type", "A: b\n\nhello\n", "1 text/plain=hello\n|", ""},
	{"no header", "\nhello\n", "1 text/plain=hello\n|", ""},
	{"no body", "A: b\n", "1 text/plain=|", ""},
	{"two parts with preamble and epilogue",
	 MIXED("b") "pre\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n\n--b--\npost\n",
	 " multipart/mixed{2}|1 text/plain=one|2 text/html=two\n|", ""},
	{"no close delimiter", MIXED("b") "--b\n\none\n--b\n\ntwo\n",
	 " multipart/mixed{2}|1 text/plain=one|2 text/plain=two\n|", ""},
	{"blanks behind the delimiters", MIXED("b") "--b \t\n\none\n--b-- \n",
	 " multipart/mixed{1}|1 text/plain=one|", ""},
	{"a header that a delimiter ends", MIXED("b") "--b\nA: b\n--b\n\ntwo\n--b--\n",
	 " multipart/mixed{2}|1 text/plain=|2 text/plain=two|", ""},
	{"an empty part", MIXED("b") "--b\n--b\n\n--b--\n",
	 " multipart/mixed{2}|1 text/plain=|2 text/plain=|", ""},
	{"a part without header and blank line", MIXED("b") "--b\nhello\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=hello|", ""},
	{"nested multiparts",
	 MIXED("o") "--o\n" MIXED("i") "--i\n\none\n--i--\nepi\n--o\n\ntwo\n--o--\n",
	 " multipart/mixed{2}|1 multipart/mixed{1}|1.1 text/plain=one|2 text/plain=two|", ""},
	{"the parent's boundary ends the children",
	 MIXED("o") "--o\n" MIXED("i") "--i\n\none\n--o\n\ntwo\n--o--\n",
	 " multipart/mixed{2}|1 multipart/mixed{1}|1.1 text/plain=one|2 text/plain=two|", ""},
	{"an inner boundary that begins with the outer one",
	 MIXED("b") "--b\n" MIXED("bb") "--bb\n\none\n--bb--\n--b\n\ntwo\n--b--\n",
	 " multipart/mixed{2}|1 multipart/mixed{1}|1.1 text/plain=one|2 text/plain=two|", ""},
	{"an inner boundary that equals the outer one",
	 MIXED("b") "--b\n" MIXED("b") "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
	 " multipart/mixed{2}|1 multipart/mixed{1}|1.1 text/plain=one|2 text/plain=two|",
	 "2 mime.boundary_conflict|"},
	{"an outer close delimiter that is an inner delimiter",
	 MIXED("b") "--b\n" MIXED("b--") "--b--\n\none\n--b----\n",
	 " multipart/mixed{1}|1 multipart/mixed{1}|1.1 text/plain=one|", ""},
	{"a delimiter with something behind it", MIXED("b") "--b\n\none\n--bc\n\ntwo\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=one\n--bc\n\ntwo|", ""},
	{"a delimiter behind the close delimiter",
	 MIXED("b") "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=one|", ""},
	{"no boundary parameter", "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n",
	 "1 multipart/mixed=--b\n\none\n--b--\n|", "2 mime.boundary_syntax|"},
	{"an empty boundary", MIXED("\"\"") "text\n", "1 multipart/mixed=text\n|",
	 "2 mime.boundary_syntax|"},
	{"a multipart without a delimiter", MIXED("b") "text\n", " multipart/mixed{0}|",
	 "2 mime.boundary_syntax|"},
	{"two different boundaries",
	 "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n\none\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=one|", "3 mime.boundary_conflict|"},
	{"multipart without subtype", "Content-Type: multipart; boundary=b\n\n--b\n\none\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=one|", "3 mime.content_type_malformed|"},
};

static const struct test_case messages[] = {
	{"a message in a part",
	 MIXED("b") "--b\nContent-Type: message/rfc822\n\nSubject: x\n\nhello\n--b--\n",
	 " multipart/mixed{1}|1 message/rfc822{1}|1.1 text/plain=hello|", ""},
	{"a multipart in a message in a part",
	 MIXED("b") "--b\nContent-Type: message/global\n\n" MIXED(
		 "i") "--i\n\none\n--i\n\ntwo\n--i--\n--b--\n",
	 " multipart/mixed{1}|1 message/global{1}|1 multipart/mixed{2}|1.1 text/plain=one|"
	 "1.2 text/plain=two|",
	 ""},
	{"a message at the root", "Content-Type: message/rfc822\n\nA: b\n\nhello\n",
	 " message/rfc822{1}|1 text/plain=hello\n|", ""},
	{"an inner message behind a blank line",
	 "Content-Type: message/rfc822\n\n\nContent-Type: text/html\n\nhello\n",
	 " message/rfc822{1}|1 text/html=hello\n|", ""},
	{"an encoded message stays a leaf",
	 "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQQ==\n",
	 "1 message/rfc822=QQ==\n|", "2 mime.encoding_on_composite|"},
	{"an encoded multipart with delimiters is split all the same",
	 "Content-Transfer-Encoding: base64\n" MIXED("b") "--b\n\none\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=one|", "2 mime.encoding_on_composite|"},
	{"an encoded multipart without delimiters is a leaf",
	 "Content-Transfer-Encoding: base64\n" MIXED("b") "QQ==\n", "1 multipart/mixed=QQ==\n|",
	 "2 mime.encoding_on_composite|2 mime.boundary_syntax|"},
	{"a digest has messages by default",
	 "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\none\n"
	 "--b\nContent-Type: text/plain\n\ntwo\n--b--\n",
	 " multipart/digest{2}|1 message/rfc822{1}|1.1 text/plain=one|2 text/plain=two|", ""},
	{"a part of a message elsewhere",
	 "Content-Type: message/partial; id=a; number=1; total=1\n\nx\n", "1 message/partial=x\n|",
	 "d mime.partial|"},
	{"a body elsewhere", "Content-Type: message/external-body; access-type=url\n\nA: b\n",
	 "1 message/external-body=A: b\n|", "d mime.external_body|"},
};

static const struct test_case headers[] = {
	{"an mbox line", "From a@b Thu Jan  1 00:00:00 1970\nContent-Type: text/html\n\nx\n",
	 "1 text/html=x\n|", ""},
	{"a quoted mbox line", ">From a@b Thu\nContent-Type: text/html\n\nx\n", "1 text/html=x\n|",
	 ""},
	{"a byte order mark",
	 "\xef\xbb\xbf"
	 "Content-Type: text/html\n\nx\n",
	 "1 text/html=x\n|", ""},
	{"blank lines first", "\n \nContent-Type: text/html\n\nx\n", "1 text/html=x\n|", ""},
	{"a line without colon among the fields", "A: b\njunk\nContent-Type: text/html\n\nx\n",
	 "1 text/html=x\n|", "2 mime.header_malformed|"},
	{"a line without colon that ends the header", "Content-Type: text/html\njunk\n\nx\n",
	 "1 text/html=junk\n\nx\n|", "2 mime.header_malformed|"},
	{"a line of blanks is a fold", "A: b\n \t\nContent-Type: text/html\n\nx\n",
	 "1 text/html=x\n|", ""},
	{"a folded name", "A: b\nContent-Type\n : text/html\n\nx\n", "1 text/html=x\n|",
	 "2 mime.header_malformed|"},
	{"Content fields behind a blank line",
	 MIXED("b") "--b\n\nContent-Type: text/html\n\nx\n--b--\n",
	 " multipart/mixed{1}|1 text/plain=Content-Type: text/html\n\nx|",
	 "2 mime.header_malformed|"},
	{"two equal types", "Content-Type: text/html\nContent-Type: text/html\n\nx\n",
	 "1 text/html=x\n|", ""},
	{"two types, the last counts", "Content-Type: text/html\nContent-Type: a/b\n\nx\n",
	 "1 a/b=x\n|", "3 mime.content_type_conflict|"},
	{"two encodings",
	 "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\nx\n",
	 "1 text/plain=x\n|", "3 mime.encoding_conflict|"},
	{"an unknown encoding", "Content-Transfer-Encoding: rot13\n\nx\n", "1 text/plain=x\n|",
	 "d mime.encoding_unknown|"},
	{"two authors", "From: a@b\nFrom: c@d\n\nx\n", "1 text/plain=x\n|",
	 "3 mime.multiple_from|"},
	{"a type that is none", "Content-Type: text\n\nx\n", "1 text/plain=x\n|",
	 "2 mime.content_type_malformed|"},
};

static void render_notes(const struct as_mime_tree *tree, struct as_buffer *out)
{
	const char *last = "";

	for (const struct as_note *note = tree->notes; note != NULL; note = note->next) {
		if (note->severity == ASSAY_INFO || strcmp(note->code, last) == 0)
			continue;
		last = note->code;
		if (note->severity == ASSAY_SEVERITY_DEFAULT)
			as_buffer_printf(out, "d %s|", note->code);
		else
			as_buffer_printf(out, "%d %s|", (int)note->severity, note->code);
	}
	as_buffer_byte(out, '\0');
}

static void render_tree(const struct as_mime_tree *tree, struct as_buffer *out)
{
	for (struct as_entity *entity = tree->root; entity != NULL;
	     entity = as_entity_next(entity)) {
		unsigned int children = 0;

		as_buffer_printf(out, "%s %s", entity->number, entity->media_type);
		if (entity->kind != AS_ENTITY_LEAF) {
			for (struct as_entity *child = entity->first_child; child != NULL;
			     child = child->next)
				children++;
			as_buffer_printf(out, "{%u}|", children);
			continue;
		}
		as_buffer_text(out, "=");
		for (size_t i = entity->body_begin; i < entity->body_end; i++)
			if (tree->message.data[i] != '\r')
				as_buffer_byte(out, tree->message.data[i]);
		as_buffer_text(out, "|");
	}
	as_buffer_byte(out, '\0');
}

static void check_message(struct as_span message, const struct test_case *test)
{
	struct as_buffer tree_text, notes_text;
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;
	struct as_arena arena;

	as_limits_standard(&limits);
	as_arena_init(&arena, ARENA_MAX_BYTES);
	as_buffer_init(&tree_text, 0);
	as_buffer_init(&notes_text, 0);
	assert_int_equal(as_mime_parse(&arena, message, &limits, &tree), 0);
	render_tree(tree, &tree_text);
	render_notes(tree, &notes_text);
	assert_string_equal((char *)tree_text.data, test->tree);
	assert_string_equal((char *)notes_text.data, test->notes);
	as_buffer_deinit(&tree_text);
	as_buffer_deinit(&notes_text);
	as_arena_deinit(&arena);
}

/* Every case holds with LF and with CRLF. */
static void check_cases(const struct test_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct as_buffer crlf;

		print_message("case: %s\n", cases[i].name);
		check_message(as_span_text(cases[i].message), &cases[i]);
		as_buffer_init(&crlf, 0);
		for (const char *p = cases[i].message; *p != '\0'; p++)
			as_buffer_text(&crlf, *p == '\n' ? "\r\n" : (char[]){*p, '\0'});
		check_message(as_buffer_span(&crlf), &cases[i]);
		as_buffer_deinit(&crlf);
	}
}

static void multiparts_give_the_expected_trees(void **state)
{
	(void)state;
	check_cases(structures, COUNT(structures));
}

static void messages_in_messages_give_the_expected_trees(void **state)
{
	(void)state;
	check_cases(messages, COUNT(messages));
}

static void odd_headers_give_the_expected_trees(void **state)
{
	(void)state;
	check_cases(headers, COUNT(headers));
}

static struct as_mime_tree *parse(struct as_arena *arena, struct as_span message)
{
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_arena_init(arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(arena, message, &limits, &tree), 0);
	return tree;
}

static void ranges_and_regions_are_exact(void **state)
{
	static const struct {
		enum as_region_kind kind;
		size_t begin, end;
	} expected[] = {
		{AS_REGION_HEADER, 0, 45},     {AS_REGION_PREAMBLE, 45, 48},
		{AS_REGION_DELIMITER, 48, 55}, {AS_REGION_HEADER, 55, 63},
		{AS_REGION_BODY, 63, 66},      {AS_REGION_DELIMITER, 66, 75},
		{AS_REGION_EPILOGUE, 75, 81},
	};
	struct as_arena arena;
	struct as_mime_tree *tree =
		parse(&arena,
		      as_span_text("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\n"
				   "A: b\r\n\r\none\r\n--b--\r\npost\r\n"));
	(void)state;

	assert_int_equal(tree->region_count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_int_equal(tree->regions[i].kind, expected[i].kind);
		assert_int_equal(tree->regions[i].begin, expected[i].begin);
		assert_int_equal(tree->regions[i].end, expected[i].end);
	}
	assert_int_equal(tree->root->body_end, 81);
	assert_true(tree->root->closed);
	assert_int_equal(tree->root->first_child->header_begin, 55);
	as_arena_deinit(&arena);
}

static void fields_of_an_entity_are_read(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(
		&arena, as_span_text("Content-Type: TEXT/Html; charset=UTF-8; name=\"a.htm\"\n"
				     "Content-Transfer-Encoding: Quoted-Printable\n"
				     "Content-Disposition: Attachment; filename=\"b.exe\"\n\nx\n"));
	struct as_entity *entity = tree->root;
	(void)state;

	assert_string_equal(entity->media_type, "text/html");
	assert_string_equal(entity->charset, "utf-8");
	assert_string_equal(entity->disposition, "attachment");
	assert_string_equal(entity->encoding_text, "Quoted-Printable");
	assert_int_equal(entity->encoding, AS_ENCODING_QP);
	assert_int_equal(entity->name_count, 2);
	as_arena_deinit(&arena);
}

static void message_with_cr_line_ends_is_split(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(
		&arena,
		as_span_text("Content-Type: multipart/mixed; boundary=b\r\r--b\r\rone\r--b--\r"));
	(void)state;

	assert_non_null(tree->root->first_child);
	assert_int_equal(tree->root->first_child->body_end - tree->root->first_child->body_begin,
			 3);
	assert_true(tree->gmime_skipped);
	as_arena_deinit(&arena);
}

static void flood_of_mild_notes_does_not_hide_a_severe_one(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree = parse(&arena, as_span_text("A: b\n\nx\n"));
	struct as_note *last;
	size_t count = 0;
	(void)state;

	for (size_t i = 0; i < 1000; i++)
		as_mime_note(tree, "mime.no_end", ASSAY_INFO, i, NULL, NULL);
	as_mime_note(tree, "mime.no_end", ASSAY_MEDIUM, 4711, NULL, NULL);
	for (last = tree->notes; last != NULL; last = last->next)
		count++;
	last = tree->last_note;
	assert_int_equal(count, AS_NOTES_MAX);
	assert_int_equal(last->severity, ASSAY_MEDIUM);
	assert_int_equal(last->offset, 4711);
	assert_int_equal(last->more, 1001 - AS_NOTES_MAX);
	assert_string_equal(last->text, "this and 985 more of the same kind");
	as_arena_deinit(&arena);
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multiparts_give_the_expected_trees),
		cmocka_unit_test(messages_in_messages_give_the_expected_trees),
		cmocka_unit_test(odd_headers_give_the_expected_trees),
		cmocka_unit_test(ranges_and_regions_are_exact),
		cmocka_unit_test(fields_of_an_entity_are_read),
		cmocka_unit_test(message_with_cr_line_ends_is_split),
		cmocka_unit_test(flood_of_mild_notes_does_not_hide_a_severe_one),
	};

	return cmocka_run_group_tests_name("mime tree", tests, start, NULL);
}
