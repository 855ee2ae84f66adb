/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"

/*
 * Structures that clients read in different ways. The delivering reading is
 * always the one with the boundary CO_BOUNDARY; the decoy divides nothing.
 */
#define REAL  "Content-Type: multipart/mixed; boundary=\"" CO_BOUNDARY "\"\n"
#define DECOY "Content-Type: multipart/mixed; boundary=\"decoy\"\n"
#define PART                                                                                       \
	"Content-Type: application/octet-stream; name=\"data.bin\"\n"                              \
	"Content-Disposition: attachment; filename=\"data.bin\"\n"

/* A message with these fields and the virus as the only real part. */
static struct co_bytes *structure(const struct co_case *self, const char *fields,
				  const char *before_body)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, fields);
	co_delimiter(mail);
	co_text(mail, before_body);
	co_base64(mail, co_eicar(), 76);
	co_close(mail);
	co_text(mail, "--decoy\nContent-Type: text/plain\n\nHello.\n--decoy--\n");
	return mail;
}

#define BASE64 PART "Content-Transfer-Encoding: base64\n\n"

static struct co_bytes *first_type(const struct co_case *self)
{
	return structure(self, REAL DECOY, BASE64);
}

static struct co_bytes *last_type(const struct co_case *self)
{
	return structure(self, DECOY REAL, BASE64);
}

static struct co_bytes *first_boundary(const struct co_case *self)
{
	return structure(self,
			 "Content-Type: multipart/mixed; boundary=\"" CO_BOUNDARY "\";\n"
			 "\tboundary=decoy\n",
			 BASE64);
}

static struct co_bytes *extended_boundary(const struct co_case *self)
{
	return structure(self,
			 "Content-Type: multipart/mixed; boundary*0=\"=_corpus\";\n"
			 "\tboundary*1=\".part\"\n",
			 BASE64);
}

static struct co_bytes *commented_boundary(const struct co_case *self)
{
	return structure(
		self,
		"Content-Type: multipart/mixed; (boundary=decoy)\n\tboundary=\"" CO_BOUNDARY "\"\n",
		BASE64);
}

static struct co_bytes *blank_first_line(const struct co_case *self)
{
	return structure(self, REAL, "\n" BASE64);
}

static struct co_bytes *junk_line(const struct co_case *self)
{
	return structure(self, REAL,
			 PART "this line has no colon\n"
			      "Content-Transfer-Encoding: base64\n\n");
}

static struct co_bytes *spaced_field(const struct co_case *self)
{
	return structure(self, REAL, PART "Content-Transfer-Encoding : BASE64\n\n");
}

static struct co_bytes *encoding_list(const struct co_case *self)
{
	return structure(self, REAL,
			 PART "Content-Transfer-Encoding: base64, quoted-printable\n\n");
}

static struct co_bytes *quoted_encoding(const struct co_case *self)
{
	return structure(self, REAL, PART "Content-Transfer-Encoding: \"base64\" (so)\n\n");
}

#define IN(row_name, row_title, row_build, row_why)                                                \
	{                                                                                          \
		.name = row_name, .title = row_title, .build = row_build, .object = co_eicar,      \
		.action = "reject", .codes = {"malware.eicar"}, .why = row_why                     \
	}

static const struct co_case cases[] = {
	IN("two-types-first", "Two content types, the first is real", first_type,
	   "Thunderbird, Outlook and Apple Mail follow the first field."),
	IN("two-types-last", "Two content types, the last is real", last_type,
	   "mutt follows the last field."),
	IN("boundary-first", "Two boundaries, the first is real", first_boundary,
	   "Thunderbird, Outlook and mutt follow the first parameter."),
	IN("boundary-pieces", "Boundary in pieces", extended_boundary,
	   "Thunderbird joins the pieces as RFC 2231 says."),
	IN("boundary-comment", "Decoy boundary in a comment", commented_boundary,
	   "Sloppy readers find the comment first."),
	IN("blank-first-line", "Blank line behind the delimiter", blank_first_line,
	   "The header of the part begins one line later for some clients."),
	IN("junk-line", "Line without a colon", junk_line,
	   "The header ends there for some readers and goes on for others."),
	IN("spaced-field", "Blank before the colon", spaced_field,
	   "Lenient readers know the field in spite of the blank."),
	IN("encoding-list", "Two encodings in one field", encoding_list,
	   "Thunderbird and mutt follow the first word."),
	IN("quoted-encoding", "Transfer encoding in quotes", quoted_encoding,
	   "Lenient readers take the word without quotes and comment."),
};

const struct co_group co_virus_structure = CO_GROUP(cases);
