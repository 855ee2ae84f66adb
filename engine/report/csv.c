/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/csv.h"

#include "base/utf8.h"

static void end_cell(struct as_buffer *out, bool last)
{
	as_buffer_text(out, last ? "\r\n" : ",");
}

static bool is_formula(struct as_span text)
{
	return text.size > 0 && (text.data[0] == '=' || text.data[0] == '+' ||
				 text.data[0] == '-' || text.data[0] == '@');
}

void as_csv_text(struct as_buffer *out, const char *text, bool last)
{
	struct as_buffer safe;
	bool quote = false;

	as_buffer_init(&safe, 0);
	if (is_formula(as_span_text(text)))
		as_buffer_byte(&safe, '\'');
	if (!as_utf8_escape(&safe, as_span_text(text)))
		out->failed = true;
	for (size_t i = 0; i < safe.size; i++)
		quote |= safe.data[i] == '"' || safe.data[i] == ',';
	if (quote)
		as_buffer_byte(out, '"');
	for (size_t i = 0; i < safe.size; i++) {
		if (safe.data[i] == '"')
			as_buffer_byte(out, '"');
		as_buffer_byte(out, safe.data[i]);
	}
	if (quote)
		as_buffer_byte(out, '"');
	as_buffer_deinit(&safe);
	end_cell(out, last);
}

void as_csv_number(struct as_buffer *out, uint64_t number, bool last)
{
	as_buffer_printf(out, "%llu", (unsigned long long)number);
	end_cell(out, last);
}
