/* SPDX-License-Identifier: BSD-2-Clause */
#include "signature.h"

/* FT_COUNT: "yes, what the table says". */
#define AS_TABLED FT_COUNT

static bool is_binary(struct as_span data)
{
	size_t end = data.size < FT_SNIFF_BYTES ? data.size : FT_SNIFF_BYTES;

	for (size_t i = 0; i < end; i++) {
		unsigned char c = data.data[i];

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b)
			return true;
	}
	return false;
}

enum ft_id ft_verify_binary(struct as_span data)
{
	return is_binary(data) ? AS_TABLED : FT_UNKNOWN;
}

/* Windows only asks for MZ and an offset at 0x3c; DOS programs have neither
 * PE nor NE header. A cut-off program stays a program. */
enum ft_id ft_verify_mz(struct as_span data)
{
	uint32_t header;

	if (as_span_le32(data, 0x3c, &header) && (as_span_has_at(data, header, "PE\0\0", 4)))
		return FT_PE;
	return is_binary(data) ? FT_DOSEXE : FT_UNKNOWN;
}

/* Shared by Java classes and fat Mach-O files: the next four octets are a
 * class version (major 45 and up) or a small number of architectures. */
enum ft_id ft_verify_cafebabe(struct as_span data)
{
	uint32_t word = 0;

	if (!as_span_be32(data, 4, &word))
		return FT_CLASS;
	return word < 40 ? FT_MACHO : FT_CLASS;
}

enum ft_id ft_verify_bmp(struct as_span data)
{
	uint32_t header, pixels;

	if (!as_span_le32(data, 10, &pixels) || !as_span_le32(data, 14, &header))
		return FT_UNKNOWN;
	if (header != 12 && header != 16 && header != 40 && header != 52 && header != 56 &&
	    header != 64 && header != 108 && header != 124)
		return FT_UNKNOWN;
	return pixels >= 14 + header || pixels == 0 ? FT_BMP : FT_UNKNOWN;
}

enum ft_id ft_verify_riff(struct as_span data)
{
	static const struct {
		char form[5];
		enum ft_id id;
	} forms[] = {
		{"WEBP", FT_WEBP}, {"WAVE", FT_WAV},  {"AVI ", FT_AVI},	 {"ACON", FT_ANI},
		{"AIFF", FT_AIFF}, {"AIFC", FT_AIFF}, {"RMID", FT_MIDI},
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (as_span_has_at(data, 8, forms[i].form, 4))
			return forms[i].id;
	return is_binary(data) ? FT_RIFF : FT_UNKNOWN;
}

enum ft_id ft_verify_ftyp(struct as_span data)
{
	static const struct {
		char brand[4];
		unsigned char size;
		enum ft_id id;
	} brands[] = {
		{"qt  ", 4, FT_MOV},  {"avif", 4, FT_AVIF}, {"avis", 4, FT_AVIF},
		{"heic", 4, FT_HEIC}, {"heix", 4, FT_HEIC}, {"heim", 4, FT_HEIC},
		{"hevc", 4, FT_HEIC}, {"mif1", 4, FT_HEIC}, {"msf1", 4, FT_HEIC},
		{"jxl ", 4, FT_JXL},  {"jp2 ", 4, FT_JP2},
	};
	uint32_t size;

	if (!as_span_be32(data, 0, &size) || (size != 1 && (size < 8 || size > 4096)))
		return FT_UNKNOWN;
	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++)
		if (as_span_has_at(data, 8, brands[i].brand, brands[i].size))
			return brands[i].id;
	return FT_MP4;
}

enum ft_id ft_verify_icon(struct as_span data)
{
	uint16_t count, kind;
	uint32_t size, offset;

	if (!as_span_le16(data, 2, &kind) || !as_span_le16(data, 4, &count) || count == 0 ||
	    count > 256 || !as_span_le32(data, 14, &size) || !as_span_le32(data, 18, &offset) ||
	    data.data[9] != 0 || offset < 6 + 16u * count || size < 16)
		return FT_UNKNOWN;
	return kind == 2 ? FT_CUR : FT_ICO;
}

enum ft_id ft_verify_sfnt(struct as_span data)
{
	uint16_t tables;

	if (!as_span_be16(data, 4, &tables) || tables == 0 || tables > 96)
		return FT_UNKNOWN;
	for (size_t i = 12; i < 16; i++)
		if (i >= data.size || data.data[i] < 0x20 || data.data[i] > 0x7e)
			return FT_UNKNOWN;
	return AS_TABLED;
}

enum ft_id ft_verify_id3(struct as_span data)
{
	return data.size >= 10 && data.data[3] >= 2 && data.data[3] <= 4 && data.data[6] < 0x80 &&
			       data.data[7] < 0x80
		       ? FT_MP3
		       : FT_UNKNOWN;
}

static const unsigned short bit_rates[2][15] = {
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
};
static const unsigned short sample_rates[4] = {44100, 48000, 32000, 0};

