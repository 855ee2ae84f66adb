/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "policy/answer_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More than the greatest answer takes. */
#define ARENA_BYTES ((size_t)4 << 20)

static void check_texts(const struct as_answer *answer)
{
	AS_ASSERT(as_answer_text_valid(as_span_text(answer->reason)));
	AS_ASSERT(as_answer_ascii_valid(as_span_text(answer->reply)));
	AS_ASSERT(as_answer_name_valid(as_span_text(answer->name)));
	AS_ASSERT(as_answer_text_valid(as_span_text(answer->incomplete)));
	AS_ASSERT(as_answer_log_valid(as_span_text(answer->log)));
	AS_ASSERT(strlen(answer->reason) <= AS_ANSWER_TEXT_MAX);
	AS_ASSERT(strlen(answer->reply) <= AS_ANSWER_REPLY_MAX);
	AS_ASSERT(strlen(answer->log) <= AS_ANSWER_LOG_MAX);
}

static void check_lists(const struct as_answer *answer)
{
	AS_ASSERT(answer->action >= ASSAY_ACTION_ACCEPT && answer->action <= ASSAY_ACTION_TEMPFAIL);
	for (size_t i = 0; i < answer->recipient_count; i++)
		AS_ASSERT(answer->recipients[i] >= ASSAY_ACTION_ACCEPT &&
			  answer->recipients[i] <= answer->action);
	AS_ASSERT(answer->edit_count <= AS_ANSWER_EDITS_MAX);
	for (size_t i = 0; i < answer->edit_count; i++)
		AS_ASSERT(as_answer_edit_valid(&answer->edits[i]));
	AS_ASSERT(answer->code_count <= AS_ANSWER_CODES_MAX);
	for (size_t i = 0; i < answer->code_count; i++)
		AS_ASSERT(as_answer_code_valid(as_span_text(answer->codes[i])) &&
			  answer->code_counts[i] > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span in = as_span_make(data, size);
	struct as_answer answer;
	struct as_buffer again;
	struct as_arena arena;

	/* As JSON members the octets are a text of their own. */
	as_answer_log_valid(in);
	as_arena_init(&arena, ARENA_BYTES);
	as_buffer_init(&again, 0);
	if (as_answer_unpack(&arena, in, &answer) == 0) {
		check_texts(&answer);
		check_lists(&answer);
		/* There is one form only: nothing stands unread between. */
		AS_ASSERT(as_answer_pack(&answer, &again));
		AS_ASSERT(as_span_equal(as_buffer_span(&again), in));
	}
	as_buffer_deinit(&again);
	as_arena_deinit(&arena);
	return 0;
}
