/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "report/colour.h"
#include "report/table.h"
#include "report/text.h"
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>

/* A column for the mark and one for the octets stand before them. */
#define CLIENTS_MAX (AS_COLUMNS_MAX - 2u)
#define CELL_SIZE   160u

/* One range of octets, and which part each client makes of it. */
struct row {
	uint64_t begin, end;
	const json_t *parts[CLIENTS_MAX];
};

struct grid {
	struct row *rows;
	size_t count, capacity;
	const json_t *views;
	size_t clients;
};

static uint64_t range_at(const json_t *part, size_t index)
{
	return as_view_number(json_array_get(as_view_member(part, "range", NULL), index), NULL);
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end;
}

static int count_parts(const struct grid *grid, size_t *count_out)
{
	size_t count = 0;

	for (size_t i = 0; i < grid->clients; i++)
		count += json_array_size(
			as_view_member(json_array_get(grid->views, i), "parts", NULL));
	*count_out = count;
	return count > 0 ? 0 : -ENOENT;
}

/* Rows with one part each, sorted; equal ranges then become one row. */
static int fill(struct grid *grid)
{
	size_t kept = 0;

	if (count_parts(grid, &grid->capacity) < 0)
		return 0;
	grid->rows = calloc(grid->capacity, sizeof(*grid->rows));
	if (grid->rows == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < grid->clients; i++) {
		const json_t *parts = as_view_member(json_array_get(grid->views, i), "parts", NULL);

		for (size_t k = 0; k < json_array_size(parts); k++) {
			const json_t *part = json_array_get(parts, k);
			struct row *row = &grid->rows[grid->count++];

			row->begin = range_at(part, 1);
			row->end = range_at(part, 2);
			row->parts[i] = part;
		}
	}
	qsort(grid->rows, grid->count, sizeof(*grid->rows), compare_rows);
	for (size_t i = 0; i < grid->count; i++) {
		if (kept > 0 && compare_rows(&grid->rows[kept - 1], &grid->rows[i]) == 0) {
			for (size_t k = 0; k < grid->clients; k++)
				if (grid->rows[i].parts[k] != NULL)
					grid->rows[kept - 1].parts[k] = grid->rows[i].parts[k];
		} else {
			grid->rows[kept++] = grid->rows[i];
		}
	}
	grid->count = kept;
	return 0;
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
	return strcmp(as_view_text(a, key, NULL), as_view_text(b, key, NULL)) == 0;
}

/* Numbers may differ when a part in front is shown by some only. */
static bool same_part(const json_t *a, const json_t *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return same_text(a, b, "type") && same_text(a, b, "encoding") && same_text(a, b, "name");
}

static bool is_agreed(const struct grid *grid, const struct row *row)
{
	for (size_t i = 1; i < grid->clients; i++)
		if (!same_part(row->parts[0], row->parts[i]))
			return false;
	return true;
}

static void put_part(struct as_buffer *out, const json_t *part)
{
	const char *number = as_view_text(part, "number", NULL);
	const char *encoding = as_view_text(part, "encoding", NULL);
	const char *name = as_view_text(part, "name", NULL);

	as_buffer_printf(out, "%s%s%s", number, number[0] != '\0' ? " " : "",
			 as_view_text(part, "type", NULL));
	if (encoding[0] != '\0')
		as_buffer_printf(out, ", %s", encoding);
	if (name[0] != '\0')
		as_buffer_printf(out, " \"%s\"", name);
}

static const char *cell_text(const json_t *part, char cell[CELL_SIZE])
{
	struct as_buffer text;
	size_t size;

	if (part == NULL)
		return "-";
	as_buffer_init(&text, 0);
	put_part(&text, part);
	size = text.size < CELL_SIZE - 1 ? text.size : CELL_SIZE - 1;
	if (size > 0)
		memcpy(cell, text.data, size);
	cell[size] = '\0';
	as_buffer_deinit(&text);
	return cell;
}

static void put_row(const struct grid *grid, const struct as_table *table, const struct row *row,
		    struct as_buffer *out)
{
	bool agreed = is_agreed(grid, row);
	struct as_cell cells[AS_COLUMNS_MAX];
	char texts[CLIENTS_MAX][CELL_SIZE];
	char range[48];

	snprintf(range, sizeof(range), "%llu-%llu", (unsigned long long)row->begin,
		 (unsigned long long)row->end);
	cells[0] = (struct as_cell){agreed ? " " : "*", AS_COLOUR_YELLOW};
	cells[1] = (struct as_cell){range, AS_COLOUR_FAINT};
	for (size_t i = 0; i < grid->clients; i++)
		cells[i + 2] = (struct as_cell){cell_text(row->parts[i], texts[i]),
						agreed ? AS_COLOUR_PLAIN : AS_COLOUR_BOLD};
	as_table_row(table, cells, out);
}

