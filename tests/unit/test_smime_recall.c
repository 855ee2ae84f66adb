/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/recall.h"

#include "smimemake.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static X509 *numbered(unsigned int number)
{
	char subject[32];
	const struct sm_cert spec = {
		.subject = subject, .key = sm_key(SM_P256, 0), .ca = true, .serial = number + 1};

	snprintf(subject, sizeof(subject), "/CN=Authority %u", number);
	return sm_cert(&spec);
}

static bool has(const struct as_recall *recall, X509 *cert)
{
	X509 *found = as_recall_find(recall, sm_cert_der(cert));

	X509_free(found);
	return found == cert;
}

static void what_was_kept_is_found_by_its_octets(void **state)
{
	struct as_recall *recall = as_recall_new();
	X509 *one = numbered(1), *two = numbered(2);
	struct as_span der = sm_cert_der(one);

	(void)state;
	assert_non_null(recall);
	assert_false(has(recall, one));
	as_recall_keep(recall, one);
	assert_true(has(recall, one));
	assert_false(has(recall, two));
	/* The same to a bit, or it is another one. */
	assert_null(as_recall_find(recall, sm_flip(der, der.size - 1)));
	assert_null(as_recall_find(recall, sm_flip(der, 8)));
	assert_null(as_recall_find(recall, as_span_slice(der, 0, der.size - 1)));
	assert_null(as_recall_find(recall, as_span_make(NULL, 0)));
	as_recall_free(recall);
}

static void it_outlives_whoever_gave_it(void **state)
{
	struct as_recall *recall = as_recall_new();
	X509 *made = numbered(3);
	struct as_span der = sm_cert_der(made);
	const unsigned char *at = der.data;
	X509 *own = d2i_X509(NULL, &at, (long)der.size);
	X509 *found;

	(void)state;
	as_recall_keep(recall, own);
	X509_free(own);
	found = as_recall_find(recall, der);
	assert_non_null(found);
	as_recall_free(recall);
	/* A reference of the caller's own. */
	assert_int_equal(X509_cmp(found, made), 0);
	X509_free(found);
}

static void the_oldest_one_makes_room(void **state)
{
	struct as_recall *recall = as_recall_new();
	X509 *certs[AS_RECALL_MAX + 2];

	(void)state;
	for (unsigned int i = 0; i < AS_RECALL_MAX + 2; i++) {
		certs[i] = numbered(100 + i);
		as_recall_keep(recall, certs[i]);
		/* Once more changes nothing. */
		as_recall_keep(recall, certs[i]);
	}
	assert_false(has(recall, certs[0]));
	assert_false(has(recall, certs[1]));
	for (unsigned int i = 2; i < AS_RECALL_MAX + 2; i++)
		assert_true(has(recall, certs[i]));
	as_recall_free(recall);
}

static void without_one_nothing_is_kept(void **state)
{
	(void)state;
	as_recall_keep(NULL, numbered(4));
	assert_null(as_recall_find(NULL, sm_cert_der(numbered(4))));
	as_recall_free(NULL);
}

static int end(void **state)
{
	(void)state;
	sm_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_kept_is_found_by_its_octets),
		cmocka_unit_test(it_outlives_whoever_gave_it),
		cmocka_unit_test(the_oldest_one_makes_room),
		cmocka_unit_test(without_one_nothing_is_kept),
	};

	return cmocka_run_group_tests_name("smime recall", tests, NULL, end);
}
