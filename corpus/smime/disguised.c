/* SPDX-License-Identifier: BSD-2-Clause */
/* Genuine signatures in places, or under names, where a hasty reader takes them for
 * another's, and authors who look like somebody else. */
#include "case.h"

#include <string.h>

static struct as_span figures(void)
{
	return cs_text("The figures are fine.\r\n");
}

static struct as_span by_mallory(struct as_span part)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};
	const struct sm_signed spec = {
		.content = part, .detached = true, .signers = &signer, .signer_count = 1};

	return cs_clear_entity(part, sm_signed_data(&spec));
}

/* Opaque: within another multipart/signed it would need a boundary of its own. */
static struct as_span opaque_by_mallory(struct as_span part)
{
	const struct sm_signer signer = {.cert = cs_mallory(), .key = cs_mallory_key()};
	const struct sm_signed spec = {.content = part, .signers = &signer, .signer_count = 1};

	return cs_opaque_entity("signed-data", sm_signed_data(&spec));
}

static struct as_span from_mallory(const char *from)
{
	return cs_mail(cs_header_from(from), by_mallory(figures()));
}

/* The body of the mail is nothing but Alice's message. */
static struct as_span root_message(void)
{
	return cs_mail(
		cs_header_from("Mallory <mallory@example.net>"),
		sm_join(2, sm_text("Content-Type: message/rfc822\r\n\r\n"), cs_clear(figures())));
}

static struct as_span attached_to_signed(void)
{
	return cs_clear(
		cs_multipart("mixed", 2, cs_text("See below.\r\n"),
			     sm_join(2, sm_text("Content-Type: message/rfc822\r\n\r\n"),
				     cs_mail(cs_header_from("Mallory <mallory@example.net>"),
					     opaque_by_mallory(figures())))));
}

/* No signer, no content, and called a signature. */
static struct as_span certs_as_signature(void)
{
	X509 *const certs[] = {cs_alice(), cs_intermediate()};
	const struct sm_signed spec = {
		.detached = true, .certs = certs, .cert_count = 2, .no_signer_certs = true};

	return cs_mail(cs_header(), cs_opaque_entity("signed-data", sm_signed_data(&spec)));
}

/* Signed as a time stamp is, and presented as a mail. */
#define TIME_STAMP "1.2.840.113549.1.9.16.1.4"

static struct as_span other_content_type(bool detached)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = figures(),
				       .content_type = TIME_STAMP,
				       .detached = detached,
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};
	struct as_span cms = sm_signed_data(&spec);

	return cs_mail(cs_header(), detached ? cs_clear_entity(figures(), cms)
					     : cs_opaque_entity("signed-data", cms));
}

static struct as_span other_type_clear(void)
{
	return other_content_type(true);
}

static struct as_span other_type_opaque(void)
{
	return other_content_type(false);
}

/* What Mallory signed and encrypted, with Alice's signature round it. */
static struct as_span signed_over(void)
{
	struct as_span sealed = cs_encrypt(by_mallory(figures()), CS_AES256_CBC, CS_RSA);

	return cs_clear(cs_opaque_entity("enveloped-data", sealed));
}

/* And what she can read, which is another matter. */
static struct as_span co_signed(void)
{
	return cs_clear(opaque_by_mallory(figures()));
}

/* A message within, as RFC 5751 s3.1 has it: without forwarded=no. */
static struct as_span wrapped(const char *subject)
{
	return cs_clear(sm_join(3, sm_text("Content-Type: message/rfc822\r\n\r\n"),
				cs_printf("From: Alice <alice@example.org>\r\n"
					  "To: Bob <bob@example.org>\r\n"
					  "Subject: %s\r\n",
					  subject),
				figures()));
}

static struct as_span wrapped_other(void)
{
	return wrapped("The figures of last year");
}

static struct as_span wrapped_same(void)
{
	return wrapped("The figures");
}

static struct as_span unlisted_digest(void)
{
	const struct sm_signer signer = {
		.cert = cs_alice(),
		.key = cs_alice_key(),
		.digest_algorithm = sm_algorithm(sm_digest_oid("SHA256"), sm_text("")),
	};
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = figures(),
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};
	struct as_span cms = sm_signed_data(&spec), listed = sm_oid(sm_digest_oid("SHA256"));
	unsigned char *found = memmem(cms.data, cms.size, listed.data, listed.size);

	/* The first one is that of the list: SHA-512 in its place. */
	if (found != NULL)
		found[listed.size - 1] = 3;
	return cs_mail(cs_header(), cs_opaque_entity("signed-data", cms));
}

static struct as_span blank_at(void)
{
	return from_mallory("\"alice @ example.org\" <mallory@example.net>");
}

static struct as_span own_blank_at(void)
{
	return cs_mail(cs_header_from("\"Sales @ Example.org\" <alice@example.org>"),
		       cs_clear_entity(figures(), cs_sign(figures(), true)));
}

