/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_SMIME_H
#define ASSAY_REPORT_SMIME_H

#include "base/buffer.h"

#include <jansson.h>

/*
 * What a verdict says of S/MIME, for `assay smime`. Of the findings those that
 * are about S/MIME and those that say that something was not looked at.
 */
enum as_smime_outcome {
	AS_SMIME_OUTCOME_VALID = 0, /* every signature of the message, and there is
				       one; or it is not signed, and all was opened */
	AS_SMIME_OUTCOME_NOT_VALID = 1,
	AS_SMIME_OUTCOME_FAILED = 2, /* no verdict is possible */
	AS_SMIME_OUTCOME_NONE = 3,   /* the message itself has no S/MIME */
};
enum as_smime_outcome as_smime_report_outcome(const json_t *verdict);

/* {"smime": [...], "findings": [...]} on one line. -ENOMEM. */
int as_smime_report_json(const json_t *verdict, struct as_buffer *out);

/* The layers alone, each with its signers and recipients; nothing without any. */
void as_smime_report_layers(const json_t *verdict, bool colour, struct as_buffer *out);

/* For people: each layer, signer, recipient, finding. -ENOMEM. */
int as_smime_report_draw(const json_t *verdict, bool colour, struct as_buffer *out);

#endif
