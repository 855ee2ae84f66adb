/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/front_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How soon a full queue of the new generation is asked again. */
#define MOVE_AGAIN_US 100000u

static struct as_generation *find(struct as_front *front, uint64_t number)
{
	struct as_generation *generation;

	TAILQ_FOREACH (generation, &front->generations, link)
		if (generation->number == number)
			return generation;
	return NULL;
}

static void on_result(void *context, const struct as_scanner_result *result)
{
	(void)context;
	as_task_result(result->cookie, result);
}

static void tell_number(struct as_generation *generation, enum as_wire_type type,
			struct as_span body)
{
	const struct as_channel_head head = {.type = type, .sequence = generation->number};

	as_front_tell(generation->front, &head, body);
}

/* ---- From loading to used ---------------------------------------------- */

static void take_status(struct as_generation *generation)
{
	struct as_span text = as_scanner_status(generation->scanner);
	json_t *value;

	generation->status =
		json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
	value = json_object_get(generation->status, "message_bytes");
	if (json_is_integer(value) && json_integer_value(value) > 0)
		generation->message_bytes = (uint64_t)json_integer_value(value);
}

static void leave(struct as_generation *generation)
{
	struct as_front *front = generation->front;

	generation->state = AS_GENERATION_LEAVING;
	generation->leave_us = as_clock_us(front->clock) + front->service->reload_drain_ms * 1000;
	as_front_later(front);
}

static void begin_use(struct as_generation *generation)
{
	struct as_front *front = generation->front;
	struct as_generation *old = front->current;

	generation->state = AS_GENERATION_USED;
	generation->wall_us = as_clock_wall_us(front->clock);
	take_status(generation);
	front->current = generation;
	tell_number(generation, AS_WIRE_GENERATION_USED, as_scanner_status(generation->scanner));
	if (generation->number != front->first_generation)
		as_reload_over(front, generation->requested, 0, "");
	if (old != NULL && old != generation)
		leave(old);
	if (!front->serving)
		as_front_later(front);
}

static void poll_scanner(struct as_generation *generation)
{
	struct as_front *front = generation->front;
	int rc = as_scanner_poll(generation->scanner, 0, on_result, generation);

	if (rc < 0)
		as_log(AS_LOG_ERROR, "generation %" PRIu64 ": %s", generation->number,
		       as_code_text(rc));
	if (generation->state == AS_GENERATION_LOADING &&
	    as_pool_ready(as_scanner_pool(generation->scanner)))
		begin_use(generation);
	if (generation->state == AS_GENERATION_LEAVING)
		as_front_later(front);
	as_generation_arm(generation);
}

static void on_event(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	poll_scanner(context);
}

void as_generation_arm(struct as_generation *generation)
{
	uint64_t due_us = as_pool_next_deadline_us(as_scanner_pool(generation->scanner));
	uint64_t now_us, left_us;

	if (due_us == UINT64_MAX) {
		evtimer_del(generation->timer);
		return;
	}
	now_us = as_clock_us(generation->front->clock);
	left_us = due_us > now_us ? due_us - now_us : 0;
	const struct timeval wait = {
		.tv_sec = (time_t)(left_us / 1000000),
		.tv_usec = (suseconds_t)(left_us % 1000000),
	};
	evtimer_add(generation->timer, &wait);
}

void as_generation_release(struct as_generation *generation)
{
	generation->tasks--;
	if (generation->tasks == 0 && generation->state != AS_GENERATION_USED)
		as_front_later(generation->front);
}

/* ---- What happens to it ------------------------------------------------- */

/* A zygote has ended, or could not load. From within as_scanner_poll(). */
static void on_wanted(void *context, uint64_t pause_us, const struct as_error *error)
{
	struct as_generation *generation = context;
	struct as_channel_head head = {
		.type = AS_WIRE_WANT_ZYGOTE,
		.sequence = generation->number,
		.size = pause_us,
	};
	const char *why = error != NULL ? error->text : "";

	snprintf(generation->reason, sizeof(generation->reason), "%s", why);
	if (generation->state == AS_GENERATION_LOADING) {
		generation->state = AS_GENERATION_BAD;
		as_front_later(generation->front);
		return;
	}
	if (generation->state == AS_GENERATION_LEAVING && generation->tasks == 0)
		return;
	as_front_tell(generation->front, &head, as_span_text(why));
}

void as_generation_count(const struct as_generation *generation, struct as_pool_state *pool,
			 struct as_cache_counters *cache)
{
	struct as_cache_counters kept;
	struct as_pool_state state;

