/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/front_view.h"
#include "inspect/words.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>

/*
 * Prometheus text exposition format 0.0.4: families with HELP and TYPE, each
 * once; names of counters end in _total; times are seconds.
 */
static void family(struct as_buffer *out, const char *name, const char *type, const char *help)
{
	as_buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Label values escape backslash, quote and line end, nothing else. */
static void label(struct as_buffer *out, const char *name, const char *value)
{
	as_buffer_printf(out, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			as_buffer_text(out, "\\n");
		else if (*value == '\\' || *value == '"')
			as_buffer_printf(out, "\\%c", *value);
		else
			as_buffer_byte(out, (unsigned char)*value);
	}
	as_buffer_byte(out, '"');
}

static void single(struct as_buffer *out, const char *name, const char *type, const char *help,
		   uint64_t value)
{
	family(out, name, type, help);
	as_buffer_printf(out, "%s %" PRIu64 "\n", name, value);
}

/* A sample whose only labels are given. */
static void sample(struct as_buffer *out, const char *name, const char *label_name,
		   const char *label_value, uint64_t value)
{
	as_buffer_printf(out, "%s{", name);
	label(out, label_name, label_value);
	as_buffer_printf(out, "} %" PRIu64 "\n", value);
}

static void put_seconds(struct as_buffer *out, uint64_t us)
{
	as_buffer_printf(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

/* ---- Listeners ----------------------------------------------------------- */

struct listener_family {
	const char *name, *type, *help;
	size_t offset; /* in struct as_metrics_listener */
};

#define FAMILY(name, type, member, help)                                                           \
	{                                                                                          \
		name, type, help, offsetof(struct as_metrics_listener, member)                     \
	}
static const struct listener_family listener_families[] = {
	FAMILY("assay_connections", "gauge", open, "Connections that are open."),
	FAMILY("assay_connections_total", "counter", connections,
	       "Connections that were accepted."),
	FAMILY("assay_requests_total", "counter", requests,
	       "Messages that were received in full and queued."),
	FAMILY("assay_received_bytes_total", "counter", octets, "Octets of those messages."),
	FAMILY("assay_incomplete_total", "counter", incomplete,
	       "Messages that could not be inspected in full."),
	FAMILY("assay_faults_total", "counter", faults,
	       "Messages without a verdict because of a fault of the daemon."),
	FAMILY("assay_cancelled_total", "counter", cancelled,
	       "Messages whose client left before the answer."),
	FAMILY("assay_timeouts_total", "counter", timeouts, "Clients that were too slow."),
	FAMILY("assay_protocol_errors_total", "counter", protocol_errors,
	       "Requests that were malformed."),
};

static uint64_t counter(const struct as_metrics_listener *metrics, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)metrics + offset, sizeof(value));
	return value;
}

static void put_listeners(const struct as_front_view *view, struct as_buffer *out)
{
	for (size_t f = 0; f < sizeof(listener_families) / sizeof(listener_families[0]); f++) {
		const struct listener_family *row = &listener_families[f];

		family(out, row->name, row->type, row->help);
		for (size_t i = 0; i < view->listener_count; i++)
			sample(out, row->name, "listener", view->listeners[i]->config->name,
			       counter(view->listeners[i]->metrics, row->offset));
	}
}

static void put_pair(struct as_buffer *out, const char *family_name, const char *listener,
		     const char *label_name, const char *label_value, uint64_t value)
{
	as_buffer_printf(out, "%s{", family_name);
	label(out, "listener", listener);
	as_buffer_byte(out, ',');
	label(out, label_name, label_value);
	as_buffer_printf(out, "} %" PRIu64 "\n", value);
}

static void put_messages(const struct as_front_view *view, struct as_buffer *out)
{
	family(out, "assay_messages_total", "counter", "Messages that were answered, by action.");
	for (size_t i = 0; i < view->listener_count; i++) {
		const struct as_listener *listener = view->listeners[i];

		for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++)
			put_pair(out, "assay_messages_total", listener->config->name, "action",
				 as_action_name((enum assay_action)a),
				 listener->metrics->actions[a]);
	}
}

static void put_refused(const struct as_front_view *view, struct as_buffer *out)
{
	static const char name[] = "assay_refused_total";

	family(out, name, "counter", "What was refused because a limit was reached.");
	for (size_t i = 0; i < view->listener_count; i++) {
		const struct as_listener *listener = view->listeners[i];
		const struct as_metrics_listener *metrics = listener->metrics;
		const char *title = listener->config->name;

		put_pair(out, name, title, "reason", "connections", metrics->refused_connections);
		put_pair(out, name, title, "reason", "jobs", metrics->refused_jobs);
		put_pair(out, name, title, "reason", "too_large", metrics->too_large);
	}
}

