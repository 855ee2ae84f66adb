/* SPDX-License-Identifier: BSD-2-Clause */
#include "walk.h"
#include "dictionary.h"
#include "names.h"
#include "rar5.h"
#include "stream.h"

#include <archive.h>
#include <archive_entry.h>

static int add_format(struct archive *archive, enum arc_kind kind)
{
	switch (kind) {
	case ARC_KIND_7Z:
		return archive_read_support_format_7zip(archive);
	case ARC_KIND_RAR4:
		return archive_read_support_format_rar(archive);
	case ARC_KIND_RAR5:
		return archive_read_support_format_rar5(archive);
	case ARC_KIND_CAB:
		return archive_read_support_format_cab(archive);
	case ARC_KIND_ISO:
		return archive_read_support_format_iso9660(archive);
	case ARC_KIND_TAR:
		return archive_read_support_format_tar(archive);
	case ARC_KIND_CPIO:
		return archive_read_support_format_cpio(archive);
	case ARC_KIND_AR:
		return archive_read_support_format_ar(archive);
	case ARC_KIND_LHA:
		return archive_read_support_format_lha(archive);
	case ARC_KIND_XAR:
		return archive_read_support_format_xar(archive);
	default:
		return ARCHIVE_FATAL;
	}
}

static struct as_span text_span(const char *text)
{
	return text != NULL ? as_span_text(text) : as_span_make(NULL, 0);
}

/* The raw octets where libarchive has kept them, else what it made of them. */
static struct as_span entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	return text_span(name != NULL ? name : archive_entry_pathname_utf8(entry));
}

static struct as_span entry_symlink(struct archive_entry *entry)
{
	const char *target = archive_entry_symlink(entry);

	return text_span(target != NULL ? target : archive_entry_symlink_utf8(entry));
}

static const char *error_text(struct archive *archive)
{
	const char *text = archive_error_string(archive);

	return text != NULL ? text : "unknown error";
}

/* libarchive has one error number for damage, for methods that it lacks and
 * for encryption; its text tells them apart. */
