/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"
#include "name_checks.h"

#include <stdio.h>

/* Runs that push the true extension out of the column of a list of files.
 * MailScanner takes ten blanks; eight is a TAB, which no honest name has. */
#define PADDING_BLANKS 8u
/* Underscores are common in honest names, lines of them before a program's
 * extension are not. */
#define PADDING_LINE 16u
/* No file system stores a component of more units. */
#define NAME_MAX_UNITS 255u

/* One reading of one name. */
struct reading {
	struct att_judge *judge;
	enum assay_name_source source;
	char quoted[400];
	enum att_action worst; /* of its extensions */
	char worst_ext[ATT_EXT_OCTETS + 1];
	bool has_main;
	struct att_ext main; /* as the system reads the whole name */
	/* The same with percent signs in place: the engine gives the decoded
	 * form as a name of its own, marked as the liberty that it is. */
	bool has_claim;
	struct att_ext claim;
	bool decoded_elsewhere;
	bool shown; /* by all readers */
};

enum att_action att_milder(enum att_action a, enum att_action b)
{
	return a < b ? a : b;
}

static bool is_in_tar(const struct assay_object *object)
{
	return strcmp(object->via, "tar") == 0 || strncmp(object->via, "tar.", 4) == 0;
}

enum att_action att_judge_script(const struct att_judge *judge, enum att_action action)
{
	if (is_in_tar(judge->object))
		return att_milder(action, judge->lists->script_in_tar);
	return action;
}

/*
 * Subjects become names of attached messages, and descriptions are sentences:
 * "Welcome to example.com" is no program. The content has been seen to be a
 * message, or another name decides how the file is stored.
 */
static bool is_host_name(const struct reading *reading, const char *ext)
{
	const struct assay_object *object = reading->judge->object;

	if (strcmp(ext, "com") != 0)
		return false;
	if (object->type_class == ASSAY_CLASS_MAIL && strncmp(object->declared, "message/", 8) == 0)
		return true;
	return reading->source == ASSAY_NAME_OTHER && object->name_count > 1;
}

static enum att_action action_of(const struct reading *reading, const struct att_rule *rule)
{
	enum att_action action = rule->action;

	if (rule->type_class == ASSAY_CLASS_SCRIPT)
		action = att_judge_script(reading->judge, action);
	if (is_host_name(reading, rule->key))
		action = att_milder(action, ATT_FLAG);
	return action;
}

/* A finding on a deceptive name. The wish is no stronger than what the list
 * wants for that which the name hides. */
static void add_deceit(struct reading *reading, enum att_code code, enum assay_severity severity,
		       enum att_action hidden, const char *why)
{
	struct att_judge *judge = reading->judge;
	enum att_action action = att_milder(judge->lists->deceptive_name, hidden);

	if (judge->lists->deceptive_name == ATT_ALLOW)
		return;
	if (judge->lists->deceptive_name == ATT_FLAG)
		severity = ASSAY_INFO;
	att_findings_add(&judge->findings, code, severity,
			 severity == ASSAY_HIGH ? att_wish_of(action) : ASSAY_ACTION_NONE,
			 "name \"%s\" %s", reading->quoted, why);
}

static void add_extension(struct reading *reading, const struct att_rule *rule,
			  enum att_action action, const char *how)
{
	att_findings_add(&reading->judge->findings, att_code_of(rule->type_class),
			 att_severity_of(action), att_wish_of(action),
			 "name \"%s\" has the extension .%s%s: %s by the list of extensions",
			 reading->quoted, rule->key, how, att_action_name(action));
}

static void check_double(struct reading *reading, struct att_view piece, const struct att_ext *ext,
			 const struct att_rule *rule, enum att_action action)
{
	struct att_ext before;
	char why[160];

	if (action <= ATT_FLAG && rule->type_class != ASSAY_CLASS_HTML)
		return;
	if (!att_ext_before(piece, ext, &before) || !att_ext_is_document(before.text))
		return;
	snprintf(why, sizeof(why), "pretends to be .%.32s and is .%.32s", before.text, ext->text);
	add_deceit(reading, ATT_NAME_DOUBLE_EXT, att_severity_of(action), action, why);
}