/* ---- Findings and times --------------------------------------------------- */

static void put_findings(const struct as_metrics *metrics, struct as_buffer *out)
{
	family(out, "assay_findings_total", "counter",
	       "Messages that have a finding, by its code.");
	for (size_t i = 0; i < metrics->code_count; i++) {
		const struct as_metrics_code *row = &metrics->codes[i];

		as_buffer_text(out, "assay_findings_total{");
		label(out, "code", row->code);
		as_buffer_byte(out, ',');
		label(out, "severity", as_severity_name((enum assay_severity)row->severity));
		as_buffer_printf(out, "} %" PRIu64 "\n", row->messages);
	}
	as_buffer_printf(out, "assay_findings_total{code=\"other\",severity=\"\"} %" PRIu64 "\n",
			 metrics->other_codes);
}

/* Buckets of a histogram count everything up to their end. */
static void put_latency(const struct as_metrics *metrics, struct as_buffer *out)
{
	uint64_t count = 0;

	family(out, "assay_latency_seconds", "histogram",
	       "Time from the last octet of a message to its answer.");
	for (size_t i = 0; i < AS_METRICS_BUCKETS; i++) {
		count += metrics->latency_count[i];
		as_buffer_text(out, "assay_latency_seconds_bucket{le=\"");
		if (as_metrics_bounds_us[i] == UINT64_MAX)
			as_buffer_text(out, "+Inf");
		else
			put_seconds(out, as_metrics_bounds_us[i]);
		as_buffer_printf(out, "\"} %" PRIu64 "\n", count);
	}
	as_buffer_text(out, "assay_latency_seconds_sum ");
	put_seconds(out, metrics->latency_sum_us);
	as_buffer_printf(out, "\nassay_latency_seconds_count %" PRIu64 "\n", count);
	family(out, "assay_inspection_seconds_total", "counter",
	       "Time that workers inspected messages.");
	as_buffer_text(out, "assay_inspection_seconds_total ");
	put_seconds(out, metrics->inspect_sum_us);
	as_buffer_byte(out, '\n');
}

/* ---- Workers, generation, plugins ------------------------------------------ */

static void put_workers(const struct as_pool_state *pool, struct as_buffer *out)
{
	uint32_t idle = pool->workers > pool->busy ? pool->workers - pool->busy : 0;

	family(out, "assay_workers", "gauge", "Worker processes that are alive.");
	sample(out, "assay_workers", "state", "busy", pool->busy);
	sample(out, "assay_workers", "state", "idle", idle);
	single(out, "assay_workers_wanted", "gauge", "Workers that the configuration asks for.",
	       pool->wanted);
	single(out, "assay_worker_starts_total", "counter",
	       "Workers that were started, the first ones and replacements included.",
	       pool->started);
	family(out, "assay_worker_restarts_total", "counter",
	       "Workers that ended and were replaced, by what ended them.");
	sample(out, "assay_worker_restarts_total", "reason", "crash", pool->crashes);
	sample(out, "assay_worker_restarts_total", "reason", "timeout", pool->timeouts);
	sample(out, "assay_worker_restarts_total", "reason", "killed", pool->lost);
	single(out, "assay_worker_recycled_total", "counter",
	       "Workers that were replaced after so many messages or so much memory.",
	       pool->recycled);
	single(out, "assay_zygotes_total", "counter",
	       "Processes that loaded plugins and signatures, of this generation.", pool->zygotes);
}

/* now_s is not 0 for a time, which becomes an age. */
static void put_plugin(struct as_buffer *out, const char *name, const json_t *plugin,
		       const char *member, uint64_t now_s)
{
	json_int_t value = json_integer_value(json_object_get(plugin, member));
	const char *title = json_string_value(json_object_get(plugin, "name"));

	/* Plugins without signatures have none to be old. */
	if (title == NULL || value <= 0 || !json_is_true(json_object_get(plugin, "loaded")))
		return;
	if (now_s > 0)
		value = (uint64_t)value < now_s ? (json_int_t)(now_s - (uint64_t)value) : 0;
	sample(out, name, "plugin", title, (uint64_t)value);
}

static uint64_t member_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? (uint64_t)value : 0;
}

static void put_smime(const json_t *loaded, struct as_buffer *out)
{
	static const char *const kinds[] = {"anchors", "certificates", "crls", "keys"};
	const json_t *smime = json_object_get(loaded, "smime");
	uint64_t next = member_of(smime, "crl_next_update");

	family(out, "assay_smime_loaded", "gauge", "What signatures are held against, by kind.");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && json_is_object(smime); i++)
		sample(out, "assay_smime_loaded", "kind", kinds[i], member_of(smime, kinds[i]));
	single(out, "assay_smime_crl_next_update_seconds", "gauge",
	       "When the first revocation list is due, since 1970; 0 without lists.", next);
}

