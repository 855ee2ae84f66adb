/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/folders.h"
#include "daemon/front_internal.h"
#include "daemon/front_view.h"

#include <config.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What protocols may ask of the front. */

uint64_t as_front_generation(const struct as_front *front)
{
	return front->current != NULL ? front->current->number : 0;
}

const char *as_front_version(void)
{
	return PACKAGE_VERSION;
}

bool as_front_ready(const struct as_front *front, const char **reason_out)
{
	static char reason[AS_ERROR_TEXT_MAX];
	struct as_pool_state state;
	bool ready = false;

	snprintf(reason, sizeof(reason), "no signatures are loaded");
	if (front->draining) {
		snprintf(reason, sizeof(reason), "the daemon is ending");
	} else if (front->current != NULL) {
		const struct as_pool *pool = as_scanner_pool(front->current->scanner);

		as_pool_describe(pool, &state);
		ready = as_pool_ready(pool);
		if (!ready)
			snprintf(reason, sizeof(reason), "%s",
				 state.error[0] != '\0' ? state.error
							: "signatures are being loaded");
	}
	if (reason_out != NULL)
		*reason_out = ready ? "" : reason;
	return ready;
}

bool as_front_has_policy(const struct as_front *front, const char *name)
{
	json_t *policies, *policy;
	size_t i;

	if (front->current == NULL)
		return false;
	policies = json_object_get(front->current->status, "policies");
	json_array_foreach (policies, i, policy)
		if (json_is_string(policy) && strcmp(json_string_value(policy), name) == 0)
			return true;
	return false;
}

static uint64_t resident_bytes(const struct as_front *front)
{
	char text[128];
	ssize_t got = front->statm_fd >= 0 ? pread(front->statm_fd, text, sizeof(text) - 1, 0) : -1;
	unsigned long pages;

	if (got <= 0)
		return 0;
	text[got] = '\0';
	if (sscanf(text, "%*u %lu", &pages) != 1)
		return 0;
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The present one has counted its part already. */
static void add_others(const struct as_front *front, struct as_front_view *view)
{
	struct as_cache_counters *cache = &view->cache;
	struct as_pool_state *pool = &view->pool;
	const struct as_generation *generation;

	pool->jobs += front->past.jobs;
	pool->started += front->past.started;
	pool->recycled += front->past.recycled;
	pool->crashes += front->past.crashes;
	pool->timeouts += front->past.timeouts;
	pool->cancelled += front->past.cancelled;
	pool->lost += front->past.lost;
	pool->zygotes += front->past.zygotes;
	cache->hits += front->past_cache.hits;
	cache->misses += front->past_cache.misses;
	cache->stores += front->past_cache.stores;
	cache->torn += front->past_cache.torn;
	TAILQ_FOREACH (generation, &front->generations, link)
		if (generation != front->current)
			as_generation_count(generation, pool, cache);
}

static void view_generation(const struct as_front *front, struct as_front_view *view)
{
	const struct as_generation *generation = front->current;

	if (generation == NULL) {
		add_others(front, view);
		return;
	}
	view->generation = generation->number;
	view->generation_wall_us = generation->wall_us;
	view->plugins = as_scanner_status(generation->scanner);
	as_pool_describe(as_scanner_pool(generation->scanner), &view->pool);
	as_scanner_cache(generation->scanner, &view->cache);
	add_others(front, view);
}

typedef int render(const struct as_front_view *view, struct as_buffer *out);

static int draw(const struct as_front *front, render *how, struct as_buffer *out)
{
	const struct as_listener **listeners =
		calloc(front->listener_count + 1, sizeof(const struct as_listener *));
	const struct as_generation *generation;
	struct as_front_view view = {
		.service = front->service,
		.config_file = front->setup->config_file,
		.version = PACKAGE_VERSION,
		.sandbox = front->sandbox,
		.now_us = as_clock_us(front->clock),
		.wall_us = as_clock_wall_us(front->clock),
		.started_wall_us = front->setup->started_wall_us,
		.front_restarts = front->setup->restarts,
		.last_reload_wall_us = front->reload_wall_us,
		.last_reload_ok = front->reload_ok,
		.last_reload_text = front->reload_text,
		.tasks = front->task_count,
		.spool_bytes = front->spool_bytes,
		.resident_bytes = resident_bytes(front),
		.store_used = as_folder_stores(front->service),
		.store_up = front->store >= 0,
		.metrics = &front->metrics,
		.listener_count = front->listener_count,
	};
	int rc;

	if (listeners == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < front->listener_count; i++)
		listeners[i] = &front->listeners[i];
	view.listeners = listeners;
	view.ready = as_front_ready(front, &view.reason);
	view_generation(front, &view);
	TAILQ_FOREACH (generation, &front->generations, link)
		view.old_generations += generation->state == AS_GENERATION_LEAVING;
	rc = how(&view, out);
	free(listeners);
	return rc;
}

int as_front_status_json(const struct as_front *front, struct as_buffer *out)
{
	return draw(front, as_status_json_render, out);
}

int as_front_metrics_text(const struct as_front *front, struct as_buffer *out)
{
	return draw(front, as_metrics_text_render, out);
}
