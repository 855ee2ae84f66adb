/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/entity.h"

#include "base/limits.h"
#include "mime/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define ARENA_BYTES ((size_t)16 << 20)

static enum assay_severity severity_of(const char *header, const char *code)
{
	struct as_mime_tree tree = {.message = as_span_text(header)};
	struct as_entity entity = {.body_begin = strlen(header)};
	enum assay_severity severity = ASSAY_SEVERITY_DEFAULT;
	struct as_limits limits;
	struct as_arena arena;

	as_limits_standard(&limits);
	as_arena_init(&arena, ARENA_BYTES);
	tree.arena = &arena;
	assert_int_equal(as_entity_read(&tree, &limits, AS_ENTITY_ROOT, &entity), 0);
	for (const struct as_note *note = tree.notes; note != NULL; note = note->next)
		if (strcmp(note->code, code) == 0)
			severity = note->severity;
	as_arena_deinit(&arena);
	return severity;
}

static int setup(void **state)
{
	(void)state;
	return as_charset_init();
}

static void repeats_that_mean_the_same_are_information(void **state)
{
	static const struct {
		const char *header, *code;
		enum assay_severity severity;
	} cases[] = {
		{"Content-Type: text/plain; charset=x; format=flowed\n"
		 "Content-Type: text/plain;\n format=flowed; charset=\"x\"\n\n",
		 "mime.duplicate_header", ASSAY_INFO},
		{"Content-Type: TEXT/plain\nContent-Type: text/plain;\n\n", "mime.duplicate_header",
		 ASSAY_INFO},
		{"Content-Type: text/plain\nContent-Type: text/html\n\n",
		 "mime.content_type_conflict", ASSAY_MEDIUM},
		{"Content-Type: text/plain; charset=utf-8\n"
		 "Content-Type: text/plain; charset=utf-7\n\n",
		 "mime.content_type_conflict", ASSAY_LOW},
		{"Content-Type: multipart/mixed; boundary=a\n"
		 "Content-Type: multipart/mixed; boundary=A\n\n",
		 "mime.content_type_conflict", ASSAY_MEDIUM},
		{"Content-Disposition: attachment; filename=a.txt\n"
		 "Content-Disposition: attachment;\n filename=\"a.txt\"\n\n",
		 "mime.duplicate_header", ASSAY_INFO},
		{"Content-Disposition: attachment; filename=a.txt\n"
		 "Content-Disposition: attachment; filename=a.exe\n\n",
		 "mime.duplicate_header", ASSAY_MEDIUM},
		{"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit\n\n",
		 "mime.encoding_conflict", ASSAY_INFO},
		{"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n",
		 "mime.encoding_conflict", ASSAY_MEDIUM},
		{"From: a@example.org\nFrom:  A@example.org\n\n", "mime.multiple_from", ASSAY_INFO},
		{"From: a@example.org\nFrom: b@example.org\n\n", "mime.multiple_from",
		 ASSAY_MEDIUM},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].header);
		assert_int_equal(severity_of(cases[i].header, cases[i].code), cases[i].severity);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats_that_mean_the_same_are_information),
	};
	return cmocka_run_group_tests_name("mime_entity", tests, setup, NULL);
}
