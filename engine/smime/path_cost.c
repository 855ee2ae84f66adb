/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_cost.h"

#include "smime/ber.h"
#include "smime/trust.h"

#include <openssl/core_names.h>
#include <string.h>

/* Above every limit. */
#define COST_REFUSED (AS_MESSAGE_COST_MAX + 1)

/* No modulus above 16384 bits is computed with by OpenSSL. */
#define RSA_NUMBER_BYTES_MAX ((size_t)2049)
/* An exponent of 65537 has 17 bits. */
#define USUAL_EXPONENT_BITS 17u

static size_t integer_bits(const struct as_ber *integer)
{
	struct as_span octets = integer->content;
	size_t bits;

	while (octets.size > 0 && octets.data[0] == 0)
		octets = as_span_from(octets, 1);
	if (octets.size == 0)
		return 0;
	bits = octets.size * 8;
	for (unsigned char top = octets.data[0]; (top & 0x80) == 0; top = (unsigned char)(top << 1))
		bits--;
	return bits;
}

/* RSAPublicKey: a modular multiplication grows with the square of the modulus, and
 * their number with the exponent. */
static unsigned rsa_cost(struct as_span key)
{
	struct as_ber sequence, modulus, exponent;
	size_t squares, length;

	if (!as_ber_expect(&key, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &sequence) ||
	    !as_ber_expect(&sequence.content, AS_BER_UNIVERSAL, AS_BER_INTEGER, &modulus) ||
	    !as_ber_expect(&sequence.content, AS_BER_UNIVERSAL, AS_BER_INTEGER, &exponent) ||
	    modulus.content.size > RSA_NUMBER_BYTES_MAX ||
	    exponent.content.size > RSA_NUMBER_BYTES_MAX)
		return COST_REFUSED;
	squares = integer_bits(&modulus) / 1024;
	length = integer_bits(&exponent);
	if (length < USUAL_EXPONENT_BITS)
		length = USUAL_EXPONENT_BITS;
	squares = squares * squares * length / (4 * USUAL_EXPONENT_BITS);
	if (squares > AS_MESSAGE_COST_MAX)
		return COST_REFUSED;
	return squares < 1 ? 1 : (unsigned)squares;
}

/* Curves without a name are refused by RFC 5480 s2.1.1 and by OpenSSL. */
static unsigned ec_cost(int parameter_type, const void *parameter, const EVP_PKEY *key)
{
	char field[32] = "";
	int bits = EVP_PKEY_get_bits(key), curve;

	if (parameter_type != V_ASN1_OBJECT)
		return COST_REFUSED;
	curve = OBJ_obj2nid(parameter);
	if (curve == NID_X9_62_prime256v1 || curve == NID_secp224r1)
		return 4;
	if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_FIELD_TYPE, field, sizeof(field),
					   NULL) != 1 ||
	    strcmp(field, SN_X9_62_prime_field) != 0)
		return bits <= 300 ? 40 : 150;
	if (bits <= 256)
		return 15;
	return bits <= 400 ? 30 : 50;
}

static unsigned dsa_cost(const EVP_PKEY *key)
{
	unsigned bits = (unsigned)EVP_PKEY_get_bits(key);

	return 1 + bits / 512 * (bits / 512);
}

unsigned as_path_key_cost(const X509 *cert)
{
	X509_PUBKEY *public = X509_get_X509_PUBKEY(cert);
	EVP_PKEY *key = X509_get0_pubkey(cert);
	const unsigned char *octets;
	const void *parameter;
	X509_ALGOR *algorithm;
	int size, type;

	/* A key that is not known is not used. */
	if (key == NULL || X509_PUBKEY_get0_param(NULL, &octets, &size, &algorithm, public) != 1)
		return 1;
	X509_ALGOR_get0(NULL, &type, &parameter, algorithm);
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
		return rsa_cost(as_span_make(octets, size > 0 ? (size_t)size : 0));
	case EVP_PKEY_EC:
		return ec_cost(type, parameter, key);
	case EVP_PKEY_DSA:
		return dsa_cost(key);
	default: /* Ed25519 and Ed448 take 5 and 7 */
		return 8;
	}
}

bool as_path_charge(struct as_path_cost *cost, const X509 *cert)
{
	unsigned units = as_path_key_cost(cert);

	if (cost->checks >= AS_PATH_CHECKS_MAX || units > AS_PATH_COST_MAX - cost->units ||
	    units > AS_MESSAGE_COST_MAX - cost->message_units) {
		cost->spent = true;
		return false;
	}
	cost->checks++;
	cost->units += units;
	cost->message_units += units;
	return true;
}

void as_path_cost_next(struct as_path_cost *cost)
{
	cost->checks = 0;
	cost->units = 0;
	cost->spent = false;
}
