/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_CHANNEL_H
#define ASSAY_POOL_CHANNEL_H

#include <assay/span.h>

#include "base/buffer.h"

#include <sys/types.h>

/*
 * Packets between the processes of a pool, over SOCK_SEQPACKET: a head of
 * fixed size, a body, descriptors. A body over AS_CHANNEL_INLINE octets
 * travels in a sealed spool instead, which costs less than copying it through
 * the socket and cannot fill the socket's buffer.
 *
 * as_channel_receive() believes nothing: it accepts whole packets with a valid
 * head only, and body descriptors that are sealed and have the size they
 * claim. What a field means is for the caller to check.
 */
#define AS_CHANNEL_INLINE  (32u * 1024)
#define AS_CHANNEL_FDS_MAX 3u

enum as_channel_type {
	AS_CHANNEL_SPAWN = 1,	 /* to the zygote: number */
	AS_CHANNEL_LOADED,	 /* from it: sequence, size (messages and private
				    octets after which a worker is replaced);
				    the status as body */
	AS_CHANNEL_FAILED,	 /* also from workers: code, text as body */
	AS_CHANNEL_SPAWNED,	 /* number, pid; socket and pidfd */
	AS_CHANNEL_SPAWN_FAILED, /* number, code */
	AS_CHANNEL_EXITED,	 /* number, pid, wait_code, code */
	AS_CHANNEL_READY,	 /* from a worker: flags, code (Landlock ABI),
				    the sandbox's state as body */
	AS_CHANNEL_JOB,		 /* to a worker: sequence, offset, size, number
				    (the attempt); descriptor, request as body */
	AS_CHANNEL_REPLY,	 /* sequence, flags, size (private octets);
				    descriptor, reply as body */
};

enum as_channel_flag {
	AS_CHANNEL_BODY_FD = 1u << 0, /* the last descriptor is the body; set by
					 as_channel_send() */
	AS_CHANNEL_RETIRE = 1u << 1,  /* the worker wants to be replaced */
	AS_CHANNEL_SECCOMP = 1u << 2, /* its system calls are filtered */
};

struct as_channel_head {
	uint32_t magic; /* set by as_channel_send() */
	uint32_t type;
	uint64_t sequence;
	uint64_t body_size; /* set by as_channel_send() */
	uint64_t offset;
	uint64_t size;
	uint32_t flags;
	uint32_t number;
	int32_t pid;
	int32_t wait_code; /* CLD_EXITED, CLD_KILLED, CLD_DUMPED */
	int32_t code;
	uint32_t spare;
};

struct as_channel_packet {
	struct as_channel_head head;
	unsigned char inlined[AS_CHANNEL_INLINE];
	int fds[AS_CHANNEL_FDS_MAX]; /* the body's is not among them */
	uint32_t fd_count;
	int body_fd; /* -1: the body is inline */
};

/* Two connected close-on-exec sockets. */
int as_channel_pair(int pair_out[2]);

/*
 * Sends a packet; descriptors stay the caller's. wait: block while the buffer
 * is full, else -EAGAIN. AS_E_GONE: nobody is at the other end.
 */
int as_channel_send(int socket, const struct as_channel_head *head, struct as_span body,
		    const int *fds, size_t fd_count, bool wait);

/*
 * Receives one. On success the packet owns its descriptors until
 * as_channel_release(); on failure nothing is owned. AS_E_GONE: the other end
 * was closed. AS_E_PROTOCOL: not one of our packets. -EAGAIN without wait.
 */
int as_channel_receive(int socket, struct as_channel_packet *packet, bool wait);
void as_channel_release(struct as_channel_packet *packet);
/* Moves a descriptor to the caller; -1 when there is none of that index. */
int as_channel_take(struct as_channel_packet *packet, uint32_t index);

/* Appends the body. -EMSGSIZE when it is over max octets. */
int as_channel_body(const struct as_channel_packet *packet, uint64_t max, struct as_buffer *body);

#endif
