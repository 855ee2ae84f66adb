/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox.h"

#include "pool/sandbox_rules.h"

#include <fcntl.h>
#include <unistd.h>

#include <linux/landlock.h>

/* Ordinary files and folders; no links, devices, sockets, no execution. */
#define RIGHTS                                                                                     \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |                            \
	 LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |                             \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |                            \
	 LANDLOCK_ACCESS_FS_MAKE_REG | AS_RULES_REFER | AS_RULES_TRUNCATE)

int as_sandbox_landlock(const char *temp_dir, const char **why_out)
{
	struct as_rules rules;
	bool bound = false;
	int folder;

	if (!as_rules_open(&rules, AS_RULES_SCOPE_ABSTRACT | AS_RULES_SCOPE_SIGNAL, why_out))
		return 0;
	folder = open(temp_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder >= 0) {
		bound = as_rules_allow(&rules, folder, RIGHTS) && as_rules_enforce(&rules);
		close(folder);
	}
	as_rules_close(&rules);
	return bound ? rules.abi : 0;
}
