/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms_read.h"

/* digestAlgorithms SET OF DigestAlgorithmIdentifier: an announcement only, so what
 * is too many is left out without a word (RFC 5652 s5.1). */
bool cms_digest_algorithms(struct cms_reader *reader, struct cms_level *level)
{
	static const char field[] = "digestAlgorithms";
	struct cms_list list = {.item_bytes = sizeof(struct as_cms_algorithm)};
	struct as_cms *cms = &reader->parse->cms;
	struct cms_level set;

	if (!cms_enter(reader, level, AS_BER_UNIVERSAL, AS_BER_SET, field, &set))
		return false;
	while (cms_more(&set) && list.count < AS_CMS_DIGESTS_MAX) {
		struct as_cms_algorithm algorithm;
		struct as_ber element;

		if (!cms_take_any(reader, &set, field, &element))
			return false;
		if (element.class != AS_BER_UNIVERSAL || element.tag != AS_BER_SEQUENCE ||
		    !cms_algorithm_inside(&element, &algorithm))
			return cms_fail(reader, field,
					"has a member that is no AlgorithmIdentifier");
		if (!cms_push(reader->arena, &list, &algorithm))
			return cms_out_of_memory(reader);
		cms->digests = list.items;
		cms->digest_count = list.count;
	}
	if (cms_more(&set) && !cms_skip(reader, &set, field))
		return false;
	return cms_leave(reader, &set, level, field);
}

/* The eContent within its [0] (RFC 5652 s5.2; RFC 2315 s7 for other types). */
static bool read_econtent(struct cms_reader *reader, struct cms_level *level)
{
	static const char field[] = "eContent";
	struct as_cms *cms = &reader->parse->cms;
	struct as_ber content;

	if (cms_is(level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING)) {
		if (!cms_take_octets(reader, level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, field,
				     &cms->econtent))
			return false;
		cms->econtent_hashed = cms->econtent;
	} else {
		if (!cms_take_any(reader, level, field, &content))
			return false;
		if (cms->econtent_known != NULL && cms->econtent_known->id == AS_OID_DATA)
			return cms_fail(reader, field,
					"is no OCTET STRING though its type is data");
		cms->econtent = content.whole;
		cms->econtent_hashed = content.content;
	}
	cms->has_econtent = true;
	return true;
}

bool cms_encapsulated(struct cms_reader *reader, struct cms_level *level)
{
	static const char field[] = "encapContentInfo";
	struct as_cms *cms = &reader->parse->cms;
	struct cms_level info, content;

	if (!cms_enter(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, field, &info) ||
	    !cms_take_oid(reader, &info, "eContentType", &cms->econtent_type))
		return false;
	cms->econtent_known = as_oid_find(cms->econtent_type);
	if (cms_more(&info) &&
	    (!cms_enter(reader, &info, AS_BER_CONTEXT, 0, "eContent", &content) ||
	     !read_econtent(reader, &content) || !cms_leave(reader, &content, &info, "eContent")))
		return false;
	return cms_leave(reader, &info, level, field);
}

/* A set of certificates or CRLs under its context tag. What is no SEQUENCE is
 * another choice (RFC 5652 s10.2.1, s10.2.2); it counts and is not kept. */
struct der_set {
	const char *field;
	const char *plural;
	uint32_t tag;
	unsigned int max;
	uint32_t other; /* oddity */
};

static bool read_der_set(struct cms_reader *reader, struct cms_level *level,
			 const struct der_set *kind, struct as_span **items_out, size_t *count_out)
{
	struct cms_list list = {.item_bytes = sizeof(struct as_span)};
	struct cms_level set;

	if (!cms_is(level, AS_BER_CONTEXT, kind->tag))
		return true;
	if (!cms_enter(reader, level, AS_BER_CONTEXT, kind->tag, kind->field, &set))
		return false;
	for (unsigned int count = 0; cms_more(&set); count++) {
		struct as_ber element;

		if (count >= kind->max) {
			cms_limit(reader, kind->max, kind->plural);
			if (!cms_skip(reader, &set, kind->field))
				return false;
			break;
		}
		if (!cms_take_any(reader, &set, kind->field, &element))
			return false;
		if (element.class != AS_BER_UNIVERSAL) {
			reader->parse->cms.oddities |= kind->other;
			continue;
		}
		if (element.tag != AS_BER_SEQUENCE || !element.constructed)
			return cms_fail(reader, kind->field, "has a member that is no SEQUENCE");
		if (!cms_push(reader->arena, &list, &element.whole))
			return cms_out_of_memory(reader);
		*items_out = list.items;
		*count_out = list.count;
	}
	return cms_leave(reader, &set, level, kind->field);
}

static bool read_signed_attributes(struct cms_reader *reader, struct cms_level *level,
				   struct as_cms_signer *signer)
{
	static const char field[] = "signedAttrs";
	struct as_span begin = level->rest, content;
	struct cms_level set;
	struct cms_list list;
	bool too_many;

