/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/tempdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include <linux/magic.h>

#define PREFIX "assay-"
/* Below this a tmpfs that nobody has asked for is taken as full: one message
 * may unpack more into libclamav's temporary files. */
#define FREE_BYTES_MIN (32u * 1024 * 1024)
/* A neighbour that sweeps leftovers can take a folder between its making and
 * its locking; it cannot do so often. */
#define MAKE_TRIES 5
/* What was killed but still runs in the kernel is gone after some
 * milliseconds; one that hangs there is left to the next sweep. */
#define CLOSE_TRIES    50
#define CLOSE_PAUSE_NS 4000000

struct sweep {
	int top;
	unsigned int entries; /* removed so far */
	unsigned int moved;   /* names given to folders on their way up */
	bool progress;
};

static DIR *list(int fd, const char *name)
{
	int copy = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir;

	if (copy < 0 && errno == EACCES && fchmodat(fd, name, 0700, 0) == 0)
		copy = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (copy < 0)
		return NULL;
	dir = fdopendir(copy);
	if (dir == NULL)
		close(copy);
	return dir;
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes a file or an empty folder. */
static bool remove_entry(struct sweep *sweep, int fd, const char *name)
{
	if (unlinkat(fd, name, 0) < 0 &&
	    ((errno != EISDIR && errno != EPERM) || unlinkat(fd, name, AT_REMOVEDIR) < 0))
		return false;
	sweep->entries++;
	sweep->progress = true;
	return true;
}

/* Empties a folder of the top level: its files go, its folders that are not
 * empty become folders of the top level. A tree of any depth is taken down
 * level by level with two descriptors. */
static void hoist(struct sweep *sweep, const char *name)
{
	DIR *dir = list(sweep->top, name);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while (sweep->entries < AS_TEMPDIR_ENTRIES_MAX && (entry = readdir(dir)) != NULL) {
		char fresh[32];

		if (is_dot(entry->d_name) || remove_entry(sweep, dirfd(dir), entry->d_name))
			continue;
		snprintf(fresh, sizeof(fresh), "~%u", sweep->moved++);
		if (renameat(dirfd(dir), entry->d_name, sweep->top, fresh) == 0)
			sweep->progress = true;
	}
	closedir(dir);
	remove_entry(sweep, sweep->top, name);
}

int as_tempdir_empty(int fd)
{
	struct sweep sweep = {.top = fd};
	bool left;

	do {
		DIR *dir = list(fd, ".");
		struct dirent *entry;

		if (dir == NULL)
			return -errno;
		left = false;
		sweep.progress = false;
		while (sweep.entries < AS_TEMPDIR_ENTRIES_MAX && (entry = readdir(dir)) != NULL) {
			if (is_dot(entry->d_name))
				continue;
			left = true;
			if (!remove_entry(&sweep, fd, entry->d_name))
				hoist(&sweep, entry->d_name);
		}
		closedir(dir);
		if (sweep.entries >= AS_TEMPDIR_ENTRIES_MAX ||
		    sweep.moved >= AS_TEMPDIR_ENTRIES_MAX)
			return AS_E_LIMIT;
	} while (left && sweep.progress);
	return left ? -ENOTEMPTY : 0;
}

int as_tempdir_remove(int fd, const char *name)
{
	int folder;
	int rc;

	if (unlinkat(fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	folder = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	rc = as_tempdir_empty(folder);
	close(folder);
	if (rc == 0 && unlinkat(fd, name, AT_REMOVEDIR) < 0)
		rc = -errno;
	return rc;
}

int as_tempdir_make(int fd, const char *name)
{
	int rc;

	if (mkdirat(fd, name, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	rc = as_tempdir_remove(fd, name);
	if (rc < 0)
		return rc;
	return mkdirat(fd, name, 0700) < 0 ? -errno : 0;
}

/* The process id in the name of a pool's folder, 0 when it is none. */
static pid_t owner_of(const char *name)
{
	char *end;
	long pid;

	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return 0;
	name += strlen(PREFIX);
	if (*name < '1' || *name > '9')
		return 0;
	pid = strtol(name, &end, 10);
	return *end == '-' && strlen(end) == 7 && pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

static void remove_leftover(int root_fd, const char *name)
{
	struct stat st;
	int fd = openat(root_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    as_tempdir_empty(fd) == 0)
		unlinkat(root_fd, name, AT_REMOVEDIR);
	close(fd);
}

static void remove_leftovers(int root_fd)
{
	DIR *dir = list(root_fd, ".");
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		pid_t pid = owner_of(entry->d_name);

		if (pid > 0 && kill(pid, 0) < 0 && errno == ESRCH)
			remove_leftover(root_fd, entry->d_name);
	}
	closedir(dir);
}

/* Makes the pool's folder and holds it. */
static int make_held(struct as_tempdir *dir)
{
	for (int i = 0; i < MAKE_TRIES; i++) {
		struct stat st;
		int length = snprintf(dir->path, sizeof(dir->path), "%s/" PREFIX "%ld-XXXXXX",
				      dir->root, (long)getpid());
		int fd;

		if (length < 0 || (size_t)length >= sizeof(dir->path))
			return -ENAMETOOLONG;
		if (mkdtemp(dir->path) == NULL)
			return -errno;
		fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 &&
		    st.st_nlink > 0) {
			dir->fd = fd;
			return 0;
		}
		if (fd >= 0)
			close(fd);
	}
	return -EBUSY;
}

static int try_root(const char *root, bool only_good, struct as_tempdir *dir)
{
	struct statfs fs;
	int rc;

	/* Absolute: workers change their folder. */
	if (root == NULL || realpath(root, dir->root) == NULL)
		return root == NULL ? -ENOENT : -errno;
	dir->root_fd = open(dir->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->root_fd < 0)
		return -errno;
	if (fstatfs(dir->root_fd, &fs) < 0) {
		rc = -errno;
		goto out;
	}
	dir->tmpfs = fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC;
	if (only_good && (!dir->tmpfs || fs.f_bavail < FREE_BYTES_MIN / (uint64_t)fs.f_bsize)) {
		rc = -ENOSPC;
		goto out;
	}
	remove_leftovers(dir->root_fd);
	rc = make_held(dir);
out:
	if (rc < 0) {
		close(dir->root_fd);
		dir->root_fd = -1;
	}
	return rc;
}

int as_tempdir_open(const char *root, struct as_tempdir *dir_out, struct as_error *error)
{
	const char *roots[] = {getenv("XDG_RUNTIME_DIR"), "/dev/shm", getenv("TMPDIR"), "/tmp"};
	struct as_tempdir dir = {.fd = -1, .root_fd = -1};
	int rc = -ENOENT;

	if (root != NULL) {
		rc = try_root(root, false, &dir);
		if (rc < 0)
			return as_error_set(error, rc, "temporary folder in %s: %s", root,
					    as_code_text(rc));
		*dir_out = dir;
		return 0;
	}
	for (int good = 1; good >= 0; good--)
		for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
			rc = try_root(roots[i], good == 1, &dir);
			if (rc == 0) {
				*dir_out = dir;
				return 0;
			}
		}
	return as_error_set(error, rc,
			    "no temporary folder can be made in XDG_RUNTIME_DIR, /dev/shm, TMPDIR "
			    "or /tmp: %s",
			    as_code_text(rc));
}

void as_tempdir_close(struct as_tempdir *dir)
{
	const struct timespec pause = {.tv_nsec = CLOSE_PAUSE_NS};
	const char *name;

	if (dir->fd < 0)
		return;
	name = dir->path + strlen(dir->root) + 1;
	for (int i = 0; i < CLOSE_TRIES; i++) {
		int rc = as_tempdir_empty(dir->fd);

		if (rc == 0 && unlinkat(dir->root_fd, name, AT_REMOVEDIR) < 0)
			rc = -errno;
		if (rc != -ENOTEMPTY)
			break;
		nanosleep(&pause, NULL);
	}
	close(dir->fd);
	close(dir->root_fd);
	dir->fd = -1;
	dir->root_fd = -1;
}
