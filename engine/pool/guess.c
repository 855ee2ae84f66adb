/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/guess.h"

#include "base/field_line.h"

/* Fields that mail has and other files with "name: value" lines rarely do,
 * those first that servers put on top. */
static const char *const mail_fields[] = {
	"received",
	"return-path",
	"delivered-to",
	"x-envelope-from",
	"x-envelope-to",
	"envelope-to",
	"x-original-to",
	"authentication-results",
	"received-spf",
	"dkim-signature",
	"arc-seal",
	"arc-message-signature",
	"arc-authentication-results",
	"from",
	"to",
	"cc",
	"bcc",
	"subject",
	"date",
	"message-id",
	"reply-to",
	"sender",
	"in-reply-to",
	"references",
	"mime-version",
	"content-type",
	"content-transfer-encoding",
	"content-disposition",
	"resent-from",
	"list-id",
	"list-unsubscribe",
	"user-agent",
	"x-mailer",
};

/* Lines that are no field before one stops to look for more. */
#define BAD_LINES_MAX 64u

struct tally {
	size_t mail;  /* fields that mail has */
	size_t other; /* other lines that are fields */
	size_t bad;   /* lines that are not */
	bool clear;   /* one of mail stood above any line that is no field */
};

static void count_line(struct tally *tally, struct as_span line)
{
	size_t size = as_field_line_name(line, AS_GUESS_FIELD_NAME_MAX);

	if (size == 0) {
		tally->bad++;
	} else if (as_field_line_is_any(as_span_slice(line, 0, size), mail_fields,
					sizeof(mail_fields) / sizeof(mail_fields[0]))) {
		tally->mail++;
		tally->clear = tally->clear || tally->bad == 0;
	} else {
		tally->other++;
	}
}

static struct tally count_fields(struct as_span text)
{
	struct tally tally = {.mail = 0};

	while (text.size > 0 && !tally.clear && tally.bad <= BAD_LINES_MAX) {
		struct as_span line = as_field_line_take(&text);

		if (line.size == 0)
			break;
		/* A folded line belongs to the field above (RFC 5322 s2.2.3). */
		if ((line.data[0] == ' ' || line.data[0] == '\t') && tally.mail + tally.other > 0)
			continue;
		count_line(&tally, line);
	}
	return tally;
}

bool as_guess_message(struct as_span octets)
{
	struct as_span text = as_span_slice(octets, 0, AS_GUESS_BYTES);
	struct tally tally;

	while (text.size > 0 && (text.data[0] == '\n' || text.data[0] == '\r'))
		text = as_span_from(text, 1);
	if (as_span_has_at(text, 0, "From ", 5) || as_span_has_at(text, 0, ">From ", 6))
		as_field_line_take(&text);
	tally = count_fields(text);
	/* Broken headers are what attackers write: some garbage above and
	 * between fields of mail is no reason to look away. */
	return tally.clear || (tally.mail >= 2 && tally.bad <= tally.mail + tally.other);
}
