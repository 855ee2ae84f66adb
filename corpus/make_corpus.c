/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make-corpus FOLDER: writes sample messages over everything that Assay looks
 * at, and manifest.json with the verdict that each must get. The same octets
 * in every run. Messages over LARGE_BYTES go to FOLDER/limits.
 */
#include "case.h"
#include "manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LARGE_BYTES ((size_t)1 << 20)

static const struct co_group *const groups[] = {
	&co_clean_mail,	     &co_clean_files,	  &co_clean_names,     &co_virus_archives,
	&co_virus_mail,	     &co_virus_structure, &co_deceptive_names, &co_dangerous_types,
	&co_broken_archives, &co_rule_hits,	  &co_bombs,	       &co_floods,
};

static char *join(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		co_fail("out of memory");
	return path;
}

static void make_folder(const char *path)
{
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		co_fail("%s: %s", path, strerror(errno));
}

static void write_file(const char *path, const struct co_bytes *content)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL)
		co_fail("%s: %s", path, strerror(errno));
	if (fwrite(content->data, 1, content->size, file) != content->size || fclose(file) != 0)
		co_fail("%s cannot be written", path);
}

static struct co_bytes *build(const struct co_case *row)
{
	if (row->build != NULL)
		return row->build(row);
	if (row->header != NULL)
		return co_mail_with_part(row->title, row->header, row->content());
	return co_mail_with_file(row->title, row->type, row->file, row->content());
}

static void write_case(struct co_manifest *manifest, const char *folder, unsigned int number,
		       const struct co_case *row)
{
	struct co_bytes *mail = build(row);
	char *name, *path;

	if (asprintf(&name, "%s%03u-%s.eml", mail->size > LARGE_BYTES ? "limits/" : "", number,
		     row->name) < 0)
		co_fail("out of memory");
	path = join(folder, name);
	write_file(path, mail);
	co_manifest_add(manifest, name, row);
	free(path);
	free(name);
	co_release();
}

int main(int argc, char **argv)
{
	struct co_manifest *manifest;
	unsigned int number = 0;
	char *limits, *path;

	if (argc != 2)
		co_fail("usage: make-corpus FOLDER");
	make_folder(argv[1]);
	limits = join(argv[1], "limits");
	make_folder(limits);
	free(limits);
	manifest = co_manifest_new();
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		for (size_t i = 0; i < groups[g]->count; i++)
			write_case(manifest, argv[1], ++number, &groups[g]->cases[i]);
	path = join(argv[1], "manifest.json");
	co_manifest_close(manifest, path);
	free(path);
	return 0;
}
