/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_TROUBLE_H
#define ASSAY_PLUGINS_YARA_TROUBLE_H

#include <assay/plugin.h>

/*
 * What goes wrong while a rule set is loaded. All files are read before the
 * set is refused, so that an administrator learns how many mistakes there are;
 * only the first is kept in full, because loaded->error has room for one.
 */

/* A set of foreign rules brings hundreds of warnings of the same kind. */
#define YP_WARNINGS_LOGGED 20u

struct yp_trouble {
	const struct assay_host *host;
	char error[400]; /* the first one */
	size_t errors;
	size_t warnings;
};

void yp_trouble_init(struct yp_trouble *trouble, const struct assay_host *host);
void yp_error(struct yp_trouble *trouble, const char *format, ...) ASSAY_FORMAT(2, 3);
void yp_warn(struct yp_trouble *trouble, const char *format, ...) ASSAY_FORMAT(2, 3);

/* Writes the first error, and how many follow it, into text. */
void yp_trouble_format(const struct yp_trouble *trouble, char *text, size_t size);

/* Logs how many warnings were left out, if any. */
void yp_trouble_end(const struct yp_trouble *trouble);

#endif
