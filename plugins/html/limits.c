/* SPDX-License-Identifier: BSD-2-Clause */
#include "job.h"
#include "link.h"
#include "numbers.h"
#include "runs.h"
#include "literals.h"

const struct assay_limit html_limits[HTML_LIMIT_COUNT] = {
	{"blob_bytes", HTML_MIN_BLOB_BYTES, "bytes",
	 "shorter blobs in scripts are not decoded: EICAR has 68 octets, digests and identifiers "
	 "less"},
	{"noise_bytes", HTML_NOISE_BYTES, "bytes",
	 "shorter blobs that decode to neither a known signature nor text are taken for chance"},
	{"yield_factor", HTML_MAX_YIELD, "times",
	 "all that is made out of one document against its size: a string is read joined, alone "
	 "and "
	 "reversed, each gives at most its size"},
	{"yield_floor_bytes", HTML_YIELD_FLOOR, "bytes", "added to it for short documents"},
	{"children", HTML_MAX_CHILDREN, "objects",
	 "objects made out of one document: saved pages have some hundred pictures"},
	{"reports_per_code", HTML_MAX_REPORTS, "findings",
	 "findings of one code on one document; the fifth would tell nobody more"},
	{"name_bytes", HTML_NAME_BYTES, "bytes",
	 "file name kept of a download attribute; the engine cuts and reports far shorter ones"},
	{"tag_bytes", HTML_LINK_TAG_BYTES, "bytes",
	 "searched before and behind a link for its download attribute"},
	{"glue_bytes", HTML_GLUE_BYTES, "bytes",
	 "code between two strings of one blob; \"s += \" and calls are shorter"},
	{"pieces", HTML_MAX_PIECES, "strings",
	 "strings of one blob that are also tried alone, for lists of files"},
	{"escapes", HTML_MIN_ESCAPES, "escapes",
	 "in one string, that make it a blob at any density"},
	{"line_digits", HTML_MIN_LINE_DIGITS, "digits",
	 "shorter runs outside of strings are words"},
	{"gap_bytes", HTML_GAP_BYTES, "bytes",
	 "text between two numbers of one list: \")+String.fromCharCode(\" has 23"},
};
