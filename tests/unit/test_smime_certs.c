/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include "smime/cert_look.h"
#include "smime/certs.h"
#include "smime/cms.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct as_certs *certs;

static int setup(void **state)
{
	certs = NULL;
	return pf_setup(state);
}

static int teardown(void **state)
{
	as_certs_free(certs);
	return pf_teardown(state);
}

/* Certificates of a message beside a configured intermediate. */
static void open_certs(const struct as_span *ders, size_t count)
{
	struct pf_case path = {.anchors = {sm_root()}, .pool = {pf_middle()}};

	certs = as_certs_new(pf_trust(&path), ders, count);
	assert_non_null(certs);
}

static struct as_span name_der(const X509_NAME *name)
{
	return as_name_octets(name);
}

static struct as_cms_identifier by_issuer(X509 *cert)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);

	return (struct as_cms_identifier){
		.issuer = name_der(X509_get_issuer_name(cert)),
		.serial = as_span_make(ASN1_STRING_get0_data(serial),
				       (size_t)ASN1_STRING_length(serial)),
	};
}

static struct as_cms_identifier by_key_id(X509 *cert)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(cert);

	return (struct as_cms_identifier){
		.key_id = as_span_make(ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id)),
	};
}

static X509 *find(struct as_cms_identifier id)
{
	bool broken = true;
	X509 *found = as_certs_find(certs, &id, NULL, NULL, &broken);

	assert_false(broken);
	return found;
}

static void a_signer_is_found_by_both_kinds_of_names(void **state)
{
	struct as_span ders[2];
	X509 *other = sm_leaf("bob@example.org", sm_key(SM_P256, 0));

	(void)state;
	ders[0] = sm_cert_der(other);
	ders[1] = sm_cert_der(pf_signer());
	open_certs(ders, 2);
	assert_int_equal(X509_cmp(find(by_issuer(pf_signer())), pf_signer()), 0);
	assert_int_equal(X509_cmp(find(by_key_id(pf_signer())), pf_signer()), 0);
	assert_ptr_equal(find(by_key_id(pf_signer())), as_certs_at(certs, 1));
	assert_null(as_certs_at(certs, 2));
	assert_int_equal(as_certs_count(certs), 2);
}

static void a_signer_that_is_only_configured_is_found(void **state)
{
	(void)state;
	open_certs(NULL, 0);
	assert_int_equal(X509_cmp(find(by_issuer(pf_middle())), pf_middle()), 0);
	assert_int_equal(X509_cmp(find(by_key_id(pf_middle())), pf_middle()), 0);
	assert_null(find(by_issuer(pf_signer())));
	assert_null(find(by_key_id(pf_signer())));
	assert_null(find((struct as_cms_identifier){.serial = {NULL, 0}}));
}

static void equal_octets_are_taken_from_the_configured_ones(void **state)
{
	struct as_span der = sm_cert_der(pf_middle());
	struct as_certs *second;
	struct pf_case path = {.anchors = {sm_root()}, .pool = {pf_middle()}};
	struct as_trust *trust = pf_trust(&path);

	(void)state;
	certs = as_certs_new(trust, &der, 1);
	second = as_certs_new(trust, &der, 1);
	assert_non_null(as_certs_at(certs, 0));
	assert_ptr_equal(as_certs_at(certs, 0), as_certs_at(second, 0));
	as_certs_free(second);
}

static void names_are_compared_as_rfc_5280_compares_them(void **state)
{
	/* CN=ISSUING  ca as UTF8String; the certificate has PrintableString. */
	struct as_span value = sm_join(2, sm_oid("2.5.4.3"), sm_tlv(0x0c, sm_text(" ISSUING  ca")));
	struct as_cms_identifier id = by_issuer(pf_signer());
	struct as_span der = sm_cert_der(pf_signer());

	(void)state;
	id.issuer = sm_sequence(sm_set(sm_sequence(value)));
	id.serial = sm_join(2, sm_copy("\0\0", 2), id.serial);
	open_certs(&der, 1);
	assert_int_equal(X509_cmp(find(id), pf_signer()), 0);
	id.serial = sm_join(2, id.serial, sm_copy("\1", 1));
	assert_null(find(id));
}

