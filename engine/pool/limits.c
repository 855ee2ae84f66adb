/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/limits.h"

#include "pool/channel.h"
#include "pool/guess.h"
#include "pool/keeper.h"
#include "pool/pool_internal.h"
#include "pool/request.h"
#include "pool/sandbox.h"
#include "pool/scanner.h"
#include "pool/tempdir.h"

const struct assay_limit as_pool_limits[] = {
	{"request_bytes", AS_POOL_REQUEST_MAX, "bytes",
	 "one request with its envelope; 100,000 recipients take 8 MB"},
	{"request_arena_bytes", AS_REQUEST_ARENA_BYTES, "bytes",
	 "the envelope taken apart: a request of full size has as many pointers at most"},
	{"reply_bytes", AS_POOL_REPLY_MAX, "bytes", "one verdict; 5,000 objects take some 5 MB"},
	{"packet_bytes", AS_CHANNEL_INLINE, "bytes",
	 "body inside a packet between processes; larger ones go through sealed memory"},
	{"packet_descriptors", AS_CHANNEL_FDS_MAX, "descriptors",
	 "descriptors with one packet; a packet with more is refused"},
	{"queue", AS_POOL_QUEUE_DEFAULT, "messages",
	 "messages that wait for a worker; more are refused at once"},
	{"queue_tiny_bytes", AS_QUEUE_TINY_BYTES, "bytes",
	 "a message up to this size may overtake larger ones that wait for a worker: most mail is "
	 "text"},
	{"queue_small_bytes", AS_QUEUE_SMALL_BYTES, "bytes",
	 "the same, before those that are larger than this"},
	{"queue_big_bytes", AS_QUEUE_BIG_BYTES, "bytes",
	 "messages over this size leave one worker free as long as smaller ones wait"},
	{"queue_overtaken", AS_QUEUE_OVERTAKEN_MAX, "times",
	 "that a waiting message is overtaken by smaller ones: nobody may be starved with small "
	 "mail"},
	{"guess_bytes", AS_GUESS_BYTES, "bytes",
	 "in which octets of unknown kind must show a header to count as a message; no mail server "
	 "takes a longer one"},
	{"attempts", AS_POOL_CRASHES_MAX, "attempts",
	 "attempts at a message that ends its worker: one retry, so that what the message before "
	 "left behind does not condemn it"},
	{"attempts_lost", AS_POOL_LOST_MAX, "attempts",
	 "attempts at a message that loses its worker without fault: ten kills a second for ten "
	 "seconds"},
	{"grace_ms", AS_SCANNER_GRACE_MS, "ms",
	 "over the limit time_ms before a worker is killed: it hangs in a library"},
	{"zygote_failures", AS_POOL_FAILURES_MAX, "times",
	 "in a row that the process which loads the signatures may end, or a worker before it is "
	 "ready, until messages are refused instead of kept waiting"},
	{"exit_ms", AS_POOL_EXIT_MS, "ms",
	 "from the end of a worker's socket to its own end, before it is killed"},
	{"keeper_wait_ms", AS_KEEPER_WAIT_MS, "ms",
	 "for the keeper of the private keys, before a message counts as one that cannot be "
	 "decrypted"},
	{"keeper_pause_ms", AS_KEEPER_PAUSE_MAX_MS, "ms",
	 "the longest pause before the keeper of the private keys is started again, when it ends "
	 "soon after each start"},
	{"keeper_request_bytes", AS_KEEPER_REQUEST_MAX, "bytes",
	 "one request to the keeper of the private keys"},
	{"stack_bytes", AS_SANDBOX_STACK_BYTES, "bytes",
	 "stack of a worker: parsers that recurse need more than the usual 8 MiB"},
	{"open_files", AS_SANDBOX_OPEN_FILES, "descriptors",
	 "open in a worker: libraries hold one or two per level, and 64 levels are the highest "
	 "depth"},
	{"temp_file_bytes", AS_SANDBOX_FILE_BYTES, "bytes",
	 "one temporary file of a worker; on tmpfs it counts as memory"},
	{"temp_entries", AS_TEMPDIR_ENTRIES_MAX, "files",
	 "temporary files that one emptying removes: more take longer than a new worker may"},
};

const size_t as_pool_limit_count = sizeof(as_pool_limits) / sizeof(as_pool_limits[0]);
