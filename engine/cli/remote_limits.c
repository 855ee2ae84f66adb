/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/remote_limits.h"

#include "cli/client_send.h"
#include "cli/stats_draw.h"

const struct assay_limit as_remote_limits[] = {
	{"answer_bytes", AS_REMOTE_BODY_MAX, "bytes",
	 "an answer of the daemon; a verdict has no more"},
	{"problem_bytes", AS_REMOTE_PROBLEM_MAX, "bytes",
	 "of the reason for a refusal, that are shown; what is longer tells no more"},
	{"connect_ms", AS_REMOTE_CONNECT_MS, "ms",
	 "until a connection stands: the daemon accepts between two other things, which are short"},
	{"ask_ms", AS_REMOTE_ASK_MS, "ms",
	 "until a status or the counters are there, which cost the daemon microseconds"},
	{"verdict_ms", AS_SEND_ANSWER_MS, "ms",
	 "until a verdict is there: an hour in each of two workers, and the wait for them"},
	{"envelope_value_bytes", AS_SEND_VALUE_MAX, "bytes",
	 "one value of the envelope; an address has at most 320 octets, RFC 5321 s4.5.3"},
	{"file_name_bytes", AS_SEND_FILE_MAX, "bytes",
	 "name of a file that is sent for the daemon's log; a longer one is kept back"},
	{"samples", AS_SAMPLES_MAX, "samples",
	 "counters of a daemon that are read: 2,048 codes of findings and some hundred others"},
};

const size_t as_remote_limit_count = sizeof(as_remote_limits) / sizeof(as_remote_limits[0]);
