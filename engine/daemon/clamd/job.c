/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/job.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct as_listener *listener_of(const struct as_clamd_job *job)
{
	return job->connection->clamd->listener;
}

static struct as_clamd_job *job_new(struct as_clamd_connection *connection, enum as_clamd_verb verb,
				    struct as_clamd_tag tag, struct as_span path)
{
	struct as_clamd_job *job = calloc(1, sizeof(*job) + path.size + 1);

	if (job == NULL) {
		connection->broken = true;
		return NULL;
	}
	job->connection = connection;
	job->verb = verb;
	job->tag = tag;
	job->path_size = path.size;
	if (path.size > 0)
		memcpy(job->path, path.data, path.size);
	TAILQ_INIT(&job->items);
	TAILQ_INSERT_TAIL(&connection->jobs, job, link);
	connection->job_count++;
	return job;
}

/* Takes fd, also when it fails. */
static struct as_clamd_item *item_new(struct as_clamd_job *job, struct as_span subject, int fd,
				      uint64_t size)
{
	struct as_clamd_item *item = calloc(1, sizeof(*item) + subject.size + 1);

	if (item == NULL) {
		job->connection->broken = true;
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	item->job = job;
	item->fd = fd;
	item->size = size;
	item->subject_size = subject.size;
	memcpy(item->subject, subject.data, subject.size);
	TAILQ_INSERT_TAIL(&job->items, item, link);
	job->item_count++;
	return item;
}

static void item_free(struct as_clamd_item *item)
{
	struct as_clamd_job *job = item->job;

	TAILQ_REMOVE(&job->items, item, link);
	job->item_count--;
	if (job->held == item)
		job->held = NULL;
	as_task_cancel(item->task);
	if (item->fd >= 0)
		close(item->fd);
	free(item);
}

static void stop_walk(struct as_clamd_job *job)
{
	if (job->walk == NULL)
		return;
	as_clamd_walk_free(job->walk);
	job->walk = NULL;
	job->connection->clamd->walks--;
}

static void job_free(struct as_clamd_job *job)
{
	struct as_clamd_connection *connection = job->connection;

	while (!TAILQ_EMPTY(&job->items))
		item_free(TAILQ_FIRST(&job->items));
	stop_walk(job);
	TAILQ_REMOVE(&connection->jobs, job, link);
	connection->job_count--;
	free(job);
}

/* ---- Lines ------------------------------------------------------------ */

static void put_line(struct as_clamd_job *job, struct as_span subject,
		     const struct as_clamd_judgement *judgement, const struct as_answer *answer)
{
	struct as_clamd_connection *connection = job->connection;
	bool appended;

	/* For a folder only what is not OK is mentioned. */
	if (job->folder && judgement->result == AS_CLAMD_OK)
		return;
	job->noted = true;
	if (job->verb == AS_CLAMD_ALLMATCHSCAN)
		appended = as_clamd_put_all(&connection->out, job->tag, subject, judgement, answer);
	else
		appended = as_clamd_put_judgement(&connection->out, job->tag, subject, judgement);
	as_clamd_check(connection, appended);
}

static void put_refusal(struct as_clamd_job *job, struct as_span subject, int code)
{
	struct as_clamd_judgement judgement;

	if (code == -EMSGSIZE)
		as_clamd_judge_size(listener_of(job)->config->incomplete, &judgement);
	else
		as_clamd_judge_refusal(code, listener_of(job)->config->fail, &judgement);
	put_line(job, subject, &judgement, NULL);
}

static void put_path_fault(struct as_clamd_job *job, struct as_span subject, int code)
{
	struct as_clamd_judgement judgement;

	as_clamd_judge_path(code, &judgement);
	put_line(job, subject, &judgement, NULL);
}

static struct as_span subject_of(const struct as_clamd_item *item)
{
	return as_span_make(item->subject, item->subject_size);
}

/* ---- Messages --------------------------------------------------------- */

static void on_answer(void *context, const struct as_task_answer *answer)
{
	struct as_clamd_item *item = context;
	struct as_clamd_job *job = item->job;
	struct as_clamd_judgement judgement;

	item->task = NULL;
	as_clamd_judge(answer, listener_of(job)->config->incomplete, &judgement);
	put_line(job, subject_of(item), &judgement, answer->answer);
	item_free(item);
	/* SCAN ends with the first hit. */
	if (job->verb == AS_CLAMD_SCAN && judgement.result == AS_CLAMD_HIT)
		stop_walk(job);
	as_clamd_later(job->connection);
}

static int item_start(struct as_clamd_item *item)
{
	bool named = item->job->verb != AS_CLAMD_INSTREAM && item->job->verb != AS_CLAMD_FILDES;
	struct as_task_request request = {
		.kind = AS_TASK_GUESS,
		.file = named ? item->subject : "",
		.policy = "",
		.done = on_answer,
		.context = item,
	};
	int rc;

	if (item->task == NULL) {
		rc = as_task_new(listener_of(item->job), &item->task);
		if (rc < 0)
			return rc;
	}
	if (item->fd >= 0) {
		rc = as_task_use_file(item->task, item->fd, item->size);
		if (rc < 0)
			return rc;
		item->fd = -1;
	}
	rc = as_task_submit(item->task, &request);
	if (rc < 0)
		return rc;
	item->waiting = true;
	return 0;
}

static void start_or_refuse(struct as_clamd_item *item)
{
	int rc = item_start(item);

	if (rc == 0)
		return;
	put_refusal(item->job, subject_of(item), rc);
	item_free(item);
}

void as_clamd_scan_fd(struct as_clamd_connection *connection, int fd, struct as_clamd_tag tag)
{
	struct as_clamd_job *job = job_new(connection, AS_CLAMD_FILDES, tag, as_span_make(NULL, 0));
	struct as_clamd_item *item;
	char subject[24];
	uint64_t size;
	int rc;

	if (job == NULL) {
		close(fd);
		return;
	}
	snprintf(subject, sizeof(subject), "fd[%d]", fd);
	rc = as_clamd_descriptors_check(fd, &size);
	if (rc < 0) {
		close(fd);
		put_path_fault(job, as_span_text(subject), rc);
		return;
	}
	item = item_new(job, as_span_text(subject), fd, size);
	if (item != NULL)
		start_or_refuse(item);
}

bool as_clamd_stream_open(struct as_clamd_connection *connection, struct as_clamd_tag tag)
{
	struct as_clamd_job *job =
		job_new(connection, AS_CLAMD_INSTREAM, tag, as_span_make(NULL, 0));
	struct as_clamd_item *item;
	int rc;

	if (job == NULL)
		return false;
	item = item_new(job, as_span_text("stream"), -1, 0);
	if (item == NULL)
		return false;
	rc = as_task_new(connection->clamd->listener, &item->task);
	if (rc < 0) {
		put_refusal(job, subject_of(item), rc);
		item_free(item);
		return false;
	}
	connection->filling = item;
	return true;
}

int as_clamd_stream_push(struct as_clamd_connection *connection, struct as_span octets)
{
	return as_task_append(connection->filling->task, octets);
}

void as_clamd_stream_end(struct as_clamd_connection *connection)
{
	struct as_clamd_item *item = connection->filling;

	connection->filling = NULL;
	start_or_refuse(item);
}

void as_clamd_stream_drop(struct as_clamd_connection *connection)
{
	if (connection->filling == NULL)
		return;
	job_free(connection->filling->job);
	connection->filling = NULL;
}

/* ---- Paths ------------------------------------------------------------ */

static void open_folder(struct as_clamd_job *job, int fd)
{
	struct as_clamd *clamd = job->connection->clamd;
	struct as_span path = as_span_make(job->path, job->path_size);
	int rc = -EAGAIN;

	if (clamd->walks < AS_CLAMD_WALKS_MAX)
		rc = as_clamd_walk_new(fd, path, &job->walk);
	if (rc < 0) {
		close(fd);
		put_refusal(job, path, rc);
		return;
	}
	clamd->walks++;
	job->folder = true;
}

void as_clamd_scan_path(struct as_clamd_connection *connection,
			const struct as_clamd_command *command, struct as_clamd_tag tag)
{
	struct as_clamd_job *job = job_new(connection, command->verb, tag, command->argument);
	struct as_span path = command->argument;
	struct as_clamd_item *item;
	struct stat st;
	int fd = -1;
	int rc;

	if (job == NULL)
		return;
	if (path.size >= PATH_MAX)
		rc = -ENAMETOOLONG;
	else if (as_span_find_byte(path, 0, '\0') != SIZE_MAX)
		rc = -EINVAL;
	else
		rc = as_clamd_roots_find(&connection->clamd->roots, job->path, &fd);
	if (rc == 0 && fstat(fd, &st) < 0)
		rc = -errno;
	if (rc == 0 && S_ISDIR(st.st_mode)) {
		open_folder(job, fd);
		return;
	}
	if (rc == 0 && !S_ISREG(st.st_mode))
		rc = -ENOTSUP;
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		put_path_fault(job, path, rc);
		return;
	}
	item = item_new(job, path, fd, (uint64_t)st.st_size);
	if (item != NULL)
		start_or_refuse(item);
}

