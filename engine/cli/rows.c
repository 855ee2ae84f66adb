/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/rows.h"

#include "report/csv.h"
#include "report/view.h"

enum { ACTION, WHERE, FROM, SUBJECT, REASON, COLUMNS };

static const char *const csv_titles[] = {
	"id",	"file",	   "index", "offset",	  "size",   "action",	"reason",  "complete",
	"from", "subject", "date",  "message_id", "sha256", "findings", "objects", "us",
};
/* What the cells of most messages need. */
#define PIPE_WHERE   36u
#define PIPE_FROM    28u
#define PIPE_SUBJECT 40u

#define CSV_COLUMNS  (sizeof(csv_titles) / sizeof(csv_titles[0]))

void as_rows_init(struct as_rows *rows, enum as_row_format format, bool all, int fd)
{
	size_t width;

	*rows = (struct as_rows){
		.format = format,
		.all = all,
		.table =
			{
				.columns =
					{
						[ACTION] = {"action", 10, 0, false},
						[WHERE] = {"where", 14, 3, false},
						[FROM] = {"from", 12, 2, false},
						[SUBJECT] = {"subject", 12, 3, false},
						[REASON] = {"reason", 20, 4, false},
					},
				.count = COLUMNS,
				.colour = as_colour_wanted(fd),
			},
	};
	width = as_table_terminal_width(fd);
	as_table_fit(&rows->table, width);
	/* Nothing is cut in a pipe, so the columns get what most cells need. */
	if (width == 0) {
		rows->table.columns[WHERE].width = PIPE_WHERE;
		rows->table.columns[FROM].width = PIPE_FROM;
		rows->table.columns[SUBJECT].width = PIPE_SUBJECT;
	}
}

/* file:index; on a terminal the end of a long path says more than its begin. */
static void format_where(const struct as_rows *rows, const struct as_item *item,
			 struct as_buffer *out)
{
	size_t room = rows->table.cut ? rows->table.columns[WHERE].width : 0;
	struct as_span path = as_span_text(item->file->path);
	struct as_buffer index;

	as_buffer_init(&index, 0);
	if (item->in_mailbox)
		as_buffer_printf(&index, ":%llu", (unsigned long long)item->index);
	if (room > index.size + 2 && path.size > room - index.size) {
		path = as_span_from(path, path.size - (room - index.size - 1));
		while (path.size > 0 && (path.data[0] & 0xc0) == 0x80)
			path = as_span_from(path, 1);
		as_buffer_text(out, "\xe2\x80\xa6");
	}
	as_buffer_append(out, path.data, path.size);
	as_buffer_append(out, index.data, index.size);
	as_buffer_byte(out, '\0');
	as_buffer_deinit(&index);
}

static void put_table(struct as_rows *rows, const struct as_item *item, const json_t *verdict,
		      struct as_buffer *out)
{
	const char *action = as_view_text(verdict, "action", NULL);
	struct as_buffer where;

	as_buffer_init(&where, 0);
	format_where(rows, item, &where);
	if (where.failed) {
		out->failed = true;
		as_buffer_deinit(&where);
		return;
	}
	if (!rows->begun)
		as_table_head(&rows->table, out);
	rows->begun = true;
	as_table_row(
		&rows->table,
		(const struct as_cell[]){
			[ACTION] = {action, as_colour_of_action(action)},
			[WHERE] = {(const char *)where.data, AS_COLOUR_PLAIN},
			[FROM] = {as_view_item(as_view_member(verdict, "message", "from", NULL), 0),
				  AS_COLOUR_PLAIN},
			[SUBJECT] = {as_view_text(verdict, "message", "subject", NULL),
				     AS_COLOUR_PLAIN},
			[REASON] = {as_view_text(verdict, "reason", NULL), AS_COLOUR_PLAIN}},
		out);
	as_buffer_deinit(&where);
}

