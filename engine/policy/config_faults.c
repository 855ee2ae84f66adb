/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_faults.h"

#include "base/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Room that is kept for "and 4294967295 more". */
#define MORE_SIZE 32u

void as_faults_start(struct as_faults *faults, struct as_arena *arena, const char *file)
{
	faults->arena = arena;
	faults->file = file;
	faults->count = 0;
	faults->total = 0;
}

static void add(struct as_faults *faults, int code, size_t line, char *text)
{
	const char *copy;

	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	faults->total++;
	copy = faults->count < AS_FAULTS_MAX ? as_arena_strdup(faults->arena, text) : NULL;
	if (copy != NULL)
		faults->rows[faults->count++] =
			(struct as_fault){.code = code, .line = line, .text = copy};
}

void as_faults_add(struct as_faults *faults, size_t line, const char *format, ...)
{
	char text[AS_FAULT_TEXT_MAX], whole[2 * AS_FAULT_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (line > 0)
		snprintf(whole, sizeof(whole), "%s:%zu: %s", faults->file, line, text);
	else
		snprintf(whole, sizeof(whole), "%s: %s",
			 faults->file[0] != '\0' ? faults->file : "without a configuration file",
			 text);
	add(faults, AS_E_CONFIG, line, whole);
}

void as_faults_add_text(struct as_faults *faults, int code, const char *text)
{
	char copy[2 * AS_FAULT_TEXT_MAX];

	snprintf(copy, sizeof(copy), "%s", text);
	add(faults, code, 0, copy);
}

void as_faults_stop_at(struct as_faults *faults, size_t line)
{
	size_t kept = 0;

	for (size_t i = 0; i < faults->count; i++)
		if (faults->rows[i].line <= line)
			faults->rows[kept++] = faults->rows[i];
	faults->total -= faults->count - kept;
	faults->count = kept;
}

/* By lines, those without one last; else in the order of coming. */
static bool is_after(const struct as_fault *a, const struct as_fault *b)
{
	return a->line - 1 > b->line - 1;
}

static void sort(struct as_faults *faults)
{
	for (size_t i = 1; i < faults->count; i++) {
		struct as_fault row = faults->rows[i];
		size_t at = i;

		for (; at > 0 && is_after(&faults->rows[at - 1], &row); at--)
			faults->rows[at] = faults->rows[at - 1];
		faults->rows[at] = row;
	}
}

int as_faults_report(struct as_faults *faults, struct as_error *error)
{
	struct as_buffer text;
	size_t told = 0;
	int rc;

	if (faults->total == 0)
		return 0;
	sort(faults);
	as_buffer_init(&text, AS_ERROR_TEXT_MAX);
	while (told < faults->count &&
	       text.size + strlen(faults->rows[told].text) + MORE_SIZE < AS_ERROR_TEXT_MAX) {
		as_buffer_printf(&text, "%s%s", told > 0 ? "\n" : "", faults->rows[told].text);
		told++;
	}
	if (told < faults->total)
		as_buffer_printf(&text, "%sand %zu more", told > 0 ? "\n" : "",
				 faults->total - told);
	if (text.failed || faults->count == 0)
		rc = as_error_set(error, -ENOMEM, "no memory for the configuration");
	else
		rc = as_error_set(error, faults->rows[0].code, "%.*s", (int)text.size,
				  (const char *)text.data);
	as_buffer_deinit(&text);
	return rc;
}
