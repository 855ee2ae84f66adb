/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/keyring.h"

/*
 * A request: magic, index (32 bits each); mechanism, derivation, octets of the
 * key (8 each); digest, digest of the mask, wrap (16 each); the four spans, each
 * with its size in 16 bits before it. A list: magic, count (32 each), and per
 * item the algorithm (8) and four spans. All in little endian: both ends are
 * processes of one machine.
 */
#define REQUEST_MAGIC 0x31514b41u /* "AKQ1" */
#define KEYS_MAGIC    0x314c4b41u /* "AKL1" */

static const char *const algorithms[] = {"rsa", "ec", "x25519"};
#define ALGORITHM_COUNT (sizeof(algorithms) / sizeof(algorithms[0]))

static void put_number(struct as_buffer *out, uint32_t value, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		as_buffer_byte(out, (unsigned char)(value >> (8 * i)));
}

static void put_span(struct as_buffer *out, struct as_span span)
{
	if (span.size > UINT16_MAX) {
		out->failed = true;
		return;
	}
	put_number(out, (uint32_t)span.size, 2);
	as_buffer_append(out, span.data, span.size);
}

static bool take_number(struct as_span *rest, size_t octets, uint32_t *value_out)
{
	uint32_t value = 0;

	if (rest->size < octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		value |= (uint32_t)rest->data[i] << (8 * i);
	*rest = as_span_from(*rest, octets);
	*value_out = value;
	return true;
}

static bool take_span(struct as_span *rest, struct as_span *span_out)
{
	uint32_t size;

	if (!take_number(rest, 2, &size) || rest->size < size)
		return false;
	*span_out = as_span_slice(*rest, 0, size);
	*rest = as_span_from(*rest, size);
	return true;
}

/* ---- Requests --------------------------------------------------------- */

static size_t input_bytes(const struct as_key_request *request)
{
	return request->label.size + request->peer.size + request->shared_info.size +
	       request->input.size;
}

static bool is_sane(const struct as_key_request *request)
{
	return request->key_bytes > 0 && request->key_bytes <= AS_KEY_BYTES_MAX &&
	       input_bytes(request) <= AS_KEY_INPUT_MAX;
}

bool as_key_request_pack(struct as_buffer *out, const struct as_key_request *request)
{
	if (!is_sane(request))
		return false;
	put_number(out, REQUEST_MAGIC, 4);
	put_number(out, request->index, 4);
	put_number(out, request->mechanism, 1);
	put_number(out, request->derivation, 1);
	put_number(out, request->key_bytes, 1);
	put_number(out, request->digest, 2);
	put_number(out, request->mgf_digest, 2);
	put_number(out, request->wrap, 2);
	put_span(out, request->label);
	put_span(out, request->peer);
	put_span(out, request->shared_info);
	put_span(out, request->input);
	return !out->failed;
}

static bool take_oid(struct as_span *rest, enum as_oid_id *id_out)
{
	uint32_t value;

	if (!take_number(rest, 2, &value) || value > AS_OID_ZLIB)
		return false;
	*id_out = (enum as_oid_id)value;
	return true;
}

bool as_key_request_parse(struct as_span octets, struct as_key_request *request_out)
{
	struct as_key_request request = {.index = 0};
	uint32_t magic, mechanism, derivation;
	struct as_span rest = octets;

	if (!take_number(&rest, 4, &magic) || magic != REQUEST_MAGIC ||
	    !take_number(&rest, 4, &request.index) || !take_number(&rest, 1, &mechanism) ||
	    mechanism > AS_KEY_ECDH || !take_number(&rest, 1, &derivation) ||
	    derivation > AS_KEY_HKDF || !take_number(&rest, 1, &request.key_bytes))
		return false;
	request.mechanism = (enum as_key_mechanism)mechanism;
	request.derivation = (enum as_key_derivation)derivation;
	if (!take_oid(&rest, &request.digest) || !take_oid(&rest, &request.mgf_digest) ||
	    !take_oid(&rest, &request.wrap) || !take_span(&rest, &request.label) ||
	    !take_span(&rest, &request.peer) || !take_span(&rest, &request.shared_info) ||
	    !take_span(&rest, &request.input) || rest.size > 0 || !is_sane(&request))
		return false;
	*request_out = request;
	return true;
}

/* ---- The list of keys ------------------------------------------------- */

static bool find_algorithm(const char *name, uint32_t *number_out)
{
	for (uint32_t i = 0; i < ALGORITHM_COUNT; i++)
		if (strcmp(algorithms[i], name) == 0) {
			*number_out = i;
			return true;
		}
	return false;
}

bool as_keys_pack(struct as_buffer *out, const struct as_keys *keys)
{
	size_t before = out->size;

	if (keys->count > AS_KEYRING_KEYS_MAX)
		return false;
	put_number(out, KEYS_MAGIC, 4);
	put_number(out, (uint32_t)keys->count, 4);
	for (size_t i = 0; i < keys->count; i++) {
		const struct as_key_info *item = &keys->items[i];
		uint32_t algorithm;

		if (!find_algorithm(item->algorithm, &algorithm))
			return false;
		put_number(out, algorithm, 1);
		put_span(out, item->issuer);
		put_span(out, item->serial);
		put_span(out, item->key_id);
		put_span(out, as_span_text(item->subject));
	}
	return !out->failed && out->size - before <= AS_KEYS_PACKED_MAX;
}

static bool copy_span(struct as_arena *arena, struct as_span *span)
{
	char *copy = as_arena_copy(arena, *span);

	*span = as_span_make(copy, copy != NULL ? span->size : 0);
	return copy != NULL;
}

static bool take_item(struct as_arena *arena, struct as_span *rest, struct as_key_info *item)
{
	struct as_span subject;
	uint32_t algorithm;

	if (!take_number(rest, 1, &algorithm) || algorithm >= ALGORITHM_COUNT ||
	    !take_span(rest, &item->issuer) || item->issuer.size == 0 ||
	    !take_span(rest, &item->serial) || item->serial.size == 0 ||
	    !take_span(rest, &item->key_id) || !take_span(rest, &subject))
		return false;
	item->algorithm = algorithms[algorithm];
	item->subject = as_smime_printable(arena, subject, SIZE_MAX);
	return copy_span(arena, &item->issuer) && copy_span(arena, &item->serial) &&
	       copy_span(arena, &item->key_id);
}

bool as_keys_parse(struct as_arena *arena, struct as_span octets, struct as_keys *keys_out)
{
	struct as_span rest = octets;
	struct as_keys keys;
	uint32_t magic, count;

	if (octets.size > AS_KEYS_PACKED_MAX || !take_number(&rest, 4, &magic) ||
	    magic != KEYS_MAGIC || !take_number(&rest, 4, &count) || count > AS_KEYRING_KEYS_MAX)
		return false;
	keys.count = count;
	keys.items = as_arena_array(arena, count, sizeof(*keys.items));
	if (keys.items == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!take_item(arena, &rest, &keys.items[i]))
			return false;
	if (rest.size > 0)
		return false;
	*keys_out = keys;
	return true;
}
