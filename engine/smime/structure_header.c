/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/structure.h"

#include "mime/line.h"

struct watched {
	const char *name; /* lower case */
	const char *shown;
	bool harmless; /* broken senders write it twice, and nobody shows it */
};

/* Fields that may stand once (RFC 5322 s3.6, RFC 2045 s3): where there are two,
 * one client shows the first and another the last. */
static const struct watched fields[] = {
	{"from", "From", false},
	{"sender", "Sender", false},
	{"reply-to", "Reply-To", false},
	{"to", "To", true},
	{"cc", "Cc", true},
	{"bcc", "Bcc", true},
	{"date", "Date", false},
	{"subject", "Subject", false},
	{"message-id", "Message-ID", true},
	{"in-reply-to", "In-Reply-To", true},
	{"references", "References", true},
	{"mime-version", "MIME-Version", true},
	{"content-type", "Content-Type", false},
	{"content-transfer-encoding", "Content-Transfer-Encoding", false},
	{"content-disposition", "Content-Disposition", false},
	{"content-id", "Content-ID", true},
	{"content-description", "Content-Description", true},
};
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

struct seen {
	struct as_span first;
	size_t count;
	bool differs;
};

/* Folds and blanks are no difference. */
static bool same_text(struct as_span a, struct as_span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.size && as_octet_blank(a.data[i]))
			i++;
		while (j < b.size && as_octet_blank(b.data[j]))
			j++;
		if (i == a.size || j == b.size)
			return i == a.size && j == b.size;
		if (a.data[i++] != b.data[j++])
			return false;
	}
}

static void see(struct seen *seen, struct as_span value)
{
	if (seen->count++ == 0)
		seen->first = value;
	else if (!same_text(seen->first, value))
		seen->differs = true;
}

static void check_fields(const struct as_smime_check *check, const struct as_entity *entity)
{
	struct as_span block = as_smime_header(check->tree, entity);
	struct seen seen[FIELD_COUNT] = {0};
	struct as_field field;
	size_t offset = 0;

	while (as_smime_field_next(block, &offset, &field))
		for (size_t i = 0; i < FIELD_COUNT; i++)
			if (as_field_is(&field, fields[i].name))
				see(&seen[i], field.value);
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		bool loud = seen[i].differs && !fields[i].harmless;

		if (seen[i].count > 1)
			as_smime_note(check->notes, check->layer, "smime.duplicate_header",
				      loud ? ASSAY_SEVERITY_DEFAULT : ASSAY_INFO,
				      "The header of %s has %zu fields %s%s.",
				      as_smime_place_name(check, entity), seen[i].count,
				      fields[i].shown,
				      seen[i].differs ? " that differ" : " that are alike");
	}
}

/* name= beside name*= is what RFC 2231 s4 and many clients do for old readers;
 * of a boundary nobody does that. */
static bool is_pair_of_forms(const struct as_param *a, const struct as_param *b)
{
	return (a->form == AS_PARAM_EXTENDED) != (b->form == AS_PARAM_EXTENDED) &&
	       strcmp(a->name, "boundary") != 0;
}

static void note_pair(const struct as_smime_check *check, const struct as_entity *entity,
		      const struct as_param *a, const struct as_param *b)
{
	bool same = a->value_length == b->value_length &&
		    memcmp(a->value, b->value, a->value_length) == 0;

	as_smime_note(check->notes, check->layer, "smime.duplicate_parameter",
		      same ? ASSAY_INFO : ASSAY_SEVERITY_DEFAULT,
		      "The Content-Type of %s has two parameters %s%s.",
		      as_smime_place_name(check, entity),
		      as_smime_printable(check->notes->arena, as_span_text(a->name),
					 AS_SMIME_SHOWN_BYTES),
		      same ? " that are alike" : " that differ");
}

static void check_parameters(const struct as_smime_check *check, const struct as_entity *entity,
			     const struct as_params *params)
{
	for (size_t i = 0; i < params->count; i++) {
		for (size_t j = i + 1; j < params->count; j++) {
			const struct as_param *a = &params->items[i], *b = &params->items[j];

			if (strcmp(a->name, b->name) == 0 && !is_pair_of_forms(a, b))
				note_pair(check, entity, a, b);
		}
	}
}

static void check_part(const struct as_smime_check *check, const struct as_entity *part)
{
	struct as_smime_types types;

	if (part == NULL)
		return;
	check_fields(check, part);
	if (as_smime_types_read(check->notes->arena, as_smime_header(check->tree, part), &types) <
	    0) {
		check->notes->lost = true;
		return;
	}
	for (size_t i = 0; i < types.count; i++)
		check_parameters(check, part, &types.items[i]);
}

void as_smime_check_headers(struct as_smime_check *check)
{
	const struct as_smime_candidate *candidate = check->candidate;

	if (candidate->form == AS_SMIME_FORM_STRAY)
		return;
	check_fields(check, candidate->entity);
	for (size_t i = 0; i < check->types->count; i++)
		check_parameters(check, candidate->entity, &check->types->items[i]);
	check_part(check, candidate->signed_part);
	check_part(check, candidate->signature);
}
