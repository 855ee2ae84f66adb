/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/answer.h"

#include "base/log.h"
#include "daemon/milter/edits.h"
#include "daemon/milter/plan.h"
#include "daemon/milter/reply.h"

#include <errno.h>

/* Lists of edits and texts of one answer: 32 values of 16 KiB, a subject and
 * 161 changes are below it. */
#define ARENA_BYTES ((size_t)1 << 20)

struct maker {
	struct as_milter_answer *answer;
	const struct as_milter_session *session;
	const struct as_listener_config *config;
	const struct as_task_answer *verdict;
	struct as_arena arena;
};

void as_milter_answer_init(struct as_milter_answer *answer)
{
	as_buffer_init(&answer->head, 0);
	as_buffer_init(&answer->tail, 0);
	as_milter_changed_init(&answer->changed);
}

void as_milter_answer_deinit(struct as_milter_answer *answer)
{
	as_buffer_deinit(&answer->head);
	as_buffer_deinit(&answer->tail);
	as_milter_changed_close(&answer->changed);
}

/*
 * 1: a changed message is there and can be sent as a whole; 0: there is none, or
 * it can never be sent; negative: it cannot be sent now.
 */
static int open_changed(struct maker *maker)
{
	const uint32_t needed = AS_MILTER_CHGBODY | AS_MILTER_CHGHDRS | AS_MILTER_ADDHDRS;
	int rc;

	if (maker->verdict->changed_fd < 0 || maker->verdict->fault != NULL)
		return 0;
	if ((maker->session->actions & needed) != needed) {
		as_log(AS_LOG_WARNING, "the mail server does not let message bodies be replaced");
		return 0;
	}
	/* More MIME fields came in than were kept to be changed. */
	if (maker->session->content.fields.mime > AS_MILTER_MIME_MAX)
		return 0;
	rc = as_milter_changed_open(&maker->answer->changed, maker->verdict->changed_fd,
				    maker->verdict->changed_offset, maker->verdict->changed_size);
	if (rc == 0)
		return 1;
	as_log(AS_LOG_WARNING, "the changed message cannot be sent: %s", as_code_text(rc));
	return rc == -EMSGSIZE ? 0 : rc;
}

static int write_edits(struct maker *maker, const struct as_milter_plan *plan)
{
	struct as_edit unknown = {.kind = AS_EDIT_INSERT, .name = "Assay-Verdict"};
	const struct as_answer *verdict = maker->verdict->answer;
	struct as_milter_edits edits = {
		.fields = &maker->session->content.fields,
		.changed = plan->strip ? &maker->answer->changed : NULL,
		.prefix = plan->mark && maker->config->subject_prefix != NULL
				  ? maker->config->subject_prefix
				  : "",
		.actions = maker->session->actions,
		.space = as_milter_session_space(maker->session),
	};

	if (maker->config->headers && maker->verdict->fault == NULL) {
		edits.edits = verdict->edits;
		edits.edit_count = verdict->edit_count;
	} else if (maker->config->headers) {
		unknown.value = as_arena_printf(
			&maker->arena,
			"action=accept; complete=no;\n reason=\"not inspected\"; id=%s",
			maker->verdict->id);
		if (unknown.value == NULL)
			return -ENOMEM;
		edits.edits = &unknown;
		edits.edit_count = 1;
	}
	return as_milter_edits_write(&edits, &maker->arena, &maker->answer->head);
}

static void write_removals(struct maker *maker, const struct as_milter_facts *facts)
{
	const struct as_milter_mail *mail = &maker->session->mail;
	size_t at = 0;

	as_milter_mail_next(mail, &at);
	for (size_t i = 0; i < mail->recipients; i++) {
		struct as_span address = as_milter_mail_next(mail, &at);

		if (as_milter_plan_removes(facts, i))
			as_milter_reply_delete(&maker->answer->tail, address);
	}
}

static void write_reply(struct maker *maker, const struct as_milter_plan *plan)
{
	const char *text = plan->text;

	/* A verdict's words hold the id already. */
	if (maker->verdict->fault != NULL)
		text = as_arena_printf(&maker->arena, "%s (%s)", plan->text, maker->verdict->id);
	as_milter_reply_text(&maker->answer->tail, plan->code, text != NULL ? text : plan->text);
}

static int write_answer(struct maker *maker)
{
	struct as_milter_facts facts = {
		.answer = maker->verdict,
		.keep = maker->config->quarantine,
		.actions = maker->session->actions,
		.recipients = maker->session->mail.recipients,
	};
	struct as_buffer *tail = &maker->answer->tail;
	struct as_milter_plan plan;
	int rc = open_changed(maker);

	if (rc < 0)
		return rc;
	facts.can_strip = rc > 0;
	rc = 0;
	as_milter_plan_make(&facts, &plan);
	switch (plan.end) {
	case AS_MILTER_END_REPLY:
		write_reply(maker, &plan);
		break;
	case AS_MILTER_END_DISCARD:
		as_milter_reply(tail, AS_MILTER_DISCARD);
		break;
	case AS_MILTER_END_DELIVER:
		rc = write_edits(maker, &plan);
		if (plan.some_removed)
			write_removals(maker, &facts);
		if (plan.hold != NULL)
			as_milter_reply_hold(tail, plan.hold);
		as_milter_reply(tail, AS_MILTER_CONTINUE);
		break;
	}
	if (!plan.strip)
		as_milter_changed_close(&maker->answer->changed);
	return rc < 0 || tail->failed || maker->answer->head.failed ? -ENOMEM : 0;
}

void as_milter_answer_make(struct as_milter_answer *answer, const struct as_milter_session *session,
			   const struct as_listener_config *config,
			   const struct as_task_answer *verdict)
{
	struct maker maker = {
		.answer = answer,
		.session = session,
		.config = config,
		.verdict = verdict,
	};

	as_arena_init(&maker.arena, ARENA_BYTES);
	if (write_answer(&maker) < 0) {
		as_milter_answer_deinit(answer);
		as_milter_reply(&answer->tail, AS_MILTER_TEMPFAIL);
	}
	as_arena_deinit(&maker.arena);
}
