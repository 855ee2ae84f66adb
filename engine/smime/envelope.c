/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/envelope.h"

#include "smime/trust.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509.h>

/* Octets of one Name that are taken apart; those of real authorities have 300. */
#define NAME_BYTES_MAX 4096u
/* The same for all recipients together: at up to 300 ns an octet some 20 ms. A list
 * of recipients has few authorities, and equal neighbours count once. */
#define NAMES_BYTES_MAX (64u << 10)
/* Names of equal serial numbers that are taken apart to be compared, per
 * envelope, at some 10 us: a thousand recipients could ask for that with each of
 * our keys. */
#define NAMES_COMPARED_MAX 64u
/* RFC 5280 s4.1.2.2: serial numbers have 20 octets; identifiers of keys 20 to 64. */
#define HEX_MAX 64u

struct describer {
	struct as_arena *arena;
	size_t names_bytes; /* decoded so far */
	struct as_span last;
	const char *last_text;
};

static const char *name_text(struct as_arena *arena, struct as_span der)
{
	const unsigned char *at = der.data;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)der.size);
	const char *text = name != NULL ? as_cert_name(arena, name, AS_CERT_NAME_MAX) : "";

	X509_NAME_free(name);
	ERR_clear_error();
	return text;
}

static const char *issuer_text(struct describer *describer, struct as_span der)
{
	if (der.size == 0 || der.size > NAME_BYTES_MAX)
		return "";
	if (as_span_equal(der, describer->last))
		return describer->last_text;
	if (der.size > NAMES_BYTES_MAX - describer->names_bytes)
		return "";
	describer->names_bytes += der.size;
	describer->last = der;
	describer->last_text = name_text(describer->arena, der);
	return describer->last_text;
}

static const char *hex(struct as_arena *arena, struct as_span octets)
{
	return as_smime_hex(arena, as_span_slice(octets, 0, HEX_MAX));
}

/* The algorithm inside the parameters of another one. */
static const char *inner_name(struct as_arena *arena, const struct as_cms_algorithm *outer)
{
	struct as_span rest = outer->parameters;
	struct as_cms_algorithm inner;

	if (rest.size == 0 || !as_cms_algorithm_read(&rest, &inner))
		return "";
	return as_oid_name(arena, inner.oid);
}

static void describe(struct describer *describer, const struct as_cms_recipient *from,
		     struct as_smime_recipient *to)
{
	struct as_arena *arena = describer->arena;
	bool kek = from->kind == AS_SMIME_KEKRI;

	*to = (struct as_smime_recipient){
		.kind = from->kind,
		.issuer = issuer_text(describer, from->id.issuer),
		.serial = hex(arena, from->id.serial),
		.key_id = hex(arena, kek ? from->kek_id : from->id.key_id),
		.algorithm = "",
		.wrap = "",
	};
	if (from->kind == AS_SMIME_ORI) {
		to->algorithm = as_oid_name(arena, from->ori_type);
		return;
	}
	to->algorithm = as_oid_name(arena, from->algorithm.oid);
	if (kek)
		to->wrap = to->algorithm;
	if (from->kind == AS_SMIME_KARI || from->kind == AS_SMIME_PWRI)
		to->wrap = inner_name(arena, &from->algorithm);
}

int as_envelope_describe(struct as_arena *arena, const struct as_cms *cms,
			 struct as_smime_layer *layer)
{
	struct describer describer = {.arena = arena, .last_text = ""};

	layer->recipients = as_arena_array(arena, cms->recipient_count, sizeof(*layer->recipients));
	if (layer->recipients == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < cms->recipient_count; i++)
		describe(&describer, &cms->recipients[i], &layer->recipients[i]);
	layer->recipient_count = cms->recipient_count;
	return 0;
}

/* ---- Whose key it is -------------------------------------------------- */

/* Some senders write a name anew, in another string type or letter case. */
static bool same_name(struct as_span a, struct as_span b)
{
	const unsigned char *at_a = a.data, *at_b = b.data;
	X509_NAME *name_a, *name_b;
	bool same;

	if (a.size > NAME_BYTES_MAX || b.size > NAME_BYTES_MAX)
		return false;
	name_a = d2i_X509_NAME(NULL, &at_a, (long)a.size);
	name_b = d2i_X509_NAME(NULL, &at_b, (long)b.size);
	same = name_a != NULL && name_b != NULL && X509_NAME_cmp(name_a, name_b) == 0;
	X509_NAME_free(name_a);
	X509_NAME_free(name_b);
	ERR_clear_error();
	return same;
}

struct matcher {
	const struct as_keys *keys;
	uint32_t names; /* compared so far */
};

static bool is_meant(struct matcher *matcher, const struct as_cms_identifier *id,
		     const struct as_key_info *key)
{
	if (id->issuer.size == 0)
		return id->key_id.size > 0 && as_span_equal(id->key_id, key->key_id);
	if (!as_span_equal(id->serial, key->serial))
		return false;
	if (as_span_equal(id->issuer, key->issuer))
		return true;
	return matcher->names++ < NAMES_COMPARED_MAX && same_name(id->issuer, key->issuer);
}

static size_t find_key(struct matcher *matcher, const struct as_cms_recipient *recipient)
{
	bool transport = recipient->kind == AS_SMIME_KTRI;

	if (!transport && recipient->kind != AS_SMIME_KARI)
		return SIZE_MAX;
	for (size_t i = 0; i < matcher->keys->count; i++) {
		const struct as_key_info *key = &matcher->keys->items[i];
		bool rsa = strcmp(key->algorithm, "rsa") == 0;

		if (rsa == transport && is_meant(matcher, &recipient->id, key))
			return i;
	}
	return SIZE_MAX;
}

size_t as_recipient_matches(const struct as_cms *cms, const struct as_keys *keys,
			    struct as_recipient_match *matches_out, size_t max)
{
	struct matcher matcher = {.keys = keys};
	size_t count = 0;

	for (size_t i = 0; i < cms->recipient_count && count < max; i++) {
		size_t key = find_key(&matcher, &cms->recipients[i]);

		if (key != SIZE_MAX)
			matches_out[count++] = (struct as_recipient_match){i, key};
	}
	return count;
}
