/* SPDX-License-Identifier: BSD-2-Clause */
/* The attack classes of the literature: each must be told by its finding, and
 * none may look like a message that its author signed as a whole. */
#include "case.h"

#include <string.h>

static struct as_span figures(void)
{
	return cs_text("The figures are fine.\r\n");
}

static struct as_span signed_entity(void)
{
	return cs_clear_entity(figures(), cs_sign(figures(), true));
}

/* C1 */
static struct as_span econtent_in_detached(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = figures(),
				       .econtent = figures(),
				       .detached = true,
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};

	return cs_mail(cs_header(),
		       cs_clear_entity(cs_text("Pay Mallory.\r\n"), sm_signed_data(&spec)));
}

/* C2 */
static struct as_span one_bad_signer(void)
{
	const struct sm_signer signers[] = {
		{.cert = cs_alice(), .key = cs_alice_key()},
		{.cert = cs_bob(), .key = cs_bob_key(), .broken = true}};

	return cs_signed_by(figures(), signers, 2, NULL);
}

static struct as_span bad_signer_first(void)
{
	const struct sm_signer signers[] = {{.cert = cs_bob(), .key = cs_bob_key(), .broken = true},
					    {.cert = cs_alice(), .key = cs_alice_key()}};

	return cs_signed_by(figures(), signers, 2, NULL);
}

/* C3 */
static struct as_span no_signer(void)
{
	return cs_signed_by(figures(), NULL, 0, NULL);
}

/* C4 */
static struct as_span self_signed(void)
{
	const struct sm_cert spec = {.subject = "/CN=Alice herself",
				     .key = cs_mallory_key(),
				     .email = "alice@example.org"};
	const struct sm_signer signer = {.cert = sm_cert(&spec), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1, NULL);
}

static struct as_span changed_text(void)
{
	struct as_span cms = cs_sign(figures(), true);

	return cs_mail(cs_header(), cs_clear_entity(cs_text("The figures are bad.\r\n"), cms));
}

static struct as_span broken_signature(void)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key(), .broken = true};

	return cs_signed_by(figures(), &signer, 1, NULL);
}

/* M1 */
static struct as_span text_in_front(void)
{
	return cs_mail(cs_header(),
		       cs_multipart("mixed", 2, cs_text("Pay Mallory.\r\n"), signed_entity()));
}

/* M2 */
static struct as_span hiding_html(void)
{
	return cs_mail(cs_header(),
		       cs_multipart("mixed", 3,
				    sm_text("Content-Type: text/html\r\n\r\n<p>Pay Mallory.</p>"
					    "<div style=\"display:none\">"),
				    signed_entity(),
				    sm_text("Content-Type: text/html\r\n\r\n</div>")));
}

/* M3 */
static struct as_span cid_reference(void)
{
	return cs_mail(
		cs_header(),
		cs_multipart("related", 2,
			     sm_text("Content-Type: text/html\r\n\r\n<p>Pay Mallory.</p>"
				     "<iframe src=\"cid:signed@example.org\" width=0></iframe>"),
			     sm_join(2, sm_text("Content-ID: <signed@example.org>\r\n"),
				     signed_entity())));
}

/* M4 */
static struct as_span signed_attachment(void)
{
	return cs_mail(cs_header(),
		       cs_multipart("mixed", 2, cs_text("Pay Mallory.\r\n"),
				    sm_join(2, sm_text("Content-Disposition: attachment\r\n"),
					    signed_entity())));
}

static struct as_span forwarded(void)
{
	return cs_mail(cs_header_from("Mallory <mallory@example.net>"),
		       cs_multipart("mixed", 2, cs_text("Pay me.\r\n"),
				    sm_join(2, sm_text("Content-Type: message/rfc822\r\n\r\n"),
					    cs_clear(figures()))));
}

static struct as_span framed(const char *before, const char *between, const char *behind)
{
	return cs_mail(
		cs_header(),
		sm_join(8,
			sm_text("Content-Type: multipart/signed; micalg=sha-256;\r\n"
				" protocol=\"application/pkcs7-signature\"; boundary=b-\r\n\r\n"),
			sm_text(before), sm_text("--b-\r\n"), figures(), sm_text("\r\n--b-\r\n"),
			sm_join(3,
				sm_text("Content-Type: application/pkcs7-signature\r\n"
					"Content-Transfer-Encoding: base64\r\n\r\n"),
				sm_base64(cs_sign(figures(), true)), sm_text("\r\n")),
			sm_text(between), sm_text(behind)));
}

