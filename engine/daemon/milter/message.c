/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/milter/connection.h"
#include "daemon/milter/reply.h"

#include <stdlib.h>

/* Of an envelope: 10,000 recipients with an address each. */
#define ENVELOPE_BYTES ((size_t)4 << 20)

static int on_message(void *context)
{
	struct as_milter_connection *connection = context;

	return as_task_new(connection->server->listener, &connection->task);
}

static int on_octets(void *context, struct as_span octets)
{
	const struct as_milter_connection *connection = context;

	return as_task_append(connection->task, octets);
}

static void on_drop(void *context)
{
	struct as_milter_connection *connection = context;

	as_task_cancel(connection->task);
	connection->task = NULL;
}

static uint64_t most(void *context)
{
	const struct as_milter_connection *connection = context;

	return as_task_max(connection->server->listener);
}

static void on_refused(void *context, const char *code, const char *text)
{
	const struct as_milter_connection *connection = context;
	struct as_span id =
		as_milter_macros_find(&connection->session.macros, AS_MILTER_MACRO_QUEUE_ID);

	as_log(AS_LOG_NOTICE, "listener %s: message refused: %s %s (queue id \"%.*s\", client %s)",
	       connection->server->listener->config->name, code, text, (int)id.size,
	       id.size > 0 ? (const char *)id.data : "", connection->session.client.address);
}

const struct as_milter_sink as_milter_connection_sink = {
	.begin = on_message,
	.append = on_octets,
	.drop = on_drop,
	.most = most,
	.refused = on_refused,
};

static void answer_is_made(struct as_milter_connection *connection)
{
	connection->output_us = as_milter_connection_now(connection);
	as_milter_session_answered(&connection->session);
}

static void on_answer(void *context, const struct as_task_answer *verdict)
{
	struct as_milter_connection *connection = context;
	struct as_milter_answer *answer = calloc(1, sizeof(*answer));

	connection->task = NULL;
	connection->submitted = false;
	if (answer != NULL) {
		as_log_set_message(verdict->id);
		as_milter_answer_init(answer);
		as_milter_answer_make(answer, &connection->session,
				      connection->server->listener->config, verdict);
		as_log_set_message(NULL);
		connection->answer = answer;
	} else {
		as_milter_reply(&connection->out, AS_MILTER_TEMPFAIL);
	}
	answer_is_made(connection);
	as_milter_connection_settle(connection);
}

static int submit(struct as_milter_connection *connection)
{
	const struct as_milter_session *session = &connection->session;
	struct assay_envelope envelope;
	struct as_task_request request = {
		.kind = AS_TASK_MESSAGE,
		.file = "",
		.policy = "",
		.envelope = &envelope,
		.done = on_answer,
		.context = connection,
	};
	struct as_arena arena;
	int rc;

	as_arena_init(&arena, ENVELOPE_BYTES);
	rc = as_milter_envelope_make(&arena, &session->client, &session->macros, &session->mail,
				     &envelope);
	if (rc == 0)
		rc = as_task_submit(connection->task, &request);
	as_arena_deinit(&arena);
	return rc;
}

/* What cannot be handed over is answered at once. */
void as_milter_connection_inspect(struct as_milter_connection *connection)
{
	int rc = submit(connection);

	connection->request_us = 0;
	if (rc == 0) {
		connection->submitted = true;
		connection->progress_us =
			as_milter_connection_now(connection) + AS_MILTER_PROGRESS_MS * 1000u;
		return;
	}
	on_refused(connection, "451 4.3.2", as_task_refusal(rc));
	as_milter_reply_text(&connection->out, "451 4.3.2", as_task_refusal(rc));
	on_drop(connection);
	answer_is_made(connection);
}
