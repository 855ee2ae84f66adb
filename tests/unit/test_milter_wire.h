/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_MILTER_WIRE_H
#define ASSAY_TESTS_MILTER_WIRE_H

#include "base/buffer.h"

/* Frames of a mail server, appended, and our answers as readable text. */
void wire_frame(struct as_buffer *out, char command, const void *payload, size_t size);
/* Strings with their NULs; the list ends with NULL. */
void wire_strings(struct as_buffer *out, char command, ...) __attribute__((sentinel));
void wire_offer(struct as_buffer *out, uint32_t version, uint32_t actions, uint32_t steps);
/* Names and values for the command; the list ends with NULL. */
void wire_macros(struct as_buffer *out, char command, ...) __attribute__((sentinel));
void wire_connect(struct as_buffer *out, const char *host, char family, const char *address);

/*
 * Frames as text: "O6,13b,1ff" in hexadecimal without lists, "c", "y[550 5.7.1
 * no|]" with NUL as |, "m1[Name|value|]", "b<70000>" for pieces of a body, all
 * with blanks between. A frame that is not whole is "?". Static.
 */
const char *wire_show(struct as_span octets);

/* What Postfix 3.7 and Sendmail 8.17 offer. */
#define WIRE_ACTIONS 0x1ffu
#define WIRE_STEPS   0x1fffffu
/* What we make of it. */
#define WIRE_AGREED "O6,13b,1ff380"

#endif
