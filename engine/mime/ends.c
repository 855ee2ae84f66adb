/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/ends.h"

#include "mime/line.h"

#include <strings.h>

static bool is_void(unsigned char octet)
{
	return octet == '\0' || as_octet_blank(octet);
}

void as_ends_begin(struct as_ends *ends, struct as_span message)
{
	static const struct as_raw_count none = {0, SIZE_MAX};

	*ends = (struct as_ends){none, none, none, none, none, none, none, message.size};
	while (ends->text_end > 0 && is_void(message.data[ends->text_end - 1]))
		ends->text_end--;
}

static void count_at(struct as_raw_count *count, size_t offset)
{
	if (count->count++ == 0 || offset < count->first)
		count->first = offset;
}

static size_t skip_nuls(struct as_span message, size_t at)
{
	size_t end = at + AS_ENDS_NULS_MAX;

	while (at < message.size && at < end && message.data[at] == '\0')
		at++;
	return at;
}

/* The line end at *at, which it moves behind. */
static enum as_line_end take_line_end(struct as_span message, size_t *at)
{
	if (as_span_has_at(message, *at, "\n", 1)) {
		*at += 1;
		return AS_LINE_END_LF;
	}
	if (as_span_has_at(message, *at, "\r\n", 2)) {
		*at += 2;
		return AS_LINE_END_CRLF;
	}
	if (as_span_has_at(message, *at, "\r\r\n", 3)) {
		*at += 3;
		return AS_LINE_END_DOUBLED;
	}
	if (as_span_has_at(message, *at, "\r", 1)) {
		*at += 1;
		return AS_LINE_END_CR;
	}
	return AS_LINE_END_NONE;
}

/* The next line up to any CR or LF, without what is void around it. */
static struct as_span next_line(struct as_span text, size_t *at)
{
	size_t begin = *at, end;

	while (begin < text.size && is_void(text.data[begin]))
		begin++;
	for (end = begin; end < text.size; end++)
		if (text.data[end] == '\r' || text.data[end] == '\n')
			break;
	*at = end;
	while (end > begin && is_void(text.data[end - 1]))
		end--;
	return as_span_slice(text, begin, end - begin);
}

static bool starts_with(struct as_span line, const char *word)
{
	size_t length = strlen(word);

	return line.size >= length && strncasecmp((const char *)line.data, word, length) == 0;
}

/* "MAIL FROM:" with blanks where people have seen them accepted. */
static bool is_path_command(struct as_span line, const char *verb, const char *preposition)
{
	size_t at = strlen(verb), begin;

	if (!starts_with(line, verb))
		return false;
	begin = at;
	while (at < line.size && is_void(line.data[at]))
		at++;
	if (at == begin || !starts_with(as_span_from(line, at), preposition))
		return false;
	at += strlen(preposition);
	while (at < line.size && is_void(line.data[at]))
		at++;
	return at < line.size && line.data[at] == ':';
}

/* Verbs that are words of English stand alone, others before a blank. */
static bool is_other_command(struct as_span line)
{
	static const struct {
		const char *verb;
		bool alone;
	} verbs[] = {
		{"DATA", true},	     {"RSET", true},  {"NOOP", true},  {"QUIT", true},
		{"EHLO", false},     {"HELO", false}, {"LHLO", false}, {"STARTTLS", true},
		{"BDAT", false},     {"AUTH", false}, {"VRFY", false}, {"XCLIENT", false},
		{"XFORWARD", false},
	};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		size_t length = strlen(verbs[i].verb);

		if (starts_with(line, verbs[i].verb))
			return line.size == length ||
			       (!verbs[i].alone && is_void(line.data[length]));
	}
	return false;
}

/* "250 ok": the words of a server, as people quote them. */
static bool is_reply(struct as_span line)
{
	for (size_t i = 0; i < 3; i++)
		if (line.size <= i || line.data[i] < '0' || line.data[i] > '9')
			return false;
	return line.size == 3 || line.data[3] == ' ' || line.data[3] == '-';
}

/*
 * Whether commands follow. strict: the dot may be text, so there has to be
 * MAIL FROM and one command more, which do not follow the words of a server.
 */
