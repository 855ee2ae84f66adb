/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/authserv.h"

#include <strings.h>

/* An id that is longer than a host name may be is none. */
#define ID_MAX 255u

enum place {
	PLACE_FOUND,
	PLACE_END,     /* there is no id */
	PLACE_UNCLEAR, /* the value was cut inside of what precedes it */
};

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 2045 token, without what ends an id here. */
static bool is_token(unsigned char c)
{
	return c > 0x20 && c != 0x7f && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* *at stands behind "(": moves it behind the end of the comment. */
static bool skip_comment(struct as_span value, size_t *at)
{
	size_t depth = 1;

	while (*at < value.size && depth > 0) {
		unsigned char c = value.data[(*at)++];

		if (c == '\\' && *at < value.size)
			(*at)++;
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	}
	return depth == 0;
}

static enum place skip_cfws(struct as_span value, bool whole, size_t *at)
{
	while (*at < value.size) {
		unsigned char c = value.data[*at];

		if (c == '(') {
			(*at)++;
			if (!skip_comment(value, at))
				return whole ? PLACE_END : PLACE_UNCLEAR;
		} else if (is_blank(c)) {
			(*at)++;
		} else {
			return PLACE_FOUND;
		}
	}
	return whole ? PLACE_END : PLACE_UNCLEAR;
}

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* A quoted-string with exactly these octets in it. */
static bool quoted_is(struct as_span value, size_t at, struct as_span id)
{
	size_t matched = 0;

	while (at < value.size && value.data[at] != '"') {
		if (value.data[at] == '\\')
			at++;
		if (at >= value.size || matched >= id.size ||
		    lower(value.data[at]) != lower(id.data[matched]))
			return false;
		at++;
		matched++;
	}
	return at < value.size && matched == id.size;
}

bool as_milter_authserv_claims(struct as_span value, bool whole, struct as_span id)
{
	size_t at = 0, end;

	switch (skip_cfws(value, whole, &at)) {
	case PLACE_UNCLEAR:
		return true;
	case PLACE_END:
		return false;
	case PLACE_FOUND:
		break;
	}
	if (value.data[at] == '"')
		return quoted_is(value, at + 1, id);
	end = at;
	while (end < value.size && is_token(value.data[end]))
		end++;
	if (end == value.size && !whole)
		return true;
	return end - at == id.size &&
	       strncasecmp((const char *)value.data + at, (const char *)id.data, id.size) == 0;
}

static bool is_plain(struct as_span id)
{
	if (id.size == 0 || id.size > ID_MAX)
		return false;
	for (size_t i = 0; i < id.size; i++) {
		unsigned char c = lower(id.data[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' &&
		    c != '_')
			return false;
	}
	return true;
}

struct as_span as_milter_authserv_choose(const char *configured, struct as_span host)
{
	struct as_span id = as_span_text(configured != NULL ? configured : "");

	if (is_plain(id))
		return id;
	if (is_plain(host))
		return host;
	return as_span_text("localhost");
}
