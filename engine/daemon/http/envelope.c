/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/envelope.h"

#include "base/utf8.h"
#include "daemon/http/limits.h"
#include "daemon/http/params.h"

#include <stdlib.h>

#include <microhttpd.h>

/* What was not given has this address, so that a second value is noticed even
 * when the first was empty: the null sender is one. */
static const char none[] = "";

struct slot {
	const char *field; /* behind "Assay-" */
	const char *key;   /* in JSON; NULL: only as a field */
	size_t offset;	   /* in struct as_http_envelope */
	size_t limit;
	const char *const *words; /* what it may be, ended by NULL, or NULL */
};

static const char *const directions[] = {"", "inbound", "outbound", "internal", NULL};
static const char *const kinds[] = {"message", "file", "guess", NULL};

#define PUB(member) offsetof(struct as_http_envelope, pub.member)
static const struct slot slots[] = {
	{"Client", "client", PUB(client), AS_HTTP_VALUE_BYTES, NULL},
	{"Client-Name", "client_name", PUB(client_name), AS_HTTP_VALUE_BYTES, NULL},
	{"Helo", "helo", PUB(helo), AS_HTTP_VALUE_BYTES, NULL},
	{"Mail-From", "mail_from", PUB(mail_from), AS_HTTP_VALUE_BYTES, NULL},
	{"Auth-User", "auth_user", PUB(auth_user), AS_HTTP_VALUE_BYTES, NULL},
	{"Queue-Id", "queue_id", PUB(queue_id), AS_HTTP_VALUE_BYTES, NULL},
	{"Direction", "direction", PUB(direction), AS_HTTP_VALUE_BYTES, directions},
	{"Tls", "tls", PUB(tls), AS_HTTP_VALUE_BYTES, NULL},
	{"File", NULL, offsetof(struct as_http_envelope, file), AS_HTTP_FILE_BYTES, NULL},
	{"Kind", NULL, offsetof(struct as_http_envelope, kind), AS_HTTP_VALUE_BYTES, kinds},
};
#define SLOT_COUNT (sizeof(slots) / sizeof(slots[0]))

static const char **value_of(struct as_http_envelope *envelope, const struct slot *slot)
{
	return (const char **)(void *)((char *)envelope + slot->offset);
}

void as_http_envelope_init(struct as_http_envelope *envelope)
{
	*envelope = (struct as_http_envelope){.given = false};
	for (size_t i = 0; i < SLOT_COUNT; i++)
		*value_of(envelope, &slots[i]) = none;
}

void as_http_envelope_deinit(struct as_http_envelope *envelope)
{
	free(envelope->recipients);
	json_decref(envelope->document);
	as_http_envelope_init(envelope);
}

/* UTF-8 without C0, DEL and C1. */
static bool is_text(struct as_span text)
{
	while (text.size > 0) {
		uint32_t character = text.data[0];
		size_t size = 1;

		if (character >= 0x80)
			size = as_utf8_next(text, &character);
		if (size == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0))
			return false;
		text = as_span_from(text, size);
	}
	return true;
}

static bool check(struct as_span text, size_t limit, const char *name,
		  struct as_http_problem *problem)
{
	if (text.size > limit)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "%s has more than %zu octets", name, limit);
	if (!is_text(text))
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "%s is not UTF-8 without control characters", name);
	return true;
}

static bool is_listed(const char *word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strcmp(word, *words) == 0)
			return true;
	}
	return false;
}

static bool set(struct as_http_envelope *envelope, const struct slot *slot, const char *name,
		const char *value, size_t size, struct as_http_problem *problem)
{
	const char **at = value_of(envelope, slot);

	if (*at != none)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST, "%s is given twice",
					   name);
	if (!check(as_span_make(value, size), slot->limit, name, problem))
		return false;
	if (slot->words != NULL && !is_listed(value, slot->words))
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "%s has none of its words: \"%.64s\"", name, value);
	*at = value;
	envelope->given |= slot->key != NULL;
	return true;
}

