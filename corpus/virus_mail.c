/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"

#include <string.h>

#define FILE_HEADER                                                                                \
	"Content-Type: application/octet-stream; name=\"data.bin\"\n"                              \
	"Content-Disposition: attachment; filename=\"data.bin\"\n"

static struct co_bytes *virus_message(void)
{
	return co_mail_with_file("Inner", "text/plain", "eicar.txt", co_eicar());
}

/* A part whose base64 the caller writes. */
static struct co_bytes *open_base64(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, FILE_HEADER "Content-Transfer-Encoding: base64\n\n");
	return mail;
}

/* Runs of 16 octets, each encoded and padded by itself. */
static struct co_bytes *padded_runs(const struct co_case *self)
{
	struct co_bytes *mail = open_base64(self), *eicar = co_eicar();

	for (size_t at = 0; at < eicar->size; at += 16) {
		struct co_bytes *run = co_new();

		co_add(run, eicar->data + at, eicar->size - at < 16 ? eicar->size - at : 16);
		co_base64(mail, run, 0);
	}
	co_text(mail, "\n");
	co_close(mail);
	return mail;
}

static struct co_bytes *without_padding(const struct co_case *self)
{
	struct co_bytes *mail = open_base64(self), *text = co_new();

	co_base64(text, co_eicar(), 0);
	while (text->data[text->size - 1] == '=')
		text->size--;
	co_join(mail, text);
	co_text(mail, "\n");
	co_close(mail);
	return mail;
}

static struct co_bytes *with_junk(const struct co_case *self)
{
	struct co_bytes *mail = open_base64(self), *text = co_new();

	co_base64(text, co_eicar(), 0);
	for (size_t i = 0; i < text->size; i++) {
		co_u8(mail, text->data[i]);
		if (i % 7 == 3)
			co_raw(mail, i % 2 == 0 ? "#." : "\xff!");
	}
	co_text(mail, "\n");
	co_close(mail);
	return mail;
}

static struct co_bytes *quoted_printable(const struct co_case *self)
{
	struct co_bytes *mail = co_new(), *eicar = co_eicar();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, FILE_HEADER "Content-Transfer-Encoding: quoted-printable\n\n");
	for (size_t i = 0; i < eicar->size; i++)
		co_format(mail, i % 20 == 19 ? "=%02x=\n" : "=%02x", eicar->data[i]);
	co_close(mail);
	return mail;
}

static struct co_bytes *hidden_part(void)
{
	struct co_bytes *part = co_new();

	co_text(part, FILE_HEADER);
	co_base64_body(part, co_eicar());
	return part;
}

static struct co_bytes *preamble(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/mixed; boundary=\"" CO_BOUNDARY "\"\n\n");
	co_join(mail, co_eicar());
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/plain\n\nHello.\n");
	co_close(mail);
	return mail;
}

static struct co_bytes *epilogue(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_close(mail);
	co_join(mail, co_eicar());
	co_text(mail, "\n");
	return mail;
}

/* A whole part behind the last delimiter: some clients go on reading. */
static struct co_bytes *late_part(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_close(mail);
	co_delimiter(mail);
	co_join(mail, hidden_part());
	co_close(mail);
	return mail;
}

/* Between the end of an inner multipart and the next outer delimiter. */
static struct co_bytes *gap(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, "Content-Type: multipart/mixed; boundary=inner\n\n"
		      "--inner\nContent-Type: text/plain\n\nHello.\n--inner--\n");
	co_join(mail, co_eicar());
	co_close(mail);
	return mail;
}

static struct co_bytes *embedded(const struct co_case *self, const char *type,
				 struct co_bytes *content, bool base64)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_format(mail, "Content-Type: %s\n", type);
	if (base64)
		co_base64_body(mail, content);
	else
		co_qp_body(mail, content);
	co_close(mail);
	return mail;
}

static struct co_bytes *message_base64(const struct co_case *self)
{
	return embedded(self, "message/rfc822", virus_message(), true);
}

