/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/front_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Control calls that wait for a reload. One that comes while a reload is going
 * on waits for the next: what it wants loaded may have changed after the
 * present one began to read.
 */
static void ask(struct as_front *front)
{
	const struct as_channel_head head = {.type = AS_WIRE_WANT_RELOAD};
	struct as_reload_waiter *waiter;

	TAILQ_FOREACH (waiter, &front->waiters, link)
		waiter->asked = true;
	front->reloading = true;
	as_front_tell(front, &head, as_span_make(NULL, 0));
}

int as_front_reload(struct as_front *front, as_front_reply *reply, void *context)
{
	struct as_reload_waiter *waiter;

	if (front->draining)
		return -EALREADY;
	waiter = calloc(1, sizeof(*waiter));
	if (waiter == NULL)
		return -ENOMEM;
	waiter->reply = reply;
	waiter->context = context;
	TAILQ_INSERT_TAIL(&front->waiters, waiter, link);
	if (!front->reloading)
		ask(front);
	return 0;
}

void as_front_forget(struct as_front *front, void *context)
{
	struct as_reload_waiter *waiter = TAILQ_FIRST(&front->waiters);

	while (waiter != NULL) {
		struct as_reload_waiter *next = TAILQ_NEXT(waiter, link);

		if (waiter->context == context) {
			TAILQ_REMOVE(&front->waiters, waiter, link);
			free(waiter);
		}
		waiter = next;
	}
}

static struct as_reload_waiter *next_answered(struct as_front *front)
{
	struct as_reload_waiter *waiter;

	TAILQ_FOREACH (waiter, &front->waiters, link)
		if (waiter->asked)
			return waiter;
	return NULL;
}

void as_reload_over(struct as_front *front, bool requested, int rc, const char *text)
{
	struct as_reload_waiter *waiter;

	front->metrics.reloads += rc == 0;
	front->metrics.reload_failures += rc < 0;
	front->reload_wall_us = as_clock_wall_us(front->clock);
	front->reload_ok = rc == 0;
	snprintf(front->reload_text, sizeof(front->reload_text), "%s", text);
	if (!requested)
		return;
	while ((waiter = next_answered(front)) != NULL) {
		TAILQ_REMOVE(&front->waiters, waiter, link);
		waiter->reply(waiter->context, rc, text);
		free(waiter);
	}
	front->reloading = false;
	if (!TAILQ_EMPTY(&front->waiters))
		ask(front);
}

/* The supervisor does not begin another one, and a connection that waited for
 * it would keep the daemon until drain_ms is over. */
void as_reload_end(struct as_front *front)
{
	struct as_reload_waiter *waiter;

	while ((waiter = TAILQ_FIRST(&front->waiters)) != NULL) {
		TAILQ_REMOVE(&front->waiters, waiter, link);
		waiter->reply(waiter->context, -EALREADY, "the daemon is about to end");
		free(waiter);
	}
}
