/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_STATS_SCREEN_H
#define ASSAY_CLI_STATS_SCREEN_H

#include "base/buffer.h"

#include <signal.h>
#include <termios.h>

/*
 * A terminal that shows one page, drawn again and again in its place (ECMA-48;
 * the second screen of xterm, so that what was there before comes back).
 */
struct as_screen {
	bool on;
	bool keys; /* standard input is this terminal: keys are read */
	struct termios before;
};

/* Does nothing unless standard output is a terminal. */
void as_screen_open(struct as_screen *screen);
void as_screen_close(struct as_screen *screen);

/* Appends what shows page: as many of its lines as the terminal has. */
void as_screen_draw(const struct as_screen *screen, struct as_span page, struct as_buffer *out);

/* Waits so long; true when somebody wants to leave: q, Q, Escape, the end of
 * the input, or a signal that set stop. */
bool as_screen_wait(const struct as_screen *screen, uint64_t us, const volatile sig_atomic_t *stop);

#endif
