/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/structure.h"

#include <strings.h>

static const char *shown(const struct as_smime_check *check, struct as_span text)
{
	return as_smime_printable(check->notes->arena, text, AS_SMIME_SHOWN_BYTES);
}

static void mismatch(const struct as_smime_check *check, enum assay_severity severity,
		     const char *what, struct as_span declared)
{
	as_smime_note(check->notes, check->layer, "smime.type_mismatch", severity,
		      "The CMS object is of the kind %s, but %s says \"%s\".",
		      as_smime_state_name(check->structure->state), what, shown(check, declared));
}

static bool is_signed(enum as_smime_state state)
{
	return state == AS_SMIME_SIGNED_CLEAR || state == AS_SMIME_SIGNED_OPAQUE;
}

/* RFC 8551 s3.2.2, RFC 5083, RFC 3274, RFC 2634 s2. */
static const struct {
	const char *name;
	enum as_smime_state state;
} smime_types[] = {
	{"signed-data", AS_SMIME_SIGNED_OPAQUE},  {"signed-receipt", AS_SMIME_SIGNED_OPAQUE},
	{"enveloped-data", AS_SMIME_ENVELOPED},	  {"authenveloped-data", AS_SMIME_AUTHENVELOPED},
	{"compressed-data", AS_SMIME_COMPRESSED}, {"certs-only", AS_SMIME_CERTS_ONLY},
	{"encrypted-data", AS_SMIME_ENCRYPTED},	  {"digested-data", AS_SMIME_DIGESTED},
};

/* Old agents knew one name for all that is encrypted; the other way round is
 * the downgrade from AEAD to CBC that RFC 9709 answers. */
static enum assay_severity smime_type_severity(enum as_smime_state declared,
					       enum as_smime_state state)
{
	return declared == AS_SMIME_ENVELOPED && state == AS_SMIME_AUTHENVELOPED
		       ? ASSAY_INFO
		       : ASSAY_SEVERITY_DEFAULT;
}

bool as_smime_says_other(struct as_smime_notes *notes, const struct as_mime_tree *tree,
			 const struct as_entity *leaf, enum as_smime_state state)
{
	const struct as_param *param;
	struct as_smime_types types;
	struct as_span value;

	if (as_smime_types_read(notes->arena, as_smime_header(tree, leaf), &types) < 0) {
		notes->lost = true;
		return false;
	}
	param = as_smime_types_param(&types, "smime-type");
	if (param == NULL)
		return false;
	value = as_smime_param_value(param);
	for (size_t i = 0; i < sizeof(smime_types) / sizeof(smime_types[0]); i++)
		if (as_smime_span_is(value, smime_types[i].name))
			return smime_types[i].state != state;
	return false;
}

static void check_smime_type(const struct as_smime_check *check)
{
	static const char what[] = "the parameter smime-type";
	const struct as_param *param = as_smime_types_param(check->types, "smime-type");
	enum as_smime_state state = check->structure->state;
	struct as_span value;

	if (param == NULL)
		return;
	value = as_smime_param_value(param);
	for (size_t i = 0; i < sizeof(smime_types) / sizeof(smime_types[0]); i++) {
		if (!as_smime_span_is(value, smime_types[i].name))
			continue;
		if (smime_types[i].state != state)
			mismatch(check, smime_type_severity(smime_types[i].state, state), what,
				 value);
		return;
	}
	mismatch(check, ASSAY_INFO, what, value);
}

/* RFC 8551 s3.2.1. certs-only as .p7m is what OpenSSL writes. */
static bool extension_fits(enum as_smime_extension extension, enum as_smime_state state)
{
	switch (extension) {
	case AS_SMIME_EXT_NONE:
	case AS_SMIME_EXT_P7M:
		return true;
	case AS_SMIME_EXT_P7S:
		return is_signed(state);
	case AS_SMIME_EXT_P7C:
		return state == AS_SMIME_CERTS_ONLY;
	case AS_SMIME_EXT_P7Z:
		return state == AS_SMIME_COMPRESSED;
	}
	return true;
}

static void check_extension(const struct as_smime_check *check, const struct as_entity *leaf)
{
	static const char *const words[] = {"", ".p7m", ".p7s", ".p7c", ".p7z"};
	enum as_smime_extension extension = as_smime_extension_of(leaf);

	if (!extension_fits(extension, check->structure->state))
		mismatch(check, ASSAY_SEVERITY_DEFAULT, "its file name",
			 as_span_text(words[extension]));
}

/* The type that a leaf was declared with, when nothing but the octets says that
 * it is CMS. Types for data of any kind say nothing else. */
