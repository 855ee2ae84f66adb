/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"
#include "test_yara_fixture.h"
#include "types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void metas_decide_severity_and_wish(void **state)
{
	static const struct {
		const char *meta;
		const char *key;
		enum assay_severity severity;
		enum assay_action wish;
	} cases[] = {
		{"", "rules", ASSAY_MEDIUM, ASSAY_ACTION_NONE},
		{"score = 0", "rules", ASSAY_INFO, ASSAY_ACTION_NONE},
		{"score = 19", "rules", ASSAY_INFO, ASSAY_ACTION_NONE},
		{"score = 20", "rules", ASSAY_LOW, ASSAY_ACTION_NONE},
		{"score = 40", "rules", ASSAY_MEDIUM, ASSAY_ACTION_NONE},
		{"score = 74", "rules", ASSAY_MEDIUM, ASSAY_ACTION_NONE},
		{"score = 75", "rules", ASSAY_HIGH, ASSAY_ACTION_NONE},
		{"score = \"90\"", "rules", ASSAY_CRITICAL, ASSAY_ACTION_NONE},
		{"severity = 100", "rules", ASSAY_CRITICAL, ASSAY_ACTION_NONE},
		{"severity = \"High\"", "rules", ASSAY_HIGH, ASSAY_ACTION_NONE},
		{"severity = 100 score = 10", "rules", ASSAY_INFO, ASSAY_ACTION_NONE},
		{"category = \"INFO\"", "rules", ASSAY_INFO, ASSAY_ACTION_NONE},
		{"action = \"none\" score = 100", "rules", ASSAY_INFO, ASSAY_ACTION_NONE},
		{"action = \"flag\" score = 100", "rules", ASSAY_LOW, ASSAY_ACTION_NONE},
		{"action = \"tag\" score = 100", "rules", ASSAY_MEDIUM, ASSAY_ACTION_TAG},
		{"action = \"strip\"", "rules", ASSAY_MEDIUM, ASSAY_ACTION_STRIP},
		{"action = \"quarantine\"", "rules", ASSAY_MEDIUM, ASSAY_ACTION_QUARANTINE},
		{"action = \"block\" score = 95", "rules", ASSAY_CRITICAL, ASSAY_ACTION_REJECT},
		{"action = \"allow\" score = 95", "rules", ASSAY_INFO, ASSAY_ACTION_ACCEPT},
		{"score = 100", "extra_rules", ASSAY_LOW, ASSAY_ACTION_NONE},
		{"action = \"block\"", "extra_rules", ASSAY_LOW, ASSAY_ACTION_NONE},
		{"action = \"allow\"", "extra_rules", ASSAY_INFO, ASSAY_ACTION_NONE},
	};
	struct assay_object object = yara_text("abc", "a.txt");
	char rules[512];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yara_fixture fixture;

		print_message("case: %s in %s\n", cases[i].meta, cases[i].key);
		snprintf(rules, sizeof(rules), "rule r { meta: author = \"x\" %s condition: true }",
			 cases[i].meta);
		yara_open_with(&fixture, rules, cases[i].key, NULL, NULL);
		yara_run(&fixture, &object);
		assert_true(probe_has(fixture.probe, "yara.r"));
		for (size_t f = 0; f < fixture.probe->finding_count; f++) {
			if (strcmp(fixture.probe->findings[f].code, "yara.r") != 0)
				continue;
			assert_int_equal(fixture.probe->findings[f].severity, cases[i].severity);
			assert_int_equal(fixture.probe->findings[f].wish, cases[i].wish);
		}
		yara_close(&fixture);
	}
}

static void caps_are_settings(void **state)
{
	static const char rules[] =
		"rule r { meta: action = \"block\" score = 95 condition: true }";
	struct assay_object object = yara_text("abc", "a.txt");
	struct yara_fixture fixture;
	(void)state;

	yara_open_with(&fixture, rules, "extra_rules", "extra_max_action", "quarantine");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->findings[0].wish, ASSAY_ACTION_QUARANTINE);
	assert_int_equal(fixture.probe->findings[0].severity, ASSAY_CRITICAL);
	yara_close(&fixture);
	yara_open_with(&fixture, rules, "rules", "max_action", "tag");
	yara_run(&fixture, &object);
	assert_int_equal(fixture.probe->findings[0].wish, ASSAY_ACTION_TAG);
	assert_int_equal(fixture.probe->findings[0].severity, ASSAY_MEDIUM);
	yara_close(&fixture);
}

