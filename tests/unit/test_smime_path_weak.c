/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A root, an intermediate and a signer, each with its key and the digest on it. */
struct chain {
	const char *name;
	enum sm_key_kind root, middle, signer;
	const char *root_digest, *middle_digest, *signer_digest;
	uint32_t faults;
};

static struct pf_case make_chain(const struct chain *chain)
{
	struct pf_case path = {.settings = {.enabled = true}};
	X509 *root = sm_cert(&(struct sm_cert){.subject = "/CN=Old Root",
					       .key = sm_key(chain->root, 6),
					       .digest = chain->root_digest,
					       .ca = true});
	X509 *middle = sm_cert(&(struct sm_cert){.subject = "/CN=Old CA",
						 .key = sm_key(chain->middle, 7),
						 .issuer = root,
						 .issuer_key = sm_key(chain->root, 6),
						 .digest = chain->middle_digest,
						 .ca = true});

	path.anchors[0] = root;
	path.message[0] = middle;
	path.signer = sm_cert(&(struct sm_cert){.subject = "/CN=Erin",
						.key = sm_key(chain->signer, 8),
						.issuer = middle,
						.issuer_key = sm_key(chain->middle, 7),
						.digest = chain->signer_digest});
	return path;
}

static const struct chain chains[] = {
	{"all strong", SM_RSA2048, SM_RSA2048, SM_RSA2048, NULL, NULL, NULL, 0},
	{"curves", SM_P384, SM_P256, SM_ED25519, NULL, NULL, NULL, 0},
	{"brainpool", SM_P256, SM_BRAINPOOL256, SM_P256, NULL, NULL, NULL, 0},
	{"SHA-1 on the root itself", SM_RSA2048, SM_RSA2048, SM_RSA2048, "SHA1", NULL, NULL, 0},
	{"SHA-1 on the intermediate", SM_RSA2048, SM_RSA2048, SM_RSA2048, NULL, "SHA1", NULL,
	 AS_SMIME_FAULT_WEAK_SHA1},
	{"SHA-1 on the signer", SM_P256, SM_P256, SM_P256, NULL, NULL, "SHA1",
	 AS_SMIME_FAULT_WEAK_SHA1},
	{"MD5", SM_RSA2048, SM_RSA2048, SM_RSA2048, NULL, "MD5", NULL, AS_SMIME_FAULT_WEAK_MD5},
	{"short key of the root", SM_RSA1024, SM_RSA2048, SM_RSA2048, NULL, NULL, NULL,
	 AS_SMIME_FAULT_WEAK_RSA1024},
	{"short key of the signer", SM_RSA2048, SM_RSA2048, SM_RSA1024, NULL, NULL, NULL,
	 AS_SMIME_FAULT_WEAK_RSA1024},
	{"broken key", SM_RSA2048, SM_RSA512, SM_RSA2048, NULL, NULL, NULL,
	 AS_SMIME_FAULT_WEAK_KEY},
	{"short curve", SM_P256, SM_P192, SM_P256, NULL, NULL, NULL, AS_SMIME_FAULT_WEAK_KEY},
	{"DSA", SM_RSA2048, SM_RSA2048, SM_DSA1024, NULL, NULL, NULL, AS_SMIME_FAULT_WEAK_DSA1024},
};
#define CHAINS (sizeof(chains) / sizeof(chains[0]))

static void weak_algorithms_and_keys_of_the_path_are_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHAINS; i++) {
		struct pf_case path = make_chain(&chains[i]);
		struct as_path_result result = pf_check(&path);

		print_message("case: %s: %s\n", chains[i].name, result.reason);
		assert_int_equal(result.chain, AS_SMIME_CHAIN_TRUSTED);
		assert_int_equal(result.faults, chains[i].faults);
		assert_int_equal(*result.reason == '\0', chains[i].faults == 0);
	}
}

static void what_the_settings_allow_is_no_reason_but_told_as_information(void **state)
{
	static const struct chain chain = {"all weak", SM_RSA1024, SM_RSA1024, SM_RSA1024,
					   NULL,       "SHA1",	   "SHA1",     0};
	struct as_smime_notes notes = {.arena = pf_arena()};
	struct pf_case path = make_chain(&chain);
	struct as_path_result result;
	size_t count = 0;

	(void)state;
	path.settings.allow = AS_SMIME_ALLOW_SHA1 | AS_SMIME_ALLOW_RSA1024;
	result = pf_check(&path);
	assert_int_equal(result.faults, AS_SMIME_FAULT_WEAK_SHA1 | AS_SMIME_FAULT_WEAK_RSA1024);
	assert_string_equal(result.reason, "");
	as_path_notes(&notes, NULL, &result, NULL);
	for (const struct as_smime_note *note = notes.first; note != NULL; note = note->next) {
		print_message("%s: %s\n", note->code, note->text);
		assert_true(note->severity == ASSAY_INFO ||
			    strcmp(note->code, "smime.revocation_unknown") == 0);
		count++;
	}
	assert_int_equal(count, 3);
	assert_true(as_smime_noted(&notes, NULL, "smime.weak_digest"));
	assert_true(as_smime_noted(&notes, NULL, "smime.weak_key"));
}

