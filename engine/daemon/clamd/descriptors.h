/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_DESCRIPTORS_H
#define ASSAY_DAEMON_CLAMD_DESCRIPTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Descriptors that clients pass (SCM_RIGHTS) for FILDES. A client may send one
 * with the command, with the octet behind it, or with both in one message, so
 * they wait here with the place in the stream where they came.
 */

/* Per connection. The kernel ends a read at a message with descriptors, so
 * there is one at a time unless the parser is held up. */
#define AS_CLAMD_DESCRIPTORS_MAX 4u
/* Per listener: slow clients must not use up the daemon's descriptors. */
#define AS_CLAMD_PARKED_MAX 256u

struct as_clamd_descriptors {
	struct {
		int fd;
		uint64_t begin; /* offset of the read that brought it */
	} items[AS_CLAMD_DESCRIPTORS_MAX];
	uint32_t count;
};

/*
 * recv(2) that keeps what descriptors come along; those beyond the bounds are
 * closed. offset: of the first octet in the client's stream. parked counts the
 * listener's. Result as of recvmsg(2), negative: negated errno.
 */
ssize_t as_clamd_descriptors_receive(struct as_clamd_descriptors *descriptors, int socket,
				     void *data, size_t size, uint64_t offset, uint32_t *parked);

/* The first descriptor that came with or before the octet at offset; the
 * caller's. -1: there is none. */
int as_clamd_descriptors_take(struct as_clamd_descriptors *descriptors, uint64_t offset,
			      uint32_t *parked);
void as_clamd_descriptors_close(struct as_clamd_descriptors *descriptors, uint32_t *parked);

/* 0 and the size, or negative: -ENOTSUP when fd is not a regular file,
 * -EACCES when it was not opened for reading. */
int as_clamd_descriptors_check(int fd, uint64_t *size_out);

#endif
