/* SPDX-License-Identifier: BSD-2-Clause */
/* What all layers of one message share: hashing, keys, certificates, inflating. */
#include "smime/cert_look.h"
#include "smime/certs.h"
#include "smime/digest.h"
#include "smime/mail.h"

#include "smimemake.h"

#include <stdlib.h>
#include <zlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define MIB ((size_t)1 << 20)

static struct {
	struct as_arena arena;
	struct as_trust *trust;
	struct as_smime_session session;
	struct as_smime_mail *mail;
	struct as_buffer made;
} run;

static int set_up(void **state)
{
	static const struct as_smime_settings settings = {.enabled = true};
	struct as_error error;

	(void)state;
	memset(&run, 0, sizeof(run));
	as_arena_init(&run.arena, 64 * MIB);
	assert_int_equal(as_trust_open(&settings, &run.trust, &error), 0);
	run.session = (struct as_smime_session){
		.trust = run.trust, .arena = &run.arena, .at = SM_NOW, .max_bytes = 64 * MIB};
	assert_int_equal(as_smime_mail_new(&run.session, "", NULL, NULL, true, &run.mail), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_buffer_deinit(&run.made);
	as_trust_close(run.trust);
	as_arena_deinit(&run.arena);
	sm_end();
	return 0;
}

/* A bare object. */
static const struct as_smime_layer *judge(struct as_span octets)
{
	const struct as_smime_subject subject = {
		.place = {run.mail, NULL}, .path = "", .octets = octets};
	struct as_smime_layer *layer = NULL;

	as_buffer_deinit(&run.made);
	as_buffer_init(&run.made, 64 * MIB);
	assert_int_equal(as_smime_judge(&run.session, &subject, &run.made, &layer), 0);
	assert_non_null(layer);
	return layer;
}

static bool limited(const struct as_smime_layer *layer)
{
	return as_smime_noted(&run.mail->notes, layer, "smime.limit_exceeded");
}

static struct as_span signed_object(const char *text)
{
	return sm_sign(sm_text(text), false, sm_leaf("a@example.org", sm_key(SM_P256, 0)),
		       sm_key(SM_P256, 0));
}

static void a_layer_adds_to_the_cost_of_its_message(void **state)
{
	const struct as_smime_layer *layer = judge(signed_object("hello"));

	(void)state;
	assert_int_equal(layer->signer_count, 1);
	assert_int_equal(layer->signers[0].signature, AS_SMIME_SIG_VALID);
	assert_true(run.session.cost > 0 && run.session.cost < AS_SMIME_COST_MAX / 64);
	assert_int_equal(run.session.hashed, 5);
}

static void what_other_layers_have_used_up_is_not_verified(void **state)
{
	static const struct {
		const char *name;
		unsigned cost;
		size_t hashed;
		uint32_t layers;
		bool skipped;
	} rows[] = {
		{"nothing", 0, 0, 0, false},
		{"cost, not quite", AS_SMIME_COST_MAX - 1, 0, 0, false},
		{"cost", AS_SMIME_COST_MAX, 0, 0, true},
		{"octets", 0, AS_SMIME_HASHED_BYTES_MAX, 0, true},
		{"layers", 0, 0, AS_SMIME_LAYERS_MAX, true},
	};
	struct as_span octets = signed_object("hello");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct as_smime_layer *layer;

		print_message("case: %s\n", rows[i].name);
		run.session.cost = rows[i].cost;
		run.session.hashed = rows[i].hashed;
		run.session.layer_count = rows[i].layers;
		layer = judge(octets);
		assert_int_equal(limited(layer), rows[i].skipped);
		assert_int_equal(layer->signer_count, rows[i].skipped ? 0 : 1);
		if (rows[i].skipped)
			assert_int_equal(layer->valid, AS_SMIME_UNKNOWN);
		/* It is inspected all the same. */
		assert_int_equal(layer->content.size, 5);
	}
}

