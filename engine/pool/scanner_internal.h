/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SCANNER_INTERNAL_H
#define ASSAY_POOL_SCANNER_INTERNAL_H

#include "base/id.h"
#include "pool/scanner.h"
#include "pool/scanner_work.h"

#include <sys/queue.h>

/*
 * The caller's side of a scanner: scanner.c (jobs and results),
 * scanner_fail.c (jobs that no worker finished), scanner_life.c (opening,
 * launching, attaching). The other side: scanner_work.c, scanner_run.c.
 */

/* Octets of the words that say why there is no inspection. */
#define AS_SCANNER_TEXT_SIZE 400u

/* A job on its way. */
struct as_pending {
	LIST_ENTRY(as_pending) link;
	void *cookie;
	char id[AS_ID_SIZE];
	struct as_buffer request;
	bool answer;		 /* was asked for */
	bool cancelled;		 /* nobody waits for it */
	bool failed;		 /* on its way a second time, for a verdict that says so: */
	enum as_outcome outcome; /* of the inspection, with what follows */
	uint32_t attempts;
	char text[AS_SCANNER_TEXT_SIZE];
};

struct as_scanner {
	struct as_scanner_work work; /* config NULL: attached */
	uint64_t time_ms;	     /* attached */
	struct as_pool *pool;
	struct as_cache *cache;	       /* for its counters, or NULL */
	struct as_cache_counters past; /* of caches before */
	LIST_HEAD(, as_pending) pending;
	as_scanner_done *done; /* during as_scanner_poll() */
	void *done_context;
};

/* scanner.c */
void as_scanner_forget_all(struct as_scanner *scanner);

/* scanner_fail.c */
/* Takes note of why a job was not inspected, and logs it. */
void as_pending_failed(struct as_pending *pending, const struct as_result *result,
		       bool rendered_here);
/* Sends it once more for a verdict that says so: true when that will come. */
bool as_pending_resubmit(struct as_scanner *scanner, struct as_pending *pending);
/* Makes the verdict here, as a worker's reply. */
int as_pending_render(const struct as_scanner *scanner, const struct as_pending *pending,
		      struct as_buffer *body);

#endif