/* Length of a layer III frame or of an ADTS frame at offset, or 0. */
static size_t audio_frame(struct as_span data, size_t offset, enum ft_id *id_out)
{
	const unsigned char *p = data.data + offset;
	unsigned int version, rate, frequency;

	if (!as_span_holds(data, offset, 7) || p[0] != 0xff || (p[1] & 0xe0) != 0xe0)
		return 0;
	if ((p[1] & 0xf6) == 0xf0) {
		*id_out = FT_AAC;
		return (size_t)(p[3] & 3) << 11 | (size_t)p[4] << 3 | p[5] >> 5;
	}
	version = p[1] >> 3 & 3;
	rate = p[2] >> 4;
	if (version == 1 || (p[1] >> 1 & 3) != 1 || rate == 0 || rate == 15)
		return 0;
	frequency = sample_rates[p[2] >> 2 & 3];
	if (frequency == 0)
		return 0;
	frequency >>= version == 3 ? 0 : version == 2 ? 1 : 2;
	*id_out = FT_MP3;
	return (version == 3 ? 144000u : 72000u) * bit_rates[version != 3][rate] / frequency +
	       (p[2] >> 1 & 1);
}

/* Eleven set bits are no signature: the next frame must be where it should. */
enum ft_id ft_verify_mpeg_audio(struct as_span data)
{
	enum ft_id first = FT_UNKNOWN, second = FT_UNKNOWN;
	size_t next = audio_frame(data, 0, &first);

	if (next < 7 || audio_frame(data, next, &second) == 0)
		return FT_UNKNOWN;
	return first == second ? first : FT_UNKNOWN;
}

enum ft_id ft_verify_bzip2(struct as_span data)
{
	if (data.size < 10 || data.data[3] < '1' || data.data[3] > '9')
		return FT_UNKNOWN;
	return as_span_has_at(data, 4, "\x31\x41\x59\x26\x53\x59", 6) ||
			       as_span_has_at(data, 4, "\x17\x72\x45\x38\x50\x90", 6)
		       ? FT_BZIP2
		       : FT_UNKNOWN;
}

/* The "alone" header: dictionary a power of two (or 3 * 2^n), size unknown or
 * below 256 GiB. */
enum ft_id ft_verify_lzma(struct as_span data)
{
	uint32_t dictionary, low = 0, high = 0;

	if (!as_span_le32(data, 1, &dictionary) || !as_span_le32(data, 5, &low) ||
	    !as_span_le32(data, 9, &high) || dictionary < 4096)
		return FT_UNKNOWN;
	while ((dictionary & 1) == 0)
		dictionary >>= 1;
	if (dictionary != 1 && dictionary != 3 && dictionary != UINT32_MAX)
		return FT_UNKNOWN;
	if (high >= 64 && (high != UINT32_MAX || low != UINT32_MAX))
		return FT_UNKNOWN;
	return FT_LZMA;
}

enum ft_id ft_verify_arj(struct as_span data)
{
	uint16_t size;

	return as_span_le16(data, 2, &size) && size >= 30 && size <= 2600 && data.size > 10 &&
			       data.data[4] >= 20 && data.data[4] <= 60
		       ? FT_ARJ
		       : FT_UNKNOWN;
}

/* 0x1a, a method up to 11 (127 for some), and a file name of 13 octets. */
enum ft_id ft_verify_arc(struct as_span data)
{
	size_t i = 2;

	if (data.size < 29 || data.data[1] == 0 || data.data[1] > 11)
		return FT_UNKNOWN;
	while (i < 15 && data.data[i] > 0x20 && data.data[i] < 0x7f)
		i++;
	return i > 2 && i < 15 && data.data[i] == 0 ? FT_ARC : FT_UNKNOWN;
}

enum ft_id ft_verify_lha(struct as_span data)
{
	unsigned char kind;

	if (data.size < 22 || data.data[6] != '-')
		return FT_UNKNOWN;
	kind = data.data[4];
	if ((kind != 'h' && kind != 'z') || data.data[20] > 3)
		return FT_UNKNOWN;
	return FT_LHA;
}

enum ft_id ft_verify_pcx(struct as_span data)
{
	if (data.size < 128 || data.data[1] > 5 || data.data[1] == 1 || data.data[2] != 1 ||
	    data.data[64] != 0)
		return FT_UNKNOWN;
	return data.data[3] == 1 || data.data[3] == 2 || data.data[3] == 4 || data.data[3] == 8
		       ? FT_PCX
		       : FT_UNKNOWN;
}

enum ft_id ft_verify_emf(struct as_span data)
{
	return as_span_has_at(data, 40, " EMF", 4) ? FT_EMF : FT_UNKNOWN;
}

/* Without the placeable header: version 1.0 or 3.0 and a sane header. */
enum ft_id ft_verify_wmf(struct as_span data)
{
	uint16_t version;

	return as_span_le16(data, 4, &version) && (version == 0x100 || version == 0x300) &&
			       data.size >= 18 && data.data[16] == 0 && data.data[17] == 0
		       ? FT_WMF
		       : FT_UNKNOWN;
}

enum ft_id ft_verify_swf(struct as_span data)
{
	uint32_t size;

