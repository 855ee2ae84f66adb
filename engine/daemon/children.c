/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/supervisor_internal.h"

#include "base/log.h"
#include "daemon/folders.h"
#include "daemon/front.h"
#include "daemon/store_process.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const kind_names[] = {
	[AS_CHILD_FRONT] = "front",
	[AS_CHILD_STORE] = "store",
	[AS_CHILD_ZYGOTE] = "zygote",
};

/* ---- When to start again -------------------------------------------------- */

void as_restart_plan(struct as_restart *restart, uint64_t now_us)
{
	if (now_us - restart->started_us >= AS_RESTART_CALM_US)
		restart->pause_us = 0;
	restart->due_us = now_us + restart->pause_us;
	restart->pause_us = restart->pause_us == 0 ? AS_RESTART_FIRST_US : restart->pause_us * 2;
	if (restart->pause_us > AS_RESTART_LAST_US)
		restart->pause_us = AS_RESTART_LAST_US;
}

void as_restart_begun(struct as_restart *restart, uint64_t now_us)
{
	restart->count += restart->started_us != 0;
	restart->started_us = now_us;
	restart->due_us = 0;
}

/* ---- Starting ------------------------------------------------------------- */

static struct as_child *add_child(struct as_supervisor *supervisor, enum as_child_kind kind)
{
	struct as_child *child = calloc(1, sizeof(*child));

	if (child == NULL)
		return NULL;
	child->kind = kind;
	child->pid = -1;
	TAILQ_INSERT_TAIL(&supervisor->children, child, link);
	return child;
}

static void remove_child(struct as_supervisor *supervisor, struct as_child *child)
{
	TAILQ_REMOVE(&supervisor->children, child, link);
	free(child);
}

static _Noreturn void become_front(const struct as_supervisor *supervisor, int channel,
				   pid_t parent)
{
	const struct as_config *config =
		supervisor->good != NULL ? supervisor->good->config : supervisor->config;
	const struct as_front_setup setup = {
		.service = supervisor->service,
		.sockets = supervisor->listening,
		.passed = supervisor->passed,
		.supervisor = channel,
		.parent_pid = parent,
		.message_bytes = config->engine.limits.message_bytes,
		.started_wall_us = supervisor->started_wall_us,
		.restarts = supervisor->front_restart.count,
		.config_file = supervisor->config->file,
		.clock = supervisor->clock,
	};

	as_front_main(&setup);
}

static _Noreturn void become_store(const struct as_supervisor *supervisor, int channel,
				   pid_t parent)
{
	const struct as_store_setup setup = {
		.path = supervisor->service->quarantine_dir,
		.front = channel,
		.parent_pid = parent,
		.sandbox = supervisor->service->front_sandbox,
	};

	as_store_main(&setup);
}

/* Forks; the child uses channel, which is then closed here. */
static int fork_child(struct as_supervisor *supervisor, enum as_child_kind kind, int channel,
		      struct as_child **child_out)
{
	struct as_child *child = add_child(supervisor, kind);
	pid_t self = getpid();
	int rc = 0;

	if (child == NULL) {
		close(channel);
		return -ENOMEM;
	}
	/* What stands in the buffers would be written twice. */
	fflush(NULL);
	child->pid = fork();
	if (child->pid == 0) {
		if (kind == AS_CHILD_FRONT)
			become_front(supervisor, channel, self);
		become_store(supervisor, channel, self);
	}
	if (child->pid < 0) {
		rc = -errno;
		remove_child(supervisor, child);
	} else {
		*child_out = child;
	}
	close(channel);
	return rc;
}

