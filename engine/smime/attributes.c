/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/attributes.h"

#include "smime/digest.h"
#include "smime/reencode.h"
#include "smime/signer_value.h"

#include <errno.h>

/* What RFC 5652 s11, RFC 5035 s3 and s5 and RFC 6211 s2 say of each. */
struct rule {
	enum as_oid_id id;
	bool is_signed; /* only among signed attributes */
	bool is_unsigned;
	const char *repeated; /* more than one of it, or more or less than one value */
	const char *place;    /* among the others */
};
static const struct rule rules[] = {
	{AS_OID_CONTENT_TYPE, true, false, "content type attribute more than once",
	 "content type attribute unsigned"},
	{AS_OID_MESSAGE_DIGEST, true, false, "message digest attribute more than once",
	 "message digest attribute unsigned"},
	{AS_OID_SIGNING_TIME, true, false, "signing time attribute more than once",
	 "signing time attribute unsigned"},
	{AS_OID_SIGNING_CERTIFICATE, true, false, "signing certificate attribute more than once",
	 "signing certificate attribute unsigned"},
	{AS_OID_SIGNING_CERTIFICATE_V2, true, false, "signing certificate attribute more than once",
	 "signing certificate attribute unsigned"},
	{AS_OID_ALGORITHM_PROTECTION, true, false, "algorithm protection attribute more than once",
	 "algorithm protection attribute unsigned"},
	{AS_OID_COUNTER_SIGNATURE, false, true, NULL, "countersignature among signed attributes"},
};

static void fail(struct as_attributes *attributes, enum as_smime_fault fault, const char *reason)
{
	if (attributes->faults == 0)
		attributes->reason = reason;
	attributes->faults |= (uint32_t)fault;
}

static void check_rule(const struct rule *rule, const struct as_cms_signer *signer,
		       struct as_attributes *attributes)
{
	const struct as_cms_attribute *found;
	size_t count, others;

	found = as_cms_attribute_find(signer->attributes, signer->attribute_count, rule->id,
				      &count);
	as_cms_attribute_find(signer->unsigned_attributes, signer->unsigned_count, rule->id,
			      &others);
	if ((rule->is_signed && others > 0) || (rule->is_unsigned && count > 0))
		fail(attributes, AS_SMIME_FAULT_MALFORMED, rule->place);
	if (rule->repeated != NULL && (count > 1 || (found != NULL && found->value_count != 1)))
		fail(attributes, AS_SMIME_FAULT_MALFORMED, rule->repeated);
}

static const struct as_cms_attribute *signed_one(const struct as_cms_signer *signer,
						 enum as_oid_id id)
{
	const struct as_cms_attribute *found;
	size_t count;

	found = as_cms_attribute_find(signer->attributes, signer->attribute_count, id, &count);
	return found != NULL && found->value_count > 0 ? found : NULL;
}

static bool is_universal(const struct as_ber *value, uint32_t tag)
{
	return value->class == AS_BER_UNIVERSAL && value->tag == tag;
}

/* RFC 5652 s5.3: both must be there; s11.1: a type that differs is how a signature
 * for another protocol is passed off as one for mail. */
static void check_required(const struct as_cms *cms, const struct as_cms_signer *signer,
			   struct as_attributes *attributes)
{
	const struct as_cms_attribute *type = signed_one(signer, AS_OID_CONTENT_TYPE);
	const struct as_cms_attribute *digest = signed_one(signer, AS_OID_MESSAGE_DIGEST);

	if (type == NULL)
		fail(attributes, AS_SMIME_FAULT_MALFORMED, "content type attribute missing");
	else if (!is_universal(&type->value, AS_BER_OID) ||
		 !as_span_equal(type->value.content, cms->econtent_type))
		fail(attributes, AS_SMIME_FAULT_MALFORMED,
		     "content type attribute differs from the content's type");
	if (digest == NULL)
		fail(attributes, AS_SMIME_FAULT_MALFORMED, "message digest attribute missing");
	else if (!is_universal(&digest->value, AS_BER_OCTET_STRING) || digest->value.constructed)
		fail(attributes, AS_SMIME_FAULT_MALFORMED, "message digest attribute malformed");
	else
		attributes->digest = digest->value.content;
}