static struct co_bytes *message_qp(const struct co_case *self)
{
	return embedded(self, "message/rfc822", virus_message(), false);
}

static struct co_bytes *message_octets(const struct co_case *self)
{
	return embedded(self, "application/octet-stream", virus_message(), true);
}

/* Gives the boundary of a message another letter, so that it can be put into
 * one with the usual boundary. */
static void rename_boundary(struct co_bytes *mail, int letter)
{
	size_t size = sizeof(CO_BOUNDARY) - 1;

	for (size_t at = 0; at + size <= mail->size; at++)
		if (memcmp(mail->data + at, CO_BOUNDARY, size) == 0)
			mail->data[at + 2] = (unsigned char)letter;
}

static struct co_bytes *message_thrice(const struct co_case *self)
{
	struct co_bytes *mail = virus_message();

	for (int i = 0; i < 3; i++) {
		struct co_bytes *outer = co_new();

		rename_boundary(mail, '1' + i);
		co_open(outer, self->title);
		co_delimiter(outer);
		co_text(outer, "Content-Type: message/rfc822\n\n");
		co_join(outer, mail);
		co_close(outer);
		mail = outer;
	}
	return mail;
}

static struct co_bytes *text_body(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain\n\n");
	co_join(mail, co_eicar());
	co_text(mail, "\n");
	return mail;
}

static struct co_bytes *html_body(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/html\n\n<html><body><pre>\n");
	co_join(mail, co_eicar());
	co_text(mail, "\n</pre></body></html>\n");
	return mail;
}

static struct co_bytes *twice(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_file(mail, "text/plain", "first.txt", co_eicar());
	co_file(mail, "text/plain", "second.txt", co_eicar());
	co_close(mail);
	return mail;
}

static struct co_bytes *two_encodings(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, FILE_HEADER "Content-Transfer-Encoding: quoted-printable\n");
	co_base64_body(mail, co_eicar());
	co_close(mail);
	return mail;
}

/* Three octets to four characters from blank on, 45 octets a line. */
static void add_uuencoded(struct co_bytes *mail)
{
	struct co_bytes *eicar = co_eicar();
	size_t size = eicar->size;

	co_text(mail, "begin 644 data.bin");
	co_fill(eicar, 0, 2);
	for (size_t at = 0; at < size; at += 3) {
		const unsigned char *p = eicar->data + at;
		const unsigned int six[4] = {p[0] >> 2, (p[0] << 4 | p[1] >> 4) & 63u,
					     (p[1] << 2 | p[2] >> 6) & 63u, p[2] & 63u};

		if (at % 45 == 0)
			co_format(mail, "\n%c", (int)(32 + (size - at < 45 ? size - at : 45)));
		for (int i = 0; i < 4; i++)
			co_u8(mail, six[i] == 0 ? '`' : 32 + six[i]);
	}
	co_text(mail, "\n`\nend\n");
}

static struct co_bytes *uuencoded(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, FILE_HEADER "Content-Transfer-Encoding: x-uuencode\n\n");
	add_uuencoded(mail);
	co_close(mail);
	return mail;
}

static struct co_bytes *inline_uuencode(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "\nHere is the file.\n\n");
	add_uuencoded(mail);
	co_text(mail, "\nRegards\n");
	return mail;
}

static struct co_bytes *unknown_encoding(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, FILE_HEADER "Content-Transfer-Encoding: x-base64\n\n");
	co_base64(mail, co_eicar(), 76);
	co_text(mail, "\n");
	co_close(mail);
	return mail;
}

static struct co_bytes *mailbox(const struct co_case *self)
{
	struct co_bytes *box = co_new();

	for (int i = 0; i < 2; i++) {
		co_text(box, "From alice@example.org Tue Mar  3 09:41:00 2026\n");
		co_join(box, i == 0 ? co_mail_of_text("First", "Hello.\n") : virus_message());
		co_text(box, "\n");
	}
	return co_mail_with_file(self->title, "application/octet-stream", "saved", box);
}

