/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/launch.h"

#include "base/assert.h"
#include "pool/pool_internal.h"
#include "pool/zygote.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int as_pool_check(const struct as_pool_settings *settings, struct as_error *error)
{
	if (settings->workers < 1 || settings->workers > AS_POOL_WORKERS_MAX)
		return as_error_set(error, -EINVAL, "workers: %" PRIu32 " is not from 1 to %u",
				    settings->workers, AS_POOL_WORKERS_MAX);
	if (settings->start_ms == 0 || settings->start_ms > AS_POOL_MS_MAX ||
	    settings->clock == NULL)
		return as_error_set(error, -EINVAL, "the settings of the pool are incomplete");
	return 0;
}

int as_launch_check(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		    struct as_error *error)
{
	int rc = as_pool_check(settings, error);

	if (rc < 0)
		return rc;
	if (settings->worker_messages == 0 || settings->worker_growth == 0 ||
	    settings->worker_memory == 0 || handler->load == NULL || handler->run == NULL)
		return as_error_set(error, -EINVAL, "the settings of the pool are incomplete");
	return 0;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void as_launch_close(struct as_launch *launch)
{
	close_one(&launch->pidfd);
	close_one(&launch->control);
	close_one(&launch->pages_fd);
}

void as_launch_end(struct as_launch *launch)
{
	/* -1 would be every process of the machine. */
	AS_ASSERT(launch->pid > 0);
	kill(launch->pid, SIGKILL);
	while (waitpid(launch->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	as_launch_close(launch);
}

static int fork_zygote(const struct as_zygote_setup *setup, struct as_launch *launch)
{
	int pair[2];
	int rc;

	rc = as_channel_pair(pair);
	if (rc < 0)
		return rc;
	/* What stands in the buffers would be written twice. */
	fflush(stdout);
	fflush(stderr);
	launch->pid = fork();
	if (launch->pid == 0) {
		struct as_zygote_setup child = *setup;

		child.control = pair[1];
		as_zygote_main(&child);
	}
	rc = launch->pid < 0 ? -errno : 0;
	close(pair[1]);
	launch->control = pair[0];
	if (rc < 0)
		return rc;
	/* Not reaped yet, so the number cannot belong to another process. */
	launch->pidfd = (int)syscall(SYS_pidfd_open, launch->pid, 0);
	if (launch->pidfd < 0) {
		rc = -errno;
		as_launch_end(launch);
	}
	return rc;
}

int as_launch_start(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		    const struct as_tempdir *temp, struct as_launch *launch_out,
		    struct as_error *error)
{
	struct as_launch launch = {
		.pid = -1,
		.pidfd = -1,
		.control = -1,
		.pages_fd = -1,
		.slots = as_pool_slots(settings->workers),
		.temp_is_tmpfs = temp->tmpfs,
	};
	struct as_zygote_setup setup = {
		.parent_pid = getpid(),
		.temp_fd = temp->fd,
		.temp_path = temp->path,
		.slots = launch.slots,
		.settings = settings,
		.handler = handler,
	};
	int rc;

	rc = as_launch_check(settings, handler, error);
	if (rc < 0)
		return rc;
	snprintf(launch.temp_root, sizeof(launch.temp_root), "%s", temp->root);
	setup.pages = as_stage_map(launch.slots, &launch.pages_fd);
	rc = setup.pages == NULL ? -ENOMEM : fork_zygote(&setup, &launch);
	/* The child has its own mapping. */
	as_stage_unmap(setup.pages, launch.slots);
	if (rc < 0) {
		as_launch_close(&launch);
		return as_error_set(error, rc, "the zygote cannot be started: %s",
				    as_code_text(rc));
	}
	*launch_out = launch;
	return 0;
}
