/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CLAIMS_NAME_H
#define ASSAY_MIME_CLAIMS_NAME_H

#include "mime/claims_reader.h"

/*
 * Content-* fields under names that only lenient readers know: mangled by
 * blanks, controls, comments and folds, misspelt, without a colon, with two,
 * behind a lone CR, or in a continuation line. What they say is added with the
 * form AS_CLAIM_LOOSE.
 */

/* What is passed over in front of a name and within it. */
#define AS_CLAIM_NAME_PADS 64u

void as_claim_names_search(struct as_claim_reader *reader, const struct as_claims *claims);

#endif