static void put_csv_head(struct as_rows *rows, struct as_buffer *out)
{
	for (size_t i = 0; i < CSV_COLUMNS && !rows->begun; i++)
		as_csv_text(out, csv_titles[i], i + 1 == CSV_COLUMNS);
	rows->begun = true;
}

/* The codes of all findings, each once (they may stand at many paths). */
static void put_codes(const json_t *verdict, struct as_buffer *out)
{
	const json_t *findings = as_view_member(verdict, "findings", NULL);
	struct as_buffer codes;

	as_buffer_init(&codes, 0);
	for (size_t i = 0; i < json_array_size(findings); i++) {
		const char *code = as_view_text(json_array_get(findings, i), "code", NULL);
		bool seen = false;

		for (size_t k = 0; k < i && !seen; k++)
			seen = strcmp(code,
				      as_view_text(json_array_get(findings, k), "code", NULL)) == 0;
		if (seen)
			continue;
		as_buffer_text(&codes, codes.size > 0 ? " " : "");
		as_buffer_text(&codes, code);
	}
	if (as_buffer_byte(&codes, '\0'))
		as_csv_text(out, (const char *)codes.data, false);
	else
		out->failed = true;
	as_buffer_deinit(&codes);
}

static void put_csv(struct as_rows *rows, const struct as_item *item, const json_t *verdict,
		    const struct as_verdict_summary *summary, struct as_buffer *out)
{
	const json_t *from = as_view_member(verdict, "message", "from", NULL);

	put_csv_head(rows, out);
	as_csv_text(out, as_view_text(verdict, "id", NULL), false);
	as_csv_text(out, item->file->path, false);
	as_csv_number(out, item->index, false);
	as_csv_number(out, item->source_offset, false);
	as_csv_number(out, item->source_size, false);
	as_csv_text(out, as_view_text(verdict, "action", NULL), false);
	as_csv_text(out, as_view_text(verdict, "reason", NULL), false);
	as_csv_text(out, summary->complete != 0 ? "true" : "false", false);
	as_csv_text(out, as_view_item(from, 0), false);
	as_csv_text(out, as_view_text(verdict, "message", "subject", NULL), false);
	as_csv_text(out, as_view_text(verdict, "message", "date", NULL), false);
	as_csv_text(out, as_view_text(verdict, "message", "message_id", NULL), false);
	as_csv_text(out, as_view_text(verdict, "message", "sha256", NULL), false);
	put_codes(verdict, out);
	as_csv_number(out, summary->object_count, false);
	as_csv_number(out, as_view_number(verdict, "cost", "us", NULL), true);
}

int as_rows_add(struct as_rows *rows, const struct as_item *item,
		const struct as_verdict_summary *summary, struct as_span json,
		struct as_summary *totals, struct as_buffer *out)
{
	bool acted = summary->action > ASSAY_ACTION_ACCEPT;
	bool shown = rows->format == AS_ROWS_CSV ||
		     (rows->format == AS_ROWS_TABLE && (acted || rows->all));
	json_t *verdict;

	if (rows->format == AS_ROWS_JSONL) {
		as_buffer_append(out, json.data, json.size);
		as_buffer_byte(out, '\n');
	}
	/* Most messages have nothing to show or to count, and reading JSON
	 * costs more than all else that is done here. */
	if (!shown && summary->finding_count == 0)
		return 0;
	verdict = as_view_open(json);
	if (verdict == NULL)
		return AS_E_PROTOCOL;
	as_summary_findings(totals, as_view_member(verdict, "findings", NULL));
	if (rows->format == AS_ROWS_CSV)
		put_csv(rows, item, verdict, summary, out);
	else if (shown)
		put_table(rows, item, verdict, out);
	json_decref(verdict);
	return 0;
}

void as_rows_end(struct as_rows *rows, struct as_buffer *out)
{
	if (rows->format == AS_ROWS_CSV)
		put_csv_head(rows, out);
}
