/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/transfer.h"

#include "mime/legacy.h"
#include "mime/qp.h"
#include "mime/uu.h"

size_t as_transfer_bound(enum as_encoding encoding, size_t in_size)
{
	switch (encoding) {
	case AS_ENCODING_BASE64:
		return as_base64_bound(in_size);
	case AS_ENCODING_BINHEX:
		return as_binhex_bound(in_size);
	default:
		return in_size;
	}
}

size_t as_transfer_decode(enum as_encoding encoding, struct as_span in, unsigned char *out,
			  size_t out_capacity, struct as_transfer *result_out)
{
	struct as_decode_stats *stats = &result_out->stats;

	*result_out = (struct as_transfer){.stats = {.first_anomaly = SIZE_MAX}};
	switch (encoding) {
	case AS_ENCODING_BASE64:
		return as_base64_decode(in, out, out_capacity, stats);
	case AS_ENCODING_QP:
		return as_qp_decode(in, out, out_capacity, stats);
	case AS_ENCODING_UUENCODE:
		return as_uu_decode(in, out, out_capacity, stats, &result_out->outside);
	case AS_ENCODING_XXENCODE:
		return as_xx_decode(in, out, out_capacity, stats, &result_out->name);
	case AS_ENCODING_YENC:
		return as_yenc_decode(in, out, out_capacity, stats, &result_out->name);
	case AS_ENCODING_BINHEX:
		return as_binhex_decode(in, out, out_capacity, stats, &result_out->name);
	case AS_ENCODING_IDENTITY:
	case AS_ENCODING_UNKNOWN:
		break;
	}
	return 0;
}

const char *as_transfer_name(enum as_encoding encoding)
{
	switch (encoding) {
	case AS_ENCODING_BASE64:
		return "base64";
	case AS_ENCODING_QP:
		return "quoted-printable";
	case AS_ENCODING_UUENCODE:
		return "uuencode";
	case AS_ENCODING_XXENCODE:
		return "xxencode";
	case AS_ENCODING_YENC:
		return "yEnc";
	case AS_ENCODING_BINHEX:
		return "BinHex";
	case AS_ENCODING_IDENTITY:
	case AS_ENCODING_UNKNOWN:
		break;
	}
	return "";
}
