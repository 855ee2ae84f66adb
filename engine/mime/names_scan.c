/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/names_scan.h"

#include "mime/field.h"
#include "mime/octet.h"
#include "mime/param_join.h"

#include <strings.h>

struct scan {
	struct as_span text;
	size_t at;
	size_t field, max, count;
	bool no_quotes; /* one without an end was seen, so none has */
	bool no_comments;
	bool open; /* the last chunk was a piece whose rest may follow */
	struct as_buffer *pieces;
};

/* What stands between two separators. */
struct chunk {
	size_t begin, end;
	size_t equals;	     /* SIZE_MAX: there is none */
	size_t raw;	     /* first octet behind '=' and blanks */
	size_t value;	     /* and behind comments */
	size_t close;	     /* of a quoted value: its closing quote, or SIZE_MAX */
	size_t last_comment; /* where the last one in the value begins, or SIZE_MAX */
	bool separated;	     /* a ';' stands in front */
};

static bool is_word(unsigned char octet)
{
	return octet > ' ' && octet < 0x7f && strchr("()<>@,;:\\\"/[]?=", octet) == NULL;
}

static size_t skip_space(struct as_span text, size_t at)
{
	while (at < text.size && as_octet_blank(text.data[at]))
		at++;
	return at;
}

/* Whether a word and '=' stand at offset: the next parameter, although no
 * semicolon announces it. */
static bool is_parameter(struct as_span text, size_t at)
{
	size_t begin = at;

	while (at < text.size && is_word(text.data[at]))
		at++;
	return at > begin && at < text.size && text.data[at] == '=';
}

static size_t closing_quote(struct scan *scan, size_t open)
{
	if (scan->no_quotes)
		return SIZE_MAX;
	for (size_t i = open + 1; i < scan->text.size; i++) {
		if (scan->text.data[i] == '\\')
			i++;
		else if (scan->text.data[i] == '"')
			return i;
	}
	scan->no_quotes = true;
	return SIZE_MAX;
}

static size_t behind_comment(struct scan *scan, size_t open)
{
	size_t behind;

	if (scan->no_comments)
		return open;
	behind = as_comment_skip(scan->text, open);
	if (behind == open)
		scan->no_comments = true;
	return behind;
}

static void take_equals(struct scan *scan, struct chunk *chunk, size_t at)
{
	chunk->equals = at;
	chunk->raw = skip_space(scan->text, at + 1);
	chunk->value = chunk->raw;
	while (chunk->value < scan->text.size && scan->text.data[chunk->value] == '(') {
		size_t behind = behind_comment(scan, chunk->value);

		if (behind == chunk->value)
			break;
		chunk->value = skip_space(scan->text, behind);
	}
	if (chunk->value < scan->text.size && scan->text.data[chunk->value] == '"')
		chunk->close = closing_quote(scan, chunk->value);
}

/* "filename:" as a field would have it: hand-made generators write that, and
 * readers that search for the word take it. */
static bool is_colon(const struct scan *scan, const struct chunk *chunk, size_t at)
{
	struct as_span name = as_span_slice(scan->text, chunk->begin, at - chunk->begin);

	while (name.size > 0 && as_octet_blank(name.data[0]))
		name = as_span_from(name, 1);
	while (name.size > 0 && as_octet_blank(name.data[name.size - 1]))
		name.size--;
	return (name.size == 8 && strncasecmp((const char *)name.data, "filename", 8) == 0) ||
	       (name.size == 4 && strncasecmp((const char *)name.data, "name", 4) == 0);
}

/*
 * Where the chunk goes on at `at`, or `at` itself at its end. Quotes count in
 * front of the '=' and at the beginning of a value, as param.h has it.
 */
static size_t step(struct scan *scan, struct chunk *chunk, size_t at)
{
	unsigned char octet = scan->text.data[at];
	size_t next = at + 1;

	if (octet == ';')
		return at;
	if (chunk->equals == SIZE_MAX) {
		if (octet == '=' || (octet == ':' && is_colon(scan, chunk, at))) {
			take_equals(scan, chunk, at);
			next = chunk->close != SIZE_MAX ? chunk->close + 1 : chunk->value;
		} else if (octet == '"') {
			size_t close = closing_quote(scan, at);

			next = close != SIZE_MAX ? close + 1 : next;
		} else if (octet == '(') {
			size_t behind = behind_comment(scan, at);

			next = behind > at ? behind : next;
		}
		return next;
	}
	if (octet == '(') {
		size_t behind = behind_comment(scan, at);

		if (behind > at)
			chunk->last_comment = at;
		return behind > at ? behind : next;
	}
	if (as_octet_blank(octet) || octet == ',') {
		next = skip_space(scan->text, next);
		if (is_parameter(scan->text, next))
			return at;
	}
	return next;
}

