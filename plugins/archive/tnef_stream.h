/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_TNEF_STREAM_H
#define ASSAY_ARCHIVE_TNEF_STREAM_H

#include <assay/span.h>

/*
 * The attributes of a TNEF stream (MS-OXTNEF s2.1.3): level, id, length, data,
 * checksum. Pure: a span in, attributes out, none of them copied.
 *
 * Nothing in the stream is believed but what has to be. Checksums are left
 * aside, because not all readers look at them; a length beyond the end is cut
 * to what is there; behind garbage the next attribute that can be recognised
 * goes on.
 */

#define TNEF_SIGNATURE	    "\170\237\076\042"
#define TNEF_SIGNATURE_SIZE 4u
#define TNEF_HEADER_SIZE    6u /* with the key, which may be anything */

/*
 * Data whose length is beyond the end is taken up to the end, and what follows
 * its header is searched for attributes as well: each costs the rest of the
 * stream once more. Further ones end where the next attribute begins.
 */
#define TNEF_MAX_OVERLONG 4u

/* Ids without their type (MS-OXTNEF s2.1.3.2), as far as they are opened. */
enum tnef_id {
	TNEF_BODY = 0x800c,
	TNEF_ATTACH_DATA = 0x800f,
	TNEF_ATTACH_TITLE = 0x8010,
	TNEF_ATTACH_METAFILE = 0x8011,
	TNEF_ATTACH_TRANSPORT_NAME = 0x9001,
	TNEF_ATTACH_BEGIN = 0x9002, /* attAttachRenddata */
	TNEF_MESSAGE_PROPERTIES = 0x9003,
	TNEF_ATTACH_PROPERTIES = 0x9005,
};

enum tnef_step {
	TNEF_END = 0,
	TNEF_ATTRIBUTE,
	TNEF_BEGIN, /* the signature of one more stream */
	TNEF_GAP,   /* octets that are no attribute */
};

struct tnef_attribute {
	uint32_t id; /* enum tnef_id or one that is not opened; 16 bits */
	struct as_span data;
	size_t at; /* of its header, or of the gap */
	bool cut;  /* its length is beyond the end */
};

struct tnef_stream {
	struct as_span data;
	size_t at;
	uint32_t overlong;
};

/* The next step of the stream. Each moves on by at least one octet. A gap of
 * nothing but blanks and NULs is padding and is left out. */
enum tnef_step tnef_next(struct tnef_stream *stream, struct tnef_attribute *attribute_out);

#endif
