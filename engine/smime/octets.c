/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "smime/frame.h"

/* Lines are gathered before they are handed on: a digest takes long runs at
 * less than half the cost of one line at a time. */
#define GATHER_BYTES 4096u

struct gather {
	unsigned char octets[GATHER_BYTES];
	size_t size;
	as_smime_take *take;
	void *context;
};

/* Position of the next LF without a CR in front of it, or SIZE_MAX. An LF that
 * stands first is one: what stands before is not of the text. */
static size_t find_lone_lf(struct as_span raw, size_t from)
{
	for (;;) {
		size_t hit = as_span_find_byte(raw, from, '\n');

		if (hit == SIZE_MAX || hit == 0 || raw.data[hit - 1] != '\r')
			return hit;
		from = hit + 1;
	}
}

void as_smime_signed_octets(const struct as_mime_tree *tree,
			    const struct as_smime_candidate *candidate,
			    struct as_smime_octets *octets_out)
{
	const struct as_entity *entity = candidate->entity;
	struct as_smime_fences fences;
	struct as_smime_frame frame;

	*octets_out = (struct as_smime_octets){.raw = as_span_make(tree->message.data, 0)};
	if (candidate->form != AS_SMIME_FORM_MULTIPART || entity->kind != AS_ENTITY_MULTIPART)
		return;
	as_smime_fences_init(&fences, entity);
	as_smime_frame_scan(tree, entity, &fences, &frame);
	octets_out->compared = frame.compared;
	if (!frame.found || frame.cut)
		return;
	octets_out->found = true;
	octets_out->begin = frame.part;
	octets_out->end = frame.behind;
	octets_out->raw = as_span_slice(tree->message, frame.part, frame.behind - frame.part);
	octets_out->needs_canonical = find_lone_lf(octets_out->raw, 0) != SIZE_MAX;
}

static void flush(struct gather *gather)
{
	if (gather->size > 0)
		gather->take(gather->context, gather->octets, gather->size);
	gather->size = 0;
}

static void push(struct gather *gather, const void *data, size_t size)
{
	if (size > GATHER_BYTES - gather->size)
		flush(gather);
	if (size > GATHER_BYTES) {
		gather->take(gather->context, data, size);
		return;
	}
	if (size > 0)
		memcpy(gather->octets + gather->size, data, size);
	gather->size += size;
}

void as_smime_canonical(struct as_span raw, as_smime_take *take, void *context)
{
	struct gather gather;
	size_t begin = 0, hit;

	gather.size = 0;
	gather.take = take;
	gather.context = context;
	while ((hit = find_lone_lf(raw, begin)) != SIZE_MAX) {
		push(&gather, raw.data + begin, hit - begin);
		push(&gather, "\r\n", 2);
		begin = hit + 1;
	}
	if (begin < raw.size)
		push(&gather, raw.data + begin, raw.size - begin);
	flush(&gather);
}
