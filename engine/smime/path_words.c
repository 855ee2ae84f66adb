/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_own.h"

#include <openssl/x509_vfy.h>

struct word {
	int error;
	uint32_t fault;
	const char *phrase;
};

static const struct word words[] = {
	{X509_V_ERR_CERT_HAS_EXPIRED, AS_SMIME_FAULT_EXPIRED, "had expired"},
	{X509_V_ERR_CERT_NOT_YET_VALID, AS_SMIME_FAULT_NOT_YET, "was not yet valid"},
	{X509_V_ERR_CERT_REVOKED, AS_SMIME_FAULT_REVOKED, "is revoked"},
	{X509_V_ERR_CERT_REJECTED, AS_SMIME_FAULT_UNTRUSTED, "is not trusted for mail"},
	{X509_V_ERR_CERT_UNTRUSTED, AS_SMIME_FAULT_UNTRUSTED, "is not trusted"},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, AS_SMIME_FAULT_UNTRUSTED,
	 "leads to no trusted root"},
	{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, AS_SMIME_FAULT_UNTRUSTED,
	 "leads to no trusted root"},
	{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, AS_SMIME_FAULT_UNTRUSTED,
	 "leads to no trusted root"},
	{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, AS_SMIME_FAULT_UNTRUSTED,
	 "is self-signed and not trusted"},
	{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, AS_SMIME_FAULT_UNTRUSTED,
	 "is a root that is not trusted"},
	{X509_V_ERR_CERT_CHAIN_TOO_LONG, AS_SMIME_FAULT_LIMIT, "stands in a path that is too long"},
	{X509_V_ERR_OUT_OF_MEM, AS_SMIME_FAULT_LIMIT,
	 "has policies that would cost too much to follow"},
	{X509_V_ERR_CERT_SIGNATURE_FAILURE, AS_SMIME_FAULT_PATH, "was not signed by its issuer"},
	{X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, AS_SMIME_FAULT_PATH,
	 "was not signed by its issuer"},
	{X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, AS_SMIME_FAULT_PATH,
	 "has a key that cannot be read"},
	{X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, AS_SMIME_FAULT_PATH,
	 "has a validity that cannot be read"},
	{X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, AS_SMIME_FAULT_PATH,
	 "has a validity that cannot be read"},
	{X509_V_ERR_INVALID_CA, AS_SMIME_FAULT_PATH, "may not issue certificates"},
	{X509_V_ERR_KEYUSAGE_NO_CERTSIGN, AS_SMIME_FAULT_PATH,
	 "has a key that may not sign certificates"},
	{X509_V_ERR_PATH_LENGTH_EXCEEDED, AS_SMIME_FAULT_PATH,
	 "does not allow so many issuers below it"},
	{X509_V_ERR_PERMITTED_VIOLATION, AS_SMIME_FAULT_PATH,
	 "has a name that its issuers may not certify"},
	{X509_V_ERR_EXCLUDED_VIOLATION, AS_SMIME_FAULT_PATH,
	 "has a name that its issuers are forbidden to certify"},
	{X509_V_ERR_SUBTREE_MINMAX, AS_SMIME_FAULT_PATH,
	 "has an issuer with limits on names in a form that is not allowed"},
	{X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, AS_SMIME_FAULT_PATH,
	 "has an issuer with limits on names of a kind that is not known"},
	{X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, AS_SMIME_FAULT_PATH,
	 "has an issuer with limits on names that cannot be read"},
	{X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, AS_SMIME_FAULT_PATH,
	 "has a name that cannot be compared with its issuers' limits"},
	{X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, AS_SMIME_FAULT_PATH,
	 "has a critical extension that is not known"},
	{X509_V_ERR_INVALID_EXTENSION, AS_SMIME_FAULT_PATH, "has an extension that is not valid"},
	{X509_V_ERR_INVALID_POLICY_EXTENSION, AS_SMIME_FAULT_PATH,
	 "has certificate policies that are not valid"},
	{X509_V_ERR_NO_EXPLICIT_POLICY, AS_SMIME_FAULT_PATH,
	 "has no certificate policy that holds along its path and is asked for"},
	{X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED, AS_SMIME_FAULT_PATH,
	 "is a proxy certificate, which may not sign mail"},
	{X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, AS_SMIME_FAULT_PATH, "has a key on a curve of its own"},
};

/* X509_V_ERR_UNSPECIFIED is what OpenSSL says when names and limits multiply to more
 * than it compares. */
uint32_t as_path_error(int error, const char **phrase_out)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].error == error) {
			*phrase_out = words[i].phrase;
			return words[i].fault;
		}
	if (error == X509_V_ERR_UNSPECIFIED) {
		*phrase_out = "cannot be judged";
		return AS_SMIME_FAULT_LIMIT;
	}
	*phrase_out = "is not valid in this path";
	return AS_SMIME_FAULT_PATH;
}

const char *as_path_crl_error(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_CRL:
		return "there is no list of its issuer";
	case X509_V_ERR_CRL_HAS_EXPIRED:
		return "its issuer's list is out of date";
	case X509_V_ERR_CRL_NOT_YET_VALID:
		return "its issuer's list is from a later time";
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
		return "the list was not signed by its issuer";
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
		return "the list's own issuer is not trusted";
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
		return "its issuer may not sign lists";
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
		return "the list does not speak of such certificates";
	default:
		return "the list cannot be used";
	}
}
