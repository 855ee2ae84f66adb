/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner.h"

#include "base/id.h"
#include "base/log.h"
#include "pool/request.h"
#include "pool/scanner_work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

/* Loading a full public database takes some ten seconds on a slow disk. */
#define START_MS 300000u

struct as_scanner {
	struct as_scanner_work work;
	struct as_pool *pool;
	LIST_HEAD(, pending) pending;
	as_scanner_done *done; /* during as_scanner_poll() */
	void *done_context;
};

/* A job on its way, for the verdict of one that no worker finishes. */
struct pending {
	LIST_ENTRY(pending) link;
	void *cookie;
	char id[AS_ID_SIZE];
	struct as_buffer request;
};

static uint32_t worker_count(const struct as_scanner_settings *settings)
{
	long int processors;

	if (settings->workers > 0)
		return settings->workers;
	if (settings->config->workers > 0)
		return settings->config->workers;
	processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors > 0 ? (uint32_t)processors : 1;
}

int as_scanner_open(const struct as_scanner_settings *settings, struct as_scanner **scanner_out,
		    struct as_error *error)
{
	const struct as_config *config = settings->config;
	const struct as_limits *limits = &config->engine.limits;
	struct as_scanner *scanner = calloc(1, sizeof(*scanner));
	int rc;

	if (scanner == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the scanner");
	scanner->work = (struct as_scanner_work){
		.config = config,
		.clock = settings->clock,
		.generation = settings->generation,
	};
	if (config->engine.cache) {
		rc = as_cache_open((size_t)config->cache_bytes, &scanner->work.cache);
		if (rc < 0) {
			as_error_set(error, rc,
				     "no memory for the cache of %llu octets: lower "
				     "cache_size or set cache = false",
				     (unsigned long long)config->cache_bytes);
			goto out;
		}
	}
	const struct as_pool_settings pool = {
		.workers = worker_count(settings),
		.worker_memory = limits->worker_memory,
		.worker_messages = limits->worker_messages,
		.worker_growth = limits->worker_growth,
		.sandbox = config->sandbox,
		.temp_root = config->temp_dir[0] != '\0' ? config->temp_dir : NULL,
		.start_ms = START_MS,
		.clock = settings->clock,
	};
	const struct as_pool_handler handler = {
		.load = as_scanner_load,
		.enter = as_scanner_enter,
		.run = as_scanner_run,
		.context = &scanner->work,
	};
	rc = as_pool_open(&pool, &handler, &scanner->pool, error);
	if (rc < 0)
		goto out;
	*scanner_out = scanner;
	scanner = NULL;
out:
	as_scanner_close(scanner);
	return rc;
}

static void pending_free(struct pending *pending)
{
	LIST_REMOVE(pending, link);
	as_buffer_deinit(&pending->request);
	free(pending);
}

void as_scanner_close(struct as_scanner *scanner)
{
	if (scanner == NULL)
		return;
	as_pool_close(scanner->pool);
	while (!LIST_EMPTY(&scanner->pending))
		pending_free(LIST_FIRST(&scanner->pending));
	as_cache_close(scanner->work.cache);
	free(scanner);
}

static struct pending *pending_new(struct as_scanner *scanner, const struct as_scanner_job *job)
{
	struct pending *pending = calloc(1, sizeof(*pending));

