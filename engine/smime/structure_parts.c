/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/structure.h"

/* No preamble that a mail client writes is longer. */
#define CUSTOMARY_MAX 400u

static bool is_empty_octet(unsigned char octet)
{
	return octet == 0 || as_octet_blank(octet);
}

static bool is_empty(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!is_empty_octet(text.data[i]))
			return false;
	return true;
}

/* Lower case, runs of blanks made one, none round it; 0 when it does not fit. */
static size_t normalise(struct as_span text, char *out, size_t capacity)
{
	size_t size = 0;
	bool blank = false;

	for (size_t i = 0; i < text.size; i++) {
		unsigned char octet = text.data[i];

		if (is_empty_octet(octet)) {
			blank = size > 0;
			continue;
		}
		if (size + 2 >= capacity)
			return 0;
		if (blank)
			out[size++] = ' ';
		blank = false;
		out[size++] = (char)(octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet);
	}
	out[size] = '\0';
	return size;
}

/* What clients write for readers that know no MIME, as whole preambles. */
static bool is_known_preamble(const char *text)
{
	static const char *const known[] = {
		"this is an s/mime signed message",
		"this is an s/mime signed message.",
		"this is a s/mime signed message",
		"this is a s/mime signed message.",
		"this is an s/mime encrypted message",
		"this is a cryptographically signed message in mime format.",
		"this is a cryptographically signed message in mime format",
		"this is a signed message in mime format.",
		"this is a multi-part message in mime format.",
		"this is a multi-part message in mime format",
		"this is a multi-part message in mime format...",
		"this is a multipart message in mime format.",
		"this is a multipart message in mime format",
		"this is a mime-encapsulated message",
		"this is a mime-encapsulated message.",
		"this is a mime formatted message.",
		"this is a message in mime format.",
		"mime-formatted message",
		"this message is in mime format.",
		"this message is in mime format. since your mail reader does not understand this "
		"format, some or all of this message may not be legible.",
		"this is a message in mime format. if you see this, your mail reader does not "
		"support this format.",
		"if you are reading this, then your e-mail reader does not support mime.",
		"you are reading a mime message.",
		"> this message is in mime format. since your mail reader does not understand this "
		"format, some or all of this message may not be legible.",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(text, known[i]) == 0)
			return true;
	return false;
}

/* Other languages have sentences of their own. A single short one that speaks of
 * MIME and names no address, link or number asks nobody for anything. */
#define SENTENCE_MAX 100u

static bool is_like_preamble(const char *text, size_t size)
{
	return size <= SENTENCE_MAX && strcspn(text, ".!?:") >= size - 1 &&
	       strstr(text, "mime") != NULL && strpbrk(text, "0123456789@<>") == NULL;
}

bool as_smime_is_customary(struct as_span preamble)
{
	char plain[CUSTOMARY_MAX];

	return is_empty(preamble) ||
	       (normalise(preamble, plain, sizeof(plain)) > 0 && is_known_preamble(plain));
}

static void check_preamble(const struct as_smime_check *check)
{
	const struct as_smime_frame *frame = check->frame;
	struct as_span text =
		as_span_slice(check->tree->message, frame->begin, frame->first - frame->begin);
	char plain[CUSTOMARY_MAX];
	size_t size;

	if (as_smime_is_customary(text))
		return;
	size = normalise(text, plain, sizeof(plain));
	as_smime_note(check->notes, check->layer, "smime.preamble_text",
		      size > 0 && is_like_preamble(plain, size) ? ASSAY_INFO
								: ASSAY_SEVERITY_DEFAULT,
		      "%zu octets of text that nobody signed stand before the signed part of %s.",
		      text.size, as_smime_place_name(check, check->candidate->entity));
}

static void check_epilogue(const struct as_smime_check *check)
{
	const struct as_smime_frame *frame = check->frame;
	struct as_span text =
		as_span_slice(check->tree->message, frame->epilogue, frame->end - frame->epilogue);

	if (frame->closed && !is_empty(text))
		as_smime_note(check->notes, check->layer, "smime.epilogue_text",
			      ASSAY_SEVERITY_DEFAULT,
			      "%zu octets of text that nobody signed stand behind the last "
			      "delimiter of %s.",
			      text.size, as_smime_place_name(check, check->candidate->entity));
}

/* Nothing to see and nothing to open. */
static bool is_blank_part(const struct as_mime_tree *tree, const struct as_entity *part)
{
	return part->kind == AS_ENTITY_LEAF && part->name_count == 0 &&
	       is_empty(as_span_slice(tree->message, part->body_begin,
				      part->body_end - part->body_begin));
}

static void check_extra_parts(const struct as_smime_check *check)
{
	const struct as_entity *part = check->candidate->signed_part;

	part = part != NULL ? part->next : NULL;
	for (part = part != NULL ? part->next : NULL; part != NULL; part = part->next) {
		bool blank = is_blank_part(check->tree, part);

		as_smime_note(check->notes, check->layer, "smime.extra_part",
			      blank ? ASSAY_INFO : ASSAY_SEVERITY_DEFAULT,
			      "The signature does not cover %s, %s behind the signature.",
			      as_smime_place_name(check, part),
			      blank ? "an empty part" : "a further part");
	}
	if (check->frame->late_at != AS_SMIME_NOWHERE)
		as_smime_note(check->notes, check->layer, "smime.extra_part",
			      ASSAY_SEVERITY_DEFAULT,
			      "A delimiter line stands behind the closing one of %s: some clients "
			      "show another part there.",
			      as_smime_place_name(check, check->candidate->entity));
}

static void note_malformed(const struct as_smime_check *check, enum assay_severity severity,
			   const char *what)
{
	as_smime_note(check->notes, check->layer, "smime.malformed_mime", severity,
		      "The signed multipart at %s %s.",
		      as_smime_place_name(check, check->candidate->entity), what);
}

static void check_multipart(const struct as_smime_check *check)
{
	const struct as_smime_frame *frame = check->frame;

	if (frame == NULL) {
		note_malformed(check, ASSAY_SEVERITY_DEFAULT, "has no boundary or no delimiter");
		return;
	}
	if (frame->parts < 2)
		note_malformed(check, ASSAY_SEVERITY_DEFAULT,
			       frame->parts == 0 ? "has no parts" : "has one part only");
	else if (check->candidate->signature == NULL)
		note_malformed(check, ASSAY_SEVERITY_DEFAULT,
			       "has no signature as its second part");
	/* Cut off on the way or never written: clients show both parts. */
	if (!frame->closed && frame->parts > 0)
		note_malformed(check, ASSAY_INFO, "has no closing delimiter");
	check_preamble(check);
	check_epilogue(check);
	check_extra_parts(check);
}

void as_smime_check_parts(struct as_smime_check *check)
{
	switch (check->candidate->form) {
	case AS_SMIME_FORM_MULTIPART:
		check_multipart(check);
		break;
	case AS_SMIME_FORM_CMS:
		if (check->structure->state == AS_SMIME_SIGNED_OPAQUE &&
		    check->structure->content_missing)
			as_smime_note(check->notes, check->layer, "smime.stray_signature",
				      ASSAY_SEVERITY_DEFAULT,
				      "The signature in %s is of a text that is not there.",
				      as_smime_place_name(check, check->candidate->entity));
		break;
	case AS_SMIME_FORM_STRAY:
		as_smime_note(check->notes, check->layer, "smime.stray_signature",
			      ASSAY_SEVERITY_DEFAULT, "The signature in %s belongs to nothing.",
			      as_smime_place_name(check, check->candidate->entity));
		break;
	}
}
