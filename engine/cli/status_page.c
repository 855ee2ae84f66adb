/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/status_page.h"

#include "report/status.h"
#include "report/table.h"
#include "report/text.h"
#include "report/view.h"

#include <stdio.h>
#include <time.h>

/* Listeners that get a line; a configuration with more is no page. */
#define LISTENERS_MAX 64u

struct page {
	const json_t *daemon;
	uint64_t now;
	bool colour;
	struct as_buffer *out;
};

static void put_name(const struct page *page, const char *name)
{
	as_buffer_printf(page->out, "%-15s", name);
}

static void put_text(const struct page *page, const char *text, enum as_colour colour)
{
	colour = page->colour ? colour : AS_COLOUR_PLAIN;
	as_colour_begin(page->out, colour);
	as_text_put(page->out, as_span_text(text), 0);
	as_colour_end(page->out, colour);
}

static void put_count(const struct page *page, uint64_t number, const char *words)
{
	as_text_number(page->out, number);
	as_buffer_printf(page->out, " %s", words);
}

/* RFC 3339 in UTC. */
static bool read_time(const char *text, uint64_t *seconds_out)
{
	struct tm parts = {.tm_isdst = 0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	time_t seconds;

	if (rest == NULL || (*rest != '.' && *rest != 'Z'))
		return false;
	seconds = timegm(&parts);
	*seconds_out = seconds > 0 ? (uint64_t)seconds : 0;
	return seconds > 0;
}

/* "3 min", "2 d": to see at once what is old. */
static void put_age(const struct page *page, const char *time)
{
	uint64_t then, age;

	if (!read_time(time, &then)) {
		as_buffer_text(page->out, "an unknown time");
		return;
	}
	age = page->now > then ? page->now - then : 0;
	if (age < 120)
		as_buffer_printf(page->out, "%llu s", (unsigned long long)age);
	else if (age < 2 * 3600)
		as_buffer_printf(page->out, "%llu min", (unsigned long long)age / 60);
	else if (age < 2 * 86400)
		as_buffer_printf(page->out, "%llu h", (unsigned long long)age / 3600);
	else
		as_buffer_printf(page->out, "%llu d", (unsigned long long)age / 86400);
}

static void put_head(const struct page *page, const char *where)
{
	const json_t *daemon = page->daemon;
	const char *file = as_view_text(daemon, "config", NULL);
	uint64_t restarts = as_view_number(daemon, "front_restarts", NULL);

	as_buffer_text(page->out, "assayd ");
	put_text(page, as_view_text(daemon, "version", NULL), AS_COLOUR_PLAIN);
	as_buffer_printf(page->out, " at %s, running for ", where);
	put_age(page, as_view_text(daemon, "started", NULL));
	as_buffer_byte(page->out, '\n');
	put_name(page, "configuration");
	put_text(page, file[0] != '\0' ? file : "defaults, no file", AS_COLOUR_PLAIN);
	as_buffer_byte(page->out, '\n');
	if (restarts > 0) {
		put_name(page, "front");
		put_text(page, "was started again", AS_COLOUR_YELLOW);
		as_buffer_printf(page->out, ", %llu time%s\n", (unsigned long long)restarts,
				 restarts == 1 ? "" : "s");
	}
}

static void put_state(const struct page *page)
{
	const json_t *daemon = page->daemon;
	uint64_t leaving = as_view_number(daemon, "generation", "leaving", NULL);
	bool ready = json_is_true(as_view_member(daemon, "ready", NULL));

	put_name(page, "state");
	if (ready) {
		put_text(page, "ready", AS_COLOUR_GREEN);
	} else {
		put_text(page, "not ready: ", AS_COLOUR_RED);
		put_text(page, as_view_text(daemon, "reason", NULL), AS_COLOUR_RED);
	}
	as_buffer_byte(page->out, '\n');
	put_name(page, "generation");
	as_buffer_printf(page->out, "%llu, in use for ",
			 (unsigned long long)as_view_number(daemon, "generation", "id", NULL));
	put_age(page, as_view_text(daemon, "generation", "since", NULL));
	if (leaving > 0) {
		as_buffer_text(page->out, "; ");
		put_count(page, leaving, "older ones still have messages");
	}
	as_buffer_byte(page->out, '\n');
	put_name(page, "policy");
	put_text(page, as_view_text(daemon, "generation", "policy", NULL), AS_COLOUR_PLAIN);
	as_buffer_byte(page->out, '\n');
}

/* The reason stands below, a line for each of its lines. */
static void put_lines(const struct page *page, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		put_name(page, "");
		as_text_put(page->out, as_span_make((const unsigned char *)text, length), 0);
		as_buffer_byte(page->out, '\n');
		text += length + (text[length] == '\n');
	}
}

