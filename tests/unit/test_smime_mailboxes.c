/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/charset.h"
#include "smime/mailboxes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define MAX  8u
#define MANY ((size_t)200000)

static struct as_arena arena;

static int setup(void **state)
{
	(void)state;
	as_arena_init(&arena, (size_t)256 << 20);
	return as_charset_init();
}

static int teardown(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	return 0;
}

static struct as_mailbox_list parse(struct as_span value, size_t max)
{
	struct as_mailbox_list list = {.items = as_arena_array(&arena, max, sizeof(*list.items))};

	assert_non_null(list.items);
	assert_int_equal(as_mailboxes_parse(&arena, value, max, &list), 0);
	return list;
}

struct expected {
	const char *name, *address, *group; /* group NULL: "" */
};

struct mailbox_case {
	const char *value;
	struct expected mailboxes[4]; /* ends with name NULL */
};

static void check_cases(const struct mailbox_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct as_mailbox_list list = parse(as_span_text(cases[i].value), MAX);
		size_t n = 0;

		print_message("case: %s\n", cases[i].value);
		for (; n < 4 && cases[i].mailboxes[n].name != NULL; n++) {
			const struct expected *expected = &cases[i].mailboxes[n];

			assert_true(n < list.count);
			assert_string_equal(list.items[n].name, expected->name);
			assert_int_equal(list.items[n].address.size, strlen(expected->address));
			assert_memory_equal(list.items[n].address.data, expected->address,
					    strlen(expected->address));
			assert_string_equal(list.items[n].group,
					    expected->group == NULL ? "" : expected->group);
		}
		assert_int_equal(list.count, n);
		assert_false(list.too_many);
	}
}
#define CHECK(cases) check_cases((cases), sizeof(cases) / sizeof((cases)[0]))

static void honest_forms_are_read(void **state)
{
	static const struct mailbox_case cases[] = {
		{"alice@example.org", {{"", "alice@example.org", NULL}}},
		{"<alice@example.org>", {{"", "alice@example.org", NULL}}},
		{"Alice <alice@example.org>", {{"Alice", "alice@example.org", NULL}}},
		{"Alice B. Carol\r\n <alice@example.org>",
		 {{"Alice B. Carol", "alice@example.org", NULL}}},
		{"\"Carol, Alice\" <alice@example.org>",
		 {{"Carol, Alice", "alice@example.org", NULL}}},
		{"\"Al \\\"A\\\" \\\\ x\"<alice@example.org>",
		 {{"Al \"A\" \\ x", "alice@example.org", NULL}}},
		{"alice@example.org (Alice)", {{"Alice", "alice@example.org", NULL}}},
		{"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
		 {{"Pete (A nice ) chap his account his host)", "pete@silly.test", NULL}}},
		{"=?utf-8?q?J=C3=BCrgen?= <j@example.org>",
		 {{"J\xc3\xbcrgen", "j@example.org", NULL}}},
		{"=?utf-8?q?J=C3=BC?= =?utf-8?q?rgen?= <j@example.org>",
		 {{"J\xc3\xbcrgen", "j@example.org", NULL}}},
		{"\"=?utf-8?B?SsO8cmdlbg==?=\" <j@example.org>",
		 {{"J\xc3\xbcrgen", "j@example.org", NULL}}},
		{"a@example.org, B <b@example.org>",
		 {{"", "a@example.org", NULL}, {"B", "b@example.org", NULL}}},
		{"J\xc3\xbcrgen <j\xc3\xbc@example.org>",
		 {{"J\xc3\xbcrgen", "j\xc3\xbc@example.org", NULL}}},
		{"\"john doe\"@example.org", {{"", "\"john doe\"@example.org", NULL}}},
		{"\"<x@y>\"@example.org", {{"", "\"<x@y>\"@example.org", NULL}}},
		{"john@[IPv6:2001:db8::1]", {{"", "john@[IPv6:2001:db8::1]", NULL}}},
		{"[List] <l@example.org>", {{"[List]", "l@example.org", NULL}}},
	};
	(void)state;

	CHECK(cases);
}

static void obsolete_and_group_forms_are_read(void **state)
{
	static const struct mailbox_case cases[] = {
		{"john . doe @ example . org", {{"", "john.doe@example.org", NULL}}},
		{"<@a.example,@b.example:john@c.example>", {{"", "john@c.example", NULL}}},
		{"< @a.example , @b.example : john @ c.example >", {{"", "john@c.example", NULL}}},
		{",, a@x.org,,b@x.org,", {{"", "a@x.org", NULL}, {"", "b@x.org", NULL}}},
		{"Team: a@x.org, B <b@x.org>;, c@x.org",
		 {{"", "a@x.org", "Team"}, {"B", "b@x.org", "Team"}, {"", "c@x.org", NULL}}},
		{"undisclosed-recipients:;", {{"", "", "undisclosed-recipients"}}},
		{":;", {{NULL, NULL, NULL}}},
		{"", {{NULL, NULL, NULL}}},
		{"(nobody)", {{NULL, NULL, NULL}}},
		{"<>", {{"", "", NULL}}},
		{"Mail Delivery <>", {{"Mail Delivery", "", NULL}}},
		{"root", {{"root", "", NULL}}},
		{"<root>", {{"", "root", NULL}}},
	};
	(void)state;

	CHECK(cases);
}