static void judge_ext(struct reading *reading, struct att_view piece, const struct att_ext *ext,
		      bool folded)
{
	const struct att_rule *rule = att_table_find(&reading->judge->lists->extensions, ext->text);
	enum att_action action = rule != NULL ? action_of(reading, rule) : ATT_ALLOW;
	char why[160];

	if (action == ATT_ALLOW)
		return;
	if (folded && action > ATT_FLAG) {
		snprintf(why, sizeof(why), "looks like .%.32s by characters of another alphabet",
			 ext->text);
		add_deceit(reading, ATT_NAME_HOMOGLYPH, ext->doubtful ? ASSAY_MEDIUM : ASSAY_HIGH,
			   action, why);
	}
	if (folded && (ext->doubtful || action == ATT_FLAG))
		return;
	add_extension(reading, rule, action, folded ? " to the eye" : "");
	check_double(reading, piece, ext, rule, action);
	if (action > reading->worst) {
		reading->worst = action;
		memcpy(reading->worst_ext, ext->text, sizeof(ext->text));
	}
}

/* Every extension of a name: of the file, its streams, exact and folded. */
static void judge_component(struct reading *reading, struct att_view component, bool is_whole)
{
	struct att_view piece;
	size_t offset = 0;

	while (att_view_stream(component, &offset, &piece)) {
		struct att_ext ext;

		if (att_ext_exact(piece, &ext)) {
			judge_ext(reading, piece, &ext, false);
			if (is_whole && !reading->has_main) {
				reading->main = ext;
				reading->has_main = true;
			}
		}
		if (att_ext_folded(piece, &ext))
			judge_ext(reading, piece, &ext, true);
	}
}

static void check_order(struct reading *reading, struct att_view view)
{
	bool acting = reading->worst > ATT_FLAG;

	switch (att_check_order(view)) {
	case ATT_ORDER_PLAIN:
		break;
	case ATT_ORDER_MARKED:
		add_deceit(reading, ATT_NAME_RTLO, acting ? ASSAY_HIGH : ASSAY_INFO, reading->worst,
			   "holds characters that set its direction");
		break;
	case ATT_ORDER_EMBEDDED:
		add_deceit(reading, ATT_NAME_RTLO, acting ? ASSAY_HIGH : ASSAY_MEDIUM,
			   reading->worst, "turns from right to left without such letters");
		break;
	case ATT_ORDER_REVERSED:
		add_deceit(reading, ATT_NAME_RTLO, ASSAY_HIGH, ATT_BLOCK,
			   "is displayed in another order than it is stored");
		break;
	}
}

static void check_control(struct reading *reading, struct att_view view)
{
	switch (att_check_control(view)) {
	case ATT_CONTROL_NONE:
		break;
	case ATT_CONTROL_FOLD:
	case ATT_CONTROL_C1:
		add_deceit(reading, ATT_NAME_CONTROL_CHAR, ASSAY_LOW, ATT_FLAG,
			   "holds a control character, as broken mailers leave there");
		break;
	case ATT_CONTROL_NUL_END:
		add_deceit(reading, ATT_NAME_CONTROL_CHAR, ASSAY_LOW, ATT_FLAG,
			   "ends with a NUL octet");
		break;
	case ATT_CONTROL_OTHER:
		add_deceit(reading, ATT_NAME_CONTROL_CHAR, ASSAY_MEDIUM, ATT_FLAG,
			   "holds a control character");
		break;
	case ATT_CONTROL_NUL:
		add_deceit(reading, ATT_NAME_CONTROL_CHAR, ASSAY_HIGH, ATT_BLOCK,
			   "holds a NUL octet: some programs end the name there");
		break;
	}
}

static void check_padding(struct reading *reading, struct att_view view)
{
	bool acting = reading->worst > ATT_FLAG;
	size_t blanks, line;
	char why[200];

	att_check_padding(view, &blanks, &line);
	if (blanks >= PADDING_BLANKS) {
		snprintf(why, sizeof(why), "has %zu blanks in front of its extension", blanks);
		add_deceit(reading, ATT_NAME_PADDING, acting ? ASSAY_HIGH : ASSAY_LOW,
			   reading->worst, why);
	} else if (line >= PADDING_LINE && acting) {
		snprintf(why, sizeof(why), "has a line of %zu characters in front of .%.32s", line,
			 reading->worst_ext);
		add_deceit(reading, ATT_NAME_PADDING, ASSAY_HIGH, reading->worst, why);
	}
}

