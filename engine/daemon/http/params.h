/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_PARAMS_H
#define ASSAY_DAEMON_HTTP_PARAMS_H

#include <assay/span.h>

/*
 * Field values of the form `value; name=token; name="quoted string"`, as
 * Content-Type (RFC 9110 s8.3.1) and Content-Disposition (RFC 6266) have it.
 * Strict: what does not fit the grammar is no such value.
 */
struct as_http_params {
	struct as_span rest;
};

struct as_http_param {
	struct as_span name;
	/* Without quotes and backslashes. */
	char value[256];
	size_t value_size;
};

bool as_http_is_token(struct as_span text);
/* ASCII letters compare without case. */
bool as_http_is_word(struct as_span text, const char *word);

/* Takes the part before the first semicolon, without blanks around it. */
struct as_span as_http_params_open(struct as_http_params *params, struct as_span field);
/* 1: there is another parameter; 0: there is none; AS_E_FORMAT. */
int as_http_params_next(struct as_http_params *params, struct as_http_param *param_out);

#endif