static void put_reload(const struct page *page)
{
	const json_t *reload = as_view_member(page->daemon, "last_reload", NULL);

	put_name(page, "last reload");
	if (!json_is_object(reload)) {
		as_buffer_text(page->out, "none so far\n");
		return;
	}
	if (json_is_true(as_view_member(reload, "ok", NULL))) {
		put_text(page, "went well ", AS_COLOUR_GREEN);
		put_age(page, as_view_text(reload, "time", NULL));
		as_buffer_text(page->out, " ago\n");
		return;
	}
	put_text(page, "failed ", AS_COLOUR_RED);
	put_age(page, as_view_text(reload, "time", NULL));
	as_buffer_text(page->out, " ago; the old rules stay in force:\n");
	put_lines(page, as_view_text(reload, "reason", NULL));
}

static void put_work(const struct page *page)
{
	const json_t *workers = as_view_member(page->daemon, "workers", NULL);
	uint64_t wanted = as_view_number(workers, "wanted", NULL);
	uint64_t alive = as_view_number(workers, "alive", NULL);
	const char *error = as_view_text(workers, "error", NULL);

	put_name(page, "workers");
	as_buffer_printf(page->out, "%llu for %llu messages at a time, ", (unsigned long long)alive,
			 (unsigned long long)wanted);
	put_count(page, as_view_number(workers, "busy", NULL), "busy; ");
	put_count(page, as_view_number(workers, "crashes", NULL), "crashed, ");
	put_count(page, as_view_number(workers, "timeouts", NULL), "took too long\n");
	if (error[0] != '\0')
		put_lines(page, error);
	put_name(page, "queue");
	put_count(page, as_view_number(page->daemon, "queue", "length", NULL), "waiting of ");
	put_count(page, as_view_number(page->daemon, "queue", "limit", NULL), "at most\n");
	put_name(page, "messages");
	put_count(page, as_view_number(page->daemon, "tasks", NULL), "here, ");
	as_text_bytes(page->out, as_view_number(page->daemon, "spool", "bytes", NULL));
	as_buffer_text(page->out, " of ");
	as_text_bytes(page->out, as_view_number(page->daemon, "spool", "limit", NULL));
	as_buffer_text(page->out, " at most\n");
}

static void put_store(const struct page *page)
{
	const json_t *store = as_view_member(page->daemon, "store", NULL);
	bool up = json_is_true(as_view_member(store, "up", NULL));
	uint64_t failures = as_view_number(store, "failures", NULL);

	put_name(page, "quarantine");
	if (!json_is_true(as_view_member(store, "used", NULL))) {
		as_buffer_text(page->out, "kept by the clients: no listener keeps messages here\n");
		return;
	}
	put_text(page, as_view_text(store, "path", NULL), AS_COLOUR_PLAIN);
	as_buffer_text(page->out, ": ");
	put_text(page, up ? "works" : "does not work", up ? AS_COLOUR_GREEN : AS_COLOUR_RED);
	as_buffer_text(page->out, ", ");
	put_count(page, as_view_number(store, "stored", NULL), "messages kept");
	if (failures > 0) {
		as_buffer_text(page->out, ", ");
		put_count(page, failures, "could not be");
	}
	as_buffer_byte(page->out, '\n');
}