static void put_table(const struct grid *grid, const struct as_explain_style *style,
		      struct as_buffer *out)
{
	struct as_table table = {
		.columns = {{"", 1, 0, false}, {"octets", 13, 0, false}},
		.count = grid->clients + 2,
		.colour = style->colour,
	};

	for (size_t i = 0; i < grid->clients; i++)
		table.columns[i + 2] = (struct as_column){
			as_view_text(json_array_get(grid->views, i), "name", NULL), 22, 1, false};
	as_table_fit(&table, style->width);
	as_table_head(&table, out);
	for (size_t i = 0; i < grid->count && i < AS_EXPLAIN_ROWS_MAX; i++)
		put_row(grid, &table, &grid->rows[i], out);
	if (grid->count > AS_EXPLAIN_ROWS_MAX)
		as_buffer_printf(out, "and %zu more; --format json has them all\n",
				 grid->count - AS_EXPLAIN_ROWS_MAX);
}

/* The clients that make the same of the row as client `like` does. */
static void put_clients(const struct grid *grid, const struct row *row, size_t like,
			struct as_buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < grid->clients; i++) {
		if (!same_part(row->parts[like], row->parts[i]))
			continue;
		as_buffer_text(out, first ? "" : ", ");
		as_text_put(
			out,
			as_span_text(as_view_text(json_array_get(grid->views, i), "name", NULL)),
			0);
		first = false;
	}
}

/* Each kind of part that the row is, and to whom. */
static void put_choices(const struct grid *grid, const struct row *row, struct as_buffer *out)
{
	for (size_t i = 0; i < grid->clients; i++) {
		char cell[CELL_SIZE];
		bool told = false;

		for (size_t k = 0; k < i; k++)
			told = told || same_part(row->parts[k], row->parts[i]);
		if (told)
			continue;
		as_buffer_text(out, "\n    ");
		as_text_put(out,
			    as_span_text(row->parts[i] != NULL ? cell_text(row->parts[i], cell)
							       : "not shown"),
			    0);
		as_buffer_text(out, ": ");
		put_clients(grid, row, i, out);
	}
	as_buffer_byte(out, '\n');
}

/* Who shows what others do not. */
static void put_differences(const struct grid *grid, const struct as_explain_style *style,
			    struct as_buffer *out)
{
	size_t differences = 0;

	for (size_t i = 0; i < grid->count && differences < AS_EXPLAIN_ROWS_MAX; i++) {
		const struct row *row = &grid->rows[i];

		if (is_agreed(grid, row))
			continue;
		if (differences++ == 0)
			as_buffer_byte(out, '\n');
		as_explain_put(style, out, AS_COLOUR_YELLOW, "* ");
		as_buffer_printf(out, "octets %llu to %llu:", (unsigned long long)row->begin,
				 (unsigned long long)row->end);
		put_choices(grid, row, out);
	}
	if (differences == 0)
		as_buffer_text(out, "\nAll clients read it alike.\n");
}

static int draw_tree(const json_t *tree, const struct as_explain_style *style,
		     struct as_buffer *out)
{
	struct grid grid = {.views = as_view_member(tree, "views", NULL)};
	const char *path = as_view_text(tree, "path", NULL);
	int rc;

	grid.clients = json_array_size(grid.views);
	if (grid.clients > CLIENTS_MAX)
		grid.clients = CLIENTS_MAX;
	rc = fill(&grid);
	if (rc < 0)
		return rc;
	as_buffer_byte(out, '\n');
	as_explain_put(style, out, AS_COLOUR_BOLD, "As mail clients would show");
	as_buffer_byte(out, ' ');
	as_explain_put(style, out, AS_COLOUR_PLAIN, path[0] != '\0' ? path : "the message");
	as_buffer_byte(out, '\n');
	put_table(&grid, style, out);
	put_differences(&grid, style, out);
	free(grid.rows);
	return 0;
}

int as_explain_readings(const json_t *verdict, const struct as_explain_style *style,
			struct as_buffer *out)
{
	const json_t *trees = as_view_member(verdict, "trees", NULL);
	int rc = 0;

	as_explain_head(verdict, style, out);
	for (size_t i = 0; rc == 0 && i < json_array_size(trees); i++)
		rc = draw_tree(json_array_get(trees, i), style, out);
	if (json_array_size(trees) == 0)
		as_buffer_text(out, "\nThis is no message: there is one reading of it only.\n");
	return rc < 0 || out->failed ? -ENOMEM : 0;
}
