/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/names_add.h"

#include "mime/charset.h"
#include "mime/header_text.h"
#include "mime/names_forms.h"

#include <errno.h>

static struct assay_name *find_text(const struct as_name_list *list, struct as_span text)
{
	for (size_t i = 0; i < list->count; i++)
		if (as_span_equal(text, as_span_make(list->items[i].text, list->items[i].length)))
			return &list->items[i];
	return NULL;
}

static bool has_extension(const struct as_name_list *list, const char *shell)
{
	char wanted[AS_NAME_EXTENSION_SIZE], other[AS_NAME_EXTENSION_SIZE];

	as_name_extension(shell, wanted);
	for (size_t i = 0; i < list->count; i++) {
		as_name_extension(list->items[i].shell, other);
		if (strcmp(wanted, other) == 0)
			return true;
	}
	return false;
}

/* One name, without the other ways to read it. text is valid UTF-8. */
static void add_text(struct as_name_list *list, struct as_span text, enum assay_name_source source,
		     uint32_t marks)
{
	struct assay_name name = {.length = text.size, .source = source, .marks = marks};
	struct assay_name *same;

	if (text.size == 0 || list->rc != 0)
		return;
	same = find_text(list, text);
	/* The bits rise with the liberty that a reading takes. */
	if (same != NULL && marks < same->marks)
		same->marks = marks;
	if (same != NULL || list->count == AS_NAMES_MAX)
		return;
	name.shell = as_name_shell(list->arena, text);
	if (name.shell == NULL) {
		list->rc = -ENOMEM;
		return;
	}
	if (list->count >= AS_NAMES_PLAIN && has_extension(list, name.shell))
		return;
	if (list->items == NULL)
		list->items = as_arena_array(list->arena, AS_NAMES_MAX, sizeof(*list->items));
	name.text = as_arena_copy(list->arena, text);
	if (name.text == NULL || list->items == NULL)
		list->rc = -ENOMEM;
	else
		list->items[list->count++] = name;
}

void as_name_add(struct as_name_list *list, struct as_span octets, enum assay_name_source source,
		 uint32_t marks)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	if (as_charset_guess(octets, &text))
		add_text(list, as_buffer_span(&text), source, marks);
	else
		list->rc = -ENOMEM;
	as_buffer_deinit(&text);
}

