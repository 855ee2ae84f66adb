/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_NOTIFY_H
#define ASSAY_DAEMON_NOTIFY_H

#include "base/clock.h"

/* What systemd hears (sd_notify(3)); without systemd nothing happens. The
 * status is one line for `systemctl status`. */
void as_notify_ready(const char *status);
/* Ends with as_notify_ready(). */
void as_notify_reloading(const struct as_clock *clock);
void as_notify_stopping(const char *status);
/* The daemon answers. */
void as_notify_alive(void);

/* How often systemd wants to hear that, in microseconds; 0: never. */
uint64_t as_notify_watchdog_us(void);

#endif
