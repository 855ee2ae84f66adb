/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_SMIME_WORDS_H
#define ASSAY_POLICY_SMIME_WORDS_H

#include "smime/settings.h"

/* The words of S/MIME settings, in the configuration and on the command line. */
bool as_smime_allow_find(const char *word, uint32_t *bit_out);
/* In the order of the bits; NULL behind the last one. */
extern const char *const as_smime_allow_names[];
bool as_smime_revocation_find(const char *word, enum as_smime_revocation_mode *mode_out);
const char *as_smime_revocation_word(enum as_smime_revocation_mode mode);
/* "any" or an object identifier in dots. */
bool as_smime_policy_valid(const char *word);

#endif
