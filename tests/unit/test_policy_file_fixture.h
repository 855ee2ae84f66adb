/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_POLICY_FILE_FIXTURE_H
#define ASSAY_TEST_POLICY_FILE_FIXTURE_H

#include "policy/config.h"

/* A configuration file in a folder of its own, and what it was read to. One at a
 * time in a test program. */
extern char folder[]; /* its name once set_up() has run */
extern char file[];
extern struct as_config *config;
extern struct as_error error;

/* Of the group; of each test. */
int set_up(void **state);
int tear_down(void **state);
int forget(void **state);

/* Writes the file, head first, and reads it in place of what was read before. */
int load_file(const char *head, const char *text);

#endif
