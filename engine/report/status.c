/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/status.h"

#include "policy/json.h"
#include "report/table.h"
#include "report/view.h"

#include <stdio.h>
#include <time.h>

#define DAY_SECONDS 86400u

static void format_age(char *out, size_t size, uint64_t newest, uint64_t now)
{
	uint64_t age = now > newest ? now - newest : 0;

	if (newest == 0)
		snprintf(out, size, "-");
	else if (age < DAY_SECONDS)
		snprintf(out, size, "%u h", (unsigned int)(age / 3600));
	else
		snprintf(out, size, "%llu d", (unsigned long long)(age / DAY_SECONDS));
}

static void put_plugin(const json_t *plugin, uint64_t now, const struct as_table *table,
		       struct as_buffer *out)
{
	bool loaded = json_is_true(as_view_member(plugin, "loaded", NULL));
	char count[24], age[24];

	snprintf(count, sizeof(count), "%llu",
		 (unsigned long long)as_view_number(plugin, "signatures", NULL));
	format_age(age, sizeof(age), as_view_number(plugin, "newest", NULL), now);
	as_table_row(
		table,
		(const struct as_cell[]){
			{as_view_text(plugin, "name", NULL), AS_COLOUR_BOLD},
			{loaded ? "loaded" : "missing", loaded ? AS_COLOUR_GREEN : AS_COLOUR_RED},
			{as_view_text(plugin, "version", NULL), AS_COLOUR_PLAIN},
			{count, AS_COLOUR_PLAIN},
			{age, AS_COLOUR_PLAIN},
			{as_view_text(plugin, loaded ? "note" : "error", NULL), AS_COLOUR_PLAIN}},
		out);
}

void as_status_draw_plugins(const json_t *plugins, uint64_t now, bool colour, struct as_buffer *out)
{
	struct as_table table = {
		.columns = {{"plugin", 0, 0, false},
			    {"state", 7, 0, false},
			    {"version", 0, 0, false},
			    {"signatures", 0, 0, true},
			    {"newest", 0, 0, true},
			    {"note", 0, 0, false}},
		.count = 6,
		.colour = colour,
	};

	for (size_t i = 0; i < json_array_size(plugins); i++) {
		const json_t *plugin = json_array_get(plugins, i);

		as_table_widen(&table, 0, as_view_text(plugin, "name", NULL));
		as_table_widen(&table, 2, as_view_text(plugin, "version", NULL));
	}
	as_table_fit(&table, 0);
	as_table_head(&table, out);
	for (size_t i = 0; i < json_array_size(plugins); i++)
		put_plugin(json_array_get(plugins, i), now, &table, out);
}

static void put_number(const json_t *smime, const char *key, const char *one, const char *many,
		       struct as_buffer *out)
{
	uint64_t count = as_view_number(smime, key, NULL);

	as_buffer_printf(out, "%llu %s", (unsigned long long)count, count == 1 ? one : many);
}

/* A list that is past its time makes revocation unknown. */
static void put_next_update(uint64_t next, uint64_t now, bool colour, struct as_buffer *out)
{
	enum as_colour look = colour && next < now ? AS_COLOUR_RED : AS_COLOUR_PLAIN;
	time_t when = (time_t)next;
	char text[40] = "";
	struct tm tm;

	if (next == 0 || next > INT32_MAX * (uint64_t)100 || gmtime_r(&when, &tm) == NULL)
		return;
	strftime(text, sizeof(text), next < now ? " due since %Y-%m-%d" : " until %Y-%m-%d", &tm);
	as_colour_begin(out, look);
	as_buffer_text(out, text);
	as_colour_end(out, look);
}

void as_status_draw_smime(const json_t *smime, uint64_t now, bool colour, struct as_buffer *out)
{
	if (!json_is_object(smime)) {
		as_buffer_text(out, "off\n");
		return;
	}
	put_number(smime, "anchors", "anchor", "anchors", out);
	as_buffer_text(out, ", ");
	put_number(smime, "certificates", "certificate", "certificates", out);
	as_buffer_text(out, ", ");
	put_number(smime, "crls", "revocation list", "revocation lists", out);
	put_next_update(as_view_number(smime, "crl_next_update", NULL), now, colour, out);
	as_buffer_text(out, ", ");
	put_number(smime, "keys", "key", "keys", out);
	as_buffer_byte(out, '\n');
}

void as_status_draw(const struct as_status *status, bool colour, struct as_buffer *out)
{
	enum as_colour alarm = colour && !status->sandboxed ? AS_COLOUR_RED : AS_COLOUR_PLAIN;

	as_buffer_printf(out, "assay %s\n", status->version);
	as_buffer_printf(out, "configuration  %s\n",
			 status->config_file[0] != '\0' ? status->config_file
							: "defaults, no file");
	as_buffer_printf(out, "policy         %s\n", status->policy);
	as_buffer_text(out, "sandbox        ");
	as_colour_begin(out, alarm);
	as_buffer_text(out, status->sandbox);
	as_colour_end(out, alarm);
	as_buffer_printf(out, "\ntemporary      %s (%s)\n", status->temp_dir,
			 status->temp_is_tmpfs ? "in memory" : "on disk");
	as_buffer_printf(out, "workers        %llu\n", (unsigned long long)status->workers);
	if (status->cache_slots > 0)
		as_buffer_printf(out, "cache          %llu answers\n",
				 (unsigned long long)status->cache_slots);
	else
		as_buffer_text(out, "cache          off\n");
	as_buffer_text(out, "smime          ");
	as_status_draw_smime(status->smime, status->now, colour, out);
	as_buffer_byte(out, '\n');
	as_status_draw_plugins(status->plugins, status->now, colour, out);
}

json_t *as_status_json(const struct as_status *status)
{
	return json_pack("{s:s,s:o,s:o,s:{s:b,s:o},s:{s:o,s:b},s:I,s:I,s:O?,s:O?}", "version",
			 status->version, "config", as_json_text(status->config_file), "policy",
			 as_json_text(status->policy), "sandbox", "active", (int)status->sandboxed,
			 "state", as_json_text(status->sandbox), "temporary", "path",
			 as_json_text(status->temp_dir), "tmpfs", (int)status->temp_is_tmpfs,
			 "workers", (json_int_t)status->workers, "cache_slots",
			 (json_int_t)status->cache_slots, "plugins", status->plugins, "smime",
			 status->smime);
}
