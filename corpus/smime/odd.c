/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs get wrong, what is old, and what is rare. */
#include "case.h"

static struct as_span figures(void)
{
	return cs_text("The figures are fine.\r\n");
}

static struct as_span sealed_by(const struct sm_signer *signer, struct as_span content,
				bool detached)
{
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = content,
				       .detached = detached,
				       .signers = signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};

	return sm_signed_data(&spec);
}

static struct as_span clear_by(const struct sm_signer *signer)
{
	return cs_mail(cs_header(), cs_clear_entity(figures(), sealed_by(signer, figures(), true)));
}

static struct as_span clear_with_key(enum sm_key_kind kind, const char *digest)
{
	EVP_PKEY *key = sm_key(kind, 8);
	const struct sm_signer signer = {
		.cert = sm_leaf("alice@example.org", key), .key = key, .digest = digest};

	return clear_by(&signer);
}

static struct as_span sha1(void)
{
	return clear_with_key(SM_RSA2048, "SHA1");
}

static struct as_span md5(void)
{
	return clear_with_key(SM_RSA2048, "MD5");
}

static struct as_span rsa1024(void)
{
	return clear_with_key(SM_RSA1024, NULL);
}

static struct as_span dsa(void)
{
	return clear_with_key(SM_DSA1024, NULL);
}

static struct as_span no_attributes(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .no_attributes = true};

	return clear_by(&signer);
}

static struct as_span no_content_type(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .no_content_type = true};

	return clear_by(&signer);
}

static struct as_span wrong_content_type(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .content_type = SM_OID_SIGNED};

	return clear_by(&signer);
}

static struct as_span no_digest(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .no_message_digest = true};

	return clear_by(&signer);
}

static struct as_span two_digests(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(),
		.key = cs_alice_key(),
		.extra = sm_attribute(SM_MESSAGE_DIGEST,
				      sm_octets(sm_digest("SHA256", sm_text("other"))))};

	return clear_by(&signer);
}

static struct as_span unknown_algorithm(void)
{
	const struct sm_signer signer = {.cert = cs_alice(),
					 .key = cs_alice_key(),
					 .algorithm =
						 sm_algorithm("1.3.6.1.4.1.32473.1", sm_text(""))};

	return clear_by(&signer);
}

static struct as_span post_quantum(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(),
		.key = cs_alice_key(),
		.algorithm = sm_algorithm("2.16.840.1.101.3.4.3.18", sm_text(""))};

	return clear_by(&signer);
}

static struct as_span receipt_request(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(),
		.key = cs_alice_key(),
		.extra = sm_attribute("1.2.840.113549.1.9.16.2.1",
				      sm_receipt_request("alice@example.org"))};

	return clear_by(&signer);
}

static struct as_span countersigned(void)
{
	const struct sm_signer notary = {.cert = cs_bob(), .key = cs_bob_key()};
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .countersigner = &notary};

	return clear_by(&signer);
}

static struct as_span strange_time(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .signing_time = SM_NOW - 100 * SM_DAY};

	return clear_by(&signer);
}

static struct as_span without_certificate(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};
	const struct sm_signed spec = {.content = figures(),
				       .detached = true,
				       .signers = &signer,
				       .signer_count = 1,
				       .no_signer_certs = true};

	return cs_mail(cs_header(), cs_clear_entity(figures(), sm_signed_data(&spec)));
}

static struct as_span trailing(void)
{
	struct as_span cms = sm_join(2, cs_sign(figures(), false), sm_text("something behind it"));

	return cs_mail(cs_header(), cs_opaque_entity("signed-data", cms));
}

static struct as_span truncated(void)
{
	struct as_span cms = cs_sign(figures(), false);

	return cs_mail(cs_header(),
		       cs_opaque_entity("signed-data", sm_copy(cms.data, cms.size / 2)));
}

static struct as_span no_cms(void)
{
	return cs_mail(cs_header(),
		       cs_clear_entity(figures(), sm_text("this is no signature at all")));
}

static struct as_span wrong_type(void)
{
	return cs_mail(cs_header(), cs_opaque_entity("enveloped-data", cs_sign(figures(), false)));
}

static struct as_span certs_only(void)
{
	X509 *const certs[] = {cs_alice(), cs_intermediate()};
	const struct sm_signed spec = {
		.detached = true, .certs = certs, .cert_count = 2, .no_signer_certs = true};

	return cs_mail(cs_header(), cs_opaque_entity("certs-only", sm_signed_data(&spec)));
}

static struct as_span digested(void)
{
	struct as_span content = figures();
	struct as_span encapsulated =
		sm_sequence(sm_join(2, sm_oid(SM_OID_DATA), sm_tlv(0xa0, sm_octets(content))));
	struct as_span data =
		sm_sequence(sm_join(4, sm_uint(0), sm_algorithm(sm_digest_oid("SHA256"), sm_null()),
				    encapsulated, sm_octets(sm_digest("SHA256", content))));

