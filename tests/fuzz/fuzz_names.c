/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)64 << 20)
#define PARAMS_MAX  200u
#define MARKS                                                                                      \
	((uint32_t)ASSAY_NAME_ODD | (uint32_t)ASSAY_NAME_LOOSE | (uint32_t)ASSAY_NAME_WEAK |       \
	 (uint32_t)ASSAY_NAME_UNDECODED)

static void check_name(const struct assay_name *name)
{
	char extension[AS_NAME_EXTENSION_SIZE];
	size_t length = strlen(name->shell);

	AS_ASSERT((name->marks & ~MARKS) == 0);
	AS_ASSERT(name->text[name->length] == '\0');
	AS_ASSERT(as_utf8_valid(as_span_make(name->text, name->length)));
	AS_ASSERT(length <= AS_NAME_SHELL_MAX && as_utf8_valid(as_span_text(name->shell)));
	AS_ASSERT(length == 0 ||
		  (strchr(" .", name->shell[length - 1]) == NULL && name->shell[0] != ' '));
	as_name_extension(name->shell, extension);
	AS_ASSERT(strlen(extension) < sizeof(extension));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct assay_name *names = NULL;
	struct assay_name made;
	struct as_arena arena;
	size_t count = 0;

	AS_ASSERT(as_charset_init() == 0);
	as_arena_init(&arena, ARENA_BYTES);
	AS_ASSERT(as_names_collect(&arena, as_span_make(data, size), PARAMS_MAX, &names, &count) ==
		  0);
	AS_ASSERT(count <= AS_NAMES_MAX);
	for (size_t i = 0; i < count; i++) {
		check_name(&names[i]);
		for (size_t k = 0; k < i; k++)
			AS_ASSERT(!as_span_equal(as_span_make(names[i].text, names[i].length),
						 as_span_make(names[k].text, names[k].length)));
	}
	AS_ASSERT(as_name_make(&arena, as_span_make(data, size), ASSAY_NAME_MEMBER, &made) == 0);
	check_name(&made);
	as_arena_deinit(&arena);
	return 0;
}
