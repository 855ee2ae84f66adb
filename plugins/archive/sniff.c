/* SPDX-License-Identifier: BSD-2-Clause */
#include "sniff.h"
#include "rar5.h"
#include "tnef_stream.h"

#include <zlib.h>

#define SIGNATURE_7Z   "7z\274\257\047\034"
#define SIGNATURE_RAR4 "Rar!\032\007\000"
#define SIGNATURE_RAR5 "Rar!\032\007\001\000"

/* ECMA-119 s6.2.1: descriptors start behind 16 sectors of 2,048 octets. */
#define ISO_SECTOR	  2048u
#define ISO_DESCRIPTORS	  (16u * ISO_SECTOR)
#define ISO_SUPPLEMENTARY 2u /* type of descriptor, s8.5 */

#define TAR_BLOCK	  512u
#define CAB_HEADER	  36u
#define CAB_FLAG_PREV	  0x0001u
#define CAB_FLAG_NEXT	  0x0002u
#define RAR4_FLAG_VOLUME  0x0001u
#define RAR4_FLAG_LOCKED  0x0080u
#define RAR4_TYPE_MAIN	  0x73u

static const struct {
	const char *type_name;
	const char *via;
	enum arc_kind kind;
} kinds[] = {
	{"ZIP", "zip", ARC_KIND_ZIP},	 {"7Z", "7z", ARC_KIND_7Z},
	{"RAR", "rar", ARC_KIND_RAR5},	 {"RAR", "rar", ARC_KIND_RAR4},
	{"CAB", "cab", ARC_KIND_CAB},	 {"ISO", "iso", ARC_KIND_ISO},
	{"TAR", "tar", ARC_KIND_TAR},	 {"CPIO", "cpio", ARC_KIND_CPIO},
	{"AR", "ar", ARC_KIND_AR},	 {"DEB", "ar", ARC_KIND_AR},
	{"LHA", "lha", ARC_KIND_LHA},	 {"XAR", "xar", ARC_KIND_XAR},
	{"GZIP", "gz", ARC_KIND_GZIP},	 {"BZIP2", "bz2", ARC_KIND_BZIP2},
	{"XZ", "xz", ARC_KIND_XZ},	 {"ZSTD", "zst", ARC_KIND_ZSTD},
	{"LZMA", "lzma", ARC_KIND_LZMA}, {"LZIP", "lzip", ARC_KIND_LZIP},
	{"LZ4", "lz4", ARC_KIND_LZ4},	 {"COMPRESS", "compress", ARC_KIND_COMPRESS},
	{"RPM", "rpm", ARC_KIND_RPM},	 {"TNEF", "tnef", ARC_KIND_TNEF},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

const char *arc_kind_name(enum arc_kind kind)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds[i].kind == kind)
			return kinds[i].via;
	return "";
}

enum arc_kind arc_kind_of_type(const char *type_name)
{
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (strcmp(kinds[i].type_name, type_name) == 0)
			return kinds[i].kind;
	return ARC_KIND_NONE;
}

/* POSIX ustar and the older form alike: the header's own checksum, an octal
 * number at 148, counted with blanks in its place. */
static bool is_tar(struct as_span data)
{
	uint32_t sum = 0, told = 0;
	size_t digits = 0;

	if (data.size < TAR_BLOCK || data.data[0] == 0)
		return false;
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : data.data[i];
	for (size_t i = 148; i < 156; i++) {
		unsigned char c = data.data[i];

		if (c >= '0' && c <= '7') {
			told = told << 3 | (uint32_t)(c - '0');
			digits++;
		} else if (digits > 0 || c != ' ') {
			break;
		}
	}
	return digits > 0 && told == sum;
}

static bool is_lha(struct as_span data)
{
	const unsigned char *p = data.data;

	if (data.size < 22 || p[2] != '-' || p[6] != '-' || p[20] > 3)
		return false;
	return (p[3] == 'l' && (p[4] == 'h' || p[4] == 'z')) || (p[3] == 'p' && p[4] == 'm');
}

static bool is_7z(struct as_span data, size_t at)
{
	uint32_t crc;

	return as_span_has_at(data, at, SIGNATURE_7Z, 6) && as_span_holds(data, at, 32) &&
	       as_span_le32(data, at + 8, &crc) && crc == crc32_z(0, data.data + at + 12, 20);
}