static void put_rest(const struct page *page)
{
	uint64_t slots = as_view_number(page->daemon, "cache", "slots", NULL);

	put_name(page, "sandbox");
	as_buffer_text(page->out, "workers: ");
	put_text(page, as_view_text(page->daemon, "workers", "sandbox", NULL), AS_COLOUR_PLAIN);
	as_buffer_byte(page->out, '\n');
	put_name(page, "");
	as_buffer_text(page->out, "front: ");
	put_text(page, as_view_text(page->daemon, "sandbox", NULL), AS_COLOUR_PLAIN);
	as_buffer_byte(page->out, '\n');
	put_name(page, "cache");
	if (slots > 0)
		put_count(page, slots, "answers at most, ");
	else
		as_buffer_text(page->out, "off, ");
	put_count(page, as_view_number(page->daemon, "cache", "hits", NULL),
		  "questions answered, ");
	put_count(page, as_view_number(page->daemon, "cache", "misses", NULL), "not\n");
	put_name(page, "smime");
	as_status_draw_smime(as_view_member(page->daemon, "generation", "smime", NULL), page->now,
			     page->colour, page->out);
	put_store(page);
}

static void put_listener(const struct page *page, const struct as_table *table,
			 const json_t *listener)
{
	char open[24], connections[24], requests[24];

	snprintf(open, sizeof(open), "%llu",
		 (unsigned long long)as_view_number(listener, "open", NULL));
	snprintf(connections, sizeof(connections), "%llu",
		 (unsigned long long)as_view_number(listener, "connections", NULL));
	snprintf(requests, sizeof(requests), "%llu",
		 (unsigned long long)as_view_number(listener, "requests", NULL));
	as_table_row(table,
		     (const struct as_cell[]){
			     {as_view_text(listener, "name", NULL), AS_COLOUR_BOLD},
			     {as_view_text(listener, "protocol", NULL), AS_COLOUR_PLAIN},
			     {open, AS_COLOUR_PLAIN},
			     {connections, AS_COLOUR_PLAIN},
			     {requests, AS_COLOUR_PLAIN},
			     {as_view_text(listener, "address", NULL), AS_COLOUR_PLAIN}},
		     page->out);
}

static void put_listeners(const struct page *page)
{
	const json_t *listeners = as_view_member(page->daemon, "listeners", NULL);
	struct as_table table = {
		.columns = {{"listener", 0, 0, false},
			    {"protocol", 8, 0, false},
			    {"open", 6, 0, true},
			    {"connections", 11, 0, true},
			    {"requests", 9, 0, true},
			    {"address", 0, 0, false}},
		.count = 6,
		.colour = page->colour,
	};
	size_t count = json_array_size(listeners);

	count = count < LISTENERS_MAX ? count : LISTENERS_MAX;
	for (size_t i = 0; i < count; i++)
		as_table_widen(&table, 0, as_view_text(json_array_get(listeners, i), "name", NULL));
	as_table_fit(&table, 0);
	as_table_head(&table, page->out);
	for (size_t i = 0; i < count; i++)
		put_listener(page, &table, json_array_get(listeners, i));
}

void as_status_page_draw(const json_t *daemon, const char *where, uint64_t now, bool colour,
			 struct as_buffer *out)
{
	const struct page page = {.daemon = daemon, .now = now, .colour = colour, .out = out};

	put_head(&page, where);
	put_state(&page);
	put_reload(&page);
	put_work(&page);
	put_rest(&page);
	as_buffer_byte(out, '\n');
	put_listeners(&page);
	as_buffer_byte(out, '\n');
	as_status_draw_plugins(as_view_member(daemon, "generation", "plugins", NULL), now, colour,
			       out);
}
