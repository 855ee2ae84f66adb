/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CROSSCHECK_H
#define ASSAY_MIME_CROSSCHECK_H

#include "mime/mime.h"

/* GMime counts the octets of a memory stream in 32 bits. */
#define AS_GMIME_BYTES_MAX ((size_t)INT32_MAX)
/* It warned 2 million times of a message of 4 MB. */
#define AS_GMIME_WARNINGS_MAX 256u

/*
 * A second opinion: GMime parses the same octets, and each of its leaves that
 * is no leaf of the tree becomes an extra with the note mime.hidden_part. Sets
 * gmime_agreed.
 *
 * The caller has made sure that no limit of raw.h is exceeded and that the
 * tree was not cut: GMime recurses for address groups on this thread's stack,
 * and it ends the process when it gets no memory. -ENOMEM.
 */
int as_crosscheck(struct as_mime_tree *tree);

#endif
