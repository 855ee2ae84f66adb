/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"
#include "tags.h"

enum field {
	F_MIME_VERSION = 1u << 0,
	F_CONTENT_TYPE = 1u << 1,
	F_RECEIVED = 1u << 2,
	F_FROM = 1u << 3,
	F_TO = 1u << 4,
	F_SUBJECT = 1u << 5,
	F_DATE = 1u << 6,
	F_MESSAGE_ID = 1u << 7,
	F_RETURN_PATH = 1u << 8,
	F_DELIVERED = 1u << 9,
	F_CC = 1u << 10,
	F_REPLY_TO = 1u << 11,
	F_DKIM = 1u << 12,
	F_ENCODING = 1u << 13,
	F_SENDER = 1u << 14,
	F_RELATED = 1u << 16,
	F_SNAPSHOT = 1u << 17,
	F_MULTIPART = 1u << 18,
};
/* Fields that people do not type at the top of a note. */
#define MACHINE_FIELDS (F_MIME_VERSION | F_CONTENT_TYPE | F_RECEIVED)
/* Marks that are not fields of their own. */
#define NOT_FIELDS (F_RELATED | F_SNAPSHOT | F_MULTIPART)

static const struct {
	const char *name;
	uint32_t field;
} fields[] = {
	{"mime-version", F_MIME_VERSION},
	{"content-type", F_CONTENT_TYPE},
	{"content-transfer-encoding", F_ENCODING},
	{"received", F_RECEIVED},
	{"from", F_FROM},
	{"to", F_TO},
	{"subject", F_SUBJECT},
	{"date", F_DATE},
	{"message-id", F_MESSAGE_ID},
	{"return-path", F_RETURN_PATH},
	{"delivered-to", F_DELIVERED},
	{"x-original-to", F_DELIVERED},
	{"envelope-to", F_DELIVERED},
	{"cc", F_CC},
	{"bcc", F_CC},
	{"reply-to", F_REPLY_TO},
	{"in-reply-to", F_REPLY_TO},
	{"references", F_REPLY_TO},
	{"sender", F_SENDER},
	{"errors-to", F_SENDER},
	{"resent-from", F_SENDER},
	{"dkim-signature", F_DKIM},
	{"arc-seal", F_DKIM},
	{"authentication-results", F_DKIM},
	{"received-spf", F_DKIM},
	{"list-id", F_DKIM},
	{"list-unsubscribe", F_DKIM},
	{"snapshot-content-location", F_SNAPSHOT},
};

/* Length of the field name in front of the colon; 0 when there is none.
 * Blanks before the colon are old style (RFC 5322 s4.5). */
static size_t field_name(struct as_span line)
{
	size_t end = 0, colon;

	while (end < line.size && line.data[end] > 0x20 && line.data[end] < 0x7f &&
	       line.data[end] != ':')
		end++;
	for (colon = end;
	     colon < line.size && (line.data[colon] == ' ' || line.data[colon] == '\t');)
		colon++;
	return end > 0 && colon < line.size && line.data[colon] == ':' ? end : 0;
}

static uint32_t classify(struct as_span name, struct as_span line)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		uint32_t field = fields[i].field;

		if (!ft_name_is(name, fields[i].name))
			continue;
		if (field == F_CONTENT_TYPE && ft_find_lower(line, "multipart/") != SIZE_MAX)
			field |= F_MULTIPART;
		if ((field & F_MULTIPART) && ft_find_lower(line, "multipart/related") != SIZE_MAX)
			field |= F_RELATED;
		return field;
	}
	return 0;
}

/* Which fields the header has; stops at the empty line or at the first line
 * that cannot be one. */
static uint32_t read_header(struct as_span view, size_t at)
{
	struct as_span line;
	uint32_t found = 0;

	for (unsigned int i = 0; i < FT_MAIL_LINES && ft_text_line(view, &at, &line); i++) {
		size_t size;

		if (line.size == 0)
			break;
		if (line.data[0] == ' ' || line.data[0] == '\t') {
			if (found == 0)
				break;
			continue;
		}
		size = field_name(line);
		if (size == 0)
			break;
		found |= classify(as_span_slice(line, 0, size), line);
	}
	return found;
}

/* "From sender Www Mmm dd hh:mm:ss yyyy": a time, and a year at the end. */
static bool is_mbox_line(struct as_span line)
{
	unsigned int colons = 0;

	if (line.size < 20 || !as_span_has_at(line, 0, "From ", 5))
		return false;
	for (size_t i = 5; i + 2 < line.size; i++)
		if (line.data[i] == ':' && line.data[i - 1] >= '0' && line.data[i - 1] <= '9' &&
		    line.data[i + 1] >= '0' && line.data[i + 1] <= '9')
			colons++;
	return colons >= 1;
}

/* Whether another message follows, as far as the head shows. */
static bool has_second(struct as_span view, size_t at)
{
	struct as_span line;
	bool after_blank = false;

	view = as_span_slice(view, 0, at + FT_HEAD_BYTES);
	while (ft_text_line(view, &at, &line)) {
		if (after_blank && is_mbox_line(line))
			return true;
		after_blank = line.size == 0;
	}
	return false;
}

static unsigned int count_fields(uint32_t found)
{
	return (unsigned int)__builtin_popcount(found & ~(uint32_t)NOT_FIELDS);
}

bool ft_mail_find(const struct ft_text *text, const struct ft_hints *hints,
		  struct ft_result *result_out)
{
	size_t at = ft_text_skip_blanks(text->view, 0, FT_BLANKS_MAX), start = at;
	struct as_span view = as_span_slice(text->view, 0, at + FT_MAIL_BYTES), line;
	bool mbox = false;
	uint32_t found;

	if (at >= view.size)
		return false;
	if (as_span_has_at(view, at, "From ", 5) || as_span_has_at(view, at, ">From ", 6)) {
		(void)ft_text_line(view, &at, &line);
		mbox = is_mbox_line(line);
		if (!mbox && line.data[0] != '>')
			return false;
	}
	found = read_header(view, at);
	/* A typed "To:/Subject:" is two fields; a body needs a machine's, too. */
	if (count_fields(found) < 2 || (hints->body && (found & MACHINE_FIELDS) == 0))
		return false;
	/* One message with its envelope line is still a message. */
	if (mbox && has_second(text->view, at))
		return ft_is(result_out, FT_MBOX, 92, text->wide ? 0 : start + text->shift, 5);
	/* Web archives are mail by form; what opens them is a browser. */
	if ((found & F_SNAPSHOT) ||
	    ((found & F_RELATED) && (found & (F_RECEIVED | F_TO | F_MESSAGE_ID)) == 0) ||
	    ((found & F_MULTIPART) &&
	     (strcmp(hints->extension, ".mht") == 0 || strcmp(hints->extension, ".mhtml") == 0)))
		return ft_is(result_out, FT_MHT, 90, text->wide ? 0 : start + text->shift, 1);
	return ft_is(result_out, FT_EML, 90, text->wide ? 0 : start + text->shift, 1);
}
