/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_pool_fixture.h"

#include "base/spool.h"
#include "pool/stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Starts and ends have less time than this, jobs of such tests have more. */
#define SETTLED_US 1800000000ull

static char own_temp[PATH_MAX];
static unsigned int jobs_seen;

static int load(void *context, struct as_buffer *status_out, struct as_error *error)
{
	struct fixture *fixture = context;

	if (fixture->load_hangs)
		poll(NULL, 0, 60000);
	if (fixture->load_fault != NULL)
		return as_error_set(error, AS_E_PLUGIN, "%s", fixture->load_fault);
	as_buffer_text(status_out, "{\"signatures\":7}");
	return 0;
}

static int enter(void *context, const char *temp_dir, uint32_t number, struct as_error *error)
{
	struct fixture *fixture = context;

	(void)number;
	snprintf(own_temp, sizeof(own_temp), "%s", temp_dir);
	if (fixture->enter_fault != NULL)
		return as_error_set(error, AS_E_PLUGIN, "%s", fixture->enter_fault);
	return 0;
}

/* ---- What a worker can be told to do --------------------------------- */

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

static size_t descend(size_t bytes)
{
	volatile char frame[4096];

	frame[0] = (char)bytes;
	frame[sizeof(frame) - 1] = frame[0];
	if (bytes <= sizeof(frame))
		return (size_t)frame[0];
	return descend(bytes - sizeof(frame)) + (size_t)(frame[sizeof(frame) - 1] != frame[0]);
}

