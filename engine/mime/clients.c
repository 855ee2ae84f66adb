/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/clients.h"

#include <stdio.h>

/* A bit is set where a source says so. Where none does, the bit is off, and
 * the text tells what is not known. "Ullrich" is S. Ullrich, MIME is broken
 * (BSides Munich 2022), 548 messages tried on clients. */
const struct as_client_profile as_clients[AS_CLIENT_COUNT] = {
	[AS_CLIENT_OUTLOOK] =
		{.name = "Outlook",
		 .word = "outlook",
		 .habits = AS_HABIT_WORDS | AS_HABIT_COMMENTS | AS_HABIT_INLINE_UU |
			   AS_HABIT_BINHEX | AS_HABIT_TNEF,
		 .source =
			 "Ullrich: of repeated Content-Type fields, transfer encodings and "
			 "boundary parameters the first counts; a list of encodings is none; "
			 "comments are taken out of a boundary; a plain file name wins over one of "
			 "RFC 2231; encoded words in file names are decoded; uuencoded data needs "
			 "no "
			 "end line, and is found in text; base64 goes on behind padding, but "
			 "shifted. MS-OXCMAIL s2.2.3.4: mac-binhex40, x-uuencode and x-uue are "
			 "mechanisms; MS-OXTNEF: winmail.dat is opened. Not known: lines that "
			 "nearly delimit, parts behind the close delimiter, odd header ends"},
	[AS_CLIENT_APPLE_MAIL] =
		{.name = "Apple Mail",
		 .word = "apple-mail",
		 .habits = AS_HABIT_LAST_PARAM | AS_HABIT_EXTENDED_FIRST | AS_HABIT_WORDS |
			   AS_HABIT_BASE64_GO_ON,
		 .source =
			 "Ullrich: of repeated Content-Type fields and transfer encodings the "
			 "first "
			 "counts, of repeated boundary parameters the last; a list of encodings is "
			 "none; file names of RFC 2231 win over plain ones; encoded words in file "
			 "names are decoded; base64 goes on behind padding. Not known: RFC 2231 in "
			 "a boundary, lines that nearly delimit, odd header ends, uuencoded and "
			 "BinHex text"},
	[AS_CLIENT_THUNDERBIRD] =
		{.name = "Thunderbird",
		 .word = "thunderbird",
		 .habits = AS_HABIT_EXTENDED_BOUNDARY | AS_HABIT_EXTENDED_FIRST | AS_HABIT_WORDS |
			   AS_HABIT_FIRST_TOKEN | AS_HABIT_SKIP_JUNK | AS_HABIT_INLINE_UU |
			   AS_HABIT_YENC | AS_HABIT_BASE64_GO_ON,
		 .source = "Ullrich: the first Content-Type field, transfer encoding, boundary "
			   "parameter and token of an encoding count; RFC 2231 works in a boundary "
			   "and "
			   "wins for file names; base64 goes on behind padding; x-uuencode, x-uue, "
			   "uuencode and x-yencode are mechanisms. Mozilla libmime: a delimiter is "
			   "compared whole but for blanks behind it, nothing behind the close "
			   "delimiter is read (mimemult.cpp, MimeMultipart_check_boundary, "
			   "MimeMultipart_parse_line); only an empty line ends a header, lines "
			   "without colon are passed over (mimehdrs.cpp, MimeHeaders_get)"},
	[AS_CLIENT_GMAIL] = {.name = "Gmail",
			     .word = "gmail",
			     .habits = 0,
			     .source =
				     "no source that could be read tells what Gmail does; shown as "
				     "a reader that follows the RFCs"},
	[AS_CLIENT_MUTT] =
		{.name = "mutt",
		 .word = "mutt",
		 .habits = AS_HABIT_LAST_FIELD | AS_HABIT_EXTENDED_BOUNDARY | AS_HABIT_FIRST_TOKEN,
		 .source =
			 "Ullrich: of repeated Content-Type fields and transfer encodings the last "
			 "counts, of repeated boundary parameters the first; the first token of an "
			 "encoding; a plain file name wins over one of RFC 2231; encoded words in "
			 "file names stay; base64 ends at padding. mutt parse.c: parameters of "
			 "RFC 2231 are decoded whatever their name (parse_parameters), an encoding "
			 "is compared by its beginning (mutt_check_encoding), a line without colon "
			 "ends the header of a part (mutt_read_mime_header), a delimiter is "
			 "compared whole but for blanks behind it and the close delimiter ends all "
			 "(mutt_parse_multipart)"},
};

uint32_t as_clients_with(uint32_t habits)
{
	uint32_t clients = 0;

	for (unsigned int i = 0; i < AS_CLIENT_COUNT; i++)
		if ((as_clients[i].habits & habits) == habits)
			clients |= AS_CLIENT_BIT(i);
	return clients;
}

void as_client_names(uint32_t clients, char names_out[AS_CLIENT_NAMES_SIZE])
{
	size_t used = 0;

	clients &= AS_CLIENTS_ALL;
	names_out[0] = '\0';
	for (unsigned int i = 0; i < AS_CLIENT_COUNT; i++) {
		bool last = clients >> i >> 1 == 0;
		int length;

		if ((clients & AS_CLIENT_BIT(i)) == 0)
			continue;
		length = snprintf(names_out + used, AS_CLIENT_NAMES_SIZE - used, "%s%s",
				  used == 0 ? ""
				  : last    ? " and "
					    : ", ",
				  as_clients[i].name);
		if (length < 0 || (size_t)length >= AS_CLIENT_NAMES_SIZE - used)
			return;
		used += (size_t)length;
	}
}
