/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/raw.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_count(const struct as_raw_count *count, size_t size)
{
	AS_ASSERT((count->count == 0) == (count->first == SIZE_MAX));
	AS_ASSERT(count->count <= size);
	AS_ASSERT(count->count == 0 || count->first < size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_raw_report report;
	struct as_raw_header header;
	struct as_limits limits;

	as_limits_standard(&limits);
	as_raw_scan(as_span_make(data, size), &limits, &report);
	check_count(&report.crlf, size);
	check_count(&report.lone_lf, size);
	check_count(&report.lone_cr, size);
	check_count(&report.doubled_cr, size);
	check_count(&report.cr_delimiter, size);
	check_count(&report.nul, size);
	check_count(&report.delimiters, size);
	check_count(&report.odd_dots, size);
	check_count(&report.mixed_dots, size);
	check_count(&report.last_dots, size);
	check_count(&report.plain_dots, size);
	check_count(&report.envelopes, size);
	as_raw_header_scan(as_span_make(data, size), report.terminator, &limits, &header);
	AS_ASSERT(header.field_bytes <= size && header.line_bytes <= size);
	AS_ASSERT(header.fields <= size && header.groups <= size && header.parameters <= size);
	return 0;
}
