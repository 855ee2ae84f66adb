/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"
#include "mailbox/detect.h"
#include "mailbox/mbox.h"
#include "mailbox/unquote.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Inputs give at most one message per line. */
#define RANGES_MAX ((size_t)1 << 16)

struct input {
	struct as_span data;
	size_t step;
};

static void insist(bool condition)
{
	if (!condition)
		abort();
}

static ssize_t read_input(void *context, uint64_t offset, unsigned char *data, size_t size)
{
	const struct input *input = context;
	struct as_span part =
		as_span_slice(input->data, offset, size < input->step ? size : input->step);

	memcpy(data, part.data, part.size);
	return (ssize_t)part.size;
}

static size_t split(struct as_span data, size_t step, struct as_mbox_range *ranges)
{
	struct input input = {.data = data, .step = step};
	struct as_mbox *mbox;
	size_t count = 0;
	int rc;

	insist(as_mbox_open(read_input, &input, data.size, step, &mbox) == 0);
	while (count < RANGES_MAX && (rc = as_mbox_next(mbox, &ranges[count])) > 0)
		count++;
	insist(!as_mbox_shrunk(mbox));
	as_mbox_close(mbox);
	return count;
}

static bool only_line_ends(struct as_span data, uint64_t begin, uint64_t end)
{
	for (uint64_t i = begin; i < end; i++)
		if (data.data[i] != '\n' && data.data[i] != '\r')
			return false;
	return true;
}

/* From lines, messages and blank lines are the file; a second reading lies
 * within the message before it. */
static void check_ranges(struct as_span data, const struct as_mbox_range *ranges, size_t count)
{
	uint64_t end = 0, outer = 0;

	for (size_t i = 0; i < count; i++) {
		const struct as_mbox_range *r = &ranges[i];

		insist(r->from <= r->begin && r->begin <= r->body && r->body <= r->end);
		insist(r->end <= data.size);
		if (r->second_reading) {
			insist(r->from >= outer && r->end <= end);
			continue;
		}
		insist(r->from >= end && only_line_ends(data, end, r->from));
		outer = r->begin;
		end = r->end;
	}
	insist(only_line_ends(data, end, data.size));
}

static bool same_range(const struct as_mbox_range *a, const struct as_mbox_range *b)
{
	return a->from == b->from && a->begin == b->begin && a->end == b->end &&
	       a->body == b->body && a->quoted == b->quoted &&
	       a->second_reading == b->second_reading;
}

static void unquote(struct as_span data, size_t step, struct as_buffer *out)
{
	struct as_unquote state;

	as_buffer_init(out, 0);
	as_unquote_start(&state);
	for (size_t i = 0; i < data.size; i += step)
		as_unquote_push(&state, as_span_slice(data, i, step), out);
	as_unquote_finish(&state, out);
	insist(!out->failed && out->size <= data.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct as_mbox_range whole[RANGES_MAX], pieces[RANGES_MAX];
	struct as_span text = as_span_make(data, size);
	size_t step = size > 0 ? data[0] % 61u + 1 : 1;
	struct as_buffer a, b;
	size_t count = split(text, AS_MBOX_WINDOW, whole);

	if (count == RANGES_MAX)
		return 0;
	check_ranges(text, whole, count);
	insist(split(text, step, pieces) == count);
	for (size_t i = 0; i < count; i++)
		insist(same_range(&whole[i], &pieces[i]));
	unquote(text, size + 1, &a);
	unquote(text, step, &b);
	insist(as_span_equal(as_buffer_span(&a), as_buffer_span(&b)));
	as_buffer_deinit(&a);
	as_buffer_deinit(&b);
	(void)as_content_detect(text);
	return 0;
}
