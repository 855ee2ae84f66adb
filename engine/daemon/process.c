/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/process.h"

#include "base/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include <linux/close_range.h>

static int compare_fds(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;

	return (a > b) - (a < b);
}

/* Sorted, so that the ranges between can be closed. */
static void close_others(int *keep, size_t count)
{
	unsigned int from = 3;

	qsort(keep, count, sizeof(*keep), compare_fds);
	for (size_t i = 0; i < count; i++) {
		unsigned int fd = (unsigned int)keep[i];

		if (fd > from)
			close_range(from, fd - 1, 0);
		if (fd >= from)
			from = fd + 1;
	}
	close_range(from, ~0u, 0);
}

void as_process_begin(const char *name, pid_t parent_pid, int *keep, size_t count)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	char title[16];
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* It may have died before the line above. */
	if (getppid() != parent_pid)
		_exit(EX_UNAVAILABLE);
	snprintf(title, sizeof(title), "assay-%s", name);
	prctl(PR_SET_NAME, title, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	as_log_set_process(name);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close_others(keep, count);
}
