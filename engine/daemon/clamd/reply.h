/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_REPLY_H
#define ASSAY_DAEMON_CLAMD_REPLY_H

#include "daemon/clamd/command.h"
#include "daemon/task.h"

/*
 * Answers in the words of the clamd protocol, which knows three: OK, a name and
 * FOUND, a text and ERROR. Clients look at the end of a line, some for the last
 * colon, some for a blank before FOUND. So nothing that a mail or a file name
 * brings may stand in such a line but a path in front and a cleaned name, and
 * neither holds a line end. Pure.
 */
enum as_clamd_result {
	AS_CLAMD_OK = 0,
	AS_CLAMD_HIT,
	AS_CLAMD_FAULT,
};

/* The longest name or text in a reply. */
#define AS_CLAMD_WORDS_MAX 256u

struct as_clamd_judgement {
	enum as_clamd_result result;
	char words[AS_CLAMD_WORDS_MAX]; /* the name, or the text before ERROR */
};

/*
 * found, or a fault of ours that counts as reject: a hit. Not inspected in
 * full: an error, or a hit when incomplete says so; never OK, whatever policy
 * says, because clients of this protocol cannot be told. Tempfail: an error.
 * Other protective actions: a hit. Else OK.
 */
void as_clamd_judge(const struct as_task_answer *answer, enum as_clamd_incomplete incomplete,
		    struct as_clamd_judgement *judgement_out);
/* For a message that is too large to be inspected at all. */
void as_clamd_judge_size(enum as_clamd_incomplete incomplete,
			 struct as_clamd_judgement *judgement_out);
/* For a path that was not opened: code as of daemon/clamd/path.h and walk.h. */
void as_clamd_judge_path(int code, struct as_clamd_judgement *judgement_out);
/* A refusal, code as of the calls of daemon/task.h. */
void as_clamd_judge_refusal(int code, enum as_fail fail, struct as_clamd_judgement *judgement_out);

/* Whether a code belongs into an answer to ALLMATCHSCAN by itself. */
bool as_clamd_lists(const struct as_answer *answer, size_t code);
/* A name for clients: printable ASCII without blanks and colons. */
void as_clamd_clean_name(const char *name, char out[AS_CLAMD_WORDS_MAX]);

struct as_clamd_tag {
	enum as_clamd_framing framing;
	uint32_t number; /* in a session, from 1; 0: none */
};

/* "NUMBER: text" and the delimiter. False: no memory, nothing was appended. */
bool as_clamd_put(struct as_buffer *out, struct as_clamd_tag tag, const char *text);
/* "NUMBER: subject: OK", "... NAME FOUND", "... text ERROR". Control
 * characters in the subject become question marks. */
bool as_clamd_put_judgement(struct as_buffer *out, struct as_clamd_tag tag, struct as_span subject,
			    const struct as_clamd_judgement *judgement);
/* One line for each code that counts, or the judgement when there is none. */
bool as_clamd_put_all(struct as_buffer *out, struct as_clamd_tag tag, struct as_span subject,
		      const struct as_clamd_judgement *judgement, const struct as_answer *answer);

#endif
