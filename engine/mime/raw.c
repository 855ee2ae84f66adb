/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/raw.h"

#include "mime/ends.h"
#include "mime/line.h"

#include <strings.h>

enum field_kind {
	FIELD_OTHER,
	FIELD_PARAMETERS, /* Content-* */
	FIELD_ADDRESSES,
};

static void count_at(struct as_raw_count *count, size_t offset)
{
	if (count->count++ == 0)
		count->first = offset;
}

static uint64_t octets_in(struct as_span text, size_t from, size_t end, unsigned char octet)
{
	uint64_t count = 0;

	for (size_t i = from; i < end; i++)
		count += text.data[i] == octet;
	return count;
}

static void keep_largest(size_t *largest, size_t value)
{
	if (value > *largest)
		*largest = value;
}

/* GMime parses the addresses of the first six names, and readers to come may
 * parse the others. */
static bool is_address_name(struct as_span name)
{
	static const char *const names[] = {
		"to",	      "cc",	     "bcc",	      "from",
		"reply-to",   "sender",	     "resent-to",     "resent-cc",
		"resent-bcc", "resent-from", "resent-sender", "resent-reply-to",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == name.size &&
		    strncasecmp(names[i], (const char *)name.data, name.size) == 0)
			return true;
	return false;
}

/* What the line [begin, end) starts. */
static enum field_kind field_kind_at(struct as_span text, size_t begin, size_t end,
				     size_t *value_out)
{
	size_t window = end - begin < AS_RAW_NAME_MAX ? end - begin : AS_RAW_NAME_MAX;
	struct as_span name = as_span_slice(text, begin, window);
	size_t colon = as_span_find_byte(name, 0, ':');

	if (colon == SIZE_MAX)
		return FIELD_OTHER;
	*value_out = begin + colon + 1;
	name.size = colon;
	while (name.size > 0 && as_octet_blank(name.data[name.size - 1]))
		name.size--;
	if (name.size > 8 && strncasecmp((const char *)name.data, "content-", 8) == 0)
		return FIELD_PARAMETERS;
	return is_address_name(name) ? FIELD_ADDRESSES : FIELD_OTHER;
}

struct header_walk {
	struct as_raw_header *header;
	enum field_kind kind;
	size_t field_begin;
	size_t end;   /* behind the last line that is not blank */
	size_t marks; /* colons or semicolons of the field so far */
};

static void end_field(struct header_walk *walk, size_t end)
{
	if (walk->header->fields == 0)
		return;
	keep_largest(&walk->header->field_bytes, end - walk->field_begin);
	if (walk->kind == FIELD_PARAMETERS)
		keep_largest(&walk->header->parameters, walk->marks);
	if (walk->kind == FIELD_ADDRESSES)
		keep_largest(&walk->header->groups, walk->marks);
}

static void header_line(struct header_walk *walk, struct as_span block, struct as_line line)
{
	size_t value = line.begin;

	keep_largest(&walk->header->line_bytes, line.end - line.begin);
	if (line.begin == line.end)
		return;
	walk->end = line.next;
	if (block.data[line.begin] != ' ' && block.data[line.begin] != '\t') {
		end_field(walk, line.begin);
		walk->header->fields++;
		walk->field_begin = line.begin;
		walk->marks = 0;
		walk->kind = field_kind_at(block, line.begin, line.end, &value);
	}
	if (walk->kind == FIELD_PARAMETERS)
		walk->marks += octets_in(block, value, line.end, ';');
	else if (walk->kind == FIELD_ADDRESSES)
		walk->marks += octets_in(block, value, line.end, ':');
}

static void header_octets(struct as_span block, struct as_raw_header *header)
{
	for (size_t i = 0; i < block.size; i++) {
		unsigned char octet = block.data[i];

		if (octet >= 0x80)
			count_at(&header->eight_bit, i);
		else if (octet == '\0')
			count_at(&header->nul, i);
		else if (octet == '\r' && i + 1 < block.size && block.data[i + 1] != '\n' &&
			 block.data[i + 1] != '\r')
			count_at(&header->lone_cr, i);
	}
}