static struct as_span zero_width(void)
{
	return from_mallory("mallory@example.net\xe2\x80\x8b");
}

static struct as_span field_with_blank(void)
{
	return from_mallory("mallory@example.net\r\nFrom : Alice <alice@example.org>");
}

static struct as_span address_in_local_part(void)
{
	return from_mallory("\"alice@example.org\"@example.net");
}

/* CSS and markup that put what follows where nobody sees it. */
static struct as_span below(const char *html)
{
	return cs_mail(cs_header(),
		       cs_multipart("mixed", 2,
				    cs_printf("Content-Type: text/html\r\n\r\n<p>Pay "
					      "Mallory.</p>%s",
					      html),
				    cs_clear_entity(figures(), cs_sign(figures(), true))));
}

static struct as_span moved_away(void)
{
	return below("<div style=\"position:relative;left:-9999px\">");
}

static struct as_span white_text(void)
{
	return below("<font color=white>");
}

#define CLEAR "signed-clear yes whole"

static const struct cs_case cases[] = {
	{.name = "root-message",
	 .why = "the whole body is somebody else's signed message",
	 .layers = "inner signed-clear yes whole",
	 .status = 3,
	 .findings = {"smime.nested_signature"},
	 .build = root_message},
	{.name = "attached-to-signed",
	 .why = "a signed message in a signed one of its author",
	 .layers = CLEAR "; inner signed-opaque yes whole",
	 .findings = {"smime.nested_signature"},
	 .quiet = true,
	 .build = attached_to_signed},
	{.name = "certs-as-signature",
	 .why = "certificates called signed-data",
	 .layers = "signed-opaque no none",
	 .status = 1,
	 .findings = {"smime.no_signers"},
	 .never = {"smime.stray_signature"},
	 .build = certs_as_signature},
	{.name = "other-type-clear",
	 .why = "a text that was signed as a time stamp",
	 .layers = CLEAR,
	 .findings = {"smime.content_not_mime"},
	 .build = other_type_clear},
	{.name = "other-type-opaque",
	 .why = "the same, opaque",
	 .layers = "signed-opaque yes whole",
	 .findings = {"smime.content_not_mime"},
	 .build = other_type_opaque},
	{.name = "signed-over",
	 .why = "another author's encrypted text, signed over",
	 .layers = CLEAR "; enveloped null whole; signed-clear yes whole",
	 .findings = {"smime.from_mismatch", "smime.signed_outside_encryption"},
	 .options = "--keys @/pki/reader.p12 --password reader",
	 .build = signed_over},
	{.name = "co-signed",
	 .why = "another author's text, signed over in the clear",
	 .layers = CLEAR "; signed-opaque yes whole",
	 .findings = {"smime.nested_signature"},
	 .quiet = true,
	 .build = co_signed},
	{.name = "wrapped-other",
	 .why = "another Subject than that of the message within",
	 .layers = CLEAR,
	 .findings = {"smime.protected_header_differs"},
	 .build = wrapped_other},
	{.name = "wrapped-same",
	 .why = "a message within with the same Subject",
	 .layers = CLEAR,
	 .findings = {"smime.header_protection"},
	 .quiet = true,
	 .build = wrapped_same},
	{.name = "unlisted-digest",
	 .why = "a digest that the CMS object does not list",
	 .layers = "signed-opaque yes whole",
	 .findings = {"smime.micalg_mismatch"},
	 .openssl = CS_REFUSES,
	 .build = unlisted_digest},
	{.name = "blank-at",
	 .why = "another address with blanks in the displayed name",
	 .layers = CLEAR,
	 .findings = {"smime.display_name_address"},
	 .build = blank_at},
	{.name = "own-blank-at",
	 .why = "the own domain in the displayed name",
	 .layers = CLEAR,
	 .quiet = true,
	 .build = own_blank_at},
	{.name = "zero-width",
	 .why = "a character without width in the author's domain",
	 .layers = CLEAR,
	 .findings = {"smime.from_mismatch"},
	 .build = zero_width},
	{.name = "field-with-blank",
	 .why = "a second From with a blank before the colon",
	 .layers = CLEAR,
	 .findings = {"smime.multiple_from", "smime.from_mismatch"},
	 .build = field_with_blank},
	{.name = "address-in-local-part",
	 .why = "another address in the local part",
	 .layers = CLEAR,
	 .findings = {"smime.display_name_address", "smime.from_mismatch"},
	 .build = address_in_local_part},
	{.name = "moved-away",
	 .why = "the signed text is put off the page",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.partial_coverage", "smime.html_hiding"},
	 .build = moved_away},
	{.name = "white-text",
	 .why = "the signed text becomes white",
	 .layers = "signed-clear yes part",
	 .findings = {"smime.partial_coverage", "smime.html_hiding"},
	 .build = white_text},
};

CS_GROUP(cs_disguised, "disguised", cases);
