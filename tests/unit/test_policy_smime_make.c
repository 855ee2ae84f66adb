/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_policy_smime_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SIGNERS_MAX 8u

void made_init(struct made *made)
{
	const struct as_smime_settings settings = {.enabled = true};
	struct as_error error = {.text = ""};

	*made = (struct made){.own = NULL};
	fixture_init(&made->fixture);
	as_arena_init(&made->arena, 1u << 22);
	assert_int_equal(as_trust_open(&settings, &made->trust, &error), 0);
	made->fixture.engine.trust = made->trust;
}

void made_deinit(struct made *made)
{
	fixture_deinit(&made->fixture);
	as_trust_close(made->trust);
	as_arena_deinit(&made->arena);
}

static struct as_smime_mail *new_mail(struct made *made, const char *path)
{
	struct as_smime_mail *mail = as_arena_alloc(&made->arena, sizeof(*mail));

	assert_non_null(mail);
	mail->path = path;
	mail->notes.arena = &made->arena;
	return mail;
}

void made_message(struct made *made, const char *text)
{
	struct assay_scan *scan;

	fixture_message(&made->fixture, text);
	scan = made->fixture.scan;
	made->own = new_mail(made, "");
	made->own->own = true;
	if (scan->trees != NULL) {
		made->own->tree = scan->trees->tree;
		made->own->root = scan->trees->tree->root;
	}
	scan->smime.first = scan->smime.last = made->own;
}

struct as_smime_mail *made_inner(struct made *made, const char *path)
{
	struct assay_scan *scan = made->fixture.scan;
	struct as_smime_mail *mail = new_mail(made, path);

	scan->smime.last->next = mail;
	scan->smime.last = mail;
	return mail;
}

struct as_smime_layer *made_layer(struct made *made, struct as_smime_mail *mail,
				  enum as_smime_state state)
{
	struct as_smime_layer *layer = as_arena_alloc(&made->arena, sizeof(*layer));

	assert_non_null(layer);
	*layer = (struct as_smime_layer){
		.number = mail->layer_count++,
		.path = "",
		.state = state,
		.reason = "",
		.cipher = "",
		.mail = mail,
		.tree = mail->tree,
		.entity = mail->root,
	};
	layer->signers = as_arena_array(&made->arena, SIGNERS_MAX, sizeof(*layer->signers));
	assert_non_null(layer->signers);
	if (mail->last != NULL)
		mail->last->next = layer;
	else
		mail->first = layer;
	mail->last = layer;
	return layer;
}

struct as_smime_signer *made_signer(struct made *made, struct as_smime_layer *layer,
				    const char *address)
{
	struct as_smime_signer *signer = &layer->signers[layer->signer_count++];
	const char **addresses = as_arena_array(&made->arena, 1, sizeof(*addresses));

	assert_true(layer->signer_count <= SIGNERS_MAX);
	assert_non_null(addresses);
	addresses[0] = address;
	*signer = (struct as_smime_signer){
		.subject = "CN=Somebody",
		.issuer = "CN=Test Root",
		.serial = "1a2b",
		.sha256 = "",
		.addresses = addresses,
		.address_count = address != NULL ? 1 : 0,
		.signing_time = AS_SMIME_NO_TIME,
		.digest = "sha256",
		.algorithm = "rsa",
		.key_bits = 2048,
		.signature = AS_SMIME_SIG_VALID,
		.chain = AS_SMIME_CHAIN_TRUSTED,
		.revocation = AS_SMIME_REVOCATION_GOOD,
		.reason = "",
	};
	return signer;
}

struct as_smime_layer *made_signed(struct made *made, const char *address)
{
	struct as_smime_layer *layer = made_layer(made, made->own, AS_SMIME_SIGNED_CLEAR);

	made_signer(made, layer, address)->from_match = true;
	layer->coverage = AS_SMIME_WHOLE;
	layer->valid = AS_SMIME_YES;
	return layer;
}

void made_fault(struct as_smime_layer *layer, uint32_t faults, const char *reason)
{
	layer->signers[layer->signer_count - 1].faults = faults;
	layer->valid = as_smime_layer_valid(layer, 0);
	layer->reason = reason;
}
