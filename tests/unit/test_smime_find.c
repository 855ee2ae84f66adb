/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

/* What the sniffer of these tests takes for CMS. */
#define CMS_MARK "0cms"

#define P7S	 "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nMIIB\n"
#define SIGNED	 "Content-Type: multipart/signed; boundary=b"
#define PROTOCOL "; protocol=\"application/pkcs7-signature\""
#define PGP	 "; protocol=\"application/pgp-signature\""
#define TEXT	 "Content-Type: text/plain\n\nhello\n"

struct test_case {
	const char *name;
	const char *message;
	const char *found; /* "form number[signed,signature]|", '~' by content */
};

static const struct test_case signed_multiparts[] = {
	{"as RFC 8551 has it", SIGNED PROTOCOL "\n\n--b\n" TEXT "--b\n" P7S "--b--\n", "M [1,2]|"},
	{"without protocol", SIGNED "\n\n--b\n" TEXT "--b\n" P7S "--b--\n", "M [1,2]|"},
	{"with the protocol of PGP", SIGNED PGP "\n\n--b\n" TEXT "--b\n" P7S "--b--\n", "M [1,2]|"},
	{"with the old type of the signature",
	 SIGNED PROTOCOL "\n\n--b\n" TEXT
			 "--b\nContent-Type: Application/X-PKCS7-Signature\n\nMIIB\n--b--\n",
	 "M [1,2]|"},
	{"type in capitals",
	 "Content-Type: MULTIPART/SIGNED; boundary=b\n\n--b\n" TEXT "--b\n" P7S "--b--\n",
	 "M [1,2]|"},
	{"signature by name",
	 SIGNED "\n\n--b\n" TEXT
		"--b\nContent-Type: application/octet-stream; name=\"SMIME.P7S\"\n\nMIIB\n--b--\n",
	 "M [1,2]|"},
	{"signature by content",
	 SIGNED "\n\n--b\n" TEXT "--b\nContent-Type: application/x-what\n\n" CMS_MARK "\n--b--\n",
	 "M [1,2]~|"},
	{"pkcs7-mime as the signature",
	 SIGNED PROTOCOL "\n\n--b\n" TEXT
			 "--b\nContent-Type: application/pkcs7-mime\n\nMIIB\n--b--\n",
	 "M [1,2]|"},
	{"signature missing", SIGNED PROTOCOL "\n\n--b\n" TEXT "--b--\n", "M [1,]|"},
	{"parts missing", SIGNED PROTOCOL "\n\ntext\n", "M [,]|"},
	{"boundary missing", "Content-Type: multipart/signed" PROTOCOL "\n\n--b\n" TEXT, "M 1[,]|"},
	{"signature as the third part",
	 SIGNED PROTOCOL "\n\n--b\n" TEXT "--b\n" TEXT "--b\n" P7S "--b--\n", "M [1,]|S 3|"},
	{"a second signature as the third part",
	 SIGNED PROTOCOL "\n\n--b\n" TEXT "--b\n" P7S "--b\n" P7S "--b--\n", "M [1,2]|S 3|"},
	{"signature in front of the text", SIGNED PROTOCOL "\n\n--b\n" P7S "--b\n" TEXT "--b--\n",
	 "M [1,]|S 1|"},
	{"one of two Content-Type fields",
	 SIGNED PROTOCOL "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" TEXT "--b\n" P7S
			 "--b--\n",
	 "M [1,2]|"},
	{"the first field, and the last says text",
	 SIGNED PROTOCOL "\nContent-Type: text/plain\n\n--b\n" TEXT "--b\n" P7S "--b--\n",
	 "M 1[,]|"},
	{"two of them within each other",
	 SIGNED PROTOCOL "\n\n--b\nContent-Type: multipart/signed; boundary=i\n\n--i\n" TEXT
			 "--i\n" P7S "--i--\n--b\n" P7S "--b--\n",
	 "M [1,2]|M 1[1.1,1.2]|"},
	{"opaque within clear",
	 SIGNED PROTOCOL "\n\n--b\nContent-Type: application/pkcs7-mime\n\nMIIB\n--b\n" P7S
			 "--b--\n",
	 "M [1,2]|C 1|"},
};

