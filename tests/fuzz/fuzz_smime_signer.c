/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/signer.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)64 << 20)
#define NOW	    ((int64_t)1760000000)

static const char text[] = "Content-Type: text/plain\n\nGood morning,\nAlice\n";

static struct as_trust *open_trust(void)
{
	static const struct as_smime_settings settings = {.enabled = true};
	struct as_trust *trust = NULL;
	struct as_error error;

	if (as_trust_open(&settings, &trust, &error) != 0) {
		fprintf(stderr, "%s\n", error.text);
		abort();
	}
	return trust;
}

/* What no input may bring about without any anchor. */
static void check(const struct as_smime_layer *layer)
{
	if (layer->valid == AS_SMIME_YES)
		abort();
	for (size_t i = 0; i < layer->signer_count; i++)
		if (layer->signers[i].chain == AS_SMIME_CHAIN_TRUSTED ||
		    layer->signers[i].reason == NULL)
			abort();
}

static void verify(const struct as_trust *trust, struct as_span octets, bool detached)
{
	struct as_arena arena;
	struct as_smime_notes notes = {.arena = &arena};
	struct as_smime_layer layer = {.reason = ""};
	struct as_cms_parse parse;
	struct as_signers_request request = {
		.trust = trust,
		.cms = &parse.cms,
		.layer = &layer,
		.notes = &notes,
		.arena = &arena,
		.detached = detached,
		.try_canonical = detached,
		.at = NOW,
	};
	X509 **certs;

	as_arena_init(&arena, ARENA_BYTES);
	as_cms_parse(&arena, octets, &parse);
	if (parse.result == AS_CMS_OK) {
		layer.state = as_cms_state(&parse.cms, detached);
		request.content = detached ? as_span_text(text) : parse.cms.econtent;
		request.content_missing = !detached && !parse.cms.has_econtent;
		request.certs = as_certs_new(trust, parse.cms.certs, parse.cms.cert_count);
		if (request.certs == NULL)
			abort();
		if (as_signers_verify(&request, &certs) == 0)
			check(&layer);
		as_certs_free(request.certs);
	}
	as_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct as_trust *trust;

	if (trust == NULL)
		trust = open_trust();
	verify(trust, as_span_make(data, size), false);
	verify(trust, as_span_make(data, size), true);
	return 0;
}
