/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/problem.h"

#include "base/utf8.h"
#include "daemon/http/limits.h"
#include "policy/json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <microhttpd.h>

bool as_http_problem_set(struct as_http_problem *problem, unsigned int status, const char *format,
			 ...)
{
	char text[sizeof(problem->detail)];
	struct as_buffer escaped;
	va_list args;

	*problem = (struct as_http_problem){.status = status};
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	as_buffer_init(&escaped, 0);
	/* What is cut in the middle of a character is escaped, too. */
	if (as_utf8_escape(&escaped, as_span_text(text)))
		snprintf(problem->detail, sizeof(problem->detail), "%.*s", (int)escaped.size,
			 (const char *)escaped.data);
	as_buffer_deinit(&escaped);
	return false;
}

bool as_http_problem_framing(struct as_http_problem *problem, unsigned int status,
			     const char *detail)
{
	as_http_problem_set(problem, status, "%s", detail);
	problem->close = true;
	return false;
}

bool as_http_problem_busy(struct as_http_problem *problem, const char *detail)
{
	as_http_problem_set(problem, MHD_HTTP_SERVICE_UNAVAILABLE, "%s", detail);
	problem->retry = true;
	return false;
}

int as_http_problem_json(const struct as_http_problem *problem, struct as_buffer *out)
{
	const char *detail = problem->words != NULL ? problem->words : problem->detail;
	json_t *value = json_pack("{s:s,s:s,s:i,s:o}", "type", "about:blank", "title",
				  MHD_get_reason_phrase_for(problem->status), "status",
				  (int)problem->status, "detail", as_json_text(detail));
	int rc = as_json_write(value, out);

	json_decref(value);
	return rc;
}

int as_http_problem_response(const struct as_http_problem *problem, bool head,
			     struct as_buffer *out)
{
	struct as_buffer body;
	bool good;

	as_buffer_init(&body, 0);
	good = as_http_problem_json(problem, &body) == 0;
	good = good && as_buffer_printf(out,
					"HTTP/1.1 %u %s\r\n"
					"Content-Type: application/problem+json\r\n"
					"Content-Length: %zu\r\n"
					"Connection: close\r\n",
					problem->status, MHD_get_reason_phrase_for(problem->status),
					body.size);
	if (problem->allow != NULL)
		good = good && as_buffer_printf(out, "Allow: %s\r\n", problem->allow);
	if (problem->retry)
		good = good && as_buffer_printf(out, "Retry-After: %u\r\n", AS_HTTP_RETRY_S);
	good = good && as_buffer_text(out, "\r\n");
	if (!head)
		good = good && as_buffer_append(out, body.data, body.size);
	as_buffer_deinit(&body);
	return good ? 0 : -ENOMEM;
}