static bool is_cab(struct as_span data, size_t at)
{
	static const unsigned char zeros[4];
	uint32_t size, files;

	return as_span_has_at(data, at, "MSCF", 4) && as_span_holds(data, at, CAB_HEADER) &&
	       as_span_has_at(data, at + 4, zeros, 4) && as_span_has_at(data, at + 12, zeros, 4) &&
	       data.data[at + 25] == 1 && as_span_le32(data, at + 8, &size) &&
	       as_span_le32(data, at + 16, &files) && files >= CAB_HEADER && files < size;
}

static bool is_rar4(struct as_span data, size_t at)
{
	uint16_t crc, size;

	return as_span_has_at(data, at, SIGNATURE_RAR4, 7) && as_span_le16(data, at + 7, &crc) &&
	       as_span_le16(data, at + 12, &size) && size >= 7 &&
	       as_span_holds(data, at + 7, size) &&
	       (crc32_z(0, data.data + at + 9, size - 2u) & 0xffffu) == crc;
}

static bool is_rar5(struct as_span data, size_t at)
{
	size_t next = at + 12;
	uint64_t size;
	uint32_t crc;

	return as_span_has_at(data, at, SIGNATURE_RAR5, 8) && as_span_le32(data, at + 8, &crc) &&
	       rar5_number(data, &next, &size) && as_span_holds(data, next, size) &&
	       crc32_z(0, data.data + at + 12, next - (at + 12) + (size_t)size) == crc;
}

static bool is_lzma(struct as_span data)
{
	uint32_t dictionary;
	uint64_t size;

	if (!as_span_le32(data, 1, &dictionary) || !as_span_le64(data, 5, &size) ||
	    data.data[0] != 0x5d)
		return false;
	/* LZMA has no signature: the default properties, a power of two (or
	 * one and a half of it), and a believable or unknown size. */
	return dictionary >= 4096 &&
	       ((dictionary & (dictionary - 1)) == 0 ||
		(dictionary % 3 == 0 && ((dictionary / 3) & (dictionary / 3 - 1)) == 0)) &&
	       (size == UINT64_MAX || size < (uint64_t)1 << 38);
}

static bool is_zstd(struct as_span data)
{
	uint32_t magic;

	/* RFC 8878 s3.1: a frame, or a skippable one in front of it. */
	return as_span_le32(data, 0, &magic) &&
	       (magic == 0xfd2fb528u || (magic & 0xfffffff0u) == 0x184d2a50u);
}

static enum arc_kind sniff_signature(struct as_span data)
{
	static const struct {
		const char *octets;
		unsigned char size;
		unsigned char offset;
		enum arc_kind kind;
	} table[] = {
		{"PK\003\004", 4, 0, ARC_KIND_ZIP},	{"PK\005\006", 4, 0, ARC_KIND_ZIP},
		{"PK\007\010PK", 6, 0, ARC_KIND_ZIP}, /* split, one part */
		{"PK00PK\003\004", 8, 0, ARC_KIND_ZIP}, {SIGNATURE_7Z, 6, 0, ARC_KIND_7Z},
		{SIGNATURE_RAR4, 7, 0, ARC_KIND_RAR4},	{SIGNATURE_RAR5, 8, 0, ARC_KIND_RAR5},
		{"MSCF\0\0\0\0", 8, 0, ARC_KIND_CAB},	{"070701", 6, 0, ARC_KIND_CPIO},
		{"070702", 6, 0, ARC_KIND_CPIO},	{"070707", 6, 0, ARC_KIND_CPIO},
		{"!<arch>\n", 8, 0, ARC_KIND_AR},	{"xar!\0", 5, 0, ARC_KIND_XAR},
		{"\037\213\010", 3, 0, ARC_KIND_GZIP},	{"1AY&SY", 6, 4, ARC_KIND_BZIP2},
		{"\027rE8P\220", 6, 4, ARC_KIND_BZIP2}, /* nothing packed */
		{"\3757zXZ\0", 6, 0, ARC_KIND_XZ},	{"LZIP", 4, 0, ARC_KIND_LZIP},
		{"\004\"M\030", 4, 0, ARC_KIND_LZ4},	{"\355\253\356\333", 4, 0, ARC_KIND_RPM},
		{TNEF_SIGNATURE, 4, 0, ARC_KIND_TNEF},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (as_span_has_at(data, table[i].offset, table[i].octets, table[i].size) &&
		    (table[i].kind != ARC_KIND_BZIP2 || as_span_has_at(data, 0, "BZh", 3)))
			return table[i].kind;
	return ARC_KIND_NONE;
}

enum arc_kind arc_sniff(const struct assay_object *object)
{
	struct as_span data = object->data;
	enum arc_kind typed = arc_kind_of_type(object->type_name);
	enum arc_kind kind = sniff_signature(data);

