/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/walk.h"

#include "base/buffer.h"
#include "base/error.h"
#include "daemon/clamd/path.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The client's path and a name of each level. */
#define PATH_BYTES (PATH_MAX + (AS_CLAMD_WALK_DEPTH_MAX + 1) * (NAME_MAX + 1))
/* Entries are read in pieces of this size; the largest entry takes 280. */
#define ENTRIES_BYTES 2048u

struct level {
	struct level *above;
	int fd;
	size_t path_size;
	size_t at, end;
	_Alignas(struct dirent64) unsigned char entries[ENTRIES_BYTES];
};

struct as_clamd_walk {
	struct level *level; /* NULL: at the end */
	uint32_t depth, seen;
	struct as_buffer path;
};

static int push(struct as_clamd_walk *walk, int fd)
{
	struct level *level = malloc(sizeof(*level));

	if (level == NULL)
		return -ENOMEM;
	level->above = walk->level;
	level->fd = fd;
	level->path_size = walk->path.size;
	level->at = level->end = 0;
	walk->level = level;
	walk->depth++;
	return 0;
}

static void pop(struct as_clamd_walk *walk)
{
	struct level *level = walk->level;

	walk->level = level->above;
	walk->depth--;
	close(level->fd);
	free(level);
}

int as_clamd_walk_new(int fd, struct as_span path, struct as_clamd_walk **walk_out)
{
	struct as_clamd_walk *walk = calloc(1, sizeof(*walk));
	int rc = -ENOMEM;

	if (walk == NULL)
		return rc;
	as_buffer_init(&walk->path, PATH_BYTES);
	if (as_buffer_append(&walk->path, path.data, path.size))
		rc = push(walk, fd);
	if (rc < 0) {
		as_clamd_walk_free(walk);
		return rc;
	}
	*walk_out = walk;
	return 0;
}

void as_clamd_walk_free(struct as_clamd_walk *walk)
{
	if (walk == NULL)
		return;
	while (walk->level != NULL)
		pop(walk);
	as_buffer_deinit(&walk->path);
	free(walk);
}

static bool set_path(struct as_clamd_walk *walk, const char *name)
{
	struct as_buffer *path = &walk->path;

	path->size = walk->level->path_size;
	if (path->size == 0 || path->data[path->size - 1] != '/')
		as_buffer_byte(path, '/');
	return as_buffer_text(path, name);
}

/* The next name of the present level; NULL at its end. code_out: 0, or why the
 * level could not be read further. */
static const char *next_name(struct level *level, int *code_out)
{
	const struct dirent64 *entry;
	ssize_t got;

	*code_out = 0;
	if (level->at >= level->end) {
		got = getdents64(level->fd, level->entries, sizeof(level->entries));
		if (got < 0)
			*code_out = -errno;
		if (got <= 0)
			return NULL;
		level->at = 0;
		level->end = (size_t)got;
	}
	entry = (const struct dirent64 *)(const void *)(level->entries + level->at);
	level->at += entry->d_reclen;
	return entry->d_name;
}

/* 0: an entry to report is in entry; 1: nothing to report. */
static int look(struct as_clamd_walk *walk, const char *name, struct as_clamd_entry *entry)
{
	struct stat st;
	int fd = -1;
	int rc;

	if (!set_path(walk, name))
		return -ENAMETOOLONG;
	rc = as_clamd_open_below(walk->level->fd, name, &fd);
	if (rc == -ENOENT)
		return 1;
	/* A socket cannot be opened. */
	if (rc < 0)
		return rc == -ENXIO ? -ENOTSUP : rc;
	if (fstat(fd, &st) < 0) {
		rc = -errno;
	} else if (S_ISREG(st.st_mode)) {
		entry->fd = fd;
		entry->size = (uint64_t)st.st_size;
		return 0;
	} else if (!S_ISDIR(st.st_mode)) {
		rc = -ENOTSUP;
	} else if (walk->depth > AS_CLAMD_WALK_DEPTH_MAX) {
		rc = AS_E_LIMIT;
	} else {
		rc = push(walk, fd);
		if (rc == 0)
			return 1;
	}
	close(fd);
	return rc;
}

static enum as_clamd_step report_fault(struct as_clamd_walk *walk, int code,
				       struct as_clamd_entry *entry)
{
	entry->path = as_buffer_span(&walk->path);
	entry->code = code;
	walk->path.failed = false;
	return AS_CLAMD_STEP_FAULT;
}

/* The level has no more names; the path is that of its folder. */
static void leave(struct as_clamd_walk *walk)
{
	walk->path.size = walk->level->path_size;
	pop(walk);
}

enum as_clamd_step as_clamd_walk_next(struct as_clamd_walk *walk, uint32_t *budget,
				      struct as_clamd_entry *entry_out)
{
	int rc;

	*entry_out = (struct as_clamd_entry){.fd = -1};
	while (walk->level != NULL) {
		const char *name;

		if (*budget == 0)
			return AS_CLAMD_STEP_PAUSE;
		(*budget)--;
		name = next_name(walk->level, &rc);
		if (name == NULL) {
			leave(walk);
			/* The folder itself was removed: nothing is left of it. */
			if (rc < 0 && rc != -ENOENT)
				return report_fault(walk, rc, entry_out);
			continue;
		}
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (++walk->seen > AS_CLAMD_WALK_ENTRIES_MAX) {
			while (walk->level != NULL)
				leave(walk);
			return report_fault(walk, AS_E_LIMIT, entry_out);
		}
		rc = look(walk, name, entry_out);
		if (rc < 0)
			return report_fault(walk, rc, entry_out);
		if (rc == 0) {
			entry_out->path = as_buffer_span(&walk->path);
			return AS_CLAMD_STEP_FILE;
		}
	}
	return AS_CLAMD_STEP_END;
}
