/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/stream.h"

enum as_clamd_chunk as_clamd_stream_next(struct as_clamd_stream *stream, struct as_span *in,
					 uint64_t room, struct as_span *data_out)
{
	if (stream->left == 0) {
		while (stream->head_size < sizeof(stream->head)) {
			if (in->size == 0)
				return AS_CLAMD_CHUNK_MORE;
			stream->head[stream->head_size++] = in->data[0];
			*in = as_span_from(*in, 1);
		}
		stream->head_size = 0;
		if (!as_span_be32(as_span_make(stream->head, sizeof(stream->head)), 0,
				  &stream->left) ||
		    stream->left == 0)
			return AS_CLAMD_CHUNK_END;
		if (stream->left > room)
			return AS_CLAMD_CHUNK_TOO_LARGE;
	}
	if (in->size == 0)
		return AS_CLAMD_CHUNK_MORE;
	*data_out = as_span_slice(*in, 0, stream->left);
	*in = as_span_from(*in, data_out->size);
	stream->left -= (uint32_t)data_out->size;
	return AS_CLAMD_CHUNK_DATA;
}
