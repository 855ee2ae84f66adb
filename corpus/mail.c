/* SPDX-License-Identifier: BSD-2-Clause */
#include "mail.h"

#define LINE_BASE64 76u
/* RFC 2045 s6.7 rule 5 allows 76 with the soft line break. */
#define LINE_QP 72u

void co_headers(struct co_bytes *mail, const char *subject)
{
	co_text(mail, "Received: from mail.example.org (mail.example.org [192.0.2.25])\n"
		      "\tby mx.example.com with ESMTP id 4Xy7zK0;\n"
		      "\tTue, 3 Mar 2026 09:41:07 +0000\n"
		      "Date: Tue, 3 Mar 2026 09:41:00 +0000\n"
		      "From: Alice Example <alice@example.org>\n"
		      "To: Bob Example <bob@example.com>\n"
		      "Message-ID: <20260303094100.7@mail.example.org>\n");
	co_format(mail, "Subject: %s\nMIME-Version: 1.0\n", subject);
}

void co_delimiter(struct co_bytes *mail)
{
	co_text(mail, "\n--" CO_BOUNDARY "\n");
}

void co_close(struct co_bytes *mail)
{
	co_text(mail, "\n--" CO_BOUNDARY "--\n");
}

void co_open(struct co_bytes *mail, const char *subject)
{
	co_headers(mail, subject);
	co_text(mail, "Content-Type: multipart/mixed; boundary=\"" CO_BOUNDARY "\"\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/plain; charset=us-ascii\n\n"
		      "Dear Bob,\n\nplease have a look at the attachment.\n\nAlice\n");
}

void co_base64(struct co_bytes *to, const struct co_bytes *content, size_t width)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t column = 0;

	for (size_t i = 0; i < content->size; i += 3) {
		size_t left = content->size - i;
		uint32_t group = (uint32_t)content->data[i] << 16;

		if (left > 1)
			group |= (uint32_t)content->data[i + 1] << 8;
		if (left > 2)
			group |= content->data[i + 2];
		co_u8(to, (unsigned char)letters[group >> 18 & 63]);
		co_u8(to, (unsigned char)letters[group >> 12 & 63]);
		co_u8(to, left > 1 ? (unsigned char)letters[group >> 6 & 63] : '=');
		co_u8(to, left > 2 ? (unsigned char)letters[group & 63] : '=');
		column += 4;
		if (width > 0 && column >= width) {
			co_text(to, "\n");
			column = 0;
		}
	}
	if (width > 0 && column > 0)
		co_text(to, "\n");
}

void co_qp(struct co_bytes *to, const struct co_bytes *content)
{
	size_t column = 0;

	for (size_t i = 0; i < content->size; i++) {
		unsigned char c = content->data[i];

		if (c == '\r' && i + 1 < content->size && content->data[i + 1] == '\n') {
			co_text(to, "\n");
			column = 0;
			i++;
			continue;
		}
		if (column > LINE_QP) {
			co_text(to, "=\n");
			column = 0;
		}
		if (c > 0x20 && c < 0x7f && c != '=') {
			co_u8(to, c);
			column++;
		} else {
			co_format(to, "=%02X", c);
			column += 3;
		}
	}
}

void co_base64_body(struct co_bytes *mail, const struct co_bytes *content)
{
	co_text(mail, "Content-Transfer-Encoding: base64\n\n");
	co_base64(mail, content, LINE_BASE64);
}

void co_qp_body(struct co_bytes *mail, const struct co_bytes *content)
{
	co_text(mail, "Content-Transfer-Encoding: quoted-printable\n\n");
	co_qp(mail, content);
}

void co_part(struct co_bytes *mail, const char *header, const struct co_bytes *content)
{
	co_delimiter(mail);
	co_text(mail, header);
	co_base64_body(mail, content);
}

void co_file(struct co_bytes *mail, const char *type, const char *name,
	     const struct co_bytes *content)
{
	co_delimiter(mail);
	co_format(mail,
		  "Content-Type: %s; name=\"%s\"\n"
		  "Content-Disposition: attachment; filename=\"%s\"\n",
		  type, name, name);
	co_base64_body(mail, content);
}

struct co_bytes *co_mail_with_part(const char *subject, const char *header,
				   const struct co_bytes *content)
{
	struct co_bytes *mail = co_new();

	co_open(mail, subject);
	co_part(mail, header, content);
	co_close(mail);
	return mail;
}

struct co_bytes *co_mail_with_file(const char *subject, const char *type, const char *name,
				   const struct co_bytes *content)
{
	struct co_bytes *mail = co_new();

	co_open(mail, subject);
	co_file(mail, type, name, content);
	co_close(mail);
	return mail;
}

struct co_bytes *co_mail_of_text(const char *subject, const char *text)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, subject);
	co_text(mail, "Content-Type: text/plain; charset=utf-8\n"
		      "Content-Transfer-Encoding: 8bit\n\n");
	co_text(mail, text);
	return mail;
}