static void a_strong_path_is_preferred_to_a_weak_one(void **state)
{
	X509 *weak = sm_cert(&(struct sm_cert){.subject = "/CN=Issuing CA",
					       .key = pf_middle_key(),
					       .issuer = sm_root(),
					       .issuer_key = sm_root_key(),
					       .digest = "SHA1",
					       .ca = true});
	struct as_path_result result = pf_check(&(struct pf_case){
		.anchors = {sm_root()}, .message = {weak, pf_middle()}, .signer = pf_signer()});

	(void)state;
	assert_int_equal(result.faults, 0);
}

static void each_fault_has_a_note_of_its_code(void **state)
{
	static const struct {
		uint32_t fault;
		const char *code;
	} cases[] = {
		{AS_SMIME_FAULT_UNTRUSTED, "smime.untrusted"},
		{AS_SMIME_FAULT_PATH, "smime.bad_path"},
		{AS_SMIME_FAULT_EXPIRED, "smime.expired"},
		{AS_SMIME_FAULT_NOT_YET, "smime.not_yet_valid"},
		{AS_SMIME_FAULT_REVOKED, "smime.revoked"},
		{AS_SMIME_FAULT_REVOCATION, "smime.revocation_unknown"},
		{AS_SMIME_FAULT_KEY_USAGE, "smime.bad_key_usage"},
		{AS_SMIME_FAULT_EKU, "smime.bad_eku"},
		{AS_SMIME_FAULT_WEAK_MD5, "smime.weak_digest"},
		{AS_SMIME_FAULT_WEAK_SHA1, "smime.weak_digest"},
		{AS_SMIME_FAULT_WEAK_KEY, "smime.weak_key"},
		{AS_SMIME_FAULT_WEAK_RSA1024, "smime.weak_key"},
		{AS_SMIME_FAULT_WEAK_DSA, "smime.weak_key"},
		{AS_SMIME_FAULT_WEAK_DSA1024, "smime.weak_key"},
		{AS_SMIME_FAULT_UNSUPPORTED, "smime.unsupported_algorithm"},
		{AS_SMIME_FAULT_LIMIT, "smime.limit_exceeded"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_smime_notes notes = {.arena = pf_arena()};
		struct as_path_text text = {.fault = cases[i].fault, .text = "Words."};
		struct as_path_result result = {.faults = cases[i].fault, .texts = &text};

		print_message("case: %s\n", cases[i].code);
		as_path_notes(&notes, NULL, &result, NULL);
		assert_non_null(notes.first);
		assert_ptr_equal(notes.first, notes.last);
		assert_string_equal(notes.first->code, cases[i].code);
		assert_int_equal(notes.first->severity, ASSAY_SEVERITY_DEFAULT);
	}
}

static void unknown_revocation_weighs_more_when_the_settings_want_it_known(void **state)
{
	struct as_smime_notes notes = {.arena = pf_arena()};
	struct as_path_text text = {.fault = AS_SMIME_FAULT_REVOCATION, .text = "Words."};
	struct as_path_result result = {
		.faults = AS_SMIME_FAULT_REVOCATION, .texts = &text, .hard = true};

	(void)state;
	as_path_notes(&notes, NULL, &result, NULL);
	assert_int_equal(notes.first->severity, ASSAY_LOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PATH_TEST(name) cmocka_unit_test_setup_teardown(name, pf_setup, pf_teardown)
		PATH_TEST(weak_algorithms_and_keys_of_the_path_are_faults),
		PATH_TEST(what_the_settings_allow_is_no_reason_but_told_as_information),
		PATH_TEST(a_strong_path_is_preferred_to_a_weak_one),
		PATH_TEST(each_fault_has_a_note_of_its_code),
		PATH_TEST(unknown_revocation_weighs_more_when_the_settings_want_it_known),
	};
	int rc = cmocka_run_group_tests_name("smime_path_weak", tests, NULL, NULL);

	sm_end();
	return rc;
}
