/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"
#include "zip.h"

/* What the shipped YARA rules look for, without anything that would work. */

/* A page that would save an archive which it carries: a ZIP of a text. */
static struct co_bytes *smuggling(void)
{
	struct co_bytes *out = co_new();

	co_text(out, "<!DOCTYPE html>\n<html><body><script>\nvar data = atob(\"");
	co_base64(out, co_zip_of("minutes.txt", co_note()), 0);
	co_text(out, "\");\nvar link = document.createElement(\"a\");\n"
		     "link.href = URL.createObjectURL(new Blob([data]));\n"
		     "link.download = \"minutes.zip\";\n</script></body></html>\n");
	return out;
}

static struct co_bytes *launch(void)
{
	struct co_bytes *out = co_new();

	co_raw(out, "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction 3 0 R >>\n"
		    "endobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
		    "3 0 obj\n<< /Type /Action /S /Launch /F (report.exe) >>\nendobj\n"
		    "trailer\n<< /Root 1 0 R /Size 4 >>\n%%EOF\n");
	return out;
}

static struct co_bytes *entry_with_program(void)
{
	struct co_bytes *out = co_new();

	co_text(out, "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Calendar 1.0//EN\n"
		     "BEGIN:VEVENT\nUID:20260317-2@example.org\nDTSTART:20260317T090000Z\n"
		     "ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY:");
	co_base64(out, co_program(), 0);
	co_text(out, "\nEND:VEVENT\nEND:VCALENDAR\n");
	return out;
}

static struct co_bytes *remote_search(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/html; charset=utf-8\n\n<html><body><a href=\""
		      "search-ms:query=invoice&crumb=location:\\\\203.0.113.9\\share&"
		      "displayname=Downloads\">Your invoice</a></body></html>\n");
	return mail;
}

static const struct co_case cases[] = {
	{.name = "smuggling",
	 .title = "Page that builds an archive",
	 .type = "text/html",
	 .file = "document.html",
	 .content = smuggling,
	 .action = "quarantine",
	 .codes = {"yara.html_smuggling_archive"},
	 .why = "The archive comes into being in the browser, behind every gateway."},
	{.name = "pdf-launch",
	 .title = "PDF that starts a program",
	 .type = "application/pdf",
	 .file = "report.pdf",
	 .content = launch,
	 .action = "quarantine",
	 .codes = {"yara.pdf_launch_program"},
	 .why = "A click in the document would start a program."},
	{.name = "calendar-program",
	 .title = "Calendar entry with a program",
	 .type = "text/calendar",
	 .file = "meeting.ics",
	 .content = entry_with_program,
	 .action = "reject",
	 .codes = {"yara.calendar_attached_program"},
	 .why = "Calendars open the files of an entry on a click."},
	{.name = "remote-search",
	 .title = "Link to a foreign folder",
	 .build = remote_search,
	 .action = "quarantine",
	 .codes = {"yara.link_remote_search"},
	 .why = "Windows shows the foreign folder as if it were a local one."},
};

const struct co_group co_rule_hits = CO_GROUP(cases);
