/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_TRANSFER_H
#define ASSAY_MIME_TRANSFER_H

#include "mime/base64.h"
#include "mime/mime.h"

/*
 * One call for all transfer encodings (RFC 2045 s6 and those from before MIME).
 */
struct as_transfer {
	struct as_decode_stats stats;
	bool outside;	     /* uuencode: text stood round the encoded lines */
	struct as_span name; /* that old encodings give their file; of the raw or the
				decoded octets, or empty */
};

/* Octets of output that in_size octets can make at most. */
size_t as_transfer_bound(enum as_encoding encoding, size_t in_size);

/* An encoding that changes octets (entity.h). Allocates nothing, writes at most
 * out_capacity octets, returns how many. */
size_t as_transfer_decode(enum as_encoding encoding, struct as_span in, unsigned char *out,
			  size_t out_capacity, struct as_transfer *result_out);

/* "base64", "quoted-printable", "yEnc", ...; "" when nothing changes. */
const char *as_transfer_name(enum as_encoding encoding);

#endif
