/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CLAIMS_VALUE_H
#define ASSAY_MIME_CLAIMS_VALUE_H

#include "mime/claims_reader.h"

/*
 * Adds to the boundaries what stands in the zone at offset, behind a '=', in
 * all ways to read it: with quotes and without, cut at whatever may end a
 * value, comments kept and dropped, encoded words and percent signs resolved.
 * A value that everybody reads alike gives one. The answer is the text as a
 * section of RFC 2231 would have it.
 */
struct as_span as_claim_value_read(struct as_claim_reader *reader, size_t offset,
				   const struct as_claim_site *site);

/* Text as it is, as a boundary; what it takes off the budget is charged. */
void as_claim_value_put(struct as_claim_reader *reader, struct as_span text,
			const struct as_claim_site *site, enum as_claim_form form);

/* Text and what remains of it without backslashes, quotes, comments, folds ...
 * as boundaries. */
void as_claim_value_add(struct as_claim_reader *reader, struct as_span text,
			const struct as_claim_site *site, enum as_claim_form form);

#endif
