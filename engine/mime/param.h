/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_PARAM_H
#define ASSAY_MIME_PARAM_H

#include "base/arena.h"

#include <assay/span.h>

/*
 * The parameters of a Content-Type or Content-Disposition value (RFC 2045
 * s5.1, RFC 2183) with continuations and charsets (RFC 2231), read leniently:
 * what some client would take for a parameter is one, and each liberty that
 * was needed leaves a mark. Linear in the size of the value but for one sort.
 */
enum as_param_form {
	AS_PARAM_PLAIN = 0, /* token, or what stood there without quotes */
	AS_PARAM_QUOTED,
	AS_PARAM_EXTENDED, /* name*=, name*0=, name*0*= (RFC 2231) */
};

/* Octets of a type; RFC 6838 s4.2: 127 for each half. */
#define AS_PARAM_TYPE_MAX 255u
/* Digits of a section number; RFC 2231 s3 sets no bound, a field of 4 MiB
 * holds fewer than a million sections. */
#define AS_PARAM_SECTION_DIGITS 6u

struct as_param {
	const char *name;   /* lower case, without its '*' parts */
	struct as_span raw; /* as it stood, in the value that was parsed,
			       with quotes, comments and folds: up to the
			       next ';', or the closing quote with what
			       touches it; of continuations the section
			       that comes first */
	const char *value;  /* NUL behind it and perhaps inside. EXTENDED
			       of a known charset: UTF-8; else octets */
	size_t value_length;
	size_t unbroken_length; /* of continuations: octets before the first
				   missing section, where some readers stop;
				   else value_length */
	enum as_param_form form;
};

/* Bits of struct as_params.anomalies. */
#define AS_PARAM_DUPLICATE	  (1u << 0) /* same name, or same section, twice */
#define AS_PARAM_UNCLOSED_QUOTE	  (1u << 1)
#define AS_PARAM_BAD_EXTENDED	  (1u << 2)  /* no charset'lang', bad %XX, quotes */
#define AS_PARAM_GAP		  (1u << 3)  /* a section is missing */
#define AS_PARAM_NO_EQUALS	  (1u << 4)  /* a word that is no parameter */
#define AS_PARAM_TOO_MANY	  (1u << 5)  /* more than max_params */
#define AS_PARAM_COMMENT	  (1u << 6)  /* legal, and read in many ways */
#define AS_PARAM_NO_SEMICOLON	  (1u << 7)  /* missing, or a comma in its place */
#define AS_PARAM_UNQUOTED	  (1u << 8)  /* blanks or a quote in a bare value */
#define AS_PARAM_BAD_NAME	  (1u << 9)  /* quotes or controls in a name */
#define AS_PARAM_BAD_TYPE	  (1u << 10) /* type is quoted or no token */
#define AS_PARAM_JUNK		  (1u << 11) /* octets behind a closing quote */
#define AS_PARAM_CHARSET	  (1u << 12) /* unknown, or did not fit the octets */
#define AS_PARAM_UNCLOSED_COMMENT (1u << 13)

struct as_params {
	const char *type;	/* lower case "type/subtype" or disposition, in
				   ASCII; "" when there is no such token */
	struct as_param *items; /* in order of first appearance */
	size_t count;
	uint32_t anomalies;
	size_t total_seen; /* also those over max_params */
};

/*
 * All but the spans is in the arena. Repeated names stay as items of their
 * own. When a section of a continuation is repeated there are two items: one
 * with the first of each section, one with the last.
 * -ENOMEM; never fails on input.
 */
int as_params_parse(struct as_arena *arena, struct as_span value, size_t max_params,
		    struct as_params *params_out);

/* The first of that (lower-case) name, of any form, or NULL. */
const struct as_param *as_params_find(const struct as_params *params, const char *name);

#endif
