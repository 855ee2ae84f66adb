/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/reply.h"
#include "daemon/milter/session_internal.h"

#include <errno.h>
#include <stdio.h>

/* What we ask for. DATA and unknown commands tell us nothing. */
#define WANTED_ACTIONS                                                                             \
	(AS_MILTER_ADDHDRS | AS_MILTER_CHGBODY | AS_MILTER_DELRCPT | AS_MILTER_CHGHDRS |           \
	 AS_MILTER_QUARANTINE)
#define WANTED_STEPS                                                                               \
	(AS_MILTER_NR_HDR | AS_MILTER_NOUNKNOWN | AS_MILTER_NODATA | AS_MILTER_NR_CONN |           \
	 AS_MILTER_NR_HELO | AS_MILTER_NR_MAIL | AS_MILTER_NR_RCPT | AS_MILTER_NR_DATA |           \
	 AS_MILTER_NR_UNKN | AS_MILTER_NR_EOH | AS_MILTER_NR_BODY | AS_MILTER_HDR_LEADSPC)
/* All lists of macros together. */
#define SYMBOLS_MAX ((size_t)512)

/* ---- Replies ---------------------------------------------------------- */

static uint32_t no_reply_step(unsigned char command)
{
	switch (command) {
	case AS_MILTER_CONNECT:
		return AS_MILTER_NR_CONN;
	case AS_MILTER_HELO:
		return AS_MILTER_NR_HELO;
	case AS_MILTER_MAIL:
		return AS_MILTER_NR_MAIL;
	case AS_MILTER_RCPT:
		return AS_MILTER_NR_RCPT;
	case AS_MILTER_DATA:
		return AS_MILTER_NR_DATA;
	case AS_MILTER_HEADER:
		return AS_MILTER_NR_HDR;
	case AS_MILTER_EOH:
		return AS_MILTER_NR_EOH;
	case AS_MILTER_BODY:
		return AS_MILTER_NR_BODY;
	case AS_MILTER_UNKNOWN:
		return AS_MILTER_NR_UNKN;
	default:
		return 0;
	}
}

static bool reply_is_due(const struct as_milter_session *session)
{
	unsigned char command = as_milter_frame_command(&session->frame);

	return (session->steps & no_reply_step(command)) == 0;
}

static void reply_refusal(struct as_milter_session *session, struct as_buffer *out)
{
	const struct as_milter_content *content = &session->content;
	const char *code = "451 4.3.0";
	char text[160] = "Temporarily unable to inspect the message";

	switch (session->refusal) {
	case AS_MILTER_REFUSE_LARGE:
		code = "552 5.3.4";
		snprintf(text, sizeof(text),
			 "Message over the limit of %llu octets cannot be inspected",
			 (unsigned long long)content->sink->most(content->context));
		break;
	case AS_MILTER_REFUSE_ROOM:
		code = "451 4.3.2";
		snprintf(text, sizeof(text), "Too many messages at the same time, try again later");
		break;
	case AS_MILTER_REFUSE_RECIPIENTS:
		code = "452 4.5.3";
		snprintf(text, sizeof(text), "Over the limit of %u recipients or %u octets of them",
			 AS_MILTER_RECIPIENTS_MAX, AS_MILTER_ADDRESSES_MAX);
		break;
	case AS_MILTER_REFUSE_FORGED:
		code = "550 5.7.1";
		snprintf(text, sizeof(text),
			 "Forged Assay header fields are too many or cannot be removed");
		break;
	case AS_MILTER_REFUSE_FAULT:
	case AS_MILTER_NOT_REFUSED:
		break;
	}
	if (!session->refusal_told)
		content->sink->refused(content->context, code, text);
	session->refusal_told = true;
	as_milter_reply_text(out, code, text);
}

