/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_SMIMEJUDGE_H
#define ASSAY_TEST_SMIMEJUDGE_H

#include "smime/signer.h"
#include "smimemake.h"

/*
 * One SignedData judged by as_signers_verify, for the tests of signers. Failures
 * are those of the running test.
 */
#define PART "Content-Type: text/plain\r\n\r\nGood morning,\r\nAlice\r\n"

/* What anchors there are: sm_root(); the same with everything allowed that can be;
 * none. */
enum judge_trust {
	JUDGE_USUAL = 0,
	JUDGE_LENIENT,
	JUDGE_EMPTY,
};

struct subject {
	struct as_span cms;
	struct as_span content; /* of a detached one; data NULL: eContent */
	bool canonical, ambiguous, missing;
	enum judge_trust trust;
	int64_t at; /* 0: SM_NOW */
};

struct outcome {
	struct as_arena arena;
	struct as_smime_notes notes;
	struct as_smime_layer layer;
	struct as_cms_parse parse;
	struct as_certs *certs;
	X509 **signer_certs;
};

void judge(const struct subject *subject, struct outcome *outcome);
/* Opaque, PART signed by this one. */
void judge_one(const struct sm_signer *signer, struct outcome *outcome);
void done(struct outcome *outcome);

bool noted(const struct outcome *outcome, const char *code);
/* Of the first note of that code. */
enum assay_severity severity_of(const struct outcome *outcome, const char *code);
const char *text_of(const struct outcome *outcome, const char *code); /* or "" */
/* No note above info, but for what every good mail of these tests has. */
void assert_quiet(const struct outcome *outcome);

/* Alice's certificate for key 1 of that kind, and she as a signer. */
X509 *leaf(enum sm_key_kind kind);
struct sm_signer usual(enum sm_key_kind kind);
/* PART. */
struct as_span signed_by(const struct sm_signer *signers, size_t count, bool detached);
/* Whether CMS_verify, not asked about certificates, agrees. */
bool openssl_verifies(struct as_span cms, struct as_span content);

int judge_set_up(void **state);
int judge_tear_down(void **state);

#endif
