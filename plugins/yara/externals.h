/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_EXTERNALS_H
#define ASSAY_PLUGINS_YARA_EXTERNALS_H

#include <assay/plugin.h>
#include <yara.h>

/*
 * The external variables of rules. One table, because libyara wants each name
 * defined once, at compile time, with its kind; and all of them are set for
 * every object, so that a rule never reads what the object before had.
 */
#define YP_EXTERNALS 32u

struct yp_value {
	const char *text; /* strings: valid as long as the object */
	int64_t number;	  /* integers and booleans */
};

/* The values for one object. Buffers belong to the values; the structure must
 * not be copied. */
struct yp_facts {
	struct yp_value values[YP_EXTERNALS];
	char file_type[64];
	char from_domain[256]; /* RFC 1035 s2.3.4: 255 octets */
	char rcpt_domain[256];
};

/* Bit of the external of that name, 0 if there is none. */
uint64_t yp_external_bit(struct as_span name);

/* enum assay_context of all externals whose bits are set. */
uint32_t yp_externals_context(uint64_t bits);

/* An error code of libyara, ERROR_SUCCESS when all are defined. */
int yp_externals_define(YR_COMPILER *compiler);

void yp_facts_init(struct yp_facts *facts, const struct assay_host *host,
		   const struct assay_object *object, uint32_t scopes);

/* An error code of libyara, ERROR_SUCCESS when all are set. */
int yp_externals_set(YR_SCANNER *scanner, const struct yp_facts *facts);

#endif
