/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_IDENTITY_H
#define ASSAY_SMIME_IDENTITY_H

#include "smime/smime.h"

#include <openssl/x509.h>

/*
 * Whose certificate it is against who wrote the mail (RFC 8550 s3, RFC 9598).
 */
#define AS_IDENTITY_ADDRESSES_MAX 64u /* of one certificate */
#define AS_IDENTITY_AUTHORS_MAX	  64u /* mailboxes in all From fields */

/* One mailbox of a header. */
struct as_mailbox {
	const char *name;	/* display name, decoded, UTF-8, "" when absent */
	struct as_span address; /* addr-spec without comments and blanks; may hold NUL */
};

/* The authors and other identities of one header block; all fields, all
 * mailboxes, groups opened. */
struct as_authors {
	struct as_mailbox *from;
	size_t from_count;
	size_t from_fields;
	struct as_mailbox *sender;
	size_t sender_count;
	struct as_mailbox *reply_to;
	size_t reply_to_count;
	bool too_many;
};
int as_authors_read(struct as_arena *arena, struct as_span header_block,
		    struct as_authors *authors_out);

/* Every address of a certificate: rfc822Name, SmtpUTF8Mailbox, emailAddress of
 * the subject. Octets as they are (a NUL inside stays). */
struct as_cert_address {
	struct as_span address;
	bool from_subject;
};
int as_cert_addresses(struct as_arena *arena, X509 *cert, struct as_cert_address **addresses_out,
		      size_t *count_out, bool *nul_out);

/* Local part exact, domain without case and with IDNA (A-label against U-label,
 * NFC). *case_out: equal but for the case of the local part. */
bool as_address_equal(struct as_span a, struct as_span b, bool *case_out);

/*
 * Compares one signed layer's signers with the mail's header: sets addresses
 * and from_match of its signers and notes smime.from_mismatch (an author whom
 * no signer is; no author at all), from_case_differs, multiple_from,
 * sender_differs, reply_to_differs, display_name_address, nul_octet,
 * duplicate_header. certs as from as_signers_verify; entries may be NULL. The
 * header to compare with: protected when header protection gives one, else the
 * mail's. -ENOMEM.
 */
struct as_identity_request {
	struct as_arena *arena;
	struct as_smime_notes *notes;
	struct as_smime_layer *layer;
	X509 *const *certs;
	struct as_span header; /* outer header block of the mail */
	uint32_t allow;	       /* enum as_smime_allow */
};
int as_identity_check(const struct as_identity_request *request);

/*
 * Date of the header against signingTime: smime.date_differs when more than
 * AS_DATE_GAP_S apart (info for less severe ones is not reported).
 */
#define AS_DATE_GAP_S ((int64_t)3600 * 24)
void as_date_check(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   struct as_span header);

/*
 * Header protection: of a signed or encrypted layer's content. RFC 9788 (hp= on
 * the payload's Content-Type, HP-Outer inside encryption, legacy display parts),
 * the older protected-headers="v1", and message/rfc822 wrapping (RFC 8551 s3.1,
 * forwarded=no). Notes smime.header_protection (info, which fields, which way)
 * and smime.protected_header_differs (From, To, Cc, Subject, Date, Message-ID,
 * Reply-To, Sender, differing or missing outside or inside; with hp=cipher and
 * HP-Outer an outer field equal to HP-Outer or a usual "..." / "[...]" Subject
 * is as meant).
 */
struct as_protect_request {
	struct as_arena *arena;
	struct as_smime_notes *notes;
	const struct as_smime_layer *layer;
	struct as_span outer;	/* header block of the mail */
	struct as_span content; /* the layer's content: a MIME entity */
	bool encrypted;		/* the layer or one above it is */
};
/* *inner_out: the protected header block inside content, empty when there is
 * none: identity is to be compared with it as well. */
int as_protect_check(const struct as_protect_request *request, struct as_span *inner_out);

#endif