static struct as_span preamble(void)
{
	return framed("Pay Mallory at once: this is the real text.\r\n", "", "--b---\r\n");
}

static struct as_span epilogue(void)
{
	return framed("", "", "--b---\r\nPay Mallory at once: this is the real text.\r\n");
}

static struct as_span third_part(void)
{
	return framed("", "--b-\r\nContent-Type: text/plain\r\n\r\nPay Mallory.\r\n", "--b---\r\n");
}

static struct as_span stray(void)
{
	return cs_mail(cs_header(),
		       cs_multipart("mixed", 2, figures(),
				    sm_join(2,
					    sm_text("Content-Type: application/pkcs7-signature; "
						    "name=smime.p7s\r\n"
						    "Content-Transfer-Encoding: base64\r\n\r\n"),
					    sm_base64(cs_sign(figures(), true)))));
}

static struct as_span with_type(const char *fields)
{
	return cs_mail(cs_header(),
		       sm_join(6, sm_text(fields), sm_text("\r\n--b-\r\n"), figures(),
			       sm_text("\r\n--b-\r\nContent-Type: application/pkcs7-signature\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n"),
			       sm_base64(cs_sign(figures(), true)),
			       sm_text("\r\n--b---\r\n--c\r\n\r\nPay Mallory.\r\n--c--\r\n")));
}

static struct as_span two_content_types(void)
{
	return with_type("Content-Type: multipart/mixed; boundary=c\r\n"
			 "Content-Type: multipart/signed; micalg=sha-256;\r\n"
			 " protocol=\"application/pkcs7-signature\"; boundary=b-\r\n");
}

static struct as_span two_boundaries(void)
{
	return with_type("Content-Type: multipart/signed; boundary=b-; micalg=sha-256;\r\n"
			 " protocol=\"application/pkcs7-signature\"; boundary=c\r\n");
}

static struct as_span encoded_multipart(void)
{
	return with_type("Content-Type: multipart/signed; micalg=sha-256;\r\n"
			 " protocol=\"application/pkcs7-signature\"; boundary=b-\r\n"
			 "Content-Transfer-Encoding: quoted-printable\r\n");
}

/* I1 */
static struct as_span other_author(void)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1, NULL);
}

/* I2 */
static struct as_span shown_address(void)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1, "\"alice@example.org\" <mallory@example.net>");
}

static struct as_span empty_from(void)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1, "\"Alice\" <>");
}

static struct as_span no_from(void)
{
	struct as_span part = figures();

	return cs_mail("To: bob@example.org\r\nSubject: figures\r\n",
		       cs_clear_entity(part, cs_sign(part, true)));
}

/* I3 */
static struct as_span two_from_fields(void)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1,
			    "mallory@example.net\r\nFrom: Alice <alice@example.org>");
}

static struct as_span from_list(void)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1,
			    "Alice <alice@example.org>, Mallory <mallory@example.net>");
}

static struct as_span other_sender(void)
{
	return cs_mail(cs_header_from("Alice <alice@example.org>\r\nSender: eve@example.com"),
		       signed_entity());
}

static struct as_span other_reply_to(void)
{
	return cs_mail(cs_header_from("Alice <alice@example.org>\r\nReply-To: eve@example.com"),
		       signed_entity());
}

static struct as_span nul_in_address(void)
{
	const struct sm_extension name = {
		.oid = "2.5.29.17",
		.value = sm_sequence(sm_tlv(0x81, sm_copy("alice@example.org\0.example.net", 30)))};
	const struct sm_cert spec = {.subject = "/CN=Mallory",
				     .key = cs_mallory_key(),
				     .issuer = sm_root(),
				     .issuer_key = sm_root_key(),
				     .raw = &name,
				     .raw_count = 1};
	const struct sm_signer signer = {.cert = sm_cert(&spec), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1, NULL);
}

static struct as_span address_as_name(void)
{
	const struct sm_cert spec = {.subject = "/CN=alice@example.org",
				     .key = cs_mallory_key(),
				     .issuer = sm_root(),
				     .issuer_key = sm_root_key(),
				     .email = "mallory@example.net"};
	const struct sm_signer signer = {.cert = sm_cert(&spec), .key = cs_mallory_key()};

