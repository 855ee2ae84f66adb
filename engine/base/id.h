/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_ID_H
#define ASSAY_BASE_ID_H

#include "base/clock.h"

#define AS_ID_SIZE 27u /* 26 characters and the NUL */

/*
 * Ids of messages: 48 bits of milliseconds since 1970, then 80 random bits,
 * in Crockford's base 32, so that they sort as text in the order of their
 * making. Ids of the same millisecond made by one process count upwards, also
 * when the wall clock steps back.
 */
void as_id_make(const struct as_clock *clock, char id_out[AS_ID_SIZE]);

#endif
