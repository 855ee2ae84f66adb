/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "daemon/clamd/command.h"
#include "daemon/clamd/reply.h"
#include "daemon/clamd/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM 100000u

/* What a client's octets mean, as a record: the same however they are cut. */
struct reader {
	struct as_buffer record;
	struct as_clamd_stream stream;
	bool streaming, ended;
	uint64_t taken;
};

static void check_command(const struct as_clamd_command *command, struct as_span in)
{
	AS_ASSERT(command->used > 0 && command->used <= in.size);
	AS_ASSERT(command->used <= AS_CLAMD_COMMAND_BYTES);
	if (command->argument.size == 0)
		return;
	AS_ASSERT(command->verb >= AS_CLAMD_SCAN && command->verb <= AS_CLAMD_ALLMATCHSCAN);
	AS_ASSERT(command->argument.data > in.data);
	AS_ASSERT(command->argument.size < command->used);
}

/* A subject of any octets stays in one line. */
static void check_line(const struct as_clamd_command *command)
{
	const struct as_clamd_tag tag = {.framing = command->framing, .number = 7};
	const unsigned char delimiter = command->framing == AS_CLAMD_NUL ? '\0' : '\n';
	struct as_clamd_judgement judgement;
	struct as_buffer out;

	as_clamd_judge_path(-1, &judgement);
	as_buffer_init(&out, 0);
	AS_ASSERT(as_clamd_put_judgement(&out, tag, command->argument, &judgement));
	AS_ASSERT(out.data[out.size - 1] == delimiter);
	for (size_t i = 0; i + 1 < out.size; i++)
		AS_ASSERT(out.data[i] >= 0x20 && out.data[i] != 0x7f);
	as_buffer_deinit(&out);
}

static bool read_command(struct reader *reader, struct as_span *in)
{
	struct as_clamd_command command;

	switch (as_clamd_command_parse(*in, false, &command)) {
	case AS_CLAMD_MORE:
		AS_ASSERT(in->size < AS_CLAMD_COMMAND_BYTES);
		return false;
	case AS_CLAMD_TOO_LONG:
		reader->ended = true;
		return false;
	case AS_CLAMD_COMMAND:
		check_command(&command, *in);
		check_line(&command);
		as_buffer_byte(&reader->record, (unsigned char)command.verb);
		as_buffer_append(&reader->record, in->data, command.used);
		*in = as_span_from(*in, command.used);
		reader->streaming = command.verb == AS_CLAMD_INSTREAM;
		reader->taken = 0;
		return true;
	}
	return false;
}

static bool read_stream(struct reader *reader, struct as_span *in)
{
	struct as_span octets;

	switch (as_clamd_stream_next(&reader->stream, in, ROOM - reader->taken, &octets)) {
	case AS_CLAMD_CHUNK_MORE:
		AS_ASSERT(in->size == 0);
		return false;
	case AS_CLAMD_CHUNK_DATA:
		AS_ASSERT(octets.size > 0 && octets.size <= ROOM - reader->taken);
		as_buffer_append(&reader->record, octets.data, octets.size);
		reader->taken += octets.size;
		return true;
	case AS_CLAMD_CHUNK_END:
		as_buffer_append(&reader->record, "end", 3);
		reader->streaming = false;
		return true;
	case AS_CLAMD_CHUNK_TOO_LARGE:
		reader->ended = true;
		return false;
	}
	return false;
}

/* Feeds pieces; what is not understood is fed again with the next one. */
static void read_all(struct as_span all, size_t piece, struct reader *reader)
{
	size_t begin = 0, end = 0;

	while (end < all.size && !reader->ended) {
		struct as_span in;

		end = piece < all.size - end ? end + piece : all.size;
		in = as_span_slice(all, begin, end - begin);
		while (!reader->ended &&
		       (reader->streaming ? read_stream(reader, &in) : read_command(reader, &in))) {
		}
		begin = end - in.size;
	}
}

/* The first octet says how the others are cut. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader whole = {.streaming = false}, pieces = {.streaming = false};
	struct as_span in = as_span_make(data, size);

	if (size < 2)
		return 0;
	in = as_span_from(in, 1);
	read_all(in, in.size, &whole);
	read_all(in, (size_t)data[0] + 1, &pieces);
	AS_ASSERT(whole.ended == pieces.ended && whole.streaming == pieces.streaming);
	AS_ASSERT(as_span_equal(as_buffer_span(&whole.record), as_buffer_span(&pieces.record)));
	as_buffer_deinit(&whole.record);
	as_buffer_deinit(&pieces.record);
	return 0;
}
