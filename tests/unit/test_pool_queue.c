/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_queue.h"

#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define ENTRIES 400
#define TINY	((uint64_t)1000)
#define SMALL	((uint64_t)100000)
#define MIDDLE	((uint64_t)1000000)
#define BIG	((uint64_t)10000000)

static struct as_queue queue;
static struct as_queue_entry entries[ENTRIES];
static size_t used;

static int set_up(void **state)
{
	(void)state;
	as_queue_init(&queue);
	used = 0;
	return 0;
}

static struct as_queue_entry *push(uint64_t size)
{
	as_queue_push(&queue, &entries[used], size);
	return &entries[used++];
}

static uint64_t size_of(char letter)
{
	switch (letter) {
	case 't':
		return TINY;
	case 's':
		return SMALL;
	case 'm':
		return MIDDLE;
	default:
		return BIG;
	}
}

/* t, s, m, b: one of each size, in this order; numbered from 0 on. */
static void push_all(const char *sizes)
{
	for (; *sizes != '\0'; sizes++)
		push(size_of(*sizes));
}

static size_t take(bool spare_big)
{
	struct as_queue_entry *entry = as_queue_take(&queue, spare_big);

	return entry == NULL ? SIZE_MAX : (size_t)(entry - entries);
}

static void small_ones_overtake_and_the_rest_keeps_its_order(void **state)
{
	static const struct {
		const char *name, *pushed;
		size_t order[8];
	} cases[] = {
		{"alike", "sss", {0, 1, 2}},
		{"small behind big", "bss", {1, 2, 0}},
		{"small before big", "sbs", {0, 2, 1}},
		{"middle does not overtake", "bms", {2, 0, 1}},
		{"middle before big", "mbs", {2, 0, 1}},
		{"tiny behind small", "ssts", {2, 0, 1, 3}},
		{"tiny behind all", "bmst", {3, 2, 0, 1}},
		{"all kinds", "bmstbmst", {3, 7, 2, 6, 0, 1, 4, 5}},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		set_up(NULL);
		push_all(cases[i].pushed);
		assert_int_equal(as_queue_count(&queue), strlen(cases[i].pushed));
		for (size_t k = 0; k < strlen(cases[i].pushed); k++)
			assert_int_equal(take(false), cases[i].order[k]);
		assert_int_equal(take(false), SIZE_MAX);
		assert_int_equal(as_queue_count(&queue), 0);
	}
}

static void sizes_are_told_apart_at_their_bounds(void **state)
{
	(void)state;
	assert_int_equal(as_queue_class_of(0), AS_QUEUE_TINY);
	assert_int_equal(as_queue_class_of(32 * 1024), AS_QUEUE_TINY);
	assert_int_equal(as_queue_class_of(32 * 1024 + 1), AS_QUEUE_SMALL);
	assert_int_equal(as_queue_class_of(256 * 1024), AS_QUEUE_SMALL);
	assert_int_equal(as_queue_class_of(256 * 1024 + 1), AS_QUEUE_MIDDLE);
	assert_int_equal(as_queue_class_of(2 * 1024 * 1024), AS_QUEUE_MIDDLE);
	assert_int_equal(as_queue_class_of(2 * 1024 * 1024 + 1), AS_QUEUE_BIG);
	assert_int_equal(as_queue_class_of(UINT64_MAX), AS_QUEUE_BIG);
}

static void nobody_is_overtaken_more_often_than_allowed(void **state)
{
	unsigned int overtaken[ENTRIES] = {0};
	size_t left = 0;
	(void)state;

	/* Small ones that never end: each that leaves is followed by another. */
	push_all("bbmb");
	for (int i = 0; i < 10; i++)
		push_all("s");
	while (left < 4) {
		size_t taken = take(false);

		assert_int_not_equal(taken, SIZE_MAX);
		if (entries[taken].class != AS_QUEUE_SMALL) {
			assert_int_equal(taken, left++);
			continue;
		}
		for (size_t i = left; i < 4; i++)
			overtaken[i]++;
		push_all("s");
	}
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(overtaken[i], AS_QUEUE_OVERTAKEN_MAX);
}

/* Tiny ones that never end, and small ones that overtake as well. */
static void those_of_the_middle_are_not_starved_either(void **state)
{
	size_t order = 0, small, middle;
	(void)state;

	middle = (size_t)(push(MIDDLE) - entries);
	small = (size_t)(push(SMALL) - entries);
	push(TINY);
	for (;;) {
		size_t taken = take(false);

		if (taken == middle)
			break;
		if (taken == small)
			small = (size_t)(push(SMALL) - entries);
		else
			push(TINY);
		order++;
	}
	assert_int_equal(order, AS_QUEUE_OVERTAKEN_MAX);
	for (order = 0; take(false) != small; order++)
		push(TINY);
	assert_in_range(order, 0, AS_QUEUE_OVERTAKEN_MAX);
}

