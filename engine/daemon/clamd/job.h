/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_JOB_H
#define ASSAY_DAEMON_CLAMD_JOB_H

#include "daemon/clamd/connection.h"
#include "daemon/clamd/walk.h"
#include "daemon/task.h"

/*
 * A job is a command that waits for answers: of one message, or of all files
 * below a folder. An item is one message of it.
 */
struct as_clamd_job {
	TAILQ_ENTRY(as_clamd_job) link; /* in connection->jobs */
	struct as_clamd_connection *connection;
	enum as_clamd_verb verb;
	struct as_clamd_tag tag;
	struct as_clamd_items items;
	uint32_t item_count;
	/* A folder: what is left of it, and an item that found no room. */
	struct as_clamd_walk *walk;
	struct as_clamd_item *held;
	bool folder;
	bool noted; /* a line was written, so the folder is not OK */
	size_t path_size;
	char path[]; /* of the folder, for its last line */
};

struct as_clamd_item {
	TAILQ_ENTRY(as_clamd_item) link;
	struct as_clamd_job *job;
	struct as_task *task;
	bool waiting; /* the task was handed over */
	int fd;	      /* not yet the task's, or -1 */
	uint64_t size;
	size_t subject_size;
	char subject[]; /* path, "stream" or "fd[7]", with a NUL */
};

/* All of these answer the client themselves when something fails. */

/* SCAN, CONTSCAN, MULTISCAN, ALLMATCHSCAN. */
void as_clamd_scan_path(struct as_clamd_connection *connection,
			const struct as_clamd_command *command, struct as_clamd_tag tag);
/* Takes fd. */
void as_clamd_scan_fd(struct as_clamd_connection *connection, int fd, struct as_clamd_tag tag);

/* INSTREAM: an item to be filled is in connection->filling; false: the client
 * was refused. */
bool as_clamd_stream_open(struct as_clamd_connection *connection, struct as_clamd_tag tag);
/* 0, or a code of as_task_append(). */
int as_clamd_stream_push(struct as_clamd_connection *connection, struct as_span octets);
void as_clamd_stream_end(struct as_clamd_connection *connection);
/* Drops the item that is being filled, if any. */
void as_clamd_stream_drop(struct as_clamd_connection *connection);

/* Goes on with folders and removes jobs that are done. True: ask again in the
 * next turn of the loop. */
bool as_clamd_jobs_step(struct as_clamd_connection *connection);
/* Cancels everything. */
void as_clamd_jobs_drop(struct as_clamd_connection *connection);

#endif
