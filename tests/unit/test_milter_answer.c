/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/answer.h"
#include "test_milter_wire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL                                                                                        \
	(AS_MILTER_ADDHDRS | AS_MILTER_CHGBODY | AS_MILTER_DELRCPT | AS_MILTER_CHGHDRS |           \
	 AS_MILTER_QUARANTINE)
#define ID "01JD0000000000000000000000"

/* ---- A message and its verdict ---------------------------------------- */

struct desk {
	struct as_milter_session session;
	struct as_listener_config config;
	struct as_answer verdict;
	struct as_task_answer task;
	struct as_milter_answer answer;
	struct as_buffer said;
};

static int on_begin(void *context)
{
	(void)context;
	return 0;
}

static int on_append(void *context, struct as_span octets)
{
	(void)context;
	(void)octets;
	return 0;
}

static void on_drop(void *context)
{
	(void)context;
}

static uint64_t most(void *context)
{
	(void)context;
	return 1000;
}

static void on_refused(void *context, const char *code, const char *text)
{
	(void)context;
	(void)code;
	(void)text;
}

static const struct as_milter_sink sink = {on_begin, on_append, on_drop, most, on_refused};

static int set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	assert_non_null(desk);
	desk->config.authserv_id = "mx.example";
	desk->config.subject_prefix = "";
	desk->config.quarantine = AS_KEEP_DISCARD;
	as_milter_session_init(&desk->session, &sink, desk, desk->config.authserv_id);
	desk->verdict = (struct as_answer){
		.action = ASSAY_ACTION_ACCEPT,
		.complete = true,
		.reason = "malware.eicar at 2",
		.reply = "Message refused: malware.eicar at 2 (" ID ")",
	};
	desk->task = (struct as_task_answer){
		.id = ID,
		.action = ASSAY_ACTION_ACCEPT,
		.complete = true,
		.answer = &desk->verdict,
		.changed_fd = -1,
	};
	as_milter_answer_init(&desk->answer);
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	as_milter_answer_deinit(&desk->answer);
	as_milter_session_deinit(&desk->session);
	as_buffer_deinit(&desk->said);
	if (desk->task.changed_fd >= 0)
		close(desk->task.changed_fd);
	free(desk);
	return 0;
}

/* Brings the session to the end of a message with these recipients and fields;
 * lists end with NULL. */
static void receive(struct desk *desk, uint32_t actions, uint32_t steps,
		    const char *const *recipients, const char *const (*fields)[2])
{
	struct as_buffer in, out;
	struct as_span span;

	as_buffer_init(&in, 0);
	as_buffer_init(&out, 0);
	wire_offer(&in, 6, actions, steps);
	wire_strings(&in, 'M', "<a@example>", NULL);
	for (; *recipients != NULL; recipients++)
		wire_strings(&in, 'R', *recipients, NULL);
	for (; fields != NULL && (*fields)[0] != NULL; fields++)
		wire_strings(&in, 'L', (*fields)[0], (*fields)[1], NULL);
	wire_frame(&in, 'E', NULL, 0);
	span = as_buffer_span(&in);
	assert_int_equal(as_milter_session_input(&desk->session, &span, &out), AS_MILTER_INSPECT);
	as_buffer_deinit(&in);
	as_buffer_deinit(&out);
}

static const char *answer(struct desk *desk)
{
	as_milter_answer_make(&desk->answer, &desk->session, &desk->config, &desk->task);
	as_buffer_clear(&desk->said);
	as_buffer_append(&desk->said, desk->answer.head.data, desk->answer.head.size);
	while (desk->answer.changed.fd >= 0 &&
	       as_milter_changed_next(&desk->answer.changed, &desk->said) > 0)
		;
	as_buffer_append(&desk->said, desk->answer.tail.data, desk->answer.tail.size);
	return wire_show(as_buffer_span(&desk->said));
}

static const char *const one_recipient[] = {"<b@example>", NULL};

/* ---- Answers ---------------------------------------------------------- */

static void refusals_have_our_words(void **state)
{
	static const struct {
		const char *name;
		enum assay_action action;
		const char *fault, *reply, *said;
	} cases[] = {
		{"reject", ASSAY_ACTION_REJECT, NULL, "Refused: 100% bad",
		 "y[550 5.7.1 Refused: 100%% bad|]"},
		{"no words", ASSAY_ACTION_REJECT, NULL, "", "y[550 5.7.1 Message refused|]"},
		{"fault, tempfail", ASSAY_ACTION_TEMPFAIL, "worker died", "",
		 "y[451 4.7.1 Temporarily unable to inspect the message (" ID ")|]"},
		{"fault, reject", ASSAY_ACTION_REJECT, "worker died", "",
		 "y[550 5.7.1 Unable to inspect the message (" ID ")|]"},
		{"fault, no action", ASSAY_ACTION_NONE, "worker died", "",
		 "y[451 4.7.1 Temporarily unable to inspect the message (" ID ")|]"},
	};
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, one_recipient, NULL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		desk->task.action = cases[i].action;
		desk->task.fault = cases[i].fault;
		desk->task.answer = cases[i].fault != NULL ? NULL : &desk->verdict;
		desk->verdict.reply = cases[i].reply;
		assert_string_equal(answer(desk), cases[i].said);
		as_milter_answer_deinit(&desk->answer);
	}
}

