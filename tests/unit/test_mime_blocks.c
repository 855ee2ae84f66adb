/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/blocks.h"

#include "mime/base64.h"
#include "mime/legacy.h"
#include "mime/qp.h"
#include "mime/uu.h"
#include "mime_encode.h"
#include "mime_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static size_t decode(struct as_span text, const struct as_block *block, unsigned char *out,
		     size_t capacity)
{
	struct as_span in = as_span_slice(text, block->begin, block->end - block->begin);
	struct as_decode_stats stats;
	bool outside;

	switch (block->encoding) {
	case AS_ENCODING_BASE64:
		return as_base64_decode(in, out, capacity, &stats);
	case AS_ENCODING_QP:
		return as_qp_decode(in, out, capacity, &stats);
	case AS_ENCODING_UUENCODE:
		return as_uu_decode(in, out, capacity, &stats, &outside);
	case AS_ENCODING_XXENCODE:
		return as_xx_decode(in, out, capacity, &stats, NULL);
	case AS_ENCODING_YENC:
		return as_yenc_decode(in, out, capacity, &stats, NULL);
	default:
		assert_int_equal(block->encoding, AS_ENCODING_BINHEX);
		return as_binhex_decode(in, out, capacity, &stats, NULL);
	}
}

/* The blocks of a text, checked for order. From a piece of exactly its size. */
static size_t find_all(const struct text *text, struct as_block *blocks, size_t max)
{
	unsigned char *copy = malloc(text->size + 1);
	struct as_span span = as_span_make(copy, text->size);
	struct as_block block;
	size_t offset = 0, count = 0, end = 0;

	assert_non_null(copy);
	memcpy(copy, text->data, text->size);
	while (as_block_next(span, &offset, &block)) {
		assert_true(block.begin >= end && block.end > block.begin);
		assert_true(block.end <= span.size && offset >= block.end);
		assert_int_not_equal(block.encoding, AS_ENCODING_IDENTITY);
		assert_int_not_equal(block.encoding, AS_ENCODING_UNKNOWN);
		end = block.end;
		block.name = as_span_make(text->data, 0);
		if (count < max)
			blocks[count] = block;
		count++;
	}
	free(copy);
	return count;
}

static void assert_holds(const struct text *text, enum as_encoding encoding,
			 const unsigned char *plain, size_t size)
{
	static unsigned char out[TEXT_MAX * 4];
	struct as_block blocks[8];
	size_t count = find_all(text, blocks, 8);

	for (size_t i = 0; i < count && i < 8; i++) {
		size_t got =
			decode(as_span_make(text->data, text->size), &blocks[i], out, sizeof(out));

		print_message("# block %d: %zu to %zu, %zu octets\n", (int)blocks[i].encoding,
			      blocks[i].begin, blocks[i].end, got);
		if (blocks[i].encoding == encoding && got == size && memcmp(out, plain, got) == 0)
			return;
	}
	fail_msg("not found among %zu blocks", count);
}

static size_t encode(enum as_encoding encoding, const unsigned char *plain, size_t size,
		     const char *eol, char *out)
{
	switch (encoding) {
	case AS_ENCODING_UUENCODE:
		return enc_uu_lines(enc_uu, plain, size, eol, out);
	case AS_ENCODING_XXENCODE:
		return enc_uu_lines(enc_xx, plain, size, eol, out);
	case AS_ENCODING_YENC:
		return enc_yenc_lines(plain, size, eol, out);
	case AS_ENCODING_BINHEX:
		return enc_binhex_file("a.exe", plain, size, NULL, 0, eol, out);
	default:
		return enc_base64_lines(plain, size, 76, eol, out);
	}
}

