/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/open.h"

#include <errno.h>
#include <zlib.h>

/* What is inflated and charged at once. */
#define PIECE_BYTES (64u << 10)
/* avail_in is an unsigned int. */
#define FEED_BYTES (1u << 30)

enum end {
	END_FINE = 0,
	END_DAMAGED,
	END_LIMIT,
	END_CHARGE,
	END_MEMORY,
};

struct inflating {
	const struct as_open_request *request;
	as_open_charge *charge;
	void *context;
	struct as_span rest; /* not fed yet */
	z_stream stream;
	size_t fed;
};

static void feed(struct inflating *inflating)
{
	struct as_span piece = as_span_slice(inflating->rest, 0, FEED_BYTES);

	if (inflating->stream.avail_in > 0 || piece.size == 0)
		return;
	/* zlib does not write there; its type is older than const. */
	inflating->stream.next_in = (unsigned char *)(uintptr_t)piece.data;
	inflating->stream.avail_in = (unsigned int)piece.size;
	inflating->fed += piece.size;
	inflating->rest = as_span_from(inflating->rest, piece.size);
}

/* A hundred small bombs are a large one, beside each other or in one another. */
static bool is_bomb(const struct inflating *inflating, size_t made)
{
	const struct as_inflation *before = inflating->request->inflation;
	size_t used = inflating->fed - inflating->stream.avail_in;

	if (made > inflating->request->max_bytes)
		return true;
	if (before != NULL) {
		made += before->made;
		used += before->used;
	}
	return made > AS_OPEN_RATIO_FLOOR && made / AS_OPEN_RATIO_MAX > used;
}

static void add_up(const struct inflating *inflating, size_t made)
{
	struct as_inflation *inflation = inflating->request->inflation;

	if (inflation == NULL)
		return;
	inflation->used += inflating->fed - inflating->stream.avail_in;
	inflation->made += made;
}

/* One piece; *more_out is false at the end of the stream. */
static enum end step(struct inflating *inflating, struct as_buffer *content, bool *more_out)
{
	unsigned char *room;
	size_t made;
	int rc;

	if (inflating->charge != NULL && !inflating->charge(inflating->context, PIECE_BYTES))
		return END_CHARGE;
	room = as_buffer_reserve(content, PIECE_BYTES);
	if (room == NULL)
		return END_MEMORY;
	feed(inflating);
	inflating->stream.next_out = room;
	inflating->stream.avail_out = PIECE_BYTES;
	rc = inflate(&inflating->stream, Z_NO_FLUSH);
	made = PIECE_BYTES - inflating->stream.avail_out;
	as_buffer_commit(content, made);
	if (is_bomb(inflating, content->size))
		return END_LIMIT;
	if (rc == Z_STREAM_END) {
		*more_out = false;
		return END_FINE;
	}
	if (rc == Z_MEM_ERROR)
		return END_MEMORY;
	/* Z_BUF_ERROR: nothing more to feed, so its end is missing. */
	return rc == Z_OK && (made > 0 || inflating->rest.size > 0) ? END_FINE : END_DAMAGED;
}

static enum end inflate_all(struct inflating *inflating, struct as_buffer *content)
{
	bool more = true;
	enum end end = END_FINE;

	if (inflateInit(&inflating->stream) != Z_OK)
		return END_MEMORY;
	while (more && end == END_FINE)
		end = step(inflating, content, &more);
	inflateEnd(&inflating->stream);
	add_up(inflating, content->size);
	return end;
}

static int conclude(const struct inflating *inflating, enum end end, struct as_buffer *content)
{
	const struct as_open_request *request = inflating->request;
	struct as_smime_layer *layer = request->layer;
	size_t behind = inflating->stream.avail_in + inflating->rest.size;

	switch (end) {
	case END_MEMORY:
		return -ENOMEM;
	case END_LIMIT:
	case END_CHARGE:
		as_smime_note(request->notes, layer, "smime.limit_exceeded", ASSAY_SEVERITY_DEFAULT,
			      "The compressed content of %zu octets becomes larger than a limit "
			      "allows: it was not opened.",
			      request->cms->econtent.size);
		as_buffer_clear(content);
		layer->opening = AS_SMIME_OPEN_LIMIT;
		return 0;
	case END_DAMAGED:
		as_smime_note(request->notes, layer, "smime.malformed", ASSAY_SEVERITY_DEFAULT,
			      "The compressed content is damaged or has no end.");
		layer->opening = content->size > 0 ? AS_SMIME_OPEN_DONE : AS_SMIME_OPEN_MALFORMED;
		return 0;
	case END_FINE:
		break;
	}
	layer->opening = AS_SMIME_OPEN_DONE;
	if (behind > 0)
		as_smime_note(request->notes, layer, "smime.trailing_data", ASSAY_SEVERITY_DEFAULT,
			      "%zu octets stand behind the compressed content.", behind);
	return 0;
}

int as_open_compressed(const struct as_open_request *request, as_open_charge *charge, void *context,
		       struct as_buffer *content)
{
	const struct as_cms *cms = request->cms;
	struct inflating inflating = {
		.request = request,
		.charge = charge,
		.context = context,
		.rest = cms->econtent,
	};

	if (cms->compression.known == NULL || cms->compression.known->id != AS_OID_ZLIB) {
		as_smime_note(request->notes, request->layer, "smime.unsupported_algorithm",
			      ASSAY_SEVERITY_DEFAULT,
			      "The content is compressed with %s, which is not supported here.",
			      as_oid_name(request->arena, cms->compression.oid));
		request->layer->opening = AS_SMIME_OPEN_UNSUPPORTED;
		return 0;
	}
	if (!cms->has_econtent) {
		as_smime_note(request->notes, request->layer, "smime.malformed",
			      ASSAY_SEVERITY_DEFAULT, "The compressed content is not there.");
		request->layer->opening = AS_SMIME_OPEN_MALFORMED;
		return 0;
	}
	return conclude(&inflating, inflate_all(&inflating, content), content);
}
