/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/supervisor_internal.h"

#include "base/log.h"
#include "daemon/folders.h"
#include "daemon/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors of the front beside connections: a spool for each message that
 * is received, waits or is inspected, workers, generations. */
#define OTHER_FILES 512u

void as_supervisor_log_lines(enum as_log_level level, const char *text)
{
	while (text[0] != '\0') {
		size_t length = strcspn(text, "\n");

		as_log(level, "%.*s", (int)length, text);
		text += length;
		text += text[0] == '\n';
	}
}

void as_supervisor_complain(struct as_supervisor *supervisor, const char *text)
{
	as_supervisor_log_lines(AS_LOG_ERROR, text);
	if (supervisor->terminal >= 0)
		dprintf(supervisor->terminal, "assayd: %s\n", text);
}

/* ---- Log -------------------------------------------------------------------- */

/* The other processes keep nothing but standard error, so the file takes its
 * place. As the user that the daemon runs as: root does not open files in
 * folders that are somebody else's. */
static int open_log(struct as_supervisor *supervisor, struct as_error *error)
{
	const char *path = supervisor->service->log_file;
	int fd;

	if (path[0] == '\0')
		return 0;
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	if (fd < 0)
		return as_error_set(error, -errno, "the log file %s cannot be written: %s", path,
				    as_code_text(-errno));
	supervisor->terminal = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (dup2(fd, STDERR_FILENO) < 0) {
		close(fd);
		return as_error_set(error, -errno, "the log file %s: %s", path,
				    as_code_text(-errno));
	}
	close(fd);
	return 0;
}

static void configure_log(const struct as_supervisor *supervisor)
{
	as_log_configure(&(const struct as_log_settings){
		.fd = STDERR_FILENO,
		.level = supervisor->config->log_level,
		.format = supervisor->config->log_format,
		.process = "supervisor",
		.clock = supervisor->clock,
	});
}

/* ---- The process -------------------------------------------------------------- */

/* What somebody has closed would be given to a socket, and then written to. */
static void fill_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int take_charge(struct as_supervisor *supervisor, struct as_error *error)
{
	static const int caught[] = {SIGCHLD, SIGHUP, SIGINT, SIGTERM};
	/* Other daemons reload at these, and an old habit must not end mail. */
	static const int ignored[] = {SIGPIPE, SIGUSR1, SIGUSR2, SIGXFSZ};
	sigset_t set;

	/* Workers whose zygote was killed are reaped here, wherever init(1) is
	 * nobody who would. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		/* One that is ignored, as nohup(1) leaves it, is never seen. */
		signal(caught[i], SIG_DFL);
		sigaddset(&set, caught[i]);
	}
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	if (sigprocmask(SIG_SETMASK, &set, NULL) == 0)
		supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (supervisor->signals < 0)
		return as_error_set(error, -errno, "signals cannot be taken: %s",
				    as_code_text(-errno));
	return 0;
}

static void raise_files(const struct as_service *service)
{
	uint64_t wanted = (uint64_t)service->connections + service->queue_limit + OTHER_FILES;
	struct rlimit limit;

	for (size_t i = 0; i < service->listener_count; i++)
		wanted += service->listeners[i].jobs;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < wanted)
		as_log(AS_LOG_WARNING,
		       "%" PRIu64 " descriptors may be needed and only %" PRIu64 " are allowed: "
		       "raise LimitNOFILE= or lower max_connections",
		       wanted, (uint64_t)limit.rlim_cur);
}

/* Zygotes stand back while they load (pool/zygote.c), if they may come forward
 * again. Only root can permit that, or a service manager. */
