/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_INFLATE_H
#define ASSAY_ARCHIVE_INFLATE_H

#include "job.h"

/*
 * Raw deflate (RFC 1951) from the begin of packed. used_out: octets of packed
 * up to the end of the stream, or all of them when it has none. What came out
 * before an error stays in the sink.
 */
enum arc_outcome arc_inflate(struct arc_sink *sink, struct as_span packed, size_t *used_out);

/*
 * gzip (RFC 1952) with all its members, whose outputs are joined as every
 * decompressor does. name_out: the file name of the first member, or empty; it
 * points into packed. used_out: up to the last octet that belongs to a member.
 */
enum arc_outcome arc_gunzip(struct arc_sink *sink, struct as_span packed, struct as_span *name_out,
			    size_t *used_out);

#endif
