/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_READINGS_H
#define ASSAY_INSPECT_READINGS_H

#include "inspect/scan.h"
#include "mime/transfer.h"

/* Encoded files in one text; with more of them the rest is reported, not
 * inspected. Bundles of certificates have some 150. */
#define AS_INLINE_FILES_MAX 256u
/* Blocks in one text that begin like no file, and are looked at all the same:
 * newsletters have hundreds of links with a token in each, logs have thousands. */
#define AS_INLINE_NOISE_MAX 48u

/*
 * What all further readings of one message may cost together, in octets: so many
 * times the message, and fewer times the members of containers. A damaged body
 * is inspected in AS_VARIANTS_MAX ways at most, which is 12 times its base64;
 * readings within readings, encoded parts in each other and crossing parts would
 * multiply that. A message that stands in another counts as well, for each
 * level. Honest mail needs one or two: a list footer behind base64 is one, a text
 * in UTF-16 is one, so is each mail that was forwarded as an attachment. What is
 * left out makes the verdict incomplete (limit.objects).
 */
#define AS_READINGS_SCAN_FACTOR	  12u
#define AS_READINGS_MEMBER_FACTOR 2u
/* The part of that which readings that no client is known to have may cost in
 * addition; what is left out of them is a note. */
#define AS_READINGS_DOUBT_DIVISOR 2u
/* A smaller message counts as one of this size. */
#define AS_READINGS_SCAN_FLOOR ((size_t)32 * 1024)
/* What an object costs all plugins, however few octets it has, in octets of
 * ordinary mail: 0.3 ms. */
#define AS_READING_OVERHEAD 5120u

/* What decoding makes of raw, but for run lengths. */
size_t as_readings_octets(enum as_encoding encoding, struct as_span raw);
/* To be asked before octets are decoded or parsed once more; false: leave it.
 * doubted: no client is known to have this reading. */
bool as_readings_charge(struct assay_scan *scan, const struct as_object *object, size_t octets,
			bool doubted);

/*
 * Further readings of one body, where readers differ in how they decode it: as
 * it stood, when a decoder left text out; in every other way, when the data is
 * damaged (mime/variants.h); under the mechanisms that its octets look like,
 * when the declared one is not known; and files that were put into text
 * (mime/blocks.h).
 */
struct as_body {
	struct as_object *message; /* whose budget is charged */
	struct as_object *object;  /* the body as it was inspected */
	struct as_span raw;	   /* with its transfer encoding */
	enum as_encoding encoding;
	struct as_span data; /* without */
	struct as_transfer transfer;
	bool outside; /* no body: a preamble, an epilogue, a gap */
	bool doubted; /* a range of octets that no known client takes for a body */
};

void as_readings_inspect(struct assay_scan *scan, const struct as_body *body);

/* Data in the fields of a header block that begins like a file. */
void as_readings_header(struct assay_scan *scan, struct as_object *message,
			struct as_object *headers, struct as_span block);

#endif
