/* SPDX-License-Identifier: BSD-2-Clause */
/* assay.conf: what is wrong with it, what it sets, and how it is shown. */
#include "policy/config.h"
#include "policy/config_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Every file begins with this line, so that the second is the test's. */
#define HEAD "plugins = { \"module-good\" }\n"

static char folder[] = "/tmp/assay-config-XXXXXX";
static char modules[4096];
static char file[4200];
static struct as_config *config;
static struct as_error error;

static int set_up(void **state)
{
	const char *top = getenv("top_builddir");
	char *whole;
	(void)state;

	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/assay.conf", folder);
	whole = realpath(top != NULL ? top : ".", NULL);
	assert_non_null(whole);
	snprintf(modules, sizeof(modules), "%s/tests/unit/.libs", whole);
	free(whole);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];
	(void)state;

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static int forget(void **state)
{
	(void)state;
	as_config_free(config);
	config = NULL;
	return 0;
}

static int load(const char *path)
{
	const struct as_config_sources sources = {
		.file = path,
		.paths = {.plugin_dir = modules, .signature_dir = "/nowhere"},
	};

	as_config_free(config);
	config = NULL;
	error.text[0] = '\0';
	return as_config_load(&sources, &config, &error);
}

static void put_config(const char *head, const char *text)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	fputs(head, out);
	fputs(text, out);
	fclose(out);
}

static int load_text(const char *text)
{
	put_config(HEAD, text);
	return load(file);
}

static const struct {
	const char *name, *text;
	int line;
	const char *words[3];
} single_faults[] = {
	{"typing error", "wokers = 3\n", 2, {"wokers", "did you mean \"workers\""}},
	{"unknown option", "frobnicate = 3\n", 2, {"frobnicate", "assay.conf(5)"}},
	{"unknown section", "\n\nfoo {\n}\n", 4, {"foo"}},
	{"wrong type", "workers = many\n", 2, {"workers", "integer"}},
	{"wrong boolean", "cache = perhaps\n", 2, {"cache"}},
	{"another", "readings = 2\n", 2, {"readings"}},
	{"too many workers", "workers = 9999\n", 2, {"workers = 9999", "256"}},
	{"log level", "log_level = \"loud\"\n", 2, {"loud", "notice"}},
	{"log format", "log_format = \"xml\"\n", 2, {"xml", "json"}},
	{"cache size", "cache_size = \"1\"\n", 2, {"cache_size", "1MiB to 64GiB"}},
	{"cache size word", "cache_size = \"big\"\n", 2, {"\"big\""}},
	{"limit out of range", "limits {\n depth = 65\n}\n", 3, {"depth", "1 to 64"}},
	{"limit below", "limits {\n bytes = \"1\"\n}\n", 3, {"bytes", "65536"}},
	{"limit that is no number", "limits {\n\n bytes = \"lots\"\n}\n", 4, {"lots", "KiB"}},
	{"unknown limit", "limits {\n deph = 3\n}\n", 3, {"did you mean \"depth\""}},
	{"section as a value", "limits = 3\n", 2, {"limits"}},
	{"action",
	 "policy \"default\" {\n high = \"block\"\n}\n",
	 3,
	 {"high = \"block\"", "quarantine"}},
	{"empty action", "policy \"default\" {\n low = \"\"\n}\n", 3, {"expected accept"}},
	{"pattern",
	 "policy \"default\" {\n reject = { \"type.executble.pe\" }\n}\n",
	 3,
	 {"type.executble.pe", "did you mean \"type.executable.pe\""}},
	{"pattern of no family",
	 "policy \"default\" {\n tag = { \"nothing.*\" }\n}\n",
	 3,
	 {"nothing.*", "assay findings"}},
	{"second pattern", "policy \"x\" {\n tag = { \"type.*\", \"typ.*\" }\n}\n", 3, {"typ.*"}},
	{"two policies of a name", "policy \"a\" {\n}\npolicy \"a\" {\n}\n", 4, {"a"}},
	{"policy in force",
	 "policy_in_force = \"strct\"\npolicy \"strict\" {\n}\n",
	 0,
	 {"strct", "did you mean \"strict\""}},
	{"setting of a plugin",
	 "module-good {\n wrod = \"x\"\n}\n",
	 3,
	 {"wrod", "did you mean \"word\""}},
	{"number of a plugin",
	 "module-good {\n number = 101\n}\n",
	 3,
	 {"number = 101", "1 to 100"}},
	{"switch of a plugin", "module-good {\n switch = \"up\"\n}\n", 3, {"switch"}},
	{"open text", "temp_dir = \"x\n", 3, {"end of file"}},
	{"no value", "workers =\n", 3, {""}},
	{"number without digits", "workers = \"\"\n", 2, {"invalid integer"}},
	{"number beyond all", "workers = 99999999999999999999\n", 2, {"'workers' is out of range"}},
	{"the least number", "workers = -9223372036854775808\n", 2, {"'workers' is out of range"}},
	{"appending to one value", "workers += 3\n", 2, {"append to non-list option"}},
	{"open brace", "limits {\n depth = \"3\"\n", 2, {"never closed"}},
	{"behind comments",
	 "# a\n// b\n/* c\n c */ # d\n\n/* e */ workers = 999\n",
	 7,
	 {"workers = 999"}},
	{"behind a text of two lines", "temp_dir = \"a\nb\"\nworkers = 999\n", 4, {"999"}},
	{"reply over two lines", "policy \"x\" {\n reply = \"a\\nb\"\n}\n", 3, {"one line", "300"}},
	{"reply with another word",
	 "policy \"x\" {\n reply = \"{reson}\"\n}\n",
	 3,
	 {"{reason} and {id}"}},
};

