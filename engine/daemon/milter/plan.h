/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_PLAN_H
#define ASSAY_DAEMON_MILTER_PLAN_H

#include "daemon/task.h"

/*
 * What a verdict means for a mail server that has one answer for the whole
 * message and can take recipients off it. Pure.
 *
 * Recipients whose action is accept, tag or strip get the message; the others
 * are taken off. Where nobody is left, the strictest action is the answer. A
 * message is given up silently only when it lies in our quarantine or policy
 * says discard; where the server cannot do what is wanted, it rejects.
 */
enum as_milter_end {
	AS_MILTER_END_DELIVER = 0,
	AS_MILTER_END_REPLY,   /* code and text */
	AS_MILTER_END_DISCARD, /* as if it had been delivered */
};

struct as_milter_plan {
	enum as_milter_end end;
	const char *code; /* "550 5.7.1" */
	const char *text;
	/* With DELIVER: */
	bool strip;	  /* the changed message goes out */
	bool mark;	  /* somebody gets it who has to see that */
	const char *hold; /* the server keeps it, for this reason; or NULL */
	bool some_removed;
};

struct as_milter_facts {
	const struct as_task_answer *answer;
	enum as_keep keep;
	uint32_t actions;  /* agreed with the server */
	size_t recipients; /* of the envelope */
	bool can_strip;	   /* there is a changed message, and a way to send it */
};

void as_milter_plan_make(const struct as_milter_facts *facts, struct as_milter_plan *plan_out);

/* Whether recipient number i (from 0) is taken off in a plan with
 * some_removed. */
bool as_milter_plan_removes(const struct as_milter_facts *facts, size_t i);

#endif
