/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/transfer.h"

#include "mime/entity.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	enum as_encoding encoding;
	const char *word, *in, *out, *name;
} cases[] = {
	{AS_ENCODING_BASE64, "base64", "aGVsbG8=\r\n", "hello", ""},
	{AS_ENCODING_QP, "quoted-printable", "h=65l=\r\nlo", "hello", ""},
	{AS_ENCODING_UUENCODE, "uuencode", "begin 644 a.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\n", "hello",
	 ""},
	{AS_ENCODING_XXENCODE, "xxencode", "begin 644 a.txt\r\n3O4JgP4w+\r\n+\r\nend\r\n", "hello",
	 "a.txt"},
	{AS_ENCODING_YENC, "yEnc",
	 "=ybegin line=128 size=5 name=a.txt\r\n\x92\x8f\x96\x96\x99\r\n=yend size=5\r\n", "hello",
	 "a.txt"},
};

static void every_encoding_decodes_and_tells_the_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span in = as_span_text(cases[i].in);
		size_t bound = as_transfer_bound(cases[i].encoding, in.size);
		unsigned char *out = malloc(bound);
		struct as_transfer transfer;
		size_t size;

		print_message("case: %s\n", cases[i].word);
		assert_non_null(out);
		size = as_transfer_decode(cases[i].encoding, in, out, bound, &transfer);
		assert_true(as_span_equal(as_span_make(out, size), as_span_text(cases[i].out)));
		assert_true(as_span_equal(transfer.name, as_span_text(cases[i].name)));
		assert_string_equal(as_transfer_name(cases[i].encoding), cases[i].word);
		assert_false(transfer.stats.truncated);
		free(out);
	}
}

/* One octet of room at a time: sanitizers watch the end. */
static void no_decoder_writes_more_than_there_is_room_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t room = 0; room < strlen(cases[i].out); room++) {
			unsigned char *out = malloc(room + 1);
			struct as_transfer transfer;

			assert_non_null(out);
			out[room] = 0xee;
			assert_true(as_transfer_decode(cases[i].encoding, as_span_text(cases[i].in),
						       out, room, &transfer) <= room);
			assert_int_equal(out[room], 0xee);
			free(out);
		}
}

static void text_round_uuencode_is_told_of(void **state)
{
	static const char lines[] = "begin 644 a.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\n";
	struct as_transfer transfer;
	unsigned char out[256];
	char text[256] = "Dear reader,\r\n";

	(void)state;
	as_transfer_decode(AS_ENCODING_UUENCODE, as_span_text(lines), out, sizeof(out), &transfer);
	assert_false(transfer.outside);
	strcat(text, lines);
	as_transfer_decode(AS_ENCODING_UUENCODE, as_span_text(text), out, sizeof(out), &transfer);
	assert_true(transfer.outside);
}

static void what_changes_no_octet_has_no_decoder(void **state)
{
	static const enum as_encoding none[] = {AS_ENCODING_IDENTITY, AS_ENCODING_UNKNOWN};
	struct as_transfer transfer;
	unsigned char out[16];

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		assert_false(as_encoding_changes(none[i]));
		assert_int_equal(as_transfer_decode(none[i], as_span_text("hello"), out,
						    sizeof(out), &transfer),
				 0);
		assert_string_equal(as_transfer_name(none[i]), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encoding_decodes_and_tells_the_name),
		cmocka_unit_test(no_decoder_writes_more_than_there_is_room_for),
		cmocka_unit_test(text_round_uuencode_is_told_of),
		cmocka_unit_test(what_changes_no_octet_has_no_decoder),
	};
	return cmocka_run_group_tests_name("mime transfer", tests, NULL, NULL);
}
