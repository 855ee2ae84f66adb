/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/zygote.h"

#include "base/log.h"
#include "pool/channel.h"
#include "pool/keeper.h"
#include "pool/sandbox.h"
#include "pool/tempdir.h"
#include "pool/worker.h"
#include "pool/zygote_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <linux/close_range.h>

/* While it loads, by how much it is nicer than the workers of the generation
 * that is in use. With two processors, both busy, a reload of 1,000,000
 * signatures made p99 1.6 to 3.5 times what it was, and with this 1.2 to 1.6
 * times; loading took a third longer. */
#define LOAD_NICE 3

struct zygote {
	const struct as_zygote_setup *setup;
	pid_t self;
	int signals;		  /* signalfd of SIGCHLD */
	struct as_keeper *keeper; /* NULL: none is wanted */
	pid_t *pids;		  /* per slot, 0: free */
	struct as_channel_packet packet;
};

static void folder_name(uint32_t number, char name_out[16])
{
	snprintf(name_out, 16, "w%" PRIu32, number);
}

/* What the caller has open is no business of anything that reads mail. */
static void close_others(int one, int other)
{
	unsigned int low = (unsigned int)(one < other ? one : other);
	unsigned int high = (unsigned int)(one < other ? other : one);

	if (low > 3)
		close_range(3, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0u, 0);
}

static void reset_signals(void)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGPIPE};
	static const int standard[] = {SIGTERM, SIGCHLD, SIGALRM,  SIGUSR1, SIGUSR2, SIGTSTP,
				       SIGTTIN, SIGTTOU, SIGWINCH, SIGXCPU, SIGXFSZ, SIGSYS};
	sigset_t none;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		signal(standard[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void begin_process(const struct as_zygote_setup *setup)
{
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* It may have died before the line above. */
	if (getppid() != setup->parent_pid)
		_exit(EX_UNAVAILABLE);
	prctl(PR_SET_NAME, "assay-zygote", 0, 0, 0);
	as_log_set_process("zygote");
	reset_signals();
	close_others(setup->control, setup->temp_fd);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		if (null > STDERR_FILENO)
			close(null);
	}
	dup2(STDERR_FILENO, STDOUT_FILENO);
	umask(077);
	as_sandbox_limit_zygote();
	/* Neither a debugger nor another process of this user reads mail. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void tell(struct zygote *zygote, const struct as_channel_head *head, struct as_span body,
		 const int *fds, size_t fd_count)
{
	int rc = as_channel_send(zygote->setup->control, head, body, fds, fd_count, true);

	/* Without the caller there is nobody to work for. */
	if (rc == AS_E_GONE)
		_exit(EX_OK);
	if (rc < 0)
		as_log(AS_LOG_ERROR, "zygote cannot report: %s", as_code_text(rc));
}

static void leave(int number)
{
	(void)number;
	_exit(EX_OK);
}

/*
 * load() can take minutes and does not look at the control socket. Nothing is
 * sent to a zygote that loads, so whatever happens there is the caller's end,
 * and the kernel is asked to say so.
 */
static void leave_with_caller(int control, bool wanted)
{
	struct pollfd end = {.fd = control, .events = POLLIN};
	int flags = fcntl(control, F_GETFL);

	/* The handler is there before the first signal can come and until the last
	 * one has: what SIGIO does by default is to end the process. */
	if (wanted)
		signal(SIGIO, leave);
	fcntl(control, F_SETOWN, wanted ? getpid() : 0);
	fcntl(control, F_SETFL, wanted ? flags | O_ASYNC : flags & ~O_ASYNC);
	if (!wanted)
		signal(SIGIO, SIG_DFL);
	if (poll(&end, 1, 0) > 0 && (end.revents & POLLHUP) != 0)
		_exit(EX_OK);
}

/* Whether a lower priority could be taken back. RLIMIT_NICE says so, as 20 less
 * the lowest value; where a capability does, a step up succeeds. */
static bool may_come_forward(int before)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NICE, &limit) == 0 && limit.rlim_cur >= (rlim_t)(20 - before))
		return true;
	return before > -20 && setpriority(PRIO_PROCESS, 0, before - 1) == 0;
}

