/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"

static struct co_bytes *plain(const struct co_case *self)
{
	return co_mail_of_text(self->title, "Dear Bob,\n\nthe meeting is on Tuesday at nine.\n\n"
					    "Alice\n");
}

static struct co_bytes *newsletter(const struct co_case *self)
{
	struct co_bytes *mail = co_new(), *page = co_new();

	co_text(page,
		"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><style>p{color:#333}</style>\n"
		"</head><body><table><tr><td><h1>News of March</h1><p>Caf\xc3\xa9 opens "
		"again.</p>\n"
		"<p><a href=\"https://www.example.org/news\">Read more</a></p>\n"
		"<p><a href=\"https://www.example.org/leave?id=7\">Unsubscribe</a></p>\n"
		"</td></tr></table></body></html>\n");
	co_headers(mail, self->title);
	co_text(mail, "List-Unsubscribe: <https://www.example.org/leave?id=7>\n"
		      "Content-Type: text/html; charset=utf-8\n");
	co_qp_body(mail, page);
	return mail;
}

static struct co_bytes *alternative(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/related; boundary=outer\n\n"
		      "--outer\n"
		      "Content-Type: multipart/alternative; boundary=inner\n\n"
		      "--inner\nContent-Type: text/plain; charset=utf-8\n\nThe new logo.\n"
		      "--inner\nContent-Type: text/html; charset=utf-8\n\n"
		      "<p>The new logo: <img src=\"cid:logo@example.org\" alt=\"\"></p>\n"
		      "--inner--\n\n"
		      "--outer\nContent-Type: image/png; name=\"logo.png\"\n"
		      "Content-Disposition: inline; filename=\"logo.png\"\n"
		      "Content-ID: <logo@example.org>\n");
	co_base64_body(mail, co_picture());
	co_text(mail, "--outer--\n");
	return mail;
}

static struct co_bytes *forwarded(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_delimiter(mail);
	co_text(mail, "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n");
	co_join(mail, co_mail_of_text("Timetable", "The bus leaves at nine.\n"));
	co_close(mail);
	return mail;
}

static struct co_bytes *signed_clear(const struct co_case *self)
{
	struct co_bytes *mail = co_new(), *signature = co_new();

	/* SignedData without signers (RFC 5652 s5.1): enough for the form. */
	co_add(signature,
	       "\x30\x23\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x16\x30\x14"
	       "\x02\x01\x01\x31\x00\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
	       "\x01\x31\x00",
	       37);
	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\n"
		      "\tmicalg=sha-256; boundary=\"" CO_BOUNDARY "\"\n\n"
		      "This is an S/MIME signed message.\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/plain; charset=utf-8\n\nThe offer stands.\n");
	co_part(mail,
		"Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\n"
		"Content-Disposition: attachment; filename=\"smime.p7s\"\n",
		signature);
	co_close(mail);
	return mail;
}

static struct co_bytes *invitation(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/alternative; boundary=\"" CO_BOUNDARY "\"\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/plain; charset=utf-8\n\nBudget, 17 March at nine.\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n");
	co_join(mail, co_calendar());
	co_close(mail);
	return mail;
}

static struct co_bytes *bounce(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/report; report-type=delivery-status;\n"
		      "\tboundary=\"" CO_BOUNDARY "\"\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/plain; charset=us-ascii\n\n"
		      "Your message could not be delivered: the mailbox is full.\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: message/delivery-status\n\n"
		      "Reporting-MTA: dns; mail.example.org\n\n"
		      "Final-Recipient: rfc822; carol@example.net\nAction: failed\n"
		      "Status: 5.2.2\n");
	co_delimiter(mail);
	/* The original is cut in the middle of its first part. */
	co_text(mail, "Content-Type: message/rfc822\n\n"
		      "From: bob@example.com\nTo: carol@example.net\nSubject: Photos\n"
		      "MIME-Version: 1.0\n"
		      "Content-Type: multipart/mixed; boundary=\"original.part\"\n\n"
		      "--original.part\nContent-Type: text/plain\n\nHere are the pho\n");
	co_close(mail);
	return mail;
}

static struct co_bytes *list_mail(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "List-Id: <users.lists.example.org>\n"
		      "Content-Type: multipart/mixed; boundary=\"" CO_BOUNDARY "\"\n");
	co_delimiter(mail);
	co_text(mail, "Content-Type: text/plain; charset=utf-8\n\nDoes anybody know?\n");
	co_close(mail);
	co_text(mail, "_______________________________________________\n"
		      "users mailing list -- users@lists.example.org\n"
		      "To leave, write to users-leave@lists.example.org\n");
	return mail;
}

static struct co_bytes *no_mime(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	(void)self;
	co_text(mail, "From: alice@example.org\nTo: bob@example.com\n"
		      "Date: Thu, 3 Mar 88 09:41:00 GMT\nSubject: Re: paper\n\n"
		      "Bob,\n\nI begin to like the second half. The first needs work.\n\nAlice\n");
	return mail;
}

