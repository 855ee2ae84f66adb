/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip_open.h"
#include "names.h"
#include "zip_data.h"
#include "zip_walk.h"

#include <zlib.h>

/* Split archives, and those that fitted into one part, start with four octets
 * of marker (APPNOTE.TXT s8.5.3-4). */
#define SPLIT_MARKER 4u

static bool needs_key(const struct zip_record *record)
{
	return (record->flags & (ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG | ZIP_FLAG_MASKED)) != 0 ||
	       record->method == ZIP_AES;
}

/* A folder has a slash at its end and nothing in it. */
static bool is_folder(const struct zip_record *record)
{
	struct as_span name = record->name;

	return name.size > 0 && record->size == 0 && record->packed <= 2 &&
	       (name.data[name.size - 1] == '/' || name.data[name.size - 1] == '\\');
}

static struct as_span best_name(const struct zip_record *record)
{
	if (record->unicode.size > 0 && zip_names_agree(record->name, record->unicode))
		return record->unicode;
	return record->name;
}

/* Compares what came out with what the header promised. */
static enum arc_outcome check_output(struct as_span archive, const struct zip_member *member,
				     const struct zip_record *record, struct as_span output,
				     size_t used)
{
	uint32_t crc = record->crc;

	if (!record->sized) {
		if (!zip_descriptor_crc(archive, member->data_at + used, used, &crc))
			return ARC_CUT;
	} else if (record->size != output.size) {
		return ARC_BROKEN;
	}
	return crc == crc32_z(0, output.data, output.size) ? ARC_DONE : ARC_BROKEN;
}

/* Emits the member as one of its headers describes it. Answers how many
 * packed octets it took. */
static size_t open_record(struct arc_job *job, struct as_span archive,
			  const struct zip_member *member, const struct zip_record *record,
			  struct as_span second_name)
{
	struct arc_sink sink = {.job = job};
	struct as_span output = as_span_make(NULL, 0);
	struct arc_member child = {
		.name = best_name(record),
		.second_name = second_name,
		.via = "zip",
		.declared_size = record->sized ? record->size : 0,
	};
	enum arc_outcome outcome;
	size_t used = 0;

	if (needs_key(record)) {
		job->encrypted++;
		child.flags = ASSAY_FLAG_ENCRYPTED;
		arc_emit_unread(job, &child);
		return record->sized && record->packed < archive.size
			       ? (size_t)record->packed
			       : zip_descriptor_find(archive, member->data_at) - member->data_at;
	}
	outcome = zip_data_decode(&sink, archive, member->data_at, record, &output, &used);
	if (outcome == ARC_DONE)
		outcome = check_output(archive, member, record, output, used);
	child.flags = arc_report_outcome(job, outcome, child.name, member->header_at);
	if (outcome != ARC_DONE && output.size == 0)
		arc_emit_unread(job, &child);
	else
		arc_emit(job, &child, output);
	arc_sink_free(&sink);
	return used;
}

static void report_differences(struct arc_job *job, const struct zip_member *member)
{
	struct arc_text shown = arc_printable(member->central.name);
	uint32_t differs = member->differs;

	if (differs & ZIP_DIFFERS_NAME)
		arc_report(job, ARC_MISMATCH, ASSAY_HIGH, member->header_at,
			   "Member \"%s\" has another name in its second header: \"%s\"",
			   shown.text,
			   arc_printable(zip_names_agree(member->central.name, member->local.name)
						 ? member->central.unicode
						 : member->local.name)
				   .text);
	if (differs & (ZIP_DIFFERS_SIZE | ZIP_DIFFERS_METHOD | ZIP_DIFFERS_ENCRYPTION))
		arc_report(job, ARC_MISMATCH, ASSAY_SEVERITY_DEFAULT, member->header_at,
			   "The two headers of member \"%s\" differ in%s%s%s", shown.text,
			   differs & ZIP_DIFFERS_SIZE ? " size" : "",
			   differs & ZIP_DIFFERS_METHOD ? " method" : "",
			   differs & ZIP_DIFFERS_ENCRYPTION ? " encryption" : "");
	if (differs & ZIP_LOCAL_EMPTY)
		arc_report(job, ARC_MISMATCH, ASSAY_LOW, member->header_at,
			   "The local header of member \"%s\" has no sizes", shown.text);
}

/* The data ended before the directory says so: something may stand behind. */
static void look_behind(struct arc_job *job, struct as_span archive, size_t begin, size_t end);

/* A local header that no directory lists. Answers where to look on. */
static size_t open_local(struct arc_job *job, struct as_span archive,
			 const struct zip_member *member, bool listed_elsewhere)
{
	if (listed_elsewhere)
		arc_report(job, ARC_MISMATCH, ASSAY_HIGH, member->header_at,
			   "Member \"%s\" is not in the central directory",
			   arc_printable(member->local.name).text);
	arc_path_report(job, member->local.name, member->header_at);
	if (is_folder(&member->local))
		return member->data_at;
	return member->data_at +
	       open_record(job, archive, member, &member->local, as_span_make(NULL, 0));
}

