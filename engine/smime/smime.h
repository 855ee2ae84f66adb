/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_SMIME_H
#define ASSAY_SMIME_SMIME_H

#include "base/arena.h"
#include "mime/mime.h"

#include <assay/plugin.h>

/*
 * What all of engine/smime shares: the layers of one mail, their signers and
 * recipients, and the notes that judging left. Everything is allocated from
 * the arena of the inspection and holds no key and no object of OpenSSL, so it
 * may be read as long as the arena lives.
 *
 * A mail is one message as its sender wrote it: the outermost one, or one that
 * stands inside another as message/rfc822. A layer belongs to one mail; what
 * an inner mail's sender signed says nothing about the outer mail.
 */

/* CMS content types as far as they make a layer (RFC 5652, 5083, 3274). */
enum as_smime_state {
	AS_SMIME_MALFORMED = 0, /* no CMS object could be read */
	AS_SMIME_SIGNED_CLEAR,
	AS_SMIME_SIGNED_OPAQUE,
	AS_SMIME_ENVELOPED,
	AS_SMIME_AUTHENVELOPED,
	AS_SMIME_COMPRESSED,
	AS_SMIME_CERTS_ONLY,
	AS_SMIME_ENCRYPTED, /* EncryptedData: a key agreed elsewhere */
	AS_SMIME_DIGESTED,
};
/* "signed-clear" ...: the words of the verdict. */
const char *as_smime_state_name(enum as_smime_state state);

enum as_smime_coverage {
	AS_SMIME_NONE = 0,
	AS_SMIME_PART,
	AS_SMIME_WHOLE, /* of what a reader sees of the mail */
};
const char *as_smime_coverage_name(enum as_smime_coverage coverage);

/* Answers that may be missing: JSON null. */
enum as_smime_answer {
	AS_SMIME_UNKNOWN = 0,
	AS_SMIME_NO,
	AS_SMIME_YES,
};

/* Why a signer is not good. Bits, because several can be true; WEAK_* and
 * NO_ADDRESS can be allowed by settings and by policies. */
enum as_smime_fault {
	AS_SMIME_FAULT_MALFORMED = 1u << 0,   /* attributes or structure against RFC 5652 */
	AS_SMIME_FAULT_DIGEST = 1u << 1,      /* other octets than were signed */
	AS_SMIME_FAULT_SIGNATURE = 1u << 2,   /* the signature value itself */
	AS_SMIME_FAULT_UNSUPPORTED = 1u << 3, /* an algorithm that is not checked here */
	AS_SMIME_FAULT_NO_CERT = 1u << 4,     /* the signer's certificate is not known */
	AS_SMIME_FAULT_UNTRUSTED = 1u << 5,   /* no path to an anchor */
	AS_SMIME_FAULT_PATH = 1u << 6,	      /* a path that RFC 5280 s6 refuses */
	AS_SMIME_FAULT_EXPIRED = 1u << 7,     /* any certificate of the path */
	AS_SMIME_FAULT_NOT_YET = 1u << 8,
	AS_SMIME_FAULT_REVOKED = 1u << 9,
	AS_SMIME_FAULT_REVOCATION = 1u << 10, /* not known, and settings want it known */
	AS_SMIME_FAULT_KEY_USAGE = 1u << 11,
	AS_SMIME_FAULT_EKU = 1u << 12,
	AS_SMIME_FAULT_ECONTENT = 1u << 13,	/* eContent in a detached signature */
	AS_SMIME_FAULT_LIMIT = 1u << 14,	/* not judged: a limit */
	AS_SMIME_FAULT_WEAK_MD5 = 1u << 15,	/* MD2, MD4, MD5: never allowed */
	AS_SMIME_FAULT_WEAK_SHA1 = 1u << 16,	/* of the signature or in the path */
	AS_SMIME_FAULT_WEAK_RSA1024 = 1u << 17, /* RSA below 2048 bits, not below 1024 */
	AS_SMIME_FAULT_WEAK_KEY = 1u << 18,	/* below that, or a weak curve: never allowed */
	AS_SMIME_FAULT_WEAK_DSA = 1u << 19,	/* with 2048 bits or more */
	AS_SMIME_FAULT_AMBIGUOUS = 1u << 20,	/* which octets were signed is not certain */
	AS_SMIME_FAULT_WEAK_DSA1024 = 1u << 21, /* below 2048: ALLOW_RSA1024 or ALLOW_DSA do */
};