void as_children_front(struct as_supervisor *supervisor)
{
	uint64_t now_us = as_clock_us(supervisor->clock);
	int pair[2];
	int rc = as_channel_pair(pair);

	as_restart_begun(&supervisor->front_restart, now_us);
	if (rc < 0)
		goto out;
	supervisor->channel = pair[0];
	supervisor->deaf = false;
	supervisor->serving = false;
	supervisor->ping_us = now_us + AS_FRONT_PING_US;
	supervisor->unanswered_us = 0;
	/* The store of the last front ends with it. What the new front needs
	 * lies ready when it begins: it may serve at once. */
	supervisor->store = NULL;
	supervisor->store_restart.due_us = 0;
	if (as_folder_stores(supervisor->service))
		as_children_store(supervisor);
	as_managed_new_front(supervisor);
	rc = fork_child(supervisor, AS_CHILD_FRONT, pair[1], &supervisor->front);
	if (rc == 0)
		return;
	close(supervisor->channel);
	supervisor->channel = -1;
out:
	as_log(AS_LOG_ERROR, "the front cannot be started: %s", as_code_text(rc));
	as_restart_plan(&supervisor->front_restart, now_us);
}

void as_children_store(struct as_supervisor *supervisor)
{
	const struct as_channel_head head = {.type = AS_WIRE_STORE};
	uint64_t now_us = as_clock_us(supervisor->clock);
	int pair[2];
	int rc = as_channel_pair(pair);

	as_restart_begun(&supervisor->store_restart, now_us);
	if (rc == 0) {
		rc = fork_child(supervisor, AS_CHILD_STORE, pair[1], &supervisor->store);
		if (rc == 0)
			as_talk_send(supervisor, &head, as_span_make(NULL, 0), pair, 1);
		close(pair[0]);
	}
	if (rc == 0)
		return;
	as_log(AS_LOG_ERROR, "the store cannot be started: %s", as_code_text(rc));
	as_restart_plan(&supervisor->store_restart, now_us);
}

static void pass_on(struct as_supervisor *supervisor, struct as_managed *generation,
		    const struct as_scanner_settings *settings, struct as_scanner_launch *made)
{
	const struct as_launch *launch = &made->launch;
	const int fds[AS_LAUNCH_FDS] = {launch->pidfd, launch->control, launch->pages_fd};
	const struct as_channel_head cache = {.type = AS_WIRE_CACHE,
					      .sequence = generation->number};
	const struct as_channel_head head = {
		.type = AS_WIRE_LAUNCH,
		.sequence = generation->number,
		.number = as_scanner_workers(settings),
		.size = generation->config->engine.limits.time_ms,
		.offset = generation->requested,
	};
	struct as_wire_launch wire = {
		.pid = launch->pid,
		.slots = launch->slots,
		.temp_is_tmpfs = launch->temp_is_tmpfs,
	};

	memcpy(wire.temp_root, launch->temp_root, sizeof(wire.temp_root));
	if (made->cache_fd >= 0)
		as_talk_send(supervisor, &cache, as_span_make(NULL, 0), &made->cache_fd, 1);
	as_talk_send(supervisor, &head, as_span_make(&wire, sizeof(wire)), fds, AS_LAUNCH_FDS);
	/* The zygote ends when the front has closed the last one. */
	as_launch_close(&made->launch);
	if (made->cache_fd >= 0)
		close(made->cache_fd);
	made->cache_fd = -1;
}

int as_children_zygote(struct as_supervisor *supervisor, struct as_managed *generation,
		       struct as_error *error)
{
	const struct as_scanner_settings settings = {
		.config = generation->config,
		.generation = generation->number,
		.clock = supervisor->clock,
	};
	struct as_child *child = add_child(supervisor, AS_CHILD_ZYGOTE);
	int rc;

	if (child == NULL)
		return as_error_set(error, -ENOMEM, "no memory for a zygote");
	rc = as_scanner_launch(&settings, &child->launch, error);
	if (rc < 0) {
		remove_child(supervisor, child);
		return rc;
	}
	child->pid = child->launch.launch.pid;
	child->generation = generation;
	generation->zygotes++;
	pass_on(supervisor, generation, &settings, &child->launch);
	return 0;
}

/* ---- Ending --------------------------------------------------------------- */

