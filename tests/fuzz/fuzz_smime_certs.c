/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/utf8.h"
#include "smime/cert_look.h"
#include "smime/certs.h"
#include "smime/cms.h"

#include <openssl/err.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input is a row of elements: certificates and CRLs of a message. */
#define ELEMENTS_MAX 12u
#define ARENA_BYTES  ((size_t)64 << 20)
#define NOW	     ((int64_t)1760000000)

static struct as_trust *trust;

static bool open_trust(void)
{
	static const struct as_smime_settings settings = {.enabled = true};
	struct as_error error;

	return trust != NULL || as_trust_open(&settings, &trust, &error) == 0;
}

static bool accept_none(void *context, X509 *cert)
{
	unsigned *asked = context;

	AS_ASSERT(cert != NULL);
	(*asked)++;
	return false;
}

static void check_text(const char *text)
{
	AS_ASSERT(text != NULL && as_utf8_valid(as_span_text(text)));
}

static void check_described(struct as_arena *arena, X509 *cert)
{
	struct as_smime_signer signer = {.key_bits = 0};

	as_cert_describe(arena, cert, &signer);
	check_text(signer.subject);
	check_text(signer.issuer);
	check_text(signer.serial);
	AS_ASSERT(strlen(signer.sha256) == 64);
	as_cert_key_faults(cert);
}

/* Whoever is decoded is found by the names that it has. */
static void check_found(struct as_certs *certs, struct as_span der)
{
	struct as_cms_identifier id = {.key_id = {NULL, 0}};
	struct as_cert_look look;
	unsigned asked = 0;
	bool broken;

	if (!as_cert_look(der, &look))
		return;
	id.issuer = look.issuer;
	id.serial = look.serial;
	AS_ASSERT(as_certs_find(certs, &id, accept_none, &asked, &broken) != NULL);
	AS_ASSERT(asked <= AS_CERTS_ASKED_MAX);
	if (look.key_id.size > 0) {
		id = (struct as_cms_identifier){.key_id = look.key_id};
		AS_ASSERT(as_certs_find(certs, &id, NULL, NULL, &broken) != NULL);
	}
}

static void check_path(struct as_arena *arena, struct as_certs *certs, X509 *signer,
		       const struct as_span *elements, size_t count)
{
	struct as_smime_notes notes = {.arena = arena};
	struct as_path_request request = {
		.trust = trust,
		.certs = certs,
		.crls = elements,
		.crl_count = count,
		.signer = signer,
		.at = NOW,
		.arena = arena,
	};
	struct as_path_result result;

	as_path_check(&request, &result);
	/* Without anchors nothing is good. */
	AS_ASSERT(result.chain != AS_SMIME_CHAIN_TRUSTED && result.faults != 0);
	AS_ASSERT(result.subject_count >= 1 && result.subject_count <= AS_PATH_DEPTH_MAX);
	AS_ASSERT(*result.reason != '\0');
	check_text(result.reason);
	as_path_notes(&notes, NULL, &result, NULL);
	AS_ASSERT(notes.first != NULL && !notes.lost);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span rest = as_span_make(data, size), elements[ELEMENTS_MAX];
	struct as_certs *certs;
	struct as_arena arena;
	struct as_ber element;
	size_t count = 0;

	AS_ASSERT(open_trust());
	as_arena_init(&arena, ARENA_BYTES);
	while (count < ELEMENTS_MAX && as_ber_next(&rest, &element))
		elements[count++] = element.whole;
	certs = as_certs_new(trust, elements, count);
	AS_ASSERT(certs != NULL);
	for (size_t i = 0; i < count; i++) {
		X509 *cert = as_certs_at(certs, i);
		struct as_span issuer;

		if (as_crl_look(elements[i], &issuer))
			as_certs_crl(certs, elements[i]);
		if (cert == NULL)
			continue;
		check_described(&arena, cert);
		check_found(certs, elements[i]);
		check_path(&arena, certs, cert, elements, count);
	}
	AS_ASSERT(ERR_peek_error() == 0);
	as_certs_free(certs);
	as_arena_deinit(&arena);
	return 0;
}
