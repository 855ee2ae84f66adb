/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole inspection of a message with one plugin that knows a few types and one
 * word: what the ordinary reading finds, the inspection with all readings finds
 * as well, each octet of each message is in some region, and the verdict is JSON.
 */
#include "inspect/engine.h"
#include "inspect/inspect.h"

#include "base/assert.h"
#include "fakejudge.h"
#include "mime/coverage.h"
#include "mime/mime.h"
#include "policy/verdict.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_US UINT64_C(1760000000000000)
/* Objects of one inspection; the same message with readings may have more. */
#define PLAIN_OBJECTS_MAX 200u
#define ALL_OBJECTS_MAX	  4000u

static uint64_t tell(void *context)
{
	(void)context;
	return NOW_US;
}

static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	(void)state;
	return fake_inspect(as_scan_host(), scan, object, phase);
}

static const struct assay_plugin plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(plugin),
	.name = "fuzz",
	.summary = "of a fuzz target",
	.phases = ASSAY_IDENTIFY | ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.inspect = inspect,
};

static void open_engine(struct as_engine *engine, bool readings)
{
	struct as_limits *limits = &engine->settings.limits;

	AS_ASSERT(as_mime_init() == 0);
	as_limits_standard(limits);
	limits->depth = 8;
	limits->mime_depth = 8;
	limits->mime_parts = 64;
	limits->objects = readings ? ALL_OBJECTS_MAX : PLAIN_OBJECTS_MAX;
	engine->settings.readings = readings;
	engine->modules[0] = (struct as_module){.plugin = &plugin, .loaded = true};
	engine->module_count = 1;
}

static bool found(const struct assay_scan *scan, const char *code)
{
	for (size_t i = 0; i < scan->finding_count; i++)
		if (strcmp(scan->findings[i]->code, code) == 0)
			return true;
	return false;
}

static void check(const struct assay_scan *scan)
{
	const struct as_verdict_request request = {
		.scan = scan,
		.source = {.id = "01JD0000000000000000000000", .file = ""},
		.policy = as_policy_builtin(),
		.detail = true,
	};
	struct as_verdict_summary summary;
	struct as_buffer text;
	json_t *json;

	for (const struct as_tree_ref *ref = scan->trees; ref != NULL; ref = ref->next)
		AS_ASSERT(as_coverage_complete(ref->tree->regions, ref->tree->region_count,
					       ref->tree->message.size));
	as_buffer_init(&text, 0);
	AS_ASSERT(as_verdict_render(&request, &text, &summary) == 0);
	json = json_loadb((const char *)text.data, text.size, JSON_ALLOW_NUL, NULL);
	AS_ASSERT(json != NULL);
	AS_ASSERT(summary.action >= ASSAY_ACTION_QUARANTINE || !found(scan, "malware.test"));
	json_decref(json);
	as_buffer_deinit(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct as_clock clock = {tell, tell, NULL};
	static struct as_engine plain, all;
	const struct as_inspect_request request = {
		.octets = as_span_make(data, size),
		.is_message = true,
		.detail = true,
		.clock = &clock,
	};
	struct assay_scan *ordinary = NULL, *scan = NULL;

	if (plain.module_count == 0) {
		open_engine(&plain, false);
		open_engine(&all, true);
	}
	AS_ASSERT(as_inspect(&plain, &request, &ordinary) == 0);
	AS_ASSERT(as_inspect(&all, &request, &scan) == 0);
	AS_ASSERT(found(scan, "malware.test") || !found(ordinary, "malware.test") ||
		  !as_inspect_complete(scan));
	check(scan);
	as_inspect_free(ordinary);
	as_inspect_free(scan);
	return 0;
}
