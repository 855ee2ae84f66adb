/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_http_fixture.h"

#include "base/assert.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* Turns of the loop, of a millisecond at most, before a test gives up. */
#define TURNS 20000
/* Turns without anything that count as peace. */
#define QUIET 20

static int open_with(void **state, enum as_protocol protocol)
{
	struct site *site = calloc(1, sizeof(*site));
	struct as_error error = {.text = ""};

	AS_ASSERT(site != NULL);
	site->base = event_base_new();
	fake_front_init(&site->front);
	site->config = (struct as_listener_config){
		.name = "test",
		.protocol = protocol,
		.address = "unix:/nowhere",
		.policy = "",
		.direction = "",
		.connections = 100,
		.jobs = 100,
		.spool_bytes = 1 << 30,
		.first_byte_ms = 10000,
		.idle_ms = 20000,
		.request_ms = 60000,
		.keepalive_ms = 30000,
	};
	fake_listener_init(&site->listener, &site->front, &site->config, &as_http_ops, site->base);
	AS_ASSERT(as_http_ops.start(&site->listener, &error) == 0);
	*state = site;
	return 0;
}

int site_open(void **state)
{
	return open_with(state, AS_PROTOCOL_HTTP);
}

int site_open_control(void **state)
{
	return open_with(state, AS_PROTOCOL_CONTROL);
}

int site_close(void **state)
{
	struct site *site = *state;

	site->listener.ops->stop(&site->listener);
	AS_ASSERT(site->listener.open == 0);
	fake_front_deinit(&site->front);
	event_base_free(site->base);
	free(site);
	return 0;
}

void site_clock(struct site *site)
{
	site->now_us = 1000000000;
	site->clock = fake_clock(&site->now_us);
	site->listener.clock = &site->clock;
}

void site_advance(struct site *site, uint64_t ms)
{
	uint32_t closed = site->front.closed;

	site->now_us += ms * 1000;
	/* The deadlines are looked at by a timer of real time. */
	for (int i = 0; i < 350 && site->front.closed == closed; i++) {
		event_base_loop(site->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
	site_settle(site);
}

void site_settle(struct site *site)
{
	for (int i = 0; i < QUIET; i++) {
		event_base_loop(site->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
}

void site_wait_submitted(struct site *site, uint32_t count)
{
	for (int i = 0; i < TURNS && site->front.submitted < count; i++) {
		event_base_loop(site->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
	AS_ASSERT(site->front.submitted >= count);
	site_settle(site);
}

void site_wait_closed(struct site *site, uint32_t count)
{
	for (int i = 0; i < TURNS && site->front.closed < count; i++) {
		event_base_loop(site->base, EVLOOP_NONBLOCK);
		poll(NULL, 0, 1);
	}
	AS_ASSERT(site->front.closed >= count);
}

bool client_send(struct site *site, int fd, const void *data, size_t size)
{
	const unsigned char *at = data;

	for (int i = 0; i < TURNS && size > 0; i++) {
		ssize_t sent = send(fd, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent > 0) {
			at += sent;
			size -= (size_t)sent;
		} else if (errno != EAGAIN) {
			return false;
		}
		event_base_loop(site->base, EVLOOP_NONBLOCK);
	}
	AS_ASSERT(size == 0);
	return true;
}

bool client_say(struct site *site, int fd, const char *text)
{
	return client_send(site, fd, text, strlen(text));
}

/* One octet, so that what follows a response stays in the socket. 0: end. */
static int read_octet(struct site *site, int fd, unsigned char *octet)
{
	for (int i = 0; i < TURNS; i++) {
		ssize_t got = recv(fd, octet, 1, MSG_DONTWAIT);

		if (got >= 0)
			return (int)got;
		if (errno != EAGAIN)
			return 0;
		event_base_loop(site->base, EVLOOP_NONBLOCK);
		poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 1);
	}
	AS_ASSERT(!"no answer");
	return 0;
}

static bool read_head(struct site *site, int fd, struct reply *reply)
{
	unsigned char octet;

	as_buffer_clear(&reply->head);
	while (read_octet(site, fd, &octet) > 0) {
		as_buffer_byte(&reply->head, octet);
		if (reply->head.size >= 4 &&
		    memcmp(reply->head.data + reply->head.size - 4, "\r\n\r\n", 4) == 0) {
			as_buffer_byte(&reply->head, '\0');
			AS_ASSERT(sscanf((const char *)reply->head.data, "HTTP/1.%*u %u",
					 &reply->status) == 1);
			return true;
		}
	}
	return false;
}

void client_read(struct site *site, int fd, bool head, struct reply *reply_out)
{
	unsigned char octet;
	unsigned long size;

	*reply_out = (struct reply){.status = 0};
	as_buffer_init(&reply_out->head, 0);
	as_buffer_init(&reply_out->body, 0);
	do {
		if (!read_head(site, fd, reply_out)) {
			reply_out->closed = true;
			return;
		}
	} while (reply_out->status < 200);
	size = strtoul(reply_field(reply_out, "Content-Length"), NULL, 10);
	for (unsigned long i = 0; i < size && !head; i++) {
		AS_ASSERT(read_octet(site, fd, &octet) > 0);
		as_buffer_byte(&reply_out->body, octet);
	}
	site_settle(site);
	reply_out->closed = recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void reply_free(struct reply *reply)
{
	as_buffer_deinit(&reply->head);
	as_buffer_deinit(&reply->body);
}

const char *reply_field(const struct reply *reply, const char *name)
{
	static char value[512];
	const char *line = (const char *)reply->head.data;

	value[0] = '\0';
	while (line != NULL && (line = strstr(line, "\r\n")) != NULL) {
		line += 2;
		if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
			AS_ASSERT(sscanf(line + strlen(name) + 1, " %511[^\r]", value) == 1);
			return value;
		}
	}
	return value;
}

bool reply_says(const struct reply *reply, const char *text)
{
	return reply->body.size > 0 &&
	       memmem(reply->body.data, reply->body.size, text, strlen(text)) != NULL;
}

bool client_sees_end(struct site *site, int fd)
{
	unsigned char waste[4096];

	for (int i = 0; i < TURNS; i++) {
		ssize_t got = recv(fd, waste, sizeof(waste), MSG_DONTWAIT);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return true;
		event_base_loop(site->base, EVLOOP_NONBLOCK);
		if (got < 0)
			poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 1);
	}
	return false;
}

void ask(struct site *site, const char *text, struct reply *reply_out)
{
	int fd = fake_listener_connect(&site->listener);

	client_say(site, fd, text);
	client_read(site, fd, strncmp(text, "HEAD ", 5) == 0, reply_out);
	close(fd);
	site_settle(site);
}

unsigned int status_of(struct site *site, const char *text)
{
	struct reply reply;

	ask(site, text, &reply);
	reply_free(&reply);
	return reply.status;
}
