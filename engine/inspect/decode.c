/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/decode.h"

#include "mime/qp.h"
#include "mime/uu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static size_t output_bound(enum as_encoding encoding, size_t size)
{
	return encoding == AS_ENCODING_BASE64 ? as_base64_bound(size) : size;
}

static const char *encoding_word(enum as_encoding encoding)
{
	switch (encoding) {
	case AS_ENCODING_BASE64:
		return "base64";
	case AS_ENCODING_QP:
		return "quoted-printable";
	default:
		return "uuencode";
	}
}

int as_decode(struct assay_scan *scan, struct as_object *message, enum as_encoding encoding,
	      struct as_span raw, struct as_decoded *decoded_out)
{
	size_t bound = output_bound(encoding, raw.size);
	unsigned char *heap;
	size_t size;
	int rc;

	*decoded_out = (struct as_decoded){.data = raw, .stats = {.first_anomaly = SIZE_MAX}};
	if (encoding != AS_ENCODING_BASE64 && encoding != AS_ENCODING_QP &&
	    encoding != AS_ENCODING_UUENCODE)
		return 0;
	rc = as_scan_charge(scan, message, bound);
	if (rc != ASSAY_OK)
		return rc;
	heap = malloc(bound + 1);
	if (heap == NULL) {
		scan->out_of_memory = true;
		return -ENOMEM;
	}
	if (encoding == AS_ENCODING_BASE64)
		size = as_base64_decode(raw, heap, bound, &decoded_out->stats);
	else if (encoding == AS_ENCODING_QP)
		size = as_qp_decode(raw, heap, bound, &decoded_out->stats);
	else
		size = as_uu_decode(raw, heap, bound, &decoded_out->stats, &decoded_out->outside);
	decoded_out->heap = heap;
	decoded_out->data = as_span_make(heap, size);
	return 0;
}

void as_decoded_free(struct as_decoded *decoded)
{
	free(decoded->heap);
	decoded->heap = NULL;
}

void as_decode_report(struct assay_scan *scan, struct as_object *object,
		      const struct as_decoded *decoded, enum as_encoding encoding)
{
	const struct as_decode_stats *stats = &decoded->stats;
	char text[160];
	struct assay_evidence evidence = {.text = ""};
	struct assay_finding finding = {
		.text = text,
		.evidence = &evidence,
		.evidence_count = 1,
	};

	if (encoding == AS_ENCODING_UUENCODE && stats->anomalies == 0) {
		as_scan_note(scan, object, "mime.legacy_encoding", ASSAY_SEVERITY_DEFAULT, NULL);
		return;
	}
	if (stats->anomalies == 0)
		return;
	object->pub.flags |= ASSAY_FLAG_DAMAGED;
	evidence.offset = object->body_begin + stats->first_anomaly;
	finding.code = encoding == AS_ENCODING_BASE64 ? "mime.base64_malformed"
		       : encoding == AS_ENCODING_QP   ? "mime.qp_malformed"
						      : "mime.legacy_encoding";
	snprintf(text, sizeof(text),
		 "%zu errors in the %s data, the first at octet %llu of the message%s.",
		 stats->anomalies, encoding_word(encoding), (unsigned long long)evidence.offset,
		 stats->altered ? "; other readers may see other octets" : "");
	as_scan_report(scan, &object->pub, &finding, "");
}