static void report_failure(struct arc_job *job, struct archive *archive)
{
	const char *text = error_text(archive);
	struct arc_text shown = arc_printable(as_span_text(text));

	if (strcasestr(text, "crypt") != NULL) {
		if (job->encrypted == 0)
			job->header_encrypted = true;
		job->incomplete = true;
	} else if (strcasestr(text, "dictionary") != NULL) {
		arc_report(job, ARC_DICTIONARY, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive asks for too much memory: %s", shown.text);
	} else if (strcasestr(text, "support") != NULL || strcasestr(text, "memory") != NULL) {
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive cannot be opened here: %s", shown.text);
	} else {
		arc_report(job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive is damaged: %s", shown.text);
	}
}

/* Copies the octets of the current entry. A sparse entry has holes. */
static int read_entry(struct archive *archive, struct arc_sink *sink, bool *stopped_out)
{
	for (;;) {
		const void *block;
		size_t size;
		la_int64_t offset;
		int rc = archive_read_data_block(archive, &block, &size, &offset);

		*stopped_out = false;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return rc;
		if (offset > 0 && (uint64_t)offset > sink->size && size > 0)
			*stopped_out = !arc_sink_zeros(sink, (uint64_t)offset - sink->size);
		if (*stopped_out || !arc_sink_write(sink, block, size)) {
			*stopped_out = true;
			return ARCHIVE_OK;
		}
		if (rc == ARCHIVE_WARN)
			return rc;
	}
}

static uint32_t failure_flags(struct archive *archive)
{
	const char *text = error_text(archive);

	if (strcasestr(text, "truncated") != NULL || strcasestr(text, "premature") != NULL)
		return ASSAY_FLAG_TRUNCATED;
	return ASSAY_FLAG_DAMAGED;
}

/* A regular file. Answers false when libarchive cannot go on behind it. */
static bool open_file(struct arc_job *job, struct archive *archive, struct archive_entry *entry,
		      struct arc_member *member, bool locked)
{
	struct arc_sink sink = {.job = job};
	bool stopped, hard = archive_entry_hardlink(entry) != NULL;
	int rc;

	if (locked || archive_entry_is_data_encrypted(entry) ||
	    archive_entry_is_metadata_encrypted(entry)) {
		job->encrypted++;
		member->flags = ASSAY_FLAG_ENCRYPTED;
		arc_emit_unread(job, member);
		return true;
	}
	rc = read_entry(archive, &sink, &stopped);
	if (stopped) {
		member->flags |= ASSAY_FLAG_TRUNCATED;
	} else if (rc != ARCHIVE_EOF) {
		member->flags |= failure_flags(archive);
		report_failure(job, archive);
	}
	/* The other name of a file: its octets are those of an earlier member,
	 * but the name alone can be what matters. */
	if (sink.size == 0 && (rc != ARCHIVE_EOF || hard))
		arc_emit_unread(job, member);
	else
		arc_emit(job, member, arc_sink_span(&sink));
	arc_sink_free(&sink);
	return rc != ARCHIVE_FATAL;
}

static bool open_entry(struct arc_job *job, struct archive *archive, struct archive_entry *entry,
		       const char *via, bool locked)
{
	struct arc_member member = {.name = entry_name(entry), .via = via};

	if (archive_entry_size_is_set(entry) && archive_entry_size(entry) > 0)
		member.declared_size = (uint64_t)archive_entry_size(entry);
	arc_path_report(job, member.name, 0);
	switch (archive_entry_filetype(entry)) {
	case AE_IFLNK:
		arc_link_report(job, member.name, entry_symlink(entry));
		return true;
	case AE_IFDIR:
	case AE_IFCHR:
	case AE_IFBLK:
	case AE_IFIFO:
	case AE_IFSOCK:
		return true;
	default:
		break;
	}
	if (archive_entry_hardlink(entry) != NULL)
		arc_path_report(job, text_span(archive_entry_hardlink(entry)), 0);
	return open_file(job, archive, entry, &member, locked);
}

static void walk_entries(struct arc_job *job, struct archive *archive, struct as_span data,
			 enum arc_kind kind)
{
	size_t rar5_at = RAR5_FIRST_HEADER;

	while (!job->stop) {
		struct archive_entry *entry;
		int rc = archive_read_next_header(archive, &entry);
		bool locked = false;

		if (rc == ARCHIVE_EOF)
			return;
		if (!arc_count_header(job))
			return;
		if (rc == ARCHIVE_FATAL || rc == ARCHIVE_FAILED) {
			report_failure(job, archive);
			/* A failed header may be followed by good ones, but
			 * only ARCHIVE_FATAL promises to come to an end: the
			 * count of headers bounds the rest. */
			if (rc == ARCHIVE_FATAL)
				return;
			continue;
		}
		/* Both readers list the files in the order of their headers. */
		if (kind == ARC_KIND_RAR5 && !rar5_file_next(data, &rar5_at, &locked))
			locked = false;
		if (!open_entry(job, archive, entry, arc_kind_name(kind), locked))
			return;
	}
}

/* One pass over the archive with the reader's own options. */
static void walk_once(struct arc_job *job, struct as_span data, enum arc_kind kind,
		      const char *options, size_t *end_out)
{
	struct archive *archive = archive_read_new();
	la_int64_t used;

	if (archive == NULL || add_format(archive, kind) != ARCHIVE_OK ||
	    (options != NULL && archive_read_set_options(archive, options) != ARCHIVE_OK)) {
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "This libarchive has no reader for the format");
		archive_read_free(archive);
		return;
	}
	if (archive_read_open_memory(archive, data.data, data.size) == ARCHIVE_OK)
		walk_entries(job, archive, data, kind);
	else
		report_failure(job, archive);
	used = archive_filter_bytes(archive, -1);
	if (used > 0 && (uint64_t)used < *end_out)
		*end_out = (size_t)used;
	archive_read_free(archive);
}

/* The dictionaries of a 7z stand in its header, which is itself packed as a
 * rule: it is opened as the LZMA stream that it is, and read again. */
static uint64_t dictionary_7z(struct arc_job *job, struct as_span data)
{
	unsigned char lzma[13];
	struct arc_7z_header header;
	uint64_t largest = arc_7z_dictionary(data, &header), inner;
	struct arc_sink sink = {.job = job};
	struct as_span pieces[2] = {as_span_make(lzma, sizeof(lzma)), header.packed};
	size_t used;

	if (header.packed.size == 0 || header.size > ARC_MAX_7Z_HEADER ||
	    largest > job->state->max_dictionary_bytes)
		return largest;
	memcpy(lzma, header.properties, 5);
	for (size_t i = 0; i < 8; i++)
		lzma[5 + i] = (unsigned char)(header.size >> (8 * i));
	arc_stream_decode(&sink, pieces, 2, ARCHIVE_FILTER_LZMA, &used);
	inner = arc_7z_header_dictionary(arc_sink_span(&sink));
	arc_sink_free(&sink);
	return inner > largest ? inner : largest;
}

static bool refuse(struct arc_job *job, struct as_span data, enum arc_kind kind)
{
	if (kind == ARC_KIND_7Z && dictionary_7z(job, data) > job->state->max_dictionary_bytes) {
		arc_report(job, ARC_DICTIONARY, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive asks for a dictionary over the limit of %llu MiB",
			   (unsigned long long)(job->state->max_dictionary_bytes >> 20));
		return true;
	}
	if (arc_is_locked(data, kind)) {
		job->header_encrypted = true;
		job->incomplete = true;
		return true;
	}
	if (arc_is_volume(data, kind))
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive is one volume of several");
	if (kind == ARC_KIND_ISO && arc_has_udf(data))
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "The image has a UDF file system, which was not read");
	return false;
}

void arc_walk_open(struct arc_job *job, struct as_span data, enum arc_kind kind, size_t *end_out)
{
	*end_out = arc_declared_end(data, kind);
	if (refuse(job, data, kind))
		return;
	/* Readers with seeking know their end only from the header. */
	if (kind == ARC_KIND_7Z || kind == ARC_KIND_CAB || kind == ARC_KIND_ISO ||
	    kind == ARC_KIND_XAR) {
		size_t ignored = data.size;

		walk_once(job, data, kind, NULL, &ignored);
	} else {
		walk_once(job, data, kind, NULL, end_out);
	}
	/* Joliet, Rock Ridge and plain ISO 9660 are three trees that need not
	 * show the same files: whatever differs from the first is added. */
	if (kind == ARC_KIND_ISO && !job->stop) {
		size_t ignored = data.size;

		job->unseen_only = true;
		walk_once(job, data, kind, "iso9660:!joliet,iso9660:!rockridge", &ignored);
		if (arc_has_joliet(data))
			walk_once(job, data, kind, "iso9660:joliet,iso9660:!rockridge", &ignored);
		job->unseen_only = false;
	}
}
