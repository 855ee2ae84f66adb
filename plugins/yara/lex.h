/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_LEX_H
#define ASSAY_PLUGINS_YARA_LEX_H

#include <assay/span.h>

/*
 * What rule files ask for besides the octets, read from their source text:
 * libyara does not tell which external variables a compiled rule uses.
 *
 * The text has to be one that libyara accepts. Comments, strings, regular
 * expressions and meta sections are left out; in doubt a use is reported, for
 * a wrong use costs time and a missed one a wrong cached answer.
 */
struct yp_uses {
	uint64_t externals; /* bit i: the external number i */
	bool clock;	    /* module time: the answer changes by itself */
	size_t rules;	    /* without private ones */
	size_t executable;  /* of them, ask pe, dotnet, elf or macho */
};

/* Adds the uses of text to *uses, which starts zeroed. */
void yp_lex(struct as_span text, struct yp_uses *uses);

#endif
