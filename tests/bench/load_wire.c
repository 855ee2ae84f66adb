/* SPDX-License-Identifier: BSD-2-Clause */
#include "load_wire.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK ((size_t)65536)

void wire_append(struct wire_text *text, const void *data, size_t size)
{
	if (text->room - text->size < size) {
		text->room = (text->size + size) * 2 + 4096;
		text->data = realloc(text->data, text->room);
		if (text->data == NULL)
			abort();
	}
	if (size > 0)
		memcpy(text->data + text->size, data, size);
	text->size += size;
}

static void drop(struct wire_text *text, size_t size)
{
	memmove(text->data, text->data + size, text->size - size);
	text->size -= size;
}

static void put_number(struct wire_text *out, size_t number)
{
	uint32_t wire = htonl((uint32_t)number);

	wire_append(out, &wire, sizeof(wire));
}

/* ---- Milter ------------------------------------------------------------- */

/* What Postfix offers: all changes, and every step with or without a reply. */
#define ACTIONS 0x1ffu
#define STEPS	0x1fffffu
/* What this program relies on: no DATA step, no replies before the end (header,
 * connection, HELO, sender, recipient, end of header, body), leading space. */
#define STEPS_NEEDED 0x1cf280u

static void put_frame(struct wire_text *out, char command, const void *data, size_t size)
{
	put_number(out, size + 1);
	wire_append(out, &command, 1);
	wire_append(out, data, size);
}

static void put_header(struct wire_text *out, const unsigned char *line, size_t size)
{
	const unsigned char *colon = memchr(line, ':', size);
	struct wire_text field = {.data = NULL};

	if (colon != NULL) {
		size_t name = (size_t)(colon - line);

		wire_append(&field, line, name);
		wire_append(&field, "", 1);
		for (size_t i = name + 1; i < size; i++)
			if (line[i] != '\r')
				wire_append(&field, &line[i], 1);
		wire_append(&field, "", 1);
		put_frame(out, 'L', field.data, field.size);
	}
	free(field.data);
}

static size_t field_end(const unsigned char *octets, size_t size, size_t at)
{
	for (;;) {
		const unsigned char *end = memchr(octets + at, '\n', size - at);

		if (end == NULL)
			return size;
		at = (size_t)(end - octets) + 1;
		if (at == size || (octets[at] != ' ' && octets[at] != '\t'))
			return at;
	}
}

static void put_milter(struct wire_text *out, const unsigned char *octets, size_t size)
{
	static const char from[] = "<a@example.org>";
	static const char rcpt[] = "<b@example.org>";
	static const char macros[] = "Ei\0"
				     "4XBENCH";
	size_t at = 0;

	put_frame(out, 'M', from, sizeof(from));
	put_frame(out, 'R', rcpt, sizeof(rcpt));
	while (at < size && octets[at] != '\n' && octets[at] != '\r') {
		size_t end = field_end(octets, size, at);
		size_t stop = end;

		while (stop > at && (octets[stop - 1] == '\n' || octets[stop - 1] == '\r'))
			stop--;
		put_header(out, octets + at, stop - at);
		at = end;
	}
	put_frame(out, 'N', NULL, 0);
	at = at < size ? field_end(octets, size, at) : size;
	while (at < size) {
		size_t piece = size - at < CHUNK - 1 ? size - at : CHUNK - 1;

		put_frame(out, 'B', octets + at, piece);
		at += piece;
	}
	put_frame(out, 'D', macros, sizeof(macros));
	put_frame(out, 'E', NULL, 0);
}

static enum wire_result milter_answer(struct wire_text *in)
{
	while (in->size >= 5) {
		uint32_t length;
		unsigned char command;

		memcpy(&length, in->data, sizeof(length));
		length = ntohl(length);
		if (in->size - 4 < length)
			return WIRE_MORE;
		command = in->data[4];
		drop(in, (size_t)length + 4);
		if (command == 'c' || command == 'a')
			return WIRE_CLEAN;
		if (command == 'y' || command == 'r' || command == 'd')
			return WIRE_HIT;
		if (command == 't')
			return WIRE_ERROR;
	}
	return WIRE_MORE;
}

/* ---- HTTP --------------------------------------------------------------- */

static void put_http(struct wire_text *out, const char *target, const unsigned char *octets,
		     size_t size)
{
	char head[512];
	int length = snprintf(head, sizeof(head),
			      "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
			      "message/rfc822\r\nContent-Length: %zu\r\n\r\n",
			      target, size);

	wire_append(out, head, (size_t)length);
	wire_append(out, octets, size);
}

