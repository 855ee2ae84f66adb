/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/multipart.h"

#include "base/error.h"
#include "daemon/http/params.h"

#include <string.h>

/* RFC 2046 s5.1.1, bchars */
static bool is_boundary_char(unsigned char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return true;
	return c != '\0' && strchr("'()+_,-./:=? ", c) != NULL;
}

int as_http_multipart_init(struct as_http_multipart *parser, struct as_span boundary)
{
	*parser = (struct as_http_multipart){.reason = ""};
	if (boundary.size == 0 || boundary.size > AS_HTTP_BOUNDARY_BYTES ||
	    boundary.data[boundary.size - 1] == ' ')
		return AS_E_FORMAT;
	for (size_t i = 0; i < boundary.size; i++) {
		if (!is_boundary_char(boundary.data[i]))
			return AS_E_FORMAT;
	}
	memcpy(parser->delimiter, "\r\n--", 4);
	memcpy(parser->delimiter + 4, boundary.data, boundary.size);
	parser->delimiter_size = boundary.size + 4;
	/* The body begins with a boundary, as if a CRLF stood before it. */
	parser->matched = 2;
	return 0;
}

static int fail(struct as_http_multipart *parser, const char *reason)
{
	parser->state = AS_HTTP_PART_FAILED;
	parser->reason = reason;
	return AS_E_FORMAT;
}

static int feed_start(struct as_http_multipart *parser, struct as_span *octets)
{
	while (octets->size > 0 && parser->matched < parser->delimiter_size) {
		if (octets->data[0] != (unsigned char)parser->delimiter[parser->matched])
			return fail(parser, "the body does not begin with the boundary");
		parser->matched++;
		*octets = as_span_from(*octets, 1);
	}
	if (parser->matched == parser->delimiter_size)
		parser->state = AS_HTTP_PART_AFTER;
	return 0;
}

static int feed_after(struct as_http_multipart *parser, struct as_span *octets)
{
	while (octets->size > 0 && parser->tail_size < 2) {
		parser->tail[parser->tail_size++] = octets->data[0];
		*octets = as_span_from(*octets, 1);
	}
	if (parser->tail_size < 2)
		return 0;
	parser->tail_size = 0;
	if (memcmp(parser->tail, "--", 2) == 0) {
		if (parser->parts == 0)
			return fail(parser, "there is no part");
		parser->state = AS_HTTP_PART_CLOSED;
		return 0;
	}
	if (memcmp(parser->tail, "\r\n", 2) != 0)
		return fail(parser, "something stands behind a boundary on its line");
	if (parser->parts == AS_HTTP_PARTS)
		return fail(parser, "there are too many parts");
	parser->parts++;
	parser->lines = 0;
	parser->disposed = false;
	parser->part = (struct as_http_part){.name = ""};
	parser->state = AS_HTTP_PART_HEADER;
	return 0;
}

/* ---- The header of a part ----------------------------------------------- */

static int take_disposition(struct as_http_multipart *parser, struct as_span value)
{
	struct as_http_params params;
	struct as_http_param param;
	bool named = false;
	int more;

	if (parser->disposed)
		return fail(parser, "a part has two Content-Disposition fields");
	parser->disposed = true;
	if (!as_http_is_word(as_http_params_open(&params, value), "form-data"))
		return fail(parser, "a part is not form-data");
	while ((more = as_http_params_next(&params, &param)) > 0) {
		if (!as_http_is_word(param.name, "name"))
			continue;
		if (named)
			return fail(parser, "a part has two names");
		named = true;
		if (param.value_size < sizeof(parser->part.name) &&
		    strlen(param.value) == param.value_size)
			memcpy(parser->part.name, param.value, param.value_size + 1);
	}
	if (more < 0 || !named)
		return fail(parser, "the Content-Disposition of a part is malformed");
	return 0;
}

