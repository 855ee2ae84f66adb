/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/reply.h"
#include "test_milter_room.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void leave(struct room *room)
{
	close(room->client);
	room->client = -1;
	for (int i = 0; i < ROOM_TURNS && room->listener.open > 0; i++)
		room_turn(room);
	assert_int_equal(room->listener.open, 0);
}

/* ---- Messages --------------------------------------------------------- */

static void a_message_is_answered_by_its_verdict(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
		{"clean", "c"},
		{FAKE_INFECTED, "y[550 5.7.1 Message refused: malware.test at 2|]"},
		{FAKE_TAGGED, "m1[Subject| [CHECK] hello|] c"},
		{FAKE_INCOMPLETE, "y[550 5.7.1 Message refused: limit.bytes at 2|]"},
	};
	struct room *room = *state;

	room->config.subject_prefix = "[CHECK]";
	room_enter(room, 6, WIRE_STEPS);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].body);
		room_put_mail(room, cases[i].body);
		room_send(room, 1000);
		room_await_answer(room);
		room_assert_said(room, cases[i].said);
	}
	assert_int_equal(room->front.answered, 4);
	assert_int_equal(room->listener.metrics->protocol_errors, 0);
}

static void a_task_has_the_octets_and_the_envelope(void **state)
{
	struct room *room = *state;
	struct as_task *task;

	room->front.hold = true;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "body\r\n");
	room_send(room, 1);
	task = room_await_task(room);
	as_buffer_byte(&task->octets, '\0');
	assert_string_equal((const char *)task->octets.data, "Subject: hello\r\n\r\nbody\r\n");
	assert_string_equal(task->envelope.client, "192.0.2.7");
	assert_string_equal(task->envelope.mail_from, "a@example");
	assert_string_equal(task->envelope.rcpt_to[0], "b@example");
	assert_string_equal(task->envelope.queue_id, "4X1");
	assert_int_equal(task->request.kind, AS_TASK_MESSAGE);
	task->octets.size--;
	fake_task_judge(task);
	room_await_answer(room);
}

static void a_message_that_cannot_be_taken_is_tempfailed(void **state)
{
	struct room *room = *state;

	room_enter(room, 6, WIRE_STEPS);
	room->front.submit_code = -EAGAIN;
	room_put_mail(room, "x");
	room_send(room, 1000);
	room_await_answer(room);
	room_assert_said(room, "y[451 4.3.2 too many messages at the same time|]");
	room->front.submit_code = 0;
	room->front.new_code = -EAGAIN;
	room_put_mail(room, "x");
	room_send(room, 1000);
	room_await_answer(room);
	room_assert_said(room, "y[451 4.3.2 Too many messages at the same time, try again later|]");
	room->front.new_code = 0;
	room_put_mail(room, "x");
	room_send(room, 1000);
	room_await_answer(room);
	room_assert_said(room, "c");
}

static void a_message_too_large_is_refused_for_good(void **state)
{
	struct room *room = *state;

	room->front.max_bytes = 20;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "more than that");
	room_send(room, 1000);
	room_await_answer(room);
	room_assert_said(room,
			 "y[552 5.3.4 Message over the limit of 20 octets cannot be inspected|]");
	assert_int_equal(room->front.task_count, 0);
}

static void progress_is_sent_while_the_inspection_lasts(void **state)
{
	static const struct {
		uint32_t version;
		const char *said;
	} cases[] = {{6, "p c"}, {2, "c"}};
	struct room *room = *state;

	room->front.hold = true;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_task *task;

		room->front.submitted = 0;
		room_enter(room, cases[i].version, cases[i].version > 2 ? WIRE_STEPS : 0);
		room_put_mail(room, "x");
		room_send(room, 1000);
		task = room_await_task(room);
		room_receive(room);
		as_buffer_clear(&room->in);
		event_active(room_connection(room)->timer, EV_TIMEOUT, 0);
		room_turn(room);
		room->now_us += AS_MILTER_PROGRESS_MS * 1000u;
		event_active(room_connection(room)->timer, EV_TIMEOUT, 0);
		room_turn(room);
		fake_task_judge(task);
		room_await_answer(room);
		room_assert_said(room, cases[i].said);
		leave(room);
	}
}

