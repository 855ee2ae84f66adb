/* SPDX-License-Identifier: BSD-2-Clause */
#include "claims.h"

#define B(family) FT_BIT(FT_F_##family)
/* What plain text may turn out to be without anybody having lied. */
#define TEXTUAL	    (B(TEXT) | B(CSV) | B(MARKUP) | B(CALENDAR) | B(MAIL) | B(SCRIPT))
#define ANY_IMAGE   (B(JPEG) | B(PNG) | B(GIF) | B(IMAGE) | B(METAFILE))
#define ANY_ARCHIVE (B(ZIP) | B(PACK) | B(7Z) | B(RAR) | B(CAB) | B(ODDPACK))
#define ANY_ZIP	    (B(ZIP) | B(DOCX) | B(XLSX) | B(PPTX) | B(ODF) | B(EPUB))
/* Office programs open each other's files under their own extension: RTF, HTML
 * and old XML are often called .doc or .xls by the programs that write them. */
#define WORDISH	 (B(DOC) | B(RTF) | B(HTML) | B(MARKUP) | B(TEXT) | B(OLE))
#define SHEETISH (B(XLS) | B(HTML) | B(MARKUP) | B(TEXT) | B(CSV) | B(OLE))

struct claim {
	const char *name;
	uint64_t families;
	bool dangerous; /* the claim itself names what may be started */
};

