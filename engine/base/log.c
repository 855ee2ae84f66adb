/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"

#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* A line longer than PIPE_BUF (4096) could be interleaved with another
 * process's. The text has all of it but 456 octets for what stands around it;
 * in JSON each octet can become two. What is longer is cut. */
#define LINE_BYTES 4096u
#define TEXT_BYTES 1820u

static struct {
	int fd;
	enum as_log_level level;
	bool json;
	const struct as_clock *clock;
	char process[32];
	char message[64];
	bool never_wait;
	uint64_t dropped, reported;
} config = {.fd = STDERR_FILENO, .level = AS_LOG_NOTICE, .clock = &as_clock_system};

static const char *const level_words[] = {"error", "warning", "notice", "debug"};

void as_log_configure(const struct as_log_settings *settings)
{
	config.fd = settings->fd;
	config.level = settings->level;
	config.json = settings->format == AS_LOG_JSON ||
		      (settings->format == AS_LOG_AUTO && isatty(settings->fd) == 0);
	if (settings->clock != NULL)
		config.clock = settings->clock;
	as_log_set_process(settings->process != NULL ? settings->process : "");
}

void as_log_set_process(const char *process)
{
	snprintf(config.process, sizeof(config.process), "%s", process);
}

void as_log_set_message(const char *id)
{
	snprintf(config.message, sizeof(config.message), "%s", id != NULL ? id : "");
}

bool as_log_level_find(const char *word, enum as_log_level *level_out)
{
	for (int i = AS_LOG_ERROR; i <= AS_LOG_DEBUG; i++) {
		if (strcmp(word, level_words[i]) == 0) {
			*level_out = (enum as_log_level)i;
			return true;
		}
	}
	return false;
}

/* The buffer keeps what fitted. */
static void escape(struct as_buffer *safe, const char *text)
{
	as_buffer_init(safe, TEXT_BYTES);
	as_utf8_escape(safe, as_span_text(text));
}

static void put_json_text(struct as_buffer *line, const char *text)
{
	struct as_buffer safe;

	escape(&safe, text);
	as_buffer_byte(line, '"');
	for (size_t i = 0; i < safe.size; i++) {
		if (safe.data[i] == '"' || safe.data[i] == '\\')
			as_buffer_byte(line, '\\');
		as_buffer_byte(line, safe.data[i]);
	}
	as_buffer_byte(line, '"');
	as_buffer_deinit(&safe);
}

static void put_stamp(struct as_buffer *line)
{
	uint64_t us = as_clock_wall_us(config.clock);
	time_t seconds = (time_t)(us / 1000000u);
	struct tm parts = {.tm_mday = 1};

	/* gmtime_r needs no time zone file, which a sandbox would not open. */
	gmtime_r(&seconds, &parts);
	as_buffer_printf(line, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ", parts.tm_year + 1900,
			 parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
			 (unsigned int)(us / 1000u % 1000u));
}

static void format_json(struct as_buffer *line, enum as_log_level level, const char *text,
			const char *members)
{
	as_buffer_text(line, "{\"time\":\"");
	put_stamp(line);
	as_buffer_printf(line, "\",\"level\":\"%s\",\"process\":", level_words[level]);
	put_json_text(line, config.process);
	as_buffer_printf(line, ",\"pid\":%ld,\"id\":", (long)getpid());
	put_json_text(line, config.message);
	as_buffer_text(line, ",\"text\":");
	put_json_text(line, text);
	as_buffer_text(line, members);
	as_buffer_text(line, "}\n");
}

static void format_text(struct as_buffer *line, enum as_log_level level, const char *text)
{
	struct as_buffer safe;

	as_buffer_text(line, "assay");
	if (config.process[0] != '\0')
		as_buffer_printf(line, "[%s]", config.process);
	as_buffer_printf(line, ": %s: ", level_words[level]);
	if (config.message[0] != '\0')
		as_buffer_printf(line, "%s: ", config.message);
	escape(&safe, text);
	as_buffer_append(line, safe.data, safe.size);
	as_buffer_byte(line, '\n');
	as_buffer_deinit(&safe);
}

static bool would_wait(void)
{
	struct pollfd out = {.fd = config.fd, .events = POLLOUT};

	return config.never_wait && poll(&out, 1, 0) == 0;
}

static void write_line(const struct as_buffer *line)
{
	size_t done = 0;

	if (would_wait()) {
		config.dropped++;
		return;
	}
	while (!line->failed && done < line->size) {
		ssize_t n = write(config.fd, line->data + done, line->size - done);

		if (n < 0 && errno == EINTR)
			continue;
		/* Nowhere is left to say that the log cannot be written. */
		if (n < 0)
			break;
		done += (size_t)n;
	}
}

static void put_line(enum as_log_level level, const char *text, const char *members)
{
	struct as_buffer line;

	as_buffer_init(&line, LINE_BYTES + strlen(members));
	if (config.json)
		format_json(&line, level, text, members);
	else
		format_text(&line, level, text);
	write_line(&line);
	as_buffer_deinit(&line);
}

static void report_dropped(void)
{
	char text[96];

	if (config.dropped == config.reported || would_wait())
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " lines of this log were dropped before this one",
		 config.dropped - config.reported);
	config.reported = config.dropped;
	put_line(AS_LOG_WARNING, text, "");
}

void as_log_members(enum as_log_level level, const char *text, const char *members)
{
	if (level > config.level)
		return;
	report_dropped();
	put_line(level, text, members);
}

void as_log(enum as_log_level level, const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list args;

	if (level > config.level)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	as_log_members(level, text, "");
}

void as_log_never_wait(void)
{
	config.never_wait = true;
}

uint64_t as_log_dropped(void)
{
	return config.dropped;
}
