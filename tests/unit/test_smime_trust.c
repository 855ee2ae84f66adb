/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include "base/error.h"
#include "base/log.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Loads one path as one of the lists. */
enum list { ANCHORS, CERTS, CRLS };

static int open_list(enum list list, const char *path, struct as_trust_counts *counts_out,
		     struct as_error *error)
{
	struct as_smime_settings settings = {.enabled = true};
	struct as_trust *trust = NULL;
	int rc;

	if (list == ANCHORS) {
		settings.anchors = &path;
		settings.anchor_count = 1;
	} else if (list == CERTS) {
		settings.certs = &path;
		settings.cert_count = 1;
	} else {
		settings.crls = &path;
		settings.crl_count = 1;
	}
	*error = (struct as_error){.code = 0};
	rc = as_trust_open(&settings, &trust, error);
	if (rc == 0)
		as_trust_counts(trust, counts_out);
	as_trust_close(trust);
	return rc;
}

static void assert_loads(enum list list, const char *path, size_t count)
{
	struct as_trust_counts counts;
	struct as_error error;
	size_t found;

	if (open_list(list, path, &counts, &error) < 0)
		fail_msg("%s", error.text);
	found = list == ANCHORS ? counts.anchors : list == CERTS ? counts.certs : counts.crls;
	assert_int_equal(found, count);
	assert_int_equal(counts.anchors + counts.certs + counts.crls, count);
}

/* The error names the file and says this. */
static void assert_refused(enum list list, const char *path, const char *words)
{
	struct as_trust_counts counts;
	struct as_error error;

	assert_int_equal(open_list(list, path, &counts, &error), AS_E_CONFIG);
	print_message("%s\n", error.text);
	assert_non_null(strstr(error.text, path));
	assert_non_null(strstr(error.text, words));
}

static struct as_span root_pem(void)
{
	return pf_pem("CERTIFICATE", sm_cert_der(sm_root()));
}

static struct as_span some_crl(void)
{
	return sm_crl_der(sm_crl(&(struct sm_crl){.issuer = sm_root(), .key = sm_root_key()}));
}

/* Another self-signed one for each number. */
static struct as_span numbered_root(unsigned number)
{
	return sm_cert_der(sm_cert(&(struct sm_cert){
		.subject = as_arena_printf(pf_arena(), "/CN=Root %u", number),
		.key = sm_key(SM_P256, 0),
		.ca = true,
	}));
}

static void a_file_may_be_pem_with_many_objects_or_der(void **state)
{
	struct as_span two = sm_join(4, sm_text("Two roots.\n"), root_pem(), sm_text("\n# next\n"),
				     pf_pem("X509 CERTIFICATE", numbered_root(1)));
	struct as_span mixed = sm_join(3, pf_pem("PRIVATE KEY", sm_octets(sm_text("no key"))),
				       pf_pem("X509 CRL", some_crl()), root_pem());

	(void)state;
	assert_loads(ANCHORS, pf_write("one.pem", root_pem()), 1);
	assert_loads(ANCHORS, pf_write("two.pem", two), 2);
	assert_loads(ANCHORS, pf_write("one.der", sm_cert_der(sm_root())), 1);
	assert_loads(ANCHORS, pf_write("mixed.pem", mixed), 1);
	assert_loads(CERTS, pf_write("mixed.pem", mixed), 1);
	assert_loads(CRLS, pf_write("mixed.pem", mixed), 1);
	assert_loads(CRLS, pf_write("one.crl", some_crl()), 1);
}

static void the_same_certificate_twice_is_one(void **state)
{
	(void)state;
	assert_loads(ANCHORS, pf_write("twice.pem", sm_join(2, root_pem(), root_pem())), 1);
}

static void trust_settings_of_a_bundle_are_kept(void **state)
{
	X509 *rejected = X509_dup(sm_root());
	ASN1_OBJECT *mail = OBJ_nid2obj(NID_email_protect);
	unsigned char *der = NULL;
	struct as_path_request request;
	struct as_path_result result;
	struct as_smime_settings settings = {.enabled = true};
	struct as_trust *trust = NULL;
	struct as_error error;
	struct as_span signer = sm_cert_der(sm_leaf("a@example.org", sm_key(SM_RSA2048, 2)));
	const char *path;
	int size;

	(void)state;
	assert_int_equal(X509_add1_reject_object(rejected, mail), 1);
	size = i2d_X509_AUX(rejected, &der);
	assert_true(size > 0);
	path = pf_write("reject.pem", pf_pem("TRUSTED CERTIFICATE", sm_copy(der, (size_t)size)));
	OPENSSL_free(der);
	X509_free(rejected);
	settings.anchors = &path;
	settings.anchor_count = 1;
	assert_int_equal(as_trust_open(&settings, &trust, &error), 0);
	request = (struct as_path_request){.trust = trust, .at = SM_NOW, .arena = pf_arena()};
	request.certs = as_certs_new(trust, &signer, 1);
	request.signer = as_certs_at(request.certs, 0);
	as_path_check(&request, &result);
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNTRUSTED);
	assert_true(pf_says(&result, AS_SMIME_FAULT_UNTRUSTED, "is not trusted for mail"));
	as_certs_free(request.certs);
	as_trust_close(trust);
}