	as_pool_describe(as_scanner_pool(generation->scanner), &state);
	as_scanner_cache(generation->scanner, &kept);
	pool->jobs += state.jobs;
	pool->started += state.started;
	pool->recycled += state.recycled;
	pool->crashes += state.crashes;
	pool->timeouts += state.timeouts;
	pool->cancelled += state.cancelled;
	pool->lost += state.lost;
	pool->zygotes += state.zygotes;
	cache->hits += kept.hits;
	cache->misses += kept.misses;
	cache->stores += kept.stores;
	cache->torn += kept.torn;
}

static void generation_free(struct as_generation *generation)
{
	if (generation->scanner != NULL)
		as_generation_count(generation, &generation->front->past,
				    &generation->front->past_cache);
	TAILQ_REMOVE(&generation->front->generations, generation, link);
	if (generation->readable != NULL)
		event_free(generation->readable);
	if (generation->timer != NULL)
		event_free(generation->timer);
	as_scanner_close(generation->scanner);
	json_decref(generation->status);
	free(generation);
}

static struct as_generation *
generation_new(struct as_front *front, const struct as_channel_head *head, struct as_error *error)
{
	struct as_generation *generation = calloc(1, sizeof(*generation));
	const struct as_scanner_attach settings = {
		.workers = head->number,
		.queue_limit = front->service->queue_limit,
		.time_ms = head->size,
		.generation = head->sequence,
		.clock = front->clock,
		.source = {.wanted = on_wanted, .context = generation},
	};
	int fd;

	if (generation == NULL) {
		as_error_set(error, -ENOMEM, "no memory for a generation");
		return NULL;
	}
	generation->front = front;
	generation->number = head->sequence;
	generation->requested = head->offset != 0;
	TAILQ_INSERT_TAIL(&front->generations, generation, link);
	if (as_scanner_attach(&settings, &generation->scanner, error) < 0)
		goto fail;
	fd = as_pool_fd(as_scanner_pool(generation->scanner));
	generation->readable =
		event_new(front->base, fd, EV_READ | EV_PERSIST, on_event, generation);
	generation->timer = evtimer_new(front->base, on_event, generation);
	if (generation->readable == NULL || generation->timer == NULL ||
	    event_add(generation->readable, NULL) < 0) {
		as_error_set(error, -ENOMEM, "no memory for a generation");
		goto fail;
	}
	event_priority_set(generation->readable, 0);
	return generation;
fail:
	generation_free(generation);
	return NULL;
}

static bool read_launch(struct as_channel_packet *packet, struct as_launch *launch_out)
{
	struct as_wire_launch wire;
	struct as_buffer body;
	bool good;

	as_buffer_init(&body, sizeof(wire));
	good = as_channel_body(packet, sizeof(wire), &body) == 0 && body.size == sizeof(wire) &&
	       packet->fd_count == AS_LAUNCH_FDS;
	if (good) {
		memcpy(&wire, body.data, sizeof(wire));
		*launch_out = (struct as_launch){
			.pid = wire.pid,
			.pidfd = as_channel_take(packet, 0),
			.control = as_channel_take(packet, 1),
			.pages_fd = as_channel_take(packet, 2),
			.slots = wire.slots,
			.temp_is_tmpfs = wire.temp_is_tmpfs != 0,
		};
		memcpy(launch_out->temp_root, wire.temp_root, sizeof(wire.temp_root));
		launch_out->temp_root[sizeof(launch_out->temp_root) - 1] = '\0';
	}
	as_buffer_deinit(&body);
	return good;
}

/* Descriptors that nobody took. */
static void drop_launch(struct as_front *front, struct as_launch *launch)
{
	as_launch_close(launch);
	if (front->cache_fd >= 0)
		close(front->cache_fd);
	front->cache_fd = -1;
}

