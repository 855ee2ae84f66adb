/* SPDX-License-Identifier: BSD-2-Clause */
#include "tags.h"
#include "zip.h"

enum fact {
	HAS_TYPES = 1u << 0,
	HAS_RELATIONS = 1u << 1,
	HAS_MIMETYPE = 1u << 2,
	HAS_MANIFEST_MF = 1u << 3,
	HAS_ANDROID = 1u << 4,
	HAS_APPX = 1u << 5,
	HAS_VSIX = 1u << 6,
	HAS_NUSPEC = 1u << 7,
	HAS_CONTAINER = 1u << 8,
	HAS_IPA = 1u << 9,
	HAS_XPI = 1u << 10,
	HAS_GADGET = 1u << 11,
	HAS_WORD = 1u << 12,
	HAS_EXCEL = 1u << 13,
	HAS_POWERPOINT = 1u << 14,
	HAS_VISIO = 1u << 15,
	HAS_MACRO = 1u << 16,
	HAS_BASIC = 1u << 17,
	HAS_KML = 1u << 18,
	HAS_IWA = 1u << 19,
	HAS_MAIN_PY = 1u << 20,
	HAS_CLASS = 1u << 21,
	HAS_XPS = 1u << 22,
	HAS_DEX = 1u << 23,
};

struct survey {
	uint32_t facts;
	struct ft_zip_entry types, relations, mimetype;
};

/* Names in packages are compared without case; some writers use backslashes. */
static void normalise(struct as_span name, char *buffer, size_t capacity)
{
	size_t size = name.size < capacity - 1 ? name.size : capacity - 1;

	for (size_t i = 0; i < size; i++)
		buffer[i] = name.data[i] == '\\' ? '/' : (char)ft_lower(name.data[i]);
	buffer[size] = '\0';
}

static bool ends_in(const char *name, size_t size, const char *end)
{
	size_t tail = strlen(end);

	return size >= tail && memcmp(name + size - tail, end, tail) == 0;
}

static uint32_t whole_name(const char *name)
{
	static const struct {
		const char *name;
		uint32_t fact;
	} names[] = {
		{"[content_types].xml", HAS_TYPES},
		{"_rels/.rels", HAS_RELATIONS},
		{"mimetype", HAS_MIMETYPE},
		{"meta-inf/manifest.mf", HAS_MANIFEST_MF},
		{"androidmanifest.xml", HAS_ANDROID},
		{"appxmanifest.xml", HAS_APPX},
		{"appxmetadata/appxbundlemanifest.xml", HAS_APPX},
		{"extension.vsixmanifest", HAS_VSIX},
		{"meta-inf/container.xml", HAS_CONTAINER},
		{"install.rdf", HAS_XPI},
		{"meta-inf/mozilla.rsa", HAS_XPI},
		{"gadget.xml", HAS_GADGET},
		{"doc.kml", HAS_KML},
		{"__main__.py", HAS_MAIN_PY},
		{"classes.dex", HAS_DEX},
		{"fixeddocumentsequence.fdseq", HAS_XPS},
		{"fixeddocseq.fdseq", HAS_XPS},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].fact;
	return 0;
}

static uint32_t part_of_name(const char *name)
{
	size_t size = strlen(name);
	uint32_t facts = 0;

	if (strncmp(name, "word/", 5) == 0)
		facts |= HAS_WORD;
	else if (strncmp(name, "xl/", 3) == 0)
		facts |= HAS_EXCEL | (strncmp(name, "xl/macrosheets/", 15) == 0 ? HAS_MACRO : 0);
	else if (strncmp(name, "ppt/", 4) == 0)
		facts |= HAS_POWERPOINT;
	else if (strncmp(name, "visio/", 6) == 0)
		facts |= HAS_VISIO;
	else if (strncmp(name, "payload/", 8) == 0 && strstr(name, ".app/") != NULL)
		facts |= HAS_IPA;
	else if (strncmp(name, "basic/", 6) == 0 || strncmp(name, "scripts/", 8) == 0)
		facts |= HAS_BASIC;
	if (strncmp(name, "[content_types].xml/", 20) == 0)
		facts |= HAS_TYPES;
	if (ends_in(name, size, "vbaproject.bin"))
		facts |= HAS_MACRO;
	if (ends_in(name, size, ".iwa"))
		facts |= HAS_IWA;
	if (ends_in(name, size, ".class"))
		facts |= HAS_CLASS;
	if (ends_in(name, size, ".nuspec") && strchr(name, '/') == NULL)
		facts |= HAS_NUSPEC;
	if (ends_in(name, size, ".fdseq"))
		facts |= HAS_XPS;
	return facts;
}

static void look(struct ft_zip *zip, struct survey *survey)
{
	struct ft_zip_entry entry;
	char name[128];

	while (ft_zip_next(zip, &entry)) {
		uint32_t fact;

		normalise(entry.name, name, sizeof(name));
		fact = whole_name(name);
		if (fact == HAS_TYPES && !(survey->facts & HAS_TYPES))
			survey->types = entry;
		else if (fact == HAS_RELATIONS && !(survey->facts & HAS_RELATIONS))
			survey->relations = entry;
		else if (fact == HAS_MIMETYPE && !(survey->facts & HAS_MIMETYPE))
			survey->mimetype = entry;
		survey->facts |= fact | part_of_name(name);
	}
}

