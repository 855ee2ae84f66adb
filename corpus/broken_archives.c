/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"
#include "zip.h"

#define METHOD_RESERVED 77u

static struct co_bytes *locked(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, "invoice.pdf", co_pdf(), CO_ZIP_LOCKED);
	return co_zip_end(&zip, false);
}

static struct co_bytes *locked_program(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, "invoice.exe", co_program(), CO_ZIP_LOCKED);
	return co_zip_end(&zip, false);
}

static struct co_bytes *cut(void)
{
	struct co_bytes *out = co_zip_of("invoice.pdf", co_pdf());

	out->size = out->size / 2;
	return out;
}

static struct co_bytes *reserved_method(void)
{
	const struct co_zip_unpacked unpacked = {1000, 0x12345678};
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_odd_member(&zip, "data.bin", "data.bin", METHOD_RESERVED, co_deflate(co_pdf()),
			  &unpacked, 0);
	return co_zip_end(&zip, false);
}

static struct co_bytes *two_names(void)
{
	struct co_bytes *program = co_program();
	const struct co_zip_unpacked unpacked = {program->size, co_crc32(program)};
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_odd_member(&zip, "invoice.exe", "invoice.pdf", 0, program, &unpacked, 0);
	return co_zip_end(&zip, false);
}

static struct co_bytes *wrong_sum(void)
{
	struct co_bytes *note = co_note();
	const struct co_zip_unpacked unpacked = {note->size, co_crc32(note) ^ 1};
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_odd_member(&zip, "minutes.txt", "minutes.txt", 0, note, &unpacked, 0);
	return co_zip_end(&zip, false);
}

static struct co_bytes *traversal(void)
{
	return co_zip_of("../../../etc/cron.d/note", co_note());
}

static struct co_bytes *partial(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: message/partial; id=\"7@example.org\"; number=1; total=2\n\n"
		      "From: alice@example.org\nSubject: Files\nMIME-Version: 1.0\n"
		      "Content-Type: application/octet-stream; name=\"data.bin\"\n"
		      "Content-Transfer-Encoding: base64\n\nTWludXRlcyBv\n");
	return mail;
}

static struct co_bytes *external(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, "Content-Type: message/external-body; access-type=URL;\n"
		      "\tURL=\"https://files.example.org/setup.exe\"\n\n"
		      "Content-Type: application/octet-stream; name=\"setup.exe\"\n\n");
	co_close(mail);
	return mail;
}

#define ZIP_OF(row_name, row_title, row_content, row_action, row_incomplete, row_why, ...)         \
	{                                                                                          \
		.name = row_name, .title = row_title, .type = "application/zip",                   \
		.file = "files.zip", .content = row_content, .action = row_action,                 \
		.incomplete = row_incomplete, .codes = {__VA_ARGS__}, .why = row_why               \
	}

static const struct co_case cases[] = {
	ZIP_OF("zip-encrypted", "Encrypted ZIP", locked, "quarantine", true,
	       "What cannot be read is kept back.", "archive.encrypted"),
	ZIP_OF("zip-encrypted-exe", "Program in encrypted ZIP", locked_program, "reject", true,
	       "The names in an encrypted ZIP can be read.", "archive.encrypted",
	       "policy.ext.executable"),
	ZIP_OF("zip-cut", "Cut ZIP", cut, "quarantine", true, "The rest of the archive is missing.",
	       "archive.malformed"),
	ZIP_OF("zip-method", "ZIP with an unknown method", reserved_method, "quarantine", true,
	       "No reader here knows the method, so nobody has seen the member.",
	       "archive.unsupported"),
	ZIP_OF("zip-two-names", "ZIP member with two names", two_names, "reject", false,
	       "The two headers of the member give different names.", "archive.header_mismatch",
	       "policy.ext.executable"),
	ZIP_OF("zip-wrong-sum", "ZIP with a wrong check sum", wrong_sum, "quarantine", true,
	       "The octets are not those that the sender packed.", "archive.malformed"),
	ZIP_OF("zip-traversal", "Path out of the folder", traversal, "quarantine", false,
	       "Careless unpackers would write outside of their folder.", "archive.path_traversal"),
	{.name = "partial",
	 .title = "Fragment of a message",
	 .build = partial,
	 .action = "quarantine",
	 .codes = {"mime.partial"},
	 .why = "Only the recipient's client would see the whole."},
	{.name = "external-body",
	 .title = "Body elsewhere",
	 .build = external,
	 .action = "quarantine",
	 .codes = {"mime.external_body"},
	 .why = "What the recipient gets is not in the message."},
};

const struct co_group co_broken_archives = CO_GROUP(cases);
