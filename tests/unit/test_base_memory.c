/* SPDX-License-Identifier: BSD-2-Clause */
/* Spans, the arena and the buffer. */
#include "base/arena.h"
#include "base/buffer.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const unsigned char octets[] = {0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88};

static void readers_stop_at_the_edge_and_leave_the_result_alone(void **state)
{
	static const struct {
		const char *name;
		uint64_t offset;
		bool two, four, eight;
	} cases[] = {
		{"start", 0, true, true, true},
		{"second octet", 1, true, true, false},
		{"last four", 4, true, true, false},
		{"last three", 5, true, false, false},
		{"last two", 6, true, false, false},
		{"last octet", 7, false, false, false},
		{"behind", 8, false, false, false},
		{"far behind", 9, false, false, false},
		{"sum would wrap", UINT64_MAX, false, false, false},
		{"sum would wrap by three", UINT64_MAX - 3, false, false, false},
	};
	struct as_span span = as_span_make(octets, sizeof(octets));
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint16_t le16 = 7, be16 = 7;
		uint32_t le32 = 7, be32 = 7;
		uint64_t le64 = 7;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_span_le16(span, cases[i].offset, &le16), cases[i].two);
		assert_int_equal(as_span_be16(span, cases[i].offset, &be16), cases[i].two);
		assert_int_equal(as_span_le32(span, cases[i].offset, &le32), cases[i].four);
		assert_int_equal(as_span_be32(span, cases[i].offset, &be32), cases[i].four);
		assert_int_equal(as_span_le64(span, cases[i].offset, &le64), cases[i].eight);
		assert_int_equal(le16 == 7, !cases[i].two);
		assert_int_equal(be16 == 7, !cases[i].two);
		assert_int_equal(le32 == 7, !cases[i].four);
		assert_int_equal(be32 == 7, !cases[i].four);
		assert_int_equal(le64 == 7, !cases[i].eight);
	}
}

static void readers_know_both_byte_orders(void **state)
{
	struct as_span span = as_span_make(octets, sizeof(octets));
	uint16_t two = 0;
	uint32_t four = 0;
	uint64_t eight = 0;
	(void)state;

	assert_true(as_span_le16(span, 0, &two));
	assert_int_equal(two, 0x8201);
	assert_true(as_span_be16(span, 0, &two));
	assert_int_equal(two, 0x0182);
	assert_true(as_span_le32(span, 0, &four));
	assert_int_equal(four, 0x84038201);
	assert_true(as_span_be32(span, 0, &four));
	assert_int_equal(four, 0x01820384);
	assert_true(as_span_le64(span, 0, &eight));
	assert_true(eight == 0x8807860584038201u);
}

static void a_slice_never_leaves_its_span(void **state)
{
	static const struct {
		const char *name;
		size_t offset, size, expected;
	} cases[] = {
		{"whole", 0, 8, 8},
		{"tail", 6, 2, 2},
		{"cut", 6, 100, 2},
		{"all that is left", 3, SIZE_MAX, 5},
		{"nothing at the end", 8, 1, 0},
		{"outside", 9, 1, 0},
		{"far outside", SIZE_MAX, SIZE_MAX, 0},
	};
	struct as_span span = as_span_make(octets, sizeof(octets));
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span part = as_span_slice(span, cases[i].offset, cases[i].size);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(part.size, cases[i].expected);
		if (part.size > 0)
			assert_ptr_equal(part.data, octets + cases[i].offset);
	}
}

static void searches_and_comparisons_stay_inside(void **state)
{
	struct as_span span = as_span_make(octets, sizeof(octets));
	struct as_span none = as_span_make(NULL, 0);
	(void)state;

	assert_int_equal(as_span_find_byte(span, 0, 0x88), 7);
	assert_int_equal(as_span_find_byte(span, 1, 0x01), SIZE_MAX);
	assert_int_equal(as_span_find_byte(span, SIZE_MAX, 0x88), SIZE_MAX);
	assert_int_equal(as_span_find_byte(none, 0, 0), SIZE_MAX);
	assert_true(as_span_has_at(span, 6, "\x07\x88", 2));
	assert_false(as_span_has_at(span, 7, "\x88\x00", 2));
	assert_false(as_span_has_at(span, UINT64_MAX, "\x88", 1));
	assert_true(as_span_equal(none, as_span_make("", 0)));
	assert_false(as_span_equal(none, span));
	assert_true(as_span_holds(none, 0, 0));
	assert_false(as_span_holds(span, 8, UINT64_MAX));
}

static void sums_and_products_of_sizes_are_checked(void **state)
{
	size_t out = 5;
	(void)state;

	assert_true(as_size_add(SIZE_MAX - 1, 1, &out));
	assert_int_equal(out, SIZE_MAX);
	assert_false(as_size_add(SIZE_MAX, 1, &out));
	assert_true(as_size_mul(SIZE_MAX / 3, 3, &out));
	assert_false(as_size_mul(SIZE_MAX / 2, 3, &out));
}

static void arena_memory_is_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 100, 32768, 32769, 100000, 3};
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, 1u << 20);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		unsigned char *piece = as_arena_alloc(&arena, sizes[i]);

		assert_non_null(piece);
		assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++)
			assert_int_equal(piece[j], 0);
		memset(piece, 0xaa, sizes[i]);
	}
	as_arena_deinit(&arena);
}