static const struct claim extensions[] = {
	{".txt", TEXTUAL, false},
	{".text", TEXTUAL, false},
	{".log", TEXTUAL, false},
	{".asc", TEXTUAL | B(CRYPTO), false},
	{".md", TEXTUAL | B(HTML), false},
	{".csv", B(CSV) | B(TEXT), false},
	{".tsv", B(CSV) | B(TEXT), false},
	{".json", B(TEXT), false},
	{".xml", B(MARKUP) | B(HTML) | B(SVG) | B(TEXT), false},
	{".htm", B(HTML) | B(TEXT) | B(MARKUP), false},
	{".html", B(HTML) | B(TEXT) | B(MARKUP), false},
	{".xhtml", B(HTML) | B(MARKUP), false},
	{".mht", B(HTML) | B(MAIL), false},
	{".mhtml", B(HTML) | B(MAIL), false},
	{".svg", B(SVG) | B(MARKUP), false},
	{".pdf", B(PDF), false},
	{".ps", B(PS), false},
	{".eps", B(PS), false},
	{".ai", B(PS) | B(PDF), false},
	{".jpg", B(JPEG), false},
	{".jpeg", B(JPEG), false},
	{".jpe", B(JPEG), false},
	{".jfif", B(JPEG), false},
	{".png", B(PNG), false},
	{".gif", B(GIF), false},
	{".bmp", B(IMAGE), false},
	{".tif", B(IMAGE), false},
	{".tiff", B(IMAGE), false},
	{".webp", B(IMAGE), false},
	{".heic", B(IMAGE), false},
	{".ico", B(IMAGE), false},
	{".emf", B(METAFILE), false},
	{".wmf", B(METAFILE), false},
	{".emz", B(PACK) | B(METAFILE), false},
	{".svgz", B(PACK) | B(SVG), false},
	{".mp3", B(MEDIA), false},
	{".wav", B(MEDIA), false},
	{".mp4", B(MEDIA), false},
	{".m4a", B(MEDIA), false},
	{".mov", B(MEDIA), false},
	{".avi", B(MEDIA), false},
	{".ogg", B(MEDIA), false},
	{".mkv", B(MEDIA), false},
	{".wmv", B(MEDIA), false},
	{".webm", B(MEDIA), false},
	{".amr", B(MEDIA), false},
	{".3gp", B(MEDIA), false},
	{".doc", WORDISH | B(DOCX), false},
	{".dot", WORDISH | B(DOCX), false},
	{".docx", B(DOCX), false},
	{".dotx", B(DOCX), false},
	{".docm", B(DOCX) | B(DOCM), true},
	{".dotm", B(DOCX) | B(DOCM), true},
	{".xls", SHEETISH | B(XLSX), false},
	{".xlt", SHEETISH | B(XLSX), false},
	{".xlsx", B(XLSX), false},
	{".xltx", B(XLSX), false},
	{".xlsm", B(XLSX) | B(XLSM), true},
	{".xltm", B(XLSX) | B(XLSM), true},
	{".xlsb", B(XLSX) | B(XLSM), true},
	{".xlam", B(XLSX) | B(XLSM), true},
	{".ppt", B(PPT) | B(PPTX), false},
	{".pps", B(PPT) | B(PPTX), false},
	{".pot", B(PPT) | B(PPTX), false},
	{".pptx", B(PPTX), false},
	{".ppsx", B(PPTX), false},
	{".potx", B(PPTX), false},
	{".pptm", B(PPTX) | B(PPTM), true},
	{".ppsm", B(PPTX) | B(PPTM), true},
	{".potm", B(PPTX) | B(PPTM), true},
	{".ppam", B(PPTX) | B(PPTM), true},
	{".vsd", B(VISIO), false},
	{".vsdx", B(VISIO), false},
	{".vsdm", B(VISIO) | B(VISIOM), true},
	{".pub", B(OLE), false},
	{".mpp", B(OLE), false},
	{".rtf", B(RTF) | B(DOC) | B(TEXT), false},
	{".odt", B(ODF), false},
	{".ods", B(ODF), false},
	{".odp", B(ODF), false},
	{".epub", B(EPUB) | B(ZIP), false},
	{".one", B(ONE), false},
	{".zip", ANY_ZIP | B(JAR), false},
	{".gz", B(PACK), false},
	{".tgz", B(PACK), false},
	{".tar", B(PACK), false},
	{".bz2", B(PACK), false},
	{".xz", B(PACK), false},
	{".7z", B(7Z), false},
	{".rar", B(RAR), false},
	{".cab", B(CAB), false},
	{".msg", B(MSG), false},
	{".eml", B(MAIL) | B(TEXT) | B(HTML), false},
	{".mbox", B(MAIL) | B(TEXT), false},
	{".ics", B(CALENDAR) | B(TEXT), false},
	{".vcf", B(CALENDAR) | B(TEXT), false},
	{".p7m", B(CRYPTO) | B(MAIL) | B(TEXT), false},
	{".p7s", B(CRYPTO) | B(TEXT), false},
	{".p12", B(CRYPTO), false},
	{".pfx", B(CRYPTO), false},
	{".pem", B(CRYPTO), false},
	{".cer", B(CRYPTO), false},
	{".crt", B(CRYPTO), false},
	{".ttf", B(FONT), false},
	{".otf", B(FONT), false},
	{".woff", B(FONT), false},
	{".exe", B(PE) | B(CAB), true},
	{".dll", B(PE), true},
	{".scr", B(PE), true},
	{".com", B(PE), true},
	{".pif", B(PE), true},
	{".cpl", B(PE), true},
	{".msi", B(MSI), true},
	{".jar", B(JAR) | B(ZIP), true},
	{".apk", B(JAR) | B(ZIP), true},
	{".iso", B(DISK), true},
	{".img", B(DISK), true},
	{".vhd", B(DISK), true},
	{".js", B(SCRIPT) | B(ENCODED) | B(TEXT), true},
	{".vbs", B(SCRIPT) | B(ENCODED) | B(TEXT), true},
	{".bat", B(SCRIPT) | B(TEXT), true},
	{".cmd", B(SCRIPT) | B(TEXT), true},
	{".ps1", B(SCRIPT) | B(TEXT), true},
	{".sh", B(SCRIPT) | B(TEXT), true},
	{".py", B(SCRIPT) | B(TEXT), true},
	{".hta", B(HTA) | B(HTML) | B(TEXT), true},
	{".lnk", B(LNK), true},
	{".url", B(LAUNCHER) | B(TEXT), true},
	{".chm", B(HELP), true},
};

