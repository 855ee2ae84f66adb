/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_TNEF_H
#define ASSAY_ARCHIVE_TNEF_H

#include "job.h"

/* Contents of one attachment that share its names. An honest one has one; a
 * further one begins a new attachment of the same names. */
#define TNEF_MAX_PAYLOADS 4u

/*
 * Opens a TNEF stream (winmail.dat; MS-OXTNEF): its attachments become members,
 * embedded messages among them as TNEF streams of their own, its texts derived
 * objects "body". What stands between attributes and belongs to none becomes a
 * derived object "gap". Several streams in a row are one container.
 */
void tnef_open(struct arc_job *job, struct as_span data);

#endif
