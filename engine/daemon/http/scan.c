/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/scan.h"

#include "daemon/http/fault.h"
#include "daemon/http/limits.h"
#include "daemon/http/multipart.h"
#include "daemon/http/params.h"
#include "daemon/http/server.h"
#include "inspect/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What stands around the parts of a multipart body: boundaries and headers. */
#define MULTIPART_FRAME_BYTES                                                                      \
	(AS_HTTP_PARTS * (AS_HTTP_PART_LINES + 2) * (AS_HTTP_PART_LINE_BYTES + 2))

enum part {
	PART_NONE = 0,
	PART_ENVELOPE,
	PART_MESSAGE,
};

struct scan {
	struct as_task *task;
	uint64_t size; /* of the message, once submitted */
	/* Only for a multipart body. */
	struct as_http_multipart *parser;
	enum part part;
	bool had_envelope, had_message;
	struct as_buffer document;	 /* the envelope */
	size_t charged;			 /* of it, in server->envelope_bytes */
	struct as_http_problem *problem; /* during a call of the parser */
};

static struct as_http_server *server_of(const struct as_http_request *request)
{
	return request->connection->server;
}

/* What the calls of daemon/task.h refuse. */
static bool refuse(struct as_http_problem *problem, int rc)
{
	if (rc == -EMSGSIZE)
		return as_http_problem_set(problem, MHD_HTTP_CONTENT_TOO_LARGE, "%s",
					   as_task_refusal(rc));
	return as_http_problem_busy(problem, as_task_refusal(rc));
}

/* ---- Parts of a multipart body ------------------------------------------- */

static bool begin_envelope(struct scan *scan, const struct as_http_part *part)
{
	if (scan->had_envelope)
		return as_http_problem_set(scan->problem, MHD_HTTP_BAD_REQUEST,
					   "there are two parts \"envelope\"");
	if (part->type[0] != '\0' && strcmp(part->type, "application/json") != 0)
		return as_http_problem_set(scan->problem, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					   "the part \"envelope\" is not application/json");
	scan->had_envelope = true;
	scan->part = PART_ENVELOPE;
	return true;
}

static int on_part(void *context, const struct as_http_part *part)
{
	struct as_http_request *request = context;
	struct scan *scan = request->state;
	bool good = false;

	if (strcmp(part->name, "envelope") == 0) {
		good = begin_envelope(scan, part);
	} else if (strcmp(part->name, "message") != 0) {
		as_http_problem_set(scan->problem, MHD_HTTP_BAD_REQUEST,
				    "the parts are \"envelope\" and \"message\", not \"%s\"",
				    part->name);
	} else if (scan->had_message) {
		as_http_problem_set(scan->problem, MHD_HTTP_BAD_REQUEST,
				    "there are two parts \"message\"");
	} else {
		scan->had_message = true;
		scan->part = PART_MESSAGE;
		good = true;
	}
	return good ? 0 : -EBADMSG;
}

static bool keep_envelope(struct as_http_request *request, struct as_span octets)
{
	struct as_http_server *server = server_of(request);
	struct scan *scan = request->state;

	if (octets.size > AS_HTTP_ENVELOPE_BYTES - scan->document.size)
		return as_http_problem_set(scan->problem, MHD_HTTP_CONTENT_TOO_LARGE,
					   "the envelope is larger than %zu octets",
					   AS_HTTP_ENVELOPE_BYTES);
	if (octets.size > AS_HTTP_ENVELOPES_BYTES - server->envelope_bytes) {
		server->listener->metrics->refused_jobs++;
		return as_http_problem_busy(scan->problem,
					    "too many envelopes at the same time, try again");
	}
	if (!as_buffer_append(&scan->document, octets.data, octets.size))
		return as_http_problem_busy(scan->problem, as_task_refusal(-ENOMEM));
	server->envelope_bytes += octets.size;
	scan->charged += octets.size;
	return true;
}

static bool append(struct scan *scan, struct as_span octets, struct as_http_problem *problem)
{
	int rc = as_task_append(scan->task, octets);

	return rc == 0 || refuse(problem, rc);
}