/* False: no room now, but this job's own answers will make some. */
static bool start_held(struct as_clamd_job *job)
{
	struct as_clamd_item *item = job->held;
	int rc = item_start(item);

	if (rc == -EAGAIN && job->item_count > 1)
		return false;
	job->held = NULL;
	if (rc < 0) {
		put_refusal(job, subject_of(item), rc);
		item_free(item);
	}
	return true;
}

/* Takes entries of the folder while there is room. True: more at once. */
static bool walk_on(struct as_clamd_job *job)
{
	uint32_t most = job->verb == AS_CLAMD_SCAN ? 1 : AS_CLAMD_WALK_FILES;
	uint32_t budget = AS_CLAMD_WALK_PER_TURN;
	struct as_clamd_entry entry;

	while (job->walk != NULL && !job->connection->broken) {
		if (job->held != NULL && !start_held(job))
			return false;
		if (job->item_count >= most ||
		    as_clamd_unread(job->connection) > AS_CLAMD_UNREAD_BYTES)
			return false;
		switch (as_clamd_walk_next(job->walk, &budget, &entry)) {
		case AS_CLAMD_STEP_PAUSE:
			return true;
		case AS_CLAMD_STEP_END:
			stop_walk(job);
			break;
		case AS_CLAMD_STEP_FAULT:
			put_path_fault(job, entry.path, entry.code);
			break;
		case AS_CLAMD_STEP_FILE:
			job->held = item_new(job, entry.path, entry.fd, entry.size);
			break;
		}
	}
	return false;
}

/* A job without anything left: a folder gets its last line. */
static void job_end(struct as_clamd_job *job)
{
	struct as_clamd_connection *connection = job->connection;
	const struct as_clamd_judgement fine = {.result = AS_CLAMD_OK};

	if (job->folder && !job->noted) {
		bool appended = as_clamd_put_judgement(
			&connection->out, job->tag, as_span_make(job->path, job->path_size), &fine);

		as_clamd_check(connection, appended);
	}
	job_free(job);
}

bool as_clamd_jobs_step(struct as_clamd_connection *connection)
{
	struct as_clamd_job *job, *next;
	bool again = false;

	for (job = TAILQ_FIRST(&connection->jobs); job != NULL; job = next) {
		next = TAILQ_NEXT(job, link);
		if (job->walk != NULL && walk_on(job))
			again = true;
		if (job->walk == NULL && job->held != NULL)
			item_free(job->held);
		if (job->walk == NULL && TAILQ_EMPTY(&job->items))
			job_end(job);
	}
	return again;
}

void as_clamd_jobs_drop(struct as_clamd_connection *connection)
{
	connection->filling = NULL;
	while (!TAILQ_EMPTY(&connection->jobs))
		job_free(TAILQ_FIRST(&connection->jobs));
}
