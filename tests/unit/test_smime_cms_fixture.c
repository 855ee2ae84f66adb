/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_cms_fixture.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

static struct as_arena arena;
static struct as_cms_parse parsed;

struct as_span fix_content_info(const char *dotted, struct as_span content)
{
	return sm_sequence(sm_join(2, sm_oid(dotted), sm_tlv(0xa0, content)));
}

struct as_span fix_encap(const char *text)
{
	return sm_sequence(sm_join(2, sm_oid(SM_OID_DATA), sm_tlv(0xa0, sm_octets(sm_text(text)))));
}

struct as_span fix_signer(void)
{
	struct as_span id = sm_sequence(sm_join(2, sm_sequence(FIX_NONE), sm_uint(77)));

	return sm_sequence(sm_join(5, sm_uint(1), id, sm_algorithm(OID_SHA256, FIX_NONE),
				   sm_algorithm(OID_RSA, sm_null()), sm_octets(sm_text("value"))));
}

struct as_span fix_signed(struct as_span encap, struct as_span certs, struct as_span crls,
			  struct as_span signers)
{
	return sm_sequence(sm_join(6, sm_uint(1), sm_set(sm_algorithm(OID_SHA256, FIX_NONE)), encap,
				   certs, crls, signers));
}

struct as_span fix_usual(void)
{
	return fix_content_info(SM_OID_SIGNED,
				fix_signed(fix_encap("text"), sm_tlv(0xa0, sm_sequence(sm_uint(1))),
					   FIX_NONE, sm_set(fix_signer())));
}

struct as_span fix_ktri(void)
{
	struct as_span id = sm_sequence(sm_join(2, sm_sequence(FIX_NONE), sm_uint(78)));

	return sm_sequence(sm_join(4, sm_uint(0), id, sm_algorithm(OID_RSA, sm_null()),
				   sm_octets(sm_text("key"))));
}

struct as_span fix_encrypted(struct as_span content)
{
	return sm_sequence(sm_join(
		3, sm_oid(SM_OID_DATA),
		sm_algorithm(OID_AES256_CBC, sm_octets(sm_text("0123456789abcdef"))), content));
}

struct as_span fix_enveloped(struct as_span recipients)
{
	struct as_span encrypted = fix_encrypted(sm_tlv(0x80, sm_text("ciphertext")));

	return fix_content_info(OID_ENVELOPED,
				sm_sequence(sm_join(3, sm_uint(0), sm_set(recipients), encrypted)));
}

struct as_span fix_repeat(struct as_span element, size_t count)
{
	unsigned char *all = malloc(element.size * count);
	struct as_span copy;

	if (all == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		memcpy(all + i * element.size, element.data, element.size);
	copy = sm_copy(all, element.size * count);
	free(all);
	return copy;
}

struct as_span fix_indefinite(struct as_span octets)
{
	struct as_span made = FIX_NONE;
	struct as_ber element;

	while (as_ber_next(&octets, &element)) {
		struct as_span one = element.whole;

		if (element.constructed)
			one = sm_tlv_indefinite(element.whole.data[0],
						fix_indefinite(element.content));
		made = sm_join(2, made, one);
	}
	return made;
}

const struct as_cms_parse *fix_parse_within(struct as_span octets, size_t arena_bytes)
{
	as_arena_deinit(&arena);
	as_arena_init(&arena, arena_bytes);
	as_cms_parse(&arena, octets, &parsed);
	return &parsed;
}

const struct as_cms_parse *fix_parse(struct as_span octets)
{
	return fix_parse_within(octets, ARENA_BYTES);
}

struct as_arena *fix_arena(void)
{
	return &arena;
}

int fix_end(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	sm_end();
	return 0;
}
