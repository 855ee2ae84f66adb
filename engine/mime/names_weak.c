/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"
#include "mime/field.h"
#include "mime/header_text.h"
#include "mime/names_forms.h"
#include "mime/octet.h"

#include <errno.h>
#include <strings.h>

/* A stem, a dot and a short extension with a letter in it: no sentence, no
 * version number. ".com" ends the name of a host. */
static bool looks_like_file(struct as_span text)
{
	size_t dot = text.size;
	bool letter = false;

	while (dot > 0 && as_octet_alnum(text.data[dot - 1])) {
		letter = letter || text.data[dot - 1] > '9';
		dot--;
	}
	return dot > 1 && text.data[dot - 1] == '.' && letter &&
	       text.size - dot <= AS_NAME_WEAK_EXTENSION && text.size <= AS_NAME_RAW_MAX &&
	       !(text.size - dot == 3 && strncasecmp((const char *)text.data + dot, "com", 3) == 0);
}

void as_name_add_unknown(struct as_name_list *list, struct as_name_pieces pieces)
{
	for (size_t i = 0; i < pieces.count; i++) {
		const struct as_name_piece *piece = &pieces.items[i];

		if (piece->param == AS_NAME_PARAM_UNKNOWN && !piece->loose &&
		    looks_like_file(piece->value))
			as_name_add(list, piece->value, ASSAY_NAME_OTHER, ASSAY_NAME_WEAK);
	}
}

static bool begins(struct as_span text, const char *with)
{
	size_t length = strlen(with);

	return text.size >= length && strncasecmp((const char *)text.data, with, length) == 0;
}

/* Clients display these, or the parts below them, and save nothing, unless the
 * disposition wants it. */
static bool is_saved(struct as_span block)
{
	struct as_field field;

	if (as_field_find(block, "Content-Disposition", &field) && begins(field.value, "attach"))
		return true;
	return as_field_find(block, "Content-Type", &field) && !begins(field.value, "text") &&
	       !begins(field.value, "multipart") && !begins(field.value, "message");
}

/* The last component of a URL's path. A URL without a path names a host. */
static struct as_span file_of_url(struct as_span url)
{
	size_t scheme = as_span_find_byte(url, 0, ':');
	size_t slash;

	for (size_t i = 0; i < url.size; i++)
		if (url.data[i] == '?' || url.data[i] == '#')
			url.size = i;
	if (scheme != SIZE_MAX && as_span_has_at(url, scheme, "://", 3)) {
		url = as_span_from(url, scheme + 3);
		if (as_span_find_byte(url, 0, '/') == SIZE_MAX)
			return as_span_make(NULL, 0);
	}
	for (slash = url.size; slash > 0 && url.data[slash - 1] != '/'; slash--)
		;
	return as_span_from(url, slash);
}

static void add_field(struct as_name_list *list, struct as_span block, const char *name,
		      bool is_url)
{
	struct as_buffer text, decoded;
	struct as_field field;
	struct as_span found;

	if (!as_field_find(block, name, &field))
		return;
	as_buffer_init(&text, 0);
	as_buffer_init(&decoded, 0);
	if (!as_header_words(&text, field.value, NULL))
		list->rc = -ENOMEM;
	found = as_buffer_span(&text);
	if (is_url) {
		(void)as_name_percent(&decoded, file_of_url(found));
		found = as_buffer_span(&decoded);
	}
	if (text.failed || decoded.failed)
		list->rc = -ENOMEM;
	else if (looks_like_file(found))
		as_name_add(list, found, ASSAY_NAME_OTHER, ASSAY_NAME_WEAK);
	as_buffer_deinit(&decoded);
	as_buffer_deinit(&text);
}

void as_name_add_weak(struct as_name_list *list, struct as_span header_block)
{
	if (!is_saved(header_block))
		return;
	add_field(list, header_block, "Content-Location", true);
	add_field(list, header_block, "Content-Description", false);
}
