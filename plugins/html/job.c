/* SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>

enum code {
	CODE_DATA_URI,
	CODE_SMUGGLING,
};

static const char *const code_names[] = {
	[CODE_DATA_URI] = "html.data_uri_active",
	[CODE_SMUGGLING] = "html.smuggling",
};

static void report(struct html_job *job, const char *code, const char *text)
{
	const struct assay_finding finding = {.code = code, .text = text};

	if (job->host->report(job->scan, job->object, &finding) < 0)
		job->stop = true;
}

static void report_active(struct html_job *job, enum code code, const char *word)
{
	char text[160];

	if (job->reports[code] >= HTML_MAX_REPORTS)
		return;
	job->reports[code]++;
	snprintf(text, sizeof(text),
		 code == CODE_DATA_URI ? "A data: link of the document holds %s."
				       : "A script of the document holds %s.",
		 word);
	report(job, code_names[code], text);
}

static void report_limit(struct html_job *job, const char *code, const char *text)
{
	job->stop = true;
	if (job->limit_reported)
		return;
	job->limit_reported = true;
	report(job, code, text);
}

/* Whether there is room for one more object of that size; charges it. */
static bool has_room(struct html_job *job, size_t size)
{
	char text[160];

	if (job->children >= HTML_MAX_CHILDREN) {
		snprintf(text, sizeof(text),
			 "More than %u files stand in the text of the document; the rest was not "
			 "inspected.",
			 HTML_MAX_CHILDREN);
		report_limit(job, "limit.objects", text);
		return false;
	}
	if (size > job->max_yield_bytes - job->yield_bytes) {
		snprintf(text, sizeof(text),
			 "The links and scripts of the document give more than %u times its size; "
			 "the rest was not inspected.",
			 HTML_MAX_YIELD);
		report_limit(job, "limit.bytes", text);
		return false;
	}
	job->yield_bytes += size;
	job->children++;
	if (job->host->charge(job->scan, job->object, size) < 0)
		job->stop = true;
	return !job->stop;
}

static bool is_picture(const char *declared)
{
	return declared == NULL || *declared == '\0' || strncmp(declared, "image/", 6) == 0 ||
	       strncmp(declared, "font/", 5) == 0;
}

/* The same octets under another name or type are another file to those who
 * judge names; a picture that is shown twice is not. */
static bool is_known(struct html_job *job, const struct html_find *find, struct as_span octets)
{
	return find->name.size == 0 && is_picture(find->declared) &&
	       job->host->seen(job->scan, octets);
}

static void judge(struct html_job *job, const struct html_find *find, enum html_kind kind,
		  const char *word)
{
	if (!job->judged)
		return;
	if (find->source == HTML_SOURCE_LINK) {
		if (kind == HTML_KIND_ACTIVE)
			report_active(job, CODE_DATA_URI, word);
		else if (find->declared != NULL && html_type_active(as_span_text(find->declared)))
			report_active(job, CODE_DATA_URI, "a program or script");
	} else if (kind == HTML_KIND_ACTIVE &&
		   (find->source == HTML_SOURCE_BLOB ||
		    (find->source == HTML_SOURCE_BARE && job->bare_judged))) {
		report_active(job, CODE_SMUGGLING, word);
	}
}

bool html_offer(struct html_job *job, const struct html_find *find, struct as_span octets)
{
	const bool blob = find->source >= HTML_SOURCE_BLOB;
	const char *word;
	enum html_kind kind;
	struct assay_child child = {
		.data = octets,
		.label = find->label,
		.via = find->via,
		.declared = find->declared,
		.origin = ASSAY_ORIGIN_DERIVED,
	};

	if (job->stop || octets.size < (blob ? HTML_MIN_BLOB_BYTES : 1))
		return !job->stop;
	kind = html_sniff(octets, &word);
	if (blob && kind == HTML_KIND_NOISE && octets.size < HTML_NOISE_BYTES)
		return true;
	judge(job, find, kind, word);
	if (is_known(job, find, octets))
		return !job->stop;
	if (!has_room(job, octets.size))
		return false;
	if (find->name.size > 0) {
		child.name = (const char *)find->name.data;
		child.name_length = find->name.size;
	} else if (blob && kind == HTML_KIND_ACTIVE && job->file_name_size > 0) {
		child.name = (const char *)job->file_name;
		child.name_length = job->file_name_size;
	}
	if (job->host->emit(job->scan, job->object, &child) < 0)
		job->stop = true;
	return !job->stop;
}

void html_range_add(struct html_job *job, size_t begin, size_t end)
{
	struct html_range *grown;
	size_t capacity = job->range_capacity > 0 ? 2 * job->range_capacity : 16;

	if (job->range_count == job->range_capacity) {
		grown = reallocarray(job->ranges, capacity, sizeof(*grown));
		if (grown == NULL) {
			job->octets.failed = true;
			return;
		}
		job->ranges = grown;
		job->range_capacity = capacity;
	}
	job->ranges[job->range_count++] = (struct html_range){begin, end};
}

bool html_range_holds(const struct html_job *job, size_t at, size_t *turn)
{
	while (*turn < job->range_count && job->ranges[*turn].end <= at)
		(*turn)++;
	return *turn < job->range_count && job->ranges[*turn].begin <= at;
}

void html_job_deinit(struct html_job *job)
{
	html_buffer_deinit(&job->view);
	html_buffer_deinit(&job->joined);
	html_buffer_deinit(&job->octets);
	free(job->ranges);
	job->ranges = NULL;
}

bool html_job_failed(const struct html_job *job)
{
	return job->view.failed || job->joined.failed || job->octets.failed;
}
