/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/log.h"
#include "daemon/front_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_kept_here(enum as_keep keep)
{
	return keep == AS_KEEP_STORE || keep == AS_KEEP_DISCARD || keep == AS_KEEP_REJECT;
}

static enum assay_action action_of_fault(enum as_fail fail)
{
	switch (fail) {
	case AS_FAIL_ACCEPT:
		return ASSAY_ACTION_ACCEPT;
	case AS_FAIL_REJECT:
		return ASSAY_ACTION_REJECT;
	case AS_FAIL_TEMPFAIL:
		break;
	}
	return ASSAY_ACTION_TEMPFAIL;
}

static void count(struct as_task *task, const struct as_task_answer *answer, uint64_t us)
{
	struct as_front *front = task->listener->front;
	struct as_metrics_listener *metrics = task->listener->metrics;

	metrics->actions[answer->action]++;
	if (answer->fault != NULL)
		metrics->faults++;
	if (!answer->complete)
		metrics->incomplete++;
	if (answer->answer != NULL)
		as_metrics_codes(&front->metrics, answer->answer);
	if (task->attempts > 1)
		front->metrics.retries += task->attempts - 1;
	as_metrics_latency(&front->metrics, us, answer->answer != NULL ? answer->answer->us : 0);
}

/* The end of every task that was submitted and not cancelled. */
static void deliver(struct as_task *task, struct as_task_answer *answer)
{
	uint64_t us = as_clock_us(task->listener->front->clock) - task->submit_us;

	task->state = AS_TASK_ENDED;
	answer->id = task->id;
	count(task, answer, us);
	as_message_log(task, answer, us);
	task->request.done(task->request.context, answer);
	as_task_free(task);
}

static void deliver_fault(struct as_task *task, enum assay_action action, const char *fault)
{
	struct as_task_answer answer = {
		.action = action,
		.fault = fault,
		.changed_fd = -1,
	};

	deliver(task, &answer);
}

static void deliver_verdict(struct as_task *task, bool stored)
{
	struct as_task_answer answer = {
		.action = task->answer.action,
		.complete = task->answer.complete,
		.stored = stored,
		.json = as_span_make(task->json, task->json_size),
		.answer = &task->answer,
		.changed_fd = task->changed_fd,
		.changed_offset = task->answer.body_offset,
		.changed_size = task->changed_size,
	};

	deliver(task, &answer);
}

void as_task_finish(struct as_task *task, const char *fault)
{
	if (fault != NULL)
		deliver_fault(task, action_of_fault(task->listener->config->fail), fault);
	else
		deliver_verdict(task, false);
}

/*
 * A message that was judged and cannot be kept is no matter for `fail`: to let
 * it through would deliver what policy holds back, to refuse it would lose it.
 */
void as_task_put_done(struct as_task *task, int rc)
{
	struct as_front *front = task->listener->front;
	char fault[160];

	if (rc == 0) {
		front->metrics.stored++;
		deliver_verdict(task, true);
		return;
	}
	front->metrics.store_failures++;
	snprintf(fault, sizeof(fault), "the message cannot be quarantined in %s: %s",
		 front->service->quarantine_dir, as_code_text(rc));
	deliver_fault(task, ASSAY_ACTION_TEMPFAIL, fault);
}

/* Takes a copy of what lives during the call only. */
static int take_verdict(struct as_task *task, const struct as_scanner_result *result)
{
	struct stat status;
	unsigned char *packed;
	int rc;

	packed = (unsigned char *)as_arena_copy(&task->arena, result->answer);
	task->json = malloc(result->json.size + 1);
	if (packed == NULL || task->json == NULL)
		return -ENOMEM;
	memcpy(task->json, result->json.data, result->json.size);
	task->json[result->json.size] = '\0';
	task->json_size = result->json.size;
	rc = as_answer_unpack(&task->arena, as_span_make(packed, result->answer.size),
			      &task->answer);
	if (rc < 0)
		return rc;
	if (task->answer.recipient_count != 0 &&
	    task->answer.recipient_count != task->envelope.rcpt_count)
		return AS_E_PROTOCOL;
	task->has_answer = true;
	if (result->changed_fd < 0)
		return task->answer.body_offset == UINT64_MAX ? 0 : AS_E_PROTOCOL;
	if (fstat(result->changed_fd, &status) < 0)
		return -errno;
	if (task->answer.body_offset > (uint64_t)status.st_size)
		return AS_E_PROTOCOL;
	task->changed_size = (uint64_t)status.st_size - task->answer.body_offset;
	return 0;
}

static const char *why_none(const struct as_scanner_result *result)
{
	if (result->reason != NULL && result->reason[0] != '\0')
		return result->reason;
	return as_outcome_name(result->outcome);
}

void as_task_result(struct as_task *task, const struct as_scanner_result *result)
{
	char fault[320];
	int rc;

	AS_ASSERT(task->state == AS_TASK_INSPECTED);
	task->attempts = result->attempts;
	task->generation_number = task->generation->number;
	task->changed_fd = result->changed_fd;
	as_generation_release(task->generation);
	task->generation = NULL;
	if (result->json.size == 0) {
		snprintf(fault, sizeof(fault), "the message was not inspected: %s",
			 why_none(result));
		as_task_finish(task, fault);
		return;
	}
	rc = take_verdict(task, result);
	if (rc < 0) {
		snprintf(fault, sizeof(fault), "the verdict of a worker cannot be used: %s",
			 as_code_text(rc));
		as_task_finish(task, fault);
		return;
	}
	if (task->answer.action == ASSAY_ACTION_QUARANTINE &&
	    is_kept_here(task->listener->config->quarantine)) {
		task->state = AS_TASK_STORED;
		as_store_link_put(task->listener->front, task);
		return;
	}
	as_task_finish(task, NULL);
}
