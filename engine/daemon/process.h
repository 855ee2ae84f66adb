/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_PROCESS_H
#define ASSAY_DAEMON_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/*
 * How the front and the store begin, right behind fork(2): they end with their
 * parent, nobody may debug them, and signals that people and service managers
 * send do nothing, since when to end is the choice of whom they serve.
 *
 * name is that of the process in the log. Of what the parent has open, keep and
 * what is below 3 stay open; keep is sorted.
 */
void as_process_begin(const char *name, pid_t parent_pid, int *keep, size_t count);

#endif
