/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/walk.h"

#include "base/buffer.h"
#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum folder_kind {
	FOLDER_PLAIN = 0,
	FOLDER_MAILDIR,
	FOLDER_MESSAGES, /* cur or new */
};

struct level {
	int fd;
	enum folder_kind kind;
	char **names; /* sorted */
	size_t count, next;
	size_t path_size; /* of the folder's own path */
};

struct as_walk {
	struct as_buffer path;
	struct level levels[AS_WALK_DEPTH_MAX];
	size_t depth;
	int first_fd; /* -1 once it was entered */
};

static bool is_folder_at(int fd, const char *name)
{
	struct stat st;

	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static bool is_maildir(int fd)
{
	return is_folder_at(fd, "cur") && is_folder_at(fd, "new");
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_level(struct level *level)
{
	for (size_t i = 0; i < level->count; i++)
		free(level->names[i]);
	free(level->names);
	close(level->fd);
}

static int add_name(struct level *level, size_t *room, const char *name)
{
	if (level->count == AS_WALK_ENTRIES_MAX)
		return AS_E_LIMIT;
	if (level->count == *room) {
		size_t more = *room > 0 ? *room * 2 : 64;
		char **names = realloc(level->names, more * sizeof(*names));

		if (names == NULL)
			return -ENOMEM;
		level->names = names;
		*room = more;
	}
	level->names[level->count] = strdup(name);
	if (level->names[level->count] == NULL)
		return -ENOMEM;
	level->count++;
	return 0;
}

static int read_names(struct level *level)
{
	int copy = fcntl(level->fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;
	size_t room = 0;
	int rc = 0;

	if (dir == NULL) {
		rc = -errno;
		if (copy >= 0)
			close(copy);
		return rc;
	}
	for (errno = 0; rc == 0 && (entry = readdir(dir)) != NULL; errno = 0)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = add_name(level, &room, entry->d_name);
	if (rc == 0 && errno != 0)
		rc = -errno;
	closedir(dir);
	if (level->count > 1)
		qsort(level->names, level->count, sizeof(*level->names), compare_names);
	return rc;
}

/* Takes fd over in any case. */
static int enter(struct as_walk *walk, int fd, enum folder_kind kind)
{
	struct level level = {.fd = fd, .kind = kind, .path_size = walk->path.size};
	int rc = walk->depth < AS_WALK_DEPTH_MAX ? 0 : AS_E_LIMIT;

	if (rc == 0 && kind == FOLDER_PLAIN && is_maildir(fd))
		level.kind = FOLDER_MAILDIR;
	if (rc == 0)
		rc = read_names(&level);
	if (rc < 0)
		free_level(&level);
	else
		walk->levels[walk->depth++] = level;
	return rc;
}

int as_walk_open(int fd, const char *path, struct as_walk **walk_out)
{
	struct as_walk *walk = calloc(1, sizeof(*walk));

	if (walk == NULL)
		return -ENOMEM;
	as_buffer_init(&walk->path, 0);
	as_buffer_text(&walk->path, path);
	while (walk->path.size > 1 && walk->path.data[walk->path.size - 1] == '/')
		walk->path.size--;
	if (walk->path.failed) {
		free(walk);
		return -ENOMEM;
	}
	walk->first_fd = fd;
	*walk_out = walk;
	return 0;
}

void as_walk_close(struct as_walk *walk)
{
	if (walk == NULL)
		return;
	while (walk->depth > 0)
		free_level(&walk->levels[--walk->depth]);
	if (walk->first_fd >= 0)
		close(walk->first_fd);
	as_buffer_deinit(&walk->path);
	free(walk);
}

static int trouble(struct as_walk_entry *entry, int code)
{
	entry->kind = AS_WALK_TROUBLE;
	entry->code = code;
	entry->why = code == AS_E_LIMIT ? "too many folders in folders, or too many files in one"
					: as_code_text(code);
	return 1;
}

static int skipped(struct as_walk_entry *entry, const char *why)
{
	entry->kind = AS_WALK_SKIPPED;
	entry->why = why;
	return 1;
}

/* 0: entered, go on with what is in it. */
static int take_folder(struct as_walk *walk, struct as_walk_entry *entry)
{
	const struct level *above = &walk->levels[walk->depth - 1];
	enum folder_kind kind = FOLDER_PLAIN;
	int fd, rc;

	if (above->kind == FOLDER_MESSAGES)
		return skipped(entry, "a folder among the messages of a Maildir");
	if (above->kind == FOLDER_MAILDIR &&
	    (strcmp(entry->name, "cur") == 0 || strcmp(entry->name, "new") == 0))
		kind = FOLDER_MESSAGES;
	fd = openat(above->fd, entry->name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return trouble(entry, -errno);
	if (above->kind == FOLDER_MAILDIR && kind == FOLDER_PLAIN && !is_maildir(fd)) {
		close(fd);
		return skipped(entry, "not a folder of messages in a Maildir");
	}
	rc = enter(walk, fd, kind);
	return rc < 0 ? trouble(entry, rc) : 0;
}

static int take_entry(struct as_walk *walk, struct as_walk_entry *entry)
{
	const struct level *level = &walk->levels[walk->depth - 1];
	struct stat st;

	if (fstatat(level->fd, entry->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return trouble(entry, -errno);
	if (S_ISDIR(st.st_mode))
		return take_folder(walk, entry);
	if (S_ISLNK(st.st_mode))
		return skipped(entry, "a symbolic link");
	if (!S_ISREG(st.st_mode))
		return skipped(entry, "not a regular file");
	if (level->kind == FOLDER_MAILDIR)
		return skipped(entry, "a Maildir's own file");
	entry->kind = AS_WALK_FILE;
	entry->at = level->fd;
	entry->size = (uint64_t)st.st_size;
	entry->is_message = level->kind == FOLDER_MESSAGES;
	return 1;
}

static bool set_path(struct as_walk *walk, const struct level *level, const char *name)
{
	walk->path.size = level->path_size;
	if (walk->path.size > 0 && walk->path.data[walk->path.size - 1] != '/')
		as_buffer_byte(&walk->path, '/');
	as_buffer_text(&walk->path, name);
	/* The NUL is not part of the size, so that a folder can be appended. */
	if (as_buffer_byte(&walk->path, '\0'))
		walk->path.size--;
	return !walk->path.failed;
}

static int enter_first(struct as_walk *walk, struct as_walk_entry *entry)
{
	int fd = walk->first_fd;
	int rc;

	walk->first_fd = -1;
	rc = enter(walk, fd, FOLDER_PLAIN);
	if (rc == 0)
		return 0;
	if (!as_buffer_byte(&walk->path, '\0'))
		return -ENOMEM;
	entry->path = (const char *)walk->path.data;
	return trouble(entry, rc);
}

int as_walk_next(struct as_walk *walk, struct as_walk_entry *entry_out)
{
	struct as_walk_entry entry = {.at = -1};
	int rc = 0;

	if (walk->first_fd >= 0)
		rc = enter_first(walk, &entry);
	while (rc == 0 && walk->depth > 0) {
		struct level *level = &walk->levels[walk->depth - 1];

		if (level->next == level->count) {
			free_level(level);
			walk->depth--;
			continue;
		}
		entry.name = level->names[level->next++];
		if (!set_path(walk, level, entry.name))
			return -ENOMEM;
		entry.path = (const char *)walk->path.data;
		rc = take_entry(walk, &entry);
	}
	if (rc > 0)
		*entry_out = entry;
	return rc;
}
