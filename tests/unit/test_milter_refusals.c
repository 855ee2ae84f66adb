/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_milter_owner.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEST(name)   cmocka_unit_test_setup_teardown(name, owner_set_up, owner_tear_down)

static void commands_out_of_order_end_the_session_with_a_tempfail(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
	} cases[] = {
		{"second negotiation", {(const void *)"\0\0\0\1O", 5}},
		{"recipient without sender", {(const void *)"\0\0\0\3Rx\0", 7}},
		{"data without sender", {(const void *)"\0\0\0\1T", 5}},
		{"header without sender", {(const void *)"\0\0\0\5LX\0y\0", 9}},
		{"end without sender", {(const void *)"\0\0\0\1E", 5}},
		{"body without sender", {(const void *)"\0\0\0\2Bx", 6}},
		{"connect in a mail", {(const void *)"\0\0\0\3Mx\0\0\0\0\4Ch\0U", 15}},
		{"header after the body", {(const void *)"\0\0\0\3Mx\0\0\0\0\2Bx\0\0\0\1L", 18}},
		{"second end of header", {(const void *)"\0\0\0\3Mx\0\0\0\0\1N\0\0\0\1N", 17}},
		{"recipient in the header",
		 {(const void *)"\0\0\0\3Mx\0\0\0\0\5LX\0y\0\0\0\0\3Rx\0", 23}},
		{"helo in the header",
		 {(const void *)"\0\0\0\3Mx\0\0\0\0\5LX\0y\0\0\0\0\3Hx\0", 23}},
		{"header without a value", {(const void *)"\0\0\0\3Mx\0\0\0\0\3LX\0", 14}},
		{"header without an end", {(const void *)"\0\0\0\3Mx\0\0\0\0\4LX\0y", 15}},
		{"header with too much", {(const void *)"\0\0\0\3Mx\0\0\0\0\6LX\0y\0z", 17}},
		{"empty header", {(const void *)"\0\0\0\3Mx\0\0\0\0\1L", 12}},
		{"sender without an end", {(const void *)"\0\0\0\2Mx", 6}},
		{"empty sender frame", {(const void *)"\0\0\0\1M", 5}},
		{"argument without an end", {(const void *)"\0\0\0\4Mx\0y", 8}},
		{"helo without an end", {(const void *)"\0\0\0\2Hx", 6}},
		{"empty macro frame", {(const void *)"\0\0\0\1D", 5}},
		{"macro without a value", {(const void *)"\0\0\0\4DCi\0", 8}},
		{"connect without a family", {(const void *)"\0\0\0\3Ch\0", 7}},
		{"unknown command", {(const void *)"\0\0\0\1X", 5}},
		{"frame without a command", {(const void *)"\0\0\0\0\0", 5}},
		{"frame too large", {(const void *)"\x7f\0\0\0L", 5}},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
		owner_feed_span(owner, cases[i].octets);
		assert_int_equal(owner->last, AS_MILTER_CLOSE);
		assert_non_null(owner->session.error);
		owner_assert_said(owner, "t");
		assert_int_equal(owner->inspected, 0);
		assert_int_equal(owner->begun, owner->dropped);
	}
}

/* ---- Refusals --------------------------------------------------------- */

static void what_cannot_be_inspected_is_refused_and_the_next_is_not(void **state)
{
	static const struct {
		const char *name;
		int begin_code, append_code;
		const char *said;
		unsigned int dropped;
	} cases[] = {
		{"too large", 0, -EMSGSIZE,
		 "y[552 5.3.4 Message over the limit of 1000 octets cannot be inspected|]", 1},
		{"no room for octets", 0, -EAGAIN,
		 "y[451 4.3.2 Too many messages at the same time, try again later|]", 1},
		{"no room for a message", -EAGAIN, 0,
		 "y[451 4.3.2 Too many messages at the same time, try again later|]", 0},
		{"no memory", -ENOMEM, 0, "y[451 4.3.0 Temporarily unable to inspect the message|]",
		 0},
		{"no descriptor", 0, -EMFILE,
		 "y[451 4.3.0 Temporarily unable to inspect the message|]", 1},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
		owner->begin_code = cases[i].begin_code;
		owner->append_code = cases[i].append_code;
		owner_put_mail(&owner->in);
		owner_put_content(&owner->in);
		owner_feed(owner, 29);
		owner_assert_said(owner, cases[i].said);
		assert_int_equal(owner->dropped, cases[i].dropped);
		assert_int_equal(owner->refused, 1);
		assert_int_equal(owner->inspected, 0);
		owner->begin_code = owner->append_code = 0;
		owner_put_mail(&owner->in);
		owner_put_content(&owner->in);
		owner_feed(owner, 29);
		owner_assert_said(owner, "c");
		assert_int_equal(owner->inspected, 1);
	}
}

static void a_server_that_waits_hears_of_a_refusal_at_once(void **state)
{
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, AS_MILTER_HDR_LEADSPC);
	owner->begin_code = -EAGAIN;
	owner_put_mail(&owner->in);
	wire_strings(&owner->in, 'L', "X", " y", NULL);
	owner_feed(owner, 100);
	owner_assert_said(owner,
			  "c c y[451 4.3.2 Too many messages at the same time, try again later|]");
	wire_frame(&owner->in, 'A', NULL, 0);
	owner_feed(owner, 100);
	owner_assert_said(owner, "");
	assert_int_equal(owner->refused, 1);
}

