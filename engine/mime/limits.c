/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/limits.h"

#include "mime/boundary.h"
#include "mime/charset.h"
#include "mime/crosscheck.h"
#include "mime/extra.h"
#include "mime/header_text.h"
#include "mime/mime.h"
#include "mime/names.h"
#include "mime/param.h"
#include "mime/raw.h"

const struct assay_limit as_mime_limits[] = {
	{"header_total_bytes", AS_RAW_TOTAL_BYTES, "bytes",
	 "all header blocks of a message that GMime may read: it keeps every field as objects, "
	 "4,000 parts of 900 fields cost it 1.8 GB"},
	{"header_total_fields", AS_RAW_TOTAL_FIELDS, "fields",
	 "all header fields of a message that GMime may read; a digest of 500 messages has 15,000"},
	{"header_name_bytes", AS_RAW_NAME_MAX, "bytes",
	 "how far a line is searched for the colon behind a name that matters"},
	{"media_type_bytes", AS_PARAM_TYPE_MAX, "bytes",
	 "a longer media type is none: RFC 6838 s4.2 allows 127 for each half"},
	{"section_digits", AS_PARAM_SECTION_DIGITS, "digits",
	 "number of a section of a parameter (RFC 2231 s3); more digits are no number"},
	{"boundary_loose_bytes", AS_BOUNDARY_LOOSE_MAX, "bytes",
	 "a longer boundary is not searched for as the mere beginning of lines: that is done for "
	 "every line and level"},
	{"names", AS_NAMES_MAX, "names",
	 "names of one entity; more are an attack that no client follows"},
	{"names_plain", AS_NAMES_PLAIN, "names",
	 "names of one entity before only those with a new extension are taken: a flood must not "
	 "hide the one that matters"},
	{"name_shell_bytes", AS_NAME_SHELL_MAX, "bytes",
	 "a name as Windows saves it; file systems end at 255 characters, the end with the type is "
	 "kept"},
	{"name_raw_bytes", AS_NAME_RAW_MAX, "bytes",
	 "a name in a field that was read leniently: such readings overlap and would multiply"},
	{"extension_bytes", AS_NAME_EXTENSION_SIZE - 1, "bytes",
	 "an extension with its dot; a longer one is none"},
	{"charset_name_bytes", AS_CHARSET_NAME_SIZE - 1, "bytes",
	 "letters and digits in the name of a charset; the longest known has 18"},
	{"word_charset_bytes", AS_WORD_CHARSET_SIZE - 1, "bytes",
	 "charset of an encoded word, which RFC 2047 s2 ends at 75; keeps a run of openings "
	 "linear"},
	{"second_readings", AS_EXTRAS_MAX, "objects",
	 "parts that only another reader of the message would see; more are an attack on time"},
	{"hidden_parts", AS_HIDDEN_MAX, "places",
	 "places kept at which another reader could begin a part; bounces that quote a multipart "
	 "have a few"},
	{"notes_per_code", AS_NOTES_MAX, "notes",
	 "anomalies of one kind kept per message; the rest is counted"},
	{"gmime_bytes", AS_GMIME_BYTES_MAX, "bytes",
	 "a message that GMime may read: it counts in 32 bits"},
	{"gmime_warnings", AS_GMIME_WARNINGS_MAX, "warnings",
	 "warnings of GMime that are looked at; it gave 2 million for a message of 4 MB"},
};

const size_t as_mime_limit_count = sizeof(as_mime_limits) / sizeof(as_mime_limits[0]);