	if (!cms_is(level, AS_BER_CONTEXT, 0))
		return true;
	if (!cms_enter(reader, level, AS_BER_CONTEXT, 0, field, &set))
		return false;
	content = set.rest;
	if (!cms_attributes(reader, &set, &list, &too_many))
		return false;
	content = cms_since(content, &set);
	if (!cms_leave(reader, &set, level, field))
		return false;
	signer->has_attributes = true;
	signer->attributes_whole = cms_since(begin, level);
	signer->attributes_content = content;
	signer->attributes = list.items;
	signer->attribute_count = list.count;
	signer->too_many_attributes = too_many;
	return true;
}

static bool read_unsigned_attributes(struct cms_reader *reader, struct cms_level *level,
				     struct as_cms_signer *signer)
{
	static const char field[] = "unsignedAttrs";
	struct cms_level set;
	struct cms_list list;
	bool too_many;

	if (!cms_is(level, AS_BER_CONTEXT, 1))
		return true;
	if (!cms_enter(reader, level, AS_BER_CONTEXT, 1, field, &set) ||
	    !cms_attributes(reader, &set, &list, &too_many) ||
	    !cms_leave(reader, &set, level, field))
		return false;
	signer->unsigned_attributes = list.items;
	signer->unsigned_count = list.count;
	signer->too_many_attributes |= too_many;
	return true;
}

/* RFC 5652 s5.3 */
static bool read_signer(struct cms_reader *reader, struct cms_level *set,
			struct as_cms_signer *signer)
{
	struct as_span begin = set->rest;
	struct cms_level level;

	*signer = (struct as_cms_signer){0};
	if (!cms_enter(reader, set, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, "SignerInfo", &level) ||
	    !cms_take_uint(reader, &level, "version", &signer->version) ||
	    !cms_take_identifier(reader, &level, "sid", &signer->id) ||
	    !cms_take_algorithm(reader, &level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
				"digestAlgorithm", &signer->digest) ||
	    !read_signed_attributes(reader, &level, signer) ||
	    !cms_take_algorithm(reader, &level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
				"signatureAlgorithm", &signer->signature) ||
	    !cms_take_octets(reader, &level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, "signature",
			     &signer->value) ||
	    !read_unsigned_attributes(reader, &level, signer) ||
	    !cms_leave(reader, &level, set, "SignerInfo"))
		return false;
	signer->whole = cms_since(begin, set);
	return true;
}

static bool read_signers(struct cms_reader *reader, struct cms_level *level)
{
	struct cms_list list = {.item_bytes = sizeof(struct as_cms_signer)};
	struct as_cms *cms = &reader->parse->cms;
	struct as_cms_signer signer;
	struct cms_level set;

	if (!cms_enter(reader, level, AS_BER_UNIVERSAL, AS_BER_SET, "signerInfos", &set))
		return false;
	cms->has_signer_infos = true;
	while (cms_more(&set)) {
		if (list.count >= AS_CMS_SIGNERS_MAX) {
			cms_limit(reader, AS_CMS_SIGNERS_MAX, "signers");
			if (!cms_skip(reader, &set, "signerInfos"))
				return false;
			break;
		}
		reader->owner = "signer";
		reader->number = list.count + 1;
		if (!read_signer(reader, &set, &signer))
			return false;
		reader->owner = NULL;
		if (!cms_push(reader->arena, &list, &signer))
			return cms_out_of_memory(reader);
		cms->signers = list.items;
		cms->signer_count = list.count;
	}
	return cms_leave(reader, &set, level, "signerInfos");
}

bool cms_signed_tail(struct cms_reader *reader, struct cms_level *level)
{
	static const struct der_set certs = {"certificates", "certificates", 0, AS_CMS_CERTS_MAX,
					     AS_CMS_OTHER_CERTS};
	static const struct der_set crls = {"crls", "revocation lists", 1, AS_CMS_CRLS_MAX,
					    AS_CMS_OTHER_CRLS};
	struct as_cms *cms = &reader->parse->cms;

	return read_der_set(reader, level, &certs, &cms->certs, &cms->cert_count) &&
	       read_der_set(reader, level, &crls, &cms->crls, &cms->crl_count) &&
	       read_signers(reader, level);
}

/* RFC 5652 s5.1 */
bool cms_signed_data(struct cms_reader *reader, struct cms_level *level)
{
	return cms_take_uint(reader, level, "version", &reader->parse->cms.version) &&
	       cms_digest_algorithms(reader, level) && cms_encapsulated(reader, level) &&
	       cms_signed_tail(reader, level);
}

/* RFC 5652 s7 */
bool cms_digested_data(struct cms_reader *reader, struct cms_level *level)
{
	struct as_cms *cms = &reader->parse->cms;

	return cms_take_uint(reader, level, "version", &cms->version) &&
	       cms_take_algorithm(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
				  "digestAlgorithm", &cms->digest) &&
	       cms_encapsulated(reader, level) &&
	       cms_take_octets(reader, level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, "digest",
			       &cms->digest_value);
}

/* RFC 3274 s1.1 */
bool cms_compressed_data(struct cms_reader *reader, struct cms_level *level)
{
	struct as_cms *cms = &reader->parse->cms;

	return cms_take_uint(reader, level, "version", &cms->version) &&
	       cms_take_algorithm(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
				  "compressionAlgorithm", &cms->compression) &&
	       cms_encapsulated(reader, level);
}
