/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_PRESCAN_H
#define ASSAY_POLICY_PRESCAN_H

#include "base/buffer.h"

/*
 * The grammar of assay.conf depends on the plugins that it names, because
 * each has a section of its own. This finds those names first: it copies the
 * statements `plugins` and `plugin_path` at the top level of a configuration
 * and blanks out everything else, so that lines keep their numbers. Comments
 * and quotes are those of libconfuse. What is malformed is left to the real
 * parser, but for braces that are never closed, which that one forgives: the
 * result is the line of the outermost of them, 0 when there is none.
 *
 * out is empty before. It stays empty when there is no memory.
 */
size_t as_prescan(struct as_span text, struct as_buffer *out);

/* Appends the text with a blank for everything but line ends. */
bool as_prescan_blank(struct as_span text, struct as_buffer *out);

#endif
