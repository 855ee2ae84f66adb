/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/stats_draw.h"

#include "inspect/words.h"
#include "report/table.h"
#include "report/text.h"
#include "report/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CELL_SIZE 32u
/* Listeners that get a line; who has more reads /metrics. */
#define LISTENERS_MAX 64u

struct drawing {
	const struct as_samples *before; /* NULL: since the start */
	const struct as_samples *now;
	double seconds; /* between the two, or since the start */
	bool colour;
	struct as_buffer *out;
};

/* How much a counter grew; one of a daemon that was started anew counts from
 * nothing. */
static double growth(const struct drawing *drawing, const char *name, const char *label,
		     const char *value)
{
	double now = as_samples_sum(drawing->now, name, label, value);
	double old =
		drawing->before != NULL ? as_samples_sum(drawing->before, name, label, value) : 0;

	return now >= old ? now - old : now;
}

static double rate(const struct drawing *drawing, const char *name, const char *label,
		   const char *value)
{
	return drawing->seconds > 0 ? growth(drawing, name, label, value) / drawing->seconds : 0;
}

static uint64_t whole(double value)
{
	return value > 0 && value < 1e18 ? (uint64_t)value : 0;
}

static uint64_t total(const struct drawing *drawing, const char *name, const char *label,
		      const char *value)
{
	return whole(as_samples_sum(drawing->now, name, label, value));
}

static void format_rate(double value, char out[CELL_SIZE])
{
	if (value == 0)
		snprintf(out, CELL_SIZE, "-");
	else
		snprintf(out, CELL_SIZE, value < 100 ? "%.1f" : "%.0f", value);
}

static void format_number(uint64_t number, char out[CELL_SIZE])
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	as_text_number(&text, number);
	snprintf(out, CELL_SIZE, "%.*s", (int)text.size,
		 text.data != NULL ? (const char *)text.data : "");
	as_buffer_deinit(&text);
}

static void put_title(const struct drawing *drawing, const char *title)
{
	as_buffer_byte(drawing->out, '\n');
	as_colour_begin(drawing->out, drawing->colour ? AS_COLOUR_BOLD : AS_COLOUR_PLAIN);
	as_buffer_printf(drawing->out, "%-12s", title);
	as_colour_end(drawing->out, drawing->colour ? AS_COLOUR_BOLD : AS_COLOUR_PLAIN);
}

static void put_actions(const struct drawing *drawing)
{
	struct as_table table = {
		.columns = {{"action", 12, 0, false},
			    {"messages/s", 10, 0, true},
			    {"since start", 13, 0, true}},
		.count = 3,
		.colour = drawing->colour,
	};

	as_table_fit(&table, 0);
	as_buffer_byte(drawing->out, '\n');
	as_table_head(&table, drawing->out);
	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL + 1; a++) {
		bool sum = a > ASSAY_ACTION_TEMPFAIL;
		const char *word = sum ? "all" : as_action_name((enum assay_action)a);
		const char *label = sum ? NULL : "action";
		char per_second[CELL_SIZE], all[CELL_SIZE];

		if (!sum && total(drawing, "assay_messages_total", label, word) == 0)
			continue;
		format_rate(rate(drawing, "assay_messages_total", label, word), per_second);
		format_number(total(drawing, "assay_messages_total", label, word), all);
		as_table_row(&table,
			     (const struct as_cell[]){{word, as_colour_of_action(word)},
						      {per_second, AS_COLOUR_PLAIN},
						      {all, AS_COLOUR_PLAIN}},
			     drawing->out);
	}
}

static void put_latency(const struct drawing *drawing)
{
	static const struct {
		const char *name;
		double share;
	} shares[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}};

	put_title(drawing, "latency");
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		double seconds = as_samples_quantile(drawing->before, drawing->now,
						     "assay_latency_seconds", shares[i].share);

		as_buffer_printf(drawing->out, "%s%s ", i > 0 ? ", " : "", shares[i].name);
		if (seconds < 0)
			as_buffer_text(drawing->out, "-");
		else if (isinf(seconds))
			as_buffer_text(drawing->out, "over a minute");
		else
			as_text_duration(drawing->out, whole(seconds * 1e6));
	}
}

