/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/cache.h"

#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define WRITERS 4
#define KEYS	64u
#define ROUNDS	2000u
#define MURDERS 60u

static struct as_cache *cache;
/* The memory that the processes share, as a worker that was taken over has it. */
static unsigned char *raw;
static size_t raw_size;
static int memory = -1;

static int set_up(void **state)
{
	struct stat st;
	(void)state;

	assert_int_equal(as_sha256_init(), 0);
	assert_int_equal(as_cache_open_fd(1u << 20, &cache, &memory), 0);
	assert_int_equal(fstat(memory, &st), 0);
	raw_size = (size_t)st.st_size;
	raw = mmap(NULL, raw_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	return raw == MAP_FAILED ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	munmap(raw, raw_size);
	close(memory);
	as_cache_close(cache);
	return 0;
}

static void make_key(unsigned int number, unsigned char key_out[AS_CACHE_KEY_SIZE])
{
	as_sha256(as_span_make(&number, sizeof(number)), key_out);
}

/* A value that fits its key: its octets follow from key, version and size. */
static size_t make_value(const unsigned char *key, unsigned char version, unsigned char *value_out)
{
	size_t size = 1 + (size_t)version % AS_CACHE_VALUE_MAX;

	value_out[0] = version;
	for (size_t i = 1; i < size; i++)
		value_out[i] = (unsigned char)(key[i % AS_CACHE_KEY_SIZE] ^ version ^ i);
	return size;
}

static bool fits(const unsigned char *key, const unsigned char *value, size_t size)
{
	unsigned char expected[AS_CACHE_VALUE_MAX];

	return size > 0 && make_value(key, value[0], expected) == size &&
	       memcmp(value, expected, size) == 0;
}

static void store(unsigned int number, unsigned char version)
{
	unsigned char key[AS_CACHE_KEY_SIZE], value[AS_CACHE_VALUE_MAX];

	make_key(number, key);
	as_cache_store(cache, key, as_span_make(value, make_value(key, version, value)));
}

static bool find(unsigned int number, unsigned char *value, size_t *size_out)
{
	unsigned char key[AS_CACHE_KEY_SIZE];

	make_key(number, key);
	return as_cache_find(cache, key, value, size_out);
}

static struct as_cache_counters counters(void)
{
	struct as_cache_counters now;

	as_cache_count(cache, &now);
	return now;
}

static void what_was_stored_is_found(void **state)
{
	unsigned char key[AS_CACHE_KEY_SIZE], value[AS_CACHE_VALUE_MAX];
	size_t size = 99;
	(void)state;

	assert_false(find(1, value, &size));
	store(1, 200);
	assert_true(find(1, value, &size));
	make_key(1, key);
	assert_true(fits(key, value, size));
	store(1, 7);
	assert_true(find(1, value, &size));
	assert_int_equal(size, 8);
	assert_int_equal(value[0], 7);
	as_cache_store(cache, key, as_span_make(NULL, 0));
	assert_true(find(1, value, &size));
	assert_int_equal(size, 0);
	assert_int_equal(counters().hits, 3);
	assert_int_equal(counters().misses, 1);
	assert_int_equal(counters().stores, 3);
}

static void values_that_are_too_large_are_ignored(void **state)
{
	unsigned char key[AS_CACHE_KEY_SIZE], value[AS_CACHE_VALUE_MAX + 1] = {0};
	size_t size;
	(void)state;

	make_key(1, key);
	as_cache_store(cache, key, as_span_make(value, sizeof(value)));
	assert_false(find(1, value, &size));
	as_cache_store(cache, key, as_span_make(value, AS_CACHE_VALUE_MAX));
	assert_true(find(1, value, &size));
	assert_int_equal(size, AS_CACHE_VALUE_MAX);
}

static void the_size_is_bounded_from_below_and_above(void **state)
{
	static const size_t sizes[] = {65536, 65537, 100000, 1u << 20};
	struct as_cache *other = NULL;
	struct as_cache_counters count;
	(void)state;

	assert_int_equal(as_cache_open(0, &other), -EINVAL);
	assert_int_equal(as_cache_open(65535, &other), -EINVAL);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(as_cache_open(sizes[i], &other), 0);
		as_cache_count(other, &count);
		assert_true(count.slots >= 64 && count.slots * AS_CACHE_VALUE_MAX < sizes[i]);
		assert_int_equal(count.slots & (count.slots - 1), 0);
		as_cache_close(other);
	}
	as_cache_close(NULL);
}

