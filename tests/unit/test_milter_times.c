/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_milter_room.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* Longer than any test. */
#define FOREVER_MS 1000000000u

/* ---- Time ------------------------------------------------------------- */

static void a_server_that_does_not_begin_is_closed(void **state)
{
	struct room *room = *state;

	room->config.first_byte_ms = 5;
	room->client = fake_listener_connect(&room->listener);
	wire_offer(&room->out, 6, 0, 0);
	room->out.size -= 3;
	room_send(room, 1);
	room->now_us += 5000;
	room_await_timeout(room);
}

static void a_server_that_stops_inside_of_a_frame_is_closed(void **state)
{
	struct room *room = *state;

	room->config.idle_ms = 5;
	room->config.request_ms = FOREVER_MS;
	room->config.keepalive_ms = FOREVER_MS;
	room_enter(room, 6, WIRE_STEPS);
	wire_strings(&room->out, 'M', "<a@example>", NULL);
	room->out.size -= 3;
	room_send(room, 1000);
	room_turn(room);
	room->now_us += 5000;
	room_await_timeout(room);
}

static void a_server_that_drips_a_message_is_closed(void **state)
{
	struct room *room = *state;
	struct as_buffer mail;

	room->config.idle_ms = FOREVER_MS;
	room->config.request_ms = 20;
	room->config.keepalive_ms = FOREVER_MS;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	mail = room->out;
	as_buffer_init(&room->out, 0);
	/* Sender and recipient in 40 octets, then the content. */
	for (size_t i = 0; i < 8; i++) {
		as_buffer_append(&room->out, mail.data + i * 10, 10);
		room_send(room, 10);
		room->now_us += 4000;
	}
	assert_int_equal(room->listener.open, 1);
	room->now_us += 16000;
	room_await_timeout(room);
	as_buffer_deinit(&mail);
}

static void a_slow_client_behind_the_server_is_no_fault(void **state)
{
	struct room *room = *state;

	room->config.idle_ms = 5;
	room->config.request_ms = 5;
	room->config.keepalive_ms = FOREVER_MS;
	room_enter(room, 6, WIRE_STEPS);
	wire_strings(&room->out, 'M', "<a@example>", NULL);
	room_send(room, 1000);
	room->now_us += 900000;
	wire_strings(&room->out, 'R', "<b@example>", NULL);
	room_send(room, 1000);
	room->now_us += 900000;
	event_active(room_connection(room)->timer, EV_TIMEOUT, 0);
	room_turn(room);
	assert_int_equal(room->listener.open, 1);
	wire_frame(&room->out, 'E', "x", 1);
	room_send(room, 1000);
	room_await_answer(room);
	room_assert_said(room, "c");
}

static void an_idle_connection_is_closed_in_the_end(void **state)
{
	struct room *room = *state;

	room->config.keepalive_ms = 5;
	room_enter(room, 6, WIRE_STEPS);
	room->now_us += 5000;
	room_await_timeout(room);
}

static void an_answer_that_is_not_read_is_given_up(void **state)
{
	struct room *room = *state;
	int fd = room_make_changed(room);

	room->config.idle_ms = 5;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && room->front.answered == 0; i++)
		room_turn(room);
	room_turn(room);
	assert_true(as_milter_connection_busy(room_connection(room)));
	room->now_us += 5000;
	room_await_timeout(room);
	close(fd);
}

static void answers_that_are_never_read_stop_the_reading(void **state)
{
	struct room *room = *state;
	size_t sent = 0;
	int idle = 0;

	room_enter(room, 6, 0);
	for (int i = 0; i < 60000; i++)
		wire_strings(&room->out, 'H', "x", NULL);
	while (idle < 10 && sent < room->out.size) {
		ssize_t got = send(room->client, room->out.data + sent, room->out.size - sent,
				   MSG_DONTWAIT | MSG_NOSIGNAL);

		sent += got > 0 ? (size_t)got : 0;
		idle = got > 0 ? 0 : idle + 1;
		room_turn(room);
		assert_true(room_connection(room)->out.size <
			    AS_MILTER_OUTPUT_MAX + 2 * AS_MILTER_INPUT_BYTES);
		assert_true(room_connection(room)->left.size <= AS_MILTER_LEFT_MAX);
	}
	assert_int_equal(room->listener.open, 1);
	/* Once it reads, what came is answered. */
	as_buffer_clear(&room->out);
	for (int i = 0; i < 100; i++) {
		room_receive(room);
		room_turn(room);
	}
	assert_int_equal(as_milter_connection_unsent(room_connection(room)), 0);
	assert_int_equal(room_connection(room)->left.size, 0);
}

