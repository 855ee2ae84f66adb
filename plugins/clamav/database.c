/* SPDX-License-Identifier: BSD-2-Clause */
#include "database.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* FNV-1a, 64 bits: tells sets apart, keeps no secret. */
#define FNV_OFFSET 0xcbf29ce484222325u
#define FNV_PRIME  0x100000001b3u

static void mix_octets(uint64_t *hash, const void *data, size_t size)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < size; i++)
		*hash = (*hash ^ p[i]) * FNV_PRIME;
}

void clam_database_mix(struct clam_databases *databases, uint64_t value)
{
	mix_octets(&databases->fingerprint, &value, sizeof(value));
}

void clam_database_init(struct clam_databases *databases, struct cl_engine *engine,
			struct clam_messages *messages, unsigned int options)
{
	const char *version = cl_retver();

	*databases = (struct clam_databases){
		.engine = engine,
		.messages = messages,
		.options = options,
		.fingerprint = FNV_OFFSET,
	};
	mix_octets(&databases->fingerprint, version, strlen(version) + 1);
	clam_database_mix(databases, options);
}

/* The suffixes that cl_load() of 1.0 to 1.4 takes from a folder. */
static bool is_database(const char *name)
{
	static const char *const suffixes[] = {
		"cat", "cbc",  "cdb",  "cfg", "cld", "crb", "crtdb", "cud", "cvd",  "db",
		"fp",  "ftm",  "gdb",  "hdb", "hdu", "hsb", "hsu",   "idb", "ign",  "ign2",
		"imp", "info", "ioc",  "ldb", "ldu", "mdb", "mdu",   "msb", "msu",  "ndb",
		"ndu", "pdb",  "pwdb", "rmd", "sdb", "sfp", "wdb",   "yar", "yara", "zmd",
	};
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot == name)
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strcmp(dot + 1, suffixes[i]) == 0)
			return true;
	return false;
}

static int is_entry(const struct dirent *entry)
{
	return is_database(entry->d_name) ? 1 : 0;
}

/* Octets, not the locale's order: the fingerprint must not depend on it. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

/* The header of a signed database: its version and when it was made. */
static void add_signed(struct clam_databases *databases, const char *path, const char *name)
{
	struct cl_cvd *head = cl_cvdhead(path);

	if (head == NULL)
		return; /* loading has the words for it */
	databases->official = true;
	if (strcmp(name, "daily.cvd") == 0 || strcmp(name, "daily.cld") == 0)
		if (head->version > databases->daily_version)
			databases->daily_version = head->version;
	if ((int64_t)head->stime > databases->newest)
		databases->newest = (int64_t)head->stime;
	clam_database_mix(databases, head->version);
	cl_cvdfree(head);
}

static void add_file(struct clam_databases *databases, const char *path, bool dated)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	struct stat st;

	if (stat(path, &st) < 0)
		return;
	mix_octets(&databases->fingerprint, name, strlen(name) + 1);
	clam_database_mix(databases, (uint64_t)st.st_size);
	clam_database_mix(databases, (uint64_t)st.st_mtim.tv_sec);
	clam_database_mix(databases, (uint64_t)st.st_mtim.tv_nsec);
	if (ends_with(name, ".cvd") || ends_with(name, ".cld") || ends_with(name, ".cud"))
		add_signed(databases, path, name);
	else if (dated && (int64_t)st.st_mtim.tv_sec > databases->newest)
		databases->newest = (int64_t)st.st_mtim.tv_sec;
}

/* Number of database files in the folder, or a negative errno. */
static int add_folder(struct clam_databases *databases, const char *path, bool dated)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_entry, by_name);

	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		char file[PATH_MAX];
		int length = snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);

		if (length > 0 && (size_t)length < sizeof(file))
			add_file(databases, file, dated);
		free(entries[i]);
	}
	free(entries);
	return count;
}

bool clam_database_present(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	bool present = false;

	/* One that is there and cannot be read must fail aloud, in load. */
	if (folder == NULL)
		return errno != ENOENT && errno != ENOTDIR;
	while (!present && (entry = readdir(folder)) != NULL)
		present = is_database(entry->d_name);
	closedir(folder);
	return present;
}

static int refuse(int code, char *error_out, size_t size, const char *path, const char *why,
		  const char *what)
{
	snprintf(error_out, size, "%s: %s; %s", path, why, what);
	return code;
}

int clam_database_load(struct clam_databases *databases, const char *path, bool dated,
		       char *error_out, size_t size)
{
	unsigned int count = 0;
	struct stat st;
	cl_error_t rc;

	if (stat(path, &st) < 0) {
		int code = -errno;

		return refuse(code, error_out, size, path, strerror(-code),
			      "correct the path or take it out of the configuration");
	}
	if (S_ISDIR(st.st_mode)) {
		int found = add_folder(databases, path, dated);

		if (found < 0)
			return refuse(found, error_out, size, path, strerror(-found),
				      "let the user of assay read this folder");
		if (found == 0)
			return refuse(-ENOENT, error_out, size, path, "no ClamAV database here",
				      "put one there (freshclam) or take the path out");
	} else {
		add_file(databases, path, dated);
	}
	clam_messages_clear(databases->messages);
	rc = cl_load(path, databases->engine, &count, databases->options);
	if (rc != CL_SUCCESS) {
		const char *said = databases->messages->text;

		return refuse(-EINVAL, error_out, size, path,
			      said[0] != '\0' ? said : cl_strerror(rc),
			      "repair or remove that file (sigtool or freshclam can replace it)");
	}
	databases->signatures += count;
	return 0;
}
