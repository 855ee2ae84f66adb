/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <strings.h>

static bool is_slash(unsigned char c)
{
	return c == '/' || c == '\\';
}

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The component that starts at *at; moves *at behind the slash after it. */
static struct as_span next_component(struct as_span name, size_t *at)
{
	size_t begin = *at, end = begin;

	while (end < name.size && !is_slash(name.data[end]))
		end++;
	*at = end < name.size ? end + 1 : end;
	return as_span_slice(name, begin, end - begin);
}

static bool is_up(struct as_span component)
{
	/* Windows drops trailing dots and blanks: ".. " and "..." climb in
	 * some of its calls, while "..." alone is common in honest names. */
	while (component.size > 2 && component.data[component.size - 1] == ' ')
		component.size--;
	return component.size == 2 && component.data[0] == '.' && component.data[1] == '.';
}

static bool equals_text(struct as_span a, const char *text)
{
	return a.size == strlen(text) && strncasecmp((const char *)a.data, text, a.size) == 0;
}

/* CON, NUL, COM1.txt: Windows opens the device whatever folder and suffix. */
static bool is_device(struct as_span component)
{
	static const char *const devices[] = {"con", "prn", "aux", "nul"};
	size_t dot = as_span_find_byte(component, 0, '.');

	if (dot != SIZE_MAX)
		component.size = dot;
	while (component.size > 0 && component.data[component.size - 1] == ' ')
		component.size--;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (equals_text(component, devices[i]))
			return true;
	return component.size == 4 && component.data[3] >= '1' && component.data[3] <= '9' &&
	       (strncasecmp((const char *)component.data, "com", 3) == 0 ||
		strncasecmp((const char *)component.data, "lpt", 3) == 0);
}

static enum arc_path check_root(struct as_span name)
{
	if (name.size >= 2 && is_letter(name.data[0]) && name.data[1] == ':')
		return ARC_PATH_ESCAPES;
	if (name.size >= 2 && is_slash(name.data[0]) && is_slash(name.data[1]))
		return ARC_PATH_ESCAPES;
	if (name.size >= 1 && is_slash(name.data[0]))
		return ARC_PATH_ODD;
	return ARC_PATH_FINE;
}

enum arc_path arc_path_check(struct as_span name)
{
	enum arc_path worst = check_root(name);

	if (as_span_find_byte(name, 0, 0) != SIZE_MAX)
		return ARC_PATH_ESCAPES;
	for (size_t at = 0; at < name.size && worst != ARC_PATH_ESCAPES;) {
		struct as_span component = next_component(name, &at);

		if (is_up(component))
			worst = ARC_PATH_ESCAPES;
		else if (is_device(component))
			worst = ARC_PATH_ODD;
	}
	return worst;
}

/* How many folders deep the component behind the last slash stands. */
static size_t folder_depth(struct as_span name)
{
	size_t depth = 0;

	for (size_t at = 0; at < name.size;) {
		struct as_span component = next_component(name, &at);

		if (at >= name.size && !is_slash(name.data[name.size - 1]))
			break;
		if (component.size > 0 && !equals_text(component, "."))
			depth++;
	}
	return depth;
}

enum arc_path arc_link_check(struct as_span name, struct as_span target)
{
	enum arc_path root = check_root(target);
	size_t depth = folder_depth(name);

	if (root != ARC_PATH_FINE)
		return root;
	/* A link may climb inside the archive: lib/a.so -> ../b.so is normal. */
	for (size_t at = 0; at < target.size;) {
		struct as_span component = next_component(target, &at);

		if (is_up(component)) {
			if (depth == 0)
				return ARC_PATH_ESCAPES;
			depth--;
		} else if (component.size > 0 && !equals_text(component, ".")) {
			depth++;
		}
	}
	return ARC_PATH_FINE;
}

void arc_path_report(struct arc_job *job, struct as_span name, uint64_t offset)
{
	enum arc_path path = arc_path_check(name);
	struct arc_text shown = arc_printable(name);

	if (path == ARC_PATH_ESCAPES)
		arc_report(job, ARC_TRAVERSAL, ASSAY_SEVERITY_DEFAULT, offset,
			   "Member \"%s\" would be written outside the target folder", shown.text);
	else if (path == ARC_PATH_ODD)
		arc_report(job, ARC_TRAVERSAL, ASSAY_LOW, offset,
			   "Member \"%s\" has an absolute path or a device name", shown.text);
}

void arc_link_report(struct arc_job *job, struct as_span name, struct as_span target)
{
	enum arc_path path = arc_link_check(name, target);
	struct arc_text shown = arc_printable(name);

	if (path == ARC_PATH_FINE)
		return;
	arc_report(job, ARC_TRAVERSAL,
		   path == ARC_PATH_ESCAPES ? ASSAY_SEVERITY_DEFAULT : ASSAY_LOW, 0,
		   "Link \"%s\" points out of the archive, to \"%s\"", shown.text,
		   arc_printable(target).text);
}

size_t arc_inner_name(const struct assay_object *object, char *buffer, size_t size)
{
	static const struct {
		const char *suffix, *instead;
	} table[] = {
		{".gz", ""},	   {".bz2", ""},      {".xz", ""},	{".zst", ""},
		{".lzma", ""},	   {".z", ""},	      {".lz", ""},	{".lz4", ""},
		{".bz", ""},	   {".gzip", ""},     {".tgz", ".tar"}, {".taz", ".tar"},
		{".tbz", ".tar"},  {".tbz2", ".tar"}, {".txz", ".tar"}, {".tlz", ".tar"},
		{".tzst", ".tar"}, {".svgz", ".svg"}, {".emz", ".emf"}, {".wmz", ".wmf"},
	};
	size_t length, instead = 0;
	const char *text, *add = "";

	if (object->name_count == 0 || object->names[0].length == 0)
		return 0;
	text = object->names[0].text;
	length = object->names[0].length;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t n = strlen(table[i].suffix);

		if (length > n && strncasecmp(text + length - n, table[i].suffix, n) == 0) {
			length -= n;
			add = table[i].instead;
			instead = strlen(add);
			break;
		}
	}
	/* Cut at the front: the suffix is what names the type. */
	if (length > size - instead) {
		text += length - (size - instead);
		length = size - instead;
	}
	memcpy(buffer, text, length);
	memcpy(buffer + length, add, instead);
	return length + instead;
}

static struct as_span suffix_of(struct as_span name)
{
	for (size_t i = name.size; i > 0 && !is_slash(name.data[i - 1]); i--)
		if (name.data[i - 1] == '.')
			return as_span_from(name, i);
	return as_span_make(NULL, 0);
}

bool arc_same_suffix(struct as_span a, struct as_span b)
{
	struct as_span x = suffix_of(a), y = suffix_of(b);

	return x.size == y.size && (x.size == 0 || strncasecmp((const char *)x.data,
							       (const char *)y.data, x.size) == 0);
}
