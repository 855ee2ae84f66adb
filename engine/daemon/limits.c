/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/limits.h"

#include "daemon/clamd/command.h"
#include "daemon/clamd/connection.h"
#include "daemon/clamd/descriptors.h"
#include "daemon/clamd/reply.h"
#include "daemon/clamd/walk.h"
#include "daemon/front_internal.h"
#include "daemon/http/limits.h"
#include "daemon/milter/authserv.h"
#include "daemon/milter/changed.h"
#include "daemon/milter/connection.h"
#include "daemon/milter/envelope.h"
#include "daemon/milter/fields.h"
#include "daemon/milter/frame.h"
#include "daemon/milter/macros.h"
#include "daemon/milter/reply.h"
#include "daemon/milter/session.h"
#include "policy/answer.h"

static const struct assay_limit front_limits[] = {
	{"block_bytes", AS_TASK_BLOCK_BYTES, "bytes",
	 "of a message collected before they go to sealed memory: one write per message"},
	{"moves", AS_TASK_MOVES_MAX, "times",
	 "that reloads move a slow message to a newer generation before it is waited for"},
	{"accept_burst", AS_ACCEPT_BURST, "connections",
	 "taken from one listening socket before others have their turn"},
	{"silent_us", AS_SILENT_US, "us",
	 "without a word from a client, after which it gives its place to a new one when there is "
	 "no room"},
	{"lingering", AS_LINGER_MAX, "connections",
	 "that were turned away and are read for a moment, so that they hear why"},
	{"lingering_ms", AS_LINGER_MS, "ms", "how long each of them is read"},
	{"lingering_reads", AS_LINGER_READS, "blocks", "of 64 KiB that are read of each"},
	{"store_ms", AS_STORE_PUT_MS, "ms",
	 "that the store may take for one message before its client is told to come again"},
	{"metrics_codes", AS_METRICS_CODES_MAX, "codes",
	 "of findings that are counted apart; what does not fit is counted as other"},
	{"answer_text_bytes", AS_ANSWER_TEXT_MAX, "bytes",
	 "reason, name and cause in one answer: a line each"},
	{"answer_reply_bytes", AS_ANSWER_REPLY_MAX, "bytes",
	 "words of an SMTP reply, RFC 5321 s4.5.3.1.5"},
	{"answer_codes", AS_ANSWER_CODES_MAX, "codes",
	 "of one message that are counted; the gravest are kept"},
	{"answer_code_bytes", AS_ANSWER_CODE_MAX, "bytes", "one finding code in an answer"},
	{"answer_edits", AS_ANSWER_EDITS_MAX, "edits", "of the header of one message"},
	{"answer_name_bytes", AS_ANSWER_NAME_MAX, "bytes", "name of a header field to add"},
	{"answer_value_bytes", AS_ANSWER_VALUE_MAX, "bytes", "value of a header field to add"},
	{"answer_line_bytes", AS_ANSWER_LINE_MAX, "bytes",
	 "one line of such a value, RFC 5322 s2.1.1"},
	{"answer_log_bytes", AS_ANSWER_LOG_MAX, "bytes", "that a worker adds to the log line"},
	{"answer_recipients", AS_ANSWER_RECIPIENTS_MAX, "recipients",
	 "with an action of their own; of more, all have the strictest"},
};

static const struct assay_limit clamd_limits[] = {
	{"command_bytes", AS_CLAMD_COMMAND_BYTES, "bytes", "one command: a path and as much again"},
	{"read_bytes", AS_CLAMD_READ_BYTES, "bytes", "read at once, and kept back at most"},
	{"reads", AS_CLAMD_READS_PER_TURN, "reads", "of one client before others have their turn"},
	{"pipeline", AS_CLAMD_PIPELINE_MAX, "requests",
	 "waiting in one session; above it the socket is not read"},
	{"unread_bytes", AS_CLAMD_UNREAD_BYTES, "bytes",
	 "of unread answers above which a client is not read and no folder walked for it"},
	{"output_bytes", AS_CLAMD_OUTPUT_BYTES, "bytes", "of unread answers that end a connection"},
	{"bare_ms", AS_CLAMD_BARE_MS, "ms", "after which a command without a line end is whole"},
	{"linger_ms", AS_CLAMD_LINGER_MS, "ms",
	 "that a refused client may go on writing, so that it can read why"},
	{"linger_bytes", AS_CLAMD_LINGER_BYTES, "bytes", "that it may write meanwhile"},
	{"descriptors", AS_CLAMD_DESCRIPTORS_MAX, "descriptors", "passed and waiting, per client"},
	{"descriptors_parked", AS_CLAMD_PARKED_MAX, "descriptors",
	 "passed and waiting, per listener"},
	{"walks", AS_CLAMD_WALKS_MAX, "folders", "walked at the same time per listener"},
	{"walk_depth", AS_CLAMD_WALK_DEPTH_MAX, "levels", "of folders; each holds a descriptor"},
	{"walk_entries", AS_CLAMD_WALK_ENTRIES_MAX, "entries", "of folders for one request"},
	{"walk_turn", AS_CLAMD_WALK_PER_TURN, "entries", "before others have their turn"},
	{"walk_files", AS_CLAMD_WALK_FILES, "files", "inspected at the same time for one request"},
	{"words_bytes", AS_CLAMD_WORDS_MAX, "bytes", "of a name or a text in a reply"},
};

