/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings.h"

#include "base/buffer.h"
#include "mime/entity.h"
#include "mime/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* What each hostile message hides, and how it stands there. */
#define PAYLOAD		"PAYLOAD-XYZ-0123456789"
#define DATA		"UEFZTE9BRC1YWVotMDEyMzQ1Njc4OQ==\n"
#define CODED		"Content-Transfer-Encoding: base64\n"
#define PART		"Content-Type: application/zip; name=x.zip\n" CODED "\n" DATA
#define MIXED(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n\n"
#define TEXT		"Content-Type: text/plain\n\ntext\n"

struct hidden_case {
	const char *name, *message;
};

static const struct hidden_case boundaries[] = {
	{"two parameters, the first true",
	 "Content-Type: multipart/mixed; boundary=aaa; boundary=bbb\n\n--aaa\n" PART "--aaa--\n"},
	{"two parameters, the last true",
	 "Content-Type: multipart/mixed; boundary=aaa; boundary=bbb\n\n--bbb\n" PART "--bbb--\n"},
	{"two parameters, both used",
	 "Content-Type: multipart/mixed; boundary=aaa; boundary=bbb\n\n--bbb\n" TEXT "--aaa\n" PART
	 "--aaa--\n--bbb--\n"},
	{"two fields",
	 "Content-Type: multipart/mixed; boundary=aaa\nContent-Type: multipart/mixed; "
	 "boundary=bbb\n\n--aaa\n" PART "--aaa--\n"},
	{"continuations",
	 "Content-Type: multipart/mixed; boundary*0=aa; boundary*1=bb\n\n--aabb\n" PART
	 "--aabb--\n"},
	{"percent signs",
	 "Content-Type: multipart/mixed; boundary*=us-ascii''a%61b\n\n--aab\n" PART "--aab--\n"},
	{"an encoded word",
	 "Content-Type: multipart/mixed; boundary=\"=?us-ascii?q?aab?=\"\n\n--aab\n" PART
	 "--aab--\n"},
	{"a comment",
	 "Content-Type: multipart/mixed; boundary=(boundary=foo)bar\n\n--bar\n" PART "--bar--\n"},
	{"no parameter", "Content-Type: multipart/mixed\n\n--b\n" PART "--b--\n"},
	{"an empty one", MIXED("\"\"") "--\n" PART "----\n"},
	{"a leaf type", "Content-Type: text/plain\n\n--b\n" PART "--b--\n"},
	{"no type", "Subject: x\n\n--b\n" PART "--b--\n"},
	{"no subtype", "Content-Type: multipart; boundary=b\n\n--b\n" PART "--b--\n"},
	{"a tail", MIXED("bound") "--bound\n" TEXT "--bound tail\n" PART "--bound--\n"},
	{"a tail behind the close form",
	 MIXED("bound") "--bound\n" TEXT "--bound--tail\n" PART "--bound--\n"},
	{"an indent", MIXED("bound") "--bound\n" TEXT " --bound\n" PART "--bound--\n"},
	{"another hyphen", MIXED("bound") "--bound\n" TEXT "---bound\n" PART "--bound--\n"},
	{"in mid-line",
	 MIXED("boundary") "--boundary\n" TEXT "x --boundary\n" PART "--boundary--\n"},
	{"behind a lone CR", MIXED("bound") "--bound\n" TEXT "x\r--bound\n" PART "--bound--\n"},
	{"another case", MIXED("bound") "--bound\n" TEXT "--BOUND\n" PART "--bound--\n"},
	{"a NUL would end it", MIXED("\"bo und\"") "--bo\n" PART "--bo--\n"},
	{"a line that cuts it", MIXED("longboundary") "--longbound\n" PART "--longbound--\n"},
};