static void permit_return(void)
{
	rlim_t wanted = (rlim_t)(20 - getpriority(PRIO_PROCESS, 0));
	struct rlimit limit;

	if (getrlimit(RLIMIT_NICE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted;
	if (limit.rlim_max < wanted)
		limit.rlim_max = wanted;
	setrlimit(RLIMIT_NICE, &limit);
}

/* ---- Rights ---------------------------------------------------------------------- */

static int take_sockets(struct as_supervisor *supervisor, struct as_error *error)
{
	const struct as_service *service = supervisor->service;
	struct as_passed passed;
	int rc = as_passed_receive(&passed, error);

	if (rc < 0)
		return rc;
	rc = as_sockets_open(service, &supervisor->account, &passed, &supervisor->sockets, error);
	as_passed_close(&passed);
	if (rc < 0)
		return rc;
	supervisor->listening = calloc(service->listener_count + 1, sizeof(int));
	supervisor->passed = calloc(service->listener_count + 1, sizeof(bool));
	if (supervisor->listening == NULL || supervisor->passed == NULL)
		return as_error_set(error, -ENOMEM, "no memory for sockets");
	for (size_t i = 0; i < supervisor->sockets.count; i++) {
		supervisor->listening[i] = supervisor->sockets.items[i].fd;
		supervisor->passed[i] = supervisor->sockets.items[i].passed;
	}
	return 0;
}

static bool has_path(const struct as_service *service)
{
	for (size_t i = 0; i < service->listener_count; i++)
		if (strncmp(service->listeners[i].address, "unix:", 5) == 0)
			return true;
	return false;
}

static int make_folders(struct as_supervisor *supervisor, struct as_error *error)
{
	const struct as_service *service = supervisor->service;
	int rc = 0;

	if (has_path(service))
		rc = as_folder_make(service->run_dir, 0755, &supervisor->account, error);
	if (rc == 0 && as_folder_stores(service))
		rc = as_folder_make(service->quarantine_dir, 0700, &supervisor->account, error);
	return rc;
}

/* From here on nothing needs root. */
static int drop(struct as_supervisor *supervisor, struct as_error *error)
{
	int rc = as_account_drop(&supervisor->account, error);

	if (rc < 0)
		return rc;
	/* After a change of user the kernel has done so. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (supervisor->config->file[0] != '\0' && access(supervisor->config->file, R_OK) < 0)
		as_log(AS_LOG_WARNING,
		       "the user \"%s\" cannot read %s (%s), so a reload will fail: give it to "
		       "the group of that user",
		       supervisor->account.name, supervisor->config->file, as_code_text(-errno));
	if (as_folder_stores(supervisor->service))
		rc = as_folder_check(supervisor->service->quarantine_dir, false, error);
	return rc;
}

/* ---- All together ------------------------------------------------------------------ */

static void watch_files(struct as_supervisor *supervisor)
{
	struct as_error error = {.text = ""};

	if (!supervisor->service->watch)
		return;
	if (as_watch_open(supervisor->clock, &supervisor->watch, &error) < 0) {
		as_log(AS_LOG_WARNING, "%s; raise fs.inotify.max_user_instances", error.text);
		return;
	}
	if (as_watch_config(supervisor->watch, supervisor->config) > 0)
		as_log(AS_LOG_WARNING,
		       "not every folder can be watched: raise fs.inotify.max_user_watches");
}

static int prepare(struct as_supervisor *supervisor, struct as_error *error)
{
	const struct as_service *service = supervisor->service;
	char note[256];
	int rc;

	rc = as_account_find(service, &supervisor->account, note, sizeof(note), error);
	if (rc < 0)
		return rc;
	if (note[0] != '\0')
		as_log(AS_LOG_NOTICE, "%s", note);
	raise_files(service);
	permit_return();
	rc = make_folders(supervisor, error);
	if (rc == 0)
		rc = take_sockets(supervisor, error);
	if (rc == 0)
		rc = drop(supervisor, error);
	if (rc == 0)
		rc = open_log(supervisor, error);
	if (rc == 0)
		rc = take_charge(supervisor, error);
	return rc;
}

int as_supervisor_open(struct as_supervisor *supervisor, const char *file)
{
	struct as_error error = {.text = ""};
	struct as_managed *first;

	fill_standard_descriptors();
	*supervisor = (struct as_supervisor){
		.clock = &as_clock_system,
		.signals = -1,
		.terminal = -1,
		.channel = -1,
		.sources.file = file,
	};
	TAILQ_INIT(&supervisor->children);
	TAILQ_INIT(&supervisor->generations);
	supervisor->started_wall_us = as_clock_wall_us(supervisor->clock);
	supervisor->watchdog_us = as_notify_watchdog_us();
	as_paths_standard(&supervisor->sources.paths);
	if (as_config_load(&supervisor->sources, &supervisor->config, &error) < 0) {
		fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	supervisor->service = &supervisor->config->service;
	configure_log(supervisor);
	if (prepare(supervisor, &error) < 0) {
		as_supervisor_complain(supervisor, error.text);
		return -1;
	}
	first = as_managed_new(supervisor, supervisor->config);
	if (first == NULL) {
		as_supervisor_complain(supervisor, "no memory for a generation");
		return -1;
	}
	first->loading = true;
	watch_files(supervisor);
	return 0;
}

void as_supervisor_close(struct as_supervisor *supervisor)
{
	as_managed_free_all(supervisor);
	as_watch_close(supervisor->watch);
	as_sockets_close(&supervisor->sockets);
	free(supervisor->listening);
	free(supervisor->passed);
	if (supervisor->signals >= 0)
		close(supervisor->signals);
	if (supervisor->channel >= 0)
		close(supervisor->channel);
	if (supervisor->terminal >= 0)
		close(supervisor->terminal);
	as_config_free(supervisor->config);
}
