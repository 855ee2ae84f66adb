/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/stats_screen.h"

#include "base/clock.h"
#include "cli/output.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The second screen without cursor; lines that are too long are cut. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
/* A stop that comes between its test and poll(2) waits no longer. */
#define STEP_MS 200
/* When the terminal does not say. */
#define ROWS_STANDARD 24u

static void put(const char *text)
{
	struct as_output output;

	as_output_init(&output, STDOUT_FILENO);
	as_buffer_text(&output.text, text);
	as_output_flush(&output);
	as_output_deinit(&output);
}

void as_screen_open(struct as_screen *screen)
{
	struct termios raw;

	*screen = (struct as_screen){.on = isatty(STDOUT_FILENO) != 0};
	if (!screen->on)
		return;
	if (isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &screen->before) == 0) {
		raw = screen->before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		screen->keys = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
	}
	put(ENTER);
}

void as_screen_close(struct as_screen *screen)
{
	if (!screen->on)
		return;
	put(LEAVE);
	if (screen->keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &screen->before);
	screen->on = false;
}

static size_t rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
		return ROWS_STANDARD;
	return size.ws_row;
}

void as_screen_draw(const struct as_screen *screen, struct as_span page, struct as_buffer *out)
{
	size_t left = rows();

	if (!screen->on) {
		as_buffer_append(out, page.data, page.size);
		return;
	}
	/* Line by line over what is there: an empty screen would flicker. */
	as_buffer_text(out, "\033[H");
	while (page.size > 0 && left-- > 0) {
		const unsigned char *end = memchr(page.data, '\n', page.size);
		size_t length = end != NULL ? (size_t)(end - page.data) : page.size;

		as_buffer_append(out, page.data, length);
		as_buffer_text(out, "\033[K");
		page = as_span_from(page, end != NULL ? length + 1 : length);
		if (page.size > 0 && left > 0)
			as_buffer_text(out, "\r\n");
	}
	as_buffer_text(out, "\033[J");
}

/* Whether a key says to leave. */
static bool read_keys(void)
{
	char keys[64];
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	/* Arrows and the like begin with Escape and go on. */
	if (n == 1 && keys[0] == 0x1b)
		return true;
	for (ssize_t i = 0; i < n; i++)
		if (keys[i] == 'q' || keys[i] == 'Q')
			return true;
	return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

bool as_screen_wait(const struct as_screen *screen, uint64_t us, const volatile sig_atomic_t *stop)
{
	uint64_t end = as_clock_us(&as_clock_system) + us;
	uint64_t now;

	while ((now = as_clock_us(&as_clock_system)) < end && *stop == 0) {
		uint64_t left_ms = (end - now) / 1000 + 1;
		struct pollfd key = {.fd = screen->keys ? STDIN_FILENO : -1, .events = POLLIN};

		if (poll(&key, 1, left_ms < STEP_MS ? (int)left_ms : STEP_MS) > 0 && read_keys())
			return true;
	}
	return *stop != 0;
}
