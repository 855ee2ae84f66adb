/* SPDX-License-Identifier: BSD-2-Clause */
/* Mail as honest programs and relays make it: valid, and quiet. */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORE "--certs @/pki/intermediate.pem"

static struct as_span plain(void)
{
	return cs_clear(cs_text("The figures are fine.\r\n"));
}

static struct as_span opaque(void)
{
	return cs_opaque(cs_text("The figures are fine.\r\n"));
}

static struct as_span trailing_blanks(void)
{
	return cs_clear(cs_text("The figures   \r\n\t\r\n  are fine. \t \r\n \r\n"));
}

static struct as_span long_lines(void)
{
	char line[5001];

	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	return cs_clear(cs_text(line));
}

static struct as_span eight_bit(void)
{
	return cs_clear(sm_text("Content-Type: text/plain; charset=utf-8\r\n"
				"Content-Transfer-Encoding: 8bit\r\n\r\n"
				"Gr\xc3\xbc\xc3\x9f"
				"e \xe2\x82\xac\r\n"));
}

/* CRLF octets become LF, as a mail store keeps them. */
static struct as_span without_cr(struct as_span mail)
{
	unsigned char *octets = malloc(mail.size);
	struct as_span copy;
	size_t size = 0;

	if (octets == NULL)
		abort();
	for (size_t i = 0; i < mail.size; i++)
		if (mail.data[i] != '\r')
			octets[size++] = mail.data[i];
	copy = sm_copy(octets, size);
	free(octets);
	return copy;
}

static struct as_span lone_lf(void)
{
	return without_cr(plain());
}

static struct as_span signed_with_lf(void)
{
	struct as_span part = sm_text("Content-Type: text/plain\n\nThe figures are fine.\n");

	return cs_mail(cs_header(), cs_clear_entity(part, cs_sign(part, true)));
}

static struct as_span nested_multipart(void)
{
	return cs_clear(cs_multipart(
		"mixed", 2,
		cs_multipart(
			"alternative", 2, cs_text("The figures are fine."),
			sm_text("Content-Type: text/html\r\n\r\n<p>The figures are fine.</p>")),
		sm_text("Content-Type: text/csv; name=figures.csv\r\n"
			"Content-Disposition: attachment; filename=figures.csv\r\n\r\n1,2,3\r\n")));
}

static struct as_span odd_folding(void)
{
	return cs_clear(sm_text("Content-Type:\r\n text/plain;\r\n\tcharset=us-ascii\r\n"
				"X-Mailer: of\r\n \r\n its own\r\n\r\nThe figures are fine.\r\n"));
}

static struct as_span header_only(void)
{
	return cs_clear(sm_text("Content-Type: text/plain\r\n\r\n"));
}

static struct as_span no_header(void)
{
	return cs_clear(sm_text("\r\nThe figures are fine.\r\n"));
}

static struct as_span no_final_newline(void)
{
	return cs_clear(cs_text("The figures are fine."));
}

static struct as_span no_newline_at_all(void)
{
	struct as_span mail = plain();

	return sm_copy(mail.data, mail.size - 2);
}

static struct as_span legacy_types(void)
{
	struct as_span part = cs_text("The figures are fine.\r\n");

	return cs_mail(cs_header(),
		       sm_join(5,
			       sm_text("Content-Type: multipart/signed; boundary=b-;\r\n"
				       " protocol=\"application/x-pkcs7-signature\"; micalg=sha256"
				       "\r\n\r\nThis is an S/MIME signed message\r\n\r\n--b-\r\n"),
			       part,
			       sm_text("\r\n--b-\r\n"
				       "Content-Type: application/x-pkcs7-signature; "
				       "name=\"smime.p7s\"\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n"),
			       sm_base64(cs_sign(part, true)), sm_text("\r\n--b---\r\n")));
}

static struct as_span legacy_opaque(void)
{
	return cs_mail(cs_header(),
		       sm_join(2,
			       sm_text("Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n"),
			       sm_base64(cs_sign(cs_text("The figures are fine.\r\n"), false))));
}

static struct as_span octet_stream(void)
{
	return cs_mail(cs_header(),
		       sm_join(2,
			       sm_text("Content-Type: application/octet-stream; name=smime.p7m\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n"),
			       sm_base64(cs_sign(cs_text("The figures are fine.\r\n"), false))));
}

static struct as_span binary_signature(void)
{
	struct as_span part = cs_text("The figures are fine.\r\n");

	return cs_mail(cs_header(),
		       sm_join(5,
			       sm_text("Content-Type: multipart/signed; micalg=sha-256;\r\n"
				       " protocol=\"application/pkcs7-signature\"; boundary=b-"
				       "\r\n\r\n--b-\r\n"),
			       part,
			       sm_text("\r\n--b-\r\n"
				       "Content-Type: application/pkcs7-signature; name=smime.p7s"
				       "\r\nContent-Transfer-Encoding: binary\r\n\r\n"),
			       cs_sign(part, true), sm_text("\r\n--b---\r\n")));
}

static struct as_span signed_by(const struct sm_signer *signers, size_t count, const char *from)
{
	return cs_signed_by(cs_text("The figures are fine.\r\n"), signers, count, from);
}