/* Lets others go first, if workers need not inherit that. Returns what it was. */
static int stand_back(void)
{
	int before = getpriority(PRIO_PROCESS, 0);

	if (may_come_forward(before))
		setpriority(PRIO_PROCESS, 0, before + LOAD_NICE);
	return before;
}

/* First of all, so that it has nothing of what workers need. */
static int start_keeper(struct zygote *zygote, struct as_error *error)
{
	const struct as_keeper_setup setup = {
		.duty = zygote->setup->handler->keeper,
		.clock = zygote->setup->settings->clock,
		.sandbox = zygote->setup->settings->sandbox,
	};

	return setup.duty != NULL ? as_keeper_start(&setup, &zygote->keeper, error) : 0;
}

static void load(struct zygote *zygote)
{
	const struct as_pool_handler *handler = zygote->setup->handler;
	struct as_channel_head head = {
		.type = AS_CHANNEL_LOADED,
		.sequence = zygote->setup->settings->worker_messages,
		.size = zygote->setup->settings->worker_growth,
	};
	struct as_error error = {.text = "load() gave no reason"};
	struct as_buffer status;
	int priority, rc;

	as_buffer_init(&status, AS_POOL_STATUS_MAX);
	leave_with_caller(zygote->setup->control, true);
	rc = start_keeper(zygote, &error);
	priority = stand_back();
	if (rc == 0)
		rc = handler->load(handler->context, &status, &error);
	leave_with_caller(zygote->setup->control, false);
	if (rc == 0 && status.failed)
		rc = as_error_set(&error, -EMSGSIZE, "the status of load() is too long");
	if (rc < 0) {
		head.type = AS_CHANNEL_FAILED;
		head.code = rc;
		tell(zygote, &head, as_span_text(error.text), NULL, 0);
		_exit(EX_UNAVAILABLE);
	}
	as_zygote_settle_pages();
	setpriority(PRIO_PROCESS, 0, priority);
	tell(zygote, &head, as_buffer_span(&status), NULL, 0);
	as_buffer_deinit(&status);
}

static void watch_children(struct zygote *zygote)
{
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, SIGCHLD);
	sigprocmask(SIG_BLOCK, &only, NULL);
	zygote->signals = signalfd(-1, &only, SFD_CLOEXEC | SFD_NONBLOCK);
	zygote->pids = calloc(zygote->setup->slots, sizeof(*zygote->pids));
	if (zygote->signals < 0 || zygote->pids == NULL) {
		as_log(AS_LOG_ERROR, "zygote: %s", as_code_text(-errno));
		_exit(EX_OSERR);
	}
}

static _Noreturn void become_worker(struct zygote *zygote, uint32_t number, int socket)
{
	const struct as_zygote_setup *setup = zygote->setup;
	char path[PATH_MAX + 32];
	struct as_worker_setup worker = {
		.socket = socket,
		.number = number,
		.zygote_pid = zygote->self,
		.temp_dir = path,
		.page = as_stage_at(setup->pages, number),
		.settings = setup->settings,
		.handler = setup->handler,
	};
	sigset_t none;

	close(setup->control);
	close(setup->temp_fd);
	close(zygote->signals);
	as_keeper_enter_worker(zygote->keeper);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	as_stage_keep(setup->pages, setup->slots, number);
	snprintf(path, sizeof(path), "%s/w%" PRIu32, setup->temp_path, number);
	as_worker_main(&worker);
}

/* Forks; on success the caller's ends are in fds_out. */
static int fork_worker(struct zygote *zygote, uint32_t number, pid_t *pid_out, int fds_out[2])
{
	int pair[2] = {-1, -1};
	char name[16];
	int pidfd, rc;
	pid_t pid;

	folder_name(number, name);
	rc = as_tempdir_make(zygote->setup->temp_fd, name);
	if (rc < 0)
		return rc;
	rc = as_channel_pair(pair);
	if (rc < 0)
		return rc;
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		become_worker(zygote, number, pair[1]);
	}
	rc = pid < 0 ? -errno : 0;
	close(pair[1]);
	/* Not reaped yet, so the number cannot belong to another process. */
	pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	if (pid > 0 && pidfd < 0) {
		rc = -errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	if (rc < 0) {
		close(pair[0]);
		return rc;
	}
	*pid_out = pid;
	fds_out[0] = pair[0];
	fds_out[1] = pidfd;
	return 0;
}

