/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/keyring_own.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

/* SafeContents within SafeContents (RFC 7292 s4.2.6); nobody writes one. */
#define DEPTH_MAX 4u

struct reading {
	struct as_keyring_found *found;
	const char *password; /* may be NULL, which is not the same as "" */
	int password_size;
	bool cipher; /* something could not be decrypted though the password is right */
};

static int read_bags(struct reading *reading, const STACK_OF(PKCS12_SAFEBAG) * bags,
		     uint32_t depth);

static int read_shrouded(struct reading *reading, const PKCS12_SAFEBAG *bag)
{
	PKCS8_PRIV_KEY_INFO *info =
		PKCS12_decrypt_skey(bag, reading->password, reading->password_size);
	EVP_PKEY *key;

	if (info == NULL) {
		reading->cipher = true;
		return as_keyring_fault(reading->found, "a private key cannot be decrypted");
	}
	key = EVP_PKCS82PKEY(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	return as_keyring_add_key(reading->found, key);
}

static int read_bag(struct reading *reading, const PKCS12_SAFEBAG *bag, uint32_t depth)
{
	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_keyBag:
		return as_keyring_add_key(reading->found,
					  EVP_PKCS82PKEY(PKCS12_SAFEBAG_get0_p8inf(bag)));
	case NID_pkcs8ShroudedKeyBag:
		return read_shrouded(reading, bag);
	case NID_certBag:
		if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
			return 0;
		return as_keyring_add_cert(reading->found, PKCS12_SAFEBAG_get1_cert(bag));
	case NID_safeContentsBag:
		return read_bags(reading, PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
	default:
		return 0;
	}
}

static int read_bags(struct reading *reading, const STACK_OF(PKCS12_SAFEBAG) * bags, uint32_t depth)
{
	int rc = 0;

	if (depth > DEPTH_MAX)
		return as_keyring_fault(reading->found, "is nested too deep");
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags) && rc == 0; i++)
		rc = read_bag(reading, sk_PKCS12_SAFEBAG_value(bags, i), depth);
	return rc;
}

static int read_safe(struct reading *reading, PKCS7 *safe)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	int type = OBJ_obj2nid(safe->type);
	int rc;

	if (type == NID_pkcs7_data)
		bags = PKCS12_unpack_p7data(safe);
	else if (type == NID_pkcs7_encrypted)
		bags = PKCS12_unpack_p7encdata(safe, reading->password, reading->password_size);
	if (bags == NULL) {
		reading->cipher = type == NID_pkcs7_encrypted;
		return as_keyring_fault(reading->found, "a part of it cannot be decrypted");
	}
	rc = read_bags(reading, bags, 0);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return rc;
}

static int read_safes(struct reading *reading, const PKCS12 *store)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(store);
	int rc = 0;

	if (safes == NULL)
		return as_keyring_fault(reading->found, "the PKCS #12 content cannot be read");
	for (int i = 0; i < sk_PKCS7_num(safes) && rc == 0; i++)
		rc = read_safe(reading, sk_PKCS7_value(safes, i));
	sk_PKCS7_pop_free(safes, PKCS7_free);
	ERR_clear_error();
	return rc;
}

/* Without a password files are made with none or with an empty one. */
static bool find_password(struct reading *reading, PKCS12 *store)
{
	const char *const given = reading->found->password;
	const char *const tries[] = {given, ""};

	for (size_t i = 0; i < (given != NULL ? 1u : 2u); i++) {
		reading->password = tries[i];
		reading->password_size = tries[i] != NULL ? (int)strlen(tries[i]) : 0;
		if (PKCS12_mac_present(store) != 1 ||
		    PKCS12_verify_mac(store, tries[i], reading->password_size) == 1)
			return true;
	}
	ERR_clear_error();
	return false;
}

/* As read_safes(), and once more with the ciphers that software used up to
 * OpenSSL 1.1 and Windows 10: RC2 with 40 bits for certificates. */
static int read_store(struct reading *reading, const PKCS12 *store)
{
	struct as_keyring_found *found = reading->found;
	OSSL_PROVIDER *legacy;
	int rc = read_safes(reading, store);

	if (rc == 0 || !reading->cipher)
		return rc;
	legacy = OSSL_PROVIDER_try_load(NULL, "legacy", 1);
	if (legacy != NULL) {
		reading->cipher = false;
		rc = read_safes(reading, store);
		OSSL_PROVIDER_unload(legacy);
	}
	ERR_clear_error();
	if (rc < 0 && reading->cipher)
		return as_keyring_fault(
			found, "is encrypted with an old cipher that OpenSSL's module \"legacy\" "
			       "would know: convert it with openssl pkcs12 -legacy");
	return rc;
}

int as_keyring_read_pkcs12(struct as_keyring_found *found, struct as_span octets)
{
	struct reading reading = {.found = found};
	const unsigned char *at = octets.data;
	PKCS12 *store = d2i_PKCS12(NULL, &at, (long)octets.size);
	int rc;

	if (store == NULL)
		return as_keyring_fault(found, "is neither PEM nor PKCS #12");
	if (!find_password(&reading, store))
		rc = as_keyring_fault(found, found->password == NULL
						     ? "needs a password: set password or "
						       "password_file"
						     : "the password is wrong for this file");
	else
		rc = read_store(&reading, store);
	PKCS12_free(store);
	return rc;
}
