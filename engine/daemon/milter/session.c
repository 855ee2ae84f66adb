/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/session.h"

#include "base/assert.h"
#include "daemon/milter/authserv.h"
#include "daemon/milter/reply.h"
#include "daemon/milter/session_internal.h"

#include <errno.h>

/* Memory of commands that is kept between two of them: most fit. */
#define PAYLOAD_KEEP ((size_t)512)

void as_milter_session_init(struct as_milter_session *session, const struct as_milter_sink *sink,
			    void *context, const char *authserv_id)
{
	*session = (struct as_milter_session){
		.authserv_id = authserv_id,
		.content = {.sink = sink, .context = context},
	};
	as_buffer_init(&session->payload, AS_MILTER_COMMAND_FRAME_MAX);
	as_milter_macros_init(&session->macros);
	as_milter_mail_init(&session->mail);
	as_milter_fields_init(&session->content.fields);
}

void as_milter_session_deinit(struct as_milter_session *session)
{
	as_buffer_deinit(&session->payload);
	as_milter_macros_deinit(&session->macros);
	as_milter_client_deinit(&session->client);
	as_milter_mail_deinit(&session->mail);
	as_milter_fields_deinit(&session->content.fields);
}

bool as_milter_session_in_content(const struct as_milter_session *session)
{
	return session->phase == AS_MILTER_FIELDS || session->phase == AS_MILTER_CONTENT;
}

bool as_milter_session_idle(const struct as_milter_session *session)
{
	return session->phase <= AS_MILTER_WAITING && !as_milter_frame_inside(&session->frame);
}

/* Leaves the session as it was after HELO. */
void as_milter_session_forget(struct as_milter_session *session)
{
	if (session->phase > AS_MILTER_WAITING)
		session->phase = AS_MILTER_WAITING;
	session->refusal = AS_MILTER_NOT_REFUSED;
	session->refusal_told = false;
	session->header_ended = false;
	session->content.error = 0;
	as_milter_mail_deinit(&session->mail);
	as_milter_fields_deinit(&session->content.fields);
}

void as_milter_session_drop(struct as_milter_session *session)
{
	if (session->begun)
		session->content.sink->drop(session->content.context);
	session->begun = false;
}

void as_milter_session_answered(struct as_milter_session *session)
{
	AS_ASSERT(session->phase == AS_MILTER_INSPECTING);
	session->begun = false;
	as_milter_session_forget(session);
	as_milter_macros_end_message(&session->macros);
}

enum as_milter_next as_milter_session_fail(struct as_milter_session *session, const char *error)
{
	session->error = error;
	return AS_MILTER_CLOSE;
}

static bool is_collected(unsigned char command)
{
	return command != AS_MILTER_HEADER && command != AS_MILTER_BODY && command != AS_MILTER_EOM;
}

/* The content begins with the first command that carries some, not with DATA:
 * between the two the mail server may wait for a slow client. */
static void enter_content(struct as_milter_session *session, unsigned char command)
{
	struct as_milter_content *content = &session->content;
	struct as_span host = as_milter_macros_find(&session->macros, AS_MILTER_MACRO_HOST);

	if (session->phase == AS_MILTER_ENVELOPE) {
		session->phase = AS_MILTER_FIELDS;
		content->space = as_milter_session_space(session);
		as_milter_fields_start(&content->fields,
				       as_milter_authserv_choose(session->authserv_id, host));
		if (session->refusal == AS_MILTER_NOT_REFUSED && !session->turned_away) {
			content->error = content->sink->begin(content->context);
			session->begun = content->error == 0;
		} else {
			content->error = -ECANCELED;
		}
	}
	if (command == AS_MILTER_HEADER)
		as_milter_content_field_begin(content);
	else
		session->phase = AS_MILTER_CONTENT;
}

/* A body that comes without the end of the header begins it. */
static void end_header(struct as_milter_session *session)
{
	if (!session->header_ended)
		as_milter_content_octets(&session->content, as_span_text("\r\n"));
	session->header_ended = true;
}

