/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/reply.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>

/* Names for what has none of its own. */
#define NAME_NOT_INSPECTED "Assay.NotInspected"
#define NAME_REFUSED	   "Assay.Refused"
#define NAME_SIZE	   "Heuristics.Limits.Exceeded.MaxFileSize"

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

void as_clamd_clean_name(const char *name, char out[AS_CLAMD_WORDS_MAX])
{
	size_t i;

	for (i = 0; i + 1 < AS_CLAMD_WORDS_MAX && name[i] != '\0'; i++) {
		unsigned char c = (unsigned char)name[i];

		out[i] = c <= 0x20 || c >= 0x7f || c == ':' ? '_' : name[i];
	}
	out[i] = '\0';
}

static void hit(struct as_clamd_judgement *judgement, const char *name, const char *otherwise)
{
	judgement->result = AS_CLAMD_HIT;
	as_clamd_clean_name(name[0] != '\0' ? name : otherwise, judgement->words);
}

/* Texts come from us, but may repeat what a library said: no colon, because
 * clients look for the last one, and no control characters. */
static void fault(struct as_clamd_judgement *judgement, const char *text)
{
	size_t i;

	judgement->result = AS_CLAMD_FAULT;
	for (i = 0; i + 1 < sizeof(judgement->words) && text[i] != '\0'; i++) {
		char c = text[i];

		if (is_control((unsigned char)c))
			c = ' ';
		judgement->words[i] = c == ':' ? ',' : c;
	}
	judgement->words[i] = '\0';
}

/* "limit.bytes at 2/evil OK: ..." names an attachment, whose name is the
 * sender's: only the code is told to clients, the log has the rest. */
static void judge_incomplete(const char *why, struct as_clamd_judgement *judgement)
{
	size_t length = strcspn(why, " \t:");
	char text[AS_CLAMD_WORDS_MAX];

	if (length == 0 || length > sizeof(text) / 2)
		snprintf(text, sizeof(text), "Not inspected in full.");
	else
		snprintf(text, sizeof(text), "Not inspected in full (%.*s).", (int)length, why);
	fault(judgement, text);
}

static void judge_fault(const struct as_task_answer *answer, struct as_clamd_judgement *judgement)
{
	char text[AS_CLAMD_WORDS_MAX];

	if (answer->action == ASSAY_ACTION_ACCEPT) {
		judgement->result = AS_CLAMD_OK;
	} else if (as_action_protects(answer->action)) {
		hit(judgement, NAME_NOT_INSPECTED, "");
	} else {
		snprintf(text, sizeof(text), "%s.",
			 answer->fault != NULL ? answer->fault : "No verdict");
		fault(judgement, text);
	}
}

void as_clamd_judge(const struct as_task_answer *answer, enum as_clamd_incomplete incomplete,
		    struct as_clamd_judgement *judgement_out)
{
	const struct as_answer *verdict = answer->answer;

	judgement_out->words[0] = '\0';
	if (answer->fault != NULL || verdict == NULL)
		judge_fault(answer, judgement_out);
	else if (verdict->found)
		hit(judgement_out, verdict->name, NAME_REFUSED);
	else if (!verdict->complete && incomplete == AS_CLAMD_FOUND)
		hit(judgement_out, verdict->name, NAME_NOT_INSPECTED);
	else if (!verdict->complete)
		judge_incomplete(verdict->incomplete, judgement_out);
	else if (answer->action == ASSAY_ACTION_TEMPFAIL)
		fault(judgement_out, "Policy says to try again later.");
	else if (as_action_protects(answer->action))
		hit(judgement_out, verdict->name, NAME_REFUSED);
	else
		judgement_out->result = AS_CLAMD_OK;
}

void as_clamd_judge_size(enum as_clamd_incomplete incomplete,
			 struct as_clamd_judgement *judgement_out)
{
	if (incomplete == AS_CLAMD_FOUND)
		hit(judgement_out, NAME_SIZE, "");
	else
		fault(judgement_out, "File size limit exceeded.");
}

