/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/request.h"

#include "daemon/http/limits.h"
#include "daemon/http/server.h"

#include <stdlib.h>
#include <string.h>

static struct as_http_connection *connection_of(struct MHD_Connection *mhd)
{
	return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* ---- Answers ------------------------------------------------------------- */

static bool queue(struct as_http_request *request, const struct as_http_answer *answer,
		  struct MHD_Response *response)
{
	struct as_http_connection *connection = request->connection;
	const struct as_listener *listener = connection->server->listener;
	bool good = response != NULL &&
		    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type) ==
			    MHD_YES;

	for (const char *const *field = answer->fields; good && field != NULL && *field != NULL;
	     field += 2)
		good = MHD_add_response_header(response, field[0], field[1]) == MHD_YES;
	if (listener->ending || listener->draining || connection->half_closed)
		good = good && MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION,
						       "close") == MHD_YES;
	good = good && MHD_queue_response(connection->mhd, answer->status, response) == MHD_YES;
	if (response != NULL)
		MHD_destroy_response(response);
	if (good)
		as_http_connection_phase(connection, AS_HTTP_ANSWERING);
	return good;
}

bool as_http_request_answer(struct as_http_request *request, const struct as_http_answer *answer,
			    struct as_buffer *body)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(body->size, body->data, MHD_RESPMEM_MUST_FREE);

	if (response != NULL)
		as_buffer_init(body, 0);
	else
		as_buffer_deinit(body);
	return queue(request, answer, response);
}

bool as_http_request_answer_copy(struct as_http_request *request,
				 const struct as_http_answer *answer, struct as_span body)
{
	/* The library takes a pointer to what it only reads. */
	union {
		const unsigned char *from;
		void *to;
	} data = {.from = body.data};

	return queue(request, answer,
		     MHD_create_response_from_buffer(body.size, data.to, MHD_RESPMEM_MUST_COPY));
}

bool as_http_request_problem(struct as_http_request *request, const struct as_http_problem *problem)
{
	const char *fields[5] = {NULL};
	size_t count = 0;
	struct as_http_answer answer = {
		.status = problem->status, .type = "application/problem+json", .fields = fields};
	struct as_buffer body;

	if (problem->allow != NULL) {
		fields[count++] = MHD_HTTP_HEADER_ALLOW;
		fields[count++] = problem->allow;
	}
	if (problem->retry) {
		fields[count++] = MHD_HTTP_HEADER_RETRY_AFTER;
		fields[count++] = "1";
	}
	as_buffer_init(&body, 0);
	if (as_http_problem_json(problem, &body) < 0) {
		as_buffer_deinit(&body);
		return false;
	}
	return as_http_request_answer(request, &answer, &body);
}

void as_http_request_resume(struct as_http_request *request, bool answered)
{
	if (!answered) {
		request->gone = true;
		as_http_connection_hang_up(request->connection);
	}
	as_http_connection_resume(request->connection);
}

/* ---- The beginning of a request ------------------------------------------ */

static const struct as_http_route *find_route(const struct as_http_server *server, const char *path)
{
	bool control = server->access != NULL;
	const struct as_http_route *routes = control ? as_http_control_routes : as_http_routes;
	size_t count = control ? as_http_control_route_count : as_http_route_count;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(routes[i].path, path) == 0)
			return &routes[i];
	}
	return NULL;
}

static bool check_route(struct as_http_request *request, const char *path, const char *method,
			struct as_http_problem *problem)
{
	const struct as_http_route *route = request->route;
	bool get = request->head || strcmp(method, MHD_HTTP_METHOD_GET) == 0;

	if (route == NULL)
		return as_http_problem_set(problem, MHD_HTTP_NOT_FOUND,
					   "there is no \"%.64s\" here", path);
	if (route->post ? strcmp(method, MHD_HTTP_METHOD_POST) == 0 : get)
		return true;
	as_http_problem_set(problem, MHD_HTTP_METHOD_NOT_ALLOWED, "\"%.64s\" does not take %.32s",
			    path, method);
	problem->allow = route->post ? "POST" : "GET, HEAD";
	return false;
}

static bool examine(struct as_http_request *request, const char *path, const char *method,
		    const char *version, struct as_http_problem *problem)
{
	struct MHD_Connection *mhd = request->connection->mhd;
	struct as_http_envelope *envelope =
		request->route != NULL && request->route->envelope ? &request->envelope : NULL;

	if (request->connection->odd_target)
		return as_http_problem_framing(problem, MHD_HTTP_BAD_REQUEST,
					       "the target of the request is malformed");
	if (!as_http_fields_read(mhd, version, envelope, &request->fields, problem)) {
		struct as_http_problem other;

		/* Where nothing is, nothing can be wrong with it. */
		if (!problem->close && !check_route(request, path, method, &other))
			*problem = other;
		return false;
	}
	if (!check_route(request, path, method, problem) ||
	    !as_http_query_read(mhd, request->route->queries, &request->query, problem))
		return false;
	return request->route->begin == NULL || request->route->begin(request, problem);
}

/* Whether what follows can be read to its end at little cost. */
static bool is_short(const struct as_http_request *request)
{
	const struct as_http_fields *fields = &request->fields;

	return !fields->chunked && !fields->expects && fields->length <= AS_HTTP_DISCARD_BYTES;
}

