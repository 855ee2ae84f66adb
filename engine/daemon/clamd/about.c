/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/about.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <jansson.h>

static json_t *parse(struct as_span status)
{
	return status.size > 0 ? json_loadb((const char *)status.data, status.size, 0, NULL) : NULL;
}

static const json_t *find_plugin(const json_t *root, const char *name)
{
	const json_t *plugins = json_object_get(json_object_get(root, "generation"), "plugins");

	for (size_t i = 0; i < json_array_size(plugins); i++) {
		const json_t *plugin = json_array_get(plugins, i);
		const char *found = json_string_value(json_object_get(plugin, "name"));

		if (found != NULL && strcmp(found, name) == 0)
			return plugin;
	}
	return NULL;
}

/* version of the plugin: "1.4.6 / 27831", or without the second part. */
static bool official(const json_t *plugin, char *out, size_t size)
{
	const char *version = json_string_value(json_object_get(plugin, "version"));
	time_t newest = (time_t)json_integer_value(json_object_get(plugin, "newest"));
	unsigned int database;
	char engine[32], when[64];
	struct tm tm;

	if (version == NULL || newest <= 0 || gmtime_r(&newest, &tm) == NULL)
		return false;
	if (sscanf(version, "%31[0-9.] / %9u", engine, &database) != 2)
		return false;
	if (strftime(when, sizeof(when), "%a %b %e %H:%M:%S %Y", &tm) == 0)
		return false;
	snprintf(out, size, "ClamAV %s/%u/%s", engine, database, when);
	return true;
}

void as_clamd_version(struct as_span status, const char *assay, char *out, size_t size)
{
	json_t *root = parse(status);

	if (!official(find_plugin(root, "clamav"), out, size))
		snprintf(out, size, "ClamAV " AS_CLAMD_SPOKEN " (Assay %s)", assay);
	json_decref(root);
}

bool as_clamd_commands(const char *version, const struct as_clamd_abilities *abilities,
		       struct as_buffer *out)
{
	as_buffer_printf(out, "%s| COMMANDS:", version);
	if (abilities->paths)
		as_buffer_text(out, " SCAN CONTSCAN MULTISCAN ALLMATCHSCAN");
	if (abilities->descriptors)
		as_buffer_text(out, " FILDES");
	if (abilities->reload)
		as_buffer_text(out, " RELOAD");
	return as_buffer_text(out, " INSTREAM IDSESSION END PING VERSION VERSIONCOMMANDS STATS");
}

static uint64_t number(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? (uint64_t)value : 0;
}

static double mebibytes(uint64_t bytes)
{
	return (double)bytes / (1024.0 * 1024.0);
}

bool as_clamd_stats(struct as_span status, const struct as_clamd_load *load, struct as_buffer *out)
{
	json_t *root = parse(status);
	const json_t *workers = json_object_get(root, "workers");
	uint64_t alive = number(workers, "alive"), busy = number(workers, "busy");

	/* Some clients want two blanks behind live, a line about STATS itself
	 * and eight values of memory, as clamd writes them. */
	as_buffer_printf(out, "POOLS: 1\n\nSTATE: %s PRIMARY\n", load->ready ? "VALID" : "INVALID");
	as_buffer_printf(out,
			 "THREADS: live %" PRIu64 "  idle %" PRIu64 " max %" PRIu64
			 " idle-timeout %" PRIu64 "\n",
			 alive, alive > busy ? alive - busy : 0, number(workers, "wanted"),
			 load->keepalive_ms / 1000);
	as_buffer_printf(out, "QUEUE: %" PRIu64 " items\n\tSTATS 0.000000 \n\n",
			 number(json_object_get(root, "queue"), "length"));
	as_buffer_printf(out,
			 "MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 1 "
			 "pools_used %.3fM pools_total %.3fM\n",
			 mebibytes(load->spool_bytes), mebibytes(load->spool_max_bytes));
	as_buffer_printf(out, "ASSAY: version %s generation %" PRIu64 " messages %u of %u\nEND",
			 load->assay, load->generation, load->tasks, load->jobs);
	json_decref(root);
	return !out->failed;
}