static void list_fds(struct as_buffer *body)
{
	for (int fd = 0; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			as_buffer_printf(body, "%d ", fd);
}

static void hog(struct as_buffer *body)
{
	/* 4 GiB, in pieces that are all kept. */
	for (unsigned int i = 0; i < 4096; i++) {
		volatile char *piece = mmap(NULL, 1u << 20, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (piece == MAP_FAILED) {
			as_buffer_printf(body, "refused after %u", i);
			return;
		}
	}
	as_buffer_text(body, "unlimited");
}

static void fill(struct as_buffer *body)
{
	static const unsigned char block[65536];
	uint64_t written = 0;
	int fd = open("filler", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	/* A hole up to the limit, then real octets. */
	if (fd < 0 || lseek(fd, 512ll * 1024 * 1024 - (long)sizeof(block), SEEK_SET) < 0) {
		as_buffer_text(body, "no file");
		return;
	}
	while (written < 10 * sizeof(block)) {
		ssize_t done = write(fd, block, sizeof(block));

		if (done < 0) {
			as_buffer_printf(body, "refused: %s", errno == EFBIG ? "EFBIG" : "other");
			break;
		}
		written += (uint64_t)done;
	}
	close(fd);
}

static void litter(struct as_buffer *body)
{
	bool made = mkdir("a", 0700) == 0 && mkdir("a/b", 0700) == 0 && mkdir("a/b/c", 0700) == 0;
	int fd = open("a/b/c/file", O_WRONLY | O_CREAT, 0600);

	as_buffer_printf(body, "%s", made && fd >= 0 ? own_temp : "failed");
	if (fd >= 0)
		close(fd);
}

static void describe_temp(struct as_buffer *body)
{
	struct stat st = {.st_mode = 0};
	DIR *dir = opendir(".");
	unsigned int entries = 0;

	stat(own_temp, &st);
	while (dir != NULL && readdir(dir) != NULL)
		entries++;
	if (dir != NULL)
		closedir(dir);
	as_buffer_printf(body, "%o %u", (unsigned int)st.st_mode & 07777u, entries - 2);
}

static void read_file(const char *path, struct as_buffer *body)
{
	int fd = open(path, O_RDONLY);

	as_buffer_printf(body, "%s", fd >= 0 ? "readable" : strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void sum_message(const struct as_work *work, struct as_buffer *body)
{
	struct as_mapping mapping;
	unsigned long sum = 0;

	if (as_mapping_open(work->fd, work->offset, work->size, &mapping) < 0) {
		as_buffer_text(body, "cannot map");
		return;
	}
	for (size_t i = 0; i < mapping.data.size; i++)
		sum += mapping.data.data[i];
	as_buffer_printf(body, "%lu", sum);
	as_mapping_close(&mapping);
}

static void big_body(size_t size, struct as_buffer *body)
{
	unsigned char *room = as_buffer_reserve(body, size);

	if (room == NULL)
		return;
	for (size_t i = 0; i < size; i++)
		room[i] = (unsigned char)(i * 7);
	as_buffer_commit(body, size);
}

/* Says something else than what the pool expects, behind the library's back. */
static void send_junk(void)
{
	for (int fd = 3; fd < 1024; fd++) {
		socklen_t size = sizeof(int);
		int type = 0;

		if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
		    type == SOCK_SEQPACKET)
			send(fd, "junk", 4, MSG_NOSIGNAL);
	}
	hang();
}

static const char *after(const char *word, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(word, prefix, length) == 0 ? word + length : NULL;
}

static void misbehave(const char *word, const struct as_work *work)
{
	if (strcmp(word, "segv") == 0 || (strcmp(word, "segv once") == 0 && work->attempt == 1))
		die_by(SIGSEGV);
	if (strcmp(word, "abort") == 0)
		die_by(SIGABRT);
	if (strcmp(word, "exit") == 0)
		_exit(3);
	if (strcmp(word, "killed") == 0)
		die_by(SIGKILL);
	if (strcmp(word, "hang") == 0)
		hang();
	if (strcmp(word, "junk") == 0)
		send_junk();
	if (strcmp(word, "litter and die") == 0) {
		struct as_buffer ignored;

		as_buffer_init(&ignored, 0);
		litter(&ignored);
		die_by(SIGSEGV);
	}
	if (strcmp(word, "socket") == 0)
		socket(AF_INET, SOCK_STREAM, 0);
	if (strcmp(word, "fork") == 0 && fork() == 0)
		_exit(0);
	if (strcmp(word, "exec memory") == 0) {
		void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		mprotect(page, 4096, PROT_READ | PROT_EXEC);
	}
}

static int answer(const char *word, const struct as_work *work, struct as_reply *reply)
{
	const char *rest;

	if (strcmp(word, "load code") == 0) {
		void *page =
			mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		as_buffer_text(&reply->body,
			       page == MAP_FAILED && errno == EACCES ? "refused" : "loaded");
	} else if ((rest = after(word, "echo ")) != NULL) {
		as_buffer_append(&reply->body, rest, work->request.size - 5);
	} else if ((rest = after(word, "slow ")) != NULL) {
		poll(NULL, 0, atoi(rest));
		as_buffer_text(&reply->body, "slow");
	} else if ((rest = after(word, "body ")) != NULL) {
		big_body((size_t)atoi(rest), &reply->body);
	} else if ((rest = after(word, "read ")) != NULL) {
		read_file(rest, &reply->body);
	} else if (strcmp(word, "extra") == 0) {
		return as_spool_make("extra", as_span_text("second octets"), &reply->extra_fd);
	} else if (strcmp(word, "extra unsealed") == 0) {
		return as_spool_open("extra", &reply->extra_fd);
	} else if (strcmp(word, "pid") == 0) {
		as_buffer_printf(&reply->body, "%ld %u", (long)getpid(), ++jobs_seen);
	} else if (strcmp(word, "fds") == 0) {
		list_fds(&reply->body);
	} else if (strcmp(word, "hog") == 0) {
		hog(&reply->body);
	} else if (strcmp(word, "fill") == 0) {
		fill(&reply->body);
	} else if (strcmp(word, "litter") == 0) {
		litter(&reply->body);
	} else if (strcmp(word, "temp") == 0) {
		describe_temp(&reply->body);
	} else if (strcmp(word, "sum") == 0) {
		sum_message(work, &reply->body);
	} else if (strcmp(word, "deep") == 0) {
		descend(32u * 1024 * 1024);
		as_buffer_text(&reply->body, "came back");
	} else if (strcmp(word, "fail") == 0) {
		return -EIO;
	} else {
		as_buffer_printf(&reply->body, "attempt %u", work->attempt);
	}
	return 0;
}

static int run(void *context, const struct as_work *work, struct as_reply *reply)
{
	char *word = strndup((const char *)work->request.data, work->request.size);
	int rc;

	(void)context;
	if (word == NULL)
		return -ENOMEM;
	as_stage_set("test stage");
	misbehave(word, work);
	rc = answer(word, work, reply);
	free(word);
	return rc;
}

/* ---- The caller's side ----------------------------------------------- */

uint64_t skipped_us;

static uint64_t turned_us(void *context)
{
	(void)context;
	return as_clock_us(&as_clock_system) + skipped_us;
}

const struct as_clock turned = {.monotonic_us = turned_us};

void fixture_init(struct fixture *fixture)
{
	skipped_us = 0;
	*fixture = (struct fixture){
		.settings =
			{
				.workers = 2,
				.worker_memory = 512ull * 1024 * 1024,
				.worker_messages = 1000000,
				.worker_growth = 1ull << 40,
				.start_ms = 30000,
				.clock = &as_clock_system,
			},
		.handler = {load, enter, run, fixture},
	};
}

void fixture_open(struct fixture *fixture)
{
	int rc = as_pool_open(&fixture->settings, &fixture->handler, &fixture->pool,
			      &fixture->error);

	if (rc < 0)
		fail_msg("the pool does not open: %s", fixture->error.text);
}

void fixture_close(struct fixture *fixture)
{
	as_pool_close(fixture->pool);
	fixture->pool = NULL;
	for (size_t i = 0; i < fixture->count; i++) {
		free(fixture->results[i].body);
		if (fixture->results[i].extra_fd >= 0)
			close(fixture->results[i].extra_fd);
	}
	fixture->count = 0;
}

void fixture_done(void *context, const struct as_result *result)
{
	struct fixture *fixture = context;
	struct outcome *outcome;

	assert_true(fixture->count < RESULTS_MAX);
	outcome = &fixture->results[fixture->count++];
	*outcome = (struct outcome){
		.outcome = result->outcome,
		.cookie = result->cookie,
		.size = result->body.size,
		.extra_fd = result->extra_fd,
		.attempts = result->attempts,
		.signal = result->signal,
		.exit_code = result->exit_code,
		.syscall = result->syscall,
	};
	memcpy(outcome->stage, result->stage, sizeof(outcome->stage));
	memcpy(outcome->reason, result->reason, sizeof(outcome->reason));
	if (result->body.size > 0) {
		outcome->body = malloc(result->body.size);
		assert_non_null(outcome->body);
		memcpy(outcome->body, result->body.data, result->body.size);
	}
}

void fixture_submit(struct fixture *fixture, uintptr_t cookie, const char *words,
		    uint64_t deadline_ms)
{
	struct as_job job = {
		.fd = -1,
		.request = as_span_text(words),
		.deadline_ms = deadline_ms,
		.cookie = (void *)cookie,
	};

	assert_int_equal(as_pool_submit(fixture->pool, &job), 0);
}

void fixture_wait(struct fixture *fixture, size_t count)
{
	uint64_t limit = as_clock_us(&as_clock_system) + 60000000;

	while (fixture->count < count) {
		assert_true(as_pool_poll(fixture->pool, 1000, fixture_done, fixture) >= 0);
		if (as_clock_us(&as_clock_system) > limit)
			fail_msg("only %zu of %zu results", fixture->count, count);
	}
}

const struct outcome *fixture_do(struct fixture *fixture, const char *words, uint64_t deadline_ms)
{
	size_t before = fixture->count;

	fixture_submit(fixture, before + 1, words, deadline_ms);
	fixture_wait(fixture, before + 1);
	return &fixture->results[before];
}

bool outcome_is(const struct outcome *outcome, const char *text)
{
	return outcome->outcome == AS_OUTCOME_DONE &&
	       as_span_equal(as_span_make(outcome->body, outcome->size), as_span_text(text));
}

const struct as_pool_state *fixture_describe(const struct fixture *fixture)
{
	static struct as_pool_state described;

	as_pool_describe(fixture->pool, &described);
	return &described;
}

void fixture_kill_zygote(const struct fixture *fixture)
{
	pid_t zygote = fixture_describe(fixture)->zygote_pid;

	assert_true(zygote > 1);
	assert_int_equal(kill(zygote, SIGKILL), 0);
}

void fixture_settle(struct fixture *fixture)
{
	const struct as_clock *clock = fixture->settings.clock;

	while (as_pool_next_deadline_us(fixture->pool) < as_clock_us(clock) + SETTLED_US)
		assert_int_equal(as_pool_poll(fixture->pool, 10, fixture_done, fixture), 0);
}

pid_t fixture_pid(const struct fixture *fixture)
{
	pid_t pid = -1;

	as_pool_pids(fixture->pool, &pid, 1);
	return pid;
}