static int on_octets(void *context, struct as_span octets)
{
	struct as_http_request *request = context;
	struct scan *scan = request->state;
	bool good = scan->part == PART_ENVELOPE ? keep_envelope(request, octets)
						: append(scan, octets, scan->problem);

	return good ? 0 : -EBADMSG;
}

static int on_part_end(void *context)
{
	struct as_http_request *request = context;
	struct scan *scan = request->state;
	bool good = true;

	if (scan->part == PART_ENVELOPE)
		good = as_http_envelope_json(&request->envelope, as_buffer_span(&scan->document),
					     scan->problem);
	scan->part = PART_NONE;
	return good ? 0 : -EBADMSG;
}

static bool feed(struct as_http_request *request, struct as_span octets,
		 struct as_http_problem *problem)
{
	const struct as_http_multipart_sink sink = {
		.begin = on_part, .data = on_octets, .end = on_part_end, .context = request};
	struct scan *scan = request->state;
	int rc;

	scan->problem = problem;
	rc = as_http_multipart_feed(scan->parser, &sink, octets);
	if (rc < 0 && problem->status == 0)
		as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST, "multipart/form-data: %s",
				    scan->parser->reason);
	return rc == 0;
}

/* ---- The beginning ------------------------------------------------------- */

static bool read_boundary(struct scan *scan, struct as_http_params *params,
			  struct as_http_problem *problem)
{
	struct as_http_param param;
	bool found = false;
	int more;

	scan->parser = calloc(1, sizeof(*scan->parser));
	if (scan->parser == NULL)
		return as_http_problem_busy(problem, as_task_refusal(-ENOMEM));
	while ((more = as_http_params_next(params, &param)) > 0) {
		if (!as_http_is_word(param.name, "boundary"))
			continue;
		if (found || as_http_multipart_init(
				     scan->parser, as_span_make(param.value, param.value_size)) < 0)
			return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
						   "the boundary in Content-Type is malformed");
		found = true;
	}
	if (more < 0 || !found)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "Content-Type has no usable boundary");
	return true;
}

/*
 * Content-Type of a raw body is not looked at otherwise: what the octets are is
 * for the engine to find out, and curl calls everything a form.
 */
static bool read_type(struct as_http_request *request, struct as_http_problem *problem)
{
	static const char multipart[] = "multipart/";
	struct as_http_params params;
	struct as_span type = as_http_params_open(&params, request->fields.type);

	if (request->fields.encoded)
		return as_http_problem_set(problem, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					   "a Content-Encoding is not undone here");
	if (as_http_is_word(type, "multipart/form-data"))
		return read_boundary(request->state, &params, problem);
	if (as_http_is_word(as_span_slice(type, 0, sizeof(multipart) - 1), multipart))
		return as_http_problem_set(problem, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					   "of multipart bodies only form-data is understood");
	return true;
}

/* What Content-Length promises is refused before it is sent. */
static bool check_length(const struct as_http_request *request, struct as_http_problem *problem)
{
	struct as_listener *listener = server_of(request)->listener;
	const struct scan *scan = request->state;
	uint64_t most = as_task_max(listener);

	if (!request->fields.chunked && request->fields.length == 0)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST, "there is no message");
	if (scan->parser != NULL)
		most += AS_HTTP_ENVELOPE_BYTES + MULTIPART_FRAME_BYTES;
	if (request->fields.length <= most)
		return true;
	listener->metrics->too_large++;
	return refuse(problem, -EMSGSIZE);
}

bool as_http_scan_begin(struct as_http_request *request, struct as_http_problem *problem)
{
	struct as_listener *listener = server_of(request)->listener;
	const char *policy = request->query.policy;
	struct scan *scan = calloc(1, sizeof(*scan));
	int rc;

	if (scan == NULL)
		return as_http_problem_busy(problem, as_task_refusal(-ENOMEM));
	request->state = scan;
	as_buffer_init(&scan->document, AS_HTTP_ENVELOPE_BYTES);
	if (!read_type(request, problem) || !check_length(request, problem))
		return false;
	if (policy != NULL && !as_front_has_policy(listener->front, policy))
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "there is no policy \"%.64s\"", policy);
	rc = as_task_new(listener, &scan->task);
	return rc == 0 || refuse(problem, rc);
}

