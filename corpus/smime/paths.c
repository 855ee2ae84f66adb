/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures that are good, and certificates that are not. */
#include "case.h"

static EVP_PKEY *middle_key(void)
{
	return sm_key(SM_RSA2048, 10);
}

/* Alice's mail with a certificate by this intermediate, or by the root. */
static struct as_span mail_by(const struct sm_cert *person, X509 *middle)
{
	struct as_span part = cs_text("The figures are fine.\r\n");
	struct sm_cert spec = *person;
	struct sm_signer signer = {.key = cs_alice_key()};
	X509 *const others[] = {middle};
	struct sm_signed data = {.content = part,
				 .detached = true,
				 .signers = &signer,
				 .signer_count = 1,
				 .certs = others,
				 .cert_count = middle != NULL ? 1 : 0};

	spec.subject = "/CN=Alice on a path";
	spec.key = cs_alice_key();
	spec.issuer = middle != NULL ? middle : sm_root();
	spec.issuer_key = middle != NULL ? middle_key() : sm_root_key();
	if (spec.email == NULL)
		spec.email = "alice@example.org";
	signer.cert = sm_cert(&spec);
	return cs_mail(cs_header(), cs_clear_entity(part, sm_signed_data(&data)));
}

static struct as_span through(const struct sm_cert *change)
{
	struct sm_cert middle = *change;
	const struct sm_cert person = {.email = "alice@example.org"};

	middle.subject = "/CN=Odd Intermediate";
	middle.key = middle_key();
	middle.issuer = sm_root();
	middle.issuer_key = sm_root_key();
	return mail_by(&person, sm_cert(&middle));
}

static struct as_span expired_ca(void)
{
	const struct sm_cert middle = {
		.ca = true, .not_before = SM_NOW - 900 * SM_DAY, .not_after = SM_NOW - 10 * SM_DAY};

	return through(&middle);
}

static struct as_span future(void)
{
	const struct sm_cert person = {.not_before = SM_NOW + 10 * SM_DAY,
				       .not_after = SM_NOW + 90 * SM_DAY};

	return mail_by(&person, NULL);
}

static struct as_span no_ca(void)
{
	const struct sm_cert middle = {.ca = false, .email = "ca@example.org"};

	return through(&middle);
}

static struct as_span name_constraints(void)
{
	static const char *const extensions[] = {
		"nameConstraints=critical,permitted;email:.example.net", NULL};
	const struct sm_cert middle = {.ca = true, .extensions = extensions};

	return through(&middle);
}

static struct as_span sha1_path(void)
{
	const struct sm_cert middle = {.ca = true, .digest = "SHA1"};

	return through(&middle);
}

static struct as_span key_usage(void)
{
	const struct sm_cert person = {.key_usage = "critical,keyEncipherment"};

	return mail_by(&person, NULL);
}

static struct as_span no_key_usage(void)
{
	const struct sm_cert person = {.key_usage = "", .eku = ""};

	return mail_by(&person, NULL);
}

static struct as_span eku(void)
{
	const struct sm_cert person = {.eku = "serverAuth"};

	return mail_by(&person, NULL);
}

static struct as_span plain(void)
{
	return cs_clear(cs_text("The figures are fine.\r\n"));
}

#define NOT_VALID "signed-clear no whole"
#define CLEAR	  "signed-clear yes whole"
#define GOOD_TEXT                                                                                  \
	{                                                                                          \
		"smime.bad_signature", "smime.bad_digest"                                          \
	}

static const struct cs_case cases[] = {
	{.name = "expired-ca",
	 .why = "the intermediate has expired",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.expired"},
	 .never = GOOD_TEXT,
	 .openssl = CS_REFUSES,
	 .build = expired_ca},
	{.name = "not-yet-valid",
	 .why = "a certificate of the future",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.not_yet_valid"},
	 .never = GOOD_TEXT,
	 .openssl = CS_REFUSES,
	 .build = future},
	{.name = "no-ca",
	 .why = "the issuer is no authority",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.bad_path"},
	 .never = GOOD_TEXT,
	 .openssl = CS_REFUSES,
	 .build = no_ca},
	{.name = "name-constraints",
	 .why = "the authority may not certify this domain",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.bad_path"},
	 .never = GOOD_TEXT,
	 .openssl = CS_REFUSES,
	 .build = name_constraints},
	{.name = "sha1-in-path",
	 .why = "a certificate signed with SHA-1",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.weak_digest"},
	 .never = GOOD_TEXT,
	 .build = sha1_path},
	{.name = "sha1-in-path-allowed",
	 .why = "the same, allowed",
	 .layers = CLEAR,
	 .options = "--allow sha1",
	 .findings = {"smime.weak_digest"},
	 .openssl = CS_AGREES,
	 .build = sha1_path},
	{.name = "key-usage",
	 .why = "a certificate for encryption",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.bad_key_usage"},
	 .never = GOOD_TEXT,
	 .openssl = CS_REFUSES,
	 .build = key_usage},
	{.name = "eku",
	 .why = "a certificate for web servers",
	 .layers = NOT_VALID,
	 .status = 1,
	 .findings = {"smime.bad_eku"},
	 .never = GOOD_TEXT,
	 .openssl = CS_REFUSES,
	 .build = eku},
	{.name = "no-usage",
	 .why = "a certificate that does not say for what",
	 .layers = CLEAR,
	 .quiet = true,
	 .openssl = CS_AGREES,
	 .build = no_key_usage},
	{.name = "revoked",
	 .why = "revoked by a configured list",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--crls @/pki/root.crl @/pki/revoked.crl",
	 .findings = {"smime.revoked"},
	 .never = GOOD_TEXT,
	 .build = plain},
	{.name = "revoked-off",
	 .why = "the same, but lists are off",
	 .layers = CLEAR,
	 .options = "--crls @/pki/root.crl @/pki/revoked.crl --revocation off",
	 .never = {"smime.revoked", "smime.revocation_unknown"},
	 .quiet = true,
	 .build = plain},
	{.name = "hard-unknown",
	 .why = "no list, and it must be known",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--revocation hard",
	 .findings = {"smime.revocation_unknown"},
	 .never = GOOD_TEXT,
	 .build = plain},
	{.name = "foreign-crl",
	 .why = "only a list of somebody else, softly",
	 .layers = CLEAR,
	 .options = "--crls @/pki/root.crl",
	 .findings = {"smime.revocation_unknown"},
	 .quiet = true,
	 .build = plain},
	{.name = "other-anchor",
	 .why = "another anchor than the path's",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--anchors @/pki/mallory.pem",
	 .findings = {"smime.untrusted"},
	 .never = GOOD_TEXT,
	 .build = plain},
	{.name = "partial-chain",
	 .why = "the intermediate is the anchor",
	 .layers = CLEAR,
	 .options = "--anchors @/pki/intermediate.pem --partial-chain",
	 .quiet = true,
	 .build = plain},
	{.name = "no-partial-chain",
	 .why = "the same without --partial-chain",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--anchors @/pki/intermediate.pem",
	 .findings = {"smime.untrusted"},
	 .build = plain},
	{.name = "explicit-policy",
	 .why = "a policy is demanded, the path has none",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--policy 1.3.6.1.4.1.32473.2 --explicit-policy",
	 .findings = {"smime.bad_path"},
	 .build = plain},
	{.name = "later",
	 .why = "two years later",
	 .layers = NOT_VALID,
	 .status = 1,
	 .options = "--at 1830000000",
	 .findings = {"smime.expired"},
	 .build = plain},
};

CS_GROUP(cs_paths, "paths", cases);
