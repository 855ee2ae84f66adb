/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/coverage.h"

#include "smime/html.h"
#include "smime/style.h"

/* Names of tags and attributes that are looked at have 12 octets at most. */
#define NAME_SIZE 16u

/* An element and those of its name inside, until its end tag: a stack of all
 * elements is not needed to know when one ends. */
struct region {
	char name[NAME_SIZE];
	size_t depth; /* 0: not in one */
	const char *how;
};

struct scan {
	struct as_html_state *state;
	char name[NAME_SIZE]; /* of the tag at hand */
	struct as_style style;
	bool hidden, refresh, form_attribute;
	struct region hiding, tiny, pale, swallowing;
	bool base_remote;
	bool in_form;
	bool after_break; /* a block has begun and holds nothing yet */
	size_t breaks;
};

static const char *const void_elements[] = {
	"area", "base",	 "basefont", "bgsound", "br",	"col",	 "embed",  "frame", "hr",  "image",
	"img",	"input", "keygen",   "link",	"meta", "param", "source", "track", "wbr",
};
/* End tags may be left out: the next of the kind or the end of what is around
 * ends them (WHATWG HTML s13.1.2.4). */
static const char *const loose_elements[] = {
	"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr",
};
static const char *const outer_elements[] = {
	"body", "center", "div", "dl", "html", "ol", "section", "select", "table", "ul",
};
/* What stands inside is not shown as text where it stands. */
static const char *const swallowing_elements[] = {
	"audio",  "canvas", "datalist", "details",  "dialog", "frameset",
	"object", "select", "svg",	"template", "video",
};
static const char *const visual_elements[] = {
	"applet", "audio", "button", "canvas", "embed", "frame",    "iframe", "image",
	"img",	  "input", "object", "select", "svg",	"textarea", "video",
};
static const char *const block_elements[] = {"br", "div", "li", "p", "td", "tr"};
static const char *const address_attributes[] = {
	"action", "archive",	"background", "cite",	"classid",  "code",   "codebase",   "data",
	"dynsrc", "formaction", "href",	      "icon",	"longdesc", "lowsrc", "manifest",   "ping",
	"poster", "profile",	"src",	      "srcdoc", "srcset",   "usemap", "xlink:href",
};
/* Others that an open tag can be of and still send something. */
static const char *const plain_elements[] = {
	"a",	  "abbr",    "area",   "article", "b",	     "base",	"bgsound", "blockquote",
	"body",	  "center",  "code",   "col",	  "dd",	     "del",	"div",	   "dl",
	"dt",	  "em",	     "font",   "footer",  "form",    "h1",	"h2",	   "h3",
	"h4",	  "head",    "header", "hr",	  "html",    "i",	"ins",	   "label",
	"layer",  "li",	     "link",   "main",	  "map",     "marquee", "meta",	   "nav",
	"ol",	  "option",  "p",      "param",	  "picture", "pre",	"q",	   "s",
	"script", "section", "small",  "source",  "span",    "strike",	"strong",  "style",
	"sub",	  "sup",     "table",  "tbody",	  "td",	     "tfoot",	"th",	   "thead",
	"title",  "tr",	     "track",  "tt",	  "u",	     "ul",	"use",	   "xmp",
};

/* The name as it stands in the list, or NULL. */
static const char *find_word(const char *word, const char *const *list, size_t count)
{
	/* A megabyte can hold 350,000 tags, each of which is looked up. */
	for (size_t i = 0; i < count; i++)
		if (word[0] == list[i][0] && strcmp(word, list[i]) == 0)
			return list[i];
	return NULL;
}
#define FIND(word, list)  find_word(word, list, sizeof(list) / sizeof((list)[0]))
#define IS_IN(word, list) (FIND(word, list) != NULL)

static const char *static_name(const char *name)
{
	const char *found = FIND(name, plain_elements);

	if (found == NULL)
		found = FIND(name, visual_elements);
	if (found == NULL)
		found = FIND(name, swallowing_elements);
	return found;
}

static void hide(struct scan *scan, const char *how)
{
	if (!scan->state->hides)
		scan->state->hides_how = how;
	scan->state->hides = true;
}

static void leak(struct scan *scan, const char *how)
{
	if (!scan->state->leaks)
		scan->state->leaks_how = how;
	scan->state->leaks = true;
}

/* Something is seen here: it ends a run of empty lines. */
static void show(struct scan *scan)
{
	if (scan->breaks > scan->state->blank_lines)
		scan->state->blank_lines = scan->breaks;
	scan->breaks = 0;
	scan->after_break = false;
}

static void region_begin(struct region *region, const char *name, const char *how)
{
	if (region->depth > 0)
		return;
	memcpy(region->name, name, NAME_SIZE);
	region->depth = 1;
	region->how = how;
}

static void region_tag(struct region *region, const char *name)
{
	if (region->depth == 0 || strcmp(region->name, name) != 0)
		return;
	if (IS_IN(name, loose_elements))
		region->depth = 0;
	else
		region->depth++;
}

