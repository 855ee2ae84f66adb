/* SPDX-License-Identifier: BSD-2-Clause */
#include "manifest.h"

#include "base/sha256.h"

#include <jansson.h>
#include <stdlib.h>

struct co_manifest {
	json_t *rows;
};

struct co_manifest *co_manifest_new(void)
{
	struct co_manifest *manifest = calloc(1, sizeof(*manifest));

	if (manifest == NULL || as_sha256_init() < 0)
		co_fail("out of memory, or OpenSSL has no SHA-256");
	manifest->rows = json_array();
	return manifest;
}

static json_t *code_list(const char *const codes[CO_CODES])
{
	json_t *list = json_array();

	for (size_t i = 0; i < CO_CODES && codes[i] != NULL; i++)
		json_array_append_new(list, json_string(codes[i]));
	return list;
}

static json_t *object_sum(const struct co_case *row)
{
	unsigned char digest[AS_SHA256_SIZE];
	char hex[AS_SHA256_HEX];
	const struct co_bytes *octets;

	if (row->object == NULL)
		return json_string("");
	octets = row->object();
	as_sha256(as_span_make(octets->data, octets->size), digest);
	as_sha256_hex(digest, hex);
	return json_string(hex);
}

void co_manifest_add(struct co_manifest *manifest, const char *file, const struct co_case *row)
{
	json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:o,s:o,s:b,s:o}", "file", file, "title",
				   row->title, "explanation", row->why, "action", row->action,
				   "codes", code_list(row->codes), "never", code_list(row->never),
				   "complete", (int)!row->incomplete, "object", object_sum(row));

	if (object == NULL || json_array_append_new(manifest->rows, object) < 0)
		co_fail("the manifest cannot take %s", file);
}

void co_manifest_close(struct co_manifest *manifest, const char *path)
{
	if (json_dump_file(manifest->rows, path, JSON_INDENT(1)) < 0)
		co_fail("%s cannot be written", path);
	json_decref(manifest->rows);
	free(manifest);
}
