/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/connection.h"

/* A deadline and what was missed. */
struct limit {
	uint64_t at_us;
	const char *why;
};

static void sooner(struct limit *limit, uint64_t from_us, uint64_t ms, const char *why)
{
	if (ms == 0 || ms > (UINT64_MAX - from_us) / 1000 || from_us + ms * 1000 >= limit->at_us)
		return;
	limit->at_us = from_us + ms * 1000;
	limit->why = why;
}

/*
 * Between two commands a mail server may wait for its own client, which may be
 * slow; inside of a frame, and in the content of a message, it waits for
 * nobody but us or its other filters.
 */
static void input_limits(const struct as_milter_connection *connection, struct limit *limit)
{
	const struct as_listener_config *config = connection->server->listener->config;
	const struct as_milter_session *session = &connection->session;
	bool inside = as_milter_frame_inside(&session->frame);

	if (session->phase == AS_MILTER_OPENING) {
		sooner(limit, connection->opened_us, config->first_byte_ms,
		       "did not begin in time");
		return;
	}
	if (inside)
		sooner(limit, connection->input_us, config->idle_ms, "stopped inside of a frame");
	if (inside || as_milter_session_in_content(session))
		sooner(limit, connection->request_us, config->request_ms,
		       "took too long for a message");
	else
		sooner(limit, connection->input_us, config->keepalive_ms, "was idle for too long");
}

static struct limit limit_of(const struct as_milter_connection *connection)
{
	const struct as_listener_config *config = connection->server->listener->config;
	struct limit limit = {.at_us = UINT64_MAX, .why = ""};

	if (!connection->counted)
		sooner(&limit, connection->opened_us, AS_MILTER_REFUSED_MS, "was turned away");
	if (as_milter_connection_unsent(connection) > 0)
		sooner(&limit, connection->output_us, config->idle_ms, "does not read its answer");
	if (!as_milter_connection_busy(connection))
		input_limits(connection, &limit);
	return limit;
}

bool as_milter_timing_expired(const struct as_milter_connection *connection, uint64_t now_us,
			      const char **why_out)
{
	struct limit limit = limit_of(connection);

	if (now_us < limit.at_us)
		return false;
	*why_out = limit.why;
	return true;
}

/* A timer that ends too early is left alone: it looks again then, which costs
 * less than moving it with every frame. */
void as_milter_timing_arm(struct as_milter_connection *connection)
{
	uint64_t now_us = as_milter_connection_now(connection);
	uint64_t at_us = limit_of(connection).at_us;
	struct timeval pause;
	uint64_t wait_us;

	if (connection->submitted && connection->progress_us < at_us)
		at_us = connection->progress_us;
	if (at_us == UINT64_MAX || (connection->timer_us != 0 && connection->timer_us <= at_us))
		return;
	/* Never in the past, so that a clock which stands still in a test does
	 * not make the loop turn without rest. */
	wait_us = at_us > now_us + 1000 ? at_us - now_us : 1000;
	pause.tv_sec = (time_t)(wait_us / 1000000);
	pause.tv_usec = (suseconds_t)(wait_us % 1000000);
	if (event_add(connection->timer, &pause) == 0)
		connection->timer_us = at_us;
}
