/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store.h"

#include "base/assert.h"
#include "base/spool.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Where files are written. A folder of its own, so that what a dead store has
 * left is found without reading the folders of all days. */
#define TEMP_FOLDER "tmp"
/* Ids have 26 characters (base/id.h); a file name with its suffix has room for
 * this many. */
#define ID_MAX	       64u
#define NAME_MAX_BYTES (ID_MAX + 8)
/* One read(2) where the kernel cannot copy by itself. */
#define COPY_BYTES (64u * 1024)
/* What one sendfile(2) is asked for; the kernel stops near 2 GiB. */
#define SEND_BYTES ((uint64_t)1 << 30)

struct as_store {
	int root, temp;
	uint64_t serial; /* of temporary files of this process */
};

/* A file while it is made. */
struct draft {
	int fd;
	char name[48]; /* in the temporary folder; "": none */
};

static int make_folder(int parent, const char *name, bool *made_out)
{
	*made_out = mkdirat(parent, name, 0700) == 0;
	return *made_out || errno == EEXIST ? 0 : -errno;
}

static int open_folder(int parent, const char *name, int *fd_out)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*fd_out = fd;
	return 0;
}

static int sync_folder(int fd)
{
	/* File systems that cannot sync a folder say EINVAL and keep order. */
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

/* ---- Opening ------------------------------------------------------------ */

/* Only the one store that holds the folder knows that nobody writes there. */
static void remove_leftovers(const struct as_store *store)
{
	int fd = openat(store->temp, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(store->temp, entry->d_name, 0);
	closedir(dir);
}

static int open_temp(struct as_store *store)
{
	bool made;
	int rc = make_folder(store->root, TEMP_FOLDER, &made);

	if (rc == 0)
		rc = open_folder(store->root, TEMP_FOLDER, &store->temp);
	return rc;
}

int as_store_open(const char *path, struct as_store **store_out, struct as_error *error)
{
	struct as_store *store = calloc(1, sizeof(*store));
	int rc;

	if (store == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the quarantine");
	store->root = -1;
	store->temp = -1;
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		rc = as_error_set(error, -errno, "quarantine folder %s cannot be made: %s", path,
				  as_code_text(-errno));
		goto out;
	}
	/* The administrator may have made the folder itself a link. */
	store->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = store->root < 0 ? -errno : open_temp(store);
	if (rc < 0) {
		as_error_set(error, rc,
			     "quarantine folder %s: %s; it must belong to the user that assayd "
			     "runs as",
			     path, as_code_text(rc));
		goto out;
	}
	if (flock(store->temp, LOCK_EX | LOCK_NB) == 0)
		remove_leftovers(store);
	*store_out = store;
	store = NULL;
	rc = 0;
out:
	as_store_close(store);
	return rc;
}

void as_store_close(struct as_store *store)
{
	if (store == NULL)
		return;
	if (store->temp >= 0)
		close(store->temp);
	if (store->root >= 0)
		close(store->root);
	free(store);
}

/* ---- Copying ------------------------------------------------------------ */

static int copy_by_hand(int from, uint64_t offset, uint64_t size, int to)
{
	unsigned char *block = malloc(COPY_BYTES);
	int rc = block == NULL ? -ENOMEM : 0;

	while (rc == 0 && size > 0) {
		size_t part = size < COPY_BYTES ? (size_t)size : COPY_BYTES;

		/* Fewer octets than were inspected are not that message. */
		rc = as_spool_read(from, offset, block, part);
		if (rc == 0)
			rc = as_spool_write(to, as_span_make(block, part));
		offset += part;
		size -= part;
	}
	free(block);
	return rc;
}

static int copy(int from, uint64_t offset, uint64_t size, int to)
{
	off_t at = (off_t)offset;

	if (offset > INT64_MAX || size > INT64_MAX - offset)
		return -EINVAL;
	while (size > 0) {
		size_t wanted = (size_t)(size < SEND_BYTES ? size : SEND_BYTES);
		ssize_t sent = sendfile(to, from, &at, wanted);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EINVAL || errno == ENOSYS || errno == EPERM))
			return copy_by_hand(from, (uint64_t)at, size, to);
		if (sent <= 0)
			return sent < 0 ? -errno : -EIO;
		size -= (uint64_t)sent;
	}
	return 0;
}

/* ---- Putting ------------------------------------------------------------ */

