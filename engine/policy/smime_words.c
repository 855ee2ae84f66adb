/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/smime_words.h"

#include <string.h>

/* Octets of an object identifier in dots; certificates have some 30. */
#define POLICY_MAX 200u

const char *const as_smime_allow_names[] = {"sha1", "rsa1024", "dsa", "no-address", NULL};

bool as_smime_allow_find(const char *word, uint32_t *bit_out)
{
	for (uint32_t i = 0; as_smime_allow_names[i] != NULL; i++)
		if (strcmp(as_smime_allow_names[i], word) == 0) {
			*bit_out = 1u << i;
			return true;
		}
	return false;
}

static const char *const modes[] = {
	[AS_SMIME_REVOCATION_SOFT] = "soft",
	[AS_SMIME_REVOCATION_HARD] = "hard",
	[AS_SMIME_REVOCATION_NONE] = "off",
};

bool as_smime_revocation_find(const char *word, enum as_smime_revocation_mode *mode_out)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i], word) == 0) {
			*mode_out = (enum as_smime_revocation_mode)i;
			return true;
		}
	return false;
}

const char *as_smime_revocation_word(enum as_smime_revocation_mode mode)
{
	return modes[mode];
}

bool as_smime_policy_valid(const char *word)
{
	size_t digits = 0, dots = 0;

	if (strcmp(word, "any") == 0)
		return true;
	if (strlen(word) > POLICY_MAX || word[0] < '0' || word[0] > '2' || word[1] != '.')
		return false;
	for (const char *p = word; *p != '\0'; p++) {
		if (*p == '.') {
			if (digits == 0)
				return false;
			digits = 0;
			dots++;
		} else if (*p >= '0' && *p <= '9') {
			digits++;
		} else {
			return false;
		}
	}
	return digits > 0 && dots > 0;
}
