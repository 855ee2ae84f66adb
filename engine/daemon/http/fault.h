/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_FAULT_H
#define ASSAY_DAEMON_HTTP_FAULT_H

#include "daemon/http/envelope.h"

/*
 * The verdict of a message that was not inspected, where `fail` of the
 * listener is accept or reject: the client gets an action all the same. It has
 * the form of any verdict (docs/verdict.schema.json), says that nothing was
 * inspected, and names the fault. -ENOMEM.
 */
int as_http_fault_json(const struct as_task_answer *answer, const struct as_http_envelope *envelope,
		       uint64_t size, uint64_t generation, struct as_buffer *out);

#endif
