/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_SHOWN_H
#define ASSAY_SMIME_SHOWN_H

#include "base/buffer.h"

/*
 * Addresses that a reader sees in a name: with look-alikes of '@' and '.',
 * fullwidth letters, and characters in between that have no width. " at " and
 * words without a domain are too common in honest names to be one.
 */

/* Appends text as it looks, in plain characters. With characters that turn the
 * direction of writing a turned copy follows on a line of its own. */
bool as_shown_append(struct as_buffer *out, struct as_span text);

/* Appends shown without the blanks round '@', which readers do not mind. Linear. */
bool as_shown_join(struct as_buffer *out, struct as_span shown, bool *any_out);

/* The next address in what as_shown_append() or as_shown_join() made; *offset moves behind it.
 * Begin with 0. Linear over all calls. */
bool as_shown_next(struct as_span shown, size_t *offset, struct as_span *address_out);

#endif
