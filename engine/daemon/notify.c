/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/notify.h"

#include <inttypes.h>
#include <string.h>
#include <systemd/sd-daemon.h>

void as_notify_ready(const char *status)
{
	sd_notifyf(0, "READY=1\nSTATUS=%.*s", (int)strcspn(status, "\n"), status);
}

void as_notify_reloading(const struct as_clock *clock)
{
	/* systemd 253 and later want the time with it (Type=notify-reload). */
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\nSTATUS=loading a new generation",
		   as_clock_us(clock));
}

void as_notify_stopping(const char *status)
{
	sd_notifyf(0, "STOPPING=1\nSTATUS=%.*s", (int)strcspn(status, "\n"), status);
}

void as_notify_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}

uint64_t as_notify_watchdog_us(void)
{
	uint64_t us = 0;

	return sd_watchdog_enabled(0, &us) > 0 ? us : 0;
}
