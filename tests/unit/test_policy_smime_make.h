/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_POLICY_SMIME_MAKE_H
#define ASSAY_TEST_POLICY_SMIME_MAKE_H

#include "test_inspect_fixture.h"

/*
 * S/MIME as policy sees it, without any cryptography: a message that was really
 * taken apart, with layers that the test makes up. All of it lives until
 * made_deinit().
 */
struct made {
	struct fixture fixture;
	struct as_trust *trust;
	struct as_arena arena;
	struct as_smime_mail *own;
};

/* S/MIME is looked at, without any anchor. */
void made_init(struct made *made);
void made_deinit(struct made *made);
/* Takes the message apart and forgets what layers it has. */
void made_message(struct made *made, const char *text);
/* A mail inside the message, at path. */
struct as_smime_mail *made_inner(struct made *made, const char *path);
/* A layer behind the others of the mail; "" and nothing in all that is not
 * given. */
struct as_smime_layer *made_layer(struct made *made, struct as_smime_mail *mail,
				  enum as_smime_state state);
/* The same, signed: whole, valid, by this address, which is the author's. */
struct as_smime_layer *made_signed(struct made *made, const char *address);
/* One more signer of the layer, good, with its revocation known. */
struct as_smime_signer *made_signer(struct made *made, struct as_smime_layer *layer,
				    const char *address);
/* The signers have faults: what follows is worked out. */
void made_fault(struct as_smime_layer *layer, uint32_t faults, const char *reason);

#endif
