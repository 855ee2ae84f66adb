/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Loading a full public database takes some ten seconds on a slow disk. */
#define START_MS 300000u

uint32_t as_scanner_workers(const struct as_scanner_settings *settings)
{
	long int processors;

	if (settings->workers > 0)
		return settings->workers;
	if (settings->config->workers > 0)
		return settings->config->workers;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors > 0 ? (uint32_t)processors : 1;
}

static struct as_pool_settings pool_settings(const struct as_scanner_settings *settings)
{
	const struct as_config *config = settings->config;
	const struct as_limits *limits = &config->engine.limits;

	return (struct as_pool_settings){
		.workers = as_scanner_workers(settings),
		.worker_memory = limits->worker_memory,
		.worker_messages = limits->worker_messages,
		.worker_growth = limits->worker_growth,
		.sandbox = config->sandbox,
		.temp_root = config->temp_dir[0] != '\0' ? config->temp_dir : NULL,
		.start_ms = START_MS,
		.clock = settings->clock,
	};
}

static struct as_pool_handler pool_handler(struct as_scanner_work *work)
{
	const struct as_smime_settings *smime = &work->config->engine.smime;
	bool keys = smime->enabled && smime->key_count > 0;

	if (keys)
		as_keeper_duty_keys(smime, &work->keys);
	return (struct as_pool_handler){
		.load = as_scanner_load,
		.enter = as_scanner_enter,
		.run = as_scanner_run,
		.context = work,
		.keeper = keys ? &work->keys : NULL,
	};
}

/* What the zygote will need; fd_out is -1 without a cache. */
static int make_work(const struct as_scanner_settings *settings, struct as_scanner_work *work,
		     int *fd_out, struct as_error *error)
{
	const struct as_config *config = settings->config;
	int rc;

	*work = (struct as_scanner_work){
		.config = config,
		.clock = settings->clock,
		.generation = settings->generation,
	};
	*fd_out = -1;
	if (!config->engine.cache)
		return 0;
	rc = as_cache_open_fd((size_t)config->cache_bytes, &work->cache, fd_out);
	if (rc < 0)
		as_error_set(error, rc,
			     "no memory for the cache of %llu octets: lower "
			     "cache_size or set cache = false",
			     (unsigned long long)config->cache_bytes);
	return rc;
}

/* ---- In one process -------------------------------------------------- */

int as_scanner_open(const struct as_scanner_settings *settings, struct as_scanner **scanner_out,
		    struct as_error *error)
{
	const struct as_pool_settings pool = pool_settings(settings);
	struct as_scanner *scanner = calloc(1, sizeof(*scanner));
	struct as_pool_handler handler;
	int cache_fd = -1;
	int rc;

	if (scanner == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the scanner");
	rc = make_work(settings, &scanner->work, &cache_fd, error);
	if (rc < 0)
		goto out;
	scanner->cache = scanner->work.cache;
	handler = pool_handler(&scanner->work);
	rc = as_pool_open(&pool, &handler, &scanner->pool, error);
	if (rc < 0)
		goto out;
	*scanner_out = scanner;
	scanner = NULL;
out:
	if (cache_fd >= 0)
		close(cache_fd);
	as_scanner_close(scanner);
	return rc;
}

void as_scanner_close(struct as_scanner *scanner)
{
	if (scanner == NULL)
		return;
	as_pool_close(scanner->pool);
	as_scanner_forget_all(scanner);
	as_cache_close(scanner->cache);
	free(scanner);
}

/* ---- The parent's side ----------------------------------------------- */

int as_scanner_launch(const struct as_scanner_settings *settings,
		      struct as_scanner_launch *launch_out, struct as_error *error)
{
	const struct as_pool_settings pool = pool_settings(settings);
	struct as_scanner_launch launch = {.cache_fd = -1, .temp = {.fd = -1}};
	struct as_scanner_work work = {.cache = NULL};
	struct as_pool_handler handler;
	int rc;

	rc = make_work(settings, &work, &launch.cache_fd, error);
	if (rc == 0)
		rc = as_tempdir_open(pool.temp_root, &launch.temp, error);
	if (rc == 0) {
		handler = pool_handler(&work);
		rc = as_launch_start(&pool, &handler, &launch.temp, &launch.launch, error);
	}
	/* The zygote has its own mapping. */
	as_cache_close(work.cache);
	if (rc < 0) {
		if (launch.cache_fd >= 0)
			close(launch.cache_fd);
		as_tempdir_close(&launch.temp);
		return rc;
	}
	*launch_out = launch;
	return 0;
}

void as_scanner_launch_close(struct as_scanner_launch *launch)
{
	as_launch_close(&launch->launch);
	if (launch->cache_fd >= 0)
		close(launch->cache_fd);
	launch->cache_fd = -1;
	as_tempdir_close(&launch->temp);
}

/* ---- The side of the process with the clients ------------------------ */

int as_scanner_attach(const struct as_scanner_attach *settings, struct as_scanner **scanner_out,
		      struct as_error *error)
{
	const struct as_pool_settings pool = {
		.workers = settings->workers,
		.queue_limit = settings->queue_limit,
		.start_ms = START_MS,
		.clock = settings->clock,
	};
	struct as_scanner *scanner = calloc(1, sizeof(*scanner));
	int rc;

	if (scanner == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the scanner");
	scanner->time_ms = settings->time_ms;
	scanner->work.clock = settings->clock;
	scanner->work.generation = settings->generation;
	rc = as_pool_attach(&pool, &settings->source, &scanner->pool, error);
	if (rc < 0) {
		free(scanner);
		return rc;
	}
	*scanner_out = scanner;
	return 0;
}

int as_scanner_give(struct as_scanner *scanner, const struct as_launch *launch, int cache_fd)
{
	struct as_cache *cache = NULL;
	struct as_cache_counters past;
	int rc = 0;

	if (cache_fd >= 0)
		rc = as_cache_attach(cache_fd, &cache);
	if (rc == 0)
		rc = as_pool_give(scanner->pool, launch);
	if (rc < 0) {
		as_cache_close(cache);
		return rc;
	}
	/* What was counted stays counted. */
	as_scanner_cache(scanner, &past);
	past.slots = 0;
	scanner->past = past;
	as_cache_close(scanner->cache);
	scanner->cache = cache;
	if (cache_fd >= 0)
		close(cache_fd);
	return 0;
}
