/* SPDX-License-Identifier: BSD-2-Clause */
#include "bomb.h"
#include "zip.h"

#include <stdio.h>

#include <zlib.h>

#define MIB		((size_t)1 << 20)
#define ZEROS_MIB	1024u
#define TREE_LEVELS	6u
#define TREE_MEMBERS	8u
#define OVERLAP_MEMBERS 60u
#define DEFLATED	8u

/* One mebibyte of zeros as blocks that need nothing before them and end on an
 * octet: they can stand in a row. */
static struct co_bytes *deflated_mebibyte(uint32_t *crc_out)
{
	struct co_bytes *zeros = co_new(), *out = co_new();
	z_stream stream = {.next_in = NULL};

	co_fill(zeros, 0, MIB);
	co_fill(out, 0, 65536);
	if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		co_fail("zlib cannot be started");
	stream.next_in = zeros->data;
	stream.avail_in = (uInt)zeros->size;
	stream.next_out = out->data;
	stream.avail_out = (uInt)out->size;
	if (deflate(&stream, Z_FULL_FLUSH) != Z_OK || stream.avail_in != 0)
		co_fail("zlib cannot deflate");
	out->size -= stream.avail_out;
	/* There is more to come: that is no error here. */
	deflateEnd(&stream);
	*crc_out = co_crc32(zeros);
	return out;
}

struct co_bytes *co_zip_of_zeros(void)
{
	struct co_bytes *packed = co_new(), *block;
	struct co_zip_unpacked unpacked = {.size = 0, .crc = 0};
	struct co_zip zip;
	uint32_t crc;

	block = deflated_mebibyte(&crc);
	for (unsigned int i = 0; i < ZEROS_MIB; i++) {
		co_join(packed, block);
		unpacked.crc = (uint32_t)crc32_combine(unpacked.crc, crc, (z_off_t)MIB);
		unpacked.size += MIB;
	}
	/* The last block: empty, of fixed codes. */
	co_add(packed, "\x03\0", 2);
	co_zip_begin(&zip);
	co_zip_odd_member(&zip, "zeros.bin", "zeros.bin", DEFLATED, packed, &unpacked, 0);
	return co_zip_end(&zip, false);
}

struct co_bytes *co_zip_tree(void)
{
	struct co_bytes *inner = co_new();

	co_fill(inner, 0, 4 * MIB);
	for (unsigned int level = 0; level < TREE_LEVELS; level++) {
		struct co_zip zip;

		co_zip_begin(&zip);
		for (unsigned int i = 0; i < TREE_MEMBERS; i++) {
			static char names[TREE_MEMBERS][16];
			struct co_bytes *member = co_new();

			snprintf(names[i], sizeof(names[i]), level == 0 ? "%u.dat" : "%u.zip", i);
			co_join(member, inner);
			/* Behind the end of a ZIP, where readers look past it. */
			co_u8(member, 'a' + i);
			co_zip_member(&zip, names[i], member, 0);
		}
		inner = co_zip_end(&zip, false);
	}
	return inner;
}

struct co_bytes *co_zip_chain(const char *name, const struct co_bytes *content, unsigned int levels)
{
	struct co_bytes *out = co_zip_of(name, content);

	for (unsigned int i = 1; i < levels; i++)
		out = co_zip_of("inner.zip", out);
	return out;
}

/* The members' headers stand inside of each other's data: each member is
 * stored and holds the next one (Fifield, WOOT 2019, in its simplest form). */
struct co_bytes *co_zip_overlap(void)
{
	static char names[OVERLAP_MEMBERS][16];
	struct co_bytes *core = co_new(), *data[OVERLAP_MEMBERS + 1];
	struct co_zip zip;
	size_t at = 0;

	co_fill(core, 0, 20000);
	data[OVERLAP_MEMBERS] = co_deflate(core);
	for (unsigned int i = OVERLAP_MEMBERS; i-- > 0;) {
		struct co_zip_unpacked unpacked = {data[i + 1]->size, co_crc32(data[i + 1])};

		snprintf(names[i], sizeof(names[i]), "%03u.bin", i);
		co_zip_begin(&zip);
		co_zip_odd_member(&zip, names[i], names[i], 0, data[i + 1], &unpacked, 0);
		data[i] = zip.out;
	}
	co_zip_begin(&zip);
	co_join(zip.out, data[0]);
	for (unsigned int i = 0; i < OVERLAP_MEMBERS; i++) {
		zip.members[i] = (struct co_zip_member){
			.name = names[i],
			.crc = co_crc32(data[i + 1]),
			.packed = data[i + 1]->size,
			.unpacked = data[i + 1]->size,
			.at = at,
		};
		at += data[i]->size - data[i + 1]->size;
	}
	zip.count = OVERLAP_MEMBERS;
	return co_zip_end(&zip, false);
}
