/* SPDX-License-Identifier: BSD-2-Clause */

#include "inspect/inspect.h"
#include "mime/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int make_object(struct assay_scan *scan, const struct assay_canary *canary,
		       struct as_object **object_out)
{
	struct as_object *object;
	const char *name = canary->name;

	object = as_object_new(scan, NULL, ASSAY_ORIGIN_FILE, canary->data);
	if (object == NULL)
		return -ENOMEM;
	if (name != NULL) {
		struct assay_name *names = as_arena_alloc(&scan->arena, sizeof(*names));

		if (names == NULL ||
		    as_name_make(&scan->arena, as_span_text(name), ASSAY_NAME_FILENAME, names) != 0)
			return -ENOMEM;
		as_object_names(scan, object, names, 1);
		as_object_path(scan, object, as_span_text(name));
	}
	if (canary->declared != NULL)
		object->pub.declared = canary->declared;
	if (canary->type.mime != NULL) {
		object->pub.type = canary->type.mime;
		object->pub.type_name = canary->type.name != NULL ? canary->type.name : "";
		object->pub.type_confidence = canary->type.confidence;
	}
	object->pub.type_class = canary->type.type_class;
	*object_out = object;
	return 0;
}

static bool reported(const struct assay_scan *scan, const char *code, const char *plugin)
{
	for (size_t i = 0; i < scan->finding_count; i++)
		if (strcmp(scan->findings[i]->code, code) == 0 &&
		    strcmp(scan->findings[i]->plugin, plugin) == 0)
			return true;
	return false;
}

static int judge(const struct assay_scan *scan, const struct as_module *module,
		 const struct assay_canary *canary, const struct as_object *object,
		 struct as_error *error)
{
	const char *plugin = module->plugin->name;

	if (canary->code != NULL && !reported(scan, canary->code, plugin))
		return as_error_set(error, AS_E_CANARY,
				    "plugin %s does not report %s for its own sample: its "
				    "signatures or settings keep it from detecting",
				    plugin, canary->code);
	if (canary->expect_type != NULL && strcmp(object->pub.type, canary->expect_type) != 0)
		return as_error_set(error, AS_E_CANARY,
				    "plugin %s takes its own sample of %s for \"%s\"", plugin,
				    canary->expect_type, object->pub.type);
	if (scan->object_count - 1 < canary->expect_children)
		return as_error_set(error, AS_E_CANARY,
				    "plugin %s finds %zu members in its own sample, %u are there",
				    plugin, scan->object_count - 1, canary->expect_children);
	return 0;
}

static int try_canary(struct as_engine *engine, size_t index, const struct assay_canary *canary,
		      struct as_error *error)
{
	static const enum assay_phase phases[] = {ASSAY_IDENTIFY, ASSAY_UNPACK, ASSAY_JUDGE};
	const struct as_module *module = &engine->modules[index];
	const struct as_inspect_request request = {.octets = canary->data,
						   .clock = &as_clock_system};
	struct assay_scan *scan = NULL;
	struct as_object *object = NULL;
	int rc;

	rc = as_scan_new(engine, &request, &scan);
	if (rc == 0)
		rc = make_object(scan, canary, &object);
	if (rc < 0) {
		as_error_set(error, rc, "no memory to try plugin %s", module->plugin->name);
		goto out;
	}
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		struct as_frame frame = {.module = module,
					 .module_index = index,
					 .object = object,
					 .phase = phases[i]};

		if ((module->plugin->phases & phases[i]) == 0)
			continue;
		scan->frame = &frame;
		rc = module->plugin->inspect(module->state, scan, &object->pub, phases[i]);
		scan->frame = NULL;
		if (rc < 0) {
			rc = as_error_set(error, AS_E_CANARY,
					  "plugin %s fails on its own sample: %s",
					  module->plugin->name, as_code_text(rc));
			goto out;
		}
	}
	rc = judge(scan, module, canary, object, error);
out:
	as_inspect_free(scan);
	return rc;
}

int as_engine_prove(struct as_engine *engine, struct as_error *error)
{
	for (size_t i = 0; i < engine->module_count; i++) {
		const struct as_module *module = &engine->modules[i];
		const struct assay_canary *canaries = NULL;
		size_t count;

		count = module->plugin->canaries != NULL
				? module->plugin->canaries(module->state, &canaries)
				: 0;
		for (size_t c = 0; c < count; c++) {
			int rc = try_canary(engine, i, &canaries[c], error);

			if (rc < 0)
				return rc;
		}
	}
	return 0;
}
