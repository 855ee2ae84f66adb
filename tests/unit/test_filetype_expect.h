/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_FILETYPE_EXPECT_H
#define ASSAY_TESTS_FILETYPE_EXPECT_H

#include "detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Fails the test, by name, when the octets are taken for another type. */
static inline void expect_with(const char *name, struct as_span data, const struct ft_hints *hints,
			       const char *expected)
{
	struct ft_result result;

	(void)ft_detect(data, hints, &result);
	if (strcmp(ft_type(result.id)->name, expected) != 0)
		fail_msg("%s: expected %s, found %s", name, expected, ft_type(result.id)->name);
}

/* The same without a name of the file and without a declared type. */
static inline void expect(const char *name, struct as_span data, const char *expected)
{
	static const struct ft_hints nothing = {"", "", false};

	expect_with(name, data, &nothing, expected);
}

#define OCTETS(text) text, sizeof(text) - 1

#endif
