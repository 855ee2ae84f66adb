/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_listener.h"

#include <string.h>

/* Each has descriptors and timers of its own in one process; nobody needs as
 * many, and a generated file must not exhaust it. */
#define LISTENERS_MAX 64u

struct listeners {
	struct as_listener_config *rows;
	cfg_t **sections; /* as rows; NULL for what is not in the file */
	unsigned int *ordinals;
	size_t count;
};

static void add_standard(struct as_reading *reading, struct listeners *all,
			 enum as_protocol protocol)
{
	const struct as_section section = {.reading = reading, .name = "listener"};

	as_listener_standard(&section, protocol, &all->rows[all->count++]);
}

static void add_configured(struct as_reading *reading, struct listeners *all, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		const struct as_section section = {
			.reading = reading,
			.cfg = cfg_getnsec(reading->cfg, "listener", i),
			.name = "listener",
			.ordinal = i,
		};

		if (!as_listener_take(&section, &all->rows[all->count]))
			continue;
		all->sections[all->count] = section.cfg;
		all->ordinals[all->count++] = i;
	}
}

static bool has_control(const struct listeners *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->rows[i].protocol == AS_PROTOCOL_CONTROL)
			return true;
	return false;
}

static void refuse_same_address(struct as_reading *reading, const struct listeners *all, size_t row)
{
	const struct as_section section = {
		.reading = reading,
		.cfg = all->sections[row],
		.name = "listener",
		.ordinal = all->ordinals[row],
	};

	for (size_t i = 0; i < row && all->rows[row].address[0] != '\0'; i++) {
		if (strcmp(all->rows[i].address, all->rows[row].address) != 0)
			continue;
		as_faults_add(&reading->faults, as_section_line(&section, "address"),
			      "listener \"%s\": the listener \"%s\" has the address %s, too",
			      all->rows[row].name, all->rows[i].name, all->rows[row].address);
		return;
	}
}

void as_config_take_listeners(struct as_reading *reading)
{
	struct as_config *config = reading->config;
	struct as_arena *arena = &config->memory->arena;
	unsigned int count = cfg_size(reading->cfg, "listener");
	struct listeners all = {.count = 0};

	if (count > LISTENERS_MAX) {
		as_faults_add(&reading->faults, 0, "more than %u listeners", LISTENERS_MAX);
		count = LISTENERS_MAX;
	}
	all.rows = as_arena_array(arena, count + AS_PROTOCOL_COUNT, sizeof(*all.rows));
	all.sections = as_arena_array(arena, count + AS_PROTOCOL_COUNT, sizeof(*all.sections));
	all.ordinals = as_arena_array(arena, count + AS_PROTOCOL_COUNT, sizeof(*all.ordinals));
	if (all.rows == NULL || all.sections == NULL || all.ordinals == NULL) {
		config->memory->failed = true;
		return;
	}
	add_configured(reading, &all, count);
	/* Without one nobody could ask for the status or for a reload. */
	if (!has_control(&all))
		add_standard(reading, &all, AS_PROTOCOL_CONTROL);
	if (count == 0) {
		add_standard(reading, &all, AS_PROTOCOL_HTTP);
		add_standard(reading, &all, AS_PROTOCOL_CLAMD);
		add_standard(reading, &all, AS_PROTOCOL_MILTER);
	}
	for (size_t i = 1; i < all.count; i++)
		refuse_same_address(reading, &all, i);
	config->service.listeners = all.rows;
	config->service.listener_count = all.count;
	config->memory->listeners = all.sections;
}