static struct co_bytes *flowed(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n"
		      "This is a long paragraph that was broken by the \n"
		      "program that sent it and is put together again.\n\n"
		      "-- \nAlice\n");
	return mail;
}

static struct co_bytes *empty_body(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain; charset=us-ascii\n\n");
	return mail;
}

static struct co_bytes *headers_only(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	return mail;
}

static struct co_bytes *raw_octets(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain; charset=iso-8859-1\n"
		      "Content-Transfer-Encoding: 8bit\n\n"
		      "Gr\xfc\xdf"
		      "e aus M\xfcnchen, bis n\xe4"
		      "chste Woche.\n");
	return mail;
}

static struct co_bytes *wide_text(const struct co_case *self)
{
	struct co_bytes *mail = co_new(), *text = co_new();

	co_u8(text, 0xff);
	co_u8(text, 0xfe);
	co_utf16(text, "The meeting is on Tuesday.\r\n");
	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain; charset=utf-16\n");
	co_base64_body(mail, text);
	return mail;
}

static struct co_bytes *unknown_charset(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain; charset=x-klingon-7\n\nThe octets are kept.\n");
	return mail;
}

static struct co_bytes *same_version_twice(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nHello.\n");
	return mail;
}

static struct co_bytes *no_last_delimiter(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_open(mail, self->title);
	co_file(mail, "image/png", "photo.png", co_picture());
	return mail;
}

static const struct co_case cases[] = {
	{.name = "plain",
	 .title = "Plain text",
	 .build = plain,
	 .action = "accept",
	 .why = "An ordinary message has nothing that anybody should act on.",
	 .never = {"mime.*", "name.*", "type.*"}},
	{.name = "newsletter",
	 .title = "HTML newsletter",
	 .build = newsletter,
	 .action = "accept",
	 .why = "HTML with links and style is ordinary mail."},
	{.name = "alternative-image",
	 .title = "Text, HTML and a picture in it",
	 .build = alternative,
	 .action = "accept",
	 .object = co_picture,
	 .why = "A picture that HTML shows inline is ordinary mail."},
	{.name = "forwarded",
	 .title = "Forwarded message",
	 .build = forwarded,
	 .action = "accept",
	 .why = "A forwarded message is taken apart like any other."},
	{.name = "signed",
	 .title = "Signed message",
	 .build = signed_clear,
	 .action = "accept",
	 .why = "A clear signature is a small file of its own type."},
	{.name = "invitation",
	 .title = "Calendar invitation",
	 .build = invitation,
	 .action = "accept",
	 .why = "A calendar entry without files or odd links."},
	{.name = "bounce",
	 .title = "Bounce with a cut original",
	 .build = bounce,
	 .action = "accept",
	 .why = "Bounces return the beginning of a message: its last delimiter is missing."},
	{.name = "list",
	 .title = "Mailing list with a footer",
	 .build = list_mail,
	 .action = "accept",
	 .why = "List software adds its footer behind the last delimiter."},
	{.name = "without-mime",
	 .title = "Message from before MIME",
	 .build = no_mime,
	 .action = "accept",
	 .why = "No MIME-Version, no Content-Type: plain text."},
	{.name = "flowed",
	 .title = "Flowed text",
	 .build = flowed,
	 .action = "accept",
	 .why = "Blanks at line ends belong to format=flowed."},
	{.name = "empty-body",
	 .title = "Empty body",
	 .build = empty_body,
	 .action = "accept",
	 .why = "Some people write everything into the subject."},
	{.name = "headers-only",
	 .title = "Header fields only",
	 .build = headers_only,
	 .action = "accept",
	 .why = "A message may end without a body."},
	{.name = "latin-1",
	 .title = "8-bit text",
	 .build = raw_octets,
	 .action = "accept",
	 .why = "Text in ISO 8859-1 without any encoding."},
	{.name = "utf-16",
	 .title = "Text in UTF-16",
	 .build = wide_text,
	 .action = "accept",
	 .why = "Rules see the text in UTF-8 whatever its charset."},
	{.name = "unknown-charset",
	 .title = "Unknown charset",
	 .build = unknown_charset,
	 .action = "accept",
	 .codes = {"mime.content_type_malformed"},
	 .why = "A charset that nobody knows is noted; the octets are inspected."},
	{.name = "version-twice",
	 .title = "MIME-Version twice",
	 .build = same_version_twice,
	 .action = "accept",
	 .why = "Gateways add a second, equal MIME-Version."},
	{.name = "no-last-delimiter",
	 .title = "Missing last delimiter",
	 .build = no_last_delimiter,
	 .action = "accept",
	 .object = co_picture,
	 .codes = {"mime.no_end"},
	 .why = "The last part ends with the message; every reader shows it."},
};

const struct co_group co_clean_mail = CO_GROUP(cases);
