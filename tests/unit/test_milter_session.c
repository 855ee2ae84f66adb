/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_milter_owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEST(name)   cmocka_unit_test_setup_teardown(name, owner_set_up, owner_tear_down)

/* ---- Negotiation ------------------------------------------------------ */

static void only_what_is_offered_is_taken(void **state)
{
	static const struct {
		const char *name;
		uint32_t version, actions, steps;
		const char *said;
	} cases[] = {
		{"Postfix", 6, 0x1ff, 0x1fffff, NULL},
		{"Sendmail with large pieces", 6, 0x1ff, 0x301fffff, NULL},
		{"version of the future", 99, 0xffffffff, 0xffffffff, NULL},
		{"version 2", 2, 0x3f, 0x7f, "O2,3b,0"},
		{"version 3", 3, 0x3f, 0x1ff, "O3,3b,180"},
		{"version 4", 4, 0x3f, 0x3ff, "O4,3b,380"},
		{"nothing allowed", 6, 0, 0, "O6,0,0"},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *expected = cases[i].said != NULL ? cases[i].said : WIRE_AGREED;

		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		wire_offer(&owner->in, cases[i].version, cases[i].actions, cases[i].steps);
		owner_feed(owner, 1000);
		owner_assert_said(owner, expected);
	}
}

static void macros_are_asked_for_in_lists_by_stage(void **state)
{
	struct owner *owner = *state;
	struct as_span lists, list;
	uint32_t stage = 99;

	wire_offer(&owner->in, 6, WIRE_ACTIONS, WIRE_STEPS);
	owner_feed(owner, 1000);
	lists = as_span_from(as_buffer_span(&owner->out), 17);
	for (uint32_t last = 0; lists.size > 0; last = stage) {
		assert_true(as_span_be32(lists, 0, &stage));
		assert_true(stage < 7 && (last == 0 || stage > last));
		lists = as_span_from(lists, 4);
		assert_true(as_milter_parse_string(&lists, &list));
		assert_true(list.size > 0);
	}
	assert_int_equal(stage, 5);
}

static void what_does_not_begin_with_negotiation_is_closed(void **state)
{
	static const struct {
		const char *name;
		struct as_span octets;
	} cases[] = {
		{"connect first", {(const void *)"\0\0\0\1C", 5}},
		{"quit first", {(const void *)"\0\0\0\1Q", 5}},
		{"short offer", {(const void *)"\0\0\0\5O\0\0\0\6", 9}},
		{"version 1", {(const void *)"\0\0\0\xdO\0\0\0\1\0\0\0\0\0\0\0\0", 17}},
		{"HTTP", {(const void *)"GET / HTTP/1.1\r\n", 16}},
		{"no command", {(const void *)"\0\0\0\0O", 5}},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		owner_feed_span(owner, cases[i].octets);
		assert_int_equal(owner->last, AS_MILTER_CLOSE);
		assert_non_null(owner->session.error);
		assert_int_equal(owner->out.size, 0);
	}
}

/* ---- Whole messages --------------------------------------------------- */

static void a_message_of_postfix_costs_one_answer(void **state)
{
	struct owner *owner = *state;

	for (size_t step = 1; step < 200; step += 3) {
		owner_start_over(owner);
		wire_offer(&owner->in, 6, WIRE_ACTIONS, WIRE_STEPS);
		wire_macros(&owner->in, 'C', "j", "mx.example", NULL);
		wire_connect(&owner->in, "client.example", '4', "192.0.2.7");
		wire_macros(&owner->in, 'H', "{tls_version}", "TLSv1.3", "{cipher}", "AES", NULL);
		wire_strings(&owner->in, 'H', "helo.example", NULL);
		wire_macros(&owner->in, 'M', "{auth_authen}", "joe", NULL);
		owner_put_mail(&owner->in);
		wire_macros(&owner->in, 'E', "i", "4X1", NULL);
		owner_put_content(&owner->in);
		wire_frame(&owner->in, 'Q', NULL, 0);
		owner_feed(owner, step);
		owner_assert_said(owner, WIRE_AGREED " c");
		owner_assert_text(&owner->octets, OWNER_CONTENT);
		owner_assert_text(&owner->envelopes, "192.0.2.7/client.example/helo.example/joe/"
						     "TLSv1.3 AES/4X1/a@example>b@example$");
		assert_int_equal(owner->last, AS_MILTER_CLOSE);
		assert_null(owner->session.error);
	}
}