static void forged_fields_go_from_the_last_to_the_first(void **state)
{
	static const char *const fields[][2] = {
		{"X-Assay-A", " 1"},
		{"Assay-Verdict", " 1"},
		{"Authentication-Results", " other; 1"},
		{"assay-verdict", " 2"},
		{"Authentication-Results", " mx.example; 2"},
		{"ASSAY-VERDICT", " 3"},
		{NULL, NULL},
	};
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, one_recipient, fields);
	assert_string_equal(answer(desk), "m3[ASSAY-VERDICT||] m2[assay-verdict||] "
					  "m1[Assay-Verdict||] m2[Authentication-Results||] "
					  "m1[X-Assay-A||] c");
}

static const struct as_edit said_edits[] = {
	{AS_EDIT_INSERT, 0, "Authentication-Results", "%s; smime=none"},
	{AS_EDIT_INSERT, 0, "Assay-Verdict", "action=tag;\n id=1"},
	{AS_EDIT_ADD, 0, "Assay-Note", "50%s"},
	{AS_EDIT_DELETE, 2, "X-Old", ""},
	{AS_EDIT_CHANGE, 1, "x-old", "new"},
};

static void what_was_found_is_put_on_top_in_its_order(void **state)
{
	static const struct {
		const char *name;
		uint32_t actions, steps;
		bool headers;
		const char *said;
	} cases[] = {
		{"blank is ours", ALL, WIRE_STEPS, true,
		 "m2[X-Old||] m1[x-old| new|] h[Assay-Note| 50%s|] "
		 "i0[Assay-Verdict| action=tag;\n id=1|] "
		 "i0[Authentication-Results| mx.example; smime=none|] c"},
		{"blank is the server's", ALL, 0, true,
		 "m2[X-Old||] m1[x-old|new|] h[Assay-Note|50%s|] "
		 "i0[Assay-Verdict|action=tag;\n id=1|] "
		 "i0[Authentication-Results|mx.example; smime=none|] c"},
		{"not wanted", ALL, WIRE_STEPS, false, "c"},
		{"no changes allowed", AS_MILTER_ADDHDRS, WIRE_STEPS, true,
		 "h[Assay-Note| 50%s|] i0[Assay-Verdict| action=tag;\n id=1|] "
		 "i0[Authentication-Results| mx.example; smime=none|] c"},
		{"no additions allowed", AS_MILTER_CHGHDRS, WIRE_STEPS, true,
		 "m2[X-Old||] m1[x-old| new|] c"},
	};
	struct desk *desk = *state;

	desk->verdict.edits = said_edits;
	desk->verdict.edit_count = COUNT(said_edits);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		as_milter_session_deinit(&desk->session);
		as_milter_session_init(&desk->session, &sink, desk, desk->config.authserv_id);
		receive(desk, cases[i].actions, cases[i].steps, one_recipient, NULL);
		desk->config.headers = cases[i].headers;
		assert_string_equal(answer(desk), cases[i].said);
		as_milter_answer_deinit(&desk->answer);
	}
}

static void a_message_that_passes_uninspected_says_so(void **state)
{
	static const char *const fields[][2] = {{"Assay-Verdict", " action=accept"}, {NULL, NULL}};
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, one_recipient, fields);
	desk->config.headers = true;
	desk->task.fault = "no worker";
	desk->task.answer = NULL;
	assert_string_equal(answer(desk), "m1[Assay-Verdict||] i0[Assay-Verdict| action=accept; "
					  "complete=no;\n reason=\"not inspected\"; id=" ID "|] c");
}

