/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_ERROR_H
#define ASSAY_BASE_ERROR_H

/*
 * Calls that can fail return 0 or a negative code: a negated errno or one of
 * these. Text for people travels beside it in struct as_error, and only the
 * caller that acts on an error shows or logs it.
 */
enum as_code {
	AS_E_CONFIG = -1101,   /* the configuration is wrong */
	AS_E_PLUGIN = -1102,   /* a module cannot be used */
	AS_E_CANARY = -1103,   /* a plugin did not find its own sample */
	AS_E_PROTOCOL = -1104, /* the other process said something odd */
	AS_E_GONE = -1105,     /* the other process has ended */
	AS_E_FORMAT = -1106,   /* input has another format */
	AS_E_LIMIT = -1107,    /* a bound was reached */
};

#define AS_ERROR_TEXT_MAX 4096

struct as_error {
	int code;
	char text[AS_ERROR_TEXT_MAX]; /* one or more lines, no final newline */
};

/* Fills *error (unless NULL) and returns code, so that a caller can write
 * `return as_error_set(error, -ENOENT, "%s: ...", path);` */
int as_error_set(struct as_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Words for a code of either kind; never NULL, static storage. */
const char *as_code_text(int code);

#endif
