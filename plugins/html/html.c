/* SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"
#include "link.h"
#include "numbers.h"
#include "octets.h"
#include "runs.h"
#include "literals.h"
#include "view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct state {
	const struct assay_host *host;
	bool scripts;
};

static const struct assay_setting settings[] = {
	{"scripts", ASSAY_SETTING_BOOL, "true", 0, 0,
	 "blobs in scripts become objects, not only data: links"},
};

/* Elements that make a mail client show a text as a document. Any one will do:
 * a text that has none of them holds no link that can be followed. */
static const char *const elements[] = {
	"<a ",	 "<html", "<body", "<script", "<iframe", "<embed", "<object",
	"<meta", "<svg",  "<img",  "<form",   "<link",	 "<style", "<!doctype",
};

static bool is_markup(struct as_span text)
{
	for (size_t at = as_span_find_byte(text, 0, '<'); at != SIZE_MAX;
	     at = as_span_find_byte(text, at + 1, '<'))
		for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
			if (html_word_at(text, at, elements[i]))
				return true;
	return false;
}

/* Everything that this plugin decodes may be decoded further: escapes within
 * base64 within escapes. */
static bool is_own(const struct assay_object *object)
{
	return object->origin == ASSAY_ORIGIN_DERIVED && strcmp(object->from_plugin, "html") == 0;
}

/* The names that browsers open as a page. */
static bool is_named_page(const struct assay_object *object)
{
	static const char *const endings[] = {".html", ".htm", ".shtml", ".xhtml", ".xht"};

	for (size_t i = 0; i < object->name_count; i++) {
		const char *dot = strrchr(object->names[i].shell, '.');

		for (size_t j = 0; dot != NULL && j < sizeof(endings) / sizeof(endings[0]); j++)
			if (strcasecmp(dot, endings[j]) == 0)
				return true;
	}
	return false;
}

/* Shown as HTML, whatever its first octets look like: "%PDF-" or "GIF89a" in
 * front of a page is text of that page. */
static bool is_page(const struct assay_object *object)
{
	return (object->declared != NULL &&
		(strcmp(object->declared, "text/html") == 0 ||
		 strcmp(object->declared, "application/xhtml+xml") == 0)) ||
	       is_named_page(object);
}

static bool is_wanted(const struct assay_object *object)
{
	if (is_page(object))
		return true;
	switch (object->type_class) {
	case ASSAY_CLASS_HTML:
	case ASSAY_CLASS_SCRIPT:
		return true;
	case ASSAY_CLASS_TEXT:
		return is_own(object) ||
		       is_markup(object->text.size > 0 ? object->text : object->data);
	default:
		return false;
	}
}

static void read_scripts(struct html_job *job)
{
	struct as_span text = job->text;

	job->has_reverse = html_find_word(text, 0, "reverse") != SIZE_MAX;
	/* A mail that was pasted or saved has attachments in base64; they are
	 * not this document's doing. */
	job->bare_judged = job->judged && job->object->type_class == ASSAY_CLASS_HTML &&
			   html_find_word(text, 0, "content-transfer-encoding") == SIZE_MAX;
	html_strings_read(job);
	if (!job->stop)
		html_runs_read(job);
	if (!job->stop)
		html_numbers_read(job);
}

static void read_text(const struct state *state, struct html_job *job, struct as_span data)
{
	job->text = data;
	job->range_count = 0;
	if (html_view_differs(data)) {
		if (job->host->charge(job->scan, job->object, data.size) < 0) {
			job->stop = true;
			return;
		}
		job->view.size = 0;
		html_view_make(data, &job->view);
		job->text = html_buffer_span(&job->view);
	}
	job->has_script = job->object->type_class == ASSAY_CLASS_SCRIPT || is_own(job->object) ||
			  html_has_script(job->text);
	html_file_name_read(job);
	html_links_read(job);
	if (!job->stop)
		html_srcdoc_read(job);
	if (!job->stop && state->scripts && job->has_script)
		read_scripts(job);
}

static int inspect(void *opaque, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct state *state = opaque;
	struct html_job job = {
		.host = state->host,
		.scan = scan,
		.object = object,
		.judged = true,
		.max_yield_bytes = HTML_MAX_YIELD * (uint64_t)object->data.size + HTML_YIELD_FLOOR,
	};
	int rc;

	if (phase != ASSAY_UNPACK || (object->flags & ASSAY_FLAG_UNREAD) || !is_wanted(object))
		return 0;
	read_text(state, &job, object->data);
	/* UTF-7 and the like: what a reader of that charset sees. */
	if (!job.stop && object->text.data != object->data.data &&
	    !html_view_same_ascii(object->data, object->text))
		read_text(state, &job, object->text);
	rc = html_job_failed(&job) ? -ENOMEM : 0;
	html_job_deinit(&job);
	return rc;
}

static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	struct state *state = calloc(1, sizeof(*state));

	if (state == NULL) {
		snprintf(loaded->error, sizeof(loaded->error), "html: out of memory");
		return -ENOMEM;
	}
	state->host = host;
	state->scripts = host->setting_bool(setup, "scripts");
	snprintf(loaded->version, sizeof(loaded->version), "1");
	loaded->context = ASSAY_CONTEXT_TYPE;
	loaded->fingerprint = state->scripts;
	*state_out = state;
	return 0;
}

static void unload(void *opaque)
{
	free(opaque);
}

/* "PK" and two more octets, in a link that is hidden by references. */
static const unsigned char canary_link[] =
	"<html><a href='&#100;ata&colon;application/zip;base64,UEsDBBQAAAAA'>x</a></html>";

static size_t canaries(void *state, const struct assay_canary **canaries_out)
{
	static const struct assay_canary all[] = {
		{
			.data = {canary_link, sizeof(canary_link) - 1},
			.name = "canary.html",
			.type = {"text/html", "HTML", ASSAY_CLASS_HTML, 100},
			.code = "html.data_uri_active",
			.expect_children = 1,
		},
	};

	(void)state;
	*canaries_out = all;
	return sizeof(all) / sizeof(all[0]);
}

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "html",
	.summary = "takes files out of links and scripts",
	.phases = ASSAY_UNPACK,
	.origins = ASSAY_ORIGIN_CONTENT,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = load,
	.inspect = inspect,
	.canaries = canaries,
	.unload = unload,
	.limits = html_limits,
	.limit_count = HTML_LIMIT_COUNT,
};
