/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/content_type.h"

#include "mime/line.h"

#include <errno.h>
#include <strings.h>

struct as_span as_smime_header(const struct as_mime_tree *tree, const struct as_entity *entity)
{
	return as_span_slice(tree->message, entity->header_begin,
			     entity->body_begin - entity->header_begin);
}

bool as_smime_field_next(struct as_span block, size_t *offset, struct as_field *field_out)
{
	while (*offset < block.size) {
		if (!as_field_next(block, offset, field_out))
			(*offset)++;
		else if (field_out->has_colon)
			return true;
	}
	return false;
}

size_t as_smime_field_count(struct as_span block, const char *name)
{
	struct as_field field;
	size_t offset = 0, count = 0;

	while (as_smime_field_next(block, &offset, &field))
		if (as_field_is(&field, name))
			count++;
	return count;
}

int as_smime_types_read(struct as_arena *arena, struct as_span block,
			struct as_smime_types *types_out)
{
	struct as_field field;
	size_t offset = 0;

	*types_out = (struct as_smime_types){0};
	while (as_smime_field_next(block, &offset, &field)) {
		if (!as_field_is(&field, "content-type"))
			continue;
		if (types_out->count < AS_SMIME_TYPES_MAX)
			types_out->count++;
		types_out->values[types_out->count - 1] = field.value;
		types_out->total++;
	}
	for (size_t i = 0; i < types_out->count; i++) {
		int rc = as_params_parse(arena, types_out->values[i], AS_SMIME_PARAMS_MAX,
					 &types_out->items[i]);

		if (rc < 0)
			return rc;
	}
	return 0;
}

enum as_smime_type as_smime_type_of(const char *media_type)
{
	static const struct {
		const char *name;
		enum as_smime_type type;
	} known[] = {
		{"multipart/signed", AS_SMIME_TYPE_MULTIPART},
		{"application/pkcs7-mime", AS_SMIME_TYPE_CMS},
		{"application/x-pkcs7-mime", AS_SMIME_TYPE_CMS},
		{"application/pkcs7", AS_SMIME_TYPE_CMS},
		{"application/x-pkcs7", AS_SMIME_TYPE_CMS},
		{"application/cms", AS_SMIME_TYPE_CMS},
		{"application/pkcs7-signature", AS_SMIME_TYPE_SIGNATURE},
		{"application/x-pkcs7-signature", AS_SMIME_TYPE_SIGNATURE},
		{"application/pkcs7-certificates", AS_SMIME_TYPE_CERTS},
		{"application/x-pkcs7-certificates", AS_SMIME_TYPE_CERTS},
		{"application/x-pkcs7-certreqresp", AS_SMIME_TYPE_CERTS},
		{"application/pgp-signature", AS_SMIME_TYPE_PGP},
		{"application/x-pgp-signature", AS_SMIME_TYPE_PGP},
		{"application/pgp-encrypted", AS_SMIME_TYPE_PGP},
		{"application/pgp-keys", AS_SMIME_TYPE_PGP},
		{"application/pgp", AS_SMIME_TYPE_PGP},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, media_type) == 0)
			return known[i].type;
	return AS_SMIME_TYPE_OTHER;
}

bool as_smime_types_any(const struct as_smime_types *types, enum as_smime_type type)
{
	for (size_t i = 0; i < types->count; i++)
		if (as_smime_type_of(types->items[i].type) == type)
			return true;
	return false;
}

const struct as_param *as_smime_types_param(const struct as_smime_types *types, const char *name)
{
	if (types->count == 0)
		return NULL;
	return as_params_find(&types->items[types->count - 1], name);
}

struct as_span as_smime_param_value(const struct as_param *param)
{
	struct as_span value = as_span_make(param->value, param->value_length);

	while (value.size > 0 && as_octet_blank(value.data[0]))
		value = as_span_from(value, 1);
	while (value.size > 0 && as_octet_blank(value.data[value.size - 1]))
		value.size--;
	return value;
}

bool as_smime_span_is(struct as_span text, const char *word)
{
	return text.size == strlen(word) &&
	       strncasecmp((const char *)text.data, word, text.size) == 0;
}

static void add_protocol(struct as_smime_protocols *protocols, struct as_span value)
{
	static const char *const ours[] = {"application/pkcs7-signature",
					   "application/x-pkcs7-signature",
					   "application/pkcs7-mime", "application/x-pkcs7-mime"};
	static const char *const pgp[] = {"application/pgp-signature",
					  "application/x-pgp-signature"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (as_smime_span_is(value, ours[i]))
			protocols->pkcs7 = true;
	for (size_t i = 0; i < sizeof(pgp) / sizeof(pgp[0]); i++)
		if (as_smime_span_is(value, pgp[i]))
			protocols->pgp = true;
}

struct as_smime_protocols as_smime_types_protocols(const struct as_smime_types *types)
{
	struct as_smime_protocols protocols = {false, false};

	for (size_t i = 0; i < types->count; i++) {
		const struct as_params *params = &types->items[i];

		if (as_smime_type_of(params->type) != AS_SMIME_TYPE_MULTIPART)
			continue;
		for (size_t j = 0; j < params->count; j++)
			if (strcmp(params->items[j].name, "protocol") == 0)
				add_protocol(&protocols, as_smime_param_value(&params->items[j]));
	}
	return protocols;
}

static enum as_smime_extension extension_in(const char *name, size_t length)
{
	if (length < 4 || name[length - 4] != '.' || (name[length - 3] | 0x20) != 'p' ||
	    name[length - 2] != '7')
		return AS_SMIME_EXT_NONE;
	switch (name[length - 1] | 0x20) {
	case 'm':
		return AS_SMIME_EXT_P7M;
	case 's':
		return AS_SMIME_EXT_P7S;
	case 'c':
		return AS_SMIME_EXT_P7C;
	case 'z':
		return AS_SMIME_EXT_P7Z;
	default:
		return AS_SMIME_EXT_NONE;
	}
}

enum as_smime_extension as_smime_extension_of(const struct as_entity *entity)
{
	for (size_t i = 0; i < entity->name_count; i++) {
		const struct assay_name *name = &entity->names[i];
		enum as_smime_extension found = extension_in(name->text, name->length);

		/* The name as Windows keeps it has no dots and blanks behind. */
		if (found == AS_SMIME_EXT_NONE)
			found = extension_in(name->shell, strlen(name->shell));
		if (found != AS_SMIME_EXT_NONE)
			return found;
	}
	return AS_SMIME_EXT_NONE;
}
