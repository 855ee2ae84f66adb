/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/connection.h"
#include "daemon/clamd/job.h"
#include "daemon/clamd/say.h"

#include <errno.h>

#define TEXT_SIZE  "INSTREAM size limit exceeded. ERROR"
#define TEXT_NO_FD "No file descriptor received. ERROR"

/* Says text (NULL: nothing) and throws away what still comes. */
static void refuse(struct as_clamd_connection *connection, const char *text)
{
	if (text != NULL)
		as_clamd_say(connection, text);
	connection->state = AS_CLAMD_AT_REFUSAL;
}

static void protocol_error(struct as_clamd_connection *connection, const char *text)
{
	connection->clamd->listener->metrics->protocol_errors++;
	refuse(connection, text);
}

bool as_clamd_wants_input(const struct as_clamd_connection *connection)
{
	if (connection->state == AS_CLAMD_AT_COMMAND)
		return connection->job_count < AS_CLAMD_PIPELINE_MAX &&
		       as_clamd_unread(connection) <= AS_CLAMD_UNREAD_BYTES;
	/* What is thrown away is bounded, too. */
	return connection->thrown_away <= AS_CLAMD_LINGER_BYTES;
}

bool as_clamd_is_bare(const struct as_clamd_connection *connection)
{
	return connection->state == AS_CLAMD_AT_COMMAND && connection->in.size > 0 &&
	       as_clamd_wants_input(connection) &&
	       as_clamd_framing_of(as_buffer_span(&connection->in)) == AS_CLAMD_BARE;
}

/* ---- Commands --------------------------------------------------------- */

static void open_stream(struct as_clamd_connection *connection)
{
	connection->stream = (struct as_clamd_stream){.left = 0};
	if (as_clamd_stream_open(connection, connection->tag))
		connection->state = AS_CLAMD_AT_STREAM;
	else
		refuse(connection, NULL);
}

static void open_descriptor(struct as_clamd_connection *connection)
{
	if (connection->local) {
		connection->state = AS_CLAMD_AT_DESCRIPTOR;
		return;
	}
	connection->owed = true;
	as_clamd_say(connection, TEXT_NO_FD);
}

/* Those that have to do with the connection itself. False: it is none. */
static bool steer(struct as_clamd_connection *connection, enum as_clamd_verb verb)
{
	switch (verb) {
	case AS_CLAMD_IDSESSION:
		connection->session = true;
		return true;
	case AS_CLAMD_END:
		connection->state = AS_CLAMD_AT_END;
		return true;
	case AS_CLAMD_INSTREAM:
		open_stream(connection);
		return true;
	case AS_CLAMD_FILDES:
		open_descriptor(connection);
		return true;
	default:
		return false;
	}
}

static void answer(struct as_clamd_connection *connection, const struct as_clamd_command *command)
{
	switch (command->verb) {
	case AS_CLAMD_PING:
		as_clamd_say_ping(connection);
		break;
	case AS_CLAMD_VERSION:
		as_clamd_say_version(connection);
		break;
	case AS_CLAMD_VERSIONCOMMANDS:
		as_clamd_say_commands(connection);
		break;
	case AS_CLAMD_RELOAD:
		as_clamd_say_reload(connection);
		break;
	case AS_CLAMD_SHUTDOWN:
		as_clamd_say(connection, "COMMAND UNAVAILABLE");
		break;
	case AS_CLAMD_STATS:
		as_clamd_say_stats(connection);
		break;
	case AS_CLAMD_SCAN:
	case AS_CLAMD_CONTSCAN:
	case AS_CLAMD_MULTISCAN:
	case AS_CLAMD_ALLMATCHSCAN:
		as_clamd_scan_path(connection, command, connection->tag);
		break;
	default:
		protocol_error(connection, "UNKNOWN COMMAND");
	}
}

static void dispatch(struct as_clamd_connection *connection, struct as_clamd_command *command)
{
	bool was_session = connection->session;

	/* In a session every command has a prefix, and there is no second one. */
	if (was_session &&
	    (command->framing == AS_CLAMD_BARE || command->verb == AS_CLAMD_IDSESSION))
		command->verb = AS_CLAMD_UNKNOWN;
	connection->tag.framing = command->framing;
	connection->tag.number = was_session ? ++connection->number : 0;
	if (!steer(connection, command->verb))
		answer(connection, command);
	if (connection->state == AS_CLAMD_AT_COMMAND && !connection->session)
		connection->state = AS_CLAMD_AT_END;
	if (connection->state == AS_CLAMD_AT_COMMAND)
		connection->request_us = connection->octet_us;
}

