/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_BOMB_H
#define ASSAY_CORPUS_BOMB_H

#include "bytes.h"

/* A gzip file that unpacks to itself, octet by octet, for ever. */
struct co_bytes *co_quine(void);

/* A ZIP with 1 GiB of zeros in 1 MiB. */
struct co_bytes *co_zip_of_zeros(void);
/* Six levels of ZIPs with 8 members each, 4 MiB of zeros at the bottom of each
 * path: 1 TiB in all. The members differ, so that none is a repetition. */
struct co_bytes *co_zip_tree(void);
/* Content in a ZIP in a ZIP, so many levels deep. */
struct co_bytes *co_zip_chain(const char *name, const struct co_bytes *content,
			      unsigned int levels);
/* 60 members that share one run of packed octets. */
struct co_bytes *co_zip_overlap(void);

#endif