static bool has_envelope(struct as_span message, size_t from, bool strict)
{
	struct as_span window = as_span_slice(message, from, AS_ENDS_WINDOW_BYTES);
	size_t at = 0, commands = 0, junk = 0;
	bool mail = false;

	for (size_t i = 0; i < AS_ENDS_LINES_MAX; i++) {
		struct as_span line = next_line(window, &at);

		if (line.size == 0 || is_reply(line))
			return false;
		if (is_path_command(line, "MAIL", "FROM")) {
			mail = true;
			commands++;
		} else if (is_path_command(line, "RCPT", "TO") || is_other_command(line)) {
			commands++;
		} else if (++junk > AS_ENDS_JUNK_MAX) {
			return false;
		}
		if (strict ? mail && commands > 1 : commands > 0)
			return true;
	}
	return false;
}

static struct as_raw_count *count_of(struct as_ends *ends, enum as_line_end before,
				     enum as_line_end after)
{
	if (before != after)
		return &ends->unlike;
	switch (before) {
	case AS_LINE_END_LF:
		return &ends->lf;
	case AS_LINE_END_CRLF:
		return &ends->crlf;
	case AS_LINE_END_CR:
		return &ends->cr;
	case AS_LINE_END_DOUBLED:
		return &ends->doubled;
	case AS_LINE_END_NONE:
		break;
	}
	return &ends->unlike;
}

/* Blanks behind the dot: an end of data for nobody that is known, so they count
 * only when an envelope follows. */
static size_t skip_padding(struct as_span message, size_t at)
{
	size_t end = at + AS_ENDS_NULS_MAX;

	while (at < message.size && at < end &&
	       (message.data[at] == ' ' || message.data[at] == '\t' || message.data[at] == '\v' ||
		message.data[at] == '\f' || message.data[at] == '\0'))
		at++;
	return at;
}

static void look_behind(struct as_ends *ends, struct as_span message, size_t dot, size_t at,
			struct as_raw_count *count)
{
	if (at >= ends->text_end) {
		if (count == &ends->unlike)
			count_at(&ends->last, dot);
		return;
	}
	if (count != NULL)
		count_at(count, dot);
	if (has_envelope(message, at, count != &ends->unlike))
		count_at(&ends->envelopes, dot);
}

void as_ends_look(struct as_ends *ends, struct as_span message, size_t from,
		  enum as_line_end before)
{
	size_t dot = skip_nuls(message, from), bare, at;
	enum as_line_end after;
	bool padded;

	if (before == AS_LINE_END_NONE || !as_span_has_at(message, dot, ".", 1))
		return;
	bare = skip_nuls(message, dot + 1);
	at = skip_padding(message, bare);
	padded = at > bare;
	after = take_line_end(message, &at);
	if (after == AS_LINE_END_NONE)
		return;
	if (padded)
		look_behind(ends, message, dot, at, NULL);
	else
		look_behind(ends, message, dot, at,
			    dot != from || bare != dot + 1 ? &ends->unlike
							   : count_of(ends, before, after));
}

static void add(struct as_raw_count *sum, const struct as_raw_count *count)
{
	sum->count += count->count;
	if (count->first < sum->first)
		sum->first = count->first;
}

void as_ends_report(const struct as_ends *ends, size_t last_crlf, struct as_raw_report *report)
{
	report->envelopes = ends->envelopes;
	report->last_dots = ends->last;
	report->plain_dots = ends->crlf;
	add(&report->odd_dots, &ends->unlike);
	if (report->terminator == '\n')
		add(&report->odd_dots, &ends->cr);
	/* A relay that doubles every CR has made them all alike. */
	if (report->doubled_cr.count < report->crlf.count)
		add(&report->odd_dots, &ends->doubled);
	/* LF is the rule in files, and a body with LF may come under a header
	 * with CRLF. Among lines with CRLF it is odd. */
	if (report->crlf.count > report->lone_lf.count && last_crlf != SIZE_MAX &&
	    last_crlf > ends->lf.first)
		add(&report->odd_dots, &ends->lf);
	else if (report->crlf.count > 0)
		add(&report->mixed_dots, &ends->lf);
}
