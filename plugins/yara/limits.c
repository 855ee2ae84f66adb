/* SPDX-License-Identifier: BSD-2-Clause */
#include "compile.h"
#include "scan.h"
#include "sources.h"

const struct assay_limit yp_limits[] = {
	{"evidence", YP_EVIDENCE_MAX, "pieces", "matches shown per rule; the engine keeps no more"},
	{"rule_files", YP_FILES_MAX, "files",
	 "rule files of one set; the largest public set has 1,040, a folder given by mistake has "
	 "to end in an error"},
	{"rule_folder_depth", YP_FOLDER_DEPTH_MAX, "levels", "folders in folders of rules"},
	{"rule_file_bytes", YP_FILE_BYTES_MAX, "bytes",
	 "one rule file; the largest public one is 5 MB"},
	{"rule_includes", YP_INCLUDES_MAX, "includes",
	 "of one set: a tree of includes multiplies at each of its 16 levels"},
};
