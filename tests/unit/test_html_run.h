/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_HTML_RUN_H
#define ASSAY_TESTS_HTML_RUN_H

#include "probe.h"

/* Runs the plugin over texts, and makes the programs that hide in them. */

extern struct probe html_probe;

int html_set_up(void **state);
int html_tear_down(void **state);

/* 100 octets that begin like a program; each digit of them occurs escaped,
 * signed and plain. */
#define HTML_PROGRAM_BYTES 100u
extern unsigned char html_program[HTML_PROGRAM_BYTES];

/* The program in base64, as hexadecimal digits, in \x escapes, in %XX, as
 * decimal numbers with ',' between. NUL-terminated. */
extern char html_program_base64[HTML_PROGRAM_BYTES * 2];
extern char html_program_hex[HTML_PROGRAM_BYTES * 2 + 1];
extern char html_program_escapes[HTML_PROGRAM_BYTES * 4 + 1];
extern char html_program_percent[HTML_PROGRAM_BYTES * 3 + 1];
extern char html_program_decimal[HTML_PROGRAM_BYTES * 4 + 1];

void html_base64_encode(struct as_span octets, char *out);

/* Formats a document and inspects it as an object of the class. */
void html_run_named(struct as_span text, enum assay_class type_class, const char *name,
		    const char *declared);
void html_run_declared(struct as_span text, enum assay_class type_class, const char *declared);
/* The same, as mail has it: declared is text/html for HTML, else nothing. */
void html_run_span(struct as_span text, enum assay_class type_class);
void html_run(enum assay_class type_class, const char *format, ...) ASSAY_FORMAT(2, 3);

/* The first child with exactly these octets, or NULL. */
const struct probe_child *html_child(struct as_span octets);
/* Fails with the children's list unless the program is one of them. */
void html_expect_program(const char *label);
void html_expect_quiet(void);

#endif
