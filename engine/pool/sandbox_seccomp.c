/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox.h"

#include "pool/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Calls without conditions. The larger part is what GMime, libmagic, libyara,
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
	/* memory */
	/* the socket of the pool: no other can be made */
	SCMP_SYS(sendto),
	SCMP_SYS(recvfrom),
	/* time, signals, itself */
	SCMP_SYS(times),
};

/* Never F_SETOWN and its kin, which make the kernel send signals. */
static const int fcntl_commands[] = {
	F_GETFD,     F_SETFD,	  F_GETFL, F_SETFL, F_DUPFD,  F_DUPFD_CLOEXEC,
	F_ADD_SEALS, F_GET_SEALS, F_GETLK, F_SETLK, F_SETLKW,
};

static bool add_plain(scmp_filter_ctx filter, int *count_out)
{
	int count = 0;

	for (size_t i = 0; i < COUNT(plain); i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);

		/* -EDOM: this machine has no such call; nor those below 0. */
		if (rc < 0 && rc != -EDOM)
			return false;
		count += plain[i] >= 0;
	}
	*count_out = count;
	return true;
}

static bool add_memory(scmp_filter_ctx filter)
{
	/* Where there is an mmap2, the arguments of mmap may stand in memory,
	 * which a filter cannot see. */
	const int map = SCMP_SYS(mmap2) >= 0 ? SCMP_SYS(mmap2) : SCMP_SYS(mmap);
	const int calls[] = {map, SCMP_SYS(mprotect)};

	for (size_t i = 0; i < COUNT(calls); i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

		if (rc < 0 && rc != -EDOM)
			return false;
	}
	/* libc loads a converter lazily for a charset that a mail names. Refused
	 * it is an unknown charset; a violation would cost the worker. */
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), map, 1,
			     SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) < 0)
		return false;
	/* A spool of huge pages could not be read safely by its receiver. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(memfd_create), 1,
				SCMP_A1(SCMP_CMP_MASKED_EQ, MFD_HUGETLB, 0)) == 0;
}

static bool add_fcntl(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < COUNT(fcntl_commands); i++) {
		uint64_t command = (uint64_t)fcntl_commands[i];
		int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
					  SCMP_A1(SCMP_CMP_EQ, command, 0));

		if (rc == 0)
			rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl64), 1,
					      SCMP_A1(SCMP_CMP_EQ, command, 0));
		if (rc < 0 && rc != -EDOM)
			return false;
	}
	return true;
}

/* Signals to itself, for abort(); names and limits to be read, not set. */
static bool add_process(scmp_filter_ctx filter)
{
	uint64_t self = (uint64_t)getpid();

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_EQ, self, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
				SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
				SCMP_A0(SCMP_CMP_EQ, PR_GET_NAME, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
				SCMP_A2(SCMP_CMP_EQ, 0, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 1,
				SCMP_A0(SCMP_CMP_NE, SIGSYS, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(rt_sigaction), 1,
				SCMP_A0(SCMP_CMP_EQ, SIGSYS, 0)) == 0;
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
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int count, calls = 0;

	*why_out = "libseccomp cannot build the filter";
	if (filter == NULL)
		return 0;
	/* As a tree: a dozen comparisons for each call instead of a hundred. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!add_plain(filter, &count) || !add_memory(filter) || !add_fcntl(filter) ||
	    !add_process(filter) || !add_pretended(filter))
		goto out;
	*why_out = "the kernel refuses the filter";
	if (!catch_refusals() || seccomp_load(filter) < 0)
		goto out;
	/* mmap, mprotect, memfd_create, fcntl, tgkill, prctl, prlimit64,
	 * rt_sigaction come with conditions. */
	calls = count + 8;
out:
	seccomp_release(filter);
	return calls;
}

void as_sandbox_call_name(long number, char *name_out, size_t room)
{
	char *name = NULL;

	if (number >= 0 && number <= INT32_MAX)
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)number);
	snprintf(name_out, room, "%s", name != NULL ? name : "unknown");
	free(name);
}