	return cs_signed_by(figures(), &signer, 1, NULL);
}

static struct as_span backdated(void)
{
	const struct sm_cert spec = {.subject = "/CN=Alice once",
				     .key = cs_alice_key(),
				     .issuer = sm_root(),
				     .issuer_key = sm_root_key(),
				     .email = "alice@example.org",
				     .not_before = SM_NOW - 900 * SM_DAY,
				     .not_after = SM_NOW - 500 * SM_DAY};
	const struct sm_signer signer = {.cert = sm_cert(&spec),
					 .key = cs_alice_key(),
					 .signing_time = SM_NOW - 600 * SM_DAY};

	return cs_signed_by(figures(), &signer, 1, NULL);
}

static struct as_span swapped_header(void)
{
	struct as_span part = sm_text("Content-Type: text/plain; hp=\"clear\"\r\n"
				      "From: Alice <alice@example.org>\r\n"
				      "To: Bob <bob@example.org>\r\n"
				      "Subject: The figures of last year\r\n"
				      "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"
				      "Message-ID: <1.figures@example.org>\r\n\r\n"
				      "They are fine.\r\n");

	return cs_clear(part);
}

/* The attributes of an older signature, presented as signed content. */
static struct as_span replayed_attributes(void)
{
	struct as_span attributes = sm_set(sm_join(
		2, sm_attribute(SM_CONTENT_TYPE, sm_oid(SM_OID_DATA)),
		sm_attribute(SM_MESSAGE_DIGEST, sm_octets(sm_digest("SHA256", figures())))));
	const struct sm_signer signer = {
		.cert = cs_alice(), .key = cs_alice_key(), .no_attributes = true};
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = attributes,
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};

	return cs_mail(cs_header(), cs_opaque_entity("signed-data", sm_signed_data(&spec)));
}

static struct as_span many_signers(void)
{
	struct sm_signer signers[40];
	struct sm_signed spec = {.content = figures(), .signers = signers, .signer_count = 40};

	for (size_t i = 0; i < spec.signer_count; i++)
		signers[i] = (struct sm_signer){.cert = cs_bob(), .key = cs_bob_key()};
	return cs_mail(cs_header(), cs_opaque_entity("signed-data", sm_signed_data(&spec)));
}

#define CLEAR "signed-clear yes whole"

