/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/find.h"

#include "mime/base64.h"
#include "mime/field.h"
#include "mime/line.h"
#include "mime/qp.h"
#include "mime/transfer.h"
#include "smime/armour.h"
#include "smime/ber.h"
#include "smime/cms.h"

#include <errno.h>

/* RFC 2045 s6.8 */
#define BASE64_LINE_MAX 76u
/* as_cms_looks_like() wants 64 octets; so many hold them in base64, even when
 * blank lines stand in front. */
#define GLANCE_BYTES 512u
/* Of a Content-Transfer-Encoding value that is shown. */
#define SHOWN_BYTES 40u

struct body {
	struct as_smime_notes *notes;
	const struct as_smime_layer *layer;
	const struct as_entity *leaf; /* NULL: a file */
	size_t max_bytes;
	struct as_span raw;
	struct as_span octets; /* as far as they have been decoded */
	bool refused;	       /* too large */
};

#define CODE "smime.bad_transfer_encoding"

static void note(const struct body *body, enum assay_severity severity, const char *text)
{
	as_smime_note(body->notes, body->layer, CODE, severity, "%s", text);
}

static void refuse(struct body *body)
{
	body->refused = true;
	body->octets = as_span_make(body->raw.data, 0);
	as_smime_note(body->notes, body->layer, "smime.limit_exceeded", ASSAY_SEVERITY_DEFAULT,
		      "The CMS object is larger than %zu octets and was not looked at.",
		      body->max_bytes);
}

/* NULL: no memory. *bound is lowered to what is allowed. */
static unsigned char *make_room(const struct body *body, size_t *bound)
{
	if (*bound > body->max_bytes)
		*bound = body->max_bytes;
	return as_arena_alloc(body->notes->arena, *bound);
}

/* Lines that no encoder writes but every decoder reads. */
static bool has_odd_lines(struct as_span raw)
{
	size_t size = raw.size;

	while (size > 0 && as_octet_blank(raw.data[size - 1]))
		size--;
	raw.size = size;
	for (size_t offset = 0; offset < raw.size;) {
		struct as_line line = as_line_at(raw, offset, '\n');
		struct as_span text = as_line_span(raw, line);

		if (text.size == 0 || text.size > BASE64_LINE_MAX ||
		    as_span_find_byte(text, 0, ' ') != SIZE_MAX ||
		    as_span_find_byte(text, 0, '\t') != SIZE_MAX)
			return true;
		offset = line.next;
	}
	return false;
}

/* RFC 2045 s6.8: the first padding is the end. What stands behind it is left
 * out when the object is whole without it; encoders that pad every line exist. */
static void cut_at_padding(struct body *body, const struct as_decode_stats *stats)
{
	struct as_span rest = as_span_slice(body->octets, 0, stats->first_run);
	struct as_span first = rest;
	struct as_ber element;

	if (stats->first_run < body->octets.size && as_ber_next(&rest, &element))
		body->octets = first;
}

static void note_base64(const struct body *body, struct as_span text,
			const struct as_decode_stats *stats)
{
	if (stats->padding_inside > 0)
		note(body, ASSAY_SEVERITY_DEFAULT,
		     "Text stands behind the end of the base64 data.");
	if (stats->junk > 0)
		note(body, ASSAY_SEVERITY_DEFAULT, "Octets among the base64 data are none of it.");
	if (stats->missing_padding > 0)
		note(body, ASSAY_SEVERITY_DEFAULT, "The base64 data ends too early.");
	if (body->leaf != NULL && stats->anomalies == 0 && has_odd_lines(text))
		note(body, ASSAY_INFO, "Blanks or long lines stand in the base64 data.");
}

static int undo_base64(struct body *body, struct as_span text)
{
	size_t bound = as_base64_bound(text.size);
	unsigned char *out = make_room(body, &bound);
	struct as_decode_stats stats;

	if (out == NULL)
		return -ENOMEM;
	body->octets = as_span_make(out, as_base64_decode(text, out, bound, &stats));
	if (stats.truncated) {
		refuse(body);
		return 0;
	}
	if (stats.padding_inside > 0)
		cut_at_padding(body, &stats);
	note_base64(body, text, &stats);
	return 0;
}

static int undo_qp(struct body *body)
{
	size_t bound = body->raw.size;
	unsigned char *out = make_room(body, &bound);
	struct as_decode_stats stats;

	if (out == NULL)
		return -ENOMEM;
	body->octets = as_span_make(out, as_qp_decode(body->raw, out, bound, &stats));
	if (stats.truncated)
		refuse(body);
	else if (stats.bad_escapes > 0 || stats.odd_breaks > 0)
		note(body, ASSAY_SEVERITY_DEFAULT, "The quoted-printable data is malformed.");
	return 0;
}

/* uuencode and the other encodings from before MIME. */
static int undo_old(struct body *body)
{
	size_t bound = as_transfer_bound(body->leaf->encoding, body->raw.size);
	unsigned char *out = make_room(body, &bound);
	struct as_transfer transfer;

	if (out == NULL)
		return -ENOMEM;
	body->octets = as_span_make(
		out, as_transfer_decode(body->leaf->encoding, body->raw, out, bound, &transfer));
	if (transfer.stats.truncated)
		refuse(body);
	else if (transfer.stats.anomalies > 0 || transfer.outside)
		note(body, ASSAY_SEVERITY_DEFAULT,
		     "Text that is not encoded stands round the uuencoded data.");
	return 0;
}

