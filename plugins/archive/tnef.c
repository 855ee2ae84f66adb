/* SPDX-License-Identifier: BSD-2-Clause */
#include "tnef.h"
#include "names.h"
#include "tnef_names.h"
#include "tnef_props.h"
#include "tnef_rtf.h"
#include "tnef_stream.h"

#define VIA	   "tnef"

#define BODY_FLAGS ((uint32_t)ASSAY_FLAG_BODY | ASSAY_FLAG_INLINE)

/* Text is converted in pieces of this size. */
#define TEXT_CHUNK 4096u

/* What stands in front of an object: the id of its interface. */
#define INTERFACE_SIZE 16u

struct payload {
	struct as_span data;
	bool cut;
};

/* The attachment that is being read: its names may come behind its content. */
struct attachment {
	struct payload payloads[TNEF_MAX_PAYLOADS];
	size_t payload_count;
	struct tnef_names names;
	bool titled; /* by an attribute of its own */
};

struct tnef {
	struct arc_job *job;
	struct as_span data;
	struct attachment current;
	size_t content_at; /* of attAttachData, when it came last; else SIZE_MAX */
};

static void emit(struct tnef *tnef, const struct arc_member *member, struct as_span data)
{
	struct arc_job *job = tnef->job;

	if (job->stop)
		return;
	if (job->host->charge(job->scan, job->object, data.size) < 0) {
		job->stop = true;
		return;
	}
	arc_emit(job, member, data);
}

static bool is_message(struct as_span data)
{
	return as_span_has_at(data, 0, TNEF_SIGNATURE, TNEF_SIGNATURE_SIZE);
}

/* Names go out in pairs, because a child has two. */
static void emit_payload(struct tnef *tnef, const struct payload *payload)
{
	struct tnef_names names = tnef->current.names;
	struct arc_member member = {
		.via = VIA,
		.flags = payload->cut ? ASSAY_FLAG_TRUNCATED : 0,
	};
	size_t i = 0;

	tnef_names_choose(&names, is_message(payload->data));
	do {
		member.name = as_span_make(NULL, 0);
		member.second_name = as_span_make(NULL, 0);
		if (i < names.count) {
			member.name = as_span_make(names.all[i].text, names.all[i].length);
			arc_path_report(tnef->job, member.name, 0);
		}
		if (i + 1 < names.count) {
			member.second_name =
				as_span_make(names.all[i + 1].text, names.all[i + 1].length);
			arc_path_report(tnef->job, member.second_name, 0);
		}
		emit(tnef, &member, payload->data);
		i += 2;
	} while (i < names.count && !tnef->job->stop);
}

static void emit_payloads(struct tnef *tnef)
{
	struct attachment *current = &tnef->current;
	static const struct payload empty;
	size_t emitted = 0;

	for (size_t i = 0; i < current->payload_count; i++) {
		if (current->payloads[i].data.size == 0)
			continue;
		emit_payload(tnef, &current->payloads[i]);
		emitted++;
	}
	/* An empty file, or one that is attached by reference. */
	if (emitted == 0 && (current->payload_count > 0 || current->names.count > 0))
		emit_payload(tnef, &empty);
	current->payload_count = 0;
}

static void end_attachment(struct tnef *tnef)
{
	emit_payloads(tnef);
	tnef->current.names.count = 0;
	tnef->current.titled = false;
}

static void add_payload(struct tnef *tnef, struct as_span data, bool cut)
{
	struct attachment *current = &tnef->current;

	if (current->payload_count == TNEF_MAX_PAYLOADS)
		emit_payloads(tnef);
	current->payloads[current->payload_count++] = (struct payload){data, cut};
}

static void add_name(struct tnef *tnef, struct as_span text, bool wide, enum tnef_name_rank rank)
{
	if (!tnef_names_add(&tnef->current.names, text, wide, rank))
		arc_report(tnef->job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, 0,
			   "An attachment of the TNEF stream has more than %u names",
			   TNEF_MAX_NAMES);
}

/* A new title behind a content begins the next attachment, even where the
 * attribute that has to begin it is missing. */
