/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/fault.h"

#include "inspect/words.h"
#include "policy/json.h"

static json_t *source_json(const struct as_http_envelope *envelope, uint64_t size)
{
	return json_pack("{s:o,s:i,s:i,s:I}", "file", as_json_text(envelope->file), "index", 0,
			 "offset", 0, "size", (json_int_t)size);
}

static json_t *envelope_json(const struct assay_envelope *envelope)
{
	json_t *recipients = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++)
		json_array_append_new(recipients, as_json_text(envelope->rcpt_to[i]));
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "client",
			 as_json_text(envelope->client), "helo", as_json_text(envelope->helo),
			 "mail_from", as_json_text(envelope->mail_from), "rcpt_to", recipients,
			 "queue_id", as_json_text(envelope->queue_id), "client_name",
			 as_json_text(envelope->client_name), "tls", as_json_text(envelope->tls),
			 "auth_user", as_json_text(envelope->auth_user), "direction",
			 as_json_text(envelope->direction));
}

/* Nothing of it was read. */
static json_t *message_json(void)
{
	return json_pack("{s:s,s:s,s:s,s:[],s:s}", "sha256", "", "message_id", "", "subject", "",
			 "from", "date", "");
}

static json_t *recipients_json(const struct assay_envelope *envelope, const char *action)
{
	json_t *list = json_array();

	for (size_t i = 0; i < envelope->rcpt_count; i++)
		json_array_append_new(list, json_pack("{s:o,s:s,s:s}", "address",
						      as_json_text(envelope->rcpt_to[i]), "action",
						      action, "policy", ""));
	return list;
}

int as_http_fault_json(const struct as_task_answer *answer, const struct as_http_envelope *envelope,
		       uint64_t size, uint64_t generation, struct as_buffer *out)
{
	static const char code[] = "scan.unscannable";
	const char *action = as_action_name(answer->action);
	json_t *value = json_pack(
		"{s:i,s:s,s:o,s:o,s:o,s:s,s:s,s:o,s:b,s:[{s:s,s:s,s:o}],s:[],s:[],s:[],"
		"s:{s:i,s:i,s:i,s:i,s:{}},s:{s:I,s:{}}}",
		"schema", 1, "id", answer->id, "source", source_json(envelope, size), "envelope",
		envelope_json(&envelope->pub), "message", message_json(), "action", action,
		"reason", code, "recipients", recipients_json(&envelope->pub, action), "complete",
		0, "incomplete", "code", code, "path", "", "text", as_json_text(answer->fault),
		"findings", "objects", "smime", "cost", "us", 0, "objects", 0, "bytes", 0,
		"cache_hits", 0, "plugins_us", "generation", "id", (json_int_t)generation,
		"plugins");
	int rc = as_json_write(value, out);

	json_decref(value);
	return rc;
}
