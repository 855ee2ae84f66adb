/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/id.h"

#include "base/assert.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/random.h>

#define RANDOM_BYTES 10u

static void fill_random(unsigned char *bytes)
{
	size_t done = 0;

	while (done < RANDOM_BYTES) {
		ssize_t got = getrandom(bytes + done, RANDOM_BYTES - done, 0);

		AS_ASSERT(got > 0);
		done += (size_t)got;
	}
}

/* Adds one to a big-endian number; true when it wrapped to zero. */
static bool count_up(unsigned char *bytes)
{
	for (size_t i = RANDOM_BYTES; i-- > 0;)
		if (++bytes[i] != 0)
			return false;
	return true;
}

void as_id_make(const struct as_clock *clock, char id_out[AS_ID_SIZE])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	static unsigned char random_part[RANDOM_BYTES];
	static uint64_t last_ms;
	uint64_t now_ms = as_clock_wall_us(clock) / 1000u;
	uint64_t value = 0;
	unsigned int bits = 0;
	size_t out = 10;

	if (now_ms > last_ms || last_ms == 0) {
		last_ms = now_ms;
		fill_random(random_part);
	} else if (count_up(random_part)) {
		last_ms++;
	}
	for (size_t i = 0; i < 10; i++)
		id_out[i] = digits[last_ms >> (5 * (9 - i)) & 31];
	for (size_t i = 0; i < RANDOM_BYTES; i++) {
		value = value << 8 | random_part[i];
		for (bits += 8; bits >= 5; bits -= 5)
			id_out[out++] = digits[value >> (bits - 5) & 31];
		value &= ((uint64_t)1 << bits) - 1;
	}
	id_out[out] = '\0';
	AS_ASSERT(out == AS_ID_SIZE - 1);
}
