/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"
#include "tags.h"

/* Fewer lines prove nothing. */
#define TABLE_MIN 2u

static bool is_json(struct as_span view, size_t at)
{
	static const char *const words[] = {"true", "false", "null"};
	unsigned char open = view.data[at];
	size_t next;

	if (open != '{' && open != '[')
		return false;
	next = ft_text_skip_blanks(view, at + 1, 1024);
	if (next >= view.size)
		return false;
	if (view.data[next] == '"')
		return ft_find_lower(as_span_slice(view, next, 512), open == '{' ? "\":" : "\"") !=
			       SIZE_MAX ||
		       ft_find_lower(as_span_slice(view, next, 512), "\" :") != SIZE_MAX;
	if (open == '{')
		return view.data[next] == '}' && next + 3 > view.size;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ft_starts_with(view, next, words[i]))
			return true;
	return view.data[next] == '{' || view.data[next] == '[';
}

static size_t count_octet(struct as_span line, unsigned char octet)
{
	size_t count = 0;
	bool quoted = false;

	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] == '"')
			quoted = !quoted;
		else if (line.data[i] == octet && !quoted)
			count++;
	}
	return count;
}

static bool is_table(struct as_span view, unsigned char separator, size_t at_least)
{
	struct as_span line;
	size_t at = 0, columns = 0, lines = 0;

	view = as_span_slice(view, 0, 16384);
	while (lines < FT_TABLE_LINES && ft_text_line(view, &at, &line)) {
		size_t count = count_octet(line, separator);

		if (line.size == 0)
			continue;
		/* The last line may have been cut by the slice. */
		if (at >= view.size && lines >= TABLE_MIN)
			break;
		if (lines++ == 0)
			columns = count;
		if (count != columns || count < at_least)
			return false;
	}
	return lines >= TABLE_MIN;
}

bool ft_table_find(const struct ft_text *text, const struct ft_hints *hints,
		   struct ft_result *result_out)
{
	bool named = strcmp(hints->extension, ".csv") == 0 ||
		     strcmp(hints->extension, ".tsv") == 0 ||
		     strcmp(hints->declared, "text/csv") == 0;
	size_t at = ft_text_skip_blanks(text->view, 0, 1024);
	size_t least = named ? 1 : 3;

	if (at >= text->view.size)
		return false;
	if (is_json(text->view, at))
		return ft_is(result_out, FT_JSON, 80, text->wide ? 0 : at + text->shift, 1);
	if (is_table(text->view, ';', least) || is_table(text->view, ',', least) ||
	    is_table(text->view, '\t', least))
		return ft_is(result_out, FT_CSV, named ? 80 : 65, 0, 0);
	return false;
}
