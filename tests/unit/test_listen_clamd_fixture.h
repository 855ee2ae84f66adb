/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_LISTEN_CLAMD_FIXTURE_H
#define ASSAY_TESTS_LISTEN_CLAMD_FIXTURE_H

#include "daemon/clamd/clamd.h"
#include "daemon/clamd/connection.h"
#include "fakefront.h"

/*
 * A clamd listener on a fake front. Clients are blocking sockets that are
 * written and read in between turns of the loop.
 */
struct clamd_fixture {
	struct event_base *base;
	struct as_front front;
	struct as_listener listener;
	struct as_listener_config config;
	const char *roots[2];
	char folder[64]; /* a root of its own, when asked for */
};

/* Times are long; a test that waits for one sets it before. folder: there is a
 * root. */
void clamd_fixture_open(struct clamd_fixture *fixture, bool folder);
/* Stops the listener; asserts that nothing is left of any connection. */
void clamd_fixture_close(struct clamd_fixture *fixture);

/* Turns the loop until it has nothing to do. */
void clamd_pump(struct clamd_fixture *fixture);
void clamd_send(int client, struct as_span octets);
#define SEND(client, literal) clamd_send(client, as_span_make(literal, sizeof(literal) - 1))
/* "INSTREAM" chunks: one with the text, and the end. */
void clamd_send_stream(int client, const char *text);
/* One message with a descriptor. */
void clamd_send_fd(int client, struct as_span octets, int fd);
/* A file without a name that holds text. */
int clamd_file(const char *text);

/* Pumps, and asserts that the client has exactly these octets. */
void clamd_expect(struct clamd_fixture *fixture, int client, struct as_span octets);
#define EXPECT(fixture, client, literal)                                                           \
	clamd_expect(fixture, client, as_span_make(literal, sizeof(literal) - 1))
/* The same, and then the end; closes the client's socket. */
void clamd_expect_last(struct clamd_fixture *fixture, int client, struct as_span octets);
#define EXPECT_LAST(fixture, client, literal)                                                      \
	clamd_expect_last(fixture, client, as_span_make(literal, sizeof(literal) - 1))
/* Waits for a time to run out: turns the loop until the listener has no
 * connection. */
void clamd_wait_closed(struct clamd_fixture *fixture);

/* Below the fixture's folder. */
void clamd_write(const struct clamd_fixture *fixture, const char *name, const char *text);
void clamd_folder(const struct clamd_fixture *fixture, const char *name);
/* "COMMAND FOLDER/name" with prefix n; name may be "". */
void clamd_send_path(const struct clamd_fixture *fixture, int client, const char *command,
		     const char *name);
/* All that the client gets until the end, with the folder replaced by "@";
 * static memory. Closes the client's socket. */
const char *clamd_lines(struct clamd_fixture *fixture, int client);

#endif