static void region_end_tag(struct region *region, const char *name)
{
	if (region->depth == 0)
		return;
	if (strcmp(region->name, name) == 0)
		region->depth--;
	else if (IS_IN(region->name, loose_elements) && IS_IN(name, outer_elements))
		region->depth = 0;
}

/* ---- Text ----------------------------------------------------------- */

static void take_blank(struct scan *scan, struct as_span text)
{
	size_t at = 0;

	/* A block with a no-break space in it is an empty line. */
	while (at < text.size && scan->after_break) {
		uint32_t character;

		at += as_html_character(text, at, &character);
		if (character != 0xa0)
			continue;
		scan->breaks++;
		scan->after_break = false;
	}
}

static void take_text(void *context, struct as_span text)
{
	struct scan *scan = context;

	if (as_html_blank(text)) {
		take_blank(scan, text);
		return;
	}
	scan->state->any_text = true;
	if (scan->hiding.depth > 0) {
		hide(scan, scan->hiding.how);
	} else if (scan->tiny.depth > 0) {
		hide(scan, "a font size of 0");
	} else {
		scan->state->visible_text = true;
		show(scan);
	}
}

/* ---- Attributes ------------------------------------------------------- */

/* Where the last address of the value begins: of a list, of a refresh. */
static struct as_span last_address(struct as_span value, const char *name)
{
	if (strcmp(name, "srcset") == 0 || strcmp(name, "archive") == 0 ||
	    strcmp(name, "ping") == 0) {
		for (size_t i = value.size; i > 0; i--)
			if (value.data[i - 1] == ',' || value.data[i - 1] == ' ')
				return as_span_from(value, i);
	} else if (strcmp(name, "content") == 0) {
		for (size_t i = value.size; i > 0; i--)
			if (value.data[i - 1] == '=')
				return as_span_from(value, i);
	}
	return value;
}

/* The value of an address goes on with what follows the part. */
static void judge_open_address(struct scan *scan, const char *name, struct as_span value)
{
	enum as_url_kind kind = as_url_kind(last_address(value, name), true);

	if (kind == AS_URL_REMOTE ||
	    ((kind == AS_URL_RELATIVE || kind == AS_URL_EMPTY) && scan->base_remote)) {
		scan->state->remote_prefix = true;
		leak(scan, "the address of another host in an attribute that is left open");
	}
}

static void take_style(struct scan *scan, struct as_span value, bool open)
{
	as_style_attribute(&scan->style, value);
	if (open && scan->style.open_remote) {
		scan->state->remote_prefix = true;
		leak(scan, "a url( of another host in a style that is left open");
	}
}

static bool is_cid(struct as_span value)
{
	uint32_t expected[] = {'c', 'i', 'd', ':'};
	size_t at = 0, matched = 0;

	while (at < value.size && matched < 4) {
		uint32_t c;

		at += as_html_character(value, at, &c);
		if (c <= ' ')
			continue;
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c != expected[matched++])
			return false;
	}
	return matched == 4;
}

static void take_address(struct scan *scan, const char *name, struct as_span value, bool open)
{
	if (is_cid(value))
		scan->state->has_cid = true;
	if (open)
		judge_open_address(scan, name, value);
	if (strcmp(scan->name, "base") == 0 && strcmp(name, "href") == 0 &&
	    as_url_kind(value, true) == AS_URL_REMOTE)
		scan->base_remote = true;
}

static void take_colour(struct scan *scan, const char *property, struct as_span value)
{
	char colour[AS_STYLE_COLOUR_SIZE];

	as_html_lower(value, colour, sizeof(colour));
	as_style_declare(&scan->style, property, colour);
}

static void take_height(struct scan *scan, struct as_span value)
{
	char height[NAME_SIZE];

	as_html_lower(value, height, sizeof(height));
	as_style_declare(&scan->style, "height", height);
}

static void take_attribute(void *context, struct as_span name, struct as_span value, bool open)
{
	struct scan *scan = context;
	char word[NAME_SIZE];

	as_html_lower(name, word, sizeof(word));
	if (strcmp(word, "style") == 0)
		take_style(scan, value, open);
	else if (IS_IN(word, address_attributes) || strcmp(word, "content") == 0)
		take_address(scan, word, value, open);
	else if (strcmp(word, "hidden") == 0)
		scan->hidden = true;
	else if (strcmp(word, "http-equiv") == 0)
		scan->refresh = as_span_is_word(value, "refresh");
	else if (strcmp(word, "form") == 0)
		scan->form_attribute = true;
	else if (strcmp(word, "height") == 0)
		take_height(scan, value);
	else if (strcmp(word, "color") == 0 || strcmp(word, "text") == 0)
		take_colour(scan, "color", value);
	else if (strcmp(word, "bgcolor") == 0)
		take_colour(scan, "background-color", value);
}

/* ---- Tags ------------------------------------------------------------- */

static void take_tag(void *context, struct as_span name)
{
	struct scan *scan = context;

	memset(scan->name, 0, sizeof(scan->name));
	as_html_lower(name, scan->name, sizeof(scan->name));
	as_style_init(&scan->style);
	scan->hidden = scan->refresh = scan->form_attribute = false;
}

