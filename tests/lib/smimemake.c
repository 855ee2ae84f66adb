/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimemake.h"
#include "smimemake_own.h"

#include "base/arena.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <stdio.h>
#include <stdlib.h>

/* Tests make some megabytes at most. */
#define SM_BYTES_MAX ((size_t)256 << 20)

static struct as_arena store;
static bool store_ready;

void sm_die(const char *what)
{
	fprintf(stderr, "smimemake: %s failed\n", what);
	abort();
}

void *sm_alloc(size_t size)
{
	void *memory;

	if (!store_ready) {
		as_arena_init(&store, SM_BYTES_MAX);
		store_ready = true;
	}
	memory = as_arena_alloc(&store, size);
	if (memory == NULL)
		sm_die("memory");
	return memory;
}

void sm_end(void)
{
	sm_objects_free();
	if (store_ready)
		as_arena_deinit(&store);
	store_ready = false;
}

struct as_span sm_copy(const void *data, size_t size)
{
	unsigned char *copy = sm_alloc(size + 1);

	if (size > 0)
		memcpy(copy, data, size);
	return as_span_make(copy, size);
}

struct as_span sm_text(const char *text)
{
	return as_span_text(text);
}

struct as_span sm_join(unsigned count, ...)
{
	struct as_span parts[32];
	unsigned char *all;
	size_t size = 0, at = 0;
	va_list spans;

	if (count > 32)
		sm_die("join");
	va_start(spans, count);
	for (unsigned i = 0; i < count; i++) {
		parts[i] = va_arg(spans, struct as_span);
		size += parts[i].size;
	}
	va_end(spans);
	all = sm_alloc(size + 1);
	for (unsigned i = 0; i < count; i++) {
		if (parts[i].size > 0)
			memcpy(all + at, parts[i].data, parts[i].size);
		at += parts[i].size;
	}
	return as_span_make(all, size);
}

struct as_span sm_tlv(unsigned char tag, struct as_span content)
{
	unsigned char head[6] = {tag};
	size_t size = 2;

	if (content.size < 0x80) {
		head[1] = (unsigned char)content.size;
	} else {
		unsigned octets = content.size < 0x100 ? 1 : content.size < 0x10000 ? 2 : 4;

		head[1] = (unsigned char)(0x80 | octets);
		for (unsigned i = 0; i < octets; i++)
			head[size++] = (unsigned char)(content.size >> 8 * (octets - 1 - i));
	}
	return sm_join(2, as_span_make(head, size), content);
}

struct as_span sm_tlv_indefinite(unsigned char tag, struct as_span content)
{
	const unsigned char head[2] = {tag, 0x80}, end[2] = {0, 0};

	return sm_join(3, as_span_make(head, 2), content, as_span_make(end, 2));
}

struct as_span sm_oid(const char *dotted)
{
	ASN1_OBJECT *object = OBJ_txt2obj(dotted, 1);
	struct as_span der;

	if (object == NULL)
		sm_die("OID");
	der = sm_tlv(0x06, as_span_make(OBJ_get0_data(object), OBJ_length(object)));
	ASN1_OBJECT_free(object);
	return der;
}

struct as_span sm_uint(uint64_t value)
{
	unsigned char octets[9];
	size_t at = sizeof(octets);

	do {
		octets[--at] = (unsigned char)value;
		value >>= 8;
	} while (value != 0);
	if ((octets[at] & 0x80) != 0)
		octets[--at] = 0;
	return sm_tlv(0x02, as_span_make(octets + at, sizeof(octets) - at));
}

struct as_span sm_null(void)
{
	return sm_tlv(0x05, as_span_make(NULL, 0));
}

struct as_span sm_time(int64_t seconds)
{
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)seconds);
	struct as_span der;

	if (time == NULL)
		sm_die("time");
	der = sm_tlv(ASN1_STRING_type(time) == V_ASN1_UTCTIME ? 0x17 : 0x18,
		     as_span_make(ASN1_STRING_get0_data(time), (size_t)ASN1_STRING_length(time)));
	ASN1_TIME_free(time);
	return der;
}

struct as_span sm_algorithm(const char *dotted, struct as_span parameters)
{
	return sm_sequence(sm_join(2, sm_oid(dotted), parameters));
}

struct as_span sm_attribute(const char *dotted, struct as_span value)
{
	return sm_sequence(sm_join(2, sm_oid(dotted), sm_set(value)));
}

struct as_span sm_digest(const char *digest, struct as_span octets)
{
	unsigned char value[EVP_MAX_MD_SIZE];
	size_t size = 0;

	if (EVP_Q_digest(NULL, digest, NULL, octets.data, octets.size, value, &size) != 1)
		sm_die("digest");
	return sm_copy(value, size);
}

const char *sm_digest_oid(const char *digest)
{
	const EVP_MD *md = EVP_get_digestbyname(digest);
	char *dotted = sm_alloc(80);

	if (md == NULL || OBJ_obj2txt(dotted, 80, OBJ_nid2obj(EVP_MD_get_type(md)), 1) <= 0)
		sm_die("digest OID");
	return dotted;
}

struct as_span sm_flip(struct as_span octets, size_t at)
{
	unsigned char *copy = sm_alloc(octets.size + 1);

	if (at >= octets.size)
		sm_die("flip");
	memcpy(copy, octets.data, octets.size);
	copy[at] ^= 1;
	return as_span_make(copy, octets.size);
}

struct as_span sm_base64(struct as_span octets)
{
	size_t lines = octets.size / 48 + 1, size = 0;
	unsigned char *text = sm_alloc(lines * 67);

	for (size_t at = 0; at < octets.size; at += 48) {
		struct as_span line = as_span_slice(octets, at, 48);

		size += (size_t)EVP_EncodeBlock(text + size, line.data, (int)line.size);
		text[size++] = '\r';
		text[size++] = '\n';
	}
	return as_span_make(text, size);
}

struct as_span sm_clear_mail(const char *header, struct as_span part, struct as_span cms)
{
	return sm_join(
		6, sm_text(header),
		sm_text("MIME-Version: 1.0\r\nContent-Type: multipart/signed; micalg=sha-256;\r\n"
			" protocol=\"application/pkcs7-signature\"; boundary=\"sm-bound\"\r\n\r\n"
			"--sm-bound\r\n"),
		part,
		sm_text("\r\n--sm-bound\r\nContent-Type: application/pkcs7-signature;"
			" name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n"
			"Content-Disposition: attachment; filename=smime.p7s\r\n\r\n"),
		sm_base64(cms), sm_text("\r\n--sm-bound--\r\n"));
}

struct as_span sm_opaque_mail(const char *header, const char *smime_type, struct as_span cms)
{
	return sm_join(5, sm_text(header),
		       sm_text("MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime;"
			       " name=smime.p7m;\r\n smime-type="),
		       sm_text(smime_type),
		       sm_text("\r\nContent-Transfer-Encoding: base64\r\n"
			       "Content-Disposition: attachment; filename=smime.p7m\r\n\r\n"),
		       sm_base64(cms));
}
