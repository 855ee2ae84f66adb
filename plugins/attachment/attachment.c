/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Judges attachments by what they are called, what they are declared as and
 * what they are. Everything it knows stands in three lists.
 */
struct state {
	const struct assay_host *host;
	struct att_lists lists;
	size_t max_name;

	struct assay_canary canaries[2];
	size_t canary_count;
	char canary_name[ATT_EXT_OCTETS + 16];
};

static const struct assay_setting settings[] = {
	{"extensions", ASSAY_SETTING_PATH, NULL, 0, 0,
	 "list of extensions (default: policy/extensions.list of the shipped signatures)"},
	{"types", ASSAY_SETTING_PATH, NULL, 0, 0,
	 "list of media types (default: policy/types.list of the shipped signatures)"},
	{"classes", ASSAY_SETTING_PATH, NULL, 0, 0,
	 "list of classes (default: policy/classes.list of the shipped signatures)"},
	{"block", ASSAY_SETTING_LIST, NULL, 0, 0, "extensions to block beside those of the list"},
	{"allow", ASSAY_SETTING_LIST, NULL, 0, 0, "extensions to take out of the list"},
	/* MailScanner's number, beyond which a list of files shows no more. */
	{"max_name", ASSAY_SETTING_INT, "150", 16, 8192,
	 "characters of a name that a person gets to see"},
};

typedef int (*read_list)(struct att_lists *, const struct assay_host *, const char *, char *,
			 size_t);

static int read_one(struct state *state, const struct assay_setup *setup, const char *key,
		    read_list read, struct assay_loaded *loaded)
{
	const struct assay_host *host = state->host;
	const char *path = host->setting_string(setup, key);
	char standard[PATH_MAX];
	int size;

	if (path == NULL || *path == '\0') {
		size = snprintf(standard, sizeof(standard), "%s/policy/%s.list",
				host->signature_dir(setup), key);
		if (size < 0 || (size_t)size >= sizeof(standard))
			return -ENAMETOOLONG;
		path = standard;
	}
	return read(&state->lists, host, path, loaded->error, sizeof(loaded->error));
}

static int apply_list(struct state *state, const struct assay_setup *setup, const char *key,
		      enum att_action action, struct assay_loaded *loaded)
{
	const struct assay_host *host = state->host;
	size_t count = host->setting_count(setup, key);
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = att_lists_set(&state->lists, host->setting_item(setup, key, i), action,
				   loaded->error, sizeof(loaded->error));
	return rc;
}

/*
 * One canary proves that names are judged at all, whatever the lists say; the
 * other that the list of extensions is in force, and so depends on it.
 */
static void make_canaries(struct state *state)
{
	static const char reversed[] = "canary\xe2\x80\xae"
				       "txt.pdf";
	const struct att_table *table = &state->lists.extensions;

	if (state->lists.deceptive_name != ATT_ALLOW)
		state->canaries[state->canary_count++] = (struct assay_canary){
			.data = as_span_make("canary", 6),
			.name = reversed,
			.code = att_code_text(ATT_NAME_RTLO),
		};
	for (size_t i = 0; i < table->count; i++) {
		if (table->rules[i].action <= ATT_FLAG)
			continue;
		snprintf(state->canary_name, sizeof(state->canary_name), "canary.%s",
			 table->rules[i].key);
		state->canaries[state->canary_count++] = (struct assay_canary){
			.data = as_span_make("canary", 6),
			.name = state->canary_name,
			.code = att_code_text(att_code_of(table->rules[i].type_class)),
		};
		break;
	}
}

static void describe(const struct state *state, struct assay_loaded *loaded)
{
	size_t classes = 0;

	for (uint64_t seen = state->lists.classes_seen; seen != 0; seen &= seen - 1)
		classes++;
	snprintf(loaded->version, sizeof(loaded->version), "%zu extensions, %zu types, %zu classes",
		 state->lists.extensions.count, state->lists.types.count, classes);
	loaded->signatures = state->lists.extensions.count + state->lists.types.count + classes;
	loaded->newest = state->lists.newest;
	loaded->context = ASSAY_CONTEXT_TYPE | ASSAY_CONTEXT_NAMES | ASSAY_CONTEXT_DECLARED |
			  ASSAY_CONTEXT_PLACE;
	loaded->fingerprint = state->lists.fingerprint ^ state->max_name;
}

static void unload(void *opaque)
{
	struct state *state = opaque;

	if (state == NULL)
		return;
	att_lists_deinit(&state->lists);
	free(state);
}

static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if (state == NULL)
		return -ENOMEM;
	state->host = host;
	state->max_name = (size_t)host->setting_int(setup, "max_name");
	rc = read_one(state, setup, "extensions", att_lists_read_extensions, loaded);
	if (rc == 0)
		rc = read_one(state, setup, "types", att_lists_read_types, loaded);
	if (rc == 0)
		rc = read_one(state, setup, "classes", att_lists_read_classes, loaded);
	if (rc == 0)
		rc = apply_list(state, setup, "block", ATT_BLOCK, loaded);
	if (rc == 0)
		rc = apply_list(state, setup, "allow", ATT_ALLOW, loaded);
	if (rc != 0) {
		if (loaded->error[0] == '\0')
			snprintf(loaded->error, sizeof(loaded->error), "cannot load the lists: %s",
				 strerror(-rc));
		unload(state);
		return rc;
	}
	make_canaries(state);
	describe(state, loaded);
	*state_out = state;
	return 0;
}

static int inspect(void *opaque, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct state *state = opaque;
	struct att_judge judge;

	if (phase != ASSAY_JUDGE)
		return 0;
	judge.lists = &state->lists;
	judge.max_name = state->max_name;
	judge.object = object;
	judge.claim_count = 0;
	att_findings_init(&judge.findings);
	att_judge_names(&judge);
	att_judge_conflicts(&judge);
	att_judge_type(&judge);
	att_findings_report(&judge.findings, state->host, scan, object);
	return 0;
}

static size_t canaries(void *opaque, const struct assay_canary **canaries_out)
{
	const struct state *state = opaque;

	*canaries_out = state->canaries;
	return state->canary_count;
}

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "attachment",
	.summary = "judges attachments by name, extension, declared and detected type",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = load,
	.inspect = inspect,
	.canaries = canaries,
	.unload = unload,
	.limits = att_limits,
	.limit_count = ATT_LIMIT_COUNT,
};