	if (kind != ARC_KIND_NONE)
		return kind;
	if (is_tar(data))
		return ARC_KIND_TAR;
	if (as_span_has_at(data, ISO_DESCRIPTORS + 1, "CD001", 5))
		return ARC_KIND_ISO;
	if (is_zstd(data))
		return ARC_KIND_ZSTD;
	if (is_lha(data))
		return ARC_KIND_LHA;
	if (is_lzma(data))
		return ARC_KIND_LZMA;
	if (as_span_has_at(data, 0, "\037\235", 2) && data.size > 3 && (data.data[2] & 0x1f) >= 9 &&
	    (data.data[2] & 0x1f) <= 16)
		return ARC_KIND_COMPRESS;
	/* Two octets prove nothing; the detector has looked at more. */
	if (typed == ARC_KIND_CPIO || typed == ARC_KIND_LZMA || typed == ARC_KIND_TAR)
		return typed;
	return ARC_KIND_NONE;
}

static enum arc_kind archive_at(struct as_span data, size_t at)
{
	if (is_7z(data, at))
		return ARC_KIND_7Z;
	if (is_rar4(data, at))
		return ARC_KIND_RAR4;
	if (is_rar5(data, at))
		return ARC_KIND_RAR5;
	if (is_cab(data, at))
		return ARC_KIND_CAB;
	return ARC_KIND_NONE;
}

enum arc_kind arc_find_embedded(struct as_span data, size_t from, size_t limit, size_t *at_out)
{
	static const char *const heads[] = {"7z\274\257", "Rar!", "MSCF"};
	enum arc_kind best = ARC_KIND_NONE;

	if (limit > data.size)
		limit = data.size;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		for (size_t at = from; at < limit; at++) {
			const unsigned char *hit = memmem(data.data + at, limit - at, heads[i], 4);
			enum arc_kind kind;

			if (hit == NULL)
				break;
			at = (size_t)(hit - data.data);
			kind = archive_at(data, at);
			if (kind == ARC_KIND_NONE)
				continue;
			best = kind;
			limit = at;
			*at_out = at;
		}
	}
	return best;
}

size_t arc_declared_end(struct as_span data, enum arc_kind kind)
{
	uint64_t offset, size;
	uint32_t cab_size;

	if (kind == ARC_KIND_7Z && as_span_le64(data, 12, &offset) &&
	    as_span_le64(data, 20, &size) && data.size >= 32 && offset <= data.size - 32 &&
	    size <= data.size - 32 - offset)
		return (size_t)(32 + offset + size);
	if (kind == ARC_KIND_CAB && as_span_le32(data, 8, &cab_size) && cab_size < data.size)
		return cab_size;
	return data.size;
}

bool arc_is_volume(struct as_span data, enum arc_kind kind)
{
	uint16_t flags;

	if (kind == ARC_KIND_CAB)
		return as_span_le16(data, 30, &flags) &&
		       (flags & (CAB_FLAG_PREV | CAB_FLAG_NEXT)) != 0;
	if (kind == ARC_KIND_RAR4)
		return as_span_le16(data, 10, &flags) && data.data[9] == RAR4_TYPE_MAIN &&
		       (flags & RAR4_FLAG_VOLUME) != 0;
	return kind == ARC_KIND_RAR5 && rar5_is_volume(data);
}

bool arc_is_locked(struct as_span data, enum arc_kind kind)
{
	uint16_t flags;

	if (kind == ARC_KIND_RAR4)
		return as_span_le16(data, 10, &flags) && data.data[9] == RAR4_TYPE_MAIN &&
		       (flags & RAR4_FLAG_LOCKED) != 0;
	return kind == ARC_KIND_RAR5 && rar5_is_locked(data);
}

bool arc_has_joliet(struct as_span data)
{
	for (size_t i = 0; i < ARC_MAX_ISO_DESCRIPTORS; i++) {
		size_t at = ISO_DESCRIPTORS + i * ISO_SECTOR;

		if (!as_span_has_at(data, at + 1, "CD001", 5))
			return false;
		if (data.data[at] == ISO_SUPPLEMENTARY)
			return true;
	}
	return false;
}

bool arc_has_udf(struct as_span data)
{
	for (size_t i = 0; i < ARC_MAX_ISO_DESCRIPTORS; i++) {
		size_t at = ISO_DESCRIPTORS + i * ISO_SECTOR;

		if (as_span_has_at(data, at + 1, "NSR0", 4))
			return true;
		if (!as_span_has_at(data, at + 1, "CD001", 5) &&
		    !as_span_has_at(data, at + 1, "BEA01", 5))
			return false;
	}
	return false;
}
