/* SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"
#include "sniff.h"
#include "stream.h"
#include "tnef.h"
#include "walk.h"
#include "zip_open.h"
#include "zip_walk.h"

#include <archive.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

/* An end record and nothing else. */
#define EMPTY_ZIP_BYTES 22u

/* Nothing shorter has a signature and a member: .Z starts with three octets. */
#define MIN_ARCHIVE_BYTES 4u

static const struct assay_setting settings[] = {
	{"max_dictionary_mib", ASSAY_SETTING_INT, "64", 1, 1024,
	 "streams that ask their decoder for more memory are not opened"},
};

static bool is_text(enum assay_class type_class)
{
	return type_class == ASSAY_CLASS_TEXT || type_class == ASSAY_CLASS_HTML ||
	       type_class == ASSAY_CLASS_SCRIPT || type_class == ASSAY_CLASS_CALENDAR;
}

static bool is_document(enum assay_class type_class)
{
	return type_class == ASSAY_CLASS_OFFICE || type_class == ASSAY_CLASS_OFFICE_MACRO ||
	       type_class == ASSAY_CLASS_ONENOTE || type_class == ASSAY_CLASS_MAIL ||
	       type_class == ASSAY_CLASS_INSTALLER;
}

static bool is_container_class(enum assay_class type_class)
{
	return type_class == ASSAY_CLASS_ARCHIVE || type_class == ASSAY_CLASS_ARCHIVE_UNUSUAL ||
	       type_class == ASSAY_CLASS_DISK_IMAGE;
}

/* Objects that some reader takes for a ZIP even without an end record: by the
 * name, or pictures with members behind them. */
static bool may_be_headless(const struct assay_object *object)
{
	return object->type_class == ASSAY_CLASS_IMAGE || strcmp(object->type_name, "ZIP") == 0 ||
	       strcmp(object->extension, ".zip") == 0 || strcmp(object->extension, ".jar") == 0;
}

/* A ZIP whose end record a reader would find at the end of these octets. */
static void open_trailing_zip(struct arc_job *job, struct as_span rest)
{
	enum assay_class type_class = job->object->type_class;
	struct zip_member first;
	size_t end;

	if (!zip_probe_tail(rest, &end) &&
	    !(may_be_headless(job->object) && zip_local_next(rest, 0, ARC_EMBEDDED_WINDOW, &first)))
		return;
	/* OLE documents and winmail.dat hold whole ZIPs, padded to a sector:
	 * they are opened like any other, but are nothing unusual. */
	zip_open(job, rest, is_document(type_class) || type_class == ASSAY_CLASS_EXECUTABLE, &end);
}

/* Archives inside of what is something else: self-extracting programs,
 * pictures with a RAR behind them, several archives in a row. */
static void open_embedded(struct arc_job *job, struct as_span rest)
{
	size_t from = 0, at, end;
	uint32_t found = 0;

	while (!job->stop) {
		enum arc_kind kind = arc_find_embedded(rest, from, ARC_EMBEDDED_WINDOW, &at);

		if (kind == ARC_KIND_NONE)
			return;
		if (found++ == ARC_MAX_EMBEDDED) {
			arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, at,
				   "More than %u archives are embedded", ARC_MAX_EMBEDDED);
			return;
		}
		end = 0;
		arc_walk_open(job, as_span_from(rest, at), kind, &end);
		from = at + (end > 0 ? end : 1);
	}
}

/* Opens what the object is from its first octet on; false: no container.
 * end_out: behind it. */
static bool open_primary(struct arc_job *job, size_t *end_out)
{
	struct as_span data = job->object->data;
	enum arc_kind kind = arc_sniff(job->object);

	*end_out = data.size;
	if (kind == ARC_KIND_NONE)
		return false;
	if (kind == ARC_KIND_ZIP)
		return zip_open(job, data, false, end_out) > 0 || data.size <= EMPTY_ZIP_BYTES;
	if (kind == ARC_KIND_TNEF)
		tnef_open(job, data);
	else if (kind >= ARC_KIND_GZIP)
		arc_stream_open(job, data, kind, end_out);
	else
		arc_walk_open(job, data, kind, end_out);
	return true;
}

