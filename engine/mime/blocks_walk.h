/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_BLOCKS_WALK_H
#define ASSAY_MIME_BLOCKS_WALK_H

#include "mime/blocks.h"
#include "mime/rawline.h"
#include "mime/uu.h"

/*
 * How far one block goes. Each walk begins at a line that looks like the first
 * and answers false when what follows is too little; *stop_out is then where
 * the next walk of the same kind may begin, which keeps the sum of all walks
 * linear.
 */

/* Below a begin line. */
bool as_block_marked_uu(struct as_span text, struct as_line first, struct as_block *block_out);
bool as_block_plain_uu(struct as_span text, size_t begin, enum as_uu_alphabet alphabet,
		       size_t *stop_out, struct as_block *block_out);

/* From the line of BinHex, or from a line that begins with ':'. */
bool as_block_binhex(struct as_span text, size_t begin, bool marked, size_t *stop_out,
		     struct as_block *block_out);

/* Lines of base64 from begin on, which may be within its line: then the next
 * line must go on with it. signature_out: set to the end of a signature of DKIM,
 * which is passed over. */
bool as_block_base64(struct as_span text, size_t begin, bool within, size_t *stop_out,
		     size_t *signature_out, struct as_block *block_out);
/* The lines below "begin-base64". */
bool as_block_marked_base64(struct as_span text, size_t begin, struct as_block *block_out);
/* A run of base64 within text[begin, end), which is (of) one line. */
bool as_block_inline(struct as_span text, size_t begin, size_t end, struct as_block *block_out);
/* Where the run begins with which the line ends; its end when it has none. */
size_t as_block_tail(struct as_span text, struct as_line line);
/* Whether a line without quote marks is data as a whole, but for its blanks at
 * the end and a few octets. */
bool as_block_base64_line(struct as_span line);
/* The length of "key=" in front of data; 0 when there is none. */
size_t as_block_key(struct as_span line);

/* What an octet is to base64. */
enum as_block_class {
	AS_BLOCK_FOREIGN = 0,
	AS_BLOCK_UPPER,
	AS_BLOCK_LOWER,
	AS_BLOCK_DIGIT,
	AS_BLOCK_SYMBOL, /* of the usual alphabet: + / */
	AS_BLOCK_URL,	 /* of the other: - _ */
	AS_BLOCK_PAD,
};
extern const unsigned char as_block_classes[256];

static inline bool as_block_base64_digit(unsigned char octet)
{
	return (unsigned char)(as_block_classes[octet] - 1) < AS_BLOCK_PAD - 1;
}

/* Digits at the end of a line with which data may begin: "X-Data: TVqQ..." */
#define AS_BLOCK_TAIL_MIN 16u

/* Whether as_block_tail() can find one: most lines end here. */
static inline bool as_block_may_have_tail(struct as_span line)
{
	unsigned char last = line.size == 0 ? 0 : line.data[line.size - 1];

	if (last == ' ' || last == '=')
		return true;
	return line.size >= AS_BLOCK_TAIL_MIN && as_block_base64_digit(last) &&
	       as_block_base64_digit(line.data[line.size - AS_BLOCK_TAIL_MIN]);
}

/* A word or the name of a field with a blank and more behind it: neither data nor
 * "key=". */
static inline bool as_block_begins_with_word(struct as_span line)
{
	size_t at = 0;

	while (at < line.size && line.data[at] != '=' &&
	       as_block_classes[line.data[at]] != AS_BLOCK_FOREIGN)
		at++;
	at += at < line.size && line.data[at] == ':';
	return at + 1 < line.size && line.data[at] == ' ' && line.data[at + 1] > ' ';
}

/* Lines that begin a block of their own, at which others end. */
bool as_block_is_mark(struct as_span line);

#endif
