/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/scan.h"

#include "base/log.h"
#include "inspect/readings.h"
#include "inspect/smime.h"
#include "mime/charset.h"
#include "mime/names.h"
#include "mime/readings.h"

#include <stdio.h>
#include <strings.h>

/* Flags that unpacking sets. */
#define UNPACKING_FLAGS                                                                            \
	(ASSAY_FLAG_UNPACKED | ASSAY_FLAG_ENCRYPTED | ASSAY_FLAG_TRUNCATED | ASSAY_FLAG_DAMAGED)

uint64_t as_scan_now(const struct assay_scan *scan)
{
	return as_clock_us(scan->clock);
}

void as_plugin_failed(struct assay_scan *scan, const struct as_module *module,
		      const struct as_object *object, int rc)
{
	char text[200];

	snprintf(text, sizeof(text), "Plugin %s could not inspect this: %s.", module->plugin->name,
		 as_code_text(rc));
	as_log(AS_LOG_WARNING, "plugin %s failed at %s: %s", module->plugin->name, object->pub.path,
	       as_code_text(rc));
	as_scan_note(scan, object, "scan.plugin_failed", ASSAY_SEVERITY_DEFAULT, text);
}

/* What one call cost, without the calls within it. */
static void account(struct assay_scan *scan, struct as_frame *frame, uint64_t start_us)
{
	uint64_t total = as_scan_now(scan) - start_us;
	uint64_t own = total > frame->nested_us ? total - frame->nested_us : 0;

	scan->plugin_us[frame->module_index] += own;
	frame->object->us += own;
	if (frame->outer != NULL)
		frame->outer->nested_us += total;
}

static void call(struct assay_scan *scan, size_t index, struct as_object *object,
		 enum assay_phase phase)
{
	const struct as_module *module = &scan->engine->modules[index];
	struct as_frame frame = {
		.module = module,
		.module_index = index,
		.object = object,
		.phase = phase,
		.outer = scan->frame,
	};
	uint64_t start_us;
	int rc;

	if (phase == ASSAY_JUDGE && as_memo_replay(scan, module, index, object))
		return;
	start_us = as_scan_now(scan);
	scan->frame = &frame;
	if (scan->stage != NULL)
		scan->stage(module->plugin->name);
	rc = module->plugin->inspect(module->state, scan, &object->pub, phase);
	if (scan->stage != NULL)
		scan->stage(frame.outer != NULL ? frame.outer->module->plugin->name : "engine");
	scan->frame = frame.outer;
	account(scan, &frame, start_us);
	if (rc < 0 && rc != ASSAY_E_BUDGET && rc != ASSAY_E_OBJECT)
		as_plugin_failed(scan, module, object, rc);
	else if (rc == 0 && phase == ASSAY_JUDGE && !frame.changed)
		as_memo_keep(scan, &frame);
}

static bool wants(const struct assay_scan *scan, size_t index, const struct as_object *object,
		  enum assay_phase phase)
{
	const struct as_module *module = &scan->engine->modules[index];
	const struct assay_plugin *plugin = module->plugin;

	if ((plugin->phases & phase) == 0 || (plugin->origins & object->pub.origin) == 0)
		return false;
	/* Without octets only names and places can be judged. */
	if ((object->pub.flags & ASSAY_FLAG_UNREAD) != 0 &&
	    (module->info.context & ASSAY_CONTEXT_NAMES) == 0)
		return false;
	/* What a plugin took out of an object it has judged inside already. */
	if (phase == ASSAY_JUDGE && object->pub.from_plugin == plugin->name)
		return false;
	return true;
}

