/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/clients.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void every_client_has_a_name_and_a_source(void **state)
{
	(void)state;

	for (size_t i = 0; i < AS_CLIENT_COUNT; i++) {
		assert_true(strlen(as_clients[i].name) > 0);
		assert_true(strlen(as_clients[i].word) > 0);
		assert_null(strchr(as_clients[i].word, ' '));
		assert_true(strlen(as_clients[i].source) > 40);
	}
}

static void clients_are_found_by_all_of_their_habits(void **state)
{
	(void)state;

	assert_int_equal(as_clients_with(0), AS_CLIENTS_ALL);
	assert_int_equal(as_clients_with(AS_HABIT_LAST_FIELD), AS_CLIENT_BIT(AS_CLIENT_MUTT));
	assert_int_equal(as_clients_with(AS_HABIT_TNEF), AS_CLIENT_BIT(AS_CLIENT_OUTLOOK));
	assert_int_equal(as_clients_with(AS_HABIT_YENC), AS_CLIENT_BIT(AS_CLIENT_THUNDERBIRD));
	assert_int_equal(as_clients_with(AS_HABIT_LAST_FIELD | AS_HABIT_TNEF), 0);
	assert_int_equal(as_clients_with(1u << 31), 0);
}

static void names_make_a_sentence(void **state)
{
	static const struct {
		uint32_t clients;
		const char *names;
	} cases[] = {
		{0, ""},
		{AS_CLIENT_BIT(AS_CLIENT_MUTT), "mutt"},
		{AS_CLIENT_BIT(AS_CLIENT_OUTLOOK) | AS_CLIENT_BIT(AS_CLIENT_MUTT),
		 "Outlook and mutt"},
		{AS_CLIENTS_ALL, "Outlook, Apple Mail, Thunderbird, Gmail and mutt"},
		{~AS_CLIENTS_ALL, ""},
		{UINT32_MAX, "Outlook, Apple Mail, Thunderbird, Gmail and mutt"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char names[AS_CLIENT_NAMES_SIZE];

		as_client_names(cases[i].clients, names);
		assert_string_equal(names, cases[i].names);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_client_has_a_name_and_a_source),
		cmocka_unit_test(clients_are_found_by_all_of_their_habits),
		cmocka_unit_test(names_make_a_sentence),
	};
	return cmocka_run_group_tests_name("mime_clients", tests, NULL, NULL);
}