static void put_count(const struct drawing *drawing, uint64_t number, const char *word)
{
	as_text_number(drawing->out, number);
	as_buffer_printf(drawing->out, " %s", word);
}

static void put_workers(const struct drawing *drawing)
{
	put_title(drawing, "workers");
	put_count(drawing, total(drawing, "assay_workers", "state", "busy"), "busy, ");
	put_count(drawing, total(drawing, "assay_workers", "state", "idle"), "idle; ");
	put_count(drawing, total(drawing, "assay_worker_restarts_total", NULL, NULL),
		  "started again, ");
	put_count(drawing, total(drawing, "assay_retries_total", NULL, NULL),
		  "messages tried again");
	put_title(drawing, "queue");
	put_count(drawing, total(drawing, "assay_queue_length", NULL, NULL), "waiting");
}

static void put_cache(const struct drawing *drawing)
{
	double hits = growth(drawing, "assay_cache_hits_total", NULL, NULL);
	double misses = growth(drawing, "assay_cache_misses_total", NULL, NULL);

	put_title(drawing, "cache");
	if (hits + misses > 0)
		as_buffer_printf(drawing->out, "%.0f %% of the questions answered",
				 100 * hits / (hits + misses));
	else
		as_buffer_byte(drawing->out, '-');
	put_title(drawing, "memory");
	as_text_bytes(drawing->out, total(drawing, "assay_memory_bytes", "process", "front"));
	as_buffer_text(drawing->out, " of the process that serves clients\n");
}

static size_t list_listeners(const struct drawing *drawing, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < drawing->now->count && count < LISTENERS_MAX; i++) {
		const struct as_sample *sample = &drawing->now->samples[i];
		const char *name = as_sample_label(sample, "listener");
		bool seen = name[0] == '\0' || strcmp(sample->name, "assay_connections") != 0;

		for (size_t k = 0; k < count && !seen; k++)
			seen = strcmp(names[k], name) == 0;
		if (!seen)
			names[count++] = name;
	}
	return count;
}

static void put_listener(const struct drawing *drawing, const struct as_table *table,
			 const char *name)
{
	uint64_t refused = total(drawing, "assay_refused_total", "listener", name);
	uint64_t slow = total(drawing, "assay_timeouts_total", "listener", name);
	uint64_t wrong = total(drawing, "assay_protocol_errors_total", "listener", name);
	char cells[6][CELL_SIZE];

	format_number(total(drawing, "assay_connections", "listener", name), cells[0]);
	format_number(total(drawing, "assay_connections_total", "listener", name), cells[1]);
	format_rate(rate(drawing, "assay_messages_total", "listener", name), cells[2]);
	format_number(refused, cells[3]);
	format_number(slow, cells[4]);
	format_number(wrong, cells[5]);
	as_table_row(table,
		     (const struct as_cell[]){
			     {name, AS_COLOUR_BOLD},
			     {cells[0], AS_COLOUR_PLAIN},
			     {cells[1], AS_COLOUR_PLAIN},
			     {cells[2], AS_COLOUR_PLAIN},
			     {cells[3], refused > 0 ? AS_COLOUR_YELLOW : AS_COLOUR_PLAIN},
			     {cells[4], AS_COLOUR_PLAIN},
			     {cells[5], AS_COLOUR_PLAIN}},
		     drawing->out);
}

static void put_listeners(const struct drawing *drawing)
{
	const char *names[LISTENERS_MAX];
	size_t count = list_listeners(drawing, names);
	struct as_table table = {
		.columns = {{"listener", 12, 0, false},
			    {"open", 6, 0, true},
			    {"connections", 11, 0, true},
			    {"messages/s", 10, 0, true},
			    {"refused", 8, 0, true},
			    {"too slow", 8, 0, true},
			    {"faulty", 8, 0, true}},
		.count = 7,
		.colour = drawing->colour,
	};

	for (size_t i = 0; i < count; i++)
		as_table_widen(&table, 0, names[i]);
	as_table_fit(&table, 0);
	as_buffer_byte(drawing->out, '\n');
	as_table_head(&table, drawing->out);
	for (size_t i = 0; i < count; i++)
		put_listener(drawing, &table, names[i]);
}

