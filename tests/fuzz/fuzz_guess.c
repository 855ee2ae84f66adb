/* SPDX-License-Identifier: BSD-2-Clause */
/* Octets of unknown kind: the guess must end, and a field of mail on top must
 * be seen whatever follows. */
#include "pool/guess.h"

#include "base/assert.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char top[] = "Subject: x\n";
	unsigned char *copy = malloc(sizeof(top) - 1 + size);

	as_guess_message(as_span_make(data, size));
	if (copy == NULL)
		return 0;
	memcpy(copy, top, sizeof(top) - 1);
	if (size > 0)
		memcpy(copy + sizeof(top) - 1, data, size);
	AS_ASSERT(as_guess_message(as_span_make(copy, sizeof(top) - 1 + size)));
	free(copy);
	return 0;
}