static enum wire_result http_answer(struct wire_text *in)
{
	unsigned char *end = memmem(in->data, in->size, "\r\n\r\n", 4);
	unsigned char *found;
	enum wire_result result = WIRE_CLEAN;
	size_t head, body;

	if (end == NULL)
		return WIRE_MORE;
	head = (size_t)(end - in->data) + 4;
	*end = '\0';
	found = (unsigned char *)strcasestr((char *)in->data, "\r\nContent-Length:");
	*end = '\r';
	if (found == NULL)
		return WIRE_ERROR;
	body = strtoul((char *)found + 17, NULL, 10);
	if (in->size - head < body)
		return WIRE_MORE;
	if (in->size < 12 || memcmp(in->data + 9, "200", 3) != 0)
		result = WIRE_ERROR;
	else if (memmem(in->data + head, body, "\"action\":\"accept\"", 17) == NULL &&
		 memmem(in->data + head, body, "\"action\":\"tag\"", 14) == NULL)
		result = WIRE_HIT;
	drop(in, head + body);
	return result;
}

/* ---- clamd -------------------------------------------------------------- */

static void put_stream(struct wire_text *out, const unsigned char *octets, size_t size)
{
	wire_append(out, "zINSTREAM", 10);
	for (size_t at = 0; at < size; at += CHUNK) {
		size_t piece = size - at < CHUNK ? size - at : CHUNK;

		put_number(out, piece);
		wire_append(out, octets + at, piece);
	}
	put_number(out, 0);
}

static enum wire_result clamd_answer(struct wire_text *in)
{
	unsigned char *end = in->size > 0 ? memchr(in->data, '\0', in->size) : NULL;
	enum wire_result result = WIRE_ERROR;
	size_t size;

	if (end == NULL)
		return WIRE_MORE;
	size = (size_t)(end - in->data);
	if (size >= 3 && memcmp(end - 3, " OK", 3) == 0)
		result = WIRE_CLEAN;
	else if (size >= 6 && memcmp(end - 6, " FOUND", 6) == 0)
		result = WIRE_HIT;
	drop(in, size + 1);
	return result;
}

/* ---- All ---------------------------------------------------------------- */

/* One SMTP session per connection, with many messages. */
static void put_session(struct wire_text *out)
{
	static const char connect[] = "client.example\0"
				      "4\x30\x39"
				      "192.0.2.1";
	static const char helo[] = "client.example";
	const uint32_t offer[3] = {htonl(6), htonl(ACTIONS), htonl(STEPS)};

	put_frame(out, 'O', offer, sizeof(offer));
	put_frame(out, 'C', connect, sizeof(connect));
	put_frame(out, 'H', helo, sizeof(helo));
}

void wire_hello(enum wire_protocol protocol, struct wire_text *out)
{
	if (protocol == WIRE_CLAMD_SESSION)
		wire_append(out, "zIDSESSION", 11);
	if (protocol == WIRE_MILTER)
		put_session(out);
}

bool wire_hello_answered(enum wire_protocol protocol, struct wire_text *in)
{
	uint32_t words[3], length;

	if (protocol != WIRE_MILTER)
		return true;
	if (in->size < 4)
		return false;
	memcpy(&length, in->data, sizeof(length));
	length = ntohl(length);
	if (in->size - 4 < length)
		return false;
	if (length < 1 + sizeof(words) || in->data[4] != 'O') {
		fputs("load: the server does not answer as a milter\n", stderr);
		exit(2);
	}
	memcpy(words, in->data + 5, sizeof(words));
	if ((ntohl(words[2]) & STEPS_NEEDED) != STEPS_NEEDED) {
		fputs("load: the milter wants steps or replies that are not measured here\n",
		      stderr);
		exit(2);
	}
	drop(in, (size_t)length + 4);
	return true;
}

void wire_message(enum wire_protocol protocol, const char *target, const unsigned char *octets,
		  size_t size, struct wire_text *out)
{
	if (protocol == WIRE_HTTP)
		put_http(out, target, octets, size);
	else if (protocol == WIRE_MILTER)
		put_milter(out, octets, size);
	else
		put_stream(out, octets, size);
}

enum wire_result wire_answer(enum wire_protocol protocol, struct wire_text *in)
{
	if (in->size == 0)
		return WIRE_MORE;
	if (protocol == WIRE_HTTP)
		return http_answer(in);
	return protocol == WIRE_MILTER ? milter_answer(in) : clamd_answer(in);
}

bool wire_once(enum wire_protocol protocol)
{
	return protocol == WIRE_CLAMD;
}