	return as_span_le32(data, 4, &size) && data.data[3] > 0 && data.data[3] < 64 &&
			       is_binary(data)
		       ? FT_SWF
		       : FT_UNKNOWN;
}

/* 16-bit number that grows with each release (Python 1.5 to 3.x), CR LF, then
 * flags or a time stamp. */
enum ft_id ft_verify_pyc(struct as_span data)
{
	uint16_t magic;

	if (data.size < 16 || !as_span_le16(data, 0, &magic) || !is_binary(data))
		return FT_UNKNOWN;
	return (magic >= 3000 && magic <= 3700) || (magic >= 60202 && magic <= 62300) ? FT_PYC
										      : FT_UNKNOWN;
}

/* A local header whose name fits and whose version is one that exists. */
enum ft_id ft_verify_zip(struct as_span data)
{
	uint16_t version, name;

	if (!as_span_le16(data, 4, &version) || !as_span_le16(data, 26, &name))
		return is_binary(data) ? FT_ZIP : FT_UNKNOWN;
	return (version & 0xff) <= 63 ? FT_ZIP : is_binary(data) ? FT_ZIP : FT_UNKNOWN;
}

/* A FAT or NTFS boot sector: jump, sector size, 55 AA. */
enum ft_id ft_verify_boot(struct as_span data)
{
	uint16_t sector;

	if (data.size < 1024 || data.data[2] != 0x90 || !as_span_le16(data, 11, &sector) ||
	    !as_span_has_at(data, 510, "\x55\xaa", 2))
		return FT_UNKNOWN;
	return sector == 512 || sector == 1024 || sector == 2048 || sector == 4096 ? FT_IMG
										   : FT_UNKNOWN;
}

enum ft_id ft_verify_ts(struct as_span data)
{
	if (data.size < 188 * 4)
		return FT_UNKNOWN;
	for (size_t at = 0; at < 188 * 4; at += 188)
		if (data.data[at] != 0x47)
			return FT_UNKNOWN;
	return is_binary(data) ? FT_MPEGTS : FT_UNKNOWN;
}

/* A bare BIFF stream, which Excel opens under any name: BOF with a document
 * type of workbook, sheet, chart, macro sheet or workspace. */
enum ft_id ft_verify_biff(struct as_span data)
{
	uint16_t kind;

	if (!as_span_le16(data, 6, &kind))
		return FT_UNKNOWN;
	return kind == 5 || kind == 6 || kind == 0x10 || kind == 0x20 || kind == 0x40 ||
			       kind == 0x100
		       ? FT_BIFF
		       : FT_UNKNOWN;
}

/* The header's own sum, with the sum's field counted as blanks (POSIX ustar). */
enum ft_id ft_verify_tar(struct as_span data)
{
	uint32_t plain = 0, expected = 0, i;

	if (data.size < 512)
		return FT_UNKNOWN;
	for (i = 148; i < 156 && data.data[i] == ' '; i++)
		;
	if (i == 156 || data.data[i] < '0' || data.data[i] > '7')
		return FT_UNKNOWN;
	for (; i < 156 && data.data[i] >= '0' && data.data[i] <= '7'; i++)
		expected = expected << 3 | (uint32_t)(data.data[i] - '0');
	for (i = 0; i < 512; i++)
		plain += i >= 148 && i < 156 ? ' ' : data.data[i];
	return plain == expected ? FT_TAR : FT_UNKNOWN;
}

/* RFC 9580 s4.2 packets that begin an OpenPGP file, checked by their first
 * fields: version of a session key, key or signature packet. */
enum ft_id ft_verify_pgp(struct as_span data)
{
	unsigned int tag, header;
	unsigned char version;

	if (data.size < 16 || (data.data[0] & 0x80) == 0)
		return FT_UNKNOWN;
	if ((data.data[0] & 0x40) != 0) {
		tag = data.data[0] & 0x3f;
		header = data.data[1] < 192 ? 2 : data.data[1] < 224 ? 3 : 6;
	} else {
		tag = data.data[0] >> 2 & 15;
		header = (data.data[0] & 3) == 0 ? 2 : (data.data[0] & 3) == 1 ? 3 : 5;
	}
	version = data.data[header];
	/* Public-key algorithm and creation time close enough to be no chance. */
	if (tag == 1 && version == 3 &&
	    (data.data[header + 9] <= 3 || data.data[header + 9] == 16 ||
	     data.data[header + 9] == 18) &&
	    data.data[header + 9] > 0)
		return FT_PGP;
	if (tag == 3 && (version == 4 || version == 5) && data.data[header + 1] <= 13 &&
	    data.data[header + 2] <= 4 && data.data[header + 3] <= 14)
		return FT_PGP;
	if (tag == 6 && version >= 4 && version <= 6 && data.data[header + 5] <= 28 &&
	    data.data[header + 5] > 0)
		return FT_PGPKEY;
	if (tag == 2 && version == 4 && data.data[header + 1] <= 0x50 &&
	    data.data[header + 2] <= 28 && data.data[header + 3] <= 14 &&
	    data.data[header + 4] == 0)
		return FT_PGPSIG;
	return FT_UNKNOWN;
}
