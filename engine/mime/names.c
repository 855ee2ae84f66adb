/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/names.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/field.h"
#include "mime/header_text.h"
#include "mime/param.h"

#include <errno.h>

struct collector {
	struct as_arena *arena;
	struct assay_name *names; /* AS_NAMES_MAX */
	size_t count;
	int rc;
};

/* The ranks of names.h, best first. */
static const struct rank {
	const char *parameter;
	bool extended;
	enum assay_name_source source;
} ranks[] = {
	{"filename", true, ASSAY_NAME_FILENAME_EXT},
	{"filename", false, ASSAY_NAME_FILENAME},
	{"name", true, ASSAY_NAME_NAME_EXT},
	{"name", false, ASSAY_NAME_NAME},
};

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

/* At most max octets of the end of text, from the start of a character on. */
static struct as_span keep_end(struct as_span text, size_t max)
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
	name = keep_end(trim_blanks_dots(as_buffer_span(&narrow)), AS_NAME_SHELL_MAX);
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

static bool has_text(const struct collector *collector, struct as_span text)
{
	for (size_t i = 0; i < collector->count; i++)
		if (as_span_equal(text, as_span_make(collector->names[i].text,
						     collector->names[i].length)))
			return true;
	return false;
}

static bool has_extension(const struct collector *collector, const char *shell)
{
	char wanted[AS_NAME_EXTENSION_SIZE], other[AS_NAME_EXTENSION_SIZE];

	as_name_extension(shell, wanted);
	for (size_t i = 0; i < collector->count; i++) {
		as_name_extension(collector->names[i].shell, other);
		if (strcmp(wanted, other) == 0)
			return true;
	}
	return false;
}

/* One name, without the other ways to read it. text is valid UTF-8. */
static void add_text(struct collector *collector, struct as_span text,
		     enum assay_name_source source)
{
	struct assay_name name = {.length = text.size, .source = source};
	const char *shell;

	if (text.size == 0 || collector->rc != 0 || collector->count == AS_NAMES_MAX ||
	    has_text(collector, text))
		return;
	shell = as_name_shell(collector->arena, text);
	if (shell == NULL) {
		collector->rc = -ENOMEM;
		return;
	}
	if (collector->count >= AS_NAMES_PLAIN && has_extension(collector, shell))
		return;
	name.text = as_arena_copy(collector->arena, text);
	name.shell = shell;
	if (name.text == NULL)
		collector->rc = -ENOMEM;
	else
		collector->names[collector->count++] = name;
}

static int hex_digit(unsigned char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	octet |= 0x20;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

/* False when there is no %XX. */
static bool decode_percent(struct as_buffer *out, struct as_span text)
{
	bool found = false;

	for (size_t i = 0; i < text.size; i++) {
		unsigned char octet = text.data[i];

		if (octet == '%' && text.size - i >= 3 && hex_digit(text.data[i + 1]) >= 0 &&
		    hex_digit(text.data[i + 2]) >= 0) {
			octet = (unsigned char)(hex_digit(text.data[i + 1]) << 4 |
						hex_digit(text.data[i + 2]));
			i += 2;
			found = true;
		}
		as_buffer_byte(out, octet);
	}
	return found;
}

static void add_guessed(struct collector *collector, struct as_span octets,
			enum assay_name_source source)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	if (as_charset_guess(octets, &text))
		add_text(collector, as_buffer_span(&text), source);
	else
		collector->rc = -ENOMEM;
	as_buffer_deinit(&text);
}

/* Clients that replace or drop what Windows forbids save "a.txt:.exe" as
 * "a.txt_.exe", where the shell form ends at the stream; likewise with NUL. */
static void add_replaced(struct collector *collector, struct as_span octets)
{
	struct as_buffer text;

	if (as_span_find_byte(octets, 0, ':') == SIZE_MAX &&
	    as_span_find_byte(octets, 0, 0) == SIZE_MAX)
		return;
	as_buffer_init(&text, 0);
	for (size_t i = 0; i < octets.size; i++)
		if (octets.data[i] != 0)
			as_buffer_byte(&text, octets.data[i] == ':' ? '_' : octets.data[i]);
	if (text.failed)
		collector->rc = -ENOMEM;
	else
		add_guessed(collector, as_buffer_span(&text), ASSAY_NAME_OTHER);
	as_buffer_deinit(&text);
}

/* octets, then what other readers make of them. */
static void add_readings(struct collector *collector, struct as_span octets,
			 enum assay_name_source source)
{
	struct as_buffer words, percent;
	bool found = false;

