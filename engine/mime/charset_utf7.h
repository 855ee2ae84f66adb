/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CHARSET_UTF7_H
#define ASSAY_MIME_CHARSET_UTF7_H

#include <assay/span.h>

/*
 * The base64 runs of UTF-7 (RFC 2152): '+', then 16-bit units in six bits an
 * octet, up to the first octet that is no base64. A '-' there belongs to the
 * run.
 */

/* 0-63, or -1. */
static inline int as_utf7_value(unsigned char octet)
{
	if (octet >= 'A' && octet <= 'Z')
		return octet - 'A';
	if (octet >= 'a' && octet <= 'z')
		return octet - 'a' + 26;
	if (octet >= '0' && octet <= '9')
		return octet - '0' + 52;
	if (octet == '+')
		return 62;
	return octet == '/' ? 63 : -1;
}

/* The bits of a run that have not become a unit yet. */
struct as_utf7_run {
	uint32_t bits;
	unsigned int count; /* below 16 */
};

/* One octet of a run. True when a unit is complete. */
static inline bool as_utf7_push(struct as_utf7_run *run, int value, uint16_t *unit_out)
{
	run->bits = (run->bits << 6 | (uint32_t)value) & 0x3fffff;
	run->count += 6;
	if (run->count < 16)
		return false;
	run->count -= 16;
	*unit_out = (uint16_t)(run->bits >> run->count);
	return true;
}

/* What is left at the end of a run has to be less than one octet of it, and
 * zero. */
static inline bool as_utf7_ends_well(const struct as_utf7_run *run)
{
	return run->count < 6 && (run->bits & ((1u << run->count) - 1)) == 0;
}

#endif
