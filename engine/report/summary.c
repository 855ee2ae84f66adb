/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/summary.h"

#include "report/colour.h"
#include "report/text.h"
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>

#define SLOTS (2 * AS_SUMMARY_CODES)

int as_summary_init(struct as_summary *summary,
		    const char *(*action_name)(enum assay_action action))
{
	*summary = (struct as_summary){.action_name = action_name};
	summary->codes = calloc(SLOTS, sizeof(*summary->codes));
	return summary->codes != NULL ? 0 : -ENOMEM;
}

void as_summary_deinit(struct as_summary *summary)
{
	for (size_t i = 0; summary->codes != NULL && i < SLOTS; i++)
		free(summary->codes[i].code);
	free(summary->codes);
	summary->codes = NULL;
}

/* FNV-1a. Whoever makes codes collide slows down his own line of a report. */
static size_t hash(const char *text)
{
	uint64_t value = 0xcbf29ce484222325u;

	for (; *text != '\0'; text++)
		value = (value ^ (unsigned char)*text) * 0x100000001b3u;
	return (size_t)(value % SLOTS);
}

static void count_code(struct as_summary *summary, const char *code)
{
	size_t at = hash(code);

	while (summary->codes[at].code != NULL && strcmp(summary->codes[at].code, code) != 0)
		at = (at + 1) % SLOTS;
	if (summary->codes[at].code == NULL) {
		if (summary->code_count < AS_SUMMARY_CODES)
			summary->codes[at].code = strdup(code);
		if (summary->codes[at].code == NULL) {
			summary->other_codes++;
			return;
		}
		summary->code_count++;
	}
	if (summary->codes[at].last != summary->messages + summary->files) {
		summary->codes[at].last = summary->messages + summary->files;
		summary->codes[at].messages++;
	}
}

void as_summary_findings(struct as_summary *summary, const json_t *findings)
{
	for (size_t i = 0; i < json_array_size(findings); i++)
		count_code(summary, as_view_text(json_array_get(findings, i), "code", NULL));
}

uint64_t as_summary_acted(const struct as_summary *summary)
{
	uint64_t acted = 0;

	for (int a = ASSAY_ACTION_TAG; a <= ASSAY_ACTION_TEMPFAIL; a++)
		acted += summary->actions[a];
	return acted;
}

static int compare_codes(const void *a, const void *b)
{
	const struct as_summary_code *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	return strcmp(x->code, y->code);
}

static void draw_codes(const struct as_summary *summary, struct as_buffer *out)
{
	struct as_summary_code *sorted = calloc(summary->code_count + 1, sizeof(*sorted));
	size_t count = 0;

	if (sorted == NULL || summary->code_count == 0)
		goto out;
	for (size_t i = 0; i < SLOTS; i++)
		if (summary->codes[i].code != NULL)
			sorted[count++] = summary->codes[i];
	qsort(sorted, count, sizeof(*sorted), compare_codes);
	as_buffer_text(out, "findings, by messages that have them:\n");
	for (size_t i = 0; i < count && i < AS_SUMMARY_TOP; i++) {
		as_buffer_printf(out, "%9llu  ", (unsigned long long)sorted[i].messages);
		as_text_put(out, as_span_text(sorted[i].code), 0);
		as_buffer_byte(out, '\n');
	}
	if (count > AS_SUMMARY_TOP || summary->other_codes > 0)
		as_buffer_printf(out, "           and others\n");
out:
	free(sorted);
}

static void draw_count(struct as_buffer *out, uint64_t count, const char *what)
{
	if (count == 0)
		return;
	as_buffer_text(out, ", ");
	as_text_number(out, count);
	as_buffer_printf(out, " %s", what);
}

static void draw_actions(const struct as_summary *summary, bool colour, struct as_buffer *out)
{
	bool first = true;

	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++) {
		const char *word = summary->action_name((enum assay_action)a);
		enum as_colour look = colour ? as_colour_of_action(word) : AS_COLOUR_PLAIN;

		if (summary->actions[a] == 0)
			continue;
		as_buffer_text(out, first ? "" : ", ");
		as_colour_begin(out, look);
		as_buffer_printf(out, "%s ", word);
		as_text_number(out, summary->actions[a]);
		as_colour_end(out, look);
		first = false;
	}
	if (!first)
		as_buffer_byte(out, '\n');
}

void as_summary_draw(const struct as_summary *summary, uint64_t us, bool colour,
		     struct as_buffer *out)
{
	uint64_t all = summary->messages + summary->files;
	double seconds = us > 0 ? (double)us / 1e6 : 1e-6;

	if (summary->interrupted)
		as_buffer_text(out, "interrupted: what follows is what was done until then\n");
	as_text_number(out, summary->messages);
	as_buffer_text(out, summary->messages == 1 ? " message" : " messages");
	draw_count(out, summary->files, summary->files == 1 ? "other file" : "other files");
	draw_count(out, summary->incomplete, "not completely inspected");
	draw_count(out, summary->failed, "not inspected");
	draw_count(out, summary->unreadable, "not readable");
	draw_count(out, summary->skipped, "skipped");
	as_buffer_byte(out, '\n');
	draw_actions(summary, colour, out);
	draw_codes(summary, out);
	as_text_bytes(out, summary->bytes);
	as_buffer_text(out, " in ");
	as_text_duration(out, us);
	as_buffer_text(out, ": ");
	as_text_bytes(out, (uint64_t)((double)summary->bytes / seconds));
	as_buffer_printf(out, "/s, %.1f messages/s", (double)all / seconds);
	draw_count(out, summary->objects, "objects");
	draw_count(out, summary->cache_hits, "answers from the cache");
	as_buffer_byte(out, '\n');
}
