/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/envelope.h"

#include <errno.h>

struct asking {
	struct as_arena *arena;
	const struct as_cms_recipient *recipient;
	struct as_key_request *request;
	const char *what;
};

static enum as_recipient_ask unsupported(struct asking *asking, struct as_span oid)
{
	asking->what = as_oid_name(asking->arena, oid);
	return AS_RECIPIENT_UNSUPPORTED;
}

/* ---- RSA -------------------------------------------------------------- */

/* The element that stands in [tag], if it does. False: something else. */
static bool take_tagged(struct as_span *rest, uint32_t tag, struct as_cms_algorithm *algorithm,
			bool *there_out)
{
	struct as_ber outer;
	struct as_span inner;

	*there_out = as_ber_expect(rest, AS_BER_CONTEXT, tag, &outer);
	if (!*there_out)
		return true;
	inner = outer.content;
	return outer.constructed && as_cms_algorithm_read(&inner, algorithm) && inner.size == 0;
}

static bool usable_digest(const struct as_cms_algorithm *algorithm, enum as_oid_id *id_out)
{
	const struct as_oid *known = algorithm->known;

	if (known == NULL || known->kind != AS_OID_DIGEST || known->openssl == NULL)
		return false;
	*id_out = known->id;
	return true;
}

/* pSourceFunc: a label that both sides know (RFC 8017 s7.1). */
static enum as_recipient_ask read_label(struct asking *asking,
					const struct as_cms_algorithm *source)
{
	struct as_span rest = source->parameters;
	struct as_ber string;

	if (source->known == NULL || source->known->id != AS_OID_P_SPECIFIED)
		return unsupported(asking, source->oid);
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &string) || rest.size > 0)
		return AS_RECIPIENT_MALFORMED;
	switch (as_ber_octets(asking->arena, &string, &asking->request->label)) {
	case 0:
		return AS_RECIPIENT_ASK;
	case -ENOMEM:
		return AS_RECIPIENT_MEMORY;
	default:
		return AS_RECIPIENT_MALFORMED;
	}
}

static enum as_recipient_ask read_mask(struct asking *asking, const struct as_cms_algorithm *mask)
{
	struct as_span rest = mask->parameters;
	struct as_cms_algorithm digest;

	if (mask->known == NULL || mask->known->id != AS_OID_MGF1)
		return unsupported(asking, mask->oid);
	if (!as_cms_algorithm_read(&rest, &digest) || rest.size > 0)
		return AS_RECIPIENT_MALFORMED;
	if (!usable_digest(&digest, &asking->request->mgf_digest))
		return unsupported(asking, digest.oid);
	return AS_RECIPIENT_ASK;
}

/* RSAES-OAEP-params (RFC 8017 A.2.1): three optional members, SHA-1 by default. */
static enum as_recipient_ask read_oaep(struct asking *asking)
{
	struct as_key_request *request = asking->request;
	struct as_span outer = asking->recipient->algorithm.parameters, rest;
	struct as_cms_algorithm digest, mask, source;
	bool has_digest, has_mask, has_source;
	enum as_recipient_ask result = AS_RECIPIENT_ASK;
	struct as_ber sequence;

	request->mechanism = AS_KEY_RSA_OAEP;
	request->digest = AS_OID_SHA1;
	request->mgf_digest = AS_OID_SHA1;
	if (outer.size == 0)
		return AS_RECIPIENT_ASK;
	if (!as_ber_expect(&outer, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &sequence) || outer.size > 0)
		return AS_RECIPIENT_MALFORMED;
	rest = sequence.content;
	if (!take_tagged(&rest, 0, &digest, &has_digest) ||
	    !take_tagged(&rest, 1, &mask, &has_mask) ||
	    !take_tagged(&rest, 2, &source, &has_source) || rest.size > 0)
		return AS_RECIPIENT_MALFORMED;
	if (has_digest && !usable_digest(&digest, &request->digest))
		return unsupported(asking, digest.oid);
	if (has_mask)
		result = read_mask(asking, &mask);
	if (result == AS_RECIPIENT_ASK && has_source)
		result = read_label(asking, &source);
	return result;
}

static enum as_recipient_ask ask_transport(struct asking *asking)
{
	const struct as_oid *known = asking->recipient->algorithm.known;

	if (known != NULL && known->id == AS_OID_RSA) {
		asking->request->mechanism = AS_KEY_RSA_PKCS1;
		return AS_RECIPIENT_ASK;
	}
	if (known != NULL && known->id == AS_OID_RSA_OAEP)
		return read_oaep(asking);
	return unsupported(asking, asking->recipient->algorithm.oid);
}

/* ---- ECDH ------------------------------------------------------------- */

static void put_head(struct as_buffer *out, unsigned char tag, size_t size)
{
	as_buffer_byte(out, tag);
	if (size > 0xff) {
		as_buffer_byte(out, 0x82);
		as_buffer_byte(out, (unsigned char)(size >> 8));
	} else if (size > 0x7f) {
		as_buffer_byte(out, 0x81);
	}
	as_buffer_byte(out, (unsigned char)size);
}

static size_t head_bytes(size_t size)
{
	return size > 0xff ? 4 : size > 0x7f ? 3 : 2;
}