static void tagged_mail_gets_the_prefix_once(void **state)
{
	static const struct {
		const char *name, *prefix, *subject; /* NULL: there is none */
		enum assay_action action;
		const char *said;
	} cases[] = {
		{"tagged", "[CHECK]", " hello\n you", ASSAY_ACTION_TAG,
		 "m1[Subject| [CHECK] hello\n you|] c"},
		{"blank in the prefix", "[CHECK] ", " hello", ASSAY_ACTION_TAG,
		 "m1[Subject| [CHECK] hello|] c"},
		{"there already", "[CHECK]", " [CHECK] hello", ASSAY_ACTION_TAG, "c"},
		{"empty", "[CHECK]", "", ASSAY_ACTION_TAG, "m1[Subject| [CHECK] |] c"},
		{"none", "[CHECK]", NULL, ASSAY_ACTION_TAG, "h[Subject| [CHECK]|] c"},
		{"hostile", "[CHECK]", " a\nBcc: x", ASSAY_ACTION_TAG,
		 "m1[Subject| [CHECK] a Bcc: x|] c"},
		{"accepted", "[CHECK]", " hello", ASSAY_ACTION_ACCEPT, "c"},
		{"no prefix", "", " hello", ASSAY_ACTION_TAG, "c"},
	};
	struct desk *desk = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *const fields[][2] = {
			{cases[i].subject != NULL ? "Subject" : NULL, cases[i].subject},
			{NULL, NULL},
		};

		print_message("case: %s\n", cases[i].name);
		as_milter_session_deinit(&desk->session);
		as_milter_session_init(&desk->session, &sink, desk, desk->config.authserv_id);
		receive(desk, ALL, WIRE_STEPS, one_recipient, fields);
		desk->config.subject_prefix = cases[i].prefix;
		desk->task.action = cases[i].action;
		assert_string_equal(answer(desk), cases[i].said);
		as_milter_answer_deinit(&desk->answer);
	}
}

static void a_subject_too_long_to_keep_stays(void **state)
{
	static char value[AS_MILTER_KEEP_VALUE + 10];
	const char *const fields[][2] = {{"Subject", value}, {NULL, NULL}};
	struct desk *desk = *state;

	memset(value, 's', sizeof(value) - 1);
	receive(desk, ALL, WIRE_STEPS, one_recipient, fields);
	desk->config.subject_prefix = "[CHECK]";
	desk->task.action = ASSAY_ACTION_TAG;
	assert_string_equal(answer(desk), "c");
}

static void recipients_are_removed_as_they_were_given(void **state)
{
	static const char *const recipients[] = {"<a@example>", "b@example", "<c@example>", NULL};
	static const unsigned char actions[] = {ASSAY_ACTION_REJECT, ASSAY_ACTION_DISCARD,
						ASSAY_ACTION_ACCEPT};
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, recipients, NULL);
	desk->verdict.recipients = actions;
	desk->verdict.recipient_count = COUNT(actions);
	desk->task.action = ASSAY_ACTION_DISCARD;
	assert_string_equal(answer(desk), "-[<a@example>|] -[b@example|] c");
}

static void a_held_message_has_its_reason(void **state)
{
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, one_recipient, NULL);
	desk->config.quarantine = AS_KEEP_HOLD;
	desk->task.action = ASSAY_ACTION_QUARANTINE;
	assert_string_equal(answer(desk), "q[malware.eicar at 2|] c");
}

/* ---- Changed messages ------------------------------------------------- */

static void set_changed(struct desk *desk, const char *before, const char *message, size_t size)
{
	int fd = memfd_create("changed", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, before, strlen(before)), (ssize_t)strlen(before));
	assert_int_equal(write(fd, message, size), (ssize_t)size);
	if (desk->task.changed_fd >= 0)
		close(desk->task.changed_fd);
	desk->task.changed_fd = fd;
	desk->task.changed_offset = strlen(before);
	desk->task.changed_size = size;
	desk->task.action = ASSAY_ACTION_STRIP;
}

static void a_changed_message_sends_its_mime_fields_and_body(void **state)
{
	static const char *const fields[][2] = {
		{"Content-Type", " multipart/mixed;\n boundary=a"},
		{"Content-Transfer-Encoding", " 7bit"},
		{"Content-Language", " en"},
		{"MIME-Version", " 1.0"},
		{NULL, NULL},
	};
	static const struct {
		const char *name, *message, *said;
	} cases[] = {
		{"other type",
		 "From: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
		 "Content-Transfer-Encoding: 7bit\r\nContent-Language: en\r\n\r\nbody\r\n",
		 "m1[Content-Type| text/plain|] b<6> c"},
		{"the same fields",
		 "Content-Type: multipart/mixed;\r\n "
		 "boundary=a\r\nContent-Transfer-Encoding:7bit\r\n"
		 "Content-Language: en\r\nMIME-Version: 1.0\r\n\r\n12",
		 "b<2> c"},
		{"fewer and more",
		 "Content-Type: multipart/mixed;\r\n boundary=a\r\nMIME-Version: 1.0\r\n"
		 "Content-Disposition: inline\r\nContent-Language: en\r\n\r\n12",
		 "m1[Content-Transfer-Encoding||] h[Content-Disposition| inline|] b<2> c"},
		{"empty body",
		 "Content-Type: multipart/mixed;\r\n boundary=a\r\nMIME-Version: 1.0\r\n"
		 "Content-Transfer-Encoding: 7bit\r\nContent-Language: en\r\n\r\n",
		 "b<0> c"},
		{"no header", "\r\nx",
		 "m1[Content-Language||] m1[Content-Transfer-Encoding||] m1[Content-Type||] "
		 "m1[MIME-Version||] b<1> c"},
		{"LF only",
		 "Content-Type: multipart/mixed;\n boundary=a\nMIME-Version: 1.0\n"
		 "Content-Transfer-Encoding: 7bit\nContent-Language: en\n\n1\n",
		 "b<2> c"},
		{"field without a value",
		 "Content-Type: multipart/mixed;\r\n boundary=a\r\nMIME-Version: 1.0\r\n"
		 "Content-Transfer-Encoding: 7bit\r\nContent-Language:\r\n\r\n1",
		 "m1[Content-Language| |] b<1> c"},
	};
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, one_recipient, fields);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		set_changed(desk, "", cases[i].message, strlen(cases[i].message));
		assert_string_equal(answer(desk), cases[i].said);
		as_milter_answer_deinit(&desk->answer);
		set_changed(desk, "something before", cases[i].message, strlen(cases[i].message));
		assert_string_equal(answer(desk), cases[i].said);
		as_milter_answer_deinit(&desk->answer);
	}
}

