/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS                                                                                     \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB |        \
	 IN_DELETE_SELF | IN_MOVE_SELF)

/* One name in a folder, or all of them. */
struct item {
	int number; /* of the kernel, of the folder */
	char *name; /* NULL: all */
	bool wanted;
};

struct as_watch {
	const struct as_clock *clock;
	int fd;
	struct item items[AS_WATCH_ITEMS_MAX];
	size_t count;
	uint32_t missed;
	uint64_t first_us, last_us; /* of changes that nobody took; 0: none */
};

int as_watch_open(const struct as_clock *clock, struct as_watch **watch_out, struct as_error *error)
{
	struct as_watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL)
		return as_error_set(error, -ENOMEM, "no memory to watch files");
	watch->clock = clock;
	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch->fd < 0) {
		int rc = as_error_set(error, -errno, "files cannot be watched: %s",
				      as_code_text(-errno));

		free(watch);
		return rc;
	}
	*watch_out = watch;
	return 0;
}

void as_watch_close(struct as_watch *watch)
{
	if (watch == NULL)
		return;
	for (size_t i = 0; i < watch->count; i++)
		free(watch->items[i].name);
	close(watch->fd);
	free(watch);
}

/* ---- What is watched ------------------------------------------------------ */

void as_watch_begin(struct as_watch *watch)
{
	watch->missed = 0;
	for (size_t i = 0; i < watch->count; i++)
		watch->items[i].wanted = false;
}

static bool is_same(const struct item *item, int number, const char *name)
{
	if (item->number != number || (item->name == NULL) != (name == NULL))
		return false;
	return name == NULL || strcmp(item->name, name) == 0;
}

/* Watching the same folder again gives the same number. */
static bool add_folder(struct as_watch *watch, const char *folder, const char *name)
{
	int number = inotify_add_watch(watch->fd, folder, EVENTS | IN_ONLYDIR);
	struct item *item;

	if (number < 0) {
		watch->missed += errno != ENOENT && errno != ENOTDIR && errno != EACCES;
		return false;
	}
	for (size_t i = 0; i < watch->count; i++) {
		if (!is_same(&watch->items[i], number, name))
			continue;
		watch->items[i].wanted = true;
		return true;
	}
	if (watch->count == AS_WATCH_ITEMS_MAX) {
		watch->missed++;
		return false;
	}
	item = &watch->items[watch->count];
	*item = (struct item){.number = number, .wanted = true};
	if (name != NULL && (item->name = strdup(name)) == NULL) {
		watch->missed++;
		return false;
	}
	watch->count++;
	return true;
}

static bool is_folder(int folder, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

/* Bounded by AS_WATCH_DEPTH_MAX; links are not followed. */
static void add_below(struct as_watch *watch, const char *folder, unsigned int depth)
{
	struct dirent *entry;
	DIR *dir;

	if (!add_folder(watch, folder, NULL) || depth == AS_WATCH_DEPTH_MAX)
		return;
	dir = opendir(folder);
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		char *path;

		if (entry->d_name[0] == '.' || !is_folder(dirfd(dir), entry) ||
		    asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			continue;
		add_below(watch, path, depth + 1);
		free(path);
	}
	closedir(dir);
}

void as_watch_add(struct as_watch *watch, const char *path)
{
	char first[PATH_MAX], second[PATH_MAX];
	size_t length = strlen(path);
	struct stat st;

	if (length == 0 || length >= sizeof(first))
		return;
	memcpy(first, path, length + 1);
	memcpy(second, path, length + 1);
	/* Also for a folder: it may be a link that is set to another one. */
	add_folder(watch, dirname(first), basename(second));
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		add_below(watch, path, 0);
}

static bool is_used(const struct as_watch *watch, int number)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->items[i].number == number && watch->items[i].wanted)
			return true;
	return false;
}

uint32_t as_watch_end(struct as_watch *watch)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->count; i++)
		if (!watch->items[i].wanted && !is_used(watch, watch->items[i].number))
			inotify_rm_watch(watch->fd, watch->items[i].number);
	for (size_t i = 0; i < watch->count; i++) {
		if (watch->items[i].wanted)
			watch->items[kept++] = watch->items[i];
		else
			free(watch->items[i].name);
	}
	watch->count = kept;
	return watch->missed;
}

/* ---- What happens --------------------------------------------------------- */

/* What editors and freshclam write on the way, and no plugin loads. */
static bool is_noise(const char *name)
{
	size_t length = strlen(name);

	return name[0] == '.' || (length > 0 && name[length - 1] == '~') ||
	       strncmp(name, "tmp.", 4) == 0 || strcmp(name, "freshclam.dat") == 0;
}

static bool matters(const struct as_watch *watch, const struct inotify_event *event)
{
	const char *name = event->len > 0 ? event->name : "";

	/* Events were lost: anything may have changed. */
	if ((event->mask & IN_Q_OVERFLOW) != 0)
		return true;
	if ((event->mask & IN_IGNORED) != 0)
		return false;
	for (size_t i = 0; i < watch->count; i++) {
		const struct item *item = &watch->items[i];

		if (item->number != event->wd)
			continue;
		if (item->name == NULL ? !is_noise(name) || event->len == 0
				       : strcmp(item->name, name) == 0)
			return true;
	}
	return false;
}

/* Forgets a folder that the kernel has forgotten, so that its number is not
 * taken for another's. */
static void forget(struct as_watch *watch, int number)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch->count; i++) {
		if (watch->items[i].number == number)
			free(watch->items[i].name);
		else
			watch->items[kept++] = watch->items[i];
	}
	watch->count = kept;
}

static void take_event(struct as_watch *watch, const struct inotify_event *event)
{
	if (matters(watch, event)) {
		watch->last_us = as_clock_us(watch->clock);
		if (watch->first_us == 0)
			watch->first_us = watch->last_us;
	}
	if ((event->mask & IN_IGNORED) != 0)
		forget(watch, event->wd);
}

void as_watch_read(struct as_watch *watch)
{
	char block[16 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t got;

	while ((got = read(watch->fd, block, sizeof(block))) > 0) {
		size_t at = 0;

		while (at < (size_t)got) {
			const struct inotify_event *event = (const void *)(block + at);

			take_event(watch, event);
			at += sizeof(*event) + event->len;
		}
	}
}

int as_watch_fd(const struct as_watch *watch)
{
	return watch->fd;
}

uint64_t as_watch_due_us(const struct as_watch *watch)
{
	uint64_t quiet = watch->last_us + AS_WATCH_QUIET_US;
	uint64_t patience = watch->first_us + AS_WATCH_PATIENCE_US;

	if (watch->first_us == 0)
		return UINT64_MAX;
	return quiet < patience ? quiet : patience;
}

bool as_watch_take(struct as_watch *watch)
{
	if (as_clock_us(watch->clock) < as_watch_due_us(watch))
		return false;
	watch->first_us = 0;
	watch->last_us = 0;
	return true;
}
