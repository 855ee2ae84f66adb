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

/* SignedData over the text of signed_clear(), ECDSA P-256, signed when the message
 * was sent, with a certificate that Alice made herself: made once, so that the
 * messages are the same octets in every run. */
static const char alice_signed[] =
	"\x30\x82\x02\xb2\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82\x02\xa3"
	"\x30\x82\x02\x9f\x02\x01\x01\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03"
	"\x04\x02\x01\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x82\x01"
	"\x88\x30\x82\x01\x84\x30\x82\x01\x2b\xa0\x03\x02\x01\x02\x02\x01\x07\x30\x0a"
	"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x30\x18\x31\x16\x30\x14\x06\x03\x55"
	"\x04\x03\x0c\x0d\x41\x6c\x69\x63\x65\x20\x45\x78\x61\x6d\x70\x6c\x65\x30\x20"
	"\x17\x0d\x32\x30\x30\x31\x30\x31\x30\x30\x30\x30\x30\x30\x5a\x18\x0f\x32\x31"
	"\x32\x30\x30\x31\x30\x31\x30\x30\x30\x30\x30\x30\x5a\x30\x18\x31\x16\x30\x14"
	"\x06\x03\x55\x04\x03\x0c\x0d\x41\x6c\x69\x63\x65\x20\x45\x78\x61\x6d\x70\x6c"
	"\x65\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48"
	"\xce\x3d\x03\x01\x07\x03\x42\x00\x04\x30\x25\x13\x4d\xb2\x48\xa4\xe2\xda\x32"
	"\xe2\xa3\x28\xbb\x7a\xc4\x42\x46\x25\x2c\x97\xe6\xd8\x9d\xd1\x57\x7c\xbe\x1f"
	"\xf8\xe4\xbf\xa4\x9d\xfb\x2e\x79\x34\x01\xec\xcb\x82\xfb\x3a\x4c\x6d\x29\xad"
	"\x3e\x8d\xfc\x8f\x63\xf9\x59\x2d\x69\x45\x1b\x0d\xd4\xaa\xcb\x89\xa3\x64\x30"
	"\x62\x30\x1d\x06\x03\x55\x1d\x0e\x04\x16\x04\x14\xc8\x5e\x3d\xfc\x18\x24\x6b"
	"\xaa\x97\xb5\xc0\x54\x00\xd4\x50\x40\x03\x44\xdd\xcd\x30\x0e\x06\x03\x55\x1d"
	"\x0f\x01\x01\xff\x04\x04\x03\x02\x06\xc0\x30\x13\x06\x03\x55\x1d\x25\x04\x0c"
	"\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x04\x30\x1c\x06\x03\x55\x1d\x11"
	"\x04\x15\x30\x13\x81\x11\x61\x6c\x69\x63\x65\x40\x65\x78\x61\x6d\x70\x6c\x65"
	"\x2e\x6f\x72\x67\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x03\x47\x00"
	"\x30\x44\x02\x20\x1a\xc8\xf0\xb3\x1a\x35\x9a\x94\xfc\x00\x87\x8b\x5d\xd0\x26"
	"\x87\x1e\xaf\x02\xfc\x65\x91\xbc\x52\x1d\x06\xf6\x23\xdb\x03\x0a\x12\x02\x20"
	"\x4d\x3d\x01\x66\xb2\x9c\x12\x2f\xa9\x0b\xa2\x55\xea\xcf\xbb\xfe\xd2\xce\x3e"
	"\x6a\x13\x37\xb5\xb2\x73\x07\xdd\x90\xe5\xbd\x80\x47\x31\x81\xf1\x30\x81\xee"
	"\x02\x01\x01\x30\x1d\x30\x18\x31\x16\x30\x14\x06\x03\x55\x04\x03\x0c\x0d\x41"
	"\x6c\x69\x63\x65\x20\x45\x78\x61\x6d\x70\x6c\x65\x02\x01\x07\x30\x0b\x06\x09"
	"\x60\x86\x48\x01\x65\x03\x04\x02\x01\xa0\x69\x30\x18\x06\x09\x2a\x86\x48\x86"
	"\xf7\x0d\x01\x09\x03\x31\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\x30"
	"\x1c\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05\x31\x0f\x17\x0d\x32\x36\x30"
	"\x33\x30\x33\x30\x39\x34\x31\x30\x30\x5a\x30\x2f\x06\x09\x2a\x86\x48\x86\xf7"
	"\x0d\x01\x09\x04\x31\x22\x04\x20\x57\xa1\xc6\xf4\xd5\x9b\xc7\xa2\x80\x9c\x29"
	"\x46\xa2\xc5\x32\x59\x27\xab\x67\x19\x10\xef\x61\x08\x49\xf1\xfa\x85\xbf\x0a"
	"\x52\xcc\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x04\x46\x30\x44\x02"
	"\x20\x12\x7c\xd4\xfd\xd8\x23\x5d\x6a\xf4\x40\xe9\x4d\xe6\x36\xb5\xf7\x89\x87"
	"\x61\xf1\x4e\xaa\x36\x8d\x14\xe5\xed\x2b\x24\xc7\xc0\x2e\x02\x20\x72\xcc\xb7"
	"\xdb\x7d\x09\x10\xfc\x4e\x83\x3c\x2c\x1a\x60\x3a\xb9\xe7\xf3\x75\x75\xf9\x25"
	"\x2a\x65\x6c\x59\x25\x4f\xc7\xd3\x07\xfd";

static struct co_bytes *signed_clear(const struct co_case *self)
{
	struct co_bytes *mail = co_new(), *signature = co_new();

	co_add(signature, alice_signed, sizeof(alice_signed) - 1);
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