static struct chunk next_chunk(struct scan *scan)
{
	struct chunk chunk = {
		.begin = scan->at,
		.equals = SIZE_MAX,
		.close = SIZE_MAX,
		.last_comment = SIZE_MAX,
		.separated = scan->at > 0 && scan->text.data[scan->at - 1] == ';',
	};
	size_t at = scan->at;

	while (at < scan->text.size) {
		size_t next = step(scan, &chunk, at);

		if (next == at)
			break;
		at = next;
	}
	chunk.end = at < scan->text.size ? at : scan->text.size;
	/* Behind the separator, which may be a blank. */
	scan->at = chunk.end < scan->text.size ? chunk.end + 1 : chunk.end;
	return chunk;
}

/* How the name of a parameter is written. */
struct spelling {
	char text[AS_NAME_PARAM_SIZE]; /* lower case, the last word of it */
	bool spaced;		       /* blanks or comments round it */
	bool mangled;		       /* and within it, or quotes and controls */
};

/* Behind the blank, comment, quote or control at `at`, or `at`. */
static size_t skip_filler(struct scan *scan, size_t at, bool *hard_out)
{
	unsigned char octet = scan->text.data[at];

	if (octet == '(')
		return behind_comment(scan, at);
	if (as_octet_blank(octet))
		return at + 1;
	if (octet != '"' && octet >= ' ' && octet != 0x7f)
		return at;
	*hard_out = true;
	return at + 1;
}

/* False when it is too long to be one that matters, or empty. */
static bool read_name(struct scan *scan, const struct chunk *chunk, struct spelling *out)
{
	size_t at = skip_space(scan->text, chunk->begin), length = 0;
	bool blank = false, gap = false;

	*out = (struct spelling){.text = ""};
	while (at < chunk->equals) {
		unsigned char octet = scan->text.data[at];
		size_t behind = skip_filler(scan, at, &out->mangled);

		if (behind > at) {
			gap = true;
			blank = blank || as_octet_blank(octet);
			at = behind;
			continue;
		}
		/* "filename *=": the star belongs to the word before the blank. */
		if (gap && length > 0)
			out->mangled = true;
		else if (gap)
			out->spaced = true;
		if (blank && octet != '*')
			length = 0;
		gap = false;
		blank = false;
		if (length + 1 >= AS_NAME_PARAM_SIZE)
			return false;
		out->text[length++] = (char)(octet >= 'A' && octet <= 'Z' ? octet + 32 : octet);
		at++;
	}
	out->spaced = out->spaced || gap;
	out->text[length] = '\0';
	return length > 0;
}

/* Parameters of the two fields that are registered or widely used, and that
 * hold no name of a file; "x-" ones are anybody's. */