static void those_that_waited_before_are_no_overtaking(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 100; i++)
		push(SMALL);
	push(BIG);
	for (unsigned int i = 0; i < 100; i++)
		push(SMALL);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(take(false), i);
	for (unsigned int i = 0; i < AS_QUEUE_OVERTAKEN_MAX; i++)
		assert_int_equal(take(false), 101 + i);
	assert_int_equal(take(false), 100);
}

static void what_leaves_otherwise_does_not_spoil_the_count(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 10; i++)
		push(SMALL);
	push(BIG);
	for (unsigned int i = 0; i < 100; i++)
		push(SMALL);
	/* Cancelled before the large one's turn. */
	for (unsigned int i = 0; i < 10; i++)
		as_queue_remove(&queue, &entries[i]);
	for (unsigned int i = 0; i < AS_QUEUE_OVERTAKEN_MAX; i++)
		assert_int_equal(take(false), 11 + i);
	assert_int_equal(take(false), 10);
}

static void what_is_put_back_keeps_its_age(void **state)
{
	struct as_queue_entry *first, *second, *large;
	(void)state;

	push_all("ssbssb");
	first = as_queue_take(&queue, false);
	second = as_queue_take(&queue, false);
	as_queue_put_back(&queue, second);
	as_queue_put_back(&queue, first);
	assert_int_equal(as_queue_count(&queue), 6);
	assert_int_equal(take(false), 0);
	assert_int_equal(take(false), 1);
	assert_int_equal(take(false), 3);
	assert_int_equal(take(false), 4);
	large = as_queue_take(&queue, false);
	assert_ptr_equal(large, &entries[2]);
	as_queue_put_back(&queue, large);
	assert_int_equal(take(false), 2);
	assert_int_equal(take(false), 5);
}

/* A job whose worker is killed a hundred times is still taken each time. */
static void putting_back_again_and_again_starves_nobody(void **state)
{
	struct as_queue_entry *small;
	(void)state;

	push_all("bs");
	for (unsigned int i = 0; i < 200; i++) {
		small = as_queue_take(&queue, false);
		assert_ptr_equal(small, &entries[1]);
		as_queue_put_back(&queue, small);
	}
	assert_int_equal(take(false), 1);
	assert_int_equal(take(false), 0);
}

static void what_is_pushed_first_is_first(void **state)
{
	(void)state;
	push_all("sbm");
	as_queue_push_first(&queue, &entries[10]);
	as_queue_push_first(&queue, &entries[11]);
	assert_int_equal(as_queue_count(&queue), 5);
	assert_int_equal(take(true), 11);
	assert_int_equal(take(false), 10);
	assert_int_equal(take(false), 0);
	assert_int_equal(take(false), 1);
}

static void big_ones_are_spared_while_others_wait(void **state)
{
	(void)state;
	push_all("bmsb");
	assert_int_equal(take(true), 2);
	assert_int_equal(take(true), 1);
	/* Nobody else is there to keep a worker free for. */
	assert_int_equal(take(true), 0);
	push_all("m");
	assert_int_equal(take(true), 4);
	assert_int_equal(take(true), 3);
	assert_int_equal(take(true), SIZE_MAX);
}

static void all_can_be_walked_over(void **state)
{
	bool seen[8] = {false};
	size_t count = 0;
	(void)state;

	assert_null(as_queue_first(&queue));
	push_all("bbsmmsb");
	for (struct as_queue_entry *entry = as_queue_first(&queue); entry != NULL;
	     entry = as_queue_next(&queue, entry)) {
		assert_false(seen[entry - entries]);
		seen[entry - entries] = true;
		count++;
	}
	assert_int_equal(count, 7);
	for (size_t i = 0; i < 7; i++)
		as_queue_remove(&queue, &entries[i]);
	assert_null(as_queue_first(&queue));
	assert_int_equal(as_queue_count(&queue), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(small_ones_overtake_and_the_rest_keeps_its_order),
		TEST(sizes_are_told_apart_at_their_bounds),
		TEST(nobody_is_overtaken_more_often_than_allowed),
		TEST(those_of_the_middle_are_not_starved_either),
		TEST(those_that_waited_before_are_no_overtaking),
		TEST(what_leaves_otherwise_does_not_spoil_the_count),
		TEST(what_is_put_back_keeps_its_age),
		TEST(putting_back_again_and_again_starves_nobody),
		TEST(what_is_pushed_first_is_first),
		TEST(big_ones_are_spared_while_others_wait),
		TEST(all_can_be_walked_over),
	};
	return cmocka_run_group_tests_name("pool queue", tests, NULL, NULL);
}
