/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_SMIMEMAKE_OWN_H
#define ASSAY_TEST_SMIMEMAKE_OWN_H

#include <stddef.h>

/* Between the files of smimemake only. */
void sm_die(const char *what) __attribute__((noreturn));
void *sm_alloc(size_t size); /* zeroed */
void sm_objects_free(void);

#endif
