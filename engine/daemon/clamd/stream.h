/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_STREAM_H
#define ASSAY_DAEMON_CLAMD_STREAM_H

#include <assay/span.h>

/*
 * The chunks behind INSTREAM: a length of four octets, big endian, and so many
 * octets; a length of zero ends the stream. Pure: octets in, slices out.
 */
struct as_clamd_stream {
	unsigned char head[4]; /* of a length that came in pieces */
	uint32_t head_size;
	uint32_t left; /* octets of the chunk that are still to come */
};

enum as_clamd_chunk {
	AS_CLAMD_CHUNK_MORE = 0,
	AS_CLAMD_CHUNK_DATA,
	AS_CLAMD_CHUNK_END,
	AS_CLAMD_CHUNK_TOO_LARGE, /* the length says so; its octets need not come */
};

/*
 * Takes the next piece of *in, which is moved on. room: how many octets the
 * message may still grow; a chunk that announces more is refused at its length.
 * *data_out is set with AS_CLAMD_CHUNK_DATA, is never empty and lies in *in.
 */
enum as_clamd_chunk as_clamd_stream_next(struct as_clamd_stream *stream, struct as_span *in,
					 uint64_t room, struct as_span *data_out);

#endif
