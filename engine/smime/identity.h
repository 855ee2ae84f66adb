/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_IDENTITY_H
#define ASSAY_SMIME_IDENTITY_H

#include "base/buffer.h"
#include "smime/smime.h"

#include <openssl/x509.h>

/*
 * Whose certificate it is against who wrote the mail (RFC 8550 s3, RFC 9598).
 */
#define AS_IDENTITY_ADDRESSES_MAX 64u /* of one certificate */
#define AS_IDENTITY_AUTHORS_MAX	  64u /* mailboxes in all From fields */

/* One mailbox of a header, see mailboxes.h. */
struct as_mailbox {
	const char *name;	/* display name and comments, decoded, UTF-8, or "" */
	const char *group;	/* name of the group that it stands in, decoded, or "" */
	struct as_span address; /* addr-spec without comments and blanks; may hold NUL;
				   empty when there is none */
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
	bool too_many; /* authors beyond AS_IDENTITY_AUTHORS_MAX were left out */
};
int as_authors_read(struct as_arena *arena, struct as_span header_block,
		    struct as_authors *authors_out);

/* Every address of a certificate: rfc822Name, SmtpUTF8Mailbox, emailAddress of
 * the subject; a common name is none, whatever it looks like. Octets as they are
 * (a NUL inside stays). *nul_out: a NUL in one of them, in any other name of the
 * extension that is text, or in an attribute of the subject. -ENOMEM. */
struct as_cert_address {
	struct as_span address;
	bool from_subject;
};
int as_cert_addresses(struct as_arena *arena, X509 *cert, struct as_cert_address **addresses_out,
		      size_t *count_out, bool *nul_out);

/*
 * Local part exact once quotes that it does not need are gone, domain without
 * case, final dot and with IDNA (A-label against U-label, NFC; RFC 9598 s5).
 * *case_out (may be NULL): equal but for the case of ASCII letters in the local
 * part, which RFC 5321 s2.4 tells apart and people do not. What holds a NUL or has no
 * '@' equals nothing.
 */
bool as_address_equal(struct as_span a, struct as_span b, bool *case_out);
/* Appends the form in which equal addresses have equal octets. False, with out
 * as it was, for what is no address, or without memory (out->failed). */
bool as_address_key(struct as_buffer *out, struct as_span address);
/* As as_address_equal, of two keys; an empty one equals nothing. */
bool as_address_key_equal(struct as_span a, struct as_span b, bool *case_out);

/*
 * Compares one signed layer's signers with the mail's header: sets addresses
 * and from_match of its signers and notes smime.from_mismatch (an author whom
 * no signer is; no author at all), from_case_differs, multiple_from,
 * sender_differs, reply_to_differs, display_name_address, nul_octet,
 * duplicate_header. certs as from as_signers_verify; entries may be NULL. When
 * no certificate is known there is nothing to differ from.
 *
 * Where the layer's content protects a From of its own (protect.h), its authors
 * have to be signers as well; from_match then is about both. -ENOMEM.
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
 * Date of the header against signingTime: smime.date_differs when they are more
 * than AS_DATE_GAP_S apart; info when a Date is there that cannot be read.
 */
#define AS_DATE_GAP_S ((int64_t)3600 * 24)
void as_date_check(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   struct as_span header);
/* RFC 5322 s3.3 with s4.3; seconds since 1970. A zone that is missing or not
 * known is UTC. */
bool as_date_parse(struct as_span value, int64_t *seconds_out);

/*
 * Header protection of a signed or encrypted layer's content. RFC 9788 (hp= on
 * the payload's Content-Type, HP-Outer inside encryption, legacy display parts),
 * the older protected-headers="v1", and message/rfc822 wrapping (RFC 8551 s3.1,
 * forwarded=no). Notes smime.header_protection (info, which fields, which way)
 * and smime.protected_header_differs for From, To, Cc, Subject, Date, Message-ID,
 * Reply-To, Sender; low for In-Reply-To and References. Folding, encoded words,
 * quotes, blanks and the way a date is written make no difference. What relays
 * may add (RFC 6409 s8: Date, Message-ID, Sender) is info when it is missing
 * inside. Inside encryption an outer field is as meant when it equals HP-Outer;
 * where there is none, also when it is left out; and a Subject like "[...]".
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
 * none. -ENOMEM. */
int as_protect_check(const struct as_protect_request *request, struct as_span *inner_out);

#endif
