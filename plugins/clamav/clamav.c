/* SPDX-License-Identifier: BSD-2-Clause */
#include "database.h"
#include "inspect.h"
#include "messages.h"
#include "state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define MIB (1024u * 1024u)

static const struct assay_setting settings[] = {
	{"databases", ASSAY_SETTING_PATHS, NULL, 0, 0,
	 "folders or files with ClamAV databases, instead of the system's folder"},
	{"extra_databases", ASSAY_SETTING_PATHS, NULL, 0, 0,
	 "further folders or files with ClamAV databases"},
	{"shipped", ASSAY_SETTING_BOOL, "true", 0, 0,
	 "load the signatures that come with Assay as well"},
	{"max_file_mib", ASSAY_SETTING_INT, "100", 1, 2047,
	 "largest object or inner file that is scanned whole, MiB"},
	{"max_scan_mib", ASSAY_SETTING_INT, "400", 1, 8192,
	 "octets scanned for one object with all inner files, MiB"},
	{"max_recursion", ASSAY_SETTING_INT, "17", 1, 100,
	 "how deep ClamAV looks into files within files"},
	{"max_files", ASSAY_SETTING_INT, "10000", 1, 1000000,
	 "inner files of one object that ClamAV scans"},
	{"encrypted", ASSAY_SETTING_BOOL, "true", 0, 0,
	 "report encrypted archives and documents that ClamAV meets"},
	{"macros", ASSAY_SETTING_BOOL, "true", 0, 0, "report macros in OLE2 documents"},
	{"broken", ASSAY_SETTING_BOOL, "false", 0, 0,
	 "report executables, images and partitions with a broken structure"},
	{"structured", ASSAY_SETTING_BOOL, "false", 0, 0,
	 "report numbers of credit cards and US social security"},
	{"pua", ASSAY_SETTING_BOOL, "false", 0, 0,
	 "load signatures of potentially unwanted applications"},
	{"bytecode", ASSAY_SETTING_BOOL, "true", 0, 0,
	 "run the signed bytecode signatures of the official database"},
};

static void read_settings(struct clam_settings *to, const struct assay_host *host,
			  const struct assay_setup *setup)
{
	*to = (struct clam_settings){
		.max_file_bytes = (uint64_t)host->setting_int(setup, "max_file_mib") * MIB,
		.max_scan_bytes = (uint64_t)host->setting_int(setup, "max_scan_mib") * MIB,
		.max_recursion = (uint32_t)host->setting_int(setup, "max_recursion"),
		.max_files = (uint32_t)host->setting_int(setup, "max_files"),
		.broken = host->setting_bool(setup, "broken"),
		.macros = host->setting_bool(setup, "macros"),
		.encrypted = host->setting_bool(setup, "encrypted"),
		.structured = host->setting_bool(setup, "structured"),
		.pua = host->setting_bool(setup, "pua"),
		.bytecode = host->setting_bool(setup, "bytecode"),
		.shipped = host->setting_bool(setup, "shipped"),
	};
}

/* Every number here changes answers, so it is part of the fingerprint. */
static int set_limits(struct cl_engine *engine, const struct clam_settings *from,
		      struct clam_databases *databases)
{
	const struct {
		enum cl_engine_field field;
		long long value;
	} limits[] = {
		{CL_ENGINE_MAX_FILESIZE, (long long)from->max_file_bytes},
		{CL_ENGINE_MAX_SCANSIZE, (long long)from->max_scan_bytes},
		{CL_ENGINE_MAX_RECURSION, from->max_recursion},
		{CL_ENGINE_MAX_FILES, from->max_files},
		{CL_ENGINE_PCRE_MAX_FILESIZE, (long long)from->max_file_bytes},
		{CL_ENGINE_PCRE_MATCH_LIMIT, CLAM_PCRE_STEPS},
		{CL_ENGINE_PCRE_RECMATCH_LIMIT, CLAM_PCRE_RECURSION},
		/* A cached "clean" hides the inner files of a second scan. */
		{CL_ENGINE_DISABLE_CACHE, 1},
		{CL_ENGINE_DISABLE_PE_STATS, 1},
		/* The sandbox has no executable memory to offer. */
		{CL_ENGINE_BYTECODE_MODE, CL_BYTECODE_MODE_INTERPRETER},
		{CL_ENGINE_BYTECODE_SECURITY, CL_BYTECODE_TRUST_SIGNED},
		{CL_ENGINE_BYTECODE_TIMEOUT, CLAM_BYTECODE_MS},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (cl_engine_set_num(engine, limits[i].field, limits[i].value) != CL_SUCCESS)
			return -EINVAL;
		clam_database_mix(databases, (uint64_t)limits[i].value);
	}
	clam_database_mix(databases, (from->broken ? 1u : 0u) | (from->macros ? 2u : 0u) |
					     (from->encrypted ? 4u : 0u) |
					     (from->structured ? 8u : 0u));
	return 0;
}