static const struct frame {
	const char *name;
	enum as_encoding encoding;
	const char *before, *after;
} frames[] = {
	{"uuencode with its marks", AS_ENCODING_UUENCODE, "begin 644 a.exe\n", "`\nend\n"},
	{"uuencode without end", AS_ENCODING_UUENCODE, "begin 644 a.exe\n", ""},
	{"uuencode without begin", AS_ENCODING_UUENCODE, "", "`\nend\n"},
	{"uuencode without marks", AS_ENCODING_UUENCODE, "", ""},
	{"uuencode without mode", AS_ENCODING_UUENCODE, "begin a.exe\n", "`\nend\n"},
	{"uuencode with an odd mode", AS_ENCODING_UUENCODE, "BEGIN\t999999 a\n", "END\n"},
	{"xxencode with its marks", AS_ENCODING_XXENCODE, "begin 644 a.exe\n", "+\nend\n"},
	{"xxencode without marks", AS_ENCODING_XXENCODE, "", ""},
	{"yEnc", AS_ENCODING_YENC, "=ybegin line=128 size=% name=a.exe\n", "=yend size=9\n"},
	{"yEnc without end", AS_ENCODING_YENC, "=ybegin line=128 size=% name=a.exe\n", ""},
	{"yEnc without begin", AS_ENCODING_YENC, "", "=yend size=9\n"},
	{"BinHex with its mark", AS_ENCODING_BINHEX,
	 "(This file must be converted with BinHex 4.0)\n\n", ""},
	{"BinHex without mark", AS_ENCODING_BINHEX, "", ""},
	{"base64 form of uuencode", AS_ENCODING_BASE64, "begin-base64 644 a.exe\n", "====\n"},
	{"base64 form without end", AS_ENCODING_BASE64, "begin-base64 644 a.exe\n", ""},
	{"base64 lines", AS_ENCODING_BASE64, "", ""},
};

static const char *const ends[] = {"\n", "\r\n", "\r", "\r\r\n"};

static void put_framed(struct text *text, const struct frame *frame, const unsigned char *plain,
		       size_t size, const char *eol)
{
	static char encoded[TEXT_MAX];
	char number[24];

	/* The marks with the same line ends, '%' for the size. */
	snprintf(number, sizeof(number), "%zu", size);
	for (const char *p = frame->before; *p != 0; p++) {
		const char piece[2] = {*p, 0};

		say(text, *p == '\n' ? eol : *p == '%' ? number : piece);
	}
	append(text, encoded, encode(frame->encoding, plain, size, eol, encoded));
	for (const char *p = frame->after; *p != 0; p++)
		append(text, *p == '\n' ? eol : p, *p == '\n' ? strlen(eol) : 1);
}

static void each_encoding_is_found_within_prose(void **state)
{
	static struct text text;
	unsigned char plain[1024];
	size_t sizes[2] = {0, 900};
	(void)state;

	for (size_t f = 0; f < sizeof(frames) / sizeof(frames[0]); f++) {
		for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++) {
			for (size_t s = 0; s < 2; s++) {
				size_t size = sizes[s] == 0 ? enc_eicar(plain)
							    : enc_program(plain, sizes[s]);

				/* Where each line is a paragraph nothing tells where it began. */
				if (strcmp(frames[f].name, "yEnc without begin") == 0 && e == 3)
					continue;
				print_message("# case: %s, %zu, %zu\n", frames[f].name, e, size);
				text.size = 0;
				say(&text, "Dear reader, here it is:");
				say(&text, ends[e]);
				say(&text, ends[e]);
				put_framed(&text, &frames[f], plain, size, ends[e]);
				say(&text, ends[e]);
				say(&text, "Kind regards, and so on.");
				say(&text, ends[e]);
				assert_holds(&text, frames[f].encoding, plain, size);
			}
		}
	}
}

static void forms_of_base64_are_found(void **state)
{
	static const struct {
		const char *name;
		size_t width;
		const char *eol;
		const char *before, *after;
	} cases[] = {
		{"one character per line", 1, "\n", "", ""},
		{"one character per line, blank lines", 1, "\n\n", "", ""},
		{"two per line", 2, "\r\n", "Hello\r\n\r\n", ""},
		{"seven per line", 7, "\r\n", "", ""},
		{"one line", 4000, "\r\n", "Hello\r\n\r\n", ""},
		{"one line without end", 4000, "", "Hello\r\n\r\n", ""},
		{"one line in a quote", 4000, "", "x = \"", "\";\n"},
		{"behind a field name", 4000, "\r\n", "X-Data: ", "X-Other: y\r\n"},
		{"folded field", 60, "\r\n ", "X-Data: ", "\r\nX-Other: y\r\n"},
		{"indented", 76, "\n    ", "Here:\n\n    ", "\n\nbye\n"},
		{"quoted", 76, "\n> ", "You wrote:\n> ", "\n\nbye\n"},
		{"quoted twice", 60, "\n>> ", "You wrote:\n>> ", "\n\nbye\n"},
		{"blank lines between", 60, "\n\n", "", ""},
		{"behind a delimiter and fields", 76, "\n",
		 "--foo\nContent-Type: a/b\nContent-Transfer-Encoding: x\n\n", "--foo--\n"},
		{"behind a delimiter only", 76, "\n", "--_foo_bar_baz_123456\n\n",
		 "--_foo_bar_baz_123456--\n"},
		{"between words", 76, "\n", "Hello\n\n", "\nRegards\n\nAlice\n"},
		{"in angle brackets", 4000, "", "<", ">"},
		{"in JSON", 4000, "", "{\"a\":\"", "\",\"b\":1}"},
	};
	static struct text text;
	static char encoded[TEXT_MAX];
	unsigned char plain[1024];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int s = 0; s < 2; s++) {
			size_t size = s == 0 ? enc_eicar(plain) : enc_program(plain, 902);

			print_message("# case: %s\n", cases[i].name);
			text.size = 0;
			say(&text, cases[i].before);
			append(&text, encoded,
			       enc_base64_lines(plain, size, cases[i].width, cases[i].eol,
						encoded));
			say(&text, cases[i].after);
			assert_holds(&text, AS_ENCODING_BASE64, plain, size);
		}
	}
}