static int hex_digit(unsigned char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	octet |= 0x20;
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

int as_name_hex(struct as_span text, size_t offset)
{
	int high, low;

	if (!as_span_holds(text, offset, 2))
		return -1;
	high = hex_digit(text.data[offset]);
	low = hex_digit(text.data[offset + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool as_name_percent(struct as_buffer *out, struct as_span text)
{
	bool found = false;

	for (size_t i = 0; i < text.size; i++) {
		int octet = text.data[i] == '%' ? as_name_hex(text, i + 1) : -1;

		as_buffer_byte(out, octet >= 0 ? (unsigned char)octet : text.data[i]);
		if (octet >= 0) {
			found = true;
			i += 2;
		}
	}
	return found;
}

/* Clients that replace or drop what Windows forbids save "a.txt:.exe" as
 * "a.txt_.exe", where the shell form ends at the stream; likewise with NUL. */
static void add_replaced(struct as_name_list *list, struct as_span octets, uint32_t marks)
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
		list->rc = -ENOMEM;
	else
		as_name_add(list, as_buffer_span(&text), ASSAY_NAME_OTHER,
			    marks | ASSAY_NAME_LOOSE);
	as_buffer_deinit(&text);
}

/* Other clients drop what Windows forbids: "<a.exe>" is a.exe to them. */
static void add_dropped(struct as_name_list *list, struct as_span octets, uint32_t marks)
{
	static const char forbidden[] = "<>\"|?*";
	struct as_buffer text;

	as_buffer_init(&text, 0);
	for (size_t i = 0; i < octets.size; i++)
		if (octets.data[i] == 0 || strchr(forbidden, octets.data[i]) == NULL)
			as_buffer_byte(&text, octets.data[i]);
	if (text.failed)
		list->rc = -ENOMEM;
	else if (text.size < octets.size)
		as_name_add(list, as_buffer_span(&text), ASSAY_NAME_OTHER,
			    marks | ASSAY_NAME_LOOSE);
	as_buffer_deinit(&text);
}

/* Copies the charset and encoding of the word at offset, "=?utf-8?b?", in lower
 * case. The octets of it, or 0 when there is none. */
static size_t word_head(struct as_span text, size_t offset, char head_out[AS_WORD_CHARSET_SIZE])
{
	size_t length = 0, marks = 0;

	if (!as_span_has_at(text, offset, "=?", 2))
		return 0;
	while (offset + length < text.size && length + 1 < AS_WORD_CHARSET_SIZE) {
		unsigned char octet = text.data[offset + length];

		marks += octet == '?';
		head_out[length++] = (char)(octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
		if (marks == 3)
			break;
	}
	head_out[length] = '\0';
	return marks == 3 ? length : 0;
}

/* The octets of a seam between two words of one charset and encoding, whose
 * first begins with head: "?= =?utf-8?b?". Or 0. */
static size_t seam_at(struct as_span text, size_t offset, const char *head)
{
	char next[AS_WORD_CHARSET_SIZE];
	size_t at = offset + 2, length;

	if (head[0] == '\0' || !as_span_has_at(text, offset, "?=", 2))
		return 0;
	while (at < text.size && strchr(" \t\r\n", text.data[at]) != NULL && text.data[at] != 0)
		at++;
	length = word_head(text, at, next);
	return length > 0 && strcmp(head, next) == 0 ? at + length - offset : 0;
}

/* GMime and MimeKit put the texts of such words together before they decode:
 * a quantum or an escape may stand across the seam. */
static void add_seamless(struct as_name_list *list, struct as_span octets, uint32_t marks)
{
	struct as_buffer joined, words;
	char head[AS_WORD_CHARSET_SIZE] = "", found[AS_WORD_CHARSET_SIZE];

	as_buffer_init(&joined, 0);
	as_buffer_init(&words, 0);
	for (size_t i = 0; i < octets.size; i++) {
		size_t seam = seam_at(octets, i, head);

		if (seam == 0 && word_head(octets, i, found) > 0)
			memcpy(head, found, sizeof(head));
		if (seam > 0)
			i += seam - 1;
		else
			as_buffer_byte(&joined, octets.data[i]);
	}
	if (joined.size < octets.size) {
		(void)as_header_words(&words, as_buffer_span(&joined), NULL);
		as_name_add(list, as_buffer_span(&words), ASSAY_NAME_ENCODED_WORD,
			    marks | ASSAY_NAME_LOOSE);
	}
	if (joined.failed || words.failed)
		list->rc = -ENOMEM;
	as_buffer_deinit(&words);
	as_buffer_deinit(&joined);
}

/* RFC 2045 s5.1 knows no single quotes; browsers and scripts take them. */
static void add_single_quoted(struct as_name_list *list, struct as_span octets,
			      enum assay_name_source source, uint32_t marks)
{
	if (octets.size > 2 && octets.data[0] == '\'' && octets.data[octets.size - 1] == '\'')
		as_name_add(list, as_span_slice(octets, 1, octets.size - 2), source,
			    marks | ASSAY_NAME_LOOSE);
}

void as_name_add_readings(struct as_name_list *list, struct as_span octets,
			  enum assay_name_source source, uint32_t marks)
{
	struct as_buffer words, percent;
	bool found = false;

	as_buffer_init(&words, 0);
	as_buffer_init(&percent, 0);
	if (!as_header_words(&words, octets, &found))
		list->rc = -ENOMEM;
	as_name_add(list, octets, source, found ? marks | ASSAY_NAME_UNDECODED : marks);
	add_replaced(list, octets, marks);
	if (!found)
		add_dropped(list, octets, marks);
	add_single_quoted(list, octets, source, marks);
	if (found) {
		marks |= as_name_word_marks(octets);
		add_seamless(list, octets, marks);
		octets = as_buffer_span(&words);
		as_name_add(list, octets, ASSAY_NAME_ENCODED_WORD, marks);
		add_replaced(list, octets, marks);
		add_dropped(list, octets, marks);
	}
	if (as_name_percent(&percent, octets)) {
		marks |= ASSAY_NAME_LOOSE;
		as_name_add(list, as_buffer_span(&percent), ASSAY_NAME_OTHER, marks);
		add_replaced(list, as_buffer_span(&percent), marks);
	}
	if (words.failed || percent.failed)
		list->rc = -ENOMEM;
	as_buffer_deinit(&words);
	as_buffer_deinit(&percent);
}
