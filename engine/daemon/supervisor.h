/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SUPERVISOR_H
#define ASSAY_DAEMON_SUPERVISOR_H

/*
 * The supervisor process: configuration, sockets, rights; starts front, store
 * and zygotes, and starts them again; reload, watch, end. It touches no mail:
 * from the others it reads packets of fixed form and words for the log.
 *
 *     SIGHUP           a new generation
 *     SIGTERM, SIGINT  answer what is there, then end; the second time at once
 *
 * Runs until it is told to end. file: NULL for the standard one. Returns the
 * exit status: 0, or 2 when it could not start (which was then logged and
 * printed).
 */
int as_supervisor_run(const char *file);

#endif
