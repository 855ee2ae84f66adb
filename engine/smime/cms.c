/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms_read.h"

#include <errno.h>

/* Of the beginning of an object that tell what it is. */
#define SNIFF_BYTES 64u

/* The content types that make a layer, and who reads them. */
static const struct {
	enum as_oid_id type;
	const char *field;
	bool (*read)(struct cms_reader *reader, struct cms_level *level);
	enum as_smime_state state;
} contents[] = {
	{AS_OID_SIGNED_DATA, "SignedData", cms_signed_data, AS_SMIME_SIGNED_OPAQUE},
	{AS_OID_ENVELOPED_DATA, "EnvelopedData", cms_enveloped_data, AS_SMIME_ENVELOPED},
	{AS_OID_SIGNED_AND_ENVELOPED_DATA, "SignedAndEnvelopedData", cms_signed_and_enveloped_data,
	 AS_SMIME_ENVELOPED},
	{AS_OID_DIGESTED_DATA, "DigestedData", cms_digested_data, AS_SMIME_DIGESTED},
	{AS_OID_ENCRYPTED_DATA, "EncryptedData", cms_encrypted_data, AS_SMIME_ENCRYPTED},
	{AS_OID_AUTHENTICATED_DATA, "AuthenticatedData", cms_authenticated_data, AS_SMIME_DIGESTED},
	{AS_OID_AUTHENVELOPED_DATA, "AuthEnvelopedData", cms_authenveloped_data,
	 AS_SMIME_AUTHENVELOPED},
	{AS_OID_COMPRESSED_DATA, "CompressedData", cms_compressed_data, AS_SMIME_COMPRESSED},
};
#define CONTENT_COUNT (sizeof(contents) / sizeof(contents[0]))

/* Its place in the table, or CONTENT_COUNT. */
static size_t find_content(const struct as_oid *known)
{
	size_t i = 0;

	while (i < CONTENT_COUNT && (known == NULL || contents[i].type != known->id))
		i++;
	return i;
}

static bool fail_type(struct cms_reader *reader)
{
	struct as_cms_parse *parse = reader->parse;
	const char *name = as_oid_name(reader->arena, parse->cms.type.oid);

	parse->result = AS_CMS_NOT_CMS;
	parse->reason = as_arena_printf(
		reader->arena, "its content type is %s, which neither signs nor encrypts", name);
	if (parse->reason == NULL)
		parse->reason = "";
	return false;
}

/* Octets that stand before the SignedData, had it been left in its ContentInfo. */
static bool read_bare(struct cms_reader *reader, struct cms_level *level)
{
	struct as_cms *cms = &reader->parse->cms;

	cms->type.known = as_oid_get(AS_OID_SIGNED_DATA);
	cms->type.oid = cms->type.known->octets;
	cms->oddities |= AS_CMS_NO_CONTENT_INFO;
	return cms_signed_data(reader, level);
}

static bool read_content(struct cms_reader *reader, struct cms_level *level)
{
	struct as_cms *cms = &reader->parse->cms;
	struct cms_level explicit, content;
	size_t i;

	if (!cms_take_oid(reader, level, "contentType", &cms->type.oid))
		return false;
	cms->type.known = as_oid_find(cms->type.oid);
	i = find_content(cms->type.known);
	if (i == CONTENT_COUNT)
		return fail_type(reader);
	return cms_enter(reader, level, AS_BER_CONTEXT, 0, "content", &explicit) &&
	       cms_enter(reader, &explicit, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, contents[i].field,
			 &content) &&
	       contents[i].read(reader, &content) &&
	       cms_leave(reader, &content, &explicit, contents[i].field) &&
	       cms_leave(reader, &explicit, level, "content");
}

/* PKCS #12, private keys and certificates begin with SEQUENCE and INTEGER too;
 * a SET behind it is only here. */
static bool is_bare_signed_data(const struct cms_level *level)
{
	struct cms_level copy = *level;
	struct as_ber version;

	return as_ber_expect(&copy.rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &version) &&
	       cms_is(&copy, AS_BER_UNIVERSAL, AS_BER_SET);
}

static bool read_object(struct cms_reader *reader, struct cms_level *root)
{
	struct cms_level level;
	bool fine;

	if (!cms_enter(reader, root, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, "ContentInfo", &level))
		return false;
	fine = is_bare_signed_data(&level) ? read_bare(reader, &level)
					   : read_content(reader, &level);
	return fine && cms_leave(reader, &level, root, "ContentInfo");
}

