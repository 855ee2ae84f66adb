/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/scan.h"

#include "base/utf8.h"
#include "inspect/hidden.h"

#include <stdio.h>
#include <stdlib.h>

static bool grow(struct assay_scan *scan)
{
	size_t capacity = scan->finding_capacity == 0 ? 32 : scan->finding_capacity * 2;
	struct as_finding **findings = realloc(scan->findings, capacity * sizeof(*findings));

	if (findings == NULL)
		return false;
	scan->findings = findings;
	scan->finding_capacity = capacity;
	return true;
}

/* Text for the verdict: valid, without control characters, of bounded size. */
static const char *clean_text(struct assay_scan *scan, const char *text, size_t limit)
{
	struct as_span span = as_span_make(text, strnlen(text, limit));
	struct as_buffer out;
	const char *copy;

	as_buffer_init(&out, 0);
	as_utf8_escape(&out, span);
	copy = out.failed ? NULL : as_arena_copy(&scan->arena, as_buffer_span(&out));
	as_buffer_deinit(&out);
	return copy;
}

static const struct assay_evidence *copy_evidence(struct assay_scan *scan,
						  const struct assay_finding *finding, size_t count)
{
	struct assay_evidence *copies = as_arena_array(&scan->arena, count, sizeof(*copies));

	if (copies == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const char *text = finding->evidence[i].text;

		copies[i] = finding->evidence[i];
		copies[i].text = clean_text(scan, text != NULL ? text : "", AS_EVIDENCE_TEXT);
		if (copies[i].text == NULL)
			return NULL;
	}
	return copies;
}

/* Counted apart by severity and wish: a flood of harmless ones must not push
 * out the one of the same code that has consequences. */
static bool room_for(const struct assay_scan *scan, const char *code, enum assay_severity severity,
		     enum assay_action wish)
{
	size_t same = 0;

	for (size_t i = 0; i < scan->finding_count; i++) {
		const struct as_finding *f = scan->findings[i];

		if (f->severity == severity && f->wish == wish && strcmp(f->code, code) == 0)
			same++;
	}
	return same < AS_FINDINGS_PER_CODE;
}

/* A rule that matches a body twice through two readings is one finding. */
static const struct as_finding *already_there(const struct assay_scan *scan,
					      const struct assay_object *object,
					      const struct assay_finding *finding,
					      enum assay_severity severity, const char *text,
					      const char *plugin)
{
	for (size_t i = 0; i < scan->finding_count; i++) {
		const struct as_finding *f = scan->findings[i];

		if (f->object == object && f->severity == severity && f->wish == finding->wish &&
		    strcmp(f->code, finding->code) == 0 && strcmp(f->plugin, plugin) == 0 &&
		    strcmp(f->text, text) == 0)
			return f;
	}
	return NULL;
}

/* An answer that rests on a finding of an earlier call, or that says something
 * of another object, cannot be kept as the answer for these octets. */
static void note_repeat(struct assay_scan *scan, const struct as_finding *finding)
{
	if (scan->frame == NULL)
		return;
	for (const struct as_finding *f = scan->frame->first; f != NULL; f = f->frame_next)
		if (f == finding)
			return;
	scan->frame->changed = true;
}

static void remember_in_frame(struct assay_scan *scan, struct as_finding *added)
{
	struct as_frame *frame = scan->frame;

	if (frame == NULL)
		return;
	if (added->object != &frame->object->pub) {
		frame->changed = true;
		return;
	}
	if (frame->last == NULL)
		frame->first = added;
	else
		((struct as_finding *)(uintptr_t)frame->last)->frame_next = added;
	frame->last = added;
}

/* What is odd about how something is packed: of what was only made out by its
 * look it says nothing. */
static bool is_of_structure(const char *code)
{
	return strncmp(code, "mime.", 5) == 0 || strncmp(code, "name.", 5) == 0 ||
	       strncmp(code, "archive.", 8) == 0;
}

