/* SPDX-License-Identifier: BSD-2-Clause */
/* A plugin that misbehaves when an object begins with "DO:" and a word. */
#include <assay/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct assay_host *host;
static char temp_dir[4096];

static int load(const struct assay_host *given, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	(void)setup;
	host = given;
	*state_out = &temp_dir;
	/* Each message must be judged anew. */
	loaded->context = ASSAY_CONTEXT_NEVER;
	snprintf(loaded->version, sizeof(loaded->version), "1.0");
	return 0;
}

static int enter(void *state, const struct assay_worker *worker)
{
	(void)state;
	snprintf(temp_dir, sizeof(temp_dir), "%s", worker->temp_dir);
	return 0;
}

/* The crash, whatever a sanitizer has installed. */
static void die_by(int number)
{
	signal(number, SIG_DFL);
	raise(number);
}

static void hang(void)
{
	for (;;)
		poll(NULL, 0, 1000);
}

/* All the arena of the inspection gives, and no word about it. */
static int hoard(struct assay_scan *scan)
{
	while (host->alloc(scan, (size_t)1 << 20) != NULL)
		;
	return 0;
}

static int leak(void)
{
	char *piece = malloc((size_t)8 << 20);

	if (piece == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < (size_t)8 << 20; i += 4096)
		((volatile char *)piece)[i] = 1;
	/* Kept from the leak sanitizer by the end of the process. */
	return 0;
}

/* A temporary folder without room: a file may have no octet more. */
static int fill(void)
{
	const struct rlimit none = {4096, 4096};
	static const char octets[65536];
	char path[4200];
	int fd, rc = 0;

	setrlimit(RLIMIT_FSIZE, &none);
	snprintf(path, sizeof(path), "%s/filler", temp_dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0)
		return -errno;
	while (rc == 0)
		if (write(fd, octets, sizeof(octets)) < 0)
			rc = -errno;
	close(fd);
	return rc;
}

static bool told(const struct assay_object *object, const char *word)
{
	size_t length = strlen(word);

	return as_span_has_at(object->data, 0, "DO:", 3) &&
	       as_span_has_at(object->data, 3, word, length);
}

static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct assay_finding finding = {.code = "yara.inspected"};
	const struct assay_finding marked = {.code = "yara.marked"};

	(void)state;
	(void)phase;
	if (told(object, "segv"))
		die_by(SIGSEGV);
	if (told(object, "abort"))
		die_by(SIGABRT);
	if (told(object, "exit"))
		_exit(3);
	if (told(object, "hang"))
		hang();
	if (told(object, "fail"))
		return -EIO;
	if (told(object, "hoard"))
		return hoard(scan);
	if (told(object, "leak"))
		return leak();
	if (told(object, "fill"))
		return fill();
	if (told(object, "mark"))
		return host->report(scan, object, &marked);
	return host->report(scan, object, &finding);
}

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "misbehave",
	.summary = "of a test",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.load = load,
	.enter = enter,
	.inspect = inspect,
};
