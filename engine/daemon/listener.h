/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_LISTENER_H
#define ASSAY_DAEMON_LISTENER_H

#include "base/clock.h"
#include "base/error.h"
#include "daemon/metrics.h"
#include "policy/service.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <event2/event.h>

/*
 * The border between the front and a protocol. A protocol turns octets into a
 * task (daemon/task.h) and an answer into octets, and knows nothing else: it
 * opens no files, starts no processes and never waits. Everything runs in one
 * thread on one libevent loop.
 *
 * The front accepts connections and enforces the limits on their number. From
 * accept() on the protocol owns the descriptor and enforces the times of
 * config; it calls as_listener_closed() when it has closed the descriptor.
 *
 * To add a protocol: a folder below engine/daemon/ with one
 * struct as_protocol_ops, and a line in the table of daemon/protocols.c.
 */
struct as_front;
struct as_listener;

/* Who is at the other end. */
struct as_peer {
	bool local; /* a UNIX socket; uid, gid and pid are set */
	uid_t uid;
	gid_t gid;
	pid_t pid;
	char text[64]; /* "127.0.0.1:40312" or "uid 1000" for the log */
};

struct as_protocol_ops {
	/* Once per listener before anything is accepted; own state goes to
	 * listener->state. May be NULL. */
	int (*start)(struct as_listener *listener, struct as_error *error);
	/* A new connection: non-blocking, close-on-exec, counted. */
	void (*accept)(struct as_listener *listener, int fd, const struct as_peer *peer);
	/*
	 * There is no room for this connection: say so in the words of the
	 * protocol with one non-blocking write and close. It is not counted as
	 * open; as_listener_closed() must not be called.
	 */
	void (*refuse)(struct as_listener *listener, int fd);
	/*
	 * Closes the connection that has been open longest of those that have
	 * not sent one octet for at least silent_us, so that somebody who wants
	 * something may have its place. false: there is none.
	 */
	bool (*yield)(struct as_listener *listener, uint64_t silent_us);
	/* The daemon is about to end: no new requests. Connections between two
	 * requests are closed now, the others when they have been answered. */
	void (*drain)(struct as_listener *listener);
	/* Closes what is left and frees the state. */
	void (*stop)(struct as_listener *listener);
};

struct as_listener {
	struct as_front *front;
	const struct as_listener_config *config;
	const struct as_protocol_ops *ops;
	struct as_metrics_listener *metrics;
	struct event_base *base;
	const struct as_clock *clock;
	uint32_t index;	      /* in the configuration */
	bool local;	      /* listens on a UNIX socket */
	bool ending;	      /* nobody else comes in: tell clients that this is all */
	bool draining;	      /* no new request is taken */
	uint32_t open;	      /* connections */
	uint32_t tasks;	      /* that exist */
	uint64_t spool_bytes; /* of those */
	void *state;	      /* the protocol's */
	struct event *event;  /* the front's */
	int fd;		      /* the front's */
};

/* The descriptor of an accepted connection has been closed. */
void as_listener_closed(struct as_listener *listener);

/*
 * For refuse(), instead of close(): takes the descriptor, shuts the own side
 * down and reads for a moment what the client still writes, so that it comes to
 * read why it was turned away.
 */
void as_listener_linger(struct as_listener *listener, int fd);

/* Questions that protocols may ask of the front. */

/* The text for PING-like and status answers. */
uint64_t as_front_generation(const struct as_front *front);
/* "0.1.0" */
const char *as_front_version(void);
/* Whether new messages can be inspected at all; reason_out (may be NULL) is
 * valid until the next turn of the loop. */
bool as_front_ready(const struct as_front *front, const char **reason_out);
/* Is there a policy of that name in the present generation? */
bool as_front_has_policy(const struct as_front *front, const char *name);

/* Control calls. reload is answered once, when the new generation is in use or
 * has failed: rc 0, or negative with words. Returns -EALREADY when it cannot be
 * asked for at present. A caller that leaves calls as_front_forget() first. */
typedef void as_front_reply(void *context, int rc, const char *text);
int as_front_reload(struct as_front *front, as_front_reply *reply, void *context);
void as_front_forget(struct as_front *front, void *context);
/* Takes nothing new, answers what there is, ends. */
void as_front_drain(struct as_front *front);

/* GET /v1/status and /metrics; both append. */
int as_front_status_json(const struct as_front *front, struct as_buffer *out);
int as_front_metrics_text(const struct as_front *front, struct as_buffer *out);

#endif
