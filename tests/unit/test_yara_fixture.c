/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_yara_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static void write_rules(struct yara_fixture *fixture, const char *rules)
{
	FILE *file;

	strcpy(fixture->folder, "/tmp/test_yara.XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->file, sizeof(fixture->file), "%s/own.yar", fixture->folder);
	file = fopen(fixture->file, "w");
	assert_non_null(file);
	fputs(rules, file);
	assert_int_equal(fclose(file), 0);
}

void yara_open_with(struct yara_fixture *fixture, const char *rules, const char *key,
		    const char *other_key, const char *other_value)
{
	memset(fixture, 0, sizeof(*fixture));
	write_rules(fixture, rules);
	fixture->settings[0] = (struct probe_setting){key, {fixture->file}};
	fixture->settings[1] = (struct probe_setting){other_key, {other_value}};
	fixture->probe = calloc(1, sizeof(*fixture->probe));
	assert_non_null(fixture->probe);
	fixture->probe->settings = fixture->settings;
	fixture->rc = probe_open(fixture->probe, &assay_plugin);
	if (fixture->rc != 0)
		print_message("load: %s\n", fixture->probe->loaded.error);
}

void yara_open(struct yara_fixture *fixture, const char *rules)
{
	yara_open_with(fixture, rules, "rules", NULL, NULL);
}

void yara_close(struct yara_fixture *fixture)
{
	probe_close(fixture->probe);
	free(fixture->probe);
	unlink(fixture->file);
	rmdir(fixture->folder);
}

struct assay_object yara_text(const char *text, const char *name)
{
	struct assay_object object = probe_object(as_span_text(text), name, "text/plain");

	object.type = "text/plain";
	object.type_name = "TEXT";
	object.type_class = ASSAY_CLASS_TEXT;
	return object;
}

void yara_run(struct yara_fixture *fixture, const struct assay_object *object)
{
	assert_int_equal(fixture->rc, 0);
	assert_int_equal(probe_run(fixture->probe, object, ASSAY_JUDGE), 0);
}
