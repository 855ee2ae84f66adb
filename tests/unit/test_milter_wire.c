/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_milter_wire.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>

static void put_be32(struct as_buffer *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		as_buffer_byte(out, (unsigned char)(value >> shift));
}

void wire_frame(struct as_buffer *out, char command, const void *payload, size_t size)
{
	put_be32(out, (uint32_t)size + 1);
	as_buffer_byte(out, (unsigned char)command);
	as_buffer_append(out, payload, size);
	AS_ASSERT(!out->failed);
}

static void put_strings(struct as_buffer *payload, va_list args)
{
	const char *text;

	while ((text = va_arg(args, const char *)) != NULL)
		as_buffer_append(payload, text, strlen(text) + 1);
}

void wire_strings(struct as_buffer *out, char command, ...)
{
	struct as_buffer payload;
	va_list args;

	as_buffer_init(&payload, 0);
	va_start(args, command);
	put_strings(&payload, args);
	va_end(args);
	wire_frame(out, command, payload.data, payload.size);
	as_buffer_deinit(&payload);
}

void wire_macros(struct as_buffer *out, char command, ...)
{
	struct as_buffer payload;
	va_list args;

	as_buffer_init(&payload, 0);
	as_buffer_byte(&payload, (unsigned char)command);
	va_start(args, command);
	put_strings(&payload, args);
	va_end(args);
	wire_frame(out, 'D', payload.data, payload.size);
	as_buffer_deinit(&payload);
}

void wire_offer(struct as_buffer *out, uint32_t version, uint32_t actions, uint32_t steps)
{
	put_be32(out, 13);
	as_buffer_byte(out, 'O');
	put_be32(out, version);
	put_be32(out, actions);
	put_be32(out, steps);
}

void wire_connect(struct as_buffer *out, const char *host, char family, const char *address)
{
	struct as_buffer payload;

	as_buffer_init(&payload, 0);
	as_buffer_append(&payload, host, strlen(host) + 1);
	as_buffer_byte(&payload, (unsigned char)family);
	if (address != NULL) {
		as_buffer_append(&payload, "\0\x19", 2);
		as_buffer_append(&payload, address, strlen(address) + 1);
	}
	wire_frame(out, 'C', payload.data, payload.size);
	as_buffer_deinit(&payload);
}

static void show_octets(struct as_buffer *text, struct as_span octets)
{
	as_buffer_byte(text, '[');
	for (size_t i = 0; i < octets.size; i++)
		as_buffer_byte(text, octets.data[i] == '\0' ? '|' : octets.data[i]);
	as_buffer_byte(text, ']');
}

static void show(struct as_buffer *text, unsigned char command, struct as_span payload)
{
	uint32_t a = 0, b = 0, c = 0;

	as_span_be32(payload, 0, &a);
	as_span_be32(payload, 4, &b);
	as_span_be32(payload, 8, &c);
	as_buffer_printf(text, "%s%c", text->size > 0 ? " " : "", command);
	switch (command) {
	case 'O':
		as_buffer_printf(text, "%x,%x,%x", a, b, c);
		break;
	case 'b':
		as_buffer_printf(text, "<%zu>", payload.size);
		break;
	case 'i':
	case 'm':
		as_buffer_printf(text, "%u", a);
		show_octets(text, as_span_from(payload, 4));
		break;
	default:
		if (payload.size > 0)
			show_octets(text, payload);
	}
}

const char *wire_show(struct as_span octets)
{
	static struct as_buffer text;

	as_buffer_clear(&text);
	while (octets.size > 0) {
		uint32_t length = 0;

		if (!as_span_be32(octets, 0, &length) || length == 0 ||
		    !as_span_holds(octets, 4, length)) {
			as_buffer_text(&text, text.size > 0 ? " ?" : "?");
			break;
		}
		show(&text, octets.data[4], as_span_slice(octets, 5, length - 1));
		octets = as_span_from(octets, (size_t)length + 4);
	}
	as_buffer_byte(&text, '\0');
	AS_ASSERT(!text.failed);
	return (const char *)text.data;
}
