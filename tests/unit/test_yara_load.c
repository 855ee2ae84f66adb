/* SPDX-License-Identifier: BSD-2-Clause */
#include "lex.h"
#include "probe.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A temporary folder with rules/ and outside/ in it, and one load. */
struct fixture {
	char top[64];
	char rules[96];
	struct probe_setting settings[3];
	struct probe *probe;
	int rc;
};

static void make_folder(const struct fixture *fixture, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", fixture->top, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void put(const struct fixture *fixture, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", fixture->top, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void start(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	strcpy(fixture->top, "/tmp/test_yara_load.XXXXXX");
	assert_non_null(mkdtemp(fixture->top));
	make_folder(fixture, "rules");
	make_folder(fixture, "outside");
	snprintf(fixture->rules, sizeof(fixture->rules), "%s/rules", fixture->top);
	fixture->settings[0] = (struct probe_setting){"rules", {fixture->rules}};
}

static void load(struct fixture *fixture)
{
	fixture->probe = calloc(1, sizeof(*fixture->probe));
	assert_non_null(fixture->probe);
	fixture->probe->settings = fixture->settings;
	fixture->rc = probe_open(fixture->probe, &assay_plugin);
	if (fixture->rc != 0)
		print_message("load: %s\n", fixture->probe->loaded.error);
}

static void unload(struct fixture *fixture)
{
	probe_close(fixture->probe);
	free(fixture->probe);
	fixture->probe = NULL;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void finish(struct fixture *fixture)
{
	unload(fixture);
	nftw(fixture->top, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void expect_error(struct fixture *fixture, const char *part)
{
	load(fixture);
	assert_true(fixture->rc < 0);
	assert_non_null(strstr(fixture->probe->loaded.error, part));
	assert_null(fixture->probe->state);
	finish(fixture);
}

static void folders_are_walked_and_other_files_left_out(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	make_folder(&f, "rules/deep");
	make_folder(&f, "rules/.git");
	put(&f, "rules/a.yar", "rule a { condition: true }");
	put(&f, "rules/deep/b.yara", "rule b { condition: true } rule c { condition: true }");
	put(&f, "rules/readme.txt", "no rules here {");
	put(&f, "rules/.git/d.yar", "broken");
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.probe->loaded.signatures, 3);
	assert_true(f.probe->loaded.newest > 0);
	assert_string_equal(f.probe->loaded.version, "libyara 4.2.3");
	finish(&f);
}

static void an_empty_folder_is_a_set_without_rules(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.probe->loaded.signatures, 0);
	assert_string_equal(f.probe->loaded.note, "no rules");
	finish(&f);
}

static void a_missing_folder_is_named(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	strcat(f.rules, "/nowhere");
	expect_error(&f, "rules/nowhere: No such file");
}

static void a_mistake_is_named_with_file_and_line_and_the_others_counted(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	put(&f, "rules/a.yar", "rule good { condition: true }");
	put(&f, "rules/b.yar", "rule bad\n{\n  condition:\n    $missing }\n");
	put(&f, "rules/c.yar", "rule worse { condition: filenam == \"x\" }");
	load(&f);
	assert_true(f.rc < 0);
	assert_non_null(strstr(f.probe->loaded.error, "/rules/b.yar:4: undefined string"));
	assert_non_null(strstr(f.probe->loaded.error, "(and 1 more errors in the rules)"));
	finish(&f);
}

static void a_mistake_in_an_included_file_is_named_there(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	make_folder(&f, "rules/inc");
	make_folder(&f, "rules/inc/more");
	put(&f, "rules/a.yar", "include \"inc/one.inc\"\nrule a { condition: one }");
	put(&f, "rules/inc/one.inc", "include \"more/two.inc\"\nrule one { condition: two }");
	put(&f, "rules/inc/more/two.inc", "\n\nrule two { condition: three }");
	expect_error(&f, "/rules/inc/more/two.inc:3: undefined identifier \"three\"");
}

static void includes_below_the_folder_work(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	make_folder(&f, "rules/inc");
	make_folder(&f, "rules/inc/more");
	put(&f, "rules/inc/a.yar",
	    "include \"../top.inc\"\ninclude \"more/two.inc\"\n"
	    "rule a { condition: one and two }");
	put(&f, "rules/top.inc", "rule one { condition: true }");
	put(&f, "rules/inc/more/two.inc", "rule two { condition: mail_subject == \"\" }");
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.probe->loaded.signatures, 3);
	assert_true(f.probe->loaded.context & ASSAY_CONTEXT_MESSAGE);
	finish(&f);
}

static void includes_that_leave_the_folder_or_run_in_rings_are_refused(void **state)
{
	static const struct {
		const char *name, *include, *error;
	} cases[] = {
		{"upwards", "include \"../outside/x.inc\"", "leads out of"},
		{"absolute", "include \"/etc/hostname\"", "leads out of"},
		{"by a link", "\ninclude \"link.inc\"", "a.yar:2: include \"link.inc\" leads out"},
		{"missing", "include \"nothing.inc\"", "cannot include \"nothing.inc\""},
		{"a folder", "include \"sub\"", "not a regular file"},
		{"itself", "\n\ninclude \"a.yar\"", "a.yar:3: include \"a.yar\" leads back"},
		{"itself, spelt anew", "include \"sub/../a.yar\"", "leads back to a file"},
		{"in a ring", "include \"ring.inc\"", "ring.inc:1: include \"./ring.inc\""},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;
		char target[160], link[160];

		print_message("case: %s\n", cases[i].name);
		start(&f);
		make_folder(&f, "rules/sub");
		put(&f, "outside/x.inc", "rule x { condition: true }");
		put(&f, "rules/ring.inc", "include \"./ring.inc\"");
		put(&f, "rules/a.yar", cases[i].include);
		snprintf(target, sizeof(target), "%s/outside/x.inc", f.top);
		snprintf(link, sizeof(link), "%s/rules/link.inc", f.top);
		assert_int_equal(symlink(target, link), 0);
		expect_error(&f, cases[i].error);
	}
}

static void links_are_followed_inside_the_folder_only(void **state)
{
	struct fixture f;
	char target[160], link[160];
	(void)state;

	start(&f);
	put(&f, "rules/a.yar", "rule a { condition: true }");
	put(&f, "outside/x.yar", "rule x { condition: true }");
	snprintf(target, sizeof(target), "%s/outside/x.yar", f.top);
	snprintf(link, sizeof(link), "%s/rules/out.yar", f.top);
	assert_int_equal(symlink(target, link), 0);
	snprintf(link, sizeof(link), "%s/rules/again.yar", f.top);
	assert_int_equal(symlink("a.yar", link), 0);
	snprintf(target, sizeof(target), "%s/outside", f.top);
	snprintf(link, sizeof(link), "%s/rules/folder", f.top);
	assert_int_equal(symlink(target, link), 0);
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.probe->loaded.signatures, 1);
	finish(&f);
}