static void a_large_piece_does_not_hide_the_room_of_the_current_block(void **state)
{
	struct as_arena arena;
	unsigned char *before, *after;
	(void)state;

	as_arena_init(&arena, 1u << 20);
	before = as_arena_alloc(&arena, 16);
	assert_non_null(as_arena_alloc(&arena, 200000));
	after = as_arena_alloc(&arena, 16);
	assert_ptr_equal(after, before + 16);
	as_arena_deinit(&arena);
}

static void arena_refuses_what_exceeds_its_cap(void **state)
{
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, 64);
	assert_non_null(as_arena_alloc(&arena, 48));
	assert_null(as_arena_alloc(&arena, 17));
	assert_non_null(as_arena_alloc(&arena, 16));
	assert_null(as_arena_alloc(&arena, 1));
	assert_int_equal(arena.used_bytes, 64);
	assert_null(as_arena_strdup(&arena, "x"));
	assert_null(as_arena_printf(&arena, "%d", 1));
	as_arena_deinit(&arena);
}

static void arena_sizes_cannot_overflow(void **state)
{
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, SIZE_MAX);
	assert_null(as_arena_alloc(&arena, SIZE_MAX));
	assert_null(as_arena_alloc(&arena, SIZE_MAX - 15));
	assert_null(as_arena_array(&arena, SIZE_MAX / 2, 3));
	assert_null(as_arena_copy(&arena, as_span_make(octets, SIZE_MAX)));
	assert_non_null(as_arena_alloc(&arena, 1));
	as_arena_deinit(&arena);
}

static void arena_copies_end_with_a_nul(void **state)
{
	struct as_arena arena;
	char *copy;
	(void)state;

	as_arena_init(&arena, 1u << 20);
	copy = as_arena_copy(&arena, as_span_make("a\0b", 3));
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(as_arena_copy(&arena, as_span_make(NULL, 0)), "");
	assert_string_equal(as_arena_printf(&arena, "%s-%d", "x", 7), "x-7");
	as_arena_deinit(&arena);
	assert_int_equal(arena.used_bytes, 0);
	assert_non_null(as_arena_alloc(&arena, 1));
	as_arena_deinit(&arena);
}

static void buffer_grows_up_to_its_cap_and_remembers_a_refusal(void **state)
{
	struct as_buffer buffer;
	char text[400];
	(void)state;

	memset(text, 'x', sizeof(text));
	as_buffer_init(&buffer, 300);
	assert_true(as_buffer_append(&buffer, text, 257));
	assert_true(as_buffer_append(&buffer, text, 43));
	assert_false(as_buffer_byte(&buffer, 'y'));
	assert_true(buffer.failed);
	assert_int_equal(buffer.size, 300);
	assert_true(buffer.capacity <= 300);
	/* What fits is refused as well: the run has a hole by now. */
	assert_false(as_buffer_append(&buffer, "", 0));
	as_buffer_clear(&buffer);
	assert_false(buffer.failed);
	assert_true(as_buffer_text(&buffer, "again"));
	assert_true(as_span_equal(as_buffer_span(&buffer), as_span_text("again")));
	as_buffer_deinit(&buffer);
	assert_int_equal(buffer.max_size, 300);
}

static void a_failed_append_changes_nothing(void **state)
{
	struct as_buffer buffer;
	(void)state;

	as_buffer_init(&buffer, 8);
	assert_true(as_buffer_text(&buffer, "12345"));
	assert_false(as_buffer_text(&buffer, "6789"));
	assert_memory_equal(buffer.data, "12345", 5);
	assert_int_equal(buffer.size, 5);
	as_buffer_deinit(&buffer);
}

static void buffer_sizes_cannot_overflow(void **state)
{
	struct as_buffer buffer;
	(void)state;

	as_buffer_init(&buffer, 0);
	assert_true(as_buffer_byte(&buffer, 1));
	assert_null(as_buffer_reserve(&buffer, SIZE_MAX));
	assert_true(buffer.failed);
	as_buffer_clear(&buffer);
	assert_null(as_buffer_reserve(&buffer, SIZE_MAX / 2 + 2));
	as_buffer_deinit(&buffer);
}

static void reserved_room_is_committed_in_part(void **state)
{
	struct as_buffer buffer;
	unsigned char *room;
	(void)state;

	as_buffer_init(&buffer, 0);
	assert_true(as_buffer_printf(&buffer, "%s=%u;", "n", 3u));
	room = as_buffer_reserve(&buffer, 1000);
	assert_non_null(room);
	memcpy(room, "abc", 3);
	as_buffer_commit(&buffer, 3);
	assert_true(as_span_equal(as_buffer_span(&buffer), as_span_text("n=3;abc")));
	as_buffer_deinit(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_stop_at_the_edge_and_leave_the_result_alone),
		cmocka_unit_test(readers_know_both_byte_orders),
		cmocka_unit_test(a_slice_never_leaves_its_span),
		cmocka_unit_test(searches_and_comparisons_stay_inside),
		cmocka_unit_test(sums_and_products_of_sizes_are_checked),
		cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
		cmocka_unit_test(a_large_piece_does_not_hide_the_room_of_the_current_block),
		cmocka_unit_test(arena_refuses_what_exceeds_its_cap),
		cmocka_unit_test(arena_sizes_cannot_overflow),
		cmocka_unit_test(arena_copies_end_with_a_nul),
		cmocka_unit_test(buffer_grows_up_to_its_cap_and_remembers_a_refusal),
		cmocka_unit_test(a_failed_append_changes_nothing),
		cmocka_unit_test(buffer_sizes_cannot_overflow),
		cmocka_unit_test(reserved_room_is_committed_in_part),
	};
	return cmocka_run_group_tests_name("base memory", tests, NULL, NULL);
}
