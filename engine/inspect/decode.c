/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/decode.h"

#include "mime/entity.h"
#include "mime/variants.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NO_ANOMALY                                                                                 \
	{                                                                                          \
		.stats = {.first_anomaly = SIZE_MAX},                                              \
	}

/* Room for what a decoder makes of raw, charged on behalf of message. */
static int prepare(struct assay_scan *scan, struct as_object *message, size_t bound,
		   struct as_decoded *decoded)
{
	int rc = as_scan_charge(scan, message, bound);

	if (rc != ASSAY_OK)
		return rc;
	decoded->heap = malloc(bound + 1);
	if (decoded->heap == NULL) {
		scan->out_of_memory = true;
		return -ENOMEM;
	}
	return 0;
}

int as_decode(struct assay_scan *scan, struct as_object *message, enum as_encoding encoding,
	      struct as_span raw, struct as_decoded *decoded_out)
{
	size_t bound = as_transfer_bound(encoding, raw.size);
	int rc;

	*decoded_out = (struct as_decoded){.data = raw, .transfer = NO_ANOMALY};
	if (!as_encoding_changes(encoding))
		return 0;
	rc = prepare(scan, message, bound, decoded_out);
	if (rc != 0)
		return rc;
	decoded_out->data =
		as_span_make(decoded_out->heap, as_transfer_decode(encoding, raw, decoded_out->heap,
								   bound, &decoded_out->transfer));
	/* Only run lengths outgrow the bound (mime/legacy.h). */
	if (decoded_out->transfer.stats.truncated)
		as_scan_note(scan, message, "limit.bytes", ASSAY_SEVERITY_DEFAULT,
			     "Data in BinHex grows more than files do; its end was not decoded.");
	return 0;
}

int as_decode_variant(struct assay_scan *scan, struct as_object *message, enum as_encoding encoding,
		      struct as_span raw, const struct as_decode_stats *stats, size_t index,
		      struct as_decoded *decoded_out)
{
	size_t bound = as_transfer_bound(encoding, raw.size);
	int rc;

	*decoded_out = (struct as_decoded){.transfer = NO_ANOMALY};
	rc = prepare(scan, message, bound, decoded_out);
	if (rc == 0)
		decoded_out->data = as_span_make(
			decoded_out->heap,
			as_variants_decode(encoding, raw, stats, index, decoded_out->heap, bound));
	return rc;
}

void as_decoded_free(struct as_decoded *decoded)
{
	free(decoded->heap);
	decoded->heap = NULL;
}

static bool is_standard(enum as_encoding encoding)
{
	return encoding == AS_ENCODING_IDENTITY || encoding == AS_ENCODING_UNKNOWN ||
	       encoding == AS_ENCODING_BASE64 || encoding == AS_ENCODING_QP;
}

void as_decode_report(struct assay_scan *scan, struct as_object *object,
		      const struct as_decoded *decoded, enum as_encoding encoding)
{
	const struct as_decode_stats *stats = &decoded->transfer.stats;
	char text[160];
	struct assay_evidence evidence = {.text = ""};
	struct assay_finding finding = {
		.text = text,
		.evidence = &evidence,
		.evidence_count = 1,
	};

	if (!is_standard(encoding) && stats->anomalies == 0) {
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
		 stats->anomalies, as_transfer_name(encoding), (unsigned long long)evidence.offset,
		 stats->altered ? "; other readers may see other octets" : "");
	as_scan_report(scan, &object->pub, &finding, "");
}