static bool is_registered(const char *name)
{
	static const char *const known[] = {
		"access-type", "action-type", "boundary",      "charset",     "codecs",
		"component",   "conversions", "creation-date", "delsp",	      "directory",
		"encoding",    "expiration",  "format",	       "handling",    "id",
		"locale",      "method",      "micalg",	       "mode",	      "modification-date",
		"number",      "optinfo",     "padding",       "permission",  "profile",
		"protocol",    "read-date",   "reply-type",    "report-type", "server",
		"site",	       "size",	      "smime-type",    "start",	      "start-info",
		"subject",     "title",	      "total",	       "type",	      "url",
		"version",     "voice",
	};

	if (strncmp(name, "x-", 2) == 0)
		return true;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

/* Cuts "*1*" off. False when the parameter holds no name. */
static bool set_param(struct as_name_piece *piece, char *name, bool clean)
{
	char *star = strchr(name, '*');
	size_t digits = 0;

	piece->section = AS_NO_SECTION;
	if (star != NULL) {
		long section = 0;

		for (digits = 0; star[1 + digits] >= '0' && star[1 + digits] <= '9'; digits++)
			if (digits < AS_PARAM_SECTION_DIGITS)
				section = section * 10 + (star[1 + digits] - '0');
		if (digits > 0)
			piece->section = section;
		piece->extended = digits == 0 || star[1 + digits] == '*';
		*star = '\0';
	}
	if (strcmp(name, "filename") == 0)
		piece->param = AS_NAME_PARAM_FILENAME;
	else if (strcmp(name, "name") == 0)
		piece->param = AS_NAME_PARAM_NAME;
	else
		piece->param = AS_NAME_PARAM_UNKNOWN;
	return piece->param != AS_NAME_PARAM_UNKNOWN ||
	       (clean && star == NULL && !is_registered(name));
}

/* From the dot that begins the extension, or SIZE_MAX; dots in comments do
 * not count, comments behind the dot do. */
static size_t last_dot(struct scan *scan, size_t begin, size_t end)
{
	size_t dot = SIZE_MAX;

	for (size_t i = begin; i < end; i++) {
		size_t behind = scan->text.data[i] == '(' ? behind_comment(scan, i) : i;

		if (scan->text.data[i] == '.')
			dot = i;
		if (behind > i)
			i = behind - 1;
	}
	return dot;
}

/*
 * Names with blanks are often sent bare, and every reader finds the same
 * ending; it is in doubt when what ends a token stands in it or at its dot.
 */
static bool is_loose_bare(struct scan *scan, const struct chunk *chunk, struct as_span value)
{
	size_t begin = chunk->value, end = begin + value.size;
	size_t dot = last_dot(scan, begin, end);

	if (as_span_find_byte(value, 0, '"') != SIZE_MAX ||
	    (value.size > 0 && value.data[value.size - 1] == '\\'))
		return true;
	if (dot == SIZE_MAX)
		return false;
	if (chunk->last_comment != SIZE_MAX && chunk->last_comment > dot)
		return true;
	if (dot > begin && as_octet_blank(scan->text.data[dot - 1]))
		return true;
	for (size_t i = dot; i < end; i++)
		if (as_octet_blank(scan->text.data[i]) || scan->text.data[i] == '\\')
			return true;
	return false;
}

/* Behind a closing quote: comments are legal, anything else is junk. */
static void set_tail(struct scan *scan, size_t at, size_t end, struct as_name_piece *piece)
{
	while (at < end) {
		bool hard = false;
		size_t behind = skip_filler(scan, at, &hard);

		if (behind == at || hard) {
			piece->loose = true;
			return;
		}
		piece->odd = true;
		at = behind;
	}
}

static void set_value(struct scan *scan, const struct chunk *chunk, struct as_name_piece *piece)
{
	size_t end = chunk->end;

	piece->begin = scan->text.data + chunk->raw;
	piece->quoted = chunk->value < scan->text.size && scan->text.data[chunk->value] == '"';
	piece->closed = chunk->close != SIZE_MAX;
	while (end > chunk->value && as_octet_blank(scan->text.data[end - 1]))
		end--;
	if (piece->closed) {
		piece->value = as_span_slice(scan->text, chunk->value + 1,
					     chunk->close - chunk->value - 1);
		set_tail(scan, chunk->close + 1, end, piece);
	} else if (piece->quoted) {
		piece->value = as_span_slice(scan->text, chunk->value + 1,
					     end > chunk->value ? end - chunk->value - 1 : 0);
		piece->loose = true;
	} else {
		size_t size = end > chunk->value ? end - chunk->value : 0;

		piece->value = as_span_slice(scan->text, chunk->value, size);
		piece->loose = piece->loose || is_loose_bare(scan, chunk, piece->value);
	}
}

/* A chunk without '=' goes on with the value in front of it to some readers. */
static void extend_rest(struct scan *scan, const struct chunk *chunk)
{
	struct as_name_piece *last;
	size_t end = chunk->end, begin;

	if (!scan->open || scan->count == 0)
		return;
	while (end > chunk->begin && as_octet_blank(scan->text.data[end - 1]))
		end--;
	if (end == skip_space(scan->text, chunk->begin))
		return;
	last = (struct as_name_piece *)(void *)(scan->pieces->data + scan->pieces->size -
						sizeof(*last));
	begin = (size_t)(last->begin - scan->text.data);
	last->rest = as_span_slice(scan->text, begin, end - begin);
}

static void take_chunk(struct scan *scan, const struct chunk *chunk)
{
	struct as_name_piece piece = {.field = scan->field};
	struct spelling name;

	if (chunk->equals == SIZE_MAX) {
		extend_rest(scan, chunk);
		return;
	}
	scan->open = false;
	if (!read_name(scan, chunk, &name) || scan->count == scan->max ||
	    !set_param(&piece, name.text, !name.spaced && !name.mangled && chunk->separated))
		return;
	piece.odd = name.spaced || chunk->value != chunk->equals + 1;
	piece.loose = name.mangled || !chunk->separated || scan->text.data[chunk->equals] == ':';
	set_value(scan, chunk, &piece);
	if (as_buffer_append(scan->pieces, &piece, sizeof(piece))) {
		scan->count++;
		scan->open = true;
	}
}

bool as_names_scan(struct as_span value, size_t field, size_t max, struct as_buffer *pieces_out)
{
	struct scan scan = {.text = value, .field = field, .max = max, .pieces = pieces_out};

	while (scan.at < scan.text.size) {
		struct chunk chunk = next_chunk(&scan);

		take_chunk(&scan, &chunk);
	}
	return !pieces_out->failed;
}
