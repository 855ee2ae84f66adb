/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/front_view.h"
#include "inspect/words.h"
#include "policy/json.h"

#include <time.h>

static json_t *number(uint64_t value)
{
	return json_integer(value <= INT64_MAX ? (json_int_t)value : INT64_MAX);
}

/* RFC 3339 in UTC; null for never. */
static json_t *time_json(uint64_t wall_us)
{
	time_t seconds = (time_t)(wall_us / 1000000);
	struct tm parts;
	char text[32];

	if (wall_us == 0 || gmtime_r(&seconds, &parts) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		return json_null();
	return json_string(text);
}

static json_t *generation_json(const struct as_front_view *view)
{
	/* Members of what the zygote said are taken over as they are. */
	json_t *value = json_loadb((const char *)view->plugins.data, view->plugins.size,
				   JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(value)) {
		json_decref(value);
		value = json_pack("{s:[]}", "plugins");
	}
	json_object_set_new(value, "id", number(view->generation));
	json_object_set_new(value, "since", time_json(view->generation_wall_us));
	json_object_set_new(value, "leaving", number(view->old_generations));
	return value;
}

static json_t *reload_json(const struct as_front_view *view)
{
	if (view->last_reload_wall_us == 0)
		return json_null();
	return json_pack("{s:o,s:b,s:o}", "time", time_json(view->last_reload_wall_us), "ok",
			 (int)view->last_reload_ok, "reason", as_json_text(view->last_reload_text));
}

static json_t *workers_json(const struct as_pool_state *pool)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "wanted",
			 number(pool->wanted), "alive", number(pool->workers), "busy",
			 number(pool->busy), "started", number(pool->started), "recycled",
			 number(pool->recycled), "crashes", number(pool->crashes), "timeouts",
			 number(pool->timeouts), "lost", number(pool->lost), "zygotes",
			 number(pool->zygotes), "sandbox", as_json_text(pool->sandbox), "error",
			 as_json_text(pool->error));
}

static json_t *cache_json(const struct as_cache_counters *cache)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "slots", number(cache->slots), "hits",
			 number(cache->hits), "misses", number(cache->misses), "stores",
			 number(cache->stores), "torn", number(cache->torn));
}

static json_t *store_json(const struct as_front_view *view)
{
	return json_pack("{s:o,s:b,s:b,s:o,s:o}", "path",
			 as_json_text(view->service->quarantine_dir), "used", (int)view->store_used,
			 "up", (int)view->store_up, "stored", number(view->metrics->stored),
			 "failures", number(view->metrics->store_failures));
}

static json_t *actions_json(const struct as_metrics_listener *metrics)
{
	json_t *value = json_object();

	for (int action = ASSAY_ACTION_ACCEPT; action <= ASSAY_ACTION_TEMPFAIL; action++)
		json_object_set_new(value, as_action_name((enum assay_action)action),
				    number(metrics->actions[action]));
	return value;
}

static json_t *listener_json(const struct as_listener *listener)
{
	const struct as_listener_config *config = listener->config;
	const struct as_metrics_listener *metrics = listener->metrics;
	json_t *value = json_pack("{s:o,s:s,s:o}", "name", as_json_text(config->name), "protocol",
				  as_protocol_name(config->protocol), "address",
				  as_json_text(config->address));
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
		{"open", listener->open},
		{"tasks", listener->tasks},
		{"spool_bytes", listener->spool_bytes},
		{"connections", metrics->connections},
		{"requests", metrics->requests},
		{"bytes", metrics->octets},
		{"refused_connections", metrics->refused_connections},
		{"refused_jobs", metrics->refused_jobs},
		{"too_large", metrics->too_large},
		{"timeouts", metrics->timeouts},
		{"protocol_errors", metrics->protocol_errors},
		{"cancelled", metrics->cancelled},
		{"incomplete", metrics->incomplete},
		{"faults", metrics->faults},
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		json_object_set_new(value, counters[i].name, number(counters[i].value));
	json_object_set_new(value, "actions", actions_json(metrics));
	return value;
}

static json_t *listeners_json(const struct as_front_view *view)
{
	json_t *list = json_array();

	for (size_t i = 0; i < view->listener_count; i++)
		json_array_append_new(list, listener_json(view->listeners[i]));
	return list;
}

int as_status_json_render(const struct as_front_view *view, struct as_buffer *out)
{
	const struct as_service *service = view->service;
	json_t *value = json_pack(
		"{s:o,s:b,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:{s:o,s:o},s:o,s:{s:o,s:o},s:o,"
		"s:o,s:o}",
		"version", as_json_text(view->version), "ready", (int)view->ready, "reason",
		as_json_text(view->reason), "config", as_json_text(view->config_file), "started",
		time_json(view->started_wall_us), "now", time_json(view->wall_us), "front_restarts",
		number(view->front_restarts), "sandbox", as_json_text(view->sandbox),
		"resident_bytes", number(view->resident_bytes), "generation", generation_json(view),
		"last_reload", reload_json(view), "workers", workers_json(&view->pool), "queue",
		"length", number(view->pool.queued), "limit", number(service->queue_limit), "tasks",
		number(view->tasks), "spool", "bytes", number(view->spool_bytes), "limit",
		number(service->spool_bytes), "cache", cache_json(&view->cache), "store",
		store_json(view), "listeners", listeners_json(view));
	int rc = as_json_write(value, out);

	json_decref(value);
	return rc;
}