static void check_media_type(const struct as_smime_check *check, const struct as_entity *leaf)
{
	static const char what[] = "its media type";
	struct as_span declared = as_span_text(leaf->media_type);

	switch (as_smime_type_of(leaf->media_type)) {
	case AS_SMIME_TYPE_CMS:
	case AS_SMIME_TYPE_MULTIPART:
		break;
	case AS_SMIME_TYPE_CERTS:
		if (check->structure->state != AS_SMIME_CERTS_ONLY)
			mismatch(check, ASSAY_SEVERITY_DEFAULT, what, declared);
		break;
	case AS_SMIME_TYPE_SIGNATURE:
		if (!is_signed(check->structure->state))
			mismatch(check, ASSAY_SEVERITY_DEFAULT, what, declared);
		break;
	case AS_SMIME_TYPE_PGP:
		mismatch(check, ASSAY_SEVERITY_DEFAULT, what, declared);
		break;
	case AS_SMIME_TYPE_OTHER:
		if (check->candidate->by_content &&
		    !as_smime_span_is(declared, "application/octet-stream"))
			mismatch(check, ASSAY_SEVERITY_DEFAULT, what, declared);
		break;
	}
}

/* RFC 1847 s2.1: protocol is the type of the second part. Senders leave it out,
 * or put the x- form in one of the two places, and everybody reads on. */
static void check_protocol(const struct as_smime_check *check)
{
	const struct as_param *param = as_smime_types_param(check->types, "protocol");
	struct as_smime_protocols protocols = as_smime_types_protocols(check->types);

	if (param == NULL || (protocols.pkcs7 && !protocols.pgp))
		return;
	as_smime_note(check->notes, check->layer, "smime.type_mismatch",
		      protocols.pgp ? ASSAY_SEVERITY_DEFAULT : ASSAY_INFO,
		      "The signature is a CMS object, but the parameter protocol says \"%s\".",
		      shown(check, as_smime_param_value(param)));
}

static void check_signature_part(const struct as_smime_check *check)
{
	const struct as_entity *part = check->candidate->signature;

	if (part == NULL)
		return;
	check_protocol(check);
	if (check->structure->state == AS_SMIME_MALFORMED)
		return;
	if (!is_signed(check->structure->state))
		mismatch(check, ASSAY_SEVERITY_DEFAULT, "its place", as_span_text("signature"));
	check_extension(check, part);
	check_media_type(check, part);
}

/* "SHA-256", "rsa-sha1" and "sha256" are one; what remains are letters and
 * digits. Longer words are none of ours. */
#define DIGEST_WORD_MAX 24u

static size_t plain_digest(struct as_span word, char out[DIGEST_WORD_MAX])
{
	size_t size = 0;

	if (word.size >= 4 && strncasecmp((const char *)word.data, "rsa-", 4) == 0)
		word = as_span_from(word, 4);
	for (size_t i = 0; i < word.size; i++) {
		unsigned char octet = word.data[i];

		if (octet >= 'A' && octet <= 'Z')
			octet |= 0x20;
		if ((octet < 'a' || octet > 'z') && (octet < '0' || octet > '9'))
			continue;
		if (size == DIGEST_WORD_MAX)
			return 0;
		out[size++] = (char)octet;
	}
	return size;
}

static bool same_digest(struct as_span a, struct as_span b)
{
	char one[DIGEST_WORD_MAX], other[DIGEST_WORD_MAX];
	size_t size = plain_digest(a, one);

	return size > 0 && size == plain_digest(b, other) && memcmp(one, other, size) == 0;
}

/* The parameter is a list with commas (RFC 8551 s3.5.3.2). */
static bool lists_digest(struct as_span list, const char *digest)
{
	while (list.size > 0) {
		size_t comma = as_span_find_byte(list, 0, ',');
		struct as_span word = as_span_slice(list, 0, comma);

		if (same_digest(word, as_span_text(digest)))
			return true;
		if (comma == SIZE_MAX)
			return false;
		list = as_span_from(list, comma + 1);
	}
	return false;
}

static void check_micalg(const struct as_smime_check *check)
{
	const struct as_param *param = as_smime_types_param(check->types, "micalg");
	struct as_span value;

	if (param == NULL)
		return;
	value = as_smime_param_value(param);
	if (as_smime_span_is(value, "unknown"))
		return;
	for (size_t i = 0; i < check->structure->digest_count; i++) {
		const char *digest = check->structure->digests[i];

		if (!lists_digest(value, digest))
			as_smime_note(
				check->notes, check->layer, "smime.micalg_mismatch",
				ASSAY_SEVERITY_DEFAULT,
				"The signature uses %s, but the parameter micalg says \"%s\".",
				digest, shown(check, value));
	}
}

void as_smime_check_types(struct as_smime_check *check)
{
	if (check->candidate->form == AS_SMIME_FORM_MULTIPART) {
		check_signature_part(check);
		check_micalg(check);
		return;
	}
	if (check->structure->state == AS_SMIME_MALFORMED)
		return;
	check_smime_type(check);
	check_extension(check, check->candidate->entity);
	check_media_type(check, check->candidate->entity);
}
