/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust.h"

#include <openssl/err.h>

static const char *serial_text(struct as_arena *arena, const ASN1_INTEGER *serial)
{
	struct as_span octets =
		as_span_make(ASN1_STRING_get0_data(serial), (size_t)ASN1_STRING_length(serial));
	const char *digits;

	/* RFC 5280 s4.1.2.2 allows 20 octets; what is longer is cut, not refused. */
	digits = as_smime_hex(arena, as_span_slice(octets, 0, 32));
	if (ASN1_STRING_type(serial) != V_ASN1_NEG_INTEGER)
		return digits;
	digits = as_arena_printf(arena, "-%s", digits);
	return digits != NULL ? digits : "";
}

void as_cert_describe(struct as_arena *arena, X509 *cert, struct as_smime_signer *signer_out)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int hash_size = 0;
	EVP_PKEY *key = X509_get0_pubkey(cert);
	int bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;

	signer_out->subject = as_cert_name(arena, X509_get_subject_name(cert), AS_CERT_NAME_MAX);
	signer_out->issuer = as_cert_name(arena, X509_get_issuer_name(cert), AS_CERT_NAME_MAX);
	signer_out->serial = serial_text(arena, X509_get0_serialNumber(cert));
	if (X509_digest(cert, EVP_sha256(), hash, &hash_size) != 1)
		hash_size = 0;
	signer_out->sha256 = as_smime_hex(arena, as_span_make(hash, hash_size));
	signer_out->key_bits = bits > 0 ? (uint32_t)bits : 0;
	ERR_clear_error();
}
