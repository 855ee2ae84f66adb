/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"
#include "content.h"

/* The same PDF under names as honest programs write them. */
#define PDF "Content-Type: application/pdf\n"
#define NAMED(row_name, row_title, row_header, row_why)                                            \
	{                                                                                          \
		.name = row_name, .title = row_title, .header = PDF row_header, .content = co_pdf, \
		.object = co_pdf, .action = "accept", .never = {"name.*", "policy.*"},             \
		.why = row_why                                                                     \
	}

static const struct co_case cases[] = {
	NAMED("name-cyrillic", "Cyrillic name as encoded word",
	      "Content-Disposition: attachment;\n"
	      "\tfilename=\"=?utf-8?B?0JTQvtCz0L7QstC+0YAucGRm?=\"\n",
	      "Many programs put encoded words into quotes, against RFC 2047."),
	NAMED("name-koi8", "Cyrillic name in KOI8-R",
	      "Content-Disposition: attachment;\n"
	      "\tfilename*=koi8-r''%E4%CF%C7%CF%D7%CF%D2.pdf\n",
	      "RFC 2231 with an old charset."),
	NAMED("name-hebrew", "Hebrew name",
	      "Content-Disposition: attachment; filename=\"hazmana.pdf\";\n"
	      "\tfilename*=utf-8''%D7%94%D7%96%D7%9E%D7%A0%D7%94.pdf\n",
	      "A plain name for old readers beside the real one is what RFC 6266 advises."),
	NAMED("name-japanese", "Japanese name in pieces",
	      "Content-Disposition: attachment;\n"
	      "\tfilename*0*=utf-8''%E8%AB%8B%E6%B1%82%E6%9B%B8%20;\n"
	      "\tfilename*1*=2026%E5%B9%B43%E6%9C%88.pdf\n",
	      "Long names are cut in pieces by RFC 2231."),
	NAMED("name-raw-utf8", "Name in raw UTF-8",
	      "Content-Disposition: attachment; filename=\"\xe5\x90\x88\xe5\x90\x8c.pdf\"\n",
	      "Raw UTF-8 in a header field is common and readable by all."),
	NAMED("name-dates", "Dates and dots in the name",
	      "Content-Disposition: attachment;\n"
	      "\tfilename=\"Minutes 3.3.2026 v1.2..final.pdf\"\n",
	      "Dots in dates and versions are no extensions."),
	NAMED("name-both", "Equal names in two forms",
	      "Content-Disposition: attachment; filename=\"offer.pdf\";\n"
	      "\tfilename*=utf-8''offer.pdf\n",
	      "Two equal names do not contradict each other."),
};

const struct co_group co_clean_names = CO_GROUP(cases);