static int load_list(struct clam_databases *databases, const struct assay_host *host,
		     const struct assay_setup *setup, const char *key, struct assay_loaded *loaded)
{
	size_t count = host->setting_count(setup, key);

	for (size_t i = 0; i < count; i++) {
		int rc = clam_database_load(databases, host->setting_item(setup, key, i), true,
					    loaded->error, sizeof(loaded->error));

		if (rc < 0)
			return rc;
	}
	return 0;
}

static int load_databases(struct clam_state *state, struct clam_databases *databases,
			  const struct assay_setup *setup, struct assay_loaded *loaded)
{
	const struct assay_host *host = state->host;
	char shipped[PATH_MAX];
	int rc;

	if (host->setting_count(setup, "databases") > 0)
		rc = load_list(databases, host, setup, "databases", loaded);
	else if (clam_database_present(ASSAY_CLAMAV_DB))
		rc = clam_database_load(databases, ASSAY_CLAMAV_DB, true, loaded->error,
					sizeof(loaded->error));
	else
		rc = 0;
	if (rc == 0)
		rc = load_list(databases, host, setup, "extra_databases", loaded);
	if (rc == 0 && state->settings.shipped) {
		snprintf(shipped, sizeof(shipped), "%s/clamav", host->signature_dir(setup));
		rc = clam_database_load(databases, shipped, false, loaded->error,
					sizeof(loaded->error));
	}
	if (rc == 0 && databases->signatures == 0) {
		snprintf(loaded->error, sizeof(loaded->error),
			 "%s: no ClamAV database; install clamav-freshclam, name a folder in "
			 "databases, or set shipped to true",
			 ASSAY_CLAMAV_DB);
		rc = -ENOENT;
	}
	return rc;
}

static void describe(const struct clam_databases *databases, struct assay_loaded *loaded)
{
	int length = 0;

	if (databases->daily_version != 0)
		snprintf(loaded->version, sizeof(loaded->version), "%s / %u", cl_retver(),
			 databases->daily_version);
	else
		snprintf(loaded->version, sizeof(loaded->version), "%s", cl_retver());
	if (!databases->official)
		length = snprintf(loaded->note, sizeof(loaded->note),
				  "no official database: only %u other signatures are loaded; "
				  "install clamav-freshclam or name a folder in clamav's databases",
				  databases->signatures);
	/* libclamav leaves out YARA rules that it cannot read, and goes on. */
	if (databases->messages->warnings > 0)
		snprintf(loaded->note + length, sizeof(loaded->note) - (size_t)length,
			 "%s%u warnings while loading, see the log", length > 0 ? "; " : "",
			 databases->messages->warnings);
	loaded->signatures = databases->signatures;
	loaded->newest = databases->newest;
	loaded->fingerprint = databases->fingerprint;
	/* What is taken apart depends on the class. The flag UNPACKED counts
	 * as well; the engine makes it part of every key. */
	loaded->context = ASSAY_CONTEXT_TYPE;
}

/* The test file never stands in one piece in a file of ours: not in the
 * source, and not in the module, which scanners look at too. */
