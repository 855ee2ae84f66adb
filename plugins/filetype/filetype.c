/* SPDX-License-Identifier: BSD-2-Clause */
#include <assay/plugin.h>

#include "detect.h"
#include "findings.h"
#include "known.h"

#include <errno.h>
#include <magic.h>
#include <stdio.h>
#include <stdlib.h>

/* Raised whenever the detector answers differently. */
#define DETECTOR_VERSION 1u

struct filetype {
	const struct assay_host *host;
	struct ft_magic *magic; /* NULL when switched off */
};

static const struct assay_setting settings[] = {
	{
		.key = "magic",
		.kind = ASSAY_SETTING_BOOL,
		.standard = "true",
		.help = "ask libmagic about binaries that the detector does not know",
	},
};

static void unload(void *state)
{
	struct filetype *self = state;

	if (self == NULL)
		return;
	ft_magic_free(self->magic);
	free(self);
}

static int load(const struct assay_host *host, const struct assay_setup *setup, void **state_out,
		struct assay_loaded *loaded)
{
	struct filetype *self = calloc(1, sizeof(*self));

	if (self == NULL)
		return -ENOMEM;
	self->host = host;
	if (host->setting_bool(setup, "magic")) {
		self->magic = ft_magic_new(loaded->error, sizeof(loaded->error));
		if (self->magic == NULL) {
			unload(self);
			return -ENOENT;
		}
		snprintf(loaded->version, sizeof(loaded->version), "%u / libmagic %d.%02d",
			 DETECTOR_VERSION, magic_version() / 100, magic_version() % 100);
	} else {
		snprintf(loaded->version, sizeof(loaded->version), "%u", DETECTOR_VERSION);
	}
	loaded->signatures = FT_COUNT;
	loaded->context = ASSAY_CONTEXT_NAMES | ASSAY_CONTEXT_DECLARED | ASSAY_CONTEXT_PLACE;
	loaded->fingerprint = (uint64_t)DETECTOR_VERSION << 32 |
			      (self->magic != NULL ? (uint32_t)magic_version() : 0);
	*state_out = self;
	return 0;
}

static int set_type(const struct filetype *self, struct assay_scan *scan,
		    const struct assay_object *object, const struct ft_result *result)
{
	const struct assay_type type = {
		.mime = ft_type(result->id)->mime,
		.name = ft_type(result->id)->name,
		.type_class = result->type_class,
		.confidence = result->confidence,
	};

	return self->host->set_type(scan, object, &type);
}

static bool is_plain(const struct ft_result *result)
{
	return result->id == FT_UNKNOWN || result->id == FT_TEXT;
}

/* Text in a charset that hides ASCII (UTF-7, EBCDIC, ...) shows its nature only
 * once it is decoded; offsets then mean nothing in the object. */
static void detect(const struct assay_object *object, const struct ft_hints *hints,
		   struct ft_result *result_out)
{
	struct ft_result decoded;

	(void)ft_detect(object->data, hints, result_out);
	if (!is_plain(result_out) || object->text.size == 0 ||
	    as_span_equal(object->text, as_span_slice(object->data, 0, object->text.size)))
		return;
	if (ft_detect(object->text, hints, &decoded) && !is_plain(&decoded)) {
		*result_out = decoded;
		result_out->at = result_out->length = 0;
	}
}

static bool is_worth_magic(const struct assay_object *object)
{
	return object->index < FT_MAGIC_OBJECTS || object->size >= FT_MAGIC_SMALL_SIZE;
}

static int identify(const struct filetype *self, struct assay_scan *scan,
		    const struct assay_object *object)
{
	const struct ft_hints hints = {
		.extension = object->extension != NULL ? object->extension : "",
		.declared = object->declared != NULL ? object->declared : "",
		.body = (object->flags & ASSAY_FLAG_BODY) != 0,
	};
	struct ft_result result;
	struct assay_type guess;
	int rc;

	detect(object, &hints, &result);
	if (result.id == FT_UNKNOWN && self->magic != NULL && is_worth_magic(object) &&
	    ft_magic_ask(self->magic, object->data, &guess))
		rc = self->host->set_type(scan, object, &guess);
	else
		rc = set_type(self, scan, object, &result);
	if (rc != ASSAY_OK)
		return rc;
	if (result.marks & FT_MARK_ENCRYPTED)
		rc = self->host->add_flags(scan, object, ASSAY_FLAG_ENCRYPTED);
	if (rc != ASSAY_OK)
		return rc;
	return ft_findings_report(self->host, scan, object, &result, &hints);
}

static int inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		   enum assay_phase phase)
{
	const struct filetype *self = state;
	struct ft_result result;

	if (phase != ASSAY_IDENTIFY || (object->flags & ASSAY_FLAG_UNREAD) != 0)
		return 0;
	/* The engine knows what it made itself; its octets are not asked. */
	if (object->origin == ASSAY_ORIGIN_MESSAGE || object->origin == ASSAY_ORIGIN_HEADERS) {
		ft_is(&result, object->origin == ASSAY_ORIGIN_MESSAGE ? FT_EML : FT_TEXT, 100, 0,
		      0);
		(void)set_type(self, scan, object, &result);
		return 0;
	}
	/* What the host refuses it has reported itself. */
	(void)identify(self, scan, object);
	return 0;
}

/* Headers only: nothing that runs. */
static const unsigned char canary_pe[0x84] = {
	[0] = 'M', [1] = 'Z', [0x3c] = 0x40, [0x40] = 'P', [0x41] = 'E', [0x44] = 0x4c, [0x45] = 1,
};
static const char canary_docm[] =
	"PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\4\0\0\0\4\0\0\0\23\0\0\0word/vbaProject.binnone"
	"PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\204\0\0\0\204\0\0\0\23\0\0\0[Content_Types].xml"
	"<Types><Override PartName=\"/word/document.xml\" ContentType=\""
	"application/vnd.ms-word.document.macroEnabled.main+xml\"/>   </Types>    ";
static const char canary_sh[] = "#!/bin/sh\nexit 0\n";

static size_t canaries(void *state, const struct assay_canary **canaries_out)
{
	static const struct assay_canary all[] = {
		{
			.data = {canary_pe, sizeof(canary_pe)},
			.name = "photo.jpg",
			.declared = "image/jpeg",
			.code = "type.executable.pe",
			.expect_type = "application/vnd.microsoft.portable-executable",
		},
		{
			.data = {(const unsigned char *)canary_docm, sizeof(canary_docm) - 1},
			.name = "letter.docx",
			.code = "type.mismatch",
			.expect_type = "application/vnd.ms-word.document.macroenabled.12",
		},
		{
			.data = {(const unsigned char *)canary_sh, sizeof(canary_sh) - 1},
			.code = "type.script.shell",
			.expect_type = "application/x-sh",
		},
	};

	(void)state;
	*canaries_out = all;
	return sizeof(all) / sizeof(all[0]);
}

const struct assay_plugin assay_plugin = {
	.abi = ASSAY_PLUGIN_ABI,
	.size = sizeof(struct assay_plugin),
	.name = "filetype",
	.summary = "names objects by what they are",
	.phases = ASSAY_IDENTIFY,
	.origins = ASSAY_ORIGIN_ALL,
	.settings = settings,
	.setting_count = sizeof(settings) / sizeof(settings[0]),
	.load = load,
	.inspect = inspect,
	.canaries = canaries,
	.unload = unload,
	.limits = ft_limits,
	.limit_count = FT_LIMIT_COUNT,
};
