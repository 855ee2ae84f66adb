/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_ANSWER_H
#define ASSAY_POLICY_ANSWER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "policy/verdict.h"

/*
 * A verdict for a process that does not read JSON: what to tell the client and
 * what to count. The worker makes it beside the JSON and packs it; the front
 * unpacks it. The front does not trust workers: everything is checked, texts
 * are valid UTF-8 without control characters (header values excepted, see
 * below), counts are bounded.
 */
#define AS_ANSWER_TEXT_MAX  512u /* octets of reason, reply, name and incomplete */
#define AS_ANSWER_REPLY_MAX 480u /* of these of reply: RFC 5321 s4.5.3.1.5 */
#define AS_ANSWER_CODES_MAX 64u	 /* different finding codes that are counted */
#define AS_ANSWER_CODE_MAX  255u /* octets of one */
#define AS_ANSWER_EDITS_MAX 32u	 /* header edits */
#define AS_ANSWER_NAME_MAX  76u	 /* octets of the name of a header field */
#define AS_ANSWER_VALUE_MAX 16384u
#define AS_ANSWER_LINE_MAX                                                                         \
	990u /* of one line of a value: RFC 5322 s2.1.1, with                                      \
		room for the name */
#define AS_ANSWER_LOG_MAX 16384u
/* A message with more recipients has one action for all of them. The highest
 * value of the limit `recipients`. */
#define AS_ANSWER_RECIPIENTS_MAX 100000u

/* An edit of the header of the message. */
enum as_edit_kind {
	AS_EDIT_INSERT = 0, /* before all other fields */
	AS_EDIT_ADD,	    /* behind all other fields */
	AS_EDIT_CHANGE,	    /* field number index (from 1) of that name */
	AS_EDIT_DELETE,
};

/* RFC 5322: the name is printable ASCII without colon. The value has no space
 * in front, no CR, no NUL, and LF only before a blank or tab (folding). */
struct as_edit {
	enum as_edit_kind kind;
	uint32_t index;
	const char *name;
	const char *value;
};

struct as_answer {
	enum assay_action action; /* the strictest over all recipients */
	bool complete;
	/* Policy acts upon a finding (strip or stricter) that says more than
	 * that a part could not be inspected. What is encrypted or a bomb
	 * counts as found. For clients that know no "incomplete". */
	bool found;
	const char *reason; /* "malware.eicar at 2/eicar.com", "" when accepted */
	/* Words of an SMTP reply without the codes, one line of ASCII, e.g.
	 * "Message refused: malware.eicar at 2/eicar.com (01JD...)". */
	const char *reply;
	/* How clients of the clamd protocol name it: no blank, no colon, e.g.
	 * "malware.eicar", "Heuristics.Encrypted.Zip",
	 * "Heuristics.Limits.Exceeded.MaxScanSize". "" when nothing protective
	 * or incomplete was found. */
	const char *name;
	/* What kept the inspection from being complete, one line, or "". */
	const char *incomplete;
	/* Per recipient of the envelope, in its order: enum assay_action. None
	 * of them is stricter than action. A count of 0: action for all. */
	const unsigned char *recipients;
	size_t recipient_count;
	/* Header fields that say what was found. The authserv-id of
	 * Authentication-Results stands as "%s" exactly once, and no other
	 * percent sign is in that value: the front knows the name. */
	const struct as_edit *edits;
	size_t edit_count;
	/* Codes of findings, each once, with the severity (enum
	 * assay_severity) of the gravest and the number of findings. */
	const char *const *codes;
	const unsigned char *severities;
	const uint32_t *code_counts;
	size_t code_count;
	/* Members of a JSON object for the log line of the message, beginning
	 * with a comma: ,"bytes":123,"objects":4,"plugins_us":{...}. */
	const char *log;
	uint64_t bytes, objects, cache_hits, us;
	/* A changed message stands in the second spool from here on; the header
	 * edits are not applied to it. UINT64_MAX: the message was not changed. */
	uint64_t body_offset;
};

struct as_answer_request {
	const struct as_verdict_request *verdict;
	/* What as_verdict_render() decided. */
	enum assay_action action;
	bool complete;
	bool changed; /* as_rewrite_apply() has made a changed message */
};

/* In the worker: makes the answer from the inspection and appends it packed.
 * verdict is what as_verdict_render() had. -ENOMEM. */
int as_answer_render(const struct as_answer_request *request, struct as_buffer *out);
/* The same for a message that no worker could finish. */
int as_answer_fail(const struct as_verdict_failure *failure, enum assay_action action,
		   struct as_buffer *out);

/* Pure, for tests and for the two above. */
bool as_answer_pack(const struct as_answer *answer, struct as_buffer *out);
/* Strings point into the arena. AS_E_PROTOCOL when anything is odd. */
int as_answer_unpack(struct as_arena *arena, struct as_span in, struct as_answer *answer_out);

#endif
