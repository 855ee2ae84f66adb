/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/utf8.h"
#include "mime/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Those that are converted here, not by iconv. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const charsets[] = {"utf-7",	   "utf-8",	"utf-16",   "utf-16le",
					       "utf-16be", "utf-32",	"utf-32le", "utf-32be",
					       "us-ascii", "iso-8859-1"};
	struct as_span in = as_span_make(data, size);
	char name[AS_CHARSET_NAME_SIZE];

	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		struct as_buffer out;

		as_buffer_init(&out, 0);
		AS_ASSERT(as_charset_to_utf8(charsets[i], in, &out) != AS_CHARSET_UNKNOWN);
		AS_ASSERT(out.size <= 3 * size);
		AS_ASSERT(as_utf8_valid(as_buffer_span(&out)));
		as_buffer_deinit(&out);
	}
	if (as_charset_sniff(in, name)) {
		struct as_buffer out;

		as_buffer_init(&out, size / 2);
		AS_ASSERT(as_charset_to_utf8(name, in, &out) != AS_CHARSET_UNKNOWN);
		AS_ASSERT(out.size <= size / 2 || size < 2);
		as_buffer_deinit(&out);
	}
	return 0;
}
