/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect.h"

#include "layers.h"
#include "messages.h"

#include <errno.h>
#include <stdio.h>

/* Shorter data libclamav leaves alone: no signature is that short. */
#define SCANNED_MIN_BYTES 6u

/* One inspect() call. libclamav hands it to every callback. */
struct clam_call {
	const struct clam_state *state;
	struct assay_scan *scan;
	const struct assay_object *object;
	struct clam_layers layers;
	char codes[CLAM_FINDINGS_MAX][CLAM_CODE_MAX];
	size_t code_count;
};

static void report(struct clam_call *call, const char *code, enum assay_severity severity,
		   const char *text)
{
	const struct assay_finding finding = {.code = code, .severity = severity, .text = text};

	/* libclamav tells of a signature once per place where it matches. */
	for (size_t i = 0; i < call->code_count; i++)
		if (strcmp(call->codes[i], code) == 0)
			return;
	if (call->code_count == CLAM_FINDINGS_MAX)
		return;
	memcpy(call->codes[call->code_count++], code, strlen(code) + 1);
	/* A refusal means that the message has too many findings already. */
	(void)call->state->host->report(call->scan, call->object, &finding);
}

static void report_signature(struct clam_call *call, const char *signature, bool inner)
{
	struct clam_verdict verdict;
	char text[CLAM_CODE_MAX + 64];

	clam_name_translate(signature, call->object->type_class, &verdict);
	if (verdict.text == NULL && strncmp(verdict.code, "malware.", 8) == 0) {
		snprintf(text, sizeof(text), "ClamAV signature %s%s", verdict.code + 8,
			 inner ? ", in a file that ClamAV unpacked" : "");
		verdict.text = text;
	}
	report(call, verdict.code, verdict.severity, verdict.text);
}

static void on_found(int fd, const char *signature, void *context)
{
	/* The object itself is scanned in memory, inner files have one. */
	if (context != NULL && signature != NULL)
		report_signature(context, signature, fd >= 0);
}

static cl_error_t on_announced(const char *container, unsigned long container_size,
			       const char *name, unsigned long size, int encrypted,
			       unsigned int position, void *context)
{
	struct clam_call *call = context;

	(void)container_size;
	(void)position;
	if (call != NULL && container != NULL && name != NULL && encrypted == 0)
		clam_layers_announce(&call->layers, container, name, size);
	return CL_CLEAN;
}

static cl_error_t on_file(int fd, const char *type, const char **ancestors, size_t parent_size,
			  const char *name, size_t size, const char *buffer, uint32_t level,
			  uint32_t attributes, void *context)
{
	struct clam_call *call = context;
	const struct clam_inner inner = {
		.type = type != NULL ? type : "",
		.name = name,
		.data = as_span_make(buffer, buffer != NULL ? size : 0),
		.size = size,
		.parent_size = parent_size,
		.level = level,
		.attributes = attributes,
	};

	(void)fd;
	(void)ancestors;
	if (call != NULL)
		clam_layers_push(&call->layers, &inner);
	return CL_CLEAN;
}

void clam_inspect_init(struct cl_engine *engine)
{
	cl_engine_set_clcb_virus_found(engine, on_found);
	cl_engine_set_clcb_meta(engine, on_announced);
	cl_engine_set_clcb_file_inspection(engine, on_file);
}

/* BinHex in a body is decoded by the engine, within its bounds on run lengths;
 * libclamav makes sixty times as much of it. In an archive only libclamav does. */
static bool is_decoded(const struct assay_object *object)
{
	const uint32_t bodies = (uint32_t)ASSAY_ORIGIN_ENTITY | (uint32_t)ASSAY_ORIGIN_GAP |
				(uint32_t)ASSAY_ORIGIN_READING;

	return strcmp(object->type, "application/mac-binhex40") == 0 &&
	       ((uint32_t)object->origin & bodies) != 0 && object->via[0] == '\0';
}

