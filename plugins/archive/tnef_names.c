/* SPDX-License-Identifier: BSD-2-Clause */
#include "tnef_names.h"

#include <strings.h>

/* An 8.3 name without its suffix. */
#define SHORT_STEM   8u
#define SHORT_SUFFIX 3u

static size_t put_character(uint32_t c, unsigned char out[4])
{
	if (c < 0x80) {
		out[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (unsigned char)(0xc0 | c >> 6);
		out[1] = (unsigned char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (unsigned char)(0xe0 | c >> 12);
		out[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (unsigned char)(0xf0 | c >> 18);
	out[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (c & 0x3f));
	return 4;
}

size_t tnef_utf8(struct as_span wide, size_t *at, unsigned char *out, size_t room)
{
	size_t written = 0;
	uint16_t unit, low;

	while (room - written >= 4 && as_span_le16(wide, *at, &unit)) {
		uint32_t c = unit;

		*at += 2;
		if (unit >= 0xd800 && unit < 0xe000) {
			c = 0xfffd;
			if (unit < 0xdc00 && as_span_le16(wide, *at, &low) && low >= 0xdc00 &&
			    low < 0xe000) {
				c = 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (low - 0xdc00u);
				*at += 2;
			}
		}
		written += put_character(c, out + written);
	}
	return written;
}

static struct as_span name_span(const struct tnef_name *name)
{
	return as_span_make(name->text, name->length);
}

static struct as_span last_component(struct as_span path)
{
	for (size_t i = path.size; i > 0; i--)
		if (path.data[i - 1] == '/' || path.data[i - 1] == '\\' || path.data[i - 1] == ':')
			return as_span_from(path, i);
	return path;
}

/* Three octets for a unit at most; the front is cut beforehand. */
static size_t copy_name(unsigned char out[TNEF_MAX_NAME], struct as_span text, bool wide)
{
	size_t room = wide ? TNEF_MAX_NAME / 3 * 2 : TNEF_MAX_NAME, at = 0;
	size_t over = text.size > room ? text.size - room : 0;

	text = as_span_from(text, wide ? over + over % 2 : over);
	if (wide)
		return tnef_utf8(text, &at, out, TNEF_MAX_NAME);
	if (text.size > 0)
		memcpy(out, text.data, text.size);
	return text.size;
}

/* Keeps the order of ranks; of two with the same octets the better stays. */
static bool insert(struct tnef_names *names, const struct tnef_name *name)
{
	size_t place = 0;

	for (size_t i = 0; i < names->count; i++) {
		if (as_span_equal(name_span(&names->all[i]), name_span(name))) {
			if (names->all[i].rank <= name->rank)
				return true;
			memmove(&names->all[i], &names->all[i + 1],
				(names->count - i - 1) * sizeof(*name));
			names->count--;
			break;
		}
	}
	if (names->count == TNEF_MAX_NAMES)
		return false;
	while (place < names->count && names->all[place].rank <= name->rank)
		place++;
	memmove(&names->all[place + 1], &names->all[place], (names->count - place) * sizeof(*name));
	names->all[place] = *name;
	names->count++;
	return true;
}

bool tnef_names_add(struct tnef_names *names, struct as_span text, bool wide,
		    enum tnef_name_rank rank)
{
	struct tnef_name name = {.rank = rank};
	struct as_span copied;

	if (wide)
		text.size -= text.size % 2;
	while (text.size > 0 && text.data[text.size - 1] == '\0' &&
	       (!wide || text.data[text.size - 2] == '\0'))
		text.size -= wide ? 2 : 1;
	name.length = copy_name(name.text, text, wide);
	copied = name_span(&name);
	if (rank == TNEF_NAME_PATH) {
		copied = last_component(copied);
		memmove(name.text, copied.data, copied.size);
		name.length = copied.size;
	}
	return name.length == 0 || insert(names, &name);
}

static struct as_span suffix(struct as_span name)
{
	for (size_t i = name.size; i > 0; i--)
		if (name.data[i - 1] == '.')
			return as_span_from(name, i);
	return as_span_make(NULL, 0);
}

static bool same_text(struct as_span a, struct as_span b)
{
	return a.size == b.size && (a.size == 0 || strncasecmp((const char *)a.data,
							       (const char *)b.data, a.size) == 0);
}

/* Whether name is what MS-DOS would have been shown of best: the first letters
 * of its suffix. Only for suffixes of documents: "js" of ".json" is a script. */
static bool is_short_form(struct as_span name, struct as_span best)
{
	static const char *const suffixes[] = {
		"docx", "docm", "dotx", "xlsx", "xlsm", "xlsb", "xltx", "pptx", "pptm", "potx",
		"ppsx", "html", "jpeg", "tiff", "mpeg", "heic", "webp", "webm", "epub", "text",
	};
	struct as_span a = suffix(name), b = suffix(best);

	if (a.size != SHORT_SUFFIX || name.size > SHORT_STEM + 1 + SHORT_SUFFIX)
		return false;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (same_text(b, as_span_text(suffixes[i])))
			return strncasecmp((const char *)a.data, suffixes[i], SHORT_SUFFIX) == 0;
	return false;
}

/* The best name with that suffix behind it, or "attachment" with it. */
static void become_name(struct tnef_name *name, const struct tnef_name *best)
{
	struct tnef_name joined = {.rank = name->rank};
	struct as_span stem = best != NULL ? name_span(best) : as_span_text("attachment");
	size_t room = TNEF_MAX_NAME - 1;
	bool dotted = name->text[0] == '.';

	if (name->length > room)
		name->length = room;
	stem = as_span_slice(stem, 0, room - name->length);
	memcpy(joined.text, stem.data, stem.size);
	joined.length = stem.size;
	if (!dotted)
		joined.text[joined.length++] = '.';
	memcpy(joined.text + joined.length, name->text, name->length);
	joined.length += name->length;
	*name = joined;
}

static bool is_wanted(const struct tnef_names *names, size_t kept, const struct tnef_name *name,
		      bool for_message)
{
	struct as_span text = name_span(name), best;

	if (name->rank == TNEF_NAME_DISPLAY && (for_message || kept > 0))
		return false;
	if (kept == 0)
		return true;
	best = name_span(&names->all[0]);
	if (name->rank == TNEF_NAME_EXTENSION)
		return !same_text(suffix(best),
				  as_span_from(text, text.size > 0 && text.data[0] == '.'));
	for (size_t i = 0; i < kept; i++)
		if (same_text(name_span(&names->all[i]), text))
			return false;
	return !is_short_form(text, best);
}

void tnef_names_choose(struct tnef_names *names, bool for_message)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		struct tnef_name name = names->all[i];

		if (!is_wanted(names, kept, &name, for_message))
			continue;
		if (name.rank == TNEF_NAME_EXTENSION)
			become_name(&name, kept > 0 ? &names->all[0] : NULL);
		names->all[kept++] = name;
	}
	names->count = kept;
}
