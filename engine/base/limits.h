/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_LIMITS_H
#define ASSAY_BASE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Every bound on hostile input that an administrator may move, in one table:
 * the configuration, the command line and `assay limits` read it. Bounds that
 * nobody needs to move are constants beside the code that enforces them.
 *
 * X(name, default, lowest, highest, unit, reason)
 */
#define AS_LIMITS(X)                                                                               \
	X(message_bytes, 157286400, 1024, 4294967296, "bytes",                                     \
	  "a message over 150 MiB is not mapped and parsed as a whole")                            \
	X(bytes, 268435456, 65536, 17179869184, "bytes",                                           \
	  "octets decoded and unpacked from one message, over all levels together")                \
	X(object_bytes, 134217728, 65536, 4294967296, "bytes",                                     \
	  "octets of one unpacked object, which a worker holds together with its container")       \
	X(objects, 5000, 10, 1000000, "objects",                                                   \
	  "entities, members and derived objects of one message: each costs every plugin a call")  \
	X(depth, 24, 1, 64, "levels",                                                              \
	  "containers within containers; 42.zip has 6, honest mail rarely 4")                      \
	X(time_ms, 60000, 100, 3600000, "ms", "wall-clock time of one message in a worker")        \
	X(ratio, 200, 10, 1000000, "times",                                                        \
	  "octets unpacked per octet of container; logs reach 30, bombs 1,000 and more")           \
	X(ratio_floor, 10485760, 65536, 4294967296, "bytes",                                       \
	  "below 10 MiB of output the ratio is not looked at: small files of zeros are common")    \
	X(header_block_bytes, 262144, 4096, 16777216, "bytes",                                     \
	  "one header block; GMime costs up to 21 times its size in memory")                       \
	X(header_field_bytes, 65536, 1024, 4194304, "bytes", "one header field with its folds")    \
	X(header_fields, 1000, 50, 100000, "fields", "header fields in one block")                 \
	X(header_parameters, 200, 10, 100000, "parameters",                                        \
	  "parameters in one field; RFC 2231 continuations of long names need some dozens")        \
	X(address_groups, 1000, 10, 2000, "groups",                                                \
	  "colons in one address field: GMime recurses per group, 80,000 of them end its stack")   \
	X(delimiter_lines, 20000, 100, 1000000, "lines",                                           \
	  "lines that begin with two hyphens: each may end a part and costs a search")             \
	X(mime_depth, 100, 4, 500, "levels", "multiparts within multiparts of one message")        \
	X(mime_parts, 4000, 10, 100000, "entities",                                                \
	  "entities of one message; 100,000 empty ones cost GMime 129 MB")                         \
	X(line_bytes, 1048576, 998, 1073741824, "bytes",                                           \
	  "one line in a header; RFC 5322 s2.1.1 allows 998, real mail exceeds it")                \
	X(recipients, 10000, 1, 100000, "recipients",                                              \
	  "recipients of one message: a policy is looked up for each, and verdicts list them")     \
	X(worker_memory, 536870912, 67108864, 17179869184, "bytes",                                \
	  "memory that a worker may add to what it shares with its zygote")                        \
	X(worker_messages, 1000, 1, 1000000, "messages",                                           \
	  "messages after which a worker is replaced: libraries leak and fragment")                \
	X(worker_growth, 134217728, 1048576, 17179869184, "bytes",                                 \
	  "private memory after which a worker is replaced between two messages")

struct as_limits {
#define AS_LIMIT_MEMBER(name, standard, low, high, unit, reason) uint64_t name;
	AS_LIMITS(AS_LIMIT_MEMBER)
#undef AS_LIMIT_MEMBER
};

struct as_limit_info {
	const char *name;
	uint64_t standard, low, high;
	const char *unit;
	const char *reason;
	size_t offset; /* in struct as_limits */
};

extern const struct as_limit_info as_limit_table[];
extern const size_t as_limit_count;

void as_limits_standard(struct as_limits *limits_out);
uint64_t as_limits_get(const struct as_limits *limits, const struct as_limit_info *info);
/* By name; NULL when there is none of that name. */
const struct as_limit_info *as_limits_find(const char *name);
/* -ENOENT: no such limit; -ERANGE: outside low and high. */
int as_limits_set(struct as_limits *limits, const char *name, uint64_t value);
/* "64k", "10MiB", "5000": a number with k, m, g or KiB, MiB, GiB. */
bool as_limits_parse(const char *text, uint64_t *value_out);

#endif
