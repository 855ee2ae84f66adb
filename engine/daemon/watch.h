/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_WATCH_H
#define ASSAY_DAEMON_WATCH_H

#include "base/clock.h"
#include "base/error.h"
#include "policy/config.h"

/*
 * Notices when the configuration or signatures change (inotify(7)). Folders
 * are watched, not files: what is replaced by a rename, as every careful
 * program does, is another file.
 *
 * Changes are collected, since a database comes in several files: they count
 * when there was none for AS_WATCH_QUIET_US, or after AS_WATCH_PATIENCE_US.
 */
#define AS_WATCH_QUIET_US    2000000u
#define AS_WATCH_PATIENCE_US 30000000u
/* Names and folders that are watched; more is a mistake in the configuration,
 * and each costs the kernel memory. */
#define AS_WATCH_ITEMS_MAX 1024u
/* Folders within a folder of rules; the yara plugin goes no deeper. */
#define AS_WATCH_DEPTH_MAX 16u

struct as_watch;

int as_watch_open(const struct as_clock *clock, struct as_watch **watch_out,
		  struct as_error *error);
void as_watch_close(struct as_watch *watch);

/* What is watched is what was added between the two; the rest is forgotten.
 * Events of what stays are not lost. */
void as_watch_begin(struct as_watch *watch);
/* A file, or a folder with everything below it; may be missing. */
void as_watch_add(struct as_watch *watch, const char *path);
/* How many could not be watched, because a limit was reached. */
uint32_t as_watch_end(struct as_watch *watch);

/* All three for the files that a configuration names. */
uint32_t as_watch_config(struct as_watch *watch, const struct as_config *config);

/* Readable: call as_watch_read(). */
int as_watch_fd(const struct as_watch *watch);
void as_watch_read(struct as_watch *watch);
/* When as_watch_take() will say true; UINT64_MAX: nothing has changed. */
uint64_t as_watch_due_us(const struct as_watch *watch);
/* Whether changes are due now; they are then forgotten. */
bool as_watch_take(struct as_watch *watch);

#endif
