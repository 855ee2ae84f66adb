/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_CHANGED_H
#define ASSAY_DAEMON_MILTER_CHANGED_H

#include "daemon/milter/fields.h"

#include <stdint.h>

/*
 * A message that policy has changed, on its way to the mail server: its MIME
 * fields, which are sent as edits, and its body, which is read in pieces while
 * the server takes it. The octets come from a worker and are not trusted.
 */

/* The header of a changed message; four times what header_block_bytes allows
 * by default. */
#define AS_MILTER_CHANGED_HEADER_MAX ((size_t)1 << 20)

struct as_milter_changed {
	int fd;		   /* -1: there is none */
	uint64_t at, left; /* of the body */
	bool begun;	   /* a piece has been sent: an empty body needs one */
	struct as_milter_fields fields;
};

void as_milter_changed_init(struct as_milter_changed *changed);
/* Takes a descriptor of its own. -EMSGSIZE: the header, a MIME field or their
 * number is over its limit; -EIO: octets are missing; -ENOMEM, -EMFILE. */
int as_milter_changed_open(struct as_milter_changed *changed, int fd, uint64_t offset,
			   uint64_t size);
void as_milter_changed_close(struct as_milter_changed *changed);

/* Appends one frame with the next piece of the body. 1: there is more; 0: that
 * was the last one. -EIO, -ENOMEM: out is as before. */
int as_milter_changed_next(struct as_milter_changed *changed, struct as_buffer *out);

#endif
