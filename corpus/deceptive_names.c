/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"

/*
 * The content is text: only the name can be the reason. The words "program" in
 * the titles speak of what the name says.
 */
#define TYPE		"Content-Type: application/octet-stream"
#define FILENAME(value) TYPE "\nContent-Disposition: attachment; filename=" value "\n"
#define BLOCKED(row_name, row_title, row_header, row_why, ...)                                     \
	{                                                                                          \
		.name = row_name, .title = row_title, .header = row_header, .content = co_note,    \
		.action = "reject", .codes = {"policy.ext.executable" __VA_OPT__(, ) __VA_ARGS__}, \
		.why = row_why                                                                     \
	}

static struct co_bytes *name_with_nul(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, TYPE "\nContent-Disposition: attachment; filename=\"photo.exe");
	co_u8(mail, 0);
	co_text(mail, ".jpg\"\n");
	co_base64_body(mail, co_note());
	co_close(mail);
	return mail;
}

static const struct co_case cases[] = {
	BLOCKED("double-extension", "invoice.pdf.exe", FILENAME("\"invoice.pdf.exe\""),
		"Windows hides the last extension and shows a PDF.", "name.double_ext"),
	BLOCKED("right-to-left", "Right-to-left override",
		FILENAME("\"invoice\xe2\x80\xae"
			 "fdp.exe\""),
		"Shown as invoiceexe.pdf, stored as .exe.", "name.rtlo"),
	BLOCKED("trailing-dots", "Trailing dots", FILENAME("\"invoice.exe. . .\""),
		"Windows drops dots and blanks at the end of a name."),
	{.name = "class-id",
	 .title = "Class id as extension",
	 .content = co_note,
	 .header = FILENAME("\"invoice.{00020906-0000-0000-C000-000000000046}\""),
	 .action = "reject",
	 .codes = {"name.clsid"},
	 .why = "Windows hides the class id and opens the file with its program."},
	BLOCKED("encoded-word", "Encoded word in quotes",
		FILENAME("\"=?utf-8?B?aW52b2ljZS5leGU=?=\""),
		"Not decoded by the standard, decoded by all clients."),
	BLOCKED("encoded-halves", "Encoded word in two halves",
		FILENAME("\"=?utf-8?Q?invoice.e?=\n =?utf-8?Q?xe?=\""),
		"The extension is cut between two encoded words."),
	BLOCKED("rfc2231-pieces", "Name in pieces",
		TYPE "\nContent-Disposition: attachment; filename*0=\"invoice.\";\n"
		     "\tfilename*1=\"ex\"; filename*2=\"e\"\n",
		"RFC 2231 joins the pieces."),
	BLOCKED("rfc2231-disorder", "Name in pieces out of order",
		TYPE "\nContent-Disposition: attachment; filename*2*=xe;\n"
		     "\tfilename*0*=utf-8''invoice; filename*1*=%2Ee\n",
		"The numbers, not the places, give the order."),
	BLOCKED("name-conflict", "name and filename differ",
		TYPE "; name=\"invoice.exe\"\n"
		     "Content-Disposition: attachment; filename=\"invoice.pdf\"\n",
		"Some clients save under the one, some under the other.", "name.conflict"),
	BLOCKED("padded-name", "Blanks before the extension",
		FILENAME("\"invoice.pdf                                        "
			 "                                        .exe\""),
		"The end of the name is out of sight.", "name.padding"),
	BLOCKED("fullwidth", "Fullwidth extension",
		FILENAME("\"invoice.\xef\xbd\x85\xef\xbd\x98\xef\xbd\x85\""),
		"Some clients write the letters as plain ones when they save.", "name.homoglyph"),
	{.name = "nul-in-name",
	 .title = "NUL in the name",
	 .build = name_with_nul,
	 .action = "reject",
	 .codes = {"policy.ext.executable", "name.control_char"},
	 .why = "Programs in C end the name at the NUL."},
	BLOCKED("percent-name", "Percent-coded extension", FILENAME("\"invoice%2Eexe\""),
		"Some clients decode what is not meant to be decoded."),
	BLOCKED("stream-suffix", "Alternate stream", FILENAME("\"invoice.exe::$DATA\""),
		"The default stream of a file is the file."),
	BLOCKED("path-name", "Path in the name", FILENAME("\"..\\\\..\\\\Startup\\\\invoice.exe\""),
		"Only the last part of a path is the name."),
	BLOCKED("upper-case", "Screen saver in capitals", FILENAME("\"HOLIDAY.SCR\""),
		"Extensions have no case."),
};

const struct co_group co_deceptive_names = CO_GROUP(cases);