	return sm_sequence(sm_join(2, sm_oid("1.2.840.113549.1.7.5"), sm_tlv(0xa0, data)));
}

static struct as_span no_mime_inside(void)
{
	return cs_mail(
		cs_header(),
		cs_opaque_entity("signed-data", cs_sign(sm_text("\x01\x02\x03 no entity"), false)));
}

static struct as_span micalg(void)
{
	struct as_span part = figures();

	return cs_mail(cs_header(),
		       sm_join(5,
			       sm_text("Content-Type: multipart/signed; micalg=sha1;\r\n"
				       " protocol=\"application/pkcs7-signature\"; boundary=b-"
				       "\r\n\r\n--b-\r\n"),
			       part,
			       sm_text("\r\n--b-\r\nContent-Type: application/pkcs7-signature\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n"),
			       sm_base64(cs_sign(part, true)), sm_text("\r\n--b---\r\n")));
}

static struct as_span prefix_boundary(void)
{
	struct as_span part =
		sm_text("Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\n"
			"The figures are fine.\r\n--b--\r\n");

	return cs_mail(cs_header(),
		       sm_join(5,
			       sm_text("Content-Type: multipart/signed; micalg=sha-256;\r\n"
				       " protocol=\"application/pkcs7-signature\"; boundary=bb"
				       "\r\n\r\n--bb\r\n"),
			       part,
			       sm_text("\r\n--bb\r\nContent-Type: application/pkcs7-signature\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n"),
			       sm_base64(cs_sign(part, true)), sm_text("\r\n--bb--\r\n")));
}

static struct as_span case_of_local_part(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};

	return cs_mail(cs_header_from("Alice.@example.org <Alice@example.org>"),
		       cs_clear_entity(figures(), sealed_by(&signer, figures(), true)));
}

static struct as_span protected_header(void)
{
	return cs_clear(sm_text("Content-Type: text/plain; hp=\"clear\"\r\n"
				"From: Alice <alice@example.org>\r\n"
				"To: Bob <bob@example.org>\r\n"
				"Subject: The figures\r\n"
				"Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"
				"Message-ID: <1.figures@example.org>\r\n\r\n"
				"They are fine.\r\n"));
}

static struct as_span international_address(void)
{
	/* otherName SmtpUTF8Mailbox (RFC 9598). */
	struct as_span name = sm_join(2, sm_oid("1.3.6.1.5.5.7.8.9"),
				      sm_tlv(0xa0, sm_tlv(0x0c, sm_text("\xc3\xa4lice@b\xc3\xbc"
									"cher.example"))));
	const struct sm_extension extension = {.oid = "2.5.29.17",
					       .value = sm_sequence(sm_tlv(0xa0, name))};
	const struct sm_cert spec = {.subject = "/CN=Alice abroad",
				     .key = cs_alice_key(),
				     .issuer = sm_root(),
				     .issuer_key = sm_root_key(),
				     .raw = &extension,
				     .raw_count = 1};
	const struct sm_signer signer = {.cert = sm_cert(&spec), .key = cs_alice_key()};

	return cs_mail(cs_header_from("\xc3\xa4lice@xn--bcher-kva.example"),
		       cs_clear_entity(figures(), sealed_by(&signer, figures(), true)));
}

#define NOT_VALID "signed-clear no whole"
#define CLEAR	  "signed-clear yes whole"