static void without_permission_every_step_is_answered(void **state)
{
	struct owner *owner = *state;

	wire_offer(&owner->in, 2, 0x3f, 0x7f);
	wire_connect(&owner->in, "[192.0.2.7]", '4', "192.0.2.7");
	wire_strings(&owner->in, 'H', "helo.example", NULL);
	owner_put_mail(&owner->in);
	wire_frame(&owner->in, 'T', NULL, 0);
	wire_strings(&owner->in, 'U', "NOOP", NULL);
	owner_feed(owner, 7);
	owner_assert_said(owner, "O2,3b,0 c c c c c c");
	/* The server has eaten a blank, and it is put back. */
	wire_strings(&owner->in, 'L', "Subject", "x", NULL);
	wire_strings(&owner->in, 'L', "X-Tab", "\ty", NULL);
	wire_strings(&owner->in, 'L', "X-Fold", "\n z", NULL);
	wire_strings(&owner->in, 'L', "X-Empty", "", NULL);
	wire_frame(&owner->in, 'N', NULL, 0);
	wire_frame(&owner->in, 'B', "1", 1);
	wire_frame(&owner->in, 'B', "2", 1);
	owner_feed(owner, 7);
	owner_assert_said(owner, "c c c c c c c");
	wire_frame(&owner->in, 'E', "3", 1);
	owner_feed(owner, 7);
	owner_assert_said(owner, "c");
	owner_assert_text(&owner->octets,
			  "Subject: x\r\nX-Tab:\ty\r\nX-Fold:\r\n z\r\nX-Empty: \r\n\r\n123$");
	owner_assert_text(&owner->envelopes, "192.0.2.7//helo.example///4X1/a@example>b@example$");
}

static void octets_are_those_that_were_sent(void **state)
{
	static const struct {
		const char *name, *value, *field;
	} cases[] = {
		{"blank", " v", "N: v\r\n"},
		{"no blank", "v", "N:v\r\n"},
		{"two blanks", "  v", "N:  v\r\n"},
		{"tab", "\tv", "N:\tv\r\n"},
		{"empty", "", "N:\r\n"},
		{"fold", " a\n\tb\n c", "N: a\r\n\tb\r\n c\r\n"},
		{"fold at once", "\n a", "N:\r\n a\r\n"},
		{"CRLF stays", " a\r\n b", "N: a\r\n b\r\n"},
		{"lone CR stays", " a\rb", "N: a\rb\r\n"},
		{"not ASCII", " \xc3\xa4\xff", "N: \xc3\xa4\xff\r\n"},
	};
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		for (size_t step = 1; step < 4; step++) {
			owner_put_mail(&owner->in);
			wire_strings(&owner->in, 'L', "N", cases[i].value, NULL);
			wire_frame(&owner->in, 'E', NULL, 0);
			owner_feed(owner, step);
			as_buffer_append(&owner->octets, "", 1);
			owner->octets.data[owner->octets.size - 2] = '\0';
			assert_string_equal((const char *)owner->octets.data, cases[i].field);
			as_buffer_clear(&owner->octets);
		}
	}
}

static void bodies_pass_untouched(void **state)
{
	static const char body[] = ".\r\n..\r\nlone\rcr\nnul\0end";
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	owner_put_mail(&owner->in);
	wire_frame(&owner->in, 'N', NULL, 0);
	wire_frame(&owner->in, 'B', body, sizeof(body));
	wire_frame(&owner->in, 'E', body, sizeof(body));
	owner_feed(owner, 11);
	assert_int_equal(owner->octets.size, 2 + 2 * sizeof(body) + 1);
	assert_memory_equal(owner->octets.data, "\r\n", 2);
	assert_memory_equal(owner->octets.data + 2, body, sizeof(body));
	assert_memory_equal(owner->octets.data + 2 + sizeof(body), body, sizeof(body));
}

static void a_header_of_one_mebibyte_is_taken(void **state)
{
	struct owner *owner = *state;
	char *value = malloc((1 << 20) + 1);

	assert_non_null(value);
	memset(value, 'v', 1 << 20);
	value[1 << 20] = '\0';
	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	owner_put_mail(&owner->in);
	wire_strings(&owner->in, 'L', "X-Long", value, NULL);
	wire_frame(&owner->in, 'E', NULL, 0);
	owner_feed(owner, 4096);
	owner_assert_said(owner, "c");
	assert_int_equal(owner->octets.size, 7 + (1 << 20) + 3);
	free(value);
}

/* ---- Sessions --------------------------------------------------------- */

static void two_messages_of_one_connection_share_the_client_only(void **state)
{
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	wire_macros(&owner->in, 'M', "{auth_authen}", "joe", NULL);
	owner_put_mail(&owner->in);
	owner_put_content(&owner->in);
	wire_strings(&owner->in, 'M', "<>", NULL);
	wire_strings(&owner->in, 'R', "c@example", NULL);
	wire_strings(&owner->in, 'R', "<d@example>", "NOTIFY=NEVER", NULL);
	wire_macros(&owner->in, 'E', "i", "5Y2", NULL);
	owner_put_content(&owner->in);
	owner_feed(owner, 13);
	owner_assert_said(owner, "c c");
	owner_assert_text(&owner->octets, OWNER_CONTENT OWNER_CONTENT);
	owner_assert_text(&owner->envelopes, "192.0.2.7/client.example/helo.example/joe//4X1/"
					     "a@example>b@example$"
					     "192.0.2.7/client.example/helo.example///5Y2/"
					     ">c@example>d@example$");
	assert_int_equal(owner->begun, 2);
	assert_int_equal(owner->dropped, 0);
}

