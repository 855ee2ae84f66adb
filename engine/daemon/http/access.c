/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/access.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's own bound (NGROUPS_MAX). */
#define GROUPS_MAX 65536u

struct as_http_access {
	uid_t own;
	uid_t *users;
	gid_t *groups;
	size_t user_count, group_count;
};

/* Digits only; 32 bits without the one that means nobody. */
static bool read_number(const char *text, uint32_t *number_out)
{
	uint64_t number = 0;

	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number >= UINT32_MAX)
			return false;
	}
	*number_out = (uint32_t)number;
	return true;
}

static bool find_user(const char *name, uid_t *user_out)
{
	const struct passwd *entry;

	if (read_number(name, user_out))
		return true;
	entry = getpwnam(name);
	if (entry != NULL)
		*user_out = entry->pw_uid;
	return entry != NULL;
}

static bool find_group(const char *name, gid_t *group_out)
{
	const struct group *entry;

	if (read_number(name, group_out))
		return true;
	entry = getgrnam(name);
	if (entry != NULL)
		*group_out = entry->gr_gid;
	return entry != NULL;
}

static int find_all(const struct as_listener_config *config, struct as_http_access *access,
		    struct as_error *error)
{
	for (size_t i = 0; i < config->user_count; i++) {
		if (!find_user(config->users[i], &access->users[i]))
			return as_error_set(error, -ENOENT, "listener %s: there is no user \"%s\"",
					    config->name, config->users[i]);
	}
	for (size_t i = 0; i < config->group_count; i++) {
		if (!find_group(config->groups[i], &access->groups[i]))
			return as_error_set(error, -ENOENT, "listener %s: there is no group \"%s\"",
					    config->name, config->groups[i]);
	}
	access->user_count = config->user_count;
	access->group_count = config->group_count;
	return 0;
}

int as_http_access_new(const struct as_listener *listener, struct as_http_access **access_out,
		       struct as_error *error)
{
	const struct as_listener_config *config = listener->config;
	struct as_http_access *access;
	int rc;

	if (!listener->local)
		return as_error_set(error, -EINVAL,
				    "listener %s: control needs a UNIX socket, which tells who "
				    "calls, and %s is none",
				    config->name, config->address);
	access = calloc(1, sizeof(*access));
	if (access == NULL)
		return as_error_set(error, -ENOMEM, "no memory for listener %s", config->name);
	access->own = getuid();
	access->users = calloc(config->user_count + 1, sizeof(*access->users));
	access->groups = calloc(config->group_count + 1, sizeof(*access->groups));
	if (access->users == NULL || access->groups == NULL)
		rc = as_error_set(error, -ENOMEM, "no memory for listener %s", config->name);
	else
		rc = find_all(config, access, error);
	if (rc < 0)
		as_http_access_free(access);
	else
		*access_out = access;
	return rc;
}

void as_http_access_free(struct as_http_access *access)
{
	if (access == NULL)
		return;
	free(access->users);
	free(access->groups);
	free(access);
}

static bool has_group(const struct as_http_access *access, gid_t group)
{
	for (size_t i = 0; i < access->group_count; i++) {
		if (access->groups[i] == group)
			return true;
	}
	return false;
}

/* Groups beside the primary one, as they were when the peer connected. */
static bool has_further_group(const struct as_http_access *access, int fd)
{
	socklen_t size = GROUPS_MAX * sizeof(gid_t);
	gid_t *groups = malloc(size);
	bool found = false;

	if (groups != NULL && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0) {
		for (size_t i = 0; i < size / sizeof(gid_t) && !found; i++)
			found = has_group(access, groups[i]);
	}
	free(groups);
	return found;
}

bool as_http_access_allows(const struct as_http_access *access, int fd, const struct as_peer *peer)
{
	if (!peer->local)
		return false;
	if (peer->uid == 0 || peer->uid == access->own)
		return true;
	for (size_t i = 0; i < access->user_count; i++) {
		if (access->users[i] == peer->uid)
			return true;
	}
	return access->group_count > 0 &&
	       (has_group(access, peer->gid) || has_further_group(access, fd));
}