/* What settings or a policy may allow. NO_ADDRESS is no fault: it keeps
 * smime.from_mismatch away from certificates without any address. */
enum as_smime_allow {
	AS_SMIME_ALLOW_SHA1 = 1u << 0,
	AS_SMIME_ALLOW_RSA1024 = 1u << 1,
	AS_SMIME_ALLOW_DSA = 1u << 2,
	AS_SMIME_ALLOW_NO_ADDRESS = 1u << 3,
};
/* The faults that remain. */
uint32_t as_smime_faults_left(uint32_t faults, uint32_t allow);

/* Something that judging noticed; the engine makes a finding of it. */
struct as_smime_note {
	const char *code;		    /* from the registry */
	enum assay_severity severity;	    /* DEFAULT: the registry's */
	const char *text;		    /* one sentence, in the arena, never NULL */
	const struct as_smime_layer *layer; /* NULL: about the mail */
	struct as_smime_note *next;
};

/* A list of notes of one mail. At most AS_SMIME_NOTES_PER_CODE of one code and
 * layer are kept: they name what is wrong, they do not count it. */
#define AS_SMIME_NOTES_PER_CODE 4u
struct as_smime_notes {
	struct as_arena *arena;
	struct as_smime_note *first, *last;
	bool lost; /* no memory */
};
/* layer may be NULL. The same code and text for one layer is kept once. Text
 * that comes from the mail must be made printable by the caller
 * (as_smime_printable). */
