/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

#include <stdio.h>

/* A marker that nothing else has, not a score: research on 2,815 files found
 * all false alarms of script detection among scores. */
#define EXACT_CONFIDENCE 90u
/* Below this, small text files are guessed at by single words. */
#define TEXT_CONFIDENCE 70u

static bool is_listed_script(const struct att_judge *judge)
{
	const struct att_rule *rule = att_table_find(&judge->lists->types, judge->object->declared);

	if (rule != NULL && rule->type_class == ASSAY_CLASS_SCRIPT)
		return true;
	for (size_t i = 0; i < judge->claim_count; i++)
		if (judge->claims[i].rule != NULL &&
		    judge->claims[i].rule->type_class == ASSAY_CLASS_SCRIPT)
			return true;
	return false;
}

/*
 * Whether all names say that the object is of the class. Then the name hides
 * nothing, and the word on its extension (allow iso, flag deb) is the word on
 * the object.
 */
static bool names_agree(const struct att_judge *judge, enum assay_class type_class,
			enum att_action *action_out)
{
	enum att_action action = ATT_ALLOW;

	for (size_t i = 0; i < judge->claim_count; i++) {
		const struct att_rule *rule = judge->claims[i].rule;

		if (rule == NULL || rule->type_class != type_class)
			return false;
		if (rule->action > action)
			action = rule->action;
	}
	*action_out = action;
	return judge->claim_count > 0 && judge->claim_count < ATT_CLAIMS;
}

/* Labels that say something definite which is no text. */
static bool is_declared_other(const char *declared)
{
	static const char *const families[] = {
		"image/",
		"audio/",
		"video/",
		"font/",
		"application/pdf",
		"application/zip",
		"application/msword",
		"application/vnd.",
		"application/rtf",
	};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strncmp(declared, families[i], strlen(families[i])) == 0)
			return strstr(declared, "xml") == NULL ||
			       strstr(declared, "openxmlformats") != NULL;
	return false;
}

static bool is_text(const struct assay_object *object)
{
	return as_span_find_byte(as_span_slice(object->data, 0, ATT_TEXT_PROBE_OCTETS), 0, 0) ==
	       SIZE_MAX;
}

/* A script by content alone is source code until something else agrees. */
static enum att_action temper_script(const struct att_judge *judge, enum att_action action)
{
	const struct assay_object *object = judge->object;

	action = att_judge_script(judge, action);
	if (is_listed_script(judge))
		return action;
	if (object->type_confidence >= EXACT_CONFIDENCE && is_declared_other(object->declared))
		return action;
	return action > ATT_FLAG ? ATT_FLAG : action;
}

/* What the list says of a class, made milder where content or name give an
 * innocent explanation. */
static enum att_action temper(const struct att_judge *judge, enum assay_class type_class,
			      enum att_action action)
{
	const struct assay_object *object = judge->object;
	enum att_action named;
	bool agree = names_agree(judge, type_class, &named);

	if (agree && named < action)
		action = named;
	if (type_class == ASSAY_CLASS_SCRIPT)
		return temper_script(judge, action);
	if (type_class == ASSAY_CLASS_EXECUTABLE || !is_text(object))
		return action;
	if (!agree && object->type_confidence < TEXT_CONFIDENCE && action > ATT_FLAG)
		return ATT_FLAG;
	return action;
}

/* Text that a mail client displays is not opened by its type: a body may quote
 * a registry file. A program there is one all the same. */
static bool is_displayed(const struct assay_object *object, enum assay_class type_class)
{
	return (object->flags & ASSAY_FLAG_BODY) != 0 && object->name_count == 0 &&
	       type_class != ASSAY_CLASS_EXECUTABLE && is_text(object);
}

static void quote_first_name(const struct assay_object *object, char *out, size_t size)
{
	struct att_name name;
	struct att_text text;

	if (object->name_count == 0 || object->names[0].text == NULL) {
		snprintf(out, size, "without a name");
		return;
	}
	att_text_set(&text, as_span_make(object->names[0].text, object->names[0].length));
	att_name_load(&name, att_text_span(&text));
	memcpy(out, "named ", 6);
	att_view_quote(att_name_view(&name), out + 6, size - 6);
}

/* A declared type is whatever a sender wrote. */
static void quote_declared(const char *declared, char *out, size_t size)
{
	size_t i;

	for (i = 0; declared[i] != '\0' && i + 1 < size; i++)
		out[i] = declared[i] > 0x20 && declared[i] < 0x7f ? declared[i] : '?';
	out[i] = '\0';
}

static void judge_declared(struct att_judge *judge)
{
	const struct assay_object *object = judge->object;
	const struct att_rule *rule = att_table_find(&judge->lists->types, object->declared);
	enum att_action action, named;
	char name[400];

	if (rule == NULL)
		return;
	action = rule->action;
	if (names_agree(judge, rule->type_class, &named) && named < action)
		action = named;
	if (rule->type_class == ASSAY_CLASS_SCRIPT)
		action = att_judge_script(judge, action);
	if (action == ATT_ALLOW || (action == ATT_FLAG && object->name_count == 0))
		return;
	quote_first_name(object, name, sizeof(name));
	att_findings_add(&judge->findings, att_code_of(rule->type_class), att_severity_of(action),
			 att_wish_of(action),
			 "declared as %.100s, %s: %s by the list of media types", object->declared,
			 name, att_action_name(action));
}

static void judge_detected(struct att_judge *judge)
{
	const struct assay_object *object = judge->object;
	const struct att_rule *rule = att_table_find(&judge->lists->types, object->type);
	enum assay_class type_class = rule != NULL ? rule->type_class : object->type_class;
	enum att_action action;
	char name[400], declared[80] = "nothing";

	if ((unsigned int)type_class >= ASSAY_CLASS_COUNT)
		type_class = ASSAY_CLASS_UNKNOWN;
	action = rule != NULL ? rule->action : judge->lists->classes[type_class];
	action = temper(judge, type_class, action);
	if (action == ATT_ALLOW || (action == ATT_FLAG && object->name_count == 0) ||
	    is_displayed(object, type_class))
		return;
	quote_first_name(object, name, sizeof(name));
	if (object->declared[0] != '\0')
		quote_declared(object->declared, declared, sizeof(declared));
	att_findings_add(&judge->findings, att_code_of(type_class), att_severity_of(action),
			 att_wish_of(action),
			 "by type a file of %.30s (%.100s), %s, declared as %s: %s",
			 object->type_name[0] != '\0' ? object->type_name : "its class",
			 object->type, name, declared, att_action_name(action));
}

void att_judge_type(struct att_judge *judge)
{
	judge_declared(judge);
	/* Without octets, a type is only what somebody else says. */
	if ((judge->object->flags & ASSAY_FLAG_UNREAD) == 0)
		judge_detected(judge);
}