/* From what the zygote said. */
static void put_loaded(const struct as_front_view *view, struct as_buffer *out)
{
	json_t *loaded = json_loadb((const char *)view->plugins.data, view->plugins.size,
				    JSON_REJECT_DUPLICATES, NULL);
	const json_t *plugins = json_object_get(loaded, "plugins");
	const json_t *plugin;
	size_t i;

	family(out, "assay_plugin_signatures", "gauge", "Signatures and rules that are loaded.");
	json_array_foreach (plugins, i, plugin)
		put_plugin(out, "assay_plugin_signatures", plugin, "signatures", 0);
	family(out, "assay_plugin_signatures_age_seconds", "gauge",
	       "Age of the newest signature set.");
	json_array_foreach (plugins, i, plugin)
		put_plugin(out, "assay_plugin_signatures_age_seconds", plugin, "newest",
			   view->wall_us / 1000000);
	put_smime(loaded, out);
	json_decref(loaded);
}

static void put_generation(const struct as_front_view *view, struct as_buffer *out)
{
	const struct as_metrics *metrics = view->metrics;

	single(out, "assay_generation", "gauge", "Number of the plugins and signatures in use.",
	       view->generation);
	single(out, "assay_generations_leaving", "gauge", "Older ones that still have messages.",
	       view->old_generations);
	family(out, "assay_reloads_total", "counter", "Reloads, by result.");
	sample(out, "assay_reloads_total", "result", "ok", metrics->reloads);
	sample(out, "assay_reloads_total", "result", "failed", metrics->reload_failures);
	single(out, "assay_last_reload_ok", "gauge", "Whether the last reload went well.",
	       view->last_reload_wall_us == 0 || view->last_reload_ok ? 1 : 0);
	single(out, "assay_retries_total", "counter",
	       "Further attempts at messages whose worker ended.", metrics->retries);
	single(out, "assay_moved_total", "counter",
	       "Messages that a reload moved to the new generation.", metrics->moved);
	put_loaded(view, out);
}

/* ---- The front -------------------------------------------------------------- */

static void put_cache(const struct as_cache_counters *cache, struct as_buffer *out)
{
	single(out, "assay_cache_hits_total", "counter", "Answers that were found in the cache.",
	       cache->hits);
	single(out, "assay_cache_misses_total", "counter",
	       "Answers that were not found in the cache.", cache->misses);
	single(out, "assay_cache_stores_total", "counter", "Answers that were put into the cache.",
	       cache->stores);
	single(out, "assay_cache_slots", "gauge", "Answers that the cache can hold.", cache->slots);
}

static void put_front(const struct as_front_view *view, struct as_buffer *out)
{
	uint64_t up_us =
		view->wall_us > view->started_wall_us ? view->wall_us - view->started_wall_us : 0;

	family(out, "assay_info", "gauge", "The version of the daemon.");
	sample(out, "assay_info", "version", view->version, 1);
	single(out, "assay_ready", "gauge", "Whether messages can be inspected.",
	       view->ready ? 1 : 0);
	family(out, "assay_uptime_seconds", "gauge", "Time since the daemon was started.");
	as_buffer_text(out, "assay_uptime_seconds ");
	put_seconds(out, up_us);
	as_buffer_byte(out, '\n');
	single(out, "assay_front_restarts_total", "counter",
	       "How often the process that serves clients was started again.",
	       view->front_restarts);
	family(out, "assay_memory_bytes", "gauge", "Resident memory.");
	sample(out, "assay_memory_bytes", "process", "front", view->resident_bytes);
	single(out, "assay_queue_length", "gauge", "Messages that wait for a worker.",
	       view->pool.queued);
	single(out, "assay_tasks", "gauge",
	       "Messages that are being received, waiting or inspected.", view->tasks);
	single(out, "assay_spool_bytes", "gauge", "Octets of those messages.", view->spool_bytes);
	single(out, "assay_store_up", "gauge", "Whether messages can be quarantined.",
	       view->store_up ? 1 : 0);
	single(out, "assay_stored_total", "counter", "Messages that were quarantined.",
	       view->metrics->stored);
	single(out, "assay_store_failures_total", "counter",
	       "Messages that could not be quarantined.", view->metrics->store_failures);
}

int as_metrics_text_render(const struct as_front_view *view, struct as_buffer *out)
{
	put_front(view, out);
	put_generation(view, out);
	put_workers(&view->pool, out);
	put_cache(&view->cache, out);
	put_messages(view, out);
	put_findings(view->metrics, out);
	put_latency(view->metrics, out);
	put_listeners(view, out);
	put_refused(view, out);
	return out->failed ? -ENOMEM : 0;
}
