/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_JOB_H
#define ASSAY_HTML_JOB_H

#include "buffer.h"
#include "sniff.h"

#include <assay/plugin.h>

/*
 * One document that is read. Every reader walks over it once, from begin to
 * end, and hands what it decodes to html_offer(), which alone decides what
 * becomes an object and what is reported.
 *
 * Rule of stopping: once the host or a bound has refused something, job->stop
 * is set, and every loop of every reader ends at its next turn.
 */

/*
 * The shortest blob. EICAR has 68 octets, the smallest program that Windows
 * starts 97, the smallest archive with a member some 100; a third below that
 * begins the hay of identifiers and digests.
 */
#define HTML_MIN_BLOB_BYTES 48u

/*
 * Decoded octets without any signature that do not read like text are chance
 * (a tracking link, a key, a list of coordinates) up to this size. Larger ones
 * become objects all the same: a pattern may know them.
 */
#define HTML_NOISE_BYTES 1024u

/*
 * All that is made out of one document, as a multiple of its size. A run of
 * base64 gives three quarters, once joined and once alone, once more reversed:
 * no single reading gives more, so that only nested or overlapping links reach it.
 */
#define HTML_MAX_YIELD 4u
/* Added to it, so that short documents are not cut by their own escapes. */
#define HTML_YIELD_FLOOR 65536u

/* Objects made out of one document. A saved page has some hundred pictures. */
#define HTML_MAX_CHILDREN 1000u

/* Findings of one code on one document; the fifth would tell nobody more. */
#define HTML_MAX_REPORTS 4u

/* A file name as far as it is kept: the engine cuts longer ones here too. */
#define HTML_NAME_BYTES 1024u

/* A media type as far as it is kept: the longest registered has 90 octets. */
#define HTML_TYPE_BYTES 128u

/* Octets of one document that a link has made already. */
struct html_range {
	size_t begin, end;
};

struct html_job {
	const struct assay_host *host;
	struct assay_scan *scan;
	const struct assay_object *object;
	struct as_span text; /* what the readers read */

	bool has_script;   /* something here may run */
	bool has_reverse;  /* ... and turns strings round */
	bool has_download; /* the word stands somewhere */
	bool judged;	   /* findings are made: markup or a script */
	bool bare_judged;  /* ... for digits outside of strings too */
	bool stop;
	bool limit_reported;
	uint32_t reports[2]; /* per code */
	uint32_t children;
	uint64_t yield_bytes, max_yield_bytes;

	struct html_buffer view;   /* owned: the text, when it is not the octets */
	struct html_buffer joined; /* owned: pieces of one blob */
	struct html_buffer octets; /* owned: what is offered */
	struct html_range *ranges; /* owned: of links, in order */
	size_t range_count, range_capacity;

	unsigned char file_name[HTML_NAME_BYTES]; /* that scripts save to */
	size_t file_name_size;
};

enum html_source {
	HTML_SOURCE_LINK = 0, /* a data: link */
	HTML_SOURCE_FRAME,    /* a document within an attribute */
	HTML_SOURCE_BLOB,     /* a string or list that a script can take */
	HTML_SOURCE_BARE,     /* digits in running text */
};

/* How something was found. Nothing is owned. */
struct html_find {
	const char *label, *via;
	const char *declared; /* media type, or NULL */
	struct as_span name;
	enum html_source source;
};

/*
 * Reports and emits octets that were made out of the document; they need to
 * live only until it returns. False when the job has to end.
 */
bool html_offer(struct html_job *job, const struct html_find *find, struct as_span octets);

/* Keeps the bounds of what a link has made; they come in order. */
void html_range_add(struct html_job *job, size_t begin, size_t end);

/* Whether a link has taken the octet at the offset already. *turn belongs to a
 * caller that asks with rising offsets and begins with 0. */
bool html_range_holds(const struct html_job *job, size_t at, size_t *turn);

void html_job_deinit(struct html_job *job);
/* Whether memory ran out on the way. */
bool html_job_failed(const struct html_job *job);

#define HTML_LIMIT_COUNT 13u
extern const struct assay_limit html_limits[HTML_LIMIT_COUNT];

#endif
