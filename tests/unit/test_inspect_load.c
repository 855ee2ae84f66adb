/* SPDX-License-Identifier: BSD-2-Clause */
/* Modules that can be used, and all that can be wrong with one. */
#include "base/log.h"
#include "inspect/engine.h"
#include "inspect/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char modules[4096];
static char broken[] = "/tmp/assay-modules-XXXXXX";
static const char *folders[] = {modules, broken};
static struct as_engine_settings settings;

static void put_file(const char *name, const char *text)
{
	char path[4200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", broken, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int set_up(void **state)
{
	const char *top = getenv("top_builddir");
	char folder[4200];
	(void)state;

	snprintf(modules, sizeof(modules), "%s/tests/unit/.libs", top != NULL ? top : ".");
	assert_non_null(mkdtemp(broken));
	put_file("text.so", "this is no module\n");
	put_file("empty.so", "");
	snprintf(folder, sizeof(folder), "%s/folder.so", broken);
	assert_int_equal(mkdir(folder, 0700), 0);
	settings = (struct as_engine_settings){
		.paths = {.plugin_dir = "/nowhere",
			  .plugin_path = folders,
			  .plugin_path_count = COUNT(folders),
			  .signature_dir = "/nowhere"},
	};
	as_limits_standard(&settings.limits);
	as_log_configure(&(struct as_log_settings){.fd = STDERR_FILENO, .level = AS_LOG_ERROR});
	return 0;
}

static int tear_down(void **state)
{
	char command[128];
	(void)state;

	snprintf(command, sizeof(command), "rm -r %s", broken);
	return system(command);
}

static void what_is_wrong_with_a_module_is_told(void **state)
{
	static const struct {
		const char *name;
		const char *words[3];
	} cases[] = {
		{"missing", {"missing.so is neither in", "plugin_path"}},
		{"text", {"text", "/text.so"}},
		{"empty", {"empty"}},
		{"folder", {"folder"}},
		{"module-nosymbol", {"module-nosymbol.so", "no symbol assay_plugin"}},
		{"module-abi", {"module-abi.so", "interface 999", "interface 1"}},
		{"module-size", {"module-size.so", "8 octets"}},
		{"module-name", {"module-name.so", "\"somebody-else\""}},
		{"module-function", {"module-function.so", "no function"}},
		{"", {"cannot be the name"}},
		{"../module-good", {"cannot be the name"}},
		{"Module-Good", {"cannot be the name"}},
		{"a.b", {"cannot be the name"}},
		{"a/b", {"cannot be the name"}},
		{"abcdefghijklmnopqrstuvwxyzabcdefg", {"cannot be the name"}},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_module module = {.plugin = NULL};
		struct as_error error = {.text = ""};

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_module_open(&settings.paths, cases[i].name, &module, &error),
				 AS_E_PLUGIN);
		print_message("text: %s\n", error.text);
		for (size_t w = 0; w < 3 && cases[i].words[w] != NULL; w++)
			assert_non_null(strstr(error.text, cases[i].words[w]));
		assert_null(module.handle);
		as_module_close(&module);
	}
}

static void open_with(const struct as_setting_values *values, size_t count,
		      struct as_engine **engine_out)
{
	const struct as_plugin_settings plugin = {
		.name = "module-good", .enabled = true, .values = values, .value_count = count};
	struct as_error error = {.text = ""};

	settings.plugins = &plugin;
	settings.plugin_count = 1;
	assert_int_equal(as_engine_open(&settings, NULL, engine_out, &error), 0);
}

static void settings_that_are_not_made_have_their_defaults(void **state)
{
	struct as_engine *engine = NULL;
	(void)state;

	open_with(NULL, 0, &engine);
	assert_string_equal(engine->modules[0].info.note, "standard 42 1 [one] [two] [three]");
	as_engine_close(engine);
}

static void settings_that_are_made_replace_the_defaults(void **state)
{
	static const char *const word[] = {"other"}, *const number[] = {"7"};
	static const char *const off[] = {"false"}, *const list[] = {"a b", "c"};
	const struct as_setting_values values[] = {
		{"word", word, 1}, {"number", number, 1}, {"switch", off, 1}, {"list", list, 2}};
	const struct as_setting_values none[] = {{"list", list, 0}};
	struct as_engine *engine = NULL;
	(void)state;

	open_with(values, COUNT(values), &engine);
	assert_string_equal(engine->modules[0].info.note, "other 7 0 [a b] [c]");
	as_engine_close(engine);
	open_with(none, 1, &engine);
	assert_string_equal(engine->modules[0].info.note, "standard 42 1");
	as_engine_close(engine);
}

static void a_plugin_that_does_not_load_says_why_unless_it_is_optional(void **state)
{
	static const char *const bad[] = {"13"};
	const struct as_setting_values values[] = {{"number", bad, 1}};
	struct as_plugin_settings plugins[] = {
		{.name = "module-good", .enabled = true, .values = values, .value_count = 1},
		{.name = "missing", .enabled = true, .optional = true},
		{.name = "module-abi", .enabled = false},
	};
	struct as_engine *engine = NULL;
	struct as_error error = {.text = ""};
	(void)state;

	settings.plugins = plugins;
	settings.plugin_count = COUNT(plugins);
	assert_int_equal(as_engine_open(&settings, NULL, &engine, &error), AS_E_PLUGIN);
	assert_string_equal(error.text, "plugin module-good: thirteen is no number");
	assert_null(engine);
	plugins[0].optional = true;
	assert_int_equal(as_engine_open(&settings, NULL, &engine, &error), 0);
	assert_int_equal(engine->module_count, 0);
	assert_int_equal(engine->failed_count, 2);
	assert_non_null(strstr(engine->failed[0].failure, "thirteen"));
	assert_non_null(strstr(engine->failed[1].failure, "missing.so"));
	as_engine_close(engine);
}

static void another_limit_is_another_fingerprint(void **state)
{
	struct as_engine *engine = NULL;
	unsigned char first[32];
	(void)state;

	open_with(NULL, 0, &engine);
	memcpy(first, engine->fingerprint, sizeof(first));
	as_engine_close(engine);
	open_with(NULL, 0, &engine);
	assert_memory_equal(first, engine->fingerprint, sizeof(first));
	as_engine_close(engine);
	settings.limits.depth++;
	open_with(NULL, 0, &engine);
	settings.limits.depth--;
	assert_memory_not_equal(first, engine->fingerprint, sizeof(first));
	as_engine_close(engine);
	as_engine_close(NULL);
}

static void folders_of_the_configuration_come_first(void **state)
{
	static const struct as_paths installed = {.plugin_dir = modules};
	struct as_module module = {.plugin = NULL};
	struct as_error error;
	(void)state;

	assert_int_equal(as_module_open(&installed, "module-good", &module, &error), 0);
	assert_int_equal(strncmp(module.path, modules, strlen(modules)), 0);
	as_module_close(&module);
	/* A broken one in an earlier folder is an error, not skipped. */
	put_file("module-good.so", "no module");
	folders[0] = broken;
	assert_int_equal(as_module_open(&settings.paths, "module-good", &module, &error),
			 AS_E_PLUGIN);
	folders[0] = modules;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_with_a_module_is_told),
		cmocka_unit_test(settings_that_are_not_made_have_their_defaults),
		cmocka_unit_test(settings_that_are_made_replace_the_defaults),
		cmocka_unit_test(a_plugin_that_does_not_load_says_why_unless_it_is_optional),
		cmocka_unit_test(another_limit_is_another_fingerprint),
		cmocka_unit_test(folders_of_the_configuration_come_first),
	};
	return cmocka_run_group_tests_name("inspect load", tests, set_up, tear_down);
}
