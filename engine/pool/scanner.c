/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner_internal.h"

#include "pool/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Jobs ------------------------------------------------------------ */

static void pending_free(struct as_pending *pending)
{
	as_buffer_deinit(&pending->request);
	free(pending);
}

static struct as_pending *pending_new(const struct as_scanner_job *job)
{
	struct as_pending *pending = calloc(1, sizeof(*pending));

	if (pending == NULL)
		return NULL;
	pending->cookie = job->cookie;
	pending->answer = job->answer;
	snprintf(pending->id, sizeof(pending->id), "%s", job->id);
	as_buffer_init(&pending->request, AS_POOL_REQUEST_MAX);
	if (as_request_pack(&pending->request, job))
		return pending;
	pending_free(pending);
	return NULL;
}

static uint64_t time_ms(const struct as_scanner *scanner)
{
	const struct as_config *config = scanner->work.config;

	return config != NULL ? config->engine.limits.time_ms : scanner->time_ms;
}

int as_scanner_submit(struct as_scanner *scanner, const struct as_scanner_job *job)
{
	struct as_pending *pending = pending_new(job);
	int rc;

	if (pending == NULL)
		return -ENOMEM;
	const struct as_job pool_job = {
		.fd = job->fd,
		.offset = job->offset,
		.size = job->size,
		.request = as_buffer_span(&pending->request),
		.deadline_ms = time_ms(scanner) + AS_SCANNER_GRACE_MS,
		.cookie = pending,
	};
	rc = as_pool_submit(scanner->pool, &pool_job);
	if (rc < 0)
		pending_free(pending);
	else
		LIST_INSERT_HEAD(&scanner->pending, pending, link);
	return rc;
}

void as_scanner_cancel(struct as_scanner *scanner, const void *cookie)
{
	struct as_pending *pending;

	LIST_FOREACH (pending, &scanner->pending, link) {
		if (pending->cookie != cookie || pending->cancelled)
			continue;
		pending->cancelled = true;
		as_pool_cancel(scanner->pool, pending);
	}
}

void as_scanner_forget_all(struct as_scanner *scanner)
{
	struct as_pending *pending;

	while ((pending = LIST_FIRST(&scanner->pending)) != NULL) {
		LIST_REMOVE(pending, link);
		pending_free(pending);
	}
}

/* ---- Results --------------------------------------------------------- */

/* Takes a reply apart. It may come from a worker that was taken over: what it
 * says of the message is its own affair, what it says of lengths is not. */
static bool read_reply(const struct as_pending *pending, struct as_span body,
		       struct as_scanner_result *result)
{
	struct as_scanner_reply head;
	struct as_span rest;

	if (body.size < sizeof(head))
		return false;
	memcpy(&head, body.data, sizeof(head));
	rest = as_span_from(body, sizeof(head));
	/* There is a verdict, and an answer exactly if one was wanted. */
	if (head.answer_size >= rest.size || (head.answer_size > 0) != pending->answer)
		return false;
	result->summary = head.summary;
	result->summary.complete = head.summary.complete != 0;
	if (head.summary.action > ASSAY_ACTION_TEMPFAIL)
		result->summary.action = ASSAY_ACTION_QUARANTINE;
	result->json = as_span_slice(rest, 0, rest.size - (size_t)head.answer_size);
	result->answer = as_span_from(rest, result->json.size);
	return true;
}

static void hand_over(struct as_scanner *scanner, struct as_pending *pending,
		      struct as_scanner_result *result)
{
	result->cookie = pending->cookie;
	result->id = pending->id;
	result->outcome = pending->outcome;
	result->attempts = pending->attempts;
	result->reason = pending->text;
	if (result->json.size == 0)
		result->summary.action = ASSAY_ACTION_TEMPFAIL;
	/* Cancelling in the call concerns others. */
	LIST_REMOVE(pending, link);
	scanner->done(scanner->done_context, result);
	pending_free(pending);
}

/* No worker could finish it. In one process the verdict is made here; a process
 * that has no configuration asks another worker. */
static void finish_failed(struct as_scanner *scanner, struct as_pending *pending,
			  const struct as_result *result)
{
	bool here = scanner->work.config != NULL;
	struct as_scanner_result verdict = {.changed_fd = -1};
	struct as_buffer body;

	if (!pending->failed)
		as_pending_failed(pending, result, here);
	if (!here && !pending->failed && pending->outcome != AS_OUTCOME_NO_WORKER &&
	    as_pending_resubmit(scanner, pending))
		return;
	as_buffer_init(&body, 0);
	if (here && as_pending_render(scanner, pending, &body) == 0)
		read_reply(pending, as_buffer_span(&body), &verdict);
	hand_over(scanner, pending, &verdict);
	as_buffer_deinit(&body);
}

static void on_done(void *context, const struct as_result *result)
{
	struct as_scanner *scanner = context;
	struct as_pending *pending = result->cookie;
	struct as_scanner_result verdict = {.changed_fd = -1};
	bool good = result->outcome == AS_OUTCOME_DONE && !pending->cancelled &&
		    read_reply(pending, result->body, &verdict);

	if (good && pending->answer && !pending->failed)
		verdict.changed_fd = result->extra_fd;
	else if (result->extra_fd >= 0)
		close(result->extra_fd);
	if (pending->cancelled) {
		LIST_REMOVE(pending, link);
		pending_free(pending);
		return;
	}
	if (!good) {
		finish_failed(scanner, pending, result);
		return;
	}
	if (!pending->failed)
		pending->attempts = result->attempts;
	hand_over(scanner, pending, &verdict);
}

int as_scanner_poll(struct as_scanner *scanner, int timeout_ms, as_scanner_done *done,
		    void *context)
{
	scanner->done = done;
	scanner->done_context = context;
	return as_pool_poll(scanner->pool, timeout_ms, on_done, scanner);
}

/* ---- Questions ------------------------------------------------------- */

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
	struct as_cache_counters now = {.hits = 0};

	if (scanner->cache != NULL)
		as_cache_count(scanner->cache, &now);
	now.hits += scanner->past.hits;
	now.misses += scanner->past.misses;
	now.stores += scanner->past.stores;
	now.torn += scanner->past.torn;
	*counters_out = now;
}
