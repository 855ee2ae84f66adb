/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

#include "pool/sandbox_filter.h"

#include <errno.h>
#include <sys/ioctl.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Front and store, besides what every filter allows (sandbox_filter.c). The
 * keeper needs no more than that. */
static const int both[] = {
	SCMP_SYS(sendfile),
	SCMP_SYS(sendfile64),
	SCMP_SYS(rt_sigaction),
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

static bool allow_ioctl(scmp_filter_ctx filter)
{
	static const scmp_datum_t requests[] = {FIONREAD, FIONBIO};

	for (size_t i = 0; i < COUNT(requests); i++)
		if (!as_filter_allow_if(filter, SCMP_SYS(ioctl),
					SCMP_A1(SCMP_CMP_EQ, requests[i], 0)))
			return false;
	return true;
}

int as_sandbox_service_seccomp(enum as_sandbox_service which, bool with_paths, const char **why_out)
{
	scmp_filter_ctx filter = as_filter_new(SCMP_ACT_ERRNO(EPERM));
	unsigned int calls = 0;
	bool built;

	*why_out = "libseccomp cannot build the filter";
	if (filter == NULL)
		return 0;
	built = as_filter_allow_common(filter, &calls);
	if (built && which != AS_SANDBOX_KEEPER)
		built = as_filter_allow(filter, both, COUNT(both), &calls) && allow_ioctl(filter);
	if (built && which == AS_SANDBOX_FRONT)
		built = as_filter_allow(filter, front, COUNT(front), &calls);
	if (built && which == AS_SANDBOX_STORE)
		built = as_filter_allow(filter, storing, COUNT(storing), &calls);
	if (built && (which == AS_SANDBOX_STORE || with_paths))
		built = as_filter_allow(filter, reading, COUNT(reading), &calls);
	if (built && seccomp_load(filter) < 0) {
		*why_out = "the kernel refuses the filter";
		built = false;
	}
	seccomp_release(filter);
	/* ioctl comes with conditions. */
	return built ? (int)calls + (which != AS_SANDBOX_KEEPER) : 0;
}
