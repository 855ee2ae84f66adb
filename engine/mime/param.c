/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/param.h"

#include "base/buffer.h"
#include "mime/field.h"
#include "mime/octet.h"
#include "mime/param_join.h"

#include <errno.h>

struct scan {
	struct as_arena *arena;
	struct as_span text;
	size_t at;
	size_t semicolon; /* the last that was looked for, lest a run of
			     parameters without any costs its square */
	bool no_quotes;	  /* one without an end was seen, so none has */
	bool no_comments;
	uint32_t anomalies;
	struct as_buffer segments;
	size_t segment_max, total;
	struct as_buffer scratch;
	bool failed;
};

/* RFC 2045 s5.1, with '/'. */
static bool is_token(unsigned char octet)
{
	return octet > ' ' && octet < 0x7f && strchr("()<>@,;:\\\"[]?=", octet) == NULL;
}

/* Not strchr, which finds a NUL in every set. */
static bool is_one_of(unsigned char octet, const char *set)
{
	return octet != 0 && strchr(set, octet) != NULL;
}

static bool more(const struct scan *scan)
{
	return scan->at < scan->text.size;
}

static unsigned char here(const struct scan *scan)
{
	return scan->text.data[scan->at];
}

/* Behind the comment at offset, or offset when '(' is only a character. */
static size_t skip_comment(struct scan *scan, size_t offset)
{
	size_t behind;

	if (scan->no_comments)
		return offset;
	behind = as_comment_skip(scan->text, offset);
	if (behind == offset) {
		scan->no_comments = true;
		scan->anomalies |= AS_PARAM_UNCLOSED_COMMENT;
	} else {
		scan->anomalies |= AS_PARAM_COMMENT;
	}
	return behind;
}

static void skip_space(struct scan *scan)
{
	while (more(scan)) {
		size_t next = scan->at;

		if (as_octet_blank(here(scan)))
			next++;
		else if (here(scan) == '(')
			next = skip_comment(scan, next);
		if (next == scan->at)
			return;
		scan->at = next;
	}
}

static size_t next_semicolon(struct scan *scan)
{
	if (scan->semicolon < scan->at) {
		size_t found = as_span_find_byte(scan->text, scan->at, ';');

		scan->semicolon = found == SIZE_MAX ? scan->text.size : found;
	}
	return scan->semicolon;
}

static const char *keep_scratch(struct scan *scan)
{
	const char *copy = as_arena_copy(scan->arena, as_buffer_span(&scan->scratch));

	if (copy == NULL || scan->scratch.failed)
		scan->failed = true;
	return copy;
}

static bool is_type(struct as_span text)
{
	size_t slash = as_span_find_byte(text, 0, '/');

	if (text.size == 0 || text.size > AS_PARAM_TYPE_MAX)
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (!is_token(text.data[i]))
			return false;
	return slash == SIZE_MAX || (slash > 0 && slash + 1 < text.size &&
				     as_span_find_byte(text, slash + 1, '/') == SIZE_MAX);
}

/* The type or disposition. Blanks and comments round the slash are skipped;
 * what turns out to be a parameter is left for the parameters. */
static const char *parse_type(struct scan *scan)
{
	size_t begin;
	bool bad = false;

	scan->scratch.size = 0;
	skip_space(scan);
	begin = scan->at;
	while (more(scan) && here(scan) != ';' && here(scan) != ',') {
		size_t before = scan->at;

		skip_space(scan);
		if (!more(scan) || here(scan) == ';' || here(scan) == ',')
			break;
		if (scan->at > before && scan->scratch.size > 0 && here(scan) != '/' &&
		    scan->scratch.data[scan->scratch.size - 1] != '/')
			break;
		if (here(scan) == '=') {
			scan->at = begin;
			scan->anomalies |= AS_PARAM_BAD_TYPE;
			return "";
		}
		if (here(scan) == '"')
			bad = true;
		else
			as_buffer_byte(&scan->scratch, as_octet_lower(here(scan)));
		scan->at++;
	}
	if (bad || !is_type(as_buffer_span(&scan->scratch)))
		scan->anomalies |= AS_PARAM_BAD_TYPE;
	return is_type(as_buffer_span(&scan->scratch)) ? keep_scratch(scan) : "";
}

/* Into scratch, in lower case. Octets that no reader takes for part of a name
 * have been used to hide one: they are dropped. */
