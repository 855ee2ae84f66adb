/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "report/colour.h"
#include "report/smime.h"
#include "report/text.h"
#include "report/view.h"

#include <errno.h>

void as_explain_put(const struct as_explain_style *style, struct as_buffer *out, int colour,
		    const char *text)
{
	enum as_colour look = style->colour ? (enum as_colour)colour : AS_COLOUR_PLAIN;

	as_colour_begin(out, look);
	as_text_put(out, as_span_text(text), 0);
	as_colour_end(out, look);
}

static void put_field(const struct as_explain_style *style, struct as_buffer *out, const char *name,
		      const char *value)
{
	if (value[0] == '\0')
		return;
	as_buffer_printf(out, "%-12s", name);
	as_explain_put(style, out, AS_COLOUR_PLAIN, value);
	as_buffer_byte(out, '\n');
}

static void put_action(const json_t *verdict, const struct as_explain_style *style,
		       struct as_buffer *out)
{
	const char *action = as_view_text(verdict, "action", NULL);
	const char *reason = as_view_text(verdict, "reason", NULL);

	as_buffer_printf(out, "%-12s", "action");
	as_explain_put(style, out, (int)as_colour_of_action(action), action);
	if (reason[0] != '\0') {
		as_buffer_text(out, ": ");
		as_explain_put(style, out, AS_COLOUR_PLAIN, reason);
	}
	if (json_is_false(as_view_member(verdict, "complete", NULL)))
		as_buffer_text(out, " (not everything was inspected)");
	as_buffer_byte(out, '\n');
}

static void put_time(const json_t *verdict, struct as_buffer *out)
{
	const json_t *plugins = as_view_member(verdict, "cost", "plugins_us", NULL);
	const char *name;
	json_t *value;
	bool first = true;

	as_buffer_printf(out, "%-12s", "time");
	as_text_duration(out, as_view_number(verdict, "cost", "us", NULL));
	json_object_foreach ((json_t *)(uintptr_t)plugins, name, value) {
		as_buffer_text(out, first ? ": " : ", ");
		as_text_put(out, as_span_text(name), 0);
		as_buffer_byte(out, ' ');
		as_text_duration(out, as_view_number(value, NULL));
		first = false;
	}
	as_buffer_byte(out, '\n');
}

void as_explain_head(const json_t *verdict, const struct as_explain_style *style,
		     struct as_buffer *out)
{
	const json_t *from = as_view_member(verdict, "message", "from", NULL);

	for (size_t i = 0; i < json_array_size(from); i++)
		put_field(style, out, i == 0 ? "from" : "", as_view_item(from, i));
	put_field(style, out, "subject", as_view_text(verdict, "message", "subject", NULL));
	put_field(style, out, "date", as_view_text(verdict, "message", "date", NULL));
	put_field(style, out, "message-id", as_view_text(verdict, "message", "message_id", NULL));
	put_field(style, out, "sha256", as_view_text(verdict, "message", "sha256", NULL));
	put_action(verdict, style, out);
	put_time(verdict, out);
}

static void put_evidence(const struct as_explain_style *style, struct as_buffer *out,
			 const char *indent, const json_t *evidence)
{
	as_buffer_text(out, indent);
	as_buffer_printf(out, "         at %llu, %llu octets: ",
			 (unsigned long long)as_view_number(evidence, "offset", NULL),
			 (unsigned long long)as_view_number(evidence, "length", NULL));
	as_explain_put(style, out, AS_COLOUR_FAINT, as_view_text(evidence, "text", NULL));
	as_buffer_byte(out, '\n');
}

void as_explain_finding(const struct as_explain_style *style, struct as_buffer *out,
			const char *indent, const json_t *finding)
{
	const char *severity = as_view_text(finding, "severity", NULL);
	const char *action = as_view_text(finding, "action", NULL);
	const json_t *evidence = as_view_member(finding, "evidence", NULL);

	as_buffer_text(out, indent);
	as_buffer_text(out, "! ");
	as_explain_put(style, out, (int)as_colour_of_severity(severity), severity);
	as_buffer_byte(out, ' ');
	as_explain_put(style, out, AS_COLOUR_BOLD, as_view_text(finding, "code", NULL));
	as_buffer_printf(out, " (");
	as_explain_put(style, out, AS_COLOUR_PLAIN, as_view_text(finding, "plugin", NULL));
	as_buffer_text(out, ", ");
	as_explain_put(style, out, (int)as_colour_of_action(action), action);
	as_buffer_text(out, "): ");
	as_explain_put(style, out, AS_COLOUR_PLAIN, as_view_text(finding, "text", NULL));
	as_buffer_byte(out, '\n');
	for (size_t i = 0; i < json_array_size(evidence); i++)
		put_evidence(style, out, indent, json_array_get(evidence, i));
}

int as_explain_draw(const json_t *verdict, const struct as_explain_style *style,
		    struct as_buffer *out)
{
	int rc;

	as_explain_head(verdict, style, out);
	as_buffer_byte(out, '\n');
	rc = as_explain_objects(verdict, style, out);
	if (rc < 0)
		return rc;
	if (json_array_size(as_view_member(verdict, "smime", NULL)) > 0)
		as_buffer_text(out, "\nS/MIME\n");
	as_smime_report_layers(verdict, style->colour, out);
	as_explain_mime(verdict, style, out);
	return out->failed ? -ENOMEM : 0;
}