static void put_octets(struct as_buffer *out, unsigned char tag, struct as_span octets)
{
	put_head(out, tag, head_bytes(octets.size) + octets.size);
	put_head(out, 0x04, octets.size);
	as_buffer_append(out, octets.data, octets.size);
}

/*
 * ECC-CMS-SharedInfo ::= SEQUENCE { keyInfo AlgorithmIdentifier, entityUInfo [0]
 * OCTET STRING OPTIONAL, suppPubInfo [2] OCTET STRING } (RFC 5753 s7.2).
 */
static enum as_recipient_ask
make_shared_info(struct asking *asking, const struct as_cms_algorithm *wrap, uint32_t wrap_bits)
{
	const unsigned char bits[4] = {0, 0, (unsigned char)(wrap_bits >> 8),
				       (unsigned char)wrap_bits};
	struct as_span ukm = asking->recipient->ukm;
	enum as_recipient_ask result = AS_RECIPIENT_MEMORY;
	struct as_buffer inside, whole;
	char *copy;

	/* Keeps every length below two octets, too. */
	if (ukm.size > AS_KEY_INPUT_MAX || wrap->whole.size > AS_KEY_INPUT_MAX)
		return AS_RECIPIENT_MALFORMED;
	as_buffer_init(&inside, 0);
	as_buffer_init(&whole, 0);
	as_buffer_append(&inside, wrap->whole.data, wrap->whole.size);
	if (ukm.size > 0)
		put_octets(&inside, 0xa0, ukm);
	put_octets(&inside, 0xa2, as_span_make(bits, sizeof(bits)));
	put_head(&whole, 0x30, inside.size);
	as_buffer_append(&whole, inside.data, inside.size);
	if (!inside.failed && !whole.failed) {
		copy = as_arena_copy(asking->arena, as_buffer_span(&whole));
		asking->request->shared_info = as_span_make(copy, copy != NULL ? whole.size : 0);
		result = copy != NULL ? AS_RECIPIENT_ASK : AS_RECIPIENT_MEMORY;
	}
	as_buffer_deinit(&inside);
	as_buffer_deinit(&whole);
	return result;
}

static uint32_t wrap_bits(const struct as_oid *wrap)
{
	switch (wrap != NULL ? wrap->id : AS_OID_UNKNOWN) {
	case AS_OID_WRAP_AES128:
		return 128;
	case AS_OID_WRAP_AES192:
	case AS_OID_WRAP_3DES:
		return 192;
	case AS_OID_WRAP_AES256:
		return 256;
	default:
		return 0;
	}
}

/* keyEncryptionAlgorithm: stdDH or cofactorDH with X9.63 derivation (RFC 5753
 * s7.1.4), stdDH with HKDF (RFC 8418 s2.2). For curves of cofactor 1, which ours
 * are, the two kinds of DH compute the same. */
static bool is_agreement(const struct as_oid *known)
{
	return known != NULL && known->kind == AS_OID_AGREEMENT && known->digest != AS_OID_UNKNOWN;
}

static enum as_key_derivation derivation_of(const struct as_oid *agreement)
{
	switch (agreement->id) {
	case AS_OID_ECDH_HKDF_SHA256:
	case AS_OID_ECDH_HKDF_SHA384:
	case AS_OID_ECDH_HKDF_SHA512:
		return AS_KEY_HKDF;
	default:
		return AS_KEY_X963;
	}
}

static enum as_recipient_ask ask_agreement(struct asking *asking)
{
	const struct as_cms_recipient *recipient = asking->recipient;
	const struct as_oid *agreement = recipient->algorithm.known;
	struct as_span rest = recipient->algorithm.parameters;
	struct as_cms_algorithm wrap;

	if (!is_agreement(agreement))
		return unsupported(asking, recipient->algorithm.oid);
	if (rest.size == 0 || !as_cms_algorithm_read(&rest, &wrap) || rest.size > 0)
		return AS_RECIPIENT_MALFORMED;
	if (wrap_bits(wrap.known) == 0)
		return unsupported(asking, wrap.oid);
	/* Static-static needs the sender's certificate, which mail does not use. */
	if (recipient->originator_key.size == 0) {
		asking->what = "a static key of the sender";
		return AS_RECIPIENT_UNSUPPORTED;
	}
	asking->request->mechanism = AS_KEY_ECDH;
	asking->request->derivation = derivation_of(agreement);
	asking->request->digest = agreement->digest;
	asking->request->wrap = wrap.known->id;
	asking->request->peer = recipient->originator_key;
	return make_shared_info(asking, &wrap, wrap_bits(wrap.known));
}

enum as_recipient_ask as_recipient_ask(struct as_arena *arena,
				       const struct as_cms_recipient *recipient,
				       const struct as_cipher *cipher,
				       struct as_key_request *request_out, const char **what_out)
{
	struct as_key_request request = {
		.key_bytes = cipher->key_bytes,
		.input = recipient->encrypted_key,
	};
	struct asking asking = {.arena = arena, .recipient = recipient, .request = &request};
	enum as_recipient_ask result =
		recipient->kind == AS_SMIME_KTRI ? ask_transport(&asking) : ask_agreement(&asking);

	if (result == AS_RECIPIENT_ASK &&
	    request.input.size + request.peer.size + request.shared_info.size + request.label.size >
		    AS_KEY_INPUT_MAX)
		result = AS_RECIPIENT_MALFORMED;
	*request_out = request;
	*what_out = asking.what;
	return result;
}