static uint32_t header_excess(const struct as_raw_header *header, const struct as_limits *limits)
{
	uint32_t exceeded = 0;

	if (header->block_bytes > limits->header_block_bytes)
		exceeded |= AS_RAW_HEADER_BLOCK;
	if (header->field_bytes > limits->header_field_bytes)
		exceeded |= AS_RAW_HEADER_FIELD;
	if (header->fields > limits->header_fields)
		exceeded |= AS_RAW_HEADER_FIELDS;
	if (header->parameters > limits->header_parameters)
		exceeded |= AS_RAW_PARAMETERS;
	if (header->groups > limits->address_groups)
		exceeded |= AS_RAW_GROUPS;
	if (header->line_bytes > limits->line_bytes)
		exceeded |= AS_RAW_LINE;
	return exceeded;
}

void as_raw_header_scan(struct as_span block, unsigned char terminator,
			const struct as_limits *limits, struct as_raw_header *header_out)
{
	struct as_raw_header header = {
		.block_bytes = block.size,
		.eight_bit.first = SIZE_MAX,
		.nul.first = SIZE_MAX,
		.lone_cr.first = SIZE_MAX,
	};
	struct header_walk walk = {.header = &header};
	size_t offset = 0;

	while (offset < block.size) {
		struct as_line line = as_line_at(block, offset, terminator);

		header_line(&walk, block, line);
		offset = line.next;
	}
	end_field(&walk, walk.end);
	header_octets(block, &header);
	header.exceeded = header_excess(&header, limits);
	*header_out = header;
}

struct message_walk {
	struct as_span message;
	struct as_raw_report *report;
	uint64_t line_bytes;
	size_t next_cr;		 /* first CR that has not been looked at */
	enum as_line_end before; /* how the previous line ended */
	bool in_addresses;
	size_t colons;
	struct as_ends ends;
	size_t last_crlf;
	bool in_header;
	bool header_done;
	size_t header_begin, header_end;
};

static void look_for_dot(struct message_walk *walk, size_t at, enum as_line_end before)
{
	if (at < walk->message.size &&
	    (walk->message.data[at] == '.' || walk->message.data[at] == '\0'))
		as_ends_look(&walk->ends, walk->message, at, before);
}

/* A CR that does not end a line. */
static void stray_cr(struct message_walk *walk, size_t line_begin, size_t at)
{
	struct as_span message = walk->message;
	struct as_raw_report *report = walk->report;

	if (at + 1 < message.size && message.data[at + 1] == '\r') {
		/* The first of CR CR LF; otherwise the next one is counted. */
		if (at + 2 < message.size && message.data[at + 2] == '\n') {
			count_at(&report->doubled_cr, at);
			return;
		}
	}
	count_at(&report->lone_cr, at);
	if (as_span_has_at(message, at + 1, "--", 2) ||
	    (as_span_has_at(message, line_begin, "--", 2) && at > line_begin + 2 &&
	     !as_octet_blank(message.data[line_begin + 2])))
		count_at(&report->cr_delimiter, at);
	look_for_dot(walk, at + 1, AS_LINE_END_CR);
}

static void look_for_crs(struct message_walk *walk, struct as_line line)
{
	while (walk->next_cr < line.end) {
		stray_cr(walk, line.begin, walk->next_cr);
		walk->next_cr = as_span_find_byte(walk->message, walk->next_cr + 1, '\r');
	}
	if (walk->next_cr < line.next)
		walk->next_cr = as_span_find_byte(walk->message, line.next, '\r');
}

/* Any line anywhere is taken for a possible field: another reading of the
 * tree may make a header of what is a body in ours, and GMime's recursion
 * must not depend on which of the two is right. */
static void look_for_addresses(struct message_walk *walk, struct as_line line)
{
	struct as_span message = walk->message;
	size_t value = line.begin;

	if (line.begin == line.end) {
		walk->in_addresses = false;
		return;
	}
	switch (message.data[line.begin]) {
	case ' ':
	case '\t':
		break;
	case 'b':
	case 'c':
	case 'f':
	case 'r':
	case 's':
	case 't':
	case 'B':
	case 'C':
	case 'F':
	case 'R':
	case 'S':
	case 'T':
		walk->colons = 0;
		walk->in_addresses =
			field_kind_at(message, line.begin, line.end, &value) == FIELD_ADDRESSES;
		break;
	default:
		walk->in_addresses = false;
	}
	if (!walk->in_addresses)
		return;
	walk->colons += octets_in(message, value, line.end, ':');
	keep_largest(&walk->report->groups, walk->colons);
}

