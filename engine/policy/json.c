/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/json.h"

#include "base/sha256.h"
#include "base/utf8.h"

#include <errno.h>

json_t *as_json_span(struct as_span text)
{
	struct as_buffer repaired;
	json_t *value;

	if (as_utf8_valid(text))
		return json_stringn_nocheck((const char *)text.data, text.size);
	as_buffer_init(&repaired, 0);
	as_utf8_repair(&repaired, text);
	value = json_stringn_nocheck((const char *)repaired.data, repaired.size);
	as_buffer_deinit(&repaired);
	return value;
}

json_t *as_json_text(const char *text)
{
	return as_json_span(as_span_text(text));
}

json_t *as_json_sha256(const unsigned char *digest)
{
	char hex[AS_SHA256_HEX];

	as_sha256_hex(digest, hex);
	return json_string_nocheck(hex);
}

static int append(const char *data, size_t size, void *context)
{
	return as_buffer_append(context, data, size) ? 0 : -1;
}

int as_json_write(const json_t *value, struct as_buffer *out)
{
	if (value == NULL ||
	    json_dump_callback(value, append, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		return -ENOMEM;
	return 0;
}