static void objects_are_in_their_scopes(void **state)
{
	static const struct {
		const char *name;
		enum assay_origin origin;
		uint32_t flags;
		enum assay_class type_class;
		bool named;
		uint32_t scopes;
		const char *word;
	} cases[] = {
		{"message", ASSAY_ORIGIN_MESSAGE, 0, ASSAY_CLASS_MAIL, false, YP_MESSAGE,
		 "message"},
		{"headers", ASSAY_ORIGIN_HEADERS, 0, ASSAY_CLASS_TEXT, false, YP_HEADERS,
		 "headers"},
		{"text body", ASSAY_ORIGIN_ENTITY, ASSAY_FLAG_BODY, ASSAY_CLASS_TEXT, false,
		 YP_PART | YP_BODY, "body"},
		{"html body", ASSAY_ORIGIN_ENTITY, ASSAY_FLAG_BODY, ASSAY_CLASS_HTML, false,
		 YP_PART | YP_BODY | YP_HTML, "body"},
		{"inline text with a name", ASSAY_ORIGIN_ENTITY, ASSAY_FLAG_BODY, ASSAY_CLASS_TEXT,
		 true, YP_PART | YP_BODY | YP_FILE, "body"},
		{"nameless attachment", ASSAY_ORIGIN_ENTITY, 0, ASSAY_CLASS_PDF, false,
		 YP_PART | YP_FILE, "file"},
		{"html attachment", ASSAY_ORIGIN_ENTITY, 0, ASSAY_CLASS_HTML, true,
		 YP_PART | YP_FILE | YP_HTML, "file"},
		{"member", ASSAY_ORIGIN_MEMBER, 0, ASSAY_CLASS_SCRIPT, true, YP_FILE, "file"},
		{"bare file", ASSAY_ORIGIN_FILE, 0, ASSAY_CLASS_HTML, true, YP_FILE | YP_HTML,
		 "file"},
		{"derived", ASSAY_ORIGIN_DERIVED, 0, ASSAY_CLASS_TEXT, false, YP_DERIVED,
		 "derived"},
		{"gap", ASSAY_ORIGIN_GAP, 0, ASSAY_CLASS_TEXT, false, YP_DERIVED, "derived"},
		{"reading of a body", ASSAY_ORIGIN_READING, ASSAY_FLAG_BODY, ASSAY_CLASS_HTML,
		 false, YP_DERIVED | YP_PART | YP_BODY | YP_HTML, "body"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct assay_object object = yara_text("x", cases[i].named ? "a.txt" : NULL);

		print_message("case: %s\n", cases[i].name);
		object.origin = cases[i].origin;
		object.flags = cases[i].flags;
		object.type_class = cases[i].type_class;
		assert_int_equal(yp_scopes_of(&object), cases[i].scopes);
		assert_string_equal(yp_scope_word(cases[i].scopes), cases[i].word);
	}
}

static void rules_run_in_their_scopes_only(void **state)
{
	struct assay_object body = yara_text("abc", NULL);
	struct assay_object file = yara_text("abc", "a.txt");
	struct assay_object message = yara_text("abc", NULL);
	struct yara_fixture fixture;
	(void)state;

	body.flags = ASSAY_FLAG_BODY;
	message.origin = ASSAY_ORIGIN_MESSAGE;
	yara_open(&fixture,
		  "rule plain { condition: true }\n"
		  "rule of_body { meta: scope = \"body\" condition: true }\n"
		  "rule of_message { meta: scope = \"message, headers\" condition: true }");
	yara_run(&fixture, &body);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_true(probe_has(fixture.probe, "yara.of_body"));
	yara_run(&fixture, &file);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_true(probe_has(fixture.probe, "yara.plain"));
	yara_run(&fixture, &message);
	assert_int_equal(fixture.probe->finding_count, 1);
	assert_true(probe_has(fixture.probe, "yara.of_message"));
	yara_close(&fixture);
}

static void rules_run_on_their_types_and_on_what_has_none(void **state)
{
	static const struct {
		const char *type, *mime, *name;
		enum assay_class type_class;
		bool fits;
	} cases[] = {
		{"pdf", "application/pdf", "PDF", ASSAY_CLASS_PDF, true},
		{"pdf", "text/plain", "TEXT", ASSAY_CLASS_TEXT, false},
		{"pdf", "", "", ASSAY_CLASS_UNKNOWN, true},
		{"zip, pdf", "application/zip", "ZIP", ASSAY_CLASS_ARCHIVE, true},
		{"7z", "application/zip", "ZIP", ASSAY_CLASS_ARCHIVE, false},
		{"ooxml", "application/x", "DOCM", ASSAY_CLASS_OFFICE_MACRO, true},
		{"ole", "application/x", "XLS", ASSAY_CLASS_OFFICE, true},
		{"class:script", "text/javascript", "JS", ASSAY_CLASS_SCRIPT, true},
		{"class:script", "text/plain", "TEXT", ASSAY_CLASS_TEXT, false},
		{"name:FOO", "application/foo", "FOO", ASSAY_CLASS_DATA, true},
		{"application/Foo", "application/foo", "FOO", ASSAY_CLASS_DATA, true},
		{"any", "text/plain", "TEXT", ASSAY_CLASS_TEXT, true},
	};
	char rules[256];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct assay_object object = yara_text("abc", "a.bin");
		struct yara_fixture fixture;

		print_message("case: %s on %s\n", cases[i].type, cases[i].name);
		object.type = cases[i].mime;
		object.type_name = cases[i].name;
		object.type_class = cases[i].type_class;
		snprintf(rules, sizeof(rules),
			 "rule r { meta: type = \"%s\" condition: true }\n"
			 "rule other { meta: type = \"iso\" condition: true }",
			 cases[i].type);
		yara_open(&fixture, rules);
		yara_run(&fixture, &object);
		assert_int_equal(probe_has(fixture.probe, "yara.r"), cases[i].fits);
		yara_close(&fixture);
	}
}

