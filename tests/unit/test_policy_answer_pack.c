/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer.h"

#include "base/error.h"
#include "policy/answer_check.h"
#include "policy/answer_text.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct as_arena arena;
static struct as_buffer packed;
static struct as_answer answer;

static int set_up(void **state)
{
	(void)state;
	as_arena_init(&arena, 1u << 22);
	as_buffer_init(&packed, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	as_buffer_deinit(&packed);
	return 0;
}

static struct as_answer sound(void)
{
	static const struct as_edit edits[] = {{AS_EDIT_INSERT, 0, "X", "a\n b"},
					       {AS_EDIT_CHANGE, 2, "Subject", "c"},
					       {AS_EDIT_DELETE, 1, "X-Y", ""}};
	static const unsigned char recipients[] = {ASSAY_ACTION_ACCEPT, ASSAY_ACTION_REJECT};
	static const char *const codes[] = {"a.b", "malware.X-1"};
	static const unsigned char severities[] = {ASSAY_INFO, ASSAY_CRITICAL};
	static const uint32_t counts[] = {1, 7};

	return (struct as_answer){
		.action = ASSAY_ACTION_REJECT,
		.complete = true,
		.found = true,
		.reason = "r\xc3\xa4",
		.reply = "reply 100%",
		.name = "name",
		.incomplete = "",
		.recipients = recipients,
		.recipient_count = 2,
		.edits = edits,
		.edit_count = COUNT(edits),
		.codes = codes,
		.severities = severities,
		.code_counts = counts,
		.code_count = 2,
		.log = ",\"a\":{\"b\":1}",
		.bytes = 1,
		.objects = 2,
		.cache_hits = 3,
		.us = 4,
		.body_offset = 5,
	};
}

static int unpacks(const struct as_answer *one)
{
	as_buffer_clear(&packed);
	assert_true(as_answer_pack(one, &packed));
	return as_answer_unpack(&arena, as_buffer_span(&packed), &answer);
}

static void packing_and_unpacking_change_nothing(void **state)
{
	const struct as_answer one = sound();
	(void)state;

	assert_int_equal(unpacks(&one), 0);
	assert_int_equal(answer.action, one.action);
	assert_true(answer.complete && answer.found);
	assert_string_equal(answer.reason, one.reason);
	assert_string_equal(answer.reply, one.reply);
	assert_string_equal(answer.name, one.name);
	assert_memory_equal(answer.recipients, one.recipients, 2);
	assert_int_equal(answer.edit_count, 3);
	assert_int_equal(answer.edits[1].kind, AS_EDIT_CHANGE);
	assert_int_equal(answer.edits[1].index, 2);
	assert_string_equal(answer.edits[0].value, "a\n b");
	assert_string_equal(answer.codes[1], "malware.X-1");
	assert_int_equal(answer.severities[1], ASSAY_CRITICAL);
	assert_int_equal(answer.code_counts[1], 7);
	assert_string_equal(answer.log, one.log);
	assert_int_equal(answer.bytes + answer.objects + answer.cache_hits + answer.us +
				 answer.body_offset,
			 15);
}

static void every_cut_is_refused(void **state)
{
	const struct as_answer one = sound();
	(void)state;

	assert_int_equal(unpacks(&one), 0);
	for (size_t size = 0; size < packed.size; size++) {
		/* On the heap, so that a read behind the end is seen. */
		unsigned char *copy = malloc(size + 1);

		assert_non_null(copy);
		memcpy(copy, packed.data, size);
		assert_int_equal(as_answer_unpack(&arena, as_span_make(copy, size), &answer),
				 AS_E_PROTOCOL);
		free(copy);
	}
	as_buffer_byte(&packed, 0);
	assert_int_equal(as_answer_unpack(&arena, as_buffer_span(&packed), &answer), AS_E_PROTOCOL);
}

/* Whatever is accepted may be used as it is. */
static void no_changed_octet_gets_something_odd_through(void **state)
{
	const struct as_answer one = sound();
	static const unsigned char values[] = {0, 1, '\n', '%', 0x7f, 0x80, 0xff};
	(void)state;

	assert_int_equal(unpacks(&one), 0);
	for (size_t i = 0; i < packed.size * COUNT(values); i++) {
		unsigned char *octet = &packed.data[i / COUNT(values)];
		unsigned char old = *octet;
		struct as_arena own;

		*octet = values[i % COUNT(values)];
		as_arena_init(&own, 1u << 20);
		if (as_answer_unpack(&own, as_buffer_span(&packed), &answer) == 0) {
			assert_true(as_answer_text_valid(as_span_text(answer.reason)));
			assert_true(as_answer_ascii_valid(as_span_text(answer.reply)));
			assert_true(as_answer_log_valid(as_span_text(answer.log)));
			for (size_t e = 0; e < answer.edit_count; e++)
				assert_true(as_answer_edit_valid(&answer.edits[e]));
		}
		as_arena_deinit(&own);
		*octet = old;
	}
}

static void odd_members_are_refused(void **state)
{
	static const char *const twice[] = {"a.b", "a.b"};
	static const unsigned char strict[] = {ASSAY_ACTION_DISCARD, ASSAY_ACTION_NONE};
	static const uint32_t none[] = {0, 0};
	static const unsigned char bad[] = {ASSAY_SEVERITY_DEFAULT, ASSAY_SEVERITY_DEFAULT};
	char *longest = malloc(AS_ANSWER_LOG_MAX + 2);
	struct as_answer odd[18];
	(void)state;

	assert_non_null(longest);
	memset(longest, 'x', AS_ANSWER_LOG_MAX + 1);
	longest[AS_ANSWER_LOG_MAX + 1] = '\0';
	for (size_t i = 0; i < COUNT(odd); i++)
		odd[i] = sound();
	odd[0].action = ASSAY_ACTION_NONE;
	odd[1].action = (enum assay_action)(ASSAY_ACTION_TEMPFAIL + 1);
	odd[2].reason = "a\nb";
	odd[3].reason = "a\xff";
	odd[4].reason = longest;
	odd[5].reply = "a\r\nb";
	odd[6].reply = "\xc3\xa4";
	odd[7].name = "a b";
	odd[8].name = "a:b";
	odd[9].incomplete = "x";
	odd[10].complete = false;
	odd[11].recipients = strict;
	odd[12].recipients = strict + 1;
	odd[12].recipient_count = 1;
	odd[13].codes = twice;
	odd[14].code_counts = none;
	odd[15].severities = bad;
	odd[16].log = longest;
	odd[17].reason = "\xc2\x85";
	for (size_t i = 0; i < COUNT(odd); i++) {
		print_message("case: %zu\n", i);
		assert_int_equal(unpacks(&odd[i]), AS_E_PROTOCOL);
	}
	free(longest);
}

static void header_edits_cannot_break_out(void **state)
{
	static char longest[AS_ANSWER_LINE_MAX + 2];
	const struct {
		struct as_edit edit;
		bool valid;
	} cases[] = {
		{{AS_EDIT_INSERT, 0, "A", "b"}, true},
		{{AS_EDIT_ADD, 0, "A", "b\n\tc"}, true},
		{{AS_EDIT_ADD, 1, "A", "b"}, false},
		{{AS_EDIT_CHANGE, 0, "A", "b"}, false},
		{{AS_EDIT_INSERT, 0, "A", ""}, false},
		{{AS_EDIT_DELETE, 1, "A", "b"}, false},
		{{AS_EDIT_INSERT, 0, "", "b"}, false},
		{{AS_EDIT_INSERT, 0, "A:", "b"}, false},
		{{AS_EDIT_INSERT, 0, "A B", "b"}, false},
		{{AS_EDIT_INSERT, 0, "A\xc3\xa4", "b"}, false},
		{{AS_EDIT_INSERT, 0, "A", " b"}, false},
		{{AS_EDIT_INSERT, 0, "A", "b\nc"}, false},
		{{AS_EDIT_INSERT, 0, "A", "b\n"}, false},
		{{AS_EDIT_INSERT, 0, "A", "b\r\n c"}, false},
		{{AS_EDIT_INSERT, 0, "A", "b\n \n c"}, false},
		{{AS_EDIT_INSERT, 0, "A", "b\n "}, false},
		{{AS_EDIT_INSERT, 0, "A", "\n b"}, false},
		{{AS_EDIT_INSERT, 0, "A", "\xc3\xa4"}, false},
		{{AS_EDIT_INSERT, 0, "A", longest}, false},
		{{AS_EDIT_INSERT, 0, "A", longest + 1}, true},
		{{AS_EDIT_INSERT, 0, "A", "100%"}, true},
		{{AS_EDIT_INSERT, 0, "authentication-results", "%s; none"}, true},
		{{AS_EDIT_INSERT, 0, "authentication-results", "x; none"}, false},
		{{AS_EDIT_INSERT, 0, "Authentication-Results", "%s; %n"}, false},
		{{AS_EDIT_INSERT, 0, "Authentication-Results", "%s; %s"}, false},
	};
	(void)state;

	memset(longest, 'x', sizeof(longest) - 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %zu\n", i);
		assert_int_equal(as_answer_edit_valid(&cases[i].edit), cases[i].valid);
	}
}

static void log_members_cannot_break_out(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"", true},
		{",\"a\":1", true},
		{",\"a\":\"\\\"\\u00e4\",\"b\":true,\"c\":{\"d\":0,\"e\":\"\"}", true},
		{",\"a\":{}", true},
		{"\"a\":1", false},
		{",", false},
		{",\"a\"", false},
		{",\"a\":", false},
		{",\"a\":01", false},
		{",\"a\":1}", false},
		{",\"a\":{\"b\":{}}", false},
		{",\"a\":{\"b\":1", false},
		{",\"a\":{\"b\":1,}", false},
		{",\"a\":\"b", false},
		{",\"a\":\"b\\", false},
		{",\"a\":\"\\x\"", false},
		{",\"a\":\"\\u12\"", false},
		{",\"a\":\"\n\"", false},
		{",\"a\":\"\xff\"", false},
		{",\"a\":1 ", false},
		{",\"a\":[1]", false},
		{",\"a\":123456789012345678901", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].text);
		assert_int_equal(as_answer_log_valid(as_span_text(cases[i].text)), cases[i].valid);
	}
}

static void texts_are_cut_at_a_whole_character(void **state)
{
	static const struct {
		const char *text, *cut, *ascii;
	} cases[] = {
		{"short", "short", "short"},
		{"eight888", "eight888", "eight888"},
		{"nine99999", "nine9...", "nine9..."},
		{"aaaa\xc3\xa4\xc3\xa4\xc3\xa4", "aaaa...", "aaaa???"},
		{"a\nb\xff", "a\\x0a...", "a?b?"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].cut);
		assert_string_equal(as_answer_cut(&arena, cases[i].text, 8), cases[i].cut);
		assert_string_equal(as_answer_ascii(&arena, cases[i].text, 8), cases[i].ascii);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(packing_and_unpacking_change_nothing),
		TEST(every_cut_is_refused),
		TEST(no_changed_octet_gets_something_odd_through),
		TEST(odd_members_are_refused),
		TEST(header_edits_cannot_break_out),
		TEST(log_members_cannot_break_out),
		TEST(texts_are_cut_at_a_whole_character),
	};
	return cmocka_run_group_tests_name("policy answer packed", tests, NULL, NULL);
}
