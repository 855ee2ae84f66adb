/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/show.h"

#include "policy/config_listener.h"

#include <stdio.h>
#include <string.h>

/* One listener being shown. */
struct shown {
	const struct as_listener_config *listener;
	cfg_t *section; /* NULL: all is default */
	struct as_buffer *out;
};

static void show_number(const struct as_config *config, struct as_buffer *out, const char *key,
			uint64_t value, bool quoted)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)value);
	as_show_option(config, out, key, number, quoted);
}

void as_show_service(const struct as_config *config, struct as_buffer *out)
{
	const struct as_service *service = &config->service;

	as_show_option(config, out, "user", service->user, true);
	as_show_option(config, out, "group", service->group, true);
	as_show_option(config, out, "run_dir", service->run_dir, true);
	as_show_option(config, out, "quarantine_dir", service->quarantine_dir, true);
	as_show_option(config, out, "log_file", service->log_file, true);
	show_number(config, out, "max_connections", service->connections, false);
	show_number(config, out, "queue_limit", service->queue_limit, false);
	show_number(config, out, "spool_bytes", service->spool_bytes, true);
	show_number(config, out, "drain_ms", service->drain_ms, false);
	show_number(config, out, "reload_drain_ms", service->reload_drain_ms, false);
	as_show_option(config, out, "watch", service->watch ? "true" : "false", false);
	as_show_option(config, out, "front_sandbox", service->front_sandbox ? "true" : "false",
		       false);
}

/* Begins a line when the protocol knows the option. */
static bool begin(const struct shown *s, const char *key, size_t *begin_out)
{
	if ((as_listener_known_by(key) & (1u << s->listener->protocol)) == 0)
		return false;
	*begin_out = s->out->size;
	as_buffer_printf(s->out, "    %s = ", key);
	return true;
}

static void end(const struct shown *s, const char *key, size_t line)
{
	bool set = s->section != NULL && (cfg_getopt(s->section, key)->flags & CFGF_MODIFIED) != 0;

	as_show_end(s->out, line, set);
}

static void put_text(const struct shown *s, const char *key, const char *value)
{
	size_t line;

	if (!begin(s, key, &line))
		return;
	as_show_quoted(s->out, value);
	end(s, key, line);
}

static void put_number(const struct shown *s, const char *key, uint64_t value, bool quoted)
{
	const char *quote = quoted ? "\"" : "";
	size_t line;

	if (!begin(s, key, &line))
		return;
	as_buffer_printf(s->out, "%s%llu%s", quote, (unsigned long long)value, quote);
	end(s, key, line);
}

static void put_flag(const struct shown *s, const char *key, bool value)
{
	size_t line;

	if (!begin(s, key, &line))
		return;
	as_buffer_text(s->out, value ? "true" : "false");
	end(s, key, line);
}

static void put_items(const struct shown *s, const char *key, const char *const *items,
		      size_t count)
{
	size_t line;

	if (!begin(s, key, &line))
		return;
	as_show_list(s->out, items, count);
	end(s, key, line);
}

static void show_place(const struct shown *s)
{
	const struct as_listener_config *l = s->listener;
	char mode[16];

	put_text(s, "protocol", as_protocol_name(l->protocol));
	put_text(s, "address", l->address);
	/* What another kind of address cannot have would not be read again. */
	if (strncmp(l->address, "unix:", 5) == 0) {
		snprintf(mode, sizeof(mode), "%04o", (unsigned int)l->mode);
		put_text(s, "mode", mode);
		put_text(s, "group", l->group);
	}
}

static void show_bounds(const struct shown *s)
{
	const struct as_listener_config *l = s->listener;

	put_number(s, "connections", l->connections, false);
	put_number(s, "jobs", l->jobs, false);
	put_number(s, "spool_bytes", l->spool_bytes, true);
	put_number(s, "first_byte_ms", l->first_byte_ms, false);
	put_number(s, "idle_ms", l->idle_ms, false);
	put_number(s, "request_ms", l->request_ms, false);
	put_number(s, "keepalive_ms", l->keepalive_ms, false);
}

static void show_own(const struct shown *s)
{
	const struct as_listener_config *l = s->listener;

	put_items(s, "users", l->users, l->user_count);
	put_items(s, "groups", l->groups, l->group_count);
	put_text(s, "incomplete", l->incomplete == AS_CLAMD_FOUND ? "found" : "error");
	put_flag(s, "reload", l->reload);
	put_items(s, "roots", l->roots, l->root_count);
	put_text(s, "authserv_id", l->authserv_id);
	put_text(s, "subject_prefix", l->subject_prefix);
	put_flag(s, "headers", l->headers);
}

void as_show_listeners(const struct as_config *config, struct as_buffer *out)
{
	for (size_t i = 0; i < config->service.listener_count; i++) {
		const struct shown s = {
			.listener = &config->service.listeners[i],
			.section = config->memory->listeners[i],
			.out = out,
		};

		as_buffer_text(out, "\nlistener ");
		as_show_quoted(out, s.listener->name);
		as_buffer_text(out, " {\n");
		show_place(&s);
		put_text(&s, "fail", as_fail_name(s.listener->fail));
		put_text(&s, "quarantine", as_keep_name(s.listener->quarantine));
		put_text(&s, "policy", s.listener->policy);
		put_text(&s, "direction", s.listener->direction);
		show_bounds(&s);
		show_own(&s);
		as_buffer_text(out, "}\n");
	}
}
