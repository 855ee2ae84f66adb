/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_MBOX_H
#define ASSAY_MAILBOX_MBOX_H

#include <assay/span.h>

#include <sys/types.h>

/*
 * Splits a mailbox file (mboxo, mboxrd, mboxcl, mboxcl2; LF or CRLF) into
 * ranges, reading through a window of bounded size. Nothing is copied out and
 * nothing is mapped: a file that shrinks meanwhile ends early, no more.
 *
 * A "From " line begins a message
 * - at the beginning of the file;
 * - after a blank line, if it ends with a date, or if it is an address alone
 *   and the next line is a header field;
 * - without a blank line, if it ends with a date and the next line is a field.
 *
 * Content-Length is believed only if exactly there a message begins or the
 * file ends. Since senders write that field too, it can be made to swallow the
 * messages behind it: what looks like a message inside is handed out as well,
 * as a second reading, behind the message that holds it.
 *
 * From lines, messages of the first reading and what stands between them are
 * the file, without gap or overlap.
 */

/* Octets of the window unless told otherwise: large enough that the system
 * calls do not count, small enough for the second-level cache. */
#define AS_MBOX_WINDOW ((size_t)1 << 20)

/* Like pread(2): octets read, 0 at the end, or a negated errno. */
typedef ssize_t as_mbox_read(void *context, uint64_t offset, unsigned char *data, size_t size);

struct as_mbox_range {
	uint64_t from;	     /* where the From line begins; begin if none */
	uint64_t begin, end; /* the message without the blank line behind */
	uint64_t body;	     /* behind the header; end if there is no body */
	bool quoted;	     /* the body has lines like ">From ", and they
				are not the author's own */
	bool second_reading; /* within the range handed out before */
};

struct as_mbox;

/* size: of the file, what is behind is ignored. window: 0, or for tests. */
int as_mbox_open(as_mbox_read *read, void *context, uint64_t size, size_t window,
		 struct as_mbox **mbox_out);
void as_mbox_close(struct as_mbox *mbox);

/* 1 and a range, 0 at the end, or a negative code. */
int as_mbox_next(struct as_mbox *mbox, struct as_mbox_range *range_out);

/* Whether the file ended before its size. */
bool as_mbox_shrunk(const struct as_mbox *mbox);

#endif
