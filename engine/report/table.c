/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/table.h"

#include "report/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

/* Below this a row is broken by the terminal rather than cut to nothing. */
#define WIDTH_LEAST 40u

size_t as_table_terminal_width(int fd)
{
	struct winsize size;

	if (isatty(fd) == 0)
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return 80;
	return size.ws_col > WIDTH_LEAST ? size.ws_col : WIDTH_LEAST;
}

void as_table_widen(struct as_table *table, size_t column, const char *text)
{
	size_t width = as_text_width(as_span_text(text));

	if (table->columns[column].width < width)
		table->columns[column].width = width;
}

void as_table_fit(struct as_table *table, size_t width)
{
	size_t used = 0, left;
	unsigned int weights = 0;

	table->cut = width > 0;
	for (size_t i = 0; i < table->count; i++) {
		as_table_widen(table, i, table->columns[i].title);
		used += table->columns[i].width + (i > 0 ? AS_COLUMN_GAP : 0);
		weights += table->columns[i].weight;
	}
	if (width <= used || weights == 0)
		return;
	left = width - used;
	for (size_t i = 0; i < table->count; i++)
		table->columns[i].width += left * table->columns[i].weight / weights;
}

static void put_blanks(struct as_buffer *out, size_t count)
{
	while (count-- > 0)
		as_buffer_byte(out, ' ');
}

static void put_cell(const struct as_table *table, size_t index, struct as_cell cell,
		     struct as_buffer *out)
{
	const struct as_column *column = &table->columns[index];
	enum as_colour colour = table->colour ? cell.colour : AS_COLOUR_PLAIN;
	struct as_buffer text;
	size_t used, pad;

	as_buffer_init(&text, 0);
	used = as_text_put(&text, as_span_text(cell.text), table->cut ? column->width : 0);
	pad = used < column->width ? column->width - used : 0;
	if (column->right)
		put_blanks(out, pad);
	as_colour_begin(out, colour);
	as_buffer_append(out, text.data, text.size);
	as_colour_end(out, colour);
	if (!column->right && index + 1 < table->count)
		put_blanks(out, pad);
	if (index + 1 < table->count)
		put_blanks(out, AS_COLUMN_GAP);
	as_buffer_deinit(&text);
}

void as_table_row(const struct as_table *table, const struct as_cell *cells, struct as_buffer *out)
{
	size_t begin = out->size;

	for (size_t i = 0; i < table->count; i++)
		put_cell(table, i, cells[i], out);
	while (!out->failed && out->size > begin && out->data[out->size - 1] == ' ')
		out->size--;
	as_buffer_byte(out, '\n');
}

void as_table_head(const struct as_table *table, struct as_buffer *out)
{
	struct as_cell cells[AS_COLUMNS_MAX];

	for (size_t i = 0; i < table->count; i++)
		cells[i] = (struct as_cell){table->columns[i].title, AS_COLOUR_BOLD};
	as_table_row(table, cells, out);
}
