/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/remote.h"

#include "base/utf8.h"
#include "report/view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void as_remote_reply_init(struct as_remote_reply *reply)
{
	reply->status = 0;
	as_buffer_init(&reply->body, AS_REMOTE_BODY_MAX);
}

void as_remote_reply_deinit(struct as_remote_reply *reply)
{
	as_buffer_deinit(&reply->body);
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct as_buffer *body = context;

	/* curl calls with size 1; less than what was given ends the transfer. */
	return as_buffer_append(body, data, size * count) ? size * count : 0;
}

static CURLcode only_http(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
#else
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTP);
#endif
}

bool as_remote_prepare(CURL *easy, const struct as_endpoint *endpoint)
{
	if (endpoint->socket[0] != '\0' &&
	    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, endpoint->socket) != CURLE_OK)
		return false;
	/* An empty proxy is none, whatever http_proxy says. */
	return curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK &&
	       only_http(easy) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ==
		       CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, AS_REMOTE_CONNECT_MS) ==
		       CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK;
}

static int connect_fault(int number, const struct as_endpoint *endpoint, struct as_error *error)
{
	const char *at = endpoint->text;

	if (number == ENOENT)
		return as_error_set(error, -ENOENT,
				    "no daemon at %s: there is no such socket. Start assayd, or "
				    "name its socket with --socket",
				    at);
	if (number == EACCES || number == EPERM)
		return as_error_set(error, -EACCES,
				    "%s: permission denied. Be a member of the socket's group, or "
				    "root",
				    at);
	if (number == ECONNREFUSED || number == 0)
		return as_error_set(error, -ECONNREFUSED,
				    "no daemon at %s: nobody listens there. Start assayd, or name "
				    "its socket with --socket",
				    at);
	return as_error_set(error, -number, "cannot connect to %s: %s", at, as_code_text(-number));
}

int as_remote_fault(CURL *easy, CURLcode code, const struct as_endpoint *endpoint,
		    struct as_error *error)
{
	const char *at = endpoint->text;
	long number = 0;

	switch (code) {
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
		return connect_fault((int)number, endpoint, error);
	case CURLE_OPERATION_TIMEDOUT:
		return as_error_set(error, -ETIMEDOUT, "%s: no answer in time", at);
	case CURLE_OUT_OF_MEMORY:
		return as_error_set(error, -ENOMEM, "%s", as_code_text(-ENOMEM));
	case CURLE_WRITE_ERROR:
		return as_error_set(error, AS_E_PROTOCOL, "%s: an answer of more than %u MiB", at,
				    (unsigned int)(AS_REMOTE_BODY_MAX >> 20));
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		return as_error_set(error, AS_E_GONE, "%s: the connection ended before the answer",
				    at);
	default:
		return as_error_set(error, AS_E_PROTOCOL,
				    "%s: what answers there is no HTTP server (%s). Is it the "
				    "socket of a http or control listener?",
				    at, curl_easy_strerror(code));
	}
}

int as_remote_call(const struct as_endpoint *endpoint, const char *method, const char *path,
		   long timeout_ms, struct as_remote_reply *reply, struct as_error *error)
{
	CURL *easy = curl_easy_init();
	char url[256];
	CURLcode code = CURLE_OUT_OF_MEMORY;
	int rc = 0;

	reply->status = 0;
	as_buffer_clear(&reply->body);
	snprintf(url, sizeof(url), "%s%s", endpoint->base, path);
	if (easy != NULL && as_remote_prepare(easy, endpoint) &&
	    curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK &&
	    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply->body) == CURLE_OK &&
	    (strcmp(method, "POST") != 0 ||
	     (curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L) == CURLE_OK &&
	      curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, "") == CURLE_OK)))
		code = curl_easy_perform(easy);
	if (code == CURLE_OK)
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply->status);
	else
		rc = as_remote_fault(easy, code, endpoint, error);
	curl_easy_cleanup(easy);
	return rc;
}

/* Lines stay lines: a list of faults has one each. */
static void put_lines(struct as_buffer *out, const char *text)
{
	size_t left = AS_REMOTE_PROBLEM_MAX;

	while (*text != '\0' && left > 0) {
		size_t length = strcspn(text, "\n");
		size_t shown = length < left ? length : left;

		as_utf8_escape(out, as_span_make((const unsigned char *)text, shown));
		left -= shown;
		text += length;
		if (*text == '\n' && *++text != '\0')
			as_buffer_byte(out, '\n');
	}
}

void as_remote_problem(long status, struct as_span body, struct as_buffer *out)
{
	json_t *problem = as_view_open(body);
	const char *detail = as_view_text(problem, "detail", NULL);
	const char *title = as_view_text(problem, "title", NULL);

	if (detail[0] != '\0')
		put_lines(out, detail);
	else if (title[0] != '\0')
		put_lines(out, title);
	else
		as_buffer_printf(out, "HTTP status %ld without a reason", status);
	json_decref(problem);
}

static int code_of_status(long status)
{
	switch (status) {
	case 401:
	case 403:
		return -EACCES;
	case 404:
	case 405:
		return -ENOENT;
	case 429:
	case 503:
		return -EAGAIN;
	default:
		return AS_E_PROTOCOL;
	}
}

int as_remote_refusal(const struct as_endpoint *endpoint, const struct as_remote_reply *reply,
		      struct as_error *error)
{
	int code = code_of_status(reply->status);
	struct as_buffer words;

	if (code == -ENOENT)
		return as_error_set(error, code,
				    "%s does not know this request (HTTP status %ld): is it the "
				    "socket of a listener with another protocol?",
				    endpoint->text, reply->status);
	as_buffer_init(&words, 0);
	as_remote_problem(reply->status, as_buffer_span(&reply->body), &words);
	as_error_set(error, code, "%s: %.*s", endpoint->text, (int)words.size,
		     words.data != NULL ? (const char *)words.data : "");
	as_buffer_deinit(&words);
	return code;
}

int as_remote_ask(const struct as_endpoint *endpoints, size_t count, const char *path,
		  struct as_remote_reply *reply, const struct as_endpoint **endpoint_out,
		  struct as_error *error)
{
	struct as_error other = {.text = ""};
	int rc = -ENOENT;

	for (size_t i = 0; i < count; i++) {
		/* The first complaint counts: that socket comes first. */
		struct as_error *words = i == 0 ? error : &other;
		int one =
			as_remote_call(&endpoints[i], "GET", path, AS_REMOTE_ASK_MS, reply, words);

		if (one == 0 && reply->status == 200) {
			*endpoint_out = &endpoints[i];
			return 0;
		}
		if (one == 0)
			one = as_remote_refusal(&endpoints[i], reply, words);
		if (i == 0)
			rc = one;
	}
	return rc;
}
