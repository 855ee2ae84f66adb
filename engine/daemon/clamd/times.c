/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/connection.h"

uint64_t as_clamd_now_us(const struct as_clamd_connection *connection)
{
	return as_clock_us(connection->clamd->listener->clock);
}

static uint64_t after_ms(uint64_t since_us, uint64_t ms)
{
	uint64_t us;

	if (ms == 0 || __builtin_mul_overflow(ms, 1000, &us) ||
	    __builtin_add_overflow(us, since_us, &us))
		return UINT64_MAX;
	return us;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* In the middle of a command, a stream or a descriptor. */
static bool in_request(const struct as_clamd_connection *connection)
{
	switch (connection->state) {
	case AS_CLAMD_AT_COMMAND:
		return connection->in.size > 0 && as_clamd_wants_input(connection);
	case AS_CLAMD_AT_STREAM:
	case AS_CLAMD_AT_DESCRIPTOR:
		return true;
	default:
		return false;
	}
}

static bool is_idle(const struct as_clamd_connection *connection)
{
	return connection->state == AS_CLAMD_AT_COMMAND && connection->in.size == 0 &&
	       connection->job_count == 0;
}

static uint64_t request_deadline(const struct as_clamd_connection *connection)
{
	const struct as_listener_config *config = connection->clamd->listener->config;

	return sooner(after_ms(connection->request_us, config->request_ms),
		      after_ms(connection->octet_us, config->idle_ms));
}

static uint64_t idle_deadline(const struct as_clamd_connection *connection)
{
	const struct as_listener_config *config = connection->clamd->listener->config;
	uint64_t since = connection->free_us;

	if (!connection->greeted)
		return after_ms(since, config->first_byte_ms);
	if (connection->octet_us > since)
		since = connection->octet_us;
	return after_ms(since, config->keepalive_ms);
}

static uint64_t output_deadline(const struct as_clamd_connection *connection)
{
	return after_ms(connection->output_us, connection->clamd->listener->config->idle_ms);
}

uint64_t as_clamd_deadline_us(const struct as_clamd_connection *connection)
{
	uint64_t due = UINT64_MAX;

	if (connection->lingering)
		return after_ms(connection->linger_us, AS_CLAMD_LINGER_MS);
	if (connection->again)
		return 0;
	if (connection->unread)
		due = output_deadline(connection);
	if (in_request(connection))
		due = sooner(due, request_deadline(connection));
	if (as_clamd_is_bare(connection))
		due = sooner(due, after_ms(connection->octet_us, AS_CLAMD_BARE_MS));
	if (is_idle(connection) && !connection->unread)
		due = sooner(due, idle_deadline(connection));
	return due;
}

void as_clamd_expire(struct as_clamd_connection *connection)
{
	struct as_metrics_listener *metrics = connection->clamd->listener->metrics;
	uint64_t now = as_clamd_now_us(connection);

	if (connection->lingering) {
		if (now >= after_ms(connection->linger_us, AS_CLAMD_LINGER_MS))
			connection->broken = true;
		return;
	}
	if (connection->unread && now >= output_deadline(connection)) {
		metrics->timeouts++;
		connection->broken = true;
		return;
	}
	if (in_request(connection) && now >= request_deadline(connection)) {
		metrics->timeouts++;
		as_clamd_request_expired(connection);
		return;
	}
	if (is_idle(connection) && !connection->unread && now >= idle_deadline(connection)) {
		/* Between two requests of a session it is no fault. */
		if (!connection->session)
			metrics->timeouts++;
		connection->state = AS_CLAMD_AT_END;
		return;
	}
	connection->again = false;
	as_clamd_turn(connection, as_clamd_is_bare(connection) &&
					  now >= after_ms(connection->octet_us, AS_CLAMD_BARE_MS));
}