void as_generation_launch(struct as_front *front, struct as_channel_packet *packet)
{
	const struct as_channel_head head = packet->head;
	struct as_generation *generation = find(front, head.sequence);
	struct as_error error = {.text = "the supervisor sent a malformed launch"};
	int cache_fd = front->cache_generation == head.sequence ? front->cache_fd : -1;
	struct as_launch launch;
	int rc;

	if (!read_launch(packet, &launch)) {
		as_generation_failed(front, head.sequence, error.text);
		return;
	}
	if (generation == NULL)
		generation = generation_new(front, &head, &error);
	if (generation == NULL) {
		drop_launch(front, &launch);
		as_generation_failed(front, head.sequence, error.text);
		return;
	}
	if (front->first_generation == 0)
		front->first_generation = head.sequence;
	rc = as_scanner_give(generation->scanner, &launch, cache_fd);
	if (rc < 0) {
		as_log(AS_LOG_ERROR, "generation %" PRIu64 ": the zygote cannot be used: %s",
		       head.sequence, as_code_text(rc));
		drop_launch(front, &launch);
		return;
	}
	if (cache_fd >= 0)
		front->cache_fd = -1;
	/* Until the first one is ready, tasks wait in its queue. */
	if (front->current == NULL)
		front->current = generation;
	poll_scanner(generation);
}

/* It cannot be made, or a new zygote of it cannot. */
void as_generation_failed(struct as_front *front, uint64_t number, const char *why)
{
	struct as_generation *generation = find(front, number);

	if (generation == NULL) {
		const struct as_channel_head head = {.type = AS_WIRE_GENERATION_BAD,
						     .sequence = number};

		as_front_tell(front, &head, as_span_text(why));
		return;
	}
	snprintf(generation->reason, sizeof(generation->reason), "%s", why);
	if (generation->state == AS_GENERATION_LOADING)
		generation->state = AS_GENERATION_BAD;
	else
		as_pool_give_up(as_scanner_pool(generation->scanner), why);
	as_generation_arm(generation);
	as_front_later(front);
}

/* ---- Tidying ------------------------------------------------------------ */

/* One that never was ready. Tasks that wait for it get their answer first. */
static void tidy_bad(struct as_generation *generation)
{
	struct as_front *front = generation->front;

	if (generation->reason[0] == '\0')
		snprintf(generation->reason, sizeof(generation->reason),
			 "the zygote ended while it was loading");
	if (generation->tasks > 0) {
		as_pool_give_up(as_scanner_pool(generation->scanner), generation->reason);
		as_generation_arm(generation);
		return;
	}
	tell_number(generation, AS_WIRE_GENERATION_BAD, as_span_text(generation->reason));
	if (generation->number != front->first_generation)
		as_reload_over(front, generation->requested, AS_E_CONFIG, generation->reason);
	if (front->current == generation)
		front->current = NULL;
	generation_free(generation);
}

static bool move_task(struct as_front *front, struct as_task *task)
{
	struct as_generation *old = task->generation;

	if (as_task_give(task, front->current) < 0)
		return false;
	as_scanner_cancel(old->scanner, task);
	old->tasks--;
	task->moves++;
	front->metrics.moved++;
	return true;
}

/* A message that needs longer than reloads are apart must end at some time. */
static void move_tasks(struct as_generation *old)
{
	struct as_front *front = old->front;
	struct as_task *task;

	TAILQ_FOREACH (task, &front->tasks, link)
		if (task->generation == old && task->moves < AS_TASK_MOVES_MAX &&
		    !move_task(front, task))
			break;
	as_generation_arm(old);
	as_generation_arm(front->current);
}

static void tidy_leaving(struct as_generation *generation)
{
	struct as_front *front = generation->front;
	uint64_t now_us = as_clock_us(front->clock);

	if (generation->tasks > 0 && now_us >= generation->leave_us && front->current != NULL) {
		move_tasks(generation);
		generation->leave_us = now_us + MOVE_AGAIN_US;
	}
	if (generation->tasks > 0) {
		const struct timeval wait = {.tv_usec = MOVE_AGAIN_US};

		if (!evtimer_pending(front->tidy, NULL))
			evtimer_add(front->tidy, &wait);
		return;
	}
	as_log(AS_LOG_DEBUG, "generation %" PRIu64 " has left", generation->number);
	tell_number(generation, AS_WIRE_GENERATION_DONE, as_span_make(NULL, 0));
	generation_free(generation);
}

void as_generations_tidy(struct as_front *front)
{
	struct as_generation *generation = TAILQ_FIRST(&front->generations);

	while (generation != NULL) {
		struct as_generation *next = TAILQ_NEXT(generation, link);

		if (generation->state == AS_GENERATION_BAD)
			tidy_bad(generation);
		else if (generation->state == AS_GENERATION_LEAVING)
			tidy_leaving(generation);
		generation = next;
	}
}

void as_generations_close(struct as_front *front)
{
	struct as_generation *generation;

	front->current = NULL;
	while ((generation = TAILQ_FIRST(&front->generations)) != NULL)
		generation_free(generation);
}