static const struct hidden_case structures[] = {
	{"behind the close delimiter", MIXED("b") "--b\n" TEXT "--b--\n--b\n" PART "--b--\n"},
	{"fields right behind the close delimiter", MIXED("b") "--b\n" TEXT "--b--\n" PART},
	{"another boundary in the epilogue", MIXED("b") "--b\n" TEXT "--b--\n--c\n" PART "--c--\n"},
	{"in the preamble", MIXED("b") "--c\n" PART "--c--\n--b\n" TEXT "--b--\n"},
	{"behind a blank line", MIXED("b") "--b\n\n" PART "--b--\n"},
	{"behind a line of blanks", MIXED("b") "--b\n \t\n" PART "--b--\n"},
	{"behind junk", MIXED("b") "--b\njunk\n" PART "--b--\n"},
	{"a blank line at the root", "\nSubject: x\n\n" MIXED("b") "--b\n" PART "--b--\n"},
	{"a delimiter in the header",
	 "Subject: x\nContent-Type: multipart/mixed; boundary=b\n--b\n" PART "--b--\n"},
	{"lone CRs in the header",
	 MIXED("b") "--b\nContent-Type: application/zip\rContent-Transfer-Encoding: base64\n\n" DATA
		    "--b--\n"},
	{"CR only",
	 "Content-Type: multipart/mixed; boundary=b\r\r--b\rContent-Type: a/b\r"
	 "Content-Transfer-Encoding: base64\r\rUEFZTE9BRC1YWVotMDEyMzQ1Njc4OQ==\r--b--\r"},
	{"inner boundary equals outer",
	 MIXED("b") "--b\n" MIXED("b") "--b\n" TEXT "--b--\n--b\n" PART "--b--\n"},
	{"inner boundary begins with outer",
	 MIXED("bnd") "--bnd\n" MIXED("bndx") "--bndx\n" PART "--bndx--\n--bnd--\n"},
	{"outer boundary begins with inner",
	 MIXED("bndx") "--bndx\n" MIXED("bnd") "--bnd\n" PART "--bnd--\n--bndx--\n"},
	{"crossing", MIXED("out") "--out\n" MIXED("in") "--in\n" TEXT "--out\n" TEXT "--in\n" PART
							"--in--\n--out--\n"},
	{"an inner multipart without parameter",
	 MIXED("b") "--b\nContent-Type: multipart/mixed\n\n--c\n" PART "--c--\n--b--\n"},
	{"no close delimiter", MIXED("b") "--b\n" PART},
	{"a quoted part", "Content-Type: text/plain\n\nReturned:\n\n--b\n" PART "--b--\n"},
	{"fields in a text", "Content-Type: text/plain\n\nReturned:\n\n" PART},
};

static const struct hidden_case encodings[] = {
	{"two fields, the first true",
	 CODED "Content-Transfer-Encoding: quoted-printable\n\n" DATA},
	{"two fields, the last true",
	 "Content-Transfer-Encoding: quoted-printable\n" CODED "\n" DATA},
	{"a list", "Content-Transfer-Encoding: quoted-printable, base64\n\n" DATA},
	{"on a multipart", "Content-Type: multipart/mixed; boundary=b\n" CODED "\n" DATA},
	{"on a multipart with a delimiter",
	 "Content-Type: multipart/mixed; boundary=b\n" CODED "\n" DATA "--b\n" TEXT "--b--\n"},
	{"a leaf or a multipart",
	 "Content-Type: application/zip\nContent-Type: multipart/mixed; boundary=b\n" CODED
	 "\n" DATA "--b\n" TEXT "--b--\n"},
	{"a leaf that a line cuts",
	 MIXED("bound") "--bound\n" CODED "\n" DATA "--bound x\nQUJDREVGRw==\n--bound--\n"},
	{"a mechanism that nobody knows in a late part",
	 MIXED("b") "--b\n" TEXT "--b--\n--b\nContent-Type: application/zip\n"
		    "Content-Transfer-Encoding: x-own\n\n" DATA "--b--\n"},
};

static struct as_mime_tree *parse(struct as_arena *arena, struct as_span message)
{
	struct as_mime_tree *tree = NULL;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_arena_init(arena, ARENA_MAX_BYTES);
	assert_int_equal(as_mime_parse(arena, message, &limits, &tree), 0);
	return tree;
}

static bool has_payload(struct as_span raw, enum as_encoding encoding)
{
	unsigned char out[4096];
	struct as_transfer transfer;
	size_t size = raw.size;

	if (!as_encoding_changes(encoding))
		return as_span_has_at(raw, 0, PAYLOAD, sizeof(PAYLOAD) - 1);
	size = as_transfer_decode(encoding, raw, out, sizeof(out), &transfer);
	return as_span_has_at(as_span_make(out, size), 0, PAYLOAD, sizeof(PAYLOAD) - 1);
}