static void what_readers_disagree_on_is_kept(void **state)
{
	static const struct mailbox_case cases[] = {
		{"alice@good.org <m@evil.org>", {{"alice@good.org", "m@evil.org", NULL}}},
		{"<alice@good.org> <m@evil.org>",
		 {{"", "alice@good.org", NULL}, {"", "m@evil.org", NULL}}},
		{"<m@evil.org> alice@good.org", {{"alice@good.org", "m@evil.org", NULL}}},
		{"Bob alice@good.org m@evil.org",
		 {{"Bob", "alice@good.org", NULL}, {"Bob", "m@evil.org", NULL}}},
		{"\"Alice <alice@good.org>", {{"\"Alice", "alice@good.org", NULL}}},
		{"(alice@good.org <m@evil.org>", {{"(alice@good.org", "m@evil.org", NULL}}},
		{"alice@good.org:;, <m@evil.org>",
		 {{"", "", "alice@good.org"}, {"", "m@evil.org", NULL}}},
		{"alice@good.org: m@evil.org;", {{"", "m@evil.org", "alice@good.org"}}},
		{"<alice@good.org>: m@evil.org",
		 {{"", "alice@good.org", NULL}, {"", "m@evil.org", NULL}}},
		{"<@alice@good.org:m@evil.org>", {{"", "@alice@good.org:m@evil.org", NULL}}},
		{"<al ice@good.org>", {{"", "al ice@good.org", NULL}}},
		{"<alice@good.org", {{"", "alice@good.org", NULL}}},
		{"<alice@good.org, m@evil.org>",
		 {{"", "alice@good.org", NULL}, {"", "m@evil.org>", NULL}}},
		{"=?utf-8?q?Doe,_John:_x?= <j@x.org>", {{"Doe, John: x", "j@x.org", NULL}}},
		{"=?utf-8?q?,<a@b.org>,?= <j@x.org>",
		 {{"=?utf-8?q?", "", NULL}, {"", "a@b.org", NULL}, {"?=", "j@x.org", NULL}}},
		{"=?utf-8?q?alice=40good.org?=", {{"alice@good.org", "", NULL}}},
		{"alice@good.org@evil.org", {{"", "alice@good.org@evil.org", NULL}}},
	};
	(void)state;

	CHECK(cases);
}

static void a_nul_stays_in_the_address_and_shows_in_the_name(void **state)
{
	static const char value[] = "A\0B <alice@good.org\0.evil.org>";
	struct as_mailbox_list list = parse(as_span_make(value, sizeof(value) - 1), MAX);
	(void)state;

	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].name, "A\xef\xbf\xbd"
						"B");
	assert_int_equal(list.items[0].address.size, 24);
	assert_int_equal(list.items[0].address.data[14], 0);
}

static void more_than_the_maximum_is_told(void **state)
{
	struct as_mailbox_list list = parse(as_span_text("a@x,b@x,c@x"), 2);
	(void)state;

	assert_int_equal(list.count, 2);
	assert_true(list.too_many);
}

static void all_fields_of_the_name_are_read(void **state)
{
	static const char header[] = "from: a@x.org\r\nTo: z@x.org\r\nFROM : b@x.org\r\n"
				     "Sender: s@x.org\r\nReply-To: r@x.org, q@x.org\r\n\r\n"
				     "From: body@x.org\r\n";
	struct as_authors authors;
	(void)state;

	assert_int_equal(as_authors_read(&arena, as_span_text(header), &authors), 0);
	assert_int_equal(authors.from_fields, 2);
	assert_int_equal(authors.from_count, 2);
	assert_int_equal(authors.sender_count, 1);
	assert_int_equal(authors.reply_to_count, 2);
	assert_false(authors.too_many);
	assert_memory_equal(authors.from[1].address.data, "b@x.org", 7);
}

static void a_long_run_of_one_character_is_read_in_one_pass(void **state)
{
	static const char characters[] = "(\"[<>@,;:=?\\. a\r\n";
	char *value = malloc(MANY);
	(void)state;

	assert_non_null(value);
	for (size_t i = 0; i < sizeof(characters); i++) {
		memset(value, characters[i], MANY);
		parse(as_span_make(value, MANY), MAX);
	}
	for (size_t i = 0; i < MANY; i++)
		value[i] = "=?a?q?"[i % 6];
	parse(as_span_make(value, MANY), MAX);
	free(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_forms_are_read),
		cmocka_unit_test(obsolete_and_group_forms_are_read),
		cmocka_unit_test(what_readers_disagree_on_is_kept),
		cmocka_unit_test(a_nul_stays_in_the_address_and_shows_in_the_name),
		cmocka_unit_test(more_than_the_maximum_is_told),
		cmocka_unit_test(all_fields_of_the_name_are_read),
		cmocka_unit_test(a_long_run_of_one_character_is_read_in_one_pass),
	};
	return cmocka_run_group_tests_name("smime mailboxes", tests, setup, teardown);
}