static int take_type(struct as_http_multipart *parser, struct as_span value)
{
	struct as_http_params params;
	struct as_span type = as_http_params_open(&params, value);

	if (type.size >= sizeof(parser->part.type))
		return 0;
	for (size_t i = 0; i < type.size; i++) {
		unsigned char c = type.data[i];

		parser->part.type[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	parser->part.type[type.size] = '\0';
	return 0;
}

/* RFC 7578 s4.7: forbidden, though the identities were seen in the wild. */
static int take_encoding(struct as_http_multipart *parser, struct as_span value)
{
	struct as_http_params params;
	struct as_span word = as_http_params_open(&params, value);

	if (as_http_is_word(word, "binary") || as_http_is_word(word, "8bit") ||
	    as_http_is_word(word, "7bit"))
		return 0;
	return fail(parser, "a part has a transfer encoding");
}

static int take_line(struct as_http_multipart *parser)
{
	struct as_span line = as_span_make(parser->line, parser->line_size);
	size_t colon = as_span_find_byte(line, 0, ':');
	struct as_span name = as_span_slice(line, 0, colon);
	struct as_span value = as_span_from(line, colon == SIZE_MAX ? colon : colon + 1);

	if (++parser->lines > AS_HTTP_PART_LINES)
		return fail(parser, "the header of a part has too many lines");
	if (colon == SIZE_MAX || !as_http_is_token(name))
		return fail(parser, "a header line of a part is malformed");
	if (as_span_find_byte(value, 0, '\0') != SIZE_MAX)
		return fail(parser, "a header line of a part holds NUL");
	if (as_http_is_word(name, "content-disposition"))
		return take_disposition(parser, value);
	if (as_http_is_word(name, "content-type"))
		return take_type(parser, value);
	if (as_http_is_word(name, "content-transfer-encoding"))
		return take_encoding(parser, value);
	return 0;
}

static int header_done(struct as_http_multipart *parser, const struct as_http_multipart_sink *sink)
{
	if (!parser->disposed)
		return fail(parser, "a part has no Content-Disposition");
	parser->state = AS_HTTP_PART_DATA;
	parser->line_size = 0;
	/* In a part without octets the line end that ends its header can also be
	 * that of the delimiter. */
	parser->matched = 2;
	parser->borrowed = 2;
	return sink->begin(sink->context, &parser->part);
}

static int feed_header(struct as_http_multipart *parser, const struct as_http_multipart_sink *sink,
		       struct as_span *octets)
{
	while (octets->size > 0) {
		unsigned char c = octets->data[0];

		*octets = as_span_from(*octets, 1);
		if (c != '\n') {
			if (parser->line_size == sizeof(parser->line))
				return fail(parser, "a header line of a part is too long");
			parser->line[parser->line_size++] = c;
			continue;
		}
		if (parser->line_size == 0 || parser->line[parser->line_size - 1] != '\r')
			return fail(parser, "a header line of a part does not end in CRLF");
		parser->line_size--;
		if (as_span_find_byte(as_span_make(parser->line, parser->line_size), 0, '\r') !=
		    SIZE_MAX)
			return fail(parser, "a header line of a part holds CR");
		if (parser->line_size == 0)
			return header_done(parser, sink);
		if (take_line(parser) < 0)
			return AS_E_FORMAT;
		parser->line_size = 0;
	}
	return 0;
}

/* ---- The octets of a part ------------------------------------------------ */

static int emit(const struct as_http_multipart_sink *sink, const void *data, size_t size)
{
	return size > 0 ? sink->data(sink->context, as_span_make(data, size)) : 0;
}

static int part_done(struct as_http_multipart *parser, const struct as_http_multipart_sink *sink)
{
	parser->state = AS_HTTP_PART_AFTER;
	parser->matched = 0;
	parser->borrowed = 0;
	return sink->end(sink->context);
}

/*
 * Goes on with a delimiter whose beginning ended the last piece. CR is its
 * first octet and nowhere else in it, so when it does not match after all, no
 * other match can have begun within: those octets are data.
 */
static int feed_matched(struct as_http_multipart *parser, const struct as_http_multipart_sink *sink,
			struct as_span *octets)
{
	size_t borrowed = parser->borrowed, size;

	while (octets->size > 0 && parser->matched < parser->delimiter_size &&
	       octets->data[0] == (unsigned char)parser->delimiter[parser->matched]) {
		parser->matched++;
		*octets = as_span_from(*octets, 1);
	}
	if (parser->matched == parser->delimiter_size)
		return part_done(parser, sink);
	if (octets->size == 0)
		return 0;
	size = parser->matched;
	parser->matched = 0;
	parser->borrowed = 0;
	return emit(sink, parser->delimiter + borrowed, size - borrowed);
}

/* How many octets at the end of a piece can be the beginning of a delimiter. */
static size_t ending(const struct as_http_multipart *parser, struct as_span octets)
{
	size_t most = parser->delimiter_size - 1;
	struct as_span tail =
		octets.size > most ? as_span_from(octets, octets.size - most) : octets;
	const unsigned char *cr = tail.size > 0 ? memrchr(tail.data, '\r', tail.size) : NULL;
	size_t size;

	if (cr == NULL)
		return 0;
	size = tail.size - (size_t)(cr - tail.data);
	return memcmp(cr, parser->delimiter, size) == 0 ? size : 0;
}

static int feed_data(struct as_http_multipart *parser, const struct as_http_multipart_sink *sink,
		     struct as_span *octets)
{
	const unsigned char *data, *hit;
	size_t size;
	int rc;

	if (parser->matched > 0) {
		rc = feed_matched(parser, sink, octets);
		if (rc < 0 || parser->state != AS_HTTP_PART_DATA || octets->size == 0)
			return rc;
	}
	data = octets->data;
	hit = memmem(data, octets->size, parser->delimiter, parser->delimiter_size);
	if (hit != NULL) {
		size = (size_t)(hit - data);
		*octets = as_span_from(*octets, size + parser->delimiter_size);
		rc = emit(sink, data, size);
		return rc < 0 ? rc : part_done(parser, sink);
	}
	parser->matched = ending(parser, *octets);
	size = octets->size - parser->matched;
	*octets = as_span_from(*octets, octets->size);
	return emit(sink, data, size);
}

/* Behind the last boundary its line may end, and that is all. */
static int feed_closed(struct as_http_multipart *parser, struct as_span *octets)
{
	static const unsigned char end[2] = {'\r', '\n'};

	while (octets->size > 0) {
		if (parser->tail_size == 2 || octets->data[0] != end[parser->tail_size])
			return fail(parser, "something stands behind the last boundary");
		parser->tail_size++;
		*octets = as_span_from(*octets, 1);
	}
	return 0;
}

static int feed_some(struct as_http_multipart *parser, const struct as_http_multipart_sink *sink,
		     struct as_span *octets)
{
	switch (parser->state) {
	case AS_HTTP_PART_START:
		return feed_start(parser, octets);
	case AS_HTTP_PART_AFTER:
		return feed_after(parser, octets);
	case AS_HTTP_PART_HEADER:
		return feed_header(parser, sink, octets);
	case AS_HTTP_PART_DATA:
		return feed_data(parser, sink, octets);
	case AS_HTTP_PART_CLOSED:
		return feed_closed(parser, octets);
	case AS_HTTP_PART_FAILED:
		break;
	}
	return AS_E_FORMAT;
}

int as_http_multipart_feed(struct as_http_multipart *parser,
			   const struct as_http_multipart_sink *sink, struct as_span octets)
{
	while (octets.size > 0) {
		int rc = feed_some(parser, sink, &octets);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int as_http_multipart_finish(struct as_http_multipart *parser)
{
	if (parser->state == AS_HTTP_PART_CLOSED)
		return 0;
	if (parser->state == AS_HTTP_PART_FAILED)
		return AS_E_FORMAT;
	return fail(parser, "the body ends before its last boundary");
}
