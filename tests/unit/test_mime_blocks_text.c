/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/blocks.h"

#include "mime_encode.h"
#include "mime_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static size_t count_blocks(const struct text *text)
{
	struct as_span span = as_span_make(text->data, text->size);
	struct as_block block;
	size_t offset = 0, count = 0, end = 0;

	for (; as_block_next(span, &offset, &block); count++) {
		assert_true(block.begin >= end && block.end > block.begin);
		assert_true(block.end <= span.size && offset >= block.end);
		end = block.end;
	}
	assert_int_equal(offset, span.size);
	return count;
}

static void ordinary_text_has_no_block(void **state)
{
	static const char *const cases[] = {
		"",
		"\n\n\r\n",
		"Begin with the end in mind.\nIt is easy.\n",
		"begin 644\nis what it says\n",
		"Hello\n\nthanks\n\nYes\n\nNo\n\nMaybe\n\nAlice\nBob\nCarol\nDave\nEve\nMallory\nPe"
		"ggy\n"
		"Trent\nVictor\nWalter\nbanana\napple\npear\ncherry\nplum\n",
		"--------------------------------------------------------------------------\n"
		"==========================================================================\n"
		"__________________________________________________________________________\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		"\n",
		"0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
		"\n",
		"https://www.example.com/a/very/long/path/with-many-words/and-more-of-them/until/"
		"the/"
		"end/of/the/line/index.html?id=12345&lang=en&session=AB12CD34\n",
		"Message-ID: <CAF1234567890abcdefghijklmnopqrstuvwxyz@mail.example.com>\n",
		"THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG AND THEN SOME MORE OF THAT.\n"
		"IT IS ALL IN CAPITALS, AS SOME PEOPLE WRITE WHEN THEY ARE ANGRY AT YOU.\n"
		"ANOTHER LINE FOLLOWS HERE SO THAT THERE IS SOME TEXT TO LOOK AT, RIGHT.\n",
		"diff --git a/engine/mime/uu.c b/engine/mime/uu.c\n@@ -1,3 +1,3 @@\n-#define A 1\n"
		"+#define A 2\n for (size_t i = 0; i < size; i++)\n",
		"<a href=\"x\" id=\"12\" class=\"ab\"> <img src=\"y\" width=\"20\" height=\"30\">\n"
		"<td align=\"left\" bgcolor=\"#ffffff\" colspan=\"2\" id=\"ee\" name=\"dd\">\n",
		"31234567\n31234568\n31234569\n31234570\n31234571\n31234572\n31234573\n31234574\n"
		"31234575\n31234576\n31234577\n31234578\n31234579\n31234580\n31234581\n31234582\n",
		":-)\n:-( what a pity\n: quoted: text\n",
		"-- \nAlice Example\nhttp://example.org/~alice\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span text = as_span_text(cases[i]);
		struct as_block block;
		size_t offset = 0;

		print_message("# case: %zu\n", i);
		assert_false(as_block_next(text, &offset, &block));
		assert_int_equal(offset, text.size);
	}
}

static void the_signature_of_a_dkim_field_is_no_block(void **state)
{
	static struct text text;
	unsigned char plain[256];
	char encoded[1024];
	uint32_t seed = 9;
	(void)state;

	for (size_t i = 0; i < sizeof(plain); i++) {
		seed = seed * 1664525u + 1013904223u;
		plain[i] = (unsigned char)(seed >> 24);
	}
	text.size = 0;
	say(&text, "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=x;\r\n\tb=");
	append(&text, encoded, enc_base64_lines(plain, 256, 66, "\r\n\t ", encoded));
	say(&text, "\r\nSubject: x\r\n");
	assert_int_equal(count_blocks(&text), 0);
	/* A length that no signature has is data. */
	text.size = 0;
	say(&text, "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=x;\r\n\tb=");
	append(&text, encoded, enc_base64_lines(plain, 240, 66, "\r\n\t ", encoded));
	assert_int_equal(count_blocks(&text), 1);
}

static void garbage_ends(void **state)
{
	static const char letters[] = "AAMhab01+/= \n\r>:begin 644\"'`-_=y(M.E";
	static struct text text;
	uint32_t seed = 11;
	(void)state;

	for (int round = 0; round < 400; round++) {
		text.size = (size_t)(round * 7);
		for (size_t i = 0; i < text.size; i++) {
			seed = seed * 1664525u + 1013904223u;
			text.data[i] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		count_blocks(&text);
	}
}

static void the_name_of_a_marked_block_is_given(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{"begin 644 a b.exe \n#0V%T\n`\nend\n", "a b.exe"},
		{"> begin 644 a.exe\n> #0V%T\n> `\n> end\n", "a.exe"},
		{"begin a.exe\n#0V%T\n`\nend\n", "a.exe"},
		{"begin 644\n#0V%T\n`\nend\n", ""},
		{"begin-base64 644 a.exe\nQ2F0\n====\n", "a.exe"},
		{"=ybegin part=1 line=128 size=3 name=a b.exe\nmka\n=yend\n", "a b.exe"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_block block;
		size_t offset = 0;

		print_message("# case: %s\n", cases[i].text);
		assert_true(as_block_next(as_span_text(cases[i].text), &offset, &block));
		assert_true(block.sure);
		assert_true(as_span_equal(block.name, as_span_text(cases[i].name)));
		assert_false(as_block_next(as_span_text(cases[i].text), &offset, &block));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_text_has_no_block),
		cmocka_unit_test(the_signature_of_a_dkim_field_is_no_block),
		cmocka_unit_test(garbage_ends),
		cmocka_unit_test(the_name_of_a_marked_block_is_given),
	};
	return cmocka_run_group_tests_name("mime blocks text", tests, NULL, NULL);
}