static void describe_end(int status, char *text_out, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(text_out, size, "was ended by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(text_out, size, "has ended with status %d", WEXITSTATUS(status));
}

/* Nobody reads the control ends of its zygotes any more, and its store has
 * nobody to answer: both leave by themselves, or are made to. */
static void front_ended(struct as_supervisor *supervisor, const char *how)
{
	uint64_t now_us = as_clock_us(supervisor->clock);
	char text[256];

	close(supervisor->channel);
	supervisor->channel = -1;
	supervisor->front = NULL;
	if (supervisor->phase == AS_PHASE_DRAINING || supervisor->phase == AS_PHASE_ENDING)
		return;
	if (supervisor->phase == AS_PHASE_STARTING) {
		snprintf(text, sizeof(text), "the front %s before it served", how);
		as_supervisor_fail(supervisor, text);
		return;
	}
	as_log(AS_LOG_ERROR, "the front %s; starting another one", how);
	for (struct as_child *child = TAILQ_FIRST(&supervisor->children); child != NULL;
	     child = TAILQ_NEXT(child, link))
		child->kill_us = now_us + AS_LEAVE_US;
	as_restart_plan(&supervisor->front_restart, now_us);
}

static void store_ended(struct as_supervisor *supervisor, int status, const char *how)
{
	supervisor->store = NULL;
	if (supervisor->channel < 0 || supervisor->phase == AS_PHASE_ENDING)
		return;
	/* It ends well when its front is gone, which is reaped in a moment. */
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		as_log(AS_LOG_ERROR, "the store %s; starting another one", how);
	as_restart_plan(&supervisor->store_restart, as_clock_us(supervisor->clock));
}

static void zygote_ended(struct as_child *child, int status, const char *how)
{
	struct as_managed *generation = child->generation;

	/* The front is told by its end of the pidfd and asks for another. */
	if (WIFSIGNALED(status) && child->kill_us == 0)
		as_log(AS_LOG_WARNING, "the zygote of generation %" PRIu64 " %s",
		       generation->number, how);
	as_scanner_launch_close(&child->launch);
	generation->zygotes--;
}

static void child_ended(struct as_supervisor *supervisor, struct as_child *child, int status)
{
	char how[96];

	/* Its number is anybody's from now on: nobody may find it here. */
	TAILQ_REMOVE(&supervisor->children, child, link);
	describe_end(status, how, sizeof(how));
	as_log(AS_LOG_DEBUG, "%s %ld %s", kind_names[child->kind], (long)child->pid, how);
	if (child == supervisor->front)
		front_ended(supervisor, how);
	else if (child == supervisor->store)
		store_ended(supervisor, status, how);
	else if (child->kind == AS_CHILD_ZYGOTE)
		zygote_ended(child, status, how);
	free(child);
}

static struct as_child *find_child(struct as_supervisor *supervisor, pid_t pid)
{
	struct as_child *child;

	TAILQ_FOREACH (child, &supervisor->children, link)
		if (child->pid == pid)
			return child;
	return NULL;
}

void as_children_reap(struct as_supervisor *supervisor)
{
	pid_t pid;
	int status;

	/* One that is not in the list was a worker, or left by whoever started
	 * this process. */
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct as_child *child = find_child(supervisor, pid);

		if (child != NULL)
			child_ended(supervisor, child, status);
	}
	as_managed_sweep(supervisor);
}

uint64_t as_children_overdue(struct as_supervisor *supervisor, uint64_t now_us)
{
	uint64_t next = UINT64_MAX;
	struct as_child *child;

	TAILQ_FOREACH (child, &supervisor->children, link) {
		if (child->kill_us == 0)
			continue;
		if (child->kill_us <= now_us) {
			as_log(AS_LOG_WARNING, "the %s %ld does not end and is killed",
			       kind_names[child->kind], (long)child->pid);
			kill(child->pid, SIGKILL);
			/* Its end is a matter of the kernel now. */
			child->kill_us = now_us + AS_RESTART_CALM_US;
		}
		if (child->kill_us < next)
			next = child->kill_us;
	}
	return next;
}

void as_children_kill_all(struct as_supervisor *supervisor)
{
	struct as_child *child;

	TAILQ_FOREACH (child, &supervisor->children, link)
		kill(child->pid, SIGKILL);
}
