/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_MIME_ENCODE_H
#define ASSAY_TESTS_MIME_ENCODE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The plainest encoders, for tests of the decoders. Each writes no terminator
 * and returns how many octets it wrote; out must have 4 * size + 256.
 */

static const char enc_uu[] = "`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_";
static const char enc_xx[] = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char enc_base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char enc_binhex[] =
	"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

static inline size_t enc_quanta(const char *alphabet, const unsigned char *in, size_t size,
				char *out)
{
	size_t length = 0;

	for (size_t i = 0; i < size; i += 3) {
		uint32_t bits = (uint32_t)in[i] << 16;

		if (i + 1 < size)
			bits |= (uint32_t)in[i + 1] << 8;
		if (i + 2 < size)
			bits |= in[i + 2];
		for (unsigned int shift = 24; shift > 0; shift -= 6)
			out[length++] = alphabet[bits >> (shift - 6) & 63];
	}
	return length;
}

/* Lines only, without "begin" and "end". */
static inline size_t enc_uu_lines(const char *alphabet, const unsigned char *in, size_t size,
				  const char *eol, char *out)
{
	size_t length = 0;

	for (size_t at = 0; at < size; at += 45) {
		size_t count = size - at < 45 ? size - at : 45;

		out[length++] = alphabet[count];
		length += enc_quanta(alphabet, in + at, count, out + length);
		memcpy(out + length, eol, strlen(eol));
		length += strlen(eol);
	}
	return length;
}

static inline size_t enc_base64_lines(const unsigned char *in, size_t size, size_t width,
				      const char *eol, char *out)
{
	char flat[8192];
	size_t flat_size = enc_quanta(enc_base64, in, size, flat), length = 0;

	if (size % 3 != 0)
		flat[flat_size - 1] = '=';
	if (size % 3 == 1)
		flat[flat_size - 2] = '=';
	for (size_t at = 0; at < flat_size; at += width) {
		size_t count = flat_size - at < width ? flat_size - at : width;

		memcpy(out + length, flat + at, count);
		length += count;
		memcpy(out + length, eol, strlen(eol));
		length += strlen(eol);
	}
	return length;
}

static inline size_t enc_yenc_lines(const unsigned char *in, size_t size, const char *eol,
				    char *out)
{
	size_t length = 0, column = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)(in[i] + 42);

		if (c == 0 || c == '\n' || c == '\r' || c == '=' || (c == '.' && column == 0)) {
			out[length++] = '=';
			c = (unsigned char)(c + 64);
		}
		out[length++] = (char)c;
		if (++column == 128 || i + 1 == size) {
			memcpy(out + length, eol, strlen(eol));
			length += strlen(eol);
			column = 0;
		}
	}
	return length;
}

/* From ':' to ':', with header, run lengths and a data fork; the checksums are
 * zero. resource follows as the other fork. */
static inline size_t enc_binhex_file(const char *name, const unsigned char *data, size_t size,
				     const unsigned char *resource, size_t resource_size,
				     const char *eol, char *out)
{
	unsigned char plain[4096], packed[8192];
	size_t n = strlen(name), length = 0, packed_size = 0, out_size = 0;
	char flat[12288];

	plain[length++] = (unsigned char)n;
	memcpy(plain + length, name, n);
	length += n;
	memcpy(plain + length, "\0TEXT????\0", 11);
	length += 11;
	for (unsigned int shift = 32; shift > 0; shift -= 8)
		plain[length++] = (unsigned char)(size >> (shift - 8));
	for (unsigned int shift = 32; shift > 0; shift -= 8)
		plain[length++] = (unsigned char)(resource_size >> (shift - 8));
	memset(plain + length, 0, 2);
	length += 2;
	memcpy(plain + length, data, size);
	length += size;
	memset(plain + length, 0, 2);
	length += 2;
	if (resource_size > 0)
		memcpy(plain + length, resource, resource_size);
	length += resource_size;
	memset(plain + length, 0, 2);
	length += 2;
	for (size_t i = 0; i < length;) {
		size_t run = 1;

		while (run < 255 && i + run < length && plain[i + run] == plain[i])
			run++;
		packed[packed_size++] = plain[i];
		if (plain[i] == 0x90)
			packed[packed_size++] = 0;
		else if (run > 3) {
			packed[packed_size++] = 0x90;
			packed[packed_size++] = (unsigned char)run;
		}
		i += plain[i] != 0x90 && run > 3 ? run : 1;
	}
	length = enc_quanta(enc_binhex, packed, packed_size, flat);
	out[out_size++] = ':';
	for (size_t i = 0; i < length; i++) {
		if (i % 64 == 63) {
			memcpy(out + out_size, eol, strlen(eol));
			out_size += strlen(eol);
		}
		out[out_size++] = flat[i];
	}
	out[out_size++] = ':';
	memcpy(out + out_size, eol, strlen(eol));
	return out_size + strlen(eol);
}

/* The 68 octets of the file that all anti-virus programs know, which must not
 * stand in one piece anywhere. */
static inline size_t enc_eicar(unsigned char *out)
{
	static const char *const pieces[] = {"X5O!P%@AP[4\\PZX54(P^)", "7CC)7}$EICAR-STAND",
					     "ARD-ANTIVIRUS-TEST-", "FILE!$H+H*"};
	size_t length = 0;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		memcpy(out + length, pieces[i], strlen(pieces[i]));
		length += strlen(pieces[i]);
	}
	return length;
}

/* Octets that look like the head of a program: a few, then many zeros. */
static inline size_t enc_program(unsigned char *out, size_t size)
{
	uint32_t seed = 5;

	memset(out, 0, size);
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1664525u + 1013904223u;
		if (i < 40 || i > size / 2)
			out[i] = (unsigned char)(seed >> 24);
	}
	memcpy(out, "MZ\x90\0\3\0\0\0", 8);
	return size;
}

#endif
