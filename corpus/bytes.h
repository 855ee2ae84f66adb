/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_BYTES_H
#define ASSAY_CORPUS_BYTES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Growing runs of octets for a generator that runs once and trusts its input.
 * Every run belongs to one list and lives until co_release(), so that the
 * builders of nested archives need no bookkeeping. When memory is short the
 * program ends with a message: a corpus is complete or it is not there.
 */
struct co_bytes {
	unsigned char *data;
	size_t size, capacity;
	struct co_bytes *next;
};

struct co_bytes *co_new(void);
void co_release(void);

void co_add(struct co_bytes *to, const void *data, size_t size);
void co_join(struct co_bytes *to, const struct co_bytes *from);
void co_fill(struct co_bytes *to, unsigned char octet, size_t count);

/* Text as it stands. */
void co_raw(struct co_bytes *to, const char *text);
/* Text with the line ends of mail: each LF becomes CR LF. */
void co_text(struct co_bytes *to, const char *text);
void co_format(struct co_bytes *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

void co_u8(struct co_bytes *to, unsigned int value);
void co_le16(struct co_bytes *to, unsigned int value);
void co_le32(struct co_bytes *to, uint32_t value);
void co_le64(struct co_bytes *to, uint64_t value);
void co_be32(struct co_bytes *to, uint32_t value);
/* Over octets that are there already. */
void co_put16(struct co_bytes *to, size_t at, unsigned int value);
void co_put32(struct co_bytes *to, size_t at, uint32_t value);

/* The text in UTF-16, little endian, without a mark or an end. */
void co_utf16(struct co_bytes *to, const char *ascii);

uint32_t co_crc32(const struct co_bytes *of);

/* For failures of libraries and files: prints and exits with status 1. */
void co_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
