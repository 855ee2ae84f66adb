/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer_text.h"

#include "base/utf8.h"

/* Of the reason in our own words of a reply: the id behind it must not be cut
 * off, since a postmaster searches by it. */
#define REPLY_REASON_MAX (AS_ANSWER_REPLY_MAX - 120u)
/* Of the reason in an administrator's text, which has up to 300 octets. */
#define TEMPLATE_REASON_MAX 140u

static const char ellipsis[] = "...";

/* The longest beginning of text that has at most max octets and ends with a
 * whole character. */
static struct as_span beginning(struct as_span text, size_t max)
{
	size_t end = 0;

	while (end < text.size) {
		size_t length = as_utf8_next(as_span_from(text, end), NULL);

		if (length == 0)
			length = 1;
		if (length > max - end)
			break;
		end += length;
	}
	return as_span_slice(text, 0, end);
}

static const char *keep(struct as_arena *arena, struct as_buffer *text, size_t max)
{
	const char *copy;

	if (text->size > max) {
		text->size = beginning(as_buffer_span(text), max - (sizeof(ellipsis) - 1)).size;
		as_buffer_text(text, ellipsis);
	}
	copy = text->failed ? NULL : as_arena_copy(arena, as_buffer_span(text));
	as_buffer_deinit(text);
	return copy;
}

const char *as_answer_cut(struct as_arena *arena, const char *text, size_t max)
{
	struct as_buffer safe;

	as_buffer_init(&safe, 0);
	as_utf8_escape(&safe, as_span_text(text));
	return keep(arena, &safe, max);
}

const char *as_answer_ascii(struct as_arena *arena, const char *text, size_t max)
{
	struct as_span rest = as_span_text(text);
	struct as_buffer safe;

	as_buffer_init(&safe, 0);
	while (rest.size > 0) {
		size_t length = as_utf8_next(rest, NULL);
		bool plain = length == 1 && rest.data[0] >= 0x20 && rest.data[0] < 0x7f;

		as_buffer_byte(&safe, plain ? rest.data[0] : '?');
		rest = as_span_from(rest, length == 0 ? 1 : length);
	}
	return keep(arena, &safe, max);
}

const char *as_answer_incomplete(struct as_arena *arena, const struct as_finding *finding)
{
	struct as_buffer text;
	const char *result = NULL;

	as_buffer_init(&text, 0);
	as_verdict_reason(&text, finding);
	as_buffer_printf(&text, ": %s", finding->text);
	if (as_buffer_byte(&text, 0))
		result = as_answer_cut(arena, (const char *)text.data, AS_ANSWER_TEXT_MAX);
	as_buffer_deinit(&text);
	return result;
}

static const char *own_words(enum assay_action action)
{
	switch (action) {
	case ASSAY_ACTION_TAG:
		return "Message accepted and marked";
	case ASSAY_ACTION_STRIP:
		return "Message accepted without attachments";
	case ASSAY_ACTION_QUARANTINE:
		return "Message kept back for inspection";
	case ASSAY_ACTION_REJECT:
		return "Message refused";
	case ASSAY_ACTION_DISCARD:
		return "Message dropped";
	case ASSAY_ACTION_TEMPFAIL:
		return "Message not taken now, try again later";
	case ASSAY_ACTION_NONE:
	case ASSAY_ACTION_ACCEPT:
		break;
	}
	return "Message accepted";
}

static void put_template(struct as_buffer *out, const char *template, const char *reason,
			 const char *id)
{
	static const char reason_word[] = "{reason}", id_word[] = "{id}";

	while (*template != '\0') {
		if (strncmp(template, reason_word, sizeof(reason_word) - 1) == 0) {
			as_buffer_text(out, reason);
			template += sizeof(reason_word) - 1;
		} else if (strncmp(template, id_word, sizeof(id_word) - 1) == 0) {
			as_buffer_text(out, id);
			template += sizeof(id_word) - 1;
		} else {
			as_buffer_byte(out, (unsigned char)*template ++);
		}
	}
}

