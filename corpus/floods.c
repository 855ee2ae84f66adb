/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"

/* The numbers with which parsers have been stopped. */
#define GROUPS	    80000u
#define EMPTY_PARTS 100000u
#define SMALL_PARTS 10000u
#define LEVELS	    10000u
#define DELIMITERS  1000000u
#define PARAMETERS  50000u
#define FIELDS	    20000u
#define FIELD_BYTES 1000000u

static struct co_bytes *groups(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_text(mail, "From: alice@example.org\nTo: ");
	for (unsigned int i = 0; i < GROUPS; i++)
		co_raw(mail, "a:");
	co_format(mail, "\nSubject: %s\n\nHello.\n", self->title);
	return mail;
}

static struct co_bytes *parts(const struct co_case *self, unsigned int count, const char *body)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/mixed; boundary=b\n");
	for (unsigned int i = 0; i < count; i++) {
		co_text(mail, "\n--b\n");
		co_text(mail, body);
	}
	co_text(mail, "\n--b--\n");
	return mail;
}

static struct co_bytes *empty_parts(const struct co_case *self)
{
	return parts(self, EMPTY_PARTS, "");
}

static struct co_bytes *small_parts(const struct co_case *self)
{
	return parts(self, SMALL_PARTS, "\nx");
}

static struct co_bytes *levels(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	for (unsigned int i = 0; i < LEVELS; i++)
		co_format(mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
	co_text(mail, "Content-Type: text/plain\n\nHello.\n");
	return mail;
}

static struct co_bytes *delimiters(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (unsigned int i = 0; i < DELIMITERS; i++)
		co_text(mail, "--b\n");
	return mail;
}

static struct co_bytes *parameters(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: text/plain");
	for (unsigned int i = 0; i < PARAMETERS; i++)
		co_format(mail, ";\n\tp%u=1", i);
	co_text(mail, "\n\nHello.\n");
	return mail;
}

static struct co_bytes *fields(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	for (unsigned int i = 0; i < FIELDS; i++)
		co_format(mail, "X-Field-%u: 1\n", i);
	co_headers(mail, self->title);
	co_text(mail, "\nHello.\n");
	return mail;
}

static struct co_bytes *long_field(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "X-Field: ");
	co_fill(mail, 'x', FIELD_BYTES);
	co_text(mail, "\n\nHello.\n");
	return mail;
}

/* The virus stands where a parser that gives up does not look. */
static struct co_bytes *virus_behind(const struct co_case *self)
{
	struct co_bytes *mail = co_new();

	co_headers(mail, self->title);
	co_text(mail, "Content-Type: multipart/mixed; boundary=b\n");
	for (unsigned int i = 0; i < SMALL_PARTS; i++)
		co_text(mail, "\n--b\n\nx");
	co_text(mail, "\n--b\n\n");
	co_join(mail, co_eicar());
	co_text(mail, "\n--b--\n");
	return mail;
}

#define FLOOD(row_name, row_title, row_build, row_code, row_why)                                   \
	{                                                                                          \
		.name = row_name, .title = row_title, .build = row_build, .action = "quarantine",  \
		.incomplete = true, .codes = {row_code}, .why = row_why                            \
	}

static const struct co_case cases[] = {
	FLOOD("groups", "80,000 address groups in each other", groups, "limit.headers",
	      "Each group costs a parser a level of recursion."),
	FLOOD("empty-parts", "100,000 empty parts", empty_parts, "limit.*",
	      "Each part costs a parser a thousand times its octets."),
	FLOOD("small-parts", "10,000 parts of one octet", small_parts, "limit.objects",
	      "Each part costs every plugin a call."),
	FLOOD("levels", "10,000 multiparts in each other", levels, "limit.*",
	      "Each level costs a parser a level of recursion."),
	FLOOD("delimiters", "1,000,000 delimiters", delimiters, "limit.*",
	      "Each delimiter begins a part."),
	FLOOD("parameters", "50,000 parameters", parameters, "limit.headers",
	      "Each parameter is compared with all others."),
	FLOOD("fields", "20,000 header fields", fields, "limit.headers",
	      "More fields than any honest message has."),
	FLOOD("long-field", "Header field of a megabyte", long_field, "limit.headers",
	      "One field that fills the whole header."),
	{.name = "virus-behind-parts",
	 .title = "Virus behind 10,000 parts",
	 .build = virus_behind,
	 .action = "reject",
	 .incomplete = true,
	 .codes = {"limit.objects", "malware.eicar"},
	 .why = "Where the parts are too many to be taken apart, the octets are inspected."},
};

const struct co_group co_floods = CO_GROUP(cases);
