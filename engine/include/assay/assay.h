/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ASSAY_H
#define ASSAY_ASSAY_H

#include <assay/plugin.h>

#include <stddef.h>

/*
 * Inspection from within another program: `pkg-config --cflags --libs assay`.
 *
 * assay_open() forks a process that loads all plugins and keeps workers; mail
 * is parsed in those, never in the caller. The caller should be
 * single-threaded at that moment and must not reap children that it did not
 * start. One engine may be used by one thread at a time.
 *
 * Functions return 0 or a negative code: a negated errno or a code of Assay.
 */
struct assay_engine;

/* What assay_scan_*() answers. json is one verdict, schema 1 (see
 * assay-verdict(5)), NUL-terminated, and is to be freed by
 * assay_verdict_free(). */
struct assay_verdict {
	enum assay_action action;
	bool complete; /* false: not everything was inspected */
	char *json;
	size_t json_size; /* without the NUL */
};

/* config_file may be NULL for the standard one. On failure a text for an
 * administrator stands in error (may be NULL), cut to error_size. */
ASSAY_EXPORT int assay_open(const char *config_file, struct assay_engine **engine_out, char *error,
			    size_t error_size);
ASSAY_EXPORT void assay_close(struct assay_engine *engine);

/*
 * Inspects the size octets of a message that begin at offset of fd. envelope
 * may be NULL; its members must not be. Every message gets a verdict: also one
 * that crashes or hangs its worker, which is never complete then.
 */
ASSAY_EXPORT int assay_scan_fd(struct assay_engine *engine, int fd, uint64_t offset, uint64_t size,
			       const struct assay_envelope *envelope,
			       struct assay_verdict *verdict_out);
/* The same for octets in memory; they are copied once. */
ASSAY_EXPORT int assay_scan_memory(struct assay_engine *engine, struct as_span message,
				   const struct assay_envelope *envelope,
				   struct assay_verdict *verdict_out);
ASSAY_EXPORT void assay_verdict_free(struct assay_verdict *verdict);

#endif