static void run_phase(struct assay_scan *scan, struct as_object *object, enum assay_phase phase)
{
	for (size_t i = 0; i < scan->engine->module_count; i++) {
		if (!wants(scan, i, object, phase))
			continue;
		if (!as_budget_alive(&scan->budget, as_scan_now(scan))) {
			as_scan_stopped(scan, object);
			/* Names are judged all the same: that is cheap, and an
			 * exhausted budget must not let a blocked name pass. */
			if (phase != ASSAY_JUDGE ||
			    (scan->engine->modules[i].info.context & ASSAY_CONTEXT_NAMES) == 0)
				continue;
		}
		call(scan, i, object, phase);
	}
}

/* What is declared as text is shown as text, whatever its first octets look like. */
static bool is_text(const struct as_object *object)
{
	if (strncmp(object->pub.declared, "text/", 5) == 0)
		return true;
	switch (object->pub.type_class) {
	case ASSAY_CLASS_TEXT:
	case ASSAY_CLASS_HTML:
	case ASSAY_CLASS_SCRIPT:
	case ASSAY_CLASS_CALENDAR:
		return true;
	default:
		return false;
	}
}

/*
 * Text that only makes sense in another charset than the one that would be
 * assumed is inspected in both forms: readers convert it, scanners do not.
 */
static void inspect_converted(struct assay_scan *scan, struct as_object *object,
			      const char *charset)
{
	struct as_object *text;
	struct as_buffer buffer;

	if (!as_readings_charge(scan, object, object->pub.data.size, false))
		return;
	as_buffer_init(&buffer, 3 * object->pub.data.size + 16);
	if (as_charset_to_utf8(charset, object->pub.data, &buffer) != AS_CHARSET_UNKNOWN &&
	    !buffer.failed && buffer.size > 0 &&
	    !as_span_equal(as_buffer_span(&buffer), object->pub.data) &&
	    as_scan_charge(scan, object, buffer.size) == ASSAY_OK) {
		text = as_object_new(scan, object, ASSAY_ORIGIN_READING, as_buffer_span(&buffer));
		if (text != NULL && as_object_path(scan, text, as_span_text("~text")) == 0) {
			as_object_names(scan, text, object->pub.names, object->pub.name_count);
			text->pub.declared = object->pub.declared;
			text->pub.charset = "utf-8";
			text->pub.via = "charset";
			text->by_look = object->by_look;
			as_object_inspect(scan, text, NULL, NULL);
		}
	}
	as_buffer_deinit(&buffer);
}

static void read_charsets(struct assay_scan *scan, struct as_object *object)
{
	char sniffed[AS_CHARSET_NAME_SIZE];

	if (!scan->engine->settings.readings || object->pub.data.size == 0 ||
	    (object->pub.origin & ASSAY_ORIGIN_CONTENT) == 0 ||
	    strcmp(object->pub.via, "charset") == 0)
		return;
	if (!is_text(object) && object->pub.type_class != ASSAY_CLASS_UNKNOWN &&
	    object->pub.type_class != ASSAY_CLASS_DATA)
		return;
	/* Equal octets that were seen before may have had another label there. */
	if (as_charset_hides_ascii(object->pub.charset))
		inspect_converted(scan, object, object->pub.charset);
	if ((object->pub.flags & ASSAY_FLAG_DUPLICATE) == 0 &&
	    as_charset_sniff(object->pub.data, sniffed) &&
	    strcasecmp(sniffed, object->pub.charset) != 0)
		inspect_converted(scan, object, sniffed);
}

