/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_policy_file_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define FILE_BYTES 256u

char folder[] = "/tmp/assay-config-XXXXXX";
char file[FILE_BYTES];
struct as_config *config;
struct as_error error;

int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, FILE_BYTES, "%s/assay.conf", folder);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

int forget(void **state)
{
	(void)state;
	as_config_free(config);
	config = NULL;
	return 0;
}

int load_file(const char *head, const char *text)
{
	const struct as_config_sources sources = {
		.file = file,
		.paths = {.plugin_dir = "/nowhere", .signature_dir = "/nowhere"},
	};
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	fputs(head, out);
	fputs(text, out);
	fclose(out);
	forget(NULL);
	error.text[0] = '\0';
	return as_config_load(&sources, &config, &error);
}
