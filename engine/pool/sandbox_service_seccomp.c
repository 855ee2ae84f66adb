/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Both: descriptors that are there, memory, time, itself. */
static const int common[] = {
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
	SCMP_SYS(sendfile),
	SCMP_SYS(sendfile64),
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(getrandom),
	SCMP_SYS(getrusage),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getcpu),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* Connections that others have made, timers, workers that are to end. No
 * socket(), no connect(), no bind(). */
static const int front[] = {
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(sendto),
	SCMP_SYS(recvfrom),
	SCMP_SYS(send),
	SCMP_SYS(recv),
	SCMP_SYS(shutdown),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
#ifdef __SNR_epoll_pwait2
	SCMP_SYS(epoll_pwait2),
#endif
	SCMP_SYS(eventfd2),
	SCMP_SYS(pipe2),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_gettime),
	SCMP_SYS(pidfd_send_signal),
};

/* Only with folders that stay open; which ones is for Landlock. */
static const int reading[] = {
	SCMP_SYS(open),	    SCMP_SYS(openat),	  SCMP_SYS(openat2),
	SCMP_SYS(getdents), SCMP_SYS(getdents64),
};

static const int storing[] = {
	SCMP_SYS(mkdir),     SCMP_SYS(mkdirat),	  SCMP_SYS(rename),	     SCMP_SYS(renameat),
	SCMP_SYS(renameat2), SCMP_SYS(unlink),	  SCMP_SYS(unlinkat),	     SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(fsync),	  SCMP_SYS(fdatasync),	     SCMP_SYS(faccessat2),
	SCMP_SYS(alarm),     SCMP_SYS(setitimer), SCMP_SYS(copy_file_range), SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
};

/* -EDOM: this machine has no such call. */
static bool allow(scmp_filter_ctx filter, const int *calls, size_t count, int *total)
{
	for (size_t i = 0; i < count; i++) {
		int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);

		if (rc < 0 && rc != -EDOM)
			return false;
		*total += calls[i] >= 0;
	}
	return true;
}

static bool allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
	int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, condition);

	return rc == 0 || rc == -EDOM;
}

/* No code, no memory of huge pages (a receiver could not read it safely). */
static bool allow_memory(scmp_filter_ctx filter)
{
	const int map = SCMP_SYS(mmap2) >= 0 ? SCMP_SYS(mmap2) : SCMP_SYS(mmap);

	return allow_if(filter, map, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
	       allow_if(filter, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
	       allow_if(filter, SCMP_SYS(memfd_create),
			SCMP_A1(SCMP_CMP_MASKED_EQ, MFD_HUGETLB, 0));
}

/* Never F_SETOWN and its kin, which make the kernel send signals. */
static bool allow_control(scmp_filter_ctx filter)
{
	static const uint64_t commands[] = {F_GETFD, F_SETFD,	      F_GETFL,	   F_SETFL,
					    F_DUPFD, F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS};
	static const uint64_t requests[] = {FIONREAD, FIONBIO};

	for (size_t i = 0; i < COUNT(commands); i++)
		if (!allow_if(filter, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, commands[i], 0)) ||
		    !allow_if(filter, SCMP_SYS(fcntl64), SCMP_A1(SCMP_CMP_EQ, commands[i], 0)))
			return false;
	for (size_t i = 0; i < COUNT(requests); i++)
		if (!allow_if(filter, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, requests[i], 0)))
			return false;
	return true;
}

/* Signals to itself, for abort(); limits to be read, not set. */
static bool allow_itself(scmp_filter_ctx filter)
{
	return allow_if(filter, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (uint64_t)getpid(), 0)) &&
	       allow_if(filter, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)) &&
	       allow_if(filter, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0, 0));
}

int as_sandbox_service_seccomp(enum as_sandbox_service which, bool with_paths, const char **why_out)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int calls = 0;
	bool built;

	*why_out = "libseccomp cannot build the filter";
	if (filter == NULL)
		return 0;
	/* As a tree: a dozen comparisons for each call instead of a hundred. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	built = allow(filter, common, COUNT(common), &calls) && allow_memory(filter) &&
		allow_control(filter) && allow_itself(filter);
	if (built && which == AS_SANDBOX_FRONT)
		built = allow(filter, front, COUNT(front), &calls);
	if (built && which == AS_SANDBOX_STORE)
		built = allow(filter, storing, COUNT(storing), &calls);
	if (built && (which == AS_SANDBOX_STORE || with_paths))
		built = allow(filter, reading, COUNT(reading), &calls);
	if (built && seccomp_load(filter) < 0) {
		*why_out = "the kernel refuses the filter";
		built = false;
	}
	seccomp_release(filter);
	/* mmap, mprotect, memfd_create, fcntl, ioctl, tgkill, prctl, prlimit64
	 * come with conditions. */
	return built ? calls + 8 : 0;
}