static bool is_base64_of_cms(struct as_span text)
{
	unsigned char octets[GLANCE_BYTES];
	struct as_decode_stats stats;
	size_t size = as_base64_decode(as_span_slice(text, 0, GLANCE_BYTES), octets, sizeof(octets),
				       &stats);

	return stats.junk == 0 && as_cms_looks_like(as_span_make(octets, size));
}

/* RFC 2045 s2.7-2.9. Servers that pass binary octets on without a word about
 * it are many; one that says 7bit has lied to whoever relays the message. */
static void check_binary(const struct body *body)
{
	struct as_span text = as_span_text(body->leaf->encoding_text);

	if (as_span_has_at(text, 0, "7", 1))
		note(body, ASSAY_SEVERITY_DEFAULT, "Binary octets stand where 7bit is declared.");
	else if (text.size == 0 || text.data[0] == '8')
		note(body, ASSAY_INFO, "Binary octets stand where text is declared.");
}

/* Octets that no mechanism has to be undone for any more, as far as the header
 * knows. */
static int undo_undeclared(struct body *body)
{
	if (as_cms_looks_like(body->octets)) {
		if (body->leaf->encoding == AS_ENCODING_IDENTITY)
			check_binary(body);
		return 0;
	}
	if (as_smime_is_armour(body->octets) || !is_base64_of_cms(body->octets))
		return 0;
	note(body, ASSAY_SEVERITY_DEFAULT,
	     "Base64 data stands where another encoding is declared.");
	return undo_base64(body, body->octets);
}

/* The other way round: base64 is declared and is not there. */
static int undo_declared_base64(struct body *body)
{
	if (as_smime_is_armour(body->raw))
		return 0;
	if (as_cms_looks_like(body->raw)) {
		note(body, ASSAY_SEVERITY_DEFAULT, "Binary octets stand where base64 is declared.");
		return 0;
	}
	return undo_base64(body, body->raw);
}

static int undo_declared(struct body *body)
{
	switch (body->leaf->encoding) {
	case AS_ENCODING_BASE64:
		return undo_declared_base64(body);
	case AS_ENCODING_QP:
		return undo_qp(body);
	case AS_ENCODING_UUENCODE:
	case AS_ENCODING_XXENCODE:
	case AS_ENCODING_YENC:
	case AS_ENCODING_BINHEX:
		return undo_old(body);
	case AS_ENCODING_UNKNOWN:
		as_smime_note(body->notes, body->layer, CODE, ASSAY_SEVERITY_DEFAULT,
			      "The transfer encoding \"%s\" is not known.",
			      as_smime_printable(body->notes->arena,
						 as_span_text(body->leaf->encoding_text),
						 SHOWN_BYTES));
		return 0;
	case AS_ENCODING_IDENTITY:
		break;
	}
	return 0;
}

static int undo_armour(struct body *body)
{
	struct as_smime_armour armour;

	if (!as_smime_armour_find(body->octets, &armour))
		return 0;
	if (armour.text_behind)
		note(body, ASSAY_SEVERITY_DEFAULT,
		     "Text stands behind the PEM armour of the object.");
	else if (body->leaf != NULL)
		note(body, ASSAY_INFO, "The object stands in PEM armour.");
	return undo_base64(body, armour.text);
}

int as_smime_cms_octets(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			const struct as_mime_tree *tree, const struct as_entity *leaf,
			size_t max_bytes, struct as_span *octets_out)
{
	struct body body = {
		.notes = notes,
		.layer = layer,
		.leaf = leaf,
		.max_bytes = max_bytes,
		.raw = as_span_slice(tree->message, leaf->body_begin,
				     leaf->body_end - leaf->body_begin),
	};
	int rc;

	body.octets = body.raw;
	rc = undo_declared(&body);
	if (rc == 0 && !body.refused && leaf->encoding != AS_ENCODING_BASE64)
		rc = undo_undeclared(&body);
	if (rc == 0 && !body.refused)
		rc = undo_armour(&body);
	if (rc < 0)
		return rc;
	if (body.octets.size > max_bytes)
		refuse(&body);
	*octets_out = body.octets;
	return 0;
}

bool as_smime_file_looks(struct as_span file)
{
	return as_cms_looks_like(file) || as_smime_is_armour(file) || is_base64_of_cms(file);
}

int as_smime_file_octets(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			 struct as_span file, size_t max_bytes, struct as_span *octets_out)
{
	struct body body = {
		.notes = notes,
		.layer = layer,
		.max_bytes = max_bytes,
		.raw = file,
		.octets = file,
	};
	int rc = 0;

	if (as_smime_is_armour(file))
		rc = undo_armour(&body);
	else if (!as_cms_looks_like(file) && is_base64_of_cms(file))
		rc = undo_base64(&body, file);
	if (rc < 0)
		return rc;
	if (body.octets.size > max_bytes)
		refuse(&body);
	*octets_out = body.octets;
	return 0;
}
