/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_REMOTE_H
#define ASSAY_CLI_REMOTE_H

#include "base/buffer.h"
#include "base/error.h"
#include "cli/options.h"

#include <curl/curl.h>

/*
 * Talking to a daemon over HTTP on its UNIX sockets or on loopback. Nothing
 * here takes a proxy from the environment, follows a redirection or speaks
 * anything but HTTP: mail goes to the socket that was named and nowhere else.
 */

/* Of sun_path (unix(7)), with the NUL. */
#define AS_SOCKET_PATH_SIZE 108u
/* A verdict has no more octets (AS_POOL_REPLY_MAX in pool/pool.h). */
#define AS_REMOTE_BODY_MAX ((size_t)64 << 20)
/* Of a problem, for people; what is longer tells no more. */
#define AS_REMOTE_PROBLEM_MAX 4000u
/* How long a connection may take to come about: the daemon's thread accepts
 * between two other things, none of which takes long. */
#define AS_REMOTE_CONNECT_MS 5000L
/* For a status or the counters, which cost the daemon some microseconds. */
#define AS_REMOTE_ASK_MS 10000L

struct as_endpoint {
	char text[AS_SOCKET_PATH_SIZE];	  /* for people */
	char socket[AS_SOCKET_PATH_SIZE]; /* path, "" for TCP */
	char base[64];			  /* URL without a path */
};

/* A path, "unix:/path", "http://127.0.0.1:8890" or "inet:127.0.0.1:8890".
 * -EINVAL with words for anything that is not local. */
int as_endpoint_parse(const char *text, struct as_endpoint *endpoint_out, struct as_error *error);

/* The first listener with that protocol whose place is known. -ENOENT with
 * words. */
int as_endpoint_of(const struct as_service *service, enum as_protocol protocol,
		   struct as_endpoint *endpoint_out, struct as_error *error);

/* One for each protocol that a verb can do with. */
#define AS_ENDPOINTS_MAX 2u

/*
 * Where to ask: what --socket names, else the first listener of each protocol
 * in the configuration. A standard configuration that cannot be read does not
 * keep from asking a daemon that runs: the standard sockets are taken, and
 * error says what is wrong with it. Negative with words when --socket is wrong
 * or --config cannot be read, or -ENOENT when there is no such listener.
 */
int as_endpoints_find(const struct as_options *options, const enum as_protocol *protocols,
		      size_t protocol_count, struct as_endpoint *endpoints_out, size_t *count_out,
		      struct as_error *error);

struct as_remote_reply {
	long status;
	struct as_buffer body;
};

void as_remote_reply_init(struct as_remote_reply *reply);
void as_remote_reply_deinit(struct as_remote_reply *reply);

/* One request. 0: there is an answer, of any status. Negative with words that
 * name the endpoint and say what to do. timeout_ms: 0 for none. */
int as_remote_call(const struct as_endpoint *endpoint, const char *method, const char *path,
		   long timeout_ms, struct as_remote_reply *reply, struct as_error *error);

/* Asks one endpoint after the other until one is there. A refusal of one
 * (403) and its absence alike leave the next its turn. */
int as_remote_ask(const struct as_endpoint *endpoints, size_t count, const char *path,
		  struct as_remote_reply *reply, const struct as_endpoint **endpoint_out,
		  struct as_error *error);

/* For requests that are made elsewhere: what they all have in common. False
 * without memory. */
bool as_remote_prepare(CURL *easy, const struct as_endpoint *endpoint);
/* Words for a transfer that failed; the code of error is as returned:
 * -ENOENT, -ECONNREFUSED, -EACCES: could not connect; -ETIMEDOUT; AS_E_GONE:
 * the connection ended; AS_E_PROTOCOL: this is no HTTP; -ENOMEM. */
int as_remote_fault(CURL *easy, CURLcode code, const struct as_endpoint *endpoint,
		    struct as_error *error);
/* Words of an answer that is no success: the detail of its problem (RFC 9457),
 * its title, or the number. Escaped for a terminal, lines kept. */
void as_remote_problem(long status, struct as_span body, struct as_buffer *out);
/* The same as a complaint of one line or more with a code: -EACCES for 403,
 * -EAGAIN for 429 and 503, -ENOENT for 404 and 405, else AS_E_PROTOCOL. */
int as_remote_refusal(const struct as_endpoint *endpoint, const struct as_remote_reply *reply,
		      struct as_error *error);

#endif
