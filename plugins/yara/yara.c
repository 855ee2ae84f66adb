/* SPDX-License-Identifier: BSD-2-Clause */
#include "bundle.h"
#include "compile.h"
#include "externals.h"
#include "scan.h"
#include "scope.h"

#include <assay/plugin.h>

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* What the canary holds; found in no honest mail. */
#define CANARY_MARK "assay yara canary 5d0c1f2e8b7a4936"

static const char canary_rule[] =
	"rule " YP_CANARY_RULE " {\n"
	"  meta:\n"
	"    description = \"the object with which Assay checks that rules run\"\n"
	"    score = 0\n"
	"  strings:\n"
	"    $mark = \"" CANARY_MARK "\"\n"
	"  condition:\n"
	"    $mark at 0\n"
	"}\n";

struct state {
	const struct assay_host *host;
	struct yp_bundles bundles;
	struct yp_scan_limits limits;
	uint64_t serial;
	bool initialized; /* libyara counts its users */
};

static const struct assay_setting settings[] = {
	{.key = "rules",
	 .kind = ASSAY_SETTING_PATHS,
	 .help = "files and folders of rules; empty: the rules that come with Assay"},
	{.key = "extra_rules",
	 .kind = ASSAY_SETTING_PATHS,
	 .help = "more files and folders, foreign ones: held to extra_max_action"},
	{.key = "max_action",
	 .kind = ASSAY_SETTING_STRING,
	 .standard = "block",
	 .help = "strictest wish of a rule: none, flag, tag, strip, quarantine, block"},
	{.key = "extra_max_action",
	 .kind = ASSAY_SETTING_STRING,
	 .standard = "flag",
	 .help = "the same for extra_rules; flag and tag also limit the severity"},
	{.key = "timeout_s",
	 .kind = ASSAY_SETTING_INT,
	 .standard = "5",
	 .low = 1,
	 .high = 600,
	 .help = "seconds that one group of rules may take for one object"},
	{.key = "max_size_mib",
	 .kind = ASSAY_SETTING_INT,
	 .standard = "128",
	 .low = 1,
	 .high = 2047,
	 .help = "larger objects are reported as limit.bytes"},
	{.key = "evidence_bytes",
	 .kind = ASSAY_SETTING_INT,
	 .standard = "32",
	 .low = 0,
	 .high = YP_EVIDENCE_BYTES_MAX,
	 .help = "octets shown of each string; 0: no evidence"},
};

static int add_paths(const struct assay_host *host, const struct assay_setup *setup,
		     const char *key, bool imported, struct yp_sources *sources,
		     struct yp_trouble *trouble)
{
	size_t count = host->setting_count(setup, key);
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = yp_sources_add(sources, host->setting_item(setup, key, i), imported, trouble);
	return rc;
}

static int add_shipped(const struct assay_host *host, const struct assay_setup *setup,
		       struct yp_sources *sources, struct yp_trouble *trouble)
{
	char *path = NULL;
	int rc;

	if (asprintf(&path, "%s/yara", host->signature_dir(setup)) < 0)
		return -ENOMEM;
	rc = yp_sources_add(sources, path, false, trouble);
	free(path);
	return rc;
}

static int read_sources(const struct assay_host *host, const struct assay_setup *setup,
			struct yp_sources *sources, struct yp_trouble *trouble)
{
	int rc;

	if (host->setting_count(setup, "rules") == 0)
		rc = add_shipped(host, setup, sources, trouble);
	else
		rc = add_paths(host, setup, "rules", false, sources, trouble);
	if (rc == 0)
		rc = add_paths(host, setup, "extra_rules", true, sources, trouble);
	return rc;
}

static void read_cap(const struct assay_host *host, const struct assay_setup *setup,
		     const char *key, enum yp_wish *cap_out, struct yp_trouble *trouble)
{
	const char *word = host->setting_string(setup, key);

	if (!yp_wish_find(word, cap_out))
		yp_error(trouble,
			 "yara: %s = %s: none, flag, tag, strip, quarantine or block "
			 "expected",
			 key, word);
}

static void read_limits(const struct assay_host *host, const struct assay_setup *setup,
			struct yp_scan_limits *limits)
{
	limits->timeout_s = (unsigned)host->setting_int(setup, "timeout_s");
	limits->max_size = (uint64_t)host->setting_int(setup, "max_size_mib") << 20;
	limits->evidence_bytes = (unsigned)host->setting_int(setup, "evidence_bytes");
}

static int add_canary(struct state *state, struct yp_bundle_context *context)
{
	struct yp_source source = {
		.path = (char *)(uintptr_t) "the built-in canary",
		.root = (char *)(uintptr_t) "/",
		.space = (char *)(uintptr_t) "built-in",
		.text = (char *)(uintptr_t)canary_rule,
		.size = sizeof(canary_rule) - 1,
	};

	return yp_bundles_add_exact(&state->bundles, &source, sizeof(CANARY_MARK) - 1, context);
}

static uint64_t hash_settings(uint64_t hash, const struct state *state,
			      const struct yp_bundle_context *context)
{
	const uint64_t values[] = {
		context->cap,		context->extra_cap,	      state->limits.timeout_s,
		state->limits.max_size, state->limits.evidence_bytes,
	};

	return yp_hash(hash, values, sizeof(values));
}

static uint64_t hash_sources(uint64_t hash, const struct yp_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		hash = yp_hash(hash, sources->items[i].space, strlen(sources->items[i].space));
		hash = yp_hash(hash, &sources->items[i].imported, sizeof(bool));
	}
	return hash;
}