struct asking {
	X509 *wanted;
	unsigned asked;
};

static bool accept_wanted(void *context, X509 *cert)
{
	struct asking *asking = context;

	asking->asked++;
	return asking->wanted != NULL && X509_cmp(cert, asking->wanted) == 0;
}

static void of_several_with_one_name_the_accepted_one_is_taken(void **state)
{
	struct asking asking = {.asked = 0};
	struct as_cms_identifier id;
	struct as_span ders[21];
	X509 *twins[20];
	bool broken;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		twins[i] = sm_cert(&(struct sm_cert){
			.subject = "/CN=Twin",
			.key = sm_key(SM_P256, i % 8),
			.issuer = sm_root(),
			.issuer_key = sm_root_key(),
			.serial = 77,
			.not_after = SM_NOW + (int64_t)i,
		});
		ders[i] = sm_cert_der(twins[i]);
	}
	ders[20] = ders[0];
	open_certs(ders, 21);
	id = by_issuer(twins[0]);
	asking.wanted = twins[3];
	assert_int_equal(
		X509_cmp(as_certs_find(certs, &id, accept_wanted, &asking, &broken), twins[3]), 0);
	assert_int_equal(asking.asked, 4);
	/* None: the first, after no more questions than allowed. */
	asking = (struct asking){.wanted = NULL};
	assert_int_equal(
		X509_cmp(as_certs_find(certs, &id, accept_wanted, &asking, &broken), twins[0]), 0);
	assert_int_equal(asking.asked, AS_CERTS_ASKED_MAX);
}

static void a_single_one_is_not_asked_for(void **state)
{
	struct as_cms_identifier id = by_issuer(pf_signer());
	struct as_span ders[2];
	struct asking asking = {.asked = 0};
	bool broken;

	(void)state;
	ders[0] = ders[1] = sm_cert_der(pf_signer());
	open_certs(ders, 2);
	assert_non_null(as_certs_find(certs, &id, accept_wanted, &asking, &broken));
	assert_int_equal(asking.asked, 0);
}

/* The signer's certificate with a subject of so many octets. */
static struct as_span large_cert(size_t octets)
{
	struct as_span text = sm_copy(as_arena_alloc(pf_arena(), octets), octets);
	struct sm_extension large = {.oid = "1.2.3.4", .value = sm_octets(text)};

	return sm_cert_der(sm_cert(&(struct sm_cert){
		.subject = "/CN=Large", .key = sm_key(SM_P256, 0), .raw = &large, .raw_count = 1}));
}