	if (pending == NULL)
		return NULL;
	pending->cookie = job->cookie;
	snprintf(pending->id, sizeof(pending->id), "%s", job->id);
	as_buffer_init(&pending->request, AS_POOL_REQUEST_MAX);
	LIST_INSERT_HEAD(&scanner->pending, pending, link);
	if (as_request_pack(&pending->request, job))
		return pending;
	pending_free(pending);
	return NULL;
}

int as_scanner_submit(struct as_scanner *scanner, const struct as_scanner_job *job)
{
	struct pending *pending = pending_new(scanner, job);
	int rc;

	if (pending == NULL)
		return -ENOMEM;
	const struct as_job pool_job = {
		.fd = job->fd,
		.offset = job->offset,
		.size = job->size,
		.request = as_buffer_span(&pending->request),
		.deadline_ms = scanner->work.config->engine.limits.time_ms + AS_SCANNER_GRACE_MS,
		.cookie = pending,
	};
	rc = as_pool_submit(scanner->pool, &pool_job);
	if (rc < 0)
		pending_free(pending);
	return rc;
}

static const char *failure_code(enum as_outcome outcome)
{
	switch (outcome) {
	case AS_OUTCOME_CRASHED:
		return "scan.worker_crashed";
	case AS_OUTCOME_TIMEOUT:
		return "scan.timeout";
	case AS_OUTCOME_DONE:
	case AS_OUTCOME_CANCELLED:
	case AS_OUTCOME_NO_WORKER:
		break;
	}
	return "scan.unscannable";
}

static void describe_failure(const struct as_result *result, char *text, size_t size)
{
	const char *stage = result->stage[0] != '\0' ? result->stage : "nothing";

	switch (result->outcome) {
	case AS_OUTCOME_CRASHED:
		if (result->syscall >= 0)
			snprintf(text, size,
				 "The sandbox ended the worker for system call %ld while "
				 "%s was running.",
				 result->syscall, stage);
		else
			snprintf(text, size,
				 "%s while %s was running; nothing of the message can be "
				 "relied on.",
				 result->reason, stage);
		break;
	case AS_OUTCOME_TIMEOUT:
		snprintf(text, size, "The inspection hung while %s was running and was ended.",
			 stage);
		break;
	default:
		snprintf(text, size, "The message was not inspected: %s.", result->reason);
		break;
	}
}

static int failed_verdict(const struct as_scanner *scanner, const struct pending *pending,
			  const struct as_result *result, struct as_buffer *json,
			  struct as_verdict_summary *summary_out)
{
	struct as_request request = {.file = ""};
	struct as_arena arena;
	char text[400];
	int rc;

	describe_failure(result, text, sizeof(text));
	as_log_set_message(pending->id);
	as_log(AS_LOG_ERROR, "%s: %s", failure_code(result->outcome), text);
	as_log_set_message(NULL);
	as_arena_init(&arena, AS_REQUEST_ARENA_BYTES);
	rc = as_request_unpack(&arena, as_buffer_span(&pending->request), &request);
	if (rc < 0)
		goto out;
	const struct as_verdict_failure failure = {
		.source = {.id = pending->id,
			   .file = request.file,
			   .index = request.index,
			   .offset = request.source_offset,
			   .size = request.source_size},
		.envelope = &request.envelope,
		.policies = scanner->work.config->policies,
		.policy_count = scanner->work.config->policy_count,
		.policy = scanner->work.config->policy,
		.code = failure_code(result->outcome),
		.text = text,
		.generation = scanner->work.generation,
	};
	rc = as_verdict_fail(&failure, json, summary_out);
out:
	as_arena_deinit(&arena);
	return rc;
}

static void on_done(void *context, const struct as_result *result)
{
	struct as_scanner *scanner = context;
	struct pending *pending = result->cookie;
	struct as_scanner_result verdict = {
		.cookie = pending->cookie,
		.id = pending->id,
		.outcome = result->outcome,
		.attempts = result->attempts,
	};
	struct as_buffer json;

	if (result->extra_fd >= 0)
		close(result->extra_fd);
	as_buffer_init(&json, 0);
	if (result->outcome == AS_OUTCOME_DONE && result->body.size >= sizeof(verdict.summary)) {
		memcpy(&verdict.summary, result->body.data, sizeof(verdict.summary));
		verdict.json = as_span_from(result->body, sizeof(verdict.summary));
		if (verdict.summary.action > ASSAY_ACTION_TEMPFAIL)
			verdict.summary.action = ASSAY_ACTION_QUARANTINE;
	} else if (failed_verdict(scanner, pending, result, &json, &verdict.summary) == 0) {
		verdict.json = as_buffer_span(&json);
	} else {
		verdict.summary.action = ASSAY_ACTION_TEMPFAIL;
	}
	scanner->done(scanner->done_context, &verdict);
	as_buffer_deinit(&json);
	pending_free(pending);
}

int as_scanner_poll(struct as_scanner *scanner, int timeout_ms, as_scanner_done *done,
		    void *context)
{
	scanner->done = done;
	scanner->done_context = context;
	return as_pool_poll(scanner->pool, timeout_ms, on_done, scanner);
}

struct as_pool *as_scanner_pool(const struct as_scanner *scanner)
{
	return scanner->pool;
}

struct as_span as_scanner_status(const struct as_scanner *scanner)
{
	return as_pool_status(scanner->pool);
}

void as_scanner_cache(const struct as_scanner *scanner, struct as_cache_counters *counters_out)
{
	*counters_out = (struct as_cache_counters){.hits = 0};
	if (scanner->work.cache != NULL)
		as_cache_count(scanner->work.cache, counters_out);
}