static void spawn(struct zygote *zygote, uint32_t number)
{
	struct as_channel_head head = {.type = AS_CHANNEL_SPAWNED, .number = number};
	int fds[2];
	pid_t pid;
	int rc;

	if (number >= zygote->setup->slots || zygote->pids[number] != 0) {
		as_log(AS_LOG_ERROR, "zygote: worker %" PRIu32 " is not free", number);
		_exit(EX_PROTOCOL);
	}
	rc = fork_worker(zygote, number, &pid, fds);
	if (rc < 0) {
		head.type = AS_CHANNEL_SPAWN_FAILED;
		head.code = rc;
		tell(zygote, &head, as_span_make(NULL, 0), NULL, 0);
		return;
	}
	zygote->pids[number] = pid;
	head.pid = pid;
	tell(zygote, &head, as_span_make(NULL, 0), fds, 2);
	close(fds[0]);
	close(fds[1]);
}

static void report(struct zygote *zygote, const siginfo_t *info)
{
	struct as_channel_head head = {
		.type = AS_CHANNEL_EXITED,
		.pid = info->si_pid,
		.wait_code = info->si_code,
		.code = info->si_status,
	};
	uint32_t number;
	char name[16];
	int rc;

	if (as_keeper_reap(zygote->keeper, info))
		return;
	for (number = 0; number < zygote->setup->slots; number++)
		if (zygote->pids[number] == info->si_pid)
			break;
	if (number == zygote->setup->slots)
		return;
	zygote->pids[number] = 0;
	folder_name(number, name);
	rc = as_tempdir_remove(zygote->setup->temp_fd, name);
	if (rc < 0)
		as_log(AS_LOG_WARNING, "temporary folder %s/%s: %s", zygote->setup->temp_path, name,
		       as_code_text(rc));
	head.number = number;
	tell(zygote, &head, as_span_make(NULL, 0), NULL, 0);
}

static void reap(struct zygote *zygote)
{
	struct signalfd_siginfo ignored;
	siginfo_t info;

	while (read(zygote->signals, &ignored, sizeof(ignored)) > 0)
		continue;
	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0)
			return;
		report(zygote, &info);
	}
}

static _Noreturn void end_all(struct zygote *zygote)
{
	for (size_t i = 0; i < zygote->setup->slots; i++)
		if (zygote->pids[i] > 0)
			kill(zygote->pids[i], SIGKILL);
	for (size_t i = 0; i < zygote->setup->slots; i++)
		if (zygote->pids[i] > 0)
			waitpid(zygote->pids[i], NULL, 0);
	as_keeper_stop(zygote->keeper);
	_exit(EX_OK);
}

static void obey(struct zygote *zygote)
{
	int rc = as_channel_receive(zygote->setup->control, &zygote->packet, false);

	if (rc == -EAGAIN)
		return;
	if (rc < 0)
		end_all(zygote);
	if (zygote->packet.head.type == AS_CHANNEL_SPAWN)
		spawn(zygote, zygote->packet.head.number);
	as_channel_release(&zygote->packet);
}

_Noreturn void as_zygote_main(const struct as_zygote_setup *setup)
{
	static struct zygote zygote;

	zygote.setup = setup;
	zygote.self = getpid();
	begin_process(setup);
	load(&zygote);
	watch_children(&zygote);
	/* A keeper that ended during load() sends no signal any more. */
	reap(&zygote);
	for (;;) {
		struct pollfd fds[2] = {
			{.fd = setup->control, .events = POLLIN},
			{.fd = zygote.signals, .events = POLLIN},
		};

		if (poll(fds, 2, as_keeper_timeout_ms(zygote.keeper)) < 0)
			continue;
		/* The dead first: their numbers are wanted again. */
		if (fds[1].revents != 0)
			reap(&zygote);
		if (fds[0].revents != 0)
			obey(&zygote);
		as_keeper_tick(zygote.keeper);
	}
}
