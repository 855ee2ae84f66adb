/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/names.h"
#include "mime/names_add.h"

#include <errno.h>

/* Characters that take no room or turn the direction of text: a name that
 * differs only in them looks the same and is saved the same by most clients. */
static bool is_invisible(uint32_t character)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x0001, 0x001f},   {0x007f, 0x009f},	{0x00ad, 0x00ad},   {0x034f, 0x034f},
		{0x061c, 0x061c},   {0x115f, 0x1160},	{0x17b4, 0x17b5},   {0x180b, 0x180f},
		{0x200b, 0x200f},   {0x2028, 0x202e},	{0x2060, 0x206f},   {0x3164, 0x3164},
		{0xfe00, 0xfe0f},   {0xfeff, 0xfeff},	{0xffa0, 0xffa0},   {0xfff0, 0xfffb},
		{0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

/* Blanks of Unicode are trimmed as ASCII ones: at the end of a name nobody
 * sees them. */
static bool is_wide_blank(uint32_t character)
{
	return character == 0xa0 || character == 0x1680 ||
	       (character >= 0x2000 && character <= 0x200a) || character == 0x202f ||
	       character == 0x205f || character == 0x3000;
}

/* Valid UTF-8 without what is_invisible(), up to the first NUL. */
static void append_visible(struct as_buffer *out, struct as_span text)
{
	while (text.size > 0 && text.data[0] != 0) {
		uint32_t character = 0xfffd;
		size_t length = as_utf8_next(text, &character);
		unsigned char octets[4];

		if (is_wide_blank(character))
			character = ' ';
		if (!is_invisible(character))
			as_buffer_append(out, octets, as_utf8_put(character, octets));
		text = as_span_from(text, length > 0 ? length : 1);
	}
}

static bool is_separator(unsigned char octet)
{
	return octet == '/' || octet == '\\';
}

static bool is_trimmed(unsigned char octet)
{
	return octet == ' ' || octet == '.';
}

static struct as_span last_component(struct as_span path)
{
	size_t begin;

	/* "a.exe/" and "a.exe\. " still name a.exe. */
	while (path.size > 0 &&
	       (is_separator(path.data[path.size - 1]) || is_trimmed(path.data[path.size - 1])))
		path.size--;
	begin = path.size;
	while (begin > 0 && !is_separator(path.data[begin - 1]))
		begin--;
	return as_span_from(path, begin);
}

static bool is_letter(unsigned char octet)
{
	octet |= 0x20;
	return octet >= 'a' && octet <= 'z';
}

/* "C:name" is name on a drive, "name:stream" a stream of name (MS-FSCC
 * s2.1.5). */
static struct as_span cut_stream(struct as_span name)
{
	size_t colon;

	if (name.size > 2 && is_letter(name.data[0]) && name.data[1] == ':')
		name = as_span_from(name, 2);
	colon = as_span_find_byte(name, 0, ':');
	/* Of ":x" something has to be left to judge. */
	if (colon != SIZE_MAX && colon > 0)
		name.size = colon;
	return name;
}

/* Full-width forms last: they are no separators to Windows, but some clients
 * map them to ASCII when they save. */
static void append_narrow(struct as_buffer *out, struct as_span text)
{
	while (text.size > 0) {
		uint32_t character = 0xfffd;
		size_t length = as_utf8_next(text, &character);
		unsigned char octets[4];

		if (character >= 0xff01 && character <= 0xff5e)
			character -= 0xff01 - '!';
		as_buffer_append(out, octets, as_utf8_put(character, octets));
		text = as_span_from(text, length > 0 ? length : 1);
	}
}

static struct as_span trim_blanks_dots(struct as_span name)
{
	while (name.size > 0 && name.data[0] == ' ')
		name = as_span_from(name, 1);
	while (name.size > 0 && is_trimmed(name.data[name.size - 1]))
		name.size--;
	return name;
}

struct as_span as_name_keep_end(struct as_span text, size_t max)
{
	if (text.size > max)
		text = as_span_from(text, text.size - max);
	else
		return text;
	while (text.size > 0 && (text.data[0] & 0xc0) == 0x80)
		text = as_span_from(text, 1);
	return text;
}

char *as_name_shell(struct as_arena *arena, struct as_span text)
{
	struct as_buffer visible, narrow;
	struct as_span name;
	char *shell = NULL;

	as_buffer_init(&visible, 0);
	as_buffer_init(&narrow, 0);
	append_visible(&visible, text);
	name = cut_stream(last_component(as_buffer_span(&visible)));
	append_narrow(&narrow, name);
	name = as_name_keep_end(trim_blanks_dots(as_buffer_span(&narrow)), AS_NAME_SHELL_MAX);
	name = trim_blanks_dots(name); /* the cut may have bared a blank */
	if (!visible.failed && !narrow.failed)
		shell = as_arena_copy(arena, name);
	as_buffer_deinit(&visible);
	as_buffer_deinit(&narrow);
	return shell;
}

int as_name_make(struct as_arena *arena, struct as_span raw, enum assay_name_source source,
		 struct assay_name *name_out)
{
	struct assay_name name = {.source = source};
	struct as_buffer text;
	int rc = -ENOMEM;

	as_buffer_init(&text, 0);
	if (!as_charset_guess(raw, &text))
		goto out;
	name.text = as_arena_copy(arena, as_buffer_span(&text));
	name.length = text.size;
	name.shell = as_name_shell(arena, as_buffer_span(&text));
	if (name.text == NULL || name.shell == NULL)
		goto out;
	*name_out = name;
	rc = 0;
out:
	as_buffer_deinit(&text);
	return rc;
}

void as_name_extension(const char *shell, char extension_out[AS_NAME_EXTENSION_SIZE])
{
	const char *dot = strrchr(shell, '.');
	size_t length = dot == NULL ? 0 : strlen(dot);

	extension_out[0] = '\0';
	if (length < 2 || length >= AS_NAME_EXTENSION_SIZE)
		return;
	for (size_t i = 0; i <= length; i++) {
		char c = dot[i];

		extension_out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
}
