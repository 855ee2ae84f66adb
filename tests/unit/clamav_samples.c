/* SPDX-License-Identifier: BSD-2-Clause */
#include "clamav_samples.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define SECTOR 512u

static void put(struct sample *sample, const void *data, size_t size)
{
	sample->data = realloc(sample->data, sample->size + size + 1);
	if (sample->data == NULL)
		abort();
	if (size > 0)
		memcpy(sample->data + sample->size, data, size);
	sample->size += size;
}

static void put_text(struct sample *sample, const char *text)
{
	put(sample, text, strlen(text));
}

static void put_span(struct sample *sample, struct as_span span)
{
	put(sample, span.data, span.size);
}

static void put_le(struct sample *sample, uint64_t value, size_t octets)
{
	for (; octets > 0; octets--, value >>= 8) {
		unsigned char octet = (unsigned char)(value & 0xff);

		put(sample, &octet, 1);
	}
}

static void put_byte(struct sample *sample, unsigned char octet, size_t count)
{
	for (; count > 0; count--)
		put(sample, &octet, 1);
}

struct sample sample_eicar(void)
{
	struct sample sample = {0};

	put_text(&sample, "X5O!P%@AP[4\\PZX54(P^)7");
	put_text(&sample, "CC)7}$EICAR-STAND");
	put_text(&sample, "ARD-ANTIVIRUS-TEST-FILE!$H+H*");
	return sample;
}

struct sample sample_wrap(const char *before, struct as_span content, const char *after)
{
	struct sample sample = {0};

	put_text(&sample, before);
	put_span(&sample, content);
	put_text(&sample, after);
	return sample;
}

struct sample sample_filler(size_t size)
{
	struct sample sample = {malloc(size + 1), size};
	uint32_t seed = 1;

	if (sample.data == NULL)
		abort();
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1103515245u + 12345u;
		sample.data[i] = (unsigned char)('a' + (seed >> 16) % 16);
	}
	return sample;
}

/* negative window: raw deflate, as ZIP has it; positive: zlib, as PDF has. */
static struct sample deflate_span(struct as_span data, int window)
{
	z_stream stream = {0};
	struct sample sample = {0};

	if (deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	sample.size = deflateBound(&stream, data.size);
	sample.data = malloc(sample.size + 1);
	if (sample.data == NULL)
		abort();
	stream.next_in = (unsigned char *)(uintptr_t)data.data;
	stream.avail_in = (unsigned int)data.size;
	stream.next_out = sample.data;
	stream.avail_out = (unsigned int)sample.size;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	sample.size = stream.total_out;
	deflateEnd(&stream);
	return sample;
}

/* What the local and the central header of a member have in common. */
static void put_member(struct sample *zip, const struct sample_member *member, bool deflated,
		       size_t packed_size)
{
	uLong crc = crc32(0, member->data.data, (unsigned int)member->data.size);

	put_le(zip, 20, 2);
	put_le(zip, member->encrypted ? 1 : 0, 2);
	put_le(zip, deflated ? 8 : 0, 2);
	put_le(zip, 0x58210000, 4);
	put_le(zip, crc, 4);
	put_le(zip, packed_size, 4);
	put_le(zip, member->data.size, 4);
	put_le(zip, strlen(member->name), 2);
	put_le(zip, 0, 2);
}

struct sample sample_zip(const struct sample_member *members, size_t count, bool deflate)
{
	struct sample zip = {0}, central = {0};
	size_t central_at;

	for (size_t i = 0; i < count; i++) {
		struct sample packed = {0};
		size_t at = zip.size;

		if (deflate)
			packed = deflate_span(members[i].data, -15);
		else
			put_span(&packed, members[i].data);
		put_text(&zip, "PK\003\004");
		put_member(&zip, &members[i], deflate, packed.size);
		put_text(&zip, members[i].name);
		put(&zip, packed.data, packed.size);
		put_text(&central, "PK\001\002");
		put_le(&central, 20, 2);
		put_member(&central, &members[i], deflate, packed.size);
		put_byte(&central, 0, 10);
		put_le(&central, at, 4);
		put_text(&central, members[i].name);
		free(packed.data);
	}
	central_at = zip.size;
	put(&zip, central.data, central.size);
	put_text(&zip, "PK\005\006");
	put_byte(&zip, 0, 4);
	put_le(&zip, count, 2);
	put_le(&zip, count, 2);
	put_le(&zip, central.size, 4);
	put_le(&zip, central_at, 4);
	put_le(&zip, 0, 2);
	free(central.data);
	return zip;
}

struct sample sample_pdf(struct as_span stream, struct as_span attached)
{
	struct sample packed = deflate_span(stream, 15);
	struct sample pdf = {0};
	char line[128];

