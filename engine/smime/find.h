/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_FIND_H
#define ASSAY_SMIME_FIND_H

#include "smime/smime.h"

/*
 * Where S/MIME stands in a tree, under all names (RFC 8551 s3.3, s3.9):
 * multipart/signed for PKCS #7 whatever protocol says as long as a part is a
 * pkcs7-signature by type, by name or by content; application/pkcs7-mime and
 * x-pkcs7-mime; application/octet-stream (or a type nobody knows, or text) with
 * the extension .p7m, .p7s, .p7c or .p7z; any leaf whose decoded octets begin
 * like a CMS object. PGP is none of it.
 */
enum as_smime_form {
	AS_SMIME_FORM_MULTIPART = 0, /* multipart/signed with its signature part */
	AS_SMIME_FORM_CMS,	     /* a leaf that is a CMS object by itself */
	AS_SMIME_FORM_STRAY,	     /* a signature that belongs to nothing: a p7s leaf
					that is not the second part of a multipart/signed */
};

struct as_smime_candidate {
	enum as_smime_form form;
	const struct as_entity *entity;	     /* the multipart, or the leaf */
	const struct as_entity *signature;   /* MULTIPART: the part, NULL: missing */
	const struct as_entity *signed_part; /* MULTIPART: the first part, or NULL */
	bool by_content;		     /* neither type nor name said so: only the octets do */
	struct as_smime_candidate *next;     /* in document order */
};

/*
 * All candidates of the mail whose root entity is root, not descending into
 * inner messages (AS_ENTITY_MESSAGE): those are mails of their own. sniff
 * answers whether the decoded octets of a leaf begin like CMS; it is asked only
 * for leaves that are neither text nor named and typed as something else that
 * is well known (image, audio, video), and for the second part of a
 * multipart/signed. It may be NULL. Where there are several Content-Type fields
 * each of them counts. -ENOMEM.
 */
typedef bool as_smime_sniff(void *context, const struct as_entity *leaf);
int as_smime_find(struct as_arena *arena, const struct as_mime_tree *tree,
		  const struct as_entity *root, as_smime_sniff *sniff, void *context,
		  struct as_smime_candidate **first_out);

/*
 * The signed octets of a multipart/signed, from the raw message and by an own
 * scan for the boundary of this very entity (RFC 2046 s5.1.1, RFC 8551 s3.1.1):
 * from behind the line end of the first delimiter to before the line end that
 * precedes the next delimiter line, of this or of an outer multipart.
 *
 * Two candidates and never a third: as they stand, and with every lone LF made
 * CRLF. Nothing else is touched: lone CR, CR CR LF, NUL, blanks, dots stay.
 */
struct as_smime_octets {
	struct as_span raw;   /* into the message */
	bool needs_canonical; /* there is a lone LF: the second try differs */
	size_t begin, end;    /* offsets of raw in the message */
	bool found;	      /* false: there is no first part */
	size_t compared;      /* see frame.h */
};
void as_smime_signed_octets(const struct as_mime_tree *tree,
			    const struct as_smime_candidate *candidate,
			    struct as_smime_octets *octets_out);
/* Calls take for pieces of raw with CRLF line ends; no copy is made. */
typedef void as_smime_take(void *context, const void *data, size_t size);
void as_smime_canonical(struct as_span raw, as_smime_take *take, void *context);

/*
 * The CMS octets of a leaf: its transfer encoding undone (base64, quoted-
 * printable, uuencode, identity; a PEM armour of "PKCS7" or "CMS" inside too),
 * in the arena or the message itself. A base64 body with text behind its end,
 * junk inside, an unknown encoding or one that does not fit the octets is
 * noted as smime.bad_transfer_encoding (info when only blanks or line ends are
 * odd). A leaf declared 7bit or 8bit or without encoding that holds base64 text
 * of a CMS object is decoded as clients do, and noted. What is larger than
 * max_bytes is smime.limit_exceeded and gives no octets. -ENOMEM.
 */
int as_smime_cms_octets(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			const struct as_mime_tree *tree, const struct as_entity *leaf,
			size_t max_bytes, struct as_span *octets_out);

/* Whether octets begin like a MIME entity: a header field with a plausible
 * name and a colon (an mbox line, a byte order mark, or a line that is none in
 * front of Content-* fields may precede), or an empty line and text. For
 * content_not_mime. */
bool as_smime_is_mime(struct as_span octets);

/*
 * What is odd about the structure round a layer, as notes of the layer:
 * smime.extra_part, preamble_text, epilogue_text (text that a reader could see:
 * blanks only are nothing; the customary "This is an S/MIME signed message" and
 * its like in a preamble are nothing), stray_signature, ambiguous_boundary
 * (boundaries that are prefixes of another, delimiter look-alikes inside the
 * signed part, two boundary parameters, two Content-Type fields that differ, a
 * boundary that occurs in the inner multipart), duplicate_header (Content-* or
 * From, Subject, Date ... twice), duplicate_parameter, bad_transfer_encoding (on
 * the multipart), malformed_mime (not closed, fewer than two parts, no
 * boundary), type_mismatch (protocol, smime-type, media type, name against what
 * the CMS object is), micalg_mismatch. cms_state and digest names are those of
 * the parsed object; digests may be empty. Ambiguity that lets two readers see
 * two different signed texts sets *ambiguous_out; each is ambiguous_boundary.
 * What is repeated and alike, and what the signer himself repeated inside the
 * signed part, is not ambiguous. layer may be NULL: notes name their part. When
 * memory is short notes->lost is set.
 */
struct as_smime_structure {
	const struct as_mime_tree *tree;
	const struct as_smime_candidate *candidate;
	enum as_smime_state state;  /* as parsed */
	const char *const *digests; /* names used by the signers: "sha256" */
	size_t digest_count;
	bool content_missing; /* of a leaf: a SignedData without eContent */
};
void as_smime_check_structure(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			      const struct as_smime_structure *structure, bool *ambiguous_out);

/* Whether the parameter smime-type of a leaf names a kind of CMS object, and not
 * that one. When memory is short notes->lost is set. */
bool as_smime_says_other(struct as_smime_notes *notes, const struct as_mime_tree *tree,
			 const struct as_entity *leaf, enum as_smime_state state);

/* Blanks, or a sentence that mail clients put before the first delimiter for
 * readers that know no MIME. */
bool as_smime_is_customary(struct as_span preamble);

#endif
