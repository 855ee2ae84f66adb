/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/guess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void messages_and_files_are_told_apart(void **state)
{
	static const struct {
		const char *name, *text;
		bool message;
	} cases[] = {
		{"nothing", "", false},
		{"blank lines", "\r\n\n\n", false},
		{"prose", "Dear Sir or Madam,\nplease find attached\n", false},
		{"prose with a colon", "Note: this is important.\nAnd nothing else.\n", false},
		{"one field of mail", "Subject: x\r\n\r\nbody", true},
		{"only a header", "From: a@example.org\nTo: b@example.org\n", true},
		{"no line end", "Subject: x", true},
		{"trace", "Received: from a by b; now\n\tfolded\nReceived: from c\nFoo: x\n", true},
		{"as Exim sends it", "X-Envelope-From: <a@b>\nX-Envelope-To: c@d\nReceived: x\n",
		 true},
		{"below a mailbox line", "From a@b Mon Jan  1 00:00:00 2024\nSubject: x\n\nbody",
		 true},
		{"quoted mailbox line", ">From a@b Mon Jan  1 00:00:00 2024\nSubject: x\n\n", true},
		{"CR alone", "From: a@b\rTo: c@d\r\rbody", true},
		{"blank before the colon", "From : a@b\nTo\t: c@d\n\n", true},
		{"any case", "FROM: a\nsUBJECT: b\n", true},
		{"behind blank lines", "\r\n\r\nSubject: x\r\nFrom: y\r\n\r\n", true},
		{"garbage between fields", "From: a\n\001\002\nTo: b\nX: y\n", true},
		{"garbage in front", "garbage\nFrom: a\nTo: b\n", true},
		{"a field, then garbage", "Content-Type: x\n;\n;\n;\n;\n;\n;\n;\n;\n", true},
		{"garbage without end", ";\n;\n;\n;\nFrom: a\nTo: b\n;\n;\n;\n", false},
		{"other fields only", "name: x\nversion: 3\nauthor: me\n", false},
		{"calendar", "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\n", false},
		{"page", "<html><head>\nSubject: x\n", false},
		{"program", "#include <stdio.h>\nint main(void)\n{\n", false},
		{"field of mail in a list", "one\ntwo\nthree\nSubject: x\n", false},
		{"name with a blank", "Sub ject: x\n\n", false},
		{"no name", ": x\n: y\n\n", false},
		{"folded line first", " Subject: x\nprose\n", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t size = strlen(cases[i].text);
		unsigned char *copy = malloc(size + 1);

		print_message("case: %s\n", cases[i].name);
		assert_non_null(copy);
		/* Without the NUL, so that reading on is seen. */
		copy = realloc(copy, size > 0 ? size : 1);
		memcpy(copy, cases[i].text, size);
		assert_int_equal(as_guess_message(as_span_make(copy, size)), cases[i].message);
		free(copy);
	}
}

static void binary_octets_are_a_file(void **state)
{
	static const unsigned char zip[] = "PK\003\004\024\0\0\0\010\0abc:def\n";
	static const unsigned char field[] = "Sub\0ject: x\n\n";
	(void)state;

	assert_false(as_guess_message(as_span_make(zip, sizeof(zip) - 1)));
	assert_false(as_guess_message(as_span_make(field, sizeof(field) - 1)));
}

/* The field that announces parts may stand far down. */
static void a_flood_of_fields_cannot_hide_a_message(void **state)
{
	static const struct {
		const char *name, *line, *end;
		bool message;
	} cases[] = {
		{"fields", "X-Junk: filler\n", "MIME-Version: 1.0\n", true},
		{"one endless field", "X-Junk: a\n filler\n filler\n", "To: b\n", true},
		{"a log", "12:34:56 something has happened\n", "", false},
		{"lines", "filler filler\n", "Subject: x\n", false},
		{"below the header", "X-Junk: filler\n", "\n\nSubject: x\n", false},
		{"one line", "filler", "", false},
	};
	size_t size = 1000000;
	unsigned char *text = malloc(size + 100);
	(void)state;

	assert_non_null(text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = strlen(cases[i].line);
		size_t at;

		print_message("case: %s\n", cases[i].name);
		for (at = 0; at + length <= size; at += length)
			memcpy(text + at, cases[i].line, length);
		memcpy(text + at, cases[i].end, strlen(cases[i].end));
		at += strlen(cases[i].end);
		assert_int_equal(as_guess_message(as_span_make(text, at)), cases[i].message);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_and_files_are_told_apart),
		cmocka_unit_test(binary_octets_are_a_file),
		cmocka_unit_test(a_flood_of_fields_cannot_hide_a_message),
	};
	return cmocka_run_group_tests_name("pool guess", tests, NULL, NULL);
}