static void the_oldest_makes_room_and_use_keeps_young(void **state)
{
	unsigned char value[AS_CACHE_VALUE_MAX];
	unsigned int kept = 0;
	size_t size;
	(void)state;

	store(0, 1);
	for (unsigned int i = 1; i < 50000; i++) {
		store(i, (unsigned char)i);
		/* What is asked for all the time stays. */
		assert_true(find(0, value, &size));
	}
	for (unsigned int i = 0; i < 50000; i++)
		kept += find(i, value, &size);
	assert_in_range(kept, counters().slots / 2, counters().slots);
	assert_int_equal(counters().torn, 0);
}

/* Any octet of the slots may have been left half written. */
static void corrupt_slots_are_misses_and_never_wrong(void **state)
{
	unsigned char value[AS_CACHE_VALUE_MAX], key[AS_CACHE_KEY_SIZE];
	unsigned char *at;
	size_t size, torn = 0;
	(void)state;

	make_key(5, key);
	store(5, 255);
	at = memmem(raw, raw_size, key, sizeof(key));
	assert_non_null(at);
	/* The key, the checksum, the size and the value; not the time stamp. */
	for (size_t i = 0; i < 32 + 16 + 8 + 8 + 256; i++) {
		if (i >= 48 && i < 64 && (i < 56 || i >= 60))
			continue;
		at[i] ^= 0x40;
		if (find(5, value, &size))
			torn = SIZE_MAX;
		at[i] ^= 0x40;
		assert_int_not_equal(torn, SIZE_MAX);
		assert_true(find(5, value, &size) && fits(key, value, size));
	}
	memset(at, 0xff, 512);
	assert_false(find(5, value, &size));
	store(5, 9);
	assert_true(find(5, value, &size) && fits(key, value, size));
}

static void a_slot_copied_under_another_key_is_not_believed(void **state)
{
	unsigned char first[AS_CACHE_KEY_SIZE], second[AS_CACHE_KEY_SIZE];
	unsigned char value[AS_CACHE_VALUE_MAX];
	unsigned char *a, *b;
	size_t size;
	(void)state;

	make_key(1, first);
	make_key(2, second);
	store(1, 200);
	store(2, 201);
	a = memmem(raw, raw_size, first, sizeof(first));
	b = memmem(raw, raw_size, second, sizeof(second));
	memcpy(b + sizeof(second), a + sizeof(first), 32);
	memcpy(b + 64, a + 64, AS_CACHE_VALUE_MAX);
	assert_false(find(2, value, &size));
	assert_true(counters().torn > 0);
}

static void nothing_in_shared_memory_leads_outside_of_it(void **state)
{
	unsigned char value[AS_CACHE_VALUE_MAX];
	size_t size, slots = counters().slots;
	(void)state;

	store(1, 200);
	memset(raw, 0xff, raw_size);
	for (unsigned int i = 0; i < 1000; i++) {
		assert_false(find(i, value, &size));
		store(i, (unsigned char)i);
	}
	assert_int_equal(counters().slots, slots);
	memset(raw, 0, raw_size);
	assert_false(find(1, value, &size));
	store(1, 200);
	assert_true(find(1, value, &size));
}

static void another_process_reads_the_counters_and_no_more(void **state)
{
	unsigned char value[AS_CACHE_VALUE_MAX];
	struct as_cache *other = NULL;
	struct as_cache_counters seen;
	size_t size;
	(void)state;

	assert_int_equal(as_cache_attach(memory, &other), 0);
	store(1, 200);
	assert_true(find(1, value, &size));
	assert_false(find(2, value, &size));
	as_cache_settle(cache);
	as_cache_count(other, &seen);
	assert_int_equal(seen.hits, 1);
	assert_int_equal(seen.misses, 1);
	assert_int_equal(seen.stores, 1);
	assert_int_equal(seen.slots, counters().slots);
	as_cache_close(other);
	/* The one that is shared stays. */
	assert_true(find(1, value, &size));
}

