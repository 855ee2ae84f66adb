/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_KEEPER_KEYS_H
#define ASSAY_POOL_KEEPER_KEYS_H

#include "pool/keeper.h"
#include "smime/open.h"
#include "smime/settings.h"

/* Private keys of S/MIME as the duty of a keeper, and workers' way to them. */

/* settings: with key_count above 0; must outlive the keeper. */
void as_keeper_duty_keys(const struct as_smime_settings *settings, struct as_keeper_duty *duty_out);

struct as_key_client;

/* In load(): what the keeper has. Without a keeper (NULL) there are no keys.
 * AS_E_PROTOCOL, -ENOMEM. */
int as_key_client_open(struct as_keeper *keeper, struct as_key_client **client_out,
		       struct as_error *error);
void as_key_client_close(struct as_key_client *client);
/* For workers; valid as long as the client. */
void as_key_client_ops(struct as_key_client *client, struct as_key_ops *ops_out);

#endif
