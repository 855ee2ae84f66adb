/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_SMIME_CASE_H
#define ASSAY_CORPUS_SMIME_CASE_H

#include "smimemake.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * One message, or a bare CMS object, and what `assay smime` must say of it. The
 * clock stands at SM_NOW; the only anchor is sm_root(). Keys are fresh in each
 * run, so octets differ from run to run, verdicts do not.
 */
#define CS_FINDINGS 8u

/* What `openssl cms -verify` over the same octets must say. */
enum cs_openssl {
	CS_NOT_ASKED = 0, /* it reads the message differently, or cannot */
	CS_AGREES,	  /* valid */
	CS_REFUSES,
};

struct cs_case {
	const char *name; /* of the file, without suffix */
	const char *why;  /* one sentence for a person */
	/* Every layer of the message, outermost first, with semicolons between:
	 * state, then yes, no or null for valid, then coverage. Layers of
	 * messages inside begin with "inner". "" for none. */
	const char *layers;
	int status;			   /* exit status of assay smime */
	const char *findings[CS_FINDINGS]; /* must be there */
	const char *never[CS_FINDINGS];	   /* must not be there */
	bool quiet;			   /* nothing above info is there */
	/* More words of the command line; "@" stands for the folder. */
	const char *options;
	enum cs_openssl openssl;
	bool bare;  /* a CMS object: the file is called .p7m */
	bool eicar; /* assay scan must find EICAR in it, with options.keys */
	struct as_span (*build)(void);
};

struct cs_group {
	const char *name; /* of the folder */
	const struct cs_case *cases;
	size_t count;
};
extern const struct cs_group cs_good, cs_odd, cs_hostile, cs_disguised, cs_closed, cs_paths;
#define CS_GROUP(variable, text, table)                                                            \
	const struct cs_group variable = {text, table, sizeof(table) / sizeof((table)[0])}

/* --- people.c: who signs and reads ----------------------------------------- */
/* Alice's certificate is by the intermediate, which is by the root. */
X509 *cs_intermediate(void);
X509 *cs_alice(void);
EVP_PKEY *cs_alice_key(void);
X509 *cs_bob(void); /* by the root itself, ECDSA P-256 */
EVP_PKEY *cs_bob_key(void);
X509 *cs_mallory(void); /* trusted, but mallory@example.net */
EVP_PKEY *cs_mallory_key(void);
/* A recipient whose key is in pki/reader.p12, password "reader" (RSA), and
 * pki/reader-ec.pem (P-256). */
X509 *cs_reader(void);
EVP_PKEY *cs_reader_key(void);
X509 *cs_reader_ec(void);
EVP_PKEY *cs_reader_ec_key(void);
/* Writes root, intermediate, people, keys and CRLs to FOLDER/pki. */
void cs_write_pki(const char *folder);
void cs_write(const char *folder, const char *name, struct as_span octets);

/* --- build.c: pieces of messages ------------------------------------------- */
/* From Alice to Bob, with Subject, Date (SM_NOW) and Message-ID; CRLF. */
const char *cs_header(void);
/* The same from somebody else: "Mallory <mallory@example.net>". */
const char *cs_header_from(const char *from);
/* A text/plain entity with that text. */
struct as_span cs_text(const char *text);
/* Signed by Alice, with the intermediate. */
struct as_span cs_sign(struct as_span content, bool detached);
/* A clear-signed mail by these signers, with the intermediate; from: of its header,
 * NULL: Alice. */
struct as_span cs_signed_by(struct as_span part, const struct sm_signer *signers, size_t count,
			    const char *from);
struct as_span cs_clear(struct as_span part);  /* a whole mail */
struct as_span cs_opaque(struct as_span part); /* a whole mail */
/* An entity, without the header of a mail: multipart/signed, pkcs7-mime. */
struct as_span cs_clear_entity(struct as_span part, struct as_span cms);
struct as_span cs_opaque_entity(const char *smime_type, struct as_span cms);
/* A multipart of entities. subtype: "mixed". */
struct as_span cs_multipart(const char *subtype, unsigned count, ...);
/* header and entity: the entity's first lines are its MIME fields. */
struct as_span cs_mail(const char *header, struct as_span entity);
/* EICAR as an attachment, put together at run time. */
struct as_span cs_eicar_entity(void);
struct as_span cs_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- seal.c: encryption and compression ------------------------------------ */
enum cs_cipher { CS_AES128_CBC = 0, CS_AES256_CBC, CS_3DES_CBC, CS_AES128_GCM, CS_AES256_GCM };
enum cs_transport { CS_RSA = 0, CS_OAEP, CS_ECDH, CS_PASSWORD };
/* A ContentInfo: EnvelopedData, with GCM AuthEnvelopedData, for the reader. */
struct as_span cs_encrypt(struct as_span content, enum cs_cipher cipher,
			  enum cs_transport transport);
struct as_span cs_compress(struct as_span content); /* RFC 3274 */

#endif