static int compare_findings(const void *a, const void *b)
{
	const struct as_sample *x = *(const struct as_sample *const *)a;
	const struct as_sample *y = *(const struct as_sample *const *)b;

	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return strcmp(as_sample_label(x, "code"), as_sample_label(y, "code"));
}

static void put_finding(const struct drawing *drawing, const struct as_table *table,
			const struct as_sample *sample)
{
	const char *code = as_sample_label(sample, "code");
	const char *severity = as_sample_label(sample, "severity");
	char per_second[CELL_SIZE], all[CELL_SIZE];

	format_rate(rate(drawing, "assay_findings_total", "code", code), per_second);
	format_number(whole(sample->value), all);
	as_table_row(table,
		     (const struct as_cell[]){{code, as_colour_of_severity(severity)},
					      {severity, AS_COLOUR_PLAIN},
					      {per_second, AS_COLOUR_PLAIN},
					      {all, AS_COLOUR_PLAIN}},
		     drawing->out);
}

static void put_findings(const struct drawing *drawing)
{
	const struct as_sample **list = calloc(drawing->now->count + 1, sizeof(const void *));
	struct as_table table = {
		.columns = {{"finding", 32, 0, false},
			    {"severity", 0, 0, false},
			    {"messages/s", 10, 0, true},
			    {"since start", 13, 0, true}},
		.count = 4,
		.colour = drawing->colour,
	};
	size_t count = 0;

	for (size_t i = 0; list != NULL && i < drawing->now->count; i++) {
		const struct as_sample *sample = &drawing->now->samples[i];

		if (strcmp(sample->name, "assay_findings_total") == 0 && sample->value > 0)
			list[count++] = sample;
	}
	if (count == 0)
		goto out;
	qsort(list, count, sizeof(const void *), compare_findings);
	as_table_fit(&table, 0);
	as_buffer_byte(drawing->out, '\n');
	as_table_head(&table, drawing->out);
	for (size_t i = 0; i < count && i < AS_STATS_TOP; i++)
		put_finding(drawing, &table, list[i]);
out:
	free(list);
}

static double uptime(const struct as_picture *picture)
{
	double seconds = as_samples_sum(&picture->samples, "assay_uptime_seconds", NULL, NULL);

	return seconds > 0 ? seconds : 0;
}

static void put_head(const struct drawing *drawing, const struct as_picture *now, const char *where)
{
	as_buffer_text(drawing->out, "assayd ");
	as_text_put(drawing->out, as_span_text(as_view_text(now->status, "version", NULL)), 0);
	as_buffer_printf(drawing->out, " at %s, generation %llu, running for ", where,
			 (unsigned long long)as_view_number(now->status, "generation", "id", NULL));
	as_text_duration(drawing->out, whole(uptime(now) * 1e6));
	as_buffer_text(drawing->out, drawing->before != NULL ? "; the last " : "; since the start");
	if (drawing->before != NULL)
		as_text_duration(drawing->out, whole(drawing->seconds * 1e6));
	as_buffer_byte(drawing->out, '\n');
}

void as_stats_draw(const struct as_picture *before, const struct as_picture *now, const char *where,
		   bool colour, struct as_buffer *out)
{
	struct drawing drawing = {
		.before = before != NULL ? &before->samples : NULL,
		.now = &now->samples,
		.seconds =
			before != NULL ? (double)(now->at_us - before->at_us) / 1e6 : uptime(now),
		.colour = colour,
		.out = out,
	};

	put_head(&drawing, now, where);
	put_actions(&drawing);
	put_latency(&drawing);
	put_workers(&drawing);
	put_cache(&drawing);
	put_listeners(&drawing);
	put_findings(&drawing);
}