static void every_fault_is_told_with_its_place(void **state)
{
	(void)state;

	for (size_t i = 0; i < COUNT(single_faults); i++) {
		char place[4300];

		print_message("case: %s\n", single_faults[i].name);
		assert_int_not_equal(load_text(single_faults[i].text), 0);
		assert_null(config);
		print_message("text: %s\n", error.text);
		snprintf(place, sizeof(place), "%s:%d: ", file, single_faults[i].line);
		assert_int_equal(strncmp(error.text, single_faults[i].line > 0 ? place : file,
					 strlen(single_faults[i].line > 0 ? place : file)),
				 0);
		for (size_t w = 0; w < 3 && single_faults[i].words[w] != NULL; w++)
			assert_non_null(strstr(error.text, single_faults[i].words[w]));
		assert_null(strchr(error.text, '\n'));
	}
}

/* One fault a line: its line in the file, and a word of it. */
struct expected {
	int line; /* 0: none; -1: no such fault */
	const char *word;
};

static void assert_faults(const struct expected *faults, size_t count)
{
	char *rest = error.text;
	char place[4300];

	print_message("text: %s\n", error.text);
	for (size_t i = 0; i < count && faults[i].line >= 0; i++) {
		char *row = strsep(&rest, "\n");

		assert_non_null(row);
		if (faults[i].line > 0) {
			snprintf(place, sizeof(place), "%s:%d: ", file, faults[i].line);
			assert_int_equal(strncmp(row, place, strlen(place)), 0);
		}
		assert_non_null(strstr(row, faults[i].word));
	}
	assert_null(rest);
}

