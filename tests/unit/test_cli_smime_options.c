/* SPDX-License-Identifier: BSD-2-Clause */
/* The arguments of `assay smime`. */
#include "cli/smime_options.h"

#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX    16u

static const struct as_verb verb = {.name = "smime", .help = "how to use it\n"};
static struct as_smime_options *options;
static struct as_config config;
static char told[1024];
static int status;

/* In place of the program's, which writes to standard error. */
void as_complain(const struct as_verb *whose, const char *format, ...)
{
	size_t used = strlen(told);
	va_list args;

	assert_ptr_equal(whose, &verb);
	va_start(args, format);
	vsnprintf(told + used, sizeof(told) - used, format, args);
	va_end(args);
}

static int set_up(void **state)
{
	(void)state;
	options = calloc(1, sizeof(*options));
	assert_non_null(options);
	config = (struct as_config){.sandbox = true, .workers = 7};
	told[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(options);
	return 0;
}

/* Words with one blank between them, as a shell would split them. What is read
 * points into them. */
static bool read_line(const char *line)
{
	static char copy[200];
	char *words[WORDS_MAX] = {"smime"}, *rest = copy;
	int count = 1;

	assert_true(strlen(line) < sizeof(copy));
	strcpy(copy, line);
	told[0] = '\0';
	status = -1;
	while (rest != NULL && *rest != '\0') {
		assert_true(count < (int)WORDS_MAX);
		words[count++] = strsep(&rest, " ");
	}
	return as_smime_options_read(&verb, count, words, options, &status);
}

static void a_file_alone_is_enough(void **state)
{
	(void)state;
	assert_true(read_line("mail.eml"));
	assert_string_equal(options->file, "mail.eml");
	assert_null(options->config);
	assert_null(options->password);
	assert_null(options->revocation);
	assert_false(options->as_json || options->no_sandbox || options->partial_chain ||
		     options->explicit_policy || options->inhibit_any || options->inhibit_mapping ||
		     options->at_given);
	assert_int_equal(options->index, 0);
	assert_int_equal(options->anchors.count + options->certs.count + options->crls.count +
				 options->keys.count + options->policies.count +
				 options->allow.count,
			 0);
}

/* The words of the specification, each list in its place. */
static void lists_take_all_words_up_to_the_next_option(void **state)
{
	static char *words[] = {
		"smime",   "mail.eml", "--anchors",  "a",	  "b", "--certs",  "c",	  "--crls",
		"d",	   "e",	       "f",	     "--keys",	  "g", "--policy", "1.2", "any",
		"--allow", "sha1,dsa", "no-address", "--anchors", "h",
	};
	(void)state;

	assert_true(as_smime_options_read(&verb, COUNT(words), words, options, &status));
	assert_string_equal(options->file, "mail.eml");
	assert_int_equal(options->anchors.count, 3);
	assert_string_equal(options->anchors.items[1], "b");
	assert_string_equal(options->anchors.items[2], "h");
	assert_int_equal(options->certs.count, 1);
	assert_int_equal(options->crls.count, 3);
	assert_int_equal(options->keys.count, 1);
	assert_int_equal(options->policies.count, 2);
	assert_int_equal(options->allow.count, 2);
}

static void every_single_value_and_switch_is_read(void **state)
{
	static char *words[] = {
		"smime",
		"--password",
		"secret",
		"--revocation=hard",
		"--at",
		"-5",
		"--config",
		"c",
		"--format",
		"json",
		"--index",
		"3",
		"--partial-chain",
		"--explicit-policy",
		"--inhibit-any",
		"--inhibit-mapping",
		"--no-sandbox",
		"mail.eml",
	};
	(void)state;

	assert_true(as_smime_options_read(&verb, COUNT(words), words, options, &status));
	assert_string_equal(options->file, "mail.eml");
	assert_string_equal(options->password, "secret");
	assert_string_equal(options->revocation, "hard");
	assert_true(options->at_given);
	assert_int_equal(options->at, -5);
	assert_string_equal(options->config, "c");
	assert_true(options->as_json);
	assert_int_equal(options->index, 3);
	assert_true(options->partial_chain && options->explicit_policy && options->inhibit_any &&
		    options->inhibit_mapping && options->no_sandbox);
}

static void the_file_may_be_the_last_word_of_a_list(void **state)
{
	(void)state;
	assert_true(read_line("--anchors a b mail.eml"));
	assert_string_equal(options->file, "mail.eml");
	assert_int_equal(options->anchors.count, 2);
}

static void a_value_behind_an_equals_sign_ends_the_list(void **state)
{
	(void)state;
	assert_true(read_line("--anchors=a mail.eml"));
	assert_string_equal(options->file, "mail.eml");
	assert_int_equal(options->anchors.count, 1);
	assert_string_equal(options->anchors.items[0], "a");
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"", "expected one FILE"},
		{"a b", "expected one FILE"},
		{"--anchors a", "expected one FILE"},
		{"--anchors", "--anchors: expected a value"},
		{"--anchors --certs a b", "--anchors: expected a value"},
		{"mail --password", "--password: expected a value"},
		{"mail --anchor a", "unknown option --anchor; did you mean --anchors?"},
		{"mail --frobnicate", "unknown option --frobnicate; see assay smime --help"},
		{"mail --partial-chain=yes", "--partial-chain takes no value"},
		{"mail --format xml", "--format xml: expected text or json"},
		{"mail --index -1", "--index -1: expected a whole number from 0 on"},
		{"mail --index x", "--index x"},
		{"mail --at tomorrow", "--at tomorrow: expected a whole number, seconds"},
		{"mail --at 1e9", "--at 1e9"},
		{"mail --at 99999999999999999999", "--at 99999999999999999999"},
		{"mail --at=", "--at :"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].line);
		assert_false(read_line(cases[i].line));
		assert_int_equal(status, AS_EXIT_FAILED);
		print_message("told: %s\n", told);
		assert_non_null(strstr(told, cases[i].words));
	}
}

