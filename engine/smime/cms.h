/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_CMS_H
#define ASSAY_SMIME_CMS_H

#include "smime/ber.h"
#include "smime/oid.h"

/*
 * A CMS object (RFC 5652, RFC 5083, RFC 3274) taken apart into spans, with its
 * counts bounded before anything is decoded or computed. Nothing here is
 * cryptography. Spans point into the input or, where pieces of a constructed
 * string had to be joined, into the arena.
 */

/* 16 signers sign no mail; 5,000 in a 3 MB mail cost OpenSSL 1.1 s. */
#define AS_CMS_SIGNERS_MAX 16u
/* Each costs 130 us to decode; PKITS and real mail have at most 12. */
#define AS_CMS_CERTS_MAX 100u
#define AS_CMS_CRLS_MAX	 32u
/* A mail to a large internal list is encrypted for each; none is computed. */
#define AS_CMS_RECIPIENTS_MAX 1000u
#define AS_CMS_ATTRIBUTES_MAX 64u
/* Counter-signatures are the only ones with several values. */
#define AS_CMS_VALUES_MAX  64u
#define AS_CMS_DIGESTS_MAX 32u /* digestAlgorithms; more is not read */

/* An AlgorithmIdentifier. */
struct as_cms_algorithm {
	struct as_span oid;	    /* content octets; size 0: absent */
	struct as_span parameters;  /* whole element, or empty */
	const struct as_oid *known; /* or NULL */
	struct as_span whole;	    /* the SEQUENCE as it stood */
};

struct as_cms_attribute {
	struct as_span oid;
	const struct as_oid *known;
	struct as_span values; /* content of the SET: elements */
	size_t value_count;    /* not counted further than AS_CMS_VALUES_MAX */
	struct as_ber value;   /* the first one, when there is one */
};

/* SignerIdentifier, RecipientIdentifier: one of the two forms. */
struct as_cms_identifier {
	struct as_span issuer; /* Name, whole element; empty: by key identifier */
	struct as_span serial; /* INTEGER, content octets */
	struct as_span key_id; /* SubjectKeyIdentifier */
};

struct as_cms_signer {
	uint64_t version;
	struct as_cms_identifier id;
	struct as_cms_algorithm digest;
	struct as_cms_algorithm signature;
	struct as_span value; /* the signature */
	bool has_attributes;
	struct as_span attributes_whole;   /* the [0] element as it stood */
	struct as_span attributes_content; /* its content: the attributes */
	struct as_cms_attribute *attributes;
	size_t attribute_count;
	struct as_cms_attribute *unsigned_attributes;
	size_t unsigned_count;
	bool too_many_attributes;
	struct as_span whole; /* the SignerInfo as it stood */
};

struct as_cms_recipient {
	enum as_smime_recipient_kind kind;
	struct as_cms_identifier id;	   /* ktri; of kari: see keys */
	struct as_cms_algorithm algorithm; /* keyEncryptionAlgorithm */
	struct as_cms_algorithm kdf;	   /* pwri keyDerivationAlgorithm */
	struct as_span encrypted_key;	   /* ktri, kekri, pwri; of kari that of id */
	struct as_span kek_id;		   /* kekri */
	/* kari: one as_cms_recipient is made for each RecipientEncryptedKey; all
	 * share these. */
	struct as_span originator_key; /* OriginatorPublicKey, whole element, or empty */
	struct as_cms_identifier originator;
	struct as_span ukm;	 /* content octets or empty */
	struct as_span ori_type; /* OID */
};

/* Bits of as_cms.oddities: accepted, but told. */
#define AS_CMS_TRAILING	       (1u << 0) /* octets behind the object */
#define AS_CMS_BER	       (1u << 1) /* not DER */
#define AS_CMS_NO_CONTENT_INFO (1u << 2) /* a bare SignedData */
#define AS_CMS_OTHER_CERTS     (1u << 3) /* attribute or other certificates */
#define AS_CMS_OTHER_CRLS      (1u << 4) /* OCSP responses and the like */

struct as_cms {
	struct as_cms_algorithm type; /* only oid and known: the content type */
	uint64_t version;
	uint32_t oddities;
	size_t trailing; /* octets behind */

