/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *cs_header(void)
{
	return cs_header_from("Alice <alice@example.org>");
}

const char *cs_header_from(const char *from)
{
	return (const char *)cs_printf("From: %s\r\nTo: Bob <bob@example.org>\r\n"
				       "Subject: The figures\r\n"
				       "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"
				       "Message-ID: <1.figures@example.org>\r\n",
				       from)
		.data;
}

struct as_span cs_printf(const char *format, ...)
{
	char *text = NULL;
	struct as_span copy;
	va_list values;
	int size;

	va_start(values, format);
	size = vasprintf(&text, format, values);
	va_end(values);
	if (size < 0)
		abort();
	/* With the NUL, so that it can be used as a text; not counted. */
	copy = sm_copy(text, (size_t)size + 1);
	free(text);
	copy.size--;
	return copy;
}

struct as_span cs_text(const char *text)
{
	return cs_printf("Content-Type: text/plain; charset=us-ascii\r\n\r\n%s", text);
}

struct as_span cs_sign(struct as_span content, bool detached)
{
	const struct sm_signer signer = {.cert = cs_alice(), .key = cs_alice_key()};
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = content,
				       .detached = detached,
				       .signers = &signer,
				       .signer_count = 1,
				       .certs = others,
				       .cert_count = 1};

	return sm_signed_data(&spec);
}

struct as_span cs_signed_by(struct as_span part, const struct sm_signer *signers, size_t count,
			    const char *from)
{
	X509 *const others[] = {cs_intermediate()};
	const struct sm_signed spec = {.content = part,
				       .detached = true,
				       .signers = signers,
				       .signer_count = count,
				       .certs = others,
				       .cert_count = 1};

	return cs_mail(from != NULL ? cs_header_from(from) : cs_header(),
		       cs_clear_entity(part, sm_signed_data(&spec)));
}

struct as_span cs_clear_entity(struct as_span part, struct as_span cms)
{
	return sm_join(6,
		       sm_text("Content-Type: multipart/signed; micalg=sha-256;\r\n"
			       " protocol=\"application/pkcs7-signature\";\r\n"
			       " boundary=\"signed-by-alice\"\r\n\r\n"
			       "--signed-by-alice\r\n"),
		       part,
		       sm_text("\r\n--signed-by-alice\r\n"
			       "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
			       "Content-Transfer-Encoding: base64\r\n"
			       "Content-Disposition: attachment; filename=smime.p7s\r\n\r\n"),
		       sm_base64(cms), sm_text("\r\n--signed-by-alice--\r\n"), sm_text(""));
}

struct as_span cs_opaque_entity(const char *smime_type, struct as_span cms)
{
	return sm_join(2,
		       cs_printf("Content-Type: application/pkcs7-mime; smime-type=%s;\r\n"
				 " name=smime.p7m\r\n"
				 "Content-Transfer-Encoding: base64\r\n"
				 "Content-Disposition: attachment; filename=smime.p7m\r\n\r\n",
				 smime_type),
		       sm_base64(cms));
}

struct as_span cs_mail(const char *header, struct as_span entity)
{
	return sm_join(3, sm_text(header), sm_text("MIME-Version: 1.0\r\n"), entity);
}

struct as_span cs_clear(struct as_span part)
{
	return cs_mail(cs_header(), cs_clear_entity(part, cs_sign(part, true)));
}

struct as_span cs_opaque(struct as_span part)
{
	return cs_mail(cs_header(), cs_opaque_entity("signed-data", cs_sign(part, false)));
}

struct as_span cs_multipart(const char *subtype, unsigned count, ...)
{
	/* Within each other they need boundaries of their own. */
	static unsigned number;
	unsigned own = ++number;
	struct as_span all = cs_printf("Content-Type: multipart/%s; boundary=\"part-%u-\"\r\n\r\n",
				       subtype, own);
	va_list parts;

	va_start(parts, count);
	for (unsigned i = 0; i < count; i++)
		all = sm_join(4, all, cs_printf("--part-%u-\r\n", own),
			      va_arg(parts, struct as_span), sm_text("\r\n"));
	va_end(parts);
	return sm_join(2, all, cs_printf("--part-%u---\r\n", own));
}

struct as_span cs_eicar_entity(void)
{
	return cs_printf("Content-Type: application/octet-stream; name=\"test.com\"\r\n"
			 "Content-Disposition: attachment; filename=\"test.com\"\r\n\r\n%s%s%s",
			 "X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-ANTI",
			 "VIRUS-TEST-FILE!$H+H*");
}
