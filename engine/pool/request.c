/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/request.h"

#include <errno.h>

static void put_text(struct as_buffer *out, const char *text)
{
	as_buffer_append(out, text != NULL ? text : "", text != NULL ? strlen(text) + 1 : 1);
}

static void put_number(struct as_buffer *out, uint64_t value)
{
	as_buffer_append(out, &value, sizeof(value));
}

enum request_flag {
	IS_MESSAGE = 1u << 0,
	GUESS = 1u << 1,
	DETAIL = 1u << 2,
	ANSWER = 1u << 3,
};

/* Code and text of no failure. */
static const unsigned char no_failure[2];

bool as_request_pack(struct as_buffer *out, const struct as_scanner_job *job)
{
	static const struct assay_envelope none;
	const struct assay_envelope *envelope = job->envelope != NULL ? job->envelope : &none;

	as_buffer_append(out, no_failure, sizeof(no_failure));
	put_number(out, (job->is_message ? IS_MESSAGE : 0u) | (job->guess ? GUESS : 0u) |
				(job->detail ? DETAIL : 0u) | (job->answer ? ANSWER : 0u));
	put_number(out, job->index);
	put_number(out, job->source_offset);
	put_number(out, job->source_size != 0 ? job->source_size : job->size);
	put_text(out, job->id);
	put_text(out, job->file);
	put_text(out, job->policy);
	put_text(out, envelope->client);
	put_text(out, envelope->helo);
	put_text(out, envelope->mail_from);
	put_text(out, envelope->auth_user);
	put_text(out, envelope->queue_id);
	put_text(out, envelope->direction);
	put_text(out, envelope->client_name);
	put_text(out, envelope->tls);
	put_number(out, envelope->rcpt_count);
	for (size_t i = 0; i < envelope->rcpt_count; i++)
		put_text(out, envelope->rcpt_to[i]);
	return !out->failed;
}

bool as_request_pack_failure(struct as_buffer *out, struct as_span packed, const char *code,
			     const char *text)
{
	struct as_span rest = as_span_from(packed, sizeof(no_failure));

	put_text(out, code);
	put_text(out, text);
	as_buffer_append(out, rest.data, rest.size);
	return !out->failed;
}

static bool take_number(struct as_span *in, uint64_t *value_out)
{
	if (in->size < sizeof(*value_out))
		return false;
	memcpy(value_out, in->data, sizeof(*value_out));
	*in = as_span_from(*in, sizeof(*value_out));
	return true;
}

static bool take_text(struct as_span *in, const char **text_out)
{
	size_t end = as_span_find_byte(*in, 0, 0);

	if (end == SIZE_MAX)
		return false;
	*text_out = (const char *)in->data;
	*in = as_span_from(*in, end + 1);
	return true;
}

static int take_recipients(struct as_arena *arena, struct as_span *in, uint64_t count,
			   struct assay_envelope *envelope)
{
	const char **list;

	/* Each takes at least its NUL. */
	if (count > in->size)
		return AS_E_PROTOCOL;
	list = as_arena_array(arena, (size_t)count + 1, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!take_text(in, &list[i]))
			return AS_E_PROTOCOL;
	envelope->rcpt_to = list;
	envelope->rcpt_count = (size_t)count;
	return 0;
}

static bool take_envelope(struct as_span *in, struct assay_envelope *envelope)
{
	return take_text(in, &envelope->client) && take_text(in, &envelope->helo) &&
	       take_text(in, &envelope->mail_from) && take_text(in, &envelope->auth_user) &&
	       take_text(in, &envelope->queue_id) && take_text(in, &envelope->direction) &&
	       take_text(in, &envelope->client_name) && take_text(in, &envelope->tls);
}

int as_request_unpack(struct as_arena *arena, struct as_span in, struct as_request *request_out)
{
	uint64_t flags, count;

	if (!take_text(&in, &request_out->failure_code) ||
	    !take_text(&in, &request_out->failure_text) || !take_number(&in, &flags) ||
	    !take_number(&in, &request_out->index) ||
	    !take_number(&in, &request_out->source_offset) ||
	    !take_number(&in, &request_out->source_size) || !take_text(&in, &request_out->id) ||
	    !take_text(&in, &request_out->file) || !take_text(&in, &request_out->policy) ||
	    !take_envelope(&in, &request_out->envelope) || !take_number(&in, &count))
		return AS_E_PROTOCOL;
	request_out->is_message = (flags & IS_MESSAGE) != 0;
	request_out->guess = (flags & GUESS) != 0;
	request_out->detail = (flags & DETAIL) != 0;
	request_out->answer = (flags & ANSWER) != 0;
	return take_recipients(arena, &in, count, &request_out->envelope);
}
