/* SPDX-License-Identifier: BSD-2-Clause */
#include "extra.h"
#include "signature.h"
#include "tags.h"
#include "zip.h"

/* Text right behind a GIF signature: no picture has so wide a screen that its
 * size, flags and colours are all letters. */
#define GIF_TEXT_BYTES 24u

static bool all_the_same(struct as_span data)
{
	for (size_t i = 1; i < data.size && i < FT_SECOND_SEARCH_BYTES; i++)
		if (data.data[i] != data.data[0])
			return false;
	return true;
}

static bool is_local_header(struct as_span data, size_t at)
{
	uint16_t version, method, name;

	return as_span_has_at(data, at, "PK\3\4", 4) && as_span_le16(data, at + 4, &version) &&
	       as_span_le16(data, at + 8, &method) && as_span_le16(data, at + 26, &name) &&
	       (version & 0xff) <= 63 && method <= 99 && name > 0 && name < 1024;
}

/* A format that begins exactly at a place. */
static enum ft_id exact_at(struct as_span data, size_t at)
{
	uint32_t header;

	if (is_local_header(data, at))
		return FT_ZIP;
	if (as_span_has_at(data, at, "Rar!\x1a\x07", 6))
		return FT_RAR;
	if (as_span_has_at(data, at, "7z\xbc\xaf\x27\x1c\0", 7))
		return FT_SEVENZ;
	if (as_span_has_at(data, at, "MZ", 2) && as_span_le32(data, at + 0x3c, &header) &&
	    as_span_has_at(data, (uint64_t)at + header, "PE\0\0", 4))
		return FT_PE;
	if (as_span_has_at(data, at, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return FT_OLE;
	if (as_span_has_at(data, at, "MSCF\0\0\0\0", 8))
		return FT_CAB;
	if (as_span_has_at(data, at, "%PDF-1.", 7) || as_span_has_at(data, at, "%PDF-2.", 7))
		return FT_PDF;
	if (as_span_has_at(data, at, "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 20))
		return FT_LNK;
	if (as_span_has_at(data, at, "\177ELF\1\1\1", 7) ||
	    as_span_has_at(data, at, "\177ELF\2\1\1", 7))
		return FT_ELF;
	if (ft_starts_with(data, at, "<hta:application"))
		return FT_HTA;
	if (ft_starts_with(data, at, "<?php"))
		return FT_PHP;
	if (ft_starts_with(data, at, "<script") || ft_starts_with(data, at, "<!doctype html") ||
	    ft_starts_with(data, at, "<html"))
		return FT_HTML;
	return FT_UNKNOWN;
}

static enum ft_id search(struct as_span data, size_t from, size_t *at_out)
{
	static const bool begins[256] = {
		['P'] = true, ['R'] = true,  ['7'] = true,  ['M'] = true, [0xd0] = true,
		['%'] = true, [0x4c] = true, [0x7f] = true, ['<'] = true,
	};

	for (size_t i = from; i < data.size && i - from < FT_SECOND_SEARCH_BYTES; i++) {
		enum ft_id id;

		if (!begins[data.data[i]])
			continue;
		id = exact_at(data, i);
		if (id != FT_UNKNOWN) {
			*at_out = i;
			return id;
		}
	}
	return FT_UNKNOWN;
}

/* A ZIP end record that closes the data exactly and leads to a directory. In
 * programs that is a self-extractor; containers end in it by their nature. */
static bool zip_at_end(struct as_span data, const struct ft_result *result, size_t *at_out)
{
	struct ft_zip zip;

	switch (result->type_class) {
	case ASSAY_CLASS_IMAGE:
	case ASSAY_CLASS_PDF:
	case ASSAY_CLASS_HTML:
	case ASSAY_CLASS_TEXT:
	case ASSAY_CLASS_MEDIA:
	case ASSAY_CLASS_FONT:
	case ASSAY_CLASS_ONENOTE:
	case ASSAY_CLASS_SHORTCUT:
	case ASSAY_CLASS_HELP:
		break;
	case ASSAY_CLASS_OFFICE:
	case ASSAY_CLASS_OFFICE_MACRO:
	case ASSAY_CLASS_INSTALLER:
		if (as_span_has_at(data, 0, "PK", 2))
			return false;
		break;
	default:
		return false;
	}
	if (!ft_zip_open(data, &zip) || !zip.central || !zip.exact || zip.shift > data.size)
		return false;
	*at_out = (size_t)zip.shift;
	return true;
}

/* "GIF89a=1;...": a script whose first word is the signature. */
static bool is_gif_text(struct as_span data)
{
	if (data.size < 6 + GIF_TEXT_BYTES)
		return false;
	for (size_t i = 6; i < 6 + GIF_TEXT_BYTES; i++)
		if ((data.data[i] < 0x20 && !ft_is_blank(data.data[i])) || data.data[i] > 0x7e)
			return false;
	return true;
}

/* A volume descriptor inside something that is no disk image. */
static bool is_disk_inside(struct as_span data, const struct ft_result *result)
{
	return (result->type_class == ASSAY_CLASS_IMAGE || result->type_class == ASSAY_CLASS_PDF ||
		result->type_class == ASSAY_CLASS_MEDIA ||
		result->type_class == ASSAY_CLASS_OFFICE ||
		result->type_class == ASSAY_CLASS_TEXT || result->type_class == ASSAY_CLASS_HTML) &&
	       as_span_has_at(data, 32768, "\1CD001\1", 7);
}

static void look_behind(struct as_span data, size_t end, struct ft_extra *extra_out)
{
	struct as_span rest = as_span_from(data, end);
	size_t at = end;

	if (rest.size == 0)
		return;
	while (at < data.size && at - end < FT_SECOND_PADDING_BYTES && data.data[at] == 0)
		at++;
	extra_out->second = search(data, end, &extra_out->second_at);
	if (rest.size > FT_TRAILING_MIN && !all_the_same(rest)) {
		extra_out->trailing = true;
		extra_out->trailing_at = at;
	}
}

/* A file that stands unpacked in a container is its member. */
static bool holds_files(const struct ft_result *result)
{
	return result->type_class == ASSAY_CLASS_ARCHIVE ||
	       result->type_class == ASSAY_CLASS_ARCHIVE_UNUSUAL ||
	       result->type_class == ASSAY_CLASS_DISK_IMAGE ||
	       result->type_class == ASSAY_CLASS_MAIL;
}

void ft_extra_find(struct as_span data, const struct ft_result *result, struct ft_extra *extra_out)
{
	size_t end;

	*extra_out = (struct ft_extra){.second = FT_UNKNOWN};
	end = ft_image_end(data, result->id);
	if (end != SIZE_MAX)
		look_behind(data, end, extra_out);
	if (extra_out->second != FT_UNKNOWN)
		return;
	if (zip_at_end(data, result, &extra_out->second_at))
		extra_out->second = FT_ZIP;
	else if (result->id == FT_GIF && is_gif_text(data)) {
		extra_out->second = FT_TEXT;
		extra_out->second_at = 6;
	} else if (is_disk_inside(data, result)) {
		extra_out->second = FT_ISO;
		extra_out->second_at = 32769;
	} else if (result->marks & FT_MARK_CARRIER && !holds_files(result)) {
		extra_out->second = result->second;
		extra_out->second_at = result->second_at;
	}
}
