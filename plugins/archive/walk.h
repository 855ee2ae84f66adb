/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_WALK_H
#define ASSAY_ARCHIVE_WALK_H

#include "job.h"
#include "sniff.h"

/* Octets of a packed header of 7z, which lists some 50 a member. */
#define ARC_MAX_7Z_HEADER (8u << 20)

/*
 * Opens everything but ZIP and single streams through libarchive: exactly one
 * format is registered, so that no other reader can outbid it, no filter, and
 * nothing that would open a file or start a program. The archive is at the
 * begin of data. end_out: behind its last octet, as far as that is known.
 * Needs a UTF-8 thread locale: in the C locale libarchive turns the names of
 * 7z, RAR and Joliet into question marks.
 */
void arc_walk_open(struct arc_job *job, struct as_span data, enum arc_kind kind, size_t *end_out);

#endif
