/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_OLE_H
#define ASSAY_FILETYPE_OLE_H

#include "detect.h"

/*
 * Names the kind of an OLE2 file ([MS-CFB]) by its root class and the streams
 * below its root. An own reader of the directory and not libgsf: it reads two
 * structures only, cannot log, allocates nothing and is fuzzed with the rest.
 * Names nobody knows leave FT_OLE.
 */

/* Directory entries looked at: Word documents with hundreds of embedded
 * objects stay below 4,000. 8,192 entries are 1 MiB of directory. */
#define FT_OLE_ENTRIES_MAX 8192u
/* DIFAT sectors followed: enough for 8 GiB. */
#define FT_OLE_CHAIN_MAX 1024u

bool ft_ole_kind(struct as_span data, struct ft_result *result_out);

#endif