/* What libclamav may take apart in this object. */
static uint32_t parse_options(const struct assay_object *object)
{
	uint32_t parse = CL_SCAN_PARSE_ARCHIVE | CL_SCAN_PARSE_ELF | CL_SCAN_PARSE_PDF |
			 CL_SCAN_PARSE_SWF | CL_SCAN_PARSE_HWP3 | CL_SCAN_PARSE_XMLDOCS |
			 CL_SCAN_PARSE_OLE2 | CL_SCAN_PARSE_HTML | CL_SCAN_PARSE_PE |
			 CL_SCAN_PARSE_ONENOTE | CL_SCAN_PARSE_IMAGE |
			 CL_SCAN_PARSE_IMAGE_FUZZY_HASH;
	bool unpacked = (object->flags & ASSAY_FLAG_UNPACKED) != 0;

	/* The members come here one by one; twice would cost 5 ms for a small
	 * document. An executable or a PDF is more than the archive in it. */
	if (is_decoded(object) || (unpacked && object->type_class != ASSAY_CLASS_EXECUTABLE &&
				   object->type_class != ASSAY_CLASS_PDF))
		parse &= ~(uint32_t)CL_SCAN_PARSE_ARCHIVE;
	/* The engine enters mail itself, better. But libclamav decodes data:
	 * links of HTML by wrapping them in a mail. */
	if (!unpacked &&
	    (object->type_class == ASSAY_CLASS_HTML || object->type_class == ASSAY_CLASS_MAIL))
		parse |= CL_SCAN_PARSE_MAIL;
	return parse;
}

static uint32_t heuristic_options(const struct clam_settings *settings)
{
	uint32_t options = CL_SCAN_HEURISTIC_EXCEEDS_MAX;

	if (settings->broken)
		options |= CL_SCAN_HEURISTIC_BROKEN | CL_SCAN_HEURISTIC_BROKEN_MEDIA |
			   CL_SCAN_HEURISTIC_PARTITION_INTXN;
	if (settings->macros)
		options |= CL_SCAN_HEURISTIC_MACROS;
	if (settings->encrypted)
		options |= CL_SCAN_HEURISTIC_ENCRYPTED_ARCHIVE | CL_SCAN_HEURISTIC_ENCRYPTED_DOC;
	if (settings->structured)
		options |= CL_SCAN_HEURISTIC_STRUCTURED | CL_SCAN_HEURISTIC_STRUCTURED_SSN_NORMAL |
			   CL_SCAN_HEURISTIC_STRUCTURED_CC;
	return options;
}

static cl_error_t scan_span(const struct clam_state *state, struct as_span data, uint32_t parse,
			    struct clam_call *call, const char **signature_out)
{
	/* Without ALLMATCHES the first hit ends the scan, and inner files
	 * behind it are never shown. */
	struct cl_scan_options options = {
		.general = CL_SCAN_GENERAL_ALLMATCHES | CL_SCAN_GENERAL_HEURISTICS,
		.parse = parse,
		.heuristic = heuristic_options(&state->settings),
	};
	unsigned long scanned = 0;
	cl_fmap_t *map = cl_fmap_open_memory(data.data, data.size);
	cl_error_t rc;

	if (map == NULL)
		return CL_EMEM;
	rc = cl_scanmap_callback(map, NULL, signature_out, &scanned, state->engine, &options, call);
	cl_fmap_close(map);
	return rc;
}

void clam_inspect_warm_up(const struct clam_state *state)
{
	static const char page[] = "<html><head><title>x</title></head><body>warm</body></html>\n";
	static const char plain[] = "The quick brown fox jumps over the lazy dog.\n";
	const char *signature = NULL;

	(void)scan_span(state, as_span_text(page), CL_SCAN_PARSE_HTML, NULL, &signature);
	(void)scan_span(state, as_span_text(plain), 0, NULL, &signature);
}

