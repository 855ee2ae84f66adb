/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/verdict.h"

#include "base/sha256.h"
#include "base/utf8.h"
#include "inspect/words.h"
#include "policy/json.h"
#include "policy/smime_json.h"
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

/* Callers that know less leave members out. */
static json_t *text_json(const char *text)
{
	return as_json_text(text != NULL ? text : "");
}

static json_t *envelope_json(const struct assay_envelope *envelope)
{
	json_t *recipients = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++)
		json_array_append_new(recipients, as_json_text(envelope->rcpt_to[i]));
	return json_pack(
		"{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "client", text_json(envelope->client),
		"helo", text_json(envelope->helo), "mail_from", text_json(envelope->mail_from),
		"rcpt_to", recipients, "queue_id", text_json(envelope->queue_id), "client_name",
		text_json(envelope->client_name), "tls", text_json(envelope->tls), "auth_user",
		text_json(envelope->auth_user), "direction", text_json(envelope->direction));
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

static json_t *recipients_json(const struct assay_envelope *envelope,
			       const struct as_ruling *ruling)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ruling->recipient_count; i++) {
		const struct as_recipient_ruling *row = &ruling->recipients[i];

		json_array_append_new(list, json_pack("{s:o,s:s,s:o}", "address",
						      as_json_text(envelope->rcpt_to[i]), "action",
						      as_action_name(row->action), "policy",
						      as_json_text(row->policy->name)));
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

bool as_verdict_reason(struct as_buffer *out, const struct as_finding *reason)
{
	if (reason == NULL)
		return true;
	as_buffer_text(out, reason->code);
	if (reason->object != NULL && reason->object->path[0] != '\0')
		as_buffer_printf(out, " at %s", reason->object->path);
	return !out->failed;
}

static json_t *reason_json(const struct as_decision *decision)
{
	struct as_buffer text;
	json_t *value = NULL;

	if (decision->reason == NULL)
		return json_string("");
	as_buffer_init(&text, 0);
	if (as_verdict_reason(&text, decision->reason))
		value = as_json_span(as_buffer_span(&text));
	as_buffer_deinit(&text);
	return value;
}

int as_verdict_rule(const struct as_verdict_request *request, struct as_ruling *ruling)
{
	const struct as_ruling_request own = {
		.scan = request->scan,
		.envelope = request->scan->message.envelope,
		.policies = request->policies,
		.policy_count = request->policy_count,
		.policy = request->policy,
		.no_strip = request->strip_refused != NULL,
	};

	return as_ruling_init(ruling, &own);
}

static json_t *verdict_json(const struct as_verdict_request *request,
			    const struct as_finding *const *sorted, const struct as_ruling *ruling)
{
	const struct assay_scan *scan = request->scan;
	const struct assay_envelope *envelope = scan->message.envelope;
	json_t *root = json_object();

	json_object_set_new(root, "schema", json_integer(1));
	json_object_set_new(root, "id", as_json_text(request->source.id));
	json_object_set_new(root, "source", source_json(&request->source));
	json_object_set_new(root, "envelope", envelope_json(envelope));
	json_object_set_new(root, "message", message_json(scan));
	json_object_set_new(root, "action", json_string(as_action_name(ruling->decision.action)));
	json_object_set_new(root, "reason", reason_json(&ruling->decision));
	json_object_set_new(root, "recipients", recipients_json(envelope, ruling));
	add_findings(root, request, sorted);
	json_object_set_new(root, "objects", as_objects_json(scan, request->detail));
	json_object_set_new(root, "smime", as_smime_json(scan));
	json_object_set_new(root, "cost", cost_json(request));
	json_object_set_new(root, "generation", generation_json(request));
	if (request->detail)
		json_object_set_new(root, "trees", as_trees_json(scan));
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
	struct as_ruling ruling = {.policies = NULL};
	json_t *root = NULL;
	int rc = -ENOMEM;

	if (sorted == NULL || as_verdict_rule(request, &ruling) < 0)
		goto out;
	root = verdict_json(request, sorted, &ruling);
	if (!is_whole(root, scan->finding_count))
		goto out;
	rc = as_json_write(root, json_out);
	if (rc < 0)
		goto out;
	*summary_out = (struct as_verdict_summary){
		.action = (uint32_t)ruling.decision.action,
		.complete = as_inspect_complete(scan),
		.finding_count = (uint32_t)scan->finding_count,
		.object_count = (uint32_t)scan->object_count,
		.bytes = scan->budget.bytes,
		.cache_hits = scan->cache_hits,
	};
out:
	json_decref(root);
	as_ruling_deinit(&ruling);
	free(sorted);
	return rc;
}

static const struct assay_envelope *failed_envelope(const struct as_verdict_failure *failure)
{
	static const struct assay_envelope unknown;

	return failure->envelope != NULL ? failure->envelope : &unknown;
}

int as_verdict_rule_failure(const struct as_verdict_failure *failure,
			    const struct as_finding *finding, struct as_ruling *ruling)
{
	const struct as_ruling_request own = {
		.failure = finding,
		.envelope = failed_envelope(failure),
		.policies = failure->policies,
		.policy_count = failure->policy_count,
		.policy = failure->policy,
		.no_strip = true,
	};

	return as_ruling_init(ruling, &own);
}

struct as_finding as_verdict_failure_finding(const struct as_verdict_failure *failure)
{
	const struct as_code_info *info = as_code_find(failure->code);

	return (struct as_finding){
		.code = info->code,
		.info = info,
		.severity = info->severity,
		.plugin = "",
		.text = failure->text != NULL ? failure->text : info->sentence,
	};
}

static json_t *failed_json(const struct as_verdict_failure *failure,
			   const struct as_finding *finding, const struct as_ruling *ruling)
{
	const struct assay_envelope *envelope = failed_envelope(failure);

	return json_pack(
		"{s:i,s:o,s:o,s:o,s:{s:s,s:s,s:s,s:[],s:s},s:s,s:s,s:o,s:b,s:[{s:s,s:s,s:o}],"
		"s:[{s:s,s:s,s:s,s:s,s:o,s:[],s:s}],s:[],s:[],s:{s:i,s:i,s:i,s:i,s:{}},"
		"s:{s:I,s:{}}}",
		"schema", 1, "id", as_json_text(failure->source.id), "source",
		source_json(&failure->source), "envelope", envelope_json(envelope), "message",
		"sha256", "", "message_id", "", "subject", "", "from", "date", "", "action",
		as_action_name(ruling->decision.action), "reason", finding->code, "recipients",
		recipients_json(envelope, ruling), "complete", 0, "incomplete", "code",
		finding->code, "path", "", "text", as_json_text(finding->text), "findings", "code",
		finding->code, "severity", as_severity_name(finding->severity), "path", "",
		"plugin", "engine", "text", as_json_text(finding->text), "evidence", "action",
		as_action_name(as_policy_finding(failure->policy, finding)), "objects", "smime",
		"cost", "us", 0, "objects", 0, "bytes", 0, "cache_hits", 0, "plugins_us",
		"generation", "id", (json_int_t)failure->generation, "plugins");
}

int as_verdict_fail(const struct as_verdict_failure *failure, struct as_buffer *json_out,
		    struct as_verdict_summary *summary_out)
{
	const struct as_finding finding = as_verdict_failure_finding(failure);
	struct as_ruling ruling;
	json_t *root;
	int rc;

	rc = as_verdict_rule_failure(failure, &finding, &ruling);
	if (rc < 0)
		return rc;
	root = failed_json(failure, &finding, &ruling);
	rc = as_json_write(root, json_out);
	json_decref(root);
	if (rc == 0)
		*summary_out = (struct as_verdict_summary){
			.action = (uint32_t)ruling.decision.action, .finding_count = 1};
	as_ruling_deinit(&ruling);
	return rc;
}
