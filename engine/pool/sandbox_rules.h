/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SANDBOX_RULES_H
#define ASSAY_POOL_SANDBOX_RULES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Landlock rules (userspace-api/landlock): everything that the kernel's version
 * governs is forbidden, then folders are opened, then the process is bound for
 * good.
 *
 * The kernel's header of the build machine may be older than the kernel that
 * runs, so rights that came after ABI 1 are spelled out: its documentation fixes
 * the values.
 */
#define AS_RULES_REFER		(1ull << 13) /* ABI 2: links, renames between folders */
#define AS_RULES_TRUNCATE	(1ull << 14) /* ABI 3 */
#define AS_RULES_SCOPE_ABSTRACT 1ull	     /* ABI 6: abstract sockets of others */
#define AS_RULES_SCOPE_SIGNAL	2ull	     /* ABI 6: signals to others */

struct as_rules {
	int fd;
	int abi;
	uint64_t governed; /* rights on files */
};

/* No file, no TCP, and of scoped (AS_RULES_SCOPE_*) what the kernel knows.
 * *why_out: a word why this failed or, after true, for when a later step does. */
bool as_rules_open(struct as_rules *rules, uint64_t scoped, const char **why_out);
/* rights: LANDLOCK_ACCESS_FS_* and AS_RULES_* below folder, a descriptor; what
 * the kernel does not govern is left out. */
bool as_rules_allow(const struct as_rules *rules, int folder, uint64_t rights);
/* Binds this process. */
bool as_rules_enforce(const struct as_rules *rules);
/* In any case after a successful open. */
void as_rules_close(struct as_rules *rules);

#endif