static void add_title(struct tnef *tnef, struct as_span text, enum tnef_name_rank rank)
{
	if (tnef->current.titled && tnef->current.payload_count > 0)
		end_attachment(tnef);
	tnef->current.titled = true;
	add_name(tnef, text, false, rank);
}

static void emit_derived(struct tnef *tnef, const char *label, uint32_t flags, struct as_span data)
{
	struct arc_member member = {.label = label, .via = VIA, .flags = flags};

	if (data.size > 0)
		emit(tnef, &member, data);
}

static void emit_body(struct tnef *tnef, struct as_span text, bool cut)
{
	while (text.size > 0 && text.data[text.size - 1] == '\0')
		text.size--;
	emit_derived(tnef, "body", BODY_FLAGS | (cut ? ASSAY_FLAG_TRUNCATED : 0), text);
}

/* The octets of a sink are charged already. */
static void emit_made_body(struct tnef *tnef, struct arc_sink *sink, uint32_t flags)
{
	struct arc_member member = {
		.label = "body",
		.via = VIA,
		.flags = flags | BODY_FLAGS,
	};

	if (sink->size > 0)
		arc_emit(tnef->job, &member, arc_sink_span(sink));
}

static void emit_wide_body(struct tnef *tnef, struct as_span text, bool cut)
{
	struct arc_sink sink = {.job = tnef->job};
	size_t at = 0, written;
	unsigned char chunk[TEXT_CHUNK];
	uint32_t flags = cut ? ASSAY_FLAG_TRUNCATED : 0;

	while (text.size >= 2 && text.data[text.size - 1] == '\0' &&
	       text.data[text.size - 2] == '\0')
		text.size -= 2;
	while ((written = tnef_utf8(text, &at, chunk, sizeof(chunk))) > 0) {
		if (!arc_sink_write(&sink, chunk, written)) {
			flags |= ASSAY_FLAG_TRUNCATED;
			break;
		}
	}
	emit_made_body(tnef, &sink, flags);
	arc_sink_free(&sink);
}

static void emit_rtf(struct tnef *tnef, struct as_span packed, size_t offset)
{
	struct arc_sink sink = {.job = tnef->job};
	enum arc_outcome outcome = tnef_rtf_expand(packed, &sink);
	uint32_t raw_size, flags;

	/* Some writers leave the end mark out. */
	if (outcome == ARC_CUT && as_span_le32(packed, 4, &raw_size) && sink.size >= raw_size)
		outcome = ARC_DONE;
	flags = arc_report_outcome(tnef->job, outcome, as_span_text("RTF body"), offset);
	emit_made_body(tnef, &sink, flags);
	if (outcome == ARC_BROKEN)
		emit_body(tnef, packed, true);
	arc_sink_free(&sink);
}

/* Objects have the id of their interface in front, some writers put it before
 * binary data as well; what looks like a stream already has none. */
static struct as_span without_interface(const struct tnef_property *property)
{
	struct as_span value = property->value;

	if (is_message(value) || value.size <= INTERFACE_SIZE)
		return value;
	if (property->type == TNEF_TYPE_OBJECT || is_message(as_span_from(value, INTERFACE_SIZE)))
		return as_span_from(value, INTERFACE_SIZE);
	return value;
}

static bool name_rank(uint16_t id, enum tnef_name_rank *rank_out)
{
	static const struct {
		uint16_t id;
		enum tnef_name_rank rank;
	} table[] = {
		{TNEF_PR_ATTACH_LONG_FILENAME, TNEF_NAME_LONG},
		{TNEF_PR_ATTACH_FILENAME, TNEF_NAME_TITLE},
		{TNEF_PR_ATTACH_PATHNAME, TNEF_NAME_PATH},
		{TNEF_PR_ATTACH_LONG_PATHNAME, TNEF_NAME_PATH},
		{TNEF_PR_DISPLAY_NAME, TNEF_NAME_DISPLAY},
		{TNEF_PR_ATTACH_EXTENSION, TNEF_NAME_EXTENSION},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].id == id) {
			*rank_out = table[i].rank;
			return true;
		}
	}
	return false;
}

