/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_FRONT_VIEW_H
#define ASSAY_DAEMON_FRONT_VIEW_H

#include "daemon/listener.h"
#include "daemon/metrics.h"
#include "inspect/cache.h"
#include "pool/pool.h"

/*
 * The front as it is at one moment, for those who ask: everything is the
 * front's and valid during the call that gets it. The front fills it for
 * as_front_status_json() and as_front_metrics_text().
 */
struct as_front_view {
	const struct as_service *service;
	const char *config_file; /* "": defaults, no file */
	const char *version;
	const char *sandbox; /* of the front, in words */
	uint64_t now_us;     /* monotonic */
	uint64_t wall_us;
	uint64_t started_wall_us; /* of the daemon */
	uint32_t front_restarts;

	bool ready;
	const char *reason; /* why not, "" when ready */
	uint64_t generation;
	uint64_t generation_wall_us;
	uint32_t old_generations; /* that still have messages */
	struct as_span plugins;	  /* as_scanner_status(), empty without one */
	struct as_pool_state pool;
	struct as_cache_counters cache;

	uint64_t last_reload_wall_us; /* 0: none so far */
	bool last_reload_ok;
	const char *last_reload_text;

	uint32_t tasks;
	uint64_t spool_bytes;
	uint64_t resident_bytes; /* 0: unknown */
	bool store_used;	 /* a listener keeps messages here */
	bool store_up;
	const struct as_metrics *metrics;
	const struct as_listener *const *listeners;
	size_t listener_count;
};

/* GET /v1/status: one JSON object on one line. -ENOMEM. */
int as_status_json_render(const struct as_front_view *view, struct as_buffer *out);
/* GET /metrics: Prometheus text exposition format 0.0.4. -ENOMEM. */
int as_metrics_text_render(const struct as_front_view *view, struct as_buffer *out);

#endif
