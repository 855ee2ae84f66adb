/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity.h"

#include <errno.h>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

struct collector {
	struct as_arena *arena;
	struct as_cert_address *items;
	size_t count;
	bool nul, failed;
};

static struct as_span octets_of(const ASN1_STRING *string)
{
	return as_span_make(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

static void keep(struct collector *collector, struct as_span address, bool from_subject)
{
	const char *copy;

	if (as_span_find_byte(address, 0, 0) != SIZE_MAX)
		collector->nul = true;
	if (address.size == 0 || collector->count >= AS_IDENTITY_ADDRESSES_MAX)
		return;
	copy = as_arena_copy(collector->arena, address);
	if (copy == NULL) {
		collector->failed = true;
		return;
	}
	collector->items[collector->count++] = (struct as_cert_address){
		.address = as_span_make(copy, address.size),
		.from_subject = from_subject,
	};
}

/* RFC 9598 s3: a UTF8String, nothing else. */
static void keep_other_name(struct collector *collector, const OTHERNAME *other)
{
	if (OBJ_obj2nid(other->type_id) != NID_id_on_SmtpUTF8Mailbox || other->value == NULL ||
	    other->value->type != V_ASN1_UTF8STRING)
		return;
	keep(collector, octets_of(other->value->value.utf8string), false);
}

static void keep_alt_name(struct collector *collector, const GENERAL_NAME *name)
{
	switch (name->type) {
	case GEN_EMAIL:
		keep(collector, octets_of(name->d.rfc822Name), false);
		break;
	case GEN_OTHERNAME:
		keep_other_name(collector, name->d.otherName);
		break;
	case GEN_DNS:
	case GEN_URI:
		if (as_span_find_byte(octets_of(name->d.ia5), 0, 0) != SIZE_MAX)
			collector->nul = true;
		break;
	default:
		break;
	}
}

/* RFC 5280 s4.2 forbids a second extension of a kind; all are read, so that no
 * choice can be made wrong. */
static void keep_alt_names(struct collector *collector, const X509 *cert)
{
	int index = -1;

	for (;;) {
		GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, &index);

		if (names == NULL && index < 0)
			break;
		for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
			keep_alt_name(collector, sk_GENERAL_NAME_value(names, i));
		GENERAL_NAMES_free(names);
	}
}

/* An attribute of the subject as text: one of 16 or 32 bits to a character holds
 * zero octets that are no NUL. */
static void keep_attribute(struct collector *collector, X509_NAME_ENTRY *entry)
{
	bool address = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_pkcs9_emailAddress;
	ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
	unsigned char *text = NULL;
	int length;

	if (ASN1_STRING_type(value) != V_ASN1_BMPSTRING &&
	    ASN1_STRING_type(value) != V_ASN1_UNIVERSALSTRING) {
		if (address)
			keep(collector, octets_of(value), true);
		else if (ASN1_STRING_type(value) != V_ASN1_BIT_STRING &&
			 as_span_find_byte(octets_of(value), 0, 0) != SIZE_MAX)
			collector->nul = true;
		return;
	}
	length = ASN1_STRING_to_UTF8(&text, value);
	if (length < 0)
		return;
	if (address)
		keep(collector, as_span_make(text, (size_t)length), true);
	else if (as_span_find_byte(as_span_make(text, (size_t)length), 0, 0) != SIZE_MAX)
		collector->nul = true;
	OPENSSL_free(text);
}

int as_cert_addresses(struct as_arena *arena, X509 *cert, struct as_cert_address **addresses_out,
		      size_t *count_out, bool *nul_out)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	struct collector collector = {
		.arena = arena,
		.items = as_arena_array(arena, AS_IDENTITY_ADDRESSES_MAX, sizeof(*collector.items)),
	};

	if (collector.items == NULL)
		return -ENOMEM;
	keep_alt_names(&collector, cert);
	for (int i = 0; i < X509_NAME_entry_count(subject); i++)
		keep_attribute(&collector, X509_NAME_get_entry(subject, i));
	ERR_clear_error();
	if (collector.failed)
		return -ENOMEM;
	*addresses_out = collector.items;
	*count_out = collector.count;
	*nul_out = collector.nul;
	return 0;
}
