/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int common[] = {
	/* descriptors; the sockets of the pool and of clients among them */
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(pread64),
	SCMP_SYS(pwrite64),
	SCMP_SYS(readv),
	SCMP_SYS(writev),
	SCMP_SYS(lseek),
	SCMP_SYS(_llseek),
	SCMP_SYS(close),
	SCMP_SYS(dup),
	SCMP_SYS(dup3),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),
	SCMP_SYS(statx),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(fallocate),
	SCMP_SYS(fadvise64),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	/* memory */
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	/* time, signals, itself */
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrusage),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getcpu),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Never F_SETOWN and its kin, which make the kernel send signals. */
static const int fcntl_commands[] = {
	F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS,
};

scmp_filter_ctx as_filter_new(uint32_t action)
{
	scmp_filter_ctx filter = seccomp_init(action);

	/* As a tree: a dozen comparisons for each call instead of a hundred. */
	if (filter != NULL)
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return filter;
}

bool as_filter_allow(scmp_filter_ctx filter, const int *calls, size_t size, unsigned int *count)
{
	for (size_t i = 0; i < size; i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);

		/* -EDOM: this machine has no such call; nor those below 0. */
		if (rc < 0 && rc != -EDOM)
			return false;
		*count += calls[i] >= 0;
	}
	return true;
}

bool as_filter_allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
	int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, condition);

	return rc == 0 || rc == -EDOM;
}

bool as_filter_allow_fcntl(scmp_filter_ctx filter, const int *commands, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		struct scmp_arg_cmp is_command = SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)commands[i], 0);

		if (!as_filter_allow_if(filter, SCMP_SYS(fcntl), is_command) ||
		    !as_filter_allow_if(filter, SCMP_SYS(fcntl64), is_command))
			return false;
	}
	return true;
}

int as_filter_mmap(void)
{
	/* Where there is an mmap2, the arguments of mmap may stand in memory,
	 * which a filter cannot see. */
	return SCMP_SYS(mmap2) >= 0 ? SCMP_SYS(mmap2) : SCMP_SYS(mmap);
}

static bool allow_memory(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	/* A spool of huge pages could not be read safely by its receiver. */
	return as_filter_allow_if(filter, as_filter_mmap(), no_code) &&
	       as_filter_allow_if(filter, SCMP_SYS(mprotect), no_code) &&
	       as_filter_allow_if(filter, SCMP_SYS(memfd_create),
				  SCMP_A1(SCMP_CMP_MASKED_EQ, MFD_HUGETLB, 0));
}

/* Signals to itself, for abort(); limits to be read, not set. */
static bool allow_itself(scmp_filter_ctx filter)
{
	scmp_datum_t self = (scmp_datum_t)getpid();

	return as_filter_allow_if(filter, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, self, 0)) &&
	       as_filter_allow_if(filter, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)) &&
	       as_filter_allow_if(filter, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0, 0));
}

bool as_filter_allow_common(scmp_filter_ctx filter, unsigned int *count)
{
	if (!as_filter_allow(filter, common, COUNT(common), count) || !allow_memory(filter) ||
	    !allow_itself(filter) ||
	    !as_filter_allow_fcntl(filter, fcntl_commands, COUNT(fcntl_commands)))
		return false;
	/* mmap, mprotect, memfd_create, tgkill, prctl, prlimit64, fcntl come with
	 * conditions. */
	*count += 7;
	return true;
}