	/* SignedData, DigestedData, CompressedData, AuthenticatedData: eContent. The
	 * type also of encrypted content. */
	struct as_span econtent_type; /* OID content octets */
	const struct as_oid *econtent_known;
	bool has_econtent;
	struct as_span econtent; /* joined; any type but data in old PKCS #7 form
				    (not an OCTET STRING): the whole element */
	/* What digests are computed over: econtent, or of the old form its content
	 * octets without tag and length (RFC 5652 s5.2.1). */
	struct as_span econtent_hashed;

	struct as_cms_algorithm *digests; /* SignedData.digestAlgorithms */
	size_t digest_count;
	struct as_span *certs; /* DER, as they stood */
	size_t cert_count;
	struct as_span *crls;
	size_t crl_count;
	struct as_cms_signer *signers;
	size_t signer_count;
	bool has_signer_infos; /* the set was reached, even when it is empty */

	/* EnvelopedData, AuthEnvelopedData, EncryptedData, SignedAndEnvelopedData;
	 * recipients also of AuthenticatedData */
	struct as_cms_recipient *recipients;
	size_t recipient_count;
	struct as_cms_algorithm cipher;
	bool has_ciphertext;
	struct as_span ciphertext;	/* joined */
	struct as_span mac;		/* AuthEnvelopedData, AuthenticatedData: the tag */
	struct as_span auth_attributes; /* [1] element as it stood, or empty */
	bool has_originator_info;

	/* DigestedData; AuthenticatedData when it has one */
	struct as_cms_algorithm digest;
	struct as_span digest_value;
	/* CompressedData */
	struct as_cms_algorithm compression;
};

enum as_cms_result {
	AS_CMS_OK = 0,
	AS_CMS_NOT_CMS,	  /* not even a ContentInfo of a known type */
	AS_CMS_MALFORMED, /* begins like one; error names what is wrong */
	AS_CMS_LIMIT,	  /* a count above its limit; error names it */
	AS_CMS_MEMORY,
};

struct as_cms_parse {
	enum as_cms_result result;
	const char *reason; /* for people, to stand behind a colon: no capital, no full
			       stop; in the arena; "" when OK */
	struct as_cms cms;  /* with MALFORMED: what was read so far, so that state and
			       type can be told. With LIMIT: all of it, but of
			       what is too many only the first ones. Counts are
			       those of the arrays. */
};

/*
 * Linear in octets; arrays grow with what is there, up to their limits. Accepted
 * are the content types of RFC 5652, AuthEnvelopedData, CompressedData and
 * SignedAndEnvelopedData, but for id-data, which protects nothing. Fields that
 * stand where none may are malformed; octets behind the object are an oddity.
 */
void as_cms_parse(struct as_arena *arena, struct as_span octets, struct as_cms_parse *parse_out);

/* Whether octets begin like a ContentInfo of a type that makes a layer, or like
 * a bare SignedData; looks at the first 64 octets only. DER or BER. */
bool as_cms_looks_like(struct as_span octets);

/* One AlgorithmIdentifier, attribute list and so on, for those who meet them
 * inside of parameters. False when malformed. */
bool as_cms_algorithm_read(struct as_span *rest, struct as_cms_algorithm *algorithm_out);
/* The content of a SET OF Attribute. False when malformed or without memory; at
 * most AS_CMS_ATTRIBUTES_MAX, *too_many_out tells; more are not looked at. */
bool as_cms_attributes_read(struct as_arena *arena, struct as_span content,
			    struct as_cms_attribute **attributes_out, size_t *count_out,
			    bool *too_many_out);
/* The first attribute of that id; NULL when absent. *count_out how often. */
const struct as_cms_attribute *as_cms_attribute_find(const struct as_cms_attribute *attributes,
						     size_t count, enum as_oid_id id,
						     size_t *count_out);

/* enum as_smime_state of a parsed object. detached: it stands beside the text.
 * AuthenticatedData is told as digested: its content is in the clear, and its
 * check value means nothing to anybody but its recipients. */
enum as_smime_state as_cms_state(const struct as_cms *cms, bool detached);

#endif