void as_attributes_read(const struct as_cms *cms, const struct as_cms_signer *signer,
			struct as_attributes *attributes_out)
{
	struct as_attributes *attributes = attributes_out;
	const struct as_cms_attribute *time;
	size_t count;

	*attributes = (struct as_attributes){.reason = "", .signing_time = AS_SMIME_NO_TIME};
	as_cms_attribute_find(signer->unsigned_attributes, signer->unsigned_count,
			      AS_OID_COUNTER_SIGNATURE, &count);
	attributes->countersigned = count > 0;
	if (signer->too_many_attributes)
		fail(attributes, AS_SMIME_FAULT_LIMIT, "too many attributes");
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		check_rule(&rules[i], signer, attributes);
	if (!signer->has_attributes) {
		/* RFC 5652 s5.3: they may be absent for id-data only. */
		if (cms->econtent_known == NULL || cms->econtent_known->id != AS_OID_DATA)
			fail(attributes, AS_SMIME_FAULT_MALFORMED,
			     "no signed attributes for a content that is not plain data");
		return;
	}
	check_required(cms, signer, attributes);
	time = signed_one(signer, AS_OID_SIGNING_TIME);
	if (time != NULL && !as_ber_time(&time->value, &attributes->signing_time)) {
		attributes->signing_time = AS_SMIME_NO_TIME;
		attributes->odd_time = true;
	}
}

/* --- certificate ------------------------------------------------------------- */

static bool fits_serial(struct as_span whole, X509 *cert)
{
	unsigned char *der = NULL;
	int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &der);
	bool fits = size > 0 && as_span_equal(whole, as_span_make(der, (size_t)size));

	OPENSSL_free(der);
	return fits;
}

/* issuerSerial of ESSCertID: GeneralNames with one directoryName, and the serial.
 * The hash binds already; this must not say something else. */
static bool fits_issuer(struct as_span rest, X509 *cert)
{
	struct as_ber names, name, number;
	const unsigned char *der;
	size_t size;

	return as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &names) &&
	       as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &number) &&
	       as_ber_expect(&names.content, AS_BER_CONTEXT, 4, &name) &&
	       X509_NAME_get0_der(X509_get_issuer_name(cert), &der, &size) == 1 &&
	       as_span_equal(name.content, as_span_make(der, size)) &&
	       fits_serial(number.whole, cert);
}

/* ESSCertID and ESSCertIDv2: [hashAlgorithm,] certHash, [issuerSerial]. */
static enum as_binding bind_one(struct as_arena *arena, struct as_span rest, bool v2, X509 *cert,
				const char **unknown_out)
{
	const struct as_oid *digest = as_oid_get(v2 ? AS_OID_SHA256 : AS_OID_SHA1);
	unsigned char value[AS_DIGEST_BYTES_MAX];
	unsigned char *der = NULL;
	struct as_cms_algorithm algorithm;
	struct as_ber hash, issuer;
	struct as_span octets;
	size_t size;
	int length;
	bool good;

	if (v2 && rest.size > 0 && rest.data[0] == 0x30) {
		if (!as_cms_algorithm_read(&rest, &algorithm))
			return AS_BINDING_MALFORMED;
		digest = algorithm.known;
		if (!as_digest_is_known(digest)) {
			*unknown_out = as_oid_name(arena, algorithm.oid);
			return AS_BINDING_UNKNOWN;
		}
	}
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &hash))
		return AS_BINDING_MALFORMED;
	length = i2d_X509(cert, &der);
	if (length <= 0)
		return AS_BINDING_MALFORMED;
	octets = as_span_make(der, (size_t)length);
	good = as_digest_pieces(digest, &octets, 1, value, &size);
	OPENSSL_free(der);
	if (!good || !as_span_equal(hash.content, as_span_make(value, size)))
		return AS_BINDING_OTHER;
	if (as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &issuer) &&
	    !fits_issuer(issuer.content, cert))
		return AS_BINDING_OTHER;
	return rest.size == 0 ? AS_BINDING_GOOD : AS_BINDING_MALFORMED;
}