static void all_faults_are_told_at_once_in_the_order_of_lines(void **state)
{
	static const struct {
		const char *name, *text;
		struct expected faults[8];
	} cases[] = {
		{"of all kinds",
		 "policy_in_force = \"nobody\"\nwokers = 3\nworkers = many\nlog_level = \"loud\"\n"
		 "limits {\n depth = \"65\"\n deph = \"3\"\n}\n"
		 "module-good {\n number = 101\n switch = up\n}\n",
		 {{3, "'wokers'"},
		  {4, "invalid integer"},
		  {5, "loud"},
		  {7, "1 to 64"},
		  {8, "did you mean \"depth\""},
		  {11, "number = 101"},
		  {12, "invalid boolean"},
		  {0, "\"nobody\""}}},
		{"each value of a list, once",
		 "policy \"a\" {\n tag = { \"no.1\", \"name.*\",\n \"no.2\"\n }\n"
		 " reject = { \"no.2\" }\n}\n",
		 {{3, "no.1"}, {4, "no.2"}, {6, "no.2"}, {-1, NULL}}},
		{"whole sections",
		 "foo {\n a = 1\n b { c = { \"}\" } }\n}\nbar \"x\" { workers = 1 }\n"
		 "policy \"a\" { }\npolicy \"a\" { high = \"never\" }\npolicy \"b\" {\n bar = 1 "
		 "}\n",
		 {{2, "'foo'"}, {6, "'bar'"}, {8, "title 'a'"}, {10, "'bar'"}, {-1, NULL}}},
		{"up to a fault of the syntax",
		 "wokers = 1\nworkers = 999\ncache true\nwokers = 2\nlog_level = \"x\"\n",
		 {{2, "wokers"}, {3, "999"}, {4, "missing equal sign"}, {-1, NULL}}},
		{"up to a brace that stays open",
		 "wokers = 1\nlimits {\n depth = \"99\"\nworkers = 1\ncache = 3\n",
		 {{2, "wokers"}, {3, "never closed"}, {-1, NULL}}},
		{"a name that is a quoted one",
		 "\"wokers\" = 1\n'workrs' = { \"a\" }\n",
		 {{2, "wokers"}, {3, "workrs"}, {-1, NULL}}},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(load_text(cases[i].text), AS_E_CONFIG);
		assert_faults(cases[i].faults, COUNT(cases[i].faults));
	}
}

static void a_fault_is_told_again_at_the_next_reading(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(load_text("policy \"a\" { tag = \"no.1\" }\n"), AS_E_CONFIG);
		assert_non_null(strstr(error.text, "no.1"));
	}
}

static void faults_that_do_not_fit_are_counted(void **state)
{
	char text[64 * 200];
	size_t used = 0, rows = 1;
	unsigned int more = 0;
	const char *last;
	(void)state;

	for (int i = 0; i < 200; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "option_that_is_not_there_%d = %d\n", i, i);
	assert_int_equal(load_text(text), AS_E_CONFIG);
	last = strrchr(error.text, '\n');
	assert_non_null(last);
	assert_int_equal(sscanf(last, "\nand %u more", &more), 1);
	for (const char *p = error.text; p < last; p++)
		rows += *p == '\n';
	assert_int_equal(rows + more, 200);
	assert_true(rows > 10);
}

static void plugins_that_are_missing_are_told_with_the_rest(void **state)
{
	static const struct expected faults[] = {
		{2, "999"}, {0, "absent"}, {0, "missing"}, {-1, NULL}};
	(void)state;

	put_config("plugins = { \"absent\", \"module-good\", \"missing\" }\n",
		   "workers = 999\nabsent {\n key = 1\n}\n");
	assert_int_equal(load(file), AS_E_CONFIG);
	assert_faults(faults, COUNT(faults));
}

static void names_of_plugins_are_apart(void **state)
{
	(void)state;
	put_config("plugins = { \"module-good\", \"module-good\" }\n", "");
	assert_int_equal(load(file), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "\"module-good\" stands there twice"));
	put_config("plugins = { \"listener\" }\n", "");
	assert_int_equal(load(file), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "\"listener\" is the name of an option"));
}

static void a_file_with_a_nul_is_none(void **state)
{
	FILE *out = fopen(file, "w");
	(void)state;

	assert_non_null(out);
	fwrite("cache = true\n\0workers = 3\n", 1, 26, out);
	fclose(out);
	assert_int_equal(load(file), AS_E_CONFIG);
	assert_non_null(strstr(error.text, ":2: a NUL octet"));
}

