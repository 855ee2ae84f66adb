/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_ASSERT_H
#define ASSAY_BASE_ASSERT_H

#include <stdio.h>
#include <stdlib.h>

/*
 * For our own mistakes only, never for input. Stays in release builds: a
 * worker that stops costs one message one retry, a worker that goes on with
 * broken state can cost a wrong "clean".
 */
#define AS_ASSERT(condition)                                                                       \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__,       \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
