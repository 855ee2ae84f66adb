/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_UNIT_TEST_HTTP_FIXTURE_H
#define ASSAY_TESTS_UNIT_TEST_HTTP_FIXTURE_H

#include "base/buffer.h"
#include "daemon/http/http.h"
#include "fakefront.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* A listener of HTTP or control with a fake front, and clients as sockets
 * that are read without waiting. */
struct site {
	struct event_base *base;
	struct as_front front;
	struct as_listener_config config;
	struct as_listener listener;
	uint64_t now_us; /* of clock, once site_clock() was called */
	struct as_clock clock;
};

int site_open(void **state);
int site_open_control(void **state);
int site_close(void **state);
/* From here on times pass by site_advance() only. */
void site_clock(struct site *site);
void site_advance(struct site *site, uint64_t ms);
/* Turns of the loop until nothing happens any more. */
void site_settle(struct site *site);
/* Turns until so many tasks have been submitted. */
void site_wait_submitted(struct site *site, uint32_t count);
void site_wait_closed(struct site *site, uint32_t count);

/* Sends everything, with turns of the loop where the socket is full. False:
 * the other end has closed. */
bool client_send(struct site *site, int fd, const void *data, size_t size);
bool client_say(struct site *site, int fd, const char *text);

struct reply {
	unsigned int status; /* 0: there was none */
	struct as_buffer head, body;
	bool closed; /* the connection ended behind it */
};

/* One whole response, interim ones skipped and counted. */
void client_read(struct site *site, int fd, bool head, struct reply *reply_out);
void reply_free(struct reply *reply);
/* Value of a field, "" without it; valid until the next call. */
const char *reply_field(const struct reply *reply, const char *name);
bool reply_says(const struct reply *reply, const char *text);
/* Reads until the other end closes; false when it does not. */
bool client_sees_end(struct site *site, int fd);

/* The field that every request must have. */
#define HOST "Host: here\r\n"
/* Sends text on a new connection and reads one response. */
void ask(struct site *site, const char *text, struct reply *reply_out);
/* The same for checking no more than the status. */
unsigned int status_of(struct site *site, const char *text);

#endif
