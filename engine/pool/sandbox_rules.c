/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_rules.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#define FS_ABI_1     ((1ull << 13) - 1)
#define FS_IOCTL_DEV (1ull << 15) /* ABI 5 */
#define NET_ALL	     3ull	  /* ABI 4: bind and connect TCP */

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

static uint64_t governed_by(int abi)
{
	uint64_t rights = FS_ABI_1;

	if (abi >= 2)
		rights |= AS_RULES_REFER;
	if (abi >= 3)
		rights |= AS_RULES_TRUNCATE;
	if (abi >= 5)
		rights |= FS_IOCTL_DEV;
	return rights;
}

bool as_rules_open(struct as_rules *rules, uint64_t scoped, const char **why_out)
{
	struct ruleset_attr attr = {.net = NET_ALL, .scoped = scoped};
	size_t size = sizeof(attr.fs);
	int abi;

	abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1) {
		*why_out =
			errno == EOPNOTSUPP ? "not enabled in this kernel" : "not in this kernel";
		return false;
	}
	attr.fs = governed_by(abi);
	/* A kernel takes no more of the structure than it knows. */
	if (abi >= 4)
		size += sizeof(attr.net);
	if (abi >= 6)
		size += sizeof(attr.scoped);
	*rules = (struct as_rules){.abi = abi, .governed = attr.fs};
	rules->fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	*why_out = "the kernel refuses our rules";
	return rules->fd >= 0;
}

bool as_rules_allow(const struct as_rules *rules, int folder, uint64_t rights)
{
	const struct landlock_path_beneath_attr beneath = {
		.allowed_access = rights & rules->governed,
		.parent_fd = folder,
	};

	return syscall(SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) ==
	       0;
}

bool as_rules_enforce(const struct as_rules *rules)
{
	return syscall(SYS_landlock_restrict_self, rules->fd, 0) == 0;
}

void as_rules_close(struct as_rules *rules)
{
	close(rules->fd);
	rules->fd = -1;
}
