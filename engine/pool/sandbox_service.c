/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

void as_sandbox_service_enter(enum as_sandbox_service which, const char *const *paths,
			      size_t path_count, struct as_sandbox_state *state_out)
{
	const char *why_landlock = "";
	const char *why_seccomp = "";
	int calls;

	if (!as_sandbox_begin(state_out))
		return;
	state_out->landlock_abi =
		as_sandbox_service_landlock(which, paths, path_count, &why_landlock);
	/* Last, since it forbids the calls that set up the other. */
	calls = as_sandbox_service_seccomp(which, path_count > 0, &why_seccomp);
	as_sandbox_describe(state_out, calls, why_seccomp, why_landlock, "");
}
