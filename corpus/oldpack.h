/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_OLDPACK_H
#define ASSAY_CORPUS_OLDPACK_H

#include "bytes.h"

/* Containers of one stored file that no library at hand writes. */
struct co_bytes *co_rar4(const char *name, const struct co_bytes *content);
struct co_bytes *co_rar5(const char *name, const struct co_bytes *content);
struct co_bytes *co_cab(const char *name, const struct co_bytes *content);
struct co_bytes *co_lha(const char *name, const struct co_bytes *content);
struct co_bytes *co_arj(const char *name, const struct co_bytes *content);
/* The header of an ACE archive; the rest is of no known form. */
struct co_bytes *co_ace(void);
/* ISO 9660 (ECMA-119), one file in the root, content below 2 KiB. */
struct co_bytes *co_iso(const char *name, const struct co_bytes *content);

#endif
