/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_SOURCES_H
#define ASSAY_PLUGINS_YARA_SOURCES_H

#include "trouble.h"

/*
 * The rule files of a set, read into memory before anything is compiled, so
 * that what is lexed, hashed and compiled are the same octets even if somebody
 * edits a file meanwhile.
 *
 * Order is that of the settings, then of strcmp() over file names: the same
 * folders give the same set on every machine.
 */

/* The largest public set has 1,040 files; a folder given by mistake (/) has to
 * end in an error and not in an hour of walking. */
#define YP_FILES_MAX	    20000u
#define YP_FOLDER_DEPTH_MAX 16u
/* The largest public rule file is 5 MB (7,128 packer patterns). */
#define YP_FILE_BYTES_MAX (64u << 20)

struct yp_source {
	char *path;  /* real path */
	char *root;  /* real path of the folder that includes may not leave */
	char *space; /* YARA namespace: path below the root, unique */
	char *text;  /* size octets and a NUL */
	size_t size;
	int64_t mtime; /* seconds since 1970 */
	bool imported; /* from extra_rules: action capped, lenient metas */
};

struct yp_sources {
	struct yp_source *items;
	size_t count;
	size_t room;
	void *paths; /* search trees: no file twice, no namespace twice */
	void *spaces;
};

/*
 * Adds a file, or all *.yar and *.yara below a folder. Hidden entries are left
 * out. A symbolic link is followed only to a regular file below the same
 * folder; others are warned about. Errors go to trouble. Negative only when
 * out of memory.
 */
int yp_sources_add(struct yp_sources *sources, const char *path, bool imported,
		   struct yp_trouble *trouble);
void yp_sources_free(struct yp_sources *sources);

/* Whether path, a real path, lies below the folder root, a real path too. */
bool yp_path_below(const char *path, const char *root);

/* Room for the reason why a file could not be read; a long path is cut. */
#define YP_REASON_MAX 400u

/* Reads a whole regular file. *text_out is the caller's to free. False with a
 * reason that names the file. */
bool yp_read_file(const char *path, char reason[YP_REASON_MAX], char **text_out, size_t *size_out,
		  int64_t *mtime_out);

#endif