static enum as_milter_next reply(struct as_milter_session *session, struct as_buffer *out)
{
	if (!reply_is_due(session))
		return AS_MILTER_READ;
	if (session->turned_away)
		as_milter_reply(out, AS_MILTER_TEMPFAIL);
	else if (session->refusal != AS_MILTER_NOT_REFUSED)
		reply_refusal(session, out);
	else
		as_milter_reply(out, AS_MILTER_CONTINUE);
	return AS_MILTER_READ;
}

/* Not one where the server does not let us remove it. */
static uint32_t most_forged(const struct as_milter_session *session)
{
	return (session->actions & AS_MILTER_CHGHDRS) != 0 ? AS_MILTER_FORGED_MAX : 0;
}

/* What came of a message so far. The first cause is kept. */
static void judge_content(struct as_milter_session *session)
{
	const struct as_milter_content *content = &session->content;

	if (session->refusal != AS_MILTER_NOT_REFUSED || session->turned_away)
		return;
	if (content->error == -EMSGSIZE)
		session->refusal = AS_MILTER_REFUSE_LARGE;
	else if (content->error == -EAGAIN)
		session->refusal = AS_MILTER_REFUSE_ROOM;
	else if (content->error != 0 || content->fields.failed)
		session->refusal = AS_MILTER_REFUSE_FAULT;
	else if (content->fields.forged > most_forged(session))
		session->refusal = AS_MILTER_REFUSE_FORGED;
	else
		return;
	session->content.error = -ECANCELED;
	as_milter_session_drop(session);
}

/* ---- Commands --------------------------------------------------------- */

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static enum as_milter_next negotiate(struct as_milter_session *session, struct as_buffer *out)
{
	struct as_milter_offer offer;
	struct as_buffer symbols;

	if (!as_milter_parse_offer(as_buffer_span(&session->payload), &offer))
		return as_milter_session_fail(session, "malformed negotiation");
	if (offer.version < AS_MILTER_VERSION_MIN)
		return as_milter_session_fail(session, "protocol version below 2");
	as_buffer_init(&symbols, SYMBOLS_MAX);
	session->version = least(offer.version, AS_MILTER_VERSION_MAX);
	/* Who is turned away has to hear it at the first command. */
	if (!session->turned_away) {
		session->actions = offer.actions & WANTED_ACTIONS;
		session->steps = offer.steps & WANTED_STEPS;
		if ((offer.actions & AS_MILTER_SETSYMLIST) != 0 &&
		    as_milter_macros_wanted(&symbols))
			session->actions |= AS_MILTER_SETSYMLIST;
	}
	as_milter_reply_offer(out, session->version, session->actions, session->steps,
			      as_buffer_span(&symbols));
	as_buffer_deinit(&symbols);
	session->phase = AS_MILTER_WAITING;
	return AS_MILTER_READ;
}

static enum as_milter_next on_connect(struct as_milter_session *session, struct as_buffer *out)
{
	struct as_milter_connect connect;

	if (!as_milter_parse_connect(as_buffer_span(&session->payload), &connect))
		return as_milter_session_fail(session, "malformed connect frame");
	if (!as_milter_client_connect(&session->client, &connect))
		return as_milter_session_fail(session, "no memory");
	reply(session, out);
	return session->turned_away ? AS_MILTER_CLOSE : AS_MILTER_READ;
}

static enum as_milter_next on_helo(struct as_milter_session *session, struct as_buffer *out)
{
	struct as_span name;

	if (!as_milter_parse_strings(as_buffer_span(&session->payload), &name))
		return as_milter_session_fail(session, "malformed helo frame");
	if (!as_milter_client_helo(&session->client, name))
		return as_milter_session_fail(session, "no memory");
	return reply(session, out);
}

static void refuse_address(struct as_milter_session *session, int rc)
{
	session->refusal = rc == -EMSGSIZE ? AS_MILTER_REFUSE_RECIPIENTS : AS_MILTER_REFUSE_FAULT;
}

static enum as_milter_next on_mail(struct as_milter_session *session, struct as_buffer *out)
{
	struct as_span address;
	int rc;

