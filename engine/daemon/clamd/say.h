/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_SAY_H
#define ASSAY_DAEMON_CLAMD_SAY_H

#include "daemon/clamd/connection.h"

/* Answers to commands without a message, with the tag of the present one. */
void as_clamd_say(struct as_clamd_connection *connection, const char *text);
/* PONG, or why no message could be inspected. */
void as_clamd_say_ping(struct as_clamd_connection *connection);
void as_clamd_say_version(struct as_clamd_connection *connection);
void as_clamd_say_commands(struct as_clamd_connection *connection);
void as_clamd_say_stats(struct as_clamd_connection *connection);
void as_clamd_say_reload(struct as_clamd_connection *connection);

#endif
