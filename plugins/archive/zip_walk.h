/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_ZIP_WALK_H
#define ASSAY_ARCHIVE_ZIP_WALK_H

#include <assay/span.h>

/*
 * Both views of a ZIP (APPNOTE.TXT 6.3.10): the central directory, which
 * Explorer, 7-Zip and most libraries believe, and the local headers, which
 * streaming readers and repair tools believe. Archives that differ between the
 * two, and archives glued together, show different members to different
 * people, so the walk keeps all of them.
 *
 * The walk is pure: it reads the span and allocates its tables, nothing else.
 * It does not unpack. What no directory accounts for is left as gaps, in which
 * the caller looks for local headers with zip_local_next(), because the end of
 * a member without sizes is only known after inflating it.
 */

/* Members of all directories together; the engine's own limit of objects is
 * far lower, this one bounds the table to some 24 MiB. */
#define ZIP_MAX_MEMBERS 100000u

/* End records that count as archives. Glued samples have two or three. */
#define ZIP_MAX_ENDS 32u

/* A comment is at most this long, so readers search so far from the end. */
#define ZIP_MAX_COMMENT 65535u

enum zip_flag {
	ZIP_FLAG_ENCRYPTED = 0x0001,
	ZIP_FLAG_DESCRIPTOR = 0x0008, /* sizes follow the data */
	ZIP_FLAG_STRONG = 0x0040,
	ZIP_FLAG_MASKED = 0x2000, /* central directory encryption */
};

enum zip_method {
	ZIP_STORED = 0,
	ZIP_DEFLATE = 8,
	ZIP_DEFLATE64 = 9,
	ZIP_BZIP2 = 12,
	ZIP_LZMA = 14,
	ZIP_ZSTD_OLD = 20,
	ZIP_ZSTD = 93,
	ZIP_XZ = 95,
	ZIP_PPMD = 98,
	ZIP_AES = 99,
};

/* What one header says of a member. Spans point into the archive. */
struct zip_record {
	struct as_span name;
	struct as_span unicode; /* Info-ZIP 0x7075 of the same name, or empty */
	uint64_t packed, size;	/* octets */
	uint32_t crc;
	uint16_t flags, method;
	bool sized; /* false: packed, size and crc stand behind the data */
};

/* In what the two headers of a member differ. */
enum zip_difference {
	ZIP_DIFFERS_NAME = 1u << 0,
	ZIP_DIFFERS_SIZE = 1u << 1,
	ZIP_DIFFERS_METHOD = 1u << 2,
	ZIP_DIFFERS_ENCRYPTION = 1u << 3,
	ZIP_LOCAL_EMPTY = 1u << 4, /* local sizes are 0 without a descriptor:
				      a streaming reader sees an empty file */
};

struct zip_member {
	struct zip_record central, local;
	size_t header_at; /* of the local header; SIZE_MAX when there is none */
	size_t data_at;
	uint32_t generation; /* which directory, 0 is the last in the file */
	uint32_t differs;    /* enum zip_difference */
	bool in_central, has_local;
	bool overlapped; /* starts inside an earlier member */
	bool symlink;
};

struct zip_range {
	size_t begin, end;
};

struct zip_walk {
	struct as_span data;
	struct zip_member *members; /* owned; by place of the local header */
	size_t count, capacity;
	struct zip_range *claims; /* owned; sorted, disjoint */
	size_t claim_count, claim_capacity;
	size_t begin, end;  /* from the first claimed octet to the end of the
			       last archive comment; 0, 0 without any */
	uint32_t end_count; /* end records with a directory of their own */
	bool concatenated;  /* an earlier directory has further members */
	bool ambiguous;	    /* one end record leads to two directories */
	bool damaged;	    /* a directory ends early or miscounts */
	bool volumes;	    /* one part of a split archive */
	bool crowded;	    /* more than the limits above: not all was kept */
};

/* 0 or -ENOMEM. Bad input only sets the flags above. */
int zip_walk_open(struct zip_walk *walk, struct as_span data);
void zip_walk_close(struct zip_walk *walk);

/* The next run of octets from *at on that nothing has claimed; moves *at. */
bool zip_gap_next(const struct zip_walk *walk, size_t *at, struct zip_range *gap_out);

/* The first plausible local header in [at, limit). */
bool zip_local_next(struct as_span data, size_t at, size_t limit, struct zip_member *member_out);

/* A local header at exactly this place. */
bool zip_local_read(struct as_span data, size_t at, struct zip_member *member_out);

/*
 * Where the data of a member without sizes ends when its method does not tell:
 * at the first data descriptor that agrees with its own distance, else before
 * the next header, else at the end of the archive.
 */
size_t zip_descriptor_find(struct as_span data, size_t data_at);

/* The checksum in the descriptor at this place, with or without signature. */
bool zip_descriptor_crc(struct as_span data, size_t at, uint64_t packed, uint32_t *crc_out);

/* Whether an end record with a directory stands in the last 64 KiB, where
 * every reader of ZIP looks first. end_out: behind its comment. */
bool zip_probe_tail(struct as_span data, size_t *end_out);

/* Same name apart from the character set: the ASCII octets agree. */
bool zip_names_agree(struct as_span a, struct as_span b);

#endif
