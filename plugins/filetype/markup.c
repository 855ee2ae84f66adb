/* SPDX-License-Identifier: BSD-2-Clause */
#include "markup.h"
#include "tags.h"

enum rule_flag {
	ANY_CASE = 0,
	NEEDS_SCRIPT = 1, /* only with a script element below */
	NEEDS_NAME = 2,	  /* only when the extension agrees */
	XML_ONLY = 4,	  /* only after an XML declaration or xmlns */
};

struct root {
	const char *name;
	enum ft_id id;
	unsigned int flags;
	const char *extension;
};

/* Local names, lower case. */
static const struct root roots[] = {
	{"svg", FT_SVG, 0, NULL},
	{"librarydescription", FT_LIBRARY_MS, 0, NULL},
	{"persistedquery", FT_SEARCH_MS, 0, NULL},
	{"searchconnectordescription", FT_SEARCH_MS, 0, NULL},
	{"searchconnectordescriptiontype", FT_SEARCH_MS, 0, NULL},
	{"pcsettings", FT_SETTINGCONTENT, 0, NULL},
	{"mmc_consolefile", FT_MSC, 0, NULL},
	{"appinstaller", FT_APPINSTALLER, 0, NULL},
	{"diagnosticpackage", FT_DIAGPKG, 0, NULL},
	{"softpkg", FT_OSD, 0, NULL},
	{"jnlp", FT_JNLP, 0, NULL},
	{"scriptlet", FT_SCT, 0, NULL},
	{"component", FT_WSC, NEEDS_SCRIPT, NULL},
	{"job", FT_WSF, NEEDS_SCRIPT, NULL},
	{"package", FT_WSF, NEEDS_SCRIPT, NULL},
	{"package", FT_FLATOPC, XML_ONLY, NULL},
	{"task", FT_TASK, NEEDS_NAME, ".job"},
	{"configuration", FT_WSB, NEEDS_NAME, ".wsb"},
	{"worddocument", FT_WORDML, 0, NULL},
	{"workbook", FT_EXCELML, XML_ONLY, NULL},
	{"document", FT_FODT, NEEDS_NAME, ".fodt"},
	{"stylesheet", FT_XSL, 0, NULL},
	{"transform", FT_XSL, XML_ONLY, NULL},
	{"rss", FT_RSS, 0, NULL},
	{"feed", FT_RSS, XML_ONLY, NULL},
	{"kml", FT_KML, 0, NULL},
	{"plist", FT_PLIST, 0, NULL},
};

static const char *const html_elements[] = {
	"a",	    "abbr",	  "applet", "article", "audio",	   "b",	      "base",
	"big",	    "blockquote", "body",   "br",      "button",   "canvas",  "center",
	"code",	    "details",	  "dir",    "div",     "dl",	   "em",      "embed",
	"font",	    "footer",	  "form",   "frame",   "frameset", "h1",      "h2",
	"h3",	    "h4",	  "h5",	    "h6",      "head",	   "header",  "hr",
	"html",	    "i",	  "iframe", "img",     "input",	   "isindex", "label",
	"li",	    "link",	  "main",   "map",     "marquee",  "math",    "meta",
	"nav",	    "noscript",	  "object", "ol",      "p",	   "picture", "pre",
	"script",   "section",	  "select", "small",   "span",	   "strike",  "strong",
	"style",    "sub",	  "sup",    "table",   "tbody",	   "td",      "template",
	"textarea", "th",	  "title",  "tr",      "tt",	   "u",	      "ul",
	"video",    "xmp",
};

static bool is_html_element(struct as_span name)
{
	for (size_t i = 0; i < sizeof(html_elements) / sizeof(html_elements[0]); i++)
		if (ft_name_is(name, html_elements[i]))
			return true;
	return false;
}

bool ft_claims_html(const struct ft_hints *hints)
{
	return strcmp(hints->declared, "text/html") == 0 ||
	       strcmp(hints->declared, "application/xhtml+xml") == 0 ||
	       strcmp(hints->extension, ".html") == 0 || strcmp(hints->extension, ".htm") == 0 ||
	       strcmp(hints->extension, ".xhtml") == 0 || strcmp(hints->extension, ".xht") == 0 ||
	       strcmp(hints->extension, ".shtml") == 0 || strcmp(hints->extension, ".shtm") == 0;
}

static bool holds_script(struct ft_tags tags)
{
	struct ft_tag tag;

	for (unsigned int i = 0; i < FT_JOB_TAGS && ft_tags_next(&tags, &tag); i++)
		if (ft_name_is(tag.name, "script"))
			return true;
	return false;
}

static bool has_namespace(const struct ft_tag *tag)
{
	return ft_find_lower(tag->attributes, "xmlns") != SIZE_MAX;
}

/* An XSL stylesheet may carry script (msxsl:script), which MSXML runs. */
static bool is_script_stylesheet(const struct ft_text *text)
{
	struct as_span head = as_span_slice(text->view, 0, FT_HTA_SEARCH_BYTES);

	return ft_find_lower(head, "urn:schemas-microsoft-com:xslt") != SIZE_MAX &&
	       ft_find_lower(head, ":script") != SIZE_MAX;
}