static void files_that_cannot_be_read_are_errors(void **state)
{
	char path[4200];
	(void)state;

	snprintf(path, sizeof(path), "%s/missing.conf", folder);
	assert_int_equal(load(path), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "missing.conf: No such file"));
	assert_int_equal(load(folder), AS_E_CONFIG);
	assert_non_null(strstr(error.text, folder));
}

static void a_plugin_that_is_missing_is_named_unless_optional_or_off(void **state)
{
	(void)state;
	put_config("", "plugins = { \"absent\" }\n");
	assert_int_equal(load(file), AS_E_PLUGIN);
	assert_non_null(strstr(error.text, "absent.so is neither in"));
	put_config("", "plugins = { \"module-abi\" }\n");
	assert_int_equal(load(file), AS_E_PLUGIN);
	assert_non_null(strstr(error.text, "interface 999"));
	put_config("", "plugins = { \"absent\" }\nabsent {\n optional = true\n key = \"v\"\n"
		       " list = { \"a\", \"b\" }\n}\n");
	assert_int_equal(load(file), 0);
	assert_true(config->engine.plugins[0].optional);
	put_config("", "plugins = { \"absent\" }\nabsent {\n enabled = false\n}\n");
	assert_int_equal(load(file), 0);
	assert_false(config->engine.plugins[0].enabled);
}

static const char whole[] =
	"plugin_path = { \"more\", \"/else\" }\nworkers = 3\nsandbox = false\ncache = false\n"
	"readings = false\ncache_size = \"2MiB\"\ntemp_dir = \"tmp\"\nlog_level = "
	"\"debug\"\nlog_format = \"json\"\n"
	"policy_in_force = \"strict\"\n"
	"limits {\n depth = \"7\"\n bytes = \"1MiB\"\n}\n"
	"module-good {\n word = \"a \\\"b\\\" \\\\ \\${HOME} \\n c\"\n number = 7\n switch = "
	"false\n"
	" list = { \"x y\", \"z\" }\n file = \"lists/a.list\"\n files = { \"b\", \"/c\" }\n}\n"
	"policy \"strict\" {\n recipients = { \"@a.example\", \"b@c.example\" }\n"
	" reject = { \"type.executable.*\", \"name.rtlo\" }\n accept = { \"polyglot\" }\n"
	" tag = { \"yara.any\" }\n low = \"tag\"\n incomplete = \"reject\"\n max_wish = "
	"\"tag\"\n reply = \"No: {reason} ({id})\"\n}\n"
	"policy \"default\" {\n high = \"reject\"\n}\n";

static const struct as_setting_values *setting(const char *key)
{
	const struct as_plugin_settings *settings = &config->engine.plugins[0];

	for (size_t i = 0; i < settings->value_count; i++)
		if (strcmp(settings->values[i].key, key) == 0)
			return &settings->values[i];
	return NULL;
}

static void assert_whole(void)
{
	char path[4300];

	assert_int_equal(config->workers, 3);
	assert_false(config->sandbox);
	assert_false(config->engine.cache);
	assert_false(config->engine.readings);
	assert_int_equal(config->cache_bytes, 2u << 20);
	assert_int_equal(config->log_level, AS_LOG_DEBUG);
	assert_int_equal(config->log_format, AS_LOG_JSON);
	assert_int_equal(config->engine.limits.depth, 7);
	assert_int_equal(config->engine.limits.bytes, 1u << 20);
	assert_int_equal(config->engine.limits.objects, 5000);
	snprintf(path, sizeof(path), "%s/tmp", folder);
	assert_string_equal(config->temp_dir, path);
	snprintf(path, sizeof(path), "%s/more", folder);
	assert_string_equal(config->engine.paths.plugin_path[0], path);
	assert_string_equal(config->engine.paths.plugin_path[1], "/else");
	assert_string_equal(setting("word")->values[0], "a \"b\" \\ ${HOME} \n c");
	assert_string_equal(setting("number")->values[0], "7");
	assert_string_equal(setting("switch")->values[0], "false");
	assert_int_equal(setting("list")->count, 2);
	assert_string_equal(setting("list")->values[0], "x y");
	snprintf(path, sizeof(path), "%s/lists/a.list", folder);
	assert_string_equal(setting("file")->values[0], path);
	snprintf(path, sizeof(path), "%s/b", folder);
	assert_string_equal(setting("files")->values[0], path);
	assert_string_equal(setting("files")->values[1], "/c");
	assert_int_equal(config->policy_count, 2);
	assert_string_equal(config->policy->name, "strict");
	assert_int_equal(config->policy->recipient_count, 2);
	assert_int_equal(config->policy->rule_count, 4);
	assert_int_equal(config->policy->by_severity[ASSAY_LOW], ASSAY_ACTION_TAG);
	assert_int_equal(config->policy->by_severity[ASSAY_HIGH], ASSAY_ACTION_QUARANTINE);
	assert_int_equal(config->policy->incomplete, ASSAY_ACTION_REJECT);
	assert_int_equal(config->policy->max_wish, ASSAY_ACTION_TAG);
	assert_string_equal(config->policy->reply, "No: {reason} ({id})");
	assert_int_equal(config->policies[1].by_severity[ASSAY_HIGH], ASSAY_ACTION_REJECT);
	assert_string_equal(config->policies[1].reply, "");
}

