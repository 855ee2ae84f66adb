/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_ZIP_DATA_H
#define ASSAY_ARCHIVE_ZIP_DATA_H

#include "job.h"
#include "zip_walk.h"

/*
 * Decodes the data of one ZIP member as one of its headers describes it.
 * Stored data is not copied: data_out then points into the archive, otherwise
 * into the sink. used_out: packed octets that belong to the member; less than
 * the header said when a stream ended by itself.
 */
enum arc_outcome zip_data_decode(struct arc_sink *sink, struct as_span archive, size_t data_at,
				 const struct zip_record *record, struct as_span *data_out,
				 size_t *used_out);

#endif