	if (!as_milter_parse_strings(as_buffer_span(&session->payload), &address))
		return as_milter_session_fail(session, "malformed mail frame");
	as_milter_session_drop(session);
	as_milter_session_forget(session);
	session->phase = AS_MILTER_ENVELOPE;
	rc = as_milter_mail_from(&session->mail, address);
	if (rc < 0)
		refuse_address(session, rc);
	return reply(session, out);
}

/*
 * A recipient too many is refused alone where the server hears us. Where it
 * does not, it would get a message that was not inspected for it: the message
 * is refused then.
 */
static enum as_milter_next on_rcpt(struct as_milter_session *session, struct as_buffer *out)
{
	enum as_milter_refusal before = session->refusal;
	struct as_span address;
	int rc;

	if (!as_milter_parse_strings(as_buffer_span(&session->payload), &address))
		return as_milter_session_fail(session, "malformed rcpt frame");
	rc = before == AS_MILTER_NOT_REFUSED ? as_milter_mail_rcpt(&session->mail, address) : 0;
	if (rc == 0)
		return reply(session, out);
	refuse_address(session, rc);
	if (reply_is_due(session)) {
		reply(session, out);
		session->refusal = before;
	}
	return AS_MILTER_READ;
}

static enum as_milter_next on_header(struct as_milter_session *session, struct as_buffer *out)
{
	if (!as_milter_content_field_end(&session->content))
		return as_milter_session_fail(session, "malformed header frame");
	judge_content(session);
	return reply(session, out);
}

static enum as_milter_next on_body(struct as_milter_session *session, struct as_buffer *out)
{
	judge_content(session);
	return reply(session, out);
}

static enum as_milter_next on_end_of_message(struct as_milter_session *session,
					     struct as_buffer *out)
{
	judge_content(session);
	if (session->turned_away || session->refusal != AS_MILTER_NOT_REFUSED) {
		reply(session, out);
		as_milter_session_forget(session);
		as_milter_macros_end_message(&session->macros);
		return AS_MILTER_READ;
	}
	session->phase = AS_MILTER_INSPECTING;
	return AS_MILTER_INSPECT;
}

static enum as_milter_next on_abort(struct as_milter_session *session)
{
	as_milter_session_drop(session);
	as_milter_session_forget(session);
	as_milter_macros_end_message(&session->macros);
	return AS_MILTER_READ;
}

/* Another SMTP session follows on the same socket. */
static enum as_milter_next on_quit_nc(struct as_milter_session *session)
{
	on_abort(session);
	as_milter_macros_clear(&session->macros);
	as_milter_client_deinit(&session->client);
	return AS_MILTER_READ;
}

enum as_milter_next as_milter_session_command(struct as_milter_session *session,
					      struct as_buffer *out)
{
	unsigned char command = as_milter_frame_command(&session->frame);

	as_milter_macros_command(&session->macros, command);
	switch (command) {
	case AS_MILTER_OPTNEG:
		return negotiate(session, out);
	case AS_MILTER_MACRO:
		return as_milter_macros_set(&session->macros, as_buffer_span(&session->payload))
			       ? AS_MILTER_READ
			       : as_milter_session_fail(session, "malformed macro frame");
	case AS_MILTER_CONNECT:
		return on_connect(session, out);
	case AS_MILTER_HELO:
		return on_helo(session, out);
	case AS_MILTER_MAIL:
		return on_mail(session, out);
	case AS_MILTER_RCPT:
		return on_rcpt(session, out);
	case AS_MILTER_HEADER:
		return on_header(session, out);
	case AS_MILTER_EOH:
	case AS_MILTER_BODY:
		return on_body(session, out);
	case AS_MILTER_EOM:
		return on_end_of_message(session, out);
	case AS_MILTER_ABORT:
		return on_abort(session);
	case AS_MILTER_QUIT_NC:
		return on_quit_nc(session);
	case AS_MILTER_QUIT:
		session->error = NULL;
		return AS_MILTER_CLOSE;
	default: /* DATA, UNKNOWN */
		return reply(session, out);
	}
}
