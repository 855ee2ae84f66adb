/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_STREAM_H
#define ASSAY_ARCHIVE_STREAM_H

#include "job.h"
#include "sniff.h"

/* The name of what a compressed file holds; longer ones lose their begin. */
#define ARC_MAX_INNER_NAME 1024u

/*
 * Decodes one compressed stream that is given in pieces, so that a header can
 * be put in front of octets that stay where they are. filter is a code of
 * libarchive (ARCHIVE_FILTER_XZ and so on), or ARCHIVE_FILTER_NONE for a ZIP
 * of one member without directory. Only filters inside of libarchive are used;
 * those that would start a program are refused as ARC_UNKNOWN. used_out:
 * octets taken from the pieces.
 */
enum arc_outcome arc_stream_decode(struct arc_sink *sink, const struct as_span *pieces,
				   size_t piece_count, int filter, size_t *used_out);

/* Opens a compressed file as one child. end_out: behind its last octet. */
void arc_stream_open(struct arc_job *job, struct as_span data, enum arc_kind kind, size_t *end_out);

#endif
