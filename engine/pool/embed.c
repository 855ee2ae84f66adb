/* SPDX-License-Identifier: BSD-2-Clause */
#include <assay/assay.h>

#include "base/id.h"
#include "base/spool.h"
#include "pool/scanner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How long one wait for workers lasts; deadlines are the pool's. */
#define POLL_MS 1000

struct assay_engine {
	struct as_config *config;
	struct as_scanner *scanner;
	uint64_t count;
};

/* One call of assay_scan_fd(). */
struct waiting {
	const void *cookie;
	struct assay_verdict *verdict;
	int rc;
	bool done;
};

int assay_open(const char *config_file, struct assay_engine **engine_out, char *error,
	       size_t error_size)
{
	struct assay_engine *engine = calloc(1, sizeof(*engine));
	struct as_config_sources sources = {.file = config_file};
	struct as_error why = {.text = "no memory"};
	int rc = -ENOMEM;

	if (engine == NULL)
		goto out;
	as_paths_standard(&sources.paths);
	rc = as_config_load(&sources, &engine->config, &why);
	if (rc < 0)
		goto out;
	const struct as_scanner_settings settings = {
		.config = engine->config,
		.generation = 1,
		.clock = &as_clock_system,
	};
	rc = as_scanner_open(&settings, &engine->scanner, &why);
	if (rc < 0)
		goto out;
	*engine_out = engine;
	engine = NULL;
out:
	if (rc < 0 && error != NULL)
		snprintf(error, error_size, "%s", why.text);
	assay_close(engine);
	return rc;
}

void assay_close(struct assay_engine *engine)
{
	if (engine == NULL)
		return;
	as_scanner_close(engine->scanner);
	as_config_free(engine->config);
	free(engine);
}

static void on_done(void *context, const struct as_scanner_result *result)
{
	struct waiting *waiting = context;
	char *json;

	/* The answer to an earlier call, which gave up. */
	if (result->cookie != waiting->cookie)
		return;
	waiting->done = true;
	json = malloc(result->json.size + 1);
	if (json == NULL || result->json.size == 0) {
		free(json);
		waiting->rc = -ENOMEM;
		return;
	}
	memcpy(json, result->json.data, result->json.size);
	json[result->json.size] = '\0';
	*waiting->verdict = (struct assay_verdict){
		.action = (enum assay_action)result->summary.action,
		.complete = result->summary.complete != 0,
		.json = json,
		.json_size = result->json.size,
	};
}

int assay_scan_fd(struct assay_engine *engine, int fd, uint64_t offset, uint64_t size,
		  const struct assay_envelope *envelope, struct assay_verdict *verdict_out)
{
	/* A number and no address: it must not come again. */
	void *cookie = (void *)(uintptr_t)++engine->count;
	struct waiting waiting = {.cookie = cookie, .verdict = verdict_out};
	char id[AS_ID_SIZE];
	const struct as_scanner_job job = {
		.fd = fd,
		.offset = offset,
		.size = size,
		.is_message = true,
		.id = id,
		.file = "",
		.index = engine->count - 1,
		.envelope = envelope,
		.cookie = cookie,
	};
	int rc;

	as_id_make(&as_clock_system, id);
	rc = as_scanner_submit(engine->scanner, &job);
	while (rc >= 0 && !waiting.done)
		rc = as_scanner_poll(engine->scanner, POLL_MS, on_done, &waiting);
	return rc < 0 ? rc : waiting.rc;
}

int assay_scan_memory(struct assay_engine *engine, struct as_span message,
		      const struct assay_envelope *envelope, struct assay_verdict *verdict_out)
{
	int fd = -1;
	int rc;

	rc = as_spool_make("message", message, &fd);
	if (rc < 0)
		return rc;
	rc = assay_scan_fd(engine, fd, 0, message.size, envelope, verdict_out);
	close(fd);
	return rc;
}

void assay_verdict_free(struct assay_verdict *verdict)
{
	free(verdict->json);
	*verdict = (struct assay_verdict){.json = NULL};
}