static size_t open_locals(struct arc_job *job, struct as_span archive, size_t begin, size_t end,
			  bool listed_elsewhere)
{
	struct zip_member member;
	size_t found = 0;

	while (begin < end && zip_local_next(archive, begin, end, &member)) {
		if (!arc_count_header(job))
			break;
		begin = open_local(job, archive, &member, listed_elsewhere);
		found++;
	}
	return found;
}

static void look_behind(struct arc_job *job, struct as_span archive, size_t begin, size_t end)
{
	open_locals(job, archive, begin, end < archive.size ? end : archive.size, true);
}

/* The two headers lead to different octets: both are shown. */
static void open_other_view(struct arc_job *job, struct as_span archive,
			    const struct zip_member *member)
{
	const uint32_t content = ZIP_DIFFERS_SIZE | ZIP_DIFFERS_METHOD | ZIP_DIFFERS_ENCRYPTION;

	if (member->differs & content && !job->stop)
		open_record(job, archive, member, &member->local, as_span_make(NULL, 0));
}

/* A name that only one of several readers shows. */
static struct as_span other_name(const struct zip_member *member)
{
	if (!(member->differs & ZIP_DIFFERS_NAME))
		return as_span_make(NULL, 0);
	if (!zip_names_agree(member->central.name, member->local.name))
		return member->local.name;
	return member->central.unicode;
}

static void open_listed(struct arc_job *job, struct as_span archive,
			const struct zip_member *member)
{
	struct arc_member child = {
		.name = best_name(&member->central),
		.second_name = other_name(member),
		.via = "zip",
		.declared_size = member->central.size,
	};
	size_t used, packed;

	arc_path_report(job, child.name, member->has_local ? member->header_at : 0);
	if (child.second_name.size > 0)
		arc_path_report(job, child.second_name, member->header_at);
	if (!member->has_local) {
		arc_report(job, ARC_MISMATCH, ASSAY_HIGH, 0,
			   "Member \"%s\" of the central directory has no local header",
			   arc_printable(child.name).text);
		arc_emit_unread(job, &child);
		return;
	}
	report_differences(job, member);
	if (member->overlapped) {
		arc_report(job, ARC_OVERLAP, ASSAY_SEVERITY_DEFAULT, member->header_at,
			   "Member \"%s\" shares its octets with another member",
			   arc_printable(child.name).text);
		arc_emit_unread(job, &child);
		return;
	}
	if (is_folder(&member->central) && is_folder(&member->local))
		return;
	used = open_record(job, archive, member, &member->central, child.second_name);
	packed = member->central.packed < archive.size ? (size_t)member->central.packed
						       : archive.size;
	open_other_view(job, archive, member);
	if (used < packed && !job->stop && !needs_key(&member->central))
		look_behind(job, archive, member->data_at + used, member->data_at + packed);
}

static void check_link(struct arc_job *job, struct as_span archive, const struct zip_member *member)
{
	if (member->symlink && member->has_local && member->central.method == ZIP_STORED &&
	    !needs_key(&member->central) && member->central.packed < archive.size)
		arc_link_report(
			job, member->central.name,
			as_span_slice(archive, member->data_at, (size_t)member->central.packed));
}

/* What concerns the archive and not one member. */
static void report_walk(struct arc_job *job, const struct zip_walk *walk, bool quiet_prefix)
{
	if (walk->concatenated)
		arc_report(job, ARC_CONCATENATED, ASSAY_SEVERITY_DEFAULT, walk->begin,
			   "%u archives stand one behind the other; readers show different ones",
			   walk->end_count);
	if (walk->ambiguous)
		arc_report(job, ARC_MISMATCH, ASSAY_HIGH, walk->begin,
			   "The end record leads to two different central directories");
	if (walk->damaged)
		arc_report(job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, walk->begin,
			   "The central directory does not have the entries that it announces");
	if (walk->volumes)
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, walk->begin,
			   "The archive is one volume of several");
	if (walk->crowded)
		arc_report(job, ARC_LIMIT, ASSAY_SEVERITY_DEFAULT, walk->begin,
			   "The archive has more than %u members or %u directories",
			   ZIP_MAX_MEMBERS, ZIP_MAX_ENDS);
	if (walk->begin > SPLIT_MARKER && !quiet_prefix)
		arc_report(job, ARC_UNUSUAL, ASSAY_SEVERITY_DEFAULT, 0,
			   "%zu octets stand in front of the archive", walk->begin);
}

size_t zip_open(struct arc_job *job, struct as_span data, bool quiet_prefix, size_t *end_out)
{
	struct zip_walk walk;
	struct zip_range gap;
	size_t found = 0;

	*end_out = data.size;
	if (zip_walk_open(&walk, data) < 0) {
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "There is no memory for the directory of the archive");
		return 0;
	}
	report_walk(job, &walk, quiet_prefix);
	for (size_t i = 0; i < walk.count && arc_count_header(job); i++) {
		check_link(job, data, &walk.members[i]);
		open_listed(job, data, &walk.members[i]);
		found++;
	}
	for (size_t at = 0; !job->stop && zip_gap_next(&walk, &at, &gap);)
		found += open_locals(job, data, gap.begin, gap.end, walk.count > 0);
	if (walk.end_count == 0 && found > 0)
		arc_report(job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive has no central directory");
	if (walk.end_count > 0)
		*end_out = walk.end;
	zip_walk_close(&walk);
	return found;
}