static void a_server_that_leaves_cancels_its_message(void **state)
{
	static const char *const goodbyes[] = {"", "A", "Q", "K"};
	struct room *room = *state;

	room->front.hold = true;
	for (size_t i = 0; i < COUNT(goodbyes); i++) {
		print_message("case: \"%s\"\n", goodbyes[i]);
		room->front.submitted = room->front.cancelled = 0;
		room_enter(room, 6, WIRE_STEPS);
		room_put_mail(room, "x");
		room_send(room, 1000);
		room_await_task(room);
		if (goodbyes[i][0] == '\0') {
			shutdown(room->client, SHUT_WR);
		} else {
			wire_frame(&room->out, goodbyes[i][0], NULL, 0);
			room_send(room, 1);
		}
		room_await_end(room);
		assert_int_equal(room->front.cancelled, 1);
		leave(room);
	}
}

static void a_server_that_leaves_in_mid_message_leaves_nothing(void **state)
{
	struct room *room = *state;

	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room->out.size -= 8;
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && room->front.made == 0; i++)
		room_turn(room);
	assert_int_equal(room->front.task_count, 1);
	leave(room);
	assert_int_equal(room->front.task_count, 0);
	assert_int_equal(room->front.submitted, 0);
}

static void what_comes_too_early_waits_for_the_answer(void **state)
{
	struct room *room = *state;
	struct as_task *task;

	room->front.hold = true;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "first");
	room_put_mail(room, "second");
	room_send(room, 100);
	task = room_await_task(room);
	for (int i = 0; i < 10; i++)
		room_turn(room);
	assert_int_equal(room->front.made, 1);
	assert_true(fake_task_holds(task, "first"));
	room->front.hold = false;
	fake_task_judge(task);
	for (int i = 0; i < ROOM_TURNS && room->front.answered < 2; i++)
		room_turn(room);
	room_receive(room);
	room_assert_said(room, "c c");
}

static void a_flood_during_the_inspection_is_not_read(void **state)
{
	static char flood[65536];
	struct room *room = *state;
	struct as_task *task;
	int idle = 0;

	room->front.hold = true;
	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room_send(room, 1000);
	task = room_await_task(room);
	while (idle < 10) {
		ssize_t sent =
			send(room->client, flood, sizeof(flood), MSG_DONTWAIT | MSG_NOSIGNAL);

		idle = sent > 0 ? 0 : idle + 1;
		room_turn(room);
	}
	assert_int_equal(room_connection(room)->left.size, AS_MILTER_LEFT_MAX);
	fake_task_judge(task);
	room_await_end(room);
	room_assert_said(room, "c t");
	assert_int_equal(room->listener.metrics->protocol_errors, 1);
}

/* ---- Changed messages ------------------------------------------------- */

static void a_large_changed_body_is_never_whole_in_memory(void **state)
{
	struct room *room = *state;
	int fd = room_make_changed(room);
	size_t size = 0;

	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && !room_answered(room); i++) {
		room_turn(room);
		assert_true(room_connection(room)->out.size <= AS_MILTER_PIECE_MAX + 5);
		if (room->front.answered > 0)
			assert_true(room_receive(room) >= 0);
	}
	for (struct as_span in = as_buffer_span(&room->in); in.size > 5;) {
		uint32_t length = 0;

		assert_true(as_span_be32(in, 0, &length));
		assert_int_equal(in.data[4], 'b');
		size += length - 1;
		in = as_span_from(in, (size_t)length + 4);
	}
	assert_int_equal(size, ROOM_CHANGED_BYTES);
	close(fd);
}

static void a_body_that_cannot_be_read_on_is_tempfailed(void **state)
{
	struct room *room = *state;
	int fd = room_make_changed(room);

	room_enter(room, 6, WIRE_STEPS);
	room_put_mail(room, "x");
	room_send(room, 1000);
	for (int i = 0; i < ROOM_TURNS && room->front.answered == 0; i++)
		room_turn(room);
	assert_int_equal(ftruncate(fd, 10), 0);
	room_await_answer(room);
	assert_int_equal(room->in.data[room->in.size - 1], 't');
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, room_set_up, room_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_is_answered_by_its_verdict),
		TEST(a_task_has_the_octets_and_the_envelope),
		TEST(a_message_that_cannot_be_taken_is_tempfailed),
		TEST(a_message_too_large_is_refused_for_good),
		TEST(progress_is_sent_while_the_inspection_lasts),
		TEST(a_server_that_leaves_cancels_its_message),
		TEST(a_server_that_leaves_in_mid_message_leaves_nothing),
		TEST(what_comes_too_early_waits_for_the_answer),
		TEST(a_flood_during_the_inspection_is_not_read),
		TEST(a_large_changed_body_is_never_whole_in_memory),
		TEST(a_body_that_cannot_be_read_on_is_tempfailed),
	};

	return cmocka_run_group_tests_name("milter", tests, NULL, NULL);
}