static void make_canary(struct clam_state *state)
{
	static const char *const pieces[] = {"X5O!P%@AP[4\\PZX5", "4(P^)7CC)7}$EIC",
					     "AR-STANDARD-ANTI", "VIRUS-TEST-FILE!$H+H*"};
	size_t used = 0;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		memcpy(state->eicar + used, pieces[i], strlen(pieces[i]));
		used += strlen(pieces[i]);
	}
	state->canary = (struct assay_canary){
		.data = as_span_make(state->eicar, used),
		.name = "eicar.com",
		.type = {"text/plain", "TXT", ASSAY_CLASS_TEXT, 100},
		.code = "malware.eicar",
	};
}

static void unload(void *opaque)
{
	struct clam_state *state = opaque;

	if (state == NULL)
		return;
	if (state->engine != NULL)
		cl_engine_free(state->engine);
	free(state);
}

static int build_engine(struct clam_state *state, const struct assay_setup *setup,
			struct assay_loaded *loaded)
{
	unsigned int options = (state->settings.pua ? CL_DB_PUA : 0u) |
			       (state->settings.bytecode ? CL_DB_BYTECODE : 0u);
	struct clam_databases databases;
	struct clam_messages messages;
	cl_error_t compiled;
	int rc;

	clam_messages_start(&messages, state->host);
	clam_database_init(&databases, state->engine, &messages, options);
	rc = set_limits(state->engine, &state->settings, &databases);
	if (rc < 0) {
		snprintf(loaded->error, sizeof(loaded->error),
			 "libclamav %s refuses a limit; choose smaller values", cl_retver());
		goto out;
	}
	rc = load_databases(state, &databases, setup, loaded);
	if (rc < 0)
		goto out;
	clam_inspect_init(state->engine);
	clam_messages_clear(&messages);
	compiled = cl_engine_compile(state->engine);
	if (compiled != CL_SUCCESS) {
		snprintf(
			loaded->error, sizeof(loaded->error),
			"libclamav cannot prepare its databases: %s: %s; free memory or load fewer",
			cl_strerror(compiled), messages.text);
		rc = compiled == CL_EMEM ? -ENOMEM : -EINVAL;
		goto out;
	}
	state->finds_eicar = databases.official || state->settings.shipped;
	describe(&databases, loaded);
out:
	clam_messages_stop();
	return rc;
}

static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	struct clam_state *state = NULL;
	int rc = -ENOMEM;

	if (cl_init(CL_INIT_DEFAULT) == CL_SUCCESS)
		state = calloc(1, sizeof(*state));
	if (state != NULL)
		state->engine = cl_engine_new();
	if (state == NULL || state->engine == NULL) {
		snprintf(loaded->error, sizeof(loaded->error),
			 "libclamav %s does not start; free memory", cl_retver());
		goto out;
	}
	state->host = host;
	read_settings(&state->settings, host, setup);
	rc = build_engine(state, setup, loaded);
	if (rc < 0)
		goto out;
	state->html_max_bytes =
		(uint64_t)cl_engine_get_num(state->engine, CL_ENGINE_MAX_HTMLNORMALIZE, NULL);
	make_canary(state);
	clam_inspect_warm_up(state);
	*state_out = state;
	state = NULL;
out:
	unload(state);
	return rc;
}

static int enter(void *opaque, const struct assay_worker *worker)
{
	struct clam_state *state = opaque;
	cl_error_t rc = cl_engine_set_str(state->engine, CL_ENGINE_TMPDIR, worker->temp_dir);

	return rc == CL_SUCCESS ? 0 : -ENOMEM;
}

static size_t canaries(void *opaque, const struct assay_canary **canaries_out)
{
	struct clam_state *state = opaque;

	*canaries_out = &state->canary;
	return state->finds_eicar ? 1 : 0;
}

ASSAY_EXPORT const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "clamav",
	.summary = "runs ClamAV in the process",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = load,
	.enter = enter,
	.inspect = clam_inspect,
	.canaries = canaries,
	.unload = unload,
	.limits = clam_limits,
	.limit_count = CLAM_LIMIT_COUNT,
};
