/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/cms.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

/* Keeps the compiler from leaving the reads out. */
static volatile unsigned int octets_read;

static void touch(struct as_span span)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < span.size; i++)
		sum += span.data[i];
	octets_read = sum;
}

static void touch_algorithm(struct as_arena *arena, const struct as_cms_algorithm *algorithm)
{
	touch(algorithm->oid);
	touch(algorithm->parameters);
	touch(algorithm->whole);
	if (as_oid_name(arena, algorithm->oid) == NULL)
		abort();
}

static void touch_identifier(const struct as_cms_identifier *id)
{
	touch(id->issuer);
	touch(id->serial);
	touch(id->key_id);
	/* One of the two forms, or, for recipients of other kinds, none. */
	if (id->issuer.size > 0 && id->key_id.size > 0)
		abort();
}

static void touch_attributes(const struct as_cms_attribute *attributes, size_t count)
{
	if (count > AS_CMS_ATTRIBUTES_MAX)
		abort();
	for (size_t i = 0; i < count; i++) {
		const struct as_cms_attribute *attribute = &attributes[i];
		int64_t seconds;

		if (attribute->value_count > AS_CMS_VALUES_MAX || attribute->oid.size == 0)
			abort();
		touch(attribute->values);
		if (attribute->value_count > 0) {
			touch(attribute->value.whole);
			as_ber_time(&attribute->value, &seconds);
		}
	}
}

static void check_signers(struct as_arena *arena, const struct as_cms *cms)
{
	if (cms->signer_count > AS_CMS_SIGNERS_MAX)
		abort();
	for (size_t i = 0; i < cms->signer_count; i++) {
		const struct as_cms_signer *signer = &cms->signers[i];
		struct as_cms_attribute *attributes;
		size_t count, found;
		bool too_many;

		touch_identifier(&signer->id);
		touch_algorithm(arena, &signer->digest);
		touch_algorithm(arena, &signer->signature);
		touch(signer->value);
		touch(signer->whole);
		touch(signer->attributes_whole);
		touch_attributes(signer->attributes, signer->attribute_count);
		touch_attributes(signer->unsigned_attributes, signer->unsigned_count);
		/* The public reader has to agree with the one inside. */
		if (!as_cms_attributes_read(arena, signer->attributes_content, &attributes, &count,
					    &too_many) ||
		    count != signer->attribute_count)
			abort();
		as_cms_attribute_find(attributes, count, AS_OID_MESSAGE_DIGEST, &found);
		if (found > count)
			abort();
	}
}

static void check_recipients(struct as_arena *arena, const struct as_cms *cms)
{
	if (cms->recipient_count > AS_CMS_RECIPIENTS_MAX)
		abort();
	for (size_t i = 0; i < cms->recipient_count; i++) {
		const struct as_cms_recipient *recipient = &cms->recipients[i];

		touch_identifier(&recipient->id);
		touch_identifier(&recipient->originator);
		touch_algorithm(arena, &recipient->algorithm);
		touch_algorithm(arena, &recipient->kdf);
		touch(recipient->encrypted_key);
		touch(recipient->kek_id);
		touch(recipient->originator_key);
		touch(recipient->ukm);
		touch(recipient->ori_type);
	}
}

static void check_object(struct as_arena *arena, const struct as_cms *cms)
{
	if (cms->cert_count > AS_CMS_CERTS_MAX || cms->crl_count > AS_CMS_CRLS_MAX ||
	    cms->digest_count > AS_CMS_DIGESTS_MAX)
		abort();
	for (size_t i = 0; i < cms->cert_count; i++)
		touch(cms->certs[i]);
	for (size_t i = 0; i < cms->crl_count; i++)
		touch(cms->crls[i]);
	for (size_t i = 0; i < cms->digest_count; i++)
		touch_algorithm(arena, &cms->digests[i]);
	touch_algorithm(arena, &cms->cipher);
	touch_algorithm(arena, &cms->compression);
	touch_algorithm(arena, &cms->digest);
	touch(cms->econtent_type);
	touch(cms->econtent);
	touch(cms->econtent_hashed);
	touch(cms->ciphertext);
	touch(cms->mac);
	touch(cms->auth_attributes);
	touch(cms->digest_value);
	check_signers(arena, cms);
	check_recipients(arena, cms);
	as_cms_state(cms, false);
}

static bool is_read(const struct as_cms_parse *parse)
{
	return parse->result == AS_CMS_OK || parse->result == AS_CMS_LIMIT;
}

/* What was read ends where it says: without its last octet it is no object. */
static void check_end(struct as_arena *arena, struct as_span octets, size_t trailing)
{
	struct as_cms_parse parse;

	if (trailing >= octets.size)
		abort();
	octets = as_span_slice(octets, 0, octets.size - trailing);
	as_cms_parse(arena, octets, &parse);
	if (!is_read(&parse) || parse.cms.trailing != 0 ||
	    ((parse.cms.oddities & AS_CMS_BER) == 0) != as_ber_is_der(octets))
		abort();
	as_cms_parse(arena, as_span_slice(octets, 0, octets.size - 1), &parse);
	if (is_read(&parse))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span octets = as_span_make(data, size);
	struct as_cms_parse parse;
	struct as_arena arena;

	as_arena_init(&arena, ARENA_BYTES);
	as_cms_looks_like(octets);
	as_cms_parse(&arena, octets, &parse);
	if (parse.reason == NULL || (parse.result == AS_CMS_OK) != (parse.reason[0] == '\0'))
		abort();
	check_object(&arena, &parse.cms);
	if (is_read(&parse))
		check_end(&arena, octets, parse.cms.trailing);
	as_arena_deinit(&arena);
	return 0;
}
