/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_TAGS_H
#define ASSAY_FILETYPE_TAGS_H

#include <assay/span.h>

/*
 * A walk over the tags of XML or HTML that builds no tree and believes
 * nothing: comments, processing instructions, declarations and CDATA are
 * skipped, names come without their namespace prefix. Each call moves on, so a
 * walk is linear in the text.
 */
struct ft_tags {
	struct as_span text;
	size_t at;
	bool doctype_html; /* a DOCTYPE of that name has been passed */
	bool doctype_svg;
	bool declared_xml; /* an <?xml ...?> has been passed */
};

struct ft_tag {
	struct as_span name; /* local name */
	struct as_span attributes;
	size_t at; /* of the '<' */
	bool closing;
};

bool ft_tags_next(struct ft_tags *tags, struct ft_tag *tag_out);

/* The attribute's value, lower case, character references resolved to ASCII
 * (others become '?'), cut at capacity - 1. False when it is not there. */
bool ft_tag_attribute(const struct ft_tag *tag, const char *name, char *value_out, size_t capacity);

/* Comparisons without case, ASCII only. */
bool ft_name_is(struct as_span name, const char *lower);
bool ft_starts_with(struct as_span text, size_t at, const char *lower);

/* First place of a lower-case needle in text, without case; SIZE_MAX if none. */
size_t ft_find_lower(struct as_span text, const char *needle);

static inline unsigned char ft_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static inline bool ft_is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool ft_is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (ft_lower(c) >= 'a' && ft_lower(c) <= 'z');
}

#endif