static void everything_that_can_be_set_is_set(void **state)
{
	(void)state;
	assert_int_equal(load_text(whole), 0);
	assert_whole();
}

static void what_is_shown_parses_to_the_same(void **state)
{
	static const char *const texts[] = {"", whole};
	struct as_buffer first, second;
	(void)state;

	as_buffer_init(&first, 0);
	as_buffer_init(&second, 0);
	for (size_t i = 0; i < COUNT(texts); i++) {
		as_buffer_clear(&first);
		as_buffer_clear(&second);
		assert_int_equal(load_text(texts[i]), 0);
		as_config_show(config, &first);
		as_buffer_byte(&first, 0);
		put_config("", (const char *)first.data);
		assert_int_equal(load(file), 0);
		if (i == 1)
			assert_whole();
		assert_int_equal(config->engine.limits.time_ms, 60000);
		as_config_show(config, &second);
		as_buffer_byte(&second, 0);
		/* And once more: now everything is set, nothing is a default. */
		put_config("", (const char *)second.data);
		assert_int_equal(load(file), 0);
		if (i == 1)
			assert_whole();
	}
	as_buffer_deinit(&first);
	as_buffer_deinit(&second);
}

static void without_a_file_the_defaults_hold(void **state)
{
	(void)state;
	assert_int_equal(load_text(""), 0);
	assert_int_equal(config->workers, 0);
	assert_true(config->sandbox && config->engine.cache);
	assert_int_equal(config->cache_bytes, 16u << 20);
	assert_int_equal(config->engine.limits.depth, 24);
	assert_ptr_equal(config->policy, as_policy_builtin());
	assert_int_equal(config->engine.plugins[0].value_count, 0);
	assert_int_equal(config->log_level, AS_LOG_NOTICE);
}

static void the_command_line_changes_single_values(void **state)
{
	(void)state;
	assert_int_equal(load_text("module-good {\n files = { \"/a\" }\n}\n"), 0);
	assert_int_equal(as_config_plugin_value(config, "module-good", "files", "/b", true, &error),
			 0);
	assert_int_equal(setting("files")->count, 2);
	assert_string_equal(setting("files")->values[1], "/b");
	assert_int_equal(
		as_config_plugin_value(config, "module-good", "files", "/c", false, &error), 0);
	assert_int_equal(setting("files")->count, 1);
	/* A default list is what is there, too. */
	assert_int_equal(as_config_plugin_value(config, "module-good", "list", "4", true, &error),
			 0);
	assert_int_equal(setting("list")->count, 4);
	assert_string_equal(setting("list")->values[0], "one");
	assert_string_equal(setting("list")->values[3], "4");
	/* A single value has no room for a second one. */
	assert_int_equal(as_config_plugin_value(config, "module-good", "word", "a", true, &error),
			 0);
	assert_int_equal(as_config_plugin_value(config, "module-good", "word", "b", true, &error),
			 0);
	assert_int_equal(setting("word")->count, 1);
	assert_string_equal(setting("word")->values[0], "b");
	assert_int_equal(as_config_limit(config, "depth=9", &error), 0);
	assert_int_equal(config->engine.limits.depth, 9);
	assert_int_equal(as_config_disable(config, "module-good", &error), 0);
	assert_false(config->engine.plugins[0].enabled);
	assert_int_equal(as_config_use_policy(config, "default", &error), 0);
}

