/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_reading.h"

#include <string.h>

/* A process has a descriptor or more per connection, and Linux allows a
 * million of them when asked. */
#define CONNECTIONS_MAX 100000u
#define QUEUE_MAX	100000u
#define SPOOL_MIN	((uint64_t)1 << 20)
#define SPOOL_MAX	((uint64_t)1 << 40)
/* systemd would kill us after 90 s; whoever waits longer has set it up. */
#define DRAIN_MAX_MS 3600000u

/* Names that no account has, among them what a missing quote leaves. */
static bool is_name(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == ':' || *p == '/')
			return false;
	return true;
}

static const char *account(const struct as_section *top, const char *key, bool needed)
{
	const char *name = as_section_text(top, key);

	if (!is_name(name) || (needed && name[0] == '\0'))
		as_faults_add(&top->reading->faults, as_section_line(top, key),
			      "%s = \"%s\": expected the name of a %s", key, name, key);
	return name;
}

static const char *folder(const struct as_section *top, const char *key)
{
	const char *path = as_section_text(top, key);

	if (path[0] == '\0')
		as_faults_add(&top->reading->faults, as_section_line(top, key),
			      "%s = \"\": expected a folder", key);
	return as_config_resolve(top->reading->config, path);
}

void as_config_take_service(struct as_reading *reading)
{
	const struct as_section top = {.reading = reading, .cfg = reading->cfg, .name = ""};
	struct as_service *service = &reading->config->service;

	service->user = account(&top, "user", true);
	service->group = account(&top, "group", false);
	service->run_dir = folder(&top, "run_dir");
	service->quarantine_dir = folder(&top, "quarantine_dir");
	service->log_file = as_config_resolve(reading->config, as_section_text(&top, "log_file"));
	service->connections = (uint32_t)as_section_number(&top, "max_connections", 1,
							   CONNECTIONS_MAX, "connections");
	service->queue_limit =
		(uint32_t)as_section_number(&top, "queue_limit", 1, QUEUE_MAX, "messages");
	service->spool_bytes =
		as_section_size(&top, "spool_bytes", SPOOL_MIN, SPOOL_MAX, "1MiB to 1024GiB");
	service->drain_ms = as_section_number(&top, "drain_ms", 0, DRAIN_MAX_MS, "ms");
	service->reload_drain_ms =
		as_section_number(&top, "reload_drain_ms", 0, DRAIN_MAX_MS, "ms");
	service->watch = as_section_flag(&top, "watch");
	service->front_sandbox = as_section_flag(&top, "front_sandbox");
}