/* A request has come in full: the next one, or the end. */
static void request_over(struct as_clamd_connection *connection)
{
	connection->state = connection->session ? AS_CLAMD_AT_COMMAND : AS_CLAMD_AT_END;
	connection->request_us = connection->octet_us;
}

/* For an answer to a command that was never read in full. */
static void tag_unread(struct as_clamd_connection *connection, struct as_span in)
{
	connection->tag.framing = as_clamd_framing_of(in);
	connection->tag.number = connection->session ? ++connection->number : 0;
}

/* ---- Octets. Each takes from *in; false: it cannot go on ---------------- */

/* The octet behind FILDES that carries the descriptor. Its value is the
 * client's choice and may be that of a prefix. */
static bool skip_owed(struct as_clamd_connection *connection, struct as_span *in, bool whole)
{
	if (!connection->owed || in->size == 0)
		return true;
	if (as_clamd_framing_of(*in) == AS_CLAMD_BARE) {
		*in = as_span_from(*in, 1);
	} else if (in->size > 1) {
		if (in->data[1] < 'A' || in->data[1] > 'Z')
			*in = as_span_from(*in, 1);
	} else if (!whole) {
		return false;
	}
	connection->owed = false;
	return true;
}

static bool take_command(struct as_clamd_connection *connection, struct as_span *in, bool whole)
{
	struct as_clamd_command command;

	if (!as_clamd_wants_input(connection) || !skip_owed(connection, in, whole))
		return false;
	switch (as_clamd_command_parse(*in, whole, &command)) {
	case AS_CLAMD_MORE:
		return false;
	case AS_CLAMD_TOO_LONG:
		tag_unread(connection, *in);
		protocol_error(connection, "Command is too long. ERROR");
		return true;
	case AS_CLAMD_COMMAND:
		*in = as_span_from(*in, command.used);
		dispatch(connection, &command);
		return true;
	}
	return false;
}

static void refuse_stream(struct as_clamd_connection *connection, int code)
{
	const struct as_listener_config *config = connection->clamd->listener->config;
	struct as_clamd_judgement judgement;

	as_clamd_stream_drop(connection);
	if (code == -EMSGSIZE && config->incomplete == AS_CLAMD_ERROR) {
		refuse(connection, TEXT_SIZE);
		return;
	}
	if (code == -EMSGSIZE)
		as_clamd_judge_size(config->incomplete, &judgement);
	else
		as_clamd_judge_refusal(code, config->fail, &judgement);
	as_clamd_check(connection, as_clamd_put_judgement(&connection->out, connection->tag,
							  as_span_text("stream"), &judgement));
	refuse(connection, NULL);
}

static bool take_stream(struct as_clamd_connection *connection, struct as_span *in)
{
	const struct as_listener *listener = connection->clamd->listener;
	uint64_t size = as_task_size(connection->filling->task);
	uint64_t most = as_task_max(listener);
	struct as_span data;
	int rc;

	switch (as_clamd_stream_next(&connection->stream, in, most > size ? most - size : 0,
				     &data)) {
	case AS_CLAMD_CHUNK_MORE:
		return false;
	case AS_CLAMD_CHUNK_END:
		as_clamd_stream_end(connection);
		request_over(connection);
		return true;
	case AS_CLAMD_CHUNK_TOO_LARGE:
		listener->metrics->too_large++;
		refuse_stream(connection, -EMSGSIZE);
		return true;
	case AS_CLAMD_CHUNK_DATA:
		rc = as_clamd_stream_push(connection, data);
		if (rc < 0)
			refuse_stream(connection, rc);
		return true;
	}
	return false;
}

static bool take_descriptor(struct as_clamd_connection *connection, struct as_span *in)
{
	uint64_t offset = connection->received - in->size;
	int fd = as_clamd_descriptors_take(&connection->descriptors, offset,
					   &connection->clamd->parked);

	if (fd < 0 && in->size == 0)
		return false;
	connection->owed = true;
	if (fd >= 0) {
		as_clamd_scan_fd(connection, fd, connection->tag);
	} else {
		connection->clamd->listener->metrics->protocol_errors++;
		as_clamd_say(connection, TEXT_NO_FD);
	}
	request_over(connection);
	return true;
}

