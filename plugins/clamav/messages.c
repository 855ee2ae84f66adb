/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages.h"

#include <clamav.h>

#include <stdio.h>

static struct clam_messages *current;
static uint64_t failures;

/* The words are those of libclamav 1.0 to 1.4. A mail may bring them about by
 * a member's name; that makes its own inspection incomplete. */
static bool is_failure(const char *text)
{
	static const char *const words[] = {
		"can't create",		 "cannot create",	  "unable to create",
		"failed to create temp", "can't generate",	  "failed to generate",
		"can't write",		 "error writing",	  "failed to write",
		"write error",		 "failed to open output",
	};
	static const char retried[] = "using a randomly generated name instead";

	if (strcasestr(text, retried) != NULL)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(text, words[i]) != NULL)
			return true;
	return false;
}

uint64_t clam_messages_failures(void)
{
	return failures;
}

static void collect(struct clam_messages *messages, const char *text, size_t length)
{
	size_t used = strlen(messages->text);

	if (used + 2 >= sizeof(messages->text))
		return;
	snprintf(messages->text + used, sizeof(messages->text) - used, "%s%.*s",
		 used > 0 ? "; " : "", (int)length, text);
}

static void receive(enum cl_msg severity, const char *full, const char *text, void *context)
{
	size_t length = strcspn(text, "\r\n");

	(void)full;
	(void)context;
	if (current == NULL) {
		if (severity >= CL_MSG_WARN && is_failure(text))
			failures++;
		return;
	}
	if (severity == CL_MSG_ERROR)
		collect(current, text, length);
	if (severity == CL_MSG_WARN)
		current->warnings++;
	if (severity == CL_MSG_ERROR || severity == CL_MSG_WARN)
		current->host->log(NULL, ASSAY_LOG_WARNING, "clamav: %.*s", (int)length, text);
}

void clam_messages_start(struct clam_messages *messages, const struct assay_host *host)
{
	*messages = (struct clam_messages){.host = host};
	current = messages;
	/* Stays in place: without it libclamav writes to standard error. */
	cl_set_clcb_msg(receive);
}

void clam_messages_stop(void)
{
	current = NULL;
}

void clam_messages_clear(struct clam_messages *messages)
{
	messages->text[0] = '\0';
}
