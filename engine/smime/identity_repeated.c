/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity_own.h"

#include "mime/field.h"
#include "smime/header_values.h"

/* RFC 5322 s3.6: at most once each. Readers differ in which one they show. */
static const struct {
	const char *name;
	enum as_value_kind kind;
} once[] = {
	{"Subject", AS_VALUE_TEXT},   {"Date", AS_VALUE_DATE},	    {"To", AS_VALUE_ADDRESSES},
	{"Cc", AS_VALUE_ADDRESSES},   {"Sender", AS_VALUE_AUTHORS}, {"Reply-To", AS_VALUE_AUTHORS},
	{"Message-ID", AS_VALUE_IDS},
};
#define ONCE_COUNT (sizeof(once) / sizeof(once[0]))

static void count_fields(struct as_span header, size_t counts_out[ONCE_COUNT])
{
	struct as_field field;
	size_t offset = 0;

	memset(counts_out, 0, ONCE_COUNT * sizeof(*counts_out));
	while (as_field_next(header, &offset, &field))
		for (size_t i = 0; i < ONCE_COUNT; i++)
			if (as_field_is(&field, once[i].name))
				counts_out[i]++;
}

/* Two fields say the same if leaving out either one changes nothing. */
static int differ(const struct identity *identity, size_t index, bool *differ_out)
{
	const struct as_identity_request *request = identity->request;
	struct as_values first, all;
	struct as_field field;
	int rc;

	*differ_out = false;
	if (!as_field_find(request->header, once[index].name, &field))
		return 0;
	rc = as_values_read(request->arena,
			    as_span_slice(request->header, field.begin, field.end - field.begin),
			    once[index].name, once[index].kind, false, &first);
	if (rc == 0)
		rc = as_values_read(request->arena, request->header, once[index].name,
				    once[index].kind, false, &all);
	if (rc == 0)
		*differ_out =
			!as_values_equal(&all, &first) || (all.count > 0 && all.empty_fields > 0);
	return rc;
}

static int check_field(const struct identity *identity, size_t index, size_t count, bool grave)
{
	const struct as_identity_request *request = identity->request;
	bool differs;
	int rc = differ(identity, index, &differs);

	if (rc < 0 || differs != grave)
		return rc;
	as_smime_note(request->notes, request->layer, "smime.duplicate_header",
		      differs ? ASSAY_LOW : ASSAY_INFO,
		      differs ? "The header has %zu %s fields that differ."
			      : "The header has %zu %s fields that say the same.",
		      count, once[index].name);
	return 0;
}

int as_identity_check_repeated(const struct identity *identity)
{
	size_t counts[ONCE_COUNT];
	int rc = 0;

	count_fields(identity->request->header, counts);
	/* Those that differ first: only a few notes of a code are kept. */
	for (int grave = 1; grave >= 0; grave--)
		for (size_t i = 0; i < ONCE_COUNT && rc == 0; i++)
			if (counts[i] > 1)
				rc = check_field(identity, i, counts[i], grave == 1);
	return rc;
}
