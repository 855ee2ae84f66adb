/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

bool as_sandbox_possible(void)
{
	return SANITIZED == 0;
}

static void lower(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return;
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value)
		value = limit.rlim_max;
	limit = (struct rlimit){value, value};
	setrlimit(resource, &limit);
}

void as_sandbox_limit_zygote(void)
{
	/* A core file would hold mail. */
	lower(RLIMIT_CORE, 0);
	/* The stack of the main thread grows up to the limit at that time, so
	 * this also serves a process that runs already. */
	lower(RLIMIT_STACK, AS_SANDBOX_STACK_BYTES);
}

/* Pages of address space in use. */
static uint64_t address_space(void)
{
	char text[64];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return 0;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return 0;
	text[got] = '\0';
	return strtoull(text, NULL, 10);
}

void as_sandbox_limit_worker(uint64_t memory)
{
	uint64_t used = address_space() * (uint64_t)sysconf(_SC_PAGESIZE);

	/* Without a number for what is there a limit would hit at random. */
	if (SANITIZED == 0 && used > 0 && memory < INT64_MAX - used)
		lower(RLIMIT_AS, used + memory);
	/* Beyond it write(2) fails with EFBIG instead of a signal. */
	signal(SIGXFSZ, SIG_IGN);
	lower(RLIMIT_FSIZE, AS_SANDBOX_FILE_BYTES);
	lower(RLIMIT_NOFILE, AS_SANDBOX_OPEN_FILES);
}

/* Root without capabilities is bound by permissions like anybody else. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

	memset(none, 0, sizeof(none));
	return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

static int forbid_new_rights(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

int as_sandbox_give_up_rights(void)
{
	int rc = drop_capabilities();

	return rc < 0 ? rc : forbid_new_rights();
}

bool as_sandbox_begin(struct as_sandbox_state *state_out)
{
	const char *why = NULL;

	*state_out = (struct as_sandbox_state){.seccomp = false};
	if (!as_sandbox_possible()) {
		why = "off: built with the address sanitizer";
	} else {
		/* Where somebody forbids to give them up, the other layers are
		 * worth the more. */
		drop_capabilities();
		if (forbid_new_rights() < 0)
			why = "off: the kernel refuses PR_SET_NO_NEW_PRIVS";
	}
	if (why != NULL)
		snprintf(state_out->text, sizeof(state_out->text), "%s", why);
	return why == NULL;
}

void as_sandbox_describe(struct as_sandbox_state *state, int calls, const char *why_seccomp,
			 const char *why_landlock, const char *behind)
{
	char seccomp[96], landlock[128];

	state->seccomp = calls > 0;
	if (calls > 0)
		snprintf(seccomp, sizeof(seccomp), "seccomp on (%d calls)", calls);
	else
		snprintf(seccomp, sizeof(seccomp), "seccomp off (%s)", why_seccomp);
	if (state->landlock_abi > 0)
		snprintf(landlock, sizeof(landlock), "landlock ABI %d", state->landlock_abi);
	else
		snprintf(landlock, sizeof(landlock), "landlock off (%s)%s", why_landlock, behind);
	snprintf(state->text, sizeof(state->text), "%s, %s", seccomp, landlock);
}

void as_sandbox_enter(const char *temp_dir, struct as_sandbox_state *state_out)
{
	const char *why_landlock = "";
	const char *why_seccomp = "";
	int calls;

	if (!as_sandbox_begin(state_out))
		return;
	state_out->landlock_abi = as_sandbox_landlock(temp_dir, &why_landlock);
	/* Last, since it forbids the calls that set up the others. */
	calls = as_sandbox_seccomp(&why_seccomp);
	as_sandbox_describe(state_out, calls, why_seccomp, why_landlock,
			    ": workers reach the files of their user");
}
