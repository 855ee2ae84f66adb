/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/drop.h"

#include "pool/sandbox_service.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool as_account_group(const char *name, gid_t *gid_out)
{
	const struct group *group = getgrnam(name);
	unsigned long number;
	char *end;

	if (group != NULL) {
		*gid_out = group->gr_gid;
		return true;
	}
	if (!isdigit((unsigned char)name[0]))
		return false;
	errno = 0;
	number = strtoul(name, &end, 10);
	/* The highest number means "leave as it is" to chown(2). */
	if (errno != 0 || *end != '\0' || number >= UINT32_MAX)
		return false;
	*gid_out = (gid_t)number;
	return true;
}

static void keep_name(struct as_account *account, const char *name)
{
	snprintf(account->name, sizeof(account->name), "%s", name);
}

/* We are not root, so nothing can change. */
static void find_self(const struct as_service *service, struct as_account *account, char *note_out,
		      size_t note_size)
{
	const struct passwd *self = getpwuid(geteuid());
	char number[32];

	account->uid = geteuid();
	account->gid = getegid();
	snprintf(number, sizeof(number), "uid %ld", (long)account->uid);
	keep_name(account, self != NULL ? self->pw_name : number);
	if (strcmp(service->user, account->name) != 0)
		snprintf(note_out, note_size,
			 "started by %s, so the daemon stays %s; only root can become \"%.64s\"",
			 account->name, account->name, service->user);
}

int as_account_find(const struct as_service *service, struct as_account *account_out,
		    char *note_out, size_t note_size, struct as_error *error)
{
	struct as_account account = {.change = false};
	const struct passwd *user;

	note_out[0] = '\0';
	if (geteuid() != 0) {
		find_self(service, &account, note_out, note_size);
		*account_out = account;
		return 0;
	}
	user = getpwnam(service->user);
	if (user == NULL)
		return as_error_set(
			error, AS_E_CONFIG,
			"there is no user \"%s\" to run as: make it (systemd-sysusers, "
			"or useradd --system), or name another one with `user = \"...\"`",
			service->user);
	account.uid = user->pw_uid;
	account.gid = user->pw_gid;
	account.change = user->pw_uid != 0;
	keep_name(&account, user->pw_name);
	if (service->group[0] != '\0' && !as_account_group(service->group, &account.gid))
		return as_error_set(error, AS_E_CONFIG, "there is no group \"%s\" to run as",
				    service->group);
	if (!account.change)
		snprintf(note_out, note_size,
			 "the daemon stays root, because the configuration says so");
	*account_out = account;
	return 0;
}

/* Whether it is done for all three ids, and cannot be undone. */
static bool is_dropped(const struct as_account *account)
{
	uid_t uid, euid, suid;
	gid_t gid, egid, sgid;

	return getresuid(&uid, &euid, &suid) == 0 && getresgid(&gid, &egid, &sgid) == 0 &&
	       uid == account->uid && euid == account->uid && suid == account->uid &&
	       gid == account->gid && egid == account->gid && sgid == account->gid &&
	       setuid(0) < 0 && seteuid(0) < 0;
}

int as_account_drop(const struct as_account *account, struct as_error *error)
{
	int rc = 0;

	if (account->change) {
		if (initgroups(account->name, account->gid) < 0 ||
		    setresgid(account->gid, account->gid, account->gid) < 0 ||
		    setresuid(account->uid, account->uid, account->uid) < 0)
			return as_error_set(error, -errno,
					    "cannot become the user \"%s\": %s (are CAP_SETUID and "
					    "CAP_SETGID taken away?)",
					    account->name, as_code_text(-errno));
		if (!is_dropped(account))
			return as_error_set(error, -EPERM,
					    "the rights of root could be had back after becoming "
					    "\"%s\"",
					    account->name);
	}
	/* One that stays root may have a group of its own all the same. */
	if (!account->change && account->uid == 0 && account->gid != getegid() &&
	    setresgid(account->gid, account->gid, account->gid) < 0)
		return as_error_set(error, -errno, "cannot change to the group %ld: %s",
				    (long)account->gid, as_code_text(-errno));
	if (account->uid != 0)
		rc = as_sandbox_give_up_rights();
	if (rc < 0)
		return as_error_set(error, rc, "cannot give up capabilities: %s", as_code_text(rc));
	return 0;
}
