/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/fields.h"

#include "daemon/http/limits.h"
#include "daemon/http/params.h"

#include <stdlib.h>

#include <microhttpd.h>

static const char prefix[] = "assay-";
#define PREFIX_SIZE (sizeof(prefix) - 1)

struct reading {
	struct as_http_fields *fields;
	struct as_http_envelope *envelope;
	struct as_http_problem *problem;
	unsigned int lengths, codings, hosts, types;
	bool unknown_coding;
	bool bad; /* problem is set */
};

/* A problem of the framing is told rather than any other. */
static void frame(struct reading *reading, unsigned int status, const char *detail)
{
	if (!reading->bad || !reading->problem->close)
		as_http_problem_framing(reading->problem, status, detail);
	reading->bad = true;
}

/* RFC 9110 s5.5. Bare CR is what readers split at differently. */
static bool is_field_value(struct as_span value)
{
	for (size_t i = 0; i < value.size; i++) {
		if ((value.data[i] < ' ' && value.data[i] != '\t') || value.data[i] == 0x7f)
			return false;
	}
	return true;
}

/* libmicrohttpd has refused what is no number. */
static void take_length(struct reading *reading, const char *value)
{
	reading->lengths++;
	reading->fields->has_length = true;
	reading->fields->length = strtoull(value, NULL, 10);
}

static void take_coding(struct reading *reading, struct as_span value)
{
	reading->codings++;
	if (as_http_is_word(value, "chunked"))
		reading->fields->chunked = true;
	else
		reading->unknown_coding = true;
}

static void take_known(struct reading *reading, struct as_span name, struct as_span value)
{
	struct as_http_fields *fields = reading->fields;

	if (as_http_is_word(name, "content-length")) {
		take_length(reading, (const char *)value.data);
	} else if (as_http_is_word(name, "transfer-encoding")) {
		take_coding(reading, value);
	} else if (as_http_is_word(name, "host")) {
		reading->hosts++;
	} else if (as_http_is_word(name, "expect")) {
		fields->expects |= as_http_is_word(value, "100-continue");
	} else if (as_http_is_word(name, "content-encoding")) {
		fields->encoded |= !as_http_is_word(value, "identity");
	} else if (as_http_is_word(name, "content-type")) {
		reading->types++;
		fields->type = value;
	}
}

static enum MHD_Result on_field(void *context, enum MHD_ValueKind kind, const char *key,
				size_t key_size, const char *value, size_t value_size)
{
	struct reading *reading = context;
	struct as_span name = as_span_make(key, key_size);
	struct as_span text = as_span_make(value != NULL ? value : "", value_size);

	(void)kind;
	if (!as_http_is_token(name))
		frame(reading, MHD_HTTP_BAD_REQUEST, "the name of a field is malformed");
	else if (!is_field_value(text))
		frame(reading, MHD_HTTP_BAD_REQUEST, "a field holds control characters");
	else if (name.size <= PREFIX_SIZE ||
		 !as_http_is_word(as_span_slice(name, 0, PREFIX_SIZE), prefix))
		take_known(reading, name, text);
	else if (reading->envelope != NULL && !reading->bad)
		reading->bad = !as_http_envelope_field(
			reading->envelope, as_span_from(name, PREFIX_SIZE), (const char *)text.data,
			text.size, reading->problem);
	return MHD_YES;
}

static void check_framing(struct reading *reading, const char *version)
{
	bool old = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;

	if (reading->lengths > 1)
		frame(reading, MHD_HTTP_BAD_REQUEST, "there is more than one Content-Length");
	if (reading->codings > 0 && reading->lengths > 0)
		frame(reading, MHD_HTTP_BAD_REQUEST,
		      "there are both Content-Length and Transfer-Encoding");
	if (reading->codings > 1)
		frame(reading, MHD_HTTP_BAD_REQUEST, "there is more than one Transfer-Encoding");
	if (reading->codings > 0 && old)
		frame(reading, MHD_HTTP_BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding");
	if (reading->unknown_coding)
		frame(reading, MHD_HTTP_NOT_IMPLEMENTED,
		      "of transfer encodings only chunked is known");
	if (reading->hosts > 1 || (reading->hosts == 0 && !old))
		frame(reading, MHD_HTTP_BAD_REQUEST, "there is not exactly one Host");
}

bool as_http_fields_read(struct MHD_Connection *connection, const char *version,
			 struct as_http_envelope *envelope, struct as_http_fields *fields_out,
			 struct as_http_problem *problem)
{
	struct reading reading = {.fields = fields_out, .envelope = envelope, .problem = problem};

	*fields_out = (struct as_http_fields){.has_length = false};
	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, on_field, &reading);
	check_framing(&reading, version);
	if (!reading.bad && reading.types > 1)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "there is more than one Content-Type");
	return !reading.bad;
}

/* ---- The query ----------------------------------------------------------- */

struct asking {
	struct as_http_query *query;
	struct as_http_problem *problem;
	bool known, bad, detailed;
};

static bool take_detail(struct asking *asking, const char *value)
{
	bool yes = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
	bool no = strcmp(value, "0") == 0 || strcmp(value, "false") == 0;

	if (asking->detailed)
		return as_http_problem_set(asking->problem, MHD_HTTP_BAD_REQUEST,
					   "detail is given twice");
	asking->detailed = true;
	asking->query->detail = yes;
	if (!yes && !no)
		return as_http_problem_set(asking->problem, MHD_HTTP_BAD_REQUEST,
					   "detail is 1, 0, true or false");
	return true;
}

static bool take_policy(struct asking *asking, const char *value, size_t size)
{
	if (asking->query->policy != NULL)
		return as_http_problem_set(asking->problem, MHD_HTTP_BAD_REQUEST,
					   "policy is given twice");
	if (size == 0 || size > AS_HTTP_POLICY_BYTES)
		return as_http_problem_set(asking->problem, MHD_HTTP_BAD_REQUEST,
					   "policy is no name");
	asking->query->policy = value;
	return true;
}

static enum MHD_Result on_argument(void *context, enum MHD_ValueKind kind, const char *key,
				   size_t key_size, const char *value, size_t value_size)
{
	struct asking *asking = context;
	struct as_span name = as_span_make(key, key_size);

	(void)kind;
	if (asking->bad)
		return MHD_NO;
	/* A percent sign can bring in NUL. */
	if (value == NULL || strlen(value) != value_size)
		asking->bad = !as_http_problem_set(asking->problem, MHD_HTTP_BAD_REQUEST,
						   "a query parameter has no value");
	else if (asking->known && as_span_equal(name, as_span_text("policy")))
		asking->bad = !take_policy(asking, value, value_size);
	else if (asking->known && as_span_equal(name, as_span_text("detail")))
		asking->bad = !take_detail(asking, value);
	else
		asking->bad = !as_http_problem_set(asking->problem, MHD_HTTP_BAD_REQUEST,
						   "there is no query parameter \"%.*s\"",
						   (int)(name.size < 64 ? name.size : 64),
						   (const char *)name.data);
	return MHD_YES;
}

bool as_http_query_read(struct MHD_Connection *connection, bool known,
			struct as_http_query *query_out, struct as_http_problem *problem)
{
	struct asking asking = {.query = query_out, .problem = problem, .known = known};

	*query_out = (struct as_http_query){.policy = NULL};
	MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, on_argument, &asking);
	return !asking.bad;
}