static int report(struct assay_scan *scan, const struct assay_object *object,
		  const struct assay_finding *finding, const char *plugin)
{
	const struct as_code_info *info =
		finding->code != NULL ? as_code_find(finding->code) : NULL;
	size_t evidence_count = finding->evidence_count;
	const struct as_finding *same;
	enum assay_severity severity;
	struct as_finding *added;
	const char *text;

	if (info == NULL || (unsigned int)finding->severity > ASSAY_CRITICAL ||
	    (unsigned int)finding->wish > ASSAY_ACTION_TEMPFAIL)
		return ASSAY_E_INVALID;
	severity = finding->severity == ASSAY_SEVERITY_DEFAULT ? info->severity : finding->severity;
	if (severity <= ASSAY_MEDIUM && is_of_structure(finding->code) &&
	    as_hidden_is_by_look(object))
		severity = ASSAY_INFO;
	text = clean_text(scan, finding->text != NULL ? finding->text : info->sentence,
			  AS_FINDING_TEXT);
	if (text == NULL)
		goto refuse;
	same = already_there(scan, object, finding, severity, text, plugin);
	if (same != NULL) {
		note_repeat(scan, same);
		return ASSAY_OK;
	}
	if (!room_for(scan, finding->code, severity, finding->wish)) {
		scan->dropped_findings++;
		return ASSAY_OK;
	}
	if (evidence_count > AS_EVIDENCE_MAX)
		evidence_count = AS_EVIDENCE_MAX;
	added = as_arena_alloc(&scan->arena, sizeof(*added));
	if (added == NULL || (scan->finding_count == scan->finding_capacity && !grow(scan)))
		goto refuse;
	*added = (struct as_finding){
		.code = as_arena_strdup(&scan->arena, finding->code),
		.info = info,
		.severity = severity,
		.wish = finding->wish,
		.text = text,
		.plugin = plugin,
		.object = object,
		.evidence_count = evidence_count,
	};
	if (evidence_count > 0)
		added->evidence = copy_evidence(scan, finding, evidence_count);
	if (added->code == NULL || (evidence_count > 0 && added->evidence == NULL))
		goto refuse;
	scan->findings[scan->finding_count++] = added;
	remember_in_frame(scan, added);
	return ASSAY_OK;
refuse:
	scan->out_of_memory = true;
	return ASSAY_E_BUDGET;
}

int as_scan_report(struct assay_scan *scan, const struct assay_object *object,
		   const struct assay_finding *finding, const char *plugin)
{
	const struct assay_finding doubtful = {
		.code = "mime.hidden_content",
		.severity = ASSAY_INFO,
		.text = "What looks like a container is damaged or locked in this reading of the "
			"octets.",
	};

	if (object == NULL)
		object = &scan->objects[0]->pub;
	if (finding->code != NULL && as_hidden_is_doubtful(object, finding->code))
		return report(scan, object, &doubtful, "");
	return report(scan, object, finding, plugin);
}

void as_scan_note(struct assay_scan *scan, const struct as_object *object, const char *code,
		  enum assay_severity severity, const char *text)
{
	const struct assay_finding finding = {.code = code, .severity = severity, .text = text};

	as_scan_report(scan, object != NULL ? &object->pub : NULL, &finding, "");
}

void as_scan_stopped(struct assay_scan *scan, const struct as_object *object)
{
	const struct as_budget *budget = &scan->budget;
	char text[160];

	if (budget->stop == AS_BUDGET_OK || scan->stop_reported)
		return;
	scan->stop_reported = true;
	switch (budget->stop) {
	case AS_BUDGET_BYTES:
		snprintf(text, sizeof(text),
			 "More than %llu octets would have been unpacked; the rest was not "
			 "inspected.",
			 (unsigned long long)budget->limits.max_bytes);
		break;
	case AS_BUDGET_OBJECTS:
		snprintf(text, sizeof(text),
			 "More than %u objects in one message; the rest was not inspected.",
			 budget->limits.max_objects);
		break;
	default:
		snprintf(text, sizeof(text),
			 "The inspection took more than %llu ms; the rest was not inspected.",
			 (unsigned long long)budget->limits.max_ms);
		break;
	}
	as_scan_note(scan, object, as_budget_stop_code(budget->stop), ASSAY_SEVERITY_DEFAULT, text);
}

int as_scan_charge(struct assay_scan *scan, struct as_object *object, uint64_t bytes)
{
	const struct as_limits *limits = &scan->engine->settings.limits;
	char text[160];

	if (!as_budget_charge(&scan->budget, bytes, as_scan_now(scan))) {
		as_scan_stopped(scan, object);
		return ASSAY_E_BUDGET;
	}
	object->produced += bytes;
	if (object->produced <= limits->ratio_floor ||
	    object->produced / limits->ratio <= object->pub.size)
		return ASSAY_OK;
	if (!object->ratio_reported) {
		object->ratio_reported = true;
		snprintf(text, sizeof(text),
			 "%llu octets unpack to more than %llu times as many; unpacking was "
			 "stopped.",
			 (unsigned long long)object->pub.size, (unsigned long long)limits->ratio);
		as_scan_note(scan, object, "bomb.ratio", ASSAY_SEVERITY_DEFAULT, text);
	}
	return ASSAY_E_OBJECT;
}
