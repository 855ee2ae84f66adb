/* SPDX-License-Identifier: BSD-2-Clause */
#include "extension.h"
#include "points.h"

#define FULLWIDTH_DOT 0xff0eu

bool att_ext_exact(struct att_view piece, struct att_ext *ext_out)
{
	size_t shown = 0, size = 0, dot = piece.count;

	while (dot > 0 && piece.points[dot - 1] != '.') {
		if (att_point_is_shown(piece.points[dot - 1]) && ++shown > ATT_EXT_POINTS)
			return false;
		dot--;
	}
	if (dot == 0 || shown == 0)
		return false;
	ext_out->dot = dot - 1;
	ext_out->doubtful = false;
	for (size_t i = dot; i < piece.count; i++)
		if (att_point_is_shown(piece.points[i]))
			size += att_point_put(att_point_lower(piece.points[i]),
					      (unsigned char *)ext_out->text + size);
	ext_out->text[size] = '\0';
	return true;
}

/* What the letters of an extension say about its alphabet. */
struct alphabet {
	bool latin, foreign, mixed, lower;
	enum att_script script; /* the foreign one */
};

static void note_letter(struct alphabet *seen, uint32_t point)
{
	enum att_script script = att_point_script(point);

	if (script == ATT_SCRIPT_NONE)
		return;
	if (script == ATT_SCRIPT_LATIN) {
		seen->latin = true;
		return;
	}
	if (seen->foreign && script != seen->script)
		seen->mixed = true;
	seen->foreign = true;
	seen->script = script;
	if (att_point_lower(point) == point)
		seen->lower = true;
}

static bool has_script(struct att_view view, enum att_script script)
{
	for (size_t i = 0; i < view.count; i++)
		if (att_point_script(view.points[i]) == script)
			return true;
	return false;
}

static size_t find_folded_dot(struct att_view piece)
{
	size_t shown = 0;

	for (size_t i = piece.count; i > 0; i--) {
		uint32_t point = piece.points[i - 1];

		if (att_point_fold(point, false) == '.')
			return i - 1;
		if (att_point_is_shown(point) && ++shown > ATT_EXT_POINTS)
			break;
	}
	return SIZE_MAX;
}

/* False when letters remain that no one takes for ASCII. */
static bool fold_letters(struct att_view letters, bool weak, char *out)
{
	size_t size = 0;

	for (size_t i = 0; i < letters.count; i++) {
		uint32_t folded = att_point_fold(letters.points[i], weak);

		if (!att_point_is_shown(letters.points[i]))
			continue;
		if (folded >= 0x80)
			return false;
		out[size++] = (char)att_point_lower(folded);
	}
	out[size] = '\0';
	return size > 0;
}

/*
 * Russian and Greek words fold into listed extensions (mat, com, bat), and
 * names in these languages hold abbreviations with dots. So a look-alike
 * counts in full only where the alphabet changes: inside the extension, or
 * between it and the rest of the name.
 */
bool att_ext_folded(struct att_view piece, struct att_ext *ext_out)
{
	struct alphabet seen = {0};
	struct att_view letters;
	struct att_ext exact, folded;
	bool native;

	while (piece.count > 0 && (piece.points[piece.count - 1] == FULLWIDTH_DOT ||
				   att_point_is_dropped(piece.points[piece.count - 1])))
		piece.count--;
	folded.dot = find_folded_dot(piece);
	if (folded.dot == SIZE_MAX)
		return false;
	letters = att_view_slice(piece, folded.dot + 1, piece.count);
	for (size_t i = 0; i < letters.count; i++)
		note_letter(&seen, letters.points[i]);
	native = seen.foreign && !seen.latin && !seen.mixed &&
		 has_script(att_view_slice(piece, 0, folded.dot), seen.script);
	if (!fold_letters(letters, !native, folded.text))
		return false;
	if (att_ext_exact(piece, &exact) && strcmp(exact.text, folded.text) == 0)
		return false;
	folded.doubtful = native && !seen.lower;
	*ext_out = folded;
	return true;
}

/* What draws a line or a gap between a decoy and the real extension. */
static bool is_filler(uint32_t point)
{
	return point == '_' || point == '-' || point == ' ' || att_point_is_dropped(point);
}

bool att_ext_before(struct att_view piece, const struct att_ext *ext, struct att_ext *before_out)
{
	struct att_view stem = att_view_slice(piece, 0, ext->dot);

	while (stem.count > 0 && is_filler(stem.points[stem.count - 1]))
		stem.count--;
	return att_ext_exact(stem, before_out);
}

bool att_ext_is_document(const char *ext)
{
	/* What people open without a thought. Archives are among them. */
	static const char *const documents[] = {
		"7z",	 "asc",	 "avi", "bmp",	"csv",	"doc",	"docx", "dwg", "eml",
		"epub",	 "gif",	 "gz",	"heic", "htm",	"html", "ics",	"jpe", "jpeg",
		"jpg",	 "json", "log", "m4a",	"md",	"mkv",	"mov",	"mp3", "mp4",
		"mpeg",	 "mpg",	 "msg", "odp",	"ods",	"odt",	"ogg",	"p7m", "p7s",
		"pages", "pdf",	 "png", "pps",	"ppsx", "ppt",	"pptx", "rar", "rtf",
		"svg",	 "tar",	 "tgz", "tif",	"tiff", "txt",	"vcf",	"wav", "webm",
		"webp",	 "wma",	 "wmv", "wpd",	"xls",	"xlsx", "xml",	"zip",
	};

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		if (strcmp(documents[i], ext) == 0)
			return true;
	return false;
}

bool att_ext_is_container(const char *ext)
{
	static const char *const containers[] = {"7z",	"epub", "gz",  "htm", "html",
						 "rar", "svg",	"tar", "tgz", "zip"};

	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++)
		if (strcmp(containers[i], ext) == 0)
			return true;
	return false;
}

bool att_ext_same(const char *a, const char *b)
{
	static const char *const groups[][3] = {
		{"jpg", "jpeg", "jpe"}, {"tif", "tiff", "tiff"}, {"htm", "html", "xhtml"},
		{"mpg", "mpeg", "mpe"}, {"txt", "text", "asc"},	 {"yml", "yaml", "yaml"},
		{"gz", "tgz", "tgz"},
	};

	if (strcmp(a, b) == 0)
		return true;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		bool has_a = false, has_b = false;

		for (size_t k = 0; k < 3; k++) {
			has_a = has_a || strcmp(groups[i][k], a) == 0;
			has_b = has_b || strcmp(groups[i][k], b) == 0;
		}
		if (has_a && has_b)
			return true;
	}
	return false;
}
