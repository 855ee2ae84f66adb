/* SPDX-License-Identifier: BSD-2-Clause */
#include "office.h"
#include "content.h"
#include "zip.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TYPES                                                                                      \
	XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"       \
	    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."    \
	    "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
#define TYPE_OF_BIN                                                                                \
	"<Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>"
#define RELATIONS                                                                                  \
	XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/"               \
	    "relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas."                     \
	    "openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\""
#define WORD_MAIN  "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define SHEET_MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

static void add_text(struct co_zip *zip, const char *name, const char *text)
{
	struct co_bytes *content = co_new();

	co_raw(content, text);
	co_zip_member(zip, name, content, 0);
}

static void begin_word(struct co_zip *zip, const char *type, const char *more_types)
{
	struct co_bytes *types = co_new();

	co_zip_begin(zip);
	co_raw(types, TYPES);
	co_raw(types, more_types);
	co_raw(types, "<Override PartName=\"/word/document.xml\" ContentType=\"");
	co_raw(types, type);
	co_raw(types, "\"/></Types>");
	co_zip_member(zip, "[Content_Types].xml", types, 0);
	add_text(zip, "_rels/.rels", RELATIONS "word/document.xml\"/></Relationships>");
	add_text(zip, "word/document.xml",
		 XML "<w:document xmlns:w=\"" WORD_MAIN "\"><w:body><w:p><w:r><w:t>Offer"
		     "</w:t></w:r></w:p></w:body></w:document>");
}

#define TYPE_DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#define TYPE_DOCM "application/vnd.ms-word.document.macroEnabled.main+xml"

struct co_bytes *co_docx(void)
{
	struct co_zip zip;

	begin_word(&zip, TYPE_DOCX, "");
	return co_zip_end(&zip, false);
}

struct co_bytes *co_docx_with(const char *name, const struct co_bytes *content)
{
	struct co_zip zip;

	begin_word(&zip, TYPE_DOCX, "");
	co_zip_member(&zip, name, content, 0);
	return co_zip_end(&zip, false);
}

struct co_bytes *co_docm(void)
{
	struct co_zip zip;

	begin_word(&zip, TYPE_DOCM, TYPE_OF_BIN);
	co_zip_member(&zip, "word/vbaProject.bin", co_vba_project(), 0);
	return co_zip_end(&zip, false);
}

struct co_bytes *co_xlsx(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	add_text(&zip, "[Content_Types].xml",
		 TYPES "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd."
		       "openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>");
	add_text(&zip, "_rels/.rels", RELATIONS "xl/workbook.xml\"/></Relationships>");
	add_text(&zip, "xl/workbook.xml",
		 XML "<workbook xmlns=\"" SHEET_MAIN "\"><sheets/></workbook>");
	add_text(&zip, "xl/worksheets/sheet1.xml",
		 XML "<worksheet xmlns=\"" SHEET_MAIN "\"><sheetData/></worksheet>");
	return co_zip_end(&zip, false);
}

struct co_bytes *co_jar(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	add_text(&zip, "META-INF/MANIFEST.MF",
		 "Manifest-Version: 1.0\r\nMain-Class: example.Main\r\n\r\n");
	co_zip_member(&zip, "example/Main.class", co_java_class(), 0);
	return co_zip_end(&zip, false);
}
