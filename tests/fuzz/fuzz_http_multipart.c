/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/buffer.h"
#include "daemon/http/multipart.h"
#include "daemon/http/params.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_begin(void *context, const struct as_http_part *part)
{
	return as_buffer_printf(context, "{%s|%s|", part->name, part->type) ? 0 : -ENOMEM;
}

static int on_data(void *context, struct as_span octets)
{
	return as_buffer_append(context, octets.data, octets.size) ? 0 : -ENOMEM;
}

static int on_end(void *context)
{
	return as_buffer_byte(context, '}') ? 0 : -ENOMEM;
}

static int parse(struct as_span body, size_t step, struct as_buffer *out)
{
	const struct as_http_multipart_sink sink = {
		.begin = on_begin, .data = on_data, .end = on_end, .context = out};
	struct as_http_multipart parser;
	int rc = as_http_multipart_init(&parser, as_span_text("b"));

	for (size_t at = 0; rc == 0 && at < body.size; at += step)
		rc = as_http_multipart_feed(&parser, &sink, as_span_slice(body, at, step));
	return rc == 0 ? as_http_multipart_finish(&parser) : rc;
}

static void read_params(struct as_span field)
{
	struct as_http_params params;
	struct as_http_param param;

	as_http_params_open(&params, field);
	while (as_http_params_next(&params, &param) > 0)
		AS_ASSERT(param.value_size < sizeof(param.value));
}

/* The first octet is the size of the pieces; what comes out must not depend on
 * it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span body;
	struct as_buffer whole, pieces;
	int rc;

	if (size == 0)
		return 0;
	body = as_span_make(data + 1, size - 1);
	read_params(body);
	as_buffer_init(&whole, 0);
	as_buffer_init(&pieces, 0);
	rc = parse(body, body.size + 1, &whole);
	AS_ASSERT(parse(body, (size_t)data[0] + 1, &pieces) == rc);
	if (rc == 0)
		AS_ASSERT(as_span_equal(as_buffer_span(&whole), as_buffer_span(&pieces)));
	as_buffer_deinit(&whole);
	as_buffer_deinit(&pieces);
	return 0;
}
