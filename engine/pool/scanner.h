/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SCANNER_H
#define ASSAY_POOL_SCANNER_H

#include "policy/answer.h"
#include "policy/config.h"
#include "policy/verdict.h"
#include "pool/launch.h"
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
	bool guess;			       /* is_message has no meaning: a message
						  when the octets begin like one */
	bool detail;			       /* trees, ranges and times in the verdict */
	bool answer;			       /* the result has an answer, too */
	const char *policy;		       /* name; NULL or "": the one in force; one
						  that does not exist counts as "" */
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

/* There is a verdict for every job, also when no worker could finish it (but
 * see as_scanner_attach()). */
struct as_scanner_result {
	void *cookie;
	const char *id;
	enum as_outcome outcome;
	const char *reason; /* why it is not done, one line; "" when it is */
	uint32_t attempts;  /* at the inspection */
	struct as_verdict_summary summary;
	struct as_span json;   /* one verdict, no line end; valid in the call;
				  empty when there is no memory for one, or no
				  worker (below): the action is tempfail then */
	struct as_span answer; /* packed (policy/answer.h); empty when it was not
				  asked for or there is no verdict */
	int changed_fd;	       /* -1, or the spool of a changed message: the
				  receiver's to close */
};
typedef void as_scanner_done(void *context, const struct as_scanner_result *result);
int as_scanner_poll(struct as_scanner *scanner, int timeout_ms, as_scanner_done *done,
		    void *context);

/*
 * A client has left: ends its job, queued or running, without a result. A
 * cookie that is unknown is ignored. The descriptor of the job is not needed
 * any more. May be called from done for other jobs.
 */
void as_scanner_cancel(struct as_scanner *scanner, const void *cookie);

/*
 * The scanner in two processes (pool/launch.h): the parent loads the
 * configuration and launches; the process with the clients attaches and never
 * sees a configuration. There the verdict of a message that no worker could
 * finish is made by another worker; without any worker there is none (json is
 * empty, outcome says why).
 */
struct as_scanner_launch {
	struct as_launch launch;
	int cache_fd; /* memfd of the cache, -1 without one */
	struct as_tempdir temp;
};
/* Does not wait for load(): the pool that is given the launch does. */
int as_scanner_launch(const struct as_scanner_settings *settings,
		      struct as_scanner_launch *launch_out, struct as_error *error);
/* After the zygote's end: closes all and removes the temporary folder. Waits
 * up to some tenths of a second for workers that are just ending. */
void as_scanner_launch_close(struct as_scanner_launch *launch);

struct as_scanner_attach {
	uint32_t workers;     /* as as_scanner_workers() said */
	uint32_t queue_limit; /* 0: the pool's default */
	uint64_t time_ms;     /* limit time_ms of the generation */
	uint64_t generation;
	const struct as_clock *clock;
	struct as_pool_source source;
};
int as_scanner_attach(const struct as_scanner_attach *settings, struct as_scanner **scanner_out,
		      struct as_error *error);
/* launch as above; takes its descriptors and cache_fd (-1: none) on success. */
int as_scanner_give(struct as_scanner *scanner, const struct as_launch *launch, int cache_fd);
/* How many workers these settings mean. */
uint32_t as_scanner_workers(const struct as_scanner_settings *settings);

/* The pool beneath, for idle counts, descriptors and its state. */
struct as_pool *as_scanner_pool(const struct as_scanner *scanner);
/* What was loaded, as JSON: {"plugins": [{"name", "version", "signatures",
 * "newest", "note", "path", "loaded", "error"}, ...], "policies": ["default",
 * ...], "policy": "default", "time_ms", "message_bytes"}. */
struct as_span as_scanner_status(const struct as_scanner *scanner);
/* Answers that were kept: hits, misses, slots; zeros without a cache. */
void as_scanner_cache(const struct as_scanner *scanner, struct as_cache_counters *counters_out);

#endif
