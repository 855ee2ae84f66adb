/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

/*
 * The kernel's header of the build machine may be older than the kernel that
 * runs, so what came after ABI 1 is spelled out: its documentation fixes the
 * values (userspace-api/landlock).
 */
#define FS_ABI_1     ((1ull << 13) - 1)
#define FS_REFER     (1ull << 13) /* ABI 2 */
#define FS_TRUNCATE  (1ull << 14) /* ABI 3 */
#define FS_IOCTL_DEV (1ull << 15) /* ABI 5 */
#define NET_ALL	     3ull	  /* ABI 4: bind and connect TCP */
#define SCOPE_ALL    3ull	  /* ABI 6: abstract sockets, signals */

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

static int ruleset_for(int abi)
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
		attr.scoped = SCOPE_ALL;
		size += sizeof(attr.scoped);
	}
	return (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
}

/* Ordinary files and folders; no links, devices, sockets, no execution. */
static uint64_t rights_for(int abi)
{
	uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
			  LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
			  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
			  LANDLOCK_ACCESS_FS_MAKE_REG;

	if (abi >= 2)
		rights |= FS_REFER;
	if (abi >= 3)
		rights |= FS_TRUNCATE;
	return rights;
}

int as_sandbox_landlock(const char *temp_dir, const char **why_out)
{
	struct landlock_path_beneath_attr beneath = {.parent_fd = -1};
	int ruleset = -1;
	int result = 0;
	int abi;

	abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		*why_out =
			errno == EOPNOTSUPP ? "not enabled in this kernel" : "not in this kernel";
		return 0;
	}
	*why_out = "the kernel refuses our rules";
	ruleset = ruleset_for(abi);
	if (ruleset < 0)
		return 0;
	beneath.allowed_access = rights_for(abi);
	beneath.parent_fd = open(temp_dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (beneath.parent_fd >= 0 &&
	    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0)
		result = abi;
	if (beneath.parent_fd >= 0)
		close(beneath.parent_fd);
	close(ruleset);
	return result;
}
