/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/verdict.h"

#include "base/sha256.h"
#include "base/utf8.h"
#include "inspect/words.h"
#include "policy/json.h"
#include "policy/tree_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

static json_t *source_json(const struct as_verdict_source *source)
{
	return json_pack("{s:o,s:I,s:I,s:I}", "file", as_json_text(source->file), "index",
			 (json_int_t)source->index, "offset", (json_int_t)source->offset, "size",
			 (json_int_t)source->size);
}

static json_t *envelope_json(const struct assay_envelope *envelope)
{
	json_t *recipients = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++)
		json_array_append_new(recipients, as_json_text(envelope->rcpt_to[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "client", as_json_text(envelope->client), "helo",
			 as_json_text(envelope->helo), "mail_from",
			 as_json_text(envelope->mail_from), "rcpt_to", recipients, "queue_id",
			 as_json_text(envelope->queue_id));
}

static json_t *message_json(const struct assay_scan *scan)
{
	json_t *from = json_array();

	for (size_t i = 0; i < scan->from_count; i++)
		json_array_append_new(from, as_json_text(scan->from_all[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "sha256",
			 as_json_sha256(scan->objects[0]->pub.sha256), "message_id",
			 as_json_text(scan->message.message_id), "subject",
			 as_json_text(scan->message.subject), "from", from, "date",
			 as_json_text(scan->date));
}

static json_t *recipients_json(const struct as_verdict_request *request,
			       enum assay_action *strictest)
{
	const struct assay_envelope *envelope = request->scan->message.envelope;
	json_t *list = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++) {
		const struct as_policy *policy = as_policy_for(
			request->policies, request->policy_count, request->policy,
			envelope->rcpt_to[i]);
		struct as_decision decision = as_policy_decide(policy, request->scan);

		if (i == 0 || decision.action > *strictest)
			*strictest = decision.action;
		json_array_append_new(
			list, json_pack("{s:o,s:s,s:o}", "address",
					as_json_text(envelope->rcpt_to[i]), "action",
					as_action_name(decision.action), "policy",
					as_json_text(policy->name)));
	}
	return list;
}

static json_t *evidence_json(const struct as_finding *finding)
{
	json_t *list = json_array();

	for (size_t i = 0; i < finding->evidence_count; i++)
		json_array_append_new(
			list, json_pack("{s:I,s:I,s:o}", "offset",
					(json_int_t)finding->evidence[i].offset, "length",
					(json_int_t)finding->evidence[i].length, "text",
					as_json_text(finding->evidence[i].text)));
	return list;
}

static int compare_findings(const void *a, const void *b)
{
	const struct as_finding *x = *(const struct as_finding *const *)a;
	const struct as_finding *y = *(const struct as_finding *const *)b;
	int order = strcmp(x->object->path, y->object->path);

	if (order == 0)
		order = strcmp(x->code, y->code);
	if (order == 0)
		order = strcmp(x->plugin, y->plugin);
	if (order == 0)
		order = strcmp(x->text, y->text);
	if (order == 0)
		order = x->object->index < y->object->index ? -1
							     : x->object->index > y->object->index;
	return order;
}

static const struct as_finding **sorted_findings(const struct assay_scan *scan)
{
	const struct as_finding **sorted =
		calloc(scan->finding_count + 1, sizeof(*sorted));

	if (sorted == NULL)
		return NULL;
	for (size_t i = 0; i < scan->finding_count; i++)
		sorted[i] = scan->findings[i];
	qsort(sorted, scan->finding_count, sizeof(*sorted), compare_findings);
	return sorted;
}

static void add_findings(json_t *root, const struct as_verdict_request *request,
			 const struct as_finding *const *sorted)
{
	json_t *findings = json_array();
	json_t *incomplete = json_array();

	for (size_t i = 0; i < request->scan->finding_count; i++) {
		const struct as_finding *f = sorted[i];
		enum assay_action action = as_policy_finding(request->policy, f);

		json_array_append_new(
			findings,
			json_pack("{s:o,s:s,s:o,s:o,s:o,s:o,s:s}", "code", as_json_text(f->code),
				  "severity", as_severity_name(f->severity), "path",
				  as_json_text(f->object->path), "plugin",
				  as_json_text(f->plugin[0] != '\0' ? f->plugin : "engine"), "text",
				  as_json_text(f->text), "evidence", evidence_json(f), "action",
				  as_action_name(action)));
		if (f->info->effect == AS_EFFECT_INCOMPLETE)
			json_array_append_new(incomplete,
					      json_pack("{s:o,s:o,s:o}", "code",
							as_json_text(f->code), "path",
							as_json_text(f->object->path), "text",
							as_json_text(f->text)));
	}
	json_object_set_new(root, "complete", json_boolean(as_inspect_complete(request->scan)));
	json_object_set_new(root, "incomplete", incomplete);
	json_object_set_new(root, "findings", findings);
}

static json_t *cost_json(const struct as_verdict_request *request)
{
	const struct assay_scan *scan = request->scan;
	json_t *plugins = json_object();

	for (size_t i = 0; i < scan->engine->module_count; i++)
		json_object_set_new(plugins, scan->engine->modules[i].plugin->name,
				    json_integer((json_int_t)scan->plugin_us[i]));
	return json_pack("{s:I,s:I,s:I,s:I,s:o}", "us", (json_int_t)request->us, "objects",
			 (json_int_t)scan->object_count, "bytes", (json_int_t)scan->budget.bytes,
			 "cache_hits", (json_int_t)scan->cache_hits, "plugins_us", plugins);
}

static json_t *generation_json(const struct as_verdict_request *request)
{
	const struct as_engine *engine = request->scan->engine;
	json_t *plugins = json_object();

	for (size_t i = 0; i < engine->module_count; i++)
		json_object_set_new(plugins, engine->modules[i].plugin->name,
				    as_json_text(engine->modules[i].info.version));
	return json_pack("{s:I,s:o}", "id", (json_int_t)request->generation, "plugins", plugins);
}

static json_t *reason_json(const struct as_decision *decision)
{
	struct as_buffer text;
	json_t *value;

	if (decision->reason == NULL)
		return json_string("");
	as_buffer_init(&text, 0);
	as_buffer_text(&text, decision->reason->code);
	if (decision->reason->object->path[0] != '\0')
		as_buffer_printf(&text, " at %s", decision->reason->object->path);
	value = as_json_span(as_buffer_span(&text));
	as_buffer_deinit(&text);
	return value;
}

static json_t *verdict_json(const struct as_verdict_request *request,
			    const struct as_finding *const *sorted, enum assay_action *action_out)
{
	const struct assay_scan *scan = request->scan;
	struct as_decision decision = as_policy_decide(request->policy, scan);
	enum assay_action action = decision.action;
	json_t *root = json_object();
	json_t *recipients = recipients_json(request, &action);

	json_object_set_new(root, "schema", json_integer(1));
	json_object_set_new(root, "id", as_json_text(request->source.id));
	json_object_set_new(root, "source", source_json(&request->source));
	json_object_set_new(root, "envelope", envelope_json(scan->message.envelope));
	json_object_set_new(root, "message", message_json(scan));
	json_object_set_new(root, "action", json_string(as_action_name(action)));
	json_object_set_new(root, "reason", reason_json(&decision));
	json_object_set_new(root, "recipients", recipients);
	add_findings(root, request, sorted);
	json_object_set_new(root, "objects", as_objects_json(scan, request->detail));
	json_object_set_new(root, "smime", json_array());
	json_object_set_new(root, "cost", cost_json(request));
	json_object_set_new(root, "generation", generation_json(request));
	if (request->detail)
		json_object_set_new(root, "trees", as_trees_json(scan));
	*action_out = action;
	return root;
}

int as_verdict_render(const struct as_verdict_request *request, struct as_buffer *json_out,
		      struct as_verdict_summary *summary_out)
{
	const struct assay_scan *scan = request->scan;
	const struct as_finding **sorted = sorted_findings(scan);
	enum assay_action action = ASSAY_ACTION_ACCEPT;
	json_t *root = NULL;
	int rc = -ENOMEM;

	if (sorted == NULL)
		goto out;
	root = verdict_json(request, sorted, &action);
	rc = as_json_write(root, json_out);
	if (rc < 0)
		goto out;
	*summary_out = (struct as_verdict_summary){
		.action = (uint32_t)action,
		.complete = as_inspect_complete(scan),
		.finding_count = (uint32_t)scan->finding_count,
		.object_count = (uint32_t)scan->object_count,
		.bytes = scan->budget.bytes,
		.cache_hits = scan->cache_hits,
	};
out:
	json_decref(root);
	free(sorted);
	return rc;
}

int as_verdict_fail(const struct as_verdict_failure *failure, struct as_buffer *json_out,
		    struct as_verdict_summary *summary_out)
{
	const struct as_code_info *info = as_code_find(failure->code);
	const char *text = failure->text != NULL ? failure->text : info->sentence;
	const struct as_finding finding = { .code = info->code, .info = info,
					    .severity = info->severity, .plugin = "" };
	enum assay_action action = as_policy_finding(failure->policy, &finding);
	json_t *root;
	int rc;

	if (action < failure->policy->incomplete)
		action = failure->policy->incomplete;
	root = json_pack(
		"{s:i,s:o,s:o,s:{s:s,s:s,s:s,s:[],s:s},s:{s:s,s:s,s:s,s:[],s:s},s:s,s:s,s:[],s:b,"
		"s:[{s:s,s:s,s:o}],s:[{s:s,s:s,s:s,s:s,s:o,s:[],s:s}],s:[],s:[],"
		"s:{s:i,s:i,s:i,s:i,s:{}},s:{s:I,s:{}}}",
		"schema", 1, "id", as_json_text(failure->source.id), "source",
		source_json(&failure->source), "envelope", "client", "", "helo", "", "mail_from",
		"", "rcpt_to", "queue_id", "", "message", "sha256", "", "message_id", "",
		"subject", "", "from", "date", "", "action", as_action_name(action), "reason",
		info->code, "recipients", "complete", 0, "incomplete", "code", info->code, "path",
		"", "text", as_json_text(text), "findings", "code", info->code, "severity",
		as_severity_name(info->severity), "path", "", "plugin", "engine", "text",
		as_json_text(text), "evidence", "action", as_action_name(action), "objects",
		"smime", "cost", "us", 0, "objects", 0, "bytes", 0, "cache_hits", 0, "plugins_us",
		"generation", "id", (json_int_t)failure->generation, "plugins");
	rc = as_json_write(root, json_out);
	json_decref(root);
	if (rc == 0)
		*summary_out = (struct as_verdict_summary){ .action = (uint32_t)action,
							    .finding_count = 1 };
	return rc;
}
