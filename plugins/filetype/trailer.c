/* SPDX-License-Identifier: BSD-2-Clause */
#include "signature.h"

/* ECMA-119 s6.2, ECMA-167 part 2: 16 sectors of 2,048 octets are the
 * system's, then come the volume descriptors. */
#define VOLUME_AT    32768u
#define VOLUME_BYTES 2048u
/* Raw sectors of 2,352 octets have 16 (mode 1) or 24 (mode 2) in front. */
#define RAW_SECTOR 2352u

static bool is_iso_at(struct as_span data, uint64_t at)
{
	return as_span_has_at(data, at + 1, "CD001", 5) && data.data[at] <= 3;
}

static bool find_volume(struct as_span data, struct ft_result *result_out)
{
	static const uint32_t starts[] = {VOLUME_AT, VOLUME_AT + VOLUME_BYTES, 16 * RAW_SECTOR + 16,
					  16 * RAW_SECTOR + 24};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (is_iso_at(data, starts[i]))
			return ft_is(result_out, FT_ISO, 95, starts[i] + 1, 5);
	if (as_span_has_at(data, VOLUME_AT + 9, "CDROM", 5))
		return ft_is(result_out, FT_ISO, 85, VOLUME_AT + 9, 5);
	for (uint64_t n = 0; n < FT_VOLUME_SECTORS; n++) {
		uint64_t at = VOLUME_AT + n * VOLUME_BYTES + 1;

		if (as_span_has_at(data, at, "NSR02", 5) || as_span_has_at(data, at, "NSR03", 5) ||
		    (n == 0 && as_span_has_at(data, at, "BEA01", 5)))
			return ft_is(result_out, FT_UDF, 95, (size_t)at, 5);
	}
	return false;
}

static bool find_footer(struct as_span data, struct ft_result *result_out)
{
	size_t end = data.size;

	/* UDIF: 512 octets, version 4, header size 512, big-endian. */
	if (end >= 512 && as_span_has_at(data, end - 512, "koly\0\0\0\4\0\0\2\0", 12))
		return ft_is(result_out, FT_DMG, 97, end - 512, 4);
	if (end >= 512 && as_span_has_at(data, end - 512, "conectix", 8))
		return ft_is(result_out, FT_VHD, 97, end - 512, 8);
	/* Connectix wrote footers of 511 octets before 2004. */
	if (end >= 511 && as_span_has_at(data, end - 511, "conectix", 8))
		return ft_is(result_out, FT_VHD, 95, end - 511, 8);
	if (end >= 64 &&
	    (as_span_has_at(data, end - 12, "NER5", 4) || as_span_has_at(data, end - 8, "NERO", 4)))
		return ft_is(result_out, FT_NRG, 90, end - 12, 12);
	if (end >= 64 && as_span_has_at(data, end - 64, "bbis", 4))
		return ft_is(result_out, FT_UIF, 90, end - 64, 4);
	return false;
}

bool ft_trailer_find(struct as_span data, struct ft_result *result_out)
{
	if (find_footer(data, result_out) || find_volume(data, result_out))
		return true;
	if (as_span_has_at(data, 512, "EFI PART", 8))
		return ft_is(result_out, FT_IMG, 95, 512, 8);
	/* HFS+ and HFS: volume header at 1,024. */
	if (as_span_has_at(data, 1024, "H+\0\4", 4) || as_span_has_at(data, 1024, "HX\0\5", 4))
		return ft_is(result_out, FT_IMG, 85, 1024, 4);
	if (as_span_has_at(data, 510, "\x55\xaa", 2) && data.size >= 4096 &&
	    data.data[446 + 4] != 0 && (data.data[446] & 0x7f) == 0 &&
	    (data.data[446 + 16] & 0x7f) == 0)
		return ft_is(result_out, FT_IMG, 75, 510, 2);
	/* Version 7 tar has no magic, only the sum. */
	if (data.size >= 512 && data.data[0] != 0 && ft_verify_tar(data) == FT_TAR)
		return ft_is(result_out, FT_TAR, 90, 148, 8);
	return false;
}
