/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/supervisor_internal.h"

#include "base/log.h"
#include "daemon/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

/* Words from the front for log and systemd. */
#define WORDS_MAX AS_ERROR_TEXT_MAX

static void kill_front(struct as_supervisor *supervisor, const char *why)
{
	as_log(AS_LOG_ERROR, "the front %s and is killed", why);
	if (supervisor->front != NULL)
		kill(supervisor->front->pid, SIGKILL);
	/* Its death is reaped; nothing is said or heard until then. */
	supervisor->deaf = true;
}

void as_talk_send(struct as_supervisor *supervisor, const struct as_channel_head *head,
		  struct as_span body, const int *fds, size_t fd_count)
{
	int rc;

	if (supervisor->channel < 0 || supervisor->deaf)
		return;
	/* Not even for a moment: a front that hangs must not hang this process.
	 * Its buffer holds many times what it is sent at once. */
	rc = as_channel_send(supervisor->channel, head, body, fds, fd_count, false);
	/* A front that has gone is reaped in the next turn. */
	if (rc < 0 && rc != AS_E_GONE)
		kill_front(supervisor,
			   rc == -EAGAIN ? "does not read what it is told" : as_code_text(rc));
}

/* ---- From the front --------------------------------------------------------- */

static void take_words(struct as_supervisor *supervisor, char *text_out, size_t size)
{
	struct as_buffer text;

	text_out[0] = '\0';
	as_buffer_init(&text, size);
	if (as_channel_body(&supervisor->packet, size - 1, &text) == 0)
		snprintf(text_out, size, "%.*s", (int)text.size, (const char *)text.data);
	as_buffer_deinit(&text);
}

static void now_serving(struct as_supervisor *supervisor, const char *sandbox)
{
	supervisor->serving = true;
	as_log(AS_LOG_NOTICE, "the front serves %zu listeners; its sandbox: %s",
	       supervisor->service->listener_count, sandbox);
	if (supervisor->phase == AS_PHASE_STARTING) {
		supervisor->phase = AS_PHASE_SERVING;
		if (supervisor->terminal >= 0)
			close(supervisor->terminal);
		supervisor->terminal = -1;
	}
	as_supervisor_ready(supervisor, "%zu listeners, generation %" PRIu64,
			    supervisor->service->listener_count,
			    supervisor->good != NULL ? supervisor->good->number : 0);
}

static void alive(struct as_supervisor *supervisor)
{
	supervisor->unanswered_us = 0;
	as_notify_alive();
}

static void obey(struct as_supervisor *supervisor)
{
	const struct as_channel_head *head = &supervisor->packet.head;
	char words[WORDS_MAX];

	take_words(supervisor, words, sizeof(words));
	switch (head->type) {
	case AS_WIRE_SERVING:
		now_serving(supervisor, words);
		break;
	case AS_WIRE_WANT_ZYGOTE:
		as_managed_want(supervisor, head->sequence, head->size, words);
		break;
	case AS_WIRE_GENERATION_USED:
		as_managed_used(supervisor, head->sequence);
		break;
	case AS_WIRE_GENERATION_BAD:
		as_managed_bad(supervisor, head->sequence, words);
		break;
	case AS_WIRE_GENERATION_DONE:
		as_managed_done(supervisor, head->sequence);
		break;
	case AS_WIRE_WANT_RELOAD:
		as_reload_want(supervisor, true);
		break;
	case AS_WIRE_WANT_DRAIN:
		as_log(AS_LOG_NOTICE, "a control call asks for the end");
		as_supervisor_drain(supervisor);
		break;
	case AS_WIRE_ALIVE:
		alive(supervisor);
		break;
	default:
		kill_front(supervisor, "says what nobody understands");
		break;
	}
}

void as_talk_receive(struct as_supervisor *supervisor)
{
	while (supervisor->channel >= 0 && !supervisor->deaf) {
		int rc = as_channel_receive(supervisor->channel, &supervisor->packet, false);

		if (rc == -EAGAIN)
			return;
		if (rc == AS_E_GONE) {
			/* It ends, and is reaped or helped along. */
			supervisor->deaf = true;
			supervisor->front->kill_us = as_clock_us(supervisor->clock) + AS_LEAVE_US;
			return;
		}
		if (rc < 0) {
			kill_front(supervisor, "says what nobody understands");
			return;
		}
		obey(supervisor);
		as_channel_release(&supervisor->packet);
	}
}

uint64_t as_talk_ping(struct as_supervisor *supervisor, uint64_t now_us)
{
	const struct as_channel_head ping = {.type = AS_WIRE_PING};
	uint64_t interval = AS_FRONT_PING_US;

	if (supervisor->front == NULL || supervisor->deaf)
		return UINT64_MAX;
	if (supervisor->unanswered_us != 0 &&
	    now_us - supervisor->unanswered_us >= AS_FRONT_SILENT_US) {
		kill_front(supervisor, "has not answered for 30 s");
		return UINT64_MAX;
	}
	/* systemd is told with each answer, and wants that in time. */
	if (supervisor->watchdog_us != 0 && supervisor->watchdog_us / 3 < interval)
		interval = supervisor->watchdog_us / 3;
	if (now_us >= supervisor->ping_us) {
		as_talk_send(supervisor, &ping, as_span_make(NULL, 0), NULL, 0);
		if (supervisor->unanswered_us == 0)
			supervisor->unanswered_us = now_us;
		supervisor->ping_us = now_us + interval;
	}
	return supervisor->ping_us;
}
