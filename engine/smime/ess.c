/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/ess.h"

/* An address or a label's mark in a note. */
#define SHOWN_BYTES 128u
/* Real lists have one to three entries; RFC 2634 s4.2 names no bound. */
#define ML_ENTRIES_MAX 1000u

static void note(struct as_smime_notes *notes, const struct as_smime_layer *layer, const char *text)
{
	as_smime_note(notes, layer, "smime.receipt_request", ASSAY_SEVERITY_DEFAULT, "%s", text);
}

static const struct as_cms_attribute *find(const struct as_cms_signer *signer, enum as_oid_id id)
{
	const struct as_cms_attribute *found;
	size_t count;

	found = as_cms_attribute_find(signer->attributes, signer->attribute_count, id, &count);
	return found != NULL && found->value_count > 0 ? found : NULL;
}

/* rfc822Names of a GeneralNames, added to the text. */
static const char *add_names(struct as_arena *arena, struct as_span names, const char *text,
			     size_t *count)
{
	struct as_ber name;

	while (as_ber_next(&names, &name)) {
		if (name.class != AS_BER_CONTEXT || name.tag != 1 ||
		    (*count)++ >= AS_ESS_ADDRESSES_SHOWN)
			continue;
		text = as_arena_printf(arena, "%s%s%s", text, *text == '\0' ? "" : ", ",
				       as_smime_printable(arena, name.content, SHOWN_BYTES));
		if (text == NULL)
			return "";
	}
	return text;
}

/* ReceiptRequest (s2.7): an identifier, from whom, to whom. */
static void note_request(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			 const struct as_ber *value)
{
	struct as_span rest = value->content;
	struct as_ber id, from, to, names;
	const char *text = "";
	size_t count = 0;

	if (value->tag != AS_BER_SEQUENCE ||
	    !as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &id) ||
	    !as_ber_next(&rest, &from) ||
	    !as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &to)) {
		note(notes, layer,
		     "The sender asks for a signed receipt in a form that cannot be "
		     "read.");
		return;
	}
	while (as_ber_expect(&to.content, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &names))
		text = add_names(notes->arena, names.content, text, &count);
	if (*text == '\0') {
		note(notes, layer, "The sender asks for a signed receipt.");
		return;
	}
	as_smime_note(notes, layer, "smime.receipt_request", ASSAY_SEVERITY_DEFAULT,
		      "The sender asks for a signed receipt, to be sent to %s%s.", text,
		      count > AS_ESS_ADDRESSES_SHOWN ? " and others" : "");
}

/* s3.2: 0 to 5 have names in X.411, others mean what their policy says. */
static const char *classification_name(uint64_t value)
{
	static const char *const names[] = {"unmarked",	    "unclassified", "restricted",
					    "confidential", "secret",	    "top-secret"};

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : "of its policy";
}

/* ESSSecurityLabel: a SET in any order (s3.2). */
static void note_label(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		       const struct as_ber *value)
{
	struct as_span rest = value->content;
	const char *policy = "unknown", *mark = "", *level = "not given";
	struct as_ber member;
	uint64_t number;

	while (as_ber_next(&rest, &member)) {
		if (member.class != AS_BER_UNIVERSAL)
			continue;
		if (member.tag == AS_BER_OID)
			policy = as_ber_oid_text(notes->arena, member.content);
		else if (member.tag == AS_BER_INTEGER && as_ber_uint(&member, &number))
			level = classification_name(number);
		else if (member.tag == AS_BER_UTF8_STRING || member.tag == AS_BER_PRINTABLE_STRING)
			mark = as_smime_printable(notes->arena, member.content, SHOWN_BYTES);
	}
	as_smime_note(notes, layer, "smime.receipt_request", ASSAY_SEVERITY_DEFAULT,
		      "ESS data: a security label of policy %s, classification %s%s%s.", policy,
		      level, *mark != '\0' ? ", marked " : "", mark);
}

/* MLExpansionHistory: who expanded it, one MLData each (s4.2). */
static void note_lists(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		       const struct as_ber *value)
{
	struct as_span rest = value->content;
	struct as_ber entry;
	size_t count = 0;

	while (count < ML_ENTRIES_MAX && as_ber_next(&rest, &entry))
		count++;
	as_smime_note(notes, layer, "smime.receipt_request", ASSAY_SEVERITY_DEFAULT,
		      "ESS data: %s%zu mailing list%s handled the message.",
		      count == ML_ENTRIES_MAX ? "at least " : "", count, count == 1 ? "" : "s");
}

void as_ess_signer(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const struct as_cms_signer *signer)
{
	const struct as_cms_attribute *found;

	found = find(signer, AS_OID_RECEIPT_REQUEST);
	if (found != NULL)
		note_request(notes, layer, &found->value);
	found = find(signer, AS_OID_SECURITY_LABEL);
	if (found != NULL)
		note_label(notes, layer, &found->value);
	if (find(signer, AS_OID_EQUIVALENT_LABELS) != NULL)
		note(notes, layer, "ESS data: equivalent security labels of other policies.");
	found = find(signer, AS_OID_ML_EXPANSION_HISTORY);
	if (found != NULL)
		note_lists(notes, layer, &found->value);
}

/* Receipt (s2.8): version, content type, identifier, signature of the original. */
void as_ess_content(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		    const struct as_cms *cms)
{
	struct as_span rest = cms->econtent;
	struct as_ber receipt, member, id;

	if (cms->econtent_known == NULL || cms->econtent_known->id != AS_OID_RECEIPT)
		return;
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &receipt) ||
	    !as_ber_expect(&receipt.content, AS_BER_UNIVERSAL, AS_BER_INTEGER, &member) ||
	    !as_ber_expect(&receipt.content, AS_BER_UNIVERSAL, AS_BER_OID, &member) ||
	    !as_ber_expect(&receipt.content, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &id)) {
		note(notes, layer,
		     "ESS data: the content is a signed receipt that cannot be read.");
		return;
	}
	as_smime_note(notes, layer, "smime.receipt_request", ASSAY_SEVERITY_DEFAULT,
		      "ESS data: the content is a signed receipt for the message with the "
		      "identifier %s.",
		      as_smime_printable(notes->arena, id.content, SHOWN_BYTES));
}