static void odd_files_are_refused(void **state)
{
	struct fixture f;
	char path[160];
	(void)state;

	start(&f);
	snprintf(path, sizeof(path), "%s/rules/pipe.yar", f.top);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_error(&f, "is not a regular file");
	start(&f);
	snprintf(path, sizeof(path), "%s/rules/nul.yar", f.top);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fwrite("rule a { condition: true }\0rule b", 1, 33, file);
	fclose(file);
	expect_error(&f, "holds a NUL octet");
}

static void a_byte_order_mark_is_accepted(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	put(&f, "rules/a.yar", "\xef\xbb\xbfrule a { condition: true }");
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.probe->loaded.signatures, 1);
	finish(&f);
}

static void wrong_values_of_known_metas_refuse_own_rules_and_not_imported_ones(void **state)
{
	static const char *const metas[] = {
		"action = \"destroy\"",
		"score = 101",
		"score = \"many\"",
		"severity = -1",
		"scope = \"files\"",
		"scope = \"\"",
		"type = \"webshell\"",
		"type = \"class:x\"",
		"status = \"RELEASED\"",
		"expires = \"soon\"",
		"expires = \"2026-13-40\"",
		"direction = \"up\"",
		"max_size = 0",
		"max_size = \"1\"",
		"score = true",
	};
	char rules[256];
	(void)state;

	for (size_t i = 0; i < COUNT(metas); i++) {
		struct fixture f;

		print_message("case: %s\n", metas[i]);
		snprintf(rules, sizeof(rules),
			 "rule r { meta: anything = \"goes\" %s condition: true }", metas[i]);
		start(&f);
		put(&f, "outside/r.yar", rules);
		f.settings[1].key = "extra_rules";
		char path[160];
		snprintf(path, sizeof(path), "%s/outside", f.top);
		f.settings[1].values[0] = path;
		load(&f);
		assert_int_equal(f.rc, 0);
		assert_int_equal(f.probe->loaded.signatures, 1);
		finish(&f);
		start(&f);
		put(&f, "rules/r.yar", rules);
		expect_error(&f, "r.yar: rule r: meta");
	}
}

