/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SUPERVISOR_INTERNAL_H
#define ASSAY_DAEMON_SUPERVISOR_INTERNAL_H

#include "daemon/drop.h"
#include "daemon/sockets.h"
#include "daemon/watch.h"
#include "daemon/wire.h"
#include "policy/config.h"
#include "pool/scanner.h"

#include <sys/queue.h>

/*
 * The supervisor's own state, shared by its files: supervisor_start.c (until
 * it may fork), supervisor.c (the loop, signals, the end), children.c
 * (processes), supervisor_talk.c (the front), supervisor_generation.c,
 * supervisor_reload.c.
 */

/* How often the front is asked whether its loop still turns. */
#define AS_FRONT_PING_US 5000000u
/* A front that has not answered for this long serves nobody: it is killed and
 * started again. Its loop turns in milliseconds; a machine that swaps takes
 * seconds. */
#define AS_FRONT_SILENT_US 30000000u
/* A process that ends again and again is started at once, then after a pause
 * that doubles between these two. */
#define AS_RESTART_FIRST_US 100000u
#define AS_RESTART_LAST_US  5000000u
/* Once it has lived for this long, the next start is at once again. */
#define AS_RESTART_CALM_US 10000000u
/* What has no more work is to end by itself within this time. */
#define AS_LEAVE_US 2000000u

enum as_child_kind {
	AS_CHILD_FRONT = 0,
	AS_CHILD_STORE,
	AS_CHILD_ZYGOTE,
};

struct as_child {
	TAILQ_ENTRY(as_child) link;
	enum as_child_kind kind;
	pid_t pid;
	uint64_t kill_us; /* 0: it may live */
	/* zygotes */
	struct as_managed *generation;
	struct as_scanner_launch launch;
};
TAILQ_HEAD(as_children, as_child);

/* When a kind of process may be started again. */
struct as_restart {
	uint64_t due_us;     /* 0: nothing to start */
	uint64_t started_us; /* the last one */
	uint64_t pause_us;   /* before the next one */
	uint32_t count;	     /* starts after the first */
};

/* A generation as the supervisor sees it. */
struct as_managed {
	TAILQ_ENTRY(as_managed) link;
	uint64_t number;
	struct as_config *config;
	bool requested; /* a control call has asked for it */
	bool proven;	/* has been in use once */
	bool loading;	/* the present front has not said what became of it */
	bool left;	/* nobody needs it any more */
	uint32_t zygotes;
	struct as_restart launch;
};
TAILQ_HEAD(as_managed_list, as_managed);

enum as_phase {
	AS_PHASE_STARTING = 0, /* a failure ends the daemon */
	AS_PHASE_SERVING,
	AS_PHASE_DRAINING, /* the front answers what it has */
	AS_PHASE_ENDING,   /* all others are to end */
};

struct as_supervisor {
	struct as_config_sources sources;
	struct as_config *config; /* of the start */
	const struct as_service *service;
	const struct as_clock *clock;
	uint64_t started_wall_us;
	uint64_t watchdog_us;
	struct as_account account;
	struct as_sockets sockets;
	int *listening; /* as the front wants them */
	bool *passed;	/* by systemd, likewise */
	int signals;	/* signalfd */
	int terminal;	/* standard error of the start, when the log is a file */
	struct as_watch *watch;

	enum as_phase phase;
	int status;	 /* exit status */
	uint64_t end_us; /* draining, ending: when patience is over */

	struct as_children children;
	struct as_child *front, *store;
	struct as_restart front_restart, store_restart;
	int channel; /* to the front, -1 */
	struct as_channel_packet packet;
	bool deaf;		/* the front is about to end: do not talk */
	bool serving;		/* the present front accepts */
	uint64_t ping_us;	/* when to ask again */
	uint64_t unanswered_us; /* since when there is no answer; 0: none open */

	struct as_managed_list generations;
	struct as_managed *good; /* the newest that has been in use */
	uint64_t last_number;
	bool reload_wanted, reload_requested;
	char status_line[512];
};

/* supervisor_start.c */
int as_supervisor_open(struct as_supervisor *supervisor, const char *file);
void as_supervisor_close(struct as_supervisor *supervisor);
/* Logs a failure of the start, and prints it when the log is elsewhere. */
void as_supervisor_complain(struct as_supervisor *supervisor, const char *text);

/* Logs a text of several lines, a line each. */
void as_supervisor_log_lines(enum as_log_level level, const char *text);

/* supervisor.c */
/* The start has failed; the loop ends with exit status 2. */
void as_supervisor_fail(struct as_supervisor *supervisor, const char *text);
void as_supervisor_drain(struct as_supervisor *supervisor);
/* Makes status_line and tells systemd that the daemon is ready. */
void as_supervisor_ready(struct as_supervisor *supervisor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* children.c */
/* Sets when the next start is due. */
void as_restart_plan(struct as_restart *restart, uint64_t now_us);
void as_restart_begun(struct as_restart *restart, uint64_t now_us);
void as_children_front(struct as_supervisor *supervisor);
void as_children_store(struct as_supervisor *supervisor);
/* On success the front has what it needs of it. */
int as_children_zygote(struct as_supervisor *supervisor, struct as_managed *generation,
		       struct as_error *error);
void as_children_reap(struct as_supervisor *supervisor);
/* Kills what should have ended; the time of the next kill. */
uint64_t as_children_overdue(struct as_supervisor *supervisor, uint64_t now_us);
void as_children_kill_all(struct as_supervisor *supervisor);

/* supervisor_talk.c */
/* Sends to the front, or kills one that does not read. */
void as_talk_send(struct as_supervisor *supervisor, const struct as_channel_head *head,
		  struct as_span body, const int *fds, size_t fd_count);
void as_talk_receive(struct as_supervisor *supervisor);
/* Asks when it is time; the time of the next turn. */
uint64_t as_talk_ping(struct as_supervisor *supervisor, uint64_t now_us);

/* supervisor_generation.c */
/* Takes the configuration. NULL: no memory. */
struct as_managed *as_managed_new(struct as_supervisor *supervisor, struct as_config *config);
struct as_managed *as_managed_find(struct as_supervisor *supervisor, uint64_t number);
/* Starts a zygote of it; tells front or log when that fails. */
void as_managed_launch(struct as_supervisor *supervisor, struct as_managed *generation);
void as_managed_used(struct as_supervisor *supervisor, uint64_t number);
void as_managed_bad(struct as_supervisor *supervisor, uint64_t number, const char *why);
void as_managed_done(struct as_supervisor *supervisor, uint64_t number);
void as_managed_want(struct as_supervisor *supervisor, uint64_t number, uint64_t pause_us,
		     const char *why);
/* A new front knows none of them. */
void as_managed_new_front(struct as_supervisor *supervisor);
/* Launches that are due; the time of the next one. */
uint64_t as_managed_due(struct as_supervisor *supervisor, uint64_t now_us);
/* Frees what nobody needs. */
void as_managed_sweep(struct as_supervisor *supervisor);
void as_managed_free_all(struct as_supervisor *supervisor);

/* supervisor_reload.c */
void as_reload_want(struct as_supervisor *supervisor, bool requested);
/* Runs one when one is wanted and none is going on. */
void as_reload_turn(struct as_supervisor *supervisor);

#endif
