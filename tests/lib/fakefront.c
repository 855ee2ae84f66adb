/* SPDX-License-Identifier: BSD-2-Clause */
#include "fakefront.h"

#include "base/assert.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/types.h>
#include <unistd.h>

void fake_front_init(struct as_front *front)
{
	*front = (struct as_front){
		.judge = fake_front_judge,
		.max_bytes = 1 << 20,
		.tasks_max = 1000,
		.generation = 1,
		.policy = "default",
	};
}

void fake_front_deinit(struct as_front *front)
{
	AS_ASSERT(front->tasks == NULL && front->task_count == 0);
}

void fake_listener_init(struct as_listener *listener, struct as_front *front,
			const struct as_listener_config *config, const struct as_protocol_ops *ops,
			struct event_base *base)
{
	/* Never freed: tests are short, and listeners of one test share it. */
	static struct as_metrics_listener metrics[16];
	static uint32_t next;

	next = (next + 1) % 16;
	metrics[next] = (struct as_metrics_listener){0};
	*listener = (struct as_listener){
		.front = front,
		.config = config,
		.ops = ops,
		.metrics = &metrics[next],
		.base = base,
		.clock = &as_clock_system,
		.local = strncmp(config->address, "unix:", 5) == 0,
		.fd = -1,
	};
}

static void give(struct as_listener *listener, int fd, bool local)
{
	struct as_peer peer = {.local = local, .uid = getuid(), .gid = getgid(), .pid = getpid()};

	AS_ASSERT(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	strcpy(peer.text, local ? "uid 0" : "127.0.0.1:1");
	listener->open++;
	listener->metrics->open++;
	listener->metrics->connections++;
	listener->ops->accept(listener, fd, &peer);
}

int fake_listener_connect(struct as_listener *listener)
{
	int pair[2];

	AS_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	give(listener, pair[0], true);
	return pair[1];
}

int fake_listener_connect_inet(struct as_listener *listener)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int server, client, accepted;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	AS_ASSERT(server >= 0 && client >= 0);
	AS_ASSERT(bind(server, (struct sockaddr *)&address, sizeof(address)) == 0);
	AS_ASSERT(listen(server, 1) == 0);
	AS_ASSERT(getsockname(server, (struct sockaddr *)&address, &length) == 0);
	AS_ASSERT(connect(client, (struct sockaddr *)&address, sizeof(address)) == 0);
	accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	AS_ASSERT(accepted >= 0);
	close(server);
	give(listener, accepted, false);
	return client;
}

void as_listener_linger(struct as_listener *listener, int fd)
{
	unsigned char block[4096];

	(void)listener;
	shutdown(fd, SHUT_WR);
	/* What is unread would reset the connection. */
	while (recv(fd, block, sizeof(block), MSG_DONTWAIT) > 0)
		continue;
	close(fd);
}

void as_listener_closed(struct as_listener *listener)
{
	AS_ASSERT(listener->open > 0);
	listener->open--;
	listener->metrics->open--;
	listener->front->closed++;
}

uint64_t as_front_generation(const struct as_front *front)
{
	return front->generation;
}

const char *as_front_version(void)
{
	return "0.1.0";
}

bool as_front_ready(const struct as_front *front, const char **reason_out)
{
	if (front->not_ready != NULL && reason_out != NULL)
		*reason_out = front->not_ready;
	return front->not_ready == NULL;
}

bool as_front_has_policy(const struct as_front *front, const char *name)
{
	return strcmp(front->policy, name) == 0;
}

int as_front_reload(struct as_front *front, as_front_reply *reply, void *context)
{
	if (front->reload_code != 0)
		return front->reload_code;
	if (front->reload_reply != NULL)
		return -EALREADY;
	front->reload_reply = reply;
	front->reload_context = context;
	return 0;
}

void as_front_forget(struct as_front *front, void *context)
{
	if (front->reload_context == context) {
		front->reload_reply = NULL;
		front->reload_context = NULL;
	}
}

void fake_front_reloaded(struct as_front *front, int rc, const char *text)
{
	as_front_reply *reply = front->reload_reply;
	void *context = front->reload_context;

	AS_ASSERT(reply != NULL);
	front->reload_reply = NULL;
	front->reload_context = NULL;
	reply(context, rc, text);
}

void as_front_drain(struct as_front *front)
{
	front->drained++;
}

static uint64_t shown_us(void *context)
{
	return *(uint64_t *)context;
}

struct as_clock fake_clock(uint64_t *now_us)
{
	struct as_clock clock = {.monotonic_us = shown_us, .wall_us = shown_us, .context = now_us};

	return clock;
}
