/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/front_internal.h"
#include "daemon/process.h"
#include "pool/sandbox_service.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Pool and supervisor before clients, clients that are in before new ones. */
#define PRIORITIES 3
/* How often memory that is no longer used is given back to the system. */
#define TRIM_S 5

void as_front_tell(struct as_front *front, const struct as_channel_head *head, struct as_span body)
{
	/* The supervisor reads at once or not at all; waiting is short. */
	int rc = as_channel_send(front->setup->supervisor, head, body, NULL, 0, true);

	/* Without it nobody would end this process. */
	if (rc == AS_E_GONE)
		_exit(EX_UNAVAILABLE);
	if (rc < 0)
		as_log(AS_LOG_ERROR, "the supervisor cannot be told: %s", as_code_text(rc));
}

void as_front_later(struct as_front *front)
{
	static const struct timeval now = {.tv_sec = 0};

	if (front->tidy != NULL)
		evtimer_add(front->tidy, &now);
}

/* ---- The end ------------------------------------------------------------ */

static void on_drain_over(evutil_socket_t fd, short what, void *context)
{
	struct as_front *front = context;

	(void)fd;
	(void)what;
	as_log(AS_LOG_WARNING,
	       "%" PRIu32 " messages were not answered within drain_ms; their clients are "
	       "hung up on",
	       front->task_count);
	event_base_loopbreak(front->base);
}

static void on_drain_pause_over(evutil_socket_t fd, short what, void *context)
{
	struct as_front *front = context;

	(void)fd;
	(void)what;
	as_gate_drain(front);
	as_front_later(front);
}

/*
 * Those who are in may have been let in a moment ago, with their request on its
 * way: to hang up on them would lose it. So for a while nothing changes but
 * that nobody else comes in.
 */
static void begin_drain(struct as_front *front)
{
	static const struct timeval pause = {.tv_usec = AS_SILENT_US};
	const struct timeval wait = {
		.tv_sec = (time_t)(front->service->drain_ms / 1000),
		.tv_usec = (suseconds_t)(front->service->drain_ms % 1000 * 1000),
	};

	if (front->draining)
		return;
	front->draining = true;
	as_log(AS_LOG_NOTICE, "ending: %" PRIu32 " messages in hand, %" PRIu32 " connections",
	       front->task_count, front->open);
	evtimer_add(front->drain_timer, &wait);
	as_gate_shut(front);
	evtimer_add(front->drain_pause, &pause);
	as_reload_end(front);
	as_front_later(front);
}

void as_front_drain(struct as_front *front)
{
	const struct as_channel_head head = {.type = AS_WIRE_WANT_DRAIN};

	as_front_tell(front, &head, as_span_make(NULL, 0));
}

/* ---- Deferred work ------------------------------------------------------ */

static void begin_serving(struct as_front *front)
{
	const struct as_channel_head head = {.type = AS_WIRE_SERVING};

	front->serving = true;
	as_gate_serve(front);
	as_front_tell(front, &head, as_span_text(front->sandbox));
}

static void on_tidy(evutil_socket_t fd, short what, void *context)
{
	struct as_front *front = context;

	(void)fd;
	(void)what;
	as_generations_tidy(front);
	if (!front->serving && !front->draining && front->current != NULL &&
	    front->current->state == AS_GENERATION_USED)
		begin_serving(front);
	if (front->draining && front->task_count == 0 && front->open == 0)
		event_base_loopbreak(front->base);
}

/* What a crowd of clients needed must not stay resident when it has left. */
static void on_trim(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
	malloc_trim(0);
}

/* ---- The supervisor ------------------------------------------------------ */

static void take_cache(struct as_front *front)
{
	if (front->cache_fd >= 0)
		close(front->cache_fd);
	front->cache_fd = as_channel_take(&front->packet, 0);
	front->cache_generation = front->packet.head.sequence;
}

static void take_words(struct as_front *front, char *text_out, size_t size)
{
	struct as_buffer text;

	text_out[0] = '\0';
	as_buffer_init(&text, size);
	if (as_channel_body(&front->packet, size - 1, &text) == 0)
		snprintf(text_out, size, "%.*s", (int)text.size, (const char *)text.data);
	as_buffer_deinit(&text);
}

static void obey(struct as_front *front)
{
	const struct as_channel_head *head = &front->packet.head;
	const struct as_channel_head alive = {.type = AS_WIRE_ALIVE};
	char text[AS_ERROR_TEXT_MAX];
	int fd;

	switch (head->type) {
	case AS_WIRE_CACHE:
		take_cache(front);
		break;
	case AS_WIRE_LAUNCH:
		as_generation_launch(front, &front->packet);
		break;
	case AS_WIRE_LAUNCH_FAILED:
		take_words(front, text, sizeof(text));
		as_generation_failed(front, head->sequence, text);
		break;
	case AS_WIRE_RELOAD_REFUSED:
		take_words(front, text, sizeof(text));
		as_reload_over(front, head->offset != 0, head->code < 0 ? head->code : -EINVAL,
			       text);
		break;
	case AS_WIRE_STORE:
		fd = as_channel_take(&front->packet, 0);
		if (fd >= 0)
			as_store_link_set(front, fd);
		break;
	case AS_WIRE_DRAIN:
		begin_drain(front);
		break;
	case AS_WIRE_PING:
		as_front_tell(front, &alive, as_span_make(NULL, 0));
		break;
	default:
		as_log(AS_LOG_WARNING, "the supervisor sent an unknown packet of type %" PRIu32,
		       head->type);
		break;
	}
}

