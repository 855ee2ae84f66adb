/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/detect.h"

#include "base/field_line.h"
#include "mailbox/separator.h"

/* Fields that mail has and other files with "name: value" lines rarely do. */
static const char *const mail_fields[] = {
	"arc-authentication-results",
	"arc-message-signature",
	"arc-seal",
	"authentication-results",
	"bcc",
	"cc",
	"content-disposition",
	"content-transfer-encoding",
	"content-type",
	"date",
	"delivered-to",
	"dkim-signature",
	"domainkey-signature",
	"envelope-to",
	"errors-to",
	"from",
	"in-reply-to",
	"list-id",
	"list-post",
	"list-unsubscribe",
	"message-id",
	"mime-version",
	"organization",
	"precedence",
	"received",
	"received-spf",
	"references",
	"reply-to",
	"resent-from",
	"return-path",
	"sender",
	"status",
	"subject",
	"to",
	"user-agent",
	"x-mailer",
	"x-original-to",
	"x-mozilla-status",
	"x-received",
};

struct tally {
	size_t mail;  /* fields that mail has */
	size_t other; /* lines that could be fields */
	size_t bad;   /* lines that cannot */
	bool first_is_mail;
	bool ended; /* by a blank line or the end of the file */
};

static bool is_mail_field(struct as_span line)
{
	size_t size =
		as_field_line_name(as_span_slice(line, 0, AS_FIELD_NAME_MAX), AS_FIELD_NAME_MAX);

	return as_field_line_is_any(as_span_slice(line, 0, size), mail_fields,
				    sizeof(mail_fields) / sizeof(mail_fields[0]));
}

static struct tally count_fields(struct as_span text)
{
	struct tally tally = {.mail = 0};

	while (text.size > 0) {
		struct as_span line = as_field_line_take(&text);

		if (line.size == 0) {
			tally.ended = true;
			return tally;
		}
		if (line.data[0] == ' ' || line.data[0] == '\t')
			continue;
		if (is_mail_field(line)) {
			if (tally.mail++ == 0)
				tally.first_is_mail = tally.other + tally.bad == 0;
		} else if (as_begins_with_field(line)) {
			tally.other++;
		} else {
			tally.bad++;
		}
	}
	return tally;
}

static bool is_mbox(struct as_span text)
{
	struct as_span line = as_field_line_take(&text);
	enum as_from_line grade = as_from_line_grade(line);

	return grade == AS_FROM_DATED || (grade == AS_FROM_BARE && as_begins_with_field(text));
}

enum as_content as_content_detect(struct as_span head)
{
	struct as_span text = as_span_slice(head, 0, AS_DETECT_BYTES);
	struct tally tally;

	while (text.size > 0 && (text.data[0] == '\n' || text.data[0] == '\r'))
		text = as_span_from(text, 1);
	if (is_mbox(text))
		return AS_CONTENT_MBOX;
	/* The last line of a cut head may be half a field. */
	if (head.size >= AS_DETECT_BYTES)
		while (text.size > 0 && text.data[text.size - 1] != '\n')
			text.size--;
	tally = count_fields(text);
	/* Broken headers are what attackers write, so some garbage between
	 * two fields of mail is no reason to look away. */
	if (tally.mail >= 2 && tally.bad <= tally.mail + tally.other)
		return AS_CONTENT_MESSAGE;
	/* Nothing but fields as far as one can see: a header flood. */
	if (!tally.ended && head.size >= AS_DETECT_BYTES && tally.bad == 0 &&
	    tally.mail + tally.other >= AS_DETECT_FLOOD_FIELDS)
		return AS_CONTENT_MESSAGE;
	if (tally.mail == 0 || (!tally.ended && head.size >= AS_DETECT_BYTES))
		return AS_CONTENT_FILE;
	if (tally.bad == 0 || (tally.first_is_mail && tally.bad <= tally.mail + tally.other))
		return AS_CONTENT_MESSAGE;
	return AS_CONTENT_FILE;
}
