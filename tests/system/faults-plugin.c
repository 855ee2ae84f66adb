/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin that misbehaves in the way that the first line of an object names:
 * "assay-fault: WORD". Built and loaded by the fault tests; never installed.
 * It uses nothing but the installed headers.
 */
#include <assay/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MARK "assay-fault: "
/* Descriptors that a worker may have. */
#define DESCRIPTORS 64

static char temp_dir[4096];
/* The compiler must not see that the loops below have no effect. */
static volatile unsigned int sink;

static void fault_segv(void)
{
	*(volatile int *)8 = 1;
}

static void fault_abort(void)
{
	abort();
}

static void fault_exit(void)
{
	_exit(0);
}

static void fault_loop(void)
{
	for (;;)
		sink++;
}

/* Touches what it gets, so that overcommitment does not help. */
static void fault_memory(void)
{
	for (;;) {
		const size_t size = (size_t)4 << 20;
		char *block = malloc(size);

		if (block == NULL)
			abort();
		memset(block, 1, size);
		sink += (unsigned char)block[sink % size];
	}
}

static unsigned int descend(unsigned int depth)
{
	volatile char frame[4096];

	frame[depth % sizeof(frame)] = (char)depth;
	if (sink == (unsigned int)-1)
		return 0;
	return descend(depth + 1) + (unsigned char)frame[depth % sizeof(frame)];
}

static void fault_stack(void)
{
	sink = 0;
	descend(0);
}

static void fault_socket(void)
{
	sink += (unsigned int)socket(AF_INET, SOCK_STREAM, 0);
}

static void fault_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void fault_fork(void)
{
	sink += (unsigned int)fork();
}

static void fault_kill(void)
{
	kill(getppid(), SIGKILL);
}

/* Memory that could hold code out of a mail must be refused. */
static void fault_code(void)
{
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0) != MAP_FAILED)
		abort();
}

/* What a worker that was taken over would tell its parent. */
static void fault_lie(void)
{
	char junk[300];

	memset(junk, 0xee, sizeof(junk));
	for (int fd = 3; fd < DESCRIPTORS; fd++)
		sink += (unsigned int)send(fd, junk, sizeof(junk), MSG_NOSIGNAL);
}

static void fault_close(void)
{
	for (int fd = 3; fd < DESCRIPTORS; fd++)
		close(fd);
}

static void fill_temp(void)
{
	static const char block[65536];
	char path[sizeof(temp_dir) + 16];
	int fd;

	snprintf(path, sizeof(path), "%s/fill", temp_dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	/* 64 MiB, unless the folder is full before. */
	for (int i = 0; i < 1024 && write(fd, block, sizeof(block)) > 0; i++)
		sink++;
	close(fd);
}

static bool can_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static const struct {
	const char *word;
	void (*run)(void);
} faults[] = {
	{"segv", fault_segv},	  {"abort", fault_abort},   {"exit", fault_exit},
	{"loop", fault_loop},	  {"memory", fault_memory}, {"stack", fault_stack},
	{"socket", fault_socket}, {"exec", fault_exec},	    {"fork", fault_fork},
	{"kill", fault_kill},	  {"code", fault_code},	    {"lie", fault_lie},
	{"close", fault_close},
};

static const struct assay_host *host;

/* Any code of the registry does; what counts is the text. */
static int report(struct assay_scan *scan, const struct assay_object *object, const char *text)
{
	const struct assay_finding finding = {.code = "polyglot", .text = text};

	host->report(scan, object, &finding);
	return 0;
}

static int load(const struct assay_host *given, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	(void)setup;
	host = given;
	*state_out = NULL;
	snprintf(loaded->version, sizeof(loaded->version), "1");
	loaded->context = ASSAY_CONTEXT_NEVER;
	return 0;
}

static int enter(void *state, const struct assay_worker *worker)
{
	(void)state;
	snprintf(temp_dir, sizeof(temp_dir), "%s", worker->temp_dir);
	return 0;
}

static bool is_word(struct as_span word, const char *text)
{
	return as_span_equal(word, as_span_text(text));
}

static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	struct as_span word;
	size_t end = 0;

	(void)state;
	(void)phase;
	if (!as_span_has_at(object->data, 0, MARK, sizeof(MARK) - 1))
		return 0;
	word = as_span_from(object->data, sizeof(MARK) - 1);
	while (end < word.size && word.data[end] >= 'a' && word.data[end] <= 'z')
		end++;
	word = as_span_slice(word, 0, end);
	if (is_word(word, "fail"))
		return -EIO;
	if (is_word(word, "fill"))
		fill_temp();
	if (is_word(word, "read") && can_read("/etc/passwd"))
		return report(scan, object, "a file outside could be read");
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (is_word(word, faults[i].word))
			faults[i].run();
	return 0;
}

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "faulty",
	.summary = "misbehaves on demand",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.load = load,
	.enter = enter,
	.inspect = inspect,
};
