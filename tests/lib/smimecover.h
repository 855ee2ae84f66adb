/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_SMIMECOVER_H
#define ASSAY_TESTS_SMIMECOVER_H

#include "smime/coverage.h"

/*
 * What the tests of coverage share: pieces of mails, and one call of
 * as_coverage_check() with all it needs. Failures end the test (cmocka).
 */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MIXED(b)     "Content-Type: multipart/mixed; boundary=" b "\n\n"
#define OF(type, b)  "Content-Type: multipart/" type "; boundary=" b "\n\n"
#define TEXT(text)   "Content-Type: text/plain\n\n" text
#define HTML(text)   "Content-Type: text/html\n\n" text
#define PDF	     "Content-Type: application/pdf; name=a.pdf\n\n%PDF-1.4"
#define SIGNATURE                                                                                  \
	"Content-Type: application/pkcs7-signature; name=smime.p7s\n"                              \
	"Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQEx\n"
/* A multipart/signed of boundary s round a part. */
#define SIGNED(part)                                                                               \
	"Content-Type: multipart/signed; boundary=s; protocol=\"application/pkcs7-signature\"\n\n" \
	"--s\n" part "\n--s\n" SIGNATURE "--s--\n"
#define OPAQUE                                                                                     \
	"Content-Type: application/pkcs7-mime; name=smime.p7m\n"                                   \
	"Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQAx\n"
#define TWO(b, one, two) "--" b "\n" one "\n--" b "\n" two "\n--" b "--\n"
#define THREE(b, one, two, three)                                                                  \
	"--" b "\n" one "\n--" b "\n" two "\n--" b "\n" three "\n--" b "--\n"

#define CLEAR "multipart/signed"
#define P7M   "application/pkcs7-mime"

/* Where it stands, what it is, and what is answered. Notes as "severity code|"
 * in order: i info, l low, m medium, d the registry's; each once. */
struct cover_case {
	const char *name;
	const char *message;
	const char *type; /* media type of the layer's entity */
	enum as_smime_coverage coverage;
	const char *notes;
};

struct cover_work {
	struct as_arena arena;
	struct as_mime_tree *tree;
	struct as_smime_notes notes;
	struct as_smime_layer layer;
	struct as_coverage_memo memo;
	struct as_coverage_request request;
	enum as_smime_coverage coverage;
};

/* root is that of the message; the caller may change the request. */
void cover_begin(struct cover_work *work, struct as_span message, const char *type, bool encrypted);
void cover_check(struct cover_work *work);
void cover_end(struct cover_work *work);

void cover_check_message(const char *name, struct as_span message, const char *type, bool encrypted,
			 enum as_smime_coverage coverage, const char *expected);
void cover_check_cases(const struct cover_case *cases, size_t count, bool encrypted);

#endif
