/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_SCAN_H
#define ASSAY_INSPECT_SCAN_H

#include "base/arena.h"
#include "base/budget.h"
#include "base/clock.h"
#include "inspect/codes.h"
#include "inspect/engine.h"
#include "mime/mime.h"
#include "mime/readings.h"
#include "smime/mail.h"

#include <assay/plugin.h>

/*
 * The state of one inspection: what struct assay_scan is to plugins. Shared by
 * the files of this folder; everybody else reads it through inspect.h.
 */

#define AS_EVIDENCE_MAX	 16u   /* pieces of evidence kept per finding */
#define AS_EVIDENCE_TEXT 512u  /* octets of text kept per piece */
#define AS_FINDING_TEXT	 1024u /* octets of a finding's sentence */
/* A path names an object to people; members can have paths of any length. */
#define AS_PATH_BYTES 2048u
/* Findings of one code kept per message; attackers can cause thousands. Other
 * codes are not affected, so nothing worse can hide behind them. */
#define AS_FINDINGS_PER_CODE 64u
/* Structures of one inspection. Decoded octets are not in the arena but for CMS
 * objects, and for what stood in them in pieces: twice the largest attachment of
 * a message of 150 MiB. */
#define AS_SCAN_ARENA_BYTES ((size_t)256 << 20)

struct as_finding {
	const char *code;
	const struct as_code_info *info;
	enum assay_severity severity; /* never DEFAULT */
	enum assay_action wish;
	const char *text;
	const char *plugin; /* "" when the engine itself */
	const struct assay_object *object;
	const struct assay_evidence *evidence;
	size_t evidence_count;
	const struct as_finding *frame_next; /* same call of a plugin */
};

struct as_object {
	struct assay_object pub; /* first: plugins hold its address */
	struct as_object *parent;
	uint64_t produced; /* charged by whatever unpacked it */
	uint32_t labels;   /* children named ~label-N so far */
	bool ratio_reported, depth_reported;
	bool raw;     /* its octets stand in the message as they are */
	bool further; /* a further reading, or within one: readings.h */
	bool cut;     /* ends with a message in a message, as what bounces cut: hidden.h */
	bool by_look; /* no reader is known to show it: see hidden.h */
	bool doubted; /* the same, or no client is known to; or within one such */
	uint64_t us;  /* own inspection without children */
	/* Where it stands in the raw octets of the outermost message; begin is
	 * SIZE_MAX for what was made. */
	size_t header_begin, body_begin, body_end;
	/* Of what S/MIME protected: the mail and the layer it is the content of. */
	const struct as_smime_place *place;
};

/* A call of a plugin in progress. */
struct as_frame {
	const struct as_module *module;
	size_t module_index;
	struct as_object *object;
	enum assay_phase phase;
	const struct as_finding *first, *last; /* reported in this call */
	bool changed;			       /* emitted children, set flags or a type */
	uint64_t nested_us;		       /* spent in calls within this one */
	struct as_frame *outer;
};

/* One parsed message, for `assay explain`. */
struct as_tree_ref {
	const struct as_mime_tree *tree;
	const struct as_object *object; /* the message it is of */
	const struct as_view *views;	/* one per client, NULL without detail */
	struct as_tree_ref *next;
};

struct as_memo_entry;

struct assay_scan {
	const struct as_engine *engine;
	const struct as_clock *clock;
	void (*stage)(const char *name);
	struct as_arena arena;
	struct as_budget budget;
	bool stop_reported;
	uint64_t member_bytes;	/* of containers, but for those in further readings */
	uint64_t reading_bytes; /* spent on further readings: readings.h */
	uint64_t doubt_bytes;	/* the same, on those that no client is known to have */
	bool readings_spent;	/* some were left out */
	bool doubts_left;	/* ... of those that no client is known to have */

	struct as_object **objects;
	size_t object_count, object_capacity;
	struct as_finding **findings;
	size_t finding_count, finding_capacity;
	size_t dropped_findings;
	bool out_of_memory;

	struct as_frame *frame;
	struct as_memo_entry **memo;	/* answers within this message */
	struct as_memo_entry **digests; /* octets that were inspected */
	struct assay_message message;
	const char *const *from_all;
	size_t from_count;
	const char *date;
	struct as_tree_ref *trees, *last_tree;
	struct as_smime_session smime; /* without trust: not looked at */

	uint64_t plugin_us[AS_MODULES_MAX];
	uint64_t cache_hits;
	bool is_message;
	bool detail;
};

/* object.c */
struct as_object *as_object_new(struct assay_scan *scan, struct as_object *parent,
				enum assay_origin origin, struct as_span data);
/* Sets path from the parent's path and a component; escaped and cut. */
int as_object_path(struct assay_scan *scan, struct as_object *object, struct as_span component);
void as_object_names(struct assay_scan *scan, struct as_object *object,
		     const struct assay_name *names, size_t count);

/* report.c: the host's report() and the engine's own findings */
int as_scan_report(struct assay_scan *scan, const struct assay_object *object,
		   const struct assay_finding *finding, const char *plugin);
void as_scan_note(struct assay_scan *scan, const struct as_object *object, const char *code,
		  enum assay_severity severity, const char *text);
/* Reports what stopped the budget, once, at the object where it happened. */
void as_scan_stopped(struct assay_scan *scan, const struct as_object *object);
/* Charges octets made out of object; reports limits itself. */
int as_scan_charge(struct assay_scan *scan, struct as_object *object, uint64_t bytes);

/* pipeline.c */
typedef void as_unpack(struct assay_scan *scan, struct as_object *object, void *context);
/*
 * identify, unpack, judge. `own`, unless NULL, is the engine's own unpacking
 * (entities of a message) and runs first in the unpack phase.
 */
int as_object_inspect(struct assay_scan *scan, struct as_object *object, as_unpack *own,
		      void *context);
uint64_t as_scan_now(const struct assay_scan *scan);
/* Reports and logs that a call of a plugin failed with rc. */
void as_plugin_failed(struct assay_scan *scan, const struct as_module *module,
		      const struct as_object *object, int rc);

/* host.c: the calls that plugins make */
const struct assay_host *as_scan_host(void);

/* message.c: takes the octets of object apart as a message */
void as_message_unpack(struct assay_scan *scan, struct as_object *object, void *context);
bool as_message_is(const struct as_object *object);

/* mbox.c: the messages of a mailbox */
void as_mbox_unpack(struct assay_scan *scan, struct as_object *object, void *context);

/* memo.c: answers of earlier calls over the same octets */
bool as_memo_replay(struct assay_scan *scan, const struct as_module *module, size_t index,
		    struct as_object *object);
void as_memo_keep(struct assay_scan *scan, const struct as_frame *frame);
/* The object whose equal octets were looked at as `what` before, or NULL;
 * notes that they are now. */
const struct as_object *as_memo_seen(struct assay_scan *scan, const struct as_object *object,
				     const char *what);
/* The same without a note, whatever they were looked at as. */
bool as_memo_has(const struct assay_scan *scan, const unsigned char *sha256);
/* False: no memory for the key, so there must be no answer under it. */
bool as_memo_key(const struct assay_scan *scan, const struct as_module *module,
		 const struct as_object *object, unsigned char key_out[32]);

#endif
