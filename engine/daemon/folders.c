/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* By descriptor: the folder above may already be the daemon's, and a link in
 * the place of the new folder must not be followed by root. */
static int give(const char *path, mode_t mode, const struct as_account *account)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (fchmod(fd, mode) < 0 || (account->change && fchown(fd, account->uid, account->gid) < 0))
		rc = -errno;
	close(fd);
	return rc;
}

static int make_one(const char *path, mode_t mode, const struct as_account *account)
{
	struct stat st;

	if (mkdir(path, mode & 0700) == 0)
		return give(path, mode, account);
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &st) < 0)
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int as_folder_make(const char *path, mode_t mode, const struct as_account *account,
		   struct as_error *error)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	int rc = 0;

	if (path[0] != '/' || length >= sizeof(part))
		return as_error_set(error, AS_E_CONFIG, "\"%s\" is not the full path of a folder",
				    path);
	memcpy(part, path, length + 1);
	while (length > 1 && part[length - 1] == '/')
		part[--length] = '\0';
	for (char *slash = strchr(part + 1, '/'); rc == 0 && slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = make_one(part, 0755, account);
		*slash = '/';
	}
	if (rc == 0)
		rc = make_one(part, mode, account);
	if (rc < 0)
		return as_error_set(error, rc, "the folder %s cannot be made: %s", path,
				    as_code_text(rc));
	return 0;
}

int as_folder_check(const char *path, bool may_make, struct as_error *error)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	struct stat st;
	int rc;

	if (path[0] != '/' || length >= sizeof(part))
		return as_error_set(error, AS_E_CONFIG, "\"%s\" is not the full path of a folder",
				    path);
	memcpy(part, path, length + 1);
	/* Up to what exists. */
	while (stat(part, &st) < 0 && errno == ENOENT) {
		char *slash = strrchr(part, '/');

		if (may_make)
			return 0;
		slash[slash == part] = '\0';
	}
	rc = stat(part, &st) < 0 ? -errno : S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	if (rc == 0 && faccessat(AT_FDCWD, part, W_OK | X_OK, AT_EACCESS) < 0)
		rc = -errno;
	if (rc == 0)
		return 0;
	if (strcmp(part, path) == 0)
		return as_error_set(error, rc, "the folder %s cannot be written to: %s", path,
				    as_code_text(rc));
	return as_error_set(error, rc, "the folder %s cannot be made, because of %s: %s", path,
			    part, as_code_text(rc));
}

bool as_folder_stores(const struct as_service *service)
{
	for (size_t i = 0; i < service->listener_count; i++) {
		enum as_keep keep = service->listeners[i].quarantine;

		if (keep == AS_KEEP_STORE || keep == AS_KEEP_DISCARD || keep == AS_KEEP_REJECT)
			return true;
	}
	return false;
}