static void one_recipient_too_many_is_refused_alone_or_with_the_mail(void **state)
{
	static const struct {
		const char *name;
		uint32_t steps;
		const char *last, *end;
		unsigned int inspected;
	} cases[] = {
		{"heard", 0x100000u,
		 "y[452 4.5.3 Over the limit of 10000 recipients or 1048576 octets of them|]", "c",
		 1},
		{"not heard", WIRE_STEPS, "",
		 "y[452 4.5.3 Over the limit of 10000 recipients or 1048576 octets of them|]", 0},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		owner_enter(owner, 6, WIRE_ACTIONS, cases[i].steps);
		wire_strings(&owner->in, 'M', "<a@example>", NULL);
		for (unsigned int n = 0; n < AS_MILTER_RECIPIENTS_MAX; n++)
			wire_strings(&owner->in, 'R', "<r@example>", NULL);
		owner_feed(owner, 65536);
		as_buffer_clear(&owner->out);
		wire_strings(&owner->in, 'R', "<one-too-many@example>", NULL);
		owner_feed(owner, 1000);
		owner_assert_said(owner, cases[i].last);
		wire_frame(&owner->in, 'E', NULL, 0);
		owner_feed(owner, 1000);
		owner_assert_said(owner, cases[i].end);
		assert_int_equal(owner->inspected, cases[i].inspected);
	}
}

static void addresses_have_a_limit_together(void **state)
{
	static char address[60000];
	struct owner *owner = *state;

	memset(address, 'a', sizeof(address) - 1);
	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	wire_strings(&owner->in, 'M', "<a@example>", NULL);
	for (int n = 0; n < 20; n++)
		wire_strings(&owner->in, 'R', address, NULL);
	wire_frame(&owner->in, 'E', NULL, 0);
	owner_feed(owner, 65536);
	owner_assert_said(
		owner,
		"y[452 4.5.3 Over the limit of 10000 recipients or 1048576 octets of them|]");
}

static void too_many_forged_fields_refuse_the_message(void **state)
{
	static const struct {
		const char *name;
		uint32_t actions;
		unsigned int fields;
		bool refused;
	} cases[] = {
		{"as many as can be removed", WIRE_ACTIONS, AS_MILTER_FORGED_MAX, false},
		{"one more", WIRE_ACTIONS, AS_MILTER_FORGED_MAX + 1, true},
		{"one, and nothing can be removed", AS_MILTER_ADDHDRS, 1, true},
		{"none, and nothing can be removed", AS_MILTER_ADDHDRS, 0, false},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		owner_enter(owner, 6, cases[i].actions, WIRE_STEPS);
		owner_put_mail(&owner->in);
		for (unsigned int n = 0; n < cases[i].fields; n++)
			wire_strings(&owner->in, 'L', "Assay-Verdict", " accept", NULL);
		wire_frame(&owner->in, 'E', NULL, 0);
		owner_feed(owner, 1000);
		owner_assert_said(owner,
				  cases[i].refused
					  ? "y[550 5.7.1 Forged Assay header fields are too many "
					    "or cannot be removed|]"
					  : "c");
	}
}

static void who_is_turned_away_hears_it_at_the_first_command(void **state)
{
	struct owner *owner = *state;

	owner->session.turned_away = true;
	wire_offer(&owner->in, 6, WIRE_ACTIONS, WIRE_STEPS);
	wire_macros(&owner->in, 'C', "j", "mx.example", NULL);
	wire_connect(&owner->in, "client.example", '4', "192.0.2.7");
	owner_feed(owner, 5);
	owner_assert_said(owner, "O6,0,0 t");
	assert_int_equal(owner->last, AS_MILTER_CLOSE);
	assert_null(owner->session.error);
	assert_int_equal(owner->begun, 0);
}

static void who_is_turned_away_never_gets_a_message_through(void **state)
{
	struct owner *owner = *state;

	owner->session.turned_away = true;
	wire_offer(&owner->in, 6, WIRE_ACTIONS, WIRE_STEPS);
	owner_put_mail(&owner->in);
	owner_put_content(&owner->in);
	owner_feed(owner, 31);
	owner_assert_said(owner, "O6,0,0 t t t t t t t");
	assert_int_equal(owner->begun, 0);
	assert_int_equal(owner->inspected, 0);
}

static void answers_that_nobody_reads_stop_the_reading(void **state)
{
	struct owner *owner = *state;
	struct as_span in;

	owner_enter(owner, 6, WIRE_ACTIONS, 0);
	for (int i = 0; i < 60000; i++)
		wire_strings(&owner->in, 'H', "x", NULL);
	in = as_buffer_span(&owner->in);
	assert_int_equal(as_milter_session_input(&owner->session, &in, &owner->out),
			 AS_MILTER_PAUSE);
	assert_true(owner->out.size < AS_MILTER_OUTPUT_MAX + 1000);
	assert_true(in.size > 0);
	as_buffer_clear(&owner->out);
	assert_int_equal(as_milter_session_input(&owner->session, &in, &owner->out),
			 AS_MILTER_READ);
	assert_int_equal(in.size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_out_of_order_end_the_session_with_a_tempfail),
		TEST(what_cannot_be_inspected_is_refused_and_the_next_is_not),
		TEST(a_server_that_waits_hears_of_a_refusal_at_once),
		TEST(one_recipient_too_many_is_refused_alone_or_with_the_mail),
		TEST(addresses_have_a_limit_together),
		TEST(too_many_forged_fields_refuse_the_message),
		TEST(who_is_turned_away_hears_it_at_the_first_command),
		TEST(who_is_turned_away_never_gets_a_message_through),
		TEST(answers_that_nobody_reads_stop_the_reading),
	};

	return cmocka_run_group_tests_name("milter_refusals", tests, NULL, NULL);
}