static void the_canary_name_is_reserved(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	put(&f, "rules/a.yar", "rule assay_canary { condition: true }");
	expect_error(&f, "this name is Assay's own");
}

static void caps_have_to_be_words_of_the_list(void **state)
{
	struct fixture f;
	(void)state;

	start(&f);
	f.settings[1] = (struct probe_setting){"extra_max_action", {"delete"}};
	expect_error(&f, "extra_max_action = delete");
}

static void rules_of_one_name_in_two_files_are_both_reported(void **state)
{
	struct fixture f;
	struct assay_object object = probe_object(as_span_text("abc"), "a.txt", NULL);
	(void)state;

	start(&f);
	put(&f, "rules/a.yar", "rule same { condition: true }");
	put(&f, "rules/b.yar", "rule same { condition: filesize == 3 }");
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(probe_run(f.probe, &object, ASSAY_JUDGE), 0);
	assert_int_equal(f.probe->finding_count, 2);
	finish(&f);
}

/* More kinds of files than there are bundles: the last one takes the rest. */
static void more_groups_than_bundles_lose_no_rule(void **state)
{
	static const char *const types[] = {
		"pdf", "zip", "rar", "7z",  "exe", "elf", "lnk",  "png", "jpeg", "gif",
		"doc", "xls", "ppt", "msi", "msg", "rtf", "html", "svg", "js",	 "vbs",
		"ps1", "bat", "hta", "chm", "iso", "vhd", "cab",  "tar", "eml",	 "one",
	};
	struct fixture f;
	struct assay_object object = probe_object(as_span_text("abc"), "a.txt", NULL);
	char name[64], rules[128];
	(void)state;

	start(&f);
	for (size_t i = 0; i < COUNT(types); i++) {
		snprintf(name, sizeof(name), "rules/%zu.yar", i);
		snprintf(rules, sizeof(rules), "rule r%zu { meta: type = \"%s\" condition: true }",
			 i, types[i]);
		put(&f, name, rules);
	}
	load(&f);
	assert_int_equal(f.rc, 0);
	assert_int_equal(f.probe->loaded.signatures, COUNT(types));
	assert_int_equal(probe_run(f.probe, &object, ASSAY_JUDGE), 0);
	assert_int_equal(f.probe->finding_count, COUNT(types));
	object.type = "message/rfc822";
	object.type_name = "EML";
	object.type_class = ASSAY_CLASS_MAIL;
	assert_int_equal(probe_run(f.probe, &object, ASSAY_JUDGE), 0);
	assert_int_equal(f.probe->finding_count, 1);
	finish(&f);
}

static void the_fingerprint_follows_content_and_settings(void **state)
{
	struct fixture f;
	uint64_t first;
	(void)state;

	start(&f);
	put(&f, "rules/a.yar", "include \"a.inc\"\nrule a { condition: true }");
	put(&f, "rules/a.inc", "rule b { condition: true }");
	load(&f);
	first = f.probe->loaded.fingerprint;
	unload(&f);
	load(&f);
	assert_true(f.probe->loaded.fingerprint == first);
	unload(&f);
	f.settings[1] = (struct probe_setting){"max_action", {"tag"}};
	load(&f);
	assert_true(f.probe->loaded.fingerprint != first);
	unload(&f);
	f.settings[1].key = NULL;
	put(&f, "rules/a.inc", "rule c { condition: true }");
	load(&f);
	assert_true(f.probe->loaded.fingerprint != first);
	finish(&f);
}