/* The decoy divides nothing; the real parts are in the preamble of it. */
static struct co_bytes *two_boundaries(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail,
		"Content-Type: multipart/mixed; boundary=decoy;\n\tboundary=\"" CO_BOUNDARY "\"\n");
	co_delimiter(mail);
	co_join(mail, hidden_part());
	co_close(mail);
	co_text(mail, "--decoy\nContent-Type: text/plain\n\nHello.\n--decoy--\n");
	return mail;
}

#define IN(row_name, row_title, row_build, row_why, ...)                                           \
	{                                                                                          \
		.name = row_name, .title = row_title, .build = row_build, .object = co_eicar,      \
		.action = "reject", .codes = {"malware.eicar" __VA_OPT__(, ) __VA_ARGS__},         \
		.why = row_why                                                                     \
	}
/* The octets stand inside of a larger object. */
#define WITHIN(row_name, row_title, row_build, row_why)                                            \
	{                                                                                          \
		.name = row_name, .title = row_title, .build = row_build, .action = "reject",      \
		.codes = {"malware.eicar"}, .why = row_why                                         \
	}

static const struct co_case cases[] = {
	IN("base64-runs", "base64 in padded runs", padded_runs,
	   "Clients decode run after run; many scanners stop at the first padding.",
	   "mime.base64_malformed"),
	IN("base64-unpadded", "base64 without padding", without_padding,
	   "The last octets are lost where the padding is waited for."),
	IN("base64-junk", "base64 with junk", with_junk,
	   "Octets outside of the alphabet are skipped (RFC 2045 s6.8).", "mime.base64_malformed"),
	IN("quoted-printable", "All octets quoted", quoted_printable,
	   "Every octet as an escape, in lower case."),
	WITHIN("preamble", "Virus in the preamble", preamble,
	       "What stands before the first delimiter is inspected."),
	WITHIN("epilogue", "Virus in the epilogue", epilogue,
	       "What stands behind the last delimiter is inspected."),
	IN("late-part", "Part behind the last delimiter", late_part,
	   "Some clients show parts that follow the last delimiter."),
	WITHIN("gap", "Virus between two multiparts", gap,
	       "What stands between an inner end and the next delimiter is inspected."),
	IN("message-base64", "Message in base64", message_base64,
	   "RFC 2046 forbids the encoding; clients open it all the same."),
	IN("message-qp", "Message in quoted-printable", message_qp,
	   "RFC 2046 forbids the encoding; clients open it all the same."),
	IN("message-octets", "Message under a neutral type", message_octets,
	   "The type says nothing; the content is a message."),
	IN("message-thrice", "Message in message in message", message_thrice,
	   "Forwarded three times."),
	WITHIN("text-body", "Virus in the text", text_body, "Bodies are inspected like files."),
	WITHIN("html-body", "Virus in the HTML", html_body, "Bodies are inspected like files."),
	IN("twice", "The same file twice", twice,
	   "Equal octets are inspected once and reported for both."),
	IN("two-encodings", "Two transfer encodings", two_encodings,
	   "Clients follow the first or the last field; both readings are inspected.",
	   "mime.encoding_conflict"),
	IN("uuencoded", "uuencode as transfer encoding", uuencoded,
	   "Older than MIME, and decoded by Outlook and Thunderbird to this day.",
	   "mime.legacy_encoding"),
	IN("uuencode-inline", "uuencode in the text", inline_uuencode,
	   "Clients offer such blocks as attachments.", "mime.legacy_encoding"),
	IN("unknown-encoding", "Unknown transfer encoding", unknown_encoding,
	   "Some clients read x-base64 as base64.", "mime.encoding_unknown"),
	IN("mailbox", "Attached mailbox", mailbox, "Each message of it is taken apart."),
	IN("two-boundaries", "Two boundaries", two_boundaries,
	   "Clients follow the first or the last parameter; both readings are inspected.",
	   "mime.boundary_conflict"),
};

const struct co_group co_virus_mail = CO_GROUP(cases);