void as_clamd_judge_path(int code, struct as_clamd_judgement *judgement_out)
{
	switch (code) {
	case -EACCES:
	case -EPERM:
	case -ELOOP:
	case -EXDEV:
	case -EAGAIN: /* what a lease holds, or a folder that moves meanwhile */
		fault(judgement_out, "Access denied.");
		break;
	case -ENOTSUP:
	case -ENXIO:
	case -ENODEV:
		fault(judgement_out, "Not supported file type.");
		break;
	case AS_E_LIMIT:
		fault(judgement_out, "Too many files or too many levels of folders.");
		break;
	default:
		/* The words of clamd, colon included. */
		judgement_out->result = AS_CLAMD_FAULT;
		snprintf(judgement_out->words, sizeof(judgement_out->words),
			 "File path check failure: %s.", as_code_text(code));
	}
}

void as_clamd_judge_refusal(int code, enum as_fail fail, struct as_clamd_judgement *judgement_out)
{
	char text[AS_CLAMD_WORDS_MAX];

	/* Some clients let pass what ends with ERROR. To let pass here what was
	 * never looked at would be another thing: `accept` is not heard. */
	if (fail == AS_FAIL_REJECT) {
		hit(judgement_out, NAME_NOT_INSPECTED, "");
		return;
	}
	/* The words of clamd's own manual begin with a capital and end with a
	 * full stop. */
	snprintf(text, sizeof(text), "%s.", as_task_refusal(code));
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	fault(judgement_out, text);
}

bool as_clamd_lists(const struct as_answer *answer, size_t code)
{
	const char *name = answer->codes[code];

	if (strncmp(name, "malware.", 8) == 0)
		return true;
	/* What made it incomplete is no find. */
	if (strncmp(name, "limit.", 6) == 0 || strncmp(name, "scan.", 5) == 0)
		return false;
	return answer->severities[code] >= ASSAY_HIGH;
}

/* ---- Lines ------------------------------------------------------------ */

static void put_number(struct as_buffer *out, struct as_clamd_tag tag)
{
	if (tag.number != 0)
		as_buffer_printf(out, "%u: ", tag.number);
}

static void put_end(struct as_buffer *out, struct as_clamd_tag tag)
{
	as_buffer_byte(out, tag.framing == AS_CLAMD_NUL ? '\0' : '\n');
}

/* A line is there as a whole or not at all. */
static bool settle(struct as_buffer *out, size_t before)
{
	if (!out->failed)
		return true;
	out->size = before;
	return false;
}

bool as_clamd_put(struct as_buffer *out, struct as_clamd_tag tag, const char *text)
{
	size_t before = out->size;

	put_number(out, tag);
	as_buffer_text(out, text);
	put_end(out, tag);
	return settle(out, before);
}

static void put_subject(struct as_buffer *out, struct as_span subject)
{
	for (size_t i = 0; i < subject.size; i++)
		as_buffer_byte(out, is_control(subject.data[i]) ? '?' : subject.data[i]);
	as_buffer_text(out, ": ");
}

bool as_clamd_put_judgement(struct as_buffer *out, struct as_clamd_tag tag, struct as_span subject,
			    const struct as_clamd_judgement *judgement)
{
	size_t before = out->size;

	put_number(out, tag);
	put_subject(out, subject);
	switch (judgement->result) {
	case AS_CLAMD_OK:
		as_buffer_text(out, "OK");
		break;
	case AS_CLAMD_HIT:
		as_buffer_printf(out, "%s FOUND", judgement->words);
		break;
	case AS_CLAMD_FAULT:
		as_buffer_printf(out, "%s ERROR", judgement->words);
		break;
	}
	put_end(out, tag);
	return settle(out, before);
}

bool as_clamd_put_all(struct as_buffer *out, struct as_clamd_tag tag, struct as_span subject,
		      const struct as_clamd_judgement *judgement, const struct as_answer *answer)
{
	struct as_clamd_judgement each = {.result = AS_CLAMD_HIT};
	size_t count = 0;

	for (size_t i = 0; answer != NULL && i < answer->code_count; i++) {
		if (judgement->result != AS_CLAMD_HIT || !as_clamd_lists(answer, i))
			continue;
		as_clamd_clean_name(answer->codes[i], each.words);
		if (!as_clamd_put_judgement(out, tag, subject, &each))
			return false;
		count++;
	}
	return count > 0 || as_clamd_put_judgement(out, tag, subject, judgement);
}