enum as_binding as_attributes_bind_cert(struct as_arena *arena, const struct as_cms_signer *signer,
					X509 *cert, const char **unknown_out)
{
	static const enum as_oid_id ids[2] = {AS_OID_SIGNING_CERTIFICATE,
					      AS_OID_SIGNING_CERTIFICATE_V2};
	enum as_binding result = AS_BINDING_GOOD;

	*unknown_out = NULL;
	for (size_t i = 0; i < 2 && result == AS_BINDING_GOOD; i++) {
		const struct as_cms_attribute *attribute = signed_one(signer, ids[i]);
		struct as_span rest;
		struct as_ber list, first;

		if (attribute == NULL)
			continue;
		rest = attribute->value.content;
		if (!is_universal(&attribute->value, AS_BER_SEQUENCE) ||
		    !as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &list) ||
		    !as_ber_expect(&list.content, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &first))
			return AS_BINDING_MALFORMED;
		result = bind_one(arena, first.content, i == 1, cert, unknown_out);
	}
	return result;
}

enum as_binding as_attributes_bind_algorithms(const struct as_cms_signer *signer)
{
	const struct as_cms_attribute *attribute = signed_one(signer, AS_OID_ALGORITHM_PROTECTION);
	const struct as_oid *digest = signer->digest.known;
	struct as_cms_algorithm protected_digest, protected_signature;
	struct as_span rest, sequence;
	struct as_ber signature;

	if (attribute == NULL)
		return AS_BINDING_GOOD;
	rest = attribute->value.content;
	/* [1] IMPLICIT: members of the AlgorithmIdentifier without its own tag. */
	if (!is_universal(&attribute->value, AS_BER_SEQUENCE) ||
	    !as_cms_algorithm_read(&rest, &protected_digest) ||
	    !as_ber_expect(&rest, AS_BER_CONTEXT, 1, &signature) || rest.size > 0)
		return AS_BINDING_MALFORMED;
	protected_signature = (struct as_cms_algorithm){0};
	sequence = signature.content;
	if (!as_ber_expect(&sequence, AS_BER_UNIVERSAL, AS_BER_OID, &signature))
		return AS_BINDING_MALFORMED;
	protected_signature.oid = signature.content;
	protected_signature.known = as_oid_find(signature.content);
	protected_signature.parameters = sequence;
	if (!as_signature_same(&protected_digest, &signer->digest, AS_OID_UNKNOWN) ||
	    !as_signature_same(&protected_signature, &signer->signature,
			       digest != NULL ? digest->id : AS_OID_UNKNOWN))
		return AS_BINDING_OTHER;
	return AS_BINDING_GOOD;
}

/* --- octets ------------------------------------------------------------------- */

static void add_form(struct as_attribute_forms *forms, struct as_span octets)
{
	for (size_t i = 0; i < forms->count; i++)
		if (as_span_equal(forms->octets[i], octets))
			return;
	forms->octets[forms->count++] = octets;
}

int as_attributes_forms(struct as_arena *arena, const struct as_cms_signer *signer,
			struct as_attribute_forms *forms_out)
{
	struct as_span whole = signer->attributes_whole, set;
	unsigned char *copy = as_arena_alloc(arena, whole.size + 1);

	*forms_out = (struct as_attribute_forms){0};
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, whole.data, whole.size);
	copy[0] = 0x31;
	add_form(forms_out, as_span_make(copy, whole.size));
	if (as_ber_is_der(forms_out->octets[0]))
		return 0;
	forms_out->not_der = true;
	for (int sorted = 0; sorted < 2; sorted++) {
		int rc = as_reencode_set(arena, signer->attributes_content, sorted == 1, &set);

		if (rc == -ENOMEM)
			return rc;
		if (rc == 0)
			add_form(forms_out, set);
	}
	return 0;
}