/* The table of the plugin filetype: X(ID, "media type", "NAME", ...). */
static void all_names_of_filetype_are_known(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096], line[512], name[64];
	size_t count = 0;
	FILE *file;
	(void)state;

	snprintf(path, sizeof(path), "%s/plugins/filetype/types.def", top != NULL ? top : ".");
	file = fopen(path, "r");
	if (file == NULL)
		skip();
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "X(%*[^,], \"%*[^\"]\", \"%63[^\"]\"", name) != 1)
			continue;
		count++;
		if (!yp_type_known(name))
			print_message("not known: %s\n", name);
		assert_true(yp_type_known(name));
	}
	fclose(file);
	assert_true(count > 100);
}

static void a_file_of_executable_rules_is_kept_off_other_types(void **state)
{
	static const char one[] =
		"import \"pe\"\n"
		"rule r { condition: pe.number_of_sections != 3 or filesize > 0 }";
	static const char mixed[] =
		"import \"pe\"\n"
		"rule r { condition: pe.number_of_sections != 3 or filesize > 0 }\n"
		"rule other { condition: filesize > 0 }";
	struct assay_object object = yara_text("abc", "a.txt");
	struct yara_fixture fixture;
	(void)state;

	yara_open(&fixture, one);
	yara_run(&fixture, &object);
	assert_false(probe_has(fixture.probe, "yara.r"));
	object.type_class = ASSAY_CLASS_UNKNOWN;
	yara_run(&fixture, &object);
	assert_true(probe_has(fixture.probe, "yara.r"));
	yara_close(&fixture);
	object.type_class = ASSAY_CLASS_TEXT;
	yara_open(&fixture, mixed);
	yara_run(&fixture, &object);
	assert_true(probe_has(fixture.probe, "yara.other"));
	assert_true(probe_has(fixture.probe, "yara.r"));
	yara_close(&fixture);
}

static void status_expiry_direction_and_size_hold_a_rule_back(void **state)
{
	static const struct {
		const char *meta;
		const char *direction;
		bool found;
	} cases[] = {
		{"status = \"live\"", "", true},
		{"status = \"test\"", "", false},
		{"status = \"retired\"", "", false},
		{"status = \"shadow\"", "", false},
		{"expires = \"2001-01-01\"", "", false},
		{"expires = \"2999-12-31\"", "", true},
		{"direction = \"inbound\"", "inbound", true},
		{"direction = \"inbound,internal\"", "outbound", false},
		{"direction = \"inbound\"", "", true},
		{"max_size = 3", "", true},
		{"max_size = 2", "", false},
	};
	char rules[256];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct assay_envelope envelope = {.direction = cases[i].direction};
		const struct assay_message message = {.envelope = &envelope};
		struct assay_object object = yara_text("abc", "a.txt");
		struct yara_fixture fixture;

		print_message("case: %s, mail is '%s'\n", cases[i].meta, cases[i].direction);
		object.message = &message;
		snprintf(rules, sizeof(rules), "rule r { meta: %s condition: true }",
			 cases[i].meta);
		yara_open(&fixture, rules);
		yara_run(&fixture, &object);
		assert_int_equal(probe_has(fixture.probe, "yara.r"), cases[i].found);
		yara_close(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metas_decide_severity_and_wish),
		cmocka_unit_test(caps_are_settings),
		cmocka_unit_test(objects_are_in_their_scopes),
		cmocka_unit_test(rules_run_in_their_scopes_only),
		cmocka_unit_test(rules_run_on_their_types_and_on_what_has_none),
		cmocka_unit_test(all_names_of_filetype_are_known),
		cmocka_unit_test(a_file_of_executable_rules_is_kept_off_other_types),
		cmocka_unit_test(status_expiry_direction_and_size_hold_a_rule_back),
	};

	return cmocka_run_group_tests_name("yara metas", tests, NULL, NULL);
}
