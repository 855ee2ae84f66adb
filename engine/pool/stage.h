/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_STAGE_H
#define ASSAY_POOL_STAGE_H

#include <stddef.h>
#include <stdint.h>

#define AS_STAGE_NAME_SIZE    64u /* with the NUL */
#define AS_STAGE_MESSAGE_SIZE 32u /* an id takes 26 */

/*
 * A note of what a worker is doing, in a page that it shares with the process
 * that will have to explain its death. Each worker sees its own page only.
 *
 * The writer may be hostile, so readers take a copy and trust none of it.
 */
struct as_stage_page {
	char name[AS_STAGE_NAME_SIZE];
	char message[AS_STAGE_MESSAGE_SIZE];
	int64_t refused; /* system call + 1, 0: none */
};

/* "mime", "plugin clamav": some 10 ns, so call it before every step. Longer
 * text is cut. Does nothing outside a worker. */
void as_stage_set(const char *name);
/* The id of the message; "" when there is none. */
void as_stage_set_message(const char *id);

/* For the worker's own use: called from a signal handler. */
void as_stage_refused(long number);
void as_stage_attach(struct as_stage_page *page);

/* One page of memory per worker, so that all but one can be unmapped, and the
 * descriptor by which another process opens the same pages. It is the caller's;
 * workers must not inherit it. NULL on failure. */
struct as_stage_page *as_stage_map(size_t count, int *fd_out);
/* NULL unless it is such memory of exactly so many pages. fd stays the caller's. */
struct as_stage_page *as_stage_open(int fd, size_t count);
/* as_stage_keep() unmaps all but page number index. */
void as_stage_unmap(struct as_stage_page *pages, size_t count);
struct as_stage_page *as_stage_at(struct as_stage_page *pages, size_t index);
void as_stage_keep(struct as_stage_page *pages, size_t count, size_t index);

/* Readers. The copy is NUL-terminated printable ASCII. */
void as_stage_read_name(const struct as_stage_page *page, char name_out[AS_STAGE_NAME_SIZE]);
void as_stage_read_message(const struct as_stage_page *page, char id_out[AS_STAGE_MESSAGE_SIZE]);
/* -1 when nothing was refused. */
long as_stage_read_refused(const struct as_stage_page *page);
void as_stage_reset(struct as_stage_page *page);

#endif
