/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims.h"

#include "mime/field.h"
#include "mime/header.h"

#include <strings.h>

/* Blank lines that a reader may pass over to get to a field. Seen: two. */
#define SKIP_LINES_MAX 8u

struct finder {
	struct as_header_source source;
	size_t limit;
	struct as_zone *zone;
};

static struct as_line line_at(const struct finder *finder, size_t offset)
{
	return as_line_at(finder->source.message, offset, finder->source.terminator);
}

static void add_end(const struct finder *finder, size_t end)
{
	struct as_zone *zone = finder->zone;
	size_t k = zone->end_count;

	if (end > finder->limit || end < zone->begin)
		return;
	for (size_t i = 0; i < zone->end_count; i++)
		if (zone->ends[i] == end)
			return;
	if (zone->end_count == AS_ZONE_ENDS_MAX)
		return;
	while (k > 1 && zone->ends[k - 1] > end) {
		zone->ends[k] = zone->ends[k - 1];
		k--;
	}
	zone->ends[k] = end;
	zone->end_count++;
}

/* Readers whose header ends at the first line of blanks, at the first line that
 * is no field, or at two lone CRs. */
static void find_early(const struct finder *finder, const struct as_header *header)
{
	if (header->white_end != SIZE_MAX)
		add_end(finder, header->white_end);
	if (header->junk_at != SIZE_MAX)
		add_end(finder, header->junk_at);
	if (header->cr_end != SIZE_MAX)
		add_end(finder, header->cr_end);
}

/* Readers who go on behind a line that is no field, up to a blank line. What is
 * there may be a field to them: "Content-Transfer-Encoding base64". */
static void find_behind_junk(const struct finder *finder, const struct as_header *header)
{
	size_t offset = header->end;

	if ((header->oddities & AS_HEADER_NO_BLANK) == 0)
		return;
	while (offset < finder->limit && offset - header->end < AS_ZONE_JUNK_MAX) {
		struct as_line line = line_at(finder, offset);

		if (as_span_blank(as_line_span(finder->source.message, line))) {
			add_end(finder, line.next);
			break;
		}
		offset = line.next;
	}
	if (offset > header->end + AS_ZONE_JUNK_MAX)
		offset = header->end + AS_ZONE_JUNK_MAX;
	if (offset > finder->zone->end)
		finder->zone->end = offset;
}

/* Behind blanks and controls, which begin a line for some readers only. */
static size_t skip_invisible(struct as_span message, size_t offset, size_t end)
{
	while (offset < end && (message.data[offset] <= ' ' || message.data[offset] == 0x7f))
		offset++;
	return offset;
}

/* A Content-* field behind blank lines, or SIZE_MAX. */
static size_t find_late_field(const struct finder *finder, size_t offset)
{
	for (unsigned int i = 0; i <= SKIP_LINES_MAX && offset < finder->limit; i++) {
		struct as_line line = line_at(finder, offset);
		size_t field = skip_invisible(finder->source.message, offset, line.end);

		if (as_header_content_at(&finder->source, field))
			return field;
		if (field < line.end)
			return SIZE_MAX;
		offset = line.next;
	}
	return SIZE_MAX;
}

/* The body of this part begins with fields by right: it is a message, or the
 * header of one (RFC 2046 s5.2.1, RFC 6522 s4). Not for two types. */
static bool holds_header(struct as_span block)
{
	struct as_field field;
	size_t offset = 0;
	uint32_t count = 0, good = 0;

	while (as_field_next(block, &offset, &field)) {
		if (!as_field_is(&field, "content-type"))
			continue;
		count++;
		if ((field.value.size > 8 &&
		     strncasecmp((const char *)field.value.data, "message/", 8) == 0) ||
		    (field.value.size > 12 &&
		     strncasecmp((const char *)field.value.data, "text/rfc822-", 12) == 0))
			good++;
	}
	return count == 1 && good == 1;
}

static void find_late(const struct finder *finder)
{
	struct as_zone *zone = finder->zone;
	size_t offset = find_late_field(finder, zone->ends[0]);
	struct as_header header;

	if (offset == SIZE_MAX || holds_header(as_span_slice(finder->source.message, zone->begin,
							     zone->ends[0] - zone->begin)))
		return;
	as_header_locate(&finder->source, offset, false, &header);
	add_end(finder, header.end);
	if (header.end > zone->end)
		zone->end = header.end;
	zone->ambiguous = true;
	find_behind_junk(finder, &header);
}

/* No header, but a first line that is one to readers who need no colon:
 * "Content-Type multipart/mixed; boundary=b". */
static void find_colonless(const struct finder *finder, const struct as_header *header)
{
	static const char *const names[] = {"content-type", "content-transfer-encoding",
					    "content-disposition"};
	struct as_span message = finder->source.message;
	size_t offset = header->begin;

	if (header->end > header->begin)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (!as_span_holds(message, offset, length + 1) ||
		    strncasecmp((const char *)message.data + offset, names[i], length) != 0 ||
		    (message.data[offset + length] != ' ' && message.data[offset + length] != '='))
			continue;
		for (; offset < finder->limit && offset - header->begin < AS_ZONE_JUNK_MAX;) {
			struct as_line line = line_at(finder, offset);

			offset = line.next;
			if (as_span_blank(as_line_span(message, line)))
				break;
		}
		add_end(finder, offset);
		finder->zone->end = offset;
		return;
	}
}

void as_zone_locate(struct as_span message, size_t offset, size_t limit, unsigned char terminator,
		    bool root, struct as_zone *zone_out)
{
	static const struct as_boundaries none = {NULL, 0, 0};
	struct finder finder = {
		.source = {.message = as_span_slice(message, 0, limit),
			   .terminator = terminator,
			   .boundaries = &none},
		.zone = zone_out,
	};
	struct as_zone zone = {.end_count = 1};
	struct as_header header;

	finder.limit = finder.source.message.size;
	finder.zone = &zone;
	as_header_locate(&finder.source, offset < finder.limit ? offset : finder.limit, root,
			 &header);
	zone.begin = header.begin;
	zone.end = header.end;
	zone.ends[0] = header.end;
	find_early(&finder, &header);
	find_behind_junk(&finder, &header);
	find_late(&finder);
	find_colonless(&finder, &header);
	zone.ambiguous = zone.ambiguous || zone.end_count > 1;
	*zone_out = zone;
}
