/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_ANSWER_SMIME_H
#define ASSAY_POLICY_ANSWER_SMIME_H

#include "inspect/scan.h"

/*
 * What two header fields say of the S/MIME of the message itself; of messages
 * inside it nothing. In ASCII, lines folded, NULL without memory.
 */

/* Layers that are named; behind them ", ...". */
#define AS_ANSWER_LAYERS 8u

/* "none", "unknown" (not taken apart), "off", or for each layer, outermost
 * first, with commas between: "signed-clear; valid=yes; coverage=whole;
 * author=yes; signer="a@example.org"", "enveloped; opened=no-key;
 * cipher=aes256-cbc". */
const char *as_answer_smime_state(struct as_arena *arena, const struct assay_scan *scan);

/* RFC 8601 with the method of RFC 7281: "%s; smime=pass ...", once for each
 * signed layer; the hole is for the name of the server. */
const char *as_answer_smime_results(struct as_arena *arena, const struct assay_scan *scan);

#endif
