/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/open.h"

#include "smimemake.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define ROOM	 ((size_t)256 << 20)
#define OID_ZLIB "1.2.840.113549.1.9.16.3.8"

static struct {
	struct as_arena arena;
	struct as_smime_notes notes;
	struct as_smime_layer layer;
	struct as_buffer content;
	struct as_cms_parse parse;
} run;

static int tear_down(void **state)
{
	(void)state;
	as_buffer_deinit(&run.content);
	as_arena_deinit(&run.arena);
	memset(&run, 0, sizeof(run));
	sm_end();
	return 0;
}

static struct as_span deflate_it(struct as_span text)
{
	uLongf size = compressBound(text.size);
	unsigned char *out = malloc(size);
	struct as_span span;

	assert_non_null(out);
	assert_int_equal(compress2(out, &size, text.data, text.size, 9), Z_OK);
	span = sm_copy(out, size);
	free(out);
	return span;
}

/* CompressedData; econtent NULL: none. */
static struct as_span compressed(const char *oid, const struct as_span *econtent)
{
	struct as_span none = as_span_make(NULL, 0);
	struct as_span inside = econtent != NULL ? sm_tlv(0xa0, sm_octets(*econtent)) : none;

	return sm_sequence(sm_join(
		2, sm_oid("1.2.840.113549.1.9.16.1.9"),
		sm_tlv(0xa0, sm_sequence(sm_join(
				     3, sm_uint(0), sm_algorithm(oid, none),
				     sm_sequence(sm_join(2, sm_oid(SM_OID_DATA), inside)))))));
}

static enum as_smime_opening open_it(struct as_span octets, size_t max_bytes,
				     as_open_charge *charge)
{
	const struct as_open_request request = {
		.cms = &run.parse.cms,
		.layer = &run.layer,
		.notes = &run.notes,
		.arena = &run.arena,
		.max_bytes = max_bytes,
	};

	as_buffer_deinit(&run.content);
	as_arena_deinit(&run.arena);
	as_arena_init(&run.arena, 1u << 20);
	as_buffer_init(&run.content, 0);
	run.notes = (struct as_smime_notes){.arena = &run.arena};
	run.layer = (struct as_smime_layer){.cipher = ""};
	as_cms_parse(&run.arena, octets, &run.parse);
	if (run.parse.result != AS_CMS_OK)
		fail_msg("%s", run.parse.reason);
	assert_int_equal(as_open_compressed(&request, charge, NULL, &run.content), 0);
	if (run.layer.opening != AS_SMIME_OPEN_DONE)
		assert_int_equal(run.content.size, 0);
	return run.layer.opening;
}

static bool noted(const char *code)
{
	return as_smime_noted(&run.notes, NULL, code) ||
	       as_smime_noted(&run.notes, &run.layer, code);
}

static void compressed_content_is_inflated(void **state)
{
	static const size_t sizes[] = {0, 1, 1000, 65536, 65537, 1000000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *text = malloc(sizes[i] + 1);
		struct as_span span = as_span_make(text, sizes[i]), packed;

		print_message("case: %zu octets\n", sizes[i]);
		for (size_t at = 0; at < sizes[i]; at++)
			text[at] = (unsigned char)(at * at >> 7);
		packed = deflate_it(span);
		assert_int_equal(open_it(compressed(OID_ZLIB, &packed), ROOM, NULL),
				 AS_SMIME_OPEN_DONE);
		assert_true(as_span_equal(as_buffer_span(&run.content), span));
		assert_null(run.notes.first);
		free(text);
	}
}

static struct as_span zeros(size_t size)
{
	unsigned char *text = calloc(1, size);
	struct as_span packed;

	assert_non_null(text);
	packed = deflate_it(as_span_make(text, size));
	free(text);
	return packed;
}

static void a_bomb_is_not_inflated_to_its_end(void **state)
{
	struct as_span bomb = zeros((size_t)64 << 20);

	(void)state;
	assert_int_equal(open_it(compressed(OID_ZLIB, &bomb), ROOM, NULL), AS_SMIME_OPEN_LIMIT);
	assert_true(noted("smime.limit_exceeded"));
	assert_true(run.content.capacity < 4 * AS_OPEN_RATIO_FLOOR);
}

static void a_small_file_of_zeros_is_no_bomb(void **state)
{
	struct as_span packed = zeros(AS_OPEN_RATIO_FLOOR);

	(void)state;
	assert_int_equal(open_it(compressed(OID_ZLIB, &packed), ROOM, NULL), AS_SMIME_OPEN_DONE);
	assert_int_equal(run.content.size, AS_OPEN_RATIO_FLOOR);
}

