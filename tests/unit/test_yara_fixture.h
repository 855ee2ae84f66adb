/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_YARA_FIXTURE_H
#define ASSAY_TESTS_YARA_FIXTURE_H

#include "probe.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One rule file in a folder of its own, loaded as rules or as extra_rules. rc is
 * what load() answered. */
struct yara_fixture {
	char folder[64];
	char file[96];
	struct probe_setting settings[5];
	struct probe *probe;
	int rc;
};

/* Writes the rules and loads them by the setting key, with one more setting. */
void yara_open_with(struct yara_fixture *fixture, const char *rules, const char *key,
		    const char *other_key, const char *other_value);
void yara_open(struct yara_fixture *fixture, const char *rules);
void yara_close(struct yara_fixture *fixture);

/* A text file; without a name it is still no body. */
struct assay_object yara_text(const char *text, const char *name);

/* Judges the object, which has to succeed. */
void yara_run(struct yara_fixture *fixture, const struct assay_object *object);

#endif
