/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_DROP_H
#define ASSAY_DAEMON_DROP_H

#include "base/error.h"
#include "policy/service.h"

#include <stdbool.h>
#include <sys/types.h>

/* As whom the daemon runs. */
struct as_account {
	uid_t uid;
	gid_t gid;
	bool change; /* we are root and become somebody else */
	char name[64];
};

/*
 * Started by root: who `user` and `group` are. Started by anybody else: that
 * user, whatever the configuration says; note_out (at least 256 octets) then
 * tells so, or is "". AS_E_CONFIG names what is missing.
 */
int as_account_find(const struct as_service *service, struct as_account *account_out,
		    char *note_out, size_t note_size, struct as_error *error);

/* By name or number. */
bool as_account_group(const char *name, gid_t *gid_out);

/*
 * For good: groups, user, capabilities, and no way back, which is tried. As an
 * ordinary user it gives up capabilities and new privileges only. A failure
 * may leave half of it done: the caller has to end.
 */
int as_account_drop(const struct as_account *account, struct as_error *error);

#endif
