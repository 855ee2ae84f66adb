/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_ZIP_OPEN_H
#define ASSAY_ARCHIVE_ZIP_OPEN_H

#include "job.h"

/*
 * Opens a ZIP in both views and emits the union of them; what differs is
 * archive.header_mismatch. data is where a ZIP is expected: octets in front of
 * the first header are allowed and reported as archive.format_unusual when
 * quiet_prefix is false. Answers how many members were found. end_out: behind
 * the comment of the last archive.
 */
size_t zip_open(struct arc_job *job, struct as_span data, bool quiet_prefix, size_t *end_out);

#endif
