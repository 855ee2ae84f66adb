/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms_read.h"

/* OriginatorInfo: certificates of the sender, for agreements with a key of his
 * own (RFC 5652 s6.1). */
static bool read_originator_info(struct cms_reader *reader, struct cms_level *level)
{
	struct as_ber info;

	if (!cms_is(level, AS_BER_CONTEXT, 0))
		return true;
	reader->parse->cms.has_originator_info = true;
	return cms_take(reader, level, AS_BER_CONTEXT, 0, "originatorInfo", &info);
}

/* EncryptedContentInfo; the content may stand elsewhere (RFC 5652 s6.1). */
static bool read_encrypted_content(struct cms_reader *reader, struct cms_level *level)
{
	static const char field[] = "encryptedContentInfo";
	struct as_cms *cms = &reader->parse->cms;
	struct cms_level info;

	if (!cms_enter(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, field, &info) ||
	    !cms_take_oid(reader, &info, "contentType", &cms->econtent_type))
		return false;
	cms->econtent_known = as_oid_find(cms->econtent_type);
	if (!cms_take_algorithm(reader, &info, AS_BER_UNIVERSAL, AS_BER_SEQUENCE,
				"contentEncryptionAlgorithm", &cms->cipher))
		return false;
	if (cms_is(&info, AS_BER_CONTEXT, 0)) {
		if (!cms_take_octets(reader, &info, AS_BER_CONTEXT, 0, "encryptedContent",
				     &cms->ciphertext))
			return false;
		cms->has_ciphertext = true;
	}
	return cms_leave(reader, &info, level, field);
}

/* Attributes that nobody here reads: an optional field with this tag. */
static bool pass_attributes(struct cms_reader *reader, struct cms_level *level, uint32_t tag,
			    const char *field)
{
	struct as_ber attributes;

	return !cms_is(level, AS_BER_CONTEXT, tag) ||
	       cms_take(reader, level, AS_BER_CONTEXT, tag, field, &attributes);
}

static bool read_auth_attributes(struct cms_reader *reader, struct cms_level *level, uint32_t tag)
{
	struct as_ber attributes;

	if (!cms_is(level, AS_BER_CONTEXT, tag))
		return true;
	if (!cms_take(reader, level, AS_BER_CONTEXT, tag, "authAttrs", &attributes))
		return false;
	reader->parse->cms.auth_attributes = attributes.whole;
	return true;
}

static bool read_mac(struct cms_reader *reader, struct cms_level *level)
{
	return cms_take_octets(reader, level, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, "mac",
			       &reader->parse->cms.mac);
}

/* What all with recipients begin with. */
static bool read_envelope(struct cms_reader *reader, struct cms_level *level)
{
	return cms_take_uint(reader, level, "version", &reader->parse->cms.version) &&
	       read_originator_info(reader, level) && cms_recipient_infos(reader, level);
}

/* RFC 5652 s6.1 */
bool cms_enveloped_data(struct cms_reader *reader, struct cms_level *level)
{
	return read_envelope(reader, level) && read_encrypted_content(reader, level) &&
	       pass_attributes(reader, level, 1, "unprotectedAttrs");
}

/* RFC 2315 s11.1 */
bool cms_signed_and_enveloped_data(struct cms_reader *reader, struct cms_level *level)
{
	return cms_take_uint(reader, level, "version", &reader->parse->cms.version) &&
	       cms_recipient_infos(reader, level) && cms_digest_algorithms(reader, level) &&
	       read_encrypted_content(reader, level) && cms_signed_tail(reader, level);
}

/* RFC 5652 s8 */
bool cms_encrypted_data(struct cms_reader *reader, struct cms_level *level)
{
	return cms_take_uint(reader, level, "version", &reader->parse->cms.version) &&
	       read_encrypted_content(reader, level) &&
	       pass_attributes(reader, level, 1, "unprotectedAttrs");
}

/* RFC 5083 s2.1 */
bool cms_authenveloped_data(struct cms_reader *reader, struct cms_level *level)
{
	return read_envelope(reader, level) && read_encrypted_content(reader, level) &&
	       read_auth_attributes(reader, level, 1) && read_mac(reader, level) &&
	       pass_attributes(reader, level, 2, "unauthAttrs");
}

/* RFC 5652 s9.1 */
bool cms_authenticated_data(struct cms_reader *reader, struct cms_level *level)
{
	struct as_cms *cms = &reader->parse->cms;
	struct as_cms_algorithm mac;

	if (!read_envelope(reader, level) ||
	    !cms_take_algorithm(reader, level, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, "macAlgorithm",
				&mac))
		return false;
	if (cms_is(level, AS_BER_CONTEXT, 1) &&
	    !cms_take_algorithm(reader, level, AS_BER_CONTEXT, 1, "digestAlgorithm", &cms->digest))
		return false;
	return cms_encapsulated(reader, level) && read_auth_attributes(reader, level, 2) &&
	       read_mac(reader, level) && pass_attributes(reader, level, 3, "unauthAttrs");
}
