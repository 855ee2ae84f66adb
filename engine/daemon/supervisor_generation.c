/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/supervisor_internal.h"

#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The front may not ask for a longer pause before a zygote. */
#define PAUSE_MAX_US 60000000u

struct as_managed *as_managed_new(struct as_supervisor *supervisor, struct as_config *config)
{
	struct as_managed *generation = calloc(1, sizeof(*generation));

	if (generation == NULL)
		return NULL;
	generation->number = ++supervisor->last_number;
	generation->config = config;
	TAILQ_INSERT_TAIL(&supervisor->generations, generation, link);
	return generation;
}

struct as_managed *as_managed_find(struct as_supervisor *supervisor, uint64_t number)
{
	struct as_managed *generation;

	TAILQ_FOREACH (generation, &supervisor->generations, link)
		if (generation->number == number)
			return generation;
	return NULL;
}

/* ---- Starting --------------------------------------------------------------- */

/* One that was in use is tried again for as long as it takes: without it no
 * mail is inspected. */
static void launch_failed(struct as_supervisor *supervisor, struct as_managed *generation,
			  const struct as_error *error)
{
	const struct as_channel_head failed = {
		.type = AS_WIRE_LAUNCH_FAILED,
		.sequence = generation->number,
		.code = error->code,
	};
	const struct as_channel_head refused = {
		.type = AS_WIRE_RELOAD_REFUSED,
		.offset = generation->requested,
		.code = error->code,
	};

	as_log(AS_LOG_ERROR, "generation %" PRIu64 ": %s", generation->number, error->text);
	if (supervisor->phase == AS_PHASE_STARTING && supervisor->good == NULL) {
		as_supervisor_fail(supervisor, error->text);
		return;
	}
	if (generation->proven) {
		as_restart_plan(&generation->launch, as_clock_us(supervisor->clock));
		if (!generation->loading)
			as_talk_send(supervisor, &failed, as_span_text(error->text), NULL, 0);
		return;
	}
	/* The front has never heard of it. */
	generation->left = true;
	generation->loading = false;
	as_talk_send(supervisor, &refused, as_span_text(error->text), NULL, 0);
	as_supervisor_ready(supervisor, "reload failed: %s", error->text);
}

void as_managed_launch(struct as_supervisor *supervisor, struct as_managed *generation)
{
	struct as_error error = {.code = -EIO, .text = ""};

	as_restart_begun(&generation->launch, as_clock_us(supervisor->clock));
	if (as_children_zygote(supervisor, generation, &error) < 0)
		launch_failed(supervisor, generation, &error);
}

void as_managed_new_front(struct as_supervisor *supervisor)
{
	struct as_managed *newest =
		supervisor->good != NULL ? supervisor->good : TAILQ_FIRST(&supervisor->generations);
	struct as_managed *generation;

	TAILQ_FOREACH (generation, &supervisor->generations, link) {
		if (generation == newest)
			continue;
		/* What it was to bring is still wanted; who asked has gone. */
		if (generation->loading && !generation->left)
			supervisor->reload_wanted = true;
		generation->loading = false;
		generation->left = true;
	}
	supervisor->reload_requested = false;
	newest->requested = false;
	newest->loading = true;
	as_managed_launch(supervisor, newest);
	as_managed_sweep(supervisor);
}

void as_managed_want(struct as_supervisor *supervisor, uint64_t number, uint64_t pause_us,
		     const char *why)
{
	const struct as_channel_head unknown = {
		.type = AS_WIRE_LAUNCH_FAILED,
		.sequence = number,
		.code = -ENOENT,
	};
	struct as_managed *generation = as_managed_find(supervisor, number);
	uint64_t pause = pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US;

	if (why[0] != '\0')
		as_log(AS_LOG_WARNING, "generation %" PRIu64 " wants another zygote: %s", number,
		       why);
	if (generation == NULL || generation->left) {
		as_talk_send(supervisor, &unknown, as_span_text("there is no such generation"),
			     NULL, 0);
		return;
	}
	generation->launch.due_us = as_clock_us(supervisor->clock) + pause;
}