/* 0, or negative when libclamav could not do its work. */
static int conclude_scan(struct clam_call *call, cl_error_t rc, const char *signature)
{
	switch (rc) {
	case CL_CLEAN:
	case CL_VERIFIED:
		return 0;
	case CL_VIRUS:
		if (call->code_count == 0)
			report_signature(call, signature != NULL ? signature : "unnamed", false);
		return 0;
	case CL_ETIMEOUT:
		report_signature(call, "Heuristics.Limits.Exceeded.MaxScanTime", false);
		return 0;
	case CL_EMAXREC:
		report_signature(call, "Heuristics.Limits.Exceeded.MaxRecursion", false);
		return 0;
	case CL_EMAXSIZE:
		report_signature(call, "Heuristics.Limits.Exceeded.MaxScanSize", false);
		return 0;
	case CL_EMAXFILES:
		report_signature(call, "Heuristics.Limits.Exceeded.MaxFiles", false);
		return 0;
	case CL_EFORMAT:
	case CL_EPARSE:
	case CL_EUNPACK:
	case CL_EREAD:
		report(call, "scan.unscannable", ASSAY_SEVERITY_DEFAULT,
		       "ClamAV cannot read this file");
		return 0;
	default:
		call->state->host->log(call->scan, ASSAY_LOG_ERROR, "clamav: scan failed: %s",
				       cl_strerror(rc));
		return rc == CL_EMEM || rc == CL_EMAP ? -ENOMEM : -EIO;
	}
}

static int scan_once(struct clam_call *call, struct as_span data, uint32_t parse)
{
	const struct assay_host *host = call->state->host;
	uint64_t left = host->left_ms(call->scan);
	uint64_t failures = clam_messages_failures();
	const char *signature = NULL;
	cl_error_t rc;

	/* 0 would mean without end. The value is read when a scan starts, so
	 * a nested call does not disturb the one around it. */
	if (left == 0)
		left = 1;
	if (left > INT32_MAX)
		left = INT32_MAX;
	cl_engine_set_num(call->state->engine, CL_ENGINE_MAX_SCANTIME, (long long)left);
	call->layers.outer_seen = false;
	rc = scan_span(call->state, data, parse, call, &signature);
	if (clam_messages_failures() != failures ||
	    (rc == CL_CLEAN && call->code_count == 0 && !call->layers.outer_seen &&
	     data.size >= SCANNED_MIN_BYTES)) {
		host->log(call->scan, ASSAY_LOG_ERROR,
			  "clamav: the temporary folder is full or cannot be written");
		(void)conclude_scan(call, rc, signature);
		return -EIO;
	}
	return conclude_scan(call, rc, signature);
}

static void report_layers(struct clam_call *call)
{
	const struct clam_layers *layers = &call->layers;

	if (layers->cut)
		report(call, "limit.bytes", ASSAY_SEVERITY_DEFAULT,
		       "ClamAV scanned only the beginning of an inner file");
	if (layers->html_skipped)
		report(call, "limit.bytes", ASSAY_SEVERITY_DEFAULT,
		       "an inner HTML file is too large for ClamAV");
	if (layers->truncated)
		report(call, "archive.malformed", ASSAY_SEVERITY_DEFAULT,
		       "a member is shorter than its archive says");
	if (layers->crowded)
		report(call, "limit.objects", ASSAY_SEVERITY_DEFAULT,
		       "too many inner files for the other plugins to see them all");
}

/*
 * libclamav matches HTML in a normalised form only: not at all above a limit
 * (48 MB of it were "clean" after 1 ms), and with few of the signatures for
 * other kinds of file. What is more than a page needs its octets matched too.
 */
static bool needs_raw_scan(const struct clam_call *call)
{
	return call->layers.outer_html && (call->object->type_class != ASSAY_CLASS_HTML ||
					   call->object->data.size > call->state->html_max_bytes);
}

int clam_inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		 enum assay_phase phase)
{
	struct clam_call call = {.state = state, .scan = scan, .object = object};
	uint64_t limit = call.state->settings.max_file_bytes;
	uint32_t parse = parse_options(object);
	struct as_span data = object->data;
	int rc;

	if (phase != ASSAY_JUDGE || data.size == 0)
		return 0;
	call.layers.state = state;
	call.layers.scan = scan;
	call.layers.object = object;
	if (data.size > limit) {
		/* libclamav would refuse it whole; its beginning is better. */
		data = as_span_slice(data, 0, (size_t)limit);
		report_signature(&call, "Heuristics.Limits.Exceeded.MaxFileSize", false);
	}
	rc = scan_once(&call, data, parse);
	if (rc == 0 && needs_raw_scan(&call))
		rc = scan_once(&call, data, parse & ~(uint32_t)CL_SCAN_PARSE_HTML);
	report_layers(&call);
	clam_layers_deinit(&call.layers);
	return rc;
}
