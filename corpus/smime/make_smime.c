/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * make-smime FOLDER: writes signed and encrypted messages, good, odd and
 * hostile, with the certificates and keys for them, and manifest.jsonl with what
 * must be said of each.
 */
#include "case.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct cs_group *const groups[] = {
	&cs_good, &cs_odd, &cs_hostile, &cs_disguised, &cs_closed, &cs_paths,
};

static void make_folder(const char *folder, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (mkdir(path, 0777) < 0 && errno != EEXIST) {
		fprintf(stderr, "make-smime: %s: %s\n", path, strerror(errno));
		exit(1);
	}
}

static json_t *words_json(const char *const words[CS_FINDINGS])
{
	json_t *list = json_array();

	for (size_t i = 0; i < CS_FINDINGS && words[i] != NULL; i++)
		json_array_append_new(list, json_string(words[i]));
	return list;
}

static json_t *case_json(const char *file, const struct cs_case *row)
{
	static const char *const openssl[] = {
		[CS_NOT_ASKED] = "", [CS_AGREES] = "valid", [CS_REFUSES] = "refused"};

	return json_pack("{s:s,s:s,s:s,s:i,s:o,s:o,s:b,s:s,s:s,s:b,s:I}", "file", file, "why",
			 row->why, "layers", row->layers, "status", row->status, "findings",
			 words_json(row->findings), "never", words_json(row->never), "quiet",
			 (int)row->quiet, "options", row->options != NULL ? row->options : "",
			 "openssl", openssl[row->openssl], "eicar", (int)row->eicar, "at",
			 (json_int_t)SM_NOW);
}

static void write_group(const char *folder, const struct cs_group *group, FILE *manifest)
{
	char file[256];

	make_folder(folder, group->name);
	for (size_t i = 0; i < group->count; i++) {
		const struct cs_case *row = &group->cases[i];
		json_t *line;

		snprintf(file, sizeof(file), "%s/%s.%s", group->name, row->name,
			 row->bare ? "p7m" : "eml");
		cs_write(folder, file, row->build());
		line = case_json(file, row);
		if (line == NULL || json_dumpf(line, manifest, JSON_COMPACT) != 0 ||
		    fputc('\n', manifest) == EOF) {
			fprintf(stderr, "make-smime: the manifest cannot be written\n");
			exit(1);
		}
		json_decref(line);
	}
}

int main(int argc, char **argv)
{
	char path[4096];
	FILE *manifest;

	if (argc != 2) {
		fprintf(stderr, "usage: make-smime FOLDER\n");
		return 2;
	}
	make_folder(argv[1], "");
	make_folder(argv[1], "pki");
	cs_write_pki(argv[1]);
	snprintf(path, sizeof(path), "%s/manifest.jsonl", argv[1]);
	manifest = fopen(path, "wb");
	if (manifest == NULL) {
		fprintf(stderr, "make-smime: %s: %s\n", path, strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		write_group(argv[1], groups[i], manifest);
	sm_end();
	return fclose(manifest) == 0 ? 0 : 1;
}
