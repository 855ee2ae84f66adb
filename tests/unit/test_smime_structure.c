/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define ARENA_MAX_BYTES ((size_t)64 * 1024 * 1024)

#define PROTOCOL	"; protocol=\"application/pkcs7-signature\""
#define SIGNED		"Content-Type: multipart/signed; boundary=b" PROTOCOL
#define TEXT		"--b\nContent-Type: text/plain\n\nhello\n"
#define P7S		"--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nMIIB\n"
#define REST		TEXT P7S "--b--\n"
#define CMS		"Content-Type: application/pkcs7-mime"

struct test_case {
	const char *name;
	const char *message;
	const char *notes; /* "severity code|" in order; d: the registry's */
	enum as_smime_state state;
	const char *digest; /* NULL: none */
	bool ambiguous;
	bool content_missing;
};

#define CLEAR	  AS_SMIME_SIGNED_CLEAR
#define OPAQUE	  AS_SMIME_SIGNED_OPAQUE
#define AMBIGUOUS "d smime.ambiguous_boundary|"

static void show_notes(struct as_buffer *out, const struct as_smime_notes *notes)
{
	for (const struct as_smime_note *n = notes->first; n != NULL; n = n->next)
		as_buffer_printf(out, "%c %s|", n->severity == ASSAY_INFO ? 'i' : 'd', n->code);
	as_buffer_byte(out, 0);
}

static void check(const struct test_case *test)
{
	struct as_smime_structure structure = {
		.state = test->state,
		.digests = &test->digest,
		.digest_count = test->digest != NULL ? 1 : 0,
		.content_missing = test->content_missing,
	};
	struct as_smime_candidate *first;
	struct as_smime_notes notes;
	struct as_mime_tree *tree;
	struct as_limits limits;
	struct as_buffer shown;
	struct as_arena arena;
	bool ambiguous;

	print_message("# case: %s\n", test->name);
	as_arena_init(&arena, ARENA_MAX_BYTES);
	as_buffer_init(&shown, 0);
	notes = (struct as_smime_notes){.arena = &arena};
	as_limits_standard(&limits);
	assert_int_equal(as_mime_parse(&arena, as_span_text(test->message), &limits, &tree), 0);
	assert_int_equal(as_smime_find(&arena, tree, tree->root, NULL, NULL, &first), 0);
	assert_non_null(first);
	structure.tree = tree;
	structure.candidate = first;
	as_smime_check_structure(&notes, NULL, &structure, &ambiguous);
	show_notes(&shown, &notes);
	assert_string_equal((const char *)shown.data, test->notes);
	assert_int_equal(ambiguous, test->ambiguous);
	as_buffer_deinit(&shown);
	as_arena_deinit(&arena);
}

static void check_table(const struct test_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&cases[i]);
}

