/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_JOB_H
#define ASSAY_ARCHIVE_JOB_H

#include <assay/plugin.h>

#include <locale.h>

/*
 * What all readers of this plugin share: the object that is being opened, the
 * way to the host, and the buffer that one member grows in.
 *
 * Rule of stopping: once the host has refused something (budget, ratio, depth)
 * job->stop is set, and every loop of every reader ends at its next turn.
 */

/*
 * Headers that are read out of one container. Directories, links and members
 * that the engine knows already cost it nothing, so its limit of objects does
 * not stop a tar of ten million empty directories; this one does.
 */
#define ARC_MAX_HEADERS 100000u

/* Findings of one code on one object; the fifth would tell nobody more. */
#define ARC_MAX_REPORTS 4u

/* Kinds of names remembered per archive; a further one is shown again. */
#define ARC_MAX_SUFFIXES 64u

/* How far into an object a foreign archive is searched for. Stubs of
 * self-extracting archives are below half of this. */
#define ARC_EMBEDDED_WINDOW (1u << 20)
/* Installers carry a few cabinets; each one costs a pass of its own. */
#define ARC_MAX_EMBEDDED 8u

struct arc_state {
	const struct assay_host *host;
	uint64_t max_dictionary_bytes;
	locale_t utf8; /* libarchive converts names by the thread's locale */
};

enum arc_code {
	ARC_MALFORMED,
	ARC_UNSUPPORTED,
	ARC_ENCRYPTED,
	ARC_CONCATENATED,
	ARC_MISMATCH,
	ARC_TRAVERSAL,
	ARC_UNUSUAL,
	ARC_OVERLAP,
	ARC_DICTIONARY,
	ARC_LIMIT,
	ARC_SIZE,
	ARC_CODE_COUNT
};

struct arc_job {
	const struct arc_state *state;
	const struct assay_host *host;
	struct assay_scan *scan;
	const struct assay_object *object;
	locale_t outer; /* of the caller; holds while a child is inspected */
	uint32_t reports[ARC_CODE_COUNT];
	uint32_t headers;      /* read so far, of all views */
	uint32_t encrypted;    /* members that need a key */
	bool header_encrypted; /* not even the names can be read */
	bool stop;
	bool incomplete; /* something could not be read that another might */
	/* Another view of the same archive: octets seen already are left out,
	 * unless they have another kind of name now (a.txt, then run.exe). */
	bool unseen_only;
	uint64_t suffixes[ARC_MAX_SUFFIXES];
	uint32_t suffix_count;
};

/* How the decoding of one member ended. */
enum arc_outcome {
	ARC_DONE = 0,
	ARC_CUT,      /* the packed octets end too early */
	ARC_BROKEN,   /* they are wrong */
	ARC_UNKNOWN,  /* a method that nothing here can decode */
	ARC_TOO_WIDE, /* its dictionary is beyond the limit */
	ARC_STOPPED,  /* the host refused more */
};

/* What is known of a member besides its octets. Nothing is owned. */
struct arc_member {
	struct as_span name; /* data NULL: nameless */
	struct as_span second_name;
	const char *label; /* no member but something derived, as in assay_child; or NULL */
	const char *via;
	uint32_t flags; /* enum assay_flag */
	uint64_t declared_size;
};

/* The octets of one member in the making. */
struct arc_sink {
	struct arc_job *job;
	unsigned char *data; /* owned */
	size_t size, capacity;
	uint64_t limit; /* of size, asked for with the first octets */
};

/* Adds a finding to the object. Reports beyond ARC_MAX_REPORTS are dropped. */
void arc_report(struct arc_job *job, enum arc_code code, enum assay_severity severity,
		uint64_t offset, const char *format, ...) ASSAY_FORMAT(5, 6);

/* archive.encrypted, once, for what was counted during the walk. */
void arc_report_encrypted(struct arc_job *job);

/* Reports the outcome of a member that was not ARC_DONE, and says with which
 * flags it has to be emitted. */
uint32_t arc_report_outcome(struct arc_job *job, enum arc_outcome outcome, struct as_span name,
			    uint64_t offset);

/* One more header; false when the job has to end. */
bool arc_count_header(struct arc_job *job);

/* Emits a member with its octets. Nothing when the host has refused before
 * and there is nothing to show. */
void arc_emit(struct arc_job *job, const struct arc_member *member, struct as_span data);

/* Emits a member that is known by name only. */
void arc_emit_unread(struct arc_job *job, const struct arc_member *member);

/* Charges the octets, then keeps a copy. False when the host refuses. */
bool arc_sink_write(struct arc_sink *sink, const void *data, size_t size);
/* The same for a hole of zeros whose length comes from the archive. */
bool arc_sink_zeros(struct arc_sink *sink, uint64_t size);
struct as_span arc_sink_span(const struct arc_sink *sink);
void arc_sink_free(struct arc_sink *sink);

/* A name for a person: printable ASCII, cut; the rest becomes '?'. */
struct arc_text {
	char text[72];
};
struct arc_text arc_printable(struct as_span name);

/* The bounds that cannot be configured (limits.c). The compiler holds the
 * number against the table. */
#define ARC_LIMIT_COUNT 17u
extern const struct assay_limit arc_limits[ARC_LIMIT_COUNT];

#endif