void as_smime_note(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const char *code, enum assay_severity severity, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
bool as_smime_noted(const struct as_smime_notes *notes, const struct as_smime_layer *layer,
		    const char *code);
/* Valid UTF-8 on one line, controls and NUL shown as \xNN, at most max octets
 * (cut with "..."). Never NULL; "" without memory. */
const char *as_smime_printable(struct as_arena *arena, struct as_span text, size_t max);
/* Lower-case hexadecimal. Never NULL. */
const char *as_smime_hex(struct as_arena *arena, struct as_span octets);

enum as_smime_signature {
	AS_SMIME_SIG_UNCHECKED = 0, /* no certificate, a limit, no content */
	AS_SMIME_SIG_VALID,
	AS_SMIME_SIG_INVALID,
	AS_SMIME_SIG_UNSUPPORTED,
};
const char *as_smime_signature_name(enum as_smime_signature signature);

enum as_smime_chain {
	AS_SMIME_CHAIN_UNCHECKED = 0,
	AS_SMIME_CHAIN_TRUSTED,
	AS_SMIME_CHAIN_UNTRUSTED, /* no anchor */
	AS_SMIME_CHAIN_INVALID,	  /* an anchor, but RFC 5280 s6 refuses the path */
	AS_SMIME_CHAIN_EXPIRED,
	AS_SMIME_CHAIN_NOT_YET_VALID,
};
const char *as_smime_chain_name(enum as_smime_chain chain);

enum as_smime_revocation {
	AS_SMIME_REVOCATION_UNCHECKED = 0, /* "unchecked": no path */
	AS_SMIME_REVOCATION_OFF,
	AS_SMIME_REVOCATION_GOOD,
	AS_SMIME_REVOCATION_UNKNOWN,
	AS_SMIME_REVOCATION_REVOKED,
};
const char *as_smime_revocation_name(enum as_smime_revocation revocation);

#define AS_SMIME_NO_TIME INT64_MIN

struct as_smime_signer {
	/* Of the certificate, or as far as the SignerInfo names it; "" when unknown. */
	const char *subject, *issuer; /* RFC 2253, UTF-8, printable */
	const char *serial;	      /* hexadecimal */
	const char *sha256;	      /* fingerprint, hexadecimal */
	const char *const *addresses; /* printable; rfc822Name, SmtpUTF8Mailbox, emailAddress */
	size_t address_count;
	bool from_match;       /* an author of the mail is one of these */
	int64_t signing_time;  /* claimed; seconds since 1970 or AS_SMIME_NO_TIME */
	const char *digest;    /* "sha256", or the OID */
	const char *algorithm; /* "rsa", "rsa-pss", "ecdsa", "ed25519", "dsa", or the OID */
	uint32_t key_bits;     /* 0: unknown */
	enum as_smime_signature signature;
	enum as_smime_chain chain;
	enum as_smime_revocation revocation;
	const char *reason;	 /* why it is not good, "" when it is */
	uint32_t faults;	 /* enum as_smime_fault, also allowed ones */
	const char *const *path; /* subjects from the signer to the anchor */
	size_t path_count;
	bool countersigned;
};

enum as_smime_recipient_kind {
	AS_SMIME_KTRI = 0,
	AS_SMIME_KARI,
	AS_SMIME_KEKRI,
	AS_SMIME_PWRI,
	AS_SMIME_ORI,
};
const char *as_smime_recipient_kind_name(enum as_smime_recipient_kind kind);

struct as_smime_recipient {
	enum as_smime_recipient_kind kind;
	const char *issuer, *serial; /* or "" */
	const char *key_id;	     /* SKI or KEK identifier, hexadecimal, or "" */
	const char *algorithm;	     /* "rsa", "rsa-oaep", "ecdh", ... or the OID */
	const char *wrap;	     /* key wrap of kari, kekri, pwri: "aes256-wrap" or "" */
};

/* Whether the inside could be reached. */
enum as_smime_opening {
	AS_SMIME_OPEN_NONE = 0,	   /* nothing inside, or not tried */
	AS_SMIME_OPEN_DONE,	   /* content is there */
	AS_SMIME_OPEN_NO_KEY,	   /* no key for any recipient */
	AS_SMIME_OPEN_FAILED,	   /* one answer for every failure to decrypt */
	AS_SMIME_OPEN_UNAVAILABLE, /* the keeper did not answer */
	AS_SMIME_OPEN_LIMIT,	   /* larger than a limit allows */
	AS_SMIME_OPEN_MALFORMED,
	AS_SMIME_OPEN_UNSUPPORTED, /* an algorithm that is not known here */
};

struct as_smime_layer {
	uint32_t number;  /* within its mail, outermost is 0 */
	const char *path; /* of the entity that carries it, as objects have it */
	enum as_smime_state state;
	enum as_smime_coverage coverage;
	enum as_smime_answer valid; /* of signed layers, under the settings */
	const char *reason;	    /* "" when valid or no verdict is due */
	struct as_smime_signer *signers;
	size_t signer_count;
	struct as_smime_recipient *recipients;
	size_t recipient_count;
	const char *cipher; /* "aes256-cbc", ... or the OID, or "" */
	bool authenticated; /* AEAD or EncryptedData with a MAC: changes are noticed */
	enum as_smime_opening opening;
	struct as_smime_layer *parent; /* the layer it stands in, same mail, or NULL */
	struct as_smime_mail *mail;
	struct as_smime_layer *next;	 /* of the same mail, in order of number */
	const struct as_mime_tree *tree; /* it stands in this one ... */
	const struct as_entity *entity;	 /* ... at this entity; NULL: a bare CMS object */
	void *carrier;			 /* the caller's: what findings are reported on */
	struct as_span content;		 /* what it protects: octets of the message, or
					    made ones that live while inside is inspected */
};

/* One mail: header, layers, notes. */
struct as_smime_mail {
	const char *path; /* of the message object, "" for the outermost */
	const struct as_mime_tree *tree;
	const struct as_entity *root; /* whose header is the mail's own */
	bool own;		      /* the outermost mail, not one inside another */
	void *carrier;		      /* the caller's, as in layers */
	struct as_smime_layer *first, *last;
	uint32_t layer_count;
	struct as_smime_notes notes;
	struct as_coverage_memo *seen; /* what coverage.h keeps between layers */
	struct as_smime_mail *next;
};

/* Signed, clear or opaque; encrypted, in any of the three ways. */
bool as_smime_layer_signed(const struct as_smime_layer *layer);
bool as_smime_layer_encrypted(const struct as_smime_layer *layer);

/* Every author in From is a signer of the layer: identity was checked and has
 * nothing against it. */
bool as_smime_layer_by_author(const struct as_smime_layer *layer);

/* Every signer good under these allowances, and there is one. UNKNOWN where
 * no verdict is possible (unsupported algorithms only, a limit). */
enum as_smime_answer as_smime_layer_valid(const struct as_smime_layer *layer, uint32_t allow);

#endif
