/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A program that stands in a build tree finds a file there that configure
 * wrote and that is never installed. It holds the path of the sources.
 */
#define BUILD_MARK "assay.build"

static char build_dir[PATH_MAX];
static char source_dir[PATH_MAX];

static void strip_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash != NULL)
		*slash = '\0';
}

static bool read_mark(const char *folder)
{
	char mark[PATH_MAX + sizeof(BUILD_MARK) + 1];
	bool ok = false;
	FILE *file;

	snprintf(mark, sizeof(mark), "%s/%s", folder, BUILD_MARK);
	file = fopen(mark, "re");
	if (file == NULL)
		return false;
	if (fgets(source_dir, sizeof(source_dir), file) != NULL) {
		source_dir[strcspn(source_dir, "\n")] = '\0';
		ok = source_dir[0] == '/';
	}
	fclose(file);
	return ok;
}

/* Where below the top of a build tree programs stand. An installed program is
 * not to take the mark of a folder above its own for that of its build. */
static bool is_of_build(const char *rest)
{
	static const char *const folders[] = {".libs/", "corpus/", "tests/"};

	if (strchr(rest, '/') == NULL)
		return true;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (strncmp(rest, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* Programs stand at the top of the build tree, test programs some levels
 * below it. */
static bool find_build(void)
{
	ssize_t length = readlink("/proc/self/exe", build_dir, sizeof(build_dir) - 1);
	char program[PATH_MAX];

	if (length <= 0)
		return false;
	build_dir[length] = '\0';
	memcpy(program, build_dir, (size_t)length + 1);
	for (int level = 0; level < 4; level++) {
		strip_last(build_dir);
		if (build_dir[0] == '\0')
			return false;
		if (is_of_build(program + strlen(build_dir) + 1) && read_mark(build_dir))
			return true;
	}
	return false;
}

void as_paths_standard(struct as_paths *paths_out)
{
	static char signatures[PATH_MAX + 16];

	*paths_out = (struct as_paths){
		.plugin_dir = ASSAY_PLUGIN_DIR,
		.signature_dir = ASSAY_SIGNATURE_DIR,
	};
	if (!find_build())
		return;
	snprintf(signatures, sizeof(signatures), "%s/signatures", source_dir);
	paths_out->build_dir = build_dir;
	paths_out->signature_dir = signatures;
}

const char *as_config_standard_file(void)
{
	static char file[PATH_MAX + 32];

	if (find_build())
		snprintf(file, sizeof(file), "%s/docs/assay.conf", source_dir);
	else
		snprintf(file, sizeof(file), "%s", ASSAY_CONFIG_FILE);
	/* One that is there and cannot be read is an error, not no file. */
	return access(file, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR) ? file : NULL;
}
