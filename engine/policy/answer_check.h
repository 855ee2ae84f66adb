/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_ANSWER_CHECK_H
#define ASSAY_POLICY_ANSWER_CHECK_H

#include "policy/answer.h"

/*
 * What a text of an answer may hold. The front puts these texts into replies,
 * header fields, metrics and log lines without another look, so a worker that a
 * mail has taken over must not be able to end a line with them. Pure.
 */

/* UTF-8 without control characters, C1 included. */
bool as_answer_text_valid(struct as_span text);
/* Printable ASCII and blanks. */
bool as_answer_ascii_valid(struct as_span text);
/* Printable ASCII without blank and colon; may be empty. */
bool as_answer_name_valid(struct as_span text);
/* Letters, digits and "._-"; not empty. */
bool as_answer_code_valid(struct as_span text);
/* Kind, index, name and value, as struct as_edit has them. */
bool as_answer_edit_valid(const struct as_edit *edit);
/* Nothing, or members of a JSON object with a comma before each; values are
 * strings, whole numbers, true, false, and objects of these without another
 * level. */
bool as_answer_log_valid(struct as_span text);

#endif
