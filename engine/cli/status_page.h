/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_STATUS_PAGE_H
#define ASSAY_CLI_STATUS_PAGE_H

#include "base/buffer.h"

#include <jansson.h>

/* GET /v1/status of a daemon as a page for people. What it does not say is
 * left out. now: seconds since 1970. */
void as_status_page_draw(const json_t *daemon, const char *where, uint64_t now, bool colour,
			 struct as_buffer *out);

#endif
