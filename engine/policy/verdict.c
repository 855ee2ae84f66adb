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

static json_t *recipient_json(const char *address, enum assay_action action,
			      const struct as_policy *policy)
{
	return json_pack("{s:o,s:s,s:o}", "address", as_json_text(address), "action",
			 as_action_name(action), "policy", as_json_text(policy->name));
}

static json_t *recipients_json(const struct as_verdict_request *request,
			       struct as_decision *strictest)
{
	const struct assay_envelope *envelope = request->scan->message.envelope;
	const struct as_policy *last = NULL;
	struct as_decision decision = {.action = ASSAY_ACTION_ACCEPT};
	json_t *list = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++) {
		const struct as_policy *policy =
			as_policy_for(request->policies, request->policy_count, request->policy,
				      envelope->rcpt_to[i]);

		/* Thousands of recipients mostly have the same one. */
		if (policy != last)
			decision = as_policy_decide(policy, request->scan);
		last = policy;
		if (i == 0 || decision.action > strictest->action)
			*strictest = decision;
		json_array_append_new(
			list, recipient_json(envelope->rcpt_to[i], decision.action, policy));
	}
	return list;
}

static json_t *evidence_json(const struct as_finding *finding)
{
	json_t *list = json_array();

	for (size_t i = 0; i < finding->evidence_count; i++)
		json_array_append_new(list,
				      json_pack("{s:I,s:I,s:o}", "offset",
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
	const struct as_finding **sorted = calloc(scan->finding_count + 1, sizeof(*sorted));

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
			json_array_append_new(incomplete, json_pack("{s:o,s:o,s:o}", "code",
								    as_json_text(f->code), "path",
								    as_json_text(f->object->path),
								    "text", as_json_text(f->text)));
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
	json_t *root = json_object();
	json_t *recipients = recipients_json(request, &decision);

	json_object_set_new(root, "schema", json_integer(1));
	json_object_set_new(root, "id", as_json_text(request->source.id));
	json_object_set_new(root, "source", source_json(&request->source));
	json_object_set_new(root, "envelope", envelope_json(scan->message.envelope));
	json_object_set_new(root, "message", message_json(scan));
	json_object_set_new(root, "action", json_string(as_action_name(decision.action)));
	json_object_set_new(root, "reason", reason_json(&decision));
	json_object_set_new(root, "recipients", recipients);
	add_findings(root, request, sorted);
	json_object_set_new(root, "objects", as_objects_json(scan, request->detail));
	json_object_set_new(root, "smime", json_array());
	json_object_set_new(root, "cost", cost_json(request));
	json_object_set_new(root, "generation", generation_json(request));
	if (request->detail)
		json_object_set_new(root, "trees", as_trees_json(scan));
	*action_out = decision.action;
	return root;
}

/* Without memory a member is left out silently; such a verdict must not be
 * taken for one. */
static bool is_whole(const json_t *root, size_t findings)
{
	static const char *const keys[] = {"schema",   "id",	     "source",	  "envelope",
					   "message",  "action",     "reason",	  "recipients",
					   "complete", "incomplete", "findings",  "objects",
					   "smime",    "cost",	     "generation"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (json_object_get(root, keys[i]) == NULL)
			return false;
	return json_array_size(json_object_get(root, "findings")) == findings;
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
	if (!is_whole(root, scan->finding_count))
		goto out;
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

static enum assay_action failed_action(const struct as_policy *policy,
				       const struct as_finding *finding)
{
	enum assay_action action = as_policy_finding(policy, finding);

	return action < policy->incomplete ? policy->incomplete : action;
}

static json_t *failed_recipients(const struct as_verdict_failure *failure,
				 const struct assay_envelope *envelope,
				 const struct as_finding *finding, enum assay_action *strictest)
{
	json_t *list = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++) {
		const struct as_policy *policy =
			as_policy_for(failure->policies, failure->policy_count, failure->policy,
				      envelope->rcpt_to[i]);
		enum assay_action action = failed_action(policy, finding);

		if (i == 0 || action > *strictest)
			*strictest = action;
		json_array_append_new(list, recipient_json(envelope->rcpt_to[i], action, policy));
	}
	return list;
}

static json_t *failed_json(const struct as_verdict_failure *failure,
			   const struct as_finding *finding, enum assay_action *action_out)
{
	static const struct assay_envelope unknown = {
		.client = "", .helo = "", .mail_from = "", .queue_id = ""};
	const struct assay_envelope *envelope =
		failure->envelope != NULL ? failure->envelope : &unknown;
	enum assay_action action = failed_action(failure->policy, finding);
	json_t *recipients = failed_recipients(failure, envelope, finding, &action);

	*action_out = action;
	return json_pack(
		"{s:i,s:o,s:o,s:o,s:{s:s,s:s,s:s,s:[],s:s},s:s,s:s,s:o,s:b,s:[{s:s,s:s,s:o}],"
		"s:[{s:s,s:s,s:s,s:s,s:o,s:[],s:s}],s:[],s:[],s:{s:i,s:i,s:i,s:i,s:{}},"
		"s:{s:I,s:{}}}",
		"schema", 1, "id", as_json_text(failure->source.id), "source",
		source_json(&failure->source), "envelope", envelope_json(envelope), "message",
		"sha256", "", "message_id", "", "subject", "", "from", "date", "", "action",
		as_action_name(action), "reason", finding->code, "recipients", recipients,
		"complete", 0, "incomplete", "code", finding->code, "path", "", "text",
		as_json_text(finding->text), "findings", "code", finding->code, "severity",
		as_severity_name(finding->severity), "path", "", "plugin", "engine", "text",
		as_json_text(finding->text), "evidence", "action",
		as_action_name(as_policy_finding(failure->policy, finding)), "objects", "smime",
		"cost", "us", 0, "objects", 0, "bytes", 0, "cache_hits", 0, "plugins_us",
		"generation", "id", (json_int_t)failure->generation, "plugins");
}

int as_verdict_fail(const struct as_verdict_failure *failure, struct as_buffer *json_out,
		    struct as_verdict_summary *summary_out)
{
	const struct as_code_info *info = as_code_find(failure->code);
	const struct as_finding finding = {
		.code = info->code,
		.info = info,
		.severity = info->severity,
		.plugin = "",
		.text = failure->text != NULL ? failure->text : info->sentence,
	};
	enum assay_action action = ASSAY_ACTION_QUARANTINE;
	json_t *root = failed_json(failure, &finding, &action);
	int rc;

	rc = as_json_write(root, json_out);
	json_decref(root);
	if (rc == 0)
		*summary_out =
			(struct as_verdict_summary){.action = (uint32_t)action, .finding_count = 1};
	return rc;
}