static enum ft_id package_kind(const struct ft_zip *zip, struct survey *survey)
{
	unsigned char types[FT_ZIP_PART_BYTES], relations[FT_ZIP_RELATIONS_BYTES];
	size_t types_size = 0, relations_size = 0;
	bool macro = false;
	enum ft_id id;

	if (survey->types.name.size > 0)
		types_size = ft_zip_read(zip, &survey->types, types, sizeof(types));
	if (survey->facts & HAS_RELATIONS)
		relations_size = ft_zip_read(zip, &survey->relations, relations, sizeof(relations));
	id = ft_opc_kind(types, types_size, relations, relations_size, &macro);
	/* Padding may push the types behind what is read: no honest package has
	 * none in 64 KiB, so what cannot be ruled out counts as present. */
	if (macro || (id == FT_UNKNOWN && types_size == sizeof(types)))
		survey->facts |= HAS_MACRO;
	/* Content types that nobody can read (encrypted, damaged, too long):
	 * the folders still tell. */
	if (id == FT_UNKNOWN)
		id = survey->facts & HAS_WORD	      ? FT_DOCX
		     : survey->facts & HAS_EXCEL      ? FT_XLSX
		     : survey->facts & HAS_POWERPOINT ? FT_PPTX
		     : survey->facts & HAS_VISIO      ? FT_VSDX
		     : survey->facts & HAS_XPS	      ? FT_XPS
						      : FT_OPC;
	return survey->facts & HAS_MACRO ? ft_opc_with_macros(id) : id;
}

/* ODF 1.3 part 2 s3.3, EPUB OCF s4.2.2: the member's content is the type. */
static enum ft_id mimetype_kind(const struct ft_zip *zip, const struct survey *survey)
{
	unsigned char buffer[FT_ZIP_MIMETYPE_BYTES];
	char mime[FT_ZIP_MIMETYPE_BYTES];
	size_t read = ft_zip_read(zip, &survey->mimetype, buffer, sizeof(buffer) - 1), size = 0;
	enum ft_id id;

	/* A line end may follow; in a streamed archive the next record does. */
	while (size < read &&
	       (ft_is_alnum(buffer[size]) || buffer[size] == '/' || buffer[size] == '.' ||
		buffer[size] == '+' || buffer[size] == '-') &&
	       !as_span_has_at(as_span_make(buffer, read), size, "PK", 2))
		size++;
	normalise(as_span_make(buffer, size), mime, sizeof(mime));
	id = ft_type_find(mime);
	return id != FT_UNKNOWN && (ft_type(id)->family == FT_F_ODF || id == FT_EPUB) ? id
										      : FT_UNKNOWN;
}

static enum ft_id member_kind(uint32_t facts)
{
	if (facts & HAS_APPX)
		return FT_MSIX;
	if (facts & HAS_VSIX)
		return FT_VSIX;
	if (facts & HAS_ANDROID)
		return FT_APK;
	if (facts & HAS_IPA)
		return FT_IPA;
	if (facts & HAS_XPI)
		return FT_XPI;
	if (facts & HAS_GADGET)
		return FT_GADGET;
	if ((facts & HAS_NUSPEC) && (facts & HAS_TYPES))
		return FT_NUPKG;
	return FT_UNKNOWN;
}

static enum ft_id choose(const struct ft_zip *zip, struct survey *survey,
			 const struct ft_hints *hints)
{
	enum ft_id id = member_kind(survey->facts);

	if (id != FT_UNKNOWN)
		return id;
	if (survey->facts & HAS_TYPES)
		return package_kind(zip, survey);
	if (survey->facts & HAS_MIMETYPE)
		id = mimetype_kind(zip, survey);
	if (id != FT_UNKNOWN)
		return id;
	if (survey->facts & HAS_MANIFEST_MF)
		return FT_JAR;
	if (survey->facts & HAS_CONTAINER)
		return FT_EPUB;
	if (survey->facts & HAS_DEX)
		return FT_APK;
	if ((survey->facts & HAS_CLASS) && strcmp(hints->extension, ".jar") == 0)
		return FT_JAR;
	if (survey->facts & HAS_IWA)
		return FT_IWORK;
	if (survey->facts & HAS_KML)
		return FT_KMZ;
	if ((survey->facts & HAS_MAIN_PY) && strncmp(hints->extension, ".py", 3) == 0)
		return FT_PYZ;
	return FT_ZIP;
}

bool ft_zip_kind(struct as_span data, const struct ft_hints *hints, struct ft_result *result_out)
{
	struct survey survey = {0};
	struct ft_zip zip, walk;
	enum ft_id id;

	if (!ft_zip_open(data, &zip))
		return false;
	walk = zip;
	look(&walk, &survey);
	id = choose(&zip, &survey, hints);
	ft_is(result_out, id, id == FT_ZIP ? 92 : 96, 0, 4);
	if ((survey.facts & HAS_MACRO) && result_out->type_class == ASSAY_CLASS_OFFICE)
		result_out->type_class = ASSAY_CLASS_OFFICE_MACRO;
	if ((survey.facts & HAS_BASIC) && ft_type(id)->family == FT_F_ODF)
		result_out->type_class = ASSAY_CLASS_OFFICE_MACRO;
	return true;
}