static void take_layout(struct scan *scan)
{
	if (scan->style.pushes)
		scan->state->pushes = true;
	if (scan->hiding.depth > 0)
		return;
	if (strcmp(scan->name, "br") == 0)
		scan->breaks++;
	if (IS_IN(scan->name, block_elements))
		scan->after_break = true;
	if (IS_IN(scan->name, visual_elements)) {
		scan->state->has_objects = true;
		show(scan);
	}
}

static void take_tag_done(void *context)
{
	struct scan *scan = context;
	const char *name = scan->name;
	const char *how;

	as_style_conclude(&scan->style);
	if (scan->style.refers)
		scan->state->has_cid = true;
	if (scan->refresh && strcmp(name, "meta") == 0)
		hide(scan, "a refresh that replaces the text");
	if (strcmp(name, "form") == 0)
		scan->in_form = true;
	take_layout(scan);
	region_tag(&scan->hiding, name);
	region_tag(&scan->tiny, name);
	region_tag(&scan->pale, name);
	region_tag(&scan->swallowing, name);
	if (scan->style.sets_font)
		scan->tiny.depth = 0;
	if (IS_IN(name, void_elements))
		return;
	how = scan->hidden ? "the attribute hidden" : scan->style.hides_how;
	if (how[0] != '\0')
		region_begin(&scan->hiding, name, how);
	if (scan->style.zero_font)
		region_begin(&scan->tiny, name, "a font size of 0");
	/* On the dark ground of something around it is to be read; what follows the part is
	 * not. */
	if (scan->style.pale)
		region_begin(&scan->pale, name, "white text");
	if (IS_IN(name, swallowing_elements))
		region_begin(&scan->swallowing, name, "");
}

static void take_end_tag(void *context, struct as_span span)
{
	struct scan *scan = context;
	char name[NAME_SIZE];

	as_html_lower(span, name, sizeof(name));
	region_end_tag(&scan->hiding, name);
	region_end_tag(&scan->tiny, name);
	region_end_tag(&scan->pale, name);
	region_end_tag(&scan->swallowing, name);
	if (strcmp(name, "form") == 0)
		scan->in_form = false;
}

static void take_sheet(struct scan *scan, struct as_span text, bool open)
{
	struct as_style style;

	as_style_init(&style);
	as_style_sheet(&style, text);
	if (style.hides_how[0] != '\0')
		hide(scan, "a style sheet that can hide text");
	if (style.pushes)
		scan->state->pushes = true;
	if (style.refers)
		scan->state->has_cid = true;
	if (open && style.open_remote) {
		scan->state->remote_prefix = true;
		leak(scan, "a url( of another host in a style sheet that is left open");
	}
}

static void take_raw(void *context, const char *element, struct as_span text, bool open)
{
	struct scan *scan = context;
	bool shown = strcmp(element, "textarea") == 0 || strcmp(element, "xmp") == 0 ||
		     strcmp(element, "plaintext") == 0;

	if (strcmp(element, "style") == 0)
		take_sheet(scan, text, open);
	if (shown)
		take_text(scan, text);
	if (open && strcmp(element, "textarea") == 0 && (scan->in_form || scan->form_attribute))
		leak(scan, "a field of a form that is left open");
}

static void conclude_regions(struct scan *scan)
{
	const struct region *open = scan->swallowing.depth > 0 ? &scan->swallowing : NULL;

	if (scan->swallowing.depth > 0 && scan->in_form &&
	    strcmp(scan->swallowing.name, "select") == 0)
		leak(scan, "a field of a form that is left open");
	if (scan->pale.depth > 0)
		open = &scan->pale;
	if (scan->tiny.depth > 0)
		open = &scan->tiny;
	if (scan->hiding.depth > 0)
		open = &scan->hiding;
	if (open == NULL || scan->state->open_element[0] != '\0')
		return;
	scan->state->open_element = static_name(open->name);
	if (scan->state->open_element == NULL)
		scan->state->open_element = "an element";
	hide(scan, open->how[0] != '\0' ? open->how : "an element that is left open");
}

void as_html_scan(struct as_span html, struct as_html_state *state_out)
{
	struct scan scan = {.state = state_out};
	const struct as_html_events events = {
		.context = &scan,
		.text = take_text,
		.tag = take_tag,
		.attribute = take_attribute,
		.tag_done = take_tag_done,
		.end_tag = take_end_tag,
		.raw = take_raw,
	};
	struct as_html_rest rest;

	*state_out = (struct as_html_state){.open_element = "", .hides_how = "", .leaks_how = ""};
	as_html_read(html, &events, &rest);
	state_out->open_tag = rest.open_tag;
	state_out->open_attribute = rest.open_attribute;
	state_out->open_start_tag = rest.open_start_tag && static_name(scan.name) != NULL;
	state_out->open_comment = rest.open_comment;
	state_out->open_raw = rest.open_raw[0] != '\0';
	state_out->open_element = rest.open_raw;
	conclude_regions(&scan);
	show(&scan);
}