static void on_supervisor(evutil_socket_t fd, short what, void *context)
{
	struct as_front *front = context;

	(void)fd;
	(void)what;
	for (;;) {
		int rc = as_channel_receive(front->setup->supervisor, &front->packet, false);

		if (rc == -EAGAIN)
			return;
		if (rc == AS_E_GONE)
			_exit(EX_UNAVAILABLE);
		if (rc < 0) {
			as_log(AS_LOG_ERROR, "the supervisor sent a malformed packet");
			return;
		}
		obey(front);
		as_channel_release(&front->packet);
	}
}

/* ---- The beginning ------------------------------------------------------- */

static void begin_process(const struct as_front_setup *setup)
{
	size_t count = setup->service->listener_count + 1;
	int *keep = calloc(count, sizeof(*keep));

	if (keep == NULL)
		_exit(EX_OSERR);
	keep[0] = setup->supervisor;
	for (size_t i = 1; i < count; i++)
		keep[i] = setup->sockets[i - 1];
	as_process_begin("front", setup->parent_pid, keep, count);
	free(keep);
	as_log_never_wait();
}

static void enter_sandbox(struct as_front *front)
{
	struct as_sandbox_state state = {.text = "off (front_sandbox = false)"};
	const char *paths[64];
	size_t count = 0;

	for (size_t i = 0; i < front->service->listener_count; i++) {
		const struct as_listener_config *config = &front->service->listeners[i];

		for (size_t r = 0; r < config->root_count && count < 64; r++)
			paths[count++] = config->roots[r];
	}
	if (front->service->front_sandbox)
		as_sandbox_service_enter(AS_SANDBOX_FRONT, paths, count, &state);
	snprintf(front->sandbox, sizeof(front->sandbox), "%s", state.text);
}

static struct event_base *make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config == NULL)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	base = event_base_new_with_config(config);
	event_config_free(config);
	if (base != NULL && event_base_priority_init(base, PRIORITIES) == 0)
		return base;
	if (base != NULL)
		event_base_free(base);
	return NULL;
}

static int make_events(struct as_front *front, struct as_error *error)
{
	static const struct timeval every = {.tv_sec = TRIM_S};
	struct event *trim;

	front->tidy = evtimer_new(front->base, on_tidy, front);
	front->drain_timer = evtimer_new(front->base, on_drain_over, front);
	front->drain_pause = evtimer_new(front->base, on_drain_pause_over, front);
	front->store_timer = as_store_link_timer(front);
	front->supervisor_event = event_new(front->base, front->setup->supervisor,
					    EV_READ | EV_PERSIST, on_supervisor, front);
	trim = event_new(front->base, -1, EV_PERSIST, on_trim, front);
	if (front->tidy == NULL || front->drain_timer == NULL || front->drain_pause == NULL ||
	    front->store_timer == NULL || front->supervisor_event == NULL || trim == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the event loop");
	event_priority_set(front->supervisor_event, 0);
	event_add(front->supervisor_event, NULL);
	event_add(trim, &every);
	return 0;
}

static int front_open(struct as_front *front, struct as_error *error)
{
	int rc;

	TAILQ_INIT(&front->generations);
	TAILQ_INIT(&front->tasks);
	TAILQ_INIT(&front->waiters);
	front->store = -1;
	front->cache_fd = -1;
	front->statm_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	front->base = make_base();
	if (front->base == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the event loop");
	rc = as_metrics_init(&front->metrics, front->service->listener_count);
	if (rc < 0)
		return as_error_set(error, rc, "no memory for the counters");
	as_front_table(front);
	rc = make_events(front, error);
	if (rc == 0)
		rc = as_gate_open(front, error);
	return rc;
}

_Noreturn void as_front_main(const struct as_front_setup *setup)
{
	/* Its counters and its packet are too large for a stack. */
	static struct as_front front;
	struct as_error error = {.text = ""};

	front.setup = setup;
	front.service = setup->service;
	front.clock = setup->clock;
	begin_process(setup);
	if (front_open(&front, &error) < 0) {
		as_log(AS_LOG_ERROR, "%s", error.text);
		_exit(EX_OSERR);
	}
	enter_sandbox(&front);
	as_log(AS_LOG_DEBUG, "front: sandbox: %s", front.sandbox);
	/* One that was started again has clients waiting already. */
	if (setup->restarts > 0)
		begin_serving(&front);
	event_base_dispatch(front.base);
	as_gate_close(&front);
	as_store_link_close(&front);
	as_generations_close(&front);
	_exit(EX_OK);
}
