/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_ARCHIVE_ZIP_MAKE_H
#define ASSAY_TESTS_ARCHIVE_ZIP_MAKE_H

#include "probe.h"

#include <stddef.h>

/*
 * ZIPs octet by octet, so that each header can lie, and the plugin run over
 * them. One archive at a time is built, in zip_file.
 */
struct zip_buffer {
	unsigned char data[1 << 18];
	size_t size;
};

struct zip_sample {
	const char *name, *central_name; /* NULL: the same */
	const void *content;
	size_t content_size;
	uint16_t method, flags, central_flags;
	bool descriptor, deflate, zip64;
	uint32_t crc_error, central_size_error;
	size_t header_at, packed, size;
	uint32_t crc;
	const void *extra;
	size_t extra_size;
};

extern struct zip_buffer zip_file;
extern struct probe zip_probe;

#define TEXT(n, c)                                                                                 \
	{                                                                                          \
		.name = (n), .content = (c), .content_size = sizeof(c) - 1                         \
	}

void zip_put(const void *data, size_t size);
/* Writes the local header and the data, and notes where and how large. */
void zip_put_local(struct zip_sample *e);
/* Offsets are written relative to base. */
void zip_put_central(const struct zip_sample *e, size_t base);
void zip_put_end(size_t directory_at, size_t base, size_t entries);
/* The ZIP64 record, its locator, and a saturated end record. */
void zip_put_end64(size_t directory_at, size_t entries);
/* A whole archive that starts at base in the file. */
void zip_put_archive(struct zip_sample *entries, size_t count, size_t base);
/* Runs the plugin over zip_file. */
void zip_run_as(const char *name, const char *type_name, enum assay_class type_class);
void zip_run(void);
/* A child of this name and content was emitted. */
void zip_expect(const char *name, const char *content);
/* Of the first finding with this code; fails when there is none. */
int zip_severity(const char *code);
int zip_set_up(void **state);
int zip_tear_down(void **state);

#endif
