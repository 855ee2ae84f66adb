/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/mailbox.h"

#include "mailbox/walk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t measure_folder(const char *path, const volatile sig_atomic_t *stop)
{
	struct as_walk *walk = NULL;
	struct as_walk_entry entry;
	uint64_t sum = 0;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (as_walk_open(fd, path, &walk) < 0) {
		close(fd);
		return 0;
	}
	while ((stop == NULL || *stop == 0) && as_walk_next(walk, &entry) > 0)
		if (entry.kind == AS_WALK_FILE)
			sum += entry.size;
	as_walk_close(walk);
	return sum;
}

uint64_t as_mailbox_measure(const char *const *paths, size_t path_count,
			    const volatile sig_atomic_t *stop)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < path_count; i++) {
		struct stat st;
		int rc =
			strcmp(paths[i], "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(paths[i], &st);

		if (rc < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			sum += measure_folder(paths[i], stop);
		else if (S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_size;
	}
	return sum;
}
