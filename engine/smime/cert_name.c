/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust.h"

#include "base/buffer.h"

#include <openssl/err.h>

/* Names are written here and not by X509_NAME_print_ex, which takes 1,000 instructions
 * for a character: five names are in every report. */

/* Of a dotted OID and of a value that is shown as octets. */
#define OID_TEXT_BYTES 128

/* RFC 4514 s2.4 */
static bool needs_escape(struct as_span value, size_t at)
{
	unsigned char c = value.data[at];

	if (c == ' ')
		return at == 0 || at + 1 == value.size;
	return c == ',' || c == '+' || c == '"' || c == '\\' || c == '<' || c == '>' || c == ';' ||
	       (c == '#' && at == 0);
}

static void add_value(struct as_buffer *out, struct as_span value)
{
	size_t from = 0;

	for (size_t at = 0; at < value.size; at++) {
		if (!needs_escape(value, at))
			continue;
		as_buffer_append(out, value.data + from, at - from);
		as_buffer_byte(out, '\\');
		from = at;
	}
	if (from < value.size)
		as_buffer_append(out, value.data + from, value.size - from);
}

/* A value that is no text of a known kind: its octets behind '#'. */
static void add_octets(struct as_buffer *out, const ASN1_STRING *value, size_t max)
{
	struct as_span octets =
		as_span_make(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));

	octets = as_span_slice(octets, 0, max);
	as_buffer_byte(out, '#');
	for (size_t i = 0; i < octets.size; i++)
		as_buffer_printf(out, "%02X", octets.data[i]);
}

static void add_converted(struct as_buffer *out, const ASN1_STRING *value, size_t max)
{
	unsigned char *text = NULL;
	int size = ASN1_STRING_to_UTF8(&text, value);

	if (size >= 0)
		add_value(out, as_span_make(text, (size_t)size));
	else
		add_octets(out, value, max);
	OPENSSL_free(text);
}

static void add_entry(struct as_buffer *out, const X509_NAME_ENTRY *entry, size_t max)
{
	const ASN1_OBJECT *object = X509_NAME_ENTRY_get_object(entry);
	const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
	int kind = OBJ_obj2nid(object);
	char dotted[OID_TEXT_BYTES];

	if (kind != NID_undef) {
		as_buffer_text(out, OBJ_nid2sn(kind));
	} else {
		OBJ_obj2txt(dotted, sizeof(dotted), object, 1);
		as_buffer_text(out, dotted);
	}
	as_buffer_byte(out, '=');
	switch (kind == NID_undef ? V_ASN1_UNDEF : ASN1_STRING_type(value)) {
	case V_ASN1_UTF8STRING:
	case V_ASN1_PRINTABLESTRING:
	case V_ASN1_IA5STRING:
	case V_ASN1_NUMERICSTRING:
	case V_ASN1_VISIBLESTRING:
		add_value(out, as_span_make(ASN1_STRING_get0_data(value),
					    (size_t)ASN1_STRING_length(value)));
		break;
	case V_ASN1_T61STRING:
	case V_ASN1_BMPSTRING:
	case V_ASN1_UNIVERSALSTRING:
		add_converted(out, value, max);
		break;
	default:
		add_octets(out, value, max);
		break;
	}
}

const char *as_cert_name(struct as_arena *arena, const X509_NAME *name, size_t max)
{
	struct as_buffer out;
	const char *text = "";
	int last_set = 0;

	as_buffer_init(&out, 0);
	/* From the last to the first (RFC 4514 s2.1), and no further than is shown. */
	for (int i = X509_NAME_entry_count(name) - 1; i >= 0 && out.size <= max; i--) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
		int set = X509_NAME_ENTRY_set(entry);

		if (out.size > 0)
			as_buffer_byte(&out, set == last_set ? '+' : ',');
		last_set = set;
		add_entry(&out, entry, max);
	}
	if (!out.failed)
		text = as_smime_printable(arena, as_buffer_span(&out), max);
	as_buffer_deinit(&out);
	ERR_clear_error();
	return text;
}