static bool is_id(const char *id)
{
	size_t length = 0;

	for (; id[length] != '\0'; length++)
		if (length == ID_MAX || !isalnum((unsigned char)id[length]))
			return false;
	return length > 0;
}

static int day_name(uint64_t wall_us, char name_out[16])
{
	time_t seconds = (time_t)(wall_us / 1000000);
	struct tm day;

	if (gmtime_r(&seconds, &day) == NULL || day.tm_year > 9999 - 1900)
		return -EINVAL;
	strftime(name_out, 16, "%Y-%m-%d", &day);
	return 0;
}

static int open_day(const struct as_store *store, uint64_t wall_us, int *fd_out)
{
	char name[16];
	bool made;
	int fd = -1;
	int rc = day_name(wall_us, name);

	if (rc == 0)
		rc = make_folder(store->root, name, &made);
	if (rc == 0)
		rc = open_folder(store->root, name, &fd);
	if (rc == 0 && made)
		rc = sync_folder(store->root);
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	*fd_out = fd;
	return 0;
}

static int draft_open(struct as_store *store, struct draft *draft)
{
	snprintf(draft->name, sizeof(draft->name), "%ld-%" PRIu64, (long)getpid(), store->serial++);
	/* A name that is taken was left by a process of the same number. */
	unlinkat(store->temp, draft->name, 0);
	draft->fd = openat(store->temp, draft->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (draft->fd < 0) {
		int rc = -errno;

		draft->name[0] = '\0';
		return rc;
	}
	return 0;
}

/* Network file systems report a full disk as late as here. */
static int draft_sync(struct draft *draft)
{
	int rc = fsync(draft->fd) < 0 ? -errno : 0;

	if (close(draft->fd) < 0 && rc == 0)
		rc = -errno;
	draft->fd = -1;
	return rc;
}

static int draft_rename(const struct as_store *store, struct draft *draft, int day,
			const char *name)
{
	if (renameat(store->temp, draft->name, day, name) < 0)
		return -errno;
	draft->name[0] = '\0';
	return 0;
}

static void draft_drop(const struct as_store *store, struct draft *draft)
{
	if (draft->fd >= 0)
		close(draft->fd);
	if (draft->name[0] != '\0')
		unlinkat(store->temp, draft->name, 0);
}

static int write_both(struct as_store *store, const struct as_store_message *message,
		      struct draft *octets, struct draft *verdict)
{
	int rc = draft_open(store, octets);

	if (rc == 0)
		rc = copy(message->fd, message->offset, message->size, octets->fd);
	if (rc == 0)
		rc = draft_sync(octets);
	if (rc == 0)
		rc = draft_open(store, verdict);
	if (rc == 0)
		rc = as_spool_write(verdict->fd, message->verdict);
	if (rc == 0)
		rc = as_spool_write(verdict->fd, as_span_text("\n"));
	if (rc == 0)
		rc = draft_sync(verdict);
	return rc;
}

static int publish(const struct as_store *store, const char *id, int day, struct draft *octets,
		   struct draft *verdict)
{
	char eml[NAME_MAX_BYTES], json[NAME_MAX_BYTES];
	bool had;
	int rc;

	snprintf(eml, sizeof(eml), "%s.eml", id);
	snprintf(json, sizeof(json), "%s.json", id);
	had = faccessat(day, json, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
	rc = draft_rename(store, octets, day, eml);
	if (rc == 0)
		rc = draft_rename(store, verdict, day, json);
	if (rc == 0)
		rc = sync_folder(day);
	/* One that was promised earlier stays, whatever became of this one. */
	if (rc < 0 && !had) {
		unlinkat(day, json, 0);
		unlinkat(day, eml, 0);
	}
	return rc;
}

int as_store_put(struct as_store *store, const struct as_store_message *message)
{
	struct draft octets = {.fd = -1}, verdict = {.fd = -1};
	int day = -1;
	int rc;

	AS_ASSERT(store != NULL && message != NULL);
	if (!is_id(message->id))
		return -EINVAL;
	rc = open_day(store, message->wall_us, &day);
	if (rc == 0)
		rc = write_both(store, message, &octets, &verdict);
	if (rc == 0)
		rc = publish(store, message->id, day, &octets, &verdict);
	draft_drop(store, &octets);
	draft_drop(store, &verdict);
	if (day >= 0)
		close(day);
	return rc;
}