/* Is this the time for the command? */
static const char *out_of_order(const struct as_milter_session *session, unsigned char command)
{
	if ((session->phase == AS_MILTER_OPENING) != (command == AS_MILTER_OPTNEG))
		return command == AS_MILTER_OPTNEG ? "negotiation for a second time"
						   : "command before negotiation";
	switch (command) {
	case AS_MILTER_CONNECT:
		return session->phase > AS_MILTER_WAITING ? "connect inside of a message" : NULL;
	case AS_MILTER_HELO:
	case AS_MILTER_UNKNOWN:
		return session->phase > AS_MILTER_ENVELOPE ? "session command inside of a message"
							   : NULL;
	case AS_MILTER_RCPT:
	case AS_MILTER_DATA:
		return session->phase != AS_MILTER_ENVELOPE ? "envelope command out of order"
							    : NULL;
	case AS_MILTER_HEADER:
	case AS_MILTER_EOH:
		if (session->phase == AS_MILTER_CONTENT)
			return "header after its end";
		break;
	case AS_MILTER_BODY:
	case AS_MILTER_EOM:
		break;
	default:
		return NULL;
	}
	return session->phase < AS_MILTER_ENVELOPE ? "content without MAIL" : NULL;
}

static enum as_milter_next on_begin(struct as_milter_session *session)
{
	unsigned char command = as_milter_frame_command(&session->frame);
	const char *error = out_of_order(session, command);

	if (error != NULL)
		return as_milter_session_fail(session, error);
	as_buffer_clear(&session->payload);
	if (command == AS_MILTER_HEADER || command == AS_MILTER_EOH || command == AS_MILTER_BODY ||
	    command == AS_MILTER_EOM)
		enter_content(session, command);
	if (command == AS_MILTER_EOH || command == AS_MILTER_BODY)
		end_header(session);
	return AS_MILTER_READ;
}

static enum as_milter_next on_piece(struct as_milter_session *session, struct as_span piece)
{
	unsigned char command = as_milter_frame_command(&session->frame);

	if (command == AS_MILTER_HEADER) {
		if (!as_milter_content_field_piece(&session->content, piece))
			return as_milter_session_fail(session, "malformed header frame");
	} else if (command == AS_MILTER_BODY || command == AS_MILTER_EOM) {
		end_header(session);
		as_milter_content_octets(&session->content, piece);
	} else if (is_collected(command) &&
		   !as_buffer_append(&session->payload, piece.data, piece.size)) {
		return as_milter_session_fail(session, "no memory");
	}
	return AS_MILTER_READ;
}

static enum as_milter_next on_end(struct as_milter_session *session, struct as_buffer *out)
{
	enum as_milter_next next = as_milter_session_command(session, out);

	if (session->payload.capacity > PAYLOAD_KEEP)
		as_buffer_deinit(&session->payload);
	return next;
}

static enum as_milter_next on_event(struct as_milter_session *session, enum as_milter_event event,
				    struct as_span piece, struct as_buffer *out)
{
	switch (event) {
	case AS_MILTER_BEGIN:
		return on_begin(session);
	case AS_MILTER_PIECE:
		return on_piece(session, piece);
	case AS_MILTER_END:
		return on_end(session, out);
	case AS_MILTER_BAD_LENGTH:
		return as_milter_session_fail(session, "frame without a command");
	case AS_MILTER_BAD_COMMAND:
		return as_milter_session_fail(session, "unknown command");
	case AS_MILTER_BAD_SIZE:
		return as_milter_session_fail(session, "frame over the limit");
	case AS_MILTER_NEED:
		break;
	}
	return AS_MILTER_READ;
}

enum as_milter_next as_milter_session_input(struct as_milter_session *session, struct as_span *in,
					    struct as_buffer *out)
{
	enum as_milter_next next = AS_MILTER_READ;
	struct as_span piece = as_span_make(NULL, 0);
	enum as_milter_event event;

	AS_ASSERT(session->phase != AS_MILTER_INSPECTING);
	while (next == AS_MILTER_READ) {
		if (out->size > AS_MILTER_OUTPUT_MAX)
			return AS_MILTER_PAUSE;
		event = as_milter_frame_next(&session->frame, in, &piece);
		if (event == AS_MILTER_NEED)
			return AS_MILTER_READ;
		next = on_event(session, event, piece, out);
	}
	if (next != AS_MILTER_CLOSE)
		return next;
	as_milter_session_drop(session);
	/* Where the server waits for an answer it gets one. Where it does not,
	 * it finds this when it next does, and not only a closed socket: what
	 * it makes of that is its own setting. */
	if (session->error != NULL && session->phase > AS_MILTER_OPENING)
		as_milter_reply(out, AS_MILTER_TEMPFAIL);
	return AS_MILTER_CLOSE;
}
