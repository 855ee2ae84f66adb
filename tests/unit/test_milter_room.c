/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_milter_room.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

int room_set_up(void **state)
{
	struct room *room = calloc(1, sizeof(*room));
	struct as_error error;

	assert_non_null(room);
	room->base = event_base_new();
	assert_non_null(room->base);
	room->config = (struct as_listener_config){
		.name = "milter",
		.protocol = AS_PROTOCOL_MILTER,
		.address = "unix:/run/test",
		.authserv_id = "mx.example",
		.subject_prefix = "",
		.connections = 100,
		.jobs = 100,
	};
	fake_front_init(&room->front);
	fake_listener_init(&room->listener, &room->front, &room->config, &as_milter_ops,
			   room->base);
	room->now_us = 1000000;
	room->clock = fake_clock(&room->now_us);
	room->listener.clock = &room->clock;
	room->client = -1;
	assert_int_equal(as_milter_ops.start(&room->listener, &error), 0);
	*state = room;
	return 0;
}

int room_tear_down(void **state)
{
	struct room *room = *state;

	as_milter_ops.stop(&room->listener);
	assert_int_equal(room->listener.open, 0);
	fake_front_deinit(&room->front);
	if (room->client >= 0)
		close(room->client);
	event_base_free(room->base);
	as_buffer_deinit(&room->out);
	as_buffer_deinit(&room->in);
	free(room);
	return 0;
}

struct as_milter_connection *room_connection(const struct room *room)
{
	const struct as_milter_server *server = room->listener.state;

	return TAILQ_FIRST(&server->connections);
}

void room_turn(const struct room *room)
{
	event_base_loop(room->base, EVLOOP_NONBLOCK);
}

void room_send(struct room *room, size_t step)
{
	size_t sent = 0;
	int idle = 0;

	while (sent < room->out.size && idle < ROOM_TURNS) {
		size_t size = room->out.size - sent < step ? room->out.size - sent : step;
		ssize_t got = send(room->client, room->out.data + sent, size,
				   MSG_DONTWAIT | MSG_NOSIGNAL);

		if (got < 0 && errno != EAGAIN)
			break;
		sent += got > 0 ? (size_t)got : 0;
		idle = got > 0 ? 0 : idle + 1;
		room_turn(room);
	}
	as_buffer_clear(&room->out);
}

ssize_t room_receive(struct room *room)
{
	static unsigned char piece[65536];
	ssize_t got = recv(room->client, piece, sizeof(piece), MSG_DONTWAIT);

	if (got > 0)
		assert_true(as_buffer_append(&room->in, piece, (size_t)got));
	if (got == 0 || (got < 0 && errno != EAGAIN))
		return -1;
	return got > 0 ? got : 0;
}

bool room_answered(const struct room *room)
{
	struct as_span in = as_buffer_span(&room->in);
	unsigned char last = 0;
	uint32_t length = 0;

	while (as_span_be32(in, 0, &length) && length > 0 && as_span_holds(in, 4, length)) {
		last = in.data[4];
		in = as_span_from(in, (size_t)length + 4);
	}
	return in.size == 0 && (last == 'c' || last == 'd' || last == 't' || last == 'y');
}

void room_await_answer(struct room *room)
{
	for (int i = 0; i < ROOM_TURNS && !room_answered(room); i++) {
		room_turn(room);
		if (room_receive(room) < 0)
			break;
	}
	assert_true(room_answered(room));
}

void room_await_end(struct room *room)
{
	for (int i = 0; i < ROOM_TURNS && room->listener.open > 0; i++)
		room_turn(room);
	assert_int_equal(room->listener.open, 0);
	for (int i = 0; i < ROOM_TURNS; i++)
		if (room_receive(room) < 0)
			return;
	fail_msg("the connection is still open");
}

void room_await_timeout(struct room *room)
{
	while (room->listener.open > 0)
		event_base_loop(room->base, EVLOOP_ONCE);
	assert_int_equal(room->listener.metrics->timeouts, 1);
}

void room_assert_said(struct room *room, const char *expected)
{
	assert_string_equal(wire_show(as_buffer_span(&room->in)), expected);
	as_buffer_clear(&room->in);
}

void room_enter(struct room *room, uint32_t version, uint32_t steps)
{
	room->client = fake_listener_connect(&room->listener);
	/* Without lists of macros the answer has 17 octets. */
	wire_offer(&room->out, version, WIRE_ACTIONS & ~AS_MILTER_SETSYMLIST, steps);
	wire_connect(&room->out, "client.example", '4', "192.0.2.7");
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && room->in.size < 17; i++) {
		room_turn(room);
		room_receive(room);
	}
	assert_true(room->in.size >= 17);
	as_buffer_clear(&room->in);
}

void room_put_mail(struct room *room, const char *body)
{
	wire_strings(&room->out, 'M', "<a@example>", NULL);
	wire_strings(&room->out, 'R', "<b@example>", NULL);
	wire_strings(&room->out, 'L', "Subject", " hello", NULL);
	wire_frame(&room->out, 'N', NULL, 0);
	wire_frame(&room->out, 'B', body, strlen(body));
	wire_macros(&room->out, 'E', "i", "4X1", NULL);
	wire_frame(&room->out, 'E', NULL, 0);
}

struct as_task *room_await_task(struct room *room)
{
	for (int i = 0; i < ROOM_TURNS && room->front.submitted == 0; i++)
		room_turn(room);
	assert_int_equal(room->front.submitted, 1);
	return fake_front_submitted(&room->front, 0);
}

static int changed_fd = -1;

static void judge_changed(const struct as_task *task, struct as_task_answer *answer,
			  struct as_answer *verdict)
{
	(void)task;
	verdict->action = ASSAY_ACTION_STRIP;
	answer->changed_fd = changed_fd;
	answer->changed_offset = 0;
	answer->changed_size = ROOM_CHANGED_BYTES + 2;
}

int room_make_changed(struct room *room)
{
	changed_fd = memfd_create("changed", MFD_CLOEXEC);
	assert_true(changed_fd >= 0);
	assert_int_equal(write(changed_fd, "\r\n", 2), 2);
	assert_int_equal(ftruncate(changed_fd, (off_t)ROOM_CHANGED_BYTES + 2), 0);
	room->front.judge = judge_changed;
	return changed_fd;
}
