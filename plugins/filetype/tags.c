/* SPDX-License-Identifier: BSD-2-Clause */
#include "tags.h"

bool ft_starts_with(struct as_span text, size_t at, const char *lower)
{
	for (; *lower != '\0'; lower++, at++)
		if (at >= text.size || ft_lower(text.data[at]) != (unsigned char)*lower)
			return false;
	return true;
}

bool ft_name_is(struct as_span name, const char *lower)
{
	size_t i = 0;

	while (i < name.size && lower[i] != '\0' &&
	       ft_lower(name.data[i]) == (unsigned char)lower[i])
		i++;
	return i == name.size && lower[i] == '\0';
}

size_t ft_find_lower(struct as_span text, const char *needle)
{
	unsigned char upper = (unsigned char)*needle;
	size_t size = strlen(needle);

	if (upper >= 'a' && upper <= 'z')
		upper = (unsigned char)(upper - 32);
	for (size_t i = 0; i < text.size && text.size - i >= size; i++)
		if ((text.data[i] == (unsigned char)*needle || text.data[i] == upper) &&
		    ft_starts_with(text, i, needle))
			return i;
	return SIZE_MAX;
}

static bool is_name_octet(unsigned char c)
{
	return ft_is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':' || c >= 0x80;
}

/* Behind the next end mark, or the end of the text. */
static size_t skip_past(struct as_span text, size_t at, const char *mark)
{
	size_t size = strlen(mark);
	const unsigned char *hit;

	if (at >= text.size)
		return text.size;
	hit = memmem(text.data + at, text.size - at, mark, size);
	return hit == NULL ? text.size : (size_t)(hit - text.data) + size;
}

/* A DOCTYPE may hold an internal subset in brackets, with quotes inside. */
static size_t skip_declaration(struct as_span text, size_t at)
{
	bool subset = false;
	unsigned char quote = 0;

	for (; at < text.size; at++) {
		unsigned char c = text.data[at];

		if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = subset ? 0 : c;
		else if (c == '[')
			subset = true;
		else if (c == ']')
			subset = false;
		else if (c == '>' && !subset)
			return at + 1;
	}
	return text.size;
}

static size_t skip_markup(struct ft_tags *tags, size_t at)
{
	struct as_span text = tags->text;

	if (ft_starts_with(text, at, "<!--"))
		return skip_past(text, at + 4, "-->");
	if (ft_starts_with(text, at, "<![cdata["))
		return skip_past(text, at + 9, "]]>");
	if (ft_starts_with(text, at, "<?")) {
		tags->declared_xml |= ft_starts_with(text, at, "<?xml");
		return skip_past(text, at + 2, ">");
	}
	tags->doctype_html |= ft_starts_with(text, at, "<!doctype html");
	tags->doctype_svg |= ft_starts_with(text, at, "<!doctype svg");
	return skip_declaration(text, at + 2);
}

static size_t tag_end(struct as_span text, size_t at)
{
	unsigned char quote = 0;

	for (; at < text.size; at++) {
		unsigned char c = text.data[at];

		if (quote != 0)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			break;
	}
	return at;
}

bool ft_tags_next(struct ft_tags *tags, struct ft_tag *tag_out)
{
	struct as_span text = tags->text;
	size_t at, start, end;

	for (;;) {
		at = as_span_find_byte(text, tags->at, '<');
		if (at == SIZE_MAX || at + 1 >= text.size)
			return false;
		if (text.data[at + 1] == '!' || text.data[at + 1] == '?') {
			tags->at = skip_markup(tags, at);
			continue;
		}
		start = at + 1 + (text.data[at + 1] == '/');
		for (end = start; end < text.size && is_name_octet(text.data[end]); end++)
			if (text.data[end] == ':' && !ft_starts_with(text, start, "hta:"))
				start = end + 1;
		if (end > start)
			break;
		tags->at = at + 1;
	}
	tag_out->at = at;
	tag_out->closing = text.data[at + 1] == '/';
	tag_out->name = as_span_slice(text, start, end - start);
	tags->at = tag_end(text, end);
	tag_out->attributes = as_span_slice(text, end, tags->at - end);
	return true;
}

/* Resolves &#65; &#x41; at *at; named references stay as they are. */
static unsigned char next_octet(struct as_span text, size_t *at)
{
	size_t i = *at;
	uint32_t value = 0;
	bool hex;

	if (!ft_starts_with(text, i, "&#")) {
		(*at)++;
		return ft_lower(text.data[i]);
	}
	i += 2;
	hex = i < text.size && ft_lower(text.data[i]) == 'x';
	for (i += hex; i < text.size && text.data[i] != ';'; i++) {
		unsigned char c = ft_lower(text.data[i]);
		uint32_t digit = c >= 'a' ? (uint32_t)(c - 'a') + 10 : (uint32_t)(c - '0');

		if (!ft_is_alnum(c) || digit >= (hex ? 16u : 10u))
			break;
		if (value < 0x110000)
			value = value * (hex ? 16u : 10u) + digit;
	}
	*at = i < text.size && text.data[i] == ';' ? i + 1 : i;
	return value > 0 && value < 0x80 ? ft_lower((unsigned char)value) : '?';
}

static void copy_value(struct as_span raw, char *value_out, size_t capacity)
{
	size_t used = 0;

	for (size_t at = 0; at < raw.size && used + 1 < capacity;)
		value_out[used++] = (char)next_octet(raw, &at);
	value_out[used] = '\0';
}

bool ft_tag_attribute(const struct ft_tag *tag, const char *name, char *value_out, size_t capacity)
{
	struct as_span text = tag->attributes;
	size_t at = 0;

	while (at < text.size) {
		size_t start, end;
		struct as_span key;
		unsigned char quote;

		while (at < text.size && !is_name_octet(text.data[at]))
			at++;
		start = at;
		for (; at < text.size && is_name_octet(text.data[at]); at++)
			if (text.data[at] == ':')
				start = at + 1;
		key = as_span_slice(text, start, at - start);
		while (at < text.size && ft_is_blank(text.data[at]))
			at++;
		if (at >= text.size || text.data[at] != '=')
			continue;
		for (at++; at < text.size && ft_is_blank(text.data[at]); at++)
			;
		if (at >= text.size)
			return false;
		quote = text.data[at];
		if (quote == '"' || quote == '\'') {
			end = as_span_find_byte(text, ++at, quote);
			end = end == SIZE_MAX ? text.size : end;
		} else {
			for (end = at; end < text.size && !ft_is_blank(text.data[end]); end++)
				;
		}
		if (ft_name_is(key, name)) {
			copy_value(as_span_slice(text, at, end - at), value_out, capacity);
			return true;
		}
		at = end < text.size ? end + 1 : end;
	}
	return false;
}
