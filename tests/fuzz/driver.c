/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main() for fuzz targets without libFuzzer: runs each file once, and each
 * prefix of it at every power of two, which costs nothing and finds reads
 * behind the end.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Seeds are small; a large file is a mistake. */
#define SEED_MAX ((size_t)1 << 20)

static void run_exact(const uint8_t *data, size_t size)
{
	/* A block of exactly this size, so that sanitizers see its end. */
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static int run_file(const char *path)
{
	uint8_t *data = malloc(SEED_MAX);
	FILE *file = fopen(path, "rb");
	size_t size;

	if (data == NULL || file == NULL) {
		perror(path);
		return 1;
	}
	size = fread(data, 1, SEED_MAX, file);
	fclose(file);
	run_exact(data, size);
	for (size_t cut = 1; cut < size; cut *= 2) {
		run_exact(data, cut);
		run_exact(data, size - cut);
	}
	free(data);
	return 0;
}

static int run_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int failed = 0;

	if (folder == NULL) {
		perror(path);
		return 1;
	}
	while ((entry = readdir(folder)) != NULL) {
		char name[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		failed |= run_file(name);
	}
	closedir(folder);
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;

	run_exact((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		struct stat info;

		if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode))
			failed |= run_folder(argv[i]);
		else
			failed |= run_file(argv[i]);
	}
	return failed;
}