const char *as_answer_reply(struct as_arena *arena, enum assay_action action,
			    const struct as_policy *policy, const char *reason, const char *id)
{
	const char *template = policy->reply;
	bool own = template == NULL || template[0] == '\0' || !as_action_protects(action);
	const char *why =
		as_answer_ascii(arena, reason, own ? REPLY_REASON_MAX : TEMPLATE_REASON_MAX);
	const char *result = NULL;
	struct as_buffer text;

	if (why == NULL)
		return NULL;
	as_buffer_init(&text, 0);
	if (own)
		as_buffer_printf(&text, "%s%s%s (%s)", own_words(action),
				 why[0] != '\0' ? ": " : "", why, id);
	else
		put_template(&text, template, why, id);
	if (as_buffer_byte(&text, 0))
		result = as_answer_ascii(arena, (const char *)text.data, AS_ANSWER_REPLY_MAX);
	as_buffer_deinit(&text);
	return result;
}

/* rspamd and others know these by their beginnings; the rest is what ClamAV
 * writes there, where it has the like. */
#define ENCRYPTED "Heuristics.Encrypted."
#define MACROS	  "Heuristics.OLE2.ContainsMacros."
#define EXCEEDED  "Heuristics.Limits.Exceeded."
#define ASSAY	  "Heuristics.Assay."

static const struct known_name {
	const char *code; /* or its family */
	const char *type; /* type_name of the object; NULL: any */
	const char *name;
	bool found; /* even where it makes the inspection incomplete */
} known_names[] = {
	{"archive.encrypted", "ZIP", ENCRYPTED "Zip", true},
	{"archive.encrypted", "7Z", ENCRYPTED "7Zip", true},
	{"archive.encrypted", "RAR", ENCRYPTED "RAR", true},
	{"archive.encrypted", NULL, ENCRYPTED "Archive", true},
	{"office.encrypted", NULL, ENCRYPTED "Office", true},
	{"pdf.encrypted", NULL, ENCRYPTED "PDF", true},
	{"smime.encrypted", NULL, ENCRYPTED "SMIME", true},
	{"openpgp.encrypted", NULL, ENCRYPTED "OpenPGP", true},
	{"office.macro.xlm", NULL, MACROS "XLM", true},
	{"office.macro.*", NULL, MACROS "VBA", true},
	{"bomb.ratio", NULL, EXCEEDED "MaxScanSize", true},
	{"bomb.depth", NULL, EXCEEDED "MaxRecursion", true},
	{"bomb.dictionary", NULL, EXCEEDED "MaxDictionary", true},
	{"bomb.entity", NULL, EXCEEDED "MaxEntities", true},
	{"bomb.overlap", NULL, EXCEEDED "OverlappingFiles", true},
	{"limit.bytes", NULL, EXCEEDED "MaxScanSize", false},
	{"limit.message_size", NULL, EXCEEDED "MaxFileSize", false},
	{"limit.objects", NULL, EXCEEDED "MaxFiles", false},
	{"limit.depth", NULL, EXCEEDED "MaxRecursion", false},
	{"limit.time", NULL, EXCEEDED "MaxScanTime", false},
	{"limit.headers", NULL, EXCEEDED "MaxHeaders", false},
	{"limit.recipients", NULL, EXCEEDED "MaxRecipients", false},
	{"smime.limit_exceeded", NULL, EXCEEDED "MaxSignatures", false},
	{"scan.unscannable", NULL, ASSAY "Unscannable", false},
	{"scan.worker_crashed", NULL, ASSAY "WorkerCrashed", false},
	{"scan.timeout", NULL, ASSAY "Timeout", false},
	{"scan.plugin_failed", NULL, ASSAY "PluginFailed", false},
	{"scan.plugin_missing", NULL, ASSAY "PluginMissing", false},
};

static const struct known_name *find_name(const struct as_finding *finding)
{
	const char *type = finding->object != NULL ? finding->object->type_name : "";

	for (size_t i = 0; i < sizeof(known_names) / sizeof(known_names[0]); i++) {
		const struct known_name *known = &known_names[i];

		if (as_code_matches(finding->code, known->code) &&
		    (known->type == NULL || strcmp(known->type, type) == 0))
			return known;
	}
	return NULL;
}

bool as_answer_is_found(const struct as_finding *finding)
{
	const struct known_name *known = find_name(finding);

	return finding->info->effect != AS_EFFECT_INCOMPLETE || (known != NULL && known->found);
}

const char *as_answer_name(const struct as_finding *finding)
{
	const struct known_name *known = find_name(finding);

	return known != NULL ? known->name : finding->code;
}
