/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/codes.h"

#include <string.h>

static const struct as_code_info registry[] = {
#define X(code, severity, effect, sentence) {code, ASSAY_##severity, AS_EFFECT_##effect, sentence},
#include "inspect/codes.def"
#undef X
};
const size_t as_code_count = sizeof(registry) / sizeof(registry[0]);

static const struct as_code_info family_malware = {"malware.*", ASSAY_CRITICAL, AS_EFFECT_NONE,
						   "A signature of known malware matched."};
static const struct as_code_info family_yara = {"yara.*", ASSAY_MEDIUM, AS_EFFECT_NONE,
						"A YARA rule matched."};

const struct as_code_info *as_code_at(size_t index)
{
	return index < as_code_count ? &registry[index] : NULL;
}

static bool is_member(const char *code, const char *family)
{
	size_t prefix = strlen(family);
	size_t length;

	if (strncmp(code, family, prefix) != 0)
		return false;
	code += prefix;
	length = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			      "0123456789._-");
	return length > 0 && length <= AS_CODE_MEMBER_MAX && code[length] == '\0';
}

const struct as_code_info *as_code_find(const char *code)
{
	for (size_t i = 0; i < as_code_count; i++)
		if (strcmp(registry[i].code, code) == 0)
			return &registry[i];
	if (is_member(code, "malware."))
		return &family_malware;
	if (is_member(code, "yara."))
		return &family_yara;
	return NULL;
}

bool as_code_matches(const char *code, const char *pattern)
{
	size_t length = strlen(pattern);

	if (strcmp(pattern, "*") == 0 || strcmp(pattern, code) == 0)
		return true;
	if (length < 3 || strcmp(pattern + length - 2, ".*") != 0)
		return false;
	return strncmp(code, pattern, length - 1) == 0;
}
