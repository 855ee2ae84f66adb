/* SPDX-License-Identifier: BSD-2-Clause */
#include "content.h"

#include <zlib.h>

static struct co_bytes *of_text(const char *text)
{
	struct co_bytes *out = co_new();

	co_text(out, text);
	return out;
}

struct co_bytes *co_eicar(void)
{
	/* Joined here and not by the compiler, which joins literals. */
	static const char *const pieces[] = {
		"X5O!P%@AP[4\\PZX", "54(P^)7CC)7}$EI", "CAR-STANDARD-ANT",
		"IVIRUS-TEST-FI",   "LE!$H+H*",
	};
	struct co_bytes *out = co_new();

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		co_raw(out, pieces[i]);
	return out;
}

struct co_bytes *co_note(void)
{
	return of_text("Minutes of the meeting on Tuesday\n\n"
		       "1. The budget was accepted.\n"
		       "2. The next meeting is on 17 March, in the small room.\n");
}

static void png_chunk(struct co_bytes *to, const char *name, const struct co_bytes *content)
{
	struct co_bytes *body = co_new();

	co_raw(body, name);
	co_join(body, content);
	co_be32(to, (uint32_t)content->size);
	co_join(to, body);
	co_be32(to, co_crc32(body));
}

struct co_bytes *co_picture(void)
{
	struct co_bytes *out = co_new(), *head = co_new(), *data = co_new(), *none = co_new();
	static const unsigned char row[] = {0, 0x33, 0x66, 0x99};
	unsigned char packed[64];
	uLongf size = sizeof(packed);

	co_be32(head, 1);
	co_be32(head, 1);
	co_add(head, "\x08\x02\0\0\0", 5);
	if (compress(packed, &size, row, sizeof(row)) != Z_OK)
		co_fail("zlib cannot pack a picture");
	co_add(data, packed, size);
	co_add(out, "\x89PNG\r\n\x1a\n", 8);
	png_chunk(out, "IHDR", head);
	png_chunk(out, "IDAT", data);
	png_chunk(out, "IEND", none);
	return out;
}

struct co_bytes *co_pdf(void)
{
	static const char *const objects[] = {
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R\n"
		"/Resources << /Font << /F1 5 0 R >> >> >>",
		"<< /Length 44 >>\nstream\nBT /F1 12 Tf 20 50 Td (Invoice 2026-0303) Tj ET\n"
		"endstream",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	};
	size_t count = sizeof(objects) / sizeof(objects[0]), places[8], table;
	struct co_bytes *out = co_new();

	co_raw(out, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
	for (size_t i = 0; i < count; i++) {
		places[i] = out->size;
		co_format(out, "%zu 0 obj", i + 1);
		co_u8(out, '\n');
		co_raw(out, objects[i]);
		co_raw(out, "\nendobj\n");
	}
	table = out->size;
	co_raw(out, "xref\n0 6\n0000000000 65535 f \n");
	/* Entries of the table are 20 octets with either line end. */
	for (size_t i = 0; i < count; i++) {
		co_format(out, "%010zu 00000 n", places[i]);
		co_raw(out, " \n");
	}
	co_raw(out, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n");
	co_format(out, "%zu", table);
	co_raw(out, "\n%%EOF\n");
	return out;
}

struct co_bytes *co_calendar(void)
{
	return of_text("BEGIN:VCALENDAR\nPRODID:-//Example//Calendar 1.0//EN\nVERSION:2.0\n"
		       "METHOD:REQUEST\nBEGIN:VEVENT\nUID:20260317-1@example.org\n"
		       "DTSTAMP:20260303T094100Z\nDTSTART:20260317T090000Z\n"
		       "DTEND:20260317T100000Z\nSUMMARY:Budget\n"
		       "ORGANIZER:mailto:alice@example.org\n"
		       "ATTENDEE;RSVP=TRUE:mailto:bob@example.com\n"
		       "END:VEVENT\nEND:VCALENDAR\n");
}

struct co_bytes *co_page(void)
{
	return of_text("<!DOCTYPE html>\n<html><head><title>Timetable</title></head>\n"
		       "<body><h1>Timetable</h1><p>The bus leaves at nine.</p></body></html>\n");
}

struct co_bytes *co_drawing_script(void)
{
	return of_text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\">\n"
		       "<script>var shown = 1;</script>\n"
		       "<rect width=\"10\" height=\"10\" fill=\"#369\"/>\n</svg>\n");
}

struct co_bytes *co_program(void)
{
	struct co_bytes *out = co_new();

