/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_CONFIG_READING_H
#define ASSAY_POLICY_CONFIG_READING_H

#include "policy/config_memory.h"
#include "policy/options.h"

/*
 * A configuration that is being taken over from what libconfuse parsed, and
 * helpers for that. Whatever is wrong becomes a fault with the line of the
 * option, and something usable is taken in its place: all the rest is still to
 * be looked at.
 */
struct as_reading {
	struct as_config *config;
	cfg_t *cfg;
	struct as_faults faults;
	const struct as_line *lines;
};

/* A section, or with the name "" the top level. */
struct as_section {
	struct as_reading *reading;
	cfg_t *cfg; /* NULL: not in the file, all is default */
	const char *name;
	unsigned int ordinal;
};

/* Copies in the memory of the configuration; "" and no items without any,
 * which memory->failed remembers. */
const char *as_config_keep(struct as_config *config, const char *text);
const char *const *as_config_keep_list(struct as_config *config, cfg_opt_t *opt, size_t *count_out);
/* Paths in a configuration file are meant from where the file stands. */
const char *as_config_resolve(struct as_config *config, const char *path);

/* "; did you mean ..." for a policy that there is not; false when there is. */
bool as_config_lacks_policy(const struct as_config *config, const char *name, char *hint,
			    size_t size);

/* Whether the file says something about this option. */
bool as_section_has(const struct as_section *section, const char *key);
size_t as_section_line(const struct as_section *section, const char *key);

/* What the file or the table of options has; low when it is out of range. */
uint64_t as_section_number(const struct as_section *section, const char *key, uint64_t low,
			   uint64_t high, const char *unit);
/* The same for a size; range is how people write it: "1MiB to 64GiB". */
uint64_t as_section_size(const struct as_section *section, const char *key, uint64_t low,
			 uint64_t high, const char *range);
const char *as_section_text(const struct as_section *section, const char *key);
bool as_section_flag(const struct as_section *section, const char *key);
const char *const *as_section_list(const struct as_section *section, const char *key,
				   size_t *count_out);

/* KEY = "VALUE": what was expected. */
void as_section_fault(const struct as_section *section, const char *key, const char *value,
		      const char *expected);

/* config_policy.c */
void as_config_take_policies(struct as_reading *reading);
/* config_smime.c; rules behind policies, since they name them. */
void as_config_take_smime(struct as_reading *reading);
void as_config_take_smime_rules(struct as_reading *reading);
/* Tells each policy its rules. */
void as_config_give_smime_rules(struct as_config *config);
/* config_service.c and config_listeners.c; behind everything else, since
 * listeners name policies. */
void as_config_take_service(struct as_reading *reading);
void as_config_take_listeners(struct as_reading *reading);

#endif
