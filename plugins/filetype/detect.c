/* SPDX-License-Identifier: BSD-2-Clause */
#include "detect.h"

#include "der.h"
#include "lines.h"
#include "markup.h"
#include "ole.h"
#include "script.h"
#include "signature.h"
#include "tags.h"
#include "zip.h"

static size_t find_pdf(struct as_span data)
{
	struct as_span head = as_span_slice(data, 0, FT_PDF_HEADER_BYTES);
	const unsigned char *hit;
	size_t at;

	if (head.size == 0)
		return SIZE_MAX;
	hit = memmem(head.data, head.size, "%PDF-", 5);
	if (hit == NULL)
		return SIZE_MAX;
	at = (size_t)(hit - data.data);
	head = as_span_slice(data, at, FT_PDF_OBJECT_BYTES);
	/* A text about PDF has the word, but hardly an object. */
	return at == 0 || memmem(head.data, head.size, " obj", 4) != NULL ? at : SIZE_MAX;
}

static bool says_pdf(const struct ft_hints *hints)
{
	return strcmp(hints->extension, ".pdf") == 0 ||
	       strcmp(hints->declared, "application/pdf") == 0;
}

/* What has a PDF header further in is opened as a PDF under that name. */
static void note_pdf(struct as_span data, const struct ft_hints *hints,
		     struct ft_result *result_out)
{
	size_t at;

	if (result_out->id == FT_PDF || result_out->type_class == ASSAY_CLASS_MAIL)
		return;
	at = find_pdf(data);
	if (at == SIZE_MAX || at == 0)
		return;
	if (says_pdf(hints)) {
		enum ft_id lead = result_out->id;

		ft_is(result_out, FT_PDF, 90, at, 5);
		result_out->second = lead;
		result_out->second_at = 0;
	} else {
		result_out->second = FT_PDF;
		result_out->second_at = at;
	}
	result_out->marks |= FT_MARK_CARRIER;
}

static bool is_wrapper(enum ft_id id)
{
	return ft_type(id)->family == FT_F_PACK ||
	       ft_type(id)->type_class == ASSAY_CLASS_DISK_IMAGE || id == FT_DOSEXE;
}

static bool find_binary(struct as_span data, const struct ft_hints *hints,
			struct ft_result *result_out)
{
	struct ft_result other;
	bool found = ft_signature_find(data, result_out);

	if (found && result_out->id == FT_ZIP && ft_zip_kind(data, hints, &other))
		*result_out = other;
	if (found && result_out->id == FT_OLE && ft_ole_kind(data, &other))
		*result_out = other;
	/* Compressed images begin with compressed blocks, others with boot
	 * code; the trailer is what tells. */
	if ((!found || is_wrapper(result_out->id)) && ft_trailer_find(data, &other)) {
		if (!found || other.confidence > result_out->confidence || other.id == FT_DMG ||
		    other.id == FT_VHD)
			*result_out = other;
		found = true;
	}
	return found || ft_der_find(data, result_out);
}

static bool says_svg(const struct ft_hints *hints)
{
	return strcmp(hints->extension, ".svg") == 0 ||
	       strcmp(hints->declared, "image/svg+xml") == 0;
}

/* Names and declarations break the tie that plain text leaves: what a browser
 * or script host is told to open, it opens. */
static bool find_by_hint(const struct ft_text *text, const struct ft_hints *hints,
			 struct ft_result *result_out)
{
	struct as_span head = as_span_slice(text->view, 0, FT_HEAD_BYTES);
	bool tags = as_span_find_byte(head, 0, '<') != SIZE_MAX;