static void open_object(struct arc_job *job)
{
	const struct assay_object *object = job->object;
	struct as_span rest = object->data;
	size_t end = 0;
	bool opened;

	if (object->data.size < MIN_ARCHIVE_BYTES)
		return;
	opened = open_primary(job, &end);
	/* Flags of the host first: clamav makes a walk of its own only where
	 * it may get further than this one. */
	if (opened && !job->incomplete)
		job->host->add_flags(job->scan, object, ASSAY_FLAG_UNPACKED);
	if (opened)
		rest = as_span_from(rest, end);
	if (!job->stop && rest.size >= MIN_ARCHIVE_BYTES) {
		open_trailing_zip(job, rest);
		if (!is_text(object->type_class) && !is_document(object->type_class))
			open_embedded(job, rest);
	}
	if (!opened && job->headers == 0 && !job->stop &&
	    (is_container_class(object->type_class) ||
	     arc_kind_of_type(object->type_name) != ARC_KIND_NONE))
		arc_report(job, ARC_UNSUPPORTED, ASSAY_SEVERITY_DEFAULT, 0,
			   "This kind of container cannot be opened here");
	arc_report_encrypted(job);
}

static int inspect(void *opaque, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct arc_state *state = opaque;
	struct arc_job job = {
		.state = state,
		.host = state->host,
		.scan = scan,
		.object = object,
	};

	if (phase != ASSAY_UNPACK || (object->flags & ASSAY_FLAG_UNREAD))
		return 0;
	job.outer = uselocale(state->utf8);
	open_object(&job);
	uselocale(job.outer);
	return 0;
}

/* Any UTF-8 locale will do; the first is part of glibc 2.35 and of Debian. */
static locale_t find_locale(void)
{
	static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		locale_t locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);

		if (locale != (locale_t)0)
			return locale;
	}
	return (locale_t)0;
}

static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	struct arc_state *state = calloc(1, sizeof(*state));
	int64_t mib = host->setting_int(setup, "max_dictionary_mib");

	if (state == NULL) {
		snprintf(loaded->error, sizeof(loaded->error), "archive: out of memory");
		return -ENOMEM;
	}
	state->host = host;
	state->max_dictionary_bytes = (uint64_t)mib << 20;
	state->utf8 = find_locale();
	if (state->utf8 == (locale_t)0) {
		snprintf(loaded->error, sizeof(loaded->error),
			 "archive: no UTF-8 locale: install the locale C.UTF-8 (package libc-bin)");
		free(state);
		return -ENOENT;
	}
	snprintf(loaded->version, sizeof(loaded->version), "1 / %s / zlib %s",
		 archive_version_string(), zlibVersion());
	loaded->context = ASSAY_CONTEXT_TYPE | ASSAY_CONTEXT_NAMES;
	loaded->fingerprint = (uint64_t)mib;
	*state_out = state;
	return 0;
}

static void unload(void *opaque)
{
	struct arc_state *state = opaque;

	if (state == NULL)
		return;
	freelocale(state->utf8);
	free(state);
}

/* One stored member "a" with the octet "a". */
static const unsigned char canary_zip[] =
	"PK\003\004\012\0\0\0\0\0\0\0\041\0\103\276\267\350\001\0\0\0\001\0\0\0\001\0\0\0aa"
	"PK\001\002\012\0\012\0\0\0\0\0\0\0\041\0\103\276\267\350\001\0\0\0\001\0\0\0\001\0\0\0\0\0"
	"\0\0\0\0\0\0\0\0\0\0\0\0a"
	"PK\005\006\0\0\0\0\001\0\001\0\057\0\0\0\040\0\0\0\0";

/* The same octet packed by gzip, without a name. */
static const unsigned char canary_gz[] =
	"\037\213\010\0\0\0\0\0\0\003\113\004\0\103\276\267\350\001\0\0";

static size_t canaries(void *state, const struct assay_canary **canaries_out)
{
	static const struct assay_canary all[] = {
		{
			.data = {canary_zip, sizeof(canary_zip)},
			.name = "canary.zip",
			.type = {"application/zip", "ZIP", ASSAY_CLASS_ARCHIVE, 100},
			.expect_children = 1,
		},
		{
			.data = {canary_gz, sizeof(canary_gz)},
			.name = "canary.gz",
			.type = {"application/gzip", "GZIP", ASSAY_CLASS_ARCHIVE, 100},
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
	.name = "archive",
	.summary = "opens containers",
	.phases = ASSAY_UNPACK,
	.origins = ASSAY_ORIGIN_CONTENT,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = load,
	.inspect = inspect,
	.canaries = canaries,
	.unload = unload,
	.limits = arc_limits,
	.limit_count = ARC_LIMIT_COUNT,
};