/* ---- Too many, and the end -------------------------------------------- */

static int refuse_one(struct room *room)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair),
			 0);
	as_milter_ops.refuse(&room->listener, pair[0]);
	return pair[1];
}

static void who_is_refused_hears_a_temporary_failure(void **state)
{
	struct room *room = *state;

	room->client = refuse_one(room);
	wire_offer(&room->out, 6, WIRE_ACTIONS, WIRE_STEPS);
	wire_connect(&room->out, "client.example", '4', "192.0.2.7");
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && room_receive(room) >= 0; i++)
		room_turn(room);
	room_assert_said(room, "O6,0,0 t");
	assert_null(room_connection(room));
	assert_int_equal(room->front.closed, 0);
}

static void refused_connections_are_few_and_short(void **state)
{
	struct room *room = *state;
	const struct as_milter_server *server = room->listener.state;
	int clients[AS_MILTER_REFUSED_MAX + 1];

	for (size_t i = 0; i <= AS_MILTER_REFUSED_MAX; i++)
		clients[i] = refuse_one(room);
	assert_int_equal(server->refused, AS_MILTER_REFUSED_MAX);
	room->client = clients[AS_MILTER_REFUSED_MAX];
	for (int i = 0; i < ROOM_TURNS && room_receive(room) >= 0; i++)
		;
	room_assert_said(room, "O2,0,0 t");
	room->now_us += AS_MILTER_REFUSED_MS * 1000u;
	for (size_t i = 0; i < AS_MILTER_REFUSED_MAX; i++) {
		event_active(room_connection(room)->timer, EV_TIMEOUT, 0);
		room_turn(room);
		close(clients[i]);
	}
	assert_int_equal(server->refused, 0);
	assert_int_equal(room->listener.metrics->timeouts, 0);
}

static void drain_closes_idle_connections_and_answers_the_others(void **state)
{
	struct room *room = *state;
	struct as_task *task;
	int idle = fake_listener_connect(&room->listener);
	char octet;

	room->front.hold = true;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room_send(room, 1000);
	task = room_await_task(room);
	assert_int_equal(room->listener.open, 2);
	room->listener.draining = true;
	as_milter_ops.drain(&room->listener);
	assert_int_equal(room->listener.open, 1);
	assert_int_equal(recv(idle, &octet, 1, 0), 0);
	fake_task_judge(task);
	room_await_end(room);
	room_assert_said(room, "c");
	close(idle);
}

static void garbage_ends_its_connection_and_nothing_else(void **state)
{
	struct room *room = *state;
	int other = fake_listener_connect(&room->listener);

	room->client = fake_listener_connect(&room->listener);
	as_buffer_text(&room->out, "GET / HTTP/1.1\r\n\r\n");
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && room_receive(room) >= 0; i++)
		room_turn(room);
	room_assert_said(room, "");
	assert_int_equal(room->listener.open, 1);
	assert_int_equal(room->listener.metrics->protocol_errors, 1);
	close(other);
}

static void idle_connections_hold_little_memory(void **state)
{
	struct room *room = *state;
	const struct as_milter_connection *connection;

	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room_send(room, 1000);
	room_await_answer(room);
	connection = room_connection(room);
	assert_true(sizeof(*connection) <= 1280);
	assert_true(connection->out.capacity + connection->left.capacity +
			    connection->session.payload.capacity +
			    connection->session.macros.records.capacity <=
		    1024);
	assert_null(connection->session.mail.addresses.data);
	assert_null(connection->session.content.fields.texts.data);
	assert_null(connection->session.content.fields.list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, room_set_up, room_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_server_that_does_not_begin_is_closed),
		TEST(a_server_that_stops_inside_of_a_frame_is_closed),
		TEST(a_server_that_drips_a_message_is_closed),
		TEST(a_slow_client_behind_the_server_is_no_fault),
		TEST(an_idle_connection_is_closed_in_the_end),
		TEST(an_answer_that_is_not_read_is_given_up),
		TEST(answers_that_are_never_read_stop_the_reading),
		TEST(who_is_refused_hears_a_temporary_failure),
		TEST(refused_connections_are_few_and_short),
		TEST(drain_closes_idle_connections_and_answers_the_others),
		TEST(garbage_ends_its_connection_and_nothing_else),
		TEST(idle_connections_hold_little_memory),
	};

	return cmocka_run_group_tests_name("milter_times", tests, NULL, NULL);
}