	if (tags && says_svg(hints))
		return ft_is(result_out, FT_SVG, 70, 0, 0);
	if (tags && (strcmp(hints->extension, ".hta") == 0 ||
		     strcmp(hints->declared, "application/hta") == 0)) {
		ft_is(result_out, FT_HTA, 75, 0, 0);
		result_out->marks |= FT_MARK_AGREES;
		return true;
	}
	if (ft_claims_html(hints))
		return ft_is(result_out, FT_HTML, 65, 0, 0);
	if (tags && strcmp(hints->extension, ".xml") == 0)
		return ft_is(result_out, FT_XML, 65, 0, 0);
	if (strcmp(hints->extension, ".inf") == 0 && as_span_find_byte(head, 0, '[') != SIZE_MAX)
		return ft_is(result_out, FT_INF, 70, 0, 0);
	return false;
}

static bool find_script(const struct ft_text *text, const struct ft_hints *hints,
			struct ft_result *result_out)
{
	enum ft_id wanted, language;
	bool strong;

	if (hints->body)
		return false;
	wanted = ft_script_claimed(hints);
	language = ft_script_score(text, wanted, &strong);
	if (language == FT_UNKNOWN)
		return false;
	if (language == wanted) {
		ft_is(result_out, language, strong ? 85 : 70, 0, 0);
		result_out->marks |= strong ? FT_MARK_AGREES : 0;
		return true;
	}
	ft_is(result_out, FT_TEXT, 60, 0, 0);
	result_out->maybe = language;
	return true;
}

/* Formats whose marker counts even when control octets follow. */
static bool find_marked(const struct ft_text *text, const struct ft_hints *hints,
			struct ft_result *result_out)
{
	return ft_script_marker(text, hints, result_out) ||
	       (text->textual && ft_mail_find(text, hints, result_out)) ||
	       ft_markup_find(text, hints, result_out) || ft_lines_find(text, hints, result_out);
}

static bool find_text(struct as_span data, const struct ft_hints *hints,
		      struct ft_result *result_out)
{
	struct ft_text text;

	ft_text_init(&text, data);
	if (find_marked(&text, hints, result_out))
		return true;
	if (!text.textual)
		return false;
	if (find_by_hint(&text, hints, result_out) || find_script(&text, hints, result_out) ||
	    (!hints->body && ft_table_find(&text, hints, result_out)))
		return true;
	return ft_is(result_out, FT_TEXT, 60, 0, 0);
}

static bool find_late(struct as_span data, const struct ft_hints *hints,
		      struct ft_result *result_out)
{
	size_t at = find_pdf(data);
	struct ft_zip zip;

	if (at != SIZE_MAX)
		return ft_is(result_out, FT_PDF, 88, at, 5);
	/* A prefix in front of a ZIP hides it from signatures, not from those
	 * who look for the end record. */
	return ft_zip_open(data, &zip) && zip.central && ft_zip_kind(data, hints, result_out);
}

static bool detect(struct as_span data, const struct ft_hints *hints, struct ft_result *result_out)
{
	struct ft_result late;

	if (data.size == 0)
		return ft_is(result_out, FT_EMPTY, 100, 0, 0);
	if (find_binary(data, hints, result_out)) {
		note_pdf(data, hints, result_out);
		return true;
	}
	if (find_text(data, hints, result_out)) {
		/* Text that nobody could name gives way to what follows it. */
		if (result_out->id == FT_TEXT && find_late(data, hints, &late))
			*result_out = late;
		else if (result_out->id == FT_PY && find_late(data, hints, &late) &&
			 late.id != FT_PDF)
			result_out->id = FT_PYZ;
		else
			note_pdf(data, hints, result_out);
		return true;
	}
	if (find_late(data, hints, result_out))
		return true;
	ft_is(result_out, FT_UNKNOWN, 0, 0, 0);
	return false;
}

/* Markers are compared with less than their shown length here and there. */
static size_t clamp(size_t value, size_t limit)
{
	return value < limit ? value : limit;
}

bool ft_detect(struct as_span data, const struct ft_hints *hints, struct ft_result *result_out)
{
	bool found = detect(data, hints, result_out);

	result_out->at = clamp(result_out->at, data.size);
	result_out->length = clamp(result_out->length, data.size - result_out->at);
	return found;
}
