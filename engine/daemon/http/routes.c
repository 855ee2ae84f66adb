/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/limits.h"
#include "daemon/http/scan.h"
#include "daemon/http/server.h"

#include <errno.h>

/* ---- GET /v1/status, GET /metrics ----------------------------------------- */

static bool answer_page(struct as_http_request *request, const char *type,
			int (*render)(const struct as_front *front, struct as_buffer *out),
			struct as_http_problem *problem)
{
	static const char *const fields[] = {MHD_HTTP_HEADER_CACHE_CONTROL, "no-store", NULL};
	const struct as_http_answer answer = {
		.status = MHD_HTTP_OK, .type = type, .fields = fields};
	struct as_buffer body;

	as_buffer_init(&body, AS_HTTP_PAGE_BYTES);
	if (render(request->connection->server->listener->front, &body) == 0)
		return as_http_request_answer(request, &answer, &body);
	as_buffer_deinit(&body);
	return as_http_problem_busy(problem, "out of memory, try again");
}

static bool end_status(struct as_http_request *request, struct as_http_problem *problem)
{
	return answer_page(request, "application/json", as_front_status_json, problem);
}

static bool end_metrics(struct as_http_request *request, struct as_http_problem *problem)
{
	return answer_page(request, "text/plain; version=0.0.4; charset=utf-8",
			   as_front_metrics_text, problem);
}

/* ---- POST /v1/reload, POST /v1/drain --------------------------------------- */

static bool answer_done(struct as_http_request *request, unsigned int status)
{
	const struct as_front *front = request->connection->server->listener->front;
	const struct as_http_answer answer = {.status = status, .type = "application/json"};
	struct as_buffer body;

	as_buffer_init(&body, 0);
	if (as_buffer_printf(&body, "{\"ok\":true,\"generation\":%llu}",
			     (unsigned long long)as_front_generation(front)))
		return as_http_request_answer(request, &answer, &body);
	as_buffer_deinit(&body);
	return false;
}

/* request->state is the server while the front has the request. */
static void on_reloaded(void *context, int rc, const char *text)
{
	struct as_http_request *request = context;
	struct as_http_problem problem;
	bool good;

	request->state = NULL;
	if (rc == 0) {
		good = answer_done(request, MHD_HTTP_OK);
	} else {
		problem = (struct as_http_problem){
			.status = rc == -EALREADY ? MHD_HTTP_CONFLICT
						  : MHD_HTTP_UNPROCESSABLE_CONTENT,
			.words = text,
		};
		good = as_http_request_problem(request, &problem);
	}
	as_http_request_resume(request, good);
}

static bool end_reload(struct as_http_request *request, struct as_http_problem *problem)
{
	struct as_http_server *server = request->connection->server;
	int rc = as_front_reload(server->listener->front, on_reloaded, request);

	if (rc == -EALREADY)
		return as_http_problem_set(problem, MHD_HTTP_CONFLICT,
					   "the daemon cannot reload now: it is about to end, or "
					   "reloads already");
	if (rc < 0)
		return as_http_problem_busy(problem, "out of memory, try again");
	request->state = server;
	as_http_connection_suspend(request->connection);
	return true;
}

static void leave_reload(struct as_http_request *request)
{
	if (request->state != NULL)
		as_front_forget(request->connection->server->listener->front, request);
	request->state = NULL;
}

static bool end_drain(struct as_http_request *request, struct as_http_problem *problem)
{
	(void)problem;
	as_front_drain(request->connection->server->listener->front);
	return answer_done(request, MHD_HTTP_ACCEPTED);
}

/* ---- The tables ------------------------------------------------------------ */

#define STATUS_ROUTES                                                                              \
	{.path = "/v1/status", .end = end_status},                                                 \
	{                                                                                          \
		.path = "/metrics", .end = end_metrics                                             \
	}

const struct as_http_route as_http_routes[] = {
	{
		.path = "/v1/scan",
		.post = true,
		.queries = true,
		.envelope = true,
		.begin = as_http_scan_begin,
		.body = as_http_scan_body,
		.end = as_http_scan_end,
		.leave = as_http_scan_leave,
	},
	STATUS_ROUTES,
};
const size_t as_http_route_count = sizeof(as_http_routes) / sizeof(as_http_routes[0]);

const struct as_http_route as_http_control_routes[] = {
	{.path = "/v1/reload", .post = true, .end = end_reload, .leave = leave_reload},
	{.path = "/v1/drain", .post = true, .end = end_drain},
	STATUS_ROUTES,
};
const size_t as_http_control_route_count =
	sizeof(as_http_control_routes) / sizeof(as_http_control_routes[0]);