static const struct cs_case cases[] = {
	{.name = "sha1",
	 .why = "SHA-1",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.weak_digest"},
	 .never = {"smime.bad_signature"},
	 .build = sha1},
	{.name = "sha1-allowed",
	 .why = "SHA-1, allowed",
	 .layers = CLEAR,
	 .options = "--allow sha1",
	 .findings = {"smime.weak_digest"},
	 .openssl = CS_AGREES,
	 .build = sha1},
	{.name = "md5",
	 .why = "MD5, which nothing allows",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--allow sha1,rsa1024,dsa,no-address",
	 .findings = {"smime.weak_digest"},
	 .build = md5},
	{.name = "rsa-1024",
	 .why = "RSA 1024",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.weak_key"},
	 .build = rsa1024},
	{.name = "rsa-1024-allowed",
	 .why = "RSA 1024, allowed",
	 .layers = CLEAR,
	 .options = "--allow rsa1024",
	 .findings = {"smime.weak_key"},
	 .openssl = CS_AGREES,
	 .build = rsa1024},
	{.name = "dsa",
	 .why = "DSA",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.weak_key"},
	 .build = dsa},
	{.name = "dsa-allowed",
	 .why = "DSA, allowed",
	 .layers = CLEAR,
	 .options = "--allow dsa",
	 .findings = {"smime.weak_key"},
	 .quiet = true,
	 .build = dsa},
	{.name = "dsa-1024-allowed",
	 .why = "DSA, allowed as a key of its size",
	 .layers = CLEAR,
	 .options = "--allow rsa1024",
	 .quiet = true,
	 .build = dsa},
	{.name = "no-attributes",
	 .why = "no signed attributes",
	 .layers = CLEAR,
	 .findings = {"smime.no_signed_attributes"},
	 .openssl = CS_AGREES,
	 .build = no_attributes},
	{.name = "no-content-type",
	 .why = "attributes without contentType",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.malformed"},
	 .build = no_content_type},
	{.name = "wrong-content-type",
	 .why = "contentType of something else",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.malformed"},
	 .build = wrong_content_type},
	{.name = "no-digest",
	 .why = "attributes without messageDigest",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.malformed"},
	 .openssl = CS_REFUSES,
	 .build = no_digest},
	{.name = "two-digests",
	 .why = "two messageDigests, one of them right",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.malformed"},
	 .build = two_digests},
	{.name = "unknown-algorithm",
	 .why = "a signature algorithm nobody knows",
	 .layers = "signed-clear null whole",
	 .status = 2,
	 .findings = {"smime.unsupported_algorithm"},
	 .never = {"smime.bad_signature", "smime.bad_digest"},
	 .build = unknown_algorithm},
	{.name = "ml-dsa",
	 .why = "ML-DSA, which is not checked here",
	 .layers = "signed-clear null whole",
	 .status = 2,
	 .findings = {"smime.unsupported_algorithm"},
	 .never = {"smime.bad_signature"},
	 .build = post_quantum},
	{.name = "receipt-request",
	 .why = "a signed receipt is asked for",
	 .layers = CLEAR,
	 .findings = {"smime.receipt_request"},
	 .quiet = true,
	 .openssl = CS_AGREES,
	 .build = receipt_request},
	{.name = "countersigned",
	 .why = "a notary signed the signature",
	 .layers = CLEAR,
	 .quiet = true,
	 .openssl = CS_AGREES,
	 .build = countersigned},
	{.name = "old-signing-time",
	 .why = "signed 100 days before the Date",
	 .layers = CLEAR,
	 .findings = {"smime.date_differs"},
	 .build = strange_time},
	{.name = "without-certificate",
	 .why = "the signer's certificate is missing",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.signer_cert_missing"},
	 .openssl = CS_REFUSES,
	 .build = without_certificate},
	{.name = "certificate-in-store",
	 .why = "the signer's certificate is configured",
	 .layers = CLEAR,
	 .options = "--certs @/pki/alice.pem @/pki/intermediate.pem",
	 .quiet = true,
	 .build = without_certificate},
	{.name = "trailing-data",
	 .why = "octets behind the CMS object",
	 .layers = "signed-opaque yes whole",
	 .findings = {"smime.trailing_data"},
	 .build = trailing},
	{.name = "truncated",
	 .why = "half of a CMS object",
	 .layers = "malformed null none",
	 .status = 2,
	 .findings = {"smime.malformed"},
	 .build = truncated},
	{.name = "no-cms",
	 .why = "a signature part that is none",
	 .layers = "malformed no none",
	 .status = 1,
	 .findings = {"smime.malformed"},
	 .openssl = CS_REFUSES,
	 .build = no_cms},
	{.name = "wrong-type",
	 .why = "enveloped-data that is signed-data",
	 .layers = "signed-opaque yes whole",
	 .findings = {"smime.type_mismatch"},
	 .build = wrong_type},
	{.name = "certs-only",
	 .why = "certificates and nothing else",
	 .layers = "certs-only null none",
	 .never = {"smime.no_signers"},
	 .quiet = true,
	 .build = certs_only},
	{.name = "digested",
	 .why = "a digest that nobody signed",
	 .layers = "digested null whole",
	 .bare = true,
	 .quiet = true,
	 .build = digested},
	{.name = "no-mime-inside",
	 .why = "the signed content is no entity",
	 .layers = "signed-opaque yes whole",
	 .findings = {"smime.content_not_mime"},
	 .build = no_mime_inside},
	{.name = "micalg",
	 .why = "micalg says sha1",
	 .layers = CLEAR,
	 .findings = {"smime.micalg_mismatch"},
	 .quiet = true,
	 .openssl = CS_AGREES,
	 .build = micalg},
	{.name = "prefix-boundary",
	 .why = "the inner boundary is a prefix of the outer one",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.ambiguous_boundary"},
	 .build = prefix_boundary},
	{.name = "local-part-case",
	 .why = "Alice and alice",
	 .layers = CLEAR,
	 .findings = {"smime.from_case_differs"},
	 .build = case_of_local_part},
	{.name = "protected-header",
	 .why = "RFC 9788, hp=clear",
	 .layers = CLEAR,
	 .findings = {"smime.header_protection"},
	 .never = {"smime.protected_header_differs"},
	 .quiet = true,
	 .openssl = CS_AGREES,
	 .build = protected_header},
	{.name = "international-address",
	 .why = "RFC 9598, the domain in both forms",
	 .layers = CLEAR,
	 .quiet = true,
	 .openssl = CS_AGREES,
	 .build = international_address},
};

CS_GROUP(cs_odd, "odd", cases);
