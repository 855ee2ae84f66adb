/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox.h"

#include "pool/sandbox_filter.h"
#include "pool/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Calls without conditions, besides those that every filter allows
 * (sandbox_filter.c). The larger part of both is what GMime, libmagic, libyara,
 * libarchive and libclamav were seen to use over libclamav's own test files;
 * the rest is what the C library uses for the same purposes on other machines
 * and for qsort(), abort() and the clock. Calls that open files are bound by
 * Landlock.
 */
static const int plain[] = {
	/* descriptors */
	SCMP_SYS(preadv),
	SCMP_SYS(pwritev),
	SCMP_SYS(dup2),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	/* files */
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(statfs),
	SCMP_SYS(statfs64),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents),
	SCMP_SYS(getdents64),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(umask),
	/* the socket of the pool; others: see add_socketpair() */
	SCMP_SYS(sendto),
	SCMP_SYS(recvfrom),
	/* time */
	SCMP_SYS(times),
};

/* Beyond what every filter allows: locks. */
static const int lock_commands[] = {F_GETLK, F_SETLK, F_SETLKW};

/* libc loads a converter lazily for a charset that a mail names. Refused it is
 * an unknown charset; a violation would cost the worker. */
static bool refuse_code(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), as_filter_mmap(), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) == 0;
}

/* Its name to be read, and signals handled, but for that of this sandbox. */
static bool add_process(scmp_filter_ctx filter)
{
	return as_filter_allow_if(filter, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_GET_NAME, 0)) &&
	       as_filter_allow_if(filter, SCMP_SYS(rt_sigaction),
				  SCMP_A0(SCMP_CMP_NE, SIGSYS, 0)) &&
	       seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(rt_sigaction), 1,
				SCMP_A0(SCMP_CMP_EQ, SIGSYS, 0)) == 0;
}

/* For the answer of the keeper of the keys (keeper_link.c): a pair that is
 * connected to itself, and no other kind of socket. */
static bool add_socketpair(scmp_filter_ctx filter)
{
	int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 2,
				  SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0),
				  SCMP_A1(SCMP_CMP_EQ, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));

	return rc == 0 || rc == -EDOM;
}

/* Answered without being done. */
static bool add_pretended(scmp_filter_ctx filter)
{
	static const int modes[] = {SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat)};

	for (size_t i = 0; i < COUNT(modes); i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(0), modes[i], 0);

		if (rc < 0 && rc != -EDOM)
			return false;
	}
	/* stdio asks whether a file is a terminal; a terminal that is still
	 * open must not be written to by TIOCSTI. */
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0) == 0;
}

static void refused(int number, siginfo_t *info, void *machine)
{
	(void)number;
	(void)machine;
	as_stage_refused(info->si_syscall);
	_exit(AS_SANDBOX_EXIT);
}

static bool catch_refusals(void)
{
	struct sigaction action = {.sa_sigaction = refused, .sa_flags = SA_SIGINFO};
	sigset_t only;

	sigemptyset(&action.sa_mask);
	sigemptyset(&only);
	sigaddset(&only, SIGSYS);
	return sigaction(SIGSYS, &action, NULL) == 0 && sigprocmask(SIG_UNBLOCK, &only, NULL) == 0;
}

int as_sandbox_seccomp(const char **why_out)
{
	scmp_filter_ctx filter = as_filter_new(SCMP_ACT_TRAP);
	unsigned int calls = 0;
	bool loaded = false;

	*why_out = "libseccomp cannot build the filter";
	if (filter == NULL)
		return 0;
	if (!as_filter_allow_common(filter, &calls) ||
	    !as_filter_allow(filter, plain, COUNT(plain), &calls) ||
	    !as_filter_allow_fcntl(filter, lock_commands, COUNT(lock_commands)) ||
	    !refuse_code(filter) || !add_process(filter) || !add_socketpair(filter) ||
	    !add_pretended(filter))
		goto out;
	*why_out = "the kernel refuses the filter";
	loaded = catch_refusals() && seccomp_load(filter) == 0;
out:
	seccomp_release(filter);
	/* rt_sigaction and socketpair come with conditions. */
	return loaded ? (int)calls + 2 : 0;
}

void as_sandbox_call_name(long number, char *name_out, size_t room)
{
	char *name = NULL;

	if (number >= 0 && number <= INT32_MAX)
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)number);
	snprintf(name_out, room, "%s", name != NULL ? name : "unknown");
	free(name);
}
