/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SCANNER_H
#define ASSAY_POOL_SCANNER_H

#include "policy/config.h"
#include "policy/verdict.h"
#include "pool/pool.h"

/*
 * A pool whose work is inspection: octets in, a verdict as JSON out. The
 * command line and the daemon use the same one, so that they cannot differ.
 */
struct as_scanner;

/* The engine ends a message by itself at the limit time_ms. What is still
 * running this much later hangs in a library, and the worker is killed. */
#define AS_SCANNER_GRACE_MS 3000u

struct as_scanner_settings {
	const struct as_config *config; /* must outlive the scanner */
	uint32_t workers;		/* 0: what the configuration says */
	uint64_t generation;		/* shown in verdicts */
	const struct as_clock *clock;
};

/* Starts zygote and workers; loads, compiles and proves all plugins. The
 * error is for people. */
int as_scanner_open(const struct as_scanner_settings *settings, struct as_scanner **scanner_out,
		    struct as_error *error);
void as_scanner_close(struct as_scanner *scanner);

struct as_scanner_job {
	int fd;				       /* stays open until done; file or sealed spool */
	uint64_t offset, size;		       /* the message within fd */
	bool is_message;		       /* else a bare file */
	bool detail;			       /* trees, ranges and times in the verdict */
	const char *id;			       /* AS_ID_SIZE, from as_id_make() */
	const char *file;		       /* for source.file; "" if none */
	uint64_t source_offset;		       /* for source.offset: where in that file */
	uint64_t source_size;		       /* for source.size: how much of it; 0: size */
	uint64_t index;			       /* for source.index */
	const struct assay_envelope *envelope; /* NULL: nothing is known */
	void *cookie;			       /* not NULL */
};

/* Copies what it needs of the job. As as_pool_submit(). */
int as_scanner_submit(struct as_scanner *scanner, const struct as_scanner_job *job);

/* There is a verdict for every job, also when no worker could finish it. */
struct as_scanner_result {
	void *cookie;
	const char *id;
	enum as_outcome outcome;
	uint32_t attempts;
	struct as_verdict_summary summary;
	struct as_span json; /* one verdict, no line end; valid in the call;
				empty when there is no memory for one: the
				action is tempfail then */
};
typedef void as_scanner_done(void *context, const struct as_scanner_result *result);
int as_scanner_poll(struct as_scanner *scanner, int timeout_ms, as_scanner_done *done,
		    void *context);

/* The pool beneath, for idle counts, descriptors and its state. */
struct as_pool *as_scanner_pool(const struct as_scanner *scanner);
/* What was loaded, as JSON: {"plugins": [{"name", "version", "signatures",
 * "newest", "note", "path", "loaded", "error"}, ...]}. */
struct as_span as_scanner_status(const struct as_scanner *scanner);
/* Answers that were kept: hits, misses, slots; zeros without a cache. */
void as_scanner_cache(const struct as_scanner *scanner, struct as_cache_counters *counters_out);

#endif
