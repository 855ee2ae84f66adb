/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SERVICE_CHANGES_H
#define ASSAY_DAEMON_SERVICE_CHANGES_H

#include "base/buffer.h"
#include "policy/config.h"

/*
 * Which options of two configurations differ that a reload does not take over,
 * as words for people: `run_dir, listener "http" (address, mode), new listener
 * "x"`. Appends nothing when there are none.
 */
void as_service_changes(const struct as_config *now, const struct as_config *next,
			struct as_buffer *out);

#endif
