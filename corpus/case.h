/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_CASE_H
#define ASSAY_CORPUS_CASE_H

#include "mail.h"

#include <stdbool.h>

#define CO_CODES 6u

/*
 * One message and the verdict that the built-in policy must give it. Either
 * build() makes the whole message, or the message is a text with one attached
 * file: content() under type and name, or under the literal header lines.
 */
struct co_case {
	const char *name;  /* of the file, without number and suffix */
	const char *title; /* also the subject */
	const char *why;   /* one sentence for a person */
	const char *action;
	const char *codes[CO_CODES]; /* must be there; "family.*" for any of it */
	const char *never[CO_CODES]; /* must not be there */
	bool incomplete;

	struct co_bytes *(*build)(const struct co_case *self);
	struct co_bytes *(*content)(void);
	const char *type, *file;
	const char *header;

	/* An object of these octets must have been inspected. */
	struct co_bytes *(*object)(void);
};

struct co_group {
	const struct co_case *cases;
	size_t count;
};

#define CO_GROUP(cases)                                                                            \
	{                                                                                          \
		cases, sizeof(cases) / sizeof((cases)[0])                                          \
	}

extern const struct co_group co_clean_mail, co_clean_files, co_clean_names;
extern const struct co_group co_virus_archives, co_virus_mail, co_virus_structure;
extern const struct co_group co_deceptive_names, co_dangerous_types, co_broken_archives;
extern const struct co_group co_rule_hits, co_bombs, co_floods;

#endif