static const struct as_oid *nth_digest(size_t n)
{
	static const enum as_oid_id ids[] = {AS_OID_SHA256, AS_OID_SHA384, AS_OID_SHA512,
					     AS_OID_SHA224, AS_OID_SHA1,   AS_OID_SHA3_256};

	return as_oid_get(ids[n]);
}

static size_t digests_computed(size_t size)
{
	struct as_content_digests *digests = calloc(1, sizeof(*digests));
	unsigned char *content = calloc(1, size);
	struct as_span value;
	size_t count = 0;

	assert_non_null(digests);
	assert_non_null(content);
	digests->content = as_span_make(content, size);
	for (size_t n = 0; n < 6; n++)
		for (int form = 0; form < AS_CONTENT_FORMS; form++)
			count += as_content_digest(digests, nth_digest(n),
						   (enum as_content_form)form, &value);
	assert_int_equal(digests->hashed, count * size);
	free(content);
	free(digests);
	return count;
}

static void many_digests_of_a_long_text_are_not_computed(void **state)
{
	(void)state;
	assert_int_equal(digests_computed(1000), 12);
	assert_int_equal(digests_computed(2 * MIB), 8);
	assert_int_equal(digests_computed(AS_CONTENT_DIGEST_BYTES_MAX + 1),
			 AS_CONTENT_DIGESTS_FREE);
}

static void a_certificate_above_the_size_is_told_to_be_left_out(void **state)
{
	const struct as_span usual = sm_cert_der(sm_root());
	static const unsigned char zeros[AS_CERT_BYTES_MAX];
	const struct as_span large = sm_sequence(sm_octets(sm_copy(zeros, sizeof(zeros))));
	struct as_certs *certs = as_certs_new(run.trust, &usual, 1);

	(void)state;
	assert_non_null(certs);
	assert_false(as_certs_left_out(certs));
	assert_int_equal(as_certs_work(certs), 0);
	assert_non_null(as_certs_at(certs, 0));
	assert_true(as_certs_work(certs) > 0);
	as_certs_free(certs);
	certs = as_certs_new(run.trust, &large, 1);
	assert_non_null(certs);
	assert_true(as_certs_left_out(certs));
	assert_null(as_certs_at(certs, 0));
	as_certs_free(certs);
}

static struct as_span compressed_zeros(size_t size)
{
	uLongf packed = compressBound(size);
	unsigned char *text = calloc(1, size), *out = malloc(packed);
	struct as_span octets;

	assert_non_null(text);
	assert_non_null(out);
	assert_int_equal(compress2(out, &packed, text, size, 9), Z_OK);
	octets = sm_octets(sm_copy(out, packed));
	free(text);
	free(out);
	return sm_sequence(sm_join(
		2, sm_oid("1.2.840.113549.1.9.16.1.9"),
		sm_tlv(0xa0, sm_sequence(sm_join(3, sm_uint(0),
						 sm_algorithm("1.2.840.113549.1.9.16.3.8",
							      as_span_make(NULL, 0)),
						 sm_sequence(sm_join(2, sm_oid(SM_OID_DATA),
								     sm_tlv(0xa0, octets))))))));
}

static void small_bombs_together_are_a_bomb(void **state)
{
	struct as_span octets = compressed_zeros(6 * MIB);

	(void)state;
	assert_int_equal(judge(octets)->opening, AS_SMIME_OPEN_DONE);
	assert_int_equal(run.session.inflation.made, 6 * MIB);
	assert_int_equal(judge(octets)->opening, AS_SMIME_OPEN_LIMIT);
	assert_int_equal(run.made.size, 0);
	assert_int_equal(judge(octets)->opening, AS_SMIME_OPEN_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_layer_adds_to_the_cost_of_its_message, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_other_layers_have_used_up_is_not_verified,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_digests_of_a_long_text_are_not_computed,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_certificate_above_the_size_is_told_to_be_left_out,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(small_bombs_together_are_a_bomb, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("smime_cost", tests, NULL, NULL);
}
