/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/charset.h"
#include "mime/claims.h"
#include "mime/clients.h"
#include "mime/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)256 << 20)
#define PARAMS_MAX  200u

static void check_list(const struct as_claim_list *list, struct as_span zone, uint32_t fields)
{
	AS_ASSERT(list->count <= AS_CLAIMS_MAX);
	for (size_t i = 0; i < list->count; i++) {
		const struct as_claim *claim = &list->items[i];

		AS_ASSERT(claim->form < AS_CLAIM_FORMS);
		AS_ASSERT((claim->forms & 1u << claim->form) != 0);
		AS_ASSERT(claim->field <= claim->last_field && claim->offset <= zone.size);
		AS_ASSERT(i == 0 || claim[-1].form <= claim->form);
		for (size_t k = 0; k < i; k++)
			AS_ASSERT(!as_span_equal(list->items[k].text, claim->text));
	}
	for (size_t i = 0; i < AS_CLIENT_COUNT; i++) {
		const struct as_claim *chosen =
			as_claims_choose(list, fields, as_clients[i].habits);

		AS_ASSERT(chosen == NULL ||
			  (chosen >= list->items && chosen < list->items + list->count));
	}
}

static void check_claims(struct as_span zone)
{
	struct as_arena arena;
	struct as_claims claims;

	as_arena_init(&arena, ARENA_BYTES);
	AS_ASSERT(as_claims_read(&arena, zone, PARAMS_MAX, &claims) == 0);
	check_list(&claims.boundaries, zone, claims.type_fields);
	check_list(&claims.types, zone, claims.type_fields);
	check_list(&claims.encodings, zone, claims.encoding_fields);
	as_arena_deinit(&arena);
}

static struct as_zone check_zone(struct as_span message, size_t limit, unsigned char terminator,
				 bool root)
{
	static const struct as_boundaries none = {NULL, 0, 0};
	struct as_header_source source = {as_span_slice(message, 0, limit), terminator, &none};
	struct as_header header;
	struct as_zone zone;

	as_header_locate(&source, 0, root, &header);
	as_zone_locate(message, 0, limit, terminator, root, &zone);
	AS_ASSERT(zone.begin == header.begin && zone.ends[0] == header.end);
	AS_ASSERT(zone.begin <= zone.end && zone.end <= source.message.size);
	AS_ASSERT(zone.end_count >= 1 && zone.end_count <= AS_ZONE_ENDS_MAX);
	AS_ASSERT(zone.ambiguous || zone.end_count == 1);
	for (size_t i = 0; i < zone.end_count; i++) {
		AS_ASSERT(zone.ends[i] >= zone.begin && zone.ends[i] <= source.message.size);
		AS_ASSERT(i < 2 || zone.ends[i] > zone.ends[i - 1]);
	}
	return zone;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span message = as_span_make(data, size);
	struct as_zone zone;

	AS_ASSERT(as_charset_init() == 0);
	check_zone(message, SIZE_MAX, '\r', false);
	check_zone(message, size / 2, '\n', false);
	zone = check_zone(message, SIZE_MAX, '\n', true);
	check_claims(as_span_slice(message, zone.begin, zone.end - zone.begin));
	check_claims(message);
	return 0;
}
