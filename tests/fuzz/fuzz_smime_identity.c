/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/field.h"
#include "smime/identity.h"
#include "smime/shown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)64 << 20)

static void check_mailboxes(const struct as_mailbox *mailboxes, size_t count)
{
	AS_ASSERT(count <= AS_IDENTITY_AUTHORS_MAX);
	for (size_t i = 0; i < count; i++) {
		struct as_span address = mailboxes[i].address;
		struct as_buffer text;
		struct as_span found;
		size_t offset = 0;

		AS_ASSERT(as_utf8_valid(as_span_text(mailboxes[i].name)));
		AS_ASSERT(as_utf8_valid(as_span_text(mailboxes[i].group)));
		as_buffer_init(&text, 0);
		if (as_address_key(&text, address)) {
			AS_ASSERT(as_address_equal(address, address, NULL));
			AS_ASSERT(as_span_find_byte(address, 0, 0) == SIZE_MAX);
		}
		as_buffer_clear(&text);
		AS_ASSERT(as_shown_append(&text, as_span_text(mailboxes[i].name)));
		AS_ASSERT(as_utf8_valid(as_buffer_span(&text)));
		while (as_shown_next(as_buffer_span(&text), &offset, &found))
			AS_ASSERT(found.size > 0 && offset <= text.size);
		as_buffer_deinit(&text);
	}
}

static void check_dates(struct as_span block)
{
	struct as_field field;
	size_t offset = 0;
	int64_t seconds;

	while (as_field_next(block, &offset, &field))
		as_date_parse(field.value, &seconds);
}

/* The input is content; its first block is the header of the mail as well, cut
 * at the first NUL so that the two can differ. */
static void check_protection(struct as_arena *arena, struct as_span input, bool encrypted)
{
	size_t cut = as_span_find_byte(input, 0, 0);
	struct as_smime_notes notes = {.arena = arena};
	struct as_smime_layer layer = {.state = AS_SMIME_SIGNED_CLEAR};
	const struct as_protect_request request = {
		.arena = arena,
		.notes = &notes,
		.layer = &layer,
		.outer = as_span_slice(input, 0, cut),
		.content = cut == SIZE_MAX ? input : as_span_from(input, cut + 1),
		.encrypted = encrypted,
	};
	const struct as_identity_request identity = {
		.arena = arena,
		.notes = &notes,
		.layer = &layer,
		.header = request.outer,
	};
	struct as_span inner;

	AS_ASSERT(as_protect_check(&request, &inner) == 0);
	AS_ASSERT(inner.size <= request.content.size);
	layer.content = request.content;
	AS_ASSERT(as_identity_check(&identity) == 0);
	for (const struct as_smime_note *n = notes.first; n != NULL; n = n->next)
		AS_ASSERT(n->text != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span input = as_span_make(data, size);
	struct as_authors authors;
	struct as_arena arena;

	AS_ASSERT(as_charset_init() == 0);
	as_arena_init(&arena, ARENA_BYTES);
	AS_ASSERT(as_authors_read(&arena, input, &authors) == 0);
	check_mailboxes(authors.from, authors.from_count);
	check_mailboxes(authors.sender, authors.sender_count);
	check_mailboxes(authors.reply_to, authors.reply_to_count);
	check_dates(input);
	check_protection(&arena, input, false);
	check_protection(&arena, input, true);
	as_arena_deinit(&arena);
	return 0;
}
