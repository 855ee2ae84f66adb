/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/run.h"

#include "base/id.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* How long a stop or the progress bar may wait for their turn. */
#define POLL_MS 100

struct slot {
	struct as_item item;
	char id[AS_ID_SIZE];
	bool done;
	enum as_outcome outcome;
	struct as_verdict_summary summary;
	struct as_buffer json;
};

/* The slots are a ring: begun at `end`, shown at `begin`. */
struct state {
	struct as_run *run;
	struct slot slots[AS_RUN_PENDING];
	uint64_t begin, end;
	uint64_t held_bytes, copied_bytes;
	bool input_ended;
	int error;
};

static struct slot *slot_at(struct state *state, uint64_t number)
{
	return &state->slots[number % AS_RUN_PENDING];
}

void as_run_clear(struct as_run *run)
{
	struct as_output bar;

	if (run->progress == NULL || run->progress->shown_us == 0)
		return;
	as_output_init(&bar, STDERR_FILENO);
	as_progress_clear(run->progress, &bar.text);
	as_output_flush(&bar);
	as_output_deinit(&bar);
}

static void show_progress(struct as_run *run)
{
	struct as_output bar;
	uint64_t now;

	if (run->progress == NULL)
		return;
	now = as_clock_us(run->clock);
	if (!as_progress_due(run->progress, now))
		return;
	as_output_init(&bar, STDERR_FILENO);
	as_progress_draw(run->progress, now, as_table_terminal_width(STDERR_FILENO), &bar.text);
	as_output_flush(&bar);
	as_output_deinit(&bar);
}

static int submit(struct state *state, struct slot *slot)
{
	const struct as_item *item = &slot->item;
	const struct as_scanner_job job = {
		.fd = item->fd,
		.offset = item->offset,
		.size = item->size,
		.is_message = item->is_message,
		.id = slot->id,
		.file = item->file->path,
		.source_offset = item->source_offset,
		.source_size = item->source_size,
		.index = item->index,
		.cookie = slot,
	};

	as_id_make(state->run->clock, slot->id);
	return state->run->inspector->submit(state->run->inspector->context, &job);
}

/* Begins new messages as far as there is room. */
static int fill(struct state *state)
{
	while (!state->input_ended && state->end - state->begin < AS_RUN_PENDING &&
	       state->held_bytes < AS_RUN_HELD_BYTES && state->copied_bytes < AS_RUN_COPIED_BYTES &&
	       *state->run->stop == 0) {
		struct slot *slot = slot_at(state, state->end);
		int rc = as_mailbox_next(state->run->mailbox, &slot->item);

		if (rc == 0)
			state->input_ended = true;
		if (rc <= 0)
			return rc;
		slot->done = false;
		as_buffer_clear(&slot->json);
		state->end++;
		if (slot->item.copied)
			state->copied_bytes += slot->item.size;
		rc = submit(state, slot);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void on_done(void *context, const struct as_scanner_result *result)
{
	struct state *state = context;
	struct slot *slot = result->cookie;

	slot->done = true;
	slot->outcome = result->outcome;
	slot->summary = result->summary;
	if (!as_buffer_append(&slot->json, result->json.data, result->json.size))
		state->error = -ENOMEM;
	state->held_bytes += result->json.size;
}

static void count(struct as_summary *summary, const struct slot *slot)
{
	uint32_t action = slot->summary.action;

	if (slot->item.is_message)
		summary->messages++;
	else
		summary->files++;
	/* The number comes from a worker. */
	if (action < ASSAY_ACTION_ACCEPT || action > ASSAY_ACTION_TEMPFAIL)
		action = ASSAY_ACTION_TEMPFAIL;
	summary->actions[action]++;
	summary->bytes += slot->item.size;
	summary->objects += slot->summary.object_count;
	summary->cache_hits += slot->summary.cache_hits;
	summary->incomplete += slot->summary.complete == 0 && slot->outcome == AS_OUTCOME_DONE;
	summary->failed += slot->outcome != AS_OUTCOME_DONE;
}

/* Shows what is done, up to the first that is not. */
static int drain(struct state *state)
{
	struct as_run *run = state->run;
	int rc = 0;

	while (rc == 0 && state->begin < state->end && slot_at(state, state->begin)->done) {
		struct slot *slot = slot_at(state, state->begin++);
		struct as_span json = as_buffer_span(&slot->json);

		count(run->summary, slot);
		if (json.size > 0)
			rc = as_rows_add(run->rows, &slot->item, &slot->summary, json, run->summary,
					 &run->output->text);
		if (run->progress != NULL)
			as_progress_add(run->progress, slot->item.source_bytes,
					slot->summary.action > ASSAY_ACTION_ACCEPT);
		state->held_bytes -= json.size;
		if (slot->item.copied)
			state->copied_bytes -= slot->item.size;
		as_item_release(&slot->item);
		/* One verdict of many megabytes is not kept for the next. */
		as_buffer_deinit(&slot->json);
	}
	if (run->output->text.size > 0)
		as_run_clear(run);
	return rc == 0 ? as_output_flush(run->output) : rc;
}

static int turn(struct state *state)
{
	struct as_run *run = state->run;
	int rc = fill(state);

	if (rc < 0)
		return rc;
	if (state->begin < state->end) {
		rc = run->inspector->poll(run->inspector->context, POLL_MS, on_done, state);
		if (rc < 0)
			return rc;
	}
	if (state->error < 0)
		return state->error;
	rc = drain(state);
	show_progress(run);
	return rc;
}

int as_run(struct as_run *run)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc = 0;

	if (state == NULL)
		return -ENOMEM;
	state->run = run;
	for (size_t i = 0; i < AS_RUN_PENDING; i++)
		as_buffer_init(&state->slots[i].json, 0);
	while (rc == 0 && (!state->input_ended || state->begin < state->end))
		rc = *run->stop != 0 ? -EINTR : turn(state);
	as_run_clear(run);
	/* Jobs that are still with the inspector are forgotten when it closes;
	 * it does not touch their descriptors any more. */
	for (; state->begin < state->end; state->begin++)
		as_item_release(&slot_at(state, state->begin)->item);
	for (size_t i = 0; i < AS_RUN_PENDING; i++)
		as_buffer_deinit(&state->slots[i].json);
	free(state);
	return rc;
}
