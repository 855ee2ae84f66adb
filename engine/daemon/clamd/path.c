/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

int as_clamd_roots_open(const char *const *paths, size_t count, struct as_clamd_roots *roots_out,
			struct as_error *error)
{
	struct as_clamd_roots roots = {.count = 0};
	int rc;

	roots.items = calloc(count > 0 ? count : 1, sizeof(*roots.items));
	if (roots.items == NULL)
		return as_error_set(error, -ENOMEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		struct as_clamd_root *root = &roots.items[i];

		root->fd = open(paths[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (root->fd < 0) {
			rc = as_error_set(error, -errno, "roots: %s: %s", paths[i],
					  as_code_text(-errno));
			goto out;
		}
		roots.count++;
		root->path = strdup(paths[i]);
		if (root->path == NULL) {
			rc = as_error_set(error, -ENOMEM, "out of memory");
			goto out;
		}
		root->length = strlen(root->path);
		while (root->length > 0 && root->path[root->length - 1] == '/')
			root->path[--root->length] = '\0';
	}
	*roots_out = roots;
	return 0;
out:
	as_clamd_roots_close(&roots);
	return rc;
}

void as_clamd_roots_close(struct as_clamd_roots *roots)
{
	for (size_t i = 0; i < roots->count; i++) {
		close(roots->items[i].fd);
		free(roots->items[i].path);
	}
	free(roots->items);
	*roots = (struct as_clamd_roots){.count = 0};
}

int as_clamd_open_below(int dir, const char *name, int *fd_out)
{
	/* Not blocking, because opening a FIFO waits for its writer. */
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));

	if (fd < 0)
		return -errno;
	*fd_out = (int)fd;
	return 0;
}

int as_clamd_roots_find(const struct as_clamd_roots *roots, const char *path, int *fd_out)
{
	for (size_t i = 0; i < roots->count; i++) {
		const struct as_clamd_root *root = &roots->items[i];
		const char *rest = path + root->length;

		if (strncmp(path, root->path, root->length) != 0)
			continue;
		if (*rest != '\0' && *rest != '/')
			continue;
		while (*rest == '/')
			rest++;
		return as_clamd_open_below(root->fd, *rest != '\0' ? rest : ".", fd_out);
	}
	return -EACCES;
}