static void parse_name(struct scan *scan)
{
	scan->scratch.size = 0;
	while (more(scan)) {
		unsigned char octet = here(scan);

		if (octet == '=' || octet == ';' || octet == ',' || as_octet_blank(octet) ||
		    (octet == '(' && skip_comment(scan, scan->at) != scan->at))
			return;
		if (octet < ' ' || octet == 0x7f || octet == '"')
			scan->anomalies |= AS_PARAM_BAD_NAME;
		else
			as_buffer_byte(&scan->scratch, as_octet_lower(octet));
		scan->at++;
	}
}

/* Splits "name*2*" into its parts (RFC 2231 s3, s4.1). */
static void split_name(struct scan *scan, struct as_param_segment *segment)
{
	struct as_span name = as_buffer_span(&scan->scratch), rest;
	size_t star = as_span_find_byte(name, 0, '*'), digits = 0;
	long section = 0;

	segment->section = AS_NO_SECTION;
	if (star == SIZE_MAX)
		return;
	scan->scratch.size = star;
	rest = as_span_from(name, star + 1);
	while (digits < rest.size && digits <= AS_PARAM_SECTION_DIGITS &&
	       rest.data[digits] >= '0' && rest.data[digits] <= '9')
		section = section * 10 + (rest.data[digits++] - '0');
	if (digits > AS_PARAM_SECTION_DIGITS || rest.size > digits + 1 ||
	    (rest.size == digits + 1 && (digits == 0 || rest.data[digits] != '*')) ||
	    (digits > 1 && rest.data[0] == '0'))
		scan->anomalies |= AS_PARAM_BAD_EXTENDED;
	if (digits > 0 && digits <= AS_PARAM_SECTION_DIGITS)
		segment->section = section;
	segment->extended = digits == 0 || rest.size > digits;
}

/* Text of a quoted string: pairs and folds resolved. */
static void unquote(struct as_buffer *out, struct as_span text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '\r' || text.data[i] == '\n')
			continue;
		if (text.data[i] == '\\' && i + 1 < text.size)
			i++;
		as_buffer_byte(out, text.data[i]);
	}
}

static size_t find_quote(const struct scan *scan, size_t from)
{
	for (size_t i = from; i < scan->text.size; i++) {
		if (scan->text.data[i] == '\\')
			i++;
		else if (scan->text.data[i] == '"')
			return i;
	}
	return SIZE_MAX;
}

/* What touches a closing quote and is no parameter of its own. */
static void skip_tail(struct scan *scan)
{
	size_t i = scan->at;

	while (i < scan->text.size && !as_octet_blank(scan->text.data[i]) &&
	       !is_one_of(scan->text.data[i], ";,(="))
		i++;
	if (i < scan->text.size && scan->text.data[i] == '=')
		return;
	if (i > scan->at)
		scan->anomalies |= AS_PARAM_JUNK;
	scan->at = i;
}

/*
 * Without a closing quote some readers take all that follows, others stop at
 * the ';'. The value ends at the ';' or the fold, so that the parameters
 * behind it are seen; raw goes to the end.
 */
static void parse_unclosed(struct scan *scan, struct as_param_segment *segment)
{
	size_t begin = scan->at + 1, end = begin;

	scan->no_quotes = true;
	scan->anomalies |= AS_PARAM_UNCLOSED_QUOTE;
	segment->raw = as_span_from(scan->text, scan->at);
	while (end < scan->text.size && !is_one_of(scan->text.data[end], ";\r\n"))
		end++;
	scan->at = end;
	while (end > begin && as_octet_blank(scan->text.data[end - 1]))
		end--;
	unquote(&scan->scratch, as_span_slice(scan->text, begin, end - begin));
}

static void parse_quoted(struct scan *scan, struct as_param_segment *segment)
{
	size_t begin = scan->at, close = find_quote(scan, begin + 1);

	segment->quoted = true;
	if (close == SIZE_MAX) {
		parse_unclosed(scan, segment);
		return;
	}
	unquote(&scan->scratch, as_span_slice(scan->text, begin + 1, close - begin - 1));
	scan->at = close + 1;
	skip_tail(scan);
	segment->raw = as_span_slice(scan->text, begin, scan->at - begin);
}

static void trim_scratch(struct scan *scan)
{
	struct as_buffer *text = &scan->scratch;

	while (text->size > 0 && as_octet_blank(text->data[text->size - 1]))
		text->size--;
	for (size_t i = 0; i < text->size; i++)
		if (as_octet_blank(text->data[i]) || text->data[i] == '"')
			scan->anomalies |= AS_PARAM_UNQUOTED;
}

/*
 * A value without quotes runs to the ';', since names with blanks are often
 * sent bare, but stops before a word that looks like the next parameter.
 * Comments go, as RFC 2045 s5.1 has it; raw keeps them and all up to the ';'.
 */
