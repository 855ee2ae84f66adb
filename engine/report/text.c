/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/text.h"

#include "base/utf8.h"

#define ELLIPSIS "\xe2\x80\xa6"

struct range {
	uint32_t first, last;
};

static const struct range none[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f}, {0x200b, 0x200f},
	{0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};
static const struct range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},	{0x3041, 0xa4cf},   {0xa960, 0xa97c},
	{0xac00, 0xd7a3},   {0xf900, 0xfaff},	{0xfe30, 0xfe6f},   {0xff00, 0xff60},
	{0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
	{0x20000, 0x3fffd},
};

static bool is_in(uint32_t character, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

static size_t cells(uint32_t character)
{
	if (character < 0x300)
		return 1;
	if (is_in(character, none, sizeof(none) / sizeof(none[0])))
		return 0;
	return is_in(character, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

/* Cells of text and, if it is over width, where to cut to have one left. */
static size_t measure(struct as_span text, size_t width, size_t *cut_out)
{
	size_t used = 0, at = 0;

	*cut_out = SIZE_MAX;
	while (at < text.size) {
		uint32_t character = text.data[at];
		size_t size = as_utf8_next(as_span_from(text, at), &character);
		size_t more = cells(character);

		if (width > 0 && used + more > width - 1 && *cut_out == SIZE_MAX)
			*cut_out = at;
		used += more;
		at += size > 0 ? size : 1;
		if (width > 0 && used > width)
			return used;
	}
	return used;
}

size_t as_text_width(struct as_span text)
{
	size_t cut;

	return measure(text, 0, &cut);
}

size_t as_text_put(struct as_buffer *out, struct as_span text, size_t width)
{
	struct as_buffer safe;
	struct as_span shown;
	size_t used, cut;

	as_buffer_init(&safe, 0);
	/* No more octets than can be shown: a subject may have megabytes. */
	if (width > 0)
		text = as_span_slice(text, 0, 4 * width + 4);
	as_utf8_escape(&safe, text);
	shown = as_buffer_span(&safe);
	used = measure(shown, width, &cut);
	if (width > 0 && used > width) {
		shown.size = cut;
		used = measure(shown, 0, &cut) + 1;
		as_buffer_append(out, shown.data, shown.size);
		as_buffer_text(out, ELLIPSIS);
	} else {
		as_buffer_append(out, shown.data, shown.size);
	}
	as_buffer_deinit(&safe);
	return used;
}

void as_text_number(struct as_buffer *out, uint64_t number)
{
	uint64_t thousands = number / 1000;

	if (thousands == 0) {
		as_buffer_printf(out, "%llu", (unsigned long long)number);
		return;
	}
	/* At most seven levels for 64 bits. */
	as_text_number(out, thousands);
	as_buffer_printf(out, ",%03u", (unsigned int)(number % 1000));
}

/* Three digits of value / unit. */
static void put_scaled(struct as_buffer *out, uint64_t value, uint64_t unit)
{
	double scaled = (double)value / (double)unit;

	as_buffer_printf(out, "%.*f", scaled < 10 ? 2 : scaled < 100 ? 1 : 0, scaled);
}

void as_text_bytes(struct as_buffer *out, uint64_t bytes)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = {
		{1000000000000u, " TB"}, {1000000000u, " GB"}, {1000000u, " MB"}, {1000u, " kB"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (bytes >= units[i].unit) {
			put_scaled(out, bytes, units[i].unit);
			as_buffer_text(out, units[i].name);
			return;
		}
	}
	as_buffer_printf(out, "%u B", (unsigned int)bytes);
}

void as_text_duration(struct as_buffer *out, uint64_t us)
{
	uint64_t seconds = us / 1000000u;

	if (us < 1000000u) {
		put_scaled(out, us, 1000);
		as_buffer_text(out, " ms");
	} else if (seconds < 60) {
		put_scaled(out, us, 1000000);
		as_buffer_text(out, " s");
	} else if (seconds < 3600) {
		as_buffer_printf(out, "%u:%02u min", (unsigned int)(seconds / 60),
				 (unsigned int)(seconds % 60));
	} else {
		as_buffer_printf(out, "%llu:%02u h", (unsigned long long)(seconds / 3600),
				 (unsigned int)(seconds / 60 % 60));
	}
}