static void the_memory_cannot_change_its_length(void **state)
{
	(void)state;
	assert_int_equal(ftruncate(memory, 0), -1);
	assert_int_equal(ftruncate(memory, (off_t)raw_size * 2), -1);
	assert_int_equal(fcntl(memory, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), -1);
}

static void other_memory_is_no_cache(void **state)
{
	struct as_cache *other = NULL;
	int fd = memfd_create("other", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	(void)state;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	assert_int_equal(as_cache_attach(fd, &other), -EINVAL);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	assert_int_equal(as_cache_attach(fd, &other), -EINVAL);
	close(fd);
	assert_int_equal(as_cache_attach(fd, &other), -EBADF);
	fd = memfd_create("short", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL), 0);
	assert_int_equal(as_cache_attach(fd, &other), -EINVAL);
	close(fd);
	assert_null(other);
}

/* Stores and reads the same few keys; leaves with 1 at a wrong answer. */
static _Noreturn void hammer(unsigned int seed, unsigned int rounds)
{
	unsigned char value[AS_CACHE_VALUE_MAX], key[AS_CACHE_KEY_SIZE];
	size_t size;

	for (unsigned int i = 0; i < rounds; i++) {
		seed = seed * 1103515245u + 12345u;
		store((seed >> 8) % KEYS, (unsigned char)(seed >> 16));
		seed = seed * 1103515245u + 12345u;
		make_key((seed >> 8) % KEYS, key);
		if (as_cache_find(cache, key, value, &size) && !fits(key, value, size))
			_exit(1);
	}
	_exit(0);
}

static void many_writers_never_make_a_wrong_answer(void **state)
{
	pid_t writers[WRITERS];
	(void)state;

	for (unsigned int i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		assert_true(writers[i] >= 0);
		if (writers[i] == 0)
			hammer(i + 1, ROUNDS);
	}
	for (unsigned int i = 0; i < WRITERS; i++) {
		int status = -1;

		assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
		assert_int_equal(status, 0);
	}
}

static void writers_killed_in_the_middle_never_leave_a_wrong_answer(void **state)
{
	unsigned char value[AS_CACHE_VALUE_MAX], key[AS_CACHE_KEY_SIZE];
	size_t size;
	(void)state;

	for (unsigned int i = 0; i < MURDERS; i++) {
		pid_t writer = fork();
		uint64_t before = counters().stores;

		assert_true(writer >= 0);
		if (writer == 0)
			hammer(i + 100, UINT32_MAX);
		/* Its work, not the time, says when it is in the middle. */
		while (counters().stores < before + 20 + i)
			;
		assert_int_equal(kill(writer, SIGKILL), 0);
		assert_int_equal(waitpid(writer, NULL, 0), writer);
		for (unsigned int k = 0; k < KEYS; k++) {
			make_key(k, key);
			if (as_cache_find(cache, key, value, &size))
				assert_true(fits(key, value, size));
		}
	}
	/* It goes on working. */
	store(3, 77);
	assert_true(find(3, value, &size));
	assert_int_equal(value[0], 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(what_was_stored_is_found),
		TEST(values_that_are_too_large_are_ignored),
		TEST(the_size_is_bounded_from_below_and_above),
		TEST(the_oldest_makes_room_and_use_keeps_young),
		TEST(corrupt_slots_are_misses_and_never_wrong),
		TEST(a_slot_copied_under_another_key_is_not_believed),
		TEST(nothing_in_shared_memory_leads_outside_of_it),
		TEST(another_process_reads_the_counters_and_no_more),
		TEST(the_memory_cannot_change_its_length),
		TEST(other_memory_is_no_cache),
		TEST(many_writers_never_make_a_wrong_answer),
		TEST(writers_killed_in_the_middle_never_leave_a_wrong_answer),
	};
	return cmocka_run_group_tests_name("inspect cache", tests, NULL, NULL);
}