static enum as_line_end line_end(struct as_span message, struct as_line line)
{
	switch (line.next - line.end) {
	case 0:
		return AS_LINE_END_NONE;
	case 1:
		return AS_LINE_END_LF;
	default:
		return line.end > line.begin && message.data[line.end - 1] == '\r'
			       ? AS_LINE_END_DOUBLED
			       : AS_LINE_END_CRLF;
	}
}

static void message_line(struct message_walk *walk, struct as_line line)
{
	struct as_raw_report *report = walk->report;
	bool ended = line.next > line.end;
	bool crlf = line.next - line.end == 2;
	bool blank = as_line_blank(walk->message, line);

	if (ended)
		count_at(crlf ? &report->crlf : &report->lone_lf, line.end);
	look_for_crs(walk, line);
	if (line.end - line.begin > AS_RAW_LINE_STANDARD)
		count_at(&report->long_lines, line.begin);
	if (line.end - line.begin > walk->line_bytes)
		count_at(&report->huge_lines, line.begin);
	if (as_span_has_at(walk->message, line.begin, "--", 2))
		count_at(&report->delimiters, line.begin);
	look_for_addresses(walk, line);
	look_for_dot(walk, line.begin, walk->before);
	if (!walk->in_header && !walk->header_done && !blank) {
		walk->in_header = true;
		walk->header_begin = line.begin;
	} else if (walk->in_header && blank) {
		walk->in_header = false;
		walk->header_done = true;
		walk->header_end = line.next;
	}
	walk->before = line_end(walk->message, line);
	if (crlf)
		walk->last_crlf = line.end;
}

static void look_for_nuls(struct as_span message, struct as_raw_report *report)
{
	size_t first = as_span_find_byte(message, 0, '\0');

	if (first == SIZE_MAX)
		return;
	report->nul.first = first;
	report->nul.count = octets_in(message, first, message.size, '\0');
	report->nul_only_at_end = true;
	for (size_t i = first; i < message.size && report->nul_only_at_end; i++)
		report->nul_only_at_end =
			message.data[i] == '\0' || as_octet_blank(message.data[i]);
}

static void begin_report(struct as_raw_report *report)
{
	*report = (struct as_raw_report){.terminator = '\n'};
	report->crlf.first = SIZE_MAX;
	report->lone_lf.first = SIZE_MAX;
	report->lone_cr.first = SIZE_MAX;
	report->doubled_cr.first = SIZE_MAX;
	report->cr_delimiter.first = SIZE_MAX;
	report->nul.first = SIZE_MAX;
	report->long_lines.first = SIZE_MAX;
	report->huge_lines.first = SIZE_MAX;
	report->delimiters.first = SIZE_MAX;
	report->odd_dots.first = SIZE_MAX;
	report->mixed_dots.first = SIZE_MAX;
}

static void end_report(struct message_walk *walk, const struct as_limits *limits)
{
	struct as_raw_report *report = walk->report;
	struct as_span header = as_span_slice(walk->message, walk->header_begin,
					      walk->header_end - walk->header_begin);

	if (report->crlf.count == 0 && report->lone_lf.count == 0 && report->lone_cr.count > 0)
		report->terminator = '\r';
	else
		as_raw_header_scan(header, '\n', limits, &report->header);
	as_ends_report(&walk->ends, walk->last_crlf, report);
	report->exceeded = report->header.exceeded;
	if (report->groups > limits->address_groups)
		report->exceeded |= AS_RAW_GROUPS;
	if (report->delimiters.count > limits->delimiter_lines)
		report->exceeded |= AS_RAW_DELIMITERS;
}

void as_raw_scan(struct as_span message, const struct as_limits *limits,
		 struct as_raw_report *report_out)
{
	struct as_raw_report report;
	struct message_walk walk = {
		.message = message,
		.report = &report,
		.line_bytes = limits->line_bytes,
		.next_cr = as_span_find_byte(message, 0, '\r'),
		.last_crlf = SIZE_MAX,
		.header_end = message.size,
	};
	size_t offset = 0;

	begin_report(&report);
	as_ends_begin(&walk.ends, message);
	while (offset < message.size) {
		struct as_line line = as_line_at(message, offset, '\n');

		message_line(&walk, line);
		offset = line.next;
	}
	look_for_nuls(message, &report);
	end_report(&walk, limits);
	*report_out = report;
}