static void what_cannot_be_read_is_no_certificate(void **state)
{
	struct as_span der = sm_cert_der(pf_signer());
	struct as_cms_identifier id = by_issuer(pf_signer());
	struct {
		const char *name;
		struct as_span der;
	} cases[] = {
		{"nothing", {NULL, 0}},
		{"cut", as_span_slice(der, 0, der.size - 1)},
		{"longer", sm_join(2, der, sm_copy("", 1))},
		{"text", sm_text("certificate")},
		{"empty sequence", sm_sequence(as_span_make("", 0))},
		{"too large", large_cert(AS_CERT_BYTES_MAX)},
	};
	struct as_span ders[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		ders[i] = cases[i].der;
	open_certs(ders, 6);
	for (size_t i = 0; i < 6; i++) {
		print_message("case: %s\n", cases[i].name);
		assert_null(as_certs_at(certs, i));
	}
	assert_null(find(id));
}

static void only_so_many_octets_are_decoded_in_one_message(void **state)
{
	struct as_span large = large_cert(AS_CERT_BYTES_MAX - 1024), ders[20];
	size_t decoded = 0;
	X509 *issuers[4];
	bool more;

	(void)state;
	for (size_t i = 0; i < 19; i++)
		ders[i] = large;
	ders[19] = sm_cert_der(pf_signer());
	open_certs(ders, 20);
	for (size_t i = 0; i < 20; i++)
		decoded += as_certs_at(certs, i) != NULL;
	assert_int_equal(decoded, AS_CERTS_BYTES_MAX / large.size + 1);
	/* That something is left out is told where it could matter. */
	as_certs_issuers(certs, pf_signer(), issuers, 4, &more);
	assert_true(more);
}

static void a_certificate_that_is_meant_but_cannot_be_decoded_is_told(void **state)
{
	struct as_cms_identifier id = by_issuer(pf_signer());
	struct as_span der = sm_cert_der(pf_signer());
	struct as_cert_look look;
	unsigned char *octets;
	bool broken = false;

	(void)state;
	assert_true(as_cert_look(der, &look));
	octets = (unsigned char *)sm_copy(der.data, der.size).data;
	/* The subject is no set of attributes any more. */
	octets[look.subject.data - der.data + 2] = 0x13;
	der.data = octets;
	open_certs(&der, 1);
	assert_null(as_certs_find(certs, &id, NULL, NULL, &broken));
	assert_true(broken);
}

static void numbers_with_superfluous_octets_are_equal(void **state)
{
	static const struct {
		const char *name, *a, *b;
		size_t a_size, b_size;
		bool equal;
	} cases[] = {
		{"same", "\1\2", "\1\2", 2, 2, true},
		{"zeros", "\0\0\1\2", "\1\2", 4, 2, true},
		{"sign", "\xff\xff\x80", "\x80", 3, 1, true},
		{"a zero that matters", "\0\x80", "\x80", 2, 1, false},
		{"zero", "\0\0", "\0", 2, 1, true},
		{"empty", "", "", 0, 0, true},
		{"empty and zero", "", "\0", 0, 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_serial_equal(as_span_make(cases[i].a, cases[i].a_size),
						 as_span_make(cases[i].b, cases[i].b_size)),
				 cases[i].equal);
	}
}

/* --- names in reports ------------------------------------------------------------------- */

/* One attribute of a name: type, tag of the string, octets. */
static struct as_span attribute(const char *oid, unsigned char tag, struct as_span octets)
{
	return sm_sequence(sm_join(2, sm_oid(oid), sm_tlv(tag, octets)));
}

static void names_are_written_as_rfc_2253_does(void **state)
{
	const struct {
		const char *name;
		struct as_span sets;
		const char *text;
	} cases[] = {
		{"last first",
		 sm_join(2, sm_set(attribute("2.5.4.6", 0x13, sm_text("DE"))),
			 sm_set(attribute("2.5.4.3", 0x0c, sm_text("Alice")))),
		 "CN=Alice,C=DE"},
		{"several in one set",
		 sm_set(sm_join(2, attribute("2.5.4.3", 0x0c, sm_text("A")),
				attribute("2.5.4.11", 0x0c, sm_text("B")))),
		 "OU=B+CN=A"},
		{"specials", sm_set(attribute("2.5.4.3", 0x0c, sm_text(" a,b+c\"\\<>;#d "))),
		 "CN=\\ a\\,b\\+c\\\"\\\\\\<\\>\\;#d\\ "},
		{"number sign", sm_set(attribute("2.5.4.3", 0x0c, sm_text("#1"))), "CN=\\#1"},
		{"UTF-8", sm_set(attribute("2.5.4.3", 0x0c, sm_text("J\xc3\xb6rg"))),
		 "CN=J\xc3\xb6rg"},
		{"BMPString", sm_set(attribute("2.5.4.3", 0x1e, sm_copy("\0J\0\xf6", 4))),
		 "CN=J\xc3\xb6"},
		{"no BMPString", sm_set(attribute("2.5.4.3", 0x14, sm_text("J\xf6"))),
		 "CN=J\xc3\xb6"},
		{"NUL and a control", sm_set(attribute("2.5.4.3", 0x0c, sm_copy("a\0b\x1b[1m", 7))),
		 "CN=a\\x00b\\x1b[1m"},
		{"no UTF-8", sm_set(attribute("2.5.4.3", 0x16, sm_text("a\xff"))), "CN=a\\xff"},
		{"unknown type", sm_set(attribute("1.2.3.4", 0x0c, sm_text("AB"))),
		 "1.2.3.4=#4142"},
		{"no text", sm_set(attribute("2.5.4.3", 0x03, sm_copy("\0AB", 3))), "CN=#4142"},
		{"empty value", sm_set(attribute("2.5.4.3", 0x0c, as_span_make("", 0))), "CN="},
		{"nothing", as_span_make("", 0), ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509_NAME *name = as_name_decode(sm_sequence(cases[i].sets));

		print_message("case: %s\n", cases[i].name);
		assert_non_null(name);
		assert_string_equal(as_cert_name(pf_arena(), name, AS_CERT_NAME_MAX),
				    cases[i].text);
		X509_NAME_free(name);
	}
}

static void a_long_name_is_cut(void **state)
{
	size_t size = 4000;
	char *letters = as_arena_alloc(pf_arena(), size);
	X509_NAME *name;
	const char *text;

	(void)state;
	memset(letters, 'x', size);
	name = as_name_decode(
		sm_sequence(sm_set(attribute("2.5.4.3", 0x0c, as_span_make(letters, size)))));
	assert_non_null(name);
	text = as_cert_name(pf_arena(), name, 100);
	assert_int_equal(strlen(text), 103);
	X509_NAME_free(name);
}

static void a_certificate_is_described_for_reports(void **state)
{
	X509 *cert =
		sm_cert(&(struct sm_cert){.subject = "/C=DE/CN=Alice/emailAddress=a@example.org",
					  .key = sm_key(SM_P256, 0),
					  .issuer = sm_root(),
					  .issuer_key = sm_root_key(),
					  .serial = 0x1234});
	struct as_smime_signer signer = {.key_bits = 1};

	(void)state;
	as_cert_describe(pf_arena(), cert, &signer);
	assert_string_equal(signer.subject, "emailAddress=a@example.org,CN=Alice,C=DE");
	assert_string_equal(signer.issuer, "CN=Test Root");
	assert_string_equal(signer.serial, "1234");
	assert_string_equal(signer.sha256, as_smime_hex(pf_arena(), sm_cert_sha256(cert)));
	assert_int_equal(signer.key_bits, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CERTS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		CERTS_TEST(a_signer_is_found_by_both_kinds_of_names),
		CERTS_TEST(a_signer_that_is_only_configured_is_found),
		CERTS_TEST(equal_octets_are_taken_from_the_configured_ones),
		CERTS_TEST(names_are_compared_as_rfc_5280_compares_them),
		CERTS_TEST(of_several_with_one_name_the_accepted_one_is_taken),
		CERTS_TEST(a_single_one_is_not_asked_for),
		CERTS_TEST(what_cannot_be_read_is_no_certificate),
		CERTS_TEST(only_so_many_octets_are_decoded_in_one_message),
		CERTS_TEST(a_certificate_that_is_meant_but_cannot_be_decoded_is_told),
		CERTS_TEST(numbers_with_superfluous_octets_are_equal),
		CERTS_TEST(names_are_written_as_rfc_2253_does),
		CERTS_TEST(a_long_name_is_cut),
		CERTS_TEST(a_certificate_is_described_for_reports),
	};
	int rc = cmocka_run_group_tests_name("smime_certs", tests, NULL, NULL);

	sm_end();
	return rc;
}