	as_buffer_init(&words, 0);
	as_buffer_init(&percent, 0);
	add_guessed(collector, octets, source);
	add_replaced(collector, octets);
	if (!as_header_words(&words, octets, &found))
		collector->rc = -ENOMEM;
	if (found) {
		octets = as_buffer_span(&words);
		add_guessed(collector, octets, ASSAY_NAME_ENCODED_WORD);
		add_replaced(collector, octets);
	}
	if (decode_percent(&percent, octets)) {
		add_guessed(collector, as_buffer_span(&percent), ASSAY_NAME_OTHER);
		add_replaced(collector, as_buffer_span(&percent));
	}
	as_buffer_deinit(&words);
	as_buffer_deinit(&percent);
}

/* The octets between the quotes with backslashes, comments and what follows a
 * closing quote: readers that know no quoted pairs or comments see them. */
static void add_raw(struct collector *collector, struct as_span raw)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	for (size_t i = 0; i < raw.size; i++)
		if (raw.data[i] != '"' && raw.data[i] != '\r' && raw.data[i] != '\n')
			as_buffer_byte(&text, raw.data[i]);
	while (text.size > 0 && text.data[text.size - 1] == ' ')
		text.size--;
	if (text.failed)
		collector->rc = -ENOMEM;
	else
		add_guessed(collector, keep_end(as_buffer_span(&text), AS_NAME_RAW_MAX),
			    ASSAY_NAME_RAW);
	as_buffer_deinit(&text);
}

static void add_param(struct collector *collector, const struct as_param *param,
		      enum assay_name_source source)
{
	struct as_span value = as_span_make(param->value, param->value_length);

	if (collector->rc != 0 || collector->count == AS_NAMES_MAX)
		return;
	add_readings(collector, value, source);
	if (param->unbroken_length < value.size)
		add_readings(collector, as_span_slice(value, 0, param->unbroken_length), source);
	if (param->form != AS_PARAM_EXTENDED)
		add_raw(collector, param->raw);
}

/* Readers take the first or the last of repeated names; both come before any
 * other, so that a flood cannot push them out. */
static void add_rank(struct collector *collector, const struct as_param *const *params,
		     size_t count, const struct rank *rank)
{
	size_t first = SIZE_MAX, last = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		if ((params[i]->form == AS_PARAM_EXTENDED) != rank->extended ||
		    strcmp(params[i]->name, rank->parameter) != 0)
			continue;
		if (first == SIZE_MAX)
			first = i;
		last = i;
	}
	if (first == SIZE_MAX)
		return;
	add_param(collector, params[first], rank->source);
	if (last != first)
		add_param(collector, params[last], rank->source);
	for (size_t i = first + 1; i < last; i++)
		if ((params[i]->form == AS_PARAM_EXTENDED) == rank->extended &&
		    strcmp(params[i]->name, rank->parameter) == 0)
			add_param(collector, params[i], rank->source);
}

/* Pointers to all parameters called name or filename of all fields. */
static int gather(struct as_arena *arena, struct as_span block, size_t max_params,
		  struct as_buffer *out)
{
	struct as_field field;
	size_t offset = 0;

	while (as_field_next(block, &offset, &field)) {
		struct as_params params;
		int rc;

		if (!as_field_is(&field, "Content-Type") &&
		    !as_field_is(&field, "Content-Disposition"))
			continue;
		rc = as_params_parse(arena, field.value, max_params, &params);
		if (rc != 0)
			return rc;
		for (size_t i = 0; i < params.count; i++) {
			const struct as_param *param = &params.items[i];

			if (strcmp(param->name, "name") == 0 ||
			    strcmp(param->name, "filename") == 0)
				as_buffer_append(out, &param, sizeof(param));
		}
	}
	return out->failed ? -ENOMEM : 0;
}

int as_names_collect(struct as_arena *arena, struct as_span header_block, size_t max_params,
		     const struct assay_name **names_out, size_t *count_out)
{
	struct collector collector = {.arena = arena};
	const struct as_param *const *params;
	struct as_buffer found;
	size_t count;
	int rc;

	as_buffer_init(&found, 0);
	rc = gather(arena, header_block, max_params, &found);
	if (rc != 0)
		goto out;
	params = (const struct as_param *const *)(void *)found.data;
	count = found.size / sizeof(*params);
	if (count > 0)
		collector.names = as_arena_array(arena, AS_NAMES_MAX, sizeof(*collector.names));
	if (count > 0 && collector.names == NULL) {
		rc = -ENOMEM;
		goto out;
	}
	for (size_t i = 0; count > 0 && i < sizeof(ranks) / sizeof(ranks[0]); i++)
		add_rank(&collector, params, count, &ranks[i]);
	rc = collector.rc;
	if (rc == 0) {
		*names_out = collector.names;
		*count_out = collector.count;
	}
out:
	as_buffer_deinit(&found);
	return rc;
}