static struct as_span two_signers(void)
{
	const struct sm_signer signers[] = {{.cert = cs_bob(), .key = cs_bob_key()},
					    {.cert = cs_alice(), .key = cs_alice_key()}};

	return signed_by(signers, 2, NULL);
}

static struct as_span elliptic(void)
{
	const struct sm_signer signer = {.cert = cs_bob(), .key = cs_bob_key()};

	return signed_by(&signer, 1, "Bob <bob@example.org>");
}

static struct as_span pss(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key(), .pss = true};

	return signed_by(&signer, 1, NULL);
}

static struct as_span sha512(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .digest = "SHA512", .combined = true};

	return signed_by(&signer, 1, NULL);
}

static struct as_span by_key_id(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .by_key_id = true};

	return signed_by(&signer, 1, NULL);
}

static struct as_span with_key(enum sm_key_kind kind)
{
	EVP_PKEY *key = sm_key(kind, 9);
	const struct sm_signer signer = {.cert = sm_leaf("alice@example.org", key), .key = key};

	return signed_by(&signer, 1, NULL);
}

static struct as_span edwards(void)
{
	return with_key(SM_ED25519);
}

static struct as_span p384(void)
{
	return with_key(SM_P384);
}

static struct as_span p521(void)
{
	return with_key(SM_P521);
}

static struct as_span rsa3072(void)
{
	return with_key(SM_RSA3072);
}

static struct as_span any_eku(void)
{
	const struct sm_cert spec = {.subject = "/CN=Alice any",
				     .key = cs_alice_key(),
				     .issuer = sm_root(),
				     .issuer_key = sm_root_key(),
				     .email = "alice@example.org",
				     .eku = "anyExtendedKeyUsage"};
	const struct sm_signer signer = {.cert = sm_cert(&spec), .key = cs_alice_key()};

	return signed_by(&signer, 1, NULL);
}

static struct as_span address_in_subject(void)
{
	const struct sm_cert spec = {.subject = "/CN=Alice/emailAddress=alice@example.org",
				     .key = cs_alice_key(),
				     .issuer = sm_root(),
				     .issuer_key = sm_root_key()};
	const struct sm_signer signer = {.cert = sm_cert(&spec), .key = cs_alice_key()};

	return signed_by(&signer, 1, NULL);
}

static struct as_span other_case_of_domain(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};

	return signed_by(&signer, 1, "\"Alice\" <alice@EXAMPLE.Org>");
}

static struct as_span without_intermediate(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};
	struct as_span part = cs_text("The figures are fine.\r\n");
	const struct sm_signed spec = {
		.content = part, .detached = true, .signers = &signer, .signer_count = 1};

	return cs_mail(cs_header(), cs_clear_entity(part, sm_signed_data(&spec)));
}

static struct as_span indefinite_lengths(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = cs_text("The figures are fine.\r\n"),
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1,
				       .indefinite = true};

	return cs_mail(cs_header(), cs_opaque_entity("signed-data", sm_signed_data(&spec)));
}

static struct as_span bare(void)
{
	return cs_sign(cs_text("The figures are fine.\r\n"), false);
}

static struct as_span bare_pem(void)
{
	return sm_join(3, sm_text("-----BEGIN CMS-----\n"), sm_base64(bare()),
		       sm_text("-----END CMS-----\n"));
}

/* The body of a part as programs save it. */
static struct as_span bare_base64(void)
{
	return sm_join(2, sm_text("\r\n"), sm_base64(bare()));
}

static struct as_span quoted_printable_signature(void)
{
	struct as_span part = cs_text("The figures are fine.\r\n"), cms = cs_sign(part, true);
	struct as_span text = sm_text("");

	for (size_t i = 0; i < cms.size; i += 16) {
		char line[16 * 3 + 4];
		size_t size = 0;

		for (size_t j = i; j < i + 16 && j < cms.size; j++)
			size += (size_t)snprintf(line + size, sizeof(line) - size, "=%02X",
						 cms.data[j]);
		text = sm_join(3, text, sm_copy(line, size), sm_text("=\r\n"));
	}
	return cs_mail(cs_header(),
		       sm_join(5,
			       sm_text("Content-Type: multipart/signed; micalg=sha-256;\r\n"
				       " protocol=\"application/pkcs7-signature\"; boundary=b-"
				       "\r\n\r\n--b-\r\n"),
			       part,
			       sm_text("\r\n--b-\r\n"
				       "Content-Type: application/pkcs7-signature; name=smime.p7s"
				       "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"),
			       text, sm_text("\r\n--b---\r\n")));
}

static struct as_span no_smime(void)
{
	return cs_mail(cs_header(), cs_text("The figures are fine.\r\n"));
}

static struct as_span empty_part_beside(void)
{
	struct as_span part = cs_text("The figures are fine.\r\n");

	return cs_mail(cs_header(),
		       cs_multipart("mixed", 1, cs_clear_entity(part, cs_sign(part, true))));
}

