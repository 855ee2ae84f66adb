/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/say.h"

#include "daemon/clamd/about.h"

#include <stdio.h>

void as_clamd_say(struct as_clamd_connection *connection, const char *text)
{
	as_clamd_check(connection, as_clamd_put(&connection->out, connection->tag, text));
}

void as_clamd_say_ping(struct as_clamd_connection *connection)
{
	struct as_task_answer none = {.action = ASSAY_ACTION_TEMPFAIL};
	struct as_clamd_judgement judgement;
	const char *reason = "not ready";
	char text[AS_CLAMD_WORDS_MAX + sizeof(" ERROR")];

	/* Clients with several servers go to the next one. */
	if (as_front_ready(connection->clamd->listener->front, &reason)) {
		as_clamd_say(connection, "PONG");
		return;
	}
	none.fault = reason;
	as_clamd_judge(&none, AS_CLAMD_ERROR, &judgement);
	snprintf(text, sizeof(text), "%s ERROR", judgement.words);
	as_clamd_say(connection, text);
}

/* Made once per generation: taking the status apart costs more than all else. */
static const char *version_of(struct as_clamd *clamd)
{
	const struct as_front *front = clamd->listener->front;
	uint64_t generation = as_front_generation(front);
	struct as_buffer status;

	if (clamd->version[0] != '\0' && clamd->version_generation == generation)
		return clamd->version;
	as_buffer_init(&status, 0);
	if (as_front_status_json(front, &status) < 0)
		as_buffer_clear(&status);
	as_clamd_version(as_buffer_span(&status), as_front_version(), clamd->version,
			 sizeof(clamd->version));
	clamd->version_generation = generation;
	as_buffer_deinit(&status);
	return clamd->version;
}

static void say_buffer(struct as_clamd_connection *connection, struct as_buffer *text)
{
	if (as_buffer_byte(text, '\0'))
		as_clamd_say(connection, (const char *)text->data);
	else
		connection->broken = true;
}

void as_clamd_say_version(struct as_clamd_connection *connection)
{
	as_clamd_say(connection, version_of(connection->clamd));
}

void as_clamd_say_commands(struct as_clamd_connection *connection)
{
	struct as_clamd *clamd = connection->clamd;
	const struct as_clamd_abilities abilities = {
		.reload = clamd->listener->config->reload,
		.paths = clamd->roots.count > 0,
		.descriptors = connection->local,
	};
	struct as_buffer text;

	as_buffer_init(&text, 0);
	as_clamd_commands(version_of(clamd), &abilities, &text);
	say_buffer(connection, &text);
	as_buffer_deinit(&text);
}

void as_clamd_say_stats(struct as_clamd_connection *connection)
{
	const struct as_listener *listener = connection->clamd->listener;
	const struct as_clamd_load load = {
		.ready = as_front_ready(listener->front, NULL),
		.tasks = listener->tasks,
		.jobs = listener->config->jobs,
		.spool_bytes = listener->spool_bytes,
		.spool_max_bytes = listener->config->spool_bytes,
		.keepalive_ms = listener->config->keepalive_ms,
		.generation = as_front_generation(listener->front),
		.assay = as_front_version(),
	};
	struct as_buffer status, text;

	as_buffer_init(&status, 0);
	as_buffer_init(&text, 0);
	if (as_front_status_json(listener->front, &status) < 0)
		as_buffer_clear(&status);
	as_clamd_stats(as_buffer_span(&status), &load, &text);
	say_buffer(connection, &text);
	as_buffer_deinit(&status);
	as_buffer_deinit(&text);
}

/* clamd tells nobody how a reload went, and the log has it. */
static void on_reloaded(void *context, int rc, const char *text)
{
	(void)context;
	(void)rc;
	(void)text;
}

void as_clamd_say_reload(struct as_clamd_connection *connection)
{
	struct as_clamd *clamd = connection->clamd;

	if (!clamd->listener->config->reload)
		as_clamd_say(connection, "COMMAND UNAVAILABLE");
	else if (as_front_reload(clamd->listener->front, on_reloaded, clamd) < 0)
		as_clamd_say(connection, "A reload is not possible now. ERROR");
	else
		as_clamd_say(connection, "RELOADING");
}
