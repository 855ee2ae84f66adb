/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer.h"

#include "base/assert.h"
#include "base/utf8.h"
#include "policy/answer_codes.h"
#include "policy/answer_fields.h"
#include "policy/answer_text.h"

#include <errno.h>
#include <inttypes.h>

/* A recipient's octet each, fields and texts with their escapes, and the rows
 * of codes; what is longer has been cut. */
#define ARENA_BYTES ((size_t)1 << 20)
/* Of a Message-ID in the log; RFC 5322 s2.1.1 lets it fill a line. */
#define MESSAGE_ID_MAX 250u

static void put_string(struct as_buffer *out, const char *text)
{
	as_buffer_byte(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			as_buffer_byte(out, '\\');
		as_buffer_byte(out, (unsigned char)*text);
	}
	as_buffer_byte(out, '"');
}

static void put_member(struct as_buffer *out, const char *key, uint64_t value)
{
	as_buffer_printf(out, ",\"%s\":%" PRIu64, key, value);
}

static void put_plugins(struct as_buffer *out, const struct assay_scan *scan)
{
	as_buffer_text(out, ",\"plugins_us\":{");
	for (size_t i = 0; i < scan->engine->module_count; i++) {
		if (i > 0)
			as_buffer_byte(out, ',');
		put_string(out, scan->engine->modules[i].plugin->name);
		as_buffer_printf(out, ":%" PRIu64, scan->plugin_us[i]);
	}
	as_buffer_byte(out, '}');
}

static const char *log_members(struct as_arena *arena, const struct as_verdict_request *request)
{
	const struct assay_scan *scan = request->scan;
	const char *message_id = as_answer_cut(arena, scan->message.message_id, MESSAGE_ID_MAX);
	const char *copy = NULL;
	struct as_buffer out;

	if (message_id == NULL)
		return NULL;
	as_buffer_init(&out, AS_ANSWER_LOG_MAX);
	put_member(&out, "bytes", scan->budget.bytes);
	put_member(&out, "objects", scan->object_count);
	put_member(&out, "findings", scan->finding_count);
	put_member(&out, "cache_hits", scan->cache_hits);
	put_member(&out, "us", request->us);
	put_plugins(&out, scan);
	as_buffer_text(&out, ",\"message_id\":");
	put_string(&out, message_id);
	if (request->strip_refused != NULL) {
		as_buffer_text(&out, ",\"strip_refused\":");
		put_string(&out, request->strip_refused);
	}
	if (!out.failed)
		copy = as_arena_copy(arena, as_buffer_span(&out));
	as_buffer_deinit(&out);
	return copy;
}

static int take_recipients(struct as_arena *arena, const struct as_ruling *ruling,
			   struct as_answer *answer)
{
	unsigned char *actions;

	if (ruling->recipient_count > AS_ANSWER_RECIPIENTS_MAX)
		return 0;
	actions = as_arena_alloc(arena, ruling->recipient_count);
	if (actions == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < ruling->recipient_count; i++)
		actions[i] = (unsigned char)ruling->recipients[i].action;
	answer->recipients = actions;
	answer->recipient_count = ruling->recipient_count;
	return 0;
}

/* The findings that name the answer: the strictest that is about the message,
 * the strictest about what was not inspected, and the first of those, since
 * later ones are mostly its consequences. */
struct named {
	const struct as_finding *found, *missing, *first_missing;
	enum assay_action found_action, missing_action;
};

static void take_stricter(const struct as_finding **best, enum assay_action *best_action,
			  const struct as_finding *finding, enum assay_action action)
{
	if (*best != NULL &&
	    (action < *best_action ||
	     (action == *best_action && !as_policy_is_better_reason(finding, *best))))
		return;
	*best = finding;
	*best_action = action;
}

/* A broken rule is none of the findings of the message. */
static void take_rule(struct named *named, const struct as_decision *decision)
{
	if (decision->reason != NULL && strcmp(decision->reason->code, "policy.smime") == 0 &&
	    decision->action >= ASSAY_ACTION_STRIP)
		take_stricter(&named->found, &named->found_action, decision->reason,
			      decision->action);
}

static struct named find_named(const struct as_ruling *ruling, const struct assay_scan *scan)
{
	struct named named = {.found = NULL};

	for (size_t i = 0; i < scan->finding_count; i++) {
		const struct as_finding *finding = scan->findings[i];
		enum assay_action action = as_ruling_consequence(ruling, finding);

		if (finding->info->effect == AS_EFFECT_INCOMPLETE && named.first_missing == NULL)
			named.first_missing = finding;
		if (as_answer_is_found(finding) && action >= ASSAY_ACTION_STRIP)
			take_stricter(&named.found, &named.found_action, finding, action);
		else if (finding->info->effect == AS_EFFECT_INCOMPLETE)
			take_stricter(&named.missing, &named.missing_action, finding, action);
	}
	take_rule(&named, &ruling->decision);
	/* Encrypted, and accepted by policy: not inspected all the same. */
	if (named.found == NULL && named.missing == NULL)
		named.missing = named.first_missing;
	return named;
}

