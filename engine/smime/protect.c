/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/protect.h"

#include "mime/field.h"
#include "mime/header_text.h"
#include "smime/header_values.h"
#include "smime/identity.h"

#include <errno.h>
#include <strings.h>

/* Of a value in a sentence. */
#define SHOWN_BYTES 80u

/* In the order in which differences are told; only the first few are kept. */
static const struct rule {
	const char *name;
	enum as_value_kind kind;
	enum assay_severity differs;
	enum assay_severity added; /* outside only: what relays may add is info */
} rules[] = {
	{"From", AS_VALUE_AUTHORS, ASSAY_SEVERITY_DEFAULT, ASSAY_SEVERITY_DEFAULT},
	{"Subject", AS_VALUE_TEXT, ASSAY_SEVERITY_DEFAULT, ASSAY_SEVERITY_DEFAULT},
	{"Reply-To", AS_VALUE_AUTHORS, ASSAY_SEVERITY_DEFAULT, ASSAY_SEVERITY_DEFAULT},
	{"To", AS_VALUE_ADDRESSES, ASSAY_SEVERITY_DEFAULT, ASSAY_SEVERITY_DEFAULT},
	{"Date", AS_VALUE_DATE, ASSAY_SEVERITY_DEFAULT, ASSAY_INFO},
	{"Cc", AS_VALUE_ADDRESSES, ASSAY_SEVERITY_DEFAULT, ASSAY_SEVERITY_DEFAULT},
	{"Sender", AS_VALUE_AUTHORS, ASSAY_SEVERITY_DEFAULT, ASSAY_INFO},
	{"Message-ID", AS_VALUE_IDS, ASSAY_SEVERITY_DEFAULT, ASSAY_INFO},
	{"In-Reply-To", AS_VALUE_IDS, ASSAY_LOW, ASSAY_INFO},
	{"References", AS_VALUE_IDS, ASSAY_LOW, ASSAY_INFO},
};
#define RULE_COUNT (sizeof(rules) / sizeof(rules[0]))

struct field_state {
	struct as_values inner, outer;
	struct as_values meant; /* HP-Outer */
	bool differs;
	enum assay_severity severity;
};

struct check {
	const struct as_protect_request *request;
	struct as_protection protection;
	bool has_meant; /* there are HP-Outer fields, and they count */
	struct field_state fields[RULE_COUNT];
};

/* What mailers write outside in place of the Subject that they encrypt. */
static bool is_obscured(const struct as_values *subject)
{
	static const char *const usual[] = {
		"...",
		"[...]",
		"\xe2\x80\xa6",
		"Encrypted",
		"[Encrypted]",
		"Encrypted Message",
		"Encrypted subject",
		"Encrypted Email",
		"p\xe2\x89\xa1p",
		"pEp",
	};
	struct as_span text;

	if (subject->count != 1)
		return false;
	text = subject->items[0].key;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (text.size == strlen(usual[i]) &&
		    strncasecmp((const char *)text.data, usual[i], text.size) == 0)
			return true;
	return false;
}

/* Whether the sender himself put other values outside, or none. */
static bool is_as_meant(const struct check *check, const struct rule *rule,
			const struct field_state *field)
{
	if (!check->request->encrypted)
		return false;
	if (rule->kind == AS_VALUE_TEXT && is_obscured(&field->outer))
		return true;
	if (check->has_meant)
		return as_values_equal(&field->meant, &field->outer);
	return field->outer.count == 0;
}

static void compare_field(const struct check *check, const struct rule *rule,
			  struct field_state *field)
{
	field->severity = rule->differs;
	if (as_values_equal(&field->inner, &field->outer) || is_as_meant(check, rule, field))
		return;
	if (check->protection.forwarded)
		field->severity = ASSAY_LOW;
	if (field->inner.count == 0) {
		/* The forerunner protects as many fields as a mailer likes. */
		if (check->protection.form == AS_PROTECT_DRAFT)
			return;
		field->severity = check->protection.forwarded ? ASSAY_INFO : rule->added;
	}
	field->differs = true;
}

static int read_field(const struct check *check, const struct rule *rule, struct field_state *field)
{
	struct as_arena *arena = check->request->arena;
	struct as_span protected = check->protection.header;
	int rc;

	rc = as_values_read(arena, protected, rule->name, rule->kind, false, &field->inner);
	if (rc == 0)
		rc = as_values_read(arena, check->request->outer, rule->name, rule->kind, false,
				    &field->outer);
	if (rc == 0 && check->has_meant)
		rc = as_values_read(arena, protected, rule->name, rule->kind, true, &field->meant);
	return rc;
}