static bool take_next(struct as_clamd_connection *connection, struct as_span *in, bool whole)
{
	switch (connection->state) {
	case AS_CLAMD_AT_COMMAND:
		return take_command(connection, in, whole);
	case AS_CLAMD_AT_STREAM:
		return take_stream(connection, in);
	case AS_CLAMD_AT_DESCRIPTOR:
		return take_descriptor(connection, in);
	case AS_CLAMD_AT_END:
	case AS_CLAMD_AT_REFUSAL:
		if (in->size == 0)
			return false;
		/* The octet behind FILDES is no sign that more comes. */
		if (in->size > 1 || !connection->owed)
			connection->thrown_away += in->size;
		connection->owed = false;
		*in = as_span_make(NULL, 0);
		return false;
	}
	return false;
}

/* Puts what was not understood into the input buffer; it may lie there. */
static void keep(struct as_clamd_connection *connection, struct as_span rest)
{
	struct as_buffer *in = &connection->in;

	if (rest.size == 0) {
		/* An idle connection keeps no memory for input. */
		as_buffer_deinit(in);
		as_buffer_init(in, 0);
		return;
	}
	if (in->size == 0) {
		as_clamd_check(connection, as_buffer_append(in, rest.data, rest.size));
		return;
	}
	memmove(in->data, rest.data, rest.size);
	in->size = rest.size;
}

/* The client sends no more: a request that is not whole never will be. */
static void at_eof(struct as_clamd_connection *connection)
{
	if (connection->state >= AS_CLAMD_AT_END ||
	    (connection->state == AS_CLAMD_AT_COMMAND && !as_clamd_wants_input(connection)))
		return;
	if (connection->state != AS_CLAMD_AT_COMMAND || connection->in.size > 0)
		connection->clamd->listener->metrics->protocol_errors++;
	if (connection->state == AS_CLAMD_AT_DESCRIPTOR)
		as_clamd_say(connection, TEXT_NO_FD);
	as_clamd_stream_drop(connection);
	connection->state = AS_CLAMD_AT_END;
}

static void step(struct as_clamd_connection *connection)
{
	uint32_t before = connection->job_count;

	if (as_clamd_jobs_step(connection))
		connection->again = true;
	if (connection->job_count == before)
		return;
	if (connection->job_count == 0)
		connection->free_us = as_clamd_now_us(connection);
	/* There is room for commands that were held back. */
	if (connection->in.size > 0 && as_clamd_wants_input(connection))
		connection->again = true;
}

static void run(struct as_clamd_connection *connection, struct as_span in, bool whole)
{
	if (connection->clamd->listener->draining && connection->state == AS_CLAMD_AT_COMMAND)
		connection->state = AS_CLAMD_AT_END;
	while (!connection->broken && take_next(connection, &in, whole || connection->eof)) {
	}
	keep(connection, in);
	if (connection->eof)
		at_eof(connection);
	/* A descriptor that came with nothing but understood octets belongs to
	 * no command. */
	if (connection->in.size == 0 && connection->state != AS_CLAMD_AT_DESCRIPTOR)
		as_clamd_descriptors_close(&connection->descriptors, &connection->clamd->parked);
	step(connection);
}

void as_clamd_take(struct as_clamd_connection *connection, struct as_span octets)
{
	if (connection->state == AS_CLAMD_AT_COMMAND && connection->in.size == 0)
		connection->request_us = connection->octet_us;
	if (connection->in.size > 0) {
		as_clamd_check(connection,
			       as_buffer_append(&connection->in, octets.data, octets.size));
		octets = as_buffer_span(&connection->in);
	}
	run(connection, octets, false);
}

void as_clamd_turn(struct as_clamd_connection *connection, bool whole)
{
	if (connection->broken)
		return;
	step(connection);
	run(connection, as_buffer_span(&connection->in), whole);
}

void as_clamd_request_expired(struct as_clamd_connection *connection)
{
	bool streaming = connection->state == AS_CLAMD_AT_STREAM;

	if (connection->state == AS_CLAMD_AT_COMMAND)
		tag_unread(connection, as_buffer_span(&connection->in));
	as_clamd_stream_drop(connection);
	refuse(connection, streaming ? "stream: Time for the message is over. ERROR"
				     : "COMMAND READ TIMED OUT");
}