static void check_length(struct reading *reading, struct att_view component, bool cut)
{
	char why[200];

	if (cut) {
		snprintf(why, sizeof(why),
			 "has more than %u octets: its middle has not been looked at",
			 ATT_NAME_OCTETS);
		add_deceit(reading, ATT_NAME_TOO_LONG, ASSAY_HIGH, ATT_BLOCK, why);
	} else if (component.count > reading->judge->max_name && reading->worst > ATT_FLAG) {
		snprintf(why, sizeof(why), "has %zu characters and .%.32s behind them",
			 component.count, reading->worst_ext);
		add_deceit(reading, ATT_NAME_TOO_LONG, ASSAY_HIGH, reading->worst, why);
	} else if (component.count > reading->judge->max_name) {
		snprintf(why, sizeof(why), "has %zu characters", component.count);
		add_deceit(reading, ATT_NAME_TOO_LONG,
			   component.count > NAME_MAX_UNITS && reading->shown ? ASSAY_LOW
									      : ASSAY_INFO,
			   ATT_FLAG, why);
	}
}

/* One form of one name. The engine's shell form has lost what the checks look
 * for; of it only the extension counts. */
static void judge_form(struct reading *reading, const struct att_text *form, bool is_text)
{
	struct att_view view, before, component;
	struct att_name name;

	att_name_load(&name, att_text_span(form));
	view = att_name_view(&name);
	component = att_view_component(view);
	reading->worst = ATT_ALLOW;
	reading->has_main = false;
	att_view_quote(view, reading->quoted, sizeof(reading->quoted));
	judge_component(reading, component, true);
	if (att_view_before_nul(view, &before))
		judge_component(reading, att_view_component(before), false);
	if (!is_text)
		return;
	if (att_check_clsid(component))
		add_deceit(reading, ATT_NAME_CLSID, ASSAY_HIGH, ATT_BLOCK,
			   "ends with a class number, which Windows hides");
	check_order(reading, view);
	check_control(reading, view);
	check_padding(reading, view);
	check_length(reading, component, form->cut);
}

/*
 * The name as it stands, and after each kind of decoding that changes it. Where
 * the engine has decoded a name itself, with all charsets, that is another name
 * of the object: our own decoding is for the extension only, since the escapes
 * of ISO-2022 are control characters to it.
 */
static void judge_text(struct reading *reading, struct as_span text, bool is_text)
{
	struct att_text forms[2];
	size_t now = 0;

	att_text_set(&forms[now], text);
	judge_form(reading, &forms[now], is_text);
	is_text = is_text && !reading->decoded_elsewhere;
	if (att_decode_words(att_text_span(&forms[now]), &forms[1 - now])) {
		now = 1 - now;
		judge_form(reading, &forms[now], is_text);
	}
	reading->has_claim = reading->has_main;
	reading->claim = reading->main;
	for (size_t i = 0; i < ATT_PERCENT_ROUNDS; i++) {
		if (!att_decode_percent(att_text_span(&forms[now]), &forms[1 - now]))
			break;
		now = 1 - now;
		judge_form(reading, &forms[now], is_text);
	}
}

/* What stands undecoded in a field, or in a description beside names, is no
 * name to anybody, unless the engine found a reader who takes it. */
static enum att_reach reach_of(const struct assay_name *name)
{
	bool aside = name->source == ASSAY_NAME_RAW || name->source == ASSAY_NAME_OTHER;

	if ((name->marks & ASSAY_NAME_UNDECODED) != 0)
		return ATT_REACH_NONE;
	if ((name->marks & ASSAY_NAME_WEAK) != 0)
		return ATT_REACH_WEAK;
	if ((name->marks & ASSAY_NAME_LOOSE) != 0)
		return ATT_REACH_LOOSE;
	if (aside)
		return ATT_REACH_NONE;
	return (name->marks & ASSAY_NAME_ODD) != 0 ? ATT_REACH_ODD : ATT_REACH_ALL;
}

void att_judge_names(struct att_judge *judge)
{
	const struct assay_object *object = judge->object;

	for (size_t i = 0; i < object->name_count; i++) {
		const struct assay_name *name = &object->names[i];
		struct reading reading = {
			.judge = judge,
			.source = name->source,
			/* In a long list the engine leaves names out. */
			.shown = reach_of(name) == ATT_REACH_ALL,
			.decoded_elsewhere = (name->marks & ASSAY_NAME_UNDECODED) != 0 &&
					     object->name_count < ATT_NAMES / 2,
		};
		struct as_span text = as_span_make(name->text, name->length);
		struct as_span shell;

		if (name->text == NULL)
			continue;
		judge_text(&reading, text, true);
		if (reading.has_claim)
			att_note_claim(judge, reading.claim.text, reach_of(name));
		if (name->shell == NULL)
			continue;
		shell = as_span_text(name->shell);
		if (!as_span_equal(text, shell))
			judge_text(&reading, shell, false);
	}
}
