/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/inspect.h"

#include "inspect/smime.h"
#include "mime/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Kept back in the arena for the finding that says it is exhausted. */
#define LAST_WORDS_BYTES 8192u

static const struct assay_envelope no_envelope = {
	.client = "",
	.helo = "",
	.mail_from = "",
	.auth_user = "",
	.queue_id = "",
	.direction = "",
	.client_name = "",
	.tls = "",
};

int as_scan_new(const struct as_engine *engine, const struct as_inspect_request *request,
		struct assay_scan **scan_out)
{
	const struct as_limits *limits = &engine->settings.limits;
	const struct as_budget_limits budget = {
		.max_bytes = limits->bytes,
		.max_objects = (uint32_t)limits->objects,
		.max_depth = (uint32_t)limits->depth,
		.max_ms = limits->time_ms,
	};
	struct assay_scan *scan = calloc(1, sizeof(*scan));

	if (scan == NULL)
		return -ENOMEM;
	scan->engine = engine;
	scan->clock = request->clock;
	scan->stage = request->stage;
	scan->is_message = request->is_message;
	scan->detail = request->detail;
	scan->date = "";
	as_arena_init(&scan->arena, AS_SCAN_ARENA_BYTES);
	as_budget_start(&scan->budget, &budget, as_scan_now(scan));
	scan->message = (struct assay_message){
		.raw = request->octets,
		.envelope = request->envelope != NULL ? request->envelope : &no_envelope,
		.subject = "",
		.from = "",
		.message_id = "",
	};
	as_smime_begin(scan);
	*scan_out = scan;
	return 0;
}

static int name_file(struct assay_scan *scan, struct as_object *object, const char *name)
{
	struct assay_name *names = as_arena_alloc(&scan->arena, sizeof(*names));

	if (names == NULL ||
	    as_name_make(&scan->arena, as_span_text(name), ASSAY_NAME_OTHER, names) != 0)
		return -ENOMEM;
	as_object_names(scan, object, names, 1);
	return as_object_path(scan, object, as_span_text(name)) == 0 ? 0 : -ENOMEM;
}

static void conclude(struct assay_scan *scan)
{
	struct as_object *root = scan->objects[0];

	for (size_t i = 0; i < scan->engine->module_count; i++) {
		const struct as_module *module = &scan->engine->modules[i];
		struct as_frame frame = {.module = module,
					 .module_index = i,
					 .object = root,
					 .phase = ASSAY_CONCLUDE};
		uint64_t start_us = as_scan_now(scan);
		int rc;

		if ((module->plugin->phases & ASSAY_CONCLUDE) == 0)
			continue;
		scan->frame = &frame;
		if (scan->stage != NULL)
			scan->stage(module->plugin->name);
		rc = module->plugin->conclude(module->state, scan);
		if (scan->stage != NULL)
			scan->stage("engine");
		scan->frame = NULL;
		scan->plugin_us[i] += as_scan_now(scan) - start_us;
		if (rc < 0 && rc != ASSAY_E_BUDGET && rc != ASSAY_E_OBJECT)
			as_plugin_failed(scan, module, root, rc);
	}
}

/* What stands in freed memory or in a plugin's must not be reached from
 * conclude(). */
static void forget_octets(struct assay_scan *scan)
{
	for (size_t i = 0; i < scan->object_count; i++) {
		scan->objects[i]->pub.data = as_span_make(NULL, 0);
		scan->objects[i]->pub.text = as_span_make(NULL, 0);
	}
}

static int report_exhaustion(struct assay_scan *scan)
{
	if (!scan->out_of_memory)
		return 0;
	scan->arena.max_bytes += LAST_WORDS_BYTES;
	as_scan_note(scan, scan->objects[0], "scan.unscannable", ASSAY_SEVERITY_DEFAULT,
		     "The memory for one inspection was used up; not everything was inspected.");
	return as_inspect_complete(scan) ? -ENOMEM : 0;
}

/* The administrator said that inspection is whole without an optional plugin;
 * each verdict tells all the same that one was missing. */
static void report_missing(struct assay_scan *scan)
{
	char text[160];

	for (size_t i = 0; i < scan->engine->failed_count; i++) {
		snprintf(text, sizeof(text),
			 "The optional plugin %s is configured but could not "
			 "be loaded.",
			 scan->engine->failed[i].settings->name);
		as_scan_note(scan, NULL, "scan.plugin_missing", ASSAY_LOW, text);
	}
}

int as_inspect(const struct as_engine *engine, const struct as_inspect_request *request,
	       struct assay_scan **scan_out)
{
	struct assay_scan *scan;
	struct as_object *root;

	if (as_scan_new(engine, request, &scan) != 0)
		return -ENOMEM;
	root = as_object_new(scan, NULL,
			     request->is_message ? ASSAY_ORIGIN_MESSAGE : ASSAY_ORIGIN_FILE,
			     request->octets);
	if (root == NULL || (!request->is_message && request->name != NULL &&
			     name_file(scan, root, request->name) != 0)) {
		as_inspect_free(scan);
		return -ENOMEM;
	}
	if (request->is_message)
		root->pub.declared = "message/rfc822";
	as_object_inspect(scan, root, request->is_message ? as_message_unpack : NULL, NULL);
	forget_octets(scan);
	as_smime_conclude(scan);
	report_missing(scan);
	conclude(scan);
	if (report_exhaustion(scan) != 0) {
		as_inspect_free(scan);
		return -ENOMEM;
	}
	*scan_out = scan;
	return 0;
}

void as_inspect_free(struct assay_scan *scan)
{
	if (scan == NULL)
		return;
	free(scan->objects);
	free(scan->findings);
	as_arena_deinit(&scan->arena);
	free(scan);
}

bool as_inspect_complete(const struct assay_scan *scan)
{
	for (size_t i = 0; i < scan->finding_count; i++)
		if (scan->findings[i]->info->effect == AS_EFFECT_INCOMPLETE)
			return false;
	return true;
}
