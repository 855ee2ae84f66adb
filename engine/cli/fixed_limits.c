/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/fixed_limits.h"

#include "base/log.h"
#include "cli/remote_limits.h"
#include "daemon/limits.h"
#include "inspect/limits.h"
#include "mailbox/limits.h"
#include "mime/limits.h"
#include "pool/limits.h"
#include "smime/limits.h"

#include <stdio.h>

static struct as_limit_part *add(struct as_fixed_limits *fixed, const char *kind, const char *name,
				 const struct assay_limit *limits, size_t count)
{
	struct as_limit_part *part = &fixed->parts[fixed->count++];

	*part = (struct as_limit_part){.limits = limits, .count = limits != NULL ? count : 0};
	snprintf(part->name, sizeof(part->name), "%s%s", kind, name);
	return part;
}

static int add_plugin(struct as_fixed_limits *fixed, const struct as_paths *paths,
		      const struct as_plugin_settings *settings, struct as_error *error)
{
	struct as_module module;
	int rc = as_module_open(paths, settings->name, &module, error);

	if (rc < 0) {
		if (!settings->optional)
			return rc;
		as_log(AS_LOG_WARNING, "%s (optional: going on without it)", error->text);
		return 0;
	}
	add(fixed, "plugin ", settings->name, module.plugin->limits, module.plugin->limit_count)
		->module = module;
	return 0;
}

int as_fixed_limits_open(const struct as_engine_settings *settings,
			 struct as_fixed_limits *fixed_out, struct as_error *error)
{
	int rc = 0;

	fixed_out->count = 0;
	add(fixed_out, "", "mailbox", as_mailbox_limits, as_mailbox_limit_count);
	add(fixed_out, "", "mime", as_mime_limits, as_mime_limit_count);
	add(fixed_out, "", "smime", as_smime_limits, as_smime_limit_count);
	add(fixed_out, "", "inspect", as_inspect_limits, as_inspect_limit_count);
	add(fixed_out, "", "pool", as_pool_limits, as_pool_limit_count);
	add(fixed_out, "", "client", as_remote_limits, as_remote_limit_count);
	for (size_t i = 0; i < as_daemon_limit_parts; i++)
		add(fixed_out, "daemon ", as_daemon_limits[i].part, as_daemon_limits[i].limits,
		    as_daemon_limits[i].count);
	for (size_t i = 0; i < settings->plugin_count && rc == 0; i++) {
		if (!settings->plugins[i].enabled)
			continue;
		if (fixed_out->count == AS_LIMIT_PARTS_MAX)
			rc = as_error_set(error, AS_E_LIMIT, "more than %u plugins",
					  AS_MODULES_MAX);
		else
			rc = add_plugin(fixed_out, &settings->paths, &settings->plugins[i], error);
	}
	if (rc < 0)
		as_fixed_limits_close(fixed_out);
	return rc;
}

void as_fixed_limits_close(struct as_fixed_limits *fixed)
{
	while (fixed->count > 0)
		as_module_close(&fixed->parts[--fixed->count].module);
}
