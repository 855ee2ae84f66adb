/* SPDX-License-Identifier: BSD-2-Clause */
#include "points.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Continuation octets that follow a first octet, or 0 when it begins none. */
static size_t tail_of(unsigned char first)
{
	if (first >= 0xc0 && first <= 0xdf)
		return 1;
	if (first >= 0xe0 && first <= 0xef)
		return 2;
	if (first >= 0xf0 && first <= 0xf7)
		return 3;
	return 0;
}

uint32_t att_point_next(struct as_span text, size_t *offset)
{
	static const unsigned char payload[] = {0x7f, 0x1f, 0x0f, 0x07};
	unsigned char first = text.data[*offset];
	size_t tail = tail_of(first);
	uint32_t point = first & payload[tail];

	if (tail == 0 || !as_span_holds(text, *offset + 1, tail)) {
		*offset += 1;
		return first;
	}
	for (size_t i = 1; i <= tail; i++) {
		unsigned char octet = text.data[*offset + i];

		if ((octet & 0xc0) != 0x80) {
			*offset += 1;
			return first;
		}
		point = point << 6 | (octet & 0x3f);
	}
	*offset += tail + 1;
	return point;
}

size_t att_point_put(uint32_t point, unsigned char *out)
{
	if (point < 0x80) {
		out[0] = (unsigned char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (unsigned char)(0xc0 | point >> 6);
		out[1] = (unsigned char)(0x80 | (point & 0x3f));
		return 2;
	}
	/* Half of a surrogate pair, or beyond Unicode: valid UTF-8 has neither. */
	if ((point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff)
		point = 0xfffd;
	if (point < 0x10000) {
		out[0] = (unsigned char)(0xe0 | point >> 12);
		out[1] = (unsigned char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | point >> 18);
	out[1] = (unsigned char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (point & 0x3f));
	return 4;
}

struct range {
	uint32_t low, high;
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (point >= ranges[i].low && point <= ranges[i].high)
			return true;
	return false;
}

bool att_point_is_blank(uint32_t point)
{
	/* Beside the white space of Unicode: Hangul fillers and the empty
	 * braille pattern, which are letters and yet show nothing. */
	static const struct range blanks[] = {
		{0x09, 0x0d},	  {0x20, 0x20},	    {0x85, 0x85},     {0xa0, 0xa0},
		{0x115f, 0x1160}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029},
		{0x202f, 0x202f}, {0x205f, 0x205f}, {0x2800, 0x2800}, {0x3000, 0x3000},
		{0x3164, 0x3164}, {0xffa0, 0xffa0},
	};

	if (point > 0x20 && point < 0x85)
		return false;
	return in_ranges(point, blanks, COUNT(blanks));
}

bool att_point_is_invisible(uint32_t point)
{
	static const struct range hidden[] = {
		{0xad, 0xad},	    {0x34f, 0x34f},   {0x61c, 0x61c},	{0x17b4, 0x17b5},
		{0x180b, 0x180f},   {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f},
		{0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a},
		{0xe0000, 0xe0fff},
	};

	if (point < 0xad)
		return false;
	return in_ranges(point, hidden, COUNT(hidden));
}

bool att_point_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0x9f);
}

