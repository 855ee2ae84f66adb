/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client_request.h"

#include "base/utf8.h"
#include "inspect/words.h"
#include "policy/json.h"
#include "report/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool add_query(CURL *easy, struct as_buffer *url, char *mark, const char *name,
		      const char *value)
{
	char *escaped = curl_easy_escape(easy, value, 0);
	bool ok = escaped != NULL && as_buffer_printf(url, "%c%s=%s", *mark, name, escaped);

	curl_free(escaped);
	*mark = '&';
	return ok;
}

char *as_request_url(const struct as_options *options, const struct as_endpoint *endpoint)
{
	CURL *easy = curl_easy_init();
	struct as_buffer url;
	char mark = '?';
	bool ok;

	as_buffer_init(&url, 0);
	ok = easy != NULL && as_buffer_printf(&url, "%s/v1/scan", endpoint->base);
	if (ok && options->policy != NULL)
		ok = add_query(easy, &url, &mark, "policy", options->policy);
	if (ok && options->detail)
		ok = add_query(easy, &url, &mark, "detail", "1");
	ok = ok && as_buffer_byte(&url, '\0');
	curl_easy_cleanup(easy);
	if (!ok) {
		as_buffer_deinit(&url);
		return NULL;
	}
	return (char *)url.data;
}

/* UTF-8 without C0, DEL and C1: what the daemon takes. */
static bool is_sendable(const char *value, size_t max)
{
	struct as_span text = as_span_text(value);
	bool fits = text.size <= max;

	while (fits && text.size > 0) {
		uint32_t character;
		size_t size = as_utf8_next(text, &character);

		if (size == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0))
			return false;
		text = as_span_from(text, size);
	}
	return fits;
}

static bool add_field(struct curl_slist **fields, const char *name, const char *value)
{
	/* This is how curl is told of a field without a value. */
	const char *between = value[0] != '\0' ? ": " : ";";
	char line[AS_SEND_FILE_MAX + 64];
	struct curl_slist *longer;

	snprintf(line, sizeof(line), "%s%s%s", name, between, value);
	longer = curl_slist_append(*fields, line);
	if (longer == NULL)
		return false;
	*fields = longer;
	return true;
}

static int add_value(struct curl_slist **fields, const char *name, const char *option,
		     const char *value, struct as_error *error)
{
	if (value == NULL)
		return 0;
	if (!is_sendable(value, AS_SEND_VALUE_MAX))
		return as_error_set(error, -EINVAL,
				    "%s: expected at most %u octets of UTF-8 without control "
				    "characters",
				    option, AS_SEND_VALUE_MAX);
	return add_field(fields, name, value) ? 0 : -ENOMEM;
}

static int add_envelope(struct curl_slist **fields, const struct as_options *options,
			struct as_error *error)
{
	const struct {
		const char *field, *option, *value;
	} values[] = {
		{"Assay-Client", "--client", options->client},
		{"Assay-Helo", "--helo", options->helo},
		{"Assay-Mail-From", "--from", options->from},
		{"Assay-Auth-User", "--auth-user", options->auth_user},
		{"Assay-Queue-Id", "--queue-id", options->queue_id},
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(values) / sizeof(values[0]); i++)
		rc = add_value(fields, values[i].field, values[i].option, values[i].value, error);
	for (size_t i = 0; rc == 0 && i < options->recipients.count; i++)
		rc = add_value(fields, "Assay-Rcpt-To", "--to", options->recipients.items[i],
			       error);
	return rc;
}

struct curl_slist *as_request_fields(const struct as_options *options,
				     const struct as_scanner_job *job, struct as_error *error)
{
	struct curl_slist *fields = NULL;
	int rc = add_envelope(&fields, options, error);
	bool ok = rc == 0 && add_field(&fields, "Accept", "application/json") &&
		  add_field(&fields, "Content-Type",
			    job->is_message ? "message/rfc822" : "application/octet-stream") &&
		  add_field(&fields, "Assay-Kind", job->is_message ? "message" : "file");

	/* The name is put into the verdict here in any case. */
	if (ok && job->file[0] != '\0' && is_sendable(job->file, AS_SEND_FILE_MAX))
		ok = add_field(&fields, "Assay-File", job->file);
	if (ok)
		return fields;
	if (rc != -EINVAL)
		as_error_set(error, -ENOMEM, "%s", as_code_text(-ENOMEM));
	curl_slist_free_all(fields);
	return NULL;
}

static uint64_t source_size(const struct as_scanner_job *job)
{
	return job->source_size > 0 ? job->source_size : job->size;
}

static bool is_placed(const json_t *verdict, const struct as_scanner_job *job)
{
	return strcmp(as_view_text(verdict, "source", "file", NULL), job->file) == 0 &&
	       as_view_number(verdict, "source", "index", NULL) == job->index &&
	       as_view_number(verdict, "source", "offset", NULL) == job->source_offset &&
	       as_view_number(verdict, "source", "size", NULL) == source_size(job);
}

static int place(json_t *verdict, const struct as_scanner_job *job)
{
	json_t *source = json_pack("{s:o,s:I,s:I,s:I}", "file", as_json_text(job->file), "index",
				   (json_int_t)job->index, "offset", (json_int_t)job->source_offset,
				   "size", (json_int_t)source_size(job));

	return json_object_set_new(verdict, "source", source) == 0 ? 0 : -ENOMEM;
}

static bool find_action(const char *word, uint32_t *action_out)
{
	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++) {
		if (strcmp(as_action_name((enum assay_action)a), word) == 0) {
			*action_out = (uint32_t)a;
			return true;
		}
	}
	return false;
}

/* Numbers of a verdict are counts, and those of a summary are smaller. */
static uint32_t bounded(uint64_t number)
{
	return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static bool summarise(const json_t *verdict, struct as_verdict_summary *summary_out)
{
	struct as_verdict_summary summary = {
		.complete = json_is_true(as_view_member(verdict, "complete", NULL)),
		.finding_count =
			bounded(json_array_size(as_view_member(verdict, "findings", NULL))),
		.object_count = bounded(as_view_number(verdict, "cost", "objects", NULL)),
		.bytes = as_view_number(verdict, "cost", "bytes", NULL),
		.cache_hits = as_view_number(verdict, "cost", "cache_hits", NULL),
	};

	if (!find_action(as_view_text(verdict, "action", NULL), &summary.action))
		return false;
	*summary_out = summary;
	return true;
}

int as_request_verdict(const struct as_scanner_job *job, struct as_span body,
		       struct as_buffer *json_out, struct as_verdict_summary *summary_out,
		       enum as_outcome *outcome_out)
{
	json_t *verdict = as_view_open(body);
	int rc = AS_E_PROTOCOL;

	if (verdict == NULL || !summarise(verdict, summary_out))
		goto out;
	/* Every inspection has at least one object: the message. */
	*outcome_out = summary_out->complete == 0 && summary_out->object_count == 0
			       ? AS_OUTCOME_NO_WORKER
			       : AS_OUTCOME_DONE;
	if (is_placed(verdict, job)) {
		while (body.size > 0 && body.data[body.size - 1] == '\n')
			body.size--;
		rc = as_buffer_append(json_out, body.data, body.size) ? 0 : -ENOMEM;
		/* A verdict is one line here whatever its sender made of it. */
		if (rc < 0 || memchr(body.data, '\n', body.size) == NULL)
			goto out;
		as_buffer_clear(json_out);
	}
	rc = place(verdict, job);
	if (rc == 0)
		rc = as_json_write(verdict, json_out);
out:
	json_decref(verdict);
	return rc;
}