/* What both kinds of answer have. facts->answer is answer. */
static int finish(struct as_arena *arena, const struct as_ruling *ruling,
		  const struct as_answer_field_facts *facts, bool fields, struct as_answer *answer)
{
	struct as_edit *edits = as_arena_array(arena, AS_ANSWER_FIELDS, sizeof(*edits));
	struct as_buffer reason;
	int rc;

	as_buffer_init(&reason, 0);
	as_verdict_reason(&reason, ruling->decision.reason);
	if (as_buffer_byte(&reason, 0)) {
		answer->reason =
			as_answer_cut(arena, (const char *)reason.data, AS_ANSWER_TEXT_MAX);
		answer->reply = as_answer_reply(arena, answer->action, ruling->policy,
						(const char *)reason.data, facts->id);
	}
	as_buffer_deinit(&reason);
	if (edits == NULL || answer->reason == NULL || answer->reply == NULL ||
	    answer->incomplete == NULL || answer->log == NULL)
		return -ENOMEM;
	rc = take_recipients(arena, ruling, answer);
	if (rc == 0 && fields) {
		rc = as_answer_fields(arena, facts, edits);
		answer->edits = edits;
		answer->edit_count = AS_ANSWER_FIELDS;
	}
	return rc;
}

static int make(struct as_arena *arena, const struct as_answer_request *request,
		const struct as_ruling *ruling, struct as_answer *answer)
{
	const struct as_verdict_request *verdict = request->verdict;
	const struct assay_scan *scan = verdict->scan;
	const struct named named = find_named(ruling, scan);
	const struct as_answer_field_facts facts = {
		.answer = answer,
		.id = verdict->source.id,
		.generation = verdict->generation,
		.scan = scan,
	};
	int rc;

	*answer = (struct as_answer){
		.action = ruling->decision.action,
		.complete = request->complete,
		.found = named.found != NULL,
		.name = named.found != NULL	? as_answer_name(named.found)
			: named.missing != NULL ? as_answer_name(named.missing)
						: "",
		.incomplete = named.first_missing != NULL
				      ? as_answer_incomplete(arena, named.first_missing)
				      : "",
		.log = log_members(arena, verdict),
		.bytes = scan->budget.bytes,
		.objects = scan->object_count,
		.cache_hits = scan->cache_hits,
		.us = verdict->us,
		.body_offset = request->changed ? 0 : UINT64_MAX,
	};
	rc = as_answer_codes(arena, (const struct as_finding *const *)scan->findings,
			     scan->finding_count, answer);
	if (rc == 0)
		rc = finish(arena, ruling, &facts, scan->is_message, answer);
	return rc;
}

int as_answer_render(const struct as_answer_request *request, struct as_buffer *out)
{
	struct as_answer answer;
	struct as_ruling ruling;
	struct as_arena arena;
	int rc;

	rc = as_verdict_rule(request->verdict, &ruling);
	if (rc < 0)
		return rc;
	AS_ASSERT(ruling.decision.action == request->action);
	as_arena_init(&arena, ARENA_BYTES);
	rc = make(&arena, request, &ruling, &answer);
	if (rc == 0 && !as_answer_pack(&answer, out))
		rc = -ENOMEM;
	as_arena_deinit(&arena);
	as_ruling_deinit(&ruling);
	return rc;
}

static int make_failed(struct as_arena *arena, const struct as_verdict_failure *failure,
		       const struct as_finding *finding, const struct as_ruling *ruling,
		       struct as_answer *answer)
{
	const struct as_answer_field_facts facts = {
		.answer = answer,
		.id = failure->source.id,
		.generation = failure->generation,
	};
	int rc;

	*answer = (struct as_answer){
		.action = ruling->decision.action,
		.name = as_answer_name(finding),
		.incomplete = as_answer_incomplete(arena, finding),
		.log = "",
		.body_offset = UINT64_MAX,
	};
	rc = as_answer_codes(arena, (const struct as_finding *const[]){finding}, 1, answer);
	return rc == 0 ? finish(arena, ruling, &facts, true, answer) : rc;
}

int as_answer_fail(const struct as_verdict_failure *failure, enum assay_action action,
		   struct as_buffer *out)
{
	const struct as_finding finding = as_verdict_failure_finding(failure);
	struct as_answer answer;
	struct as_ruling ruling;
	struct as_arena arena;
	int rc;

	rc = as_verdict_rule_failure(failure, &finding, &ruling);
	if (rc < 0)
		return rc;
	AS_ASSERT(ruling.decision.action == action);
	as_arena_init(&arena, ARENA_BYTES);
	rc = make_failed(&arena, failure, &finding, &ruling, &answer);
	if (rc == 0 && !as_answer_pack(&answer, out))
		rc = -ENOMEM;
	as_arena_deinit(&arena);
	as_ruling_deinit(&ruling);
	return rc;
}