static bool finds_payload(const struct as_mime_tree *tree)
{
	for (const struct as_extra_body *e = tree->extras; e != NULL; e = e->next)
		if (has_payload(as_span_slice(tree->message, e->begin, e->end - e->begin),
				e->encoding))
			return true;
	for (struct as_entity *e = tree->root; e != NULL; e = as_entity_next(e))
		if (e->kind == AS_ENTITY_LEAF &&
		    has_payload(as_span_slice(tree->message, e->body_begin,
					      e->body_end - e->body_begin),
				e->encoding))
			return true;
	return false;
}

static void check_hidden(const struct hidden_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct as_buffer crlf;
		struct as_arena arena;

		print_message("case: %s\n", cases[i].name);
		assert_true(finds_payload(parse(&arena, as_span_text(cases[i].message))));
		as_arena_deinit(&arena);
		as_buffer_init(&crlf, 0);
		for (const char *p = cases[i].message; *p != '\0'; p++)
			as_buffer_text(&crlf, *p == '\n' ? "\r\n" : (char[]){*p, '\0'});
		assert_true(finds_payload(parse(&arena, as_buffer_span(&crlf))));
		as_arena_deinit(&arena);
		as_buffer_deinit(&crlf);
	}
}

static void parts_under_any_boundary_are_read(void **state)
{
	(void)state;
	check_hidden(boundaries, COUNT(boundaries));
}

static void parts_at_any_place_are_read(void **state)
{
	(void)state;
	check_hidden(structures, COUNT(structures));
}

static void bodies_are_read_in_every_encoding_that_is_claimed(void **state)
{
	(void)state;
	check_hidden(encodings, COUNT(encodings));
}

