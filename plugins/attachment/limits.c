/* SPDX-License-Identifier: BSD-2-Clause */
#include "decode.h"
#include "extension.h"
#include "judge.h"
#include "name_checks.h"

const struct assay_limit att_limits[] = {
	{"name_bytes", ATT_NAME_OCTETS, "bytes",
	 "of one name that are judged: head and tail of a longer one, which is reported; no file "
	 "system stores that much"},
	{"extension_characters", ATT_EXT_POINTS, "characters",
	 "a longer extension is none; the longest registered has 18"},
	{"extensions", ATT_CLAIMS, "extensions",
	 "different extensions of one object that are remembered: an honest one has one"},
	{"names", ATT_NAMES, "names",
	 "of one object: the engine keeps no more, and an object that has as many hides one"},
	{"order_depth", ATT_ORDER_DEPTH, "levels",
	 "nested changes of writing direction; deeper ones are taken for the worst"},
	{"percent_rounds", ATT_PERCENT_ROUNDS, "rounds",
	 "how often percent escapes are decoded: nothing that saves files decodes thrice"},
	{"charset_bytes", ATT_CHARSET_OCTETS, "bytes",
	 "charset of an encoded word in a name; the longest registered has 45"},
	{"text_probe_bytes", ATT_TEXT_PROBE_OCTETS, "bytes",
	 "searched for a NUL to tell a binary from a text: every blocked binary format has one "
	 "there"},
};