static void a_large_body_is_sent_in_pieces(void **state)
{
	static char message[200002];
	struct desk *desk = *state;
	const unsigned char *said;

	memset(message, 'x', sizeof(message));
	memcpy(message, "\r\n", 2);
	receive(desk, ALL, WIRE_STEPS, one_recipient, NULL);
	set_changed(desk, "", message, sizeof(message));
	assert_string_equal(answer(desk), "b<65535> b<65535> b<65535> b<3395> c");
	said = desk->said.data;
	assert_memory_equal(said + 5, message + 2, 65535);
}

static void what_cannot_be_sent_stripped_is_not_sent(void **state)
{
	static char message[AS_MILTER_CHANGED_HEADER_MAX + 10];
	struct desk *desk = *state;
	char refused[128];

	snprintf(refused, sizeof(refused), "y[550 5.7.1 %s|]", desk->verdict.reply);
	receive(desk, ALL, WIRE_STEPS, one_recipient, NULL);
	memset(message, 'h', sizeof(message));
	set_changed(desk, "", message, sizeof(message));
	assert_string_equal(answer(desk), refused);
	as_milter_answer_deinit(&desk->answer);

	set_changed(desk, "", "\r\nbody", 6);
	desk->session.actions = ALL & ~AS_MILTER_CHGBODY;
	assert_string_equal(answer(desk), refused);
}

static void what_cannot_be_read_now_is_tempfailed(void **state)
{
	struct desk *desk = *state;

	receive(desk, ALL, WIRE_STEPS, one_recipient, NULL);
	set_changed(desk, "", "\r\nshort", 7);
	desk->task.changed_size = 70000;
	assert_string_equal(answer(desk), "t");
}

static void a_body_that_ends_too_early_is_noticed(void **state)
{
	static char message[100002];
	struct desk *desk = *state;
	struct as_buffer out;

	memset(message, 'x', sizeof(message));
	memcpy(message, "\r\n", 2);
	receive(desk, ALL, WIRE_STEPS, one_recipient, NULL);
	set_changed(desk, "", message, sizeof(message));
	as_milter_answer_make(&desk->answer, &desk->session, &desk->config, &desk->task);
	assert_int_equal(ftruncate(desk->task.changed_fd, 70000), 0);
	as_buffer_init(&out, 0);
	assert_int_equal(as_milter_changed_next(&desk->answer.changed, &out), 1);
	as_buffer_clear(&out);
	assert_int_equal(as_milter_changed_next(&desk->answer.changed, &out), -EIO);
	assert_int_equal(out.size, 0);
	as_buffer_deinit(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refusals_have_our_words),
		TEST(forged_fields_go_from_the_last_to_the_first),
		TEST(what_was_found_is_put_on_top_in_its_order),
		TEST(a_message_that_passes_uninspected_says_so),
		TEST(tagged_mail_gets_the_prefix_once),
		TEST(a_subject_too_long_to_keep_stays),
		TEST(recipients_are_removed_as_they_were_given),
		TEST(a_held_message_has_its_reason),
		TEST(a_changed_message_sends_its_mime_fields_and_body),
		TEST(a_large_body_is_sent_in_pieces),
		TEST(what_cannot_be_sent_stripped_is_not_sent),
		TEST(what_cannot_be_read_now_is_tempfailed),
		TEST(a_body_that_ends_too_early_is_noticed),
	};

	return cmocka_run_group_tests_name("milter_answer", tests, NULL, NULL);
}
