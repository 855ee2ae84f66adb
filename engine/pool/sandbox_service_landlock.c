/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

/* Values that the header of an older build machine lacks; see
 * sandbox_landlock.c. */
#define FS_ABI_1       ((1ull << 13) - 1)
#define FS_REFER       (1ull << 13) /* ABI 2 */
#define FS_TRUNCATE    (1ull << 14) /* ABI 3 */
#define FS_IOCTL_DEV   (1ull << 15) /* ABI 5 */
#define NET_ALL	       3ull	    /* ABI 4: bind and connect TCP */
#define SCOPE_ABSTRACT 1ull	    /* ABI 6: abstract sockets */
#define SCOPE_SIGNAL   2ull	    /* ABI 6: signals to others */

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

static int ruleset_for(enum as_sandbox_service which, int abi)
{
	struct ruleset_attr attr = {.fs = FS_ABI_1};
	size_t size = sizeof(attr.fs);

	if (abi >= 2)
		attr.fs |= FS_REFER;
	if (abi >= 3)
		attr.fs |= FS_TRUNCATE;
	if (abi >= 4) {
		attr.net = NET_ALL;
		size += sizeof(attr.net);
	}
	if (abi >= 5)
		attr.fs |= FS_IOCTL_DEV;
	if (abi >= 6) {
		/* The front ends workers that run too long. */
		attr.scoped = SCOPE_ABSTRACT | (which == AS_SANDBOX_STORE ? SCOPE_SIGNAL : 0);
		size += sizeof(attr.scoped);
	}
	return (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
}

static uint64_t rights_for(enum as_sandbox_service which, int abi)
{
	uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

	if (which == AS_SANDBOX_FRONT)
		return rights;
	rights |= LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		  LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | FS_REFER;
	return abi >= 3 ? rights | FS_TRUNCATE : rights;
}

static bool add_path(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
	bool added;

	beneath.parent_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	/* Nothing to open there: nothing to allow. */
	if (beneath.parent_fd < 0)
		return true;
	added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) ==
		0;
	close(beneath.parent_fd);
	return added;
}

int as_sandbox_service_landlock(enum as_sandbox_service which, const char *const *paths,
				size_t path_count, const char **why_out)
{
	uint64_t rights;
	int result = 0;
	int ruleset, abi;

	abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		*why_out =
			errno == EOPNOTSUPP ? "not enabled in this kernel" : "not in this kernel";
		return 0;
	}
	/* ABI 1 forbids every rename from one folder to another, and the store
	 * lives on such renames. */
	if (which == AS_SANDBOX_STORE && abi < 2) {
		*why_out = "this kernel's knows no rename between folders";
		return 0;
	}
	*why_out = "the kernel refuses our rules";
	ruleset = ruleset_for(which, abi);
	if (ruleset < 0)
		return 0;
	rights = rights_for(which, abi);
	for (size_t i = 0; i < path_count; i++)
		if (!add_path(ruleset, paths[i], rights))
			goto out;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) == 0)
		result = abi;
out:
	close(ruleset);
	return result;
}
