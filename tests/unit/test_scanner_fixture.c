/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_scanner_fixture.h"

#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

char config_file[] = "/tmp/assay-scanner-XXXXXX";
const char config_standard[] = "# the standard configuration; not from %s\n";

struct as_config *config;
struct as_scanner *scanner;
struct as_scanner_result result;
json_t *verdict;
unsigned int results;

static char modules[4096];

int scanner_set_up(void **state)
{
	const char *top = getenv("top_builddir");
	char *whole = realpath(top != NULL ? top : ".", NULL);
	int fd = mkstemp(config_file);
	(void)state;

	if (whole == NULL || fd < 0)
		return -1;
	close(fd);
	snprintf(modules, sizeof(modules), "%s/tests/unit/.libs", whole);
	free(whole);
	as_log_configure(&(struct as_log_settings){.fd = open("/dev/null", O_WRONLY | O_CLOEXEC),
						   .level = AS_LOG_ERROR});
	return 0;
}

int scanner_tear_down(void **state)
{
	(void)state;
	return unlink(config_file);
}

void config_write(const char *text)
{
	FILE *out = fopen(config_file, "w");

	assert_non_null(out);
	fprintf(out, text, modules);
	fclose(out);
}

void config_read(const char *text)
{
	struct as_config_sources sources = {.file = config_file};
	struct as_error error = {.text = ""};

	config_write(text);
	as_paths_standard(&sources.paths);
	if (as_config_load(&sources, &config, &error) != 0)
		fail_msg("%s", error.text);
}

void scanner_forget(void)
{
	as_scanner_close(scanner);
	as_config_free(config);
	json_decref(verdict);
	scanner = NULL;
	config = NULL;
	verdict = NULL;
}

void scanner_keep(const struct as_scanner_result *given)
{
	results++;
	result = *given;
	json_decref(verdict);
	verdict = json_loadb((const char *)given->json.data, given->json.size,
			     JSON_REJECT_DUPLICATES, NULL);
}

json_t *finding(const char *code)
{
	json_t *one;
	size_t i;

	json_array_foreach (json_object_get(verdict, "findings"), i, one)
		if (strcmp(json_string_value(json_object_get(one, "code")), code) == 0)
			return one;
	return NULL;
}

const char *verdict_text(const char *key)
{
	return json_string_value(json_object_get(verdict, key));
}