static void the_size_is_limited_to_the_octet(void **state)
{
	struct as_span packed = zeros(100000);

	(void)state;
	assert_int_equal(open_it(compressed(OID_ZLIB, &packed), 100000, NULL), AS_SMIME_OPEN_DONE);
	assert_int_equal(open_it(compressed(OID_ZLIB, &packed), 99999, NULL), AS_SMIME_OPEN_LIMIT);
	assert_true(noted("smime.limit_exceeded"));
}

static bool refuse(void *context, size_t bytes)
{
	(void)context;
	(void)bytes;
	return false;
}

static void whoever_is_charged_can_end_it(void **state)
{
	struct as_span packed = zeros(100000);

	(void)state;
	assert_int_equal(open_it(compressed(OID_ZLIB, &packed), ROOM, refuse), AS_SMIME_OPEN_LIMIT);
	assert_true(noted("smime.limit_exceeded"));
}

static void damaged_streams_are_told_and_shown_as_far_as_they_go(void **state)
{
	static unsigned char text[40000];
	struct as_span good, none = as_span_make(NULL, 0), junk = sm_text("no zlib at all");
	struct as_span dictionary = sm_copy("\x78\xbb\0\0\0\1\3\0", 8);

	(void)state;
	for (size_t at = 0; at < sizeof(text); at++)
		text[at] = (unsigned char)(at * at >> 7);
	good = deflate_it(as_span_make(text, sizeof(text)));
	{
		const struct {
			const char *name;
			struct as_span packed;
			enum as_smime_opening opening;
		} cases[] = {
			{"cut", as_span_slice(good, 0, good.size / 2), AS_SMIME_OPEN_DONE},
			{"no end", as_span_slice(good, 0, good.size - 4), AS_SMIME_OPEN_DONE},
			{"wrong sum", sm_flip(good, good.size - 1), AS_SMIME_OPEN_DONE},
			{"empty", none, AS_SMIME_OPEN_MALFORMED},
			{"something else", junk, AS_SMIME_OPEN_MALFORMED},
			{"a dictionary", dictionary, AS_SMIME_OPEN_MALFORMED},
		};

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			print_message("case: %s\n", cases[i].name);
			assert_int_equal(
				open_it(compressed(OID_ZLIB, &cases[i].packed), ROOM, NULL),
				cases[i].opening);
			assert_true(noted("smime.malformed"));
			assert_memory_equal(text, run.content.size > 0 ? run.content.data : text,
					    run.content.size);
		}
	}
}

static void octets_behind_the_stream_are_told(void **state)
{
	struct as_span packed = sm_join(2, zeros(1000), sm_text("more"));

	(void)state;
	assert_int_equal(open_it(compressed(OID_ZLIB, &packed), ROOM, NULL), AS_SMIME_OPEN_DONE);
	assert_int_equal(run.content.size, 1000);
	assert_true(noted("smime.trailing_data"));
}

static void other_methods_and_missing_content_are_told(void **state)
{
	struct as_span packed = zeros(1000);

	(void)state;
	assert_int_equal(open_it(compressed("1.2.3.4", &packed), ROOM, NULL),
			 AS_SMIME_OPEN_UNSUPPORTED);
	assert_true(noted("smime.unsupported_algorithm"));
	assert_int_equal(open_it(compressed(OID_ZLIB, NULL), ROOM, NULL), AS_SMIME_OPEN_MALFORMED);
	assert_true(noted("smime.malformed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(compressed_content_is_inflated, tear_down),
		cmocka_unit_test_teardown(a_bomb_is_not_inflated_to_its_end, tear_down),
		cmocka_unit_test_teardown(a_small_file_of_zeros_is_no_bomb, tear_down),
		cmocka_unit_test_teardown(the_size_is_limited_to_the_octet, tear_down),
		cmocka_unit_test_teardown(whoever_is_charged_can_end_it, tear_down),
		cmocka_unit_test_teardown(damaged_streams_are_told_and_shown_as_far_as_they_go,
					  tear_down),
		cmocka_unit_test_teardown(octets_behind_the_stream_are_told, tear_down),
		cmocka_unit_test_teardown(other_methods_and_missing_content_are_told, tear_down),
	};

	return cmocka_run_group_tests_name("smime_inflate", tests, NULL, NULL);
}
