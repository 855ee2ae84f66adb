/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_CONNECTION_H
#define ASSAY_DAEMON_CLAMD_CONNECTION_H

#include "daemon/clamd/command.h"
#include "daemon/clamd/descriptors.h"
#include "daemon/clamd/path.h"
#include "daemon/clamd/reply.h"
#include "daemon/clamd/stream.h"
#include "daemon/listener.h"

#include <sys/queue.h>

/*
 * Connections of the clamd protocol: connection.c moves octets and holds the
 * times, session.c understands them, job.c has what waits for an answer. A
 * connection is closed in one place only, as_clamd_settle(), so that everybody
 * else may hold on to it.
 */

/* Octets that are taken from a socket at once, shared by all connections. */
#define AS_CLAMD_READ_BYTES ((size_t)64 * 1024)
/* Reads of one connection before others have their turn. */
#define AS_CLAMD_READS_PER_TURN 4u
/* Requests of one session that wait for their answers; above it the client's
 * octets stay in its socket. clamdscan has one for each of its threads. */
#define AS_CLAMD_PIPELINE_MAX 16u
/* Unread answers above which a session is not read on and no folder is walked
 * further. */
#define AS_CLAMD_UNREAD_BYTES ((size_t)64 * 1024)
/* What the answers of requests that run already may add to it: files whose
 * every name is as long as can be. More ends the connection. */
#define AS_CLAMD_OUTPUT_BYTES ((size_t)1024 * 1024)
/* A command without prefix and line end is whole when nothing has followed for
 * so long; clamd takes the first packet for it. */
#define AS_CLAMD_BARE_MS 100u
/* After a refusal in mid-stream: how long and how much is read and thrown away,
 * so that the client comes to read the reason. */
#define AS_CLAMD_LINGER_MS    5000u
#define AS_CLAMD_LINGER_BYTES ((uint64_t)128 << 20)
/* Folders of one listener that are walked at the same time; each holds up to
 * 16 descriptors. */
#define AS_CLAMD_WALKS_MAX 64u
/* Entries of a folder in one turn of the loop. */
#define AS_CLAMD_WALK_PER_TURN 64u
/* Files of one request that are inspected at the same time. */
#define AS_CLAMD_WALK_FILES 4u

TAILQ_HEAD(as_clamd_connections, as_clamd_connection);
TAILQ_HEAD(as_clamd_jobs, as_clamd_job);
TAILQ_HEAD(as_clamd_items, as_clamd_item);

/* Of a listener. */
struct as_clamd {
	struct as_listener *listener;
	struct as_clamd_connections connections;
	struct as_clamd_roots roots;
	uint32_t walks;
	uint32_t parked; /* descriptors that wait for their FILDES */
	/* VERSION, and the generation that it was made for. */
	char version[128];
	uint64_t version_generation;
	unsigned char scratch[AS_CLAMD_READ_BYTES];
};

enum as_clamd_state {
	AS_CLAMD_AT_COMMAND = 0,
	AS_CLAMD_AT_STREAM,
	AS_CLAMD_AT_DESCRIPTOR, /* FILDES was read, its descriptor was not */
	AS_CLAMD_AT_END,	/* takes no more; closes after the last answer */
	AS_CLAMD_AT_REFUSAL,	/* the same, and throws away what still comes */
};

struct as_clamd_connection {
	TAILQ_ENTRY(as_clamd_connection) link;
	struct as_clamd *clamd;
	int fd;
	struct event *io, *timer;
	short watched; /* of io */
	enum as_clamd_state state;
	bool local, session;
	bool greeted;	/* an octet has come */
	bool eof;	/* the client has shut down its side */
	bool owed;	/* the octet behind FILDES may still come */
	bool broken;	/* nobody is there any more, or no memory */
	bool lingering; /* our side is shut down */
	bool unread;	/* the client has not taken all when it last could */
	bool again;	/* a folder goes on in the next turn */
	uint32_t number, job_count;
	struct as_clamd_jobs jobs;

	struct as_buffer in; /* not yet understood */
	uint64_t received;   /* octets since the beginning */
	uint64_t thrown_away;
	struct as_clamd_descriptors descriptors;
	struct as_clamd_tag tag; /* of the command that is being received */
	struct as_clamd_stream stream;
	struct as_clamd_item *filling;

	struct as_buffer out; /* not yet taken by the client from out_sent on */
	size_t out_sent;

	/* Monotonic, in microseconds. */
	uint64_t free_us;    /* accepted, or the last answer was there */
	uint64_t request_us; /* first octet of the present request */
	uint64_t octet_us;   /* the last that came */
	uint64_t output_us;  /* when the client last took some of its answers */
	uint64_t linger_us;
	uint64_t armed_us; /* what the timer is set to */
};

/* connection.c */
/* Takes fd. Without memory it is closed. */
void as_clamd_connection_new(struct as_clamd *clamd, int fd, bool local);
/* Sends what can be sent, closes, or waits for what comes next. The connection
 * may be gone afterwards: nobody calls this but event callbacks. */
void as_clamd_settle(struct as_clamd_connection *connection);
/* Asks for as_clamd_turn() and as_clamd_settle() once the caller is done. */
void as_clamd_later(struct as_clamd_connection *connection);
/* At once, whatever runs. */
void as_clamd_connection_free(struct as_clamd_connection *connection);
/* Octets of answers that the client has not taken. */
size_t as_clamd_unread(const struct as_clamd_connection *connection);
/* A failed append to out is the end of the connection. */
void as_clamd_check(struct as_clamd_connection *connection, bool appended);

/* times.c */
uint64_t as_clamd_now_us(const struct as_clamd_connection *connection);
/* When something is due, UINT64_MAX: never. */
uint64_t as_clamd_deadline_us(const struct as_clamd_connection *connection);
/* Does what is due. */
void as_clamd_expire(struct as_clamd_connection *connection);

/* session.c */
/* New octets; they are counted in received already. */
void as_clamd_take(struct as_clamd_connection *connection, struct as_span octets);
/* What was held back: after an answer, when the client has read, in time.
 * whole: see command.h. */
void as_clamd_turn(struct as_clamd_connection *connection, bool whole);
/* A bare command that may be whole is waiting. */
bool as_clamd_is_bare(const struct as_clamd_connection *connection);
/* A client that drips, or stays inside a request. */
void as_clamd_request_expired(struct as_clamd_connection *connection);
/* Whether more octets can be understood now. */
bool as_clamd_wants_input(const struct as_clamd_connection *connection);

#endif
