/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/log.h"
#include "base/spool.h"
#include "daemon/front_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an unpacked answer may take: its texts are bounded, but the recipients
 * are as many as the envelope has. */
#define ANSWER_ARENA_BYTES ((size_t)4 << 20)
/* A block begins with room for a small mail and grows to its full size. */
#define BLOCK_FIRST_BYTES ((size_t)4096)

int as_task_new(struct as_listener *listener, struct as_task **task_out)
{
	struct as_front *front = listener->front;
	struct as_task *task;

	if (listener->draining || listener->tasks >= listener->config->jobs) {
		listener->metrics->refused_jobs++;
		return -EAGAIN;
	}
	task = calloc(1, sizeof(*task));
	if (task == NULL)
		return -ENOMEM;
	task->listener = listener;
	task->fd = -1;
	task->changed_fd = -1;
	task->wall_us = as_clock_wall_us(front->clock);
	as_id_make(front->clock, task->id);
	as_arena_init(&task->arena, ANSWER_ARENA_BYTES);
	TAILQ_INSERT_TAIL(&front->tasks, task, link);
	front->task_count++;
	listener->tasks++;
	*task_out = task;
	return 0;
}

void as_task_free(struct as_task *task)
{
	struct as_front *front = task->listener->front;

	TAILQ_REMOVE(&front->tasks, task, link);
	front->task_count--;
	task->listener->tasks--;
	front->spool_bytes -= task->charged;
	task->listener->spool_bytes -= task->charged;
	if (task->generation != NULL)
		as_generation_release(task->generation);
	if (task->fd >= 0)
		close(task->fd);
	if (task->changed_fd >= 0)
		close(task->changed_fd);
	as_arena_deinit(&task->arena);
	free(task->json);
	free(task->block);
	free(task->kept);
	free(task);
	if (front->draining && front->task_count == 0)
		as_front_later(front);
}

const char *as_task_id(const struct as_task *task)
{
	return task->id;
}

uint64_t as_task_size(const struct as_task *task)
{
	return task->size;
}

uint64_t as_task_max(const struct as_listener *listener)
{
	const struct as_generation *current = listener->front->current;

	if (current != NULL && current->message_bytes > 0)
		return current->message_bytes;
	return listener->front->setup->message_bytes;
}

/* ---- Octets ----------------------------------------------------------- */

static int charge(struct as_task *task, size_t size)
{
	struct as_listener *listener = task->listener;
	struct as_front *front = listener->front;

	/* Compared by subtraction: sizes come from clients. */
	if (size > as_task_max(listener) - task->size) {
		listener->metrics->too_large++;
		return -EMSGSIZE;
	}
	if (listener->spool_bytes > listener->config->spool_bytes ||
	    size > listener->config->spool_bytes - listener->spool_bytes ||
	    front->spool_bytes > front->service->spool_bytes ||
	    size > front->service->spool_bytes - front->spool_bytes) {
		listener->metrics->refused_jobs++;
		return -EAGAIN;
	}
	task->size += size;
	task->charged += size;
	listener->spool_bytes += size;
	front->spool_bytes += size;
	return 0;
}

static int write_out(struct as_task *task, struct as_span octets)
{
	int rc;

	if (task->fd < 0) {
		rc = as_spool_open("message", &task->fd);
		if (rc < 0)
			return rc;
	}
	return octets.size > 0 ? as_spool_write(task->fd, octets) : 0;
}

static int flush_block(struct as_task *task)
{
	int rc = write_out(task, as_span_make(task->block, task->block_used));

	if (rc == 0)
		task->block_used = 0;
	return rc;
}

/* Room for size octets, which is at most what a block holds. */
static bool grow_block(struct as_task *task, size_t size)
{
	size_t room = task->block_room > 0 ? task->block_room : BLOCK_FIRST_BYTES;
	unsigned char *block;

	while (room - task->block_used < size)
		room *= 2;
	if (room == task->block_room)
		return true;
	block = realloc(task->block, room);
	if (block == NULL)
		return false;
	task->block = block;
	task->block_room = room;
	return true;
}

int as_task_append(struct as_task *task, struct as_span octets)
{
	int rc;

	AS_ASSERT(task->state == AS_TASK_FILLING && !task->is_file);
	rc = charge(task, octets.size);
	if (rc < 0)
		return rc;
	if (octets.size > AS_TASK_BLOCK_BYTES - task->block_used) {
		rc = flush_block(task);
		if (rc < 0)
			return rc;
	}
	if (octets.size >= AS_TASK_BLOCK_BYTES)
		return write_out(task, octets);
	if (octets.size == 0)
		return 0;
	if (!grow_block(task, octets.size))
		return -ENOMEM;
	memcpy(task->block + task->block_used, octets.data, octets.size);
	task->block_used += octets.size;
	return 0;
}

int as_task_use_file(struct as_task *task, int fd, uint64_t size)
{
	AS_ASSERT(task->state == AS_TASK_FILLING && task->size == 0);
	if (size > as_task_max(task->listener)) {
		task->listener->metrics->too_large++;
		return -EMSGSIZE;
	}
	task->fd = fd;
	task->is_file = true;
	task->size = size;
	return 0;
}

