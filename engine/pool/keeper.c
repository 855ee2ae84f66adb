/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/keeper.h"

#include "base/log.h"
#include "pool/channel.h"
#include "pool/keeper_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* There is one in a process. */
static struct as_keeper *current;

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int fork_keeper(struct as_keeper *keeper, int status)
{
	struct as_keeper_birth birth = {.keeper = keeper, .parent = getpid(), .status = status};
	pid_t pid = fork();

	if (pid == 0)
		as_keeper_main(&birth);
	if (pid < 0)
		return -errno;
	keeper->pid = pid;
	keeper->started_us = as_clock_us(keeper->setup.clock);
	return 0;
}

static int take_failure(const struct as_channel_packet *packet, struct as_error *error)
{
	int code = packet->head.code < 0 ? packet->head.code : AS_E_PROTOCOL;
	struct as_buffer text;

	as_buffer_init(&text, AS_ERROR_TEXT_MAX);
	if (as_channel_body(packet, AS_ERROR_TEXT_MAX, &text) == 0 && text.size > 0)
		as_error_set(error, code, "%.*s", (int)text.size, (const char *)text.data);
	else
		as_error_set(error, code, "the keeper of the keys: %s", as_code_text(code));
	as_buffer_deinit(&text);
	return code;
}

/* Waits for the word of a keeper that reads its files. */
static int hear(struct as_keeper *keeper, int status, struct as_error *error)
{
	struct as_channel_packet *packet = malloc(sizeof(*packet));
	int rc;

	if (packet == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the keeper");
	rc = as_channel_receive(status, packet, true);
	if (rc < 0) {
		free(packet);
		return as_error_set(error, rc, "the keeper of the keys ended while it started");
	}
	if (packet->head.type != AS_CHANNEL_LOADED) {
		rc = take_failure(packet, error);
	} else {
		rc = as_channel_body(packet, AS_KEEPER_HELLO_MAX, &keeper->hello);
		if (rc < 0)
			as_error_set(error, rc, "the keeper of the keys: %s", as_code_text(rc));
	}
	as_channel_release(packet);
	free(packet);
	return rc;
}

static int start(struct as_keeper *keeper, struct as_error *error)
{
	int pair[2], status[2] = {-1, -1};
	int rc;

	rc = as_channel_pair(pair);
	if (rc == 0) {
		keeper->serve = pair[0];
		keeper->ask = pair[1];
		rc = as_channel_pair(status);
	}
	if (rc == 0)
		rc = fork_keeper(keeper, status[1]);
	close_one(&status[1]);
	if (rc < 0)
		as_error_set(error, rc, "the keeper of the keys cannot be started: %s",
			     as_code_text(rc));
	else
		rc = hear(keeper, status[0], error);
	close_one(&status[0]);
	return rc;
}

int as_keeper_start(const struct as_keeper_setup *setup, struct as_keeper **keeper_out,
		    struct as_error *error)
{
	struct as_keeper *keeper = calloc(1, sizeof(*keeper));
	int rc;

	if (keeper == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the keeper");
	keeper->setup = *setup;
	keeper->serve = keeper->ask = -1;
	keeper->pid = -1;
	as_buffer_init(&keeper->hello, AS_KEEPER_HELLO_MAX);
	rc = start(keeper, error);
	if (rc < 0) {
		as_keeper_stop(keeper);
		return rc;
	}
	current = keeper;
	*keeper_out = keeper;
	return 0;
}

void as_keeper_stop(struct as_keeper *keeper)
{
	if (keeper == NULL)
		return;
	if (keeper->pid > 0) {
		kill(keeper->pid, SIGKILL);
		while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	close_one(&keeper->serve);
	close_one(&keeper->ask);
	as_buffer_deinit(&keeper->hello);
	if (current == keeper)
		current = NULL;
	free(keeper);
}

static uint32_t next_pause(const struct as_keeper *keeper, uint64_t now)
{
	if (now - keeper->started_us >= (uint64_t)AS_KEEPER_YOUNG_MS * 1000)
		return 0;
	if (keeper->pause_ms == 0)
		return AS_KEEPER_PAUSE_FIRST_MS;
	return keeper->pause_ms < AS_KEEPER_PAUSE_MAX_MS / 2 ? keeper->pause_ms * 2
							     : AS_KEEPER_PAUSE_MAX_MS;
}

bool as_keeper_reap(struct as_keeper *keeper, const siginfo_t *info)
{
	uint64_t now;

	if (keeper == NULL || info->si_pid <= 0 || info->si_pid != keeper->pid)
		return false;
	now = as_clock_us(keeper->setup.clock);
	/* The first time it may be somebody's kill. */
	if (keeper->due_us == 0)
		keeper->pause_ms = 0;
	else
		keeper->pause_ms = next_pause(keeper, now);
	keeper->pid = -1;
	keeper->due_us = now + (uint64_t)keeper->pause_ms * 1000;
	as_log(AS_LOG_WARNING, "the keeper of the keys ended (%s %d): a new one in %u ms",
	       info->si_code == CLD_EXITED ? "status" : "signal", info->si_status,
	       keeper->pause_ms);
	return true;
}

int as_keeper_timeout_ms(const struct as_keeper *keeper)
{
	uint64_t now;

	if (keeper == NULL || keeper->pid > 0)
		return -1;
	now = as_clock_us(keeper->setup.clock);
	/* Rounded up, so that nobody asks again a moment too early. */
	return now >= keeper->due_us ? 0 : (int)((keeper->due_us - now + 999) / 1000);
}

void as_keeper_tick(struct as_keeper *keeper)
{
	int rc;

	if (as_keeper_timeout_ms(keeper) != 0)
		return;
	rc = fork_keeper(keeper, -1);
	if (rc == 0)
		return;
	as_log(AS_LOG_ERROR, "the keeper of the keys cannot be started: %s", as_code_text(rc));
	keeper->due_us = as_clock_us(keeper->setup.clock) + AS_KEEPER_PAUSE_MAX_MS * 1000ull;
}

pid_t as_keeper_pid(const struct as_keeper *keeper)
{
	return keeper != NULL ? keeper->pid : -1;
}

struct as_keeper *as_keeper_current(void)
{
	return current;
}

struct as_span as_keeper_hello(const struct as_keeper *keeper)
{
	return keeper != NULL ? as_buffer_span(&keeper->hello) : as_span_make(NULL, 0);
}
