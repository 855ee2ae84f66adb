/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/colour.h"

#include <stdlib.h>
#include <unistd.h>

bool as_colour_wanted(int fd)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fd) != 0 && (no == NULL || no[0] == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

void as_colour_begin(struct as_buffer *out, enum as_colour colour)
{
	static const char *const codes[] = {
		[AS_COLOUR_PLAIN] = "",		  [AS_COLOUR_BOLD] = "\033[1m",
		[AS_COLOUR_FAINT] = "\033[2m",	  [AS_COLOUR_GREEN] = "\033[32m",
		[AS_COLOUR_YELLOW] = "\033[33m",  [AS_COLOUR_RED] = "\033[31m",
		[AS_COLOUR_ALARM] = "\033[1;31m",
	};

	as_buffer_text(out, codes[colour]);
}

void as_colour_end(struct as_buffer *out, enum as_colour colour)
{
	if (colour != AS_COLOUR_PLAIN)
		as_buffer_text(out, "\033[0m");
}

static enum as_colour find(const char *word, const char *const *words,
			   const enum as_colour *colours, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return colours[i];
	return AS_COLOUR_PLAIN;
}

enum as_colour as_colour_of_action(const char *action)
{
	static const char *const words[] = {"accept", "tag",	 "strip",   "quarantine",
					    "reject", "discard", "tempfail"};
	static const enum as_colour colours[] = {
		AS_COLOUR_GREEN, AS_COLOUR_YELLOW, AS_COLOUR_YELLOW, AS_COLOUR_RED,
		AS_COLOUR_ALARM, AS_COLOUR_ALARM,  AS_COLOUR_ALARM,
	};

	return find(action, words, colours, sizeof(words) / sizeof(words[0]));
}

enum as_colour as_colour_of_severity(const char *severity)
{
	static const char *const words[] = {"info", "low", "medium", "high", "critical"};
	static const enum as_colour colours[] = {
		AS_COLOUR_FAINT, AS_COLOUR_PLAIN, AS_COLOUR_YELLOW, AS_COLOUR_RED, AS_COLOUR_ALARM,
	};

	return find(severity, words, colours, sizeof(words) / sizeof(words[0]));
}
