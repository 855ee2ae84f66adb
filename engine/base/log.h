/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_LOG_H
#define ASSAY_BASE_LOG_H

#include "base/clock.h"

#include <stdbool.h>

/*
 * One line per event on one descriptor: text for a terminal, JSON otherwise.
 * Every line that concerns a message carries its id. Lines are written with
 * one write(2) each, so that several processes can share the descriptor, and
 * hold no control characters, whatever was put into them.
 *
 * The configuration is per process and set before the first fork.
 */
enum as_log_level {
	AS_LOG_ERROR = 0,
	AS_LOG_WARNING,
	AS_LOG_NOTICE,
	AS_LOG_DEBUG,
};

enum as_log_format {
	AS_LOG_AUTO = 0, /* text when the descriptor is a terminal */
	AS_LOG_TEXT,
	AS_LOG_JSON,
};

struct as_log_settings {
	int fd;
	enum as_log_level level; /* lines above it are dropped */
	enum as_log_format format;
	const char *process; /* "scan", "zygote", "worker 3" */
	const struct as_clock *clock;
};

void as_log_configure(const struct as_log_settings *settings);
void as_log_set_process(const char *process);
/* NULL or "": lines that follow concern no message. The id is copied. */
void as_log_set_message(const char *id);

void as_log(enum as_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The same with more: members are those of a JSON object, each with a comma in
 * front, made by the caller, and appear in JSON only. Longer lines than a pipe
 * takes at once are possible, so only the members of one process may be long.
 */
void as_log_members(enum as_log_level level, const char *text, const char *members);

/* From now on a line that would have to wait, because whoever reads the log is
 * slow, is dropped; the next one that passes says how many were. For processes
 * that must not stop. */
void as_log_never_wait(void);
/* Lines dropped so far. */
uint64_t as_log_dropped(void);

bool as_log_level_find(const char *word, enum as_log_level *level_out);

#endif