static void a_name_of_any_length_is_told_cut(void **state)
{
	char name[5000] = "--";
	char *words[] = {"smime", name};
	(void)state;

	memset(name + 2, 'a', sizeof(name) - 3);
	assert_false(as_smime_options_read(&verb, COUNT(words), words, options, &status));
	assert_in_range(strlen(told), 60, 200);
}

static void more_words_than_fit_are_refused(void **state)
{
	static char *words[AS_SMIME_WORDS_MAX + 4];
	(void)state;

	words[0] = "smime";
	words[1] = "--crls";
	for (size_t i = 2; i < COUNT(words); i++)
		words[i] = "a";
	assert_true(as_smime_options_read(&verb, AS_SMIME_WORDS_MAX + 2, words, options, &status));
	assert_false(as_smime_options_read(&verb, COUNT(words), words, options, &status));
	assert_non_null(strstr(told, "name their folder"));
}

static void help_wins(void **state)
{
	static const char *const lines[] = {"--help", "mail -h", "mail --format xml --help"};
	(void)state;

	for (size_t i = 0; i < COUNT(lines); i++) {
		assert_false(read_line(lines[i]));
		assert_int_equal(status, AS_EXIT_QUIET);
		assert_string_equal(told, "");
	}
}

static void what_was_given_takes_the_place_of_the_configuration(void **state)
{
	static const char *const configured[] = {"x", "y"};
	struct as_smime_settings *smime = &config.engine.smime;
	(void)state;

	smime->anchors = smime->certs = smime->crls = smime->keys = smime->policies = configured;
	smime->anchor_count = smime->cert_count = smime->crl_count = smime->key_count =
		smime->policy_count = 2;
	smime->password_file = "z";
	smime->partial_chain = true;
	smime->allow = AS_SMIME_ALLOW_DSA;
	config.engine.plugin_count = 5;
	config.engine.cache = true;
	options->anchors = (struct as_smime_words){.items = {"a"}, .count = 1};
	options->allow =
		(struct as_smime_words){.items = {"sha1,,no-address", "rsa1024"}, .count = 2};
	options->policies = (struct as_smime_words){.items = {"1.2.3", "any"}, .count = 2};
	options->password = "secret";
	options->revocation = "off";
	options->inhibit_any = options->no_sandbox = options->at_given = true;
	options->at = 5;
	assert_true(as_smime_options_apply(&verb, options, &config));
	assert_true(smime->enabled);
	assert_int_equal(smime->anchor_count, 1);
	assert_string_equal(smime->anchors[0], "a");
	assert_int_equal(smime->cert_count, 2);
	assert_string_equal(smime->crls[1], "y");
	assert_string_equal(smime->keys[1], "y");
	assert_string_equal(smime->policies[0], "1.2.3");
	assert_string_equal(smime->password, "secret");
	assert_null(smime->password_file);
	assert_int_equal(smime->revocation, AS_SMIME_REVOCATION_NONE);
	assert_int_equal(smime->allow, AS_SMIME_ALLOW_SHA1 | AS_SMIME_ALLOW_RSA1024 |
					       AS_SMIME_ALLOW_DSA | AS_SMIME_ALLOW_NO_ADDRESS);
	assert_true(smime->partial_chain && smime->inhibit_any);
	assert_false(smime->explicit_policy || smime->inhibit_mapping);
	assert_true(smime->at_set);
	assert_int_equal(smime->at, 5);
	assert_int_equal(config.engine.plugin_count, 0);
	assert_false(config.engine.cache || config.sandbox);
	assert_int_equal(config.workers, 1);
}

