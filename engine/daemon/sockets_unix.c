/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/sockets_internal.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Two daemons that start at the same time take turns at a folder. Whoever may
 * read it could hold it for ever, so nobody waits for long. */
#define TURN_TRIES    40
#define TURN_PAUSE_NS (25L * 1000 * 1000)

enum as_answering as_socket_who_answers(const struct as_sockaddr *address, int *errno_out)
{
	struct stat st;
	int fd;

	*errno_out = 0;
	if (lstat(address->at.unix_.sun_path, &st) < 0) {
		*errno_out = errno;
		return errno == ENOENT ? AS_NOBODY : AS_UNKNOWN;
	}
	if (!S_ISSOCK(st.st_mode))
		return AS_NO_SOCKET;
	fd = as_socket_new(address);
	if (fd < 0) {
		*errno_out = -fd;
		return AS_UNKNOWN;
	}
	if (connect(fd, &address->at.any, address->size) < 0)
		*errno_out = errno;
	close(fd);
	switch (*errno_out) {
	case 0:
	case EAGAIN: /* its backlog is full */
	case EPROTOTYPE:
		return AS_SOMEBODY;
	case ECONNREFUSED:
	case ENOENT:
		return AS_NOBODY;
	default:
		return AS_UNKNOWN;
	}
}

int as_socket_refusal(const struct as_sockaddr *address, enum as_answering who, int number,
		      struct as_error *error)
{
	const char *path = address->at.unix_.sun_path;

	switch (who) {
	case AS_NOBODY:
		return 0;
	case AS_SOMEBODY:
		return as_error_set(error, -EADDRINUSE,
				    "another process serves %s; end it, or choose another address",
				    path);
	case AS_NO_SOCKET:
		return as_error_set(error, -EEXIST,
				    "%s is there and is no socket; remove it, or choose another "
				    "address",
				    path);
	default:
		return as_error_set(error, -number, "%s: %s", path, as_code_text(-number));
	}
}

/* Opens and holds the folder of a path; -1 when it cannot be opened. */
static int take_turn(const char *path)
{
	const struct timespec pause = {.tv_nsec = TURN_PAUSE_NS};
	char copy[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; fd >= 0 && i < TURN_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		nanosleep(&pause, NULL);
	}
	return fd;
}

static void warn_of_folder(int folder, const char *path)
{
	struct stat st;

	if (folder >= 0 && fstat(folder, &st) == 0 && (st.st_mode & S_IWOTH) != 0 &&
	    (st.st_mode & S_ISVTX) == 0)
		as_log(AS_LOG_WARNING,
		       "everybody may write to the folder of %s and put another socket in its "
		       "place",
		       path);
}

/*
 * The owner of what was bound, found again without following a link: the
 * folder may be the daemon's own, and whoever takes the daemon over must not
 * make root give files away.
 */
static int own(const char *path, const struct as_listener_config *listener,
	       const struct as_account *account, struct as_socket *made)
{
	gid_t group = account->gid;
	struct stat st;
	int rc = 0;
	int fd;

	if (listener->group[0] != '\0' && !as_account_group(listener->group, &group))
		return -ESRCH;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		rc = -errno;
	else if (!S_ISSOCK(st.st_mode) || st.st_uid != geteuid())
		rc = -EEXIST;
	else if ((account->change || group != st.st_gid) &&
		 fchownat(fd, "", account->change ? account->uid : (uid_t)-1, group,
			  AT_EMPTY_PATH) < 0)
		rc = -errno;
	close(fd);
	if (rc == 0) {
		made->path = path;
		made->device = st.st_dev;
		made->inode = st.st_ino;
	}
	return rc;
}

static int bind_unix(int fd, const struct as_listener_config *listener,
		     const struct as_account *account, const struct as_sockaddr *address,
		     struct as_socket *made, struct as_error *error)
{
	const char *path = address->at.unix_.sun_path;
	mode_t mask;
	int rc;

	unlink(path);
	/* The mode that the socket has now is the one its path will have, so
	 * there is no moment with another. */
	if (fchmod(fd, listener->mode) < 0)
		return as_error_set(error, -errno, "%s: %s", path, as_code_text(-errno));
	mask = umask(0);
	rc = bind(fd, &address->at.any, address->size) < 0 ? -errno : 0;
	umask(mask);
	if (rc == -ENOENT)
		return as_error_set(error, rc,
				    "the folder of %s is not there; make it, owned by \"%s\" and "
				    "open to the group of the clients",
				    path, account->name);
	if (rc < 0)
		return as_error_set(error, rc, "%s: %s", path, as_code_text(rc));
	rc = own(path, listener, account, made);
	if (rc < 0)
		unlink(path);
	if (rc == -ESRCH)
		return as_error_set(error, rc, "there is no group \"%s\"", listener->group);
	if (rc == -EPERM)
		return as_error_set(
			error, rc, "%s cannot be given to the group \"%s\": \"%s\" is not a member",
			path, listener->group, account->name);
	if (rc < 0)
		return as_error_set(error, rc, "%s: its owner cannot be set: %s", path,
				    as_code_text(rc));
	return 0;
}

int as_socket_make_unix(int fd, const struct as_listener_config *listener,
			const struct as_account *account, const struct as_sockaddr *address,
			struct as_socket *made, struct as_error *error)
{
	const char *path = address->at.unix_.sun_path;
	int folder = take_turn(path);
	enum as_answering who;
	int number, rc;

	warn_of_folder(folder, path);
	who = as_socket_who_answers(address, &number);
	rc = as_socket_refusal(address, who, number, error);
	if (rc == 0)
		rc = bind_unix(fd, listener, account, address, made, error);
	/* Once it listens, the next one finds somebody who answers. */
	if (rc == 0 && listen(fd, AS_SOCKET_BACKLOG) < 0)
		rc = as_error_set(error, -errno, "%s: %s", path, as_code_text(-errno));
	if (folder >= 0)
		close(folder);
	return rc;
}

void as_socket_remove_unix(const struct as_sockaddr *address, const struct as_socket *made)
{
	int folder = take_turn(made->path);
	struct stat st;
	int number;

	/* The number of an inode may have been given to another one. */
	if (lstat(made->path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_dev == made->device &&
	    st.st_ino == made->inode && as_socket_who_answers(address, &number) == AS_NOBODY)
		unlink(made->path);
	if (folder >= 0)
		close(folder);
}
