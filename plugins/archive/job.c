/* SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Members below this size are the rule in mail: one allocation is enough. */
#define FIRST_CAPACITY 16384u

static const char *const code_names[ARC_CODE_COUNT] = {
	[ARC_MALFORMED] = "archive.malformed",
	[ARC_UNSUPPORTED] = "archive.unsupported",
	[ARC_ENCRYPTED] = "archive.encrypted",
	[ARC_CONCATENATED] = "archive.concatenated",
	[ARC_MISMATCH] = "archive.header_mismatch",
	[ARC_TRAVERSAL] = "archive.path_traversal",
	[ARC_UNUSUAL] = "archive.format_unusual",
	[ARC_OVERLAP] = "bomb.overlap",
	[ARC_DICTIONARY] = "bomb.dictionary",
	[ARC_LIMIT] = "limit.objects",
	[ARC_SIZE] = "limit.bytes",
};

/* Codes which say that another unpacker might get further. Not those of bombs
 * and limits: libclamav would only walk into the same bomb. */
static bool leaves_unread(enum arc_code code)
{
	return code == ARC_MALFORMED || code == ARC_UNSUPPORTED || code == ARC_ENCRYPTED;
}

void arc_report(struct arc_job *job, enum arc_code code, enum assay_severity severity,
		uint64_t offset, const char *format, ...)
{
	char text[320];
	struct assay_evidence evidence = {.offset = offset, .text = ""};
	struct assay_finding finding = {
		.code = code_names[code],
		.severity = severity,
		.text = text,
		.evidence = &evidence,
		.evidence_count = 1,
	};
	va_list args;

	if (leaves_unread(code))
		job->incomplete = true;
	if (job->reports[code] >= ARC_MAX_REPORTS)
		return;
	job->reports[code]++;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (job->host->report(job->scan, job->object, &finding) < 0)
		job->stop = true;
}

void arc_report_encrypted(struct arc_job *job)
{
	if (job->encrypted == 0 && !job->header_encrypted)
		return;
	if (job->host->add_flags(job->scan, job->object, ASSAY_FLAG_ENCRYPTED) < 0)
		job->stop = true;
	if (job->header_encrypted)
		arc_report(job, ARC_ENCRYPTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive is encrypted, the names of its members too");
	else
		arc_report(job, ARC_ENCRYPTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "%u of %u entries of the archive are encrypted", job->encrypted,
			   job->headers);
}

uint32_t arc_report_outcome(struct arc_job *job, enum arc_outcome outcome, struct as_span name,
			    uint64_t offset)
{
	struct arc_text shown = arc_printable(name);

	switch (outcome) {
	case ARC_DONE:
		return 0;
	case ARC_CUT:
		arc_report(job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, offset,
			   "Member \"%s\" ends too early", shown.text);
		return ASSAY_FLAG_TRUNCATED;
	case ARC_BROKEN:
		arc_report(job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, offset,
			   "Member \"%s\" is damaged", shown.text);
		return ASSAY_FLAG_DAMAGED;
	case ARC_UNKNOWN:
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, offset,
			   "Member \"%s\" is packed by a method that cannot be opened here",
			   shown.text);
		return ASSAY_FLAG_UNREAD;
	case ARC_TOO_WIDE:
		arc_report(job, ARC_DICTIONARY, ASSAY_SEVERITY_DEFAULT, offset,
			   "Member \"%s\" asks for a dictionary over the limit of %llu MiB",
			   shown.text,
			   (unsigned long long)(job->state->max_dictionary_bytes >> 20));
		return ASSAY_FLAG_UNREAD;
	case ARC_STOPPED:
		return ASSAY_FLAG_TRUNCATED;
	}
	abort();
}

bool arc_count_header(struct arc_job *job)
{
	if (job->stop)
		return false;
	if (job->headers >= ARC_MAX_HEADERS) {
		arc_report(job, ARC_LIMIT, ASSAY_SEVERITY_DEFAULT, 0,
			   "The archive has more than %u entries; the rest was not read",
			   ARC_MAX_HEADERS);
		job->stop = true;
		return false;
	}
	job->headers++;
	/* Entries without octets charge nothing else, so the clock is asked here. */
	if (job->host->charge(job->scan, job->object, 0) < 0) {
		job->stop = true;
		return false;
	}
	return true;
}

static void emit_child(struct arc_job *job, const struct arc_member *member, struct as_span data)
{
	struct assay_child child = {
		.data = data,
		.name = (const char *)member->name.data,
		.name_length = member->name.size,
		.label = member->label,
		.via = member->via,
		.origin = member->label != NULL ? ASSAY_ORIGIN_DERIVED : ASSAY_ORIGIN_MEMBER,
		.flags = member->flags,
		.declared_size = member->declared_size,
	};

	if (member->second_name.size > 0) {
		child.second_name = (const char *)member->second_name.data;
		child.second_name_length = member->second_name.size;
	}
	/* The child goes through other plugins, which must not answer
	 * differently because it came out of an archive. */
	uselocale(job->outer);
	if (job->host->emit(job->scan, job->object, &child) < 0)
		job->stop = true;
	uselocale(job->state->utf8);
}

