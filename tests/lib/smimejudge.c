/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimejudge.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define TRUSTS	    3u

static struct as_trust *trusts[TRUSTS];
static struct as_smime_settings settings[TRUSTS];
static X509 *leaves[SM_KEY_KINDS];

void judge(const struct subject *subject, struct outcome *outcome)
{
	const struct as_trust *trust = trusts[subject->trust];
	struct as_signers_request request;

	memset(outcome, 0, sizeof(*outcome));
	as_arena_init(&outcome->arena, ARENA_BYTES);
	outcome->notes.arena = &outcome->arena;
	as_cms_parse(&outcome->arena, subject->cms, &outcome->parse);
	assert_int_equal(outcome->parse.result, AS_CMS_OK);
	outcome->layer.state = as_cms_state(&outcome->parse.cms, subject->content.data != NULL);
	outcome->certs =
		as_certs_new(trust, outcome->parse.cms.certs, outcome->parse.cms.cert_count);
	assert_non_null(outcome->certs);
	request = (struct as_signers_request){
		.trust = trust,
		.cms = &outcome->parse.cms,
		.layer = &outcome->layer,
		.notes = &outcome->notes,
		.arena = &outcome->arena,
		.detached = subject->content.data != NULL,
		.content = outcome->parse.cms.econtent,
		.try_canonical = subject->canonical,
		.content_missing = subject->missing,
		.ambiguous = subject->ambiguous,
		.at = subject->at != 0 ? subject->at : SM_NOW,
		.certs = outcome->certs,
	};
	if (request.detached)
		request.content = subject->content;
	assert_int_equal(as_signers_verify(&request, &outcome->signer_certs), 0);
	/* Nothing is left for whoever looks at the queue next. */
	assert_int_equal(ERR_peek_error(), 0);
}

void judge_one(const struct sm_signer *signer, struct outcome *outcome)
{
	judge(&(struct subject){.cms = signed_by(signer, 1, false)}, outcome);
}

void done(struct outcome *outcome)
{
	as_certs_free(outcome->certs);
	as_arena_deinit(&outcome->arena);
}

bool noted(const struct outcome *outcome, const char *code)
{
	return as_smime_noted(&outcome->notes, &outcome->layer, code);
}

static const struct as_smime_note *find(const struct outcome *outcome, const char *code)
{
	const struct as_smime_note *n = outcome->notes.first;

	while (n != NULL && strcmp(n->code, code) != 0)
		n = n->next;
	return n;
}

enum assay_severity severity_of(const struct outcome *outcome, const char *code)
{
	const struct as_smime_note *n = find(outcome, code);

	if (n == NULL)
		fail_msg("no note %s", code);
	return n->severity;
}

const char *text_of(const struct outcome *outcome, const char *code)
{
	const struct as_smime_note *n = find(outcome, code);

	return n != NULL ? n->text : "";
}

/* No CRL is at hand in these tests. */
static bool is_harmless(const struct as_smime_note *note)
{
	return strcmp(note->code, "smime.revocation_unknown") == 0 ||
	       strcmp(note->code, "smime.multiple_signers") == 0 ||
	       strcmp(note->code, "smime.receipt_request") == 0;
}

void assert_quiet(const struct outcome *outcome)
{
	for (const struct as_smime_note *n = outcome->notes.first; n != NULL; n = n->next)
		if (!is_harmless(n) && n->severity != ASSAY_INFO)
			fail_msg("%s: %s", n->code, n->text);
}

X509 *leaf(enum sm_key_kind kind)
{
	if (leaves[kind] == NULL)
		leaves[kind] = sm_leaf("alice@example.org", sm_key(kind, 1));
	return leaves[kind];
}

struct sm_signer usual(enum sm_key_kind kind)
{
	return (struct sm_signer){.cert = leaf(kind), .key = sm_key(kind, 1)};
}

struct as_span signed_by(const struct sm_signer *signers, size_t count, bool detached)
{
	return sm_signed_data(&(struct sm_signed){.content = sm_text(PART),
						  .detached = detached,
						  .signers = signers,
						  .signer_count = count});
}

bool openssl_verifies(struct as_span cms, struct as_span content)
{
	const unsigned char *at = cms.data;
	CMS_ContentInfo *info = d2i_CMS_ContentInfo(NULL, &at, (long)cms.size);
	BIO *text = NULL;
	bool good;

	if (content.data != NULL)
		text = BIO_new_mem_buf(content.data, (int)content.size);
	good = info != NULL && CMS_verify(info, NULL, NULL, text, NULL,
					  CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
	BIO_free(text);
	CMS_ContentInfo_free(info);
	ERR_clear_error();
	return good;
}

static bool open_trust(enum judge_trust which, const char *anchor, uint32_t allow)
{
	const char *const anchors[] = {anchor};
	struct as_error error = {0};

	/* Lives as long as what is opened with it, unlike the name of the file. */
	settings[which] = (struct as_smime_settings){
		.enabled = true,
		.anchors = anchors,
		.anchor_count = anchor != NULL ? 1 : 0,
		.allow = allow,
	};
	if (as_trust_open(&settings[which], &trusts[which], &error) != 0) {
		print_error("%s\n", error.text);
		return false;
	}
	settings[which].anchors = NULL;
	settings[which].anchor_count = 0;
	return true;
}

int judge_set_up(void **state)
{
	const uint32_t all = AS_SMIME_ALLOW_SHA1 | AS_SMIME_ALLOW_RSA1024 | AS_SMIME_ALLOW_DSA;
	char path[] = "/tmp/smimejudge-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	bool good;

	(void)state;
	if (file == NULL)
		return -1;
	good = PEM_write_X509(file, sm_root()) == 1;
	good = fclose(file) == 0 && good;
	good = good && open_trust(JUDGE_USUAL, path, 0) && open_trust(JUDGE_LENIENT, path, all) &&
	       open_trust(JUDGE_EMPTY, NULL, 0);
	unlink(path);
	return good ? 0 : -1;
}

int judge_tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < TRUSTS; i++)
		as_trust_close(trusts[i]);
	sm_end();
	return 0;
}
