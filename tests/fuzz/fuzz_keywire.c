/* SPDX-License-Identifier: BSD-2-Clause */
/* What a worker may send to the keeper, and the keeper to its zygote: what is
 * accepted means the same when it is packed again. */
#include "smime/keyring.h"

#include "base/assert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_request(struct as_span octets)
{
	struct as_key_request request;
	struct as_buffer packed;

	if (!as_key_request_parse(octets, &request))
		return;
	as_buffer_init(&packed, AS_KEY_PACKED_MAX);
	AS_ASSERT(as_key_request_pack(&packed, &request));
	AS_ASSERT(as_span_equal(as_buffer_span(&packed), octets));
	as_buffer_deinit(&packed);
}

static void read_keys(struct as_span octets)
{
	struct as_keys keys, again;
	struct as_buffer packed;
	struct as_arena arena;

	as_arena_init(&arena, 16u << 20);
	as_buffer_init(&packed, 0);
	if (as_keys_parse(&arena, octets, &keys) && as_keys_pack(&packed, &keys)) {
		AS_ASSERT(as_keys_parse(&arena, as_buffer_span(&packed), &again));
		AS_ASSERT(again.count == keys.count);
	}
	as_buffer_deinit(&packed);
	as_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_request(as_span_make(data, size));
	read_keys(as_span_make(data, size));
	return 0;
}