/* Media types that say more, or less, than the type of the same name. */
static const struct claim media_types[] = {
	{"application/octet-stream", 0, false},
	{"text/plain", 0, false},
	{"application/zip", ANY_ZIP | B(JAR) | B(DOCM) | B(XLSM) | B(PPTM) | B(INSTALLER), false},
	{"application/x-zip-compressed",
	 ANY_ZIP | B(JAR) | B(DOCM) | B(XLSM) | B(PPTM) | B(INSTALLER), false},
	{"application/x-zip", ANY_ZIP | B(JAR) | B(DOCM) | B(XLSM) | B(PPTM) | B(INSTALLER), false},
	{"application/gzip", B(PACK), false},
	{"application/x-gzip", B(PACK), false},
	{"application/x-compressed", ANY_ARCHIVE, false},
	{"application/x-rar-compressed", B(RAR), false},
	{"application/x-rar", B(RAR), false},
	{"application/vnd.rar", B(RAR), false},
	{"application/msword", WORDISH | B(DOCX) | B(DOCM), false},
	{"application/vnd.ms-word", WORDISH | B(DOCX) | B(DOCM), false},
	{"application/vnd.ms-excel", SHEETISH | B(XLSX) | B(XLSM), false},
	{"application/vnd.ms-powerpoint", B(PPT) | B(PPTX) | B(PPTM), false},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	 B(DOCX) | B(DOC) | B(RTF), false},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	 B(XLSX) | B(XLS) | B(CSV), false},
	{"application/vnd.openxmlformats-officedocument.presentationml.presentation",
	 B(PPTX) | B(PPT), false},
	{"application/rtf", B(RTF) | B(DOC) | B(TEXT), false},
	{"text/rtf", B(RTF) | B(TEXT), false},
	{"text/html", B(HTML) | B(TEXT) | B(MARKUP) | B(SVG), false},
	{"text/xml", B(MARKUP) | B(TEXT) | B(HTML) | B(SVG), false},
	{"application/xml", B(MARKUP) | B(TEXT) | B(HTML) | B(SVG), false},
	{"text/csv", B(CSV) | B(TEXT) | B(XLS) | B(XLSX), false},
	{"text/calendar", B(CALENDAR) | B(TEXT), false},
	{"image/jpg", B(JPEG), false},
	{"image/pjpeg", B(JPEG), false},
	{"image/x-png", B(PNG), false},
	{"image/svg+xml", B(SVG) | B(MARKUP), false},
	{"application/x-pdf", B(PDF), false},
	{"application/pkcs7-signature", B(CRYPTO), false},
	{"application/x-pkcs7-signature", B(CRYPTO), false},
	{"application/x-pkcs7-mime", B(CRYPTO) | B(MAIL), false},
	{"application/x-msdownload", B(PE) | B(MSI) | B(CAB), true},
	{"application/x-msdos-program", B(PE) | B(SCRIPT), true},
	{"application/exe", B(PE), true},
	{"application/javascript", B(SCRIPT) | B(ENCODED) | B(TEXT), true},
	{"application/x-javascript", B(SCRIPT) | B(ENCODED) | B(TEXT), true},
	{"message/rfc822", 0, false},
	{"application/mbox", B(MAIL) | B(TEXT), false},
	{"multipart/related", 0, false},
	{"application/pgp-encrypted", B(CRYPTO) | B(TEXT), false},
	{"application/pgp-signature", B(CRYPTO) | B(TEXT), false},
	{"application/pgp-keys", B(CRYPTO) | B(TEXT), false},
};

static const struct claim *find(const struct claim *claims, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(claims[i].name, name) == 0)
			return &claims[i];
	return NULL;
}

static bool is_dangerous(enum assay_class type_class)
{
	return type_class == ASSAY_CLASS_EXECUTABLE || type_class == ASSAY_CLASS_SCRIPT ||
	       type_class == ASSAY_CLASS_SHORTCUT || type_class == ASSAY_CLASS_INSTALLER ||
	       type_class == ASSAY_CLASS_DISK_IMAGE || type_class == ASSAY_CLASS_HELP ||
	       type_class == ASSAY_CLASS_OFFICE_MACRO;
}