	co_raw(out, "MZ");
	co_fill(out, 0, 58);
	co_le32(out, 0x80);
	co_fill(out, 0, 64);
	/* COFF header: i386, two sections, optional header of 224 octets. */
	co_add(out, "PE\0\0", 4);
	co_le16(out, 0x014c);
	co_le16(out, 2);
	co_fill(out, 0, 12);
	co_le16(out, 224);
	co_le16(out, 0x0102);
	co_le16(out, 0x010b);
	co_fill(out, 0, 26);
	co_le32(out, 0x00400000); /* base, alignments, versions */
	co_le32(out, 0x1000);
	co_le32(out, 0x200);
	co_fill(out, 0, 16);
	co_le32(out, 0x3000);
	co_le32(out, 0x400);
	co_fill(out, 0, 28);
	co_le32(out, 16);
	co_fill(out, 0, 128);
	for (uint32_t i = 0; i < 2; i++) {
		co_add(out, i == 0 ? ".text\0\0\0" : ".data\0\0\0", 8);
		co_le32(out, 0x200);
		co_le32(out, 0x1000 * (i + 1));
		co_le32(out, 0x200);
		co_le32(out, 0x400 + 0x200 * i);
		co_fill(out, 0, 12);
		co_le32(out, i == 0 ? 0x60000020 : 0xc0000040);
	}
	co_fill(out, 0, 0x800 - out->size);
	return out;
}

struct co_bytes *co_elf(void)
{
	struct co_bytes *out = co_new();

	co_add(out, "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0", 16);
	co_le16(out, 2);
	co_le16(out, 62);
	co_le32(out, 1);
	co_fill(out, 0, 24);
	co_le32(out, 0);
	co_le16(out, 64);
	co_fill(out, 0, 74);
	return out;
}

struct co_bytes *co_lnk(void)
{
	struct co_bytes *out = co_new();

	/* ShellLinkHeader without target, arguments or extra data. */
	co_le32(out, 0x4c);
	co_add(out, "\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 16);
	co_fill(out, 0, 0x4c - out->size);
	co_le32(out, 0);
	return out;
}

struct co_bytes *co_chm(void)
{
	struct co_bytes *out = co_new();

	co_raw(out, "ITSF");
	co_le32(out, 3);
	co_le32(out, 0x60);
	co_le32(out, 1);
	co_fill(out, 0, 0x60);
	return out;
}

struct co_bytes *co_onenote(void)
{
	struct co_bytes *out = co_new();

	co_add(out, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 16);
	co_fill(out, 0, 1008);
	return out;
}

struct co_bytes *co_vhd(void)
{
	struct co_bytes *out = co_new();
	size_t footer;

	/* A fixed disk: its content, and a footer at the end. */
	co_fill(out, 0, 65536);
	footer = out->size;
	co_raw(out, "conectix");
	co_be32(out, 2);
	co_be32(out, 0x00010000);
	co_fill(out, 0xff, 8);
	co_fill(out, 0, footer + 512 - out->size);
	return out;
}

struct co_bytes *co_java_class(void)
{
	struct co_bytes *out = co_new();

	co_be32(out, 0xcafebabe);
	co_be32(out, 52);
	co_fill(out, 0, 32);
	return out;
}
