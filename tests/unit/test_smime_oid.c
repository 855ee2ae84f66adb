/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/oid_table.h"

#include "smime/ber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)1024 * 1024)

static void octets_and_dotted_form_agree(void **state)
{
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, ARENA_BYTES);
	for (size_t i = 0; i < as_oid_table_count; i++) {
		const struct as_oid *oid = &as_oid_table[i];

		assert_string_equal(as_ber_oid_text(&arena, oid->octets), oid->dotted);
		assert_ptr_equal(as_oid_find(oid->octets), oid);
	}
	as_arena_deinit(&arena);
}

static void the_table_is_in_order(void **state)
{
	(void)state;

	for (size_t i = 1; i < as_oid_table_count; i++) {
		struct as_span a = as_oid_table[i - 1].octets, b = as_oid_table[i].octets;

		assert_true(a.size < b.size ||
			    (a.size == b.size && memcmp(a.data, b.data, a.size) < 0));
	}
}

static void every_id_has_an_entry(void **state)
{
	(void)state;

	for (int id = AS_OID_UNKNOWN + 1; id <= AS_OID_ZLIB; id++) {
		const struct as_oid *oid = as_oid_get((enum as_oid_id)id);

		assert_non_null(oid);
		assert_int_equal(oid->id, id);
		assert_true(oid->name[0] != '\0');
	}
	assert_null(as_oid_get(AS_OID_UNKNOWN));
}

static void names_for_openssl_can_be_fetched(void **state)
{
	(void)state;

	for (size_t i = 0; i < as_oid_table_count; i++) {
		const struct as_oid *oid = &as_oid_table[i];

		if (oid->openssl == NULL)
			continue;
		print_message("case: %s\n", oid->dotted);
		if (oid->kind == AS_OID_DIGEST) {
			EVP_MD *digest = EVP_MD_fetch(NULL, oid->openssl, NULL);

			assert_non_null(digest);
			EVP_MD_free(digest);
		} else if (oid->kind == AS_OID_CIPHER || oid->kind == AS_OID_WRAP) {
			EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, oid->openssl, NULL);

			assert_non_null(cipher);
			EVP_CIPHER_free(cipher);
		}
	}
	ERR_clear_error();
}

/* The library's own table as the second source. */
static void signature_algorithms_fix_the_digest_that_openssl_knows(void **state)
{
	(void)state;

	for (size_t i = 0; i < as_oid_table_count; i++) {
		const struct as_oid *oid = &as_oid_table[i];
		int digest_nid, key_nid, nid = OBJ_txt2nid(oid->dotted);
		const struct as_oid *digest = as_oid_get(oid->digest);

		if (oid->kind != AS_OID_SIGNATURE || nid == NID_undef ||
		    OBJ_find_sigid_algs(nid, &digest_nid, &key_nid) != 1 || digest_nid == NID_undef)
			continue;
		print_message("case: %s\n", oid->dotted);
		assert_non_null(digest);
		assert_int_equal(OBJ_txt2nid(digest->dotted), digest_nid);
	}
}

static void unknown_ones_are_shown_dotted(void **state)
{
	static const unsigned char unknown[] = {0x2a, 0x03, 0x04};
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, ARENA_BYTES);
	assert_null(as_oid_find(as_span_make(unknown, sizeof(unknown))));
	assert_null(as_oid_find(as_span_make(NULL, 0)));
	assert_string_equal(as_oid_name(&arena, as_span_make(unknown, sizeof(unknown))), "1.2.3.4");
	assert_string_equal(as_oid_name(&arena, as_oid_get(AS_OID_SHA256)->octets), "sha256");
	as_arena_deinit(&arena);
}

static void post_quantum_families_are_named_one_by_one(void **state)
{
	static const struct {
		unsigned char last;
		enum as_oid_id id;
		const char *name;
	} cases[] = {
		{17, AS_OID_ML_DSA, "ml-dsa-44"},
		{19, AS_OID_ML_DSA, "ml-dsa-87"},
		{20, AS_OID_SLH_DSA, "slh-dsa-sha2-128s"},
		{31, AS_OID_SLH_DSA, "slh-dsa-shake-256f"},
	};
	unsigned char octets[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_oid *oid;

		octets[sizeof(octets) - 1] = cases[i].last;
		oid = as_oid_find(as_span_make(octets, sizeof(octets)));
		assert_non_null(oid);
		assert_int_equal(oid->id, cases[i].id);
		assert_string_equal(oid->name, cases[i].name);
		assert_null(oid->openssl);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(octets_and_dotted_form_agree),
		cmocka_unit_test(the_table_is_in_order),
		cmocka_unit_test(every_id_has_an_entry),
		cmocka_unit_test(names_for_openssl_can_be_fetched),
		cmocka_unit_test(signature_algorithms_fix_the_digest_that_openssl_knows),
		cmocka_unit_test(unknown_ones_are_shown_dotted),
		cmocka_unit_test(post_quantum_families_are_named_one_by_one),
	};
	return cmocka_run_group_tests_name("smime_oid", tests, NULL, NULL);
}
