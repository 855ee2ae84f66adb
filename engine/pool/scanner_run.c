/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/scanner_work.h"

#include "base/log.h"
#include "base/spool.h"
#include "policy/answer.h"
#include "pool/guess.h"
#include "pool/stage.h"
#include "rewrite/rewrite.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static struct as_verdict_source source_of(const struct as_request *request)
{
	return (struct as_verdict_source){
		.id = request->id,
		.file = request->file,
		.index = request->index,
		.offset = request->source_offset,
		.size = request->source_size,
	};
}

static const struct as_policy *policy_of(const struct as_config *config, const char *name)
{
	const struct as_policy *policy =
		as_policy_named(config->policies, config->policy_count, name);

	if (policy == NULL && strcmp(name, as_policy_builtin()->name) == 0)
		policy = as_policy_builtin();
	return policy != NULL ? policy : config->policy;
}

/* The head has its place first; its values are known at the end. */
static int begin_reply(struct as_buffer *body)
{
	static const struct as_scanner_reply empty;

	as_buffer_clear(body);
	return as_buffer_append(body, &empty, sizeof(empty)) ? 0 : -ENOMEM;
}

static void end_reply(struct as_buffer *body, const struct as_verdict_summary *summary,
		      size_t json_end)
{
	struct as_scanner_reply head;

	memset(&head, 0, sizeof(head));
	head.summary = *summary;
	head.answer_size = body->size - json_end;
	memcpy(body->data, &head, sizeof(head));
}

int as_scanner_render_failure(const struct as_scanner_work *own, const struct as_request *request,
			      const char *code, const char *text, struct as_buffer *body)
{
	const struct as_verdict_failure failure = {
		.source = source_of(request),
		.envelope = &request->envelope,
		.policies = own->config->policies,
		.policy_count = own->config->policy_count,
		.policy = policy_of(own->config, request->policy),
		.code = code,
		.text = text,
		.generation = own->generation,
	};
	struct as_verdict_summary summary = {.action = 0};
	size_t json_end;
	int rc;

	rc = begin_reply(body);
	if (rc == 0)
		rc = as_verdict_fail(&failure, body, &summary);
	json_end = body->size;
	if (rc == 0 && request->answer)
		rc = as_answer_fail(&failure, (enum assay_action)summary.action, body);
	if (rc == 0)
		end_reply(body, &summary, json_end);
	return rc;
}

static int render(const struct as_verdict_request *verdict, bool answer_wanted, bool changed,
		  struct as_buffer *body)
{
	struct as_verdict_summary summary = {.action = 0};
	size_t json_end;
	int rc;

	rc = begin_reply(body);
	if (rc == 0)
		rc = as_verdict_render(verdict, body, &summary);
	json_end = body->size;
	if (rc == 0 && answer_wanted) {
		const struct as_answer_request answer = {
			.verdict = verdict,
			.action = (enum assay_action)summary.action,
			.complete = summary.complete != 0,
			.changed = changed,
		};

		rc = as_answer_render(&answer, body);
	}
	if (rc == 0)
		end_reply(body, &summary, json_end);
	return rc;
}

/* Changes the message if policy wants that, so that the verdict can say what
 * became of it; then says what was found. */
static int conclude(const struct as_scanner_work *own, const struct as_request *request,
		    const struct assay_scan *scan, uint64_t start_us, struct as_reply *reply)
{
	struct as_verdict_request verdict = {
		.scan = scan,
		.source = source_of(request),
		.policies = own->config->policies,
		.policy_count = own->config->policy_count,
		.policy = policy_of(own->config, request->policy),
		.generation = own->generation,
		.detail = request->detail,
	};
	const struct as_rewrite_request rewrite = {
		.verdict = &verdict,
		.message = scan->message.raw,
	};
	const char *refused = NULL;
	int fd = -1;
	int rc;

	as_stage_set("rewrite");
	if (as_rewrite_apply(&rewrite, &fd, &refused) < 0)
		refused = "there is no room for a changed message";
	as_stage_set("verdict");
	verdict.strip_refused = refused;
	verdict.us = as_clock_us(own->clock) - start_us;
	rc = render(&verdict, request->answer, fd >= 0, &reply->body);
	/* Only who understands the answer can use the message. */
	if (fd >= 0 && request->answer)
		reply->extra_fd = fd;
	else if (fd >= 0)
		close(fd);
	return rc;
}

/* NULL when there is none. */
static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash != NULL ? slash + 1 : file;

	return name[0] != '\0' ? name : NULL;
}

static int inspect(const struct as_scanner_work *own, const struct as_request *request,
		   struct as_span octets, struct as_reply *reply)
{
	uint64_t start_us = as_clock_us(own->clock);
	bool is_message = request->guess ? as_guess_message(octets) : request->is_message;
	const struct as_inspect_request how = {
		.octets = octets,
		.is_message = is_message,
		.name = is_message ? NULL : base_name(request->file),
		.envelope = &request->envelope,
		.detail = request->detail,
		.clock = own->clock,
		.stage = as_stage_set,
	};
	struct assay_scan *scan = NULL;
	int rc;

	rc = as_inspect(own->engine, &how, &scan);
	if (rc == 0)
		rc = conclude(own, request, scan, start_us, reply);
	as_inspect_free(scan);
	return rc;
}

/* A file of a client that became shorter, or is not readable at all: known to
 * be that, and no reason to try again. */
static int say_unreadable(const struct as_scanner_work *own, const struct as_request *request,
			  int code, struct as_reply *reply)
{
	char text[160];

	snprintf(text, sizeof(text), "The octets cannot be read: %s.", as_code_text(code));
	return as_scanner_render_failure(own, request, "scan.unscannable", text, &reply->body);
}

int as_scanner_run(void *context, const struct as_work *work, struct as_reply *reply)
{
	struct as_scanner_work *own = context;
	struct as_mapping mapping = {.base = NULL};
	struct as_request request = {.id = ""};
	struct as_arena arena;
	int rc;

	as_stage_set("engine");
	as_arena_init(&arena, AS_REQUEST_ARENA_BYTES);
	rc = as_request_unpack(&arena, work->request, &request);
	if (rc < 0)
		goto out;
	as_log_set_message(request.id);
	as_stage_set_message(request.id);
	if (request.failure_code[0] != '\0') {
		rc = as_scanner_render_failure(own, &request, request.failure_code,
					       request.failure_text, &reply->body);
		goto out;
	}
	rc = as_mapping_open(work->fd, work->offset, work->size, &mapping);
	if (rc < 0)
		rc = say_unreadable(own, &request, rc, reply);
	else
		rc = inspect(own, &request, mapping.data, reply);
out:
	as_mapping_close(&mapping);
	as_arena_deinit(&arena);
	as_log_set_message(NULL);
	return rc;
}