static void without_options_the_configuration_stays(void **state)
{
	static const char *const configured[] = {"x"};
	struct as_smime_settings *smime = &config.engine.smime;
	(void)state;

	smime->anchors = configured;
	smime->anchor_count = 1;
	smime->revocation = AS_SMIME_REVOCATION_HARD;
	smime->password_file = "z";
	assert_true(as_smime_options_apply(&verb, options, &config));
	assert_int_equal(smime->anchor_count, 1);
	assert_int_equal(smime->revocation, AS_SMIME_REVOCATION_HARD);
	assert_string_equal(smime->password_file, "z");
	assert_false(smime->at_set);
	assert_true(config.sandbox);
}

static void words_that_nobody_knows_are_refused(void **state)
{
	static const struct {
		const char *policy, *revocation, *allow, *words;
	} cases[] = {
		{"1..2", NULL, NULL, "--policy 1..2: expected object identifiers or any"},
		{"ANY", NULL, NULL, "--policy ANY"},
		{NULL, "never", NULL, "--revocation never: expected soft, hard or off"},
		{NULL, NULL, "sha1,md5", "--allow md5: expected sha1, rsa1024, dsa or no-address"},
		{NULL, NULL, "sha1 ", "--allow sha1 :"},
		{NULL, NULL, "sha1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "--allow sha1aaa"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		told[0] = '\0';
		memset(options, 0, sizeof(*options));
		options->revocation = cases[i].revocation;
		options->policies.items[0] = cases[i].policy;
		options->policies.count = cases[i].policy != NULL;
		options->allow.items[0] = cases[i].allow;
		options->allow.count = cases[i].allow != NULL;
		assert_false(as_smime_options_apply(&verb, options, &config));
		print_message("told: %s\n", told);
		assert_non_null(strstr(told, cases[i].words));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_file_alone_is_enough),
		TEST(lists_take_all_words_up_to_the_next_option),
		TEST(every_single_value_and_switch_is_read),
		TEST(the_file_may_be_the_last_word_of_a_list),
		TEST(a_value_behind_an_equals_sign_ends_the_list),
		TEST(what_is_wrong_is_told),
		TEST(a_name_of_any_length_is_told_cut),
		TEST(more_words_than_fit_are_refused),
		TEST(help_wins),
		TEST(what_was_given_takes_the_place_of_the_configuration),
		TEST(without_options_the_configuration_stays),
		TEST(words_that_nobody_knows_are_refused),
	};
	return cmocka_run_group_tests_name("cli/smime_options", tests, NULL, NULL);
}
