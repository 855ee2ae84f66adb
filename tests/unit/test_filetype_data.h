/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_FILETYPE_DATA_H
#define ASSAY_TESTS_FILETYPE_DATA_H

#include <assay/span.h>

/* Files built in code for the tests. A buffer is freed with buffer_free(). */
struct buffer {
	unsigned char *data;
	size_t size;
};

void buffer_add(struct buffer *buffer, const void *octets, size_t size);
void buffer_fill(struct buffer *buffer, unsigned char octet, size_t size);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_free(struct buffer *buffer);
struct as_span buffer_span(const struct buffer *buffer);

struct member {
	const char *name;
	const char *content;
};

/* A ZIP of stored members, ended by a member without a name. */
struct buffer make_zip(const struct member *members);
/* The same without central directory and with sizes behind the data. */
struct buffer make_streamed_zip(const struct member *members);
/* An OLE2 file with these streams below its root, ended by NULL; first_class
 * is the first part of the root's CLSID, with the rest of Microsoft's block. */
struct buffer make_ole(const char *const *streams, uint32_t first_class);
/* text in UTF-16; a mark in front on request. */
struct buffer make_utf16(const char *text, bool big_endian, bool mark);
struct buffer make_tar(const char *name, bool ustar);
struct buffer make_pe(void);
struct buffer make_png(void);
struct buffer make_jpeg(void);
struct buffer make_gif(void);
struct buffer make_bmp(void);
/* size octets of zero with octets at an offset. */
struct buffer make_at(size_t size, size_t offset, const void *octets, size_t count);

#endif