static bool is_clickonce(const struct ft_tag *tag)
{
	char value[64];

	return ft_name_is(tag->name, "assembly") &&
	       ft_find_lower(tag->attributes, "urn:schemas-microsoft-com:asm.v") != SIZE_MAX &&
	       ft_tag_attribute(tag, "manifestversion", value, sizeof(value));
}

static const struct root *find_root(const struct ft_tags *tags, const struct ft_tag *tag,
				    const struct ft_hints *hints)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		const struct root *r = &roots[i];

		if (!ft_name_is(tag->name, r->name) ||
		    ((r->flags & NEEDS_SCRIPT) && !holds_script(*tags)) ||
		    ((r->flags & NEEDS_NAME) && strcmp(hints->extension, r->extension) != 0) ||
		    ((r->flags & XML_ONLY) && !tags->declared_xml && !has_namespace(tag)))
			continue;
		return r;
	}
	return NULL;
}

static bool is_exact_script(enum ft_id id)
{
	return id == FT_WSF || id == FT_SCT || id == FT_WSC || id == FT_HTA;
}

static bool find_hta(const struct ft_text *text, const struct ft_hints *hints,
		     struct ft_result *result_out)
{
	size_t at;

	/* A mail client shows a body; it never starts mshta on it. */
	if (hints->body)
		return false;
	at = ft_find_lower(as_span_slice(text->view, 0, FT_HTA_SEARCH_BYTES), "<hta:application");
	if (at == SIZE_MAX)
		return false;
	ft_is(result_out, FT_HTA, 92, text->wide ? 0 : at + text->shift, 16);
	result_out->marks |= FT_MARK_EXACT;
	return true;
}

static bool find_html(const struct ft_text *text, const struct ft_hints *hints, bool xhtml,
		      uint32_t confidence, size_t at, struct ft_result *result_out)
{
	if (find_hta(text, hints, result_out))
		return true;
	if (strcmp(hints->extension, ".hta") == 0 ||
	    strcmp(hints->declared, "application/hta") == 0) {
		ft_is(result_out, FT_HTA, 85, at, 5);
		result_out->marks |= FT_MARK_AGREES;
		return true;
	}
	return ft_is(result_out, xhtml ? FT_XHTML : FT_HTML, confidence, at, 5);
}

static bool from_first_tag(const struct ft_text *text, const struct ft_hints *hints,
			   const struct ft_tags *tags, const struct ft_tag *tag,
			   struct ft_result *result_out)
{
	size_t at = text->wide ? 0 : tag->at + text->shift;
	const struct root *r;

	if (tags->doctype_html || ft_name_is(tag->name, "html"))
		return find_html(text, hints, tags->declared_xml && has_namespace(tag), 92, at,
				 result_out);
	if (tags->doctype_svg)
		return ft_is(result_out, FT_SVG, 92, at, 4);
	r = find_root(tags, tag, hints);
	if (r != NULL) {
		enum ft_id id = r->id == FT_XSL && is_script_stylesheet(text) ? FT_SCT : r->id;

		ft_is(result_out, id, 92, at, tag->name.size + 1);
		result_out->marks |= is_exact_script(id) && !hints->body ? FT_MARK_EXACT : 0;
		return true;
	}
	if (is_clickonce(tag))
		return ft_is(result_out,
			     strcmp(hints->extension, ".manifest") == 0 ? FT_XML : FT_CLICKONCE, 85,
			     at, 9);
	if (is_html_element(tag->name) && !tags->declared_xml)
		return find_html(text, hints, false, 80, at, result_out);
	if (ft_name_is(tag->name, "hta:application"))
		return find_html(text, hints, false, 80, at, result_out);
	if (tags->declared_xml || has_namespace(tag))
		return ft_is(result_out, FT_XML, 85, at, 5);
	return false;
}

bool ft_markup_find(const struct ft_text *text, const struct ft_hints *hints,
		    struct ft_result *result_out)
{
	size_t start = ft_text_skip_blanks(text->view, 0, FT_MARKUP_SKIP_BYTES);
	struct ft_tags tags = {
		.text = as_span_slice(text->view, 0, start + FT_MARKUP_SKIP_BYTES),
		.at = start,
	};
	struct ft_tag tag;

	if (start >= text->view.size || text->view.data[start] != '<')
		return false;
	if (ft_tags_next(&tags, &tag)) {
		size_t next = tag.at;

		/* "<p" opens a paragraph and "<3" a letter: a tag closes. */
		if (tag.attributes.size + tag.name.size + next + 1 < tags.text.size &&
		    from_first_tag(text, hints, &tags, &tag, result_out))
			return true;
	}
	if (tags.doctype_html)
		return find_html(text, hints, false, 90, start, result_out);
	if (tags.declared_xml)
		return ft_is(result_out, FT_XML, 80, start, 5);
	return false;
}
