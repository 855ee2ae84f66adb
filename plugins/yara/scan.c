/* SPDX-License-Identifier: BSD-2-Clause */
#include "scan.h"

#include "externals.h"
#include "scope.h"

#include <errno.h>
#include <stdio.h>

/* Identifiers of strings have at most 128 characters (YARA's own limit). */
#define EVIDENCE_TEXT (YP_EVIDENCE_BYTES_MAX * 4u + 192u)

struct run {
	const struct assay_host *host;
	const struct yp_scan_limits *limits;
	struct assay_scan *scan;
	const struct assay_object *object;
	struct yp_bundle *bundle;
	uint64_t serial;
	uint32_t scopes;
	uint32_t direction;  /* 0: not known */
	struct as_span view; /* what is being scanned */
	bool decoded;	     /* the view is object->text, not its data */
	bool stopped;	     /* the engine wants no more of this object */
	bool timed_out;
	bool failed;
};

struct evidence {
	struct assay_evidence items[YP_EVIDENCE_MAX];
	char texts[YP_EVIDENCE_MAX][EVIDENCE_TEXT];
	size_t count;
};

/* Printable ASCII as it is; the backslash too is written as a number, so that
 * the text can be turned back into octets. */
static void escape(char *out, size_t room, struct as_span octets)
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < octets.size && at + 5 <= room; i++) {
		unsigned char c = octets.data[i];

		if (c >= 0x20 && c < 0x7f && c != '\\') {
			out[at++] = (char)c;
		} else {
			out[at++] = '\\';
			out[at++] = 'x';
			out[at++] = digits[c >> 4];
			out[at++] = digits[c & 15];
		}
	}
	out[at] = '\0';
}

static void add_evidence(const struct run *run, struct evidence *evidence, const YR_STRING *string,
			 const YR_MATCH *match)
{
	uint64_t offset = (uint64_t)(match->base + match->offset);
	size_t length = match->match_length > 0 ? (size_t)match->match_length : 0;
	struct assay_evidence *item = &evidence->items[evidence->count];
	char *text = evidence->texts[evidence->count];
	char octets[YP_EVIDENCE_BYTES_MAX * 4 + 1];
	size_t shown = length < run->limits->evidence_bytes ? length : run->limits->evidence_bytes;

	if (!as_span_holds(run->view, offset, length))
		return;
	evidence->count++;
	escape(octets, sizeof(octets), as_span_slice(run->view, (size_t)offset, shown));
	*item = (struct assay_evidence){.text = text};
	if (run->decoded) {
		/* Offsets of evidence are those of data, where this text may
		 * stand in another charset. */
		snprintf(text, EVIDENCE_TEXT, "%.128s at %llu of the text: %s", string->identifier,
			 (unsigned long long)offset, octets);
		return;
	}
	item->offset = offset;
	item->length = length;
	snprintf(text, EVIDENCE_TEXT, "%.128s: %s", string->identifier, octets);
}

/*
 * The first match of a string that may be shown. libyara lays matches out
 * without alignment, so they are copied before they are read.
 */
static bool first_match(const YR_SCAN_CONTEXT *context, const YR_STRING *string,
			YR_MATCH *match_out)
{
	const void *at = context->matches[string->idx].head;

	while (at != NULL) {
		memcpy(match_out, at, sizeof(*match_out));
		if (!match_out->is_private)
			return true;
		at = match_out->next;
	}
	return false;
}

/* One match of each string: it explains, the others repeat. */
static void collect_evidence(const struct run *run, const YR_SCAN_CONTEXT *context,
			     const YR_RULE *rule, struct evidence *evidence)
{
	const YR_STRING *string;
	YR_MATCH match;

	evidence->count = 0;
	if (run->limits->evidence_bytes == 0)
		return;
	yr_rule_strings_foreach(rule, string)
	{
		if (evidence->count == YP_EVIDENCE_MAX)
			return;
		if (first_match(context, string, &match))
			add_evidence(run, evidence, string, &match);
	}
}

/* Whether the rule, whatever its bundle, is made for this object. */
static bool wanted(const struct run *run, const struct yp_rule *rule)
{
	if (rule->state == YP_OFF || rule->serial == run->serial)
		return false;
	if ((rule->scopes & run->scopes) == 0 && run->bundle->exact_size == 0)
		return false;
	if (rule->max_size != 0 && run->object->size > rule->max_size)
		return false;
	/* An unknown direction could be the one that is meant. */
	if (rule->directions != 0 && run->direction != 0 &&
	    (rule->directions & run->direction) == 0)
		return false;
	return yp_guard_fits(&rule->guard, run->object);
}