static const struct assay_limit http_limits[] = {
	{"connection_bytes", AS_HTTP_CONNECTION_BYTES, "bytes",
	 "request line and header fields of one request"},
	{"value_bytes", AS_HTTP_VALUE_BYTES, "bytes", "one value of the envelope"},
	{"file_bytes", AS_HTTP_FILE_BYTES, "bytes", "the name of a file"},
	{"recipients", AS_HTTP_RECIPIENTS, "recipients", "of one message"},
	{"envelope_bytes", AS_HTTP_ENVELOPE_BYTES, "bytes", "the envelope of a multipart request"},
	{"envelopes_bytes", AS_HTTP_ENVELOPES_BYTES, "bytes",
	 "all envelopes of a listener at one time"},
	{"envelope_marks", AS_HTTP_ENVELOPE_MARKS, "marks",
	 "commas, colons and brackets in an envelope: each costs memory to read it"},
	{"policy_bytes", AS_HTTP_POLICY_BYTES, "bytes", "the name of a policy"},
	{"discard_bytes", AS_HTTP_DISCARD_BYTES, "bytes",
	 "of an unwanted body that are read, so that the connection can go on"},
	{"linger_bytes", AS_HTTP_LINGER_BYTES, "bytes",
	 "that a refused client may go on writing, so that it can read why"},
	{"linger_ms", AS_HTTP_LINGER_MS, "ms", "how long it may"},
	{"part_lines", AS_HTTP_PART_LINES, "lines", "in the header of a part of a multipart body"},
	{"part_line_bytes", AS_HTTP_PART_LINE_BYTES, "bytes", "one of them"},
	{"boundary_bytes", AS_HTTP_BOUNDARY_BYTES, "bytes", "RFC 2046 s5.1.1"},
	{"parts", AS_HTTP_PARTS, "parts", "of a multipart body: envelope and message"},
	{"page_bytes", AS_HTTP_PAGE_BYTES, "bytes", "status and metrics"},
};

static const struct assay_limit milter_limits[] = {
	{"content_frame_bytes", AS_MILTER_CONTENT_FRAME_MAX, "bytes",
	 "a header field or piece of the body in one frame"},
	{"command_frame_bytes", AS_MILTER_COMMAND_FRAME_MAX, "bytes", "every other frame"},
	{"recipients", AS_MILTER_RECIPIENTS_MAX, "recipients", "of one message"},
	{"addresses_bytes", AS_MILTER_ADDRESSES_MAX, "bytes", "all addresses of one message"},
	{"host_bytes", AS_MILTER_HOST_MAX, "bytes", "names of client and HELO that are kept"},
	{"macro_bytes", AS_MILTER_MACRO_VALUE_MAX, "bytes", "one macro value that is kept"},
	{"forged_fields", AS_MILTER_FORGED_MAX, "fields",
	 "that carry our names: each removal costs the mail server a search"},
	{"mime_fields", AS_MILTER_MIME_MAX, "fields", "MIME fields kept for a changed message"},
	{"name_bytes", AS_MILTER_NAME_MAX, "bytes", "of a field name that are compared"},
	{"value_bytes", AS_MILTER_KEEP_VALUE, "bytes", "one header value that is kept"},
	{"values_bytes", AS_MILTER_KEEP_ALL, "bytes", "all header values that are kept"},
	{"authserv_bytes", AS_MILTER_AUTHSERV_LOOK, "bytes",
	 "of Authentication-Results searched for its authserv-id"},
	{"changed_header_bytes", AS_MILTER_CHANGED_HEADER_MAX, "bytes",
	 "header of a changed message"},
	{"output_bytes", AS_MILTER_OUTPUT_MAX, "bytes",
	 "of unread answers above which a client is not read"},
	{"input_bytes", AS_MILTER_INPUT_BYTES, "bytes",
	 "read at once, and kept while an answer is pending"},
	{"burst", AS_MILTER_BURST, "reads", "of one client before others have their turn"},
	{"piece_bytes", AS_MILTER_PIECE_MAX, "bytes", "of a new body in one frame"},
	{"field_bytes", AS_MILTER_VALUE_MAX, "bytes", "a header value that is sent"},
	{"reply_bytes", AS_MILTER_REPLY_MAX, "bytes", "words of an SMTP reply"},
	{"reason_bytes", AS_MILTER_REASON_MAX, "bytes",
	 "reason for the hold queue; Postfix honours no more"},
	{"progress_ms", AS_MILTER_PROGRESS_MS, "ms", "between two progress frames"},
	{"refused", AS_MILTER_REFUSED_MAX, "connections",
	 "over the limit that are kept for a moment, to be told"},
	{"refused_ms", AS_MILTER_REFUSED_MS, "ms", "how long they are kept"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const struct as_daemon_limits as_daemon_limits[] = {
	{"front", front_limits, COUNT(front_limits)},
	{"clamd", clamd_limits, COUNT(clamd_limits)},
	{"http", http_limits, COUNT(http_limits)},
	{"milter", milter_limits, COUNT(milter_limits)},
};
const size_t as_daemon_limit_parts = COUNT(as_daemon_limits);