static const struct test_case leaves[] = {
	{"pkcs7-mime", "Content-Type: application/pkcs7-mime\n\nMIIB\n", "C 1|"},
	{"x-pkcs7-mime", "Content-Type: application/X-pkcs7-mime; name=smime.p7m\n\nMIIB\n",
	 "C 1|"},
	{"cms", "Content-Type: application/cms\n\nMIIB\n", "C 1|"},
	{"octet-stream by name",
	 "Content-Type: application/octet-stream; name=\"smime.p7m\"\n\nMIIB\n", "C 1|"},
	{"text by name of the disposition",
	 "Content-Disposition: attachment; filename=\"a.PDF.P7M\"\n\nMIIB\n", "C 1|"},
	{"certificates by name", "Content-Type: application/octet-stream; name=a.p7c\n\nMIIB\n",
	 "C 1|"},
	{"compressed by name", "Content-Type: application/x-foo; name=a.p7z\n\nMIIB\n", "C 1|"},
	{"a type nobody knows, by content",
	 "Content-Type: application/x-foo; name=a.bin\n\n" CMS_MARK "\n", "C 1~|"},
	{"a well-known type, by content", "Content-Type: application/pdf\n\n" CMS_MARK "\n",
	 "C 1~|"},
	{"an image with the name and the octets",
	 "Content-Type: image/png; name=a.p7m\n\n" CMS_MARK "\n", "C 1|"},
	{"an image with the name only", "Content-Type: image/png; name=a.p7m\n\n\x89PNG\n", ""},
	{"an image is not looked into", "Content-Type: image/png\n\n" CMS_MARK "\n", ""},
	{"text is not looked into", "Content-Type: text/html\n\n" CMS_MARK "\n", ""},
	{"one of two Content-Type fields",
	 "Content-Type: application/pkcs7-mime\nContent-Type: text/plain\n\nMIIB\n", "C 1|"},
	{"a signature alone", P7S, "S 1|"},
	{"a signature in a mixed",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n" TEXT "--b\n" P7S "--b--\n", "S 2|"},
	{"a signature by name in a mixed",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n" TEXT
	 "--b\nContent-Type: application/octet-stream; name=x.p7s\n\nMIIB\n--b--\n",
	 "S 2|"},
	{"deep in the tree",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; "
	 "boundary=c\n\n--c\nContent-Type: application/pkcs7-mime\n\nMIIB\n--c--\n--b\n" TEXT
	 "--b--\n",
	 "C 1.1|"},
	{"ordinary mail", TEXT, ""},
	{"an empty message", "", ""},
};

static const struct test_case others[] = {
	{"PGP/MIME",
	 SIGNED PGP "\n\n--b\n" TEXT "--b\nContent-Type: application/pgp-signature\n\n-----BEGIN "
		    "PGP SIGNATURE-----\n--b--\n",
	 ""},
	{"PGP/MIME with the wrong protocol",
	 SIGNED PROTOCOL "\n\n--b\n" TEXT "--b\nContent-Type: application/pgp-signature\n\n-----\n"
			 "--b--\n",
	 ""},
	{"multipart/signed of another kind",
	 SIGNED "; protocol=\"x/y\"\n\n--b\n" TEXT "--b\nContent-Type: x/y\n\nz\n--b--\n", ""},
	{"multipart/signed without a boundary or a protocol",
	 "Content-Type: multipart/signed\n\n--b\n" TEXT "--b--\n", ""},
	{"PGP with a stray signature behind",
	 SIGNED PGP "\n\n--b\n" TEXT
		    "--b\nContent-Type: application/pgp-signature\n\n-----\n--b\n" P7S "--b--\n",
	 "S 3|"},
};

static const struct test_case messages[] = {
	{"an inner message is a mail of its own",
	 "Content-Type: multipart/mixed; boundary=o\n\n--o\n" TEXT
	 "--o\nContent-Type: message/rfc822\n\n" SIGNED PROTOCOL "\n\n--b\n" TEXT "--b\n" P7S
	 "--b--\n--o--\n",
	 ""},
	{"a message as the signed part",
	 SIGNED PROTOCOL "\n\n--b\nContent-Type: message/rfc822\n\nContent-Type: "
			 "application/pkcs7-mime\n\nMIIB\n--b\n" P7S "--b--\n",
	 "M [1,2]|"},
};

static bool sniff(void *context, const struct as_entity *leaf)
{
	const struct as_mime_tree *tree = context;

	return as_span_has_at(tree->message, leaf->body_begin, CMS_MARK, strlen(CMS_MARK));
}

static const char *number_of(const struct as_entity *entity)
{
	return entity != NULL ? entity->number : "";
}

static void show(struct as_buffer *out, const struct as_smime_candidate *c)
{
	static const char forms[] = "MCS";

	for (; c != NULL; c = c->next) {
		as_buffer_printf(out, "%c %s", forms[c->form], c->entity->number);
		if (c->form == AS_SMIME_FORM_MULTIPART)
			as_buffer_printf(out, "[%s,%s]", number_of(c->signed_part),
					 number_of(c->signature));
		as_buffer_text(out, c->by_content ? "~|" : "|");
	}
	as_buffer_byte(out, 0);
}

/* depth: how many inner messages down the mail is. */
static void check_message(const char *message, size_t size, unsigned int depth, const char *found)
{
	struct as_smime_candidate *first;
	const struct as_entity *root;
	struct as_mime_tree *tree;
	struct as_limits limits;
	struct as_buffer out;
	struct as_arena arena;

	as_arena_init(&arena, ARENA_MAX_BYTES);
	as_buffer_init(&out, 0);
	as_limits_standard(&limits);
	assert_int_equal(as_mime_parse(&arena, as_span_make(message, size), &limits, &tree), 0);
	for (root = tree->root; depth > 0; root = as_entity_next(root))
		if (root->kind == AS_ENTITY_MESSAGE)
			depth--;
	assert_int_equal(as_smime_find(&arena, tree, root, sniff, tree, &first), 0);
	show(&out, first);
	assert_string_equal((const char *)out.data, found);
	as_buffer_deinit(&out);
	as_arena_deinit(&arena);
}

static void check_table(const struct test_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		print_message("# case: %s\n", cases[i].name);
		check_message(cases[i].message, strlen(cases[i].message), 0, cases[i].found);
	}
}

