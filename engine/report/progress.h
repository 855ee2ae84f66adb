/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_PROGRESS_H
#define ASSAY_REPORT_PROGRESS_H

#include "base/buffer.h"
#include "base/clock.h"

/*
 * How far a scan is. Percent go by octets, since messages differ in size by
 * four powers of ten; the time left follows the whole run so far.
 */
struct as_progress {
	uint64_t total_bytes; /* 0: unknown */
	uint64_t start_us;
	uint64_t shown_us; /* when it was drawn last; 0: never */
	uint64_t bytes, messages, acted;
};

void as_progress_start(struct as_progress *progress, uint64_t total_bytes, uint64_t now_us);
void as_progress_add(struct as_progress *progress, uint64_t bytes, bool acted);

/* 0 to 100; files that grow do not make it more. */
unsigned int as_progress_percent(const struct as_progress *progress);
/* UINT64_MAX while nothing can be said. */
uint64_t as_progress_left_us(const struct as_progress *progress, uint64_t now_us);

/* Whether it is time to draw again: ten times a second. */
bool as_progress_due(const struct as_progress *progress, uint64_t now_us);
/* Appends the bar, from the begin of the line on, without a line end. */
void as_progress_draw(struct as_progress *progress, uint64_t now_us, size_t width,
		      struct as_buffer *out);
/* Appends what removes it from a terminal; nothing if none is shown. */
void as_progress_clear(struct as_progress *progress, struct as_buffer *out);

#endif