static void abort_drops_the_message_and_keeps_the_client(void **state)
{
	static const char *const before[] = {"M", "MR", "MRL", "MRLN", "MRLNB"};
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	for (size_t i = 0; i < COUNT(before); i++) {
		wire_macros(&owner->in, 'M', "{auth_authen}", "mallory", NULL);
		for (const char *c = before[i]; *c != '\0'; c++) {
			if (*c == 'L')
				wire_strings(&owner->in, 'L', "X", "y", NULL);
			else
				wire_strings(&owner->in, *c, "<x@example>", NULL);
		}
		wire_frame(&owner->in, 'A', NULL, 0);
		owner_feed(owner, 17);
		assert_true(as_milter_session_idle(&owner->session));
		as_buffer_clear(&owner->octets);
		owner_put_mail(&owner->in);
		owner_put_content(&owner->in);
		owner_feed(owner, 17);
		owner_assert_said(owner, "c");
		owner_assert_text(&owner->octets, OWNER_CONTENT);
		owner_assert_text(&owner->envelopes, "192.0.2.7/client.example/helo.example///4X1/"
						     "a@example>b@example$");
	}
	assert_int_equal(owner->dropped, 3);
}

static void mail_inside_of_a_message_begins_anew(void **state)
{
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	owner_put_mail(&owner->in);
	wire_strings(&owner->in, 'L', "X", "y", NULL);
	owner_feed(owner, 100);
	as_buffer_clear(&owner->octets);
	owner_put_mail(&owner->in);
	owner_put_content(&owner->in);
	owner_feed(owner, 100);
	owner_assert_text(&owner->octets, OWNER_CONTENT);
	assert_int_equal(owner->dropped, 1);
}

static void quit_nc_lets_another_session_in(void **state)
{
	struct owner *owner = *state;

	owner_enter(owner, 6, WIRE_ACTIONS, WIRE_STEPS);
	owner_put_mail(&owner->in);
	wire_frame(&owner->in, 'K', NULL, 0);
	wire_connect(&owner->in, "other.example", '6', "IPv6:2001:db8::9");
	owner_put_mail(&owner->in);
	owner_put_content(&owner->in);
	owner_feed(owner, 19);
	owner_assert_said(owner, "c");
	owner_assert_text(&owner->envelopes,
			  "2001:db8::9/other.example////4X1/a@example>b@example$");
	assert_int_equal(owner->last, AS_MILTER_READ);
}

static void clients_may_be_unknown(void **state)
{
	static const struct {
		const char *name, *host;
		char family;
		const char *address; /* NULL: none on the wire */
		const char *macro, *resolve, *client_name;
		const char *shown;
	} cases[] = {
		{"unknown of Postfix", "unknown", '4', "unknown", "", "", "", "//"},
		{"no address", "unknown", '4', "", "", "", "", "//"},
		{"unknown family", "unknown", 'U', NULL, "", "", "", "//"},
		{"UNIX socket", "localhost", 'L', "/run/x", "", "", "", "/localhost/"},
		{"address in a macro", "x.example", 'U', NULL, "192.0.2.1", "", "",
		 "192.0.2.1/x.example/"},
		{"bad macro", "x.example", 'U', NULL, "evil", "", "", "/x.example/"},
		{"IPv6", "v6.example", '6', "2001:db8::1", "", "", "", "2001:db8::1/v6.example/"},
		{"forged name", "forged.example", '4', "192.0.2.1", "", "FORGED", "forged.example",
		 "192.0.2.1//"},
		{"good name", "[192.0.2.1]", '4', "192.0.2.1", "", "OK", "good.example",
		 "192.0.2.1/good.example/"},
	};
	struct owner *owner = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		owner_start_over(owner);
		wire_offer(&owner->in, 6, WIRE_ACTIONS, WIRE_STEPS);
		wire_macros(&owner->in, 'C', "{client_addr}", cases[i].macro, "{client_resolve}",
			    cases[i].resolve, "{client_name}", cases[i].client_name, NULL);
		wire_connect(&owner->in, cases[i].host, cases[i].family, cases[i].address);
		owner_put_mail(&owner->in);
		owner_put_content(&owner->in);
		owner_feed(owner, 23);
		assert_int_equal(owner->inspected, 1);
		assert_memory_equal(owner->envelopes.data, cases[i].shown, strlen(cases[i].shown));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_what_is_offered_is_taken),
		TEST(macros_are_asked_for_in_lists_by_stage),
		TEST(what_does_not_begin_with_negotiation_is_closed),
		TEST(a_message_of_postfix_costs_one_answer),
		TEST(without_permission_every_step_is_answered),
		TEST(octets_are_those_that_were_sent),
		TEST(bodies_pass_untouched),
		TEST(a_header_of_one_mebibyte_is_taken),
		TEST(two_messages_of_one_connection_share_the_client_only),
		TEST(abort_drops_the_message_and_keeps_the_client),
		TEST(mail_inside_of_a_message_begins_anew),
		TEST(quit_nc_lets_another_session_in),
		TEST(clients_may_be_unknown),
	};

	return cmocka_run_group_tests_name("milter_session", tests, NULL, NULL);
}
