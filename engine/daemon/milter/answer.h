/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_ANSWER_H
#define ASSAY_DAEMON_MILTER_ANSWER_H

#include "daemon/milter/changed.h"
#include "daemon/milter/session.h"
#include "daemon/task.h"

/*
 * All that is sent at the end of a message. head, then the pieces of changed
 * (if its fd is not -1), then tail, which ends with the one final answer: the
 * body stands between, because Postfix takes it as finished when anything else
 * comes.
 */
struct as_milter_answer {
	struct as_buffer head, tail;
	struct as_milter_changed changed;
};

void as_milter_answer_init(struct as_milter_answer *answer);
void as_milter_answer_deinit(struct as_milter_answer *answer);

/* Cannot fail: without memory or descriptors the server is told to come again. */
void as_milter_answer_make(struct as_milter_answer *answer, const struct as_milter_session *session,
			   const struct as_listener_config *config,
			   const struct as_task_answer *verdict);

#endif
