/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite/notice.h"

#include "base/utf8.h"

/* RFC 2045 s6.7 (5), without the soft line break. */
#define LINE_MAX_OCTETS 75u
/* Of a name and of a reason; what is longer says no more to a reader. */
#define NAME_MAX_OCTETS	  ((size_t)ASSAY_NAME_MAX)
#define REASON_MAX_OCTETS ((size_t)600)

/* EBCDIC gateways are gone, but an allow list is the shorter proof. */
static bool is_plain(unsigned char c)
{
	static const char others[] = " .,:;()/_'";

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != 0 && strchr(others, c) != NULL);
}

/* Dots end a message in SMTP, and mailboxes put a mark before "From ". */
static bool is_bad_start(unsigned char c)
{
	return c == '.' || c == 'F';
}

/* One line of text; a blank at its end is encoded (s6.7 (3)). */
static void put_line(struct as_buffer *out, struct as_span text, const char *eol)
{
	size_t column = 0;

	for (size_t i = 0; i < text.size; i++) {
		unsigned char c = text.data[i];
		bool plain = is_plain(c) && !(c == ' ' && i + 1 == text.size);

		if (column + 3 > LINE_MAX_OCTETS) {
			as_buffer_printf(out, "=%s", eol);
			column = 0;
		}
		if (column == 0 && is_bad_start(c))
			plain = false;
		if (plain)
			as_buffer_byte(out, c);
		else
			as_buffer_printf(out, "=%02X", c);
		column += plain ? 1 : 3;
	}
	as_buffer_text(out, eol);
}

static void put_text(struct as_buffer *out, const char *text, const char *eol)
{
	put_line(out, as_span_text(text), eol);
}

/* label and value, the value without characters that move a cursor. */
static void put_value(struct as_buffer *out, const char *label, struct as_span value, size_t max,
		      const char *eol)
{
	struct as_buffer line;

	as_buffer_init(&line, 0);
	as_buffer_text(&line, label);
	as_utf8_escape(&line, as_span_slice(value, 0, max));
	if (value.size > max)
		as_buffer_text(&line, "...");
	put_line(out, as_buffer_span(&line), eol);
	if (line.failed)
		out->failed = true;
	as_buffer_deinit(&line);
}

static void put_reason(struct as_buffer *out, const struct as_finding *finding, const char *eol)
{
	struct as_buffer reason;

	as_buffer_init(&reason, 0);
	if (!as_verdict_reason(&reason, finding))
		out->failed = true;
	put_value(out, "Reason: ", as_buffer_span(&reason), REASON_MAX_OCTETS, eol);
	as_buffer_deinit(&reason);
	put_value(out, "", as_span_text(finding->text), REASON_MAX_OCTETS, eol);
}

bool as_rewrite_notice(struct as_buffer *out, const struct as_rewrite_part *part, const char *id,
		       const char *eol)
{
	const struct as_entity *entity = part->entity;
	size_t begin = out->size;

	as_buffer_printf(out,
			 "Content-Type: text/plain; charset=utf-8%s"
			 "Content-Transfer-Encoding: quoted-printable%s"
			 "Content-Disposition: inline%s%s",
			 eol, eol, eol, eol);
	put_text(out, "An attachment of this message was removed.", eol);
	put_text(out, "", eol);
	if (entity->name_count > 0)
		put_value(out,
			  "Name: ", as_span_make(entity->names[0].text, entity->names[0].length),
			  NAME_MAX_OCTETS, eol);
	put_value(out, "Type: ", as_span_text(entity->media_type), NAME_MAX_OCTETS, eol);
	put_reason(out, part->reason, eol);
	put_value(out, "Message: ", as_span_text(id), NAME_MAX_OCTETS, eol);
	put_text(out, "", eol);
	put_text(out, "The rest of the message is as it was sent.", eol);
	if (out->failed)
		return false;
	/* The line end before the next delimiter is the delimiter's. */
	out->size -= strlen(eol);
	return out->size > begin;
}
