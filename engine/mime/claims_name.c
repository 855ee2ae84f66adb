/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_name.h"

#include "mime/field.h"

#include <strings.h>

enum name_kind {
	NAME_NONE,
	NAME_TYPE,
	NAME_ENCODING,
	NAME_OTHER, /* looks like no Content-* field; for values that speak for
		       themselves */
};

struct found_name {
	enum name_kind kind;
	size_t value; /* where it begins */
};

/* A line end that a blank follows, or SIZE_MAX. */
static size_t skip_fold(struct as_span zone, size_t at)
{
	size_t next = at;

	while (next < zone.size && next - at < 3 && as_octet_break(zone.data[next]))
		next++;
	return next < zone.size && next > at && as_octet_wsp(zone.data[next]) ? next : SIZE_MAX;
}

/* Behind octets that mangle a name but belong to none; *pads counts down. */
static size_t skip_pads(struct as_span zone, size_t at, size_t *pads)
{
	while (at<zone.size && * pads> 0 && zone.data[at] != ':' &&
	       !as_octet_alnum(zone.data[at])) {
		size_t next = at + 1;

		if (as_octet_break(zone.data[at]))
			next = skip_fold(zone, at);
		if (next == SIZE_MAX)
			break;
		at = next;
		--*pads;
	}
	return at;
}

/* Behind letters, or SIZE_MAX. */
static size_t match_letters(struct as_span zone, size_t at, const char *letters, size_t *pads)
{
	for (; *letters != '\0'; letters++) {
		at = skip_pads(zone, at, pads);
		if (at >= zone.size || as_octet_lower(zone.data[at]) != (unsigned char)*letters)
			return SIZE_MAX;
		at++;
	}
	return at;
}

/* Behind the colons. Without one a blank or '=' has to do; at is what follows
 * the last letter. SIZE_MAX: no value. */
static size_t find_value(struct as_span zone, size_t at, size_t *pads)
{
	size_t value = skip_pads(zone, at, pads);

	if (value >= zone.size || (value == at && zone.data[value] != ':'))
		return SIZE_MAX;
	while (value < zone.size && zone.data[value] == ':')
		value++;
	return value;
}

static struct found_name match_name(struct as_span zone, size_t line)
{
	static const struct {
		const char *letters;
		enum name_kind kind;
	} names[] = {
		{"contenttype", NAME_TYPE},	    {"contenttransferencoding", NAME_ENCODING},
		{"contentencoding", NAME_ENCODING}, {"transferencoding", NAME_ENCODING},
		{"encoding", NAME_ENCODING},
	};
	struct found_name found = {NAME_NONE, 0};
	size_t pads = AS_CLAIM_NAME_PADS, begin = skip_pads(zone, line, &pads);

	if (begin >= zone.size || memchr("cCtTeE", zone.data[begin], 6) == NULL)
		return found;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t left = pads, end = match_letters(zone, begin, names[i].letters, &left);

		if (end != SIZE_MAX)
			end = find_value(zone, end, &left);
		if (end == SIZE_MAX)
			continue;
		found.kind = names[i].kind;
		found.value = end;
		break;
	}
	return found;
}

/* The value at begin with its folds, by one kind of line end alone, at most a
 * window of it. */
static struct as_span value_at(const struct as_claim_reader *reader, size_t begin)
{
	struct as_span text = as_span_slice(reader->zone, begin, AS_CLAIM_WINDOW);
	size_t at = 0;

	for (;;) {
		size_t end = as_span_find_byte(text, at, reader->newline);

		if (end == SIZE_MAX)
			return text;
		if (end + 1 >= text.size || !as_octet_wsp(text.data[end + 1]))
			return as_span_slice(text, 0, end);
		at = end + 1;
	}
}

/* Subject is "base64" in honest mail; a misspelt name keeps some of its letters. */
static bool is_akin(struct as_span name)
{
	static const struct {
		const char *word;
		size_t length;
	} words[] = {{"content", 7}, {"transfer", 8}, {"encod", 5}};

	for (size_t at = 0; at + 5 <= name.size; at++) {
		unsigned char first = as_octet_lower(name.data[at]);
		size_t i = first == 'c' ? 0 : first == 't' ? 1 : 2;

		/* Every field of every message comes here. */
		if ((unsigned char)words[i].word[0] != first ||
		    (unsigned char)words[i].word[1] != as_octet_lower(name.data[at + 1]))
			continue;
		if (as_span_holds(name, at, words[i].length) &&
		    strncasecmp((const char *)name.data + at, words[i].word, words[i].length) == 0)
			return true;
	}
	return false;
}

/* A field whose whole value is the name of a mechanism, though its own name is
 * misspelt: "Content-Transfer-Encodign: base64". */
static struct as_span short_value(const struct as_claim_reader *reader, size_t line)
{
	struct as_span text = as_span_slice(reader->zone, line, 2 * AS_CLAIM_NAME_PADS);
	size_t end = as_span_find_byte(text, 0, reader->newline), colon;

	if (end != SIZE_MAX)
		text.size = end;
	colon = as_span_find_byte(text, 0, ':');
	if (colon == SIZE_MAX || !is_akin(as_span_slice(text, 0, colon)))
		return as_span_slice(text, 0, 0);
	return as_span_from(text, colon + 1);
}

static void take_line(struct as_claim_reader *reader, const struct as_claims *claims, size_t line)
{
	struct as_claim_site site = {.form = AS_CLAIM_LOOSE, .offset = line};
	struct found_name found = match_name(reader->zone, line);
	struct as_span value;

	if (found.kind == NAME_NONE) {
		value = short_value(reader, line);
		if (!as_claim_is_mechanism(value))
			return;
		found.kind = NAME_ENCODING;
		site.form = AS_CLAIM_DECOY;
	} else {
		value = value_at(reader, found.value);
	}
	if (!as_claim_charge(reader, value.size))
		return;
	if (found.kind == NAME_TYPE) {
		site.field = claims->type_fields;
		as_claim_type_read(reader, value, &site);
	} else {
		site.field = claims->encoding_fields;
		as_claim_encoding_read(reader, value, &site);
	}
}

/* The name and its colon as they should be: read already. */
static bool is_plain(struct as_span zone, size_t line)
{
	static const char *const names[] = {"content-type:", "content-transfer-encoding:"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (as_span_holds(zone, line, length + 1) &&
		    strncasecmp((const char *)zone.data + line, names[i], length) == 0)
			return zone.data[line + length] != ':';
	}
	return false;
}

/* Each run of octets behind a lone CR is a line to somebody. A field with such
 * a CR is read once more, since to others its value goes on. */
void as_claim_names_search(struct as_claim_reader *reader, const struct as_claims *claims)
{
	struct as_span zone = reader->zone;
	size_t begin = 0;

	while (begin < zone.size && !reader->failed) {
		size_t newline = as_span_find_byte(zone, begin, reader->newline);
		size_t end = newline == SIZE_MAX ? zone.size : newline;
		struct as_span line = as_span_slice(zone, 0, end);
		size_t cr = as_span_find_byte(line, begin, '\r');
		bool lone = cr != SIZE_MAX && cr + 1 < end;

		if (lone || !is_plain(zone, begin))
			take_line(reader, claims, begin);
		while (cr != SIZE_MAX && cr + 1 < end) {
			if (!is_plain(zone, cr + 1))
				take_line(reader, claims, cr + 1);
			cr = as_span_find_byte(line, cr + 1, '\r');
		}
		begin = end + 1;
	}
}