static void leave(struct as_http_request *request)
{
	if (request->route != NULL && request->route->leave != NULL)
		request->route->leave(request);
}

static void count(struct as_http_request *request, const struct as_http_problem *problem)
{
	struct as_metrics_listener *metrics = request->connection->server->listener->metrics;

	/* Too large and too many are counted where they are found. */
	if (problem->status < 500 && problem->status != MHD_HTTP_CONTENT_TOO_LARGE)
		metrics->protocol_errors++;
}

static enum MHD_Result cut(struct as_http_request *request, const struct as_http_problem *problem)
{
	count(request, problem);
	leave(request);
	as_http_connection_cut(request->connection, problem, request->head);
	return MHD_NO;
}

/* The problem was found before the body. */
static enum MHD_Result refuse(struct as_http_request *request,
			      const struct as_http_problem *problem)
{
	if (problem->close || problem->retry || !is_short(request))
		return cut(request, problem);
	count(request, problem);
	leave(request);
	request->refusal = *problem;
	return MHD_YES;
}

static enum MHD_Result begin(struct as_http_server *server, struct MHD_Connection *mhd,
			     const char *path, const char *method, const char *version,
			     void **request_io)
{
	struct as_http_request *request = calloc(1, sizeof(*request));
	struct as_http_problem problem = {.status = 0};

	if (request == NULL)
		return MHD_NO;
	*request_io = request;
	request->connection = connection_of(mhd);
	request->connection->request = request;
	request->route = find_route(server, path);
	request->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	request->interim = strcmp(version, MHD_HTTP_VERSION_1_0) != 0;
	as_http_envelope_init(&request->envelope);
	as_http_connection_phase(request->connection, AS_HTTP_BODY);
	if (examine(request, path, method, version, &problem))
		return MHD_YES;
	return refuse(request, &problem);
}

/* ---- Its body and its end ------------------------------------------------ */

static enum MHD_Result take(struct as_http_request *request, struct as_span octets)
{
	struct as_http_problem problem = {.status = 0};

	as_http_connection_phase(request->connection, AS_HTTP_BODY);
	if (request->refusal.status == 0 && request->route->body != NULL)
		return request->route->body(request, octets, &problem) ? MHD_YES
								       : cut(request, &problem);
	request->discarded += octets.size;
	if (request->discarded <= AS_HTTP_DISCARD_BYTES)
		return MHD_YES;
	as_http_problem_set(&problem, MHD_HTTP_CONTENT_TOO_LARGE,
			    "there is no use for a body here");
	return cut(request, &problem);
}

static enum MHD_Result end(struct as_http_request *request)
{
	struct as_http_problem problem = request->refusal;

	if (request->gone)
		return MHD_NO;
	if (problem.status == 0) {
		if (request->route->end(request, &problem))
			return MHD_YES;
		/* There was no memory for the answer. */
		if (problem.status == 0)
			return MHD_NO;
		count(request, &problem);
		leave(request);
	}
	return as_http_request_problem(request, &problem) ? MHD_YES : MHD_NO;
}

enum MHD_Result as_http_request_handle(void *server, struct MHD_Connection *mhd, const char *path,
				       const char *method, const char *version, const char *octets,
				       size_t *size_io, void **request_io)
{
	struct as_http_request *request = *request_io;
	struct as_span taken = as_span_make(octets, *size_io);

	as_http_server_stir(server);
	if (request == NULL)
		return begin(server, mhd, path, method, version, request_io);
	if (taken.size == 0)
		return end(request);
	*size_io = 0;
	return take(request, taken);
}

/* RFC 9112 s3.2: visible ASCII. NUL would end the path early for us alone. */
static bool is_target(const char *line)
{
	for (const char *at = line; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;

		if (c <= ' ' || c >= 0x7f || strncmp(at, "%00", 3) == 0)
			return false;
	}
	return true;
}

void *as_http_request_line(void *server, const char *line, struct MHD_Connection *mhd)
{
	struct as_http_connection *connection = connection_of(mhd);

	as_http_server_stir(server);
	as_http_connection_begin(connection);
	connection->odd_target = line == NULL || !is_target(line);
	return NULL;
}

void as_http_request_over(void *context, struct MHD_Connection *mhd, void **request_io,
			  enum MHD_RequestTerminationCode code)
{
	struct as_http_server *server = context;
	struct as_http_connection *connection = connection_of(mhd);
	struct as_http_request *request = *request_io;

	as_http_server_stir(server);
	if (code == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED && !connection->hung_up) {
		connection->hung_up = true;
		server->listener->metrics->timeouts++;
	}
	connection->request = NULL;
	*request_io = NULL;
	if (request != NULL) {
		leave(request);
		as_http_envelope_deinit(&request->envelope);
		free(request);
	}
	if (connection->phase != AS_HTTP_ANSWERING)
		return;
	as_http_connection_phase(connection, AS_HTTP_BETWEEN);
	if (server->listener->draining)
		as_http_connection_hang_up(connection);
}

void as_http_request_gone(struct as_http_request *request)
{
	request->gone = true;
	leave(request);
}

bool as_http_request_takes_interim(const struct as_http_request *request)
{
	return request->interim;
}
