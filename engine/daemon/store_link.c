/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/front_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * The front's side of the store. Requests that were sent to a store which
 * died are sent to the next one: storing the same id twice is one message.
 */
#define TICK_MS 250

static int send_put(struct as_front *front, struct as_task *task)
{
	struct as_channel_head head = {
		.type = AS_WIRE_PUT,
		.sequence = task->put_sequence,
		.size = task->size,
	};
	struct as_wire_put put = {.wall_us = task->wall_us};
	struct as_buffer body;
	int rc = -ENOMEM;

	snprintf(put.id, sizeof(put.id), "%s", task->id);
	as_buffer_init(&body, 0);
	as_buffer_append(&body, &put, sizeof(put));
	as_buffer_append(&body, task->json, task->json_size);
	if (!body.failed)
		rc = as_channel_send(front->store, &head, as_buffer_span(&body), &task->fd, 1,
				     false);
	as_buffer_deinit(&body);
	return rc;
}

static void hang_up(struct as_front *front)
{
	if (front->store < 0)
		return;
	event_free(front->store_event);
	front->store_event = NULL;
	close(front->store);
	front->store = -1;
	for (struct as_task *task = TAILQ_FIRST(&front->tasks); task != NULL;
	     task = TAILQ_NEXT(task, link))
		task->put_sent = false;
}

/* Sends what was not sent: there was no store, or its buffer was full. */
static void send_waiting(struct as_front *front)
{
	struct as_task *task;

	TAILQ_FOREACH (task, &front->tasks, link) {
		int rc;

		if (task->state != AS_TASK_STORED || task->put_sent || front->store < 0)
			continue;
		rc = send_put(front, task);
		if (rc == AS_E_GONE) {
			hang_up(front);
			return;
		}
		if (rc < 0)
			return;
		task->put_sent = true;
	}
}

static bool any_waits(const struct as_front *front)
{
	const struct as_task *task;

	TAILQ_FOREACH (task, &front->tasks, link)
		if (task->state == AS_TASK_STORED)
			return true;
	return false;
}

/* The tasks of others may end while one is told, so the search starts anew. */
static void expire(struct as_front *front)
{
	uint64_t now_us = as_clock_us(front->clock);
	struct as_task *task;
	bool found;

	do {
		found = false;
		TAILQ_FOREACH (task, &front->tasks, link) {
			if (task->state != AS_TASK_STORED || now_us < task->put_deadline_us)
				continue;
			as_task_put_done(task, -ETIMEDOUT);
			found = true;
			break;
		}
	} while (found);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	static const struct timeval tick = {.tv_usec = TICK_MS * 1000};
	struct as_front *front = context;

	(void)fd;
	(void)what;
	expire(front);
	send_waiting(front);
	if (any_waits(front))
		evtimer_add(front->store_timer, &tick);
}

struct event *as_store_link_timer(struct as_front *front)
{
	return evtimer_new(front->base, on_tick, front);
}

void as_store_link_put(struct as_front *front, struct as_task *task)
{
	task->put_sequence = ++front->put_sequence;
	task->put_deadline_us = as_clock_us(front->clock) + (uint64_t)AS_STORE_PUT_MS * 1000;
	task->put_sent = false;
	send_waiting(front);
	if (!evtimer_pending(front->store_timer, NULL))
		on_tick(-1, 0, front);
}

static struct as_task *find(struct as_front *front, uint64_t sequence)
{
	struct as_task *task;

	TAILQ_FOREACH (task, &front->tasks, link)
		if (task->state == AS_TASK_STORED && task->put_sequence == sequence)
			return task;
	return NULL;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct as_front *front = context;

	(void)fd;
	(void)what;
	while (front->store >= 0) {
		int rc = as_channel_receive(front->store, &front->packet, false);
		struct as_task *task = NULL;
		int code;

		if (rc == -EAGAIN)
			break;
		if (rc < 0) {
			as_log(AS_LOG_WARNING, "the store has ended; waiting for the next one");
			hang_up(front);
			break;
		}
		if (front->packet.head.type == AS_WIRE_PUT_DONE)
			task = find(front, front->packet.head.sequence);
		code = front->packet.head.code;
		as_channel_release(&front->packet);
		if (task != NULL)
			as_task_put_done(task, code <= 0 ? code : -EIO);
	}
	send_waiting(front);
}

void as_store_link_set(struct as_front *front, int fd)
{
	hang_up(front);
	front->store_event = event_new(front->base, fd, EV_READ | EV_PERSIST, on_readable, front);
	if (front->store_event == NULL || event_add(front->store_event, NULL) < 0) {
		as_log(AS_LOG_ERROR, "no memory for the store");
		if (front->store_event != NULL)
			event_free(front->store_event);
		front->store_event = NULL;
		close(fd);
		return;
	}
	front->store = fd;
	send_waiting(front);
}

void as_store_link_close(struct as_front *front)
{
	hang_up(front);
}
