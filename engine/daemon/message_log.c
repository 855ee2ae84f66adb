/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "base/utf8.h"
#include "daemon/front_internal.h"
#include "inspect/words.h"

#include <inttypes.h>
#include <stdio.h>

/* One line per message: words for people, the same as members for programs. */
#define MEMBERS_MAX ((size_t)24 * 1024)
#define VALUE_MAX   512u

static void put_text(struct as_buffer *out, const char *key, const char *value)
{
	struct as_buffer safe;

	as_buffer_init(&safe, (size_t)VALUE_MAX * 6);
	as_utf8_escape(&safe, as_span_make(value, strnlen(value, VALUE_MAX)));
	as_buffer_printf(out, ",\"%s\":\"", key);
	for (size_t i = 0; i < safe.size; i++) {
		if (safe.data[i] == '"' || safe.data[i] == '\\')
			as_buffer_byte(out, '\\');
		as_buffer_byte(out, safe.data[i]);
	}
	as_buffer_byte(out, '"');
	as_buffer_deinit(&safe);
}

static void put_members(struct as_buffer *out, const struct as_task *task,
			const struct as_task_answer *answer, uint64_t us)
{
	const struct as_answer *verdict = answer->answer;

	put_text(out, "event", "message");
	put_text(out, "listener", task->listener->config->name);
	put_text(out, "queue_id", task->envelope.queue_id);
	put_text(out, "client", task->envelope.client);
	put_text(out, "mail_from", task->envelope.mail_from);
	put_text(out, "action", as_action_name(answer->action));
	put_text(out, "reason", verdict != NULL ? verdict->reason : "");
	put_text(out, "fault", answer->fault != NULL ? answer->fault : "");
	as_buffer_printf(out,
			 ",\"recipients\":%zu,\"complete\":%s,\"stored\":%s,\"size\":%" PRIu64
			 ",\"total_us\":%" PRIu64 ",\"attempts\":%" PRIu32
			 ",\"generation\":%" PRIu64,
			 task->envelope.rcpt_count, answer->complete ? "true" : "false",
			 answer->stored ? "true" : "false", task->size, us, task->attempts,
			 task->generation_number);
	if (verdict != NULL)
		as_buffer_text(out, verdict->log);
}

void as_message_log(const struct as_task *task, const struct as_task_answer *answer, uint64_t us)
{
	const char *why = answer->fault != NULL	   ? answer->fault
			  : answer->answer != NULL ? answer->answer->reason
						   : "";
	enum as_log_level level = answer->fault != NULL ? AS_LOG_ERROR : AS_LOG_NOTICE;
	const char *queue_id = task->envelope.queue_id;
	struct as_buffer members, text;

	as_buffer_init(&members, MEMBERS_MAX);
	as_buffer_init(&text, 0);
	put_members(&members, task, answer, us);
	as_buffer_byte(&members, 0);
	as_buffer_printf(&text, "%s: %s%s%s%s%s%s, %" PRIu64 " octets, %.1f ms",
			 task->listener->config->name, queue_id, queue_id[0] != '\0' ? ": " : "",
			 as_action_name(answer->action), why[0] != '\0' ? ": " : "", why,
			 answer->stored ? " (kept)" : "", task->size, (double)us / 1000.0);
	as_buffer_byte(&text, 0);
	as_log_set_message(task->id);
	if (!text.failed)
		as_log_members(level, (const char *)text.data,
			       members.failed ? "" : (const char *)members.data);
	as_log_set_message(NULL);
	as_buffer_deinit(&members);
	as_buffer_deinit(&text);
}
