/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/changed.h"

#include "base/spool.h"
#include "daemon/milter/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void as_milter_changed_init(struct as_milter_changed *changed)
{
	*changed = (struct as_milter_changed){.fd = -1};
	as_milter_fields_init(&changed->fields);
}

void as_milter_changed_close(struct as_milter_changed *changed)
{
	if (changed->fd >= 0)
		close(changed->fd);
	as_milter_fields_deinit(&changed->fields);
	as_milter_changed_init(changed);
}

/* Cuts a line off *rest, with its end. */
static struct as_span next_line(struct as_span *rest)
{
	size_t end = as_span_find_byte(*rest, 0, '\n');
	struct as_span line = as_span_slice(*rest, 0, end == SIZE_MAX ? SIZE_MAX : end + 1);

	*rest = as_span_from(*rest, line.size);
	return line;
}

static struct as_span chomp(struct as_span line)
{
	while (line.size > 0 &&
	       (line.data[line.size - 1] == '\n' || line.data[line.size - 1] == '\r'))
		line.size--;
	return line;
}

static void begin_field(struct as_milter_fields *fields, struct as_span line)
{
	size_t colon = as_span_find_byte(line, 0, ':');
	struct as_span name = as_span_slice(line, 0, colon);
	bool whole = colon != SIZE_MAX && name.size <= AS_MILTER_NAME_MAX;

	as_milter_fields_begin(fields, as_span_slice(name, 0, AS_MILTER_NAME_MAX), whole);
	if (colon != SIZE_MAX)
		as_milter_fields_value(fields, as_span_from(line, colon + 1));
}

/* Notes the MIME fields; the result is the size of the header with the empty
 * line, or SIZE_MAX when header ends before that. */
static size_t read_header(struct as_milter_fields *fields, struct as_span header)
{
	struct as_span rest = header;
	bool open = false;

	while (rest.size > 0) {
		struct as_span whole_line = next_line(&rest);
		struct as_span line = chomp(whole_line);

		if (line.size == 0) {
			if (open)
				as_milter_fields_end(fields);
			return header.size - rest.size;
		}
		if (open && (line.data[0] == ' ' || line.data[0] == '\t')) {
			as_milter_fields_value(fields, as_span_text("\n"));
			as_milter_fields_value(fields, line);
			continue;
		}
		if (open)
			as_milter_fields_end(fields);
		begin_field(fields, line);
		open = true;
	}
	if (open)
		as_milter_fields_end(fields);
	return SIZE_MAX;
}

/* MIME fields are sent as they stand in the changed message, or not at all. */
static int check(const struct as_milter_fields *fields)
{
	if (fields->failed)
		return -ENOMEM;
	if (fields->mime > AS_MILTER_MIME_MAX)
		return -EMSGSIZE;
	for (size_t i = 0; i < fields->count; i++)
		if (fields->list[i].kind == AS_MILTER_MIME && !fields->list[i].whole)
			return -EMSGSIZE;
	return 0;
}

static int load_header(struct as_milter_changed *changed, uint64_t offset, uint64_t size)
{
	size_t part =
		size < AS_MILTER_CHANGED_HEADER_MAX ? (size_t)size : AS_MILTER_CHANGED_HEADER_MAX;
	unsigned char *octets = malloc(part > 0 ? part : 1);
	size_t header;
	int rc;

	if (octets == NULL)
		return -ENOMEM;
	rc = as_spool_read(changed->fd, offset, octets, part);
	if (rc < 0)
		goto out;
	header = read_header(&changed->fields, as_span_make(octets, part));
	if (header == SIZE_MAX && part < size) {
		rc = -EMSGSIZE;
		goto out;
	}
	if (header == SIZE_MAX)
		header = part;
	rc = check(&changed->fields);
	changed->at = offset + header;
	changed->left = size - header;
out:
	free(octets);
	return rc;
}

int as_milter_changed_open(struct as_milter_changed *changed, int fd, uint64_t offset,
			   uint64_t size)
{
	int rc;

	changed->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (changed->fd < 0)
		return -errno;
	rc = load_header(changed, offset, size);
	if (rc < 0)
		as_milter_changed_close(changed);
	return rc;
}

int as_milter_changed_next(struct as_milter_changed *changed, struct as_buffer *out)
{
	size_t size =
		changed->left < AS_MILTER_PIECE_MAX ? (size_t)changed->left : AS_MILTER_PIECE_MAX;
	size_t before = out->size;
	unsigned char *room;
	int rc;

	if (size == 0 && changed->begun)
		return 0;
	as_milter_reply_body(out, size);
	room = as_buffer_reserve(out, size);
	rc = room == NULL ? -ENOMEM : as_spool_read(changed->fd, changed->at, room, size);
	if (rc < 0) {
		out->size = before;
		return rc;
	}
	as_buffer_commit(out, size);
	changed->begun = true;
	changed->at += size;
	changed->left -= size;
	return changed->left > 0;
}
