/* SPDX-License-Identifier: BSD-2-Clause */
#include "tags.h"
#include "zip.h"

/* ECMA-376 part 1 and [MS-OFFMACRO2]: content types of main parts. Lower case,
 * because media types are compared without case. */
static const struct {
	const char *content;
	enum ft_id id;
} mains[] = {
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
	 FT_DOCX},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
	 FT_DOTX},
	{"application/vnd.ms-word.document.macroenabled.main+xml", FT_DOCM},
	{"application/vnd.ms-word.template.macroenabledtemplate.main+xml", FT_DOTM},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", FT_XLSX},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", FT_XLTX},
	{"application/vnd.ms-excel.sheet.macroenabled.main+xml", FT_XLSM},
	{"application/vnd.ms-excel.template.macroenabled.main+xml", FT_XLTM},
	{"application/vnd.ms-excel.addin.macroenabled.main+xml", FT_XLAM},
	{"application/vnd.ms-excel.sheet.binary.macroenabled.main", FT_XLSB},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
	 FT_PPTX},
	{"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml", FT_POTX},
	{"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
	 FT_PPSX},
	{"application/vnd.ms-powerpoint.presentation.macroenabled.main+xml", FT_PPTM},
	{"application/vnd.ms-powerpoint.template.macroenabled.main+xml", FT_POTM},
	{"application/vnd.ms-powerpoint.slideshow.macroenabled.main+xml", FT_PPSM},
	{"application/vnd.ms-powerpoint.addin.macroenabled.main+xml", FT_PPAM},
	{"application/vnd.ms-powerpoint.slide.macroenabled.main+xml", FT_SLDM},
	{"application/vnd.ms-visio.drawing.main+xml", FT_VSDX},
	{"application/vnd.ms-visio.template.main+xml", FT_VSTX},
	{"application/vnd.ms-visio.stencil.main+xml", FT_VSSX},
	{"application/vnd.ms-visio.drawing.macroenabled.main+xml", FT_VSDM},
	{"application/vnd.ms-visio.template.macroenabled.main+xml", FT_VSTM},
	{"application/vnd.ms-visio.stencil.macroenabled.main+xml", FT_VSSM},
	{"application/vnd.ms-package.xps-fixeddocumentsequence+xml", FT_XPS},
	{"application/oxps", FT_XPS},
	{"application/vnd.ms-package.3dmanufacturing-3dmodel+xml", FT_MODEL3MF},
};

static enum ft_id find_main(const char *content)
{
	for (size_t i = 0; i < sizeof(mains) / sizeof(mains[0]); i++)
		if (strcmp(mains[i].content, content) == 0)
			return mains[i].id;
	return FT_UNKNOWN;
}

/* The parts are ASCII, but may be written in UTF-16. */
static struct as_span narrow(unsigned char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++)
		if (text[i] != 0 && text[i] < 0x80)
			text[used++] = text[i];
	return as_span_make(text, used);
}

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), tail = strlen(end);

	return size >= tail && strcmp(text + size - tail, end) == 0;
}

/* Target of the officeDocument relationship, without a leading slash. */
static bool find_target(struct as_span relations, char *target_out, size_t capacity)
{
	struct ft_tags tags = {.text = relations};
	struct ft_tag tag;
	char type[FT_ZIP_VALUE_BYTES], value[FT_ZIP_VALUE_BYTES];

	while (ft_tags_next(&tags, &tag)) {
		const char *start = value;

		if (!ft_name_is(tag.name, "relationship") ||
		    !ft_tag_attribute(&tag, "type", type, sizeof(type)) ||
		    !(ends_with(type, "/officedocument") || ends_with(type, "/document") ||
		      ends_with(type, "/fixedrepresentation")) ||
		    !ft_tag_attribute(&tag, "target", value, sizeof(value)))
			continue;
		while (*start == '/' || *start == '.')
			start++;
		if (strlen(start) >= capacity)
			return false;
		strcpy(target_out, start);
		return true;
	}
	return false;
}

static bool is_target(const struct ft_tag *tag, const char *target)
{
	char part[FT_ZIP_VALUE_BYTES];

	return ft_tag_attribute(tag, "partname", part, sizeof(part)) &&
	       strcmp(part + (part[0] == '/'), target) == 0;
}

static bool is_default_for(const struct ft_tag *tag, const char *target)
{
	char extension[FT_ZIP_VALUE_BYTES];
	const char *dot = strrchr(target, '.');

	return dot != NULL && ft_tag_attribute(tag, "extension", extension, sizeof(extension)) &&
	       strcmp(extension, dot + 1) == 0;
}

static bool is_macro_part(const char *content)
{
	return strcmp(content, "application/vnd.ms-office.vbaproject") == 0 ||
	       strstr(content, "macrosheet") != NULL || strstr(content, "intlmacrosheet") != NULL;
}

enum ft_id ft_opc_kind(unsigned char *types, size_t types_size, unsigned char *relations,
		       size_t relations_size, bool *macro_out)
{
	struct ft_tags tags = {.text = narrow(types, types_size)};
	enum ft_id exact = FT_UNKNOWN, by_default = FT_UNKNOWN, first = FT_UNKNOWN;
	char target[FT_ZIP_VALUE_BYTES] = "", content[FT_ZIP_VALUE_BYTES];
	struct ft_tag tag;

	(void)find_target(narrow(relations, relations_size), target, sizeof(target));
	while (ft_tags_next(&tags, &tag)) {
		bool is_default = ft_name_is(tag.name, "default");
		enum ft_id id;

		if ((!is_default && !ft_name_is(tag.name, "override")) ||
		    !ft_tag_attribute(&tag, "contenttype", content, sizeof(content)))
			continue;
		*macro_out |= is_macro_part(content);
		id = find_main(content);
		if (id == FT_UNKNOWN)
			continue;
		if (first == FT_UNKNOWN)
			first = id;
		if (target[0] != '\0' && !is_default && is_target(&tag, target))
			exact = id;
		else if (target[0] != '\0' && is_default && is_default_for(&tag, target))
			by_default = id;
	}
	return exact != FT_UNKNOWN ? exact : by_default != FT_UNKNOWN ? by_default : first;
}

enum ft_id ft_opc_with_macros(enum ft_id id)
{
	switch (id) {
	case FT_DOCX:
		return FT_DOCM;
	case FT_DOTX:
		return FT_DOTM;
	case FT_XLSX:
		return FT_XLSM;
	case FT_XLTX:
		return FT_XLTM;
	case FT_PPTX:
		return FT_PPTM;
	case FT_POTX:
		return FT_POTM;
	case FT_PPSX:
		return FT_PPSM;
	case FT_VSDX:
		return FT_VSDM;
	case FT_VSTX:
		return FT_VSTM;
	case FT_VSSX:
		return FT_VSSM;
	default:
		return id;
	}
}
