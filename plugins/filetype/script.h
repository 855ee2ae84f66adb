/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_SCRIPT_H
#define ASSAY_FILETYPE_SCRIPT_H

#include "text.h"

/* Text beyond this is not scored: what a language looks like shows in its
 * first pages, and padding in front meets the extension instead. */
#define FT_SCORE_HEAD_BYTES 4096u
#define FT_SCORE_TAIL_BYTES 4096u
/* Of a "#!" line: the kernel reads 255. */
#define FT_INTERPRETER_BYTES 256u
/* Longest name between two "%". */
#define FT_VARIABLE_BYTES 48u
/* Where "#@~^", the mark of an encoded script, is looked for. */
#define FT_ENCODED_SEARCH_BYTES 16384u
/* The longest word in the table is 26 octets. */
#define FT_WORD_BYTES 40u

/* Scripts by a marker that nothing else begins with. */
bool ft_script_marker(const struct ft_text *text, const struct ft_hints *hints,
		      struct ft_result *result_out);

/* The language whose words the text uses; FT_UNKNOWN when it reads like none.
 * *strong_out: enough to say so without a name that agrees. */
enum ft_id ft_script_score(const struct ft_text *text, enum ft_id wanted, bool *strong_out);

/* The language that an extension or a declared type names, or FT_UNKNOWN. */
enum ft_id ft_script_claimed(const struct ft_hints *hints);

/* The words (words.c). Sorted is not required; weight 1-5. */
struct ft_word {
	const char *word;	/* lower case */
	unsigned char language; /* enum ft_language */
	unsigned char weight;
	unsigned char at_start; /* counts only as the first word of a line */
};
enum ft_language {
	FT_L_JS = 0,
	FT_L_VBS,
	FT_L_PS1,
	FT_L_BAT,
	FT_L_PY,
	FT_L_SH,
	FT_L_PL,
	FT_L_COUNT
};
extern const struct ft_word ft_words[];
extern const size_t ft_word_count;

#endif
