/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_UNIT_TEST_SCANNER_FIXTURE_H
#define ASSAY_TESTS_UNIT_TEST_SCANNER_FIXTURE_H

#include "pool/scanner.h"

#include <jansson.h>

/*
 * A configuration in a file, one scanner at a time, and what it said last. The
 * test opens the scanner, whichever kind it wants.
 */
extern char config_file[];
extern struct as_config *config;
extern struct as_scanner *scanner;

extern struct as_scanner_result result;
extern json_t *verdict;	     /* NULL: there was none */
extern unsigned int results; /* so far */

/* For the group. */
int scanner_set_up(void **state);
int scanner_tear_down(void **state);

/* Of one test: what text says, with the folder of the modules of tests for
 * "%s"; read also loads it. */
void config_write(const char *text);
void config_read(const char *text);
extern const char config_standard[];
/* Closes what there is. */
void scanner_forget(void);

/* Makes given the last result; what it points to is gone when the callback of
 * as_scanner_poll() returns, but for the verdict. */
void scanner_keep(const struct as_scanner_result *given);
/* The first with that code, or NULL. */
json_t *finding(const char *code);
/* A member of the verdict. */
const char *verdict_text(const char *key);

#endif
