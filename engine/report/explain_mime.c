/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "report/colour.h"
#include "report/table.h"
#include "report/text.h"
#include "report/view.h"

#include <stdio.h>

#define NUMBER_SIZE 24u

static void format_number(char out[NUMBER_SIZE], const json_t *list, size_t index)
{
	snprintf(out, NUMBER_SIZE, "%llu",
		 (unsigned long long)as_view_number(json_array_get(list, index), NULL));
}

static void put_rest(struct as_buffer *out, size_t count)
{
	if (count > AS_EXPLAIN_ROWS_MAX)
		as_buffer_printf(out, "and %zu more; --format json has them all\n",
				 count - AS_EXPLAIN_ROWS_MAX);
}

static void put_entities(const json_t *entities, const struct as_explain_style *style,
			 struct as_buffer *out)
{
	const struct as_table table = {
		.columns = {{"entity", 10, 0, false},
			    {"kind", 9, 0, false},
			    {"header", 9, 0, true},
			    {"body", 9, 0, true},
			    {"end", 9, 0, true},
			    {"type", 28, 0, false},
			    {"encoding", 16, 0, false},
			    {"charset", 0, 0, false}},
		.count = 8,
		.colour = style->colour,
	};
	size_t count = json_array_size(entities);

	as_table_head(&table, out);
	for (size_t i = 0; i < count && i < AS_EXPLAIN_ROWS_MAX; i++) {
		const json_t *entity = json_array_get(entities, i);
		const json_t *range = as_view_member(entity, "range", NULL);
		const char *number = as_view_text(entity, "number", NULL);
		char header[NUMBER_SIZE], body[NUMBER_SIZE], end[NUMBER_SIZE];

		format_number(header, range, 0);
		format_number(body, range, 1);
		format_number(end, range, 2);
		as_table_row(&table,
			     (const struct as_cell[]){
				     {number[0] != '\0' ? number : "(whole)", AS_COLOUR_BOLD},
				     {as_view_text(entity, "kind", NULL), AS_COLOUR_PLAIN},
				     {header, AS_COLOUR_PLAIN},
				     {body, AS_COLOUR_PLAIN},
				     {end, AS_COLOUR_PLAIN},
				     {as_view_text(entity, "type", NULL), AS_COLOUR_PLAIN},
				     {as_view_text(entity, "encoding", NULL), AS_COLOUR_PLAIN},
				     {as_view_text(entity, "charset", NULL), AS_COLOUR_PLAIN}},
			     out);
	}
	put_rest(out, count);
}

static void put_regions(const json_t *regions, const struct as_explain_style *style,
			struct as_buffer *out)
{
	const struct as_table table = {
		.columns = {{"region", 10, 0, false},
			    {"begin", 9, 0, true},
			    {"end", 9, 0, true},
			    {"entity", 0, 0, false}},
		.count = 4,
		.colour = style->colour,
	};
	size_t count = json_array_size(regions);

	as_table_head(&table, out);
	for (size_t i = 0; i < count && i < AS_EXPLAIN_ROWS_MAX; i++) {
		const json_t *region = json_array_get(regions, i);
		const char *kind = as_view_item(region, 0);
		char begin[NUMBER_SIZE], end[NUMBER_SIZE];

		format_number(begin, region, 1);
		format_number(end, region, 2);
		as_table_row(
			&table,
			(const struct as_cell[]){{kind, strcmp(kind, "gap") == 0 ? AS_COLOUR_YELLOW
										 : AS_COLOUR_PLAIN},
						 {begin, AS_COLOUR_PLAIN},
						 {end, AS_COLOUR_PLAIN},
						 {as_view_item(region, 3), AS_COLOUR_PLAIN}},
			out);
	}
	put_rest(out, count);
}

void as_explain_mime(const json_t *verdict, const struct as_explain_style *style,
		     struct as_buffer *out)
{
	const json_t *trees = as_view_member(verdict, "trees", NULL);

	for (size_t i = 0; i < json_array_size(trees); i++) {
		const json_t *tree = json_array_get(trees, i);
		const char *path = as_view_text(tree, "path", NULL);

		as_buffer_byte(out, '\n');
		as_explain_put(style, out, AS_COLOUR_BOLD, "MIME structure");
		if (path[0] != '\0') {
			as_buffer_text(out, " of ");
			as_explain_put(style, out, AS_COLOUR_PLAIN, path);
		}
		as_buffer_printf(out, ", %llu octets\n",
				 (unsigned long long)as_view_number(tree, "size", NULL));
		put_entities(as_view_member(tree, "entities", NULL), style, out);
		as_buffer_byte(out, '\n');
		put_regions(as_view_member(tree, "regions", NULL), style, out);
	}
}
