/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_SMIME_CMS_FIXTURE_H
#define ASSAY_TEST_SMIME_CMS_FIXTURE_H

#include "smime/cms.h"

#include "smimemake.h"

/* CMS objects from their fields, right or wrong; memory is that of smimemake. */

#define OID_SHA256	   "2.16.840.1.101.3.4.2.1"
#define OID_RSA		   "1.2.840.113549.1.1.1"
#define OID_AES256_CBC	   "2.16.840.1.101.3.4.1.42"
#define OID_ENVELOPED	   "1.2.840.113549.1.7.3"
#define OID_DIGESTED	   "1.2.840.113549.1.7.5"
#define OID_ENCRYPTED	   "1.2.840.113549.1.7.6"
#define OID_AUTHENTICATED  "1.2.840.113549.1.9.16.1.2"
#define OID_COMPRESSED	   "1.2.840.113549.1.9.16.1.9"
#define OID_AUTHENVELOPED  "1.2.840.113549.1.9.16.1.23"
#define OID_SIGNED_AND_ENV "1.2.840.113549.1.7.4"

#define FIX_NONE	   as_span_make(NULL, 0)

struct as_span fix_content_info(const char *dotted, struct as_span content);
/* { data, [0] OCTET STRING } */
struct as_span fix_encap(const char *text);
struct as_span fix_signer(void);
/* The SEQUENCE SignedData with one digest; the sets as whole elements or empty. */
struct as_span fix_signed(struct as_span encap, struct as_span certs, struct as_span crls,
			  struct as_span signers);
/* fix_content_info of the above with one signer and one certificate. */
struct as_span fix_usual(void);
struct as_span fix_ktri(void);
/* EncryptedContentInfo; content: the whole [0] element or empty. */
struct as_span fix_encrypted(struct as_span content);
/* ContentInfo of EnvelopedData. */
struct as_span fix_enveloped(struct as_span recipients);
struct as_span fix_repeat(struct as_span element, size_t count);
/* Every constructed element with indefinite length, whatever is inside. */
struct as_span fix_indefinite(struct as_span octets);

/* In an arena that the next call replaces. */
const struct as_cms_parse *fix_parse(struct as_span octets);
const struct as_cms_parse *fix_parse_within(struct as_span octets, size_t arena_bytes);
struct as_arena *fix_arena(void);
int fix_end(void **state);

#endif
