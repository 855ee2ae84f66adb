/* SPDX-License-Identifier: BSD-2-Clause */
#include "fakefront.h"

#include "base/assert.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)1 << 20)

int as_task_new(struct as_listener *listener, struct as_task **task_out)
{
	struct as_front *front = listener->front;
	struct as_task **end = &front->tasks;
	struct as_task *task;

	if (front->new_code != 0)
		return front->new_code;
	if (front->task_count >= front->tasks_max)
		return -EAGAIN;
	task = calloc(1, sizeof(*task));
	AS_ASSERT(task != NULL);
	task->listener = listener;
	task->fd = -1;
	as_buffer_init(&task->octets, 0);
	as_arena_init(&task->arena, ARENA_BYTES);
	front->made++;
	front->task_count++;
	listener->tasks++;
	snprintf(task->id, sizeof(task->id), "01TEST%020u", front->made);
	while (*end != NULL)
		end = &(*end)->next;
	*end = task;
	*task_out = task;
	return 0;
}

const char *as_task_id(const struct as_task *task)
{
	return task->id;
}

uint64_t as_task_size(const struct as_task *task)
{
	return task->octets.size;
}

uint64_t as_task_max(const struct as_listener *listener)
{
	return listener->front->max_bytes;
}

int as_task_append(struct as_task *task, struct as_span octets)
{
	const struct as_front *front = task->listener->front;

	AS_ASSERT(!task->submitted && task->fd < 0);
	if (front->append_code != 0)
		return front->append_code;
	if (octets.size > front->max_bytes - task->octets.size)
		return -EMSGSIZE;
	task->listener->spool_bytes += octets.size;
	return as_buffer_append(&task->octets, octets.data, octets.size) ? 0 : -ENOMEM;
}

int as_task_use_file(struct as_task *task, int fd, uint64_t size)
{
	const struct as_front *front = task->listener->front;
	unsigned char *room;
	ssize_t got;

	AS_ASSERT(!task->submitted && task->fd < 0 && task->octets.size == 0);
	if (front->file_code != 0)
		return front->file_code;
	if (size > front->max_bytes)
		return -EMSGSIZE;
	if (size > 0) {
		room = as_buffer_reserve(&task->octets, size);
		AS_ASSERT(room != NULL);
		got = pread(fd, room, size, 0);
		as_buffer_commit(&task->octets, got > 0 ? (size_t)got : 0);
	}
	task->fd = fd;
	return 0;
}

static void unlink_task(struct as_task *task)
{
	struct as_front *front = task->listener->front;
	struct as_task **at = &front->tasks;

	while (*at != task) {
		AS_ASSERT(*at != NULL);
		at = &(*at)->next;
	}
	*at = task->next;
	front->task_count--;
	task->listener->tasks--;
	if (task->fd < 0)
		task->listener->spool_bytes -= task->octets.size;
}

static void free_task(struct as_task *task)
{
	if (task->event != NULL)
		event_free(task->event);
	if (task->fd >= 0)
		close(task->fd);
	as_buffer_deinit(&task->octets);
	as_arena_deinit(&task->arena);
	free(task);
}

void as_task_cancel(struct as_task *task)
{
	if (task == NULL)
		return;
	task->listener->front->cancelled++;
	unlink_task(task);
	free_task(task);
}

static const char *copy(struct as_task *task, const char *text)
{
	return text == NULL ? NULL : as_arena_strdup(&task->arena, text);
}

static void copy_envelope(struct as_task *task, const struct assay_envelope *from)
{
	struct assay_envelope *to = &task->envelope;
	const char **rcpt = as_arena_array(&task->arena, from->rcpt_count, sizeof(*rcpt));

	for (size_t i = 0; i < from->rcpt_count; i++)
		rcpt[i] = copy(task, from->rcpt_to[i]);
	to->client = copy(task, from->client);
	to->helo = copy(task, from->helo);
	to->mail_from = copy(task, from->mail_from);
	to->rcpt_to = rcpt;
	to->rcpt_count = from->rcpt_count;
	to->auth_user = copy(task, from->auth_user);
	to->queue_id = copy(task, from->queue_id);
	to->direction = copy(task, from->direction);
	to->client_name = copy(task, from->client_name);
	to->tls = copy(task, from->tls);
	task->request.envelope = to;
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	fake_task_judge(context);
}

