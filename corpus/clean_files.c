/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"
#include "office.h"
#include "pack.h"
#include "zip.h"

#define TYPE_DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define TYPE_XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

static struct co_bytes *zip_of_text(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, "minutes.txt", co_note(), 0);
	co_zip_member(&zip, "photo.png", co_picture(), CO_ZIP_STORE);
	co_zip_member(&zip, "timetable.html", co_page(), CO_ZIP_DESCRIPTOR);
	return co_zip_end(&zip, false);
}

/* As `zip -0` and many document systems write it. */
static struct co_bytes *zip_of_stored_pdf(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, "invoice.pdf", co_pdf(), CO_ZIP_STORE);
	return co_zip_end(&zip, false);
}

static struct co_bytes *source_code(void)
{
	const struct co_entry entries[] = {
		{"tool-1.0/README", co_note(), false},
		{"tool-1.0/configure.sh", co_script_sh(), true},
		{"tool-1.0/tool.py", co_script_py(), true},
	};

	return co_pack("ustar", "gzip", entries, sizeof(entries) / sizeof(entries[0]));
}

static struct co_bytes *packed_pdf(void)
{
	return co_pack_one("raw", "gzip", "invoice.pdf", co_pdf());
}

static struct co_bytes *packed_7z(void)
{
	return co_pack_one("7zip", NULL, "minutes.txt", co_note());
}

static struct co_bytes *table(void)
{
	struct co_bytes *out = co_new();

	co_text(out, "name;amount\nAlice;-17\nBob;42\n");
	return out;
}

static const struct co_case cases[] = {
	{.name = "pdf",
	 .title = "PDF attachment",
	 .content = co_pdf,
	 .object = co_pdf,
	 .type = "application/pdf",
	 .file = "invoice.pdf",
	 .action = "accept",
	 .never = {"pdf.*", "type.*"},
	 .why = "A page of text without script or forms."},
	{.name = "docx",
	 .title = "Word document",
	 .content = co_docx,
	 .object = co_docx,
	 .type = TYPE_DOCX,
	 .file = "offer.docx",
	 .action = "accept",
	 .never = {"office.*", "archive.*", "type.*"},
	 .why = "A document without macros; its ZIP is opened all the same."},
	{.name = "xlsx",
	 .title = "Excel workbook",
	 .content = co_xlsx,
	 .object = co_xlsx,
	 .type = TYPE_XLSX,
	 .file = "budget.xlsx",
	 .action = "accept",
	 .never = {"office.*", "archive.*", "type.*"},
	 .why = "A workbook without macros."},
	{.name = "zip-text",
	 .title = "ZIP of text",
	 .content = zip_of_text,
	 .object = co_note,
	 .type = "application/zip",
	 .file = "minutes.zip",
	 .action = "accept",
	 .never = {"archive.*"},
	 .why = "Packed, stored and streamed members, all harmless."},
	{.name = "zip-stored-pdf",
	 .title = "ZIP of an unpacked PDF",
	 .content = zip_of_stored_pdf,
	 .object = co_pdf,
	 .type = "application/zip",
	 .file = "invoice.zip",
	 .action = "accept",
	 .never = {"polyglot", "archive.*"},
	 .why = "A stored member stands near the start of the file, and is one all the same."},
	{.name = "source-code",
	 .title = "Source code",
	 .content = source_code,
	 .object = co_script_py,
	 .type = "application/gzip",
	 .file = "tool-1.0.tar.gz",
	 .action = "accept",
	 .why = "Scripts inside of a tar archive are source code, which people mail."},
	{.name = "pdf-gz",
	 .title = "Compressed PDF",
	 .content = packed_pdf,
	 .object = co_pdf,
	 .type = "application/gzip",
	 .file = "invoice.pdf.gz",
	 .action = "accept",
	 .never = {"name.*"},
	 .why = "Two extensions that both say what the file is."},
	{.name = "7z-text",
	 .title = "7z of text",
	 .content = packed_7z,
	 .object = co_note,
	 .type = "application/x-7z-compressed",
	 .file = "minutes.7z",
	 .action = "accept",
	 .never = {"archive.*"},
	 .why = "A 7z archive with a harmless member."},
	{.name = "csv",
	 .title = "Table as text",
	 .content = table,
	 .object = table,
	 .type = "text/csv",
	 .file = "amounts.csv",
	 .action = "accept",
	 .never = {"office.*"},
	 .why = "A minus sign at the start of a cell is no formula."},
	{.name = "html-file",
	 .title = "HTML file",
	 .content = co_page,
	 .object = co_page,
	 .type = "text/html",
	 .file = "timetable.html",
	 .action = "accept",
	 .why = "A page without script is noted and delivered."},
};

const struct co_group co_clean_files = CO_GROUP(cases);
