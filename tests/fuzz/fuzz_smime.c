/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole inspection without plugins: S/MIME is found, judged, opened and
 * inspected again. The first octet tells whether a message or a file follows.
 * Without an anchor nothing may be valid.
 */
#include "inspect/engine.h"
#include "inspect/inspect.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_US UINT64_C(1760000000000000)

static uint64_t tell(void *context)
{
	(void)context;
	return NOW_US;
}

/* Every recipient with this identifier has a key, which is always the same. */
static int unwrap(void *context, const struct as_key_request *request,
		  unsigned char key_out[AS_KEY_BYTES_MAX])
{
	(void)context;
	AS_ASSERT(request->key_bytes > 0 && request->key_bytes <= AS_KEY_BYTES_MAX);
	memset(key_out, 'k', AS_KEY_BYTES_MAX);
	return 0;
}

static struct as_engine *open_engine(void)
{
	static unsigned char key_id[] = "key!";
	static struct as_key_info items[2];
	static const struct as_keys keys = {.items = items, .count = 2};
	struct as_engine_settings settings = {.readings = true, .smime = {.enabled = true}};
	struct as_engine *engine = NULL;
	struct as_error error;

	as_limits_standard(&settings.limits);
	if (as_engine_open(&settings, NULL, &engine, &error) != 0) {
		fprintf(stderr, "%s\n", error.text);
		abort();
	}
	for (size_t i = 0; i < keys.count; i++)
		items[i] = (struct as_key_info){
			.key_id = as_span_make(key_id, sizeof(key_id) - 1),
			.algorithm = i == 0 ? "rsa" : "ec",
			.subject = "CN=somebody",
		};
	engine->key_ops = (struct as_key_ops){.unwrap = unwrap, .keys = &keys};
	return engine;
}

static void check(const struct assay_scan *scan)
{
	for (const struct as_smime_mail *mail = scan->smime.first; mail != NULL; mail = mail->next)
		for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next) {
			AS_ASSERT(l->valid != AS_SMIME_YES);
			AS_ASSERT(l->reason != NULL && l->cipher != NULL && l->path != NULL);
			AS_ASSERT(l->content.size == 0);
		}
	AS_ASSERT(strcmp(scan->message.smime, "pass") != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct as_clock clock = {tell, tell, NULL};
	static struct as_engine *engine;
	struct assay_scan *scan = NULL;
	struct as_inspect_request request = {.clock = &clock};

	if (engine == NULL)
		engine = open_engine();
	if (size > 0) {
		request.is_message = (data[0] & 1) != 0;
		request.name = request.is_message ? NULL : "smime.p7m";
		request.octets = as_span_make(data + 1, size - 1);
	}
	if (as_inspect(engine, &request, &scan) != 0)
		return 0;
	check(scan);
	as_inspect_free(scan);
	return 0;
}
