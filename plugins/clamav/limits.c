/* SPDX-License-Identifier: BSD-2-Clause */
#include "announced.h"
#include "inspect.h"
#include "layers.h"
#include "names.h"
#include "state.h"

const struct assay_limit clam_limits[] = {
	{"levels", CLAM_LEVELS_MAX, "levels",
	 "files within files that are handed on: libclamav never goes deeper, whatever "
	 "max_recursion says"},
	{"children", CLAM_CHILDREN_MAX, "objects",
	 "inner files of one object that are handed on; a PDF of 500 pages has about 700 streams"},
	{"child_least_bytes", CLAM_CHILD_MIN_BYTES, "bytes",
	 "shorter inner files are not handed on: they hold nothing that a rule could name"},
	{"announced", CLAM_ANNOUNCED_MAX, "members",
	 "members of containers that are remembered to see which one was cut"},
	{"findings", CLAM_FINDINGS_MAX, "findings",
	 "different findings of one object; what matches more has been found out long before"},
	{"code_bytes", CLAM_CODE_MAX - 1, "bytes",
	 "name of a signature in a code; the longest official one has 61"},
	{"via_bytes", CLAM_VIA_MAX - 1, "bytes",
	 "word for the kind of container that an inner file came from"},
	{"pcre_steps", CLAM_PCRE_STEPS, "steps",
	 "of one regular expression: crafted files drive patterns into exponential work"},
	{"pcre_recursion", CLAM_PCRE_RECURSION, "levels",
	 "of one regular expression, which recurses on the stack"},
	{"bytecode_ms", CLAM_BYTECODE_MS, "ms",
	 "one run of a bytecode signature: the time left for a message is not looked at meanwhile"},
};
