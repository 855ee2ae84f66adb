/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_CONTENT_TYPE_H
#define ASSAY_SMIME_CONTENT_TYPE_H

#include "mime/field.h"
#include "mime/param.h"
#include "smime/smime.h"

/*
 * Every Content-Type field of one header block. The tree goes by the last of
 * them, as GMime does; other readers take the first, so a header with two is
 * looked at under both.
 */

/* More are hostile; the first ones and the last are kept. */
#define AS_SMIME_TYPES_MAX 4u
/* Parameters of one field: S/MIME defines four (RFC 8551 s3.2.2, s3.5.3). */
#define AS_SMIME_PARAMS_MAX 64u

struct as_smime_types {
	struct as_params items[AS_SMIME_TYPES_MAX];
	struct as_span values[AS_SMIME_TYPES_MAX];
	size_t count; /* kept */
	size_t total; /* there were */
};

struct as_span as_smime_header(const struct as_mime_tree *tree, const struct as_entity *entity);

/* The fields of a block one by one to its very end: two lone CRs make a blank
 * line for the field reader, and fields behind it count for other readers. */
bool as_smime_field_next(struct as_span block, size_t *offset, struct as_field *field_out);

/* How many fields of that name there are. */
size_t as_smime_field_count(struct as_span block, const char *name);

/* -ENOMEM. */
int as_smime_types_read(struct as_arena *arena, struct as_span block,
			struct as_smime_types *types_out);

/* What an S/MIME reader makes of a media type (RFC 8551 s3.9, RFC 7193). */
enum as_smime_type {
	AS_SMIME_TYPE_OTHER = 0,
	AS_SMIME_TYPE_MULTIPART, /* multipart/signed */
	AS_SMIME_TYPE_CMS,	 /* pkcs7-mime and its like */
	AS_SMIME_TYPE_SIGNATURE, /* pkcs7-signature and its like */
	AS_SMIME_TYPE_CERTS,	 /* a bag of certificates by a name of its own */
	AS_SMIME_TYPE_PGP,
};
/* media_type in lower case. */
enum as_smime_type as_smime_type_of(const char *media_type);
/* Whether one of the fields says so. */
bool as_smime_types_any(const struct as_smime_types *types, enum as_smime_type type);

/* A parameter of the last field, where the tree looks. NULL when absent. */
const struct as_param *as_smime_types_param(const struct as_smime_types *types, const char *name);
/* Its value without blanks round it. */
struct as_span as_smime_param_value(const struct as_param *param);
/* Without regard to case. */
bool as_smime_span_is(struct as_span text, const char *word);

/* What protocol parameters of multipart/signed fields name, of all of them. */
struct as_smime_protocols {
	bool pkcs7, pgp;
};
struct as_smime_protocols as_smime_types_protocols(const struct as_smime_types *types);

/* The extensions of RFC 8551 s3.2.1 among an entity's names. */
enum as_smime_extension {
	AS_SMIME_EXT_NONE = 0,
	AS_SMIME_EXT_P7M,
	AS_SMIME_EXT_P7S,
	AS_SMIME_EXT_P7C,
	AS_SMIME_EXT_P7Z,
};
enum as_smime_extension as_smime_extension_of(const struct as_entity *entity);

#endif