static void take_property(struct tnef *tnef, const struct tnef_property *property,
			  bool of_attachment, size_t offset)
{
	bool wide = property->type == TNEF_TYPE_UNICODE;
	enum tnef_name_rank rank;

	if (property->id == TNEF_PR_ATTACH_DATA)
		add_payload(tnef, without_interface(property), property->cut);
	else if (property->id == TNEF_PR_RTF)
		emit_rtf(tnef, property->value, offset);
	else if ((property->id == TNEF_PR_BODY || property->id == TNEF_PR_HTML) && wide)
		emit_wide_body(tnef, property->value, property->cut);
	else if (property->id == TNEF_PR_BODY || property->id == TNEF_PR_HTML)
		emit_body(tnef, property->value, property->cut);
	else if (of_attachment && name_rank(property->id, &rank))
		add_name(tnef, property->value, wide, rank);
}

static void take_properties(struct tnef *tnef, const struct tnef_attribute *attribute)
{
	bool of_attachment = attribute->id == TNEF_ATTACH_PROPERTIES;
	struct tnef_property property;
	struct tnef_props props;

	tnef_props_open(&props, attribute->data);
	while (!tnef->job->stop && tnef_props_next(&props, &property))
		take_property(tnef, &property, of_attachment, attribute->at);
	if (props.damaged && !tnef->job->stop)
		arc_report(tnef->job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, attribute->at,
			   "The properties in an attribute of the TNEF stream are damaged");
}

static void take_attribute(struct tnef *tnef, const struct tnef_attribute *attribute)
{
	tnef->content_at = SIZE_MAX;
	if (attribute->cut)
		arc_report(tnef->job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, attribute->at,
			   "An attribute of the TNEF stream is longer than the stream");
	switch (attribute->id) {
	case TNEF_ATTACH_BEGIN:
		end_attachment(tnef);
		break;
	case TNEF_ATTACH_TITLE:
		add_title(tnef, attribute->data, TNEF_NAME_TITLE);
		break;
	case TNEF_ATTACH_TRANSPORT_NAME:
		add_name(tnef, attribute->data, false, TNEF_NAME_TRANSPORT);
		break;
	case TNEF_ATTACH_DATA:
		tnef->content_at = (size_t)(attribute->data.data - tnef->data.data);
		add_payload(tnef, attribute->data, attribute->cut);
		break;
	case TNEF_ATTACH_METAFILE:
		emit_derived(tnef, "metafile", attribute->cut ? ASSAY_FLAG_TRUNCATED : 0,
			     attribute->data);
		break;
	case TNEF_BODY:
		emit_body(tnef, attribute->data, attribute->cut);
		break;
	case TNEF_ATTACH_PROPERTIES:
	case TNEF_MESSAGE_PROPERTIES:
		take_properties(tnef, attribute);
		break;
	default:
		break;
	}
}

/* A gap behind a content may be the rest of it: then the length was too short. */
static void take_gap(struct tnef *tnef, const struct tnef_attribute *gap)
{
	arc_report(tnef->job, ARC_MALFORMED, ASSAY_SEVERITY_DEFAULT, gap->at,
		   "The TNEF stream holds octets that belong to none of its attributes");
	if (tnef->content_at != SIZE_MAX)
		add_payload(tnef,
			    as_span_slice(tnef->data, tnef->content_at,
					  gap->at + gap->data.size - tnef->content_at),
			    false);
	tnef->content_at = SIZE_MAX;
	emit_derived(tnef, "gap", 0, gap->data);
}

void tnef_open(struct arc_job *job, struct as_span data)
{
	struct tnef tnef = {.job = job, .data = data, .content_at = SIZE_MAX};
	struct tnef_stream stream = {.data = data};
	struct tnef_attribute attribute;
	enum tnef_step step;

	while ((step = tnef_next(&stream, &attribute)) != TNEF_END && arc_count_header(job)) {
		if (step == TNEF_BEGIN)
			end_attachment(&tnef);
		else if (step == TNEF_ATTRIBUTE)
			take_attribute(&tnef, &attribute);
		else
			take_gap(&tnef, &attribute);
	}
	end_attachment(&tnef);
}