static void wrong_words_on_the_command_line_get_a_suggestion(void **state)
{
	static const struct {
		const char *plugin, *key, *value;
		int rc;
		const char *word;
	} values[] = {
		{"module-god", "word", "x", -ENOENT, "did you mean \"module-good\""},
		{"zzz", "word", "x", -ENOENT, "assay config show"},
		{"module-good", "wrod", "x", -ENOENT, "did you mean \"word\""},
		{"module-good", "number", "x", -EINVAL, "1 to 100"},
		{"module-good", "number", "101", -EINVAL, "1 to 100"},
		{"module-good", "number", "5x", -EINVAL, "1 to 100"},
		{"module-good", "number", "", -EINVAL, "1 to 100"},
		{"module-good", "number", "99999999999999999999", -EINVAL, "1 to 100"},
		{"module-good", "switch", "up", -EINVAL, "true or false"},
	};
	static const struct {
		const char *text;
		int rc;
		const char *word;
	} limits[] = {
		{"depth", -EINVAL, "NAME=VALUE"},
		{"deph=3", -ENOENT, "did you mean \"depth\""},
		{"nothing=3", -ENOENT, "assay limits"},
		{"depth=65", -ERANGE, "1 to 64"},
		{"depth=", -ERANGE, "1 to 64"},
		{"=3", -ENOENT, "no limit"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=3",
		 -ENOENT, "no limit"},
	};
	(void)state;

	assert_int_equal(load_text("policy \"strict\" {\n}\n"), 0);
	for (size_t i = 0; i < COUNT(values); i++) {
		print_message("case: %s %s\n", values[i].key, values[i].value);
		assert_int_equal(as_config_plugin_value(config, values[i].plugin, values[i].key,
							values[i].value, false, &error),
				 values[i].rc);
		assert_non_null(strstr(error.text, values[i].word));
		assert_int_equal(config->engine.plugins[0].value_count, 0);
	}
	for (size_t i = 0; i < COUNT(limits); i++) {
		print_message("case: %s\n", limits[i].text);
		assert_int_equal(as_config_limit(config, limits[i].text, &error), limits[i].rc);
		assert_non_null(strstr(error.text, limits[i].word));
	}
	assert_int_equal(as_config_disable(config, "modul-good", &error), -ENOENT);
	assert_non_null(strstr(error.text, "did you mean \"module-good\""));
	assert_int_equal(as_config_use_policy(config, "strickt", &error), -ENOENT);
	assert_non_null(strstr(error.text, "did you mean \"strict\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, forget)
		TEST(every_fault_is_told_with_its_place),
		TEST(all_faults_are_told_at_once_in_the_order_of_lines),
		TEST(a_fault_is_told_again_at_the_next_reading),
		TEST(faults_that_do_not_fit_are_counted),
		TEST(plugins_that_are_missing_are_told_with_the_rest),
		TEST(names_of_plugins_are_apart),
		TEST(a_file_with_a_nul_is_none),
		TEST(files_that_cannot_be_read_are_errors),
		TEST(a_plugin_that_is_missing_is_named_unless_optional_or_off),
		TEST(everything_that_can_be_set_is_set),
		TEST(what_is_shown_parses_to_the_same),
		TEST(without_a_file_the_defaults_hold),
		TEST(the_command_line_changes_single_values),
		TEST(wrong_words_on_the_command_line_get_a_suggestion),
	};
	return cmocka_run_group_tests_name("policy config", tests, set_up, tear_down);
}
