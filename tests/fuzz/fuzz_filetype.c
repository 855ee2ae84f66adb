/* SPDX-License-Identifier: BSD-2-Clause */
#include "claims.h"
#include "detect.h"
#include "extra.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first octet chooses what name and header claim. */
static const struct ft_hints claims[] = {
	{"", "", false},
	{"", "text/plain", true},
	{".html", "text/html", false},
	{".js", "application/javascript", false},
	{".pdf", "application/pdf", false},
	{".jpg", "image/jpeg", false},
	{".svg", "image/svg+xml", false},
	{".jar", "application/zip", false},
	{".csv", "application/octet-stream", false},
	{".ps1", "text/plain", false},
	{".hta", "application/hta", false},
	{".docx", "application/msword", false},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ft_hints *hints = &claims[0];
	struct ft_result result;
	struct ft_extra extra;
	struct ft_clash clash;
	struct as_span span;

	if (size > 0)
		hints = &claims[data[0] % (sizeof(claims) / sizeof(claims[0]))];
	span = as_span_from(as_span_make(data, size), 1);
	if (ft_detect(span, hints, &result) != (result.id != FT_UNKNOWN))
		abort();
	if (result.at > span.size || result.length > span.size - result.at)
		abort();
	ft_extra_find(span, &result, &extra);
	if (extra.second_at > span.size || extra.trailing_at > span.size)
		abort();
	(void)ft_claims_clash(&result, hints, &clash);
	return 0;
}