static void honest_clear_signed_mail_has_nothing_above_info(void **state)
{
	static const struct test_case cases[] = {
		{"plain", SIGNED "\n\n" REST, "", CLEAR, NULL, false, false},
		{"OpenSSL",
		 "MIME-Version: 1.0\nContent-Type: multipart/signed; "
		 "protocol=\"application/x-pkcs7-signature\"; micalg=\"sha-256\"; "
		 "boundary=\"----FB\"\n\nThis is an S/MIME signed message\n\n------FB\nhello\n"
		 "------FB\nContent-Type: application/x-pkcs7-signature; name=\"smime.p7s\"\n"
		 "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; "
		 "filename=\"smime.p7s\"\n\nMIIB\n\n------FB--\n\n",
		 "", CLEAR, "sha256", false, false},
		{"Thunderbird",
		 "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; "
		 "micalg=sha-256; boundary=\"------------ms07\"\n\nThis is a cryptographically "
		 "signed message in MIME format.\n\n--------------ms07\nContent-Type: "
		 "multipart/alternative;\n boundary=\"------------0A\"\n\n--------------0A\n\nx\n"
		 "--------------0A--\n\n--------------ms07\nContent-Type: "
		 "application/pkcs7-signature; name=\"smime.p7s\"\n\nMIIB\n--------------ms07--\n",
		 "", CLEAR, "sha256", false, false},
		{"Outlook",
		 "Content-Type: multipart/signed;\n\tprotocol=\"application/x-pkcs7-signature\";\n"
		 "\tmicalg=SHA1;\n\tboundary=\"----=_NextPart_000_01\"\n\nThis is a multi-part "
		 "message in MIME format.\n\n------=_NextPart_000_01\nContent-Type: text/plain\n\n"
		 "x\n------=_NextPart_000_01\nContent-Type: application/pkcs7-signature;\n"
		 "\tname=\"smime.p7s\"\n\nMIIB\n\n------=_NextPart_000_01--\n",
		 "", CLEAR, "sha1", false, false},
		{"no protocol", "Content-Type: multipart/signed; boundary=b\n\n" REST, "", CLEAR,
		 NULL, false, false},
		{"an unknown protocol",
		 "Content-Type: multipart/signed; boundary=b; protocol=\"x/y\"\n\n" REST,
		 "i smime.type_mismatch|", CLEAR, NULL, false, false},
		{"capitals",
		 "CONTENT-TYPE: MULTIPART/SIGNED; BOUNDARY=b; PROTOCOL="
		 "APPLICATION/PKCS7-SIGNATURE\n\n" REST,
		 "", CLEAR, NULL, false, false},
		{"no final newline", SIGNED "\n\n" TEXT P7S "--b--", "", CLEAR, NULL, false, false},
		{"no closing delimiter", SIGNED "\n\n" TEXT P7S, "i smime.malformed_mime|", CLEAR,
		 NULL, false, false},
		{"blanks and NULs round the parts", SIGNED "\n\n \t\r\n\n" REST "\n \n", "", CLEAR,
		 NULL, false, false},
		{"binary signature",
		 SIGNED "\n\n" TEXT "--b\nContent-Type: application/pkcs7-signature\n"
			"Content-Transfer-Encoding: binary\n\n\x30\x80--b\x01\n--b--\n",
		 "", CLEAR, NULL, false, false},
		{"a boundary without its quotes",
		 "Content-Type: multipart/signed; boundary=----=_P" PROTOCOL
		 "\n\n------=_P\n\n------\n--------\n------=_P\n"
		 "Content-Type: application/pkcs7-signature\n\nMIIB\n------=_P--\n",
		 "", CLEAR, NULL, false, false},
		{"8bit multipart", "Content-Transfer-Encoding: 8bit\n" SIGNED "\n\n" REST, "",
		 CLEAR, NULL, false, false},
		{"header-only part", SIGNED "\n\n--b\nA: b\n" P7S "--b--\n", "", CLEAR, NULL, false,
		 false},
		{"empty part", SIGNED "\n\n--b\n\n" P7S "--b--\n", "", CLEAR, NULL, false, false},
		{"inside a list's mixed",
		 "Content-Type: multipart/mixed; boundary=o\n\n--o\n" SIGNED "\n\n" REST
		 "\n--o\n\nfooter\n--o--\n",
		 "", CLEAR, NULL, false, false},
		{"equal fields twice",
		 "MIME-Version: 1.0\nSubject: a\nSubject:  a\nMIME-Version: 1.0 "
		 "(x)\nTo: a@b\nTo: c@d\n" SIGNED "\n\n" REST,
		 "i smime.duplicate_header|i smime.duplicate_header|i smime.duplicate_header|",
		 CLEAR, NULL, false, false},
		{"equal Content-Type fields", SIGNED "\n" SIGNED "\n\n" REST,
		 "i smime.duplicate_header|", CLEAR, NULL, false, false},
		{"equal parameters",
		 "Content-Type: multipart/signed; boundary=b; boundary=\"b\"" PROTOCOL "\n\n" REST,
		 "i smime.duplicate_parameter|", CLEAR, NULL, false, false},
		{"a preamble in another language",
		 SIGNED "\n\nDies ist eine kryptografisch unterzeichnete Nachricht im "
			"MIME-Format.\n" REST,
		 "i smime.preamble_text|", CLEAR, NULL, false, false},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void micalg_is_read_in_all_spellings(void **state)
{
	static const struct {
		const char *micalg;
		const char *digest;
		bool same;
	} spellings[] = {
		{"sha1", "sha1", true},
		{"SHA-1", "sha1", true},
		{"\"sha-256\"", "sha256", true},
		{"SHA256", "sha256", true},
		{"rsa-sha1", "sha1", true},
		{"\"sha1, sha256\"", "sha256", true},
		{"unknown", "sha256", true},
		{"sha3-256", "sha3-256", true},
		{"sha1", "sha256", false},
		{"md5", "sha1", false},
		{"\"sha1,md5\"", "sha256", false},
		{"pgp-sha256", "sha256", false},
		{"\"\"", "sha256", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(spellings); i++) {
		char message[512];
		struct test_case test = {
			.name = spellings[i].micalg,
			.message = message,
			.notes = spellings[i].same ? "" : "d smime.micalg_mismatch|",
			.state = CLEAR,
			.digest = spellings[i].digest,
		};

		snprintf(message, sizeof(message), "%s; micalg=%s\n\n%s", SIGNED,
			 spellings[i].micalg, REST);
		check(&test);
	}
}

static void text_and_parts_outside_of_the_signed_part_are_named(void **state)
{
	static const struct test_case cases[] = {
		{"preamble", SIGNED "\n\nPay to another account.\n" REST, "d smime.preamble_text|",
		 CLEAR, NULL, false, false},
		{"a customary preamble that goes on",
		 SIGNED "\n\nThis is an S/MIME signed message. Pay 5 at once.\n" REST,
		 "d smime.preamble_text|", CLEAR, NULL, false, false},
		{"a preamble of several sentences",
		 SIGNED "\n\nThis is a mime message. Pay at once.\n" REST, "d smime.preamble_text|",
		 CLEAR, NULL, false, false},
		{"epilogue", SIGNED "\n\n" REST "Pay to another account.\n",
		 "d smime.epilogue_text|", CLEAR, NULL, false, false},
		{"third part", SIGNED "\n\n" TEXT P7S TEXT "--b--\n", "d smime.extra_part|", CLEAR,
		 NULL, false, false},
		{"an empty third part", SIGNED "\n\n" TEXT P7S "--b\n\n\n--b--\n",
		 "i smime.extra_part|", CLEAR, NULL, false, false},
		{"an empty third part with a name",
		 SIGNED "\n\n" TEXT P7S "--b\nContent-Type: x/y; name=a.exe\n\n--b--\n",
		 "d smime.extra_part|", CLEAR, NULL, false, false},
		{"a part behind the closing delimiter", SIGNED "\n\n" REST TEXT "--b--\n",
		 "d smime.epilogue_text|d smime.extra_part|", CLEAR, NULL, false, false},
		{"one part only", SIGNED "\n\n" TEXT "--b--\n", "d smime.malformed_mime|",
		 AS_SMIME_MALFORMED, NULL, false, false},
		{"no part", SIGNED "\n\n", "d smime.malformed_mime|", AS_SMIME_MALFORMED, NULL,
		 false, false},
		{"no boundary", "Content-Type: multipart/signed" PROTOCOL "\n\n" REST,
		 "d smime.malformed_mime|", AS_SMIME_MALFORMED, NULL, false, false},
		{"the signature is the third part", SIGNED "\n\n" TEXT TEXT P7S "--b--\n",
		 "d smime.malformed_mime|d smime.extra_part|", AS_SMIME_MALFORMED, NULL, false,
		 false},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void stray_signatures_are_named(void **state)
{
	static const struct test_case cases[] = {
		{"alone", "Content-Type: application/pkcs7-signature\n\nMIIB\n",
		 "d smime.stray_signature|", AS_SMIME_MALFORMED, NULL, false, false},
		{"in a mixed", "Content-Type: multipart/mixed; boundary=b\n\n" TEXT P7S "--b--\n",
		 "d smime.stray_signature|", AS_SMIME_MALFORMED, NULL, false, false},
		{"as pkcs7-mime", CMS "\n\nMIIB\n", "d smime.stray_signature|", OPAQUE, NULL, false,
		 true},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void two_readings_of_the_header_are_ambiguous(void **state)
{
	static const struct test_case cases[] = {
		{"two types", "Content-Type: multipart/mixed; boundary=b\n" SIGNED "\n\n" REST,
		 "d smime.duplicate_header|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"two types, the other one first", SIGNED "\nContent-Type: text/plain\n\n" REST,
		 "d smime.malformed_mime|d smime.duplicate_header|" AMBIGUOUS, AS_SMIME_MALFORMED,
		 NULL, true, false},
		{"a name with a blank behind it", "Content-Type : text/html\n" SIGNED "\n\n" REST,
		 "d smime.duplicate_header|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"two boundaries in two fields",
		 "Content-Type: multipart/signed; boundary=c" PROTOCOL "\n" SIGNED "\n\n" REST,
		 "d smime.duplicate_header|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"two boundaries in one field",
		 "Content-Type: multipart/signed; boundary=b; boundary=c" PROTOCOL "\n\n" REST,
		 "d smime.duplicate_parameter|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"two boundaries that both delimit",
		 "Content-Type: multipart/signed; boundary=b; boundary=c" PROTOCOL
		 "\n\n--c\n\nother\n--c\n" REST,
		 "d smime.preamble_text|d smime.duplicate_parameter|" AMBIGUOUS AMBIGUOUS, CLEAR,
		 NULL, true, false},
		{"a boundary in the form of RFC 2231 beside a plain one",
		 "Content-Type: multipart/signed; boundary=b; boundary*=us-ascii''c" PROTOCOL
		 "\n\n" REST,
		 "d smime.duplicate_parameter|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"a boundary in a comment that delimits",
		 "Content-Type: multipart/signed (; boundary=c); boundary=b" PROTOCOL
		 "\n\n--c\n\nother\n--c\n" REST,
		 "d smime.preamble_text|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"a boundary in a comment that does not",
		 "Content-Type: multipart/signed (; boundary=c); boundary=b" PROTOCOL "\n\n" REST,
		 "", CLEAR, NULL, false, false},
		{"micalg differs only", SIGNED "; micalg=sha1\n" SIGNED "\n\n" REST,
		 "d smime.duplicate_header|", CLEAR, NULL, false, false},
		{"a transfer encoding on the multipart",
		 "Content-Transfer-Encoding: base64\n" SIGNED "\n\n" REST,
		 "d smime.bad_transfer_encoding|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"the first of two transfer encodings",
		 "Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: "
		 "7bit\n" SIGNED "\n\n" REST,
		 "d smime.duplicate_header|d smime.bad_transfer_encoding|" AMBIGUOUS, CLEAR, NULL,
		 true, false},
		{"a transfer encoding on a multipart around",
		 "Content-Transfer-Encoding: quoted-printable\nContent-Type: multipart/mixed; "
		 "boundary=o\n\n--o\n" SIGNED "\n\n" REST "--o--\n",
		 "d smime.bad_transfer_encoding|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"a transfer encoding nobody knows",
		 "Content-Transfer-Encoding: 7-bit\n" SIGNED "\n\n" REST,
		 "i smime.bad_transfer_encoding|", CLEAR, NULL, false, false},
		{"pkcs7-mime or text", CMS "\nContent-Type: text/plain\n\nMIIB\n",
		 "d smime.duplicate_header|" AMBIGUOUS, OPAQUE, NULL, true, false},
		{"pkcs7-mime and x-pkcs7-mime",
		 CMS "\nContent-Type: application/x-pkcs7-mime\n\nMIIB\n",
		 "d smime.duplicate_header|", OPAQUE, NULL, false, false},
		{"two encodings of an opaque message",
		 CMS "\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\nMI\n",
		 "d smime.duplicate_header|d smime.bad_transfer_encoding|" AMBIGUOUS, OPAQUE, NULL,
		 true, false},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

#define INNER(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n\n"

static void boundaries_and_lines_that_begin_alike_are_ambiguous(void **state)
{
	static const struct test_case cases[] = {
		{"an inner boundary that begins with the outer one",
		 SIGNED "\n\n--b\n" INNER("bb") "--bb\n\nx\n--bb--\n" P7S "--b--\n",
		 AMBIGUOUS AMBIGUOUS, CLEAR, NULL, true, false},
		{"an inner boundary that begins with the outer one and does not occur",
		 SIGNED "\n\n--b\n" INNER("bb") "\nx\n" P7S "--b--\n", AMBIGUOUS, CLEAR, NULL, true,
		 false},
		{"an outer boundary that begins with the inner one",
		 "Content-Type: multipart/signed; boundary=bb" PROTOCOL "\n\n--bb\n" INNER(
			 "b") "--b\n\nx\n--b--\n--bb\nContent-Type: application/pkcs7-signature"
			      "\n\nMIIB\n--bb--\n",
		 AMBIGUOUS, CLEAR, NULL, true, false},
		{"an inner boundary that equals the outer one",
		 SIGNED "\n\n--b\n" INNER("b") "--b\n\nx\n--b--\n" P7S "--b--\n",
		 "d smime.epilogue_text|d smime.extra_part|" AMBIGUOUS AMBIGUOUS, CLEAR, NULL, true,
		 false},
		{"a boundary that equals the one around",
		 INNER("b") "--b\n" SIGNED "\n\n" REST "--b--\n", AMBIGUOUS, CLEAR, NULL, true,
		 false},
		{"a boundary that begins with the one around",
		 INNER("o") "--o\nContent-Type: multipart/signed; boundary=ob" PROTOCOL
			    "\n\n--ob\n\nx\n--ob\nContent-Type: application/pkcs7-signature\n\n"
			    "MIIB\n--ob--\n--o--\n",
		 AMBIGUOUS, CLEAR, NULL, true, false},
		{"a line in the signed part that goes on behind the boundary",
		 SIGNED "\n\n--b\n\nx\n--b other\ny\n" P7S "--b--\n", AMBIGUOUS, CLEAR, NULL, true,
		 false},
		{"such a line in the preamble", SIGNED "\n\n--bc\n\nother\n" REST,
		 "d smime.preamble_text|" AMBIGUOUS, CLEAR, NULL, true, false},
		{"such a line in the signature", SIGNED "\n\n" TEXT P7S "--bc\n--b--\n", "", CLEAR,
		 NULL, false, false},
		{"such a line of a boundary around",
		 INNER("o") "--o\n" SIGNED "\n\n--b\n\nx\n--o-\ny\n" P7S "--b--\n--o--\n",
		 AMBIGUOUS, CLEAR, NULL, true, false},
		{"a delimiter behind a lone CR", SIGNED "\n\n--b\n\nx\r--b\r\ny\n" P7S "--b--\n",
		 AMBIGUOUS, CLEAR, NULL, true, false},
		{"text behind a lone CR", SIGNED "\n\n--b\n\nx\r--c\r\ny\n" P7S "--b--\n", "",
		 CLEAR, NULL, false, false},
		{"an inner multipart that is not closed is certain",
		 SIGNED "\n\n--b\n" INNER("i") "--i\n\nx\n" P7S "--b--\n", "", CLEAR, NULL, false,
		 false},
		{"lines of hyphens are certain",
		 SIGNED "\n\n--b\n\n-- \nMe\n----------\n--- a\n" P7S "--b--\n", "", CLEAR, NULL,
		 false, false},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

/* Some readers compare no more than RFC 2046 allows a boundary to have. */
static void boundaries_are_compared_as_far_as_readers_do(void **state)
{
	static const char seventy[] =
		"0123456789012345678901234567890123456789012345678901234567890123456789";
	char message[1024];
	const struct test_case test = {
		.name = "octet 71 differs",
		.message = message,
		.notes = "d smime.preamble_text|" AMBIGUOUS,
		.state = CLEAR,
		.ambiguous = true,
	};
	(void)state;

	snprintf(
		message, sizeof(message),
		"Content-Type: multipart/signed; boundary=%sx%s\n\n--%sy\n\nother\n--%sx\n\nhello\n"
		"--%sx\nContent-Type: application/pkcs7-signature\n\nMIIB\n--%sx--\n",
		seventy, PROTOCOL, seventy, seventy, seventy, seventy);
	check(&test);
}

static void what_is_repeated_inside_of_the_signed_part_is_told_but_certain(void **state)
{
	static const struct test_case cases[] = {
		{"protected headers", SIGNED "\n\n--b\nSubject: a\nSubject: b\n\nx\n" P7S "--b--\n",
		 "d smime.duplicate_header|", CLEAR, NULL, false, false},
		{"Content-Type",
		 SIGNED "\n\n--b\nContent-Type: text/plain\nContent-Type: text/html\n\nx\n" P7S
			"--b--\n",
		 "d smime.duplicate_header|", CLEAR, NULL, false, false},
		{"parameters",
		 SIGNED "\n\n--b\nContent-Type: text/plain; charset=a; charset=b\n\nx\n" P7S
			"--b--\n",
		 "d smime.duplicate_parameter|", CLEAR, NULL, false, false},
		{"a name in two forms",
		 SIGNED "\n\n--b\nContent-Type: x/y; name=a; name*=utf-8''%C3%A4\n\nx\n" P7S
			"--b--\n",
		 "", CLEAR, NULL, false, false},
		{"outer Subject and From fields",
		 "From: a@b\nSubject: a\nFrom: c@d\nSubject: b\n" SIGNED "\n\n" REST,
		 "d smime.duplicate_header|d smime.duplicate_header|", CLEAR, NULL, false, false},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static void labels_are_compared_with_what_the_object_is(void **state)
{
	static const struct test_case cases[] = {
		{"the protocol of PGP",
		 "Content-Type: multipart/signed; boundary=b; "
		 "protocol=\"application/pgp-signature\"\n\n" REST,
		 "d smime.type_mismatch|", CLEAR, NULL, false, false},
		{"no signature in its place", SIGNED "\n\n" REST,
		 "d smime.type_mismatch|d smime.type_mismatch|d smime.type_mismatch|",
		 AS_SMIME_ENVELOPED, NULL, false, false},
		{"signed-data", CMS "; smime-type=Signed-Data; name=smime.p7m\n\nMIIB\n", "",
		 OPAQUE, NULL, false, false},
		{"no smime-type", CMS "; name=smime.p7m\n\nMIIB\n", "", AS_SMIME_ENVELOPED, NULL,
		 false, false},
		{"signed-data that is enveloped", CMS "; smime-type=signed-data\n\nMIIB\n",
		 "d smime.type_mismatch|", AS_SMIME_ENVELOPED, NULL, false, false},
		{"certs-only with signers", CMS "; smime-type=certs-only\n\nMIIB\n",
		 "d smime.type_mismatch|", OPAQUE, NULL, false, false},
		{"signed-data without signers", CMS "; smime-type=signed-data\n\nMIIB\n",
		 "d smime.type_mismatch|", AS_SMIME_CERTS_ONLY, NULL, false, false},
		{"certs-only as OpenSSL names it",
		 CMS "; smime-type=certs-only; name=smime.p7m\n\nMIIB\n", "", AS_SMIME_CERTS_ONLY,
		 NULL, false, false},
		{"authEnveloped-data that is not authenticated",
		 CMS "; smime-type=authEnveloped-data\n\nMIIB\n", "d smime.type_mismatch|",
		 AS_SMIME_ENVELOPED, NULL, false, false},
		{"enveloped-data that is authenticated",
		 CMS "; smime-type=enveloped-data\n\nMIIB\n", "i smime.type_mismatch|",
		 AS_SMIME_AUTHENVELOPED, NULL, false, false},
		{"compressed-data", CMS "; smime-type=compressed-data; name=smime.p7z\n\nMIIB\n",
		 "", AS_SMIME_COMPRESSED, NULL, false, false},
		{"an unknown smime-type", CMS "; smime-type=x-foo\n\nMIIB\n",
		 "i smime.type_mismatch|", OPAQUE, NULL, false, false},
		{"a name for certificates",
		 "Content-Type: application/octet-stream; name=a.p7c\n\nMIIB\n",
		 "d smime.type_mismatch|", AS_SMIME_ENVELOPED, NULL, false, false},
		{"nothing is compared with what could not be read",
		 CMS "; smime-type=enveloped-data; name=a.p7c\n\nMIIB\n", "", AS_SMIME_MALFORMED,
		 NULL, false, false},
	};
	(void)state;

	check_table(cases, COUNT(cases));
}

static int set_up(void **state)
{
	(void)state;
	return as_mime_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_clear_signed_mail_has_nothing_above_info),
		cmocka_unit_test(micalg_is_read_in_all_spellings),
		cmocka_unit_test(text_and_parts_outside_of_the_signed_part_are_named),
		cmocka_unit_test(stray_signatures_are_named),
		cmocka_unit_test(two_readings_of_the_header_are_ambiguous),
		cmocka_unit_test(boundaries_and_lines_that_begin_alike_are_ambiguous),
		cmocka_unit_test(boundaries_are_compared_as_far_as_readers_do),
		cmocka_unit_test(what_is_repeated_inside_of_the_signed_part_is_told_but_certain),
		cmocka_unit_test(labels_are_compared_with_what_the_object_is),
	};
	return cmocka_run_group_tests_name("smime_structure", tests, set_up, NULL);
}