/* Image and audio types without an entry speak for their whole kind. */
static struct claim declared_claim(const char *declared)
{
	const struct claim *known =
		find(media_types, sizeof(media_types) / sizeof(media_types[0]), declared);
	struct claim claim = {declared, 0, false};
	enum ft_id id;

	if (known != NULL)
		return *known;
	id = ft_type_find(declared);
	if (id != FT_UNKNOWN && ft_type(id)->family != FT_F_NONE) {
		claim.families = FT_BIT(ft_type(id)->family);
		claim.dangerous = is_dangerous(ft_type(id)->type_class);
		if (ft_type(id)->type_class == ASSAY_CLASS_TEXT)
			claim.families |= TEXTUAL;
	} else if (strncmp(declared, "image/", 6) == 0) {
		claim.families = ANY_IMAGE;
	} else if (strncmp(declared, "audio/", 6) == 0 || strncmp(declared, "video/", 6) == 0) {
		claim.families = B(MEDIA);
	}
	return claim;
}

/* A script that only a Unix shell or a Python starts is no trap in a .txt. */
static bool is_trap(const struct ft_result *result, const struct claim *claim)
{
	if (!is_dangerous(result->type_class) || claim->dangerous)
		return false;
	if (result->type_class == ASSAY_CLASS_SCRIPT && !(result->marks & FT_MARK_EXACT))
		return false;
	if (claim->families & B(TEXT))
		return ft_type(result->id)->family != FT_F_SCRIPT &&
		       ft_type(result->id)->family != FT_F_LAUNCHER;
	return true;
}

static bool clashes(const struct ft_result *result, const struct claim *claim,
		    enum assay_severity *severity_out)
{
	enum ft_family family = ft_type(result->id)->family;

	if (claim->families == 0 || family == FT_F_NONE || result->id == FT_UNKNOWN)
		return false;
	/* .doc and .xls may hold macros; the family of an old document is the
	 * same with and without, while .docx promises that there are none. */
	if (claim->families & FT_BIT(family))
		return false;
	/* A launcher or key typed into a text file is a text to everybody. */
	if ((claim->families & B(TEXT)) && (family == FT_F_LAUNCHER || family == FT_F_CRYPTO ||
					    family == FT_F_HTML || family == FT_F_SVG))
		return false;
	*severity_out = is_trap(result, claim) ? ASSAY_HIGH : ASSAY_INFO;
	return true;
}

bool ft_claims_clash(const struct ft_result *result, const struct ft_hints *hints,
		     struct ft_clash *clash_out)
{
	const struct claim *by_name =
		find(extensions, sizeof(extensions) / sizeof(extensions[0]), hints->extension);
	const struct claim by_type = declared_claim(hints->declared);
	enum assay_severity name_severity = ASSAY_INFO, type_severity = ASSAY_INFO;
	bool name_clash, type_clash;

	/* What cannot be told apart from noise proves nobody wrong, and text is
	 * what remains when a decoder fails. */
	if (result->confidence < 60)
		return false;
	name_clash = by_name != NULL && clashes(result, by_name, &name_severity);
	type_clash = clashes(result, &by_type, &type_severity);
	/* The name fits: senders who know an extension but no media type fall
	 * back on a neighbour; only what may be started is worth a word. */
	if (type_clash && by_name != NULL && !name_clash &&
	    (type_severity != ASSAY_HIGH || result->type_class == ASSAY_CLASS_OFFICE_MACRO))
		type_clash = false;
	if (!name_clash && !type_clash)
		return false;
	clash_out->by_extension = name_clash && (!type_clash || name_severity >= type_severity);
	clash_out->severity = clash_out->by_extension ? name_severity : type_severity;
	clash_out->claim = clash_out->by_extension ? hints->extension : hints->declared;
	return true;
}