bool att_point_is_bidi(uint32_t point)
{
	return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool att_point_is_rtl_letter(uint32_t point)
{
	static const struct range letters[] = {
		{0x5d0, 0x5f4},	    {0x620, 0x65f},	{0x66e, 0x6d5},	  {0x6e5, 0x6ef},
		{0x6fa, 0x85f},	    {0x860, 0x8ff},	{0xfb1d, 0xfdff}, {0xfe70, 0xfefc},
		{0x10800, 0x10fff}, {0x1e800, 0x1efff},
	};

	if (point < 0x5d0)
		return false;
	return in_ranges(point, letters, COUNT(letters));
}

uint32_t att_point_lower(uint32_t point)
{
	if (point >= 'A' && point <= 'Z')
		return point + 32;
	if (point < 0xc0)
		return point;
	if ((point >= 0xc0 && point <= 0xde && point != 0xd7) ||
	    (point >= 0x391 && point <= 0x3a9) || (point >= 0x410 && point <= 0x42f))
		return point + 32;
	if (point >= 0x400 && point <= 0x40f)
		return point + 80;
	if (point >= 0x531 && point <= 0x556)
		return point + 48;
	if (point >= 0xff21 && point <= 0xff3a)
		return point + 32;
	return point;
}

enum att_script att_point_script(uint32_t point)
{
	static const struct range latin[] = {
		{'A', 'Z'},    {'a', 'z'},	 {0xc0, 0xd6},	   {0xd8, 0xf6},
		{0xf8, 0x24f}, {0x1e00, 0x1eff}, {0xff21, 0xff3a}, {0xff41, 0xff5a},
	};

	if (in_ranges(point, latin, COUNT(latin)))
		return ATT_SCRIPT_LATIN;
	if ((point >= 0x370 && point <= 0x3ff) || (point >= 0x1f00 && point <= 0x1fff))
		return ATT_SCRIPT_GREEK;
	if (point >= 0x400 && point <= 0x52f)
		return ATT_SCRIPT_CYRILLIC;
	if (point >= 0x530 && point <= 0x58f)
		return ATT_SCRIPT_ARMENIAN;
	if (point < 0x250 || (point >= 0x2000 && point <= 0x2bff))
		return ATT_SCRIPT_NONE;
	return ATT_SCRIPT_OTHER;
}

struct twin {
	uint32_t point;
	char ascii;
	bool weak;
};

/* Sorted. What common fonts draw like an ASCII letter; weak ones are small
 * capitals and shapes that a reader only takes for Latin among Latin. */
static const struct twin twins[] = {
	{0xaa, 'a', true},    {0xba, 'o', true},    {0x131, 'i', false},  {0x17f, 's', true},
	{0x1c0, 'l', false},  {0x237, 'j', false},  {0x251, 'a', false},  {0x261, 'g', false},
	{0x269, 'i', true},   {0x26a, 'i', true},   {0x28b, 'v', true},	  {0x28f, 'y', true},
	{0x299, 'b', true},   {0x29c, 'h', true},   {0x29f, 'l', true},	  {0x391, 'A', false},
	{0x392, 'B', false},  {0x395, 'E', false},  {0x396, 'Z', false},  {0x397, 'H', false},
	{0x399, 'I', false},  {0x39a, 'K', false},  {0x39c, 'M', false},  {0x39d, 'N', false},
	{0x39f, 'O', false},  {0x3a1, 'P', false},  {0x3a4, 'T', false},  {0x3a5, 'Y', false},
	{0x3a7, 'X', false},  {0x3b1, 'a', true},   {0x3b5, 'e', true},	  {0x3b7, 'n', true},
	{0x3b9, 'i', true},   {0x3ba, 'k', true},   {0x3bd, 'v', false},  {0x3bf, 'o', false},
	{0x3c1, 'p', true},   {0x3c4, 't', true},   {0x3c5, 'u', true},	  {0x3c7, 'x', true},
	{0x3f2, 'c', false},  {0x3f3, 'j', false},  {0x3f9, 'C', false},  {0x405, 'S', false},
	{0x406, 'I', false},  {0x408, 'J', false},  {0x410, 'A', false},  {0x412, 'B', false},
	{0x415, 'E', false},  {0x41a, 'K', false},  {0x41c, 'M', false},  {0x41d, 'H', false},
	{0x41e, 'O', false},  {0x420, 'P', false},  {0x421, 'C', false},  {0x422, 'T', false},
	{0x423, 'Y', false},  {0x425, 'X', false},  {0x42c, 'b', true},	  {0x430, 'a', false},
	{0x432, 'b', true},   {0x433, 'r', true},   {0x435, 'e', false},  {0x43a, 'k', true},
	{0x43c, 'm', true},   {0x43d, 'h', true},   {0x43e, 'o', false},  {0x43f, 'n', true},
	{0x440, 'p', false},  {0x441, 'c', false},  {0x442, 't', true},	  {0x443, 'y', false},
	{0x445, 'x', false},  {0x44c, 'b', true},   {0x455, 's', false},  {0x456, 'i', false},
	{0x458, 'j', false},  {0x475, 'v', false},  {0x4ae, 'Y', false},  {0x4af, 'y', true},
	{0x4ba, 'h', true},   {0x4bb, 'h', false},  {0x4c0, 'I', false},  {0x4cf, 'l', false},
	{0x501, 'd', false},  {0x51a, 'Q', false},  {0x51b, 'q', false},  {0x51c, 'W', false},
	{0x51d, 'w', false},  {0x54d, 'U', false},  {0x555, 'O', false},  {0x561, 'w', true},
	{0x563, 'q', true},   {0x566, 'q', true},   {0x570, 'h', false},  {0x578, 'n', false},
	{0x57d, 'u', false},  {0x581, 'g', true},   {0x585, 'o', false},  {0x13a0, 'D', false},
	{0x13a1, 'R', false}, {0x13a2, 'T', false}, {0x13a5, 'i', true},  {0x13aa, 'A', false},
	{0x13ab, 'J', false}, {0x13ac, 'E', false}, {0x13b3, 'W', false}, {0x13b7, 'M', false},
	{0x13bb, 'H', false}, {0x13c0, 'G', false}, {0x13c3, 'Z', false}, {0x13cf, 'b', true},
	{0x13d2, 'R', false}, {0x13d4, 'W', true},  {0x13d5, 'S', false}, {0x13d9, 'V', false},
	{0x13da, 'S', false}, {0x13de, 'L', false}, {0x13df, 'C', false}, {0x13e2, 'P', false},
	{0x13e6, 'K', false}, {0x13f4, 'B', false}, {0x1d00, 'a', true},  {0x1d04, 'c', false},
	{0x1d05, 'd', true},  {0x1d07, 'e', true},  {0x1d0a, 'j', true},  {0x1d0b, 'k', true},
	{0x1d0d, 'm', true},  {0x1d0f, 'o', false}, {0x1d18, 'p', true},  {0x1d1b, 't', true},
	{0x1d1c, 'u', false}, {0x1d20, 'v', false}, {0x1d21, 'w', false}, {0x1d22, 'z', false},
	{0x2024, '.', false}, {0x2071, 'i', true},  {0x207f, 'n', true},  {0x2102, 'C', false},
	{0x210a, 'g', false}, {0x210e, 'h', false}, {0x2113, 'l', false}, {0x212a, 'K', false},
	{0x212e, 'e', false}, {0x212f, 'e', false}, {0x2134, 'o', false}, {0x2139, 'i', false},
	{0x2160, 'I', false}, {0x2164, 'V', false}, {0x2169, 'X', false}, {0x216c, 'L', false},
	{0x216d, 'C', false}, {0x216e, 'D', false}, {0x216f, 'M', false}, {0x2170, 'i', false},
	{0x2174, 'v', false}, {0x2179, 'x', false}, {0x217c, 'l', false}, {0x217d, 'c', false},
	{0x217e, 'd', false}, {0x217f, 'm', false}, {0x3002, '.', false}, {0xa4f8, '.', false},
	{0xfe52, '.', false}, {0xff61, '.', false},
};

/* Whole alphabets that Unicode repeats: mathematical, circled, fullwidth. */
static uint32_t fold_alphabet(uint32_t point)
{
	if (point >= 0xff01 && point <= 0xff5e)
		return point - 0xfee0;
	if (point >= 0x24b6 && point <= 0x24cf)
		return point - 0x24b6 + 'A';
	if (point >= 0x24d0 && point <= 0x24e9)
		return point - 0x24d0 + 'a';
	if (point >= 0x1d400 && point <= 0x1d6a3) {
		uint32_t letter = (point - 0x1d400) % 52;

		return letter < 26 ? 'A' + letter : 'a' + letter - 26;
	}
	if (point >= 0x1d7ce && point <= 0x1d7ff)
		return '0' + (point - 0x1d7ce) % 10;
	return point;
}

uint32_t att_point_fold(uint32_t point, bool weak)
{
	size_t low = 0, high = COUNT(twins);

	if (point < 0x80)
		return point;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (twins[middle].point == point) {
			if (twins[middle].weak && !weak)
				return point;
			return (unsigned char)twins[middle].ascii;
		}
		if (twins[middle].point < point)
			low = middle + 1;
		else
			high = middle;
	}
	return fold_alphabet(point);
}