/* Of lines of any length, as the seed has it. */
static void lines_of_mixed_length_are_one_block(void **state)
{
	static struct text text;
	unsigned char plain[1024];
	char flat[4096];
	uint32_t seed = 3;
	(void)state;

	for (int round = 0; round < 300; round++) {
		size_t size = round % 2 == 0 ? enc_eicar(plain) : enc_program(plain, 600);
		size_t length = enc_base64_lines(plain, size, 4000, "", flat);

		text.size = 0;
		for (size_t at = 0; at < length;) {
			size_t count = 1 + (seed >> 16) % 60;

			seed = seed * 1664525u + 1013904223u;
			count = count > length - at ? length - at : count;
			append(&text, flat + at, count);
			say(&text, "\r\n");
			at += count;
		}
		assert_holds(&text, AS_ENCODING_BASE64, plain, size);
	}
}

static void two_lines_of_decoy_do_not_end_a_block(void **state)
{
	static struct text text;
	static char encoded[TEXT_MAX];
	static const enum as_encoding encodings[] = {AS_ENCODING_UUENCODE, AS_ENCODING_XXENCODE};
	unsigned char plain[1024];
	size_t size = enc_program(plain, 450);
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		size_t length = encode(encodings[i], plain, size, "\n", encoded);

		text.size = 0;
		append(&text, encoded, 62 * 3);
		say(&text, "this is page 2, and\nanother line.\n");
		append(&text, encoded + 62 * 3, length - 62 * 3);
		assert_holds(&text, encodings[i], plain, size);
	}
}

static void a_region_ends_where_another_block_begins(void **state)
{
	static const char qp[] = "=E4=F6=FC=DF=C4=D6=DC=E4=F6=FC=DF=C4=D6=DC=E4=F6=FC=DF\n";
	static struct text text;
	static char encoded[TEXT_MAX];
	struct as_block blocks[4];
	unsigned char plain[128];
	size_t size = enc_eicar(plain);
	(void)state;

	text.size = 0;
	say(&text, qp);
	say(&text, "\n");
	append(&text, encoded, encode(AS_ENCODING_BASE64, plain, size, "\n", encoded));
	say(&text, "\n=ybegin line=128 size=9 name=a\nabc\nbegin 644 a\n");
	append(&text, encoded, encode(AS_ENCODING_UUENCODE, plain, size, "\n", encoded));
	say(&text, "end\n");
	assert_int_equal(find_all(&text, blocks, 4), 4);
	assert_int_equal(blocks[0].encoding, AS_ENCODING_QP);
	assert_int_equal(blocks[1].encoding, AS_ENCODING_BASE64);
	assert_int_equal(blocks[2].encoding, AS_ENCODING_YENC);
	assert_int_equal(blocks[3].encoding, AS_ENCODING_UUENCODE);
	assert_holds(&text, AS_ENCODING_BASE64, plain, size);
	assert_holds(&text, AS_ENCODING_UUENCODE, plain, size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_encoding_is_found_within_prose),
		cmocka_unit_test(forms_of_base64_are_found),
		cmocka_unit_test(lines_of_mixed_length_are_one_block),
		cmocka_unit_test(two_lines_of_decoy_do_not_end_a_block),
		cmocka_unit_test(a_region_ends_where_another_block_begins),
	};
	return cmocka_run_group_tests_name("mime blocks", tests, NULL, NULL);
}
