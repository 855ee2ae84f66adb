/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

#include "pool/sandbox_rules.h"

#include <fcntl.h>
#include <unistd.h>

#include <linux/landlock.h>

#define READ_RIGHTS (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define STORE_RIGHTS                                                                               \
	(READ_RIGHTS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |            \
	 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | AS_RULES_REFER |              \
	 AS_RULES_TRUNCATE)

static bool allow_path(const struct as_rules *rules, const char *path, uint64_t rights)
{
	int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool allowed;

	/* Nothing to open there: nothing to allow. */
	if (folder < 0)
		return true;
	allowed = as_rules_allow(rules, folder, rights);
	close(folder);
	return allowed;
}

static bool bind_to(const struct as_rules *rules, enum as_sandbox_service which,
		    const char *const *paths, size_t path_count, const char **why_out)
{
	uint64_t rights = which == AS_SANDBOX_STORE ? STORE_RIGHTS : READ_RIGHTS;

	/* ABI 1 forbids every rename from one folder to another, and the store
	 * lives on such renames. */
	if (which == AS_SANDBOX_STORE && rules->abi < 2) {
		*why_out = "this kernel's knows no rename between folders";
		return false;
	}
	for (size_t i = 0; i < path_count; i++)
		if (!allow_path(rules, paths[i], rights))
			return false;
	return as_rules_enforce(rules);
}

int as_sandbox_service_landlock(enum as_sandbox_service which, const char *const *paths,
				size_t path_count, const char **why_out)
{
	/* The front ends workers that run too long. */
	uint64_t scoped = which == AS_SANDBOX_FRONT
				  ? AS_RULES_SCOPE_ABSTRACT
				  : AS_RULES_SCOPE_ABSTRACT | AS_RULES_SCOPE_SIGNAL;
	struct as_rules rules;
	bool bound;

	if (!as_rules_open(&rules, scoped, why_out))
		return 0;
	bound = bind_to(&rules, which, paths, path_count, why_out);
	as_rules_close(&rules);
	return bound ? rules.abi : 0;
}