/* Scopes and guards look at the type, and at the origin, the flags and whether
 * there is a name, which are part of every key without being declared. */
static uint32_t context_of(const struct state *state, const struct yp_bundle_context *context)
{
	uint32_t sum = ASSAY_CONTEXT_TYPE;

	sum |= yp_externals_context(context->uses.externals);
	if (context->uses.clock)
		sum |= ASSAY_CONTEXT_NEVER;
	for (size_t i = 0; i < state->bundles.count; i++)
		for (size_t r = 0; r < state->bundles.items[i].rule_count; r++)
			if (state->bundles.items[i].table[r].directions != 0)
				sum |= ASSAY_CONTEXT_MESSAGE;
	return sum;
}

static void describe(const struct state *state, const struct yp_sources *sources,
		     const struct yp_bundle_context *context, struct assay_loaded *loaded)
{
	uint64_t rules = 0;

	for (size_t i = 0; i < state->bundles.count; i++)
		if (state->bundles.items[i].exact_size == 0)
			rules += state->bundles.items[i].rule_count;
	snprintf(loaded->version, sizeof(loaded->version), "libyara %s", YR_VERSION);
	loaded->signatures = rules;
	loaded->newest = context->newest;
	loaded->context = context_of(state, context);
	loaded->fingerprint = hash_settings(hash_sources(context->hash, sources), state, context);
	if (rules == 0)
		snprintf(loaded->note, sizeof(loaded->note), "no rules");
	else
		snprintf(loaded->note, sizeof(loaded->note),
			 "%llu rules of %zu files in %zu groups, %zu warnings",
			 (unsigned long long)rules, sources->count, state->bundles.count - 1,
			 context->trouble->warnings);
}

static int load_rules(struct state *state, const struct assay_setup *setup,
		      struct yp_trouble *trouble, struct assay_loaded *loaded)
{
	struct yp_bundle_context context = {
		.trouble = trouble,
		.now = time(NULL),
		.hash = YP_HASH_START,
	};
	struct yp_sources sources = {0};
	int rc;

	read_cap(state->host, setup, "max_action", &context.cap, trouble);
	read_cap(state->host, setup, "extra_max_action", &context.extra_cap, trouble);
	read_limits(state->host, setup, &state->limits);
	rc = read_sources(state->host, setup, &sources, trouble);
	if (rc == 0)
		rc = yp_bundles_build(&state->bundles, &sources, &context);
	if (rc == 0)
		rc = add_canary(state, &context);
	if (rc == 0)
		describe(state, &sources, &context, loaded);
	yp_sources_free(&sources);
	return rc;
}

static void yara_unload(void *opaque)
{
	struct state *state = opaque;

	if (state == NULL)
		return;
	yp_bundles_free(&state->bundles);
	if (state->initialized)
		yr_finalize();
	free(state);
}

static int yara_load(const struct assay_host *host, const struct assay_setup *setup,
		     void **state_out, struct assay_loaded *loaded)
{
	struct state *state = calloc(1, sizeof(*state));
	struct yp_trouble trouble;
	int rc = -ENOMEM;

	yp_trouble_init(&trouble, host);
	if (state == NULL)
		goto out;
	state->host = host;
	rc = yr_initialize();
	if (rc != ERROR_SUCCESS) {
		yp_error(&trouble, "libyara does not start: error %d", rc);
		rc = -EINVAL;
		goto out;
	}
	state->initialized = true;
	rc = load_rules(state, setup, &trouble, loaded);
	if (rc != 0)
		goto out;
	/* The compiler leaves tens of megabytes that each worker would inherit. */
	malloc_trim(0);
	*state_out = state;
	state = NULL;
out:
	yp_trouble_end(&trouble);
	if (rc != 0 && trouble.errors == 0)
		yp_error(&trouble, "out of memory while loading rules");
	if (rc != 0)
		yp_trouble_format(&trouble, loaded->error, sizeof(loaded->error));
	yara_unload(state);
	return rc;
}

static int yara_enter(void *opaque, const struct assay_worker *worker)
{
	struct state *state = opaque;

	(void)worker;
	return yp_bundles_open(&state->bundles);
}

static int yara_inspect(void *opaque, struct assay_scan *scan, const struct assay_object *object,
			enum assay_phase phase)
{
	struct state *state = opaque;

	if (phase != ASSAY_JUDGE)
		return 0;
	return yp_scan_object(state->host, &state->bundles, &state->limits, scan, object,
			      ++state->serial);
}

static size_t yara_canaries(void *opaque, const struct assay_canary **canaries_out)
{
	static const struct assay_canary canary = {
		.data = {(const unsigned char *)CANARY_MARK, sizeof(CANARY_MARK) - 1},
		.name = "canary.txt",
		.type = {.mime = "text/plain",
			 .name = "TEXT",
			 .type_class = ASSAY_CLASS_TEXT,
			 .confidence = 100},
		.code = "yara." YP_CANARY_RULE,
	};

	(void)opaque;
	*canaries_out = &canary;
	return 1;
}

ASSAY_EXPORT const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "yara",
	.summary = "runs YARA rules on messages, bodies, files and what is inside them",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_ALL,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = yara_load,
	.enter = yara_enter,
	.inspect = yara_inspect,
	.canaries = yara_canaries,
	.unload = yara_unload,
	.limits = yp_limits,
	.limit_count = YP_LIMIT_COUNT,
};
