/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_WIRE_H
#define ASSAY_DAEMON_WIRE_H

#include "pool/channel.h"
#include "pool/scanner.h"

/*
 * What the processes of the daemon say to each other, as packets of
 * pool/channel.h with these types:
 *
 *     supervisor <──> front    one socket
 *     front <──> store         one socket, passed by the supervisor
 *
 * sequence is the number of the generation where one is meant, or of the
 * request to the store.
 */
enum as_wire_type {
	/* supervisor to front */
	AS_WIRE_LAUNCH = 100,	/* sequence: generation; number: workers; size:
				   time_ms; offset: 1 when it answers a
				   AS_WIRE_WANT_RELOAD; body: struct
				   as_wire_launch; pidfd, control, pages_fd */
	AS_WIRE_CACHE,		/* sequence: generation; the cache's memfd; comes
				   before the LAUNCH it belongs to */
	AS_WIRE_LAUNCH_FAILED,	/* sequence: generation; code; body: words */
	AS_WIRE_STORE,		/* the front's end of a new store */
	AS_WIRE_RELOAD_REFUSED, /* code; offset as above; body: words: the
				   configuration is wrong, no generation was made */
	AS_WIRE_DRAIN,		/* take nothing new, answer, end */

	/* front to supervisor */
	AS_WIRE_SERVING,	 /* accepting; body: state of the sandbox */
	AS_WIRE_WANT_ZYGOTE,	 /* sequence: generation; size: pause in
				    microseconds; body: why the last one ended */
	AS_WIRE_GENERATION_USED, /* sequence: it is in use now; body: status */
	AS_WIRE_GENERATION_BAD,	 /* sequence: could not be used; body: why */
	AS_WIRE_GENERATION_DONE, /* sequence: nothing of it is left */
	AS_WIRE_WANT_RELOAD,	 /* a control call asks */
	AS_WIRE_WANT_DRAIN,	 /* a control call asks */
	AS_WIRE_ALIVE,		 /* answer to AS_WIRE_PING */
	AS_WIRE_PING,		 /* supervisor to front: is the loop turning? */

	/* front and store */
	AS_WIRE_PUT = 200, /* sequence; offset, size; body: struct as_wire_put,
			      then the verdict; descriptor of the octets */
	AS_WIRE_PUT_DONE,  /* sequence; code */
};

struct as_wire_launch {
	int32_t pid;
	uint32_t slots;
	uint32_t temp_is_tmpfs;
	uint32_t sandbox; /* reserved for alignment; 0 */
	char temp_root[PATH_MAX];
};

struct as_wire_put {
	uint64_t wall_us;
	char id[32];
};

#endif
