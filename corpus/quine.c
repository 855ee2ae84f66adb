/* SPDX-License-Identifier: BSD-2-Clause */
#include "bomb.h"

#include <string.h>

#include <zlib.h>

/*
 * A program of two instructions for the deflate machine, after the idea of
 * R. Cox, "Zip Files All The Way Down" (2010): L(n) copies the next n units to
 * the output, R repeats the last four units of it. Every instruction, and each
 * third of the gzip header and of the end, takes one unit of five octets:
 * L(n) is a stored block's header, R a block of two matches.
 */
#define UNIT 5u
#define BITS 32u

static void literal(struct co_bytes *out, unsigned int units)
{
	co_u8(out, 0);
	co_le16(out, units * UNIT);
	co_le16(out, ~(units * UNIT) & 0xffff);
}

/* A block of fixed codes: twice length 10 (code 264) at distance 20 (code 8
 * and three extra bits), then the end of the block: 40 bits. */
static void repeat(struct co_bytes *out)
{
	/* Each group: value, bits; Huffman codes stand with their first bit
	 * lowest, as they are written. */
	static const struct {
		unsigned int value, bits;
	} groups[] = {
		{2, 3}, {0x08, 7}, {0x02, 5}, {3, 3}, {0x08, 7}, {0x02, 5}, {3, 3}, {0, 7},
	};
	uint64_t word = 0;
	unsigned int used = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		word |= (uint64_t)groups[i].value << used;
		used += groups[i].bits;
	}
	for (unsigned int i = 0; i < UNIT; i++)
		co_u8(out, (unsigned int)(word >> (8 * i) & 0xff));
}

static void begin(struct co_bytes *out, unsigned int letter)
{
	co_add(out, "\x1f\x8b\x08\x08\0\0\0\0\x02\xff", 10);
	co_raw(out, "loo");
	co_u8(out, letter);
	co_u8(out, 0);
}

/* Two empty blocks of fixed codes and an empty last stored block: 23 bits and
 * one to align, four octets of length; then check sum and length. */
static void end(struct co_bytes *out, uint32_t crc, uint32_t size)
{
	/* 010 0000000 010 0000000 100 0, each group's first bit lowest. */
	co_add(out, "\x02\x08\x10\0\0\xff\xff", 7);
	co_le32(out, crc);
	co_le32(out, size);
}

static struct co_bytes *program(unsigned int letter, uint32_t crc, uint32_t size)
{
	struct co_bytes *out = co_new();

	begin(out, letter);
	literal(out, 4);
	begin(out, letter);
	literal(out, 4);
	repeat(out);
	literal(out, 1);
	repeat(out);
	literal(out, 1);
	literal(out, 1);
	literal(out, 4);
	repeat(out);
	literal(out, 1);
	literal(out, 1);
	literal(out, 4);
	repeat(out);
	literal(out, 4);
	repeat(out);
	literal(out, 4);
	repeat(out);
	literal(out, 4);
	repeat(out);
	literal(out, 4);
	repeat(out);
	literal(out, 0);
	literal(out, 0);
	literal(out, 4);
	repeat(out);
	literal(out, 0);
	literal(out, 0);
	literal(out, 4);
	repeat(out);
	end(out, crc, size);
	repeat(out);
	end(out, crc, size);
	return out;
}

static uint32_t sum_of(unsigned int letter, uint32_t crc, uint32_t size)
{
	return co_crc32(program(letter, crc, size));
}

/*
 * The file holds its own check sum. CRC-32 is affine over GF(2), so "the sum
 * of the file with c in it is c" is 32 linear equations for 32 bits; with about
 * three names in ten they have a solution.
 */
static int solve(unsigned int letter, uint32_t size, uint32_t *crc_out)
{
	uint64_t rows[BITS];
	uint32_t zero = sum_of(letter, 0, size), crc = 0;

	for (unsigned int r = 0; r < BITS; r++)
		rows[r] = (uint64_t)(zero >> r & 1) << BITS;
	for (unsigned int column = 0; column < BITS; column++) {
		uint32_t change = sum_of(letter, 1u << column, size) ^ zero ^ 1u << column;

		for (unsigned int r = 0; r < BITS; r++)
			rows[r] |= (uint64_t)(change >> r & 1) << column;
	}
	for (unsigned int column = 0; column < BITS; column++) {
		unsigned int pivot = column;
		uint64_t row;

		while (pivot < BITS && (rows[pivot] >> column & 1) == 0)
			pivot++;
		if (pivot == BITS)
			return -1;
		row = rows[pivot];
		rows[pivot] = rows[column];
		rows[column] = row;
		for (unsigned int r = 0; r < BITS; r++)
			if (r != column && rows[r] >> column & 1)
				rows[r] ^= row;
	}
	for (unsigned int r = 0; r < BITS; r++)
		crc |= (uint32_t)(rows[r] >> BITS & 1) << r;
	*crc_out = crc;
	return 0;
}

static int is_quine(const struct co_bytes *file)
{
	unsigned char unpacked[1024];
	z_stream stream = {
		.next_in = file->data,
		.avail_in = (uInt)file->size,
		.next_out = unpacked,
		.avail_out = sizeof(unpacked),
	};
	int rc;

	if (inflateInit2(&stream, 15 + 16) != Z_OK)
		co_fail("zlib cannot be started");
	rc = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return rc == Z_STREAM_END && stream.total_out == file->size &&
	       memcmp(unpacked, file->data, file->size) == 0;
}

struct co_bytes *co_quine(void)
{
	uint32_t size = (uint32_t)program('a', 0, 0)->size, crc;

	for (unsigned int letter = 'a'; letter <= 'z'; letter++) {
		struct co_bytes *file;

		if (solve(letter, size, &crc) < 0)
			continue;
		file = program(letter, crc, size);
		if (!is_quine(file))
			co_fail("the quine does not unpack to itself");
		return file;
	}
	co_fail("the quine has no check sum");
}
