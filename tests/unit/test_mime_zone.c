/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims.h"
#include "mime/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define CTE "Content-Transfer-Encoding: base64\n"

/* The body of each end begins with its mark. */
static size_t place_of(const char *message, const char *mark)
{
	const char *hit = strstr(message, mark);

	assert_non_null(hit);
	return (size_t)(hit - message);
}

static bool has_end(const struct as_zone *zone, size_t end)
{
	for (size_t i = 0; i < zone->end_count; i++)
		if (zone->ends[i] == end)
			return true;
	return false;
}

static void locate(const char *message, bool root, struct as_zone *zone)
{
	as_zone_locate(as_span_text(message), 0, SIZE_MAX, '\n', root, zone);
	assert_true(zone->end_count >= 1 && zone->end_count <= AS_ZONE_ENDS_MAX);
	for (size_t i = 2; i < zone->end_count; i++)
		assert_true(zone->ends[i] > zone->ends[i - 1]);
}

static void ordinary_headers_have_one_end(void **state)
{
	static const struct {
		const char *message;
		bool root;
	} cases[] = {
		{"A: b\n" CTE "\nBODY", false},
		{"A: b\r\nContent-Type: text/plain;\r\n charset=x\r\n\r\nBODY", false},
		{"\nBODY", false},
		{"From x\nA: b\n\nBODY", true},
		{"\nA: b\n\nBODY", true},
		{"Content-Type: message/rfc822\n\nContent-Type: text/plain\n\nBODY", false},
		{"Content-Type: text/rfc822-headers\n\n" CTE "\nBODY", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_zone zone;

		print_message("case: %s\n", cases[i].message);
		locate(cases[i].message, cases[i].root, &zone);
		assert_int_equal(zone.end_count, 1);
		assert_false(zone.ambiguous);
		if (i != 5 && i != 6)
			assert_int_equal(zone.ends[0], place_of(cases[i].message, "BODY"));
	}
}

static void other_readers_see_other_bodies(void **state)
{
	static const struct {
		const char *name, *message, *first, *other;
	} cases[] = {
		{"a blank line first", "\n" CTE "\nBODY", "Content", "BODY"},
		{"blank lines between", "A: b\n\n\n" CTE "\nBODY", "\nContent", "BODY"},
		{"a white line first", " \n" CTE "\nBODY", "BODY", "Content"},
		{"a white line among fields", "A: b\n \n" CTE "\nBODY", "BODY", "Content"},
		{"a white line for a blank one", CTE " \nAAAA\n\nBODY", "AAAA", "BODY"},
		{"junk among fields", "A: b\nJUNK\n" CTE "\nBODY", "BODY", "JUNK"},
		{"junk behind the fields", CTE "JUNK\n\nBODY", "JUNK", "BODY"},
		{"no colon", "A: b\nContent-Transfer-Encoding base64\n\nBODY", "Content", "BODY"},
		{"a lone CR first", "\r" CTE "\nBODY", "BODY", "Content"},
		{"two lone CRs", "A: b\r\rC: d\n\nBODY", "BODY", "C: d"},
		{"a vertical tab", "A: b\n\n\v\n" CTE "\nBODY", "\v", "BODY"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *message = cases[i].message;
		struct as_zone zone;

		print_message("case: %s\n", cases[i].name);
		locate(message, false, &zone);
		assert_true(zone.ambiguous);
		assert_true(has_end(&zone, place_of(message, cases[i].first)));
		assert_true(has_end(&zone, place_of(message, cases[i].other)));
	}
}

static void the_zone_holds_fields_that_are_repaired(void **state)
{
	static const char *const messages[] = {
		"A: b\nContent-Transfer-Encoding base64\n\nBODY",
		"A: b\n\n" CTE "\nBODY",
		"A: b\nJUNK\n" CTE "\nBODY",
		"A: b\n \n" CTE "\nBODY",
		"A: b\nX-Foo\n Content-Transfer-Encoding: base64\n\nBODY",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct as_zone zone;

		print_message("case: %s\n", messages[i]);
		locate(messages[i], false, &zone);
		assert_int_equal(zone.begin, 0);
		assert_true(zone.end >= place_of(messages[i], "\n\nBODY"));
	}
}

static void nothing_behind_the_limit_is_read(void **state)
{
	static const char message[] = "A: b\n\n\n" CTE "\nBODY";
	struct as_zone zone;
	(void)state;

	for (size_t limit = 0; limit <= sizeof(message); limit++) {
		as_zone_locate(as_span_text(message), 0, limit, '\n', false, &zone);
		assert_true(zone.end <= limit);
		for (size_t i = 0; i < zone.end_count; i++)
			assert_true(zone.ends[i] <= limit);
		if (limit < 7 + sizeof("Content-"))
			assert_false(zone.ambiguous);
	}
	as_zone_locate(as_span_text(message), 1000, 5, '\n', false, &zone);
	assert_int_equal(zone.end_count, 1);
}

static void a_body_without_end_is_not_searched(void **state)
{
	size_t size = 100000;
	char *message = malloc(size + 1);
	struct as_zone zone;
	(void)state;

	assert_non_null(message);
	memset(message, 'x', size);
	message[size] = '\0';
	memcpy(message, "A: b\n", 5);
	for (size_t i = 70; i < size; i += 70)
		message[i] = '\n';
	locate(message, false, &zone);
	assert_int_equal(zone.ends[0], 5);
	assert_true(zone.end <= zone.ends[0] + AS_ZONE_JUNK_MAX);
	free(message);
}

static void the_first_end_is_that_of_the_tree(void **state)
{
	static const char *const messages[] = {
		"A: b\n\nx", "\nx",	     " \nA: b\n\nx",	      "x",
		"",	     "A: b\nx\n\ny", "\n\nContent-A: b\n\nx",
	};
	static const struct as_boundaries none = {NULL, 0, 0};
	(void)state;

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		for (unsigned int root = 0; root < 2; root++) {
			struct as_header_source source = {as_span_text(messages[i]), '\n', &none};
			struct as_header header;
			struct as_zone zone;

			as_header_locate(&source, 0, root != 0, &header);
			locate(messages[i], root != 0, &zone);
			assert_int_equal(zone.begin, header.begin);
			assert_int_equal(zone.ends[0], header.end);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_headers_have_one_end),
		cmocka_unit_test(other_readers_see_other_bodies),
		cmocka_unit_test(the_zone_holds_fields_that_are_repaired),
		cmocka_unit_test(nothing_behind_the_limit_is_read),
		cmocka_unit_test(a_body_without_end_is_not_searched),
		cmocka_unit_test(the_first_end_is_that_of_the_tree),
	};
	return cmocka_run_group_tests_name("mime_zone", tests, NULL, NULL);
}
