/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_SESSION_H
#define ASSAY_DAEMON_MILTER_SESSION_H

#include "daemon/milter/content.h"
#include "daemon/milter/envelope.h"
#include "daemon/milter/frame.h"

/*
 * One connection of a mail server, from negotiation to the end, as a machine
 * that turns octets into octets. The messages go to a sink; when one is whole
 * the machine stops until its owner says that it has been answered. Pure but
 * for memory: no descriptors, no clock, no log.
 *
 * Versions 2 to 6. Where the server allows it we answer nothing but the end of
 * a message, which saves a round trip per command and header field.
 */
enum as_milter_next {
	AS_MILTER_READ = 0, /* all input is used up */
	AS_MILTER_PAUSE,    /* too much output; go on when it has been sent */
	AS_MILTER_INSPECT,  /* a message is whole; see below */
	AS_MILTER_CLOSE,    /* send the output, then close */
};

/* Octets of unread answers above which nothing more is read. */
#define AS_MILTER_OUTPUT_MAX ((size_t)256 * 1024)

enum as_milter_phase {
	AS_MILTER_OPENING = 0, /* nothing is negotiated */
	AS_MILTER_WAITING,     /* no message */
	AS_MILTER_ENVELOPE,    /* after MAIL */
	AS_MILTER_FIELDS,      /* in the header */
	AS_MILTER_CONTENT,     /* in the body */
	AS_MILTER_INSPECTING,  /* the owner has it */
};

enum as_milter_refusal {
	AS_MILTER_NOT_REFUSED = 0,
	AS_MILTER_REFUSE_LARGE,	     /* over the size that can be inspected */
	AS_MILTER_REFUSE_ROOM,	     /* queue or spools are full */
	AS_MILTER_REFUSE_FAULT,	     /* memory or descriptors */
	AS_MILTER_REFUSE_RECIPIENTS, /* too many */
	AS_MILTER_REFUSE_FORGED,     /* fields of ours, too many to be removed */
};

struct as_milter_session {
	const char *authserv_id; /* as configured; the caller keeps it */
	/* There is no room for this connection: negotiate, then answer
	 * everything with a temporary failure. */
	bool turned_away;
	const char *error; /* why CLOSE, for the log; NULL: the server left */

	enum as_milter_phase phase;
	enum as_milter_refusal refusal; /* of the present message */
	bool refusal_told;		/* to the sink, once per message */
	bool header_ended;
	bool begun;			  /* the sink has a message */
	uint32_t version, actions, steps; /* agreed */

	struct as_milter_frame frame;
	struct as_buffer payload; /* of a command that is collected */
	struct as_milter_macros macros;
	struct as_milter_client client;
	struct as_milter_mail mail;
	struct as_milter_content content;
};

void as_milter_session_init(struct as_milter_session *session, const struct as_milter_sink *sink,
			    void *context, const char *authserv_id);
/* Does not call the sink. */
void as_milter_session_deinit(struct as_milter_session *session);

/*
 * Takes octets off *in, appends answers to out. After INSPECT the owner asks
 * session->mail, ->client, ->macros and ->content.fields, appends the whole
 * answer to its output itself, and calls as_milter_session_answered(); until
 * then there must be no further call of input.
 */
enum as_milter_next as_milter_session_input(struct as_milter_session *session, struct as_span *in,
					    struct as_buffer *out);
void as_milter_session_answered(struct as_milter_session *session);

/* The server takes values with the blank behind the colon. */
static inline bool as_milter_session_space(const struct as_milter_session *session)
{
	return (session->steps & AS_MILTER_HDR_LEADSPC) != 0;
}

/* Between two requests: neither a message nor a frame has begun. */
bool as_milter_session_idle(const struct as_milter_session *session);
/* In the content of a message, which comes without waiting for a person. */
bool as_milter_session_in_content(const struct as_milter_session *session);

#endif
