/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/supervisor.h"

#include "base/log.h"
#include "daemon/notify.h"
#include "daemon/supervisor_internal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { STATUS_OK = 0, STATUS_FAULT = 2 };
enum { SIGNALS, FRONT, WATCH, SOURCES };

void as_supervisor_ready(struct as_supervisor *supervisor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(supervisor->status_line, sizeof(supervisor->status_line), format, args);
	va_end(args);
	if (supervisor->phase == AS_PHASE_SERVING)
		as_notify_ready(supervisor->status_line);
}

/* ---- The end ------------------------------------------------------------------ */

static void begin_end(struct as_supervisor *supervisor)
{
	supervisor->phase = AS_PHASE_ENDING;
	supervisor->end_us = as_clock_us(supervisor->clock) + AS_LEAVE_US;
}

void as_supervisor_fail(struct as_supervisor *supervisor, const char *text)
{
	as_supervisor_complain(supervisor, text);
	supervisor->status = STATUS_FAULT;
	begin_end(supervisor);
	as_children_kill_all(supervisor);
}

void as_supervisor_drain(struct as_supervisor *supervisor)
{
	const struct as_channel_head head = {.type = AS_WIRE_DRAIN};

	if (supervisor->phase >= AS_PHASE_DRAINING)
		return;
	as_log(AS_LOG_NOTICE, "ending when what is there has been answered");
	as_notify_stopping("answering what is there");
	supervisor->phase = AS_PHASE_DRAINING;
	supervisor->end_us =
		as_clock_us(supervisor->clock) + supervisor->service->drain_ms * 1000 + AS_LEAVE_US;
	/* New clients are turned away at once; those at sockets of systemd wait
	 * for the next daemon. */
	as_sockets_release(&supervisor->sockets);
	as_talk_send(supervisor, &head, as_span_make(NULL, 0), NULL, 0);
}

static void end_at_once(struct as_supervisor *supervisor)
{
	as_log(AS_LOG_WARNING, "ending at once");
	as_notify_stopping("ending at once");
	begin_end(supervisor);
	as_children_kill_all(supervisor);
}

/* The phases of the end that time or the death of the front bring about; when
 * to look again. */
static uint64_t turn_end(struct as_supervisor *supervisor, uint64_t now_us)
{
	if (supervisor->phase == AS_PHASE_DRAINING && supervisor->front == NULL) {
		begin_end(supervisor);
	} else if (supervisor->phase == AS_PHASE_DRAINING && now_us >= supervisor->end_us) {
		as_log(AS_LOG_ERROR, "the front does not end within drain_ms and is killed");
		as_children_kill_all(supervisor);
		begin_end(supervisor);
	} else if (supervisor->phase == AS_PHASE_ENDING && now_us >= supervisor->end_us) {
		as_children_kill_all(supervisor);
		supervisor->end_us = now_us + AS_LEAVE_US;
	}
	return supervisor->phase >= AS_PHASE_DRAINING ? supervisor->end_us : UINT64_MAX;
}

/* ---- The loop ------------------------------------------------------------------ */

static void take_signals(struct as_supervisor *supervisor)
{
	struct signalfd_siginfo info;

	while (read(supervisor->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGHUP:
			as_reload_want(supervisor, false);
			break;
		case SIGINT:
		case SIGTERM:
			if (supervisor->phase == AS_PHASE_SERVING)
				as_supervisor_drain(supervisor);
			else
				end_at_once(supervisor);
			break;
		default:
			break;
		}
	}
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t restart(struct as_supervisor *supervisor, uint64_t now_us)
{
	struct as_restart *front = &supervisor->front_restart;
	struct as_restart *store = &supervisor->store_restart;
	uint64_t next = UINT64_MAX;

	if (supervisor->phase > AS_PHASE_DRAINING)
		return next;
	if (front->due_us != 0 && front->due_us <= now_us)
		as_children_front(supervisor);
	if (store->due_us != 0 && store->due_us <= now_us && supervisor->channel >= 0)
		as_children_store(supervisor);
	if (front->due_us != 0)
		next = front->due_us;
	if (store->due_us != 0 && supervisor->channel >= 0)
		next = earlier(next, store->due_us);
	return next;
}

/* Everything that is due; when the next thing is. */
static uint64_t turn(struct as_supervisor *supervisor)
{
	uint64_t now_us = as_clock_us(supervisor->clock);
	uint64_t next = turn_end(supervisor, now_us);

	as_reload_turn(supervisor);
	next = earlier(next, restart(supervisor, now_us));
	next = earlier(next, as_managed_due(supervisor, now_us));
	next = earlier(next, as_children_overdue(supervisor, now_us));
	next = earlier(next, as_talk_ping(supervisor, now_us));
	if (supervisor->watch != NULL && supervisor->phase == AS_PHASE_SERVING)
		next = earlier(next, as_watch_due_us(supervisor->watch));
	return next;
}

static int wait_ms(const struct as_supervisor *supervisor, uint64_t next_us)
{
	uint64_t now_us = as_clock_us(supervisor->clock);
	uint64_t left_ms;

	if (next_us == UINT64_MAX)
		return -1;
	/* Rounded up, or the last millisecond is spent in a spin. */
	left_ms = next_us > now_us ? (next_us - now_us + 999) / 1000 : 0;
	return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

static bool is_over(const struct as_supervisor *supervisor)
{
	return supervisor->phase == AS_PHASE_ENDING && TAILQ_EMPTY(&supervisor->children);
}

static void loop(struct as_supervisor *supervisor)
{
	/* The turn may find that all have ended already: then nothing wakes. */
	for (uint64_t next_us = turn(supervisor); !is_over(supervisor);
	     next_us = turn(supervisor)) {
		struct pollfd sources[SOURCES] = {
			[SIGNALS] = {.fd = supervisor->signals, .events = POLLIN},
			[FRONT] = {.fd = supervisor->deaf ? -1 : supervisor->channel,
				   .events = POLLIN},
			[WATCH] = {.fd = supervisor->watch != NULL ? as_watch_fd(supervisor->watch)
								   : -1,
				   .events = POLLIN},
		};

		if (poll(sources, SOURCES, wait_ms(supervisor, next_us)) < 0 && errno != EINTR) {
			as_log(AS_LOG_ERROR, "poll: %s", as_code_text(-errno));
			end_at_once(supervisor);
		}
		/* What the front has said before its end counts. */
		if (sources[FRONT].revents != 0)
			as_talk_receive(supervisor);
		if (sources[WATCH].revents != 0)
			as_watch_read(supervisor->watch);
		if (sources[SIGNALS].revents != 0)
			take_signals(supervisor);
		as_children_reap(supervisor);
	}
}

int as_supervisor_run(const char *file)
{
	/* Its packet is too large for a stack. */
	static struct as_supervisor supervisor;

	if (as_supervisor_open(&supervisor, file) < 0) {
		supervisor.status = STATUS_FAULT;
	} else {
		as_children_front(&supervisor);
		if (supervisor.front == NULL)
			as_supervisor_fail(&supervisor, "the front cannot be started");
		loop(&supervisor);
	}
	if (supervisor.phase >= AS_PHASE_DRAINING && supervisor.status == STATUS_OK)
		as_log(AS_LOG_NOTICE, "ended");
	as_supervisor_close(&supervisor);
	return supervisor.status;
}
