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

bool as_request_pack(struct as_buffer *out, const struct as_scanner_job *job)
{
	static const struct assay_envelope none;
	const struct assay_envelope *envelope = job->envelope != NULL ? job->envelope : &none;

	put_number(out, job->is_message);
	put_number(out, job->detail);
	put_number(out, job->index);
	put_number(out, job->source_offset);
	put_number(out, job->source_size != 0 ? job->source_size : job->size);
	put_text(out, job->id);
	put_text(out, job->file);
	put_text(out, envelope->client);
	put_text(out, envelope->helo);
	put_text(out, envelope->mail_from);
	put_text(out, envelope->auth_user);
	put_text(out, envelope->queue_id);
	put_text(out, envelope->direction);
	put_number(out, envelope->rcpt_count);
	for (size_t i = 0; i < envelope->rcpt_count; i++)
		put_text(out, envelope->rcpt_to[i]);
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

int as_request_unpack(struct as_arena *arena, struct as_span in, struct as_request *request_out)
{
	struct assay_envelope *envelope = &request_out->envelope;
	uint64_t is_message, detail, count;

	if (!take_number(&in, &is_message) || !take_number(&in, &detail) ||
	    !take_number(&in, &request_out->index) ||
	    !take_number(&in, &request_out->source_offset) ||
	    !take_number(&in, &request_out->source_size) || !take_text(&in, &request_out->id) ||
	    !take_text(&in, &request_out->file) || !take_text(&in, &envelope->client) ||
	    !take_text(&in, &envelope->helo) || !take_text(&in, &envelope->mail_from) ||
	    !take_text(&in, &envelope->auth_user) || !take_text(&in, &envelope->queue_id) ||
	    !take_text(&in, &envelope->direction) || !take_number(&in, &count))
		return AS_E_PROTOCOL;
	request_out->is_message = is_message != 0;
	request_out->detail = detail != 0;
	return take_recipients(arena, &in, count, envelope);
}
