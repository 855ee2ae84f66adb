/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_MILTER_ROOM_H
#define ASSAY_TESTS_MILTER_ROOM_H

#include "daemon/milter/connection.h"
#include "daemon/milter/milter.h"
#include "fakefront.h"
#include "test_milter_wire.h"

#include <sys/types.h>

/* Turns of the loop after which something that should have happened has not. */
#define ROOM_TURNS 2000

/* A listener of the milter protocol with a front that is none, and a mail
 * server. The clock of the listener stands unless a test moves it. */
struct room {
	struct event_base *base;
	struct as_front front;
	struct as_listener listener;
	struct as_listener_config config;
	uint64_t now_us;
	struct as_clock clock;
	int client;
	struct as_buffer out; /* for the client to send */
	struct as_buffer in;  /* what it has read */
};

/* Of cmocka. */
int room_set_up(void **state);
int room_tear_down(void **state);

struct as_milter_connection *room_connection(const struct room *room);
void room_turn(const struct room *room);
/* Sends what is in out in pieces, whatever the server does meanwhile. */
void room_send(struct room *room, size_t step);
/* Reads what is there: octets, 0, or -1 at the end of the connection. */
ssize_t room_receive(struct room *room);
/* The client has a whole answer. */
bool room_answered(const struct room *room);
void room_await_answer(struct room *room);
/* All connections are closed, and the client sees it. */
void room_await_end(struct room *room);
/* The kernel's timers go on where the listener's clock stands. */
void room_await_timeout(struct room *room);
/* What the client has read, which is forgotten then. */
void room_assert_said(struct room *room, const char *expected);
/* Connects, negotiates, says who the client is. */
void room_enter(struct room *room, uint32_t version, uint32_t steps);
/* A whole message, into out. */
void room_put_mail(struct room *room, const char *body);
/* Until the one task waits for its answer. */
struct as_task *room_await_task(struct room *room);

/* A changed message of an empty header and 4 MiB. The test closes it. */
#define ROOM_CHANGED_BYTES ((size_t)4 << 20)
int room_make_changed(struct room *room);

#endif
