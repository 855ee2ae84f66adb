/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_SERVICE_H
#define ASSAY_POLICY_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The part of the configuration that only the daemon reads: where it listens,
 * as whom it runs, what it keeps. Part of struct as_config; everything points
 * into its memory. A reload takes over none of this: listeners, users and
 * folders are those of the start.
 */
enum as_protocol {
	AS_PROTOCOL_HTTP = 0,
	AS_PROTOCOL_CLAMD,
	AS_PROTOCOL_MILTER,
	AS_PROTOCOL_CONTROL,
	AS_PROTOCOL_COUNT
};

/* What a client is told when the fault is ours and not the message's. */
enum as_fail {
	AS_FAIL_TEMPFAIL = 0,
	AS_FAIL_ACCEPT,
	AS_FAIL_REJECT,
};

/* Who keeps a message whose action is quarantine. */
enum as_keep {
	AS_KEEP_CLIENT = 0, /* the client is told, and keeps it */
	AS_KEEP_STORE,	    /* it is stored here, and the client is told */
	AS_KEEP_DISCARD,    /* stored here; the client is told to discard */
	AS_KEEP_REJECT,	    /* stored here; the client is told to reject */
	AS_KEEP_HOLD,	    /* the mail server's own hold queue (milter) */
};

/* How an incomplete inspection is told to clients of the clamd protocol,
 * which know no such thing. Never as OK. */
enum as_clamd_incomplete {
	AS_CLAMD_ERROR = 0,
	AS_CLAMD_FOUND,
};

struct as_listener_config {
	const char *name; /* title of the section; unique */
	enum as_protocol protocol;
	/* "unix:/path", "inet:127.0.0.1:8899", "inet:[::1]:8899" or
	 * "systemd:NAME" (a socket that was passed on, by FileDescriptorName).
	 * inet takes loopback addresses only. */
	const char *address;
	uint32_t mode;	   /* of a UNIX socket, e.g. 0660 */
	const char *group; /* of a UNIX socket; "": as the daemon's */
	enum as_fail fail;
	enum as_keep quarantine;
	const char *policy;    /* "": the one in force */
	const char *direction; /* "inbound", "outbound", "internal" or "" */

	uint32_t connections;	/* at the same time */
	uint32_t jobs;		/* messages being received, waiting or inspected */
	uint64_t spool_bytes;	/* octets of those messages together */
	uint64_t first_byte_ms; /* from accept to the first octet */
	uint64_t idle_ms;	/* between two octets within a request, and
				   until a client takes more of its answer */
	uint64_t request_ms;	/* from the first to the last octet of a request */
	uint64_t keepalive_ms;	/* between two requests */

	/* http, control */
	const char *const *users; /* control: names or numbers; "root" and the
				     daemon's own user are always allowed */
	size_t user_count;
	const char *const *groups;
	size_t group_count;

	/* clamd */
	enum as_clamd_incomplete incomplete;
	bool reload;		  /* RELOAD works */
	const char *const *roots; /* SCAN and its like work below these */
	size_t root_count;

	/* milter */
	const char *authserv_id;    /* "": the j macro of the mail server */
	const char *subject_prefix; /* put before the subject of tagged mail */
	bool headers;		    /* add Assay-Verdict and its like */
};

struct as_service {
	const char *user, *group; /* to run as when started by root */
	const char *run_dir;	  /* of the sockets; made when it is missing */
	const char *quarantine_dir;
	const char *log_file;	  /* "": standard error */
	uint32_t connections;	  /* all listeners together */
	uint32_t queue_limit;	  /* messages that wait for a worker */
	uint64_t spool_bytes;	  /* octets of all messages at the same time */
	uint64_t drain_ms;	  /* how long the last answers may take at the end */
	uint64_t reload_drain_ms; /* after this, a message that an old generation
				     still inspects starts anew in the new one */
	bool watch;		  /* reload when signatures or the configuration change */
	bool front_sandbox;	  /* of the front and of the store */
	const struct as_listener_config *listeners;
	size_t listener_count;
};

const char *as_protocol_name(enum as_protocol protocol);
const char *as_fail_name(enum as_fail fail);
const char *as_keep_name(enum as_keep keep);

#endif
