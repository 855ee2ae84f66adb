/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One source for the modules that test_inspect_load opens: MODULE_... says
 * what is right or wrong with this one.
 */
#include <assay/plugin.h>

#include <stdio.h>

#ifdef MODULE_NO_SYMBOL
extern ASSAY_EXPORT const int other_symbol;
const int other_symbol = 1;
#else

#ifndef MODULE_ABI
#define MODULE_ABI ASSAY_PLUGIN_ABI
#endif
#ifndef MODULE_SIZE
#define MODULE_SIZE sizeof(struct assay_plugin)
#endif

static const struct assay_setting settings[] = {
	{"word", ASSAY_SETTING_STRING, "standard", 0, 0, "a word"},
	{"number", ASSAY_SETTING_INT, "42", 1, 100, "a number"},
	{"switch", ASSAY_SETTING_BOOL, "true", 0, 0, "a switch"},
	{"list", ASSAY_SETTING_LIST, " one  two three ", 0, 0, "a list"},
	{"file", ASSAY_SETTING_PATH, NULL, 0, 0, "a file"},
	{"files", ASSAY_SETTING_PATHS, NULL, 0, 0, "some files"},
};

/* Says what it was given, for the test to read. */
static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	size_t count = host->setting_count(setup, "list");
	int used;

	*state_out = loaded;
	if (host->setting_int(setup, "number") == 13) {
		snprintf(loaded->error, sizeof(loaded->error), "thirteen is no number");
		return ASSAY_E_INVALID;
	}
	used = snprintf(loaded->note, sizeof(loaded->note), "%s %lld %d",
			host->setting_string(setup, "word"),
			(long long)host->setting_int(setup, "number"),
			(int)host->setting_bool(setup, "switch"));
	for (size_t i = 0; i < count && used > 0 && (size_t)used < sizeof(loaded->note); i++)
		used += snprintf(loaded->note + used, sizeof(loaded->note) - (size_t)used, " [%s]",
				 host->setting_item(setup, "list", i));
	snprintf(loaded->version, sizeof(loaded->version), "1.0");
	return 0;
}

#ifndef MODULE_NO_INSPECT
static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	(void)state;
	(void)scan;
	(void)object;
	(void)phase;
	return 0;
}
#endif

const struct assay_plugin assay_plugin = {
	.abi = MODULE_ABI,
	.size = (uint32_t)(MODULE_SIZE),
	.name = MODULE_NAME,
	.summary = "of a test",
	.phases = ASSAY_JUDGE,
	.origins = ASSAY_ORIGIN_CONTENT,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = load,
#ifndef MODULE_NO_INSPECT
	.inspect = inspect,
#endif
};
#endif
