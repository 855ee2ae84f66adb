/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_LIMITS_H
#define ASSAY_DAEMON_HTTP_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Memory of one connection that has sent something: request line and header
 * fields must fit, so this is also the bound on those. About 25 KiB of fields
 * are some 400 recipients; more come in a multipart envelope. */
#define AS_HTTP_CONNECTION_BYTES ((size_t)32 * 1024)
/* One value of the envelope. RFC 5321 s4.5.3.1.3 allows a path 256 octets;
 * SMTPUTF8 and source routes make it longer, nothing honest reaches this. */
#define AS_HTTP_VALUE_BYTES ((size_t)1024)
/* The name of a file: what a path may have. */
#define AS_HTTP_FILE_BYTES ((size_t)4096)
/* Recipients of one message. RFC 5321 s4.5.3.1.8 asks for 100, servers stop at
 * 1,000 or so; each one costs a decision and a line in the verdict. */
#define AS_HTTP_RECIPIENTS ((size_t)10000)
/* The JSON envelope of a multipart request: 10,000 addresses of 100 octets. */
#define AS_HTTP_ENVELOPE_BYTES ((size_t)1024 * 1024)
/* Commas and brackets in it. 1 MiB of empty texts costs 50 ms to parse, during
 * which nobody else is served; this many values cost 5 ms. */
#define AS_HTTP_ENVELOPE_MARKS ((size_t)4 * AS_HTTP_RECIPIENTS)
/* Octets of the envelopes of all requests of a listener at one time: jobs may be many, and
 * envelopes are held in memory until their message is complete. */
#define AS_HTTP_ENVELOPES_BYTES ((size_t)16 * 1024 * 1024)
/* Name of a policy. */
#define AS_HTTP_POLICY_BYTES ((size_t)128)
/* A body that is not wanted is read to its end, and the connection kept, when
 * it is no longer than this; a longer one ends the connection. */
#define AS_HTTP_DISCARD_BYTES ((uint64_t)64 * 1024)
/* After an answer in the middle of a body the client goes on writing for a
 * while. What it writes is read away for so long and so much, because a closed
 * socket with unread octets resets the connection, and the reset can overtake
 * the answer (RFC 9112 s9.6). */
#define AS_HTTP_LINGER_BYTES ((uint64_t)1024 * 1024)
#define AS_HTTP_LINGER_MS    ((uint64_t)2000)
/* How often deadlines are looked at: a time of the configuration is exceeded
 * by at most this. */
#define AS_HTTP_TICK_MS 250
/* Lines of a header within a multipart body and their length: browsers and
 * libraries send two or three short ones. */
#define AS_HTTP_PART_LINES	16u
#define AS_HTTP_PART_LINE_BYTES ((size_t)1024)
/* RFC 2046 s5.1.1 */
#define AS_HTTP_BOUNDARY_BYTES ((size_t)70)
/* Parts of a multipart body: an envelope and a message. */
#define AS_HTTP_PARTS 2u
/* What Retry-After says: queues empty within a second or not for long. */
#define AS_HTTP_RETRY_S 1u
/* Status and metrics: 2,048 counted findings are some 300 KiB. */
#define AS_HTTP_PAGE_BYTES ((size_t)8 * 1024 * 1024)

#endif
