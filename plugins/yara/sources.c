/* SPDX-License-Identifier: BSD-2-Clause */
#include "sources.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One configured path while it is walked. */
struct walk {
	struct yp_sources *sources;
	struct yp_trouble *trouble;
	const char *root;
	bool imported;
};

static int compare_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep(void *key)
{
	(void)key;
}

bool yp_path_below(const char *path, const char *root)
{
	size_t length = strlen(root);

	while (length > 0 && root[length - 1] == '/')
		length--;
	return strncmp(path, root, length) == 0 && path[length] == '/';
}

/* Reads to the end: the file may have grown or shrunk since fstat(). */
static bool read_all(int fd, size_t expected, char **text_out, size_t *size_out)
{
	size_t room = expected + 1;
	char *text = malloc(room + 1);
	size_t size = 0;

	while (text != NULL) {
		ssize_t got = read(fd, text + size, room - size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || size + (size_t)got > YP_FILE_BYTES_MAX)
			break;
		if (got == 0) {
			text[size] = '\0';
			*text_out = text;
			*size_out = size;
			return true;
		}
		size += (size_t)got;
		if (size == room) {
			char *larger = realloc(text, room * 2 + 1);

			if (larger == NULL)
				break;
			text = larger;
			room *= 2;
		}
	}
	free(text);
	return false;
}

bool yp_read_file(const char *path, char reason[YP_REASON_MAX], char **text_out, size_t *size_out,
		  int64_t *mtime_out)
{
	struct stat st;
	char *text = NULL;
	size_t size = 0;
	bool ok = false;
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0)
		snprintf(reason, YP_REASON_MAX, "cannot read %.300s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		snprintf(reason, YP_REASON_MAX, "%.300s is not a regular file", path);
	else if (st.st_size > (off_t)YP_FILE_BYTES_MAX)
		snprintf(reason, YP_REASON_MAX, "%.300s is larger than %u MiB", path,
			 YP_FILE_BYTES_MAX >> 20);
	else if (!read_all(fd, (size_t)st.st_size, &text, &size))
		snprintf(reason, YP_REASON_MAX, "cannot read %.300s to its end", path);
	else if (memchr(text, '\0', size) != NULL)
		/* libyara takes C strings: it would drop the rest in silence. */
		snprintf(reason, YP_REASON_MAX,
			 "%.300s holds a NUL octet, it is not a text file of rules", path);
	else
		ok = true;
	if (fd >= 0)
		close(fd);
	if (!ok) {
		free(text);
		return false;
	}
	*text_out = text;
	*size_out = size;
	*mtime_out = (int64_t)st.st_mtime;
	return true;
}

/* The name under the root; the whole path when another root has that name. */
static int name_space(struct walk *walk, struct yp_source *source)
{
	const char *below = source->path + strlen(walk->root);

	while (*below == '/')
		below++;
	if (*below == '\0' || tfind(below, &walk->sources->spaces, compare_text) != NULL)
		below = source->path;
	source->space = strdup(below);
	if (source->space == NULL ||
	    tsearch(source->space, &walk->sources->spaces, compare_text) == NULL)
		return -ENOMEM;
	return 0;
}

static int add_file(struct walk *walk, const char *path)
{
	struct yp_sources *sources = walk->sources;
	struct yp_source *source;
	char reason[YP_REASON_MAX];

	if (tfind(path, &sources->paths, compare_text) != NULL)
		return 0;
	if (sources->count >= YP_FILES_MAX) {
		if (sources->count == YP_FILES_MAX)
			yp_error(walk->trouble, "%s: more than %u rule files", path, YP_FILES_MAX);
		return 0;
	}
	if (sources->count == sources->room) {
		size_t room = sources->room == 0 ? 64 : sources->room * 2;
		struct yp_source *items = reallocarray(sources->items, room, sizeof(*items));

		if (items == NULL)
			return -ENOMEM;
		sources->items = items;
		sources->room = room;
	}
	source = &sources->items[sources->count];
	*source = (struct yp_source){.imported = walk->imported};
	if (!yp_read_file(path, reason, &source->text, &source->size, &source->mtime)) {
		yp_error(walk->trouble, "%s", reason);
		return 0;
	}
	sources->count++;
	source->path = strdup(path);
	source->root = strdup(walk->root);
	if (source->path == NULL || source->root == NULL ||
	    tsearch(source->path, &sources->paths, compare_text) == NULL)
		return -ENOMEM;
	return name_space(walk, source);
}

static bool is_rule_file(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && (strcmp(dot, ".yar") == 0 || strcmp(dot, ".yara") == 0);
}

/* A link could lead to a file that its owner never meant to be a rule. */
static int add_link(struct walk *walk, const char *path)
{
	char *real = realpath(path, NULL);
	struct stat st;
	int rc = 0;

	if (real == NULL || stat(real, &st) < 0 || !S_ISREG(st.st_mode) ||
	    !yp_path_below(real, walk->root))
		yp_warn(walk->trouble, "%s: this link leads out of %s or to no file: left out",
			path, walk->root);
	else
		rc = add_file(walk, real);
	free(real);
	return rc;
}

static int walk_folder(struct walk *walk, const char *folder, unsigned depth);

static int add_entry(struct walk *walk, const char *folder, const char *name, unsigned depth)
{
	char *path = NULL;
	struct stat st;
	int rc = 0;

	if (asprintf(&path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name) < 0)
		return -ENOMEM;
	if (lstat(path, &st) < 0)
		yp_error(walk->trouble, "%s: %s", path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		rc = walk_folder(walk, path, depth + 1);
	else if (S_ISLNK(st.st_mode) && is_rule_file(name))
		rc = add_link(walk, path);
	else if (is_rule_file(name))
		rc = add_file(walk, path);
	free(path);
	return rc;
}

static int skip_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_octets(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk_folder(struct walk *walk, const char *folder, unsigned depth)
{
	struct dirent **entries = NULL;
	int count, rc = 0;

	if (depth > YP_FOLDER_DEPTH_MAX) {
		yp_error(walk->trouble, "%s: more than %u folders deep", folder,
			 YP_FOLDER_DEPTH_MAX);
		return 0;
	}
	count = scandir(folder, &entries, skip_hidden, by_octets);
	if (count < 0) {
		yp_error(walk->trouble, "%s: cannot read this folder: %s", folder, strerror(errno));
		return 0;
	}
	for (int i = 0; i < count; i++) {
		if (rc == 0)
			rc = add_entry(walk, folder, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int yp_sources_add(struct yp_sources *sources, const char *path, bool imported,
		   struct yp_trouble *trouble)
{
	struct walk walk = {.sources = sources, .trouble = trouble, .imported = imported};
	char *real = realpath(path, NULL);
	char *root = NULL;
	struct stat st;
	int rc = 0;

	if (real == NULL || stat(real, &st) < 0) {
		yp_error(trouble, "%s: %s: name an existing file or folder of YARA rules", path,
			 strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		walk.root = real;
		rc = walk_folder(&walk, real, 0);
	} else {
		root = strndup(real, (size_t)(strrchr(real, '/') - real));
		walk.root = root;
		rc = root != NULL ? add_file(&walk, real) : -ENOMEM;
	}
	free(root);
	free(real);
	return rc;
}

void yp_sources_free(struct yp_sources *sources)
{
	tdestroy(sources->paths, keep);
	tdestroy(sources->spaces, keep);
	for (size_t i = 0; i < sources->count; i++) {
		free(sources->items[i].path);
		free(sources->items[i].root);
		free(sources->items[i].space);
		free(sources->items[i].text);
	}
	free(sources->items);
	*sources = (struct yp_sources){0};
}
