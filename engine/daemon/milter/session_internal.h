/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_SESSION_INTERNAL_H
#define ASSAY_DAEMON_MILTER_SESSION_INTERNAL_H

#include "daemon/milter/session.h"

/* Between session.c (frames, order, life) and commands.c (what each command
 * means once its frame is whole). */

/* Ends the session; error is static. */
enum as_milter_next as_milter_session_fail(struct as_milter_session *session, const char *error);
/* The message is over; the sink gives up what it has. */
void as_milter_session_drop(struct as_milter_session *session);
void as_milter_session_forget(struct as_milter_session *session);

/* The frame is whole. */
enum as_milter_next as_milter_session_command(struct as_milter_session *session,
					      struct as_buffer *out);

#endif
