/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/output.h"

#include "base/error.h"
#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

/* How long a reader may sleep once we have been told to stop. */
#define LAST_WORDS_MS 1000

static volatile sig_atomic_t stopped;

void as_output_init(struct as_output *output, int fd)
{
	*output = (struct as_output){.fd = fd};
	as_buffer_init(&output->text, 0);
}

void as_output_deinit(struct as_output *output)
{
	as_buffer_deinit(&output->text);
}

/* After a stop a reader that has gone to sleep, a pager say, must not hold us;
 * one that reads still gets whole lines. */
static ssize_t write_some(int fd, const unsigned char *data, size_t size)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	if (stopped != 0) {
		if (poll(&room, 1, LAST_WORDS_MS) == 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		/* So much a pipe that is ready takes without waiting. */
		if (size > PIPE_BUF)
			size = PIPE_BUF;
	}
	return write(fd, data, size);
}

int as_output_flush(struct as_output *output)
{
	size_t done = 0;

	if (output->text.failed && output->error == 0)
		output->error = -ENOMEM;
	while (output->error == 0 && done < output->text.size) {
		ssize_t n =
			write_some(output->fd, output->text.data + done, output->text.size - done);

		if (n < 0 && errno != EINTR)
			output->error = -errno;
		else if (n > 0)
			done += (size_t)n;
	}
	as_buffer_clear(&output->text);
	return output->error;
}

int as_output_finish(struct as_output *output, int status)
{
	int rc = as_output_flush(output);

	if (rc == 0)
		return status;
	if (rc != -EPIPE)
		fprintf(stderr, "assay: cannot write the output: %s\n", as_code_text(rc));
	return AS_EXIT_FAILED;
}

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

const volatile sig_atomic_t *as_stop_on_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction stop = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction old;

		/* nohup(1) wants them ignored. */
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &stop, NULL);
	}
	sigaction(SIGPIPE, &ignore, NULL);
	return &stopped;
}