int as_task_submit(struct as_task *task, const struct as_task_request *request)
{
	struct as_front *front = task->listener->front;

	AS_ASSERT(!task->submitted && request->done != NULL);
	if (front->submit_code != 0)
		return front->submit_code;
	task->request = *request;
	task->request.file = copy(task, request->file);
	task->request.policy = copy(task, request->policy);
	if (request->envelope != NULL)
		copy_envelope(task, request->envelope);
	task->submitted = true;
	front->submitted++;
	if (!front->hold) {
		task->event = event_new(task->listener->base, -1, 0, on_turn, task);
		AS_ASSERT(task->event != NULL);
		event_active(task->event, 0, 0);
	}
	return 0;
}

const char *as_task_refusal(int code)
{
	switch (code) {
	case -EAGAIN:
		return "too many messages at the same time";
	case -EMSGSIZE:
		return "the message is too large";
	default:
		return "out of memory";
	}
}

struct as_task *fake_front_submitted(struct as_front *front, uint32_t n)
{
	for (struct as_task *task = front->tasks; task != NULL; task = task->next) {
		if (task->submitted && n-- == 0)
			return task;
	}
	return NULL;
}

bool fake_task_holds(const struct as_task *task, const char *word)
{
	return task->octets.size > 0 &&
	       memmem(task->octets.data, task->octets.size, word, strlen(word)) != NULL;
}

void fake_front_judge(const struct as_task *task, struct as_task_answer *answer,
		      struct as_answer *verdict)
{
	static const char *const infected[] = {"malware.test"};
	static const unsigned char critical[] = {ASSAY_CRITICAL};
	static const uint32_t once[] = {1};

	if (fake_task_holds(task, FAKE_INFECTED)) {
		verdict->action = ASSAY_ACTION_REJECT;
		verdict->found = true;
		verdict->name = "malware.test";
		verdict->reason = "malware.test at 2";
		verdict->reply = "Message refused: malware.test at 2";
		verdict->codes = infected;
		verdict->severities = critical;
		verdict->code_counts = once;
		verdict->code_count = 1;
	} else if (fake_task_holds(task, FAKE_TAGGED)) {
		verdict->action = ASSAY_ACTION_TAG;
		verdict->reason = "html.script at 1";
	} else if (fake_task_holds(task, FAKE_INCOMPLETE)) {
		verdict->action = ASSAY_ACTION_QUARANTINE;
		verdict->complete = false;
		verdict->name = "Heuristics.Limits.Exceeded.MaxScanSize";
		verdict->incomplete = "limit.bytes at 2";
		verdict->reason = "limit.bytes at 2";
		verdict->reply = "Message refused: limit.bytes at 2";
	} else if (fake_task_holds(task, FAKE_FAULT)) {
		answer->answer = NULL;
		answer->action = ASSAY_ACTION_TEMPFAIL;
		answer->complete = false;
		answer->fault = "no worker can inspect";
	}
}

void fake_task_judge(struct as_task *task)
{
	struct as_answer verdict = {
		.action = ASSAY_ACTION_ACCEPT,
		.complete = true,
		.reason = "",
		.reply = "",
		.name = "",
		.incomplete = "",
		.log = "",
		.body_offset = UINT64_MAX,
	};
	struct as_task_answer answer = {
		.id = task->id,
		.complete = true,
		.json = as_span_text("{\"schema\":1}"),
		.answer = &verdict,
		.changed_fd = -1,
	};

	task->listener->front->judge(task, &answer, &verdict);
	if (answer.answer != NULL) {
		answer.action = verdict.action;
		answer.complete = verdict.complete;
	} else {
		answer.json = as_span_make(NULL, 0);
	}
	fake_task_answer(task, &answer);
}

void fake_task_answer(struct as_task *task, const struct as_task_answer *answer)
{
	AS_ASSERT(task->submitted);
	unlink_task(task);
	task->listener->front->answered++;
	task->request.done(task->request.context, answer);
	free_task(task);
}
