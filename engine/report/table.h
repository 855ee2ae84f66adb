/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_TABLE_H
#define ASSAY_REPORT_TABLE_H

#include "report/colour.h"

/*
 * Rows of aligned columns, written one by one. Cells are escaped, so that text
 * from mail cannot move a cursor.
 *
 * On a terminal the columns share its width by weight and longer cells are
 * cut. Elsewhere (width 0) nothing is cut: a cell that is too wide pushes the
 * rest of its row.
 */
#define AS_COLUMNS_MAX 8u
#define AS_COLUMN_GAP  2u

struct as_column {
	const char *title;
	size_t width;	     /* at least; grown by widen and fit */
	unsigned int weight; /* share of what is left; 0: fixed */
	bool right;
};

struct as_table {
	struct as_column columns[AS_COLUMNS_MAX];
	size_t count;
	bool colour;
	bool cut;
};

struct as_cell {
	const char *text;
	enum as_colour colour;
};

/* The width of the terminal behind a descriptor; 0 when there is none. */
size_t as_table_terminal_width(int fd);

/* Makes columns as wide as a cell that will come. */
void as_table_widen(struct as_table *table, size_t column, const char *text);
/* Shares out the width among the columns with a weight; 0: no cutting. */
void as_table_fit(struct as_table *table, size_t width);

void as_table_head(const struct as_table *table, struct as_buffer *out);
void as_table_row(const struct as_table *table, const struct as_cell *cells, struct as_buffer *out);

#endif