static void a_named_file_must_hold_what_it_is_for(void **state)
{
	struct as_span half = as_span_slice(root_pem(), 0, 300);
	struct as_span broken = sm_join(2, root_pem(), pf_pem("CERTIFICATE", sm_text("nothing")));
	struct as_span tail = sm_join(2, sm_cert_der(sm_root()), sm_text("x"));
	struct as_span long_pem = pf_pem("CERTIFICATE", tail);

	(void)state;
	assert_refused(ANCHORS, pf_path("missing.pem"), "No such file");
	assert_refused(ANCHORS, pf_write("empty.pem", sm_text("")), "neither PEM nor DER");
	assert_refused(ANCHORS, pf_write("text", sm_text("Hello.")), "neither PEM nor DER");
	assert_refused(ANCHORS, pf_write("crl.pem", pf_pem("X509 CRL", some_crl())),
		       "holds no certificate");
	assert_refused(CRLS, pf_write("cert.pem", root_pem()), "holds no CRL");
	assert_refused(CRLS, pf_write("cert.der", sm_cert_der(sm_root())),
		       "is no CRL that can be read");
	assert_refused(CERTS, pf_write("crl.der", some_crl()),
		       "is no certificate that can be read");
	assert_refused(ANCHORS, pf_write("half.pem", half), "object 1 is damaged");
	assert_refused(ANCHORS, pf_write("broken.pem", broken), "object 2 is no certificate");
	assert_refused(ANCHORS, pf_write("tail.der", tail), "octets behind");
	assert_refused(ANCHORS, pf_write("tail.pem", long_pem), "object 1 has octets behind");
}

static void a_file_that_is_no_regular_one_is_refused_without_waiting(void **state)
{
	const char *path = pf_path("pipe");

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(ANCHORS, path, "is no regular file");
}

static void a_folder_is_read_without_what_is_hidden_or_of_no_use(void **state)
{
	const char *folder = pf_path("folder");

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	pf_write("folder/a.pem", root_pem());
	pf_write("folder/b.der", numbered_root(1));
	pf_write("folder/.hidden.pem", pf_pem("CERTIFICATE", numbered_root(2)));
	pf_write("folder/README", sm_text("Roots."));
	pf_write("folder/list.pem", pf_pem("X509 CRL", some_crl()));
	pf_write("folder/half.pem", sm_join(2, as_span_slice(root_pem(), 0, 300), sm_text("\n")));
	pf_write("folder/mixed.pem", sm_join(2, pf_pem("CERTIFICATE", sm_text("nothing")),
					     pf_pem("CERTIFICATE", numbered_root(3))));
	assert_int_equal(mkdir(pf_path("folder/below"), 0700), 0);
	pf_write("folder/below/c.pem", pf_pem("CERTIFICATE", numbered_root(4)));
	assert_loads(ANCHORS, folder, 3);
	assert_loads(CRLS, folder, 1);
}

static void an_empty_folder_is_no_error(void **state)
{
	const char *folder = pf_path("nothing");

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_loads(CRLS, folder, 0);
}

static void an_anchor_that_is_not_self_signed_becomes_an_intermediate(void **state)
{
	struct as_trust_counts counts;
	struct pf_case path = {.anchors = {sm_root(), pf_middle()}, .pool = {pf_signer()}};

	(void)state;
	as_trust_counts(pf_trust(&path), &counts);
	assert_int_equal(counts.anchors, 1);
	assert_int_equal(counts.certs, 2);
	path.settings.partial_chain = true;
	as_trust_counts(pf_trust(&path), &counts);
	assert_int_equal(counts.anchors, 2);
}

static void the_earliest_next_update_of_all_lists_is_told(void **state)
{
	struct as_trust_counts counts;
	struct pf_case path = {.settings = {.enabled = true}};

	(void)state;
	as_trust_counts(pf_trust(&path), &counts);
	assert_int_equal(counts.crl_next_update, AS_SMIME_NO_TIME);
	for (unsigned i = 0; i < 3; i++)
		path.crls[i] = sm_crl(&(struct sm_crl){
			.issuer = sm_root(),
			.key = sm_root_key(),
			.number = i + 1,
			.next_update = SM_NOW + (i == 1 ? 5 : 9) * SM_DAY,
		});
	as_trust_counts(pf_trust(&path), &counts);
	assert_int_equal(counts.crls, 3);
	assert_int_equal(counts.crl_next_update, SM_NOW + 5 * SM_DAY);
}

static void a_policy_must_be_an_object_identifier(void **state)
{
	static const char *const policies[] = {"1.2.3", "gold"};
	struct as_smime_settings settings = {.policies = policies, .policy_count = 2};
	struct as_trust *trust = NULL;
	struct as_error error;

	(void)state;
	assert_int_equal(as_trust_open(&settings, &trust, &error), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "gold is no object identifier"));
	assert_null(trust);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PATH_TEST(name) cmocka_unit_test_setup_teardown(name, pf_setup, pf_teardown)
		PATH_TEST(a_file_may_be_pem_with_many_objects_or_der),
		PATH_TEST(the_same_certificate_twice_is_one),
		PATH_TEST(trust_settings_of_a_bundle_are_kept),
		PATH_TEST(a_named_file_must_hold_what_it_is_for),
		PATH_TEST(a_file_that_is_no_regular_one_is_refused_without_waiting),
		PATH_TEST(a_folder_is_read_without_what_is_hidden_or_of_no_use),
		PATH_TEST(an_empty_folder_is_no_error),
		PATH_TEST(an_anchor_that_is_not_self_signed_becomes_an_intermediate),
		PATH_TEST(the_earliest_next_update_of_all_lists_is_told),
		PATH_TEST(a_policy_must_be_an_object_identifier),
	};
	int rc = cmocka_run_group_tests_name("smime_trust", tests, NULL, NULL);

	sm_end();
	return rc;
}
