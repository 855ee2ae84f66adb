/* SPDX-License-Identifier: BSD-2-Clause */
/* Envelopes and compressed content: every recipient has a key here, and it is
 * always the same one. Content comes out only when the layer says so. */
#include "smime/open.h"

#include "base/assert.h"

#define ROOM ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int unwrap(void *context, const struct as_key_request *request,
		  unsigned char key_out[AS_KEY_BYTES_MAX])
{
	(void)context;
	AS_ASSERT(request->key_bytes > 0 && request->key_bytes <= AS_KEY_BYTES_MAX);
	AS_ASSERT(request->input.size + request->peer.size + request->shared_info.size +
			  request->label.size <=
		  AS_KEY_INPUT_MAX);
	memset(key_out, 'k', AS_KEY_BYTES_MAX);
	return 0;
}

static bool give_keys(struct as_arena *arena, const struct as_cms *cms, struct as_keys *keys)
{
	keys->items = as_arena_array(arena, cms->recipient_count, sizeof(*keys->items));
	if (keys->items == NULL)
		return false;
	keys->count = cms->recipient_count;
	for (size_t i = 0; i < keys->count; i++)
		keys->items[i] = (struct as_key_info){
			.issuer = cms->recipients[i].id.issuer,
			.serial = cms->recipients[i].id.serial,
			.key_id = cms->recipients[i].id.key_id,
			.algorithm = cms->recipients[i].kind == AS_SMIME_KTRI ? "rsa" : "ec",
			.subject = "CN=somebody",
		};
	return true;
}

static void open_it(struct as_arena *arena, const struct as_cms *cms)
{
	struct as_smime_layer layer = {.state = as_cms_state(cms, false), .cipher = ""};
	struct as_smime_notes notes = {.arena = arena};
	struct as_keys keys = {NULL, 0};
	const struct as_key_ops ops = {.unwrap = unwrap, .keys = &keys};
	const struct as_open_request request = {
		.cms = cms,
		.layer = &layer,
		.notes = &notes,
		.arena = arena,
		.ops = &ops,
		.max_bytes = ROOM,
	};
	struct as_buffer content;

	as_buffer_init(&content, 0);
	if (layer.state == AS_SMIME_COMPRESSED)
		as_open_compressed(&request, NULL, NULL, &content);
	else if (give_keys(arena, cms, &keys))
		as_open_envelope(&request, &content);
	AS_ASSERT(layer.opening == AS_SMIME_OPEN_DONE || content.size == 0);
	AS_ASSERT(content.size <= ROOM);
	as_buffer_deinit(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_cms_parse parse;
	struct as_arena arena;

	as_arena_init(&arena, 16u << 20);
	as_cms_parse(&arena, as_span_make(data, size), &parse);
	if (parse.result == AS_CMS_OK)
		open_it(&arena, &parse.cms);
	as_arena_deinit(&arena);
	return 0;
}
