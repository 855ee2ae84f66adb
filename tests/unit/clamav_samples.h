/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_UNIT_CLAMAV_SAMPLES_H
#define ASSAY_TESTS_UNIT_CLAMAV_SAMPLES_H

#include <assay/span.h>

/*
 * Files for the tests of the clamav plugin, made at run time. Nothing of them
 * stands whole in the tree or in the test's program. All spans are on the heap
 * and belong to the caller; out of memory ends the test.
 */

struct sample {
	unsigned char *data;
	size_t size;
};

static inline struct as_span sample_span(const struct sample *sample)
{
	return as_span_make(sample->data, sample->size);
}

/* The 68 octets of the EICAR test file. */
struct sample sample_eicar(void);
/* before, content, after. */
struct sample sample_wrap(const char *before, struct as_span content, const char *after);
/* size octets that do not compress to nothing and match no signature. */
struct sample sample_filler(size_t size);

struct sample_member {
	const char *name;
	struct as_span data;
	bool encrypted; /* only the flag is set */
};
/* A ZIP; deflate: compressed members. */
struct sample sample_zip(const struct sample_member *members, size_t count, bool deflate);
/* A PDF with one Flate stream and, if attached is not empty, it as a raw
 * stream of type EmbeddedFile. */
struct sample sample_pdf(struct as_span stream, struct as_span attached);
/* An OLE2 file with one stream, padded to the 4,096 octets of a full one. */
struct sample sample_ole2(struct as_span stream);
/* HTML with a link to data:text/plain;base64,... */
struct sample sample_html_data(struct as_span content);
/* MZ, and the content at offset 2,048. */
struct sample sample_pe(struct as_span content);

#endif
