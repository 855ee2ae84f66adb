/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/limits.h"

#include "inspect/cache.h"
#include "inspect/codes.h"
#include "inspect/envelope.h"
#include "inspect/readings.h"
#include "inspect/scan.h"

const struct assay_limit as_inspect_limits[] = {
	{"arena_bytes", AS_SCAN_ARENA_BYTES, "bytes",
	 "structures of one inspection; decoded octets are charged to the limit bytes"},
	{"findings_per_code", AS_FINDINGS_PER_CODE, "findings",
	 "findings of one code kept per message: attackers can cause thousands; other codes are "
	 "not affected"},
	{"finding_bytes", AS_FINDING_TEXT, "bytes", "the sentence of a finding"},
	{"evidence", AS_EVIDENCE_MAX, "pieces", "pieces of evidence kept per finding"},
	{"evidence_bytes", AS_EVIDENCE_TEXT, "bytes", "text of one piece of evidence"},
	{"code_member_bytes", AS_CODE_MEMBER_MAX, "bytes",
	 "name of a rule or signature in a code; foreign sets hold names of any length"},
	{"path_bytes", AS_PATH_BYTES, "bytes",
	 "path that names an object to people; members can have paths of any length"},
	{"name_component_bytes", ASSAY_NAME_MAX, "bytes",
	 "one component of that path; no file system stores more"},
	{"header_value_bytes", AS_HEADER_VALUE_BYTES, "bytes",
	 "subject and other values shown to people; what is longer is cut"},
	{"from_addresses", AS_FROM_MAX, "addresses", "From addresses kept for the verdict"},
	{"inline_files", AS_INLINE_FILES_MAX, "files",
	 "files in uuencode that are taken out of one text; the rest is reported"},
	{"inline_noise", AS_INLINE_NOISE_MAX, "blocks",
	 "encoded blocks of one text that are looked at though they begin like no file"},
	{"readings_scan_factor", AS_READINGS_SCAN_FACTOR, "times",
	 "octets of all further readings of one message together, per octet of it: readings within "
	 "readings would multiply; the rest is reported"},
	{"readings_member_factor", AS_READINGS_MEMBER_FACTOR, "times",
	 "the same per octet that was unpacked"},
	{"readings_doubt_divisor", AS_READINGS_DOUBT_DIVISOR, "times",
	 "less than that for readings that no client is known to have; what is left out of them is "
	 "noted"},
	{"readings_scan_floor", AS_READINGS_SCAN_FLOOR, "bytes",
	 "a smaller message counts as one of this size there"},
	{"reading_overhead", AS_READING_OVERHEAD, "bytes",
	 "what each further reading counts beside its octets: every plugin is called for it"},
	{"cache_answer_bytes", AS_CACHE_VALUE_MAX, "bytes",
	 "a larger answer of a plugin is not cached but computed again"},
};

const size_t as_inspect_limit_count = sizeof(as_inspect_limits) / sizeof(as_inspect_limits[0]);
