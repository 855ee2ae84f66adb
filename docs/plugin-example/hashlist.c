/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hashlist: an example of a plugin that is built outside of Assay's tree.
 *
 * Reports malware.NAME for every object whose SHA-256 stands in a list of
 * lines "DIGEST NAME". The answer depends on the octets alone, so that Assay
 * keeps it for the next message with the same attachment. With `strict`, files
 * whose octets nobody could read are reported at the end of the message.
 */
#include <assay/plugin.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DIGEST_SIZE 32u
#define NAME_SIZE   64u
/* 128 MiB of entries. */
#define ENTRIES_MAX (1u << 20)

struct entry {
	unsigned char digest[DIGEST_SIZE];
	char name[NAME_SIZE];
};

struct state {
	const struct assay_host *host;
	bool strict;
	struct entry *entries;	/* sorted by digest */
	size_t count, capacity;
};

/* Proves that hashing, look-up and reporting work before a new set of plugins
 * takes over. */
#define CANARY "the canary of hashlist\n"
#define CANARY_LINE                                                                    \
	"361dfea801ad7719a989b43a025c8b1d3ae10cd4a8481d109103ce60036082d8 "         \
	"hashlist-canary"

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST_SIZE);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_digest(const char *word, unsigned char *digest_out)
{
	if (strlen(word) != 2 * DIGEST_SIZE)
		return false;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		int high = hex_value(word[2 * i]), low = hex_value(word[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		digest_out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* What may stand behind "malware." in a code. */
static bool is_name(const char *word)
{
	size_t length = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789._-");

	return length > 0 && length < NAME_SIZE && word[length] == '\0';
}

/* Changes line. NULL, or what is wrong with it. */
static const char *add_line(struct state *state, char *line)
{
	char *rest;
	const char *digest = strtok_r(line, " \t\r\n", &rest);
	const char *name = strtok_r(NULL, " \t\r\n", &rest);
	struct entry entry = { .name = "" };

	if (digest == NULL || digest[0] == '#')
		return NULL;
	if (!parse_digest(digest, entry.digest))
		return "expected a SHA-256 digest of 64 hexadecimal digits";
	if (name == NULL || !is_name(name))
		return "expected a name of letters, digits, dots, hyphens and underscores";
	if (state->count == ENTRIES_MAX)
		return "the list is too long";
	if (state->count == state->capacity) {
		size_t capacity = state->capacity == 0 ? 64 : 2 * state->capacity;
		struct entry *grown = realloc(state->entries, capacity * sizeof(*grown));

		if (grown == NULL)
			return "no memory";
		state->entries = grown;
		state->capacity = capacity;
	}
	snprintf(entry.name, sizeof(entry.name), "%s", name);
	state->entries[state->count++] = entry;
	return NULL;
}

static int read_list(struct state *state, const char *path, struct assay_loaded *loaded)
{
	const char *wrong = NULL;
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	struct stat info;
	FILE *file = fopen(path, "re");

	if (file == NULL || fstat(fileno(file), &info) < 0) {
		snprintf(loaded->error, sizeof(loaded->error), "%.300s: %s", path, strerror(errno));
		if (file != NULL)
			fclose(file);
		return -ENOENT;
	}
	while (wrong == NULL && getline(&line, &room, file) >= 0) {
		number++;
		wrong = add_line(state, line);
	}
	if (wrong == NULL && ferror(file))
		wrong = "cannot be read";
	free(line);
	fclose(file);
	if (wrong != NULL) {
		snprintf(loaded->error, sizeof(loaded->error), "%.300s:%u: %s", path, number, wrong);
		return -EINVAL;
	}
	loaded->newest = (int64_t)info.st_mtime;
	return 0;
}

/* FNV-1a over all entries: a list that changed makes kept answers invalid. */
static uint64_t fingerprint(const struct state *state)
{
	const unsigned char *bytes = (const unsigned char *)state->entries;
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < state->count * sizeof(*state->entries); i++)
		hash = (hash ^ bytes[i]) * 1099511628211u;
	return hash;
}

static void hashlist_unload(void *opaque)
{
	struct state *state = opaque;

	if (state != NULL)
		free(state->entries);
	free(state);
}

static int hashlist_load(const struct assay_host *host, const struct assay_setup *setup,
			 void **state_out, struct assay_loaded *loaded)
{
	const char *path = host->setting_string(setup, "list");
	char canary[] = CANARY_LINE;
	struct state *state;
	int rc = -ENOMEM;

	if (path[0] == '\0') {
		snprintf(loaded->error, sizeof(loaded->error),
			 "no list is named; write: hashlist { list = \"FILE\" }");
		return -EINVAL;
	}
	state = calloc(1, sizeof(*state));
	if (state == NULL || add_line(state, canary) != NULL)
		goto out;
	state->host = host;
	state->strict = host->setting_bool(setup, "strict");
	rc = read_list(state, path, loaded);
	if (rc < 0)
		goto out;
	qsort(state->entries, state->count, sizeof(*state->entries), compare);
	loaded->signatures = state->count - 1;
	loaded->fingerprint = fingerprint(state);
	snprintf(loaded->version, sizeof(loaded->version), "1.0");
	*state_out = state;
	state = NULL;
out:
	hashlist_unload(state);
	return rc;
}

static int hashlist_inspect(void *opaque, struct assay_scan *scan,
			    const struct assay_object *object, enum assay_phase phase)
{
	const struct state *state = opaque;
	const struct entry *entry;
	char code[NAME_SIZE + 8];
	struct assay_finding finding = { .code = code, .text = "The file is on the local list." };

	(void)phase;	/* one phase is declared, so it is the only one asked for */
	entry = bsearch(object->sha256, state->entries, state->count, sizeof(*entry), compare);
	if (entry == NULL)
		return 0;
	snprintf(code, sizeof(code), "malware.%s", entry->name);
	return state->host->report(scan, object, &finding);
}

/* Files that are known by name only were never shown to inspect(). */
static int hashlist_conclude(void *opaque, struct assay_scan *scan)
{
	const struct state *state = opaque;
	const struct assay_finding finding = {
		.code = "scan.unscannable",
		.text = "The file could not be read, so it was not compared with the local list.",
	};

	for (size_t i = 0; state->strict && i < state->host->object_count(scan); i++) {
		const struct assay_object *object = state->host->object_at(scan, i);

		if ((object->flags & ASSAY_FLAG_UNREAD) == 0)
			continue;
		if (state->host->report(scan, object, &finding) < 0)
			break;
	}
	return 0;
}

static size_t hashlist_canaries(void *opaque, const struct assay_canary **canaries_out)
{
	static const struct assay_canary canary = {
		.data = { (const unsigned char *)CANARY, sizeof(CANARY) - 1 },
		.name = "canary.txt",
		.code = "malware.hashlist-canary",
	};

	(void)opaque;
	*canaries_out = &canary;
	return 1;
}

/* Constants that bound what comes from outside, for `assay limits`. */
static const struct assay_limit limits[] = {
	{ "entries", ENTRIES_MAX, "entries",
	  "of the list: 128 MiB of memory; a longer one is a mistake in the configuration" },
	{ "name_bytes", NAME_SIZE - 1, "bytes",
	  "name of an entry, which becomes part of a code" },
};

static const struct assay_setting settings[] = {
	{ "list", ASSAY_SETTING_PATH, NULL, 0, 0, "file of lines \"SHA-256 NAME\"" },
	{ "strict", ASSAY_SETTING_BOOL, "false", 0, 0, "report files that could not be read" },
};

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(assay_plugin),
	.name = "hashlist",
	.summary = "reports files whose SHA-256 is on a list",
	.phases = ASSAY_JUDGE | ASSAY_CONCLUDE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = hashlist_load,
	.inspect = hashlist_inspect,
	.conclude = hashlist_conclude,
	.canaries = hashlist_canaries,
	.unload = hashlist_unload,
	.limits = limits,
	.limit_count = sizeof(limits) / sizeof(limits[0]),
};