uint64_t as_managed_due(struct as_supervisor *supervisor, uint64_t now_us)
{
	struct as_managed *generation;
	uint64_t next = UINT64_MAX;

	/* Without a front, or at the end, there is nobody to launch for. */
	if (supervisor->channel < 0 || supervisor->phase == AS_PHASE_ENDING)
		return next;
	TAILQ_FOREACH (generation, &supervisor->generations, link) {
		if (generation->left || generation->launch.due_us == 0)
			continue;
		if (generation->launch.due_us <= now_us)
			as_managed_launch(supervisor, generation);
		if (generation->launch.due_us != 0 && generation->launch.due_us < next)
			next = generation->launch.due_us;
	}
	return next;
}

/* ---- What the front says ------------------------------------------------------ */

/* Its zygotes have lost their front's end by now. */
static void let_go(struct as_supervisor *supervisor, struct as_managed *generation)
{
	uint64_t now_us = as_clock_us(supervisor->clock);
	struct as_child *child;

	generation->left = true;
	generation->loading = false;
	TAILQ_FOREACH (child, &supervisor->children, link)
		if (child->kind == AS_CHILD_ZYGOTE && child->generation == generation)
			child->kill_us = now_us + AS_LEAVE_US;
	as_managed_sweep(supervisor);
}

void as_managed_used(struct as_supervisor *supervisor, uint64_t number)
{
	struct as_managed *generation = as_managed_find(supervisor, number);

	if (generation == NULL || generation->left)
		return;
	as_log(AS_LOG_NOTICE, "generation %" PRIu64 " is in use", number);
	generation->proven = true;
	generation->loading = false;
	if (supervisor->good == NULL || supervisor->good->number < number)
		supervisor->good = generation;
	if (supervisor->serving)
		as_supervisor_ready(supervisor, "%zu listeners, generation %" PRIu64,
				    supervisor->service->listener_count, number);
}

void as_managed_bad(struct as_supervisor *supervisor, uint64_t number, const char *why)
{
	struct as_managed *generation = as_managed_find(supervisor, number);

	if (generation == NULL || generation->left)
		return;
	if (supervisor->phase == AS_PHASE_STARTING && supervisor->good == NULL) {
		as_supervisor_fail(supervisor, why);
		return;
	}
	as_log(AS_LOG_ERROR, "generation %" PRIu64 " cannot be used:", number);
	as_supervisor_log_lines(AS_LOG_ERROR, why);
	if (generation == supervisor->good) {
		/* It has worked, so what is wrong may pass. */
		as_restart_plan(&generation->launch, as_clock_us(supervisor->clock));
		generation->loading = true;
		as_supervisor_ready(supervisor, "generation %" PRIu64 " cannot be loaded: %s",
				    number, why);
		return;
	}
	let_go(supervisor, generation);
	as_supervisor_ready(supervisor, "generation %" PRIu64 " stays, reload failed: %s",
			    supervisor->good->number, why);
}

void as_managed_done(struct as_supervisor *supervisor, uint64_t number)
{
	struct as_managed *generation = as_managed_find(supervisor, number);

	if (generation == NULL || generation == supervisor->good)
		return;
	as_log(AS_LOG_NOTICE, "generation %" PRIu64 " has left", number);
	let_go(supervisor, generation);
}

/* ---- Freeing -------------------------------------------------------------------- */

static void managed_free(struct as_supervisor *supervisor, struct as_managed *generation)
{
	TAILQ_REMOVE(&supervisor->generations, generation, link);
	/* Listeners and folders are those of the start, for good. */
	if (generation->config != supervisor->config)
		as_config_free(generation->config);
	free(generation);
}

void as_managed_sweep(struct as_supervisor *supervisor)
{
	struct as_managed *generation = TAILQ_FIRST(&supervisor->generations);

	while (generation != NULL) {
		struct as_managed *next = TAILQ_NEXT(generation, link);

		if (generation->left && generation->zygotes == 0)
			managed_free(supervisor, generation);
		generation = next;
	}
}

void as_managed_free_all(struct as_supervisor *supervisor)
{
	while (!TAILQ_EMPTY(&supervisor->generations))
		managed_free(supervisor, TAILQ_FIRST(&supervisor->generations));
}
