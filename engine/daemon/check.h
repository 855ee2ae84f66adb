/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CHECK_H
#define ASSAY_DAEMON_CHECK_H

/*
 * assayd --check: everything that could keep the daemon from starting, each
 * fault on a line of standard error, then a page with what there is. Disturbs
 * no daemon that runs. Returns the exit status: 0, or 2 with faults.
 */
int as_check_run(const char *file);

#endif
