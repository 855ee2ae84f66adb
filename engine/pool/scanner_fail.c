/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner_internal.h"

#include "base/log.h"
#include "pool/request.h"

#include <stdio.h>

/* A verdict of one finding for thousands of recipients takes milliseconds. */
#define RENDER_MS 10000u

static const char *failure_code(enum as_outcome outcome)
{
	switch (outcome) {
	case AS_OUTCOME_CRASHED:
		return "scan.worker_crashed";
	case AS_OUTCOME_TIMEOUT:
		return "scan.timeout";
	case AS_OUTCOME_DONE:
	case AS_OUTCOME_CANCELLED:
	case AS_OUTCOME_NO_WORKER:
		break;
	}
	return "scan.unscannable";
}

static void describe(const struct as_result *result, char *text, size_t size)
{
	const char *stage = result->stage[0] != '\0' ? result->stage : "nothing";

	switch (result->outcome) {
	case AS_OUTCOME_CRASHED:
		if (result->syscall >= 0)
			snprintf(text, size,
				 "The sandbox ended the worker for system call %ld while "
				 "%s was running.",
				 result->syscall, stage);
		else
			snprintf(text, size,
				 "%s while %s was running; nothing of the message can be "
				 "relied on.",
				 result->reason, stage);
		break;
	case AS_OUTCOME_TIMEOUT:
		snprintf(text, size, "The inspection hung while %s was running and was ended.",
			 stage);
		break;
	case AS_OUTCOME_DONE:
		snprintf(text, size, "The worker sent a malformed verdict.");
		break;
	case AS_OUTCOME_CANCELLED:
	case AS_OUTCOME_NO_WORKER:
		snprintf(text, size, "The message was not inspected: %s.", result->reason);
		break;
	}
}

void as_pending_failed(struct as_pending *pending, const struct as_result *result,
		       bool rendered_here)
{
	pending->outcome =
		result->outcome == AS_OUTCOME_DONE ? AS_OUTCOME_CRASHED : result->outcome;
	pending->attempts = result->attempts;
	/* Without a verdict of ours the words become part of another's. */
	if (!rendered_here && pending->outcome == AS_OUTCOME_NO_WORKER)
		snprintf(pending->text, sizeof(pending->text), "%s", result->reason);
	else
		describe(result, pending->text, sizeof(pending->text));
	as_log_set_message(pending->id);
	as_log(AS_LOG_ERROR, "%s: %s", failure_code(pending->outcome), pending->text);
	as_log_set_message(NULL);
}

bool as_pending_resubmit(struct as_scanner *scanner, struct as_pending *pending)
{
	struct as_job job = {
		.fd = -1,
		.deadline_ms = RENDER_MS,
		.first = true,
		.cookie = pending,
	};
	struct as_buffer request;
	bool sent;

	as_buffer_init(&request, AS_POOL_REQUEST_MAX);
	sent = as_request_pack_failure(&request, as_buffer_span(&pending->request),
				       failure_code(pending->outcome), pending->text);
	job.request = as_buffer_span(&request);
	sent = sent && as_pool_submit(scanner->pool, &job) == 0;
	as_buffer_deinit(&request);
	pending->failed = true;
	return sent;
}

int as_pending_render(const struct as_scanner *scanner, const struct as_pending *pending,
		      struct as_buffer *body)
{
	struct as_request request = {.file = ""};
	struct as_arena arena;
	int rc;

	as_arena_init(&arena, AS_REQUEST_ARENA_BYTES);
	rc = as_request_unpack(&arena, as_buffer_span(&pending->request), &request);
	if (rc == 0)
		rc = as_scanner_render_failure(&scanner->work, &request,
					       failure_code(pending->outcome), pending->text, body);
	as_arena_deinit(&arena);
	return rc;
}