static void multipart_signed_is_found_whatever_it_is_called(void **state)
{
	(void)state;
	check_table(signed_multiparts, COUNT(signed_multiparts));
}

static void leaves_are_found_by_type_by_name_and_by_content(void **state)
{
	(void)state;
	check_table(leaves, COUNT(leaves));
}

static void pgp_and_unknown_signatures_are_no_smime(void **state)
{
	(void)state;
	check_table(others, COUNT(others));
}

static void inner_messages_are_not_entered(void **state)
{
	(void)state;
	check_table(messages, COUNT(messages));
}

static void an_inner_message_is_searched_from_its_own_root(void **state)
{
	(void)state;
	check_message(messages[0].message, strlen(messages[0].message), 1, "M 2[2.1,2.2]|");
	check_message(messages[1].message, strlen(messages[1].message), 1, "C 1.1|");
}

static void without_a_sniffer_only_labels_count(void **state)
{
	static const char message[] = "Content-Type: application/x-foo\n\n" CMS_MARK "\n";
	struct as_smime_candidate *first;
	struct as_mime_tree *tree;
	struct as_limits limits;
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, ARENA_MAX_BYTES);
	as_limits_standard(&limits);
	assert_int_equal(as_mime_parse(&arena, as_span_text(message), &limits, &tree), 0);
	assert_int_equal(as_smime_find(&arena, tree, tree->root, NULL, NULL, &first), 0);
	assert_null(first);
	as_arena_deinit(&arena);
}

static int set_up(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multipart_signed_is_found_whatever_it_is_called),
		cmocka_unit_test(leaves_are_found_by_type_by_name_and_by_content),
		cmocka_unit_test(pgp_and_unknown_signatures_are_no_smime),
		cmocka_unit_test(inner_messages_are_not_entered),
		cmocka_unit_test(an_inner_message_is_searched_from_its_own_root),
		cmocka_unit_test(without_a_sniffer_only_labels_count),
	};
	return cmocka_run_group_tests_name("smime_find", tests, set_up, NULL);
}