static const char *show(const struct check *check, const struct as_values *values)
{
	struct as_arena *arena = check->request->arena;
	const char *text = as_header_text(arena, values->first);

	return as_smime_printable(arena, as_span_text(text == NULL ? "" : text), SHOWN_BYTES);
}

static void note_difference(const struct check *check, const struct rule *rule,
			    const struct field_state *field)
{
	const struct as_protect_request *request = check->request;
	static const char code[] = "smime.protected_header_differs";

	if (field->inner.count == 0)
		as_smime_note(request->notes, request->layer, code, field->severity,
			      "%s is not among the protected fields and says \"%s\" outside.",
			      rule->name, show(check, &field->outer));
	else if (field->outer.count == 0)
		as_smime_note(request->notes, request->layer, code, field->severity,
			      "The protected %s \"%s\" is missing outside.", rule->name,
			      show(check, &field->inner));
	else
		as_smime_note(request->notes, request->layer, code, field->severity,
			      "%s is \"%s\" where it is protected and \"%s\" outside%s.",
			      rule->name, show(check, &field->inner), show(check, &field->outer),
			      field->outer.fields > 1 || field->inner.fields > 1
				      ? " (the first of several)"
				      : "");
}

/* Graver ones first, since only a few notes of a code are kept. */
static void note_differences(const struct check *check)
{
	for (int grave = 1; grave >= 0; grave--)
		for (size_t i = 0; i < RULE_COUNT; i++)
			if (check->fields[i].differs &&
			    (check->fields[i].severity == ASSAY_SEVERITY_DEFAULT) == (grave == 1))
				note_difference(check, &rules[i], &check->fields[i]);
}

static int note_protection(const struct check *check)
{
	const struct as_protect_request *request = check->request;
	enum as_protect_form form = check->protection.form;
	struct as_buffer names;
	const char *list;

	as_buffer_init(&names, 0);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (check->fields[i].inner.fields == 0)
			continue;
		as_buffer_text(&names, names.size > 0 ? ", " : "");
		as_buffer_text(&names, rules[i].name);
	}
	if (names.size == 0)
		as_buffer_text(&names, "no field that is compared");
	list = names.failed ? NULL : as_arena_copy(request->arena, as_buffer_span(&names));
	as_buffer_deinit(&names);
	if (list == NULL)
		return -ENOMEM;
	as_smime_note(
		request->notes, request->layer, "smime.header_protection", ASSAY_SEVERITY_DEFAULT,
		"The content protects %s (%s%s).%s", list, as_protect_form_name(form),
		check->protection.legacy_display ? ", a copy for older readers in the text" : "",
		form == AS_PROTECT_CIPHER && !request->encrypted
			? " It was written to be encrypted and is not."
			: "");
	return 0;
}

/* Nothing says whether the message within is the mail itself, as RFC 5751 s3.1 wraps it,
 * or one that is sent on: then it is usually somebody else's. */
static int is_own_message(const struct check *check, bool *own_out)
{
	struct as_arena *arena = check->request->arena;
	struct as_values inner, outer;
	int rc;

	*own_out = false;
	rc = as_values_read(arena, check->protection.header, "From", AS_VALUE_AUTHORS, false,
			    &inner);
	if (rc == 0)
		rc = as_values_read(arena, check->request->outer, "From", AS_VALUE_AUTHORS, false,
				    &outer);
	if (rc == 0)
		*own_out = inner.count > 0 && as_values_equal(&inner, &outer);
	return rc;
}

int as_protect_check(const struct as_protect_request *request, struct as_span *inner_out)
{
	struct check check = {.request = request};
	struct as_field field;
	bool own;
	int rc;

	*inner_out = as_span_make(NULL, 0);
	rc = as_protect_find(request->arena, request->content, &check.protection);
	if (rc < 0 || check.protection.form == AS_PROTECT_NONE)
		return rc;
	if (check.protection.forwarded) {
		rc = is_own_message(&check, &own);
		if (rc < 0 || !own)
			return rc;
	}
	/* RFC 9788 s2.2: HP-Outer is for what encryption hides. */
	check.has_meant = request->encrypted && check.protection.form == AS_PROTECT_CIPHER &&
			  as_field_find(check.protection.header, "HP-Outer", &field);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		rc = read_field(&check, &rules[i], &check.fields[i]);
		if (rc < 0)
			return rc;
		compare_field(&check, &rules[i], &check.fields[i]);
	}
	rc = note_protection(&check);
	note_differences(&check);
	*inner_out = check.protection.header;
	return rc;
}