static bool add_recipient(struct as_http_envelope *envelope, const char *name, const char *value,
			  size_t size, struct as_http_problem *problem)
{
	if (!check(as_span_make(value, size), AS_HTTP_VALUE_BYTES, name, problem))
		return false;
	if (envelope->pub.rcpt_count == AS_HTTP_RECIPIENTS)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "there are more than %zu recipients",
					   AS_HTTP_RECIPIENTS);
	if (envelope->pub.rcpt_count == envelope->room) {
		size_t room = envelope->room > 0 ? envelope->room * 2 : 8;
		const char **recipients = reallocarray(envelope->recipients, room, sizeof(char *));

		if (recipients == NULL)
			return as_http_problem_busy(problem, "out of memory, try again");
		envelope->recipients = recipients;
		envelope->pub.rcpt_to = recipients;
		envelope->room = room;
	}
	envelope->recipients[envelope->pub.rcpt_count++] = value;
	envelope->given = true;
	return true;
}

bool as_http_envelope_field(struct as_http_envelope *envelope, struct as_span name,
			    const char *value, size_t value_size, struct as_http_problem *problem)
{
	char shown[32];

	if (as_http_is_word(name, "Rcpt-To"))
		return add_recipient(envelope, "Assay-Rcpt-To", value, value_size, problem);
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		if (!as_http_is_word(name, slots[i].field))
			continue;
		snprintf(shown, sizeof(shown), "Assay-%s", slots[i].field);
		return set(envelope, &slots[i], shown, value, value_size, problem);
	}
	return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST, "there is no field Assay-%.*s",
				   (int)(name.size < 64 ? name.size : 64), (const char *)name.data);
}

/* ---- JSON ---------------------------------------------------------------- */

static bool take_recipients(struct as_http_envelope *envelope, json_t *list,
			    struct as_http_problem *problem)
{
	json_t *value;
	size_t i;

	if (!json_is_array(list))
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "rcpt_to is not a list of texts");
	json_array_foreach (list, i, value) {
		if (!json_is_string(value))
			return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
						   "rcpt_to is not a list of texts");
		if (!add_recipient(envelope, "rcpt_to", json_string_value(value),
				   json_string_length(value), problem))
			return false;
	}
	return true;
}

static bool take_member(struct as_http_envelope *envelope, const char *key, json_t *value,
			struct as_http_problem *problem)
{
	if (strcmp(key, "rcpt_to") == 0)
		return take_recipients(envelope, value, problem);
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		if (slots[i].key == NULL || strcmp(key, slots[i].key) != 0)
			continue;
		if (!json_is_string(value))
			return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
						   "%s of the envelope is not a text", key);
		return set(envelope, &slots[i], key, json_string_value(value),
			   json_string_length(value), problem);
	}
	return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
				   "the envelope has an unknown member \"%.64s\"", key);
}

static bool has_few_values(struct as_span text)
{
	size_t marks = 0;

	for (size_t i = 0; i < text.size; i++)
		marks += text.data[i] == ',' || text.data[i] == '[' || text.data[i] == '{';
	return marks <= AS_HTTP_ENVELOPE_MARKS;
}

bool as_http_envelope_json(struct as_http_envelope *envelope, struct as_span text,
			   struct as_http_problem *problem)
{
	json_error_t error;
	const char *key;
	json_t *value;

	if (envelope->given)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "the envelope is given in the header and in the body");
	if (!has_few_values(text))
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "the envelope has more than %zu values",
					   AS_HTTP_ENVELOPE_MARKS);
	envelope->document =
		json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
	if (envelope->document == NULL)
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "the envelope is not JSON: %s", error.text);
	if (!json_is_object(envelope->document))
		return as_http_problem_set(problem, MHD_HTTP_BAD_REQUEST,
					   "the envelope is not a JSON object");
	json_object_foreach (envelope->document, key, value) {
		if (!take_member(envelope, key, value, problem))
			return false;
	}
	return true;
}

int as_http_envelope_kind(const struct as_http_envelope *envelope)
{
	if (strcmp(envelope->kind, "file") == 0)
		return AS_TASK_FILE;
	if (strcmp(envelope->kind, "guess") == 0)
		return AS_TASK_GUESS;
	return AS_TASK_MESSAGE;
}