int as_task_spool(struct as_task *task)
{
	int rc;

	if (task->is_file)
		return 0;
	rc = flush_block(task);
	if (rc < 0)
		return rc;
	free(task->block);
	task->block = NULL;
	task->block_room = 0;
	return as_spool_seal(task->fd);
}

/* ---- The request ------------------------------------------------------ */

struct copier {
	char *at; /* NULL while it measures */
	size_t size;
};

static const char *copy(struct copier *copier, const char *text)
{
	size_t size = text != NULL ? strlen(text) + 1 : 1;
	char *to = copier->at;

	copier->size += size;
	if (to == NULL)
		return NULL;
	memcpy(to, text != NULL ? text : "", size);
	copier->at += size;
	return to;
}

static void copy_texts(struct copier *copier, const struct as_task_request *from,
		       const struct assay_envelope *envelope, struct as_task *to)
{
	const char **recipients = (const char **)(void *)to->kept;

	to->request.file = copy(copier, from->file);
	to->request.policy = copy(copier, from->policy);
	to->envelope.client = copy(copier, envelope->client);
	to->envelope.client_name = copy(copier, envelope->client_name);
	to->envelope.helo = copy(copier, envelope->helo);
	to->envelope.mail_from = copy(copier, envelope->mail_from);
	to->envelope.auth_user = copy(copier, envelope->auth_user);
	to->envelope.queue_id = copy(copier, envelope->queue_id);
	to->envelope.direction = copy(copier, envelope->direction);
	to->envelope.tls = copy(copier, envelope->tls);
	for (size_t i = 0; i < envelope->rcpt_count; i++) {
		const char *address = copy(copier, envelope->rcpt_to[i]);

		if (recipients != NULL)
			recipients[i] = address;
	}
	to->envelope.rcpt_to = recipients;
	to->envelope.rcpt_count = envelope->rcpt_count;
}

bool as_task_keep(struct as_task *task, const struct as_task_request *request)
{
	static const struct assay_envelope unknown = {.rcpt_count = 0};
	const struct as_listener_config *config = task->listener->config;
	struct assay_envelope envelope = request->envelope != NULL ? *request->envelope : unknown;
	struct as_task_request wanted = *request;
	size_t pointers = (envelope.rcpt_count + 1) * sizeof(char *);
	struct copier copier = {.at = NULL};

	if (envelope.direction == NULL || envelope.direction[0] == '\0')
		envelope.direction = config->direction;
	if (wanted.policy == NULL || wanted.policy[0] == '\0')
		wanted.policy = config->policy;
	copy_texts(&copier, &wanted, &envelope, task);
	free(task->kept);
	task->kept = malloc(pointers + copier.size);
	if (task->kept == NULL)
		return false;
	task->request = wanted;
	copier = (struct copier){.at = task->kept + pointers};
	copy_texts(&copier, &wanted, &envelope, task);
	task->request.envelope = &task->envelope;
	return true;
}

int as_task_give(struct as_task *task, struct as_generation *generation)
{
	const struct as_scanner_job job = {
		.fd = task->fd,
		.size = task->size,
		.is_message = task->request.kind == AS_TASK_MESSAGE,
		.guess = task->request.kind == AS_TASK_GUESS,
		.detail = task->request.detail,
		.answer = true,
		.policy = task->request.policy,
		.id = task->id,
		.file = task->request.file,
		.envelope = &task->envelope,
		.cookie = task,
	};
	int rc = as_scanner_submit(generation->scanner, &job);

	if (rc < 0)
		return rc;
	task->generation = generation;
	generation->tasks++;
	as_generation_arm(generation);
	return 0;
}

int as_task_submit(struct as_task *task, const struct as_task_request *request)
{
	struct as_front *front = task->listener->front;
	int rc;

	AS_ASSERT(task->state == AS_TASK_FILLING);
	if (front->current == NULL)
		return -ENODATA;
	if (!as_task_keep(task, request))
		return -ENOMEM;
	task->submit_us = as_clock_us(front->clock);
	rc = as_task_spool(task);
	if (rc == 0)
		rc = as_task_give(task, front->current);
	if (rc < 0) {
		if (rc == -EAGAIN)
			task->listener->metrics->refused_jobs++;
		return rc;
	}
	task->state = AS_TASK_INSPECTED;
	task->listener->metrics->requests++;
	task->listener->metrics->octets += task->size;
	return 0;
}

void as_task_cancel(struct as_task *task)
{
	if (task == NULL)
		return;
	AS_ASSERT(task->state != AS_TASK_ENDED);
	if (task->state != AS_TASK_FILLING)
		task->listener->metrics->cancelled++;
	if (task->state == AS_TASK_INSPECTED) {
		as_scanner_cancel(task->generation->scanner, task);
		as_generation_arm(task->generation);
	}
	as_task_free(task);
}

const char *as_task_refusal(int code)
{
	switch (code) {
	case -EAGAIN:
		return "too many messages at the same time, try again";
	case -ENODATA:
		return "no signatures are loaded at the moment, try again";
	case -EMSGSIZE:
		return "the message is larger than what can be inspected";
	case -ENOMEM:
		return "out of memory, try again";
	case -EMFILE:
	case -ENFILE:
		return "out of file descriptors, try again";
	case -ENOSPC:
		return "no room for the message, try again";
	default:
		return "temporary fault, try again";
	}
}
