/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CLIENTS_H
#define ASSAY_MIME_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What mail clients do where the standards leave room or a message breaks
 * them. All of it is data with its source (clients.c), so that a finding can
 * name who would see what, and a new observation is a line in a table.
 */
enum as_client {
	AS_CLIENT_OUTLOOK = 0,
	AS_CLIENT_APPLE_MAIL,
	AS_CLIENT_THUNDERBIRD,
	AS_CLIENT_GMAIL,
	AS_CLIENT_MUTT,
	AS_CLIENT_COUNT
};
#define AS_CLIENT_BIT(client) (1u << (client))
#define AS_CLIENTS_ALL	      ((1u << AS_CLIENT_COUNT) - 1u)

/* What a reader does. One bit each; without it the reader does what the RFC
 * says, or the more common thing. */
#define AS_HABIT_LAST_FIELD	   (1u << 0)  /* of repeated Content-* fields the last counts */
#define AS_HABIT_LAST_PARAM	   (1u << 1)  /* of repeated parameters the last counts */
#define AS_HABIT_EXTENDED_BOUNDARY (1u << 2)  /* RFC 2231 forms of boundary */
#define AS_HABIT_EXTENDED_FIRST	   (1u << 3)  /* RFC 2231 form wins over the plain one */
#define AS_HABIT_WORDS		   (1u << 4)  /* RFC 2047 words in parameters */
#define AS_HABIT_COMMENTS	   (1u << 5)  /* strips comments out of values */
#define AS_HABIT_FIRST_TOKEN	   (1u << 6)  /* "base64, x": the first token of an encoding */
#define AS_HABIT_LOOSE_DELIMITER   (1u << 7)  /* a line that begins with the boundary delimits */
#define AS_HABIT_LATE_PARTS	   (1u << 8)  /* parts behind the close delimiter */
#define AS_HABIT_SKIP_BLANK	   (1u << 9)  /* blank lines between delimiter and header */
#define AS_HABIT_SKIP_JUNK	   (1u << 10) /* lines without colon do not end a header */
#define AS_HABIT_WHITE_LINE	   (1u << 11) /* a line of blanks ends a header */
#define AS_HABIT_GUESS_BOUNDARY	   (1u << 12) /* none declared: the first delimiter-like line */
#define AS_HABIT_INLINE_UU	   (1u << 13) /* files by uuencode in text bodies */
#define AS_HABIT_YENC		   (1u << 14)
#define AS_HABIT_BINHEX		   (1u << 15)
#define AS_HABIT_TNEF		   (1u << 16)
#define AS_HABIT_BASE64_GO_ON	   (1u << 17) /* base64 goes on behind padding */

struct as_client_profile {
	const char *name; /* "Apple Mail" */
	const char *word; /* "apple-mail", for machines */
	uint32_t habits;
	const char *source; /* where it was read, for people */
};

extern const struct as_client_profile as_clients[AS_CLIENT_COUNT];

/* The clients that have all of these habits. */
uint32_t as_clients_with(uint32_t habits);

/* "Outlook, Apple Mail and mutt", "" for none. Cut when it does not fit;
 * 64 octets hold all of them. */
#define AS_CLIENT_NAMES_SIZE 64u
void as_client_names(uint32_t clients, char names_out[AS_CLIENT_NAMES_SIZE]);

#endif