static const char *charset_of(const struct as_object *object)
{
	const unsigned char *p = object->pub.data.data;

	if (object->pub.charset[0] != '\0')
		return object->pub.charset;
	if (object->pub.data.size >= 2 &&
	    ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return "utf-16";
	return "utf-8";
}

/* Text in UTF-8 beside the octets; *buffer keeps what had to be converted. */
static void convert_text(struct assay_scan *scan, struct as_object *object,
			 struct as_buffer *buffer)
{
	const char *charset = charset_of(object);
	uint64_t left = as_budget_left_bytes(&scan->budget);
	char text[128];

	as_buffer_init(buffer, 0);
	if (!is_text(object) || object->pub.data.size == 0 || left == 0)
		return;
	buffer->max_size = 3 * object->pub.data.size + 16;
	if (buffer->max_size > left)
		buffer->max_size = (size_t)left;
	switch (as_charset_to_utf8(charset, object->pub.data, buffer)) {
	case AS_CHARSET_UNKNOWN:
		snprintf(text, sizeof(text),
			 "The charset \"%.60s\" is not known; the octets were "
			 "inspected as they are.",
			 charset);
		as_scan_note(scan, object, "mime.content_type_malformed", ASSAY_INFO, text);
		return;
	case AS_CHARSET_OK:
	case AS_CHARSET_DAMAGED:
		break;
	}
	if (buffer->failed) {
		/* One octet more than there is, so that the limit is named. */
		if (buffer->max_size == left)
			as_scan_charge(scan, object, left + 1);
		else
			scan->out_of_memory = true;
		return;
	}
	if (as_span_equal(as_buffer_span(buffer), object->pub.data)) {
		as_buffer_deinit(buffer);
		object->pub.text = object->pub.data;
		return;
	}
	if (as_scan_charge(scan, object, buffer->size) == ASSAY_OK)
		object->pub.text = as_buffer_span(buffer);
}

/* Programs open files by the ending of their name, whatever these begin with. */
static bool is_named(const struct as_object *object, const char *const *endings, size_t count)
{
	char ending[AS_NAME_EXTENSION_SIZE];

	for (size_t i = 0; i < object->pub.name_count; i++) {
		as_name_extension(object->pub.names[i].shell, ending);
		for (size_t j = 0; j < count; j++)
			if (strcmp(ending, endings[j]) == 0)
				return true;
	}
	return false;
}

/* As the plugin "html" takes pages that do not look like one. */
static bool is_page(const struct as_object *object)
{
	static const char *const endings[] = {".html", ".htm", ".shtml", ".xhtml", ".xht"};

	return strcmp(object->pub.declared, "text/html") == 0 ||
	       strcmp(object->pub.declared, "application/xhtml+xml") == 0 ||
	       is_named(object, endings, sizeof(endings) / sizeof(endings[0]));
}

static bool is_saved_mail(const struct as_object *object)
{
	static const char *const endings[] = {".eml", ".mht", ".mhtml", ".nws"};

	return is_named(object, endings, sizeof(endings) / sizeof(endings[0]));
}

/* A message that is entered must not count as seen because the same octets
 * stood elsewhere as a text. No media type is without a slash. */
static const char *unpacked_as(const struct as_object *object, as_unpack *own)
{
	if (own == NULL && object->pub.type_class != ASSAY_CLASS_HTML && is_page(object))
		return "page";
	if (own == NULL || own == as_mbox_unpack)
		return object->pub.type;
	if (own == as_smime_unpack)
		return "CMS";
	return own == as_message_unpack ? "message" : "embedded message";
}

static bool is_ancestor(const struct as_object *ancestor, const struct as_object *object)
{
	for (object = object->parent; object != NULL; object = object->parent)
		if (object == ancestor)
			return true;
	return false;
}

/* A message in another is inspected once for each level it stands in, whether it
 * is encoded or not. */
static bool may_enter(struct assay_scan *scan, struct as_object *object, as_unpack *own)
{
	if (own == as_mbox_unpack || own == as_smime_unpack || object->parent == NULL ||
	    as_readings_charge(scan, object, object->pub.data.size, false))
		return true;
	/* Nor is libclamav to take it apart instead: of messages in messages it
	 * hands out all that are left, for each of them. */
	object->pub.flags |= ASSAY_FLAG_UNPACKED;
	return false;
}

/* Equal octets of one type hold equal members: unpacking them twice finds
 * nothing new and is how quine archives grow. What unpacking told of them is
 * true of both. */
static void unpack(struct assay_scan *scan, struct as_object *object, as_unpack *own, void *context)
{
	const struct as_object *first = as_memo_seen(scan, object, unpacked_as(object, own));

	if (first != NULL) {
		object->pub.flags |= first->pub.flags & UNPACKING_FLAGS;
		if (is_ancestor(first, object))
			as_scan_note(scan, object, "bomb.depth", ASSAY_SEVERITY_DEFAULT,
				     "A container that holds itself, without end.");
		return;
	}
	if (own != NULL && may_enter(scan, object, own))
		own(scan, object, context);
	run_phase(scan, object, ASSAY_UNPACK);
}

/* Decoded octets that are a message or the body of a multipart, whatever their
 * label says. What stands in the message as it is has been read with it. What is
 * scanned as such may begin like any file: mail is what it is there for. */
static bool is_mime_inside(const struct assay_scan *scan, const struct as_object *object)
{
	if (!scan->engine->settings.readings || object->raw ||
	    (object->pub.origin & ASSAY_ORIGIN_CONTENT) == 0)
		return false;
	if (strncmp(object->pub.declared, "multipart", 9) == 0 || is_saved_mail(object))
		return true;
	return (object->parent == NULL || is_text(object) ||
		object->pub.type_class == ASSAY_CLASS_UNKNOWN ||
		object->pub.type_class == ASSAY_CLASS_DATA) &&
	       as_readings_is_mime(object->pub.data);
}

/* A body that is shown as text, and begins like a message: what the readings of
 * the message around it make of these octets has been listed there. */
static bool is_plain_body(const struct as_object *object)
{
	return object->raw && object->pub.name_count == 0 &&
	       (object->pub.declared[0] == '\0' || strncmp(object->pub.declared, "text/", 5) == 0);
}

/* Mail in a body that stands in a message as it is. libclamav is not to take it
 * apart once more: it hands out each mail in it, and each in each of these. */
static bool is_read_already(const struct as_object *object)
{
	if (!is_plain_body(object))
		return false;
	return as_message_is(object) || (object->pub.type_class == ASSAY_CLASS_HTML &&
					 as_readings_is_mime(object->pub.data));
}

int as_object_inspect(struct assay_scan *scan, struct as_object *object, as_unpack *own,
		      void *context)
{
	struct as_buffer converted;

	if (!as_budget_object(&scan->budget, as_scan_now(scan))) {
		as_scan_stopped(scan, object);
		run_phase(scan, object, ASSAY_JUDGE);
		object->pub.data = as_span_make(NULL, 0);
		return ASSAY_E_BUDGET;
	}
	if (object->pub.data.size > 0 && as_memo_has(scan, object->pub.sha256))
		object->pub.flags |= ASSAY_FLAG_DUPLICATE;
	run_phase(scan, object, ASSAY_IDENTIFY);
	if (own == NULL && is_read_already(object))
		object->pub.flags |= ASSAY_FLAG_UNPACKED;
	else if (own == NULL && as_message_is(object))
		own = as_message_unpack;
	else if (own == NULL && strcmp(object->pub.type_name, "MBOX") == 0)
		own = as_mbox_unpack;
	else if (own == NULL && as_smime_is_bare(scan, object))
		own = as_smime_unpack;
	else if (own == NULL && is_mime_inside(scan, object))
		own = as_message_unpack;
	convert_text(scan, object, &converted);
	/* Members without octets are not equal for that. */
	if ((object->pub.flags & ASSAY_FLAG_UNREAD) == 0)
		unpack(scan, object, own, context);
	if ((object->pub.flags & ASSAY_FLAG_UNREAD) == 0)
		read_charsets(scan, object);
	run_phase(scan, object, ASSAY_JUDGE);
	as_buffer_deinit(&converted);
	object->pub.data = as_span_make(NULL, 0);
	object->pub.text = as_span_make(NULL, 0);
	return ASSAY_OK;
}
