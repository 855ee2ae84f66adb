/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_ARCHIVE_MAKE_H
#define ASSAY_TESTS_ARCHIVE_MAKE_H

#include <archive.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Archives for the tests, by the writers of libarchive and, for the formats
 * that it only reads, octet by octet. One at a time, in sample.
 */
#define SAMPLE_CAPACITY (4u << 20)

extern unsigned char sample[SAMPLE_CAPACITY];
extern size_t sample_size;

/* target: of a symbolic link, or for AE_IFREG of a hard link. */
void sample_add_entry(struct archive *archive, const char *name, const void *data, size_t size,
		      unsigned int type, const char *target);
/* Format and filter as libarchive numbers them. */
struct archive *sample_begin(int format, int filter);
void sample_finish(struct archive *archive);
/* An archive of one file; ARCHIVE_FORMAT_RAW for a bare stream. */
void sample_make(int format, int filter, const char *name, const void *data, size_t size);
void sample_put(const void *data, size_t size);
/* Stored members. Flags are those of the headers. */
void sample_make_rar4(const char *name, const char *data, unsigned int main_flags,
		      unsigned int file_flags);
void sample_make_rar5(const char *name, const char *data, unsigned int archive_flags,
		      bool encrypted);
void sample_make_cab(const char *name, const char *data, unsigned int flags);
void sample_make_lha(const char *name, const char *data);
/* A ZIP of one member without directory, around data packed elsewhere. */
void sample_wrap_zip(unsigned int method, unsigned int flags, const unsigned char *packed,
		     size_t size, const char *plain);

#endif
