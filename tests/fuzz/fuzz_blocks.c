/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/blocks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Blocks are in order, within the text, of a known encoding, and end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span text = as_span_make(data, size);
	struct as_block block;
	size_t offset = 0, end = 0;

	while (as_block_next(text, &offset, &block)) {
		AS_ASSERT(block.begin >= end && block.end > block.begin && block.end <= size);
		AS_ASSERT(offset >= block.end && offset <= size);
		AS_ASSERT(block.encoding > AS_ENCODING_IDENTITY &&
			  block.encoding < AS_ENCODING_UNKNOWN);
		AS_ASSERT(block.name.size <= size);
		end = block.end;
	}
	AS_ASSERT(offset == size);
	return 0;
}