/* The suffix in lower case without a version (";1"), or 0: none, too long. */
static uint64_t suffix_key(struct as_span name)
{
	uint64_t key = 0;
	size_t end = name.size;

	if (end > 2 && name.data[end - 2] == ';')
		end -= 2;
	for (size_t i = end; i > 0 && end - i < 8; i--) {
		unsigned char c = name.data[i - 1];

		if (c == '.')
			return key;
		key = key << 8 | (c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c);
	}
	return 0;
}

static bool knows_suffix(const struct arc_job *job, struct as_span name)
{
	uint64_t key = suffix_key(name);

	for (uint32_t i = 0; i < job->suffix_count; i++)
		if (job->suffixes[i] == key)
			return key != 0;
	return false;
}

static void learn_suffix(struct arc_job *job, struct as_span name)
{
	if (job->suffix_count < ARC_MAX_SUFFIXES && !knows_suffix(job, name))
		job->suffixes[job->suffix_count++] = suffix_key(name);
}

void arc_emit(struct arc_job *job, const struct arc_member *member, struct as_span data)
{
	if (member->flags & ASSAY_FLAG_UNREAD) {
		arc_emit_unread(job, member);
		return;
	}
	if (member->flags & ASSAY_FLAG_DAMAGED)
		job->incomplete = true;
	/* A stopped job still shows what it has of the last member. */
	if (job->stop && data.size == 0)
		return;
	if (job->unseen_only && knows_suffix(job, member->name) && job->host->seen(job->scan, data))
		return;
	if (!job->unseen_only)
		learn_suffix(job, member->name);
	emit_child(job, member, data);
}

void arc_emit_unread(struct arc_job *job, const struct arc_member *member)
{
	struct arc_member unread = *member;

	job->incomplete = true;
	if (job->stop || (job->unseen_only && knows_suffix(job, member->name)))
		return;
	unread.flags |= ASSAY_FLAG_UNREAD;
	emit_child(job, &unread, as_span_make(NULL, 0));
}

/* Grows by doubling, so that the copies sum up to less than twice the size. */
static bool sink_reserve(struct arc_sink *sink, size_t more)
{
	size_t wanted, capacity = sink->capacity;
	unsigned char *data;

	if (!as_size_add(sink->size, more, &wanted))
		return false;
	if (wanted <= capacity)
		return true;
	if (capacity == 0)
		capacity = FIRST_CAPACITY;
	while (capacity < wanted) {
		if (capacity > SIZE_MAX / 2)
			return false;
		capacity *= 2;
	}
	data = realloc(sink->data, capacity);
	if (data == NULL)
		return false;
	sink->data = data;
	sink->capacity = capacity;
	return true;
}

static bool sink_admit(struct arc_sink *sink, size_t size)
{
	struct arc_job *job = sink->job;

	if (job->stop)
		return false;
	if (job->host->charge(job->scan, job->object, size) < 0) {
		job->stop = true;
		return false;
	}
	/* Ends this member only: it is inspected as far as it came, and the
	 * others may fit. */
	if (sink->limit == 0)
		sink->limit = job->host->left_bytes(job->scan) + size;
	if (size > sink->limit || sink->size > sink->limit - size) {
		arc_report(job, ARC_SIZE, ASSAY_SEVERITY_DEFAULT, 0,
			   "A member has more than %llu octets; the rest of it was not unpacked",
			   (unsigned long long)sink->limit);
		return false;
	}
	if (!sink_reserve(sink, size)) {
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "There is no memory for a member of %zu octets", sink->size);
		job->stop = true;
		return false;
	}
	return true;
}

bool arc_sink_write(struct arc_sink *sink, const void *data, size_t size)
{
	if (size == 0)
		return !sink->job->stop;
	if (!sink_admit(sink, size))
		return false;
	memcpy(sink->data + sink->size, data, size);
	sink->size += size;
	return true;
}

bool arc_sink_zeros(struct arc_sink *sink, uint64_t size)
{
	while (size > 0) {
		size_t part = size < FIRST_CAPACITY ? (size_t)size : FIRST_CAPACITY;

		if (!sink_admit(sink, part))
			return false;
		memset(sink->data + sink->size, 0, part);
		sink->size += part;
		size -= part;
	}
	return true;
}

struct as_span arc_sink_span(const struct arc_sink *sink)
{
	return as_span_make(sink->data, sink->size);
}

void arc_sink_free(struct arc_sink *sink)
{
	free(sink->data);
	sink->data = NULL;
	sink->size = sink->capacity = 0;
}

struct arc_text arc_printable(struct as_span name)
{
	struct arc_text out;
	size_t length = name.size < sizeof(out.text) - 4 ? name.size : sizeof(out.text) - 4;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = name.data[i];

		out.text[i] = c < 0x20 || c > 0x7e || c == '"' ? '?' : (char)c;
	}
	strcpy(out.text + length, length < name.size ? "..." : "");
	return out;
}