static void parse_bare(struct scan *scan, struct as_param_segment *segment)
{
	size_t begin = scan->at, word = SIZE_MAX, size_before_word = 0, end;

	while (more(scan) && here(scan) != ';') {
		unsigned char octet = here(scan);
		size_t behind = octet == '(' ? skip_comment(scan, scan->at) : scan->at;

		if (behind > scan->at) {
			scan->at = behind;
			continue;
		}
		if (octet == '=' && word < scan->at) {
			scan->anomalies |= AS_PARAM_NO_SEMICOLON;
			scan->scratch.size = size_before_word;
			scan->at = word;
			break;
		}
		if (as_octet_blank(octet) || octet == ',') {
			if (word != scan->at)
				size_before_word = scan->scratch.size;
			word = scan->at + 1;
		} else if (!is_token(octet)) {
			word = SIZE_MAX;
		}
		if (octet != '\r' && octet != '\n')
			as_buffer_byte(&scan->scratch, octet);
		scan->at++;
	}
	end = next_semicolon(scan);
	segment->raw = as_span_slice(scan->text, begin, end - begin);
	trim_scratch(scan);
}

static void parse_value(struct scan *scan, struct as_param_segment *segment)
{
	size_t begin, end;

	scan->scratch.size = 0;
	while (more(scan) && as_octet_blank(here(scan)))
		scan->at++;
	begin = scan->at;
	skip_space(scan);
	if (more(scan) && here(scan) == '"' && !scan->no_quotes)
		parse_quoted(scan, segment);
	else
		parse_bare(scan, segment);
	end = (size_t)(segment->raw.data - scan->text.data) + segment->raw.size;
	segment->raw = as_span_slice(scan->text, begin, end - begin);
}

/* From the name on. False at a word that no '=' follows. */
static bool parse_segment(struct scan *scan)
{
	struct as_param_segment segment = {.order = scan->total};
	bool keep = scan->segments.size / sizeof(segment) < scan->segment_max;

	parse_name(scan);
	split_name(scan, &segment);
	if (keep && scan->scratch.size > 0)
		segment.name = keep_scratch(scan);
	skip_space(scan);
	if (!more(scan) || here(scan) != '=' || scan->scratch.size == 0) {
		scan->anomalies |= AS_PARAM_NO_EQUALS;
		if (more(scan) && here(scan) == '=')
			scan->at++;
		return false;
	}
	scan->at++;
	parse_value(scan, &segment);
	scan->total++;
	if (!keep) {
		scan->anomalies |= AS_PARAM_TOO_MANY;
		return true;
	}
	segment.value = as_span_make(keep_scratch(scan), scan->scratch.size);
	if (!as_buffer_append(&scan->segments, &segment, sizeof(segment)))
		scan->failed = true;
	return true;
}

static void parse_segments(struct scan *scan)
{
	bool separated = scan->at == 0;

	while (!scan->failed) {
		skip_space(scan);
		if (!more(scan))
			return;
		if (here(scan) == ';' || here(scan) == ',') {
			if (here(scan) == ',')
				scan->anomalies |= AS_PARAM_NO_SEMICOLON;
			separated = true;
			scan->at++;
			continue;
		}
		if (parse_segment(scan) && !separated)
			scan->anomalies |= AS_PARAM_NO_SEMICOLON;
		separated = false;
	}
}

int as_params_parse(struct as_arena *arena, struct as_span value, size_t max_params,
		    struct as_params *params_out)
{
	struct scan scan = {.arena = arena, .text = value, .segment_max = max_params};
	struct as_params params = {.type = ""};
	int rc;

	as_buffer_init(&scan.segments, 0);
	as_buffer_init(&scan.scratch, 0);
	params.type = parse_type(&scan);
	parse_segments(&scan);
	params.anomalies = scan.anomalies;
	params.total_seen = scan.total;
	rc = scan.failed || scan.scratch.failed ? -ENOMEM : 0;
	if (rc == 0)
		rc = as_params_join(arena, (struct as_param_segment *)(void *)scan.segments.data,
				    scan.segments.size / sizeof(struct as_param_segment), &params);
	if (rc == 0)
		*params_out = params;
	as_buffer_deinit(&scan.segments);
	as_buffer_deinit(&scan.scratch);
	return rc;
}

const struct as_param *as_params_find(const struct as_params *params, const char *name)
{
	for (size_t i = 0; i < params->count; i++)
		if (strcmp(params->items[i].name, name) == 0)
			return &params->items[i];
	return NULL;
}
