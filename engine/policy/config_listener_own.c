/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that one protocol alone knows. */
#include "policy/config_listener.h"

#include <ctype.h>
#include <string.h>

/* RFC 5322 s2.1.1: a line has at most 998 octets, and the identifier shares
 * one with results. */
#define AUTHSERV_ID_MAX 255u
/* A prefix leaves room for the subject in a list of messages. */
#define SUBJECT_PREFIX_MAX 64u

/* Accounts that can be looked up: no blanks, no empty ones. */
static void check_accounts(const struct as_section *section, const char *key,
			   const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *p = names[i];

		while (isgraph((unsigned char)*p) && *p != ':' && *p != '/')
			p++;
		if (names[i][0] == '\0' || *p != '\0')
			as_section_fault(section, key, names[i], "expected a name or a number");
	}
}

static void take_control(const struct as_section *section, struct as_listener_config *listener)
{
	listener->users = as_section_list(section, "users", &listener->user_count);
	listener->groups = as_section_list(section, "groups", &listener->group_count);
	check_accounts(section, "users", listener->users, listener->user_count);
	check_accounts(section, "groups", listener->groups, listener->group_count);
}

static void take_clamd(const struct as_section *section, struct as_listener_config *listener)
{
	const char *word = as_section_text(section, "incomplete");

	listener->incomplete = strcmp(word, "found") == 0 ? AS_CLAMD_FOUND : AS_CLAMD_ERROR;
	if (as_section_has(section, "incomplete") && strcmp(word, "found") != 0 &&
	    strcmp(word, "error") != 0)
		as_section_fault(section, "incomplete", word, "expected error or found");
	listener->reload = section->cfg != NULL && as_section_flag(section, "reload");
	listener->roots = as_section_list(section, "roots", &listener->root_count);
	for (size_t i = 0; i < listener->root_count; i++)
		if (listener->roots[i][0] != '/')
			as_section_fault(section, "roots", listener->roots[i],
					 "expected the whole path of a folder, from / on");
}

static bool is_printable(const char *text, size_t most)
{
	size_t size = 0;

	for (; text[size] >= ' ' && text[size] <= '~'; size++)
		;
	return text[size] == '\0' && size <= most;
}

static void take_milter(const struct as_section *section, struct as_listener_config *listener)
{
	listener->authserv_id = as_section_text(section, "authserv_id");
	listener->subject_prefix = as_section_text(section, "subject_prefix");
	listener->headers = section->cfg == NULL || as_section_flag(section, "headers");
	/* RFC 8601 s2.2: a token of RFC 2045 s5.1, not to be quoted. */
	if (!is_printable(listener->authserv_id, AUTHSERV_ID_MAX) ||
	    strpbrk(listener->authserv_id, " ()<>@,;:\\\"/[]?=") != NULL)
		as_section_fault(section, "authserv_id", listener->authserv_id,
				 "expected the name of a host, at most 255 octets");
	if (!is_printable(listener->subject_prefix, SUBJECT_PREFIX_MAX))
		as_section_fault(section, "subject_prefix", listener->subject_prefix,
				 "expected printable ASCII, at most 64 octets");
}

void as_listener_take_own(const struct as_section *section, struct as_listener_config *listener)
{
	switch (listener->protocol) {
	case AS_PROTOCOL_CONTROL:
		take_control(section, listener);
		break;
	case AS_PROTOCOL_CLAMD:
		take_clamd(section, listener);
		break;
	case AS_PROTOCOL_MILTER:
		take_milter(section, listener);
		break;
	case AS_PROTOCOL_HTTP:
	case AS_PROTOCOL_COUNT:
		break;
	}
}
