/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/limits.h"

#include "mailbox/detect.h"
#include "mailbox/file.h"
#include "mailbox/separator.h"
#include "mailbox/walk.h"

const struct assay_limit as_mailbox_limits[] = {
	{"detect_bytes", AS_DETECT_BYTES, "bytes",
	 "of a file looked at to tell a message from other text: traces of many relays stand in "
	 "front"},
	{"from_line_bytes", AS_FROM_LINE_MAX, "bytes",
	 "a line that separates messages of an mbox: an address has at most 320 octets, a date 40"},
	{"field_name_bytes", AS_FIELD_NAME_MAX, "bytes",
	 "name of the header field behind such a line; names of real mail end below 80"},
	{"pipe_bytes", AS_PIPE_BYTES_MAX, "bytes",
	 "what comes through a pipe is held in memory; a larger mailbox can be given as a file"},
	{"folder_depth", AS_WALK_DEPTH_MAX, "levels",
	 "folders in folders: each costs a descriptor"},
	{"folder_entries", AS_WALK_ENTRIES_MAX, "entries",
	 "entries of one folder, whose names are sorted in memory"},
};

const size_t as_mailbox_limit_count = sizeof(as_mailbox_limits) / sizeof(as_mailbox_limits[0]);