static const struct cs_case cases[] = {
	{.name = "econtent-in-detached",
	 .why = "a clear signature with a text of its own",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.econtent_in_detached"},
	 .build = econtent_in_detached},
	{.name = "one-bad-signer",
	 .why = "the second of two signatures is wrong",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.bad_signature"},
	 .openssl = CS_REFUSES,
	 .build = one_bad_signer},
	{.name = "bad-signer-first",
	 .why = "the first of two signatures is wrong",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.bad_signature"},
	 .openssl = CS_REFUSES,
	 .build = bad_signer_first},
	{.name = "no-signer",
	 .why = "signed data that nobody signed",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.no_signers"},
	 .openssl = CS_REFUSES,
	 .build = no_signer},
	{.name = "self-signed",
	 .why = "a certificate that answers for itself",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.untrusted"},
	 .never = {"smime.bad_signature", "smime.from_mismatch"},
	 .openssl = CS_REFUSES,
	 .build = self_signed},
	{.name = "changed-text",
	 .why = "the text was changed",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.bad_digest"},
	 .openssl = CS_REFUSES,
	 .build = changed_text},
	{.name = "broken-signature",
	 .why = "the signature value is wrong",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.bad_signature"},
	 .openssl = CS_REFUSES,
	 .build = broken_signature},
	{.name = "text-in-front",
	 .why = "an unsigned text above a signed one",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.partial_coverage"},
	 .build = text_in_front},
	{.name = "hiding-html",
	 .why = "HTML hides the signed text",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.partial_coverage", "smime.html_hiding"},
	 .build = hiding_html},
	{.name = "cid-reference",
	 .why = "unsigned HTML shows the signed part in a frame",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.partial_coverage", "smime.html_hiding"},
	 .build = cid_reference},
	{.name = "signed-attachment",
	 .why = "the signed part is attached to another text",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.partial_coverage"},
	 .build = signed_attachment},
	{.name = "forwarded",
	 .why = "a signed message inside an unsigned one",
	 .layers = "inner signed-clear yes whole",
	 .status = 3,
	 .findings = {"smime.nested_signature"},
	 .build = forwarded},
	{.name = "preamble",
	 .why = "a text before the signed part",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.preamble_text"},
	 .build = preamble},
	{.name = "epilogue",
	 .why = "a text behind the signature",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.epilogue_text"},
	 .build = epilogue},
	{.name = "third-part",
	 .why = "a third part in the signed multipart",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.extra_part"},
	 .build = third_part},
	{.name = "stray",
	 .why = "a signature attached to a text",
	 .layers = "",
	 .status = 3,
	 .findings = {"smime.stray_signature"},
	 .build = stray},
	{.name = "two-content-types",
	 .why = "two Content-Type fields, one of them signed",
	 .layers = "signed-clear no part",
	 .status = 1,
	 .findings = {"smime.ambiguous_boundary"},
	 .build = two_content_types},
	{.name = "two-boundaries",
	 .why = "two boundary parameters",
	 .layers = "signed-clear no part",
	 .status = 1,
	 .findings = {"smime.ambiguous_boundary"},
	 .build = two_boundaries},
	{.name = "encoded-multipart",
	 .why = "a transfer encoding on the multipart",
	 .layers = "signed-clear no part",
	 .status = 1,
	 .findings = {"smime.bad_transfer_encoding"},
	 .build = encoded_multipart},
	{.name = "other-author",
	 .why = "signed by somebody else than From",
	 .layers = CLEAR,
	 .findings = {"smime.from_mismatch"},
	 .openssl = CS_AGREES,
	 .build = other_author},
	{.name = "shown-address",
	 .why = "the displayed name is another address",
	 .layers = CLEAR,
	 .findings = {"smime.display_name_address"},
	 .build = shown_address},
	{.name = "empty-from",
	 .why = "From without an address",
	 .layers = CLEAR,
	 .findings = {"smime.from_mismatch"},
	 .build = empty_from},
	{.name = "no-from",
	 .why = "no From",
	 .layers = CLEAR,
	 .findings = {"smime.from_mismatch"},
	 .build = no_from},
	{.name = "two-from-fields",
	 .why = "two From fields",
	 .layers = CLEAR,
	 .findings = {"smime.multiple_from", "smime.from_mismatch"},
	 .build = two_from_fields},
	{.name = "from-list",
	 .why = "two authors, one of them signed",
	 .layers = CLEAR,
	 .findings = {"smime.multiple_from", "smime.from_mismatch"},
	 .build = from_list},
	{.name = "other-sender",
	 .why = "Sender is somebody else",
	 .layers = CLEAR,
	 .findings = {"smime.sender_differs"},
	 .build = other_sender},
	{.name = "other-reply-to",
	 .why = "answers go to somebody else",
	 .layers = CLEAR,
	 .findings = {"smime.reply_to_differs"},
	 .build = other_reply_to},
	{.name = "nul-in-address",
	 .why = "an address that a NUL cuts short",
	 .layers = CLEAR,
	 .findings = {"smime.from_mismatch", "smime.nul_octet"},
	 .build = nul_in_address},
	{.name = "address-as-name",
	 .why = "the common name is the author's address",
	 .layers = CLEAR,
	 .findings = {"smime.from_mismatch"},
	 .build = address_as_name},
	{.name = "backdated",
	 .why = "an expired certificate and a time that suits it",
	 .layers = "signed-clear no whole",
	 .status = 1,
	 .findings = {"smime.expired"},
	 .openssl = CS_REFUSES,
	 .build = backdated},
	{.name = "swapped-header",
	 .why = "another Subject outside than inside",
	 .layers = CLEAR,
	 .findings = {"smime.protected_header_differs"},
	 .build = swapped_header},
	{.name = "replayed-attributes",
	 .why = "signed attributes presented as content",
	 .layers = "signed-opaque yes whole",
	 .findings = {"smime.no_signed_attributes", "smime.content_not_mime"},
	 .build = replayed_attributes},
	{.name = "many-signers",
	 .why = "40 signers",
	 .layers = "signed-opaque null whole",
	 .status = 2,
	 .findings = {"smime.limit_exceeded"},
	 .build = many_signers},
};

CS_GROUP(cs_hostile, "hostile", cases);
