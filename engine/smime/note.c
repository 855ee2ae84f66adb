/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/smime.h"

#include "base/buffer.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

/* One sentence with a name or two in it. */
#define NOTE_TEXT_BYTES 640u

bool as_smime_noted(const struct as_smime_notes *notes, const struct as_smime_layer *layer,
		    const char *code)
{
	for (const struct as_smime_note *n = notes->first; n != NULL; n = n->next)
		if (n->layer == layer && strcmp(n->code, code) == 0)
			return true;
	return false;
}

/* Whether it is there already, or there are enough of its code. */
static bool is_enough(const struct as_smime_notes *notes, const struct as_smime_layer *layer,
		      const char *code, const char *text)
{
	size_t same = 0;

	for (const struct as_smime_note *n = notes->first; n != NULL; n = n->next) {
		if (n->layer != layer || strcmp(n->code, code) != 0)
			continue;
		if (strcmp(n->text, text) == 0)
			return true;
		same++;
	}
	return same >= AS_SMIME_NOTES_PER_CODE;
}

/* What did not fit may have begun with a character's first octets. */
static void trim(char *text, int wanted)
{
	size_t size = NOTE_TEXT_BYTES - 1;

	if (wanted < (int)NOTE_TEXT_BYTES)
		return;
	while (size > 0 && ((unsigned char)text[size - 1] & 0xc0) == 0x80)
		size--;
	if (size > 0 && (unsigned char)text[size - 1] >= 0xc0)
		size--;
	text[size] = '\0';
}

void as_smime_note(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const char *code, enum assay_severity severity, const char *format, ...)
{
	char text[NOTE_TEXT_BYTES];
	struct as_smime_note *note;
	va_list values;

	va_start(values, format);
	trim(text, vsnprintf(text, sizeof(text), format, values));
	va_end(values);
	if (is_enough(notes, layer, code, text))
		return;
	note = as_arena_alloc(notes->arena, sizeof(*note));
	if (note != NULL)
		*note = (struct as_smime_note){
			.code = code,
			.severity = severity,
			.text = as_arena_strdup(notes->arena, text),
			.layer = layer,
		};
	if (note == NULL || note->text == NULL) {
		notes->lost = true;
		return;
	}
	if (notes->last == NULL)
		notes->first = note;
	else
		notes->last->next = note;
	notes->last = note;
}

const char *as_smime_printable(struct as_arena *arena, struct as_span text, size_t max)
{
	struct as_span kept = as_span_slice(text, 0, max);
	struct as_buffer out;
	const char *copy;

	/* Not in the middle of a character, which would be shown as octets. */
	while (kept.size < text.size && kept.size > 0 && (text.data[kept.size] & 0xc0) == 0x80)
		kept.size--;
	as_buffer_init(&out, 0);
	as_utf8_escape(&out, kept);
	if (kept.size < text.size)
		as_buffer_text(&out, "...");
	copy = out.failed ? NULL : as_arena_copy(arena, as_buffer_span(&out));
	as_buffer_deinit(&out);
	return copy != NULL ? copy : "";
}

const char *as_smime_hex(struct as_arena *arena, struct as_span octets)
{
	static const char digits[] = "0123456789abcdef";
	char *text = as_arena_alloc(arena, 2 * octets.size + 1);

	if (text == NULL)
		return "";
	for (size_t i = 0; i < octets.size; i++) {
		text[2 * i] = digits[octets.data[i] >> 4];
		text[2 * i + 1] = digits[octets.data[i] & 15];
	}
	return text;
}