/* What the header of the object announces, when that is more than there is. */
static void note_announced(struct cms_reader *reader, struct as_span octets)
{
	struct as_ber_head head;

	if (as_ber_head_read(octets, &head) != AS_BER_FINE || head.indefinite ||
	    head.length <= octets.size - head.bytes || head.length > UINT64_MAX - head.bytes)
		return;
	reader->announced = head.bytes + head.length;
	reader->available = octets.size;
}

void as_cms_parse(struct as_arena *arena, struct as_span octets, struct as_cms_parse *parse_out)
{
	struct cms_reader reader = {.arena = arena, .parse = parse_out};
	struct cms_level root = {.rest = octets, .open_end = true};
	struct as_cms *cms = &parse_out->cms;

	*parse_out = (struct as_cms_parse){.reason = ""};
	if (octets.size == 0) {
		parse_out->result = AS_CMS_NOT_CMS;
		parse_out->reason = "it is empty";
		return;
	}
	note_announced(&reader, octets);
	if (!read_object(&reader, &root)) {
		/* Before its type is known nothing says that it is CMS at all. */
		if (parse_out->result == AS_CMS_MALFORMED && cms->type.oid.size == 0)
			parse_out->result = AS_CMS_NOT_CMS;
		return;
	}
	cms->trailing = root.rest.size;
	if (cms->trailing > 0)
		cms->oddities |= AS_CMS_TRAILING;
	if (!as_ber_is_der(as_span_slice(octets, 0, octets.size - cms->trailing)))
		cms->oddities |= AS_CMS_BER;
}

/* A SEQUENCE that begins with an identifier of that kind. */
static bool begins_with(struct as_span octets, enum as_oid_kind kind)
{
	const struct as_oid *known;
	struct as_ber_head head;
	struct as_ber oid;

	if (as_ber_head_read(octets, &head) != AS_BER_FINE || head.class != AS_BER_UNIVERSAL ||
	    head.tag != AS_BER_SEQUENCE || !head.constructed)
		return false;
	octets = as_span_from(octets, head.bytes);
	if (!as_ber_expect(&octets, AS_BER_UNIVERSAL, AS_BER_OID, &oid))
		return false;
	known = as_oid_find(oid.content);
	return known != NULL && known->kind == kind;
}

/* Behind the version of a bare SignedData: digestAlgorithms, and the content type
 * when there are none. */
static bool looks_like_signed_data(struct as_span octets)
{
	struct as_span after = octets;
	struct as_ber_head set;
	struct as_ber empty;

	if (as_ber_head_read(octets, &set) != AS_BER_FINE || !set.constructed)
		return false;
	if (as_ber_next(&after, &empty) && empty.content.size == 0)
		return begins_with(after, AS_OID_CONTENT);
	return begins_with(as_span_from(octets, set.bytes), AS_OID_DIGEST);
}

bool as_cms_looks_like(struct as_span octets)
{
	struct as_span start = as_span_slice(octets, 0, SNIFF_BYTES);
	struct as_ber_head head;
	struct cms_level level = {0};
	struct as_ber element;

	if (as_ber_head_read(start, &head) != AS_BER_FINE || head.class != AS_BER_UNIVERSAL ||
	    head.tag != AS_BER_SEQUENCE || !head.constructed)
		return false;
	level.rest = as_span_from(start, head.bytes);
	if (as_ber_expect(&level.rest, AS_BER_UNIVERSAL, AS_BER_OID, &element))
		return find_content(as_oid_find(element.content)) < CONTENT_COUNT &&
		       level.rest.size > 0 && level.rest.data[0] == 0xa0;
	if (!is_bare_signed_data(&level))
		return false;
	return as_ber_next(&level.rest, &element) && looks_like_signed_data(level.rest);
}

enum as_smime_state as_cms_state(const struct as_cms *cms, bool detached)
{
	size_t i = find_content(cms->type.known);

	if (i == CONTENT_COUNT)
		return AS_SMIME_MALFORMED;
	if (contents[i].type != AS_OID_SIGNED_DATA)
		return contents[i].state;
	if (detached)
		return AS_SMIME_SIGNED_CLEAR;
	if (cms->has_signer_infos && cms->signer_count == 0 && !cms->has_econtent)
		return AS_SMIME_CERTS_ONLY;
	return AS_SMIME_SIGNED_OPAQUE;
}