	put_text(&pdf, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
		       "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n");
	snprintf(line, sizeof(line), "3 0 obj<</Length %zu/Filter/FlateDecode>>stream\n",
		 packed.size);
	put_text(&pdf, line);
	put(&pdf, packed.data, packed.size);
	put_text(&pdf, "\nendstream\nendobj\n");
	if (attached.size > 0) {
		snprintf(line, sizeof(line), "4 0 obj<</Type/EmbeddedFile/Length %zu>>stream\n",
			 attached.size);
		put_text(&pdf, line);
		put_span(&pdf, attached);
		put_text(&pdf, "\nendstream\nendobj\n");
	}
	put_text(&pdf, "trailer<</Root 1 0 R>>\n%%EOF\n");
	free(packed.data);
	return pdf;
}

static void put_directory_entry(struct sample *ole, const char *name, unsigned char type,
				uint32_t child, uint32_t start, uint32_t size)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < 32; i++)
		put_le(ole, i < length ? (unsigned char)name[i] : 0, 2);
	put_le(ole, length > 0 ? 2 * (length + 1) : 0, 2);
	put_byte(ole, type, 1);
	put_byte(ole, 1, 1);
	put_le(ole, 0xffffffff, 4);
	put_le(ole, 0xffffffff, 4);
	put_le(ole, child, 4);
	put_byte(ole, 0, 36);
	put_le(ole, start, 4);
	put_le(ole, size, 4);
	put_le(ole, 0, 4);
}

struct sample sample_ole2(struct as_span stream)
{
	static const unsigned char magic[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
	const uint32_t sectors = 8, size = sectors * SECTOR;
	struct sample ole = {0};

	put(&ole, magic, sizeof(magic));
	put_byte(&ole, 0, 16);
	put_le(&ole, 0x3e, 2);	 /* minor version */
	put_le(&ole, 3, 2);	 /* major version */
	put_le(&ole, 0xfffe, 2); /* byte order */
	put_le(&ole, 9, 2);	 /* sectors of 512 */
	put_le(&ole, 6, 2);	 /* mini sectors of 64 */
	put_byte(&ole, 0, 10);
	put_le(&ole, 1, 4); /* FAT sectors */
	put_le(&ole, 1, 4); /* the directory is in sector 1 */
	put_le(&ole, 0, 4);
	put_le(&ole, 4096, 4);	     /* below: mini stream */
	put_le(&ole, 0xfffffffe, 4); /* no mini FAT */
	put_le(&ole, 0, 4);
	put_le(&ole, 0xfffffffe, 4); /* no further FAT list */
	put_le(&ole, 0, 4);
	put_le(&ole, 0, 4); /* the FAT is in sector 0 */
	put_byte(&ole, 0xff, 108 * 4);

	put_le(&ole, 0xfffffffd, 4);
	put_le(&ole, 0xfffffffe, 4);
	for (uint32_t i = 0; i < sectors; i++)
		put_le(&ole, i + 1 < sectors ? i + 3 : 0xfffffffe, 4);
	put_byte(&ole, 0xff, (size_t)(SECTOR - 4 * (2 + sectors)));

	put_directory_entry(&ole, "Root Entry", 5, 1, 0xfffffffe, 0);
	put_directory_entry(&ole, "WordDocument", 2, 0xffffffff, 2, size);
	put_directory_entry(&ole, "", 0, 0xffffffff, 0, 0);
	put_directory_entry(&ole, "", 0, 0xffffffff, 0, 0);

	put_span(&ole, stream);
	put_byte(&ole, 'x', size - stream.size);
	return ole;
}

struct sample sample_html_data(struct as_span content)
{
	size_t size = 4 * ((content.size + 2) / 3);
	unsigned char *encoded = malloc(size + 1);
	struct sample html = {0};

	if (encoded == NULL)
		abort();
	EVP_EncodeBlock(encoded, content.data, (int)content.size);
	put_text(&html, "<html><head><title>x</title></head><body>"
			"<a href=\"data:text/plain;base64,");
	put(&html, encoded, size);
	put_text(&html, "\">x</a></body></html>\n");
	free(encoded);
	return html;
}

struct sample sample_pe(struct as_span content)
{
	struct sample pe = {0};

	put_text(&pe, "MZ");
	put_byte(&pe, 0, 2046);
	put_span(&pe, content);
	put_byte(&pe, 0, 64);
	return pe;
}