static void ordinary_mail_has_no_extras(void **state)
{
	static const struct {
		const char *name, *message;
	} cases[] = {
		{"text", "Subject: x\n\nhello\n"},
		{"a multipart",
		 "Subject: x\n" MIXED("\"=_a:b\"") "--=_a:b\n" TEXT "--=_a:b\n" PART "--=_a:b--\n"},
		{"a signature", "Subject: x\n\nhello\n-- \nme\n"},
		{"rules", "Subject: x\n\n-----\nhello\n-----\n--------------\n"},
		{"a forwarded mail",
		 "Subject: x\n\n-----Original Message-----\nFrom: a\nTo: b\n\n-----"
		 "Original Message-----\nFrom: c\n"},
		{"armour", "Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP "
			   "MESSAGE-----\n"},
		{"a patch",
		 "Subject: x\n\n--- a/file.c\n+++ b/file.c\n@@ -1 +1 @@\n--old\n+new\n--\n"
		 "2.1\n"},
		{"rules in a multipart",
		 MIXED("----=_Part_1") "------=_Part_1\n" TEXT "---------\nx\n------=_Part_1--\n"},
		{"a footer behind the end", MIXED("bound") "--bound\n" TEXT "--bound--\n\n"
							   "_____\nlist@example\n"},
		{"no close delimiter", MIXED("bound") "--bound\n" TEXT "--bound\n" PART},
		{"a preamble", MIXED("bound") "This is MIME.\n\n--bound\n" TEXT "--bound--\n"},
		{"a report", "Content-Type: multipart/report; boundary=bound\n\n--bound\n" TEXT
			     "--bound\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;"
			     "x\n\n--bound\nContent-Type: message/rfc822\n\n" MIXED(
				     "inner") "--inner\n" TEXT "--inner\n" PART "--bound--\n"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_arena arena;
		struct as_mime_tree *tree = parse(&arena, as_span_text(cases[i].message));

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(tree->extra_count, 0);
		as_arena_deinit(&arena);
	}
}

static void extras_tell_claims_from_looks(void **state)
{
	static const struct {
		const char *name, *message;
		bool claimed;
	} cases[] = {
		{"a late part", MIXED("b") "--b\n" TEXT "--b--\n--b\n" PART "--b--\n", true},
		{"a first line of a body", "Subject: x\n\n--b\n" PART "--b--\n", true},
		{"a part that a text quotes", "Subject: x\n\nHello, look:\n\n--b\n" PART "--b--\n",
		 false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_arena arena;
		struct as_mime_tree *tree = parse(&arena, as_span_text(cases[i].message));

		print_message("case: %s\n", cases[i].name);
		assert_non_null(tree->extras);
		for (const struct as_extra_body *e = tree->extras; e != NULL; e = e->next)
			assert_int_equal(e->claimed, cases[i].claimed);
		as_arena_deinit(&arena);
	}
}

static void extra_has_the_names_and_type_of_its_header(void **state)
{
	struct as_arena arena;
	struct as_mime_tree *tree =
		parse(&arena, as_span_text(MIXED("b") "--b\n" TEXT "--b--\n--b\n"
						      "Content-Type: text/x; charset=UTF-8; "
						      "name=a.exe\n\nbody\n--b--\n"));
	(void)state;

	assert_int_equal(tree->extra_count, 1);
	assert_string_equal(tree->extras->media_type, "text/x");
	assert_string_equal(tree->extras->charset, "utf-8");
	assert_string_equal(tree->extras->names[0].text, "a.exe");
	assert_memory_equal(tree->message.data + tree->extras->begin, "body", 4);
	as_arena_deinit(&arena);
}

/* Of a flood, what is claimed meets the limit, and what only looks like parts
 * is left out in silence. */
static void flood_of_look_alikes_is_no_limit_and_one_of_claims_is(void **state)
{
	for (int claimed = 0; claimed < 2; claimed++) {
		struct as_mime_tree *tree;
		struct as_buffer buffer;
		struct as_arena arena;
		bool limit = false;
		(void)state;

		as_buffer_init(&buffer, 0);
		as_buffer_text(&buffer, MIXED("bound") "--bound\n" TEXT);
		if (claimed)
			as_buffer_text(&buffer, "--bound--\n");
		for (int i = 0; i < 5000; i++)
			as_buffer_printf(&buffer, "--%s\n" TEXT "%d\n", claimed ? "bound" : "other",
					 i);
		tree = parse(&arena, as_buffer_span(&buffer));
		for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
			limit = limit || strcmp(note->code, "limit.objects") == 0;
		assert_int_equal(limit, claimed);
		assert_true(tree->extra_count <= AS_EXTRAS_MAX + AS_EXTRAS_LOOK_MAX);
		as_arena_deinit(&arena);
		as_buffer_deinit(&buffer);
	}
}

static void octets_are_known_as_mime_or_not(void **state)
{
	static const struct {
		const char *octets;
		bool mime;
	} cases[] = {
		{"Content-Type: text/plain\n\nx\n", true},
		{"MIME-Version: 1.0\nX: y\n\nx\n", true},
		{"From: a\nTo: b\nSubject: c\n\nx\n", true},
		{"\n\nFrom a@b Thu\nReceived: a\nFrom: a\nTo: b\n\nx\n", true},
		{"text\n--b\n\nContent-Type: a/b\n\nx\n", true},
		{"text\r--b\rContent-Type: a/b\r\rx\r", true},
		{"Subject: only this\n\nx\n", false},
		{"Hello,\n\nContent-Type: is a field\n", false},
		{"--\nsignature\n", false},
		{"", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %zu\n", i);
		assert_int_equal(as_readings_is_mime(as_span_text(cases[i].octets)), cases[i].mime);
	}
}

static int start(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_under_any_boundary_are_read),
		cmocka_unit_test(parts_at_any_place_are_read),
		cmocka_unit_test(bodies_are_read_in_every_encoding_that_is_claimed),
		cmocka_unit_test(ordinary_mail_has_no_extras),
		cmocka_unit_test(extras_tell_claims_from_looks),
		cmocka_unit_test(extra_has_the_names_and_type_of_its_header),
		cmocka_unit_test(flood_of_look_alikes_is_no_limit_and_one_of_claims_is),
		cmocka_unit_test(octets_are_known_as_mime_or_not),
	};

	return cmocka_run_group_tests_name("mime readings", tests, start, NULL);
}