static int take_match(struct run *run, YR_SCAN_CONTEXT *context, const YR_RULE *matched)
{
	struct yp_rule *rule = &run->bundle->table[matched - context->rules->rules_table];
	struct evidence evidence;
	struct assay_finding finding = {
		.code = rule->code,
		.severity = rule->severity,
		.wish = rule->wish,
		.text = rule->text,
		.evidence = evidence.items,
	};

	if (RULE_IS_PRIVATE(matched) || !wanted(run, rule))
		return CALLBACK_CONTINUE;
	rule->serial = run->serial;
	if (rule->state == YP_SHADOW) {
		run->host->log(run->scan, ASSAY_LOG_NOTICE, "yara: shadow rule %s matches %s",
			       rule->code, run->object->path);
		return CALLBACK_CONTINUE;
	}
	collect_evidence(run, context, matched, &evidence);
	finding.evidence_count = evidence.count;
	if (run->host->report(run->scan, run->object, &finding) < 0) {
		run->stopped = true;
		return CALLBACK_ABORT;
	}
	return CALLBACK_CONTINUE;
}

static int on_event(YR_SCAN_CONTEXT *context, int message, void *data, void *user_data)
{
	struct run *run = user_data;

	if (message == CALLBACK_MSG_RULE_MATCHING)
		return take_match(run, context, data);
	if (message == CALLBACK_MSG_TOO_MANY_MATCHES)
		/* The string counts as found; only its further places are lost. */
		run->host->log(run->scan, ASSAY_LOG_NOTICE, "yara: too many matches of %s in %s",
			       ((const YR_STRING *)data)->identifier, run->object->path);
	return CALLBACK_CONTINUE;
}

static int report_simple(struct run *run, const char *code, const char *text)
{
	const struct assay_finding finding = {.code = code, .text = text};

	return run->host->report(run->scan, run->object, &finding);
}

/* libyara counts whole seconds; what is left of the message is rounded up,
 * because 0 would mean no limit at all. */
static int timeout_of(const struct run *run)
{
	uint64_t left = run->host->left_ms(run->scan) / 1000 + 1;

	return (int)(left < run->limits->timeout_s ? left : run->limits->timeout_s);
}

static void scan_view(struct run *run, const struct yp_facts *facts)
{
	YR_SCANNER *scanner = run->bundle->scanner;
	static const unsigned char nothing[1];
	const unsigned char *data = run->view.size > 0 ? run->view.data : nothing;
	int rc;

	if (run->host->left_ms(run->scan) == 0) {
		run->timed_out = true;
		return;
	}
	rc = yp_externals_set(scanner, facts);
	if (rc == ERROR_SUCCESS) {
		yr_scanner_set_callback(scanner, on_event, run);
		/* Objects lie in sealed memory, so that no SIGBUS can come and
		 * no handler is needed. */
		yr_scanner_set_flags(scanner, SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH |
						      SCAN_FLAGS_REPORT_RULES_MATCHING);
		yr_scanner_set_timeout(scanner, timeout_of(run));
		rc = yr_scanner_scan_mem(scanner, data, run->view.size);
	}
	if (rc == ERROR_SCAN_TIMEOUT) {
		run->timed_out = true;
	} else if (rc != ERROR_SUCCESS) {
		run->failed = true;
		run->host->log(run->scan, ASSAY_LOG_WARNING, "yara: error %d of libyara on %s", rc,
			       run->object->path);
	}
}

/*
 * The octets, and for text in another charset its UTF-8 too: a script in
 * UTF-16 must not hide from rules that are written in ASCII.
 */
static void scan_bundle(struct run *run, const struct yp_facts *facts)
{
	const struct assay_object *object = run->object;

	run->view = object->data;
	run->decoded = false;
	scan_view(run, facts);
	if (run->stopped || object->text.size == 0 || as_span_equal(object->text, object->data) ||
	    run->bundle->exact_size != 0)
		return;
	run->view = object->text;
	run->decoded = true;
	scan_view(run, facts);
}

static bool any_fits(const struct yp_bundles *bundles, const struct assay_object *object,
		     uint32_t scopes)
{
	for (size_t i = 0; i < bundles->count; i++)
		if (yp_bundle_fits(&bundles->items[i], object, scopes))
			return true;
	return false;
}

int yp_scan_object(const struct assay_host *host, struct yp_bundles *bundles,
		   const struct yp_scan_limits *limits, struct assay_scan *scan,
		   const struct assay_object *object, uint64_t serial)
{
	struct run run = {
		.host = host,
		.limits = limits,
		.scan = scan,
		.object = object,
		.serial = serial,
		.scopes = yp_scopes_of(object),
	};
	struct yp_facts facts;

	if (!any_fits(bundles, object, run.scopes))
		return 0;
	if (object->data.size > limits->max_size || object->text.size > limits->max_size) {
		report_simple(&run, "limit.bytes",
			      "larger than max_size_mib of the plugin yara: no rule has seen it");
		return 0;
	}
	if (object->message != NULL && object->message->envelope != NULL &&
	    object->message->envelope->direction != NULL)
		run.direction = yp_direction_find(object->message->envelope->direction);
	yp_facts_init(&facts, host, object, run.scopes);
	for (size_t i = 0; i < bundles->count && !run.stopped; i++) {
		run.bundle = &bundles->items[i];
		if (yp_bundle_fits(run.bundle, object, run.scopes))
			scan_bundle(&run, &facts);
	}
	if (run.timed_out && !run.stopped)
		report_simple(&run, "scan.timeout", "YARA rules did not end in time");
	return run.failed ? -EIO : 0;
}