#define CLEAR  "signed-clear yes whole"
#define OPAQUE "signed-opaque yes whole"
#define GOOD(id, text, layer, builder)                                                             \
	{                                                                                          \
		.name = id, .why = text, .layers = layer, .quiet = true, .build = builder          \
	}
#define PLAIN(id, text, layer, builder)                                                            \
	{                                                                                          \
		.name = id, .why = text, .layers = layer, .quiet = true, .openssl = CS_AGREES,     \
		.build = builder                                                                   \
	}

static const struct cs_case cases[] = {
	PLAIN("clear", "a clear-signed mail", CLEAR, plain),
	PLAIN("opaque", "an opaque-signed mail", OPAQUE, opaque),
	PLAIN("trailing-blanks", "blanks before line ends", CLEAR, trailing_blanks),
	PLAIN("long-lines", "a line of 5,000 octets", CLEAR, long_lines),
	PLAIN("eight-bit", "8-bit text", CLEAR, eight_bit),
	PLAIN("lone-lf", "kept with LF, signed with CRLF", CLEAR, lone_lf),
	GOOD("signed-with-lf", "signed as it stands, with LF", CLEAR, signed_with_lf),
	PLAIN("nested-multipart", "a text, HTML and an attachment", CLEAR, nested_multipart),
	PLAIN("odd-folding", "header fields folded oddly", CLEAR, odd_folding),
	GOOD("header-only", "a signed part without a body", CLEAR, header_only),
	GOOD("no-header", "a signed part without a header", CLEAR, no_header),
	PLAIN("no-final-newline", "a text without a line end", CLEAR, no_final_newline),
	GOOD("no-newline-at-all", "nothing behind the last delimiter", CLEAR, no_newline_at_all),
	PLAIN("legacy-types", "x-pkcs7-signature, sha256, a preamble for old readers", CLEAR,
	      legacy_types),
	PLAIN("legacy-opaque", "x-pkcs7-mime without smime-type", OPAQUE, legacy_opaque),
	GOOD("octet-stream", "application/octet-stream called smime.p7m", OPAQUE, octet_stream),
	GOOD("binary-signature", "the signature part is binary", CLEAR, binary_signature),
	PLAIN("two-signers", "Bob and Alice sign", CLEAR, two_signers),
	PLAIN("ecdsa-p256", "ECDSA P-256", CLEAR, elliptic),
	PLAIN("ecdsa-p384", "ECDSA P-384", CLEAR, p384),
	PLAIN("ecdsa-p521", "ECDSA P-521", CLEAR, p521),
	PLAIN("rsa-3072", "RSA 3072", CLEAR, rsa3072),
	PLAIN("rsa-pss", "RSA-PSS", CLEAR, pss),
	PLAIN("rsa-sha512", "sha512WithRSAEncryption", CLEAR, sha512),
	GOOD("ed25519", "Ed25519, which CMS_verify refuses", CLEAR, edwards),
	PLAIN("by-key-id", "the signer is named by key identifier", CLEAR, by_key_id),
	GOOD("any-eku", "a certificate for any use", CLEAR, any_eku),
	PLAIN("address-in-subject", "the address is in the subject", CLEAR, address_in_subject),
	PLAIN("domain-case", "the domain in capital letters", CLEAR, other_case_of_domain),
	{.name = "intermediate-in-store",
	 .why = "the intermediate is missing from the mail, but configured",
	 .layers = CLEAR,
	 .options = STORE,
	 .quiet = true,
	 .build = without_intermediate},
	{.name = "crls-good",
	 .why = "lists for the whole path",
	 .layers = CLEAR,
	 .options = "--crls @/pki/root.crl @/pki/intermediate.crl --revocation hard",
	 .never = {"smime.revocation_unknown"},
	 .quiet = true,
	 .build = plain},
	{.name = "crl-stale",
	 .why = "a list that is too old, softly",
	 .layers = CLEAR,
	 .options = "--crls @/pki/root.crl @/pki/stale.crl",
	 .findings = {"smime.revocation_unknown"},
	 .quiet = true,
	 .build = plain},
	PLAIN("indefinite", "indefinite lengths, the content in pieces", OPAQUE,
	      indefinite_lengths),
	{.name = "bare",
	 .why = "a CMS object without a mail",
	 .layers = OPAQUE,
	 .quiet = true,
	 .bare = true,
	 .openssl = CS_AGREES,
	 .build = bare},
	{.name = "bare-pem",
	 .why = "a CMS object in PEM armour",
	 .layers = OPAQUE,
	 .quiet = true,
	 .bare = true,
	 .build = bare_pem},
	{.name = "bare-base64",
	 .why = "a CMS object as base64 and nothing else",
	 .layers = OPAQUE,
	 .quiet = true,
	 .bare = true,
	 .build = bare_base64},
	GOOD("quoted-printable-signature", "the signature part is quoted-printable", CLEAR,
	     quoted_printable_signature),
	{.name = "not-signed",
	 .why = "a mail without S/MIME",
	 .layers = "",
	 .status = 3,
	 .quiet = true,
	 .build = no_smime},
	GOOD("alone-in-mixed", "nothing beside it in the multipart", CLEAR, empty_part_beside),
};

CS_GROUP(cs_good, "good", cases);
