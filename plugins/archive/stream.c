/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"
#include "dictionary.h"
#include "inflate.h"
#include "names.h"

#include <archive.h>
#include <archive_entry.h>

struct source {
	const struct as_span *pieces;
	size_t count, next;
};

static la_ssize_t read_piece(struct archive *archive, void *client, const void **data_out)
{
	struct source *source = client;

	(void)archive;
	while (source->next < source->count) {
		const struct as_span *piece = &source->pieces[source->next++];

		if (piece->size > 0) {
			*data_out = piece->data;
			return (la_ssize_t)piece->size;
		}
	}
	return 0;
}

static int set_up(struct archive *archive, int filter)
{
	if (filter == ARCHIVE_FILTER_NONE)
		return archive_read_support_format_zip_streamable(archive);
	if (archive_read_support_format_raw(archive) != ARCHIVE_OK ||
	    archive_read_support_format_empty(archive) != ARCHIVE_OK)
		return ARCHIVE_FATAL;
	/* These two have signatures to bid with, and archive_read_append_filter
	 * of libarchive 3.6 does not know them by their names. */
	if (filter == ARCHIVE_FILTER_COMPRESS)
		return archive_read_support_filter_compress(archive);
	if (filter == ARCHIVE_FILTER_RPM)
		return archive_read_support_filter_rpm(archive);
	/* ARCHIVE_WARN: only by an external program. */
	return archive_read_append_filter(archive, filter);
}

/* libarchive tells the kinds of failure apart only in its text. */
static enum arc_outcome outcome_of(struct archive *archive)
{
	const char *text = archive_error_string(archive);

	if (text == NULL)
		return ARC_BROKEN;
	if (strcasestr(text, "truncated") != NULL || strcasestr(text, "premature") != NULL)
		return ARC_CUT;
	if (strcasestr(text, "support") != NULL)
		return ARC_UNKNOWN;
	if (strcasestr(text, "memory") != NULL)
		return ARC_TOO_WIDE;
	return ARC_BROKEN;
}

static enum arc_outcome copy_data(struct archive *archive, struct arc_sink *sink)
{
	for (;;) {
		const void *block;
		size_t size;
		la_int64_t offset;
		int rc = archive_read_data_block(archive, &block, &size, &offset);

		if (rc == ARCHIVE_EOF)
			return ARC_DONE;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return outcome_of(archive);
		if (!arc_sink_write(sink, block, size))
			return ARC_STOPPED;
		if (rc == ARCHIVE_WARN)
			return ARC_BROKEN;
	}
}

enum arc_outcome arc_stream_decode(struct arc_sink *sink, const struct as_span *pieces,
				   size_t piece_count, int filter, size_t *used_out)
{
	struct source source = {.pieces = pieces, .count = piece_count};
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	enum arc_outcome outcome;
	int rc;

	*used_out = 0;
	if (archive == NULL || set_up(archive, filter) != ARCHIVE_OK) {
		archive_read_free(archive);
		return ARC_UNKNOWN;
	}
	rc = archive_read_open(archive, &source, NULL, read_piece, NULL);
	/* A stream that breaks before its first octet also looks empty to the
	 * reader of empty files; the filter's error is still there then. */
	if (rc == ARCHIVE_OK && archive_errno(archive) != 0)
		rc = ARCHIVE_FATAL;
	if (rc == ARCHIVE_OK)
		rc = archive_read_next_header(archive, &entry);
	if (rc == ARCHIVE_EOF)
		outcome = ARC_DONE;
	else if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
		outcome = copy_data(archive, sink);
	else
		outcome = outcome_of(archive);
	*used_out = (size_t)archive_filter_bytes(archive, -1);
	archive_read_free(archive);
	return outcome;
}

static int filter_of(enum arc_kind kind)
{
	switch (kind) {
	case ARC_KIND_BZIP2:
		return ARCHIVE_FILTER_BZIP2;
	case ARC_KIND_XZ:
		return ARCHIVE_FILTER_XZ;
	case ARC_KIND_ZSTD:
		return ARCHIVE_FILTER_ZSTD;
	case ARC_KIND_LZMA:
		return ARCHIVE_FILTER_LZMA;
	case ARC_KIND_LZIP:
		return ARCHIVE_FILTER_LZIP;
	case ARC_KIND_LZ4:
		return ARCHIVE_FILTER_LZ4;
	case ARC_KIND_COMPRESS:
		return ARCHIVE_FILTER_COMPRESS;
	case ARC_KIND_RPM:
		return ARCHIVE_FILTER_RPM;
	default:
		return -1;
	}
}

static enum arc_outcome decode(struct arc_sink *sink, struct as_span data, enum arc_kind kind,
			       struct as_span *name_out, size_t *used_out)
{
	*used_out = data.size;
	if (kind == ARC_KIND_GZIP)
		return arc_gunzip(sink, data, name_out, used_out);
	if (!arc_count_header(sink->job))
		return ARC_STOPPED;
	if (arc_dictionary_bytes(data, kind) > sink->job->state->max_dictionary_bytes)
		return ARC_TOO_WIDE;
	return arc_stream_decode(sink, &data, 1, filter_of(kind), used_out);
}

/* Transport adds line ends and fill octets behind a file; those hide nothing. */
static bool is_padding(struct as_span rest)
{
	for (size_t i = 0; i < rest.size; i++)
		if (rest.data[i] != 0 && rest.data[i] != '\r' && rest.data[i] != '\n' &&
		    rest.data[i] != ' ' && rest.data[i] != 0x1a)
			return false;
	return true;
}

void arc_stream_open(struct arc_job *job, struct as_span data, enum arc_kind kind, size_t *end_out)
{
	char inner[ARC_MAX_INNER_NAME];
	struct arc_sink sink = {.job = job};
	struct as_span own = as_span_make(NULL, 0);
	struct arc_member member = {
		.name = as_span_make(inner, arc_inner_name(job->object, inner, sizeof(inner))),
		.via = arc_kind_name(kind),
	};
	enum arc_outcome outcome = decode(&sink, data, kind, &own, end_out);

	/* The name inside is the one that 7-Zip writes, the outer one without
	 * its suffix what gunzip writes; both are named when it matters. */
	if (own.size > 0) {
		if (member.name.size > 0 && !arc_same_suffix(own, member.name))
			member.second_name = member.name;
		member.name = own;
		arc_path_report(job, own, 0);
	}
	if (member.name.size == 0)
		member.name.data = NULL;
	/* A stream that breaks before its first octet was never one. */
	member.flags = arc_report_outcome(job, outcome, member.name, 0);
	if (outcome != ARC_DONE && sink.size == 0)
		arc_emit_unread(job, &member);
	else
		arc_emit(job, &member, arc_sink_span(&sink));
	arc_sink_free(&sink);
	if (outcome == ARC_DONE && *end_out < data.size &&
	    !is_padding(as_span_from(data, *end_out)))
		arc_report(job, ARC_UNUSUAL, ASSAY_SEVERITY_DEFAULT, *end_out,
			   "%zu octets follow the end of the compressed data",
			   data.size - *end_out);
}
