/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/reply.h"

#include "base/assert.h"

static void put_be32(struct as_buffer *out, uint32_t value)
{
	const unsigned char octets[4] = {
		(unsigned char)(value >> 24),
		(unsigned char)(value >> 16),
		(unsigned char)(value >> 8),
		(unsigned char)value,
	};

	as_buffer_append(out, octets, sizeof(octets));
}

static void head(struct as_buffer *out, char command, size_t payload)
{
	AS_ASSERT(payload < UINT32_MAX);
	put_be32(out, (uint32_t)(payload + 1));
	as_buffer_byte(out, (unsigned char)command);
}

/* Begins a frame whose size is known at its end. */
static size_t begin(struct as_buffer *out, char command)
{
	size_t start = out->size;

	head(out, command, 0);
	return start;
}

static void end(struct as_buffer *out, size_t start)
{
	size_t length;

	if (out->failed)
		return;
	length = out->size - start - 4;
	out->data[start] = (unsigned char)(length >> 24);
	out->data[start + 1] = (unsigned char)(length >> 16);
	out->data[start + 2] = (unsigned char)(length >> 8);
	out->data[start + 3] = (unsigned char)length;
}

void as_milter_reply(struct as_buffer *out, char command)
{
	head(out, command, 0);
}

/* Printable ASCII on one line. */
static void put_words(struct as_buffer *out, const char *text, size_t most, bool format)
{
	for (size_t i = 0; i < most && text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c > 0x7e)
			c = '?';
		if (c == '%' && format)
			as_buffer_byte(out, '%');
		as_buffer_byte(out, c);
	}
}

void as_milter_reply_text(struct as_buffer *out, const char *code, const char *text)
{
	size_t start = begin(out, 'y');

	as_buffer_text(out, code);
	as_buffer_byte(out, ' ');
	put_words(out, text, AS_MILTER_REPLY_MAX, true);
	as_buffer_byte(out, '\0');
	end(out, start);
}

void as_milter_reply_offer(struct as_buffer *out, uint32_t version, uint32_t actions,
			   uint32_t steps, struct as_span symbols)
{
	head(out, 'O', 12 + symbols.size);
	put_be32(out, version);
	put_be32(out, actions);
	put_be32(out, steps);
	as_buffer_append(out, symbols.data, symbols.size);
}

/*
 * A line break that is no fold would end the field and begin another one; a
 * NUL would end the frame's string.
 */
static void put_value(struct as_buffer *out, struct as_span value)
{
	size_t size = value.size < AS_MILTER_VALUE_MAX ? value.size : AS_MILTER_VALUE_MAX;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = value.data[i];
		bool fold = i + 1 < size && (value.data[i + 1] == ' ' || value.data[i + 1] == '\t');

		if (c == '\r' || c == '\0')
			continue;
		as_buffer_byte(out, c == '\n' && !fold ? ' ' : c);
	}
}

void as_milter_reply_field(struct as_buffer *out, enum as_milter_place place, uint32_t index,
			   struct as_span name, struct as_span value, bool space)
{
	size_t start = begin(out, (char)place);

	if (place != AS_MILTER_ADD)
		put_be32(out, index);
	as_buffer_append(out, name.data, name.size);
	as_buffer_byte(out, '\0');
	if (space && value.size > 0 && value.data[0] != ' ' && value.data[0] != '\t')
		as_buffer_byte(out, ' ');
	put_value(out, value);
	as_buffer_byte(out, '\0');
	end(out, start);
}

void as_milter_reply_delete(struct as_buffer *out, struct as_span address)
{
	head(out, '-', address.size + 1);
	as_buffer_append(out, address.data, address.size);
	as_buffer_byte(out, '\0');
}

void as_milter_reply_hold(struct as_buffer *out, const char *reason)
{
	size_t start = begin(out, 'q');

	put_words(out, reason, AS_MILTER_REASON_MAX, false);
	as_buffer_byte(out, '\0');
	end(out, start);
}

void as_milter_reply_body(struct as_buffer *out, size_t size)
{
	AS_ASSERT(size <= AS_MILTER_PIECE_MAX);
	head(out, 'b', size);
}
