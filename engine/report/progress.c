/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/progress.h"

#include "report/text.h"

#define DRAW_EVERY_US 100000u
/* Before this the rate says more about the start than about the scan. */
#define TRUST_US  1000000u
#define BAR_CELLS 20u

void as_progress_start(struct as_progress *progress, uint64_t total_bytes, uint64_t now_us)
{
	*progress = (struct as_progress){.total_bytes = total_bytes, .start_us = now_us};
}

void as_progress_add(struct as_progress *progress, uint64_t bytes, bool acted)
{
	progress->bytes += bytes;
	progress->messages++;
	progress->acted += acted;
}

unsigned int as_progress_percent(const struct as_progress *progress)
{
	if (progress->total_bytes == 0)
		return 0;
	if (progress->bytes >= progress->total_bytes)
		return 100;
	return (unsigned int)((double)progress->bytes * 100 / (double)progress->total_bytes);
}

uint64_t as_progress_left_us(const struct as_progress *progress, uint64_t now_us)
{
	uint64_t spent = now_us - progress->start_us;

	if (progress->total_bytes == 0 || progress->bytes == 0 || spent < TRUST_US)
		return UINT64_MAX;
	if (progress->bytes >= progress->total_bytes)
		return 0;
	return (uint64_t)((double)spent * (double)(progress->total_bytes - progress->bytes) /
			  (double)progress->bytes);
}

bool as_progress_due(const struct as_progress *progress, uint64_t now_us)
{
	return progress->shown_us == 0 || now_us - progress->shown_us >= DRAW_EVERY_US;
}

static void put_bar(const struct as_progress *progress, struct as_buffer *line)
{
	unsigned int percent = as_progress_percent(progress);

	if (progress->total_bytes == 0)
		return;
	as_buffer_byte(line, '[');
	for (unsigned int i = 0; i < BAR_CELLS; i++)
		as_buffer_byte(line, i * 100 < percent * BAR_CELLS ? '#' : '.');
	as_buffer_printf(line, "] %3u%%  ", percent);
}

void as_progress_draw(struct as_progress *progress, uint64_t now_us, size_t width,
		      struct as_buffer *out)
{
	uint64_t spent = now_us - progress->start_us;
	uint64_t left = as_progress_left_us(progress, now_us);
	struct as_buffer line;

	as_buffer_init(&line, 0);
	put_bar(progress, &line);
	as_text_number(&line, progress->messages);
	as_buffer_text(&line, " messages, ");
	as_text_number(&line, progress->acted);
	as_buffer_text(&line, " acted on, ");
	as_text_bytes(&line,
		      spent > 0 ? (uint64_t)((double)progress->bytes * 1e6 / (double)spent) : 0);
	as_buffer_text(&line, "/s");
	if (left != UINT64_MAX) {
		as_buffer_text(&line, ", ");
		as_text_duration(&line, left < 1000000u ? 1000000u : left);
		as_buffer_text(&line, " left");
	}
	as_buffer_text(out, "\r\033[K");
	/* The last cell stays free: some terminals wrap there. */
	as_text_put(out, as_buffer_span(&line), width > 1 ? width - 1 : 79);
	as_buffer_deinit(&line);
	progress->shown_us = now_us > 0 ? now_us : 1;
}

void as_progress_clear(struct as_progress *progress, struct as_buffer *out)
{
	if (progress->shown_us == 0)
		return;
	as_buffer_text(out, "\r\033[K");
	progress->shown_us = 0;
}
