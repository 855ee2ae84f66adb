/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

int as_sandbox_give_up_rights(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	if (syscall(SYS_capset, &head, none) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

static void describe(struct as_sandbox_state *state, int calls, const char *why_seccomp,
		     const char *why_landlock)
{
	char seccomp[96], landlock[128];

	if (calls > 0)
		snprintf(seccomp, sizeof(seccomp), "seccomp on (%d calls)", calls);
	else
		snprintf(seccomp, sizeof(seccomp), "seccomp off (%s)", why_seccomp);
	if (state->landlock_abi > 0)
		snprintf(landlock, sizeof(landlock), "landlock ABI %d", state->landlock_abi);
	else
		snprintf(landlock, sizeof(landlock), "landlock off (%s)", why_landlock);
	snprintf(state->text, sizeof(state->text), "%s, %s", seccomp, landlock);
}

void as_sandbox_service_enter(enum as_sandbox_service which, const char *const *paths,
			      size_t path_count, struct as_sandbox_state *state_out)
{
	const char *why_landlock = "";
	const char *why_seccomp = "";
	int calls;

	*state_out = (struct as_sandbox_state){.seccomp = false};
	if (!as_sandbox_possible()) {
		snprintf(state_out->text, sizeof(state_out->text),
			 "off: built with the address sanitizer");
		return;
	}
	if (as_sandbox_give_up_rights() < 0) {
		snprintf(state_out->text, sizeof(state_out->text),
			 "off: the kernel refuses PR_SET_NO_NEW_PRIVS");
		return;
	}
	state_out->landlock_abi =
		as_sandbox_service_landlock(which, paths, path_count, &why_landlock);
	/* Last, since it forbids the calls that set up the other. */
	calls = as_sandbox_service_seccomp(which, path_count > 0, &why_seccomp);
	state_out->seccomp = calls > 0;
	describe(state_out, calls, why_seccomp, why_landlock);
}