static void context_names_what_answers_depend_on(void **state)
{
	static const uint32_t always = ASSAY_CONTEXT_TYPE;
	static const struct {
		const char *rule;
		uint32_t more;
	} cases[] = {
		{"rule r { condition: true }", 0},
		{"rule r { condition: assay_declared_mime == \"x\" }", ASSAY_CONTEXT_DECLARED},
		{"rule r { condition: mail_from contains \"x\" }", ASSAY_CONTEXT_MESSAGE},
		{"rule r { meta: direction = \"inbound\" condition: true }", ASSAY_CONTEXT_MESSAGE},
		{"rule r { condition: assay_index == 1 }", ASSAY_CONTEXT_NEVER},
		{"import \"time\"\nrule r { condition: time.now() > 0 }", ASSAY_CONTEXT_NEVER},
		{"rule r { meta: mail_from = \"x\" strings: $mail_ip = \"mail_helo\" "
		 "condition: $mail_ip /* mail_subject */ }",
		 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fixture f;

		print_message("case: %s\n", cases[i].rule);
		start(&f);
		put(&f, "rules/a.yar", cases[i].rule);
		load(&f);
		assert_int_equal(f.rc, 0);
		assert_int_equal(f.probe->loaded.context, always | cases[i].more);
		finish(&f);
	}
}

static void the_lexer_counts_rules_and_those_that_ask_for_executables(void **state)
{
	static const struct {
		const char *name, *text;
		size_t rules, executable;
		bool clock;
	} cases[] = {
		{"nothing", "", 0, 0, false},
		{"one that asks", "import \"pe\" rule a { condition: pe.is_pe }", 1, 1, false},
		{"asks twice", "rule a { condition: pe.x and elf . y }", 1, 1, false},
		{"one of two", "rule a { condition: pe.x } rule b { condition: 1 }", 2, 1, false},
		{"private ones",
		 "private rule a { condition: 1 } global private rule g "
		 "{ condition: 1 } rule b { condition: dotnet.x }",
		 1, 1, false},
		{"private strings",
		 "rule a { strings: $a = \"x\" private condition: $a } "
		 "rule b { condition: pe.x }",
		 2, 1, false},
		{"in a string", "rule a { strings: $a = \"pe.x rule \\\" b\" condition: $a }", 1, 0,
		 false},
		{"in an expression", "rule a { strings: $a = /\\/ pe.x \" rule/ condition: $a }", 1,
		 0, false},
		{"in comments", "// rule pe.x\n/* rule * / pe.x **/ rule a { condition: 1 }", 1, 0,
		 false},
		{"in a meta", "rule a { meta: pe = \"x\" time = 1 condition: 1 }", 1, 0, false},
		{"the clock", "rule a { condition: time.now() > 1 }", 1, 0, true},
		{"an open comment", "rule a { condition: 1 } /* rule b", 1, 0, false},
		{"an open string", "rule a { strings: $a = \"abc\\", 1, 0, false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yp_uses uses = {0};

		print_message("case: %s\n", cases[i].name);
		yp_lex(as_span_text(cases[i].text), &uses);
		assert_int_equal(uses.rules, cases[i].rules);
		assert_int_equal(uses.executable, cases[i].executable);
		assert_int_equal(uses.clock, cases[i].clock);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_are_walked_and_other_files_left_out),
		cmocka_unit_test(an_empty_folder_is_a_set_without_rules),
		cmocka_unit_test(a_missing_folder_is_named),
		cmocka_unit_test(a_mistake_is_named_with_file_and_line_and_the_others_counted),
		cmocka_unit_test(a_mistake_in_an_included_file_is_named_there),
		cmocka_unit_test(includes_below_the_folder_work),
		cmocka_unit_test(includes_that_leave_the_folder_or_run_in_rings_are_refused),
		cmocka_unit_test(links_are_followed_inside_the_folder_only),
		cmocka_unit_test(odd_files_are_refused),
		cmocka_unit_test(a_byte_order_mark_is_accepted),
		cmocka_unit_test(
			wrong_values_of_known_metas_refuse_own_rules_and_not_imported_ones),
		cmocka_unit_test(the_canary_name_is_reserved),
		cmocka_unit_test(caps_have_to_be_words_of_the_list),
		cmocka_unit_test(rules_of_one_name_in_two_files_are_both_reported),
		cmocka_unit_test(more_groups_than_bundles_lose_no_rule),
		cmocka_unit_test(the_fingerprint_follows_content_and_settings),
		cmocka_unit_test(context_names_what_answers_depend_on),
		cmocka_unit_test(the_lexer_counts_rules_and_those_that_ask_for_executables),
	};

	return cmocka_run_group_tests_name("yara load", tests, NULL, NULL);
}
