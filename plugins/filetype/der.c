/* SPDX-License-Identifier: BSD-2-Clause */
#include "der.h"

#define TAG_INTEGER  0x02u
#define TAG_BITS     0x03u
#define TAG_OCTETS   0x04u
#define TAG_OID	     0x06u
#define TAG_SEQUENCE 0x30u
#define TAG_SET	     0x31u
#define TAG_CONTEXT0 0xa0u

/* One element. content is what of it lies inside the data. */
struct element {
	unsigned int tag;
	struct as_span content;
	uint64_t length;
	struct as_span rest;
};

/* Low tag numbers only: nothing that is looked for has others. */
static bool read_element(struct as_span data, struct element *element_out)
{
	size_t header = 2;
	uint64_t length;

	if (data.size < 2 || (data.data[0] & 0x1f) == 0x1f)
		return false;
	length = data.data[1];
	if (length == 0x80) {
		length = data.size - 2;
	} else if (length > 0x80) {
		size_t octets = length & 0x7f;

		if (octets > 5 || data.size < 2 + octets)
			return false;
		length = 0;
		for (size_t i = 0; i < octets; i++)
			length = length << 8 | data.data[2 + i];
		header += octets;
	}
	element_out->tag = data.data[0];
	element_out->length = length;
	element_out->content =
		as_span_slice(data, header, length > SIZE_MAX ? SIZE_MAX : (size_t)length);
	element_out->rest = as_span_from(data, header + element_out->content.size);
	return true;
}

static bool enter(struct as_span data, unsigned int tag, struct element *element_out)
{
	return read_element(data, element_out) && element_out->tag == tag;
}

/* 1.2.840.113549.1.7.2: without eContent the signature is detached, and
 * without digest algorithms it only carries certificates (RFC 5652 s5.1). */
static enum ft_id signed_kind(struct as_span after_oid)
{
	struct element outer, data, part;

	if (!enter(after_oid, TAG_CONTEXT0, &outer) || !enter(outer.content, TAG_SEQUENCE, &data) ||
	    !enter(data.content, TAG_INTEGER, &part) || !enter(part.rest, TAG_SET, &part))
		return FT_P7M;
	if (!enter(part.rest, TAG_SEQUENCE, &part) || !enter(part.content, TAG_OID, &part))
		return FT_P7M;
	return part.rest.size > 0 && part.rest.data[0] == TAG_CONTEXT0 ? FT_P7M : FT_P7S;
}

static enum ft_id cms_kind(struct element oid)
{
	static const unsigned char pkcs7[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7};
	static const unsigned char smime_ct[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1};

	if (oid.content.size == 9 && as_span_has_at(oid.content, 0, pkcs7, sizeof(pkcs7)))
		return oid.content.data[8] == 2 ? signed_kind(oid.rest) : FT_P7M;
	if (oid.content.size == 11 && as_span_has_at(oid.content, 0, smime_ct, sizeof(smime_ct)))
		return FT_P7M;
	return FT_DER;
}

static bool is_algorithm(struct as_span data, struct element *element_out)
{
	struct element oid;

	return enter(data, TAG_SEQUENCE, element_out) &&
	       enter(element_out->content, TAG_OID, &oid) && oid.content.size >= 3;
}

/* SEQUENCE { SEQUENCE ... : certificate, list, request, public key. */
static enum ft_id nested_kind(struct element inner)
{
	struct element first, second;

	if (!read_element(inner.content, &first))
		return FT_DER;
	if (first.tag == TAG_CONTEXT0 && enter(first.rest, TAG_INTEGER, &second))
		return FT_CERT;
	if (first.tag == TAG_OID)
		return inner.rest.size > 0 && inner.rest.data[0] == TAG_OCTETS ? FT_KEY
		       : inner.rest.size > 0 && inner.rest.data[0] == TAG_BITS ? FT_KEY
									       : FT_DER;
	if (first.tag == TAG_SEQUENCE && is_algorithm(inner.content, &first))
		return FT_CRL;
	if (first.tag != TAG_INTEGER)
		return FT_DER;
	if (is_algorithm(first.rest, &second))
		return first.content.size == 1 ? FT_CRL : FT_CERT;
	return first.content.size == 1 && first.content.data[0] == 0 ? FT_CSR : FT_DER;
}

/* SEQUENCE { INTEGER ... : PKCS#12, PKCS#8, RSA or EC private key. */
static enum ft_id numbered_kind(struct element number)
{
	struct element next;

	if (number.content.size != 1)
		return FT_UNKNOWN;
	if (is_algorithm(number.rest, &next))
		return number.content.data[0] == 3 ? FT_P12 : FT_KEY;
	if (enter(number.rest, TAG_INTEGER, &next) && next.content.size >= 32)
		return FT_KEY;
	return enter(number.rest, TAG_OCTETS, &next) ? FT_KEY : FT_UNKNOWN;
}

static bool has_low_tag(struct as_span head)
{
	for (size_t i = 0; i < head.size; i++)
		if (head.data[i] > 0 && head.data[i] <= TAG_OID)
			return true;
	return false;
}

bool ft_der_find(struct as_span data, struct ft_result *result_out)
{
	struct element outer, first;
	enum ft_id id = FT_UNKNOWN;
	bool exact;

	if (!enter(data, TAG_SEQUENCE, &outer) || outer.content.size < 8 ||
	    !read_element(outer.content, &first))
		return false;
	/* "0" is a digit: the length must fit, or stay open as in BER. */
	exact = data.data[1] == 0x80 ||
		(outer.length >= outer.content.size && outer.rest.size <= 64);
	if (!exact)
		return false;
	if (first.tag == TAG_OID && first.content.size >= 3 && first.length == first.content.size)
		id = cms_kind(first);
	else if (first.tag == TAG_SEQUENCE)
		id = nested_kind(first);
	else if (first.tag == TAG_INTEGER)
		id = numbered_kind(first);
	/* "0" begins many a text, too: an object identifier or a number has
	 * octets that no text has. */
	if (id == FT_UNKNOWN || (id == FT_DER && !has_low_tag(as_span_slice(data, 0, 16))))
		return false;
	return ft_is(result_out, id, id == FT_DER ? 60 : 92, 0, 2);
}
