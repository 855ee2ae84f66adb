/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SCANNER_WORK_H
#define ASSAY_POOL_SCANNER_WORK_H

#include "pool/keeper_keys.h"
#include "pool/request.h"
#include "pool/scanner.h"

/* The side of the scanner that runs in the zygote and its workers. */
struct as_scanner_work {
	const struct as_config *config;
	struct as_cache *cache; /* shared, or NULL */
	const struct as_clock *clock;
	uint64_t generation;
	struct as_engine *engine;   /* set by load, in the zygote */
	struct as_keeper_duty keys; /* of the keeper, when there are keys */
};

/* The reply of a worker: this, the verdict, the answer. */
struct as_scanner_reply {
	struct as_verdict_summary summary;
	uint64_t answer_size; /* 0: it was not asked for */
};

int as_scanner_load(void *context, struct as_buffer *status_out, struct as_error *error);
int as_scanner_enter(void *context, const char *temp_dir, uint32_t number, struct as_error *error);
int as_scanner_run(void *context, const struct as_work *work, struct as_reply *reply);

/* The reply for a message that was not inspected. Also for the caller's own
 * process: it reads no octet of a message. */
int as_scanner_render_failure(const struct as_scanner_work *own, const struct as_request *request,
			      const char *code, const char *text, struct as_buffer *body);

#endif
