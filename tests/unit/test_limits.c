/* SPDX-License-Identifier: BSD-2-Clause */
/* What `assay limits` prints of the bounds that cannot be configured. */
#include "base/limits.h"
#include "inspect/limits.h"
#include "inspect/module.h"
#include "mailbox/limits.h"
#include "mime/limits.h"
#include "pool/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PARTS_MAX 16u

struct part {
	char name[40];
	const struct assay_limit *limits;
	size_t count;
	struct as_module module; /* of a plugin */
};

static struct part parts[PARTS_MAX];
static size_t part_count;

static void add(const char *name, const struct assay_limit *limits, size_t count)
{
	struct part *part = &parts[part_count++];

	assert_true(part_count <= PARTS_MAX);
	snprintf(part->name, sizeof(part->name), "%s", name);
	part->limits = limits;
	part->count = count;
}

/* word: plugins/archive/archive.la */
static void add_plugin(const char *word)
{
	const char *build = getenv("top_builddir");
	struct as_paths paths = {.build_dir = build != NULL ? build : "."};
	struct as_module module;
	struct as_error error;
	char name[40];

	assert_int_equal(sscanf(word, "plugins/%39[a-z0-9-]/", name), 1);
	print_message("plugin: %s\n", name);
	if (as_module_open(&paths, name, &module, &error) < 0)
		fail_msg("%s", error.text);
	add(name, module.plugin->limits, module.plugin->limit_count);
	parts[part_count - 1].module = module;
}

static int set_up(void **state)
{
	char words[] = PLUGINS, *rest = NULL;

	(void)state;
	add("mime", as_mime_limits, as_mime_limit_count);
	add("inspect", as_inspect_limits, as_inspect_limit_count);
	add("pool", as_pool_limits, as_pool_limit_count);
	add("mailbox", as_mailbox_limits, as_mailbox_limit_count);
	for (char *word = strtok_r(words, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest))
		add_plugin(word);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_count; i++)
		as_module_close(&parts[i].module);
	return 0;
}

static void every_part_has_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_count; i++) {
		print_message("part: %s\n", parts[i].name);
		assert_non_null(parts[i].limits);
		assert_true(parts[i].count > 0);
	}
}

static void a_limit_bounds_and_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_count; i++)
		for (size_t j = 0; j < parts[i].count; j++) {
			const struct assay_limit *limit = &parts[i].limits[j];

			print_message("limit: %s %s\n", parts[i].name, limit->name);
			assert_true(limit->value > 0);
			assert_true(limit->unit != NULL && limit->unit[0] != '\0');
			assert_true(limit->reason != NULL && limit->reason[0] != '\0');
			assert_null(strchr(limit->reason, '\n'));
		}
}

static void names_are_words_of_lower_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_count; i++)
		for (size_t j = 0; j < parts[i].count; j++) {
			const char *name = parts[i].limits[j].name;

			print_message("limit: %s %s\n", parts[i].name, name);
			assert_true(name[0] != '\0' && name[0] != '_');
			assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
					 strlen(name));
		}
}

static void no_name_comes_twice_in_a_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_count; i++)
		for (size_t j = 0; j < parts[i].count; j++)
			for (size_t k = 0; k < j; k++)
				assert_string_not_equal(parts[i].limits[j].name,
							parts[i].limits[k].name);
}

/* `--limit depth=9` must not look as if it could move a fixed one. */
static void no_fixed_limit_is_called_like_a_movable_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < part_count; i++)
		for (size_t j = 0; j < parts[i].count; j++) {
			print_message("limit: %s %s\n", parts[i].name, parts[i].limits[j].name);
			assert_null(as_limits_find(parts[i].limits[j].name));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_has_limits),
		cmocka_unit_test(a_limit_bounds_and_says_why),
		cmocka_unit_test(names_are_words_of_lower_case),
		cmocka_unit_test(no_name_comes_twice_in_a_part),
		cmocka_unit_test(no_fixed_limit_is_called_like_a_movable_one),
	};
	return cmocka_run_group_tests_name("limits", tests, set_up, tear_down);
}
