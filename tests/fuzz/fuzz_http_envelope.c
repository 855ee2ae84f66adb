/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/utf8.h"
#include "daemon/http/envelope.h"
#include "daemon/http/limits.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	AS_ASSERT(text != NULL && as_utf8_valid(as_span_text(text)));
	AS_ASSERT(strlen(text) <= AS_HTTP_FILE_BYTES);
}

static void check(const struct as_http_envelope *envelope)
{
	check_text(envelope->pub.client);
	check_text(envelope->pub.client_name);
	check_text(envelope->pub.helo);
	check_text(envelope->pub.mail_from);
	check_text(envelope->pub.auth_user);
	check_text(envelope->pub.queue_id);
	check_text(envelope->pub.direction);
	check_text(envelope->pub.tls);
	check_text(envelope->file);
	AS_ASSERT(envelope->pub.rcpt_count <= AS_HTTP_RECIPIENTS);
	for (size_t i = 0; i < envelope->pub.rcpt_count; i++)
		check_text(envelope->pub.rcpt_to[i]);
}

static void read_json(struct as_span text)
{
	struct as_http_envelope envelope;
	struct as_http_problem problem = {.status = 0};

	as_http_envelope_init(&envelope);
	if (!as_http_envelope_json(&envelope, text, &problem))
		AS_ASSERT(problem.status >= 400 && problem.detail[0] != '\0');
	check(&envelope);
	as_http_envelope_deinit(&envelope);
}

/* Lines of "Name: value"; a value ends at NUL as in libmicrohttpd. */
static void read_fields(const char *text)
{
	struct as_http_envelope envelope;
	struct as_http_problem problem;
	char *copy = strdup(text), *line, *rest = copy;

	AS_ASSERT(copy != NULL);
	as_http_envelope_init(&envelope);
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *colon = strchr(line, ':');

		if (colon == NULL)
			continue;
		as_http_envelope_field(&envelope, as_span_make(line, (size_t)(colon - line)),
				       colon + 1, strlen(colon + 1), &problem);
	}
	check(&envelope);
	as_http_envelope_deinit(&envelope);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	AS_ASSERT(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	read_json(as_span_make(data, size));
	read_fields(text);
	free(text);
	return 0;
}
