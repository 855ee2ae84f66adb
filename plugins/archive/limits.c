/* SPDX-License-Identifier: BSD-2-Clause */
#include "dictionary.h"
#include "job.h"
#include "sniff.h"
#include "stream.h"
#include "tnef.h"
#include "tnef_names.h"
#include "tnef_props.h"
#include "tnef_stream.h"
#include "walk.h"
#include "zip_walk.h"

const struct assay_limit arc_limits[] = {
	{"headers", ARC_MAX_HEADERS, "headers",
	 "headers read out of one container: folders and links cost the limit objects nothing, and "
	 "a tar can hold ten million"},
	{"embedded", ARC_MAX_EMBEDDED, "archives",
	 "archives within one other file: installers carry a few, each costs a pass"},
	{"embedded_window_bytes", ARC_EMBEDDED_WINDOW, "bytes",
	 "how far a file is searched for an archive within; stubs of self-extracting ones are "
	 "below half"},
	{"reports_per_code", ARC_MAX_REPORTS, "findings",
	 "findings of one code on one container; the fifth would tell nobody more"},
	{"suffixes", ARC_MAX_SUFFIXES, "suffixes",
	 "kinds of names remembered per archive; a further one is shown again"},
	{"stream_name_bytes", ARC_MAX_INNER_NAME - 1, "bytes",
	 "name that a compressed file states for its content; longer ones lose their begin"},
	{"zip_members", ZIP_MAX_MEMBERS, "members",
	 "entries of all directories of one ZIP: bounds the table to some 24 MiB"},
	{"zip_ends", ZIP_MAX_ENDS, "records",
	 "end records that count as archives; glued samples have two or three"},
	{"zip_comment_bytes", ZIP_MAX_COMMENT, "bytes",
	 "how far from the end the end record is searched: a comment is at most this long"},
	{"7z_header_bytes", ARC_MAX_7Z_HEADER, "bytes",
	 "packed header of 7z that is opened to read its dictionaries; it lists some 50 octets a "
	 "member"},
	{"7z_coders", ARC_MAX_7Z_CODERS, "coders",
	 "coders of one 7z folder: the format allows 32, its readers refuse more"},
	{"iso_descriptors", ARC_MAX_ISO_DESCRIPTORS, "descriptors",
	 "volume descriptors looked at (ECMA-167 2/8.2): a handful in practice"},
	{"tnef_names", TNEF_MAX_NAMES, "names",
	 "different names of one attachment of a TNEF stream; honest ones have two or three"},
	{"tnef_name_bytes", TNEF_MAX_NAME, "bytes",
	 "a name in a TNEF stream; longer ones lose their begin, as the suffix tells the type"},
	{"tnef_contents", TNEF_MAX_PAYLOADS, "objects",
	 "contents of one attachment of a TNEF stream that share its names; further ones are taken "
	 "for a new attachment of the same names"},
	{"tnef_overlong", TNEF_MAX_OVERLONG, "attributes",
	 "TNEF attributes with a length beyond the end that are read up to the end; each costs the "
	 "rest of the stream once more"},
	{"tnef_overlong_values", TNEF_MAX_OVERLONG_VALUES, "values",
	 "MAPI values of one TNEF attribute with a size beyond its end that are read up to there"},
};
