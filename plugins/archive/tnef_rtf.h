/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_TNEF_RTF_H
#define ASSAY_ARCHIVE_TNEF_RTF_H

#include "job.h"

/*
 * Compressed RTF (MS-OXRTFCP). The sizes and the checksum in its header are
 * left aside: the text ends at its end mark, or where the octets end. Writes
 * at most nine octets for one, each of them charged by the sink.
 */
enum arc_outcome tnef_rtf_expand(struct as_span packed, struct arc_sink *sink);

#endif