bool as_http_scan_body(struct as_http_request *request, struct as_span octets,
		       struct as_http_problem *problem)
{
	struct scan *scan = request->state;

	return scan->parser != NULL ? feed(request, octets, problem)
				    : append(scan, octets, problem);
}

/* ---- The end ------------------------------------------------------------- */

static void drop_document(struct as_http_request *request)
{
	struct scan *scan = request->state;

	server_of(request)->envelope_bytes -= scan->charged;
	scan->charged = 0;
	as_buffer_deinit(&scan->document);
	free(scan->parser);
	scan->parser = NULL;
}

/* What the client is to do: a message that we keep may be told as something
 * else (listener option quarantine). */
static enum assay_action told(const struct as_http_request *request,
			      const struct as_task_answer *answer)
{
	if (!answer->stored)
		return answer->action;
	switch (server_of(request)->listener->config->quarantine) {
	case AS_KEEP_DISCARD:
		return ASSAY_ACTION_DISCARD;
	case AS_KEEP_REJECT:
		return ASSAY_ACTION_REJECT;
	case AS_KEEP_CLIENT:
	case AS_KEEP_STORE:
	case AS_KEEP_HOLD:
		break;
	}
	return answer->action;
}

static bool answer_fault(struct as_http_request *request, const struct as_task_answer *answer,
			 const struct as_http_answer *http)
{
	const struct as_front *front = server_of(request)->listener->front;
	const struct scan *scan = request->state;
	struct as_http_problem problem;
	struct as_buffer body;

	if (answer->action == ASSAY_ACTION_TEMPFAIL) {
		as_http_problem_busy(&problem, answer->fault);
		return as_http_request_problem(request, &problem);
	}
	as_buffer_init(&body, 0);
	if (as_http_fault_json(answer, &request->envelope, scan->size, as_front_generation(front),
			       &body) == 0)
		return as_http_request_answer(request, http, &body);
	as_buffer_deinit(&body);
	return false;
}

static void on_done(void *context, const struct as_task_answer *answer)
{
	struct as_http_request *request = context;
	struct scan *scan = request->state;
	const char *fields[] = {
		"Assay-Id",	answer->id, "Assay-Action", as_action_name(told(request, answer)),
		"Assay-Stored", "true",	    NULL,
	};
	const struct as_http_answer http = {
		.status = MHD_HTTP_OK, .type = "application/json", .fields = fields};
	bool good;

	scan->task = NULL;
	if (!answer->stored)
		fields[4] = NULL;
	if (answer->fault != NULL)
		good = answer_fault(request, answer, &http);
	else
		good = as_http_request_answer_copy(request, &http, answer->json);
	as_http_request_resume(request, good);
}

static bool submit(struct as_http_request *request, struct as_http_problem *problem)
{
	struct scan *scan = request->state;
	const struct as_task_request wanted = {
		.kind = as_http_envelope_kind(&request->envelope),
		.detail = request->query.detail,
		.file = request->envelope.file,
		.policy = request->query.policy != NULL ? request->query.policy : "",
		.envelope = &request->envelope.pub,
		.done = on_done,
		.context = request,
	};
	int rc;

	scan->size = as_task_size(scan->task);
	rc = as_task_submit(scan->task, &wanted);
	if (rc < 0)
		return refuse(problem, rc);
	drop_document(request);
	as_http_connection_suspend(request->connection);
	return true;
}

bool as_http_scan_end(struct as_http_request *request, struct as_http_problem *problem)
{
	struct scan *scan = request->state;

	if (scan->parser != NULL && as_http_multipart_finish(scan->parser) < 0)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST, "multipart/form-data: %s",
					   scan->parser->reason);
	if (as_task_size(scan->task) == 0)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST, "there is no message");
	return submit(request, problem);
}

void as_http_scan_leave(struct as_http_request *request)
{
	struct scan *scan = request->state;

	if (scan == NULL)
		return;
	as_task_cancel(scan->task);
	drop_document(request);
	free(scan);
	request->state = NULL;
}
